"""What printed figures say about whole numbers of practitioners: active and adhered, by year, region and profession.

A printed count is that number; a rate printed with two decimals is any ratio that rounds to it. Professions add up
exactly. Regions add up to the country but for practitioners without a region, at most `WITHOUT_REGION` of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import Final

from medicomut.observatory.bounds import STRUCTURE, Bounds, Late, Limit, Search
from medicomut.observatory.figures import (
    ACTIVE,
    ADHERED,
    ALL,
    CHANGE,
    COUNTRY,
    GAP,
    GP,
    RATE,
    RATES,
    REFUSED,
    REGIONS,
    SPECIALIST,
    Cell,
    Key,
)

WITHOUT_REGION: Final = Fraction(5, 10_000)
"""At most this share of a country's practitioners is in no region: 5 of 20,532 were in 2021, 8 of 50,580 in 2018."""

NEARLY_ALL: Final = Fraction(5, 100)
"""Places other than the regions that miss less than this share of the country are meant to make it."""

MOST: Final = 10_000_000
"""More practitioners than any country has."""

STEPS: Final = 200
NARROW: Final = 1_000
"""Whole numbers are tried out for variables with at most so many values left, in at most `STEPS` steps."""


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """Practitioners counted together. `region` is empty for those of the country who are in no region."""

    year: int
    region: str
    profession: str
    specialty: str = ""


def group_of(key: Key) -> Group:
    """Return the group a figure is about (of a difference, the group it takes from)."""
    return Group(key.year or 0, key.region, key.profession, key.specialty)


def other_group(key: Key) -> Group:
    """Return the group that a difference subtracts."""
    if key.measure == GAP:
        return Group(key.year or 0, key.region, key.against, key.specialty)
    return Group(int(key.against), key.region, key.profession, key.specialty)


@dataclass(slots=True)
class Counts:
    """The model of some figures: two variables a group (active, adhered), and limits owned by the figures."""

    cells: Sequence[Cell]
    without_region: Fraction = WITHOUT_REGION
    groups: dict[Group, int] = field(default_factory=dict)
    sums: list[tuple[Group, tuple[Group, ...]]] = field(default_factory=list)
    _limits: list[Limit] = field(default_factory=list)
    _late: list[tuple[int, Late]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for cell in self.cells:
            self._add(group_of(cell.key))
            if cell.key.against:
                self._add(other_group(cell.key))
        self._close()
        for group in self.groups:
            active, adhered = self.active(group), self.adhered(group)
            self._limits.append(Limit(((active, 1), (adhered, -1)), 0, None))
        for whole, parts in self.sums:
            for of in (self.active, self.adhered):
                self._limits.append(Limit(((of(whole), -1), *((of(part), 1) for part in parts)), 0, 0))
        for number, cell in enumerate(self.cells):
            self._state(number, cell)

    def active(self, group: Group) -> int:
        """Return the variable that counts the active of a group."""
        return 2 * self.groups[group]

    def adhered(self, group: Group) -> int:
        """Return the variable that counts those of a group who adhered."""
        return 2 * self.groups[group] + 1

    def bounds(self, cells: Collection[int] | None = None) -> Bounds:
        """Return the bounds before anything is tightened, under the limits of these figures (by default, of all)."""
        chosen = range(len(self.cells)) if cells is None else cells
        owners = {STRUCTURE, *chosen}
        size = 2 * len(self.groups)
        limits = [limit for limit in self._limits if limit.owner in owners]
        return Bounds([0] * size, [MOST] * size, limits, [late for owner, late in self._late if owner in owners])

    def _add(self, group: Group) -> None:
        self.groups.setdefault(group, len(self.groups))

    def _close(self) -> None:
        """Add the groups that belong to those named, and the sums that hold between them."""
        for year in sorted({group.year for group in self.groups}):
            named = [group for group in self.groups if group.year == year and not group.specialty]
            professions = {group.profession for group in named}
            if ALL in professions:  # a total of professions: then both of them are reckoned with
                professions = {GP, SPECIALIST, ALL}
            regions = {group.region for group in named}
            if COUNTRY in regions:
                regions.update(self._parts(year))
            for region, profession in product(sorted(regions), sorted(professions)):
                self._add(Group(year, region, profession))
        parts_of = {year: self._parts(year) for year in {group.year for group in self.groups}}
        for group in list(self.groups):
            if group.specialty:
                continue
            if group.profession == ALL:
                both = tuple(Group(group.year, group.region, profession) for profession in (GP, SPECIALIST))
                self.sums.append((group, both))
            if group.region == COUNTRY and (places := parts_of[group.year]):
                parts = tuple(Group(group.year, place, group.profession) for place in places)
                self.sums.append((group, parts))
                limit = self.without_region
                outside = self.active(parts[-1])
                terms = ((outside, limit.denominator), (self.active(group), -limit.numerator))
                self._limits.append(Limit(terms, None, 0))

    def _parts(self, year: int) -> tuple[str, ...]:
        """Return what the country is made of in a year: its regions, or the places of the table where they add up.

        The last, without name, are those in no region.
        """
        named = {g.region for g in self.groups if g.year == year and g.region and not g.specialty} - {COUNTRY}
        if named & set(REGIONS):
            return (*REGIONS, "")
        return (*sorted(named), "") if len(named) > 1 and self._adds_up(year, named) else ()

    def _adds_up(self, year: int, places: Collection[str]) -> bool:
        """Whether places are meant to be all there are: their counts, as printed, nearly make the country's."""
        for profession in (GP, SPECIALIST, ALL):
            found = {
                cell.key.region: cell.figure.value
                for cell in self.cells
                if (cell.key.measure, cell.key.year or 0, cell.key.profession) == (ACTIVE, year, profession)
            }
            if COUNTRY in found and set(found) >= set(places):
                missing = found[COUNTRY] - sum((found[place] for place in places), Fraction(0))
                return abs(missing) <= found[COUNTRY] * NEARLY_ALL
        return False

    def _state(self, number: int, cell: Cell) -> None:
        """Add what a printed figure says."""
        key, figure = cell.key, cell.figure
        active, adhered = self.active(group_of(key)), self.adhered(group_of(key))
        if key.measure in {ACTIVE, ADHERED, REFUSED}:
            terms = {ACTIVE: ((active, 1),), ADHERED: ((adhered, 1),), REFUSED: ((active, 1), (adhered, -1))}
            value = floor(figure.value)
            self._limits.append(Limit(terms[key.measure], value, value, number))
        elif key.measure in RATES:
            low, high = (figure.low, figure.high) if key.measure == RATE else (100 - figure.high, 100 - figure.low)
            for side, bound in ((1, low / 100), (-1, high / 100)):  # low × active ≤ adhered ≤ high × active
                terms_ = ((adhered, side * bound.denominator), (active, -side * bound.numerator))
                self._limits.append(Limit(terms_, 0, None, number))
        else:
            self._late.append((number, self._difference(number, cell)))

    def _difference(self, number: int, cell: Cell) -> Late:
        """State a difference of rates once the numbers of active are known: it is linear then.

        The printed difference may be that of the exact or of the rounded rates: it may be off by a whole last decimal.
        """
        one, other = group_of(cell.key), other_group(cell.key)
        slack = Fraction(1, 10**cell.figure.decimals)
        low, high = (cell.figure.value - slack) / 100, (cell.figure.value + slack) / 100
        first, second = self.active(one), self.active(other)
        terms_of = (self.adhered(one), self.adhered(other))

        def limit(lows: Sequence[int], highs: Sequence[int]) -> Limit | None:
            if lows[first] != highs[first] or lows[second] != highs[second] or not lows[first] or not lows[second]:
                return None
            product = lows[first] * lows[second]
            terms = ((terms_of[0], lows[second]), (terms_of[1], -lows[first]))
            return Limit(terms, ceil(low * product), floor(high * product), number, (first, second))

        return limit

    def contradiction(self, cells: Collection[int], steps: int = STEPS) -> set[int] | None:
        """Return figures that contradict one another among some, or `None` when whole numbers fit them all.

        The answer holds a few figures too many. Where a search of so many steps does not end, nothing is claimed.
        """
        found = next(self._plainly_wrong(cells), None)
        if found is not None:
            return found
        bounds = self.bounds(cells)
        if not bounds.tighten():
            return bounds.blame()
        search = Search(steps)
        narrow = [at for at in range(len(bounds.low)) if bounds.high[at] - bounds.low[at] <= NARROW]
        if steps and search.find(bounds, narrow) is None and not search.gave_up:
            return {bounds.limits[number].owner for at in narrow for number in bounds.moved_by[at]} - {STRUCTURE}
        return None

    def _plainly_wrong(self, cells: Collection[int]) -> Iterator[set[int]]:
        """Yield figures that contradict one another whatever the numbers of active are."""
        rates = {self.cells[n].key: n for n in cells if self.cells[n].key.measure in RATES}
        for number in cells:
            cell = self.cells[number]
            if cell.key.measure in RATES and not (cell.figure.high >= 0 and cell.figure.low <= 100):
                yield {number}
            elif cell.key.measure in {GAP, CHANGE}:
                pair = [rates.get(_rate_key(group)) for group in (group_of(cell.key), other_group(cell.key))]
                one, other = pair
                if one is not None and other is not None and not self._fits(number, one, other):
                    yield {number, one, other}
        yield from self._out_of_range(rates)

    def _fits(self, number: int, one: int, other: int) -> bool:
        difference, first, second = (self.cells[n].figure for n in (number, one, other))
        return first.low - second.high <= difference.high and first.high - second.low >= difference.low

    def _out_of_range(self, rates: dict[Key, int]) -> Iterator[set[int]]:
        """Yield the rate of a whole that lies outside those of its parts, which no weights can make it."""
        for whole, parts in self.sums:
            named = [part for part in parts if part.region]
            found = [rates.get(_rate_key(group)) for group in (whole, *named)]
            known = [n for n in found if n is not None]
            if len(known) < len(found):
                continue
            mean, *others = (self.cells[n].figure for n in known)
            room = 100 * self.without_region if len(named) < len(parts) else Fraction(0)
            if mean.low > max(each.high for each in others) + room or mean.high < min(e.low for e in others) - room:
                yield set(known)


def _rate_key(group: Group) -> Key:
    return Key(RATE, group.year or None, group.region, group.profession, group.specialty)
