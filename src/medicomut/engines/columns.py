"""From a file's columns to the rulebook's inputs: text or typed values in, integers and truth values out.

Text is read through its distinct values by the very functions that read one line, so that both agree. A column
that is absent, wholly empty or without gaps gives constants instead of columns where it can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl

from medicomut.tariff import line as reading
from medicomut.tariff.conditions import FIRST_DAY, LAST_DAY
from medicomut.tariff.vocabulary import FACTS

PUNCTUATION = r"[\s./-]"
"""What a practitioner's number may be written with."""


@dataclass(slots=True)
class Inputs:
    """Columns and constants named as the rulebook reads them, and where a field could not be read."""

    columns: dict[str, pl.Series] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    unreadable: dict[str, pl.Series] = field(default_factory=dict)

    def put(self, name: str, values: pl.Series | bool | int) -> None:
        """Set a column, or a constant when one value holds for all lines; the last word counts."""
        if isinstance(values, pl.Series):
            self.constants.pop(name, None)
            self.columns[name] = values
        else:
            self.columns.pop(name, None)
            self.constants[name] = values


def read_facts(chunk: pl.DataFrame, inputs: Inputs) -> None:
    """Add every yes-or-no fact and whether it is stated."""
    for name in FACTS:
        found = _read(chunk, inputs, name, reading.truth, pl.Boolean)
        _stated(inputs, name, found, empty=False)


def read_words(chunk: pl.DataFrame, inputs: Inputs) -> None:
    """Add the numbered words of a line, zero where not stated."""
    for name in ("setting", "third_party"):

        def number(value: Any, column: str = name) -> int:
            return reading.word_number(column, value)

        found = _read(chunk, inputs, name, number, pl.UInt8)
        inputs.put(name, 0 if found is None else filled(found, 0))


def read_amounts(chunk: pl.DataFrame, inputs: Inputs) -> None:
    """Add the whole numbers of a line; what is not stated is nothing charged, one holder, no dependant."""
    for name, stated, empty, dtype in (
        ("charged_cents", "charge_stated", 0, pl.Int32),
        ("taxable_income_cents", "income_stated", 0, pl.Int64),
        ("holders", "holders_stated", 1, pl.Int64),
        ("dependants", "dependants_stated", 0, pl.Int64),
    ):
        found = _whole(chunk, inputs, name, dtype)
        _stated(inputs, name, found, empty=empty, stated=stated)


def read_code(chunk: pl.DataFrame, inputs: Inputs) -> pl.Series:
    """Return the code of each line, null where it cannot be read."""
    series = chunk["code"]
    if series.dtype.is_integer():
        found = series.cast(pl.Int32, strict=False)
        found = _within(found, 100_000, 999_999)
        _note(inputs, "code", series, found)
        return found
    return _or_null(_read(chunk, inputs, "code", reading.code_number, pl.Int32), chunk, pl.Int32)


def read_day(chunk: pl.DataFrame, inputs: Inputs) -> pl.Series:
    """Return the day of each line, null where it cannot be read."""
    series = chunk["date"]
    if series.dtype in (pl.Date, pl.Datetime):
        found = _within(series.dt.date(), FIRST_DAY, LAST_DAY)  # the day on the clock of its own time zone
        _note(inputs, "date", series, found)
        return found
    return _or_null(_read(chunk, inputs, "date", reading.day_of, pl.Date), chunk, pl.Date)


def read_second(chunk: pl.DataFrame, inputs: Inputs) -> pl.Series | None:
    """Return seconds after midnight, null where not stated; None where no line states a time."""
    if "time" in chunk.columns and chunk["time"].dtype == pl.Time:
        return (chunk["time"].to_physical() // 1_000_000_000).cast(pl.Int32, wrap_numerical=True)
    return _read(chunk, inputs, "time", reading.second_of, pl.Int32)


def read_practitioner(chunk: pl.DataFrame, inputs: Inputs) -> pl.Series | None:
    """Return the practitioner's number, null where not stated; None where no line states one."""
    if "practitioner" not in chunk.columns or chunk["practitioner"].null_count() == len(chunk):
        return None
    series = chunk["practitioner"]
    if series.dtype.is_integer():
        found = series.cast(pl.Int64, strict=False)
        found = _within(found, 0, 10**18 - 1)
    else:
        text = series.cast(pl.String).str.replace_all(PUNCTUATION, "")
        series = series.set(text == "", None)
        found = pl.select(pl.when(text.str.contains(r"^[0-9]{1,18}$")).then(text)).to_series().cast(pl.Int64)
    _note(inputs, "practitioner", series, found)
    return found


def charged_sum(chunk: pl.DataFrame) -> int:
    """Return the sum of what was charged, in cents, over the lines where it can be read."""
    found = _whole(chunk, Inputs(), "charged_cents", pl.Int32)
    return 0 if found is None else int(found.cast(pl.Int64).sum())


def _read(
    chunk: pl.DataFrame, inputs: Inputs, name: str, parse: Callable[[Any], Any], dtype: type[pl.DataType]
) -> pl.Series | None:
    """Read a column of few distinct values through them; None where nothing is stated."""
    if name not in chunk.columns:
        return None
    series = chunk[name]
    if series.dtype == dtype and dtype == pl.Boolean:
        return None if series.null_count() == len(series) else series
    if series.null_count() == len(series):
        return None
    if isinstance(series.dtype, pl.Enum):
        found = _parsed(series.dtype.categories, parse, dtype)[series.to_physical()]
    else:
        if isinstance(series.dtype, pl.Categorical):
            series = series.cast(pl.String)
        words = series.unique().drop_nulls()
        found = series.replace_strict(words, _parsed(words, parse, dtype), default=None, return_dtype=dtype)
    _note(inputs, name, series, found)
    return found


def _parsed(words: pl.Series, parse: Callable[[Any], Any], dtype: type[pl.DataType]) -> pl.Series:
    def attempt(value: Any) -> Any:
        try:
            return parse(value)
        except (ValueError, TypeError):
            return None

    return pl.Series([attempt(word) for word in words], dtype=dtype)


def _whole(chunk: pl.DataFrame, inputs: Inputs, name: str, dtype: type[pl.DataType]) -> pl.Series | None:
    if name not in chunk.columns or chunk[name].null_count() == len(chunk):
        return None
    series, limit = chunk[name], reading.LIMITS[name]
    lowest = reading.LOWEST.get(name, 0)
    if series.dtype.is_integer():
        if series.dtype == dtype and _inside(series, lowest, limit - 1):
            return series
        found = series.cast(pl.Int64, strict=False)
    else:
        text = series.cast(pl.String).str.strip_chars()
        series = series.set(text == "", None)
        found = pl.select(pl.when(text.str.contains(r"^-?[0-9]{1,18}$")).then(text)).to_series().cast(pl.Int64)
    found = _within(found, lowest, limit - 1).cast(dtype)
    _note(inputs, name, series, found)
    return found


def _stated(
    inputs: Inputs, name: str, found: pl.Series | None, *, empty: bool | int, stated: str | None = None
) -> None:
    stated = stated or f"{name}_stated"
    if found is None:
        inputs.put(name, empty)
        inputs.put(stated, False)
    elif found.null_count() == 0:
        inputs.put(name, found)
        inputs.put(stated, True)
    else:
        inputs.put(name, found.fill_null(empty))
        inputs.put(stated, found.is_not_null())


def _inside(series: pl.Series, lowest: Any, highest: Any) -> bool:
    low, high = series.min(), series.max()
    return low is None or (low >= lowest and high <= highest)


def constant(value: bool | int | None, dtype: Any, height: int) -> pl.Series:
    """Return a series of one value."""
    return pl.Series([value], dtype=dtype).new_from_index(0, height)


def place(numbers: pl.Series) -> pl.Series:
    """Return whole numbers known to be places of a table in the type tables are looked up by, unchecked."""
    return numbers.cast(pl.UInt32, wrap_numerical=True)


def truths(values: Iterable[bool]) -> pl.Series:
    """Return a table of truth values, a byte each: `truth_at` finds them twice as fast as bits."""
    return pl.Series(values, dtype=pl.Boolean).cast(pl.UInt8)


def truth_at(table: pl.Series, places: pl.Series) -> pl.Series:
    """Return the truth values of a table made by `truths` at some places."""
    return table[places] != 0


@cache
def literal(value: int, dtype: Any) -> pl.Expr:
    """Return a number as an expression of a type: made once, for making it takes longer than using it."""
    return pl.lit(value, dtype=dtype)


def filled(series: pl.Series, value: int) -> pl.Series:
    """Return a series with a value for what is null; most have no null, and then nothing is to be done."""
    return series.fill_null(value) if series.null_count() else series


def _within(series: pl.Series, lowest: Any, highest: Any) -> pl.Series:
    if _inside(series, lowest, highest):
        return series
    return series.set(~series.is_between(lowest, highest), None)


def _or_null(found: pl.Series | None, chunk: pl.DataFrame, dtype: type[pl.DataType]) -> pl.Series:
    return constant(None, dtype, len(chunk)) if found is None else found


def _note(inputs: Inputs, name: str, given: pl.Series, found: pl.Series) -> None:
    """Remember the lines where something is written that could not be read."""
    if found.null_count() == given.null_count():
        return
    written = given.is_not_null()
    if given.dtype == pl.String:
        written &= given.str.strip_chars() != ""
    bad = written & found.is_null()
    if bad.any():
        inputs.unreadable[name] = bad
