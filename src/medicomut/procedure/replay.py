"""A procedure that was, day by day, with both clocks counted from one anchor and from the other.

Shipped is that of 2024 (`be/amm/2024#9.2.4`). The text of that agreement was not found: the clocks are those of the
agreement of 2020, supposed, and every answer says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from medicomut.agreement.loading import load
from medicomut.errors import Problem, Problems
from medicomut.procedure.clocks import ANCHORS, Rules, rules
from medicomut.procedure.deadlines import Deadline
from medicomut.procedure.events import load_events, shipped
from medicomut.procedure.facts import Facts, fold
from medicomut.procedure.life import State, deadlines, state

SUPPOSED: Final = "as_in_2020"
"""The clocks a replay runs with where those of its agreement are not known."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a replay: the state of the agreement under each anchor."""

    on: date
    states: Mapping[str, State]

    @property
    def part(self) -> bool:
        """Whether the anchors give different states on this day."""
        return len({found.name for found in self.states.values()}) > 1

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "on": self.on.isoformat(),
            "parts": self.part,
            "anchors": {anchor: found.to_dict() for anchor, found in self.states.items()},
        }


@dataclass(frozen=True, slots=True)
class Replay:
    """The procedure of an agreement: its days from the situation to the last deadline, and when the anchors part."""

    agreement: str
    facts: Mapping[str, Facts]
    first: date
    last: date

    def day(self, on: date) -> Day:
        """Return a day of the replay; any day may be asked."""
        return Day(on, {anchor: _state(self.agreement, facts, anchor, on) for anchor, facts in self.facts.items()})

    def days(self) -> list[Day]:
        """Return every day from the first to the last."""
        return list(_walked(self.agreement))

    def turning_days(self) -> list[Day]:
        """Return the days on which a state changes under an anchor, or on which something happened or falls due."""
        dues = {
            deadline.due
            for anchor, facts in self.facts.items()
            for deadline in deadlines(facts, _rules(self.agreement, anchor))
        }
        happened = {event.day for facts in self.facts.values() for event in facts.events}
        found: list[Day] = []
        before: list[str] = []
        for day in self.days():
            names = [one.name for one in day.states.values()]
            if names != before or day.on in dues | happened:
                found.append(day)
            before = names
        return found

    def deadlines(self, anchor: str) -> list[Deadline]:
        """Return every deadline of the procedure under an anchor, by day."""
        return deadlines(self.facts[anchor], _rules(self.agreement, anchor))


@cache
def replay(agreement: str) -> Replay:
    """Return the shipped procedure of an agreement; raises `Problems` (`no_replay`) where none is shipped."""
    if agreement not in shipped():
        mend = f"there is one for: {', '.join(shipped())}"
        raise Problems([Problem("no_replay", f"no procedure of {agreement!r} is shipped", mend=mend)])
    events = load_events(agreement)
    facts = {anchor: fold(_rules(agreement, anchor), events) for anchor in ANCHORS}
    occurred = [event.day for event in events if event.event == "situation_occurred"]
    return Replay(agreement, facts, min(occurred), max(event.day for event in events) + timedelta(days=14))


@cache
def _walked(agreement: str) -> tuple[Day, ...]:
    case = replay(agreement)
    return tuple(case.day(case.first + timedelta(days=n)) for n in range((case.last - case.first).days + 1))


@cache
def _rules(agreement: str, anchor: str) -> Rules:
    known = load(agreement)
    supposed = {"denunciation_clocks"} & {ambiguity.id for ambiguity in known.ambiguities}
    return rules(known, dict.fromkeys(supposed, SUPPOSED)).with_anchor(anchor)


def _state(agreement: str, facts: Facts, anchor: str, on: date) -> State:
    return state(facts, _rules(agreement, anchor), on)
