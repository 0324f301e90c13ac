"""From truth values to words: basis, verdict, reasons and clauses of each line, each distinct outcome said once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from medicomut.agreement import available
from medicomut.engines.columns import constant, literal
from medicomut.tariff.book import REASONS
from medicomut.tariff.price import cites
from medicomut.tariff.vocabulary import BASES, VERDICTS

SEPARATOR = ";"

AGREEMENT_IDS = pl.Enum(available())
BASIS_WORDS = pl.Enum([word for word, _ in BASES.values()])
VERDICT_WORDS = pl.Enum(list(VERDICTS))

ADDED: dict[str, Any] = {
    "fee_cents": pl.Int32(),
    "reimbursement_cents": pl.Int32(),
    "patient_share_cents": pl.Int32(),
    "tariff_binds": pl.Boolean(),
    "basis": BASIS_WORDS,
    "supplement_cents": pl.Int32(),
    "excess_cents": pl.Int32(),
    "verdict": VERDICT_WORDS,
    "reasons": pl.Categorical(),
    "agreement": AGREEMENT_IDS,
    "cites": pl.Categorical(),
}
"""The columns a check adds and their types."""

_VERDICT_AT, _FLAGS_AT = 5, 7
"""A key holds the basis in its lowest bits, then the verdict, then a bit for each flag."""

_KEY_TYPES = ((16, pl.UInt16), (32, pl.UInt32), (64, pl.UInt64), (127, pl.Int128))
"""The widths of keys: every reason and every column unreadable at once need 65 bits."""

_DENSE_BITS = 20
"""Keys up to this width are looked up by position in a table of all of them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What can be said of a line, once for all lines of which it is true."""

    basis: str
    verdict: str
    reasons: tuple[str, ...]
    cites: tuple[str, ...]


def words(
    frame: pl.DataFrame, unreadable: dict[str, pl.Series]
) -> tuple[dict[str, pl.Series], list[tuple[Outcome, int]]]:
    """Return basis, verdict, reasons and cites of every line of a frame the rules ran on.

    Beside them, each distinct outcome and the number of its lines.
    """
    marks = {name: frame[name] for name in REASONS if frame[name].any()}
    marks |= {f"{column}_unreadable": bad for column, bad in unreadable.items()}
    key = _keys(frame, marks)
    counts = key.value_counts()
    distinct = counts.to_series(0)
    met = [_outcome(number, tuple(marks)) for number in distinct]
    said = {
        "basis": pl.Series([o.basis for o in met], dtype=BASIS_WORDS),
        "verdict": pl.Series([o.verdict for o in met], dtype=VERDICT_WORDS),
        "reasons": _listed(SEPARATOR.join(o.reasons) for o in met),
        "cites": _listed(SEPARATOR.join(o.cites) for o in met),
    }
    outcomes = list(zip(met, counts.to_series(1), strict=True))
    if len(met) == 1:
        return {name: values.new_from_index(0, len(key)) for name, values in said.items()}, outcomes
    numbers = pl.int_range(len(met), eager=True, dtype=pl.UInt32)
    if len(marks) + _FLAGS_AT <= _DENSE_BITS:
        table = constant(0, pl.UInt32, 1 << (len(marks) + _FLAGS_AT))
        position = table.scatter(distinct, numbers)[key]
    else:
        position = key.replace_strict(distinct, numbers, return_dtype=pl.UInt32)
    return {name: values[position] for name, values in said.items()}, outcomes


def _listed(texts: Iterable[str]) -> pl.Series:
    """Return texts as an `Enum` of those met, in their alphabetical order: the same for the same lines."""
    said = list(texts)
    return pl.Series(said, dtype=pl.Enum(sorted(set(said))))


def _keys(frame: pl.DataFrame, marks: dict[str, pl.Series]) -> pl.Series:
    """Return a number for each line from which its outcome can be read back."""
    bits = len(marks) + _FLAGS_AT
    dtype = next(t for width, t in _KEY_TYPES if bits <= width)

    key = pl.col("basis").cast(dtype) + pl.col("verdict").cast(dtype) * literal(1 << _VERDICT_AT, dtype)
    for bit, name in enumerate(marks, start=_FLAGS_AT):
        key = key + pl.when(name).then(literal(1 << bit, dtype)).otherwise(literal(0, dtype))
    return frame.select("basis", "verdict").with_columns(**marks).select(key).to_series()


def _outcome(key: int, marks: tuple[str, ...]) -> Outcome:
    basis = key & ((1 << _VERDICT_AT) - 1)
    verdict = key >> _VERDICT_AT & ((1 << (_FLAGS_AT - _VERDICT_AT)) - 1)
    named = tuple(name for bit, name in enumerate(marks, start=_FLAGS_AT) if key >> bit & 1)
    return Outcome(BASES[basis][0], VERDICTS[verdict], named, cites(basis, named))
