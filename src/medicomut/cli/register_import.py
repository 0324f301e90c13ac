"""`medicomut register import`: a file of practitioners and declarations, looked at row by row, then recorded whole."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import (
    UNUSABLE,
    AsFormat,
    Format,
    InLanguage,
    Language,
    language,
    named_errors,
    print_json,
    tell,
)
from medicomut.cli.register_declare import opened
from medicomut.cli.register_options import HERE, Extended, Published, Url, instant_option

if TYPE_CHECKING:
    from medicomut.store.register_import import ImportPlan

EPILOG = (
    "\b\nExamples:\n"
    "  medicomut register import doctors.csv --dry-run --url sqlite:///register.db\n"
    "  medicomut register import doctors.csv --url sqlite:///register.db"
)


@named_errors
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, Parquet or JSON lines.", show_default=False)],
    url: Url = HERE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what each row would become; record nothing.")] = False,
    fates: Annotated[
        Path | None,
        typer.Option(help="Write what became of each row: a file by its ending.", dir_okay=False, show_default=False),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="Record only what this dry run showed.", show_default=False),
    ] = None,
    partial: Annotated[bool, typer.Option("--partial", help="Record the rows that are not refused.")] = False,
    actor: Annotated[str, typer.Option(help="Who brings the file in.")] = "secretariat",
    published: Published = None,
    extended: Extended = None,
    trial_now: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT", help="For trials: the instant of recording; the events say so.", show_default=False
        ),
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Import practitioners and declarations, all or none; sent again, a file changes nothing."""
    from medicomut.accession.import_rows import read_declarations
    from medicomut.engines.declarations import declaration_rows
    from medicomut.engines.files import refuse_place
    from medicomut.store.register_import import plan_import, record_import

    if fates is not None:
        refuse_place(fates)
    now = instant_option(trial_now, "--trial-now")
    rows = declaration_rows(file)
    read = read_declarations(rows, f"trial:{actor}" if now else actor)
    with (
        opened(url, published, now, extended=extended, make=True, dry_run=dry_run) as register,
        uncollected(),
        _at_work(len(rows), lang),
    ):
        found, events = (
            (plan_import(register, read), None) if dry_run else record_import(register, read, plan, partial=partial)
        )
    done = events is not None
    if fates is not None:
        _write_fates(fates, found)
    if format is Format.json:
        print_json({"recorded": done} | found.to_dict())
    else:
        _tell(found, file, lang, done=done)
    if found.problems:
        raise typer.Exit(0 if dry_run or partial else UNUSABLE)


def _tell(found: ImportPlan, file: Path, lang: Language | None, *, done: bool) -> None:
    from medicomut.accession.wording import say
    from medicomut.errors import Place

    spoken = language(lang)
    tell(fault.at(replace(fault.where or Place(), file=str(file))) for fault in found.problems)
    typer.echo(say("import_recorded" if done else "import_not_recorded", spoken))
    for becomes, count in found.counts.items():
        typer.echo(f"  {say(f'becomes_{becomes}', spoken)}: {count}")
    typer.echo(f"{say('import_plan', spoken)} {found.hash}")


def _write_fates(path: Path, found: ImportPlan) -> None:
    """Write a row for each row of the file."""
    import polars as pl

    from medicomut.engines.files import write

    columns = ("row", "number", "kind", "becomes", "valid_from", "basis", "sequence", "same_as")
    rows = [
        {name: row.to_dict()[name] for name in columns} | {"why": "\n".join(str(problem) for problem in row.problems)}
        for row in found.rows
    ]
    whole = dict.fromkeys(("row", "sequence", "same_as"), pl.Int64)
    frame = pl.DataFrame(rows, schema={name: whole.get(name, pl.String) for name in (*columns, "why")})
    write(path, frame.schema, lambda: iter([frame]), len(frame))


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of garbage waiting, in a process that does nothing else.

    A file makes a million things, none of them garbage; walking through them again and again took a fifth of an import.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def _at_work(rows: int, lang: Language | None) -> Iterator[None]:
    """Show on a terminal that many rows are being worked on."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    from medicomut.accession.wording import say

    with Console(stderr=True).status(say("importing", language(lang), rows=f"{rows:,}")):
        yield
