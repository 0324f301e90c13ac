"""The whole numbers behind rounded rates: every count the printed figures allow, proved unique or as an exact range."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from medicomut.observatory.bounds import Bounds, Search
from medicomut.observatory.counts import WITHOUT_REGION, Counts, Group, group_of
from medicomut.observatory.figures import Cell, Publication
from medicomut.observatory.proposed import proposed
from medicomut.observatory.repairs import smallest_repairs

STEPS: Final = 4_000
"""So many steps of search, at most, go into the range of one table; what is then left open is told."""

SHORT: Final = 40
"""So many steps are searched before a solver is asked for a proposal."""

_WIDE: Final = 20
"""A range of more than a twentieth of its upper end says too little to be shown; a dozen persons always do."""


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest whole number possible."""

    low: int
    high: int

    @property
    def only(self) -> int | None:
        """The number, where there is only one."""
        return self.low if self.low == self.high else None

    def to_dict(self) -> dict[str, int]:
        """Return plain values for JSON."""
        return {"at_least": self.low, "at_most": self.high}


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """How many of a group are active, and how many adhered (did not refuse)."""

    group: Group
    active: Range
    adhered: Range

    @property
    def unique(self) -> bool:
        """Whether both numbers are certain."""
        return self.active.only is not None and self.adhered.only is not None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; a number that is not certain is `null`, its range stands beside it."""
        found: dict[str, Any] = {
            "year": self.group.year or None,
            "region": self.group.region or None,
            "profession": self.group.profession,
        }
        if self.group.specialty:
            found["specialty"] = self.group.specialty
        found |= {"active": self.active.only, "adhered": self.adhered.only}
        if not self.unique:
            found |= {"active_range": self.active.to_dict(), "adhered_range": self.adhered.to_dict()}
        return found


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """What the figures say about whole numbers.

    `counts` are the groups whose numbers are bounded, `without_region` those of the country who are in no region,
    `undetermined` the groups that figures name without ever giving a number of persons. `set_aside` are figures that
    contradict the others. `exact` says that both ends of every range are reached;
    otherwise the truth still lies within, but a range may be too wide. `steps` were searched.
    """

    counts: tuple[GroupCounts, ...]
    without_region: tuple[GroupCounts, ...]
    undetermined: tuple[Group, ...]
    set_aside: tuple[Cell, ...]
    exact: bool
    steps: int

    @property
    def unique(self) -> bool:
        """Whether there is only one answer: every number of every group that is bounded."""
        return bool(self.counts) and all(found.unique for found in self.counts)

    def of(self, group: Group) -> GroupCounts | None:
        """Return the counts of a group, if the figures bound them."""
        return next((found for found in self.counts if found.group == group), None)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "unique": self.unique,
            "exact": self.exact,
            "counts": [found.to_dict() for found in self.counts],
            "without_region": [found.to_dict() for found in self.without_region],
            "undetermined": [
                {"year": group.year or None, "region": group.region, "profession": group.profession}
                | ({"specialty": group.specialty} if group.specialty else {})
                for group in self.undetermined
            ],
            "set_aside": [{"cell": cell.name, "printed": cell.figure.printed} for cell in self.set_aside],
            "steps": self.steps,
        }


def reconstruct(publication: Publication, without_region: Fraction = WITHOUT_REGION) -> Reconstruction:
    """Return the counts that the figures of a publication allow.

    Figures that contradict the others are set aside: all that any of the smallest repairs would change. Raises
    `Problems` (`no_repair`) where no small repair is found.
    """
    model = Counts(publication.cells, without_region)
    doubted = frozenset[int]().union(*(repair.cells for repair in smallest_repairs(model, publication.tables)))
    trusted = set(range(len(model.cells))) - doubted
    bounds = model.bounds(trusted)
    bounds.tighten()
    named = {group_of(cell.key) for cell in publication.cells}
    listed = [group for group in sorted(model.groups, key=_order) if _bounded(model, bounds, group)]
    shown = [group for group in listed if group.region and (group in named or bounds.high[model.active(group)])]
    search = Search(STEPS)
    variables = [at for group in listed for at in (model.active(group), model.adhered(group))]
    ranges = exact_ranges(bounds, variables, search)
    counts = [GroupCounts(g, ranges[model.active(g)], ranges[model.adhered(g)]) for g in listed]
    return Reconstruction(
        counts=tuple(found for found in counts if found.group in shown),
        without_region=tuple(found for found in counts if not found.group.region and found.active.low),
        undetermined=tuple(group for group in sorted(named, key=_order) if group not in listed),
        set_aside=tuple(model.cells[number] for number in sorted(doubted)),
        exact=not search.gave_up,
        steps=search.steps,
    )


def _order(group: Group) -> tuple[int, str, str, str]:
    return (group.year, group.specialty, group.region, group.profession)


def _bounded(model: Counts, bounds: Bounds, group: Group) -> bool:
    low, high = bounds.low[model.active(group)], bounds.high[model.active(group)]
    return high - low <= max(12, high // _WIDE)


def exact_ranges(bounds: Bounds, variables: Collection[int], search: Search) -> dict[int, Range]:
    """Return the least and greatest value of some variables over all whole numbers that keep the limits.

    Both ends are reached by a solution found, unless the search gave up: then nothing outside the range is possible,
    but an end may not be reached. The bounds must be settled and are tightened further.
    """
    seen: list[Sequence[int]] = []
    first = _whole(bounds.copy(), search)  # one answer there must be, else nothing is unique
    if first is None:
        search.gave_up = True
        return {one: Range(bounds.low[one], bounds.high[one]) for one in variables}
    seen.append(first)
    for at in variables:
        for lowest in (True, False):
            while bounds.low[at] < bounds.high[at]:
                end = bounds.low[at] if lowest else bounds.high[at]
                if any(solution[at] == end for solution in seen):
                    break
                found = _with_value(bounds, at, end, search)
                if found is not None:
                    seen.append(found)
                    break
                if search.gave_up:
                    return {one: Range(bounds.low[one], bounds.high[one]) for one in variables}
                bounds.low[at], bounds.high[at] = (end + 1, bounds.high[at]) if lowest else (bounds.low[at], end - 1)
                bounds.tighten([at])
    return {one: Range(bounds.low[one], bounds.high[one]) for one in variables}


def _with_value(bounds: Bounds, at: int, value: int, search: Search) -> Sequence[int] | None:
    """Return whole numbers, one for every variable, that keep the limits with this value of one of them."""
    trial = bounds.copy()
    trial.low[at] = trial.high[at] = value
    return _whole(trial, search) if trial.tighten([at]) else None


def _whole(bounds: Bounds, search: Search) -> Sequence[int] | None:
    """Return whole numbers, one for every variable, that keep the limits; `None` where there are none, by proof.

    A short search finds most of them, a solver's proposal (checked) most others; only a long search proves that
    there are none. The bounds must be settled.
    """
    among = range(len(bounds.low))
    short = Search(min(SHORT, search.most - search.steps))
    found = short.find(bounds.copy(), among)
    search.steps += short.steps
    if found is not None or not short.gave_up:
        return found
    if search.steps >= search.most:
        search.gave_up = True
        return None
    return proposed(bounds) or search.find(bounds, among)
