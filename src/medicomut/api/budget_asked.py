"""What is asked of the budget: scenarios of a link or a file, demands; each bounded in size and in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar
from urllib.parse import urlencode

from anyio import CapacityLimiter, fail_after, to_thread
from fastapi import Request
from starlette.exceptions import HTTPException

from medicomut.agreement import Agreement, Text, load
from medicomut.api.problems import fault
from medicomut.budget.demands import Demands
from medicomut.budget.identity import Span
from medicomut.budget.pricing import Figures, price
from medicomut.budget.scenario import Scenario, from_settings
from medicomut.budget.scenario_files import read_scenario
from medicomut.budget.uncertainty import cost_range
from medicomut.errors import Place, Problem, Problems

T = TypeVar("T")

MOST_SETTINGS: Final = 200
MOST_BASES: Final = 50
MOST_DEMANDS: Final = 200
MOST_BESIDE: Final = 6
LONGEST_FILE: Final = 64_000
LONGEST_TITLE: Final = 100
SECONDS: Final = 10
"""How long an optimum may be sought; a package of the sizes above takes a fraction of a second."""

TITLE: Final = "title"


def read_link(agreement: Agreement, pairs: Iterable[tuple[str, str]]) -> Scenario:
    """Return the scenario of the keys and values of a link; ``title`` is what its reader calls it.

    Raises `Problems`: those of `from_settings`, each with its field, `title_too_long`, `too_many_settings`.
    """
    given = list(pairs)
    problems = _too_many(given)
    if problems:
        raise Problems(problems)
    title = next((value.strip() for key, value in reversed(given) if key == TITLE), "")
    if len(title) > LONGEST_TITLE:
        what = f"a title of {len(title)} letters"
        problems.append(Problem("title_too_long", what, Place(field=TITLE), mend=f"at most {LONGEST_TITLE}"))
    named = Text(title, title, title, title) if title else None
    try:
        made = from_settings(agreement, [(key, value) for key, value in given if key != TITLE], named)
    except Problems as refused:
        problems += refused.problems
    if problems:
        raise Problems(problems)
    return made


def _too_many(given: list[tuple[str, str]]) -> list[Problem]:
    if len(given) > MOST_SETTINGS:
        return [Problem("too_many_settings", f"{len(given)} settings", mend=f"at most {MOST_SETTINGS}")]
    if sum(key.startswith("base.") for key, _ in given) > MOST_BASES:
        return [Problem("too_many_settings", "too many bases are given", mend=f"at most {MOST_BASES}")]
    return []


def link_of(scenario: Scenario, lang: str = "en") -> str:
    """Return the query that `read_link` reads back: what a scenario sets, and its title in a language."""
    title = [] if scenario.title is None else [(TITLE, scenario.title.in_language(lang))]
    return urlencode([*title, *scenario.settings()])


def read_file(body: bytes, name: str) -> Scenario:
    """Return the scenario of a file somebody sent; ``name`` stands in the places of its faults.

    Raises `Problems`: those of `read_scenario`, `scenario_too_large`, `not_text`, `too_many_settings`.
    """
    if len(body) > LONGEST_FILE:
        what = f"a scenario file of {len(body):,} bytes"
        raise fault("scenario_too_large", what, f"at most {LONGEST_FILE:,}: it holds what differs, and nothing else")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise fault("not_text", "the file is no text in UTF-8", "save it as UTF-8") from None
    found = read_scenario(text, name)
    problems = _too_many(found.settings())
    if problems:
        raise Problems(problems)
    return found


def within_bounds(demands: Demands) -> Demands:
    """Return demands that are few enough to be answered here; raises `Problems` (`too_many_demands`)."""
    asked = (demands.floors, demands.caps, demands.equal, demands.priorities, demands.given, demands.goals)
    if sum(map(len, asked)) > MOST_DEMANDS or len(demands.given) > MOST_BASES:
        most = f"at most {MOST_DEMANDS}, {MOST_BASES} of them bases"
        raise fault("too_many_demands", f"{sum(map(len, asked))} demands at once", most)
    return demands


def solving() -> CapacityLimiter:
    """Return the limit of how many optima are sought at once in one process, with the solver loaded."""
    import highspy  # noqa: F401, PLC0415  a third of a second, paid at the start and not by the first who asks

    return CapacityLimiter(2)


async def bounded(request: Request, work: Callable[..., T], *given: object) -> T:
    """Return what work gives in a thread; raises HTTPException (503) where it takes too long."""
    limiter: CapacityLimiter = request.app.state.solving
    try:
        with fail_after(SECONDS):
            return await to_thread.run_sync(work, *given, abandon_on_cancel=True, limiter=limiter)
    except TimeoutError:
        raise HTTPException(503) from None


async def priced(request: Request, scenario: Scenario) -> tuple[Figures, Span | None]:
    """Return what a scenario costs, and between which amounts whatever the figures leave open."""
    return await bounded(request, _priced, scenario)


def _priced(scenario: Scenario) -> tuple[Figures, Span | None]:
    agreement = load(scenario.agreement)
    figures = price(agreement, scenario)
    return figures, None if figures.indexation is None else cost_range(agreement, scenario)
