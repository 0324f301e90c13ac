"""What many declarations would become, decided one upon the other before anything is recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from medicomut.accession.deciding import Decision, decide
from medicomut.accession.declarations import Declaration, Recorded
from medicomut.accession.places import located
from medicomut.accession.status import History
from medicomut.accession.window import Window
from medicomut.agreement import Agreement
from medicomut.errors import Problem, Problems

Terms = Callable[[str], tuple[Agreement, Window]]
"""From an agreement's id to the agreement and its window."""


class Becomes(StrEnum):
    """What a declaration becomes: an event of its own, nothing since it is recorded already, or nothing at all."""

    new = "new"
    same = "same"
    refused = "refused"


@dataclass(frozen=True, slots=True)
class Fate:
    """What one declaration becomes.

    `row` is its number in what was given, from 1. `before` is the history it was decided on. `decision` is None where
    it is refused, for all the `problems`. `same_as` is the row of this plan that says the same, where that is none
    recorded before.
    """

    row: int
    declared: Declaration
    payload: Mapping[str, Any]
    before: History
    decision: Decision | None
    problems: tuple[Problem, ...] = ()
    same_as: int | None = None

    @property
    def becomes(self) -> Becomes:
        """What it becomes."""
        if self.decision is None:
            return Becomes.refused
        return Becomes.new if self.decision.already is None else Becomes.same

    @property
    def taken(self) -> Decision:
        """The decision where it is not refused; `LookupError` where it is."""
        if self.decision is None:
            raise LookupError("what is refused is not recorded")
        return self.decision


@dataclass(frozen=True, slots=True)
class Plan:
    """What declarations become at an instant, in their order."""

    now: datetime
    fates: list[Fate]

    def those(self, becomes: Becomes) -> list[Fate]:
        """Return the declarations that become that."""
        return [fate for fate in self.fates if fate.becomes is becomes]

    @property
    def hash(self) -> str:
        """The SHA-256 of what would be recorded, what is there already and what is refused.

        It does not cover the instant: planned again, the same file has the same hash until what it meets has changed.
        """
        said = [
            [fate.row, fate.declared.kind, fate.payload, fate.becomes, _day(fate), _codes(fate)] for fate in self.fates
        ]
        return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _day(fate: Fate) -> str | None:
    return None if fate.decision is None else fate.decision.valid_from.isoformat()


def _codes(fate: Fate) -> list[str]:
    return [problem.code for problem in fate.problems]


def plan(declared: Iterable[Declaration], histories: Mapping[str, History], now: datetime, terms: Terms) -> Plan:
    """Decide on declarations in their order, each upon those before it; whoever has no history is new."""
    known = dict(histories)
    rows: dict[tuple[str, int], int] = {}
    planned = Plan(now, [])
    for row, said in enumerate(declared, 1):
        history = known.get(said.number) or History(said.number, ())
        try:
            one, decision = decided(said, history, now, terms)
        except Problems as refused:
            planned.fates.append(Fate(row, said, said.payload(), history, None, tuple(refused.problems)))
            continue
        already, payload = decision.already, one.payload()
        if already is not None:
            same_as = rows.get((one.number, already.version))
            planned.fates.append(Fate(row, one, payload, history, decision, same_as=same_as))
            continue
        planned.fates.append(Fate(row, one, payload, history, decision))
        version = history.version + 1
        rows[one.number, version] = row
        coming = Recorded(0, version, one.kind, payload, decision.valid_from, now, one.actor, decision.basis)
        known[one.number] = History(one.number, (*history.recorded, coming))
    return planned


def decided(said: Declaration, history: History, now: datetime, terms: Terms) -> tuple[Declaration, Decision]:
    """Return a declaration with the places that follow from those it names, and the decision on it.

    Raises `Problems` as `located`, `decide` and `terms` do.
    """
    faults: list[Problem] = []
    try:
        one = located(said)
    except Problems as elsewhere:
        one, faults = said, elsewhere.problems
    try:
        agreement, window = terms(one.agreement) if one.agreement is not None else (None, None)
        decision = decide(one, history, now, agreement, window)
    except Problems as refused:
        raise Problems([*faults, *refused.problems]) from None
    if faults:
        raise Problems(faults)
    return one, decision
