"""`medicomut budget solve`: the figures an agreement does not print, as far as its rounded rates fix them."""

from __future__ import annotations

from typing import Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json

EPILOG = "Example: medicomut budget solve be/amm/2020"


@named_errors
def solve(
    id: Annotated[str, typer.Argument(metavar="ID", help="An agreement, such as be/amm/2020.", show_default=False)],
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Show the interval of every unstated base figure that follows from rounded growth rates, exact."""
    from medicomut.agreement import load
    from medicomut.budget import identity

    found = identity.solve(load(id))
    if format is Format.json:
        print_json({"agreement": id, "figures": [solved.to_dict() for solved in found]})
        return
    from fractions import Fraction

    from rich.console import Console

    from medicomut.budget.wording import say, write_keur, write_percent
    from medicomut.cli.agreement_tables import table_of

    reader = language(lang)
    table = table_of(*(say(word, reader) for word in ("figure", "lowest_value", "highest_value", "clause")))
    for column in table.columns[1:3]:
        column.justify = "right"
    for solved in found:
        if solved.span is None:
            ends = [say("exclude", reader), ""]
        else:
            ends = [
                write_keur(end, reader) if solved.unit == "keur" else write_percent(end / 100, reader, 3)
                for end in map(Fraction, solved.shown())
            ]
        table.add_row(solved.label.in_language(reader), *ends, " ".join(solved.cites))
    Console(highlight=False).print(table)
