"""The spans of the register as a table: kept with the events, read by day and instant, compared with the events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, FromClause, and_, bindparam, delete, func, insert, or_, select

from medicomut.accession.declarations import PLACES, Kind, read_hours
from medicomut.accession.spans import Span, spans
from medicomut.accession.status import STATES, History, Said, State, Status, Term, Why, declared, silent
from medicomut.errors import Problem
from medicomut.store.chain import instant
from medicomut.store.histories import all_histories
from medicomut.store.tables import insert_rows, register_projection, register_spans

BATCH: Final = 5_000
COUNTED_BY: Final = ("profession", *PLACES, "competence")
"""The columns by which is counted; the competence is the last three digits of the INAMI number."""

_S = register_spans.c
_PRIMARY_KEY = itemgetter(0, 1, 2, 3)
_DELETE = delete(register_spans).where(_S.number == bindparam("of"))
_ACTIVITY = ""


def project(connection: Connection, histories: Iterable[History], built_to: int) -> None:
    """Put the spans of some practitioners in the place of those that are there, in the writer's transaction."""
    rows: list[tuple[object, ...]] = []
    known: list[dict[str, str]] = []
    for history in histories:
        if history.version > 1:
            known.append({"of": history.number})
        rows += _rows_of(history)
    if known:
        connection.execute(_DELETE, known)
    rows.sort(key=_PRIMARY_KEY)
    for at in range(0, len(rows), BATCH):
        insert_rows(connection, register_spans, rows[at : at + BATCH])
    connection.execute(delete(register_projection))
    connection.execute(insert(register_projection), {"built_to": built_to})


def build_where_missing(connection: Connection) -> None:
    """Compute the spans from all events where a step of the migration has left them empty."""
    if connection.execute(select(register_projection.c.built_to)).first() is None:
        build_anew(connection)


def build_anew(connection: Connection) -> None:
    """Compute the spans from all events, in the writer's transaction."""
    connection.execute(delete(register_spans))
    histories = list(all_histories(connection))
    project(connection, histories, max((one.recorded[-1].sequence for one in histories), default=0))


def faults(connection: Connection) -> Iterator[Problem]:
    """Compute every span anew from the events and name each practitioner of whom the table says something else."""
    stored: dict[str, set[tuple[object, ...]]] = {}
    for row in connection.execute(select(*_S)):
        stored.setdefault(row.number, set()).add(tuple(row))
    for history in all_histories(connection):
        computed = set(_rows_of(history))
        if stored.pop(history.number, set()) != computed:
            yield _differs(history.number, "its spans are not those that follow from the events")
    for number in stored:
        yield _differs(number, "there are spans, and no event")


def counted(
    connection: Connection, on: date, term: Term | None, by: Sequence[str], known_at: datetime | None = None
) -> Counter[tuple[tuple[str | None, ...], State]]:
    """Count who is active on a day by state and attributes (of `COUNTED_BY`); nobody on a day without agreement.

    Raises `Problems` (`no_time_zone`).
    """
    if term is None:
        return Counter()
    activity, accession = register_spans.alias("activity"), register_spans.alias("accession")
    keys = [_key(activity, name) for name in by]
    joined = and_(accession.c.number == activity.c.number, *_holding(accession, term.id, on, known_at))
    wanted = (
        select(*keys, accession.c.kind, func.count())
        .select_from(activity.outerjoin(accession, joined))
        .where(*_holding(activity, _ACTIVITY, on, known_at), activity.c.kind == Kind.registered.value)
        .group_by(*keys, accession.c.kind)
    )
    found: Counter[tuple[tuple[str | None, ...], State]] = Counter()
    for *key, kind, number in connection.execute(wanted):
        state = State.full if kind is None else STATES[Kind(kind)][0]
        found[tuple(key), state] += number
    return found


def statuses(connection: Connection, on: date, term: Term | None, known_at: datetime | None = None) -> Iterator[Status]:
    """Yield the status of everybody whose activity had begun by a day, in the order of their numbers.

    `term` is that of the agreement in whose term the day falls. Raises `Problems` (`no_time_zone`).
    """
    activity, accession = register_spans.alias("activity"), register_spans.alias("accession")
    agreement = term.id if term is not None else None
    joined = and_(accession.c.number == activity.c.number, *_holding(accession, agreement, on, known_at))
    said = [accession.c[name] for name in ("kind", "version", "corrected", "basis", "hours")]
    wanted = (
        select(activity.c.number, activity.c.kind, activity.c.version, *said)
        .select_from(activity.outerjoin(accession, joined))
        .where(*_holding(activity, _ACTIVITY, on, known_at))
        .order_by(activity.c.number)
    )
    for row in connection.execute(wanted):
        yield _status(row, on, term)


def _status(row: Any, on: date, term: Term | None) -> Status:
    number, active, since, kind, version, corrected, basis, hours = row
    if active == Kind.ended.value:
        return Status(number, on, State.not_active, Why.ended, None, (), since)
    if term is None:
        return Status(number, on, State.no_agreement, Why.outside_the_term, None, ())
    if kind is None:
        return silent(number, on, term)
    rows = msgspec.json.decode(hours) if hours is not None else ()
    return declared(number, on, term, Said(Kind(kind), version, bool(corrected), basis, read_hours(rows)))


def _holding(
    table: FromClause, agreement: str | None, on: date, known_at: datetime | None
) -> Iterator[ColumnElement[bool]]:
    """Yield the comparisons that leave the span holding on a day, as known at an instant or (None) now."""
    day = on.isoformat()
    yield table.c.agreement == agreement
    yield table.c.valid_from <= day
    yield or_(table.c.valid_until.is_(None), table.c.valid_until > day)
    if known_at is None:
        yield table.c.known_until.is_(None)
        return
    known = instant(known_at)
    yield table.c.known_from <= known
    yield or_(table.c.known_until.is_(None), table.c.known_until > known)


def _key(activity: FromClause, name: str) -> ColumnElement[str | None]:
    if name == "competence":
        return func.substr(activity.c.number, 9, 3).label(name)
    found: ColumnElement[str | None] = activity.c[name]
    return found


def _rows_of(history: History) -> list[tuple[object, ...]]:
    """Return the spans as they are stored: each the columns of the table in their order."""
    return [_row(history.number, span) for span in spans(history)]


def _row(number: str, span: Span) -> tuple[object, ...]:
    effect, source = span.effect, span.effect.source
    hours = source.payload.get("hours")
    registered = source.payload if effect.kind is Kind.registered else _NOTHING
    return (
        number,
        span.agreement or _ACTIVITY,
        span.sequence,
        effect.valid_from.isoformat(),
        None if span.until is None else span.until.isoformat(),
        _instant(span.known_from),
        None if span.known_until is None else _instant(span.known_until),
        effect.kind.value,
        effect.version,
        int(effect.corrected),
        source.basis,
        None if hours is None else msgspec.json.encode(hours, order="sorted").decode(),
        *map(registered.get, _REGISTERED),
    )


_REGISTERED: Final = ("profession", *PLACES)
_NOTHING: Final[Mapping[str, Any]] = {}
_instant = lru_cache(instant)  # a file is recorded at one instant


def _differs(number: str, what: str) -> Problem:
    why = "statuses and counts are read from spans that are computed from the events"
    return Problem("spans_differ", f"{number}: {what}", why=why, mend="build them anew: register verify --mend")
