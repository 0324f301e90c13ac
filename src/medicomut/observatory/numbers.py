"""Numbers as people print them: `3.747`, `3 747`, `89,48 %`, `↘ 0,12 %`; what can be read in two ways is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from medicomut.errors import Problem, Problems
from medicomut.money import half_up

Kind = Literal["count", "rate", "points"]
"""What a figure is: a whole number of persons, a rate in percent, a difference of rates in points."""

Unit = Literal["", "%", "points"]

LONGEST: Final = 40
UP: Final = "↗↑▲⬆+"
DOWN: Final = "↘↓▼⬇-−–"
LEVEL: Final = "→=±"

_SPACE: Final = " \u00a0\u202f\u2009'’"
_UNITS: Final[dict[str, Unit]] = {
    "": "", "%": "%", "pc": "%", "p.c.": "%",
    "point": "points", "points": "points", "pt": "points", "pts": "points", "pp": "points", "punt": "points",
    "punten": "points", "procentpunt": "points", "procentpunten": "points", "prozentpunkt": "points",
    "prozentpunkte": "points", "prozentpunkten": "points",
}  # fmt: skip
_WRITTEN = re.compile(rf"([{re.escape(UP + DOWN + LEVEL)}\s]*)([0-9][0-9.,{_SPACE}]*)\s*([%a-z.]*)", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z]+>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed: its exact value (a rate in percent), and how many decimals were printed.

    `unit` is the one printed beside it, empty when there is none. `arrow` says that an arrow carried the sign.
    """

    printed: str
    value: Fraction
    decimals: int
    unit: Unit = ""
    arrow: bool = False

    @property
    def low(self) -> Fraction:
        """The least number that can have been rounded to this one (half of the last decimal below it)."""
        return self.value - Fraction(1, 2 * 10**self.decimals)

    @property
    def high(self) -> Fraction:
        """The greatest number that can have been rounded to this one; both ends count, whichever way halves go."""
        return self.value + Fraction(1, 2 * 10**self.decimals)


def read_figure(text: str, kind: Kind, decimal: str | None = None) -> Figure:
    """Read a printed number.

    A count is whole, so that a point or comma in it can only group thousands. In a rate a single mark before exactly
    three digits could do either: it is read when `decimal` names the decimal mark (`,` or `.`), else refused.
    Raises `Problems`: `bad_number`, `ambiguous_number`, `bad_sign`, `bad_unit`.
    """
    shown = _TAG.sub("", text).strip()
    found = _WRITTEN.fullmatch(shown) if len(shown) <= LONGEST else None
    if found is None:
        raise _refused("bad_number", f"{text[:LONGEST]!r} is not a number", "write digits, such as 3 747 or 89,48 %")
    marks, digits, unit_word = found.groups()
    unit = _UNITS.get(unit_word.lower())
    if unit is None or (kind == "count" and unit):
        mend = "a count has none" if kind == "count" else "write %, points, or nothing"
        raise _refused("bad_unit", f"{shown!r} is in {unit_word!r}", mend)
    value, decimals = _value(shown, digits.strip(_SPACE), kind, decimal)
    sign, arrow = _sign(shown, marks, value)
    return Figure(shown, sign * value, decimals, unit, arrow)


def _sign(shown: str, marks: str, value: Fraction) -> tuple[int, bool]:
    """Return the sign that marks and arrows before the digits give, and whether an arrow was among them."""
    written = [mark for mark in marks if not mark.isspace()]
    signs = {-1 if mark in DOWN else 1 for mark in written if mark not in LEVEL}
    if len(signs) > 1 or (any(mark in LEVEL for mark in written) and (signs or value)):
        raise _refused("bad_sign", f"{shown!r} has signs that contradict one another", "keep the sign that is meant")
    return signs.pop() if signs else 1, any(mark not in "+-−–" for mark in written)


def _value(shown: str, digits: str, kind: Kind, decimal: str | None) -> tuple[Fraction, int]:
    plain = re.sub(rf"(?<=[.,])[{_SPACE}]+", "", digits)  # `6.287, 70`: a space after the decimal mark
    plain = re.sub(rf"(?<=[0-9])[{_SPACE}](?=[0-9]{{3}}(?![0-9]))", "_", plain)
    if not re.fullmatch(r"[0-9][0-9.,_]*", plain) or plain[-1] in ".,_":
        raise _refused("bad_number", f"{shown!r} is not a number", "group thousands by three digits")
    readings = {found for mark in ("", ",", ".") if (found := _reading(plain, mark)) is not None}
    if kind == "count":
        readings = {(value, places) for value, places in readings if places == 0}
    if not readings:
        mend = "write a whole number" if kind == "count" else "write it as 89,48"
        raise _refused("bad_number", f"{shown!r} is not a {kind}", mend)
    if len(readings) > 1 and decimal is not None:  # one mark before three digits: it is the decimal mark, or groups
        readings = {found for mark in (decimal if decimal in plain else "",) if (found := _reading(plain, mark))}
    if len(readings) > 1:
        both = " or ".join(plain_number(value, places) for value, places in sorted(readings))
        mend = "say which mark is decimal in a line at the head of the file: # decimal: ,"
        raise _refused("ambiguous_number", f"{shown!r} can be read as {both}", mend)
    return readings.pop()


def _reading(plain: str, mark: str) -> tuple[Fraction, int] | None:
    """Read digits whose decimal mark is `mark` (empty: there are no decimals); `None` when they cannot be so read."""
    whole, found, decimals = plain.rpartition(mark) if mark else (plain, "", "")
    if mark and (not found or not decimals.isdigit()):
        return None
    groups = re.split(r"[.,_]", whole)
    separators = set(re.findall(r"[.,_]", whole)) | ({mark} if mark else set())
    if len(separators) > (2 if mark else 1) or (mark and mark in whole):
        return None
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or groups[0] == "0" or any(len(g) != 3 for g in groups[1:])):
        return None
    return Fraction(int("".join(groups) + decimals), 10 ** len(decimals)), len(decimals)


def plain_number(value: Fraction, decimals: int) -> str:
    """Write a number in plain notation with so many decimals, rounded half away from zero: `82.05`, `-0.21`."""
    scaled = half_up(value.numerator * 10**decimals, value.denominator)
    digits = str(abs(scaled)).zfill(decimals + 1)
    whole, rest = (digits[:-decimals], f".{digits[-decimals:]}") if decimals else (digits, "")
    return ("-" if scaled < 0 else "") + whole + rest


def _refused(code: str, what: str, mend: str) -> Problems:
    return Problems([Problem(code, what, mend=mend)])
