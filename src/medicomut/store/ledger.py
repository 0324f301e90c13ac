"""The ledger: events are appended, read and verified, never changed. A correction is a new event.

A database holds one ledger; streams divide it. Who needs two chains (say, one for audit) opens two databases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, CursorResult, Engine, bindparam, func, select
from sqlalchemy.exc import DBAPIError

from medicomut.errors import Place, Problem, Problems
from medicomut.store.chain import (
    START,
    Draft,
    Event,
    Head,
    Report,
    canonical,
    digest,
    following,
    instant,
    missing,
    report,
    unreadable,
)
from medicomut.store.database import writing
from medicomut.store.tables import COLUMNS, insert_rows, ledger_events

PAGE: Final = 5_000
BATCH: Final = 1_000
LONGEST_NAME: Final = 500

CLOCK_TOLERANCE: Final = timedelta(seconds=5)
"""Clocks of several machines differ a little; an event is then recorded at the instant of the one before it."""

_T = ledger_events.c

# Statements of every append are composed once.
_LAST = select(*COLUMNS).order_by(_T.sequence.desc()).limit(1)
_BY_KEY = select(*COLUMNS).where(_T.key.in_(bindparam("keys", expanding=True)))
_VERSIONS = (
    select(_T.stream, func.max(_T.version))
    .where(_T.stream.in_(bindparam("streams", expanding=True)))
    .group_by(_T.stream)
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """The chain of events in one database. `clock` gives the instant of recording, with its time zone."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = _utc_now) -> None:
        self.engine, self.clock = engine, clock

    def append(self, draft: Draft) -> Event:
        """Record one event durably and return it; see `append_all`."""
        return self.append_all([draft])[0]

    def append_all(
        self, drafts: Sequence[Draft], also: Callable[[Connection, list[Event]], None] | None = None
    ) -> list[Event]:
        """Record all events or none, durably, at one instant, and return them in the order given.

        `also` is done in the same transaction with the events that are new: a table that may never disagree. A draft
        whose key is already recorded gives that first event. Raises `Problems`, each with the number of its draft as
        `row`: faults of the drafts themselves; `version_conflict` where the stream is not at the version expected;
        `key_reused` where other content is recorded under the key; `clock_behind`; `store_busy`.
        """
        written = _written(drafts)
        with writing(self.engine) as connection:
            head = _last(connection)
            start = head.head if head else START
            journal = _Journal(connection, start, self._now(head))
            events = [
                event for at in range(0, len(written), BATCH) for event in journal.add(written[at : at + BATCH], at)
            ]
            if also is not None:
                also(connection, [event for event in events if event.sequence > start.sequence])
        return events

    def _now(self, last: Event | None) -> str:
        """Read the clock. A clock behind the last event's by more than the tolerance is refused, not believed."""
        moment = self.clock()
        now = instant(moment)
        if last is None or now >= last.recorded_at:
            return now
        if last.recorded - moment > CLOCK_TOLERANCE:
            what = f"the clock shows {now}, but the last event was recorded at {last.recorded_at}"
            why = "what was known at an instant is what was recorded until then; events are recorded in order of time"
            raise Problems([Problem("clock_behind", what, why=why, mend="set the clock of this machine, or wait")])
        return last.recorded_at

    def head(self) -> Head:
        """Return where the chain ends; sequence 0 when nothing is recorded."""
        with self.engine.connect() as connection:
            last = _last(connection)
        return last.head if last else START

    def events(
        self,
        stream: str | None = None,
        *,
        known_at: datetime | None = None,
        after: int = 0,
        before: int | None = None,
        most: int | None = None,
    ) -> Iterator[Event]:
        """Yield events in order: of one stream or of all, those recorded until `known_at`, between two numbers.

        `after` and `before` are sequence numbers, themselves left out; `most` is how many are yielded at most. Events
        recorded after the first is read are not seen; no transaction stays open in between. Raises `Problems`
        (`no_time_zone`).
        """
        limits = [_T.stream == stream] if stream is not None else []
        if known_at is not None:
            limits.append(_T.recorded_at <= instant(known_at))
        end = self.head().sequence + 1 if before is None else before
        left = most
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            wanted = select(*COLUMNS).where(_T.sequence > after, _T.sequence < end, *limits)
            with self.engine.connect() as connection:
                page = connection.execute(wanted.order_by(_T.sequence).limit(size)).all()
            yield from map(Event._make, page)
            if len(page) < size:
                return
            after = page[-1].sequence
            left = None if left is None else left - size

    def last_before(self, moment: datetime) -> int:
        """Return the number of the last event recorded before an instant, 0 where there is none.

        Events are recorded in order of time, so halving finds it. Raises `Problems` (`no_time_zone`).
        """
        wanted, low, high = instant(moment), 0, self._count()
        with self.engine.connect() as connection:
            while low < high:
                middle = (low + high + 1) // 2
                recorded = select(_T.recorded_at).where(_T.sequence == middle)
                if connection.execute(recorded).scalar_one() < wanted:
                    low = middle
                else:
                    high = middle - 1
        return low

    def followed(self, after: int = 0, to: int | None = None) -> Iterator[Event]:
        """Yield the events from one number, left out, to another, verifying each; raises as `following` does."""
        end = self._count() if to is None else to
        sequence = after
        for event in following(self._stored(after, end), self.head_at(after)):
            yield event
            sequence = event.sequence
        if sequence < end:
            raise Problems([missing(sequence + 1)])

    def verify(self, first: int = 1, to: int | None = None, known: Head | None = None) -> Report:
        """Recompute the chain from one sequence number to another, both included, and report the first fault.

        What comes before `first` is taken as it stands. `known` is a head noted earlier: where the chain does not
        pass through it, its end was cut off or the whole was computed anew (`head_differs`, `event_missing`).
        """
        try:
            start = self.head_at(first - 1)
        except Problems as broken:
            return Report(0, START, broken.problems[0])
        found = report(self.followed(first - 1, to), start)
        if not found.holds or known is None or known == START:
            return found
        fault = self._compare(known)
        return replace(found, fault=fault)

    def _compare(self, known: Head) -> Problem | None:
        with self.engine.connect() as connection:
            wanted = select(_T.hash).where(_T.sequence == known.sequence)
            digest_there = connection.execute(wanted).scalar()
        if digest_there is None:
            return missing(known.sequence)
        if digest_there == known.hash:
            return None
        what = f"event {known.sequence} is not the one that was noted: all from some earlier event on is computed anew"
        mend = "restore the ledger from a copy that has the noted head"
        return Problem("head_differs", what, Place(row=known.sequence), mend=mend)

    def head_at(self, sequence: int) -> Head:
        """Return the chain as it stood with an event; raises `Problems` (`event_missing`)."""
        if sequence == 0:
            return START
        with self.engine.connect() as connection:
            wanted = select(_T.sequence, _T.hash).where(_T.sequence == sequence)
            row = connection.execute(wanted).one_or_none()
        if row is None:
            raise Problems([missing(sequence)])
        return Head(row.sequence, row.hash)

    def _count(self) -> int:
        """Return the last sequence number, without reading what its event says: that may be unreadable."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.max(_T.sequence))).scalar() or 0

    def _stored(self, after: int, end: int) -> Iterator[Event]:
        """Yield what is stored, in pages; a row that the driver cannot read as text is a fault of its own.

        The rows are the driver's own: making them anew for every column by name took a third of a verification.
        """
        size, unread = PAGE, (DBAPIError, self.engine.dialect.loaded_dbapi.Error)
        while True:
            wanted = select(*COLUMNS).where(_T.sequence > after, _T.sequence <= end).order_by(_T.sequence)
            with self.engine.connect() as connection:
                try:
                    page = _driver_rows(connection.execute(wanted.limit(size)))
                except unread:
                    if size == 1:
                        raise Problems([unreadable(after + 1)]) from None
                    size = 1
                    continue
            yield from map(Event._make, page)
            if len(page) < size:
                return
            after = page[-1][0]


def _driver_rows(result: CursorResult[Any]) -> list[tuple[Any, ...]]:
    cursor = result.cursor
    return [] if cursor is None else list(cursor.fetchall())


class _Written(NamedTuple):
    """A draft in the form in which it is stored."""

    stream: str
    kind: str
    payload: str
    valid_from: str | None
    valid_to: str | None
    actor: str
    basis: str | None
    key: str | None
    expected_version: int | None

    def same_as(self, event: Event) -> bool:
        mine = (self.stream, self.kind, self.payload, self.valid_from, self.valid_to, self.actor, self.basis)
        return mine == (*event[1:2], *event[3:7], event.actor, event.basis)


class _Journal:
    """The end of the chain, inside the writer's transaction."""

    def __init__(self, connection: Connection, head: Head, now: str) -> None:
        self.connection, self.head, self.now = connection, head, now

    def add(self, batch: Sequence[_Written], offset: int) -> list[Event]:
        """Record a batch; `offset` is the number of drafts before it, for the places of faults."""
        by_key = self._recorded({draft.key for draft in batch if draft.key is not None})
        versions = self._versions({draft.stream for draft in batch})
        found, new, faults = [], [], []
        for row, draft in enumerate(batch, offset + 1):
            event = by_key.get(draft.key) if draft.key is not None else None
            fault = _reused(draft, event) if event else _conflict(draft, versions.get(draft.stream, 0))
            if fault is not None:
                faults.append(fault.at(Place(row=row)))
                continue
            if event is None:
                event = self._next(draft, versions.get(draft.stream, 0) + 1)
                new.append(event)
                versions[draft.stream], self.head = event.version, event.head
                if event.key is not None:
                    by_key[event.key] = event
            found.append(event)
        if faults:
            raise Problems(faults)
        if new:
            insert_rows(self.connection, ledger_events, new)
        return found

    def _next(self, draft: _Written, version: int) -> Event:
        event = Event(
            sequence=self.head.sequence + 1,
            stream=draft.stream,
            version=version,
            kind=draft.kind,
            payload=draft.payload,
            valid_from=draft.valid_from,
            valid_to=draft.valid_to,
            recorded_at=self.now,
            actor=draft.actor,
            basis=draft.basis,
            key=draft.key,
            previous_hash=self.head.hash,
            hash="",
        )
        return Event(*event[:-1], digest(event))

    def _recorded(self, keys: set[str]) -> dict[str, Event]:
        if not keys:
            return {}
        rows = self.connection.execute(_BY_KEY, {"keys": list(keys)})
        return {event.key: event for event in map(Event._make, rows) if event.key is not None}

    def _versions(self, streams: set[str]) -> dict[str, int]:
        return {row[0]: row[1] for row in self.connection.execute(_VERSIONS, {"streams": list(streams)})}


def _last(connection: Connection) -> Event | None:
    row = connection.execute(_LAST).one_or_none()
    return Event._make(row) if row is not None else None


def _reused(draft: _Written, event: Event) -> Problem | None:
    if draft.same_as(event):
        return None
    what = f"the key {draft.key!r} belongs to event {event.sequence}, which says something else"
    return Problem("key_reused", what, mend="send the same content again, or other content under a key of its own")


def _conflict(draft: _Written, version: int) -> Problem | None:
    if draft.expected_version is None or draft.expected_version == version:
        return None
    what = f"stream {draft.stream!r} is at version {version}, not at {draft.expected_version}"
    mend = "read what was recorded in between, decide again, and send it with the new version"
    return Problem("version_conflict", what, why="of two writers at once only one wins", mend=mend)


def _written(drafts: Iterable[Draft]) -> list[_Written]:
    """Check drafts and put them in the form in which they are stored; raises `Problems` for all faults."""
    written, faults = [], []
    for row, draft in enumerate(drafts, 1):
        own = [*_name_faults(draft), *_interval_faults(draft)]
        try:
            payload = canonical(draft.payload)
        except Problems as problems:
            own += problems.problems
            payload = ""
        faults += [p.at(replace(p.where or Place(), row=row)) for p in own]
        written.append(
            _Written(
                stream=draft.stream,
                kind=draft.kind,
                payload=payload,
                valid_from=draft.valid_from.isoformat() if draft.valid_from else None,
                valid_to=draft.valid_to.isoformat() if draft.valid_to else None,
                actor=draft.actor,
                basis=draft.basis,
                key=draft.key,
                expected_version=draft.expected_version,
            )
        )
    if faults:
        raise Problems(faults)
    return written


def _name_faults(draft: Draft) -> Iterator[Problem]:
    for field in ("stream", "kind", "actor", "basis", "key"):
        value = getattr(draft, field)
        if value is None and field in {"basis", "key"}:
            continue
        if not value or not value.isprintable() or len(value) > LONGEST_NAME:
            what = f"{value!r} does not name a {field}"
            mend = f"write 1 to {LONGEST_NAME} printable characters"
            yield Problem("bad_name", what, Place(field=field), mend=mend)


def _interval_faults(draft: Draft) -> Iterator[Problem]:
    if draft.valid_from and draft.valid_to and draft.valid_to < draft.valid_from:
        what = f"the event ends on {draft.valid_to}, before it begins on {draft.valid_from}"
        yield Problem(
            "bad_interval", what, Place(field="valid_to"), mend="give the last day, included, or leave it open"
        )
