"""A checked file in another format, for somebody who opens it in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from medicomut.engines import files

_FORMULA = r"^[=+\-@\t\r]"
_NUMBER = r"^[+-]?[0-9]+([.,][0-9]+)?$"


def write(result: Path, out: Path) -> None:
    """Write a result in Parquet to a file by its ending, whole or not at all.

    In CSV a cell that a spreadsheet would run as a formula is made text by an apostrophe, as in the other downloads;
    a workbook keeps cells apart from formulas, and the other formats have none. Raises `Problems` for what the format
    cannot hold.
    """
    frame = pl.scan_parquet(result)
    rows = int(frame.select(pl.len()).collect().item())
    schema = frame.collect_schema()
    shown = frame.with_columns(*_as_text(schema))
    if out.suffix.lower() == ".csv":
        names = {name: f"'{name}" for name in schema if re.match(_FORMULA, name)}
        shown = shown.with_columns(*_safe(schema)).rename(names)
    source = files.Source(result, shown, rows)

    def chunks() -> Iterator[pl.DataFrame]:
        return source.chunks(files.TEXT_CHUNK)

    files.write(out, shown.collect_schema(), chunks, rows)


def _as_text(schema: pl.Schema) -> list[pl.Expr]:
    return [pl.col(name).cast(pl.String) for name, kind in schema.items() if isinstance(kind, pl.Categorical | pl.Enum)]


def _safe(schema: pl.Schema) -> list[pl.Expr]:
    texts = [name for name, kind in schema.items() if isinstance(kind, pl.String | pl.Categorical | pl.Enum)]
    return [
        pl.when(pl.col(name).str.contains(_FORMULA) & ~pl.col(name).str.contains(_NUMBER))
        .then("'" + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    ]
