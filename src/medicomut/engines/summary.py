"""What a check found, in figures: lines, amounts, excess by reason, practitioners with the most excess."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from medicomut.engines.outcome import SEPARATOR
from medicomut.tariff.vocabulary import BASES, VERDICTS

WORST = 10
SUMS = (
    "charged_cents",
    "fee_cents",
    "reimbursement_cents",
    "patient_share_cents",
    "supplement_cents",
    "excess_cents",
)


@dataclass(slots=True)
class Summary:
    """Counts and sums over all lines checked; amounts in cents. Add each chunk once, in any order."""

    lines: int = 0
    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SUMS, 0))
    verdicts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VERDICTS, 0))
    bases: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    excess_by_basis: dict[str, int] = field(default_factory=dict)
    excess_by_practitioner: dict[str, tuple[int, int]] = field(default_factory=dict)

    def add(self, chunk: pl.DataFrame, result: pl.DataFrame, charged: int) -> None:
        """Count the lines of a chunk (for their practitioners) and what the check added to them."""
        self.lines += len(result)
        self.sums["charged_cents"] += charged
        for name in SUMS[1:]:
            self.sums[name] += int(result[name].cast(pl.Int64).sum())
        _count(self.verdicts, result["verdict"])
        _count(self.bases, result["basis"])
        for reasons, count in _counts(result["reasons"]):
            for reason in filter(None, reasons.split(SEPARATOR)):
                self.reasons[reason] = self.reasons.get(reason, 0) + count
        self._add_excess(chunk, result)

    def _add_excess(self, chunk: pl.DataFrame, result: pl.DataFrame) -> None:
        lines = (result["excess_cents"] > 0).fill_null(value=False).arg_true()
        if not len(lines):
            return
        excess = result.select("basis", "excess_cents")[lines]
        for basis, cents in excess.group_by("basis").agg(pl.col("excess_cents").cast(pl.Int64).sum()).rows():
            self.excess_by_basis[basis] = self.excess_by_basis.get(basis, 0) + cents
        if "practitioner" not in chunk.columns:
            return
        who = excess.with_columns(practitioner=chunk["practitioner"].gather(lines).cast(pl.String))
        by_who = who.group_by("practitioner").agg(pl.len(), pl.col("excess_cents").cast(pl.Int64).sum())
        for practitioner, count, cents in by_who.rows():
            had = self.excess_by_practitioner.get(practitioner, (0, 0))
            self.excess_by_practitioner[practitioner] = (had[0] + count, had[1] + cents)

    def worst(self, most: int = WORST) -> list[dict[str, Any]]:
        """Return the practitioners with the most excess, most first."""
        found = sorted(self.excess_by_practitioner.items(), key=lambda item: (-item[1][1], item[0] or ""))
        return [
            {"practitioner": practitioner, "lines": count, "excess_cents": cents}
            for practitioner, (count, cents) in found[:most]
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain values, the same for the same lines."""
        order = {word: n for n, (word, _) in BASES.items()}
        return {
            "lines": self.lines,
            "amounts": self.sums,
            "verdicts": self.verdicts,
            "bases": dict(sorted(self.bases.items(), key=lambda item: order[item[0]])),
            "reasons": dict(sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))),
            "excess_by_basis": dict(sorted(self.excess_by_basis.items(), key=lambda item: (-item[1], item[0]))),
            "practitioners_with_excess": len(self.excess_by_practitioner),
            "worst": self.worst(),
        }


def _counts(series: pl.Series) -> list[tuple[str, int]]:
    return [(word, count) for word, count in series.value_counts().rows() if word is not None]


def _count(into: dict[str, int], series: pl.Series) -> None:
    for word, count in _counts(series):
        into[word] = into.get(word, 0) + count
