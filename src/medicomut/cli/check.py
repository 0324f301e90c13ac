"""`medicomut check`: a file of lines of care, checked from end to end."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medicomut.cli.common import (
    InLanguage,
    Readings,
    chosen_columns,
    chosen_notations,
    chosen_readings,
    collecting,
    language,
    named_errors,
    print_json,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from medicomut.engines.files import Source
    from medicomut.engines.summary import Summary
    from medicomut.errors import Problem
    from medicomut.tariff.practitioners import Practitioners
    from medicomut.tariff.price import Priced, Pricer

BUNDLES = (".json", ".xml")
UNREADABLE = "_unreadable"

EPILOG = """\b
Examples:
  medicomut check lines.csv --practitioners doctors.csv --out checked.csv
  medicomut check eattest.json --practitioners doctors.csv --out checked.xlsx
  medicomut check lines.parquet --practitioners doctors.csv \\
      --out checked.parquet --summary json --fail-on excess
  medicomut check lines.csv --practitioners doctors.csv --explain 17"""


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
    register: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Who acceded, from the register (docs/register.md).", show_default=False),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the checked lines go, by ending.", show_default=False)] = None,
    fees: Annotated[
        Path | None, typer.Option(help="Folder of fees instead of those shipped.", show_default=False)
    ] = None,
    reading: Readings = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="OURS=THEIRS", help="Read our column from one of yours. Repeatable.", show_default=False),
    ] = None,
    written: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OURS=HOW",
            help="How days and amounts are written, where not our way: date=day_first (04/02/2020), month_first, "
            "year_first; charged_cents=euro_comma (40,00), euro_point. Repeatable.",
            show_default=False,
        ),
    ] = None,
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
    from medicomut.engines.header import check_columns
    from medicomut.engines.people import practitioner_doubts
    from medicomut.errors import Problems
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.fee_table import FeeTable
    from medicomut.tariff.fees import SHIPPED, FeeSchedule
    from medicomut.tariff.price import Pricer

    if out is None and explain is None:
        raise typer.BadParameter("say where the checked lines go: --out checked.csv", param_hint="--out")
    chosen = language(lang)
    problems: list[Problem] = []
    with collecting(problems):
        _refuse_place(out, [lines, practitioners])
    with collecting(problems):
        conditions = Conditions(chosen_readings(reading))
    with collecting(problems):
        table = FeeTable(FeeSchedule.load(fees or SHIPPED))
    with collecting(problems):
        people = _people(practitioners, register)
    with collecting(problems):
        source = _source(lines, chosen_columns(column), chosen_notations(written))
        tell(check_columns(source))
    if problems:
        raise Problems(problems)
    if practitioners:
        tell(practitioner_doubts(practitioners, conditions))
    pricer = Pricer(conditions, table, people)
    result: dict[str, Any] = {}
    found = None
    if out is not None:
        found = _run(source, out, pricer, show=progress and sys.stderr.isatty())
        tell(_unreadable(source, found))
        result = {**found.to_dict(), "out": str(out), "receipt": pricer.receipt}
        if summary is SummaryFormat.table:
            from medicomut.cli import summary_text

            summary_text.show(found, chosen, out)
    if explain is not None:
        from medicomut.tariff.answer import as_json

        priced = _explained(source, explain, pricer)
        if summary is SummaryFormat.json:
            result["explained"] = {"line_id": explain, **as_json(priced, pricer, chosen)}
        else:
            from medicomut.cli import price_text

            price_text.show(priced, chosen, explain=True)
    if summary is SummaryFormat.json:
        print_json(result)
    if found and fail_on is FailOn.excess and found.verdicts["excess"]:
        raise typer.Exit(1)


def _people(table: Path | None, url: str | None) -> Practitioners | None:
    """Return who acceded, from a table or from the register, read once before the lines are; None for neither."""
    from medicomut.engines.people import read_practitioners

    if table is not None and url is not None:
        raise typer.BadParameter("give --practitioners or --register, not both", param_hint="--register")
    if table is not None:
        return read_practitioners(table)
    if url is None:
        return None
    from medicomut.accession.status_table import status_rows
    from medicomut.cli.register_declare import opened
    from medicomut.cli.register_status import terms
    from medicomut.tariff.practitioners import from_rows

    with opened(url) as register:
        return from_rows(status_rows(register.histories(), terms()), "the register")


def _refuse_place(out: Path | None, inputs: list[Path | None]) -> None:
    from medicomut.engines.files import refuse_place
    from medicomut.errors import Place, Problem, Problems

    if out is None:
        return
    refuse_place(out)
    if any(path is not None and path.resolve() == out.resolve() for path in inputs):
        raise Problems([Problem("would_overwrite", "--out names a file the check reads", Place(file=str(out)),
                                "the input would be lost", "give another name")])  # fmt: skip


def _source(lines: Path, columns: dict[str, str], written: dict[str, str]) -> Source:
    from medicomut import fhir
    from medicomut.engines import files
    from medicomut.errors import Place, Problem, Problems

    if not lines.is_file() or not (lines.suffix.lower() in BUNDLES or fhir.is_bundle(lines)):
        return files.open_lines(lines, columns=columns, written=written)
    bundle = fhir.read_bundle(lines)
    if not bundle.lines:
        nothing = Problem("no_lines", "the bundle holds no line of care", Place(file=str(lines)))
        raise Problems(bundle.problems or [nothing])
    tell(replace(problem, severity="warning") for problem in bundle.problems)  # its lines are there: the check goes on
    return files.from_rows(lines, bundle.lines)


def _run(source: Source, out: Path, pricer: Pricer, *, show: bool) -> Summary:
    from medicomut.engines.job import check_file

    given = (source, out, pricer.conditions, pricer.fees, pricer.practitioners)
    if not show:
        return check_file(*given)
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(source.path.name, total=source.rows)
        done: Callable[[int], None] = lambda lines: bar.update(task, completed=lines)  # noqa: E731
        return check_file(*given, done)


def _unreadable(source: Source, found: Summary) -> Iterator[Problem]:
    """Yield, for each column with cells that could not be read, how many there are, the first, and how to write it."""
    from medicomut.engines.examples import first_unreadable
    from medicomut.errors import Place, Problem
    from medicomut.tariff.how_to_write import how_to_write

    counts = {name.removesuffix(UNREADABLE): n for name, n in found.reasons.items() if name.endswith(UNREADABLE)}
    if not found.lines:
        yield Problem("no_lines", "there is no line below the header", Place(file=str(source.path)), severity="warning")
    for column, (row, value) in (first_unreadable(source, counts) if counts else {}).items():
        yield Problem(
            f"{column}{UNREADABLE}",
            f"{value!r} cannot be read, nor can {counts[column] - 1} more" if counts[column] > 1 else
            f"{value!r} cannot be read",
            Place(file=str(source.path), row=row, field=column),
            "it counts as not stated",
            how_to_write(column, value) + _or_told(column, value),
            severity="warning",
        )  # fmt: skip


def _or_told(column: str, value: Any) -> str:
    """Return which options would have the column read as it is; a day that can be meant in two ways has two."""
    from medicomut.engines.notation import NOTATIONS, fitting

    ways = fitting(column, [value]) if column in NOTATIONS else {}
    told = " or ".join(f"--written {column}={way} ({reading})" for way, reading in ways.items())
    return f"; or say how the column is written: {told}" if told else ""


def _explained(source: Source, line_id: str, pricer: Pricer) -> Priced:
    from medicomut.engines.files import naming_faults
    from medicomut.engines.local import explain_line
    from medicomut.errors import Place, Problem, Problems

    with naming_faults(source.path):
        priced = explain_line(source.frame, line_id, pricer.conditions, pricer.fees, pricer.practitioners)
    if priced is None:
        where = Place(file=str(source.path), field="line_id")
        raise Problems([Problem("no_such_line", f"no line has line_id {line_id!r}", where, mend="check the number")])
    return priced
