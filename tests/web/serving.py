"""The application of the portal for tests, and a server of it on a free port."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from medicomut.api.app import create_app
from medicomut.api.settings import Settings
from medicomut.web.app import install

WAIT_SECONDS = 30


def made(settings: Settings | None = None) -> FastAPI:
    app = create_app(settings)
    install(app)
    return app


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port; give its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + WAIT_SECONDS
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < until
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(WAIT_SECONDS)
