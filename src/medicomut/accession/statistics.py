"""Adhesion counted: active practitioners, full, partial, refused, by place, profession, specialty; and its changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

from medicomut.accession.declarations import PLACES
from medicomut.accession.places import place_name
from medicomut.accession.quorum import Count
from medicomut.accession.specialties import specialty_name, specialty_of
from medicomut.accession.status import State
from medicomut.accession.wording import say
from medicomut.geography import regions

ATTRIBUTES: Final = (*PLACES, "profession", "specialty", "competence")
"""By what may be counted. Places are Statbel's codes, a region its key; the competence is that of the INAMI number,
the specialty what it stands for."""

COUNTED: Final = (State.full, State.partial, State.refused)
NOT_STATED: Final = "not_stated"
NO_PROVINCE: Final = "no_province"
"""The province of who practises in Brussels, which lies in none."""

FIGURES: Final = ("active", "adhered", "full", "partial", "refused")

Key = tuple[str | None, ...]
Cells = Mapping[tuple[Key, State], int]


@dataclass(frozen=True, slots=True)
class Row:
    """A count of active practitioners; `key` holds a value for each attribute, None for all of them together."""

    key: Key
    full: int
    partial: int
    refused: int

    @property
    def active(self) -> int:
        """How many are active and under an agreement."""
        return self.full + self.partial + self.refused

    @property
    def adhered(self) -> int:
        """How many did not refuse: fully and partly conventioned together."""
        return self.full + self.partial

    @property
    def rate(self) -> Fraction:
        """The adhesion rate, exact; 0 where there is nobody."""
        return Fraction(self.adhered, self.active) if self.active else Fraction(0)

    def figures(self, least: int = 0) -> dict[str, int | None]:
        """Return the counts, None for those masked because fewer than `least` persons stand behind one of them.

        Whoever adhered and whoever refused are masked together, as are full and partial: one follows from the other.
        Where fewer than `least` are active nothing is shown. That is primary masking: a masked row may still follow
        from a total and its other parts.
        """

        def small(*counts: int) -> bool:
            return any(0 < count < least for count in counts)

        hidden = {"active"} if small(self.active) else set()
        if hidden or small(self.adhered, self.refused):
            hidden |= {"adhered", "refused"}
        if hidden or small(self.full, self.partial):
            hidden |= {"full", "partial"}
        return {name: None if name in hidden else getattr(self, name) for name in FIGURES}

    def to_dict(self, by: Sequence[str], least: int = 0) -> dict[str, Any]:
        """Return plain values for JSON; the rate as a decimal to read and exact as a ratio, None where masked."""
        figures = self.figures(least)
        shown = figures["adhered"] is not None
        return dict(zip(by, self.key, strict=True)) | figures | {
            "rate": round(self.rate.numerator / self.rate.denominator, 6) if shown else None,
            "rate_exact": f"{self.adhered}/{self.active}" if shown else None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What changed between two days in a count of the same key."""

    before: Row
    after: Row

    @property
    def persons(self) -> int:
        """How many more adhered than before; fewer: below zero."""
        return self.after.adhered - self.before.adhered

    @property
    def points(self) -> Fraction:
        """How many percentage points the rate rose, exact; fell: below zero."""
        return (self.after.rate - self.before.rate) * 100

    def to_dict(self, least: int = 0) -> dict[str, Any]:
        """Return plain values for JSON, None where one of the two days is masked."""
        shown = all(row.figures(least)["adhered"] is not None for row in (self.before, self.after))
        earlier = {f"{name}_before": count for name, count in self.before.figures(least).items()}
        points = round(self.points.numerator / self.points.denominator, 4)
        return earlier | {"persons": self.persons if shown else None, "points": points if shown else None}


def statistics(cells: Cells, width: int) -> list[Row]:
    """Sum counts of states by attributes (`Register.counted`, of so many attributes) to each combination and total."""
    totals: dict[Key, Counter[State]] = {}
    for (key, state), count in cells.items():
        for kept in _kept(width):
            shown = tuple((value or NOT_STATED) if at in kept else None for at, value in enumerate(key))
            totals.setdefault(shown, Counter())[state] += count
    rows = [Row(key, *(found[state] for state in COUNTED)) for key, found in totals.items()]
    return sorted(rows, key=lambda row: tuple((value is None, value or "") for value in row.key))


def changes(before: Sequence[Row], after: Sequence[Row]) -> dict[Key, Change]:
    """Return what changed, by key; a key of one of the days only counts nobody on the other."""
    earlier, later = ({row.key: row for row in rows} for rows in (before, after))
    nobody = {key: Row(key, 0, 0, 0) for key in (*earlier, *later)}
    return {key: Change(earlier.get(key, row), later.get(key, row)) for key, row in nobody.items()}


_MADE_OF: Final = {"specialty": ("competence",), "province": ("province", "region")}


def columns_for(by: Sequence[str]) -> list[str]:
    """Return the columns of the register that attributes are made of: a specialty is made of the competence."""
    return list(dict.fromkeys(column for name in by for column in _MADE_OF.get(name, (name,))))


def by_attributes(cells: Cells, by: Sequence[str]) -> Counter[tuple[Key, State]]:
    """Return counts by `columns_for(by)` as counts by the attributes."""
    columns = columns_for(by)
    found: Counter[tuple[Key, State]] = Counter()
    for (values, state), count in cells.items():
        value = dict(zip(columns, values, strict=True))
        found[tuple(_value(name, value) for name in by), state] += count
    return found


def _value(name: str, value: Mapping[str, str | None]) -> str | None:
    if name == "specialty":
        return specialty_of(value["competence"] or "000")
    if name == "province" and value["province"] is None and value["region"] == "Brussels":
        return NO_PROVINCE
    return value[name]


def counts(cells: Cells) -> list[Count]:
    """Return the refusals by region and profession, as the quorum takes them; of active practitioners."""
    rows = [row for row in statistics(cells, 2) if None not in row.key]
    return [Count(str(row.key[0]), str(row.key[1]), row.active, row.refused) for row in rows]


def label(attribute: str, value: str | None, lang: str) -> str:
    """Return what a reader calls a value of an attribute."""
    if value is None:
        return say("all", lang)
    if value in (NOT_STATED, NO_PROVINCE) or attribute == "profession":
        return say(value, lang)
    if attribute == "specialty":
        return specialty_name(value, lang)
    if attribute == "region" and value in regions():
        return say(f"region_{value}", lang)
    return place_name(attribute, value, lang) if attribute in PLACES else value


def _kept(width: int) -> list[tuple[int, ...]]:
    return [kept for size in range(width + 1) for kept in combinations(range(width), size)]
