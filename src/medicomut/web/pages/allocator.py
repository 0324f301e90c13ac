"""Rates under limits: floors, caps and ties by fee group, what to aim at, and the answer with its proof."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from medicomut.agreement import Agreement
from medicomut.agreement.model import cited_in
from medicomut.api.agreements import ONE, OfAddress
from medicomut.api.budget_asked import bounded, link_of, within_bounds
from medicomut.api.problems import STATUS
from medicomut.budget.allocation_words import gains, goal_words, limit_words, practical_words
from medicomut.budget.allocator import Allocation, allocate
from medicomut.budget.bases import bases
from medicomut.budget.demands import Demands, read_demands, whole_or_as_is
from medicomut.budget.pricing import whole
from medicomut.budget.scenario import Scenario
from medicomut.errors import Place, Problem, Problems
from medicomut.web.languages import Language
from medicomut.web.pages.budget import frame
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.told import told
from medicomut.web.written import N_

router = pages("/budget")

DEFAULT: Final = "default"
AIMS: Final = {
    DEFAULT: (N_("Raise the lowest rate, then spend what is left"), None),
    "spend": (N_("Spend as much as the limits allow"), [{"maximise": "cost"}, {"maximise": "lowest"}]),
    "save": (N_("Spend as little as the limits allow"), [{"minimise": "cost"}, {"maximise": "lowest"}]),
    "even": (N_("Keep the rates as close together as possible"), [{"minimise": "spread"}, {"maximise": "cost"}]),
    "highest": (N_("Keep the highest rate as low as possible"), [{"minimise": "highest"}, {"maximise": "cost"}]),
}
"""What can be aimed at: its words, and the goals in their order; none are those of the allocator itself."""

ALONE: Final = ("mass", "spread", "aim")
TIES: Final = ("A", "B", "C")
ORDER: Final = ("1", "2", "3")


@router.get(ONE + "/allocator")
async def allocator(request: Request, lang: Language, found: OfAddress) -> Response:
    """Show the limits asked for and the best rates under them, or which limits conflict."""
    known = bases(found)
    demands = Demands()
    asked = ((key, value.strip()[:100]) for key, value in request.query_params.items() if value.strip())
    given = defaultdict(str, asked)
    answer: Allocation | None = None
    problems: list[Problem] = []
    if given:
        try:
            demands = within_bounds(read_demands(demanded(given), found))
            known = bases(found, demands.given)
            answer = await bounded(request, allocate, found, demands)
        except Problems as refused:
            problems = refused.problems
    content = {
        "known": known,
        "given": given,
        "every": known.groups.values(),
        "answer": answer,
        "problems": told(problems),
        "wrong": {problem.where.field for problem in problems if problem.where},
        "aims": [(aim, words) for aim, (words, _) in AIMS.items()],
        "answer_cites": cited_in(found.id, known.table.cites),
        "ties": TIES,
        "order": ORDER,
        "priced_as": priced_as(found, demands, answer),
        "whole": whole,
    }
    if answer is not None:
        content |= {
            "limit": partial(limit_words, answer, lang=lang),
            "gains": partial(gains, answer, lang=lang),
            "goal": partial(goal_words, answer, lang=lang),
            "practical_said": practical_words(answer, lang) if answer.rates is not None else "",
        }
    status = STATUS.get(problems[0].code, 422) if problems else 200
    return show(request, lang, "budget_allocator.html", status=status, cache_control=KEPT_BY_NOBODY,
                **frame(lang, found), **content)  # fmt: skip


def demanded(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of the form as a body of the API: what is wrong with it is said by the same reader.

    Raises `Problems` for what a body cannot say: `unknown_setting`, and `tie_of_one` for a letter at one group alone.
    """
    content: dict[str, Any] = {"floors": {}, "caps": {}, "bases": {}}
    ties: dict[str, list[str]] = defaultdict(list)
    order: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for key, value in given.items():
        kind, dot, group = key.partition(".")
        if dot and kind in content:
            content[kind][group] = whole_or_as_is(value) if kind == "bases" else value
        elif dot and kind == "tie":
            ties[value].append(group)
        elif dot and kind == "priority":
            order.append((value, group))
        elif key not in ALONE or (key == "aim" and value not in AIMS):
            what = f"{key[:50]} = {value[:50]!r} is nothing that can be asked here"
            problems.append(Problem("unknown_setting", what, Place(field=key), mend="leave it out"))
    problems += [
        Problem("tie_of_one", f"{letter} stands at {one[0]} alone", Place(field=f"tie.{one[0]}"), mend="name another")
        for letter, one in ties.items()
        if len(one) == 1
    ]
    if problems:
        raise Problems(problems)
    content["equal"] = [list(pair) for groups in ties.values() for pair in pairwise(groups)]
    content["priorities"] = [group for _, group in sorted(order, key=lambda entry: entry[0])]
    content["spread"] = given.get("spread")
    content["mass"] = whole_or_as_is(given["mass"]) if "mass" in given else None
    content["goals"] = AIMS[given.get("aim", DEFAULT)][1]
    return content


def priced_as(found: Agreement, demands: Demands, answer: Allocation | None) -> str:
    """Return the link of the rates found as a scenario, on the spending given; empty without rates."""
    if answer is None or answer.rates is None:
        return ""
    # Cut to a millionth of a percent, as finely as a scenario is written: never above what the limits allow.
    fine = {name: Fraction(rate * 10**6 // 1, 10**8) for name, rate in answer.rates.items()}
    rates = fine if answer.practical is None else {name: rate / 100 for name, rate in answer.practical.items()}
    own = {group.id: group.rate for group in answer.known.priced}
    changed = {name: rate for name, rate in rates.items() if rate != own[name]}
    return link_of(Scenario(found.id, rates=changed, given=dict(demands.given)))
