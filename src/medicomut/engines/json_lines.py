"""Lines of JSON read a part at a time: memory depends on the part, never on the length of the file."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import polars as pl
from polars.exceptions import NoDataError
from polars.io.plugins import register_io_source

PART = 16 << 20
"""Bytes read at a time; a single line may be longer."""

AT_ONCE = 2
"""Parts whose types are found side by side: to find them takes as long as all the rest of reading."""


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


def _columns(part: bytes) -> pl.DataFrame:
    """Return the columns of some lines without any line."""
    return pl.scan_ndjson(part, infer_schema_length=None).collect_schema().to_frame()


def _schema(path: Path, as_text: tuple[str, ...]) -> pl.Schema:
    found: pl.DataFrame | None = None
    parts = _parts(path)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while some := list(islice(parts, AT_ONCE)):  # no more of the file in memory than is looked at
            read = list(pool.map(_columns, some))
            found = pl.concat(read if found is None else [found, *read], how="diagonal_relaxed")
    if found is None:
        raise NoDataError("no line holds an object")
    return pl.Schema(
        {name: pl.String() if dtype.is_float() and name in as_text else dtype for name, dtype in found.schema.items()}
    )
