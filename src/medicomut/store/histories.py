"""The declarations of practitioners, read from the events of the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select

from medicomut.accession.declarations import Kind, Recorded
from medicomut.accession.status import History
from medicomut.store.chain import Event, instant
from medicomut.store.tables import ledger_events

STREAM: Final = "practitioner/"
PAGE: Final = 10_000
BATCH: Final = 500

_KINDS: Final = {kind.value: kind for kind in Kind}
_T = ledger_events.c
_EVENTS = (
    select(
        _T.sequence, _T.stream, _T.version, _T.kind, _T.payload, _T.valid_from, _T.recorded_at, _T.actor, _T.basis
    )
    .where(_T.kind.in_(list(_KINDS)))
    .order_by(_T.sequence)
)  # fmt: skip
_OF_STREAMS = _EVENTS.where(_T.stream.in_(bindparam("streams", expanding=True)))
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def all_histories(connection: Connection, known_at: datetime | None = None) -> Iterator[History]:
    """Yield everybody's history until an instant, in the order in which they came into the register.

    Raises `Problems` (`no_time_zone`).
    """
    wanted = _EVENTS if known_at is None else _EVENTS.where(_T.recorded_at <= instant(known_at))
    own: dict[str, list[Recorded]] = {}
    after = 0
    while page := connection.execute(wanted.where(_T.sequence > after).limit(PAGE)).all():
        _sort_in(page, own)
        after = page[-1].sequence
    for number, found in own.items():
        yield History(number, found)


def histories_of(connection: Connection, numbers: Collection[str]) -> dict[str, History]:
    """Return the histories of those of some practitioners of whom anything is recorded."""
    own: dict[str, list[Recorded]] = {}
    streams = [f"{STREAM}{number}" for number in numbers]
    for at in range(0, len(streams), BATCH):
        _sort_in(connection.execute(_OF_STREAMS, {"streams": streams[at : at + BATCH]}).all(), own)
    return {number: History(number, found) for number, found in own.items()}


def _sort_in(rows: Iterable[Any], own: dict[str, list[Recorded]]) -> None:
    for sequence, stream, version, kind, payload, valid_from, recorded_at, actor, basis in rows:
        if stream.startswith(STREAM):
            own.setdefault(stream[len(STREAM) :], []).append(
                Recorded(
                    sequence, version, _KINDS[kind], _decode(payload), date.fromisoformat(valid_from or ""),
                    datetime.fromisoformat(recorded_at), actor, basis,
                )
            )  # fmt: skip


def recorded(event: Event) -> Recorded:
    """Return an event of the register as a declaration."""
    return Recorded(
        event.sequence, event.version, _KINDS[event.kind], event.content,
        date.fromisoformat(event.valid_from or ""), event.recorded, event.actor, event.basis,
    )  # fmt: skip
