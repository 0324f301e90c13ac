"""The annex of an agreement as a computation: every amount of a year follows from its annual base and its start.

The rule of the annex of ``be/amm/2020#annex``: annual base × months / 12, rounded half away from zero to 1 k€; a
subtotal is the sum of rounded lines. The other roundings are there to show which printed figures they break.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from medicomut.agreement import Agreement, Text
from medicomut.agreement.figures import write_figure
from medicomut.agreement.model import cited_in
from medicomut.agreement.tables import Annex, AnnexBlock, AnnexLine
from medicomut.agreement.text import Interval
from medicomut.errors import Problem, Problems
from medicomut.money import half_up


class Rounding(StrEnum):
    """How an amount is rounded to 1 k€; the annex rounds halves away from zero."""

    half_away_from_zero = "half_away_from_zero"
    half_even = "half_even"


class Prorata(StrEnum):
    """What part of a year a measure runs for: whole months over 12, as the annex counts, or days over those of it."""

    months = "months"
    days = "days"


@dataclass(frozen=True, slots=True)
class Rule:
    """How the in-year column follows from the annual one."""

    rounding: Rounding = Rounding.half_away_from_zero
    prorata: Prorata = Prorata.months


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the printed annex: annual amounts (k€) and starts, by ``block.line``."""

    annual: Mapping[str, int] = field(default_factory=dict)
    starts: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Amount:
    """A computed amount beside the printed one, in k€; ``printed`` is ``None`` where the cell is empty."""

    computed: int
    printed: int | None

    @property
    def holds(self) -> bool:
        """Whether the computed amount is the printed one; an empty cell is 0."""
        return self.computed == (self.printed or 0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, in k€."""
        return {"computed_keur": self.computed, "printed_keur": self.printed, "holds": self.holds}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the annex; ``id`` is ``block.line``, ``exact`` the in-year amount before it is rounded (k€)."""

    id: str
    label: Text
    start: date
    part: Fraction
    exact: Fraction
    in_year: Amount
    annual: Amount
    cites: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; ``part_of_year`` is the fraction of the year in which the line runs."""
        return {
            "id": self.id,
            "label": self.label.to_dict(),
            "start": self.start.isoformat(),
            "part_of_year": f"{self.part.numerator}/{self.part.denominator}",
            "in_year_exact_keur": write_figure(self.exact),
            "in_year": self.in_year.to_dict(),
            "annual": self.annual.to_dict(),
            "cites": list(self.cites),
        }


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the annex with its subtotal, the sum of its rounded lines; ``sign`` is ``source`` or ``use``."""

    id: str
    letter: str | None
    label: Text
    sign: str
    lines: tuple[Line, ...]
    in_year: Amount
    annual: Amount
    cites: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "id": self.id,
            "letter": self.letter,
            "label": self.label.to_dict(),
            "sign": self.sign,
            "lines": [line.to_dict() for line in self.lines],
            "in_year": self.in_year.to_dict(),
            "annual": self.annual.to_dict(),
            "cites": list(self.cites),
        }


@dataclass(frozen=True, slots=True)
class Total:
    """A total over blocks, or the balance of means less uses."""

    id: str
    label: Text
    in_year: Amount
    annual: Amount

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "id": self.id,
            "label": self.label.to_dict(),
            "in_year": self.in_year.to_dict(),
            "annual": self.annual.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Sheet:
    """Means and uses, computed; amounts in k€. ``columns`` names the two columns as the annex does."""

    agreement: str
    rule: Rule
    columns: Mapping[str, Text]
    blocks: tuple[Block, ...]
    totals: tuple[Total, ...]
    cites: tuple[str, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line, in the order of the annex."""
        return tuple(line for block in self.blocks for line in block.lines)

    @property
    def broken(self) -> tuple[Line, ...]:
        """The lines whose computed in-year amount is not the printed one."""
        return tuple(line for line in self.lines if not line.in_year.holds)

    @property
    def broken_sums(self) -> tuple[str, ...]:
        """The subtotals, totals and balance of which a column is not the printed one."""
        sums: tuple[Block | Total, ...] = (*self.blocks, *self.totals)
        return tuple(row.id for row in sums if not (row.in_year.holds and row.annual.holds))

    def total(self, id: str) -> Total:  # noqa: A002  it is the field's name in the data
        """Return the total of that id (``uses``, ``balance``); ``KeyError`` for another."""
        return {total.id: total for total in self.totals}[id]

    def block(self, id: str) -> Block:  # noqa: A002
        """Return the block of that id; ``KeyError`` for another."""
        return {block.id: block for block in self.blocks}[id]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, in k€."""
        return {
            "agreement": self.agreement,
            "unit": "keur",
            "rounding": self.rule.rounding.value,
            "prorata": self.rule.prorata.value,
            "columns": {name: text.to_dict() for name, text in self.columns.items()},
            "blocks": [block.to_dict() for block in self.blocks],
            "totals": [total.to_dict() for total in self.totals],
            "broken_lines": [line.id for line in self.broken],
            "broken_sums": list(self.broken_sums),
            "cites": list(self.cites),
        }


def require_annex(agreement: Agreement) -> Annex:
    """Return the annex of the agreement; ``Problems`` (``no_annex``) when none is known."""
    if agreement.annex is None:
        raise Problems(
            [
                Problem(
                    code="no_annex",
                    what=f"{agreement.id} holds no budget annex",
                    why=agreement.heading.coverage_note.en,
                    mend="ask an agreement that does, such as be/amm/2020",
                )
            ]
        )
    return agreement.annex


def sheet(agreement: Agreement, rule: Rule | None = None, changes: Changes | None = None) -> Sheet:
    """Compute means and uses from annual bases and starts, beside what is printed.

    ``changes`` replaces annual amounts and starts by ``block.line``; a name that is no line is refused with the
    nearest ones (``unknown_line``). ``Problems`` (``no_annex``) when the agreement has no annex.
    """
    annex = require_annex(agreement)
    rule, changes = rule or Rule(), changes or Changes()
    _check_names(agreement, annex, changes)
    term = agreement.heading.term
    blocks = tuple(_block(agreement.id, block, rule, changes, term, annex.months) for block in annex.blocks)
    return Sheet(
        agreement=agreement.id,
        rule=rule,
        columns=annex.columns,
        blocks=blocks,
        totals=_totals(annex, blocks),
        cites=cited_in(agreement.id, ("annex",)),
    )


def line_ids(annex: Annex) -> tuple[str, ...]:
    """Return the name ``block.line`` of every line, in order."""
    return tuple(f"{block.id}.{line.id}" for block in annex.blocks for line in block.lines)


def _check_names(agreement: Agreement, annex: Annex, changes: Changes) -> None:
    from medicomut.budget.naming import unknown  # noqa: PLC0415  difflib, for a fault alone

    known = line_ids(annex)
    strange = [name for name in (*changes.annual, *changes.starts) if name not in known]
    if strange:
        raise Problems([unknown("line", name, known, agreement.id) for name in dict.fromkeys(strange)])


def part_of_year(start: date, term: Interval, months: int, prorata: Prorata) -> Fraction:
    """Return the part of the last year of the term for which a measure runs that begins on ``start``.

    0 for a measure that begins after the term, 1 for one that began before the year. By months the month of the
    start counts whole.
    """
    end = term.end or term.start
    if prorata is Prorata.months:
        left = (end.year - start.year) * 12 + end.month - start.month + 1
        return Fraction(max(0, min(months, left)), months)
    year = (date(end.year + 1, 1, 1) - date(end.year, 1, 1)).days
    return Fraction(max(0, min(year, (end - start).days + 1)), year)


def _block(owner: str, block: AnnexBlock, rule: Rule, changes: Changes, term: Interval, months: int) -> Block:
    lines = tuple(_line(owner, block.id, line, rule, changes, term, months) for line in block.lines)
    return Block(
        id=block.id,
        letter=block.letter,
        label=block.label,
        sign=block.sign,
        lines=lines,
        in_year=Amount(sum(line.in_year.computed for line in lines), block.total.in_year),
        annual=Amount(sum(line.annual.computed for line in lines), block.total.annual),
        cites=cited_in(owner, block.cites),
    )


def _line(owner: str, block: str, line: AnnexLine, rule: Rule, changes: Changes, term: Interval, months: int) -> Line:
    name = f"{block}.{line.id}"
    start = changes.starts.get(name, line.start)
    annual = changes.annual.get(name, line.printed.annual or 0)
    part = part_of_year(start, term, months, rule.prorata)
    exact = annual * part
    return Line(
        id=name,
        label=line.label,
        start=start,
        part=part,
        exact=exact,
        in_year=Amount(_rounded(exact, rule.rounding), line.printed.in_year),
        annual=Amount(annual, line.printed.annual),
        cites=cited_in(owner, line.cites),
    )


def _rounded(exact: Fraction, rounding: Rounding) -> int:
    if rounding is Rounding.half_even:
        return round(exact)  # of a Fraction: exact, and halves to the even neighbour
    return half_up(exact.numerator, exact.denominator)


def _totals(annex: Annex, blocks: tuple[Block, ...]) -> tuple[Total, ...]:
    in_year = {block.id: block.in_year.computed for block in blocks}
    annual = {block.id: block.annual.computed for block in blocks}
    totals = []
    for total in annex.totals:
        for sums in (in_year, annual):
            sums[total.id] = sum(sums[id_] for id_ in total.plus) - sum(sums[id_] for id_ in total.minus)
        totals.append(
            Total(
                total.id,
                total.label,
                Amount(in_year[total.id], total.printed.in_year),
                Amount(annual[total.id], total.printed.annual),
            )
        )
    return tuple(totals)
