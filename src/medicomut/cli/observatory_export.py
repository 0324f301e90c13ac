"""`medicomut observatory export`, `catalogue`: data sets as files, each with its side file, and their catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medicomut.cli.common import named_errors, print_json, write_whole

EXPORT_EPILOG = (
    "\b\nExamples:\n"
    "  medicomut observatory export --out figures\n"
    "  medicomut observatory export series changes --as csv --as xlsx --out figures"
)
CATALOGUE_EPILOG = (
    "Example: medicomut observatory catalogue --publisher 'Our newsroom' --base https://data.example.org/"
)

Publisher = Annotated[str, typer.Option(metavar="NAME", help="Who publishes this copy of the data.")]


@named_errors
def export(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Data sets; all without.")] = None,
    out: Annotated[Path, typer.Option(file_okay=False, help="The folder to write to.")] = Path(),
    formats: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="FORMAT", help="csv, excel.csv, xlsx, parquet, json. Repeatable; all without."),
    ] = None,
    publisher: Publisher = "medicomut",
) -> None:
    """Write data sets with what is said of them (source, licence, definitions, rounding), and their catalogue."""
    import json

    from medicomut.observatory.catalogue import catalogue as described
    from medicomut.observatory.datasets import dataset, datasets
    from medicomut.observatory.downloads import MEDIA_TYPES, SIDE, side_file, written

    chosen = [dataset(name) for name in names or datasets()]
    files = {
        f"{each.name}.{ending}": written(each, ending) for each in chosen for ending in formats or list(MEDIA_TYPES)
    }
    files |= {
        f"{each.name}.{SIDE}": _text(json.dumps(side_file(each), ensure_ascii=False, indent=1)) for each in chosen
    }
    if not names and not formats:  # the catalogue speaks of every file
        files["catalogue.jsonld"] = _text(json.dumps(described(publisher), ensure_ascii=False, indent=1))
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        write_whole(out / name, content)
        typer.echo(str(out / name))


def _text(text: str) -> bytes:
    return f"{text}\n".encode()


@named_errors
def catalogue(
    publisher: Publisher = "medicomut",
    base: Annotated[str, typer.Option(metavar="URL", help="Where the files lie; else beside the catalogue.")] = "",
) -> None:
    """Print the catalogue of the data sets as DCAT (DCAT-AP) in JSON-LD."""
    from medicomut.observatory.catalogue import catalogue as described

    print_json(described(publisher, base))
