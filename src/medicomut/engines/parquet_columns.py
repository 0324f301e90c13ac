"""Columns added to a Parquet file: the file as it is, the new columns' pages behind its own, and a new footer.

What somebody sent is not read and written again, only what is new: the old columns keep their bytes, whatever
wrote them and however they are compressed (docs/decisions/0018). Field numbers are those of `parquet.thrift`,
Apache Parquet format 2.
"""

from __future__ import annotations

import io
import shutil
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from medicomut.engines import thrift
from medicomut.engines.parquet_pages import Buffer, chunk_of
from medicomut.engines.thrift import BINARY, I32, I64, LIST, STRUCT, List, Struct, Value

LARGEST_GROUP, SMALLEST_GROUP = 2_000_000, 10_000
"""Rows of a row group that columns are added to as a whole: more would fill the memory, fewer take long."""

_MAGIC: Final = b"PAR1"
_END: Final = struct.Struct("<I4s")
"""How a file ends: the length of its footer, and the mark."""

_SCHEMA, _ROWS, _GROUPS, _NOTES, _ORDERS, _ENCRYPTION = 2, 3, 4, 5, 7, 8
"""Of a file: its columns, its rows, its row groups, its notes (key and value), the order of values in a column."""

_CHILDREN = 5
_COLUMNS, _BYTES, _ROWS_OF_GROUP, _BYTES_PACKED = 1, 2, 3, 6
_ELSEWHERE, _PLACES, _META = 1, (2, 4, 6), 3
_META_PLACES, _UNPACKED, _PACKED = (9, 10, 11, 14), 6, 7
"""Of a column in a row group: the file it lies in, places in the file, and what is known of it."""

_KEY, _VALUE = 1, 2
_ARROW = b"ARROW:schema"


@dataclass(frozen=True, slots=True)
class Span:
    """Row groups read together: their first row, and how many rows each has."""

    first: int
    groups: tuple[int, ...]

    @property
    def rows(self) -> int:
        """The number of rows."""
        return sum(self.groups)


@dataclass(frozen=True, slots=True)
class Encoded:
    """The new columns of a row group: their pages one after the other, and what a footer says of each.

    Places count from the first page.
    """

    pages: list[Buffer]
    columns: list[Struct]


@dataclass(frozen=True, slots=True)
class Extended:
    """A Parquet file with room for more columns in its footer; see `extended`."""

    path: Path
    footer: Struct
    length: int

    def spans(self, rows: int) -> Iterator[Span]:
        """Yield the row groups in their order, together until they have a number of rows."""
        first, groups = 0, list[int]()
        for group in self.footer[_GROUPS].value.members:
            groups.append(group[_ROWS_OF_GROUP].value)
            if sum(groups) >= rows:
                yield Span(first, tuple(groups))
                first, groups = first + sum(groups), []
        if groups:
            yield Span(first, tuple(groups))

    def write(self, out: Path, encoded: Iterable[Encoded]) -> None:
        """Write the file with the new columns of each row group, as `encode` made them, in the order of groups."""
        groups, parts = self.footer[_GROUPS].value.members, iter(encoded)
        first = next(parts)  # what makes the others is at work while the file is copied
        shutil.copyfile(self.path, out)
        with out.open("r+b") as file:
            file.truncate(self.length)
            file.seek(self.length)
            for n, part in zip(range(len(groups)), chain([first], parts), strict=True):
                moved = file.tell()
                for column in part.columns:
                    _add(groups[n], column, moved)
                file.writelines(part.pages)
                groups[n] = thrift.write(groups[n])  # now, while others are at work, instead of all at the end
            file.write(_closing(self.footer))


def extended(path: Path, added: pl.Schema) -> Extended | None:
    """Return a Parquet file to which columns can be added; None where it must be read and written anew.

    So it is with files that are encrypted or lie in several parts, with row groups too large or too small, and
    where the reader would not find old and new columns as they are.
    """
    footer, length = _split_file(path)
    groups = footer[_GROUPS].value.members
    rows = [group[_ROWS_OF_GROUP].value for group in groups]
    if not rows or max(rows) > LARGEST_GROUP or sum(rows) < SMALLEST_GROUP * (len(rows) - 1) or min(rows) < 1:
        return None
    if _ENCRYPTION in footer or any(_ELSEWHERE in c for group in groups for c in group[_COLUMNS].value.members):
        return None
    wanted = pl.Schema({**pl.read_parquet_schema(path), **added})
    _add_columns(footer, _split(_bytes_of(pl.DataFrame(schema=added)))[0])
    _note_types(footer, _split(_bytes_of(pl.DataFrame(schema=wanted)))[0])
    return Extended(path, footer, length) if _reads_as(footer, wanted) else None


def encode(columns: pl.DataFrame, groups: Iterable[int]) -> list[Encoded]:
    """Return the columns of some row groups, as they will lie in the file."""
    parts, first = [], 0
    for rows in groups:
        parts.append(_encoded(columns.slice(first, rows)))
        first += rows
    return parts


def _encoded(frame: pl.DataFrame) -> Encoded:
    pages, known, place = list[Buffer](), list[Struct](), 0
    for column in frame:
        parts, said = chunk_of(column, place)
        pages += parts
        known.append(said)
        place += sum(map(len, parts))
    return Encoded(pages, known)


def _bytes_of(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out, compression="uncompressed", statistics=False, row_group_size=max(len(frame), 1))
    return out.getvalue()


def _split_file(path: Path) -> tuple[Struct, int]:
    with path.open("rb") as file:
        file.seek(-_END.size, io.SEEK_END)
        length, _ = _END.unpack(file.read(_END.size))
        file.seek(-_END.size - length, io.SEEK_END)
        return thrift.read(file.read(length)), file.tell() - length


def _split(part: bytes) -> tuple[Struct, int]:
    """Return a file's footer, and where it begins."""
    length, _ = _END.unpack(part[-_END.size :])
    begin = len(part) - _END.size - length
    return thrift.read(part[begin : -_END.size]), begin


def _closing(footer: Struct) -> bytes:
    data = thrift.write(footer)
    return data + _END.pack(len(data), _MAGIC)


def _add_columns(footer: Struct, new: Struct) -> None:
    """Name the new columns behind the old ones."""
    (root, *_), fields = footer[_SCHEMA].value.members, new[_SCHEMA].value.members[1:]
    root[_CHILDREN] = Value(I32, root[_CHILDREN].value + len(fields))
    footer[_SCHEMA].value.members.extend(fields)
    if _ORDERS in footer and _ORDERS in new:
        footer[_ORDERS].value.members.extend(new[_ORDERS].value.members)
    else:
        footer.pop(_ORDERS, None)


def _note_types(footer: Struct, whole: Struct) -> None:
    """Replace the note that names the columns' types in Arrow's words."""
    notes = footer[_NOTES].value.members if _NOTES in footer else []
    kept = [note for note in notes if note[_KEY] != Value(BINARY, _ARROW)]
    types = [note for note in whole[_NOTES].value.members if note[_KEY] == Value(BINARY, _ARROW)]
    footer[_NOTES] = Value(LIST, List(STRUCT, kept + types))


def _reads_as(footer: Struct, wanted: pl.Schema) -> bool:
    empty = {**footer, _ROWS: Value(I64, 0), _GROUPS: Value(LIST, List(STRUCT, []))}
    try:
        return pl.read_parquet_schema(io.BytesIO(_MAGIC + _closing(empty))) == wanted
    except PolarsError:
        return False


def _add(group: Struct, column: Struct, moved: int) -> None:
    """Add a column to a row group; its pages lie in the file `moved` bytes further on than it says."""
    _move(column, moved)
    known = column[_META].value
    group[_COLUMNS].value.members.append(column)
    _grow(group, _BYTES, known[_UNPACKED])
    if _BYTES_PACKED in group:
        _grow(group, _BYTES_PACKED, known[_PACKED])


def _move(column: Struct, by: int) -> None:
    """Say of what lies in the file at a place that it lies there `by` bytes further on."""
    known = column[_META].value
    said = [(column, place) for place in _PLACES if place in column and column[place].value]  # nought: not said
    for fields, place in said + [(known, place) for place in _META_PLACES if place in known]:
        fields[place] = Value(I64, fields[place].value + by)


def _grow(group: Struct, field: int, by: Value) -> None:
    group[field] = Value(I64, group[field].value + by.value)
