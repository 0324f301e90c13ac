"""What is asked of the budget: scenarios of a link or a file, demands of a body, each bounded in size and in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from anyio import CapacityLimiter, fail_after, to_thread
from fastapi import Request
from starlette.exceptions import HTTPException

from medicomut.agreement import Agreement, Text, load
from medicomut.api.problems import fault
from medicomut.budget.allocator import Demands, Goal
from medicomut.budget.identity import Span
from medicomut.budget.naming import rate
from medicomut.budget.pricing import Figures, price
from medicomut.budget.scenario import MOST_KEUR, Maker, Scenario
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
DEMANDS: Final = frozenset({"floors", "caps", "equal", "spread", "mass", "priorities", "goals", "bases"})
SENSES: Final = {"maximise": True, "minimise": False}


def read_link(agreement: Agreement, pairs: Iterable[tuple[str, str]]) -> Scenario:
    """Return the scenario of the keys and values of a link; ``title`` is what its reader calls it.

    Raises `Problems`: those of `from_settings`, each with its field, `title_too_long`, `too_many_settings`.
    """
    given = list(pairs)
    maker, problems, title = Maker(agreement), _too_many(given), None
    for key, value in given if not problems else ():
        if key == TITLE:
            title = value.strip()
            if len(title) > LONGEST_TITLE:
                what = f"a title of {len(title)} letters"
                problems.append(Problem("title_too_long", what, Place(field=TITLE), mend=f"at most {LONGEST_TITLE}"))
        else:
            problems += _tried(key, maker.put, key, value)
    if problems:
        raise Problems(problems)
    return maker.scenario(Text(title, title, title, title) if title else None)


def _too_many(given: list[tuple[str, str]]) -> list[Problem]:
    if len(given) > MOST_SETTINGS:
        return [Problem("too_many_settings", f"{len(given)} settings", mend=f"at most {MOST_SETTINGS}")]
    if sum(key.startswith("base.") for key, _ in given) > MOST_BASES:
        return [Problem("too_many_settings", "too many bases are given", mend=f"at most {MOST_BASES}")]
    return []


def _tried(field: str, read: Callable[..., object], *given: object) -> list[Problem]:
    """Return the faults of what could not be read, at their field."""
    try:
        read(*given)
    except Problems as refused:
        return [problem.at(Place(field=field[:100])) for problem in refused.problems]
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


def read_demands(content: Mapping[str, Any], agreement: Agreement) -> Demands:
    """Return the demands of a body whose fields are known; every fault stands at its field.

    Raises `Problems`: `wrong_kind`, `bad_rate`, `bad_amount`, `bad_goal`, `too_many_demands`.
    """
    reader = _Demands(agreement)
    floors, caps = (reader.rates(name, content.get(name)) for name in ("floors", "caps"))
    spread = content.get("spread")
    made = Demands(
        floors=floors,
        caps=caps,
        equal=tuple(dict.fromkeys(_pair(pair) for pair in reader.members("equal", content.get("equal"), _is_pair))),
        spread=None if spread is None else reader.rate("spread", spread),
        mass=reader.amount("mass", content.get("mass")),
        priorities=tuple(reader.members("priorities", content.get("priorities"), _is_text)),
        given={
            name: amount
            for name, given in reader.named("bases", content.get("bases")).items()
            if (amount := reader.amount(f"bases.{name}", given)) is not None
        },
    )
    goals = tuple(map(_goal, reader.members("goals", content.get("goals"), _is_goal)))
    asked = (made.floors, made.caps, made.equal, made.priorities, made.given, goals)
    if sum(map(len, asked)) > MOST_DEMANDS or len(made.given) > MOST_BASES:
        most = f"at most {MOST_DEMANDS}, {MOST_BASES} of them bases"
        raise fault("too_many_demands", f"{sum(map(len, asked))} demands at once", most)
    if reader.problems:
        raise Problems(reader.problems)
    return replace(made, goals=goals) if goals else made


def _is_text(found: object) -> bool:
    return isinstance(found, str)


def _is_pair(found: object) -> bool:
    return isinstance(found, list) and len(found) == 2 and all(map(_is_text, found)) and found[0] != found[1]


def _is_goal(found: object) -> bool:
    """Whether it is ``{"maximise": "cost"}`` or its like."""
    return isinstance(found, dict) and len(found) == 1 and all(
        sense in SENSES and isinstance(what, str) for sense, what in found.items()
    )  # fmt: skip


def _pair(found: list[str]) -> tuple[str, str]:
    """Return two groups in one order: said twice, an equality is one limit."""
    first, second = sorted(found)
    return first, second


def _goal(found: Mapping[str, str]) -> Goal:
    ((sense, what),) = found.items()
    return Goal(what, SENSES[sense])


_WRITTEN: Final = {
    "equal": "a list of pairs of two groups: [[GROUP, GROUP]]",
    "priorities": "a list of groups: [GROUP]",
    "goals": 'a list such as [{"maximise": "lowest"}, {"minimise": "cost"}]',
}


class _Demands:
    """Reads the fields of demands and keeps every fault."""

    def __init__(self, agreement: Agreement) -> None:
        clauses = agreement.index_rates.cites if agreement.index_rates else ()
        self.cites = tuple(f"{agreement.id}#{clause}" for clause in clauses)
        self.problems: list[Problem] = []

    def rates(self, field: str, given: object) -> dict[str, Fraction]:
        """Read rates by group; what cannot be read is kept as a fault."""
        return {name: self.rate(f"{field}.{name}", value) for name, value in self.named(field, given).items()}

    def rate(self, field: str, given: object) -> Fraction:
        """Read a rate; 0, which nobody is given, beside a fault."""
        faults = _tried(field, rate, given, self.cites)
        self.problems += faults
        return Fraction(0) if faults else rate(given, self.cites)

    def amount(self, field: str, given: object) -> int | None:
        """Read whole thousands of euro; `None` where nothing is said."""
        if given is None:
            return None
        if type(given) is not int or not 0 <= given <= MOST_KEUR:
            what = f"{field[:100]} {str(given)[:50]!r} is not an amount in thousands of euro"
            mend = "write whole thousands, from 0 to 1000000000, such as 5000 for 5 million euro"
            self.problems.append(Problem("bad_amount", what, Place(field=field[:100]), mend=mend))
            return None
        return given

    def named(self, field: str, given: object) -> Mapping[str, object]:
        """Read an object of groups and values."""
        if given is None or isinstance(given, dict):
            return given or {}
        self._wrong(field, "an object of groups and values")
        return {}

    def members(self, field: str, given: object, fits: Callable[[object], bool]) -> list[Any]:
        """Read a list whose members are all of their kind."""
        if given is None:
            return []
        if isinstance(given, list) and all(map(fits, given)):
            return given
        self._wrong(field, _WRITTEN[field])
        return []

    def _wrong(self, field: str, kind: str) -> None:
        self.problems.append(Problem("wrong_kind", f"{field} is not {kind}", Place(field=field), mend=f"write {kind}"))


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
