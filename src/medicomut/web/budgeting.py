"""What the pages of the budget show: the fields of a scenario as they stand in a link, figures and links to share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import Request

from medicomut.agreement import Agreement
from medicomut.api.budget_asked import TITLE, link_of, read_link
from medicomut.budget.annex import Line, sheet
from medicomut.budget.bases import Group, bases
from medicomut.budget.scenario import ALL, Scenario
from medicomut.errors import Place, Problem, Problems
from medicomut.money import MINUS, format_number

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


CODE = ("code", "code_base", "code_rate")
"""Fields of the form for one more nomenclature code, its spending and its rate: in a link they are settings."""


def read(request: Request, agreement: Agreement) -> Asked:
    """Return what an address asks; a field left empty sets nothing."""
    pairs = [(key, value.strip()) for key, value in request.query_params.multi_items() if value.strip()]
    asked = Asked(defaultdict(str), [value for key, value in request.query_params.multi_items() if key == BESIDE])
    written = {key: value for key, value in pairs if key in CODE}
    pairs = [pair for pair in pairs if pair[0] not in (BESIDE, *CODE)]
    try:
        of_code = _of_code(written)
        asked.scenario = read_link(agreement, [*pairs, *of_code])
        pairs += of_code  # from now on settings like any other, with fields of their own
    except Problems as refused:
        asked.problems = refused.problems
        pairs += written.items()
    asked.given = defaultdict(str, ((key, value[:100]) for key, value in pairs))
    return asked


def _of_code(written: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the settings of one more code; ``Problems`` (``code_missing``) for a rate or spending of none."""
    code, base, rate = (written.get(name, "") for name in CODE)
    if (base or rate) and not code:
        what = "a spending or a rate of a code that is not named"
        raise Problems([Problem("code_missing", what, Place(field=CODE[0]), mend="write the code, or empty both")])
    return [pair for pair in ((f"base.{code}", base), (code, rate)) if code and pair[1]]


@dataclass(frozen=True, slots=True)
class Field:
    """A fee group to be given a rate: `at` is the agreed one in percent, where its slider begins."""

    group: Group
    together: tuple[Group, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Form:
    """What a scenario of an agreement can set: groups with a spending of their own, lines no rate decides, bases.

    `linear` is the rate of linear indexation in percent, where the slider of every group begins. `others` are settings
    without a field of those, each with what it is called: a link may hold any, and none may be lost.
    """

    fields: tuple[Field, ...] = ()
    lines: tuple[Line, ...] = ()
    bases: tuple[Group, ...] = ()
    linear: str = ""
    others: tuple[tuple[str, str], ...] = ()

    @property
    def rated(self) -> set[str]:
        """The groups whose rate has a field above."""
        return {one.group.id for one in self.fields}


def form(agreement: Agreement, asked: Asked, lang: Lang) -> Form:
    """Return the form of an agreement as a scenario leaves it; without groups where no spending is known."""
    if agreement.annex is None:
        return Form(others=_others(agreement, asked, Form(), lang))
    try:
        known = bases(agreement, asked.scenario.given if asked.scenario else None)
    except Problems:  # bases that contradict one another are told where the scenario is priced
        known = bases(agreement)
    indexed = {group.line for group in known.groups.values()} | {known.mass_line}
    lines = tuple(line for line in sheet(agreement).lines if line.id not in indexed)
    fields = tuple(Field(group, known.counted_with(group.id), _percent(group.rate)) for group in known.priced)
    made = Form(fields, lines, tuple(known.groups.values()), _percent(known.linear_rate))
    return replace(made, others=_others(agreement, asked, made, lang))


def _others(agreement: Agreement, asked: Asked, made: Form, lang: Lang) -> tuple[tuple[str, str], ...]:
    """Return the settings given that have no field in a form, each with the name of its line, or its own."""
    fields = {TITLE, ALL, "index_start", "mass", "mass_rate", "growth.index", "growth.norm", "growth.base", *CODE}
    fields |= {name for group in made.bases for name in (group.id, f"base.{group.id}")}
    fields |= {f"{kind}.{line.id}" for line in made.lines for kind in ("annual", "start")}
    lines = {line.id: line.label.in_language(lang) for line in sheet(agreement).lines} if agreement.annex else {}
    left = [key for key in asked.given if key not in fields]
    return tuple((key, f"{lines.get(key.partition('.')[2], '')} ({key})".lstrip()) for key in left)


def _percent(rate: Fraction) -> str:
    """Write a rate in percent as a slider takes it, to a hundredth."""
    return format_number(rate * 100, "en", 2).replace(MINUS, "-")


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
