"""`medicomut ledger`: whether the chain of events holds, where it ends, and a copy of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import AsFormat, Format, named_errors, print_json

if TYPE_CHECKING:
    from medicomut.store import Ledger, Report

app = typer.Typer(
    name="ledger",
    help="The append-only ledger of events: verify it, note where it ends, copy it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

BROKEN = 1
"""The exit status of a chain that does not hold."""

Url = Annotated[
    str,
    typer.Option(
        envvar="MEDICOMUT_STORE_URL",
        help="Where the ledger is: sqlite:///ledger.db or postgresql://user@host/database.",
        show_default=False,
        show_envvar=True,
    ),
]
PerhapsUrl = Annotated[
    str | None,
    typer.Option(
        envvar="MEDICOMUT_STORE_URL",
        help="Where the ledger is: sqlite:///ledger.db or postgresql://user@host/database.",
        show_default=False,
        show_envvar=True,
    ),
]


class Lines(StrEnum):
    """What an export holds."""

    events = "events"
    fhir = "fhir"


@app.command(epilog="Example: medicomut ledger verify --url sqlite:///ledger.db --head 12:9f86…")
@named_errors
def verify(
    url: PerhapsUrl = None,
    file: Annotated[
        Path | None, typer.Option(help="An exported file, verified without a database.", show_default=False)
    ] = None,
    head: Annotated[
        str | None, typer.Option(help="A head noted earlier, through which the chain must pass.", show_default=False)
    ] = None,
    format: AsFormat = Format.table,
) -> None:
    """Recompute every hash and name the first event that was changed, lost, moved or slipped in (exit status 1)."""
    from medicomut.errors import Problem, Problems
    from medicomut.store import Head, verify_file

    known = Head.parse(head) if head is not None else None
    if file is not None:
        if known is not None:
            mend = "give --head with --url; a file ends with the head it was exported with"
            raise Problems([Problem("head_with_file", "--head is of no use with --file", mend=mend)])
        report = verify_file(file)
    elif url is not None:
        with _opened(url) as ledger:
            report = ledger.verify(known=known)
    else:
        raise Problems([Problem("nothing_to_verify", "no ledger is named", mend="give --url or --file")])
    _tell(report, format)


def _tell(report: Report, format: Format) -> None:
    if format is Format.json:
        print_json(report.to_dict())
    elif report.fault is None:
        typer.echo(f"The chain holds. Events: {report.events:,}")
        typer.echo(f"Head: {report.head}")
    else:
        typer.echo(f"The chain is broken. Events that hold: {report.events:,}")
        typer.echo(str(report.fault))
    if not report.holds:
        raise typer.Exit(BROKEN)


@app.command(epilog="Example: medicomut ledger head --url sqlite:///ledger.db")
@named_errors
def head(url: Url, format: AsFormat = Format.table) -> None:
    """Show where the chain ends; noted elsewhere, it proves later that nothing before it was lost or changed."""
    with _opened(url) as ledger:
        found = ledger.head()
    if format is Format.json:
        print_json(found._asdict())
    else:
        typer.echo(str(found))


@app.command(epilog="Example: medicomut ledger export --url sqlite:///ledger.db --out ledger.ndjson")
@named_errors
def export(
    url: Url,
    out: Annotated[Path | None, typer.Option(help="File to write; else standard output.", show_default=False)] = None,
    after: Annotated[int, typer.Option(min=0, help="Only events after this sequence number.")] = 0,
    lines: Annotated[Lines, typer.Option(help="Events as they are chained, or accesses as FHIR AuditEvent.")] = (
        Lines.events
    ),
    format: AsFormat = Format.table,
) -> None:
    """Copy events as lines of JSON; a copy of the chain verifies by itself (`medicomut ledger verify --file`)."""
    from medicomut import store
    from medicomut.store import audit

    with _opened(url) as ledger, whole(out) as target:
        if lines is Lines.fhir:
            told: dict[str, object] = {"audit_events": audit.export_audit(ledger, target, after)}
        else:
            told = dict(store.export(ledger, target, after)._asdict())
    if out is None:
        return
    if format is Format.json:
        print_json({"file": str(out)} | told)
    else:
        typer.echo(f"Written to: {out}")
        typer.echo(
            f"AuditEvents: {told['audit_events']:,}"
            if "audit_events" in told
            else "Head: {sequence}:{hash}".format(**told)
        )


@contextmanager
def _opened(url: str) -> Iterator[Ledger]:
    from medicomut.store import Ledger, open_existing

    engine = open_existing(url)
    try:
        yield Ledger(engine)
    finally:
        engine.dispose()


@contextmanager
def whole(out: Path | None) -> Iterator[IO[bytes]]:
    """Open standard output, or a file that appears only when all of it is written.

    Raises `Problems` (`no_folder`) and `OSError`, with the name of the file.
    """
    if out is None:
        yield sys.stdout.buffer
        return
    from medicomut.errors import Problems
    from medicomut.store import no_folder

    if not out.parent.is_dir():
        raise Problems([no_folder(out)])
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        try:
            target = part.open("xb")
        except OSError as fault:
            raise OSError(fault.errno, fault.strerror, str(out)) from None
        with target:
            yield target
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
