"""`medicomut budget scenario`: what a package costs, frees and leaves, alone or beside others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, collecting, language, named_errors, print_json

if TYPE_CHECKING:
    from medicomut.budget.pricing import Figures
    from medicomut.budget.scenario import Scenario

EPILOG = (
    "\b\nExamples:\n"
    "  medicomut budget scenario be/amm/2020 --set all=1.95%\n"
    "  medicomut budget scenario be/amm/2020 --set surgery=1.5% --set mass=190000\n"
    "  medicomut budget scenario be/amm/2020 --file linear-2020 --file mine.yaml\n"
    "  medicomut budget scenario --file index-and-norm-2025 --note note.pdf"
)


@named_errors
def scenario(
    id: Annotated[
        str | None, typer.Argument(metavar="ID", help="An agreement; else that of the file.", show_default=False)
    ] = None,
    set: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="A rate by group, code or 'all' (surgery=1.5%), or mass, mass_rate, index_start, annual.LINE, "
            "start.LINE, base.GROUP, growth.index, growth.norm, growth.base. Repeatable.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        list[str] | None,
        typer.Option(
            help="A scenario file, or one shipped: linear-2020, index-and-norm-2025. Several are shown side by side.",
            show_default=False,
        ),
    ] = None,
    note: Annotated[
        Path | None,
        typer.Option(help="Write a note of two pages to this .html or .pdf file.", dir_okay=False, show_default=False),
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Price a scenario: cost in the year and a year, freed against linear indexation, balance, who gains."""
    from medicomut.agreement import load
    from medicomut.budget.pricing import price

    figures = [price(load(found.agreement), found) for found in _scenarios(id, set or [], file or [])]
    if note is not None:
        from medicomut.cli.budget_note import write_note

        write_note(figures, note, language(lang))
        typer.echo(str(note))
    elif format is Format.json:
        made = [_with_range(found) for found in figures]
        print_json(made[0] if len(made) == 1 else {"scenarios": made})
    else:
        from medicomut.cli import budget_scenario_text

        if len(figures) == 1:
            budget_scenario_text.one(figures[0], language(lang))
        else:
            budget_scenario_text.beside(figures, language(lang))


def _with_range(figures: Figures) -> dict[str, Any]:
    """Return the figures as JSON with the range of the cost."""
    from medicomut.agreement import load
    from medicomut.budget.uncertainty import cost_range, with_range

    asked = figures.indexation is not None
    return with_range(figures, cost_range(load(figures.scenario.agreement), figures.scenario) if asked else None)


def _scenarios(id: str | None, settings: list[str], files: list[str]) -> list[Scenario]:
    """Return the scenarios asked for; settings come on top of a single file."""
    from medicomut.agreement import load
    from medicomut.budget.scenario import Scenario, from_settings
    from medicomut.budget.scenario_files import load_scenario
    from medicomut.cli.budget_pairs import pairs
    from medicomut.errors import Problem, Problems

    problems: list[Problem] = []
    asked = pairs("--set", settings, problems)
    found: list[Scenario] = []
    for name in files:
        with collecting(problems):
            found.append(load_scenario(name))
    if id is None and not files:
        problems.append(Problem("nothing_asked", "no agreement and no file is named", mend="name one: be/amm/2020"))
    if settings and len(files) > 1:
        what = "settings beside several files: on top of which is not said"
        problems.append(Problem("settings_unclear", what, mend="write them into a file of their own"))
    strange = [scenario.agreement for scenario in found if id is not None and scenario.agreement != id]
    problems += [
        Problem("other_agreement", f"a file is of {name}, not of {id}", mend="leave out ID") for name in strange
    ]
    if problems:
        raise Problems(problems)
    base = found[0] if len(found) == 1 else None
    if len(files) > 1:
        return found
    agreement = load(id or found[0].agreement)
    return [from_settings(agreement, asked, base=base or Scenario(agreement.id))]
