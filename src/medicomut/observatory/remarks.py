"""What is true and badly said, or left unsaid: points called percent, changes without persons, counts behind rates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from medicomut.money import MINUS
from medicomut.observatory.counts import Group, group_of, other_group
from medicomut.observatory.evidence import Clause, Evidence, Shown, sentence
from medicomut.observatory.figures import ADHERED, CHANGE, DIFFERENCES, RATE, REFUSED, Cell, Publication, Table
from medicomut.observatory.findings import Finding, Part
from medicomut.observatory.reconstruct import Range


def points_called_percent(publication: Publication, evidence: Evidence) -> Iterator[Finding]:
    """Yield each column of differences that is printed with a percent sign: a difference of rates is in points."""
    for table in publication.tables:
        if table.is_text:
            continue
        columns: dict[str, list[Cell]] = {}
        for cell in table.cells:
            if cell.key.measure in DIFFERENCES and cell.figure.unit == "%":
                columns.setdefault(cell.column, []).append(cell)
        for column, cells in columns.items():
            values = [evidence.values[evidence.model.cells.index(cell)] for cell in cells]
            parts = tuple(
                Part(cell.name, cell.figure.printed, _known(value), "points", cell.figure.decimals)
                for cell, value in zip(cells, values, strict=True)
            )
            known = tuple(value for value in values if value is not None)
            shown = {"points": Shown(known, "points", cells[0].figure.decimals)}
            name = f"{table.number}/*/{column}" if len(cells) > 1 else cells[0].name
            why = sentence([Clause("points_called_percent", "why_points", shown)], unique=False)
            yield Finding("points_called_percent", "wording", name, parts, why, mends=True, unique=True)


def counts_behind(
    publication: Publication, evidence: Evidence, ranges: Mapping[int, Range], doubted: Collection[int]
) -> Iterator[Finding]:
    """Yield each table of rates whose persons are all certain and stand nowhere: what to print instead of the rates.

    It is told of a publication that contradicts itself: who mends it asks which persons its rates stand for.
    """
    cells = evidence.model.cells
    stated = {group_of(c.key) for n, c in enumerate(cells) if n not in doubted and c.key.measure in {ADHERED, REFUSED}}
    for table in publication.tables if doubted else ():
        by_group = {group_of(cell.key): cell for cell in table.cells if cell.key.measure == RATE}
        rates = {group: cell for group, cell in by_group.items() if group not in stated}
        persons = [_persons(evidence, ranges, group) for group in rates]
        known = [found for found in persons if found is not None]
        if table.is_text or not rates or len(known) < len(persons):
            continue
        stated |= set(rates)
        parts = tuple(
            Part(cell.name, cell.figure.printed, (Fraction(adhered),), "count", 0)
            for cell, (_, adhered) in zip(rates.values(), known, strict=True)
        )
        shown = {
            "adhered": Shown(tuple(Fraction(adhered) for _, adhered in known), "count"),
            "active": Shown(tuple(Fraction(active) for active, _ in known), "count"),
        }
        why = sentence([Clause("counts_behind_rates", "why_counts_behind", shown)], unique=False)
        yield Finding("counts_behind_rates", "remark", f"{table.number}/*/*", parts, why, mends=False, unique=True)


def text_remarks(publication: Publication, evidence: Evidence, ranges: Mapping[int, Range]) -> Iterator[Finding]:
    """Yield what sentences with figures get wrong or leave out: the change in points, and in persons."""
    for table in publication.tables:
        if table.is_text:
            yield from _stated(table, evidence, ranges)
            yield from _not_stated(table)


def _stated(table: Table, evidence: Evidence, ranges: Mapping[int, Range]) -> Iterator[Finding]:
    for cell in table.cells:
        if cell.key.measure != CHANGE:
            continue
        after, before = (_persons(evidence, ranges, group) for group in (group_of(cell.key), other_group(cell.key)))
        if after is None or before is None:
            continue
        rates = [Fraction(100 * adhered, active) for active, adhered in (after, before)]
        change = rates[0] - rates[1]
        if cell.figure.unit == "%":
            shown = {
                "exact": Shown((change,), "points", 4), "points": Shown((change,), "points", cell.figure.decimals),
                "rounded": Shown((cell.figure.value,), "points", cell.figure.decimals),
                "relative": Shown((100 * change / rates[1],), "rate", 4),
            }  # fmt: skip
            why = sentence([Clause("points_called_percent", "why_text_points", shown)], unique=False)
            part = Part(cell.name, cell.figure.printed, (change,), "points", cell.figure.decimals)
            yield Finding("points_called_percent", "wording", cell.name, (part,), why, mends=True, unique=True)
        adhered = after[1] - before[1]
        refused = after[0] - after[1] - (before[0] - before[1])
        if adhered * cell.figure.value < 0:  # the rate goes one way, the persons the other
            persons: dict[str, Shown | str] = {
                "adhered": _persons_shown(adhered), "refused": _persons_shown(refused),
                "from_": Shown((Fraction(before[1]),), "count"), "to": Shown((Fraction(after[1]),), "count"),
                "refused_from": Shown((Fraction(before[0] - before[1]),), "count"),
                "refused_to": Shown((Fraction(after[0] - after[1]),), "count"),
            }  # fmt: skip
            why = sentence([Clause("rate_and_persons", "why_persons", persons)], unique=False)
            parts = tuple(Part(cell.name, cell.figure.printed, (Fraction(n),), "count", 0) for n in (adhered, refused))
            yield Finding("rate_and_persons", "remark", cell.name, parts, why, mends=False, unique=True)


def _not_stated(table: Table) -> Iterator[Finding]:
    """Yield rates of two years that stand side by side without their difference."""
    stated = {
        (cell.key.year, cell.key.region, cell.key.profession) for cell in table.cells if cell.key.measure == CHANGE
    }
    rates = sorted((c for c in table.cells if c.key.measure == RATE and c.key.year), key=lambda c: c.key.year or 0)
    for at, cell in enumerate(rates):
        before = [other for other in rates[:at] if _same_group(other, cell) and other.key.year != cell.key.year]
        if before and (cell.key.year, cell.key.region, cell.key.profession) not in stated:
            change = cell.figure.value - before[-1].figure.value
            decimals = max(cell.figure.decimals, before[-1].figure.decimals)
            shown = {
                "before": Shown((before[-1].figure.value,), "rate", before[-1].figure.decimals),
                "after": Shown((cell.figure.value,), "rate", cell.figure.decimals),
                "points": Shown((change,), "points", decimals),
            }  # fmt: skip
            why = sentence([Clause("change_not_stated", "why_not_stated", shown)], unique=False)
            printed = f"{before[-1].figure.printed} → {cell.figure.printed}"
            part = Part(cell.name, printed, (change,), "points", decimals)
            yield Finding("change_not_stated", "remark", cell.name, (part,), why, mends=True, unique=True)


def _same_group(one: Cell, other: Cell) -> bool:
    return (one.key.region, one.key.profession, one.key.specialty) == (
        other.key.region, other.key.profession, other.key.specialty,
    )  # fmt: skip


def _persons(evidence: Evidence, ranges: Mapping[int, Range], group: Group) -> tuple[int, int] | None:
    """Return how many of a group are active and adhered, where both are certain."""
    model = evidence.model
    active, adhered = ranges.get(model.active(group)), ranges.get(model.adhered(group))
    if active is None or adhered is None or not active.only or adhered.only is None:
        return None
    return active.only, adhered.only


def _persons_shown(value: int) -> str:
    return f"{value:+}".replace("-", MINUS)


def _known(value: Fraction | None) -> tuple[Fraction, ...]:
    return () if value is None else (value,)
