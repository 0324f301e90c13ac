"""The check of some hundreds or thousands of lines at once, with the rules on arrays.

The columns are read as for a file; then the rules run on NumPy arrays, since to tell Polars of each takes longer
than to run it on so few lines. A result that many lines share is made once, as that of a single line is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from medicomut.engines.columns import Inputs
from medicomut.engines.local import NEEDED, Checker
from medicomut.engines.outcome import AGREEMENT_IDS
from medicomut.tariff import book
from medicomut.tariff.line import Line
from medicomut.tariff.price import Priced

AMOUNTS = ("fee_cents", "reimbursement_cents", "patient_share_cents", "supplement_cents", "excess_cents")

MOST_REMEMBERED = 5_000
"""Results kept of lines that are alike; hostile ones may be as many as they like."""

LARGEST_KEY = 2**48
"""A number that stands for a combination is not multiplied beyond this by one more word, which is below 2^15."""

Run = Callable[[Mapping[str, Any]], dict[str, Any]]
Array = np.ndarray[Any, Any]


def results(checker: Checker, lines: pl.DataFrame) -> list[dict[str, Any]]:
    """Return what each line gains, as `Priced.result` says it; lines of the same result share it."""
    inputs = Inputs(constants=dict(checker.parameters))
    agreements = checker.inputs(lines, inputs)
    values = _values(inputs)
    varying = {name: found for name, found in values.items() if isinstance(found, np.ndarray)}
    amounts = {name: varying.pop(name).tolist() for name in AMOUNTS if name in varying}
    varying |= {_mark(name): marks.to_numpy() for name, marks in inputs.unreadable.items()}
    varying["agreement"] = agreements.to_physical().fill_null(len(AGREEMENT_IDS.categories)).to_numpy()
    first, which = _distinct(varying.values())
    alike = {name: value for name, value in values.items() if not isinstance(value, np.ndarray)}
    known = _remembered(tuple(alike.items()), tuple(varying))
    if len(known) > MOST_REMEMBERED:
        known.clear()
    outcomes = []
    for n, words in zip(first, zip(*(found[first].tolist() for found in varying.values()), strict=True), strict=True):
        if words not in known:
            said = alike | dict(zip(varying, words, strict=True)) | {"agreement": agreements[n]}
            known[words] = _result(dict.fromkeys(amounts, 0) | said, list(inputs.unreadable))
        outcomes.append(known[words])
    rows = list(zip(which, *amounts.values(), strict=True))
    distinct = {row: _with_amounts(outcomes[row[0]], list(amounts), row[1:]) for row in set(rows)}
    return list(map(distinct.__getitem__, rows))


@lru_cache(maxsize=100)
def _remembered(alike: tuple[tuple[str, Any], ...], varying: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return the results known of lines alike in some values, by those that vary: batches of one sender recur."""
    del alike, varying  # they only tell one memory from another
    return {}


def _distinct(words: Iterable[Array]) -> tuple[list[int], list[int]]:
    """Return, for small numbers of which each line has some, a line of each combination met, and which each line has.

    A combination is one number, counted anew before it becomes too large.
    """
    key: Array = np.zeros(1, dtype=np.int64)
    for word in words:
        if key.max() >= LARGEST_KEY:
            key = np.unique(key, return_inverse=True)[1]
        key = key * (int(word.max()) + 1) + word
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return first.tolist(), which.tolist()


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
    found = dict(outcome)
    for name, amount in zip(names, amounts, strict=True):
        if found[name] is not None:
            found[name] = amount
    return found
