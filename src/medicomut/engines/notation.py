"""How days and amounts are written in a file, where not as `docs/lines.md` says: its sender tells, nothing is guessed.

What cannot be read as told stays as it was sent, and is then named as unreadable like anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

import polars as pl

from medicomut.errors import Place, Problem, Problems
from medicomut.tariff.line import day_of, whole

DAYS: Final = ("iso", "day_first", "month_first", "year_first")
AMOUNTS: Final = ("cents", "euro_comma", "euro_point")
NOTATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": DAYS,
    "charged_cents": AMOUNTS,
    "taxable_income_cents": AMOUNTS,
}
"""For each column that can be written in several ways: the ways, first ours."""

KINDS: Final[Mapping[str, str]] = {"days": "date", "amounts": "charged_cents"}
"""What a column can hold that is written in several ways, and a column of ours that does."""

AS_SENT: Final = "{} (as sent)"
"""What a column is called that bears our name and is written in another way."""

_MIDNIGHT = r"(?:[ T]00:00(?::00(?:\.0+)?)?)?"
_DAY_LAST = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})" + _MIDNIGHT)
_YEAR_FIRST = re.compile(r"([0-9]{4})([./-]?)([0-9]{2})\2([0-9]{2})" + _MIDNIGHT)
_UNIT = r"(?:€|eur|euros?)"
_EURO = {
    way: re.compile(
        rf"(?:{_UNIT}\s?)?(-?)([0-9]{{1,18}}|[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+)(?:{sign}([0-9]{{1,2}}))?(?:\s?{_UNIT})?",
        re.IGNORECASE,
    )
    for way, thousands, sign in (("euro_comma", r"[.\s']", ","), ("euro_point", r"[,\s']", r"\."))
}


def kind_of(column: str) -> str | None:
    """Return the kind of a column of ours, as in `KINDS`; None where it is written in one way."""
    return next((kind for kind, one in KINDS.items() if NOTATIONS.get(column) is NOTATIONS[one]), None)


def refuse_unknown(written: Mapping[str, str]) -> None:
    """Raise `Problems` (`bad_notation`) for a column that is written in one way only, or a way there is not."""
    faults = []
    for column, way in written.items():
        if column not in NOTATIONS:
            what, mend = f"the column {column[:100]!r} is written in one way", f"those that are not: {_list(NOTATIONS)}"
            faults.append(Problem("bad_notation", what, Place(field="written"), mend=mend))
        elif way not in NOTATIONS[column]:
            what, mend = f"{way[:100]!r} is no way to write {column}", f"use one of: {_list(NOTATIONS[column])}"
            faults.append(Problem("bad_notation", what, Place(field="written"), mend=mend))
    if faults:
        raise Problems(faults)


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def reads(column: str, way: str, text: str) -> str | None:
    """Return a value as our own way writes it (`2020-02-04`; whole cents), None where it cannot be read so.

    A day written our way is read whatever is told: no other can be meant.
    """
    text = text.strip()
    try:
        if NOTATIONS[column] is DAYS:
            return day_of(_day(way, text) or text).isoformat()
        cents = text if way == "cents" else _cents(way, text)
        return None if cents is None else str(whole(column, cents))
    except ValueError:
        return None


def _day(way: str, text: str) -> str | None:
    if way in ("day_first", "month_first") and (found := _DAY_LAST.fullmatch(text)):
        day, month = (found[1], found[3]) if way == "day_first" else (found[3], found[1])
        return _iso(found[4], month, day)
    if way == "year_first" and (found := _YEAR_FIRST.fullmatch(text)):
        return _iso(found[1], found[3], found[4])
    return None


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _cents(way: str, text: str) -> str | None:
    found = _EURO[way].fullmatch(text)
    return found and found[1] + re.sub(r"[^0-9]", "", found[2]) + (found[3] or "").ljust(2, "0")


def fitting(column: str, values: Iterable[Any]) -> dict[str, str]:
    """Return the ways that read every value given, each with what it makes of the first; none for no value.

    What is empty says nothing.
    """
    texts = [text for value in values if value is not None and (text := str(value).strip())]
    if not texts:
        return {}
    found = {}
    for way in NOTATIONS[column]:
        if all(reads(column, way, text) is not None for text in set(texts)):
            found[way] = reads(column, way, texts[0]) or ""
    return found


def beside(frame: pl.LazyFrame, names: Mapping[str, str], written: Mapping[str, str]) -> pl.LazyFrame:
    """Return lines with a second column for each that is to be read in another way: what was sent, under its own name.

    `names` are those that columns took (theirs: ours), see `mapping.renamed`.
    """
    present = frame.collect_schema().names()
    theirs = {ours: name for name, ours in names.items()}
    told = {column for column, way in written.items() if way != NOTATIONS[column][0]}
    columns = []
    for name in present:
        if name in told:
            columns.append(pl.col(name).alias(theirs.get(name) or _free(AS_SENT.format(name), present)))
        columns.append(pl.col(name))
    return frame.select(columns)


def _free(name: str, present: Sequence[str]) -> str:
    while name in present:
        name = AS_SENT.format(name)
    return name


def as_told(frame: pl.LazyFrame, written: Mapping[str, str]) -> pl.LazyFrame:
    """Return lines with each column of `written` (ours: the way) as our own way writes it; days that are days stay."""
    present = frame.collect_schema()
    return frame.with_columns(
        pl.col(column).map_batches(partial(_read, column, way), return_dtype=pl.String, is_elementwise=True)
        for column, way in written.items()
        if way != NOTATIONS[column][0] and column in present and not present[column].is_temporal()
    )


def _read(column: str, way: str, series: pl.Series) -> pl.Series:
    """Read a column through its distinct values: there are few days and few amounts."""
    text = series.cast(pl.String)
    known = text.unique().drop_nulls()
    read = [_or_unreadable(column, way, value) for value in known]
    return text.replace_strict(known, read, default=None, return_dtype=pl.String) if len(known) else text


def _or_unreadable(column: str, way: str, text: str) -> str:
    found = reads(column, way, text)
    if found is None and NOTATIONS[column] is AMOUNTS and text.strip():
        return f"{text.strip()} EUR"  # with its unit, so that nobody takes for cents what was to be euro
    return text if found is None else found
