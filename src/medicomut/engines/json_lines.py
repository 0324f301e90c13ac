"""Lines of JSON read a part at a time: memory depends on the part, never on the length of the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
from polars.exceptions import NoDataError
from polars.io.plugins import register_io_source

PART = 16 << 20
"""Bytes read at a time; a single line may be longer."""


def scan(path: Path, as_text: tuple[str, ...]) -> pl.LazyFrame:
    """Return the objects of a file, one a line, as a lazy frame.

    A column has the type that holds every value the file has for it: text where numbers and text are mixed, and
    for the columns `as_text` text where one is a fraction. Raises what Polars raises for a line that is no object.
    """
    schema = _schema(path, as_text)

    def source(
        wanted: list[str] | None, predicate: pl.Expr | None, most: int | None, _batch: int | None
    ) -> Iterator[pl.DataFrame]:
        columns = {name: schema[name] for name in wanted} if wanted is not None else dict(schema)
        left = most
        for part in _parts(path):
            frame = pl.read_ndjson(part, schema=columns)
            if left is not None:
                frame = frame.head(left)
                left -= len(frame)
            yield frame if predicate is None else frame.filter(predicate)
            if left == 0:
                return

    return register_io_source(source, schema=schema)


def _parts(path: Path) -> Iterator[bytes]:
    """Yield the file in pieces of whole lines; blank lines alone make no piece."""
    with path.open("rb") as file:
        while part := file.read(PART):
            whole = part + file.readline()
            if whole.strip():
                yield whole


def _schema(path: Path, as_text: tuple[str, ...]) -> pl.Schema:
    found: pl.DataFrame | None = None
    for part in _parts(path):
        here = pl.read_ndjson(part, infer_schema_length=None).clear()
        found = here if found is None else pl.concat([found, here], how="diagonal_relaxed")
    if found is None:
        raise NoDataError("no line holds an object")
    return pl.Schema(
        {name: pl.String() if dtype.is_float() and name in as_text else dtype for name, dtype in found.schema.items()}
    )
