"""The smallest repair: as few slips as possible that, undone, leave figures which all agree.

A slip is one misprinted figure, or a column that repeats another one. Figures that contradict one another are found
first (a conflict); a repair takes at least one slip from every conflict (R. Reiter, A theory of diagnosis from first
principles, 1987). Every repair of the smallest size is found, so that "the only one" is proved and not supposed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Final

from medicomut.errors import Problem, Problems
from medicomut.observatory.counts import STEPS, Counts
from medicomut.observatory.figures import ALL, COUNTRY, DIFFERENCES, RATES, Cell, Table

MOST_SLIPS: Final = 8
"""A publication with more slips than this is not repaired; its contradictions are still told."""

MOST_WORK: Final = 100_000
"""So many figures, at most, are tried for a contradiction, counted at each trial; then no repair is proposed."""


@dataclass(frozen=True, slots=True)
class Slip:
    """Figures that one slip spoiled: a single one, or a whole column; `copied` are the figures it repeats."""

    cells: frozenset[int]
    copied: tuple[int, ...] = ()

    @property
    def is_column(self) -> bool:
        """Whether a whole column repeats another one."""
        return len(self.cells) > 1


@dataclass(frozen=True)
class Repair:
    """Slips that, undone, leave figures which all agree."""

    slips: tuple[Slip, ...]

    @cached_property
    def cells(self) -> frozenset[int]:
        """Every figure that a slip spoiled."""
        return frozenset().union(*(slip.cells for slip in self.slips))


@dataclass(slots=True)
class _Finder:
    model: Counts
    slips: Sequence[Slip]
    conflicts: list[frozenset[int]] = field(default_factory=list)
    work: int = 0

    def conflict(self, dropped: frozenset[int]) -> frozenset[int] | None:
        """Return figures that contradict one another, none of them dropped; `None` when the rest agrees."""
        for known in self.conflicts:
            if not known & dropped:
                return known
        found = self._contradiction(frozenset(range(len(self.model.cells))) - dropped)
        if found is None:
            return None
        self.conflicts.append(self._shrunk(found))
        return self.conflicts[-1]

    def _contradiction(self, cells: frozenset[int], steps: int = STEPS) -> frozenset[int] | None:
        self.work += len(cells)
        found = self.model.contradiction(cells, steps)
        return None if found is None else frozenset(found) & cells or cells

    def _shrunk(self, found: frozenset[int]) -> frozenset[int]:
        """Leave out figures without which the rest still shows the contradiction: many at once, then one by one."""
        size = len(found)
        while size > 1 and self.work <= MOST_WORK:
            size = (size + 1) // 2
            ordered = sorted(found)
            for at in range(0, len(ordered), size):
                rest = found - set(ordered[at : at + size])
                smaller = self._contradiction(rest, 0) if rest and rest != found else None
                if smaller is not None:
                    found = smaller
            if size == 1:
                break
        return found

    def repairs(self, size: int) -> Iterator[tuple[Slip, ...]]:
        """Yield every repair of so many slips."""
        yield from self._extend((), frozenset(), frozenset(), size)

    def _extend(
        self, taken: tuple[Slip, ...], dropped: frozenset[int], banned: frozenset[Slip], left: int
    ) -> Iterator[tuple[Slip, ...]]:
        conflict = self.conflict(dropped)
        if conflict is None:
            yield taken
            return
        if self.work > MOST_WORK or self._needs_more_than(left, dropped):
            return
        tried = banned
        for slip in self.slips:
            if slip.cells & conflict and slip not in tried and not slip.cells <= dropped:
                yield from self._extend((*taken, slip), dropped | slip.cells, tried, left - 1)
                tried |= {slip}

    def _needs_more_than(self, left: int, dropped: frozenset[int]) -> bool:
        """Whether conflicts that no slip shares are more than may still be taken."""
        used: set[Slip] = set()
        apart = 0
        for conflict in self.conflicts:
            if not conflict & dropped:
                touching = {slip for slip in self.slips if slip.cells & conflict}
                if not touching & used:
                    used |= touching
                    apart += 1
        return apart > left


def smallest_repairs(model: Counts, tables: Sequence[Table]) -> list[Repair]:
    """Return every repair of the smallest size; one without slips when the figures agree.

    Where several are as small, those come first that change what is computed from other figures: a difference before
    a rate, a rate before a count, a total before its parts.

    Raises `Problems` (`no_repair`) when more than `MOST_SLIPS` slips would be needed, or too much work to find them.
    """
    finder = _Finder(model, slips_of(model.cells, tables))
    for size in range(MOST_SLIPS + 1):
        found = [Repair(slips) for slips in finder.repairs(size)]
        if found:
            return sorted(found, key=lambda repair: -sum(derived(model.cells[n]) for n in repair.cells))
        if finder.work > MOST_WORK:
            break
    what = f"no repair of at most {MOST_SLIPS} figures was found"
    raise Problems([Problem("no_repair", what, mend="verify a smaller table, or correct what is certain first")])


def derived(cell: Cell) -> int:
    """Return how far a figure is computed from others: the more, the sooner it is doubted."""
    of_others = 4 if cell.key.measure in DIFFERENCES else 2 * (cell.key.measure in RATES)
    return of_others + (cell.key.region == COUNTRY) + (cell.key.profession == ALL)


def slips_of(cells: Sequence[Cell], tables: Sequence[Table]) -> list[Slip]:
    """Return the slips to reckon with: columns that repeat another one first, then every single figure."""
    columns: list[tuple[tuple[str, ...], list[int]]] = []
    for table in tables:
        for heading in table.headings:
            found = [n for n, cell in enumerate(cells) if (cell.table, cell.column) == (table.number, heading)]
            if len(found) > 1 and len({cells[n].figure.value for n in found}) > 1:
                columns.append((tuple(cells[n].key.region + cells[n].key.specialty for n in found), found))
    slips: dict[frozenset[int], Slip] = {}
    for (places, one), (other_places, other) in combinations(columns, 2):
        if places == other_places and _same(cells, one, other):
            for copy, original in ((one, other), (other, one)):
                slips.setdefault(frozenset(copy), Slip(frozenset(copy), tuple(original)))
    return [*slips.values(), *(Slip(frozenset({number})) for number in range(len(cells)))]


def _same(cells: Sequence[Cell], one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two columns print the same figures for what is not the same."""
    alike = all(cells[a].figure.value == cells[b].figure.value for a, b in zip(one, other, strict=True))
    return alike and all(cells[a].key != cells[b].key for a, b in zip(one, other, strict=True))
