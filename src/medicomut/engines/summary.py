"""What a check found, in figures: lines, amounts, excess by reason, practitioners with the most excess."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import polars as pl

from medicomut.engines.local import Checked
from medicomut.engines.outcome import SEPARATOR
from medicomut.tariff.vocabulary import BASES, VERDICTS

WORST = 10
MOST_KEPT = 500_000
GROUNDS = frozenset(
    {
        "charged_above_binding_fee", "shared_room", "single_room_not_for_convenience", "preferential_patient",
        "not_informed_beforehand",
    }
)  # fmt: skip
"""The reasons that make an excess one."""
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
    _excess: list[pl.DataFrame] = field(default_factory=list, repr=False)

    def add(self, chunk: pl.DataFrame, checked: Checked, charged: int) -> None:
        """Count the lines of a chunk, what was charged on them (cents), and what the check found."""
        self.lines += len(checked.columns)
        self.sums["charged_cents"] += charged
        sums = checked.columns.select(pl.col(SUMS[1:]).cast(pl.Int64).sum()).row(0, named=True)
        for name, cents in sums.items():
            self.sums[name] += cents
        for outcome, count in checked.outcomes:
            self.verdicts[outcome.verdict] += count
            self.bases[outcome.basis] = self.bases.get(outcome.basis, 0) + count
            for reason in outcome.reasons:
                self.reasons[reason] = self.reasons.get(reason, 0) + count
        self._add_excess(chunk, checked.columns)

    def _add_excess(self, chunk: pl.DataFrame, result: pl.DataFrame) -> None:
        lines = (result["excess_cents"] > 0).arg_true()
        if not len(lines):
            return
        who = chunk["practitioner"][lines] if "practitioner" in chunk.columns else None
        self._excess.append(
            pl.DataFrame(
                {
                    "basis": result["basis"][lines],
                    "cents": result["excess_cents"][lines].cast(pl.Int64),
                    "who": pl.repeat(None, len(lines), dtype=pl.String, eager=True) if who is None else who,
                    "reasons": result["reasons"][lines].cast(pl.String),
                    "lines": pl.repeat(1, len(lines), dtype=pl.Int64, eager=True),
                }
            )
        )
        if sum(map(len, self._excess)) > MOST_KEPT:  # memory stays flat, however many lines have an excess
            self._excess = [self._folded()]

    def _folded(self) -> pl.DataFrame:
        if not self._excess:
            return pl.DataFrame(
                schema=dict.fromkeys(("basis", "who", "reasons"), pl.String) | {"cents": pl.Int64, "lines": pl.Int64}
            )
        summed = pl.concat(self._excess).group_by("basis", "who", "reasons").agg(pl.col("cents", "lines").sum())
        return summed.select(self._excess[0].columns)

    def excess_by_basis(self) -> dict[str, int]:
        """Return the excess in cents by basis, most first."""
        found = self._folded().group_by("basis").agg(pl.col("cents").sum())
        return dict(sorted(found.rows(), key=lambda row: (-row[1], row[0])))

    def excess_by_reason(self) -> dict[str, int]:
        """Return the excess in cents by what makes it one (a line may have two grounds), most first."""
        found: dict[str, int] = {}
        for reasons, cents in self._folded().group_by("reasons").agg(pl.col("cents").sum()).rows():
            for reason in GROUNDS & set(reasons.split(SEPARATOR)):
                found[reason] = found.get(reason, 0) + cents
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def excess_by_practitioner(self) -> dict[str, tuple[int, int]]:
        """Return lines with excess and the excess in cents by practitioner, most excess first."""
        found = self._folded().drop_nulls("who").group_by("who").agg(pl.col("lines").sum(), pl.col("cents").sum())
        rows = ((str(who), lines, cents) for who, lines, cents in found.rows())
        return {who: (lines, cents) for who, lines, cents in sorted(rows, key=lambda row: (-row[2], row[0]))}

    def worst(self, most: int = WORST) -> list[dict[str, Any]]:
        """Return the practitioners with the most excess, most first."""
        found = islice(self.excess_by_practitioner().items(), most)
        return [{"practitioner": who, "lines": lines, "excess_cents": cents} for who, (lines, cents) in found]

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain values, the same for the same lines."""
        order = {word: n for n, (word, _) in BASES.items()}
        return {
            "lines": self.lines,
            "amounts": self.sums,
            "verdicts": self.verdicts,
            "bases": dict(sorted(self.bases.items(), key=lambda item: order[item[0]])),
            "reasons": dict(sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))),
            "excess_by_basis": self.excess_by_basis(),
            "excess_by_reason": self.excess_by_reason(),
            "practitioners_with_excess": len(self.excess_by_practitioner()),
            "worst": self.worst(),
        }
