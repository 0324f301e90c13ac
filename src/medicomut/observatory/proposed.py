"""Whole numbers that keep every limit, proposed by a linear solver (HiGHS) and believed only when they were checked."""

from __future__ import annotations

from typing import Any, Final

from medicomut.observatory.bounds import Bounds, Limit

SECONDS: Final = 0.5
"""So long, at most, is a proposal waited for; a table as it is printed takes a hundredth of that."""


def proposed(bounds: Bounds) -> list[int] | None:
    """Return a value for every variable that keeps every limit, or `None` where none was found.

    `None` proves nothing. The solver reckons in floating point; what it proposes is checked in whole numbers.
    """
    solver = _model(bounds)
    solver.run()
    found = [round(value) for value in solver.getSolution().col_value]
    return found if len(found) == len(bounds.low) and _keeps(bounds, found) else None


def _keeps(bounds: Bounds, found: list[int]) -> bool:
    late = [limit for each in bounds.late if (limit := each(found, found)) is not None]
    within = all(low <= value <= high for low, value, high in zip(bounds.low, found, bounds.high, strict=True))
    return within and all(_kept(limit, found) for limit in (*bounds.limits, *late))


def _kept(limit: Limit, found: list[int]) -> bool:
    total = sum(c * found[at] for at, c in limit.terms)
    return (limit.low is None or total >= limit.low) and (limit.high is None or total <= limit.high)


def _model(bounds: Bounds) -> Any:
    import highspy  # noqa: PLC0415  numpy comes with it: a tenth of a second, paid where bounds do not decide
    import numpy as np  # noqa: PLC0415

    endless = highspy.kHighsInf
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(bounds.low), len(bounds.limits)
    model.col_cost_ = np.zeros(model.num_col_)
    model.col_lower_, model.col_upper_ = np.array(bounds.low, dtype=float), np.array(bounds.high, dtype=float)
    model.row_lower_ = np.array([-endless if each.low is None else float(each.low) for each in bounds.limits])
    model.row_upper_ = np.array([endless if each.high is None else float(each.high) for each in bounds.limits])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(each.terms) for each in bounds.limits)])
    model.a_matrix_.index_ = np.array([at for each in bounds.limits for at, _ in each.terms])
    model.a_matrix_.value_ = np.array([float(c) for each in bounds.limits for _, c in each.terms])
    model.integrality_ = [highspy.HighsVarType.kInteger] * model.num_col_
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, setting in (("output_flag", False), ("threads", 1), ("time_limit", SECONDS)):
        solver.setOptionValue(option, setting)
    solver.passModel(model)
    return solver
