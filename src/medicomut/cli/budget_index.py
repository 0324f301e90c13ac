"""`medicomut budget index`: fees at the agreement's rates, as a list of changes or beside what was published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, collecting, language, named_errors, print_json

SHIPPED = "shipped"

EPILOG = (
    "\b\nExamples:\n"
    "  medicomut budget index be/amm/2020 --compare\n"
    "  medicomut budget index be/amm/2020 --fees my-fees --out fees-2020"
)


@named_errors
def index(
    id: Annotated[str, typer.Argument(metavar="ID", help="An agreement, such as be/amm/2020.", show_default=False)],
    fees: Annotated[str, typer.Option(metavar="FOLDER|shipped", help="A folder of fees (docs/fees.md).")] = SHIPPED,
    compare: Annotated[
        bool, typer.Option("--compare", help="Beside every figure published for the new year, with the reason.")
    ] = False,
    group: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE=GROUP", help="The fee group of a code. Repeatable.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the new schedule as a folder of fees.", file_okay=False, show_default=False),
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Index fees: key letters where they are known, else the rounded fee with the cents it can become."""
    from medicomut.agreement import index_rate, load
    from medicomut.budget import indexation
    from medicomut.cli import budget_index_files, budget_index_text
    from medicomut.cli.budget_pairs import pairs
    from medicomut.errors import Problem, Problems

    agreement = load(id)
    every, chosen = budget_index_files.read(None if fees == SHIPPED else Path(fees))
    problems: list[Problem] = []
    told = dict(pairs("--group", group, problems))
    for name in told.values():
        with collecting(problems):
            index_rate(agreement, group=name)  # a name that is no group is refused, with the nearest
    if problems:
        raise Problems(problems)
    groups = indexation.shipped_groups() | told
    made = indexation.schedule(agreement, chosen, groups)
    if out is not None:
        budget_index_files.write(made, out)
    social = indexation.social_amounts(agreement)
    beside = indexation.compare(agreement, every, groups) if compare else ()
    if format is Format.json:
        compared = {"comparisons": [found.to_dict() for found in beside]} if compare else {}
        print_json(made.to_dict() | compared | {"social_amounts": [found.to_dict() for found in social]})
    elif compare:
        budget_index_text.comparisons(beside, social, language(lang))
    else:
        budget_index_text.changes(made, social, language(lang))
