"""`medicomut serve`: the portal and the HTTP API on this machine."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from medicomut.cli.common import named_errors

EPILOG = "Example: medicomut serve --port 8000 --data served"

STOP_SECONDS = 10
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Handling(StrEnum):
    """What happens to a request that breaks a rule of its guide and can be answered all the same."""

    strict = "strict"
    lenient = "lenient"


@named_errors
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at.")] = 8000,
    data: Annotated[
        Path | None, typer.Option(help="Folder for jobs; without it none are taken.", show_default=False)
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            envvar="MEDICOMUT_STORE_URL",
            help="Database of what is recorded: sqlite:///ledger.db or postgresql://user@host/database.",
            show_default=False,
            show_envvar=True,
        ),
    ] = None,
    practitioners: Annotated[
        Path | None, typer.Option(help="Table of who acceded, for /fhir.", metavar="FILE", show_default=False)
    ] = None,
    handling: Annotated[
        Handling, typer.Option(help="How /fhir reads a request that does not say so itself.")
    ] = Handling.lenient,
) -> None:
    """Serve the portal (docs/portal.md) and the API (docs/api.md).

    One worker; requests in flight end, jobs go on at the next start.

    There is no login: whoever reaches the address may ask. Listen elsewhere than on this machine only behind
    something that knows who asks.
    """
    import logging
    import signal

    import uvicorn

    from medicomut.api.app import create_app
    from medicomut.api.settings import Settings
    from medicomut.web.app import install

    if host not in LOOPBACK:
        typer.echo(f"warning: there is no login, and {host} may be reached from other machines", err=True)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # The other commands take SIGTERM for an interruption, told by a second signal; two would cut requests short here.
    signal.set_wakeup_fd(-1)
    app = create_app(Settings(data=data, store=store, practitioners=practitioners, handling=handling.value))
    install(app)
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        log_config=None,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
