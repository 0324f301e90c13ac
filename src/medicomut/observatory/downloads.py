"""Data sets as files: CSV for programs and for spreadsheets, a workbook, Parquet and JSON, each with its side file.

The side file is metadata of CSV on the Web (W3C): source, licence, definitions and rounding in four languages. It tells
the same of the other formats, whose columns are the same.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from medicomut.errors import Problem, Problems
from medicomut.observatory.datasets import DECIMALS, Column, Dataset, Value, label, temporal

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "excel.csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}
"""The formats by the ending of a file. `excel.csv` has semicolons, decimal commas and a byte order mark."""
SIDE: Final = "csv-metadata.json"
SIDE_TYPE: Final = "application/csvm+json"

_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is run as a formula by a spreadsheet that opens CSV (docs/decisions/0057)."""
_CSVW: Final = {"text": "string", "integer": "integer", "decimal": "decimal", "year": "gYear"}


def written(found: Dataset, ending: str) -> bytes:
    """Return a data set in a format. Raises `Problems` (`unknown_format`)."""
    writers = {"csv": _csv, "excel.csv": _spreadsheet_csv, "xlsx": _workbook, "parquet": _parquet, "json": _json}
    if ending not in writers:
        mend = f"write one of: {', '.join(writers)}"
        raise Problems([Problem("unknown_format", f"{ending[:20]!r} is no format of these files", mend=mend)])
    return writers[ending](found)


def side_file(found: Dataset) -> dict[str, Any]:
    """Return what is said of a data set: metadata of CSV on the Web, for `NAME.csv`."""
    about: dict[str, Any] = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": f"{found.name}.csv",
        "dc:title": _in_languages(found.title),
        "dc:description": _in_languages(found.description),
        "dc:source": list(found.sources),
        "dc:license": {"@id": found.licence_url},
        "rdfs:comment": _in_languages(found.rounding),
        "dialect": {"delimiter": ",", "encoding": "utf-8", "header": True},
        "tableSchema": {"columns": [_described(column) for column in found.columns]},
    }
    years = temporal(found.name)
    return about | ({"dc:temporal": f"{years[0]}/{years[1]}"} if years else {})


def _in_languages(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": lang} for lang, text in texts.items()]


def _described(column: Column) -> dict[str, Any]:
    return {"name": column.name, "titles": dict(column.label), "datatype": _CSVW[column.kind], "null": ""}


def _csv(found: Dataset) -> bytes:
    """Write CSV as RFC 4180 has it, every cell as it is."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in found.columns])
    for row in found.rows():
        writer.writerow([column.write(value) for column, value in zip(found.columns, row, strict=True)])
    return text.getvalue().encode()


def _spreadsheet_csv(found: Dataset) -> bytes:
    """Write CSV as Belgian spreadsheets read it; a text that would run as a formula gets an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.name for column in found.columns])
    for row in found.rows():
        writer.writerow([_local(column, value) for column, value in zip(found.columns, row, strict=True)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _local(column: Column, value: Value) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_RUNS) else value
    return column.write(value).replace(".", ",")


def _json(found: Dataset) -> bytes:
    """Write one object: what is said of the data, then a record a row; decimals are text, so that they stay exact."""
    names = [column.name for column in found.columns]
    rows = [
        {
            name: column.write(value) if isinstance(value, Fraction) else value
            for name, column, value in zip(names, found.columns, row, strict=True)
        }
        for row in found.rows()
    ]
    return json.dumps({"about": side_file(found), "rows": rows}, ensure_ascii=False, indent=1).encode()


def _parquet(found: Dataset) -> bytes:
    import polars as pl  # noqa: PLC0415 - half a second, paid only for this format

    kinds = {"text": pl.String(), "integer": pl.Int64(), "decimal": pl.Decimal(18, DECIMALS), "year": pl.Int16()}
    rows = [tuple(_decimal(value) if isinstance(value, Fraction) else value for value in row) for row in found.rows()]
    schema = {column.name: kinds[column.kind] for column in found.columns}
    out = io.BytesIO()
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(out, compression="uncompressed")
    return out.getvalue()


def _decimal(value: Fraction) -> Decimal:
    """Return an exact decimal: no data set holds more places."""
    return Decimal((value * 10**DECIMALS).numerator).scaleb(-DECIMALS)


def _workbook(found: Dataset) -> bytes:
    """Write a workbook: the data with numbers as numbers, and what is said of them in four languages."""
    import xlsxwriter  # noqa: PLC0415

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("data")
        formats = [book.add_format({"num_format": _number_format(column)}) for column in found.columns]
        for at, column in enumerate(found.columns):
            sheet.write_string(0, at, column.name, bold)
            sheet.set_column(at, at, 14 if column.kind != "text" else 22)
        for number, row in enumerate(found.rows(), start=1):
            for at, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, at, value)
                elif value is not None:
                    sheet.write_number(
                        number, at, _decimal(value) if isinstance(value, Fraction) else value, formats[at]
                    )
        sheet.freeze_panes(1, 0)
        _about(book.add_worksheet("about"), found, bold, book.add_format({"text_wrap": True, "valign": "top"}))
    return out.getvalue()


def _number_format(column: Column) -> str:
    if column.kind == "decimal" and column.places:
        return "0." + "0" * column.places
    return "#,##0" if column.kind == "integer" else "0"


def _about(sheet: Worksheet, found: Dataset, bold: object, wrapped: object) -> None:
    """Write the second sheet: a block for each language."""
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    line = 0
    for lang in found.title:
        said = (
            (found.title[lang], found.description[lang]),
            (label("licence", lang), f"{found.licence}, {found.licence_url}"),
            (label("sources", lang), "; ".join(found.sources)),
            (label("rounding", lang), found.rounding[lang]),
            *((column.name, column.label[lang]) for column in found.columns),
        )
        for name, text in said:
            sheet.write_string(line, 0, name, bold)
            sheet.write_string(line, 1, text, wrapped)
            line += 1
        line += 1
