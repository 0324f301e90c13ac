"""What holds for a practitioner on a day, from what was recorded until an instant: full, partial, refused, not active.

Silence is full accession (`be/amm/2020#17.2`). An expression of will has the date of its recording (17.4), in Brussels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from medicomut.accession.declarations import Kind, Recorded, read_hours
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
    hours: tuple[Hours, ...]
    source: Recorded
    corrected: bool


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

    def __init__(self, number: str, recorded: Iterable[Recorded]) -> None:
        self.number = number
        self.recorded = tuple(recorded)

    @property
    def version(self) -> int:
        """How many declarations there are."""
        return len(self.recorded)

    @property
    def profession(self) -> Profession | None:
        """The profession last registered."""
        found = self._registered("profession")
        return "gp" if found == "gp" else "specialist" if found == "specialist" else None

    @property
    def region(self) -> str | None:
        """The region last registered."""
        return self._registered("region")

    def _registered(self, name: str) -> str | None:
        said = [str(r.payload[name]) for r in self.recorded if r.kind is Kind.registered and name in r.payload]
        return said[-1] if said else None

    def effects(self, agreement: str | None) -> list[Effect]:
        """Return what holds from when, in order, of an agreement's accession or (None) of the activity.

        A correction takes the place of what it corrects. Of two from the same day the later recorded one holds.
        """
        undone = {int(r.payload["corrects"]) for r in self.recorded if r.kind is Kind.corrected}
        found = []
        for recorded in self.recorded:
            if recorded.agreement != agreement or recorded.version in undone:
                continue
            corrected = recorded.kind is Kind.corrected
            kind = Kind(recorded.payload["says"]) if corrected and "says" in recorded.payload else recorded.kind
            if kind is Kind.corrected:
                continue  # nothing was declared after all
            hours = read_hours(recorded.payload.get("hours", ()))
            found.append(Effect(recorded.valid_from, recorded.version, kind, hours, recorded, corrected))
        return sorted(found, key=lambda effect: (effect.valid_from, effect.version))

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
            return Status(self.number, on, State.full, Why.silence, term.id, term.silence)
        state, why = _STATES[effect.kind]
        basis = effect.source.basis
        cites = (basis,) if basis is not None and "#" in basis else ()  # a basis may be a decision without clause
        shown = Why.corrected if effect.corrected else why
        return Status(self.number, on, state, shown, term.id, cites, effect.version, effect.hours)


_STATES = {
    Kind.refused: (State.refused, Why.refused),
    Kind.denounced: (State.refused, Why.denounced),
    Kind.partial: (State.partial, Why.declared),
    Kind.changed: (State.partial, Why.declared),
    Kind.acceded: (State.full, Why.acceded),
}


def _last(effects: Sequence[Effect], on: date) -> Effect | None:
    holding = [effect for effect in effects if effect.valid_from <= on]
    return holding[-1] if holding else None
