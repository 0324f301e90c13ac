"""Whole numbers under linear limits: bounds tightened until nothing moves, and a search where bounds do not decide.

Everything is integer arithmetic, so that what is excluded is excluded by proof. A limit may belong to a printed
figure; when the limits contradict one another, the figures that took part are named.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

STRUCTURE: Final = -1
"""The `owner` of a limit that no figure states, but what the figures are (professions add up)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The sum of coefficient × variable lies between `low` and `high`; `None` is no bound.

    `reads` are other variables that the coefficients rest on.
    """

    terms: tuple[tuple[int, int], ...]
    low: int | None
    high: int | None
    owner: int = STRUCTURE
    reads: tuple[int, ...] = ()


STEEPNESS: Final = 16
FINE: Final = 200
"""Wide bounds that move by less than a sixteenth wake no other limit: they would creep, step by step, for long."""

Late = Callable[[Sequence[int], Sequence[int]], Limit | None]
"""Makes a limit once bounds are narrow enough to state it in whole numbers; from lower and upper bounds."""


@dataclass(slots=True)
class Bounds:
    """Lower and upper bounds of every variable, the limits they keep, and which limits moved them."""

    low: list[int]
    high: list[int]
    limits: list[Limit]
    late: list[Late] = field(default_factory=list)
    moved_by: list[set[int]] = field(default_factory=list)
    broken: int | None = None
    _using: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.moved_by = self.moved_by or [set() for _ in self.low]
        if not self._using:
            self._using = [[] for _ in self.low]
            for number, limit in enumerate(self.limits):
                self._index(number, limit)

    def copy(self) -> Bounds:
        """Return bounds that may be moved without moving these; what moved them is not told apart."""
        using = [list(found) for found in self._using] if self.late else self._using
        limits = list(self.limits) if self.late else self.limits
        return Bounds(list(self.low), list(self.high), limits, list(self.late), self.moved_by, None, using)

    def tighten(self, first: Iterable[int] | None = None) -> bool:
        """Move bounds until nothing moves. Returns whether every limit can still be kept; else `broken` is one.

        `first` are the variables that changed; by default every limit is looked at.
        """
        start: Iterable[int]
        if first is None:  # short limits first: what they contradict is told by few figures
            start = sorted(range(len(self.limits)), key=lambda number: len(self.limits[number].terms))
        else:
            start = [number for at in first for number in self._using[at]]
        while True:
            if not self._settle(deque(dict.fromkeys(start))):
                return False
            made = [(late, limit) for late in self.late if (limit := late(self.low, self.high)) is not None]
            if not made:
                return True
            self.late = [late for late in self.late if all(late is not done for done, _ in made)]
            start = range(len(self.limits), len(self.limits) + len(made))
            for _, limit in made:
                self._index(len(self.limits), limit)
                self.limits.append(limit)

    def _index(self, number: int, limit: Limit) -> None:
        for at, _ in limit.terms:
            self._using[at].append(number)

    def _settle(self, queue: deque[int]) -> bool:
        waiting = set(queue)
        while queue:
            number = queue.popleft()
            waiting.discard(number)
            moved = self._apply(number)
            if moved is None:
                self.broken = number
                return False
            for at in moved:
                for other in self._using[at]:
                    if other not in waiting:
                        waiting.add(other)
                        queue.append(other)
        return True

    def _apply(self, number: int) -> list[int] | None:
        """Tighten by one limit; returns the variables that moved far, `None` when the limit cannot be kept."""
        limit, low, high = self.limits[number], self.low, self.high
        least = most = 0
        for at, c in limit.terms:
            least += c * (low[at] if c > 0 else high[at])
            most += c * (high[at] if c > 0 else low[at])
        if (limit.high is not None and least > limit.high) or (limit.low is not None and most < limit.low):
            return None
        moved = []
        for at, c in limit.terms:
            below, above = low[at], high[at]
            if limit.high is not None:  # c × x is at most what the others leave at their least
                room = limit.high - least + c * (below if c > 0 else above)
                below, above = (below, min(above, room // c)) if c > 0 else (max(below, -(room // -c)), above)
            if limit.low is not None:  # and at least what they leave at their most
                need = limit.low - most + c * (high[at] if c > 0 else low[at])
                below, above = (max(below, -(-need // c)), above) if c > 0 else (below, min(above, need // c))
            if below > above:
                self.moved_by[at].add(number)
                return None
            if (below, above) != (low[at], high[at]):
                least += c * ((below - low[at]) if c > 0 else (above - high[at]))
                most += c * ((above - high[at]) if c > 0 else (below - low[at]))
                if (above - below) * STEEPNESS < (high[at] - low[at]) * (STEEPNESS - 1) or above - below < FINE:
                    moved.append(at)
                self.moved_by[at].add(number)
                low[at], high[at] = below, above
        return moved

    def blame(self) -> set[int]:
        """Return the owners of the limits that led to the contradiction (a few too many, never too few)."""
        if self.broken is None:
            return set()
        seen, queue = {self.broken}, [self.broken]
        variables: set[int] = set()
        while queue:
            limit = self.limits[queue.pop()]
            for at in (*(at for at, _ in limit.terms), *limit.reads):
                if at not in variables:
                    variables.add(at)
                    fresh = self.moved_by[at] - seen
                    seen |= fresh
                    queue += fresh
        return {self.limits[number].owner for number in seen} - {STRUCTURE}


@dataclass(slots=True)
class Search:
    """Looks for whole numbers that keep every limit, in at most `most` steps; `gave_up`: these were too few."""

    most: int
    steps: int = 0
    gave_up: bool = False

    def find(self, bounds: Bounds, among: Collection[int]) -> list[int] | None:
        """Return a value for every variable (those not `among` at their lower bound), or `None` when there is none.

        The bounds must be settled.
        """
        waiting: list[tuple[Bounds, int, int, int] | None] = [None]
        while waiting:
            branch = waiting.pop()
            trial = bounds if branch is None else _narrowed(*branch)
            if trial is None:
                continue
            open_ = [at for at in among if trial.low[at] < trial.high[at]]
            if not open_:
                return list(trial.low)
            if self.steps >= self.most:
                self.gave_up = True
                return None
            self.steps += 1
            at = min(open_, key=lambda one: trial.high[one] - trial.low[one])
            waiting += [(trial, at, *half) for half in reversed(_halves(trial.low[at], trial.high[at]))]
        return None


def _narrowed(bounds: Bounds, at: int, low: int, high: int) -> Bounds | None:
    """Return the bounds with those of one variable narrowed, or `None` where no limit allows that."""
    trial = bounds.copy()
    trial.low[at], trial.high[at] = low, high
    return trial if trial.tighten([at]) else None


def _halves(low: int, high: int) -> list[tuple[int, int]]:
    """Split a range: value by value when it is short, else in two."""
    if high - low <= 4:
        return [(value, value) for value in range(low, high + 1)]
    middle = (low + high) // 2
    return [(low, middle), (middle + 1, high)]
