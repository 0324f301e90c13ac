"""One denunciation: what happened in it, and how it stands on a day under the rules of an agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from medicomut.procedure.clocks import END, LETTER, Rules
from medicomut.procedure.deadlines import SETTLEMENT, Deadline
from medicomut.procedure.wording import words

WHOLLY, PARTLY = "wholly", "partly"
SETTLED, ON_CONDITION, NOT_SETTLED = "settled", "on_condition", "not_settled"
OUTCOMES: Final = (SETTLED, ON_CONDITION, NOT_SETTLED)
"""How the meeting with the minister may go."""


class Standing(StrEnum):
    """How a denunciation stands. The first five are open: the agreement continues to apply."""

    ground_open = "ground_open"
    denunciation_open = "denunciation_open"
    last_day = "last_day"
    settled_on_condition = "settled_on_condition"
    condition_not_known = "condition_not_known"
    lapsed = "lapsed"
    inadmissible = "inadmissible"
    settled = "settled"
    withdrawn = "withdrawn"
    ended = "ended"

    @property
    def is_open(self) -> bool:
        """Whether the procedure is still open."""
        return self in _OPEN


_OPEN: Final = frozenset(
    {
        Standing.ground_open,
        Standing.denunciation_open,
        Standing.last_day,
        Standing.settled_on_condition,
        Standing.condition_not_known,
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """What happened in a denunciation, each with its day; None for what has not happened.

    `meetings` are the meetings of the commission with their outcome and, for a settlement on a condition, the day by
    which it is to be confirmed. `postponed` holds when the commission put off the end, and each new last
    day.
    """

    name: str
    ground: str
    occurred: date
    by: str = ""
    found: date | None = None
    notified: date | None = None
    received: date | None = None
    extent: str = WHOLLY
    scope: str = ""
    called: date | None = None
    meetings: tuple[tuple[date, str, date | None], ...] = ()
    met: date | None = None
    failed: date | None = None
    withdrawn: date | None = None
    postponed: tuple[tuple[date, date], ...] = ()

    @property
    def finding(self) -> date:
        """The day of the finding; while nobody found the situation, the day it occurred."""
        return self.found or self.occurred

    def known_on(self, day: date) -> Case:
        """Return the case with only what had happened by the end of a day."""

        def past(when: date | None) -> date | None:
            return when if when is not None and when <= day else None

        return replace(
            self,
            found=past(self.found),
            notified=past(self.notified),
            received=past(self.received),
            called=past(self.called),
            meetings=tuple(meeting for meeting in self.meetings if meeting[0] <= day),
            met=past(self.met),
            failed=past(self.failed),
            withdrawn=past(self.withdrawn),
            postponed=tuple(decided for decided in self.postponed if decided[0] <= day),
        )

    def letter(self, rules: Rules) -> Deadline | None:
        """The last day for the registered letter; None where the clock is not known."""
        return rules.deadline(LETTER, self.occurred, self.finding)

    def end(self, rules: Rules) -> Deadline | None:
        """The day with which the agreement ends failing a settlement; None where the clock is not known."""
        deadline = rules.deadline(END, self.occurred, self.finding)
        for decided, until in self.postponed:
            if deadline is not None and deadline.in_time(decided):  # an end that is over is put off no more
                label = words()["deadline_end_postponed"]
                deadline = replace(deadline, label=label, anchor="postponement", start=decided, counted=until)
        return deadline

    def after_end(self, rules: Rules) -> bool:
        """Whether the letter left after the day of the end, as a letter in time can where that is counted earlier."""
        end = self.end(rules)
        return end is not None and self.notified is not None and not end.in_time(self.notified)

    def waits(self, rules: Rules) -> bool:
        """Whether the end waits for the meeting: under that reading, and where the letter left after its day."""
        return rules.reading("meeting_after_end") == "suspended" or self.after_end(rules)

    def ended_on(self, rules: Rules) -> date | None:
        """The day with which the agreement ended where nothing was settled; None where no clock is known."""
        end = self.end(rules)
        if end is None or not self.waits(rules):
            return None if end is None else end.due
        return max([end.due, *(held for held, _, _ in self.meetings)])

    def condition(self, agreement: str) -> Deadline | None:
        """The day by which a settlement is to be confirmed; None where none hangs on a condition."""
        last = self.meetings[-1] if self.meetings else None
        if last is None or last[1] != ON_CONDITION or last[2] is None or self.met or self.failed:
            return None
        label, consequence = words()["deadline_condition"], words()["consequence_condition"]
        return Deadline("condition", agreement, label, last[2], (), consequence, SETTLEMENT, status="verified")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""

        def text(day: date | None) -> str | None:
            return None if day is None else day.isoformat()

        return {
            "case": self.name,
            "ground": self.ground,
            "by": self.by or None,
            "occurred": self.occurred.isoformat(),
            "found": text(self.found),
            "notified": text(self.notified),
            "received": text(self.received),
            "extent": self.extent,
            "scope": self.scope or None,
            "meeting_called": text(self.called),
            "meetings": [
                {"day": day.isoformat(), "outcome": outcome, "until": text(until)}
                for day, outcome, until in self.meetings
            ],
            "condition_met": text(self.met),
            "condition_failed": text(self.failed),
            "withdrawn": text(self.withdrawn),
            "postponed_to": self.postponed[-1][1].isoformat() if self.postponed else None,
        }


def standing(case: Case, rules: Rules, on: date) -> Standing | None:
    """Say how a case stands at the end of a day; None before the situation occurred.

    Raises `Problems` (`no_value_on_date`) where the situation lies outside the term of the agreement.
    """
    if on < case.occurred:
        return None
    known = case.known_on(on)
    letter, end = known.letter(rules), known.end(rules)
    sent = known.received if rules.reading("letter_date") == "received" else known.notified
    if known.notified is None or (sent is None and letter is not None and on <= letter.due):
        return Standing.ground_open if letter is None or letter.in_time(on) else Standing.lapsed
    if letter is not None and (sent is None or not letter.in_time(sent)):
        return Standing.inadmissible
    return _after_notice(known, rules, end, on)


def _after_notice(known: Case, rules: Rules, end: Deadline | None, on: date) -> Standing:
    ended = end is not None and not end.in_time(on)
    # What was agreed or withdrawn after the last day comes too late, unless the end waits for the meeting.
    waits = known.waits(rules)
    if known.withdrawn and rules.reading("withdrawal") != "never":
        waiting = waits and all(held >= known.withdrawn for held, _, _ in known.meetings)
        if end is None or waiting or end.in_time(known.withdrawn):
            return Standing.withdrawn
    meeting = _decisive(known.meetings, end, waits=waits)
    if meeting is not None:
        _, outcome, until = meeting
        if outcome == SETTLED or (known.met and (until is None or known.met <= until)):
            return Standing.settled
        if outcome == ON_CONDITION and not known.failed and not known.met:
            in_time = until is None or on <= until
            return Standing.settled_on_condition if in_time else Standing.condition_not_known
    if ended and not (waits and not known.meetings):
        return Standing.ended
    return Standing.last_day if end is not None and on == end.due else Standing.denunciation_open


def _decisive(
    meetings: Sequence[tuple[date, str, date | None]], end: Deadline | None, *, waits: bool
) -> tuple[date, str, date | None] | None:
    """Return the last meeting that could still settle the case."""
    counting = [found for found in meetings if end is None or waits or end.in_time(found[0])]
    return counting[-1] if counting else None
