"""Disputes in the ledger: steps decided and appended, cases read back from the events.

All cases share one stream: it is read in one go, and its version makes writers at once decide one upon the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from medicomut.agreement import Agreement
from medicomut.calendar import brussels_day
from medicomut.errors import Problems
from medicomut.procedure.disputes import Case, Kind, Recorded, Step, cases, next_number
from medicomut.procedure.disputes_deciding import Decision, decide
from medicomut.store.chain import Draft, Event
from medicomut.store.ledger import Ledger

STREAM: Final = "disputes"
MOST_TRIES: Final = 10
_KINDS: Final = {kind.value: kind for kind in Kind}

Agreements = Callable[[str], Agreement | None]
"""From an agreement's id to the agreement, `None` where there is none."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a step: recorded now, or there already, or, in a dry run, that it could be."""

    case: str
    basis: str
    event: Recorded | None
    new: bool


class Disputes:
    """The disputes of a ledger."""

    def __init__(self, ledger: Ledger, agreements: Agreements) -> None:
        self.ledger, self.agreements = ledger, agreements

    def record(self, step: Step, *, dry_run: bool = False) -> Receipt:
        """Record a step durably, decided on what is recorded so far; a case opened without a number gets the next.

        Sent again at once it is harmless. A step decided on cases that another writer changed meanwhile is decided
        again. With `dry_run` nothing is recorded. Raises `Problems` as `decide` and `append` do.
        """
        for _ in range(MOST_TRIES - 1):
            try:
                return self._record(step, dry_run=dry_run)
            except Problems as refused:
                if refused.problems[0].code != "version_conflict":
                    raise
        return self._record(step, dry_run=dry_run)

    def _record(self, step: Step, *, dry_run: bool) -> Receipt:
        said = {name: value for name, value in step.content.items() if value is not None}
        step = replace(step, content=said)
        recorded, now = self.steps(), self.ledger.clock()
        known = cases(recorded)
        if step.kind is Kind.opened and not step.case:
            step = replace(step, case=next_number(list(known), step.day))
        decision = self._decide(step, known.get(step.case), brussels_day(now))
        if decision.already is not None:
            return Receipt(step.case, decision.basis, decision.already, new=False)
        if dry_run:
            return Receipt(step.case, decision.basis, None, new=False)
        draft = Draft(
            stream=STREAM,
            kind=step.kind.value,
            payload=step.payload(),
            actor=step.actor,
            basis=decision.basis,
            valid_from=step.day,
            expected_version=recorded[-1].version if recorded else 0,
        )
        return Receipt(step.case, decision.basis, _read(self.ledger.append(draft)), new=True)

    def _decide(self, step: Step, case: Case | None, today: date) -> Decision:
        name = step.content.get("agreement") if case is None else case.agreement
        return decide(step, case, self.agreements(name) if isinstance(name, str) else None, today)

    def steps(self, known_at: datetime | None = None) -> list[Recorded]:
        """Return every step recorded until an instant, in order; raises `Problems` (`no_time_zone`)."""
        return [_read(event) for event in self.ledger.events(STREAM, known_at=known_at)]

    def cases(self, known_at: datetime | None = None) -> dict[str, Case]:
        """Return every case by its number, as known at an instant."""
        return cases(self.steps(known_at))


def _read(event: Event) -> Recorded:
    content = dict(event.content)
    return Recorded(
        event.sequence, event.version, _KINDS[event.kind], content.pop("case"),
        date.fromisoformat(event.valid_from or ""), event.actor, event.basis, event.recorded, content,
    )  # fmt: skip
