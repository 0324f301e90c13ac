"""The life of an agreement on a day: its state, what is open, who may act until when, what follows if nobody does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from medicomut.agreement.figures import format_date
from medicomut.agreement.loading import load
from medicomut.agreement.model import Agreement, cited_in
from medicomut.agreement.text import LANGUAGES, Text
from medicomut.procedure.cases import PARTLY, Case, Standing, standing
from medicomut.procedure.clocks import LETTER, OWN_LETTER, Rules, rules
from medicomut.procedure.deadlines import AS_PRINTED, Deadline
from medicomut.procedure.events import Event, load_events, states
from medicomut.procedure.facts import MAJORITY, Facts, fold
from medicomut.procedure.wording import words

OPT_OUT: Final = "accession.opt_out_until"
_GRAVEST: Final = (
    Standing.ended, Standing.last_day, Standing.denunciation_open, Standing.condition_not_known,
    Standing.settled_on_condition, Standing.ground_open,
)  # fmt: skip
"""Of several cases the first of these is the state of the agreement; one that ended a part only comes last."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something somebody may do now: who, what, by which deadline (None where the text sets none), on which clause."""

    actor: Text
    what: Text
    until: Deadline | None
    cites: tuple[str, ...]

    def to_dict(self, on: date) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "actor": self.actor.to_dict(),
            "what": self.what.to_dict(),
            "until": None if self.until is None else self.until.to_dict(on),
            "cites": list(self.cites),
        }


@dataclass(frozen=True, slots=True)
class State:
    """An agreement on a day, at the end of it.

    `phase` is the state of the agreement itself, `name` the one to show: that of the gravest open denunciation where
    there is one. `deadlines` are those still running, `acts` what may be done, `notes` what a reader should know.
    """

    rules: Rules
    facts: Facts
    on: date
    name: str
    phase: str
    standings: Mapping[str, Standing]
    deadlines: tuple[Deadline, ...]
    acts: tuple[Act, ...]
    notes: tuple[Text, ...]
    says: Text
    cites: tuple[str, ...]

    @property
    def label(self) -> Text:
        """The short name of the state."""
        return states()[self.name].label

    @property
    def otherwise(self) -> Text:
        """What happens if nobody acts."""
        return states()[self.name].otherwise

    @property
    def is_open(self) -> bool:
        """Whether a procedure is open, so that nobody may say that the agreement is over."""
        return states()[self.name].is_open

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; texts in four languages."""
        return {
            "agreement": self.rules.agreement.id,
            "on": self.on.isoformat(),
            "state": self.name,
            "phase": self.phase,
            "open": self.is_open,
            "label": self.label.to_dict(),
            "says": self.says.to_dict(),
            "otherwise": self.otherwise.to_dict(),
            "regions_out": self.facts.failing(),
            "may_act": [act.to_dict(self.on) for act in self.acts],
            "deadlines": [deadline.to_dict(self.on) for deadline in self.deadlines],
            "cases": [
                case.known_on(self.on).to_dict() | {"standing": self.standings[name].value}
                for name, case in self.facts.cases.items()
                if name in self.standings
            ],
            "notes": [note.to_dict() for note in self.notes],
            "events": [event.to_dict() for event in self.facts.events if event.day <= self.on],
            "readings": dict(self.rules.readings),
            "clocks_of": None if self.rules.source is None else self.rules.source.id,
            "cites": list(self.cites),
        }


def timeline(
    agreement: str | Agreement,
    on: date,
    events: Sequence[Event] | None = None,
    readings: Mapping[str, str] | None = None,
) -> State:
    """Return the state of an agreement on a day by its events; the shipped ones where none are given.

    Raises `Problems` as `load`, `rules` and `fold` do.
    """
    found = load(agreement) if isinstance(agreement, str) else agreement
    chosen = rules(found, readings)
    return state(fold(chosen, load_events(found.id) if events is None else events), chosen, on)


def state(facts: Facts, chosen: Rules, on: date) -> State:
    """Return the state of an agreement on a day from what has happened."""
    phase = facts.phase(on)
    standings = {name: found for name, case in facts.cases.items() if (found := standing(case, chosen, on))}
    # A denunciation cannot end what has not begun or is over by itself.
    decisive = None if phase in {"expired", "succeeded"} else _decisive(facts, standings)
    name = phase
    if phase in {"expired", "succeeded"}:
        standings = {}
    if decisive is not None:
        name = standings[decisive].value
        if name == "ended" and chosen.supposed:
            name = "ended_if_supposed"
        elif name == "ended" and facts.cases[decisive].extent == PARTLY:
            name = "ended_in_part"
    case = None if decisive is None else facts.cases[decisive]
    return State(
        chosen,
        facts,
        on,
        name,
        phase,
        standings,
        tuple(_running(facts, chosen, standings, on)),
        tuple(_acts(facts, chosen, standings, on)),
        tuple(_notes(facts, chosen, standings, on)),
        _says(name, facts, chosen, case, on),
        _cites(name, chosen, case),
    )


def _decisive(facts: Facts, standings: Mapping[str, Standing]) -> str | None:
    grave = [name for name, found in standings.items() if found in _GRAVEST]
    in_part = {name for name in grave if standings[name] is Standing.ended and facts.cases[name].extent == PARTLY}
    return min(grave, key=lambda name: (name in in_part, _GRAVEST.index(standings[name])), default=None)


def _sunday(chosen: Rules) -> str:
    return chosen.reading("sunday_deadlines") or AS_PRINTED


def _own(facts: Facts, chosen: Rules) -> Iterator[Deadline]:
    """Yield the deadlines of the agreement itself: window, entry into force, individual exit, end of the term."""
    found = [facts.window(_sunday(chosen)), facts.force()]
    yield from (deadline for deadline in found if deadline is not None)
    agreement = facts.agreement
    for parameter in agreement.parameters:
        for dated in parameter.values if parameter.id == OPT_OUT else ():
            if isinstance(dated.value, date):
                cites = cited_in(agreement.id, parameter.cites)
                missed = words()["consequence_opt_out"]
                yield Deadline("opt_out", agreement.id, parameter.label, dated.value, cites, missed,
                               sunday=_sunday(chosen), status=parameter.status)  # fmt: skip
    if agreement.heading.term.end is not None:
        cites = tuple(f"{agreement.id}#{clause.number}" for clause in agreement.clauses if clause.kind == "term")[:1]
        known = "verified" if agreement.heading.coverage == "partial" else "stated"
        yield Deadline("term_end", agreement.id, words()["deadline_term_end"], agreement.heading.term.end, cites,
                       words()["consequence_term_end"], status=known, to_act=False)  # fmt: skip


def deadlines(facts: Facts, chosen: Rules, on: date | None = None) -> list[Deadline]:
    """Return every deadline of an agreement and its cases, by day; with `on` those of what had happened by then."""
    found = list(_own(facts, chosen))
    for case in facts.cases.values():
        if on is None or case.occurred <= on:
            known = case if on is None else case.known_on(on)
            letters = [known.letter(chosen), known.end(chosen) if known.notified else None]
            found += [deadline for deadline in (*letters, known.condition(facts.agreement.id)) if deadline is not None]
            if chosen.ground(case.ground).who != ("party",):
                own = chosen.deadline(OWN_LETTER, known.occurred, known.finding)
                found += [] if own is None else [own]
    return sorted(found, key=lambda deadline: deadline.due)


def _over(facts: Facts, standings: Mapping[str, Standing]) -> bool:
    """Whether a denunciation has ended the whole agreement."""
    return any(found is Standing.ended and facts.cases[name].extent != PARTLY for name, found in standings.items())


def _running(facts: Facts, chosen: Rules, standings: Mapping[str, Standing], on: date) -> Iterator[Deadline]:
    if _over(facts, standings):
        return
    kept = {name: facts.cases[name] for name, found in standings.items() if found.is_open}
    published = facts.published is not None and facts.published <= on
    for deadline in deadlines(replace(facts, cases=kept), chosen, on):
        # A letter that has been sent waits for nobody any more.
        sent = deadline.id == LETTER and all(case.known_on(on).notified for case in kept.values())
        if on <= deadline.due and not sent and (published or deadline.id == "term_end"):
            yield deadline


def _acts(facts: Facts, chosen: Rules, standings: Mapping[str, Standing], on: date) -> Iterator[Act]:
    phase, text = facts.phase(on), words()
    majority = facts.lawful(MAJORITY)
    if phase == "negotiated":
        what = _filled("act_conclude", share=str(majority.values[-1].value))
        yield Act(text["actor_commission"], what, None, majority.cites)
    if phase in {"concluded", "approved"}:
        yield Act(text["actor_government"], text["act_publish"], None, ("be/law/1994-07-14#51",))
    for deadline in _own(facts, chosen):
        if deadline.id == "refusal_window" and phase == "refusal_window":
            yield Act(text["actor_physician"], text["act_refuse"], deadline, deadline.cites)
        leaving = deadline.id == "opt_out" and phase.startswith("in_force") and not _over(facts, standings)
        if leaving and on <= deadline.due:
            yield Act(text["actor_physician"], text["act_opt_out"], deadline, deadline.cites)
    for name, found in standings.items():
        if found.is_open:
            yield from _acts_in(facts.cases[name].known_on(on), chosen, found, on)


def _acts_in(case: Case, chosen: Rules, found: Standing, on: date) -> Iterator[Act]:
    text, ground = words(), chosen.ground(case.ground)
    cites = cited_in(chosen.agreement.id, [ground.clause])
    end = case.end(chosen)
    meets = cites if end is None else end.cites
    running = end if end is not None and end.in_time(on) else None
    individual = chosen.deadline(OWN_LETTER, case.occurred, case.finding)
    if "individual" in ground.who and (individual is None or individual.in_time(on)):
        own = cites if individual is None else (*cites, *individual.cites)
        yield Act(text["actor_individual"], text["act_letter"], individual, own)
    if found is Standing.ground_open and "party" in ground.who:
        letter = case.letter(chosen)
        yield Act(text["actor_party"], text["act_letter"], letter, cites if letter is None else (*cites, *letter.cites))
    if found is Standing.settled_on_condition:
        yield Act(text["actor_confirming"], text["act_confirm"], case.condition(chosen.agreement.id), cites)
    if found in {Standing.denunciation_open, Standing.last_day}:
        if case.called is None and not case.meetings:
            yield Act(text["actor_commission_chair"], text["act_call_meeting"], None, meets)
        yield Act(text["actor_commission"], text["act_settle"], running, meets)
    may_withdraw = chosen.reading("withdrawal") != "never" and (end is running or case.waits(chosen))
    if found is not Standing.ground_open and may_withdraw:
        yield Act(text["actor_denouncing"], text["act_withdraw"], running, meets)


def _notes(facts: Facts, chosen: Rules, standings: Mapping[str, Standing], on: date) -> Iterator[Text]:
    phase = facts.phase(on)
    if phase not in {"negotiated", "expired", "succeeded"} and not facts.votes_known:
        yield _filled("note_votes_not_known", share=str(facts.lawful(MAJORITY).values[-1].value))
    if phase == "in_force" and not facts.refusals:
        yield words()["note_refusals_not_counted"]
    if standings and chosen.source is None:
        yield words()["note_clocks_not_known"]
    if standings and chosen.supposed and chosen.source is not None:
        yield _filled("note_clocks_supposed", source=chosen.source.heading.title)
    for name, found in standings.items():
        case = facts.cases[name].known_on(on)
        letter, end, clause = case.letter(chosen), case.end(chosen), chosen.ground(case.ground).clause
        if found is Standing.lapsed and letter is not None:
            yield _filled("note_lapsed", clause=clause, day=letter.due)
        if found is Standing.inadmissible and letter is not None and case.notified is not None:
            yield _filled("note_inadmissible", notified=case.notified, day=letter.due)
        if found in {Standing.settled, Standing.withdrawn}:
            yield words()[f"note_{found.value}"]
        if end is not None and case.after_end(chosen) and (found.is_open or found is Standing.ended):
            yield _filled("note_letter_after_end", notified=case.notified, day=end.due)
        if found.is_open and case.extent == PARTLY:
            yield _filled("note_part", scope=case.scope)
        if found.is_open and case.notified and chosen.reading("bound_until_end") == "released":
            yield words()["note_released"]


def _says(name: str, facts: Facts, chosen: Rules, case: Case | None, on: date) -> Text:
    window, force = facts.window(_sunday(chosen)), facts.force()
    known = None if case is None else case.known_on(on)
    ended = None if known is None else known.ended_on(chosen)
    last = known.meetings[-1][2] if known is not None and known.meetings else None
    days = {
        "refusal_window": window and window.due,
        "awaiting_force": force and force.due,
        "ended": ended,
        "ended_if_supposed": ended,
        "ended_in_part": ended,
        "settled_on_condition": last,
        "condition_not_known": last,
    }
    day = days.get(name, facts.agreement.heading.term.end)
    text = states()[name].says
    scope = "" if case is None else case.scope
    return _fill(text, {"day": day, "regions": ", ".join(facts.failing()), "scope": scope})


def _cites(name: str, chosen: Rules, case: Case | None) -> tuple[str, ...]:
    agreement = chosen.agreement
    if case is None:
        own = [clause.number for clause in agreement.clauses if clause.kind == "term"][:1]
        timed = name in {"in_force", "in_force_in_part", "expired", "succeeded"}
        return (*states()[name].cites, *(cited_in(agreement.id, own) if timed else ()))
    end = case.end(chosen)
    ground = cited_in(agreement.id, [chosen.ground(case.ground).clause])
    return tuple(dict.fromkeys((*ground, *(end.cites if end else ()))))


def _filled(key: str, **values: object) -> Text:
    return _fill(words()[key], values)


def _in(value: object, lang: str) -> object:
    if isinstance(value, Text):
        return value.in_language(lang)
    return format_date(value, lang) if isinstance(value, date) else value


def _fill(text: Text, values: Mapping[str, object]) -> Text:
    def written(lang: str) -> dict[str, object]:
        return {name: _in(value, lang) for name, value in values.items()}

    return Text(*(text.in_language(lang).format(**written(lang)) for lang in LANGUAGES))
