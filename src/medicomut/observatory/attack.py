"""What somebody can find out who sees every published cell: the least and greatest count each hidden cell can have.

The attacker knows the table's structure and that counts are whole and not negative. Bounds come from linear programs
(HiGHS); every end that is reported is a whole table that was checked, in integers, to agree with everything published.
So an interval is never too wide: both its ends are possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from medicomut.errors import Problem, Problems
from medicomut.observatory.count_table import Shape


@dataclass(frozen=True, slots=True)
class Interval:
    """The least and the greatest count an attacker must reckon with."""

    low: int
    high: int

    @property
    def width(self) -> int:
        """How far apart they are."""
        return self.high - self.low


class Attacker:
    """Somebody who sees a published table; hidden counts are `None`.

    `tables` are whole tables already known to be possible (the owner of the table knows at least one); those that
    agree with what is published need not be found again. `met` are all of them.
    """

    def __init__(self, shape: Shape, published: Sequence[int | None], tables: Sequence[Sequence[int]] = ()) -> None:
        self.shape, self._published = shape, published
        self.hidden = [number for number, count in enumerate(published) if count is None]
        self._column = {number: at for at, number in enumerate(self.hidden)}
        self._most = published[-1] or 0
        self._rows = list(self._equations(published))
        self._seen: dict[int, Interval] = {}
        self._solver: Any = None
        self.met: list[Sequence[int]] = []
        for whole in tables:
            if all(count is None or count == value for count, value in zip(published, whole, strict=True)):
                self._meet(whole)

    def _meet(self, whole: Sequence[int]) -> None:
        """Note a whole table that agrees with everything published."""
        self.met.append(whole)
        for cell in self.hidden:
            seen = self._seen.get(cell)
            value = whole[cell]
            if seen is None or not seen.low <= value <= seen.high:
                ends = (value, value) if seen is None else (min(seen.low, value), max(seen.high, value))
                self._seen[cell] = Interval(*ends)

    def _equations(self, published: Sequence[int | None]) -> Iterable[tuple[list[int], list[int], int]]:
        """Yield columns, coefficients and sum of what each published or hidden total says of hidden cells."""
        for total, parts in self.shape.sums:
            members = [(part, 1) for part in parts] + [(total, -1)]
            unknown = [(self._column[cell], sign) for cell, sign in members if published[cell] is None]
            if unknown:
                known = sum(sign * (published[cell] or 0) for cell, sign in members)
                yield [at for at, _ in unknown], [sign for _, sign in unknown], -known

    def interval(self, cell: int) -> Interval:
        """Return the exact bounds of a hidden cell."""
        ends = [self._solve(self._column[cell], sign)[self._column[cell]] for sign in (1, -1)]
        return Interval(ends[0], ends[1])

    def exposed(self, width: int) -> list[int]:
        """Return the hidden cells that can be bounded more tightly than `width`.

        Tables met on the way count for every cell, so that most cells need no program of their own.
        """
        return [cell for cell in self.hidden if not self._is_wide(cell, width)]

    def _is_wide(self, cell: int, width: int) -> bool:
        for sign in (-1, 1):
            seen = self._seen.get(cell)
            if seen is not None and seen.width >= width:
                return True
            self._solve(self._column[cell], sign)
        return self._seen[cell].width >= width

    def _solve(self, at: int, sign: int) -> list[int]:
        """Return a whole table, of its hidden cells, that makes one as small (sign 1) or large (-1) as possible."""
        if self._solver is None:
            self._solver = self._model(whole=False)
        values = self._run(self._solver, at, sign)
        if not self._agrees(values):  # three columns of labels: the corners of the program need not be whole
            values = self._run(self._model(whole=True), at, sign)
            if not self._agrees(values):
                raise Problems([Problem("audit_undecided", "no whole table was found", mend="merge some labels")])
        whole = [count or 0 for count in self._published]
        for cell, value in zip(self.hidden, values, strict=True):
            whole[cell] = value
        self._meet(whole)
        return values

    def _agrees(self, values: Sequence[int]) -> bool:
        """Whether whole numbers agree with everything published: the proof that this table is possible."""
        sums = all(
            sum(sign * values[at] for at, sign in zip(columns, signs, strict=True)) == end
            for columns, signs, end in self._rows
        )
        return sums and all(0 <= value <= self._most for value in values)

    def _run(self, solver: Any, at: int, sign: int) -> list[int]:
        solver.changeColCost(at, float(sign))
        solver.run()
        found = [round(value) for value in solver.getSolution().col_value]
        solver.changeColCost(at, 0.0)
        return found

    def _model(self, whole: bool) -> Any:
        import highspy  # noqa: PLC0415  numpy comes with it: a tenth of a second, paid where cells are hidden
        import numpy as np  # noqa: PLC0415

        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.hidden), len(self._rows)
        model.col_cost_ = np.zeros(len(self.hidden))
        model.col_lower_ = np.zeros(len(self.hidden))
        model.col_upper_ = np.full(len(self.hidden), float(self._most))
        model.row_lower_ = model.row_upper_ = np.array([float(end) for _, _, end in self._rows])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(columns) for columns, _, _ in self._rows)])
        model.a_matrix_.index_ = np.array([at for columns, _, _ in self._rows for at in columns])
        model.a_matrix_.value_ = np.array([float(sign) for _, signs, _ in self._rows for sign in signs])
        if whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * len(self.hidden)
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, setting in (("output_flag", False), ("presolve", "off"), ("threads", 1)):
            solver.setOptionValue(option, setting)
        solver.passModel(model)
        return solver
