"""Adhesion counted: active practitioners, full, partial and refused, by region, profession, competence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

from medicomut.accession.quorum import Count
from medicomut.accession.status import State

ATTRIBUTES: Final = ("region", "profession", "competence")
"""By what may be counted; the competence is the last three digits of the INAMI number."""

COUNTED: Final = (State.full, State.partial, State.refused)
NOT_STATED: Final = "not_stated"

Key = tuple[str | None, ...]


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

    def to_dict(self, by: Sequence[str]) -> dict[str, Any]:
        """Return plain values for JSON; the rate as a decimal to read and exact as a ratio."""
        return dict(zip(by, self.key, strict=True)) | {
            "active": self.active,
            "adhered": self.adhered,
            "full": self.full,
            "partial": self.partial,
            "refused": self.refused,
            "rate": round(self.rate.numerator / self.rate.denominator, 6),
            "rate_exact": f"{self.adhered}/{self.active}",
        }


def statistics(cells: Mapping[tuple[Key, State], int], width: int) -> list[Row]:
    """Sum counts of states by attributes (`Register.counted`, of so many attributes) to each combination and total."""
    totals: dict[Key, Counter[State]] = {}
    for (key, state), count in cells.items():
        for kept in _kept(width):
            shown = tuple((value or NOT_STATED) if at in kept else None for at, value in enumerate(key))
            totals.setdefault(shown, Counter())[state] += count
    rows = [Row(key, *(found[state] for state in COUNTED)) for key, found in totals.items()]
    return sorted(rows, key=lambda row: tuple((value is None, value or "") for value in row.key))


def counts(cells: Mapping[tuple[Key, State], int]) -> list[Count]:
    """Return the refusals by region and profession, as the quorum takes them; of active practitioners."""
    rows = [row for row in statistics(cells, 2) if None not in row.key]
    return [Count(str(row.key[0]), str(row.key[1]), row.active, row.refused) for row in rows]


def _kept(width: int) -> list[tuple[int, ...]]:
    return [kept for size in range(width + 1) for kept in combinations(range(width), size)]
