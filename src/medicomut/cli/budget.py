"""`medicomut budget`: means and uses, fees indexed, scenarios priced, rates chosen under limits."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from medicomut.cli import budget_allocate, budget_index, budget_scenario, budget_solve
from medicomut.cli.common import InLanguage, language, named_errors, print_json

app = typer.Typer(
    name="budget",
    help="Means and uses of an agreement, exact: the annex, indexed fees, scenarios, rates under limits.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Id = Annotated[str, typer.Argument(metavar="ID", help="An agreement, such as be/amm/2020.", show_default=False)]


class SheetFormat(StrEnum):
    """How means and uses are written."""

    table = "table"
    json = "json"
    csv = "csv"
    xlsx = "xlsx"


class RoundingName(StrEnum):
    """How an amount is rounded to 1 k€."""

    half_away_from_zero = "half_away_from_zero"
    half_even = "half_even"


class ProrataName(StrEnum):
    """What part of a year counts."""

    months = "months"
    days = "days"


@app.command(
    epilog="\b\nExamples:\n"
    "  medicomut budget show be/amm/2020\n"
    "  medicomut budget show be/amm/2020 --rounding half_even\n"
    "  medicomut budget show be/amm/2020 --format xlsx --out annex.xlsx"
)
@named_errors
def show(
    id: Id,
    rounding: Annotated[
        RoundingName, typer.Option(help="Another rounding than the annex's, to see what it breaks.")
    ] = RoundingName.half_away_from_zero,
    prorata: Annotated[
        ProrataName, typer.Option(help="Count days instead of months, to see what it breaks.")
    ] = ProrataName.months,
    format: Annotated[
        SheetFormat, typer.Option("--format", help="A table to read, JSON, CSV, or a workbook (with --out).")
    ] = SheetFormat.table,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write CSV or the workbook to this file.", show_default=False)
    ] = None,
    lang: InLanguage = None,
) -> None:
    """Show means and uses: every line computed from its annual base and start, beside what is printed."""
    from medicomut.agreement import load
    from medicomut.budget.annex import Prorata, Rounding, Rule, sheet
    from medicomut.cli import budget_sheet
    from medicomut.errors import Problem, Problems

    if out is not None and format in (SheetFormat.table, SheetFormat.json):
        what = f"nothing is written to {out.name} as {format.value}"
        raise Problems([Problem("out_not_used", what, mend="add --format csv or --format xlsx, or leave out --out")])
    found = sheet(load(id), Rule(Rounding(rounding.value), Prorata(prorata.value)))
    if format is SheetFormat.json:
        print_json(found.to_dict())
    elif format is SheetFormat.table:
        budget_sheet.table(found, language(lang))
    else:
        budget_sheet.write(found, language(lang), format.value, out)


app.command(epilog=budget_index.EPILOG)(budget_index.index)
app.command(epilog=budget_scenario.EPILOG)(budget_scenario.scenario)
app.command(epilog=budget_allocate.EPILOG)(budget_allocate.allocate)
app.command(epilog=budget_solve.EPILOG)(budget_solve.solve)
