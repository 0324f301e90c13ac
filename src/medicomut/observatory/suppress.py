"""Small cells hidden, and as many others as it takes that nobody can compute them: suppression, audited.

A count below the threshold is hidden (primary). Then, for each hidden cell that an attacker could still bound more
tightly than the width, the cheapest cells whose hiding widens it are hidden too (complementary); last, those that
turned out not to be needed are published again. The method follows J. P. Kelly, B. L. Golden and A. A. Assad, Cell
suppression: disclosure protection for sensitive tabular data, Networks 22 (1992).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from medicomut.errors import Problem, Problems
from medicomut.observatory.attack import Attacker, Interval
from medicomut.observatory.count_table import TOTAL, Shape

Reason = Literal["primary", "complementary"]

_A_TOTAL: Final = 300
_A_CELL: Final = 20
_NOUGHT: Final = 15
_MOST_OF_A_COUNT: Final = 500
"""What hiding a cell costs: totals most, large counts more than small ones, a nought a little (it may be known)."""

_MOVED: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Hidden:
    """A hidden cell: why it is hidden, its count, and what an attacker can find out about it."""

    cell: int
    reason: Reason
    count: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A table that may be published: `None` where a count is hidden. `log` is for its owner alone."""

    shape: Shape
    published: tuple[int | None, ...]
    threshold: int
    width: int
    log: tuple[Hidden, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; the log without the counts that were hidden."""
        return {
            "threshold": self.threshold,
            "width": self.width,
            "cells": [
                {**dict(zip(self.shape.columns, cell, strict=True)), "count": count}
                for cell, count in zip(self.shape.cells, self.published, strict=True)
            ],
            "hidden": [
                {
                    "cell": dict(zip(self.shape.columns, self.shape.cells[each.cell], strict=True)),
                    "reason": each.reason,
                    "at_least": each.interval.low,
                    "at_most": each.interval.high,
                }
                for each in self.log
            ],
        }


def suppress(shape: Shape, counts: Sequence[int], threshold: int, width: int) -> Suppressed:
    """Return a table that may be published: every count from 1 to `threshold` - 1 is hidden, and what protects it.

    No hidden cell, primary or complementary, can be bounded more tightly than `width`. The grand total is published.
    Raises `Problems`: `bad_threshold`, `bad_width`, `cannot_protect` when the table is too small for that.
    """
    _check(threshold, width, counts)
    primary = {cell for cell, count in enumerate(counts[:-1]) if 0 < count < threshold}
    tables: list[Sequence[int]] = [counts]
    hidden = _complemented(shape, tables, primary, width)
    hidden = _reduced(shape, tables, primary, hidden, width)
    attacker = Attacker(shape, _seen(counts, hidden))
    log = []
    for cell in sorted(hidden):
        reason: Reason = "primary" if cell in primary else "complementary"
        log.append(Hidden(cell, reason, counts[cell], attacker.interval(cell)))
    return Suppressed(shape, tuple(_seen(counts, hidden)), threshold, width, tuple(log))


def _check(threshold: int, width: int, counts: Sequence[int]) -> None:
    faults = []
    if threshold < 1:
        faults.append(Problem("bad_threshold", f"the threshold is {threshold}", mend="write 1 or more"))
    if width < 1:
        faults.append(Problem("bad_width", f"the width is {width}", mend="write 1 or more"))
    if 0 < counts[-1] < threshold:
        what = f"the grand total, {counts[-1]}, is below the threshold"
        faults.append(Problem("cannot_protect", what, mend="publish nothing of this table"))
    if faults:
        raise Problems(faults)


def _seen(counts: Sequence[int], hidden: set[int]) -> list[int | None]:
    return [None if cell in hidden else count for cell, count in enumerate(counts)]


def _complemented(shape: Shape, tables: list[Sequence[int]], primary: set[int], width: int) -> set[int]:
    """Return the primary cells and those that protect them and one another.

    `tables` are possible whole tables, the true one first; those met on the way are added.
    """
    counts, hidden = tables[0], set(primary)
    while exposed := _exposed(shape, tables, hidden, width):
        cell = min(exposed, key=lambda one: (one not in primary, counts[one]))
        more = _cheapest(shape, counts, hidden, cell, width)
        if not more - hidden:
            what = f"{' / '.join(shape.cells[cell])} cannot be kept within a width of {width}"
            raise Problems([Problem("cannot_protect", what, mend="merge labels, or choose a smaller width")])
        hidden |= more
    return hidden


def _reduced(shape: Shape, tables: list[Sequence[int]], primary: set[int], hidden: set[int], width: int) -> set[int]:
    """Publish complementary cells again, the most telling first, as long as nothing becomes exposed."""
    for cell in sorted(hidden - primary, key=lambda one: -_cost(shape, tables[0], one)):
        if not _exposed(shape, tables, hidden - {cell}, width):
            hidden = hidden - {cell}
    return hidden


def _exposed(shape: Shape, tables: list[Sequence[int]], hidden: set[int], width: int) -> list[int]:
    """Return the hidden cells that are exposed; possible tables met on the way are added to `tables`."""
    attacker = Attacker(shape, _seen(tables[0], hidden), tables)
    exposed = attacker.exposed(width)
    known = {tuple(table) for table in tables}
    tables += [table for table in attacker.met if tuple(table) not in known]
    return exposed


def _cost(shape: Shape, counts: Sequence[int], cell: int) -> int:
    count = counts[cell]
    totals = shape.cells[cell].count(TOTAL)
    return _A_CELL + _A_TOTAL * totals + min(count, _MOST_OF_A_COUNT) // 5 + (_NOUGHT if count == 0 else 0)


def _cheapest(shape: Shape, counts: Sequence[int], hidden: set[int], cell: int, width: int) -> set[int]:
    """Return the cells to hide so that two tables, both possible, differ by `width` in one cell.

    A linear program: both tables differ from the true one in cells that are hidden, at no cost, or become so, at
    theirs. Its variables are, for each cell but the grand total, how much the first table adds and takes away, then
    the second.
    """
    import highspy  # noqa: PLC0415  numpy comes with it: a tenth of a second, paid where cells are hidden
    import numpy as np  # noqa: PLC0415

    size = len(shape.cells) - 1
    costs = [0 if one in hidden else _cost(shape, counts, one) for one in range(size)]
    model = highspy.HighsLp()
    model.num_col_ = 4 * size
    model.col_cost_ = np.tile(np.array(costs, dtype=float), 4)
    model.col_lower_ = np.zeros(4 * size)
    up, down = np.full(size, float(counts[-1])), np.array([float(count) for count in counts[:-1]])
    model.col_upper_ = np.concatenate([up, down, up, down])
    starts, index, value = [0], [], []
    for table in (0, 2 * size):
        for total, parts in shape.sums:
            for one, sign in (*((part, 1.0) for part in parts), (total, -1.0)):
                if one < size:
                    index += [table + one, table + size + one]
                    value += [sign, -sign]
            starts.append(len(index))
    index += [cell, size + cell, 2 * size + cell, 3 * size + cell]
    value += [1.0, -1.0, -1.0, 1.0]
    starts.append(len(index))
    model.num_row_ = len(starts) - 1
    model.row_lower_ = np.array([*[0.0] * (model.num_row_ - 1), float(width)])
    model.row_upper_ = np.array([*[0.0] * (model.num_row_ - 1), float("inf")])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = np.array(starts), np.array(index)
    model.a_matrix_.value_ = np.array(value)
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, setting in (("output_flag", False), ("threads", 1)):
        solver.setOptionValue(option, setting)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return set()
    moved = solver.getSolution().col_value
    return {at % size for at, amount in enumerate(moved) if amount > _MOVED}
