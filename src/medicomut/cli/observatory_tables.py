"""`medicomut observatory tables`, `show`: the published tables, and the figures of one with what each means."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json

TABLES_EPILOG = "Example: medicomut observatory tables"
SHOW_EPILOG = "Example: medicomut observatory show conventioning-2018"

TableName = Annotated[
    str, typer.Argument(metavar="TABLE|FILE", help="A shipped table (see `tables`), or a CSV file in the same layout.")
]


@named_errors
def tables(format: AsFormat = Format.table, lang: InLanguage = None) -> None:
    """List the published tables that are shipped."""
    from medicomut.observatory import published

    found = [published.published(name) for name in published.names()]
    if format is Format.json:
        print_json([{"name": each.name, **each.head, "figures": len(each.cells)} for each in found])
        return
    from rich.console import Console

    from medicomut.cli.agreement_tables import table_of
    from medicomut.observatory.wording import say

    lang_ = language(lang)
    shown = table_of(*(say(word, lang_) for word in ("table", "title", "figures")))
    shown.columns[2].justify = "right"
    for each in found:
        shown.add_row(each.name, each.head.get("title", ""), str(len(each.cells)))
    Console(highlight=False).print(shown)


@named_errors
def show(table: TableName, format: AsFormat = Format.table) -> None:
    """Show the figures of a table as printed, with what each is read as."""
    from medicomut.observatory import published

    found = published.load(table)
    if format is Format.json:
        print_json({"name": found.name, "head": dict(found.head), "figures": [_figure(cell) for cell in found.cells]})
        return
    from rich.console import Console
    from rich.text import Text as Words

    from medicomut.cli.agreement_tables import table_of

    console = Console(highlight=False)
    for line in found.head.values():
        console.print(Words(line, style="dim"))
    for each in found.tables:
        console.print()
        if "title" in each.head and each.head["title"] != found.head.get("title"):
            console.print(Words(each.head["title"], style="bold"))
        printed = table_of(*each.headings)
        for row in each.rows:
            printed.add_row(*row[: len(each.headings)])
        console.print(printed)


def _figure(cell: Any) -> dict[str, Any]:
    from medicomut.observatory.numbers import plain_number

    key, figure = cell.key, cell.figure
    return {
        "cell": cell.name, "printed": figure.printed, "value": plain_number(figure.value, figure.decimals),
        "unit": "points" if key.against else figure.unit or None,
        "measure": key.measure, "year": key.year, "region": key.region, "profession": key.profession,
        "specialty": key.specialty or None, "against": key.against or None,
        "status": cell.status, "source": cell.source, "line": cell.line,
    }  # fmt: skip
