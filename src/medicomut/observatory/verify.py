"""The contradiction finder: what the figures of a publication cannot all be, with the smallest repair and its proof."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from medicomut.errors import Problems
from medicomut.observatory.bounds import Search
from medicomut.observatory.counts import WITHOUT_REGION, Counts, group_of, other_group
from medicomut.observatory.evidence import REGIONS_SUM, Clause, Evidence, Shown, sentence
from medicomut.observatory.figures import (
    ACTIVE,
    ADHERED,
    DIFFERENCES,
    RATE,
    REFUSAL_RATE,
    REFUSED,
    Publication,
    kind_of,
)
from medicomut.observatory.findings import Finding, Part, Report
from medicomut.observatory.numbers import plain_number
from medicomut.observatory.reconstruct import Range, exact_ranges
from medicomut.observatory.remarks import counts_behind, points_called_percent, text_remarks
from medicomut.observatory.repairs import Repair, Slip, derived, smallest_repairs

Between = tuple[Fraction, Fraction]
"""The least and the greatest value possible."""

STEPS: Final = 500
_ORDER: Final = (ACTIVE, ADHERED, REFUSED, RATE, REFUSAL_RATE, *DIFFERENCES)


def verify(publication: Publication, without_region: Fraction = WITHOUT_REGION) -> Report:
    """Return what cannot be in a publication, slip by slip, then what is wrongly worded.

    Where no small repair exists the contradictions met are told without one. Never raises for what figures say.
    """
    model = Counts(publication.cells, without_region)
    try:
        repairs = smallest_repairs(model, publication.tables)
    except Problems:
        return _unrepaired(model, publication)
    judge = _Judge(model, repairs)
    findings = [judge.finding(slip) for slip in judge.slips]
    doubted = frozenset[int]().union(*(repair.cells for repair in repairs))
    certain = judge.ranges if len(repairs) == 1 else _ranges(model, doubted)
    findings += counts_behind(publication, judge.evidence, certain, doubted)
    findings += points_called_percent(publication, judge.evidence)
    findings += text_remarks(publication, judge.evidence, certain)
    return Report(publication.name, len(model.cells), tuple(findings), list(_without_region(judge)), repaired=True)


class _Judge:
    """Goes through the slips of the smallest repair, each mended before the next is looked at."""

    def __init__(self, model: Counts, repairs: Sequence[Repair]) -> None:
        self.model, self.repairs = model, repairs
        self.ranges = _ranges(model, repairs[0].cells)
        self.evidence = Evidence(model, {n: cell.figure.value for n, cell in enumerate(model.cells)})
        self.slips = sorted(repairs[0].slips, key=lambda slip: (_place(model, slip), min(slip.cells)))

    def finding(self, slip: Slip) -> Finding:
        """Return the finding on one slip, and mend it."""
        cells = sorted(slip.cells)
        mended = {number: self._mended(number) for number in cells}
        clauses = self._clauses(slip, cells, mended)
        first = self.model.cells[cells[0]]
        parts = tuple(self._part(n, mended[n]) for n in cells)
        values = [self._only(n, mended[n]) for n in cells]
        certain = all(value is not None for value in values)
        others = self._others(slip)
        only_regions = all(clause.kind == REGIONS_SUM for clause in clauses)
        for number, value in zip(cells, values, strict=True):
            self.evidence.values[number] = value
        return Finding(
            kind="sum" if clauses[0].kind == REGIONS_SUM else clauses[0].kind,
            severity="warning" if only_regions else "contradiction",
            cell=f"{first.table}/*/{first.column}" if slip.is_column else first.name,
            parts=parts,
            why=sentence(clauses, certain and not others),
            mends=certain,
            unique=certain and not others,
            alternatives=tuple(self.model.cells[n].name for n in others),
        )

    def _clauses(self, slip: Slip, cells: Sequence[int], mended: Mapping[int, Between | None]) -> list[Clause]:
        if slip.is_column:
            return list(self.evidence.column(cells, slip.copied))
        (number,) = cells
        found = list(self.evidence.clauses(number, self._only(number, mended[number])))
        found += self._counts(number)
        copied = self.evidence.copy_of(number)
        if copied is not None:
            shown = {"column": self.model.cells[copied].column, "row": self.model.cells[copied].row}
            found.insert(0, Clause("copied_cell", "why_copied", shown))
        return found or [Clause("contradiction", "why_others")]

    def _counts(self, number: int) -> Iterator[Clause]:
        """Yield the counts that give a rate, where the trusted figures leave only one of each."""
        cell = self.model.cells[number]
        group = group_of(cell.key)
        active, adhered = (self.ranges.get(of(group)) for of in (self.model.active, self.model.adhered))
        if cell.key.measure == RATE and active is not None and adhered is not None and active.only and adhered.only:
            yield Clause("rate", "why_counts", {
                "adhered": Shown((Fraction(adhered.only),), "count"),
                "active": Shown((Fraction(active.only),), "count"),
                "rate": Shown((Fraction(100 * adhered.only, active.only),), "rate", cell.figure.decimals),
            })  # fmt: skip

    def _others(self, slip: Slip) -> list[int]:
        """Return the figures that another repair of the same size would change instead."""
        if all(slip in repair.slips for repair in self.repairs):
            return []
        mine = set(self.repairs[0].slips)
        instead = [repair for repair in self.repairs if slip not in repair.slips]
        return sorted({n for repair in instead for other in set(repair.slips) - mine for n in other.cells})

    def _mended(self, number: int) -> Between | None:
        """Return the least and greatest value that the trusted figures leave for one, `None` when they leave all."""
        cell = self.model.cells[number]
        if cell.key.measure in DIFFERENCES:
            sides = [self._rate(group) for group in (group_of(cell.key), other_group(cell.key))]
            if sides[0] is None or sides[1] is None:
                return None
            return sides[0][0] - sides[1][1], sides[0][1] - sides[1][0]
        group = group_of(cell.key)
        active, adhered = (self.ranges.get(of(group)) for of in (self.model.active, self.model.adhered))
        if cell.key.measure in {RATE, REFUSAL_RATE}:
            share = self._rate(group)
            return share if share is None or cell.key.measure == RATE else (100 - share[1], 100 - share[0])
        if active is None or adhered is None:
            return None
        low, high = {
            ACTIVE: (active.low, active.high), ADHERED: (adhered.low, adhered.high),
            REFUSED: (active.low - adhered.high, active.high - adhered.low),
        }[cell.key.measure]  # fmt: skip
        return Fraction(low), Fraction(high)

    def _rate(self, group: Any) -> Between | None:
        """Return the adhesion rate of a group in percent: from its counts, else as printed and not doubted."""
        active, adhered = (self.ranges.get(of(group)) for of in (self.model.active, self.model.adhered))
        if active is not None and adhered is not None and active.low and active.only is not None:
            return Fraction(100 * adhered.low, active.high), Fraction(100 * adhered.high, active.low)
        for number, cell in enumerate(self.model.cells):
            if cell.key.measure == RATE and group_of(cell.key) == group and number not in self.repairs[0].cells:
                return cell.figure.value, cell.figure.value
        return None

    def _only(self, number: int, mended: Between | None) -> Fraction | None:
        """Return the one value a figure can have, to the decimals printed; `None` when there are several."""
        if mended is None:
            return None
        decimals = self.model.cells[number].figure.decimals
        low, high = (plain_number(value, decimals) for value in mended)
        return Fraction(low) if low == high else None

    def _part(self, number: int, mended: Between | None) -> Part:
        cell = self.model.cells[number]
        only = self._only(number, mended)
        values = () if mended is None else (mended if only is None else (only,))
        return Part(cell.name, cell.figure.printed, values, kind_of(cell.key.measure), cell.figure.decimals)


def _place(model: Counts, slip: Slip) -> int:
    return min(_ORDER.index(model.cells[n].key.measure) for n in slip.cells)


def _ranges(model: Counts, doubted: Collection[int]) -> dict[int, Range]:
    """Return what the figures that are not doubted leave for every count that they bound."""
    bounds = model.bounds(set(range(len(model.cells))).difference(doubted))
    bounds.tighten()
    narrow = [at for at in range(len(bounds.low)) if bounds.high[at] - bounds.low[at] <= 1_000]
    if not doubted:
        return {at: Range(bounds.low[at], bounds.high[at]) for at in narrow}
    return exact_ranges(bounds, narrow, Search(STEPS))


def _without_region(judge: _Judge) -> Iterator[dict[str, Any]]:
    """Yield how many of the country's practitioners no region counts, where the figures say so."""
    for group in sorted(judge.model.groups):
        outside = judge.ranges.get(judge.model.active(group))
        if not group.region and outside is not None and outside.low:
            yield {"year": group.year or None, "profession": group.profession, "active": outside.low}


def _unrepaired(model: Counts, publication: Publication) -> Report:
    """Tell every broken check once, at the figure most computed from others, where no small repair was found."""
    evidence = Evidence(model, {n: cell.figure.value for n, cell in enumerate(model.cells)})
    findings = []
    told: set[str] = set()
    for number in sorted(range(len(model.cells)), key=lambda one: -derived(model.cells[one])):
        cell = model.cells[number]
        clauses = [clause for clause in evidence.clauses(number, None) if clause.text("en") not in told]
        if clauses:
            told |= {clause.text("en") for clause in clauses}
            part = Part(cell.name, cell.figure.printed, (), kind_of(cell.key.measure), cell.figure.decimals)
            why = sentence(clauses, unique=False)
            kind = "sum" if clauses[0].kind == REGIONS_SUM else clauses[0].kind
            findings.append(Finding(kind, "contradiction", cell.name, (part,), why, mends=False, unique=False))
    findings += points_called_percent(publication, evidence)
    return Report(publication.name, len(model.cells), tuple(findings), [], repaired=False)
