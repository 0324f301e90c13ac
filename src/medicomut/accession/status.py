"""What holds for a practitioner on a day, from what was recorded until an instant: full, partial, refused, not active.

Silence is full accession (`be/amm/2020#17.2`). An expression of will has the date of its recording (17.4), in Brussels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from medicomut.accession.declarations import Kind, Recorded, Registration, registration
from medicomut.accession.timetable import Hours
from medicomut.accession.timetable_file import write_row
from medicomut.accession.wording import say
from medicomut.agreement.model import Agreement
from medicomut.agreement.text import Interval
from medicomut.calendar import minute_of_week
from medicomut.identifiers import Profession

SILENCE_CLAUSE, LAW_ON_SILENCE = "17.2", "be/law/1994-07-14#50"


class State(StrEnum):
    """What holds on a day."""

    full = "full"
    partial = "partial"
    refused = "refused"
    not_active = "not_active"
    no_agreement = "no_agreement"


class Why(StrEnum):
    """Why it holds."""

    silence = "silence"
    declared = "declared"
    acceded = "acceded"
    refused = "refused"
    denounced = "denounced"
    corrected = "corrected"
    not_registered = "not_registered"
    not_yet_registered = "not_yet_registered"
    ended = "ended"
    outside_the_term = "outside_the_term"


@dataclass(frozen=True, slots=True)
class Term:
    """An agreement, the days it covers, and what says that silence is full accession."""

    id: str
    interval: Interval
    silence: tuple[str, ...]


def term_of(agreement: Agreement) -> Term:
    """Return the term of an agreement; where its own clause on silence is not known, the law's is cited."""
    known = any(clause.number == SILENCE_CLAUSE for clause in agreement.clauses)
    silence = f"{agreement.id}#{SILENCE_CLAUSE}" if known else LAW_ON_SILENCE
    return Term(agreement.id, agreement.heading.term, (silence,))


@dataclass(frozen=True, slots=True)
class Effect:
    """What one declaration, or its correction, makes hold from a day on."""

    valid_from: date
    version: int
    kind: Kind
    source: Recorded

    @property
    def corrected(self) -> bool:
        """Whether the authority says so, in the place of what was declared."""
        return self.source.kind is Kind.corrected


@dataclass(frozen=True, slots=True)
class Status:
    """The answer for one practitioner on one day. `version` is that of the declaration it rests on, 0 for silence."""

    number: str
    on: date
    state: State
    why: Why
    agreement: str | None
    cites: tuple[str, ...]
    version: int = 0
    hours: tuple[Hours, ...] = ()

    def free_at(self, minute: int, site: str | None) -> bool | None:
        """Say whether a minute of that day falls in an off-tariff slot at a site; None unless accession is partial.

        Without a site, a slot anywhere counts. Hours that pass Sunday midnight are declared as two rows.
        """
        if self.state is not State.partial:
            return None
        at = minute_of_week(self.on, minute)
        return any(
            hours.free and hours.start <= at < hours.end and (site is None or hours.site in ("", site))
            for hours in self.hours
        )

    def to_dict(self, lang: str) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "number": self.number,
            "on": self.on.isoformat(),
            "status": self.state.value,
            "why": self.why.value,
            "says": say(f"why_{self.why.value}", lang),
            "agreement": self.agreement,
            "cites": list(self.cites),
            "version": self.version,
            "hours": [write_row(hours) for hours in self.hours],
        }


class History:
    """What is recorded of one practitioner, in the order of recording."""

    __slots__ = ("_effects", "number", "recorded")

    def __init__(self, number: str, recorded: Iterable[Recorded]) -> None:
        self.number = number
        self.recorded = tuple(recorded)
        self._effects: dict[str | None, list[Effect]] | None = None

    @property
    def version(self) -> int:
        """How many declarations there are."""
        return len(self.recorded)

    def registration(self, on: date | None = None) -> Registration:
        """Return what the registration that holds on a day says; without a day, the one that holds last."""
        found = [
            effect
            for effect in self.effects(None)
            if effect.kind is Kind.registered and (on is None or effect.valid_from <= on)
        ]
        return registration(found[-1].source.payload) if found else Registration()

    @property
    def profession(self) -> Profession | None:
        """The profession of the registration that holds last."""
        return self.registration().profession

    @property
    def region(self) -> str | None:
        """The region of the registration that holds last."""
        return self.registration().region

    def effects(self, agreement: str | None) -> list[Effect]:
        """Return what holds from when, in order, of an agreement's accession or (None) of the activity.

        A correction takes the place of what it corrects. Of two from the same day the later recorded one holds.
        """
        if self._effects is None:
            self._effects = {}
        if agreement not in self._effects:
            self._effects[agreement] = effects([one for one in self.recorded if one.agreement == agreement])
        return self._effects[agreement]

    def status(self, on: date, terms: Sequence[Term]) -> Status:
        """Return what holds on a day, under the agreement in whose term it falls."""
        activity = _last(self.effects(None), on)
        if activity is None:
            why = Why.not_yet_registered if self.effects(None) else Why.not_registered
            return Status(self.number, on, State.not_active, why, None, ())
        if activity.kind is Kind.ended:
            return Status(self.number, on, State.not_active, Why.ended, None, (), activity.version)
        term = next((term for term in terms if on in term.interval), None)
        if term is None:
            return Status(self.number, on, State.no_agreement, Why.outside_the_term, None, ())
        return self._acceded(on, term)

    def _acceded(self, on: date, term: Term) -> Status:
        effect = _last(self.effects(term.id), on)
        if effect is None:
            return silent(self.number, on, term)
        source = effect.source
        said = Said(effect.kind, effect.version, effect.corrected, source.basis, source.hours)
        return declared(self.number, on, term, said)


@dataclass(frozen=True, slots=True)
class Said:
    """What a declaration that holds says of the accession, and with which right."""

    kind: Kind
    version: int
    corrected: bool
    basis: str | None
    hours: tuple[Hours, ...]


def silent(number: str, on: date, term: Term) -> Status:
    """Return the status of who declared nothing: full accession (`be/amm/2020#17.2`)."""
    return Status(number, on, State.full, Why.silence, term.id, term.silence)


def declared(number: str, on: date, term: Term, said: Said) -> Status:
    """Return the status that a declaration gives on a day of its agreement."""
    state, why = STATES[said.kind]
    cites = (said.basis,) if said.basis is not None and "#" in said.basis else ()  # it may be a decision, no clause
    shown = Why.corrected if said.corrected else why
    return Status(number, on, state, shown, term.id, cites, said.version, said.hours)


def effects(recorded: Sequence[Recorded]) -> list[Effect]:
    """Return what holds from when, in order, from the declarations of one matter in the order of recording."""
    undone = {int(one.payload["corrects"]) for one in recorded if one.kind is Kind.corrected}
    found = []
    for one in recorded:
        kind = Kind(one.payload["says"]) if one.kind is Kind.corrected and "says" in one.payload else one.kind
        if one.version not in undone and kind is not Kind.corrected:  # that one says: nothing was declared after all
            found.append(Effect(one.valid_from, one.version, kind, one))
    return sorted(found, key=lambda effect: (effect.valid_from, effect.version))


STATES: Final = {
    Kind.refused: (State.refused, Why.refused),
    Kind.denounced: (State.refused, Why.denounced),
    Kind.partial: (State.partial, Why.declared),
    Kind.changed: (State.partial, Why.declared),
    Kind.acceded: (State.full, Why.acceded),
}


def _last(effects: Sequence[Effect], on: date) -> Effect | None:
    holding = [effect for effect in effects if effect.valid_from <= on]
    return holding[-1] if holding else None
