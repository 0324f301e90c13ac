"""The check of some hundreds or thousands of lines at once, with the rules on arrays.

The columns are read as for a file; then the rules run on NumPy arrays, since to tell Polars of each takes longer
than to run it on so few lines. A result that many lines share is made once, as that of a single line is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from medicomut.engines.columns import Inputs
from medicomut.engines.local import NEEDED, Checker
from medicomut.tariff import book
from medicomut.tariff.line import Line
from medicomut.tariff.price import Priced

AMOUNTS = ("fee_cents", "reimbursement_cents", "patient_share_cents", "supplement_cents", "excess_cents")

Run = Callable[[Mapping[str, Any]], dict[str, Any]]


def results(checker: Checker, lines: pl.DataFrame) -> list[dict[str, Any]]:
    """Return what each line gains, as `Priced.result` says it; lines of the same result share it."""
    inputs = Inputs(constants=dict(checker.parameters))
    agreements = checker.inputs(lines, inputs)
    values = _values(inputs)
    varying = {name: found.tolist() for name, found in values.items() if isinstance(found, np.ndarray)}
    varying |= {_mark(name): marks.to_list() for name, marks in inputs.unreadable.items()}
    varying["agreement"] = agreements.to_list()
    amounts = [name for name in AMOUNTS if name in varying]
    words = [name for name in varying if name not in amounts]
    said = list(zip(*(varying[name] for name in words), strict=True))
    rows = list(zip(said, *(varying[name] for name in amounts), strict=True))
    unreadable = list(inputs.unreadable)
    outcomes = {key: _result(values | dict(zip(words, key, strict=True)), unreadable) for key in set(said)}
    distinct = {row: _with_amounts(outcomes[row[0]], amounts, row[1:]) for row in set(rows)}
    return list(map(distinct.__getitem__, rows))


def _values(inputs: Inputs) -> dict[str, Any]:
    """Return what a result needs, a value for all lines or an array of one a line."""
    run = _runner(tuple(sorted(inputs.constants.items())))
    given = {name: _array(column) for name, column in inputs.columns.items()}
    known = inputs.constants | given | run(given)
    return {name: _said_once(known[name]) for name in NEEDED}


@lru_cache(maxsize=100)
def _runner(constants: tuple[tuple[str, bool | int], ...]) -> Run:
    """Return the rules as one function; batches of the same sender mostly leave out the same."""
    return book.rulebook().runner(dict(constants), ready=book.SLOT_RULES, arrays=True)


def _array(column: pl.Series) -> Any:
    """Return an array of truth values, or of integers as wide as those of a single line need."""
    found = column.to_numpy()
    return found if found.dtype == np.bool_ else found.astype(np.int64)


def _said_once(found: Any) -> Any:
    """Return one value where all lines have the same."""
    return found[0].item() if isinstance(found, np.ndarray) and (found == found[0]).all() else found


def _mark(column: str) -> str:
    return f"{column}_unreadable"


def _result(values: Mapping[str, Any], unreadable: Sequence[str]) -> dict[str, Any]:
    line = Line(unreadable=[column for column in unreadable if values[_mark(column)]])
    return Priced(line, values, values, values["agreement"]).result()


def _with_amounts(outcome: Mapping[str, Any], names: Sequence[str], amounts: Sequence[int]) -> dict[str, Any]:
    """Return an outcome with amounts of its own, but for those it says are not known."""
    known = {name: amount for name, amount in zip(names, amounts, strict=True) if outcome[name] is not None}
    return {**outcome, **known}
