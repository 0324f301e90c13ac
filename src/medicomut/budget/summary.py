"""The figures of a scenario as rows a person reads: label, value, the agreement's value, clause."""

from __future__ import annotations

from typing import NamedTuple

from medicomut.budget.identity import Span
from medicomut.budget.pricing import Figures, whole
from medicomut.budget.wording import say, write_keur, write_percent
from medicomut.money import Lang, format_number


class Row(NamedTuple):
    """A figure with its unit, that of the agreement beside it, and the clauses both rest on.

    ``agreed_is`` says whether the agreement's figure is ``printed`` or ``computed``; empty where there is none.
    """

    label: str
    value: str
    agreed: str
    cites: str
    agreed_is: str = ""


def rows(figures: Figures, lang: Lang, span: Span | None) -> list[Row]:
    """Return the rows of a scenario's indexation and balance; none when the agreement holds no annex.

    ``span`` is that of :func:`medicomut.budget.uncertainty.cost_range`.
    """
    found, sheet = figures.indexation, figures.sheet
    if found is None or sheet is None:
        return []
    balance = sheet.total("balance")
    index, mass, annex = (" ".join(cites) for cites in (found.cites, found.mass_cites, sheet.cites))

    mean, agreed_mean = (write_percent(rate, lang) for rate in (found.mean, found.agreed_mean))

    def keur(word: str, value: int, agreed: int | None, cites: str, agreed_is: str = "printed") -> Row:
        if agreed is None:
            return Row(say(word, lang), write_keur(value, lang), "", cites)
        return Row(say(word, lang), write_keur(value, lang), write_keur(agreed, lang), cites, agreed_is)

    made = [
        keur("index_annual", found.cost, found.agreed_cost, index),
        Row(say("index_range", lang), write_span(span, lang), "", index),
        keur("index_in_year", found.in_year, found.agreed_in_year, index),
        keur("linear", found.linear, found.agreed_cost + found.agreed_freed, mass),
        keur("freed", found.freed, found.agreed_freed, mass, "computed"),
        Row(say("mean", lang), mean, agreed_mean, index, "computed"),
        keur("balance_in_year", balance.in_year.computed, balance.in_year.printed, annex),
        keur("balance_annual", balance.annual.computed, balance.annual.printed, annex),
    ]
    if found.unattributed:
        made.append(keur("unattributed", whole(found.unattributed), None, mass))
    return made


def write_span(span: Span | None, lang: Lang) -> str:
    """Write the ends of an interval, rounded to 1 k€, or that there is none."""
    if span is None:
        return say("exclude", lang)
    first, last = whole(span.low), whole(span.high)
    return f"{format_number(first, lang)} – {write_keur(last, lang)}"
