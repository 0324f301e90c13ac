"""What is asked of a package of rates: limits, priorities, goals; read for every door, each fault at its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final

from medicomut.agreement import Agreement
from medicomut.agreement.model import cited_in
from medicomut.budget.naming import rate
from medicomut.budget.scenario import MOST_KEUR, keur
from medicomut.errors import Place, Problem, Problems

ALL: Final = "all"
COST, LOWEST, HIGHEST, SPREAD = "cost", "lowest", "highest", "spread"
SENSES: Final = {"maximise": True, "minimise": False}
FIELDS: Final = frozenset({"floors", "caps", "equal", "spread", "mass", "priorities", "goals", "bases"})


@dataclass(frozen=True, slots=True)
class Goal:
    """What to make as large (``more``) or small as possible: ``cost``, ``lowest``, ``highest``, ``spread``, a group."""

    what: str
    more: bool


@dataclass(frozen=True, slots=True)
class Demands:
    """What is asked of a package: rates as fractions by group (``all`` for every other group), amounts in k€.

    ``mass`` is what the package may cost a year; without it, what linear indexation costs. ``priorities`` are raised
    as far as they go, one after the other, before the ``goals``: by default the lowest rate is raised, then what is
    left is spent. ``given`` are bases in k€, as for :func:`medicomut.budget.bases.bases`.
    """

    floors: Mapping[str, Fraction] = field(default_factory=dict)
    caps: Mapping[str, Fraction] = field(default_factory=dict)
    equal: tuple[tuple[str, str], ...] = ()
    spread: Fraction | None = None
    mass: int | None = None
    priorities: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = (Goal(LOWEST, more=True), Goal(COST, more=True))
    given: Mapping[str, int] = field(default_factory=dict)


def read_demands(content: Mapping[str, Any], agreement: Agreement) -> Demands:
    """Return the demands of a mapping whose keys are those of ``FIELDS``; what is absent or ``None`` asks nothing.

    Rates are texts by group, amounts whole numbers of k€, ``equal`` pairs of groups, ``goals`` a list of
    ``{"maximise": "cost"}``. Raises ``Problems`` with every fault at its field: ``wrong_kind``, ``bad_rate``,
    ``bad_amount``.
    """
    reader = _Reader(cited_in(agreement.id, agreement.index_rates.cites if agreement.index_rates else ()))
    made = Demands(
        floors=reader.rates("floors", content.get("floors")),
        caps=reader.rates("caps", content.get("caps")),
        equal=tuple((first, second) for first, second in reader.members("equal", content.get("equal"), _is_pair)),
        spread=None if content.get("spread") is None else reader.rate("spread", content["spread"]),
        mass=reader.amount("mass", content.get("mass")),
        priorities=tuple(reader.members("priorities", content.get("priorities"), _is_text)),
        given={
            name: amount
            for name, given in reader.named("bases", content.get("bases")).items()
            if (amount := reader.amount(f"bases.{name}", given)) is not None
        },
    )
    goals = tuple(map(_goal, reader.members("goals", content.get("goals"), _is_goal)))
    if reader.problems:
        raise Problems(reader.problems)
    return replace(made, goals=goals) if goals else made


def whole_or_as_is(text: str) -> int | str:
    """Return thousands of euro written as digits as a number; what is none stays, for the reader to refuse."""
    try:
        return keur("", text)
    except Problems:
        return text


def _is_text(found: object) -> bool:
    return isinstance(found, str)


def _is_pair(found: object) -> bool:
    return isinstance(found, list) and len(found) == 2 and all(map(_is_text, found)) and found[0] != found[1]


def _is_goal(found: object) -> bool:
    """Whether it is ``{"maximise": "cost"}`` or its like."""
    return isinstance(found, dict) and len(found) == 1 and all(
        sense in SENSES and isinstance(what, str) for sense, what in found.items()
    )  # fmt: skip


def _goal(found: Mapping[str, str]) -> Goal:
    ((sense, what),) = found.items()
    return Goal(what, SENSES[sense])


_WRITTEN: Final = {
    "equal": "a list of pairs of two different groups: [[GROUP, GROUP]]",
    "priorities": "a list of groups: [GROUP]",
    "goals": 'a list such as [{"maximise": "lowest"}, {"minimise": "cost"}]',
}


class _Reader:
    """Reads the fields of demands and keeps every fault."""

    def __init__(self, cites: tuple[str, ...]) -> None:
        self.cites = cites
        self.problems: list[Problem] = []

    def rates(self, field: str, given: object) -> dict[str, Fraction]:
        """Read rates by group; what cannot be read is kept as a fault."""
        return {name: self.rate(f"{field}.{name}", value) for name, value in self.named(field, given).items()}

    def rate(self, field: str, given: object) -> Fraction:
        """Read a rate; 0, which nobody is given, beside a fault."""
        try:
            return rate(given, self.cites)
        except Problems as refused:
            self.problems += [problem.at(Place(field=field[:100])) for problem in refused.problems]
            return Fraction(0)

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
