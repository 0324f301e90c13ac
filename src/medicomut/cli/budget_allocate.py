"""`medicomut budget allocate`: the best rates under limits, proved; or which limits conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, collecting, language, named_errors, print_json

if TYPE_CHECKING:
    from medicomut.errors import Problem

EPILOG = (
    "\b\nExamples:\n"
    "  medicomut budget allocate be/amm/2020 --cap all=1.95% --mass 138706\n"
    "  medicomut budget allocate be/amm/2020 --floor all=1% --priority surgery\n"
    "  medicomut budget allocate be/amm/2020 --spread 0.5% --minimise cost\n"
    "\n\nExit status 0 with rates, 1 when the limits conflict, 2 for what cannot be used."
)
_RATE = "GROUP=RATE"


@named_errors
def allocate(
    id: Annotated[str, typer.Argument(metavar="ID", help="An agreement, such as be/amm/2020.", show_default=False)],
    floor: Annotated[
        list[str] | None,
        typer.Option(metavar=_RATE, help="At least this rate; 'all' for every other group.", show_default=False),
    ] = None,
    cap: Annotated[
        list[str] | None,
        typer.Option(metavar=_RATE, help="At most this rate; 'all' for every other group.", show_default=False),
    ] = None,
    equal: Annotated[
        list[str] | None, typer.Option(metavar="GROUP=GROUP", help="The same rate for both.", show_default=False)
    ] = None,
    spread: Annotated[
        str | None, typer.Option(metavar="RATE", help="Highest less lowest rate at most.", show_default=False)
    ] = None,
    mass: Annotated[
        str | None,
        typer.Option(metavar="K€", help="What it may cost a year; else the whole mass.", show_default=False),
    ] = None,
    priority: Annotated[
        list[str] | None,
        typer.Option(metavar="GROUP", help="Raised first, as far as it goes; in order.", show_default=False),
    ] = None,
    maximise: Annotated[
        list[str] | None, typer.Option(help="cost, lowest, or a group; in order.", show_default=False)
    ] = None,
    minimise: Annotated[
        list[str] | None, typer.Option(help="cost, highest, spread, or a group; in order.", show_default=False)
    ] = None,
    base: Annotated[
        list[str] | None,
        typer.Option(metavar="GROUP=K€", help="The yearly spending of a group you know.", show_default=False),
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Choose rates by group under limits: by default the lowest rate is raised, then what is left is spent."""
    from medicomut.agreement import load
    from medicomut.budget.allocator import allocate as best
    from medicomut.budget.demands import SENSES, read_demands, whole_or_as_is
    from medicomut.cli import budget_allocate_text
    from medicomut.cli.budget_pairs import pairs
    from medicomut.errors import Problems

    agreement = load(id)
    problems: list[Problem] = []
    wished = zip(SENSES, (maximise or [], minimise or []), strict=True)
    content = {
        "floors": dict(pairs("--floor", floor, problems)),
        "caps": dict(pairs("--cap", cap, problems)),
        "equal": [list(pair) for pair in pairs("--equal", equal, problems)],
        "spread": spread,
        "mass": None if mass is None else whole_or_as_is(mass),
        "priorities": priority or [],
        "goals": [{sense: what} for sense, asked in wished for what in asked],
        "bases": {name: whole_or_as_is(value) for name, value in pairs("--base", base, problems)},
    }
    with collecting(problems):
        demands = read_demands(content, agreement)
    if problems:
        raise Problems(problems)
    found = best(agreement, demands)
    if format is Format.json:
        print_json(found.to_dict())
    else:
        budget_allocate_text.show(found, language(lang))
    raise typer.Exit(0 if found.rates is not None else 1)
