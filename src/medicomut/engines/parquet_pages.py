"""New columns as pages of a Parquet file: whole numbers, truth values and words out of a list.

They are laid down nearly as they lie in memory, where a general encoder looks at each value and takes many times as
long (docs/decisions/0018). Field numbers are those of `parquet.thrift`, Apache Parquet format 2.
"""

from __future__ import annotations

import struct
from typing import Any, Final

import numpy as np
import polars as pl

from medicomut.engines import thrift
from medicomut.engines.thrift import BINARY, I32, I64, LIST, STRUCT, List, Struct, Value

_DATA_PAGE, _DICTIONARY_PAGE = 0, 2
_BOOLEAN, _INT32, _BYTES = 0, 1, 6
_PLAIN, _RLE, _PLACE_IN_DICTIONARY = 0, 3, 8
_UNCOMPRESSED = 0
"""Parquet's words: kinds of pages, types, ways to write values (as they are, runs, places in a list of words)."""

_DATA, _DICTIONARY = 5, 7
"""Of a page's header: what is said of data, and of a list of words."""

_LENGTH: Final = struct.Struct("<I")

_FEW = 16
"""Places among few words take half a byte each, else as many whole bytes as they have in memory."""

Buffer = bytes | memoryview
Array = np.ndarray[Any, Any]


def chunk_of(column: pl.Series, place: int) -> tuple[list[Buffer], Struct]:
    """Return the pages of an `Int32`, `Boolean` or `Enum` column, and what a footer says of them.

    The pages, in parts and without compression, will lie at a place of the file; what is missing is marked by a
    bit a value. Raises `TypeError` for another type.
    """
    there = column.drop_nulls() if column.null_count() else column  # most often nothing is missing
    if column.dtype == pl.Int32:
        values = there.to_numpy().astype("<i4", copy=False).view(np.uint8).data
        return _chunk(column, place, _INT32, _PLAIN, [], [values])
    if column.dtype == pl.Boolean:
        return _chunk(column, place, _BOOLEAN, _PLAIN, [], [_bits(there)])
    if not isinstance(column.dtype, pl.Enum):
        raise TypeError(f"no page can be made of {column.dtype}")
    words, places = _words_of(there, column.dtype.categories)
    listed = b"".join(_LENGTH.pack(len(word)) + word for word in words)
    head = _header(_DICTIONARY_PAGE, len(listed), _DICTIONARY, {1: len(words), 2: _PLAIN})
    return _chunk(column, place, _BYTES, _PLACE_IN_DICTIONARY, [head, listed], _runs(places, len(words)))


def _chunk(
    column: pl.Series, place: int, kind: int, encoding: int, words: list[Buffer], values: list[Buffer]
) -> tuple[list[Buffer], Struct]:
    present = _present(column)
    body = _LENGTH.size + len(present) + _length(values)
    about = {1: len(column), 2: encoding, 3: _RLE, 4: _RLE}
    pages = [*words, _header(_DATA_PAGE, body, _DATA, about) + _LENGTH.pack(len(present)) + present, *values]
    known: Struct = {
        1: Value(I32, kind),
        2: Value(LIST, List(I32, sorted({_PLAIN, _RLE, encoding}))),
        3: Value(LIST, List(BINARY, [column.name.encode()])),
        4: Value(I32, _UNCOMPRESSED),
        5: Value(I64, len(column)),
        6: Value(I64, _length(pages)),
        7: Value(I64, _length(pages)),
        9: Value(I64, place + _length(words)),
    }
    if words:
        known[11] = Value(I64, place)
    return pages, {2: Value(I64, 0), 3: Value(STRUCT, known)}


def _header(kind: int, body: int, field: int, about: dict[int, int]) -> bytes:
    said: Struct = {number: Value(I32, value) for number, value in about.items()}
    return thrift.write({1: Value(I32, kind), 2: Value(I32, body), 3: Value(I32, body), field: Value(STRUCT, said)})


def _length(parts: list[Buffer]) -> int:
    return sum(map(len, parts))


def _present(column: pl.Series) -> bytes:
    """Return which values are there as one run of levels: all alike, or eight to a byte, the first lowest."""
    if not column.null_count():
        return thrift.number(len(column) << 1) + b"\x01"
    bits = _bits(column.is_not_null())
    return thrift.number(len(bits) << 1 | 1) + bits


def _bits(truths: pl.Series) -> bytes:
    return np.packbits(truths.to_numpy(), bitorder="little").tobytes()


def _words_of(column: pl.Series, listed: pl.Series) -> tuple[list[bytes], Array]:
    """Return the words that values of a column without gaps may be, and each value's place among them."""
    numbers = column.to_physical()
    if len(numbers) and numbers.min() == numbers.max():
        listed = listed[numbers[:1]]
    return [word.encode() for word in listed], numbers.to_numpy()


def _runs(places: Array, words: int) -> list[Buffer]:
    """Return places among some words as one run: all alike, or eight and eight together, the first lowest."""
    if words < 2:
        return [b"\x01" + thrift.number(len(places) << 1) + b"\x00"]
    eights = -(-len(places) // 8)
    if eights * 8 != len(places):
        places = np.pad(places, (0, eights * 8 - len(places)))
    width = places.dtype.itemsize * 8
    if words <= _FEW:
        pairs, width = places.view("<u2"), 4
        places = (pairs | pairs >> 4).astype(np.uint8)
    start = bytes([width]) + thrift.number(eights << 1 | 1)
    return [start, places.astype(places.dtype.newbyteorder("<"), copy=False).view(np.uint8).data]
