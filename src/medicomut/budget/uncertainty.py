"""Between which amounts a scenario costs, whatever the spending of each group that the agreement does not print.

The figures printed leave many bases possible: every line must cost what the annex prints, all of them together are the
base of the mass, two lines lie within what their envelopes tell. The least and the most a scenario can cost under
exactly that are two linear programs, proved in fractions.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from medicomut.agreement import Agreement
from medicomut.budget.annex import require_annex
from medicomut.budget.bases import Bases, bases
from medicomut.budget.identity import Span, printed
from medicomut.budget.linear import Program, Range, solve
from medicomut.budget.pricing import Figures, rates_of, whole
from medicomut.budget.scenario import Scenario

_THOUSAND = 1000  # bases in millions of euro: numbers of a size that the solver likes


def cost_range(agreement: Agreement, scenario: Scenario) -> Span | None:
    """Return between which amounts (k€ a year) the indexation of a scenario costs.

    ``None`` when no spending fits the bases given and the figures printed.

    Rates are read to the letter: a group that is not set keeps its own, even where the point figure counts it with
    another.
    ``Problems`` as for :func:`medicomut.budget.bases.bases`.
    """
    known = bases(agreement, scenario.given)
    program = _possible(agreement, known, scenario)
    rates = rates_of(known, scenario)
    ends = []
    for sign in (1, -1):
        program.cost = {name: sign * rate * _THOUSAND for name, rate in rates.items()}
        found = solve(program)
        if found is None or not found.proved:
            return None
        ends.append(sign * found.primal)
    return Span(ends[0], ends[1])


def with_range(figures: Figures, span: Span | None) -> dict[str, Any]:
    """Return the figures of a scenario as plain values, with the range of their cost in k€.

    The ends are ``None`` where no spending fits.
    """
    found = figures.to_dict()
    if figures.indexation is not None:
        ends = (None, None) if span is None else (whole(span.low), whole(span.high))
        found["indexation"] |= {"least_keur": ends[0], "most_keur": ends[1]}
    return found


def _possible(agreement: Agreement, known: Bases, scenario: Scenario) -> Program:
    """Return the bases that every printed figure allows; the costs of lines and bases given are rounded to 1 k€."""
    one = Fraction(1)
    lines = {group.line for group in known.groups.values()}
    program = Program({name: Range(Fraction(0)) for name in known.groups})
    for block in require_annex(agreement).blocks:
        for line in block.lines:
            name = f"{block.id}.{line.id}"
            members = [group for group in known.groups.values() if group.line == name]
            if name in lines:
                cost = printed(Fraction(line.printed.annual or 0), 0)
                program.rows[f"cost {name}"] = ({g.id: g.rate * _THOUSAND for g in members}, Range(cost.low, cost.high))
            if name in known.totals:
                total = known.totals[name]
                held = Range(total.low / _THOUSAND, total.high / _THOUSAND)
                program.rows[f"total {name}"] = ({group.id: one for group in members}, held)
    for name, base in scenario.given.items():
        told = printed(Fraction(base), 0)
        program.rows[f"given {name}"] = ({name: one}, Range(told.low / _THOUSAND, told.high / _THOUSAND))
    # The mass is what the parties had, to the thousand euro: it is not a rounded figure.
    program.rows["mass"] = (dict.fromkeys(known.groups, one), Range(known.total / _THOUSAND, known.total / _THOUSAND))
    return program
