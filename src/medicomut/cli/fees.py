"""`medicomut fees`: what is known of a code, and bringing in the official tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json

app = typer.Typer(
    name="fees",
    help="Fees by code and day, with where each figure comes from.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(epilog="Example: medicomut fees show 101032")
@named_errors
def show(
    code: Annotated[str, typer.Argument(help="Nomenclature code of six digits.", show_default=False)],
    fees: Annotated[
        Path | None, typer.Option(help="Folder of fees instead of those shipped.", show_default=False)
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Show every fee known for a code, by interval, with status and source."""
    from medicomut.cli import fees_text
    from medicomut.errors import Problem, Problems
    from medicomut.identifiers import check_nomenclature
    from medicomut.tariff.fee_history import history
    from medicomut.tariff.fees import SHIPPED, FeeSchedule

    checked = check_nomenclature(code)
    if not checked.valid:
        raise Problems([Problem("bad_code", f"{code!r} is not a code: {checked.why}", mend="check the number")])
    found = history(FeeSchedule.load(fees or SHIPPED), code)
    if format is Format.json:
        print_json({"code": code, "fees": found})
    else:
        fees_text.show(code, found, language(lang))


@app.command(
    "import-nomensoft",
    epilog="Example: medicomut fees import-nomensoft 101032.xml 101076.xml --out my-fees",
)
@named_errors
def import_nomensoft(
    files: Annotated[list[Path], typer.Argument(help="NomenSoft XML files.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder to write, in the layout of docs/fees.md.", show_default=False)],
) -> None:
    """Turn NomenSoft XML into a folder of fees; a label that is not known stops the import and is named."""
    from medicomut.tariff import nomensoft

    typer.echo(str(nomensoft.import_nomensoft(files, out)))
