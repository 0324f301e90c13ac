"""Whole numbers that may be missing, as a page of a Parquet file: which are there, a bit each, then those that are.

The amounts of ten million lines are half of what a check writes, most of them missing somewhere. They lie in memory
as they lie in the file: a general encoder, which looks at each of them, takes fifteen times as long
(docs/decisions/0018). Field numbers are those of `parquet.thrift`, Apache Parquet format 2.
"""

from __future__ import annotations

import struct
from typing import Final

import numpy as np
import polars as pl

from medicomut.engines import thrift
from medicomut.engines.thrift import BINARY, I32, I64, LIST, STRUCT, List, Struct, Value

_DATA_PAGE, _INT32, _UNCOMPRESSED, _PLAIN, _RLE = 0, 1, 0, 0, 3
"""Parquet's words: a page of data, integers of 32 bits, no compression, values as they are, runs of levels."""

_LENGTH: Final = struct.Struct("<I")


Buffer = bytes | memoryview


def page_of(numbers: pl.Series) -> tuple[list[Buffer], int]:
    """Return a page with its header of an `Int32` series, in parts, and its length.

    Its numbers are without compression, little end first; they are not copied.
    """
    present = _present(numbers)
    values = numbers.drop_nulls().to_numpy().astype("<i4", copy=False).view(np.uint8).data
    body = len(present) + _LENGTH.size + len(values)
    about = {1: len(numbers), 2: _PLAIN, 3: _RLE, 4: _RLE}
    header: Struct = {
        1: Value(I32, _DATA_PAGE),
        2: Value(I32, body),
        3: Value(I32, body),
        5: Value(STRUCT, {field: Value(I32, value) for field, value in about.items()}),
    }
    head = thrift.write(header) + _LENGTH.pack(len(present)) + present
    return [head, values], len(head) + len(values)


def chunk_of(numbers: pl.Series, length: int, place: int) -> Struct:
    """Return what a footer says of a column of one such page, of a length, that lies at a place of the file."""
    known: Struct = {
        1: Value(I32, _INT32),
        2: Value(LIST, List(I32, [_PLAIN, _RLE])),
        3: Value(LIST, List(BINARY, [numbers.name.encode()])),
        4: Value(I32, _UNCOMPRESSED),
        5: Value(I64, len(numbers)),
        6: Value(I64, length),
        7: Value(I64, length),
        9: Value(I64, place),
    }
    return {2: Value(I64, 0), 3: Value(STRUCT, known)}


def _present(numbers: pl.Series) -> bytes:
    """Return which values are there as one run of levels: all alike, or eight to a byte, the first lowest."""
    if not numbers.null_count():
        return thrift.number(len(numbers) << 1) + b"\x01"
    bits = np.packbits(numbers.is_not_null().to_numpy(), bitorder="little").tobytes()
    return thrift.number(len(bits) << 1 | 1) + bits
