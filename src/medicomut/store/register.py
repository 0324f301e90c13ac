"""The register in the ledger: declarations decided and appended, histories and statuses read back from the events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from medicomut.accession.deciding import Decision, decide
from medicomut.accession.declarations import Declaration, Kind, Recorded
from medicomut.accession.status import History
from medicomut.accession.window import Window
from medicomut.agreement import Agreement
from medicomut.errors import Place, Problem, Problems
from medicomut.store.chain import Draft, Event
from medicomut.store.ledger import Ledger

STREAM: Final = "practitioner/"
_KINDS: Final = {kind.value: kind for kind in Kind}

Terms = Callable[[str], tuple[Agreement, Window]]
"""From an agreement's id to the agreement and its window."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a declaration: recorded now, or there already; the receipt is the event."""

    event: Recorded
    new: bool
    after_cut_off: bool


class Register:
    """The declarations of a ledger. `terms` gives the agreement a declaration names, with its window."""

    def __init__(self, ledger: Ledger, terms: Terms) -> None:
        self.ledger, self.terms = ledger, terms

    def declare(self, declared: Declaration, key: str | None = None) -> Outcome:
        """Record a declaration durably, decided on what is recorded so far.

        Sent again it is harmless; with a `key` of the sender's own, whenever it comes again (`key_reused` where it
        then says something else). Of two at once, decided on the same history, one is recorded and the other raises
        `Problems` (`version_conflict`), unless it says the same. Raises `Problems` as `decide` and `append` do.
        """
        now = self.ledger.clock()
        sent = None if key is None else self._sent(declared, key)
        if sent is not None:
            return sent
        decision, draft = self._draft(declared, self.history(declared.number), now, key)
        if decision.already is not None:
            return Outcome(decision.already, new=False, after_cut_off=decision.after_cut_off)
        try:
            (event,) = self._append([draft], now)
        except Problems as refused:
            if refused.problems[0].code != "version_conflict":
                raise
            decision, _ = self._draft(declared, self.history(declared.number), now)
            if decision.already is None:
                raise
            return Outcome(decision.already, new=False, after_cut_off=decision.after_cut_off)
        return Outcome(event, new=True, after_cut_off=decision.after_cut_off)

    def declare_all(self, declared: Iterable[Declaration]) -> list[Outcome]:
        """Record all declarations or none, each practitioner's in their order, decided one upon the other.

        Raises `Problems` with every reason, each with the number of its declaration as `row`.
        """
        histories = {history.number: history for history in self.histories()}
        drafts: list[Draft] = []
        fates: list[tuple[Decision, int | None]] = []
        provisional: dict[tuple[str, int], int] = {}
        faults: list[Problem] = []
        now = self.ledger.clock()
        for row, one in enumerate(declared, 1):
            history = histories.get(one.number) or History(one.number, ())
            try:
                decision, draft = self._draft(one, history, now)
            except Problems as refused:
                faults += [problem.at(Place(row=row)) for problem in refused.problems]
                continue
            if decision.already is not None:
                fates.append((decision, provisional.get((one.number, decision.already.version))))
                continue
            fates.append((decision, len(drafts)))
            provisional[one.number, history.version + 1] = len(drafts)
            drafts.append(draft)
            coming = Recorded(
                0, history.version + 1, one.kind, one.payload(), decision.valid_from, now, one.actor, decision.basis
            )
            histories[one.number] = History(one.number, (*history.recorded, coming))
        if faults:
            raise Problems(faults)
        events = self._append(drafts, now)
        return [_fate(decision, events, at) for decision, at in fates]

    def _append(self, drafts: list[Draft], now: datetime) -> list[Recorded]:
        """Record drafts at the instant at which they were decided, which is the one the clauses speak of."""
        return [recorded(event) for event in Ledger(self.ledger.engine, lambda: now).append_all(drafts)]

    def _sent(self, one: Declaration, key: str) -> Outcome | None:
        """Return what was recorded under the sender's key; raises `Problems` (`key_reused`)."""
        for event in self.ledger.events(f"{STREAM}{one.number}"):
            if event.key == _key(one, key):
                if (event.kind, event.content) != (one.kind.value, one.payload()):
                    what = f"the key {key!r} belongs to event {event.sequence}, which says something else"
                    raise Problems([Problem("key_reused", what, mend="send other content under a key of its own")])
                return Outcome(recorded(event), new=False, after_cut_off=False)
        return None

    def _draft(
        self, one: Declaration, history: History, now: datetime, key: str | None = None
    ) -> tuple[Decision, Draft]:
        agreement, window = self.terms(one.agreement) if one.agreement is not None else (None, None)
        decision = decide(one, history, now, agreement, window)
        draft = Draft(
            stream=f"{STREAM}{one.number}",
            kind=one.kind.value,
            payload=one.payload(),
            actor=one.actor,
            basis=decision.basis,
            valid_from=decision.valid_from,
            expected_version=history.version,
            key=None if key is None else _key(one, key),
        )
        return decision, draft

    def history(self, number: str, known_at: datetime | None = None) -> History:
        """Return what is recorded of a practitioner until an instant; raises `Problems` (`no_time_zone`)."""
        events = self.ledger.events(f"{STREAM}{number}", known_at=known_at)
        return History(number, [recorded(event) for event in events if event.kind in _KINDS])

    def histories(self, known_at: datetime | None = None) -> Iterator[History]:
        """Yield the history of every practitioner, in the order in which they came into the register."""
        own: dict[str, list[Recorded]] = {}
        for event in self.ledger.events(known_at=known_at):
            if event.kind in _KINDS and event.stream.startswith(STREAM):
                own.setdefault(event.stream.removeprefix(STREAM), []).append(recorded(event))
        for number, found in own.items():
            yield History(number, found)


def _key(one: Declaration, key: str) -> str:
    """Return a sender's key as the ledger has it: nobody's key stands in the way of another practitioner's."""
    return f"{STREAM}{one.number}/{key}"


def _fate(decision: Decision, events: list[Recorded], at: int | None) -> Outcome:
    event = decision.already if at is None else events[at]
    if event is None:
        raise LookupError("a declaration is either recorded already or among those just recorded")
    return Outcome(event, new=decision.already is None, after_cut_off=decision.after_cut_off)


def recorded(event: Event) -> Recorded:
    """Return an event of the register as a declaration."""
    return Recorded(
        event.sequence, event.version, _KINDS[event.kind], event.content,
        date.fromisoformat(event.valid_from or ""), event.recorded, event.actor, event.basis,
    )  # fmt: skip
