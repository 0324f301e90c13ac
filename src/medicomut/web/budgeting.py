"""What the pages of the budget show: the fields of a scenario as they stand in a link, figures and links to share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import Request

from medicomut.agreement import Agreement
from medicomut.api.budget_asked import link_of, read_link
from medicomut.budget.annex import Line, sheet
from medicomut.budget.bases import Group, bases
from medicomut.budget.scenario import Scenario
from medicomut.errors import Problem, Problems
from medicomut.money import format_number

if TYPE_CHECKING:
    from medicomut.money import Lang

BESIDE = "beside"
"""In a link to the form: a scenario that the one being made will be set beside."""


@dataclass(slots=True)
class Asked:
    """What a form or a link asks: its fields as given, the scenario they make, and what cannot be used."""

    given: Mapping[str, str]
    beside: list[str] = field(default_factory=list)
    scenario: Scenario | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def wrong(self) -> set[str]:
        """The fields that cannot be used."""
        return {problem.where.field for problem in self.problems if problem.where and problem.where.field}


def read(request: Request, agreement: Agreement) -> Asked:
    """Return what an address asks; a field left empty sets nothing."""
    pairs = [(key, value.strip()) for key, value in request.query_params.multi_items() if value.strip()]
    asked = Asked(
        defaultdict(str, ((key, value[:100]) for key, value in pairs if key != BESIDE)),
        [value for key, value in request.query_params.multi_items() if key == BESIDE],
    )
    try:
        asked.scenario = read_link(agreement, [(key, value) for key, value in pairs if key != BESIDE])
    except Problems as refused:
        asked.problems = refused.problems
    return asked


@dataclass(frozen=True, slots=True)
class Field:
    """A fee group to be given a rate: `at` is the agreed one in percent, where its slider begins."""

    group: Group
    together: tuple[Group, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Form:
    """What a scenario of an agreement can set: groups with a spending of their own, lines no rate decides, bases.

    `linear` is the rate of linear indexation in percent, where the slider of every group begins.
    """

    fields: tuple[Field, ...] = ()
    lines: tuple[Line, ...] = ()
    bases: tuple[Group, ...] = ()
    linear: str = ""


def form(agreement: Agreement, scenario: Scenario | None) -> Form:
    """Return the form of an agreement as a scenario leaves it; empty where no spending is known."""
    if agreement.annex is None:
        return Form()
    try:
        known = bases(agreement, scenario.given if scenario else None)
    except Problems:  # bases that contradict one another are told where the scenario is priced
        known = bases(agreement)
    indexed = {group.line for group in known.groups.values()} | {known.mass_line}
    lines = tuple(line for line in sheet(agreement).lines if line.id not in indexed)
    fields = tuple(Field(group, known.counted_with(group.id), _percent(group.rate)) for group in known.priced)
    return Form(fields, lines, tuple(known.groups.values()), _percent(known.linear_rate))


def _percent(rate: Fraction) -> str:
    """Write a rate in percent as a slider takes it, to a hundredth."""
    return format_number(rate * 100, "en", 2)


def page_of(lang: Lang, agreement: str) -> str:
    """Return the address of the budget of an agreement."""
    return f"/{lang}/budget/{agreement}"


@dataclass(frozen=True, slots=True)
class Links:
    """Where a scenario goes from here: its own address, its file, its notes, and the comparison it joins."""

    share: str
    file: str
    note: str
    pdf: str
    compare: str


def links(lang: Lang, scenario: Scenario, beside: list[str]) -> Links:
    """Return the links of a scenario; `beside` are the queries of those it is compared with."""
    base, query = f"{page_of(lang, scenario.agreement)}/scenario", link_of(scenario, lang)
    mark = f"?{query}" if query else ""
    joined = urlencode([("scenario", one) for one in (*beside, query)])
    return Links(
        share=base + mark,
        file=f"{base}/scenario.yaml{mark}",
        note=f"{base}/note.html{mark}",
        pdf=f"{base}/note.pdf{mark}",
        compare=f"{page_of(lang, scenario.agreement)}/comparison?{joined}",
    )


def with_beside(query: str, beside: list[str]) -> str:
    """Return the query of a form that makes one more scenario beside others."""
    more = urlencode([(BESIDE, one) for one in beside])
    return "&".join(filter(None, (query, more)))


def link_pasted(text: str) -> str:
    """Return the settings of a link somebody pasted: what stands behind its question mark."""
    return text.strip().partition("?")[2] if "?" in text else text.strip()


def agreed_kinds(count: int) -> list[str]:
    """Return for each row of a scenario's figures whether the agreement's own figure is printed or computed."""
    known = ["printed", "", "printed", "printed", "computed", "computed", "printed", "printed"]
    return [*known, *[""] * count][:count]
