"""A declared week: hours at tariff and off tariff, each at a site, and how continuous hours make slots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from medicomut.calendar import MINUTES_A_DAY
from medicomut.slots import MINUTES_A_WEEK

FREE: Final = "free"
TARIFF: Final = "tariff"
KINDS: Final = (FREE, TARIFF)

SETTINGS: Final = ("practice", "home", "ambulatory", "hospital")
"""Where patients are seen; `hospital` is care of those admitted, in day hospital or under a lump sum."""

READINGS: Final = (
    "partial_share_unit", "partial_share_basis", "week", "slot_adjacency", "slot_over_midnight", "slot_two_sites",
    "holiday_weeks", "suitable_hours",
)  # fmt: skip
"""The ambiguities of the agreement that change how a timetable is judged."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A row of a timetable: minutes of the week (Monday 00:00 is 0), the end not included, at one site.

    `acts` and `amount_cents` are what is done and charged in these hours of a week, where that is known.
    """

    start: int
    end: int
    site: str
    kind: str
    setting: str
    acts: int | None = None
    amount_cents: int | None = None

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end - self.start

    @property
    def free(self) -> bool:
        """Whether the tariff is not applied."""
        return self.kind == FREE


Timetable = Sequence[Hours]


@dataclass(frozen=True, slots=True)
class Block:
    """Off-tariff hours that count as one slot, in the order in which they are worked."""

    parts: tuple[Hours, ...]

    @property
    def start(self) -> int:
        """The minute of the week at which it begins."""
        return self.parts[0].start

    @property
    def minutes(self) -> int:
        """How long it lasts; a block from Sunday into Monday is counted through."""
        return sum(part.minutes for part in self.parts)

    @property
    def end(self) -> int:
        """The minute at which it ends, past the end of the week where it runs into Monday."""
        return self.start + self.minutes


def blocks(free: Iterable[Hours], readings: Mapping[str, str]) -> list[Block]:
    """Return off-tariff hours as slots, under the readings of adjacency, midnight and two sites.

    The week repeats: what ends on Sunday at midnight touches what begins on Monday at 00:00. What touches counts
    as one (`slot_adjacency`), unless it is at another site (`slot_two_sites`) or begins at midnight
    (`slot_over_midnight`).
    """
    pieces = sorted(_pieces(free, readings), key=lambda hours: hours.start)
    if not pieces:
        return []
    runs = [[pieces[0]]]
    for before, after in pairwise(pieces):
        if _continues(before, after, readings):
            runs[-1].append(after)
        else:
            runs.append([after])
    if len(runs) > 1 and _continues(runs[-1][-1], runs[0][0], readings):
        runs[0] = runs.pop() + runs[0]
    return sorted((Block(tuple(run)) for run in runs), key=lambda block: block.start)


def _pieces(free: Iterable[Hours], readings: Mapping[str, str]) -> Iterable[Hours]:
    for hours in free:
        if readings["slot_over_midnight"] == "one":
            yield hours
        else:
            yield from cut(hours, *range((hours.start // MINUTES_A_DAY + 1) * MINUTES_A_DAY, hours.end, MINUTES_A_DAY))


def _continues(before: Hours, after: Hours, readings: Mapping[str, str]) -> bool:
    touching = before.end % MINUTES_A_WEEK == after.start % MINUTES_A_WEEK
    if not touching:
        return False
    if before.site != after.site and readings["slot_two_sites"] == "one_per_site":
        return False
    at_midnight = after.start % MINUTES_A_DAY == 0
    if at_midnight and readings["slot_over_midnight"] == "split":
        return False
    return readings["slot_adjacency"] == "merged"


def cut(hours: Hours, *at: int) -> list[Hours]:
    """Return hours cut at minutes of the week; what is done in them cannot be cut and is left out."""
    edges = [hours.start, *sorted(minute for minute in at if hours.start < minute < hours.end), hours.end]
    if len(edges) == 2:
        return [hours]
    return [Hours(a, b, hours.site, hours.kind, hours.setting) for a, b in pairwise(edges)]


def with_kind(hours: Hours, kind: str) -> Hours:
    """Return the same hours at tariff or off tariff."""
    return Hours(hours.start, hours.end, hours.site, kind, hours.setting, hours.acts, hours.amount_cents)
