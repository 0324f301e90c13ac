"""The register in the ledger: declarations decided and appended; histories, statuses and counts read back.

Statuses and counts of everybody come from spans that are written with the events (`store.projection`), so that they
answer in milliseconds; a practitioner's own status is computed from the events themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from medicomut.accession.declarations import Declaration, Recorded
from medicomut.accession.places import located
from medicomut.accession.planning import Becomes, Fate, Plan, Terms, decided, plan
from medicomut.accession.quorum import Count
from medicomut.accession.statistics import Row, by_attributes, columns_for, counts, statistics
from medicomut.accession.status import History, State, Status, Term
from medicomut.errors import Place, Problem, Problems
from medicomut.store import projection
from medicomut.store.chain import Draft, Event
from medicomut.store.database import reading_at_once, writing
from medicomut.store.histories import STREAM, all_histories, histories_of, recorded
from medicomut.store.ledger import Ledger

__all__ = ["STREAM", "Outcome", "Register", "Terms", "recorded", "term_on"]


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
        history = self.history(declared.number)
        one, decision = decided(declared, history, now, self.terms)
        if decision.already is None:
            try:
                (event,) = self.append([Fate(1, one, one.payload(), history, decision)], now, key)
            except Problems as refused:
                if refused.problems[0].code != "version_conflict":
                    raise
                _, decision = decided(declared, self.history(declared.number), now, self.terms)
                if decision.already is None:
                    raise
            else:
                return Outcome(event, new=True, after_cut_off=decision.after_cut_off)
        return Outcome(decision.already, new=False, after_cut_off=decision.after_cut_off)

    def declare_all(self, declared: Iterable[Declaration]) -> list[Outcome]:
        """Record all declarations or none, each practitioner's in their order, decided one upon the other.

        Raises `Problems` with every reason, each with the number of its declaration as `row`.
        """
        planned = self.plan(declared)
        refused = planned.those(Becomes.refused)
        if refused:
            raise Problems([problem.at(Place(row=fate.row)) for fate in refused for problem in fate.problems])
        return self.record(planned)

    def plan(self, declared: Iterable[Declaration]) -> Plan:
        """Say what declarations would become now, without recording them."""
        wanted = list(declared)
        with self.ledger.engine.connect() as connection:
            histories = histories_of(connection, list(dict.fromkeys(one.number for one in wanted)))
        return plan(wanted, histories, self.ledger.clock(), self.terms)

    def record(self, planned: Plan) -> list[Outcome]:
        """Record what is new in a plan, at its instant, and return the outcomes of what is not refused, in order.

        A plan is recorded when it is made: the clauses look at the instant of recording. Raises `Problems`
        (`version_conflict`) where a practitioner has declared since, and as `Ledger.append_all` does.
        """
        fresh = planned.those(Becomes.new)
        events = dict(zip((fate.row for fate in fresh), self.append(fresh, planned.now), strict=True))
        outcomes = []
        for fate in planned.fates:
            if fate.decision is None:
                continue
            there = fate.decision.already if fate.same_as is None else events[fate.same_as]
            event, late = there or events[fate.row], fate.decision.after_cut_off
            outcomes.append(Outcome(event, new=there is None, after_cut_off=late))
        return outcomes

    def append(
        self, fates: Sequence[Fate], now: datetime, key: str | None = None, beside: Sequence[Draft] = ()
    ) -> list[Recorded]:
        """Record declarations at the instant at which they were decided, which is the one the clauses speak of.

        What is `beside` them is recorded in the same transaction. Raises `Problems` as `Ledger.append_all` does.
        """
        if not fates:
            return []
        by_place = {(fate.declared.number, fate.before.version + 1): fate for fate in fates}
        receipts: dict[int, Recorded] = {}

        def project(connection: Connection, events: list[Event]) -> None:
            own = [event for event in events if event.stream.startswith(STREAM)]
            if own:
                histories = _histories_after(by_place, own, receipts)
                projection.project(connection, histories, own[-1].sequence)

        drafts = [*(_draft(fate, key) for fate in fates), *beside]
        events = Ledger(self.ledger.engine, lambda: now).append_all(drafts, project)[: len(fates)]
        return [receipts.get(event.sequence) or recorded(event) for event in events]

    def _sent(self, one: Declaration, key: str) -> Outcome | None:
        """Return what was recorded under the sender's key; raises `Problems` (`key_reused`)."""
        for event in self.ledger.events(f"{STREAM}{one.number}"):
            if event.key == _key(one, key):
                if (event.kind, event.content) != (one.kind.value, located(one).payload()):
                    what = f"the key {key!r} belongs to event {event.sequence}, which says something else"
                    raise Problems([Problem("key_reused", what, mend="send other content under a key of its own")])
                return Outcome(recorded(event), new=False, after_cut_off=False)
        return None

    def history(self, number: str, known_at: datetime | None = None) -> History:
        """Return what is recorded of a practitioner until an instant; raises `Problems` (`no_time_zone`)."""
        events = self.ledger.events(f"{STREAM}{number}", known_at=known_at)
        return History(number, [recorded(event) for event in events])

    def histories(self, known_at: datetime | None = None) -> Iterator[History]:
        """Yield the history of every practitioner, in the order in which they came into the register.

        Raises `Problems` (`no_time_zone`).
        """
        with self.ledger.engine.connect() as connection:
            yield from all_histories(connection, known_at)

    def status(self, number: str, on: date, terms: Sequence[Term], known_at: datetime | None = None) -> Status:
        """Return what holds for a practitioner on a day, as known at an instant; raises `Problems` (`no_time_zone`)."""
        return self.history(number, known_at).status(on, terms)

    def statuses(self, on: date, terms: Sequence[Term], known_at: datetime | None = None) -> list[Status]:
        """Return the status of everybody whose activity had begun by a day, in the order of their numbers.

        Raises `Problems` (`no_time_zone`).
        """
        with self.ledger.engine.connect() as connection:
            return list(projection.statuses(connection, on, term_on(terms, on), known_at))

    def counted(
        self, on: date, terms: Sequence[Term], by: Sequence[str], known_at: datetime | None = None
    ) -> Counter[tuple[tuple[str | None, ...], State]]:
        """Count who is active on a day by state and by attributes of `statistics.ATTRIBUTES`.

        Nobody is counted on a day without agreement. Raises `Problems` (`no_time_zone`).
        """
        with self.ledger.engine.connect() as connection:
            cells = projection.counted(connection, on, term_on(terms, on), columns_for(by), known_at)
        return by_attributes(cells, by)

    def counts(self, on: date, terms: Sequence[Term], known_at: datetime | None = None) -> list[Count]:
        """Count refusals of a day by region and profession, as the quorum takes them; see `counted`."""
        return counts(self.counted(on, terms, ("region", "profession"), known_at))

    def statistics(
        self, on: date, terms: Sequence[Term], by: Sequence[str], known_at: datetime | None = None
    ) -> list[Row]:
        """Count adhesion of a day by attributes, each combination and every total; see `counted`."""
        return statistics(self.counted(on, terms, by, known_at), len(by))

    def span_faults(self) -> list[Problem]:
        """Compute every span anew from the events, and name the practitioners of whom the table says something else."""
        with reading_at_once(self.ledger.engine) as connection:
            return list(projection.faults(connection))

    def build_spans(self) -> None:
        """Compute every span anew from the events and put them in the place of those that are there."""
        with writing(self.ledger.engine) as connection:
            projection.build_anew(connection)


def term_on(terms: Sequence[Term], on: date) -> Term | None:
    """Return the term in which a day falls."""
    return next((term for term in terms if on in term.interval), None)


def _key(one: Declaration, key: str) -> str:
    """Return a sender's key as the ledger has it: nobody's key stands in the way of another practitioner's."""
    return f"{STREAM}{one.number}/{key}"


def _draft(fate: Fate, key: str | None) -> Draft:
    one, decision = fate.declared, fate.taken
    return Draft(
        stream=f"{STREAM}{one.number}",
        kind=one.kind.value,
        payload=fate.payload,
        actor=one.actor,
        basis=decision.basis,
        valid_from=decision.valid_from,
        expected_version=fate.before.version,
        key=None if key is None else _key(one, key),
    )


def _histories_after(
    by_place: Mapping[tuple[str, int], Fate], events: list[Event], receipts: dict[int, Recorded]
) -> list[History]:
    """Return the histories of who declared, with the events that are new, noting each event as a receipt.

    The first declaration of a practitioner was decided on what is recorded, and the ledger holds it to that version;
    the next ones were decided upon those before them.
    """
    instant = events[-1].recorded
    own: dict[str, list[Recorded]] = {}
    for event in events:
        number = event.stream[len(STREAM) :]
        fate = by_place[number, event.version]
        receipt = Recorded(
            event.sequence, event.version, fate.declared.kind, fate.payload, fate.taken.valid_from, instant,
            event.actor, event.basis,
        )  # fmt: skip
        receipts[event.sequence] = receipt
        own.setdefault(number, [*fate.before.recorded]).append(receipt)
    return [History(number, found) for number, found in own.items()]
