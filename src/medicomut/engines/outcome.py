"""From truth values to words: basis, verdict, reasons and clauses of each line, each distinct outcome said once."""

from __future__ import annotations

from typing import Any

import polars as pl

from medicomut.tariff.book import REASONS
from medicomut.tariff.price import cites
from medicomut.tariff.vocabulary import BASES, VERDICTS

SEPARATOR = ";"

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
    "agreement": pl.Categorical(),
    "cites": pl.Categorical(),
}
"""The columns a check adds and their types."""

_BASES = pl.Series([word for word, _ in BASES.values()], dtype=BASIS_WORDS)
_VERDICTS = pl.Series(list(VERDICTS), dtype=VERDICT_WORDS)
_BASIS_BITS = 5
_BASIS_MASK = (1 << _BASIS_BITS) - 1


class Outcomes:
    """Turns the rules' columns into the words of a result, remembering every outcome met."""

    def __init__(self) -> None:
        self._said: dict[tuple[int, tuple[str, ...]], tuple[str, str]] = {}

    def words(self, frame: pl.DataFrame, unreadable: dict[str, pl.Series]) -> dict[str, pl.Series]:
        """Return basis, verdict, reasons and cites of every line of a frame the rules ran on."""
        flags = {name: frame[name] for name in REASONS if frame[name].any()}
        flags |= {f"{column}_unreadable": bad for column, bad in unreadable.items()}
        basis = frame["basis"]
        position = basis.cast(pl.UInt32)
        said = [self._say(number, ()) for number in BASES]
        if flags:
            marks = pl.DataFrame(flags)
            lines = marks.select(pl.any_horizontal(pl.all())).to_series().arg_true()
            key = _keys(marks[lines], basis.gather(lines))
            distinct = key.unique()
            said += [self._say(int(k) & _BASIS_MASK, _named(int(k), tuple(flags))) for k in distinct]
            numbers = pl.int_range(len(BASES), len(said), eager=True, dtype=pl.UInt32)
            position = position.scatter(lines, key.replace_strict(distinct, numbers, return_dtype=pl.UInt32))
        return {
            "basis": _BASES.gather(basis),
            "verdict": _VERDICTS.gather(frame["verdict"]),
            "reasons": pl.Series([reasons for reasons, _ in said], dtype=pl.Categorical).gather(position),
            "cites": pl.Series([clauses for _, clauses in said], dtype=pl.Categorical).gather(position),
        }

    def _say(self, basis: int, named: tuple[str, ...]) -> tuple[str, str]:
        found = self._said.get((basis, named))
        if found is None:
            clauses = cites(basis, named)
            found = self._said[basis, named] = (SEPARATOR.join(named), SEPARATOR.join(clauses))
        return found


def _keys(marks: pl.DataFrame, basis: pl.Series) -> pl.Series:
    """Return a number for each line from which basis and marks can be read back."""
    dtype = pl.UInt32 if marks.width + _BASIS_BITS <= 32 else pl.UInt64
    key = basis.cast(dtype)
    for bit, flag in enumerate(marks, start=_BASIS_BITS):
        key = key + flag.cast(dtype) * (1 << bit)
    return key


def _named(key: int, flags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(flags, start=_BASIS_BITS) if key >> bit & 1)
