"""Lines that came as JSON: columns of their kinds at once, where a file of text would have to be read first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import polars as pl

from medicomut.tariff import line as reading
from medicomut.tariff.vocabulary import AMOUNTS, FACTS, LINE_COLUMNS, REQUIRED_COLUMNS

_NANOSECONDS = 1_000_000_000
_TOO_LARGE = 2**63
LONGEST_REMEMBERED = 20


Columns = Mapping[str, Sequence[Any]]


def frame_of(columns: Columns, height: int) -> pl.DataFrame:
    """Return lines as a frame that a `Checker` reads; facts are truth values or None, amounts whole numbers.

    `columns` are those of `columns_of`. Only those a check looks at are kept. A column with a value that cannot be
    read stays text, so that the check names it.
    """
    known = {name: columns[name] for name in LINE_COLUMNS if name in columns and name != "line_id"}
    for name in REQUIRED_COLUMNS:
        known.setdefault(name, [None] * height)
    return pl.DataFrame([_column(name, values) for name, values in known.items()])


def columns_of(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Return the values of each field over all rows, None where a row has none."""
    return same_fields(rows) or {name: [row.get(name) for row in rows] for name in set().union(*rows)}


def same_fields(rows: Sequence[Mapping[str, Any]]) -> Columns | None:
    """Return the values of each field where every row has the same fields, as in most files; else None."""
    names = tuple(rows[0]) if rows else ()
    if len(names) < 2 or any(len(row) != len(names) for row in rows):
        return None
    try:
        values = zip(*map(itemgetter(*names), rows), strict=True)
    except KeyError:
        return None
    return dict(zip(names, values, strict=True))


def _column(name: str, values: Sequence[Any]) -> pl.Series:
    if name in FACTS:
        return pl.Series(name, values, dtype=pl.Boolean)
    if name in AMOUNTS:
        return _whole(name, values)
    return _READ.get(name, _text)(name, values)


def _whole(name: str, values: Sequence[Any]) -> pl.Series:
    if all(value is None or abs(value) < _TOO_LARGE for value in values):
        return pl.Series(name, values, dtype=pl.Int64)
    return _text(name, values)


def _day(name: str, values: Sequence[Any]) -> pl.Series:
    return _parsed(name, values, reading.day_of, pl.Date)


def _hour(name: str, values: Sequence[Any]) -> pl.Series:
    found = _parsed(name, values, _nanoseconds, pl.Int64)
    return found if found.dtype == pl.String else found.cast(pl.Time)


def _nanoseconds(text: str) -> int:
    return reading.second_of(text) * _NANOSECONDS


def _code(name: str, values: Sequence[Any]) -> pl.Series:
    return _parsed(name, values, reading.code_number, pl.Int64)


def _practitioner(name: str, values: Sequence[Any]) -> pl.Series:
    return _parsed(name, values, reading.practitioner_number, pl.Int64)


def _word(name: str, values: Sequence[Any]) -> pl.Series:
    written = [None if value is None else value.strip() or None for value in values]
    return pl.Series(name, written, dtype=pl.Enum(sorted({word for word in written if word})))


def _parsed(name: str, values: Sequence[Any], parse: Callable[[Any], Any], dtype: type[pl.DataType]) -> pl.Series:
    try:
        known = {value: _read(parse, value) for value in set(values)}
    except ValueError:
        return _text(name, values)
    return pl.Series(name, list(map(known.__getitem__, values)), dtype=dtype)


def _read(parse: Callable[[Any], Any], value: Any) -> Any:
    """Return what a value says, None where it says nothing; days and hours recur from batch to batch."""
    if value is None:
        return None
    text = str(value).strip()
    if not text:
        return None
    return _remembered(parse, text) if len(text) <= LONGEST_REMEMBERED else parse(text)


@lru_cache(maxsize=20_000)
def _remembered(parse: Callable[[Any], Any], text: str) -> Any:
    return parse(text)


def _text(name: str, values: Sequence[Any]) -> pl.Series:
    if not {type(value) for value in values} <= {str, type(None)}:
        values = [None if value is None else str(value) for value in values]
    return pl.Series(name, values, dtype=pl.String)


_READ = {
    "code": _code,
    "practitioner": _practitioner,
    "date": _day,
    "time": _hour,
    "setting": _word,
    "third_party": _word,
}
