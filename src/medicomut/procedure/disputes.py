"""Disputes: conciliation (`be/amm/2020#15`) and arbitration (`be/amm/2020#14.5`) as events, and the case they make.

The state of a case is computed from its events and stored nowhere. Names of persons do not belong in an event, which
is never erased: a doctor is named by number, a member of a college by function or reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final


class Track(StrEnum):
    """Who settles the dispute: the commission (15), or a joint college (14.5)."""

    conciliation = "conciliation"
    arbitration = "arbitration"


class Subject(StrEnum):
    """What the dispute is about (15)."""

    interpretation = "interpretation"
    performance = "performance"
    nomenclature = "nomenclature"


class Kind(StrEnum):
    """What happened. The words are those of the ledger."""

    opened = "dispute.opened"
    advice_asked = "dispute.advice_asked"
    advice_given = "dispute.advice_given"
    college = "dispute.college"
    hearing = "dispute.hearing"
    deadline = "dispute.deadline"
    document = "dispute.document"
    withdrawn = "dispute.withdrawn"
    concluded = "dispute.concluded"
    reopened = "dispute.reopened"
    published = "dispute.published"
    unpublished = "dispute.unpublished"


class Outcome(StrEnum):
    """How a dispute was concluded."""

    conciliated = "conciliated"
    not_conciliated = "not_conciliated"
    award = "award"
    settled = "settled"
    inadmissible = "inadmissible"


OUTCOMES: Final[Mapping[Track, tuple[Outcome, ...]]] = {
    Track.conciliation: (Outcome.conciliated, Outcome.not_conciliated, Outcome.inadmissible),
    Track.arbitration: (Outcome.award, Outcome.settled, Outcome.inadmissible),
}

BENCHES: Final = ("physicians", "insurers")
"""The two signatory parties (15), whose benches of the joint college are equal."""

ROLES: Final = ("applicant", "respondent")
AWAITED: Final = ("advice", "answer", "hearing", "decision")
"""What a time limit set by the commission may be for: the agreement itself sets none."""


_CAME: Final = {Kind.advice_given: "advice", Kind.hearing: "hearing", Kind.concluded: "decision"}
"""The steps by which something awaited has come; an answer is a document, and nobody but its reader knows which."""


class Status(StrEnum):
    """How a case stands."""

    open = "open"
    concluded = "concluded"
    withdrawn = "withdrawn"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that somebody asks to be recorded of a case, on the day it happened.

    `content` holds what its kind asks for: see `disputes_fields.FIELDS`. `case` is empty for a case that gets its
    number when it is recorded.
    """

    kind: Kind
    case: str
    day: date
    actor: str
    content: Mapping[str, Any] = field(default_factory=dict)

    def payload(self) -> dict[str, Any]:
        """Return what the ledger stores."""
        return {"case": self.case, **self.content}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A step in the ledger: its numbers there, when it was recorded and on which clauses it rests."""

    sequence: int
    version: int
    kind: Kind
    case: str
    day: date
    actor: str
    basis: str | None
    recorded: datetime
    content: Mapping[str, Any]

    def same_as(self, step: Step) -> bool:
        """Whether a step says what is recorded here."""
        mine = (self.kind, self.case, self.day, self.actor, dict(self.content))
        return mine == (step.kind, step.case, step.day, step.actor, dict(step.content))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "sequence": self.sequence,
            "kind": self.kind.name,
            "day": self.day.isoformat(),
            "actor": self.actor,
            "basis": self.basis,
            "recorded_at": self.recorded.isoformat(),
            **self.content,
        }


@dataclass(frozen=True, slots=True)
class Party:
    """A party to a dispute: an actor of the agreement, `practitioner:NUMBER`, or a reference of the case file."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit the commission set: for what, and the last day."""

    awaited: str
    due: date
    note: str


@dataclass(frozen=True, slots=True)
class Case:
    """A dispute as its events make it, in the order in which they were recorded."""

    id: str
    steps: tuple[Recorded, ...]

    def last(self, *kinds: Kind) -> Recorded | None:
        """Return the last step of these kinds, `None` without one; what came before a reopening still counts."""
        return next((step for step in reversed(self.steps) if step.kind in kinds), None)

    @property
    def opening(self) -> Mapping[str, Any]:
        """What was stated when the case was opened."""
        return self.steps[0].content

    @property
    def opened(self) -> date:
        """The day on which it was opened."""
        return self.steps[0].day

    @property
    def track(self) -> Track:
        """Conciliation or arbitration."""
        return Track(self.opening["track"])

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject(self.opening["subject"])

    @property
    def agreement(self) -> str:
        """The agreement it is about."""
        return str(self.opening["agreement"])

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses in dispute, by number."""
        return tuple(self.opening.get("clauses", ()))

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who is in dispute with whom."""
        return tuple(Party(one["role"], one["name"]) for one in self.opening["parties"])

    @property
    def status(self) -> Status:
        """Open, concluded or withdrawn."""
        last = self.last(Kind.concluded, Kind.withdrawn, Kind.reopened)
        ended = {Kind.concluded: Status.concluded, Kind.withdrawn: Status.withdrawn}
        return Status.open if last is None else ended.get(last.kind, Status.open)

    @property
    def conclusion(self) -> Recorded | None:
        """The conclusion that stands."""
        return self.last(Kind.concluded) if self.status is Status.concluded else None

    @property
    def publication(self) -> Recorded | None:
        """The anonymised decision that is published; `None` where none is, or where it was taken back."""
        last = self.last(Kind.published, Kind.unpublished)
        return last if last is not None and last.kind is Kind.published else None

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The time limits of what is still awaited, the last one set for each, by day."""
        found: dict[str, Limit] = {}
        for step in self.steps:
            if step.kind is Kind.deadline:
                awaited, due = step.content["awaited"], date.fromisoformat(step.content["due"])
                found[awaited] = Limit(awaited, due, step.content.get("note", ""))
            elif step.kind in _CAME:
                found.pop(_CAME[step.kind], None)
        return tuple(sorted(found.values(), key=lambda limit: limit.due))

    @property
    def missing(self) -> tuple[Kind, ...]:
        """The steps that an end still needs, in their order: opinion, college, conclusion, publication."""
        if self.status is Status.withdrawn:
            return ()
        needed = []
        if self.subject is Subject.nomenclature:
            needed += [Kind.advice_asked, Kind.advice_given]
        if self.track is Track.arbitration:
            needed.append(Kind.college)
        found = [kind for kind in needed if self.last(kind) is None]
        if self.conclusion is None:
            found.append(Kind.concluded)
        if self.publication is None:
            found.append(Kind.published)
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, with every step."""
        return {
            "id": self.id,
            "status": self.status.value,
            "track": self.track.value,
            "subject": self.subject.value,
            "agreement": self.agreement,
            "clauses": [f"{self.agreement}#{clause}" for clause in self.clauses],
            "codes": list(self.opening.get("codes", ())),
            "parties": [{"role": party.role, "name": party.name} for party in self.parties],
            "question": self.opening["question"],
            "opened": self.opened.isoformat(),
            "limits": [{"awaited": one.awaited, "due": one.due.isoformat(), "note": one.note} for one in self.limits],
            "outcome": None if self.conclusion is None else self.conclusion.content["outcome"],
            "published": self.publication is not None,
            "missing": [kind.name for kind in self.missing],
            "steps": [step.to_dict() for step in self.steps],
        }


def cases(steps: Iterable[Recorded]) -> dict[str, Case]:
    """Return every case by its number, in the order in which they were opened."""
    own: dict[str, list[Recorded]] = {}
    for step in steps:
        own.setdefault(step.case, []).append(step)
    return {number: Case(number, tuple(found)) for number, found in own.items()}


def next_number(known: Sequence[str], day: date) -> str:
    """Return the number of a new case: the year and the next that is free, as `2020-001`."""
    taken = {number for number in known if number.startswith(f"{day.year}-")}
    count = len(taken) + 1
    while f"{day.year}-{count:03}" in taken:
        count += 1
    return f"{day.year}-{count:03}"
