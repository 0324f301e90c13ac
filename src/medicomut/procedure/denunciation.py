"""A denunciation weighed before or after it is made: may it be made, by when, what follows, under which readings.

`be/amm/2020#16.2.4` (an organisation, for the whole agreement or a part) and `#16.2.5` (a physician, for himself).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from medicomut.agreement.loading import load
from medicomut.agreement.model import cited_in
from medicomut.agreement.tables import Effect, Ground, Step
from medicomut.agreement.text import Text
from medicomut.errors import Place, Problem, Problems
from medicomut.procedure.cases import PARTLY, WHOLLY
from medicomut.procedure.clocks import END, END_ANCHOR, LETTER, LETTER_ANCHOR, OWN_LETTER, Rules, rules
from medicomut.procedure.deadlines import Deadline
from medicomut.procedure.wording import words


class Track(StrEnum):
    """Who denounces: a party to the agreement, or one physician for himself."""

    party = "party"
    doctor = "doctor"


_WHO = {Track.party: "party", Track.doctor: "individual"}
_TRACK = {Track.party: "collective", Track.doctor: "individual"}


@dataclass(frozen=True, slots=True)
class Notice:
    """What is known of a denunciation: on which ground, by whom, and its days.

    `occurred` is the day the situation arose (for a published measure, of its publication), `found` the day it was
    ascertained, `notified` the day the registered letter was sent, `received` the day it arrived, `effective` the day
    the measure enters into force. `extent` is `wholly` or `partly`, and `scope` says which part.
    """

    ground: str
    by: Track
    occurred: date
    found: date
    notified: date | None = None
    received: date | None = None
    effective: date | None = None
    extent: str = WHOLLY
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one set of readings makes of a notice.

    `admissible` is None where something needed is not known; `reasons` are the words of what stands against it.
    `letter` and `end` are None where no clock is known; a physician's denunciation ends no agreement.
    """

    rules: Rules
    admissible: bool | None
    reasons: tuple[str, ...]
    letter: Deadline | None
    end: Deadline | None
    ends_on: date | None

    @property
    def anchors(self) -> dict[str, str]:
        """The anchors the clocks are counted from; that of the end only where an end is counted."""
        names = (LETTER_ANCHOR,) if self.end is None else (LETTER_ANCHOR, END_ANCHOR)
        return {name: self.rules.reading(name) for name in names if self.rules.reading(name)}

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "readings": self.anchors,
            "admissible": self.admissible,
            "letter_by": None if self.letter is None else self.letter.due.isoformat(),
            "ends_on": None if self.ends_on is None else self.ends_on.isoformat(),
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True)
class Denunciation:
    """A notice weighed under the chosen readings, and under the other anchors where they give another answer.

    A notice that is not admissible has no steps and no effects.
    """

    notice: Notice
    ground: Ground
    outcome: Outcome
    others: tuple[Outcome, ...]
    steps: tuple[Step, ...]
    effects: tuple[Effect, ...]
    cites: tuple[str, ...]

    @property
    def agreement(self) -> str:
        """The agreement that is denounced."""
        return self.outcome.rules.agreement.id

    @property
    def effective(self) -> date | None:
        """The day from which a physician is no longer bound: the measure's entry into force, where it is stated."""
        refused = self.outcome.admissible is False
        return self.notice.effective if self.notice.by is Track.doctor and not refused else None

    def reasons(self) -> list[Text]:
        """Return what stands against the notice, in words."""
        return [words()[f"reason_{reason}"] for reason in self.outcome.reasons]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: the answer under the chosen readings, and the others where they differ."""
        found, notice = self.outcome, self.notice
        clocks = {clock.id: clock for clock in (found.letter, found.end) if clock is not None}
        return {
            "agreement": self.agreement,
            "ground": {"id": self.ground.id, "clause": self.ground.clause, "trigger": self.ground.trigger.to_dict()},
            "by": notice.by.value,
            "extent": notice.extent,
            "scope": notice.scope or None,
            "event": notice.occurred.isoformat(),
            "finding": notice.found.isoformat(),
            "notified": None if notice.notified is None else notice.notified.isoformat(),
            **found.to_dict(),
            "reasons": [
                {"code": code, "says": text.to_dict()} for code, text in zip(found.reasons, self.reasons(), strict=True)
            ],
            "effective_from": None if self.effective is None else self.effective.isoformat(),
            "steps": [
                {
                    "id": step.id,
                    "actor": step.actor,
                    "what": step.what.to_dict(),
                    "by": clocks[step.clock].due.isoformat() if step.clock in clocks else None,
                    "cites": list(cited_in(self._owner, [step.clause])),
                }
                for step in self.steps
            ],
            "effects": [
                {"id": effect.id, "what": effect.what.to_dict(), "cites": list(cited_in(self._owner, [effect.clause]))}
                for effect in self.effects
            ],
            "unless": [text.to_dict() for text in self.ground.exceptions],
            "deadlines": [clock.to_dict() for clock in clocks.values()],
            "readings": dict(found.rules.readings),
            "clocks_of": None if found.rules.source is None else found.rules.source.id,
            "other_readings": [other.to_dict() for other in self.others],
            "cites": list(self.cites),
        }

    @property
    def _owner(self) -> str:
        source = self.outcome.rules.source
        return self.agreement if source is None else source.id


def denounce(agreement: str, notice: Notice, readings: Mapping[str, str] | None = None) -> Denunciation:
    """Weigh a denunciation.

    Raises `Problems`: `unknown_agreement`, `unknown_ground`, `unknown_reading`, `unknown_value`,
    `finding_before_event`, `letter_before_finding`, `received_before_sent`, `missing_value` (a part without its
    scope), `no_value_on_date` for a situation outside the term of the agreement.
    """
    chosen = rules(load(agreement), readings)
    ground = chosen.ground(notice.ground)
    faults = list(_faults(notice))
    if faults:
        raise Problems(faults)
    outcome = _weighed(chosen, ground, notice)
    weighed = [_weighed(other, ground, notice) for other in chosen.with_anchors()]
    seen = {_answer(outcome)}
    others = []
    for other in weighed:  # each answer once, under the first pair of anchors that gives it
        if _answer(other) not in seen:
            seen.add(_answer(other))
            others.append(other)
    source = chosen.source or chosen.agreement
    track = _TRACK[notice.by]
    known = None if outcome.admissible is False else source.denunciation
    steps = tuple(step for step in known.steps if step.track == track) if known else ()
    effects = tuple(effect for effect in known.effects if effect.track == track) if known else ()
    clocks = [clock for clock in (outcome.letter, outcome.end) if clock is not None]
    cites = (*cited_in(agreement, [ground.clause]), *(cite for clock in clocks for cite in clock.cites))
    return Denunciation(notice, ground, outcome, tuple(others), steps, effects, tuple(dict.fromkeys(cites)))


def _answer(outcome: Outcome) -> tuple[object, ...]:
    return (outcome.admissible, outcome.letter and outcome.letter.due, outcome.ends_on)


def _weighed(chosen: Rules, ground: Ground, notice: Notice) -> Outcome:
    by_party = notice.by is Track.party
    letter = chosen.deadline(LETTER if by_party else OWN_LETTER, notice.occurred, notice.found)
    end = chosen.deadline(END, notice.occurred, notice.found) if by_party else None
    against = list(_against(chosen, ground, notice, letter))
    unsure = list(_unsure(chosen, ground, notice, letter))
    admissible = False if against else None if unsure else True
    if _NOT_FOR & {*against}:  # no letter of theirs is foreseen, so none has a last day
        letter = end = None
    ends_on = None if end is None or against else end.due
    if ends_on is not None and notice.notified is not None and notice.notified > ends_on:
        unsure.append("letter_after_end")
        ends_on = None
    elif ends_on is not None and letter is not None and notice.notified is None and letter.due > ends_on:
        unsure.append("end_before_letter")
    term = chosen.agreement.heading.term.end
    if ends_on is not None and term is not None and term < ends_on:
        unsure.append("expires_first")
        ends_on = term
    return Outcome(chosen, admissible, (*against, *unsure), letter, end, ends_on)


_NOT_FOR: Final = frozenset({"not_for_physician", "not_for_party"})


def _against(chosen: Rules, ground: Ground, notice: Notice, letter: Deadline | None) -> Iterator[str]:
    """Yield why a notice is not admissible."""
    if _WHO[notice.by] not in ground.who:
        yield "not_for_physician" if notice.by is Track.doctor else "not_for_party"
    if not (chosen.agreement.covers(notice.occurred) and chosen.agreement.covers(notice.found)):
        yield "outside_term"
    elif notice.notified is not None and not chosen.agreement.covers(notice.notified):
        yield "letter_after_term"
    sent = notice.received if chosen.reading("letter_date") == "received" else notice.notified
    if letter is not None and notice.notified is not None:
        late = not letter.in_time(notice.notified) or (sent is not None and not letter.in_time(sent))
        if late:
            yield "letter_late"


def _unsure(chosen: Rules, ground: Ground, notice: Notice, letter: Deadline | None) -> Iterator[str]:
    """Yield what is not known, and decides."""
    if letter is None:
        yield "clocks_not_known"
    if notice.extent == PARTLY and PARTLY not in ground.extent:
        yield "part_not_foreseen"
    if chosen.reading("letter_date") == "received" and notice.notified is not None and notice.received is None:
        yield "reception_not_known"


def _faults(notice: Notice) -> Iterator[Problem]:
    if notice.found < notice.occurred:
        what = f"found on {notice.found}, before it occurred on {notice.occurred}"
        yield _fault("finding_before_event", what, "finding", "a situation is found on the day it occurs, or later")
    if notice.notified is not None and notice.notified < notice.found:
        what = f"notified on {notice.notified}, before it was found on {notice.found}"
        yield _fault("letter_before_finding", what, "notified", "who writes has found the situation: check both days")
    if notice.received is not None and (notice.notified is None or notice.received < notice.notified):
        what = f"received on {notice.received}, and sent {notice.notified or 'on no day'}"
        yield _fault("received_before_sent", what, "received", "state both days in their order")
    if notice.extent not in {WHOLLY, PARTLY}:
        yield _fault("unknown_value", f"extent {notice.extent!r} is not known", "extent", "write wholly or partly")
    if notice.extent == PARTLY and not notice.scope:
        yield _fault("missing_value", "which part is denounced is not stated", "scope", "name the clauses, or the part")


def _fault(code: str, what: str, field: str, mend: str) -> Problem:
    return Problem(code, what, Place(field=field), mend=mend)
