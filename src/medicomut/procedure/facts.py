"""What has happened to an agreement so far, folded from its events; an event that cannot have happened is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Final

from medicomut.agreement.loading import load_law
from medicomut.agreement.model import Agreement, Law, Parameter, find_parameter
from medicomut.errors import Problem, Problems
from medicomut.procedure.cases import ON_CONDITION, PARTLY, WHOLLY, Case
from medicomut.procedure.clocks import Rules
from medicomut.procedure.deadlines import AS_PRINTED, Deadline, days_after
from medicomut.procedure.events import FIRST_CASE, Event, event_kinds
from medicomut.procedure.wording import words

MAJORITY, REFUSALS = "law.commission.majority", "law.quorum.refusal_share"
OWN_DAYS, NOTICE_DAYS, FORCE_DAYS = "accession.window_days", "law.quorum.notice_days", "law.quorum.force_days"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an agreement's life: days, votes, refusals by region, denunciations.

    `refusals` holds for each region how many of the active refused. `votes_known` says whether the majorities of the
    commission could be checked.
    """

    agreement: Agreement
    law: Law
    concluded: date | None = None
    votes_known: bool = False
    approved: tuple[tuple[date, str], ...] = ()
    published: date | None = None
    refusals: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    cases: Mapping[str, Case] = field(default_factory=dict)
    succeeded: date | None = None
    events: tuple[Event, ...] = ()

    def window(self, sunday: str = AS_PRINTED) -> Deadline | None:
        """The last day to refuse or to accede partly (`be/law/1994-07-14#50`); None before publication is known."""
        own = next((found for found in self.agreement.parameters if found.id == OWN_DAYS), None)
        return self._from_publication("refusal_window", own or self.lawful(NOTICE_DAYS), sunday)

    def force(self) -> Deadline | None:
        """The day of entry into force; None before publication is known."""
        return self._from_publication("entry_into_force", self.lawful(FORCE_DAYS), AS_PRINTED)

    def failing(self) -> list[str]:
        """Return the regions counted in which refusals exceed the lawful share (exactly the share does not)."""
        share = _ratio(self.lawful(REFUSALS).on(self.published or self.agreement.heading.term.start))
        return [
            region
            for region, (refused, active) in self.refusals.items()
            if active and Fraction(refused, active) > share
        ]

    def phase(self, on: date) -> str:  # noqa: PLR0911  a life has as many states
        """Return the state of the agreement itself on a day, whatever procedure is open."""
        term, window, force = self.agreement.heading.term, self.window(), self.force()
        if self.concluded is None or on < self.concluded:
            return "negotiated"
        if self.published is None or window is None or force is None or on < self.published:
            return "approved" if any(day <= on for day, _ in self.approved) else "concluded"
        if term.end is not None and on > term.end:
            return "succeeded" if self.succeeded is not None and self.succeeded <= on else "expired"
        if window.in_time(on):
            return "refusal_window"
        if on < force.due:
            return "awaiting_force"
        failing = self.failing()
        if failing:
            return "not_in_force" if len(failing) == len(self.refusals) else "in_force_in_part"
        return "in_force"

    def lawful(self, name: str) -> Parameter:
        """Return a parameter of the law; raises `Problems` (`unknown_parameter`)."""
        return find_parameter(self.law.parameters, name, self.law.country)

    def _from_publication(self, name: str, days: Parameter, sunday: str) -> Deadline | None:
        if self.published is None:
            return None
        own = days.id == OWN_DAYS
        count = days.on(self.agreement.heading.term.start if own else self.published, self.agreement.id if own else "")
        if not isinstance(count, int):
            raise TypeError(f"{days.id} is {count!r}: a whole number of days was expected")
        cites = [f"{self.agreement.id}#{clause}" for clause in days.cites] if own else list(days.cites)
        label, consequence = words()[f"deadline_{name}"], words()[f"consequence_{name}"]
        found = days_after(
            name, self.agreement.id, label, "published", self.published, count, cites, consequence, sunday, days.status
        )
        return replace(found, to_act=name == "refusal_window")


def signed(agreement: Agreement) -> Facts:
    """Return what the cover sheet of an agreement itself says of its life."""
    sheet = agreement.heading
    return Facts(
        agreement,
        load_law(sheet.country),
        concluded=sheet.concluded,
        approved=tuple((approval.date, approval.by) for approval in sheet.approved),
        published=sheet.published.date if sheet.published else None,
    )


def fold(rules: Rules, events: Sequence[Event]) -> Facts:
    """Return what has happened by the events, in the order of their days, on top of the cover sheet.

    Where the events say when the agreement was concluded, they begin its life, and the cover sheet is left aside.
    Raises `Problems` with every event that cannot have happened, its row and why: `impossible_event`,
    `majority_missing`, `unknown_ground`, `unknown_case`, `event_out_of_order`.
    """
    facts = signed(rules.agreement)
    if any(event.event == "concluded" for event in events):
        facts = Facts(facts.agreement, facts.law)
    faults: list[Problem] = []
    for event in sorted(events, key=lambda event: event.day):  # stable: those of one day stay in their order
        try:
            facts = _advance(facts, rules, event)
        except Problems as refused:
            faults += [problem.at(event.place) if event.place else problem for problem in refused.problems]
    if faults:
        raise Problems(faults)
    return facts


def _advance(facts: Facts, rules: Rules, event: Event) -> Facts:
    kind, phase = event_kinds()[event.event], facts.phase(event.day)
    if phase not in kind.states:
        what = f"{event.event} on {event.day}: the agreement is then {phase}"
        mend = (
            f"it can happen while the agreement is {' or '.join(kind.states)}; check the day, or add what came before"
        )
        raise Problems([Problem("impossible_event", what, mend=mend)])
    facts = replace(facts, events=(*facts.events, event))
    if kind.of_case:
        return _in_case(facts, rules, event)
    return _OF_AGREEMENT[event.event](facts, event)


def _concluded(facts: Facts, event: Event) -> Facts:
    needed = facts.lawful(MAJORITY)
    share = _ratio(needed.on(event.day))
    benches = (
        ("insurers", event.insurers_for, event.insurers_votes),
        ("physicians", event.physicians_for, event.physicians_votes),
    )
    short = [
        Problem(
            "majority_missing",
            f"{votes_for} of {votes} votes of the {bench}",
            why=f"a decision needs {share} of the votes of each bench",
            mend="without it the agreement is not concluded: leave the event out",
            cites=needed.cites,
        )
        for bench, votes_for, votes in benches
        if votes_for is not None and votes is not None and (not votes or Fraction(votes_for, votes) < share)
    ]
    if short:
        raise Problems(short)
    known = all(votes_for is not None for _, votes_for, _ in benches)
    return replace(facts, concluded=event.day, votes_known=known)


_OF_AGREEMENT: Final[dict[str, Callable[[Facts, Event], Facts]]] = {
    "negotiation_opened": lambda facts, event: facts,  # noqa: ARG005  it changes nothing, and is kept as an event
    "concluded": _concluded,
    "approved": lambda facts, event: replace(facts, approved=(*facts.approved, (event.day, event.by))),
    "published": lambda facts, event: replace(facts, published=event.day),
    "refusals_counted": lambda facts, event: replace(
        facts, refusals={**facts.refusals, event.region: (event.refused or 0, event.active or 0)}
    ),
    "succeeded": lambda facts, event: replace(facts, succeeded=event.day),
}


def _in_case(facts: Facts, rules: Rules, event: Event) -> Facts:
    name = event.case or FIRST_CASE
    known = facts.cases.get(name)
    if event.event == "situation_occurred":
        if known is not None:
            raise _refused(
                "impossible_event", f"the case {name!r} has occurred already", "give it another name in case"
            )
        ground = rules.ground(event.ground).id
        return replace(facts, cases={**facts.cases, name: Case(name, ground, event.day, event.by)})
    done = [past.event for past in facts.events[:-1] if (past.case or FIRST_CASE) == name]
    if known is None or not set(event_kinds()[event.event].after) <= set(done):
        missing = ", ".join(kind for kind in event_kinds()[event.event].after if kind not in done)
        raise _refused("event_out_of_order", f"{event.event} in case {name!r} before {missing}", f"add {missing} first")
    if event.event in done and event.event not in _REPEATED:
        raise _refused("impossible_event", f"{event.event} happened already in case {name!r}", "keep it once")
    if event.until is not None and event.until < event.day:
        what = f"{event.event} on {event.day} names {event.until}, a day that is over"
        raise _refused("impossible_event", what, "name a later day in until")
    return replace(facts, cases={**facts.cases, name: _changed(known, rules, event)})


_CONDITION: Final = frozenset({"condition_met", "condition_failed"})
_REPEATED: Final = frozenset({"meeting_called", "meeting_held", "end_postponed"}) | _CONDITION
"""What may happen again in a case; a condition once for each meeting that set one."""


def _changed(case: Case, rules: Rules, event: Event) -> Case:  # noqa: PLR0911  one line for each kind of event
    day = event.day
    if event.event == "notified":
        extent = event.extent or WHOLLY
        foreseen = rules.ground(case.ground).extent
        if extent == PARTLY and PARTLY not in foreseen:
            mend = "denounce it wholly, or rely on a ground that foresees a part"
            raise _refused("part_not_foreseen", f"the ground {case.ground} foresees no denunciation in part", mend)
        return replace(case, notified=day, by=event.by, extent=extent, scope=event.scope)
    if event.event in _CONDITION and (case.meetings[-1][1] != ON_CONDITION or case.met or case.failed):
        what = f"{event.event} on {day}: no condition is open in case {case.name!r}"
        raise _refused("impossible_event", what, "a condition is set by a meeting, and is met or failed once")
    match event.event:
        case "situation_found":
            return replace(case, found=day)
        case "letter_received":
            return replace(case, received=day)
        case "meeting_called":
            return replace(case, called=day)
        case "condition_met":
            return replace(case, met=day)
        case "condition_failed":
            return replace(case, failed=day)
        case "withdrawn":
            return replace(case, withdrawn=day)
        case "meeting_held":
            return replace(case, meetings=(*case.meetings, (day, event.outcome, event.until)), met=None, failed=None)
        case _:  # end_postponed, whose day the reading of the file demands
            return replace(case, postponed=(*case.postponed, (day, event.until or day)))


def _ratio(value: object) -> Fraction:
    if not isinstance(value, int | Fraction):
        raise TypeError(f"{value!r}: a share was expected")
    return Fraction(value)


def _refused(code: str, what: str, mend: str) -> Problems:
    return Problems([Problem(code, what, mend=mend)])
