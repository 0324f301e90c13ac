"""`medicomut serve`: the portal and the HTTP API on this machine."""

from __future__ import annotations

import os
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import named_errors
from medicomut.cli.register_options import day_option, instant_option

if TYPE_CHECKING:
    from medicomut.api.settings import Settings

EPILOG = "Example: medicomut serve --port 8000 --data served"

STOP_SECONDS = 10
LAST_PORT = 65_535
MOST_PROCESSES = 4
LOOPBACK = ("127.0.0.1", "::1", "localhost")
HTTPS = "https://"


class Log(StrEnum):
    """How the log is written."""

    text = "text"
    json = "json"


class Handling(StrEnum):
    """What happens to a request that breaks a rule of its guide and can be answered all the same."""

    strict = "strict"
    lenient = "lenient"


def refuse_unreadable(data: Path | None, store: str | None, fees: Path | None, practitioners: Path | None) -> None:
    """Raise `Problems` or OSError for what cannot be used, and tell what looks wrong, before anybody asks."""
    if data:
        from medicomut.api.job_store import JobStore

        JobStore(data)
    if fees:
        from medicomut.tariff.fees import FeeSchedule

        FeeSchedule.load(fees)
    if store:
        from medicomut.store import open_store

        open_store(store).dispose()
    if practitioners:
        from medicomut.cli.common import tell
        from medicomut.engines.people import practitioner_doubts, read_practitioners
        from medicomut.tariff.conditions import Conditions

        read_practitioners(practitioners)
        tell(practitioner_doubts(practitioners, Conditions()))


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
    open: Annotated[
        bool, typer.Option("--open", help="Let whoever is on this machine submit files without signing in.")
    ] = False,
    public_url: Annotated[
        str | None, typer.Option(help="Address browsers reach the server at, https://….", show_default=False)
    ] = None,
    providers: Annotated[
        Path | None,
        typer.Option(help="Providers of identity (TOML, docs/identity.md).", metavar="FILE", show_default=False),
    ] = None,
    behind: Annotated[
        list[str] | None,
        typer.Option(help="Address of a proxy to believe who asks. Repeatable.", show_default=False),
    ] = None,
    fees: Annotated[
        Path | None,
        typer.Option(help="Folder of fees instead of those shipped.", metavar="FOLDER", show_default=False),
    ] = None,
    practitioners: Annotated[
        Path | None, typer.Option(help="Table of who acceded, for /fhir.", metavar="FILE", show_default=False)
    ] = None,
    register: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="The register of who acceded (docs/register.md); made if need be.", show_default=False
        ),
    ] = None,
    published: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID=DAY", help="Publication of an agreement that does not say it. Repeatable.", show_default=False
        ),
    ] = None,
    trial_now: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="For trials: the register's clock stands at it.", show_default=False),
    ] = None,
    metrics: Annotated[
        str | None,
        typer.Option(
            help="Address of figures for Prometheus, such as 127.0.0.1:9090.", metavar="HOST:PORT", show_default=False
        ),
    ] = None,
    batch_processes: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=64,
            help="Processes that check batches beside the server; else one a core, 4 at most.",
            show_default=False,
        ),
    ] = None,
    log: Annotated[Log, typer.Option(help="How the log is written.")] = Log.text,
    handling: Annotated[
        Handling, typer.Option(help="How /fhir reads a request that does not say so itself.")
    ] = Handling.lenient,
) -> None:
    """Serve the portal (docs/portal.md) and the API (docs/api.md).

    One worker; requests in flight end, jobs go on at the next start.

    Prices, checks and what is public need no sign-in. Files do: with --store people and machines sign in
    (docs/identity.md), with --open whoever is on this machine need not.
    """
    from medicomut.api.settings import Settings
    from medicomut.identity.providers import read_providers

    now = instant_option(trial_now, "--trial-now")
    refuse_together(host, store, open=open, public_url=public_url, providers=providers)
    refuse_register(register, store, practitioners, trial=now is not None)
    write_log(log)
    announce(who_may(store, open=open, data=data), log)
    refuse_unreadable(data, store, fees, practitioners)
    if register:
        refuse_unreadable(None, register, None, None)
    where = address_of(metrics) if metrics else None
    settings = Settings(
        data=data,
        store=store,
        open=open,
        public_url=public_url,
        providers=read_providers(providers) if providers else {},
        fees=fees,
        practitioners=practitioners,
        register=register,
        publications=publications(published),
        trial_now=now,
        handling=handling.value,
        batch_processes=min(os.cpu_count() or 1, MOST_PROCESSES) if batch_processes is None else batch_processes,
    )
    if where:
        from medicomut.api.metrics import serve as serve_metrics

        serve_metrics(*where)
    listen(settings, host, port, behind)


def listen(settings: Settings, host: str, port: int, behind: list[str] | None = None) -> None:
    """Serve until a signal ends it; requests in flight end."""
    import signal

    import uvicorn

    from medicomut.api.app import create_app
    from medicomut.web.app import install

    # The other commands take SIGTERM for an interruption, told by a second signal; two would cut requests short here.
    signal.set_wakeup_fd(-1)
    app = create_app(settings)
    install(app)
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        log_config=None,
        proxy_headers=bool(behind),
        forwarded_allow_ips=behind,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def address_of(text: str) -> tuple[str, int]:
    """Return host and port; raises `Problems` for what is no address."""
    from medicomut.errors import Problem, Problems

    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) <= LAST_PORT:
        raise Problems([Problem("bad_address", f"{text!r} is no address", mend="write it as 127.0.0.1:9090")])
    return host.strip("[]"), int(port)


def write_log(log: Log) -> None:
    """Write the log as lines of text, or as a JSON object a line."""
    import logging

    # A record need not know thread, process and place in the code, of which no line of ours speaks: looking them up
    # takes half the time of writing it (the HOWTO of logging, "Optimization").
    logging._srcfile = None  # noqa: SLF001 - so the HOWTO says
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    if log is Log.text:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        return
    from pythonjsonlogger.core import RESERVED_ATTRS
    from pythonjsonlogger.json import JsonFormatter

    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonFormatter(
            "{asctime}{levelname}{name}{message}",
            "%Y-%m-%dT%H:%M:%S%z",
            style="{",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            reserved_attrs=[*RESERVED_ATTRS, "color_message"],
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def announce(line: str, log: Log) -> None:
    """Tell the first line: to somebody who reads, or as an object to what reads the log."""
    import logging

    if log is Log.text:
        typer.echo(line, err=True)
    else:
        logging.getLogger("medicomut").info(line)


def refuse_together(
    host: str, store: str | None, *, open: bool, public_url: str | None, providers: Path | None
) -> None:
    """Raise `Problems` for options that contradict each other."""
    from medicomut.errors import Problem, Problems

    local = host in LOOPBACK
    faults = []
    if open and not local:
        what = f"--open lets anybody in, and {host} may be reached from other machines"
        faults.append(Problem("open_elsewhere", what, mend="leave out --host, or use --store"))
    if open and store:
        mend = "leave out one: with a store people sign in"
        faults.append(Problem("open_with_store", "--open and --store contradict each other", mend=mend))
    if providers and not store:
        faults.append(Problem("providers_alone", "--providers needs a store for sessions", mend="add --store URL"))
    if store and public_url is None and not local:
        what = "browsers can sign in only over https, and the server does not know its own address"
        faults.append(Problem("no_public_url", what, mend="add --public-url https://…"))
    if public_url is not None and not public_url.startswith(HTTPS) and not local:
        faults.append(Problem("bad_public_url", f"{public_url!r} does not begin with {HTTPS}", mend="use https"))
    if faults:
        raise Problems(faults)


def refuse_register(register: str | None, store: str | None, practitioners: Path | None, *, trial: bool) -> None:
    """Raise `Problems` for options of the register that contradict each other."""
    from medicomut.errors import Problem, Problems

    faults = []
    if register and practitioners:
        mend = "leave out one: the register knows who acceded"
        faults.append(Problem("two_sources", "--register and --practitioners both say who acceded", mend=mend))
    if trial and not register:
        faults.append(Problem("trial_alone", "--trial-now sets the clock of a register", mend="add --register URL"))
    if trial and register == store:
        what, why = "--trial-now and a register in the store", "the audit trail there has the clock of the machine"
        faults.append(Problem("trial_in_store", what, why=why, mend="give the register a database of its own"))
    if faults:
        raise Problems(faults)


def publications(given: list[str] | None) -> dict[str, date]:
    """Return days of publication written ID=DAY; raises `Problems` (`bad_day`, `unknown_agreement`)."""
    from medicomut.agreement import available
    from medicomut.errors import Problem, Problems

    found = {}
    for one in given or ():
        name, _, day = one.partition("=")
        if name not in available():
            what, mend = f"--published {one!r}: no agreement {name!r}", f"known: {', '.join(available())}"
            raise Problems([Problem("unknown_agreement", what, mend=mend)])
        found[name] = day_option(day, "--published") or date.min
    return found


def who_may(store: str | None, *, open: bool, data: Path | None) -> str:
    """Return the line that says, at the start, who may submit files."""
    if store:
        return "Files: for who has signed in, or sends a service token."
    if open:
        return "Files: OPEN to whoever is on this machine, without signing in."
    return "Files: nobody can submit any; add --store URL, or --open on your own machine." if data else "Files: none."
