"""The portal as a browser meets it: in process for what is sent, on a port for what a browser makes of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from medicomut.api.app import create_app
from medicomut.web.app import install


@pytest.fixture(scope="session")
def site() -> FastAPI:
    app = create_app()
    install(app)
    return app


@pytest.fixture(scope="session")
def portal(site: FastAPI) -> Iterator[TestClient]:
    with TestClient(site, follow_redirects=False) as client:
        yield client
