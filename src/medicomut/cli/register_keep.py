"""`medicomut register verify`, `backup`, `restore`: whether it holds, a copy of it, and the register made from one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json, tell
from medicomut.cli.ledger import BROKEN, whole
from medicomut.cli.register_declare import opened
from medicomut.cli.register_options import HERE, Url

VERIFY_EPILOG = "Example: medicomut register verify --url sqlite:///register.db"
BACKUP_EPILOG = "Example: medicomut register backup register.ndjson --url sqlite:///register.db"
RESTORE_EPILOG = "Example: medicomut register restore register.ndjson --url sqlite:///again.db"


@named_errors
def verify(
    url: Url = HERE,
    head: Annotated[
        str | None, typer.Option(help="A head noted earlier, through which the chain must pass.", show_default=False)
    ] = None,
    mend: Annotated[bool, typer.Option("--mend", help="Build the spans anew where they differ.")] = False,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Recompute the chain, then what holds when, and name the first broken link and every span that differs."""
    from medicomut.accession.wording import say
    from medicomut.store import Head

    known = Head.parse(head) if head is not None else None
    with opened(url) as register:
        report = register.ledger.verify(known=known)
        faults = register.span_faults() if report.holds else []
        mended = mend and bool(faults)
        if mended:
            register.build_spans()
    if format is Format.json:
        spans = {"spans_hold": report.holds and not faults, "span_faults": [fault.to_dict() for fault in faults]}
        print_json(report.to_dict() | spans | {"mended": mended})
    else:
        spoken = language(lang)
        tell([report.fault] if report.fault is not None else faults)
        key = "chain_broken" if report.fault is not None else "spans_differ" if faults else "register_holds"
        typer.echo(say(key, spoken, events=f"{report.events:,}", faults=f"{len(faults):,}"))
        typer.echo(say("head", spoken, head=report.head))
        if mended:
            typer.echo(say("spans_mended", spoken))
    if not report.holds or (faults and not mended):
        raise typer.Exit(BROKEN)


@named_errors
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.", dir_okay=False, show_default=False)],
    url: Url = HERE,
    lang: InLanguage = None,
) -> None:
    """Copy every event to a file that verifies by itself, while others go on declaring; SQLite and PostgreSQL alike."""
    from medicomut.accession.wording import say
    from medicomut.store import export

    with opened(url) as register, whole(file) as target:
        head = export(register.ledger, target)
    typer.echo(say("backed_up", language(lang), file=file, events=f"{head.sequence:,}"))
    typer.echo(say("head", language(lang), head=head))


@named_errors
def restore(
    file: Annotated[Path, typer.Argument(help="A file that backup wrote.", exists=True, show_default=False)],
    url: Url = HERE,
    lang: InLanguage = None,
) -> None:
    """Make the register again from a backup, in an empty database of either kind; every event is verified."""
    from medicomut.accession.wording import say
    from medicomut.store import open_store
    from medicomut.store import restore as restored

    engine = open_store(url)
    try:
        head = restored(engine, file)
    finally:
        engine.dispose()
    typer.echo(say("restored", language(lang), events=f"{head.sequence:,}"))
    typer.echo(say("head", language(lang), head=head))
