"""Thrift's compact protocol, in which Parquet writes the footer of a file: read to a tree, and written back.

Nothing is interpreted and nothing is lost: a field this project knows nothing of is written as it was read.
Source: the specification of the compact protocol, Apache Thrift.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)

_BOOLEANS: Final = (TRUE, FALSE)
_INTEGERS: Final = (I16, I32, I64)
_LONG, _LOW, _MORE = 15, 0x7F, 0x80
_DOUBLE_BYTES = 8


class Value(NamedTuple):
    """A field's value with its type: an int, a bool, bytes, a `List`, or a struct as a dict of fields by number."""

    kind: int
    value: Any


class List(NamedTuple):
    """A list or a set: the type all members have, and the members without it."""

    kind: int
    members: list[Any]


Struct = dict[int, Value]


def read(data: bytes) -> Struct:
    """Return the struct that begins with the first byte; raises `ValueError` for what is none."""
    try:
        struct: Struct = _Reader(data).value(STRUCT)
    except IndexError:
        raise ValueError("the structure breaks off") from None
    return struct


def write(struct: Struct) -> bytes:
    """Return a struct as bytes; a struct in it may be given as the bytes it was written to before."""
    out = bytearray()
    _write(out, STRUCT, struct)
    return bytes(out)


def number(value: int) -> bytes:
    """Return an unsigned number of seven bits a byte, the lowest first."""
    out = bytearray()
    _number(out, value)
    return bytes(out)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def take(self, count: int) -> bytes:
        if self.at + count > len(self.data):
            raise IndexError
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        """Return an unsigned number of seven bits a byte, the lowest first."""
        byte = self.byte()
        if byte < _MORE:
            return byte
        found, shift = byte & _LOW, 7
        while byte >= _MORE:
            byte = self.byte()
            found |= (byte & _LOW) << shift
            shift += 7
        return found

    def signed(self) -> int:
        found = self.number()
        return (found >> 1) ^ -(found & 1)

    def value(self, kind: int) -> Any:
        if kind in _BOOLEANS:  # a field's value is in its type
            return kind == TRUE
        if kind not in _HOW:
            raise ValueError(f"type {kind} has no place in a Parquet footer")
        return _HOW[kind](self)

    def binary(self) -> bytes:
        return self.take(self.number())

    def double(self) -> bytes:
        return self.take(_DOUBLE_BYTES)

    def struct(self) -> Struct:
        found: Struct = {}
        number = 0
        while head := self.byte():
            number = number + (head >> 4) if head >> 4 else self.signed()
            found[number] = Value(head & 0x0F, self.value(head & 0x0F))
        return found

    def sequence(self) -> List:
        head = self.byte()
        count, kind = head >> 4, head & 0x0F
        if count == _LONG:
            count = self.number()
        if kind in _BOOLEANS:
            return List(kind, list(self.take(count)))
        return List(kind, [self.value(kind) for _ in range(count)])


_HOW: Final[dict[int, Callable[[_Reader], Any]]] = {
    **dict.fromkeys(_INTEGERS, _Reader.signed),
    BYTE: _Reader.byte,
    DOUBLE: _Reader.double,
    BINARY: _Reader.binary,
    LIST: _Reader.sequence,
    SET: _Reader.sequence,
    STRUCT: _Reader.struct,
}


def _write(out: bytearray, kind: int, value: Any) -> None:
    if kind in _INTEGERS:
        _number(out, value << 1 if value >= 0 else ~(value << 1))
    elif kind == BINARY:
        _number(out, len(value))
        out += value
    elif kind == STRUCT:
        _struct(out, value)
    elif kind in (LIST, SET):
        _sequence(out, value)
    elif kind == BYTE:
        out.append(value)
    elif kind == DOUBLE:
        out += value


def _number(out: bytearray, value: int) -> None:
    while value >= _MORE:
        out.append(value & _LOW | _MORE)
        value >>= 7
    out.append(value)


def _struct(out: bytearray, struct: Struct | bytes) -> None:
    if isinstance(struct, bytes):
        out += struct
        return
    before = 0
    for number, (kind, value) in sorted(struct.items()):
        if 0 < number - before < _LONG + 1:
            out.append((number - before) << 4 | kind)
        else:
            out.append(kind)
            _write(out, I16, number)
        _write(out, kind, value)
        before = number
    out.append(0)


def _sequence(out: bytearray, found: List) -> None:
    if len(found.members) < _LONG:
        out.append(len(found.members) << 4 | found.kind)
    else:
        out.append(_LONG << 4 | found.kind)
        _number(out, len(found.members))
    if found.kind in _BOOLEANS:
        out += bytes(found.members)
    else:
        for member in found.members:
            _write(out, found.kind, member)
