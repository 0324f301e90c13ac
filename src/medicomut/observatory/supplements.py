"""What patients pay above the fee: supplements as a share of their bill, and how much care is at tariff.

Read from the result of `medicomut check` (docs/lines.md). Every share names its base; lines without a fee, or whose
split between insurance and patient is not known, are counted and left out of the shares they cannot enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from medicomut.errors import Place, Problem, Problems
from medicomut.observatory.series import plain

if TYPE_CHECKING:
    import polars as pl

NEEDED: Final = ("patient_share_cents", "supplement_cents", "tariff_binds", "verdict")
BY: Final = ("basis", "profession", "code", "setting", "practitioner")
"""Columns by which a result may be parted."""


@dataclass(frozen=True, slots=True)
class Supplements:
    """Lines of care and what patients paid, in cents.

    `priced` are lines with a known fee and charge; `split` those whose patient share is known too: the bill of the
    patient is share and supplement. `at_tariff` are priced lines without supplement, `bound` those whose fee binds.
    """

    group: str
    lines: int
    priced: int
    split: int
    at_tariff: int
    bound: int
    patient_share_cents: int
    supplement_cents: int
    supplement_of_all_cents: int

    @property
    def of_bill(self) -> Fraction | None:
        """Supplements as a percentage of what patients pay, over the lines whose split is known."""
        bill = self.patient_share_cents + self.supplement_cents
        return Fraction(100 * self.supplement_cents, bill) if bill else None

    @property
    def share_at_tariff(self) -> Fraction | None:
        """Priced lines at tariff, in percent of them."""
        return Fraction(100 * self.at_tariff, self.priced) if self.priced else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; percentages are text with two decimals."""
        return {
            "group": self.group or None,
            "lines": self.lines,
            "priced": self.priced,
            "split_known": self.split,
            "at_tariff": self.at_tariff,
            "fee_binds": self.bound,
            "patient_share_cents": self.patient_share_cents,
            "supplement_cents": self.supplement_cents,
            "supplement_of_all_priced_cents": self.supplement_of_all_cents,
            "supplements_percent_of_bill": None if self.of_bill is None else plain(self.of_bill, 2),
            "at_tariff_percent": None if self.share_at_tariff is None else plain(self.share_at_tariff, 2),
        }


def supplements(result: pl.LazyFrame, file: str, by: str | None = None) -> list[Supplements]:
    """Return the sums of a checked file: all together, then each group of a column, the largest supplements first.

    The frame is read as a stream. Raises `Problems` (`not_checked`, `no_such_column`).
    """
    import polars as pl  # noqa: PLC0415 - half a second, paid only here

    kinds = result.collect_schema()
    missing = [name for name in NEEDED if name not in kinds]
    if missing:
        mend = "give the file that medicomut check writes"
        raise Problems([Problem("not_checked", f"no column {', '.join(missing)}", Place(file=file), mend=mend)])
    if by is not None and by not in kinds:
        mend = f"part it by one of: {', '.join(name for name in BY if name in kinds)}"
        raise Problems([Problem("no_such_column", f"no column {by[:40]!r}", Place(file=file), mend=mend)])
    share = pl.col("patient_share_cents").cast(pl.Int64)
    supplement = pl.col("supplement_cents").cast(pl.Int64)
    binds = pl.col("tariff_binds").cast(pl.String).str.to_lowercase() == "true"
    priced, split = supplement.is_not_null(), supplement.is_not_null() & share.is_not_null()
    sums = {
        "lines": pl.len(),
        "priced": priced.sum(),
        "split": split.sum(),
        "at_tariff": (supplement == 0).sum(),
        "bound": (priced & binds).sum(),
        "patient_share_cents": share.filter(split).sum(),
        "supplement_cents": supplement.filter(split).sum(),
        "supplement_of_all_cents": supplement.sum(),
    }
    found = [_of("", result.select(**sums).collect(engine="streaming").row(0, named=True))]
    if by is not None:
        groups = result.group_by(pl.col(by).cast(pl.String).fill_null("").alias("group")).agg(**sums)
        rows = groups.collect(engine="streaming").iter_rows(named=True)
        parted = [_of(row["group"], row) for row in rows]
        found += sorted(parted, key=lambda each: (-each.supplement_of_all_cents, each.group))
    return found


def _of(group: str, row: Mapping[str, Any]) -> Supplements:
    return Supplements(group, **{name: int(value or 0) for name, value in row.items() if name != "group"})
