"""Linear programs with exact answers: HiGHS finds the basis in floating point, fractions then prove it.

HiGHS decides which limits hold with equality at the optimum (the basis). From that alone the point and its dual are
computed again in exact fractions; when both keep every limit and cost the same, the optimum is proved, whatever
HiGHS rounded on the way. Otherwise the answer says by how much the two differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

_ZERO: Final = Fraction(0)


class Side(StrEnum):
    """Where a variable or a row stands: at a bound, or between (basic)."""

    basic = "basic"
    at_lower = "at_lower"
    at_upper = "at_upper"
    free = "free"


@dataclass(frozen=True, slots=True)
class Range:
    """Lower and upper bound of a variable or of a row; ``None`` where there is none."""

    low: Fraction | None = None
    high: Fraction | None = None

    def at(self, side: Side) -> Fraction:
        """Return the bound of that side; 0 for a free variable, which has none."""
        bound = self.high if side is Side.at_upper else self.low
        return _ZERO if side is Side.free or bound is None else bound

    def missed_by(self, value: Fraction) -> Fraction:
        """Return by how much a value lies outside."""
        below = _ZERO if self.low is None else self.low - value
        above = _ZERO if self.high is None else value - self.high
        return max(_ZERO, below, above)


@dataclass(slots=True)
class Program:
    """Minimise ``cost`` over named variables within ranges, under named rows: coefficients by variable, and a range."""

    variables: dict[str, Range] = field(default_factory=dict)
    rows: dict[str, tuple[Mapping[str, Fraction], Range]] = field(default_factory=dict)
    cost: dict[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Solution:
    """A point and its dual, both exact.

    ``duals`` holds, by variable or row at a bound, how much the cost rises for each unit that bound rises. ``missed``
    is the largest violation of a limit (of the point or of the dual's signs), ``gap`` primal less dual cost.
    """

    values: dict[str, Fraction]
    primal: Fraction
    dual: Fraction
    duals: dict[str, Fraction]
    missed: Fraction

    @property
    def gap(self) -> Fraction:
        """Primal less dual cost; 0 at an optimum."""
        return self.primal - self.dual

    @property
    def proved(self) -> bool:
        """Whether the point is feasible, the dual too, and both cost exactly the same: then it is the optimum."""
        return self.gap == 0 and self.missed == 0


def solve(program: Program) -> Solution | None:
    """Return the optimum of a program that has one; ``None`` when HiGHS finds none (infeasible or unbounded)."""
    sides = _basis(program)
    return None if sides is None else _exact(program, *sides)


def _basis(program: Program) -> tuple[dict[str, Side], dict[str, Side]] | None:
    """Return where each variable and row stands at the optimum that HiGHS finds."""
    import highspy  # noqa: PLC0415  numpy comes with it: a tenth of a second, paid where rates are sought
    import numpy as np  # noqa: PLC0415

    names = list(program.variables)
    place = {name: number for number, name in enumerate(names)}
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(names), len(program.rows)
    model.col_cost_ = np.array([float(program.cost.get(name, _ZERO)) for name in names])
    model.col_lower_, model.col_upper_ = (_bounds(program.variables.values(), which) for which in ("low", "high"))
    ranges = [row for _, row in program.rows.values()]
    model.row_lower_, model.row_upper_ = (_bounds(ranges, which) for which in ("low", "high"))
    starts, index, value = [0], [], []
    for coefficients, _ in program.rows.values():
        index += [place[name] for name in coefficients]
        value += [float(coefficient) for coefficient in coefficients.values()]
        starts.append(len(index))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = np.array(starts), np.array(index)
    model.a_matrix_.value_ = np.array(value, dtype=float)
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, setting in (("output_flag", False), ("presolve", "off"), ("threads", 1)):
        solver.setOptionValue(option, setting)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    basis = solver.getBasis()
    return _sides(program.variables, basis.col_status), _sides(
        {name: at for name, (_, at) in program.rows.items()}, basis.row_status
    )


def _sides(ranges: Mapping[str, Range], statuses: Any) -> dict[str, Side]:
    return {name: _side(status, at) for (name, at), status in zip(ranges.items(), statuses, strict=True)}


def _bounds(ranges: Any, which: str) -> Any:
    import numpy as np  # noqa: PLC0415

    infinite = float("-inf") if which == "low" else float("inf")
    found = (getattr(at, which) for at in ranges)
    return np.array([infinite if bound is None else float(bound) for bound in found])


def _side(status: Any, at: Range) -> Side:
    """Return the side of a status of HiGHS; a fixed variable or equality stands at its lower bound."""
    side = {"kBasic": Side.basic, "kLower": Side.at_lower, "kUpper": Side.at_upper}.get(status.name, Side.free)
    if side is Side.free and (at.low is not None or at.high is not None):
        return Side.at_lower if at.low is not None else Side.at_upper
    return side


def _exact(program: Program, columns: Mapping[str, Side], rows: Mapping[str, Side]) -> Solution | None:
    """Compute point and dual of a basis in fractions; ``None`` if the basis is singular, which no optimum has."""
    basic = [name for name, side in columns.items() if side is Side.basic]
    tight = [name for name, side in rows.items() if side is not Side.basic]
    values = {name: program.variables[name].at(side) for name, side in columns.items() if side is not Side.basic}
    matrix = [[program.rows[row][0].get(name, _ZERO) for name in basic] for row in tight]
    ends = [program.rows[row][1].at(rows[row]) - _dot(program.rows[row][0], values) for row in tight]
    found = gauss(matrix, ends)
    prices = gauss([list(column) for column in zip(*matrix, strict=True)], [program.cost.get(n, _ZERO) for n in basic])
    if found is None or prices is None:
        return None
    values |= dict(zip(basic, found, strict=True))
    duals = dict(zip(tight, prices, strict=True))
    for name, side in columns.items():
        if side is not Side.basic:
            used = (duals[row] * program.rows[row][0].get(name, _ZERO) for row in tight)
            duals[name] = program.cost.get(name, _ZERO) - sum(used, _ZERO)
    ranges = program.variables | {name: at for name, (_, at) in program.rows.items()}
    sides = {**columns, **rows}
    missed = [at.missed_by(values[name]) for name, at in program.variables.items()]
    missed += [at.missed_by(_dot(coefficients, values)) for coefficients, at in program.rows.values()]
    missed += [_wrong_sign(dual, sides[name], ranges[name]) for name, dual in duals.items()]
    return Solution(
        values=values,
        primal=_dot(program.cost, values),
        dual=sum((dual * ranges[name].at(sides[name]) for name, dual in duals.items()), _ZERO),
        duals=duals,
        missed=max(missed, default=_ZERO),
    )


def _wrong_sign(dual: Fraction, side: Side, at: Range) -> Fraction:
    """Return by how much a price has the wrong sign: a lower bound may only cost, an upper bound only save."""
    if at.low is not None and at.low == at.high:
        return _ZERO
    if side is Side.free:
        return abs(dual)
    return max(_ZERO, -dual if side is Side.at_lower else dual)


def _dot(coefficients: Mapping[str, Fraction], values: Mapping[str, Fraction]) -> Fraction:
    found = (coefficient * values[name] for name, coefficient in coefficients.items() if name in values)
    return sum(found, _ZERO)


def gauss(matrix: Sequence[Sequence[Fraction]], ends: Sequence[Fraction]) -> list[Fraction] | None:
    """Solve a square system exactly; ``None`` when it is singular or not square."""
    size = len(ends)
    if any(len(row) != size for row in matrix) or len(matrix) != size:
        return None
    # Only what is not zero is kept, its right side under `size`: a basis of limits is mostly zeros and ones.
    work = [{at: cell for at, cell in enumerate((*row, end)) if cell} for row, end in zip(matrix, ends, strict=True)]
    for at in range(size):
        pivot = min((row for row in range(at, size) if at in work[row]), key=lambda row: len(work[row]), default=None)
        if pivot is None:
            return None
        work[at], work[pivot] = work[pivot], work[at]
        head = work[at].pop(at)
        work[at] = {place: cell / head for place, cell in work[at].items()}
        for row in range(size):
            factor = work[row].pop(at, None)
            if factor is not None:
                for place, top in work[at].items():
                    work[row][place] = work[row].get(place, _ZERO) - factor * top
                    if not work[row][place]:
                        del work[row][place]
    return [row.get(size, _ZERO) for row in work]
