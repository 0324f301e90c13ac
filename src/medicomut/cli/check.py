"""`medicomut check`: a file of lines of care, checked from end to end."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import (
    InLanguage,
    Readings,
    chosen_readings,
    language,
    named_errors,
    print_json,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from medicomut.engines.files import Source
    from medicomut.engines.summary import Summary
    from medicomut.money import Lang
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.fee_table import FeeTable
    from medicomut.tariff.practitioners import Practitioners

EPILOG = (
    "Examples: medicomut check lines.csv --practitioners doctors.csv --out checked.csv | "
    "medicomut check lines.parquet --practitioners doctors.parquet --out checked.parquet --summary json --fail-on "
    "excess | medicomut check eattest.json --practitioners doctors.csv --out checked.xlsx --explain eattest/1"
)


class SummaryFormat(StrEnum):
    """How the summary is written."""

    table = "table"
    json = "json"
    none = "none"


class FailOn(StrEnum):
    """What makes the exit status 1."""

    never = "never"
    excess = "excess"


@named_errors
def check(
    lines: Annotated[Path, typer.Argument(help="Lines of care: .csv, .parquet, .xlsx, .jsonl, or a FHIR bundle.")],
    practitioners: Annotated[
        Path | None, typer.Option(help="Who acceded, for which hours (docs/lines.md).", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the checked lines go, by ending.", show_default=False)] = None,
    fees: Annotated[
        Path | None, typer.Option(help="Folder of fees instead of those shipped.", show_default=False)
    ] = None,
    reading: Readings = None,
    explain: Annotated[
        str | None,
        typer.Option(metavar="LINE_ID", help="Show every step of one line, after the check.", show_default=False),
    ] = None,
    summary: Annotated[
        SummaryFormat, typer.Option(help="A table to read, or JSON for a program.")
    ] = SummaryFormat.table,
    fail_on: Annotated[FailOn, typer.Option(help="Exit with status 1 when an excess was found.")] = FailOn.never,
    progress: Annotated[bool, typer.Option("--progress/--no-progress", help="Show how far it is.")] = True,
    lang: InLanguage = None,
) -> None:
    """Check lines of care: which fee binds, what is reimbursed, what was charged in excess, and why.

    The output keeps every column and adds fee, shares, verdict, reasons and clauses. It appears only when whole:
    an interrupted check leaves nothing behind and can be run again. Exit status: 0 when the check ran, whatever
    it found; 1 with --fail-on excess when it found some; 2 for input or options that cannot be used.
    """
    from medicomut.engines import job
    from medicomut.engines.people import read_practitioners
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.fee_table import FeeTable
    from medicomut.tariff.fees import SHIPPED, FeeSchedule

    if out is None and explain is None:
        raise typer.BadParameter("say where the checked lines go: --out checked.csv", param_hint="--out")
    chosen = language(lang)
    conditions = Conditions(chosen_readings(reading))
    table = FeeTable(FeeSchedule.load(fees or SHIPPED))
    people = read_practitioners(practitioners) if practitioners else None
    source = _source(lines)
    tell(job.check_columns(source))
    if out is not None:
        found = _run(source, out, conditions, table, people, show=progress and sys.stderr.isatty())
        _show_summary(found, summary, chosen, out)
    if explain is not None:
        _explain(source, explain, conditions, table, people, chosen)
    if out is not None and fail_on is FailOn.excess and found.verdicts["excess"]:
        raise typer.Exit(1)


def _source(lines: Path) -> Source:
    from medicomut.engines import files
    from medicomut.fhir import lines as bundles

    if lines.is_file() and lines.suffix.lower() in (".json", ".xml"):
        bundle = bundles.read_bundle(lines)
        tell(bundle.problems)
        return files.from_rows(lines, bundle.lines)
    return files.open_lines(lines)


def _run(
    source: Source,
    out: Path,
    conditions: Conditions,
    fees: FeeTable,
    people: Practitioners | None,
    *,
    show: bool,
) -> Summary:
    from medicomut.engines import job

    if not show:
        return job.check_file(source, out, conditions, fees, people)
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(source.path.name, total=source.rows)
        done: Callable[[int], None] = lambda lines: bar.update(task, completed=lines)  # noqa: E731
        return job.check_file(source, out, conditions, fees, people, done)


def _show_summary(found: Summary, how: SummaryFormat, lang: Lang, out: Path) -> None:
    if how is SummaryFormat.json:
        print_json({**found.to_dict(), "out": str(out)})
    elif how is SummaryFormat.table:
        from medicomut.cli import summary_text

        summary_text.show(found, lang, out)


def _explain(
    source: Source,
    line_id: str,
    conditions: Conditions,
    fees: FeeTable,
    people: Practitioners | None,
    lang: Lang,
) -> None:
    from medicomut.cli import price_text
    from medicomut.engines.local import explain_line
    from medicomut.errors import Place, Problem, Problems

    priced = explain_line(source.frame, line_id, conditions, fees, people)
    if priced is None:
        where = Place(file=str(source.path), field="line_id")
        raise Problems([Problem("no_such_line", f"no line has line_id {line_id!r}", where, mend="check the number")])
    price_text.show(priced, lang, explain=True)
