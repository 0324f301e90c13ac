"""The chain: what an event is, the bytes its hash covers, and how a break is found. Knows no database.

`docs/store.md` describes the form so that another program can verify a ledger with JSON and SHA-256 alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from medicomut.errors import Place, Problem, Problems

FORM: Final = 1
"""The form of what is hashed, itself hashed. A form that covers more (a sealed part) gets the next number."""

NOTHING_BEFORE: Final = "0" * 64
"""The previous hash of a ledger's first event."""

_MEND: Final = "restore the ledger from a copy that verifies; an event is never repaired in place"

_encode = msgspec.json.Encoder().encode  # as JSON without spaces and without escapes of letters
_encode_sorted = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be recorded.

    `stream` names whose history it belongs to, `kind` what happened, `actor` who did it, `basis` by what right.
    `payload` holds text, whole numbers, booleans, nulls, lists and objects. The event is valid from the first to
    the last of its two days, both included; None leaves that side open. With the same `key` an event is recorded
    once, however often it is sent. `expected_version` is the number of events the sender knows in the stream
    (0: none); another number refuses the event.
    """

    stream: str
    kind: str
    payload: Mapping[str, Any]
    actor: str
    basis: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    key: str | None = None
    expected_version: int | None = None


class Event(NamedTuple):
    """An event exactly as it is stored and hashed.

    `sequence` counts the events of the ledger from 1, `version` those of the stream from 1. `payload` is canonical
    JSON, `valid_from` and `valid_to` are ISO days, both included, None where open; `recorded_at` is an ISO instant
    in UTC with microseconds, of fixed width, so that text sorts as time does.
    """

    sequence: int
    stream: str
    version: int
    kind: str
    payload: str
    valid_from: str | None
    valid_to: str | None
    recorded_at: str
    actor: str
    basis: str | None
    key: str | None
    previous_hash: str
    hash: str

    @property
    def content(self) -> dict[str, Any]:
        """The payload as a new dictionary."""
        return dict(json.loads(self.payload))

    @property
    def recorded(self) -> datetime:
        """The instant of recording, in UTC."""
        return datetime.fromisoformat(self.recorded_at)

    @property
    def head(self) -> Head:
        """The chain as it ends with this event."""
        return Head(self.sequence, self.hash)


class Head(NamedTuple):
    """Where a chain ends. Kept outside the database, it proves later that nothing before it was lost or changed."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        """Read as `12:9f86…`, the form `parse` reads."""
        return f"{self.sequence}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read `SEQUENCE:HASH`; raises `Problems` (`bad_head`) for anything else."""
        number, _, digest = text.strip().partition(":")
        hexadecimal = len(digest) == len(NOTHING_BEFORE) and set(digest) <= set("0123456789abcdef")
        if not (number.isascii() and number.isdigit() and hexadecimal):
            mend = "write SEQUENCE:HASH as `medicomut ledger head` prints it"
            raise Problems([Problem("bad_head", f"{text!r} is not the head of a ledger", mend=mend)])
        return cls(int(number), digest)


START: Final = Head(0, NOTHING_BEFORE)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a verification: how many events hold, up to which head, and the first fault after it."""

    events: int
    head: Head
    fault: Problem | None = None

    @property
    def holds(self) -> bool:
        """Whether every event follows from the one before."""
        return self.fault is None

    @property
    def first_bad(self) -> int | None:
        """The sequence number at which the chain breaks; None where it holds."""
        where = self.fault.where if self.fault is not None else None
        return where.row if where is not None else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "holds": self.holds,
            "events": self.events,
            "head": {"sequence": self.head.sequence, "hash": self.head.hash},
            "first_bad": self.first_bad,
            "fault": self.fault.to_dict() if self.fault is not None else None,
        }


def instant(moment: datetime) -> str:
    """Write an instant as the ledger does; raises `Problems` (`no_time_zone`) for one without time zone."""
    if moment.tzinfo is None:
        mend = "give it with its time zone"
        raise Problems([Problem("no_time_zone", f"{moment.isoformat()} could be any of a day's instants", mend=mend)])
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(payload: Mapping[str, Any]) -> str:
    """Return JSON without spaces, keys in the order of their code points: equal content, equal bytes.

    Raises `Problems`: `inexact_number` for a float (money is whole cents), `not_json` for what JSON has no word
    for, keys that are not text, halves of surrogate pairs, and what is too deep or too long to be written.
    """
    try:
        faults = [] if _plain(payload) else list(_faults(dict(payload), "payload"))
        if not faults:
            return _encode_sorted(dict(payload))
    except (RecursionError, ValueError):
        what, mend = "nested too deeply, or a number of thousands of digits", "record what it says in a simpler form"
        faults = [Problem("not_json", what, Place(field="payload"), mend=mend)]
    raise Problems(faults)


def _plain(payload: Mapping[str, Any]) -> bool:
    """Say whether only ASCII text stands in it, as in nearly every payload: then there is no fault to look for."""
    return all(
        type(key) is str and key.isascii() and (value is None or (type(value) is str and value.isascii()))
        for key, value in payload.items()
    )


def _faults(value: object, field: str) -> Iterator[Problem]:
    if value is None or isinstance(value, bool | int):
        return
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            yield Problem("not_json", "half of a character", Place(field=field), mend="give whole characters")
    elif isinstance(value, float):
        mend = "give whole units (cents), or a ratio as two whole numbers"
        yield Problem("inexact_number", f"{value!r} is a floating-point number", Place(field=field), mend=mend)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                yield Problem("not_json", f"the key {key!r} is not text", Place(field=field), mend="write keys as text")
            else:
                yield from _faults(key, f"{field}.{key!a}")
                yield from _faults(inner, f"{field}.{key}")
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _faults(inner, f"{field}[{at}]")
    else:
        mend = "give text, whole numbers, booleans, lists or objects"
        yield Problem("not_json", f"{type(value).__name__} has no form in JSON", Place(field=field), mend=mend)


def digest(event: Event) -> str:
    """Return the SHA-256, in hexadecimal, of an event and of the hash of the one before it.

    What is hashed is a JSON array without spaces. Raises `TypeError` or `ValueError` for values that are not of the
    event's types.
    """
    if bytes in map(type, event):  # the encoder would write them as text that an event could hold as well
        raise TypeError("bytes are no text")
    number, stream, version, kind, payload, valid_from, valid_to, recorded_at, actor, basis, key, previous, _ = event
    covered = (
        FORM, previous, number, stream, version, kind, payload, valid_from, valid_to, recorded_at, actor, basis, key,
    )  # fmt: skip
    return sha256(_encode(covered)).hexdigest()


def following(events: Iterable[Event], start: Head = START) -> Iterator[Event]:
    """Yield the events as long as each follows from the one before; `start` is where the chain stood before them.

    Raises `Problems` with one fault whose place's `row` is the first bad sequence number: `event_missing`,
    `event_out_of_order`, `event_changed` (its hash is not that of its content), `chain_broken` (its hash is, but
    it was computed after another event than the one that stands before it) or `time_reversed`.
    """
    sequence, previous, last_instant = start.sequence, start.hash, ""
    for event in events:
        sequence += 1
        if event.sequence != sequence:
            raise Problems([_misplaced(event.sequence, sequence)])
        try:
            computed = digest(event)
        except (TypeError, ValueError):  # not even text or numbers any more
            computed = ""
        if computed != event.hash:
            raise Problems([_fault("event_changed", sequence, "its hash is not that of its content")])
        if event.previous_hash != previous:
            raise Problems(
                [_fault("chain_broken", sequence, "it was recorded after another event than the one before it")]
            )
        if event.recorded_at < last_instant:
            raise Problems([_fault("time_reversed", sequence, "it is recorded earlier than the event before it")])
        previous, last_instant = event.hash, event.recorded_at
        yield event


def report(followed: Iterable[Event], start: Head = START) -> Report:
    """Read events that `following` yields to the end or to the first fault, and say how far the chain holds."""
    count, fault = 0, None
    last: Event | None = None
    try:
        for event in followed:
            count, last = count + 1, event
    except Problems as broken:
        fault = broken.problems[0]
    return Report(count, start if last is None else last.head, fault)


def missing(sequence: int) -> Problem:
    """Return the fault of an event that ought to be there and is not."""
    return _fault("event_missing", sequence, "it is not there")


def unreadable(sequence: int) -> Problem:
    """Return the fault of an event of which not even the letters can be read."""
    return _fault("event_changed", sequence, "what is stored there is not text")


def _misplaced(found: int, wanted: int) -> Problem:
    if isinstance(found, int) and found > wanted:
        return missing(wanted)
    return _fault("event_out_of_order", wanted, f"in its place stands event {found!r}")


def _fault(code: str, sequence: int, what: str) -> Problem:
    why = "the ledger is append-only: events are numbered without gaps, each hashed with the one before"
    return Problem(code, f"event {sequence}: {what}", Place(row=sequence), why, _MEND)
