"""The table of statuses that `check --practitioners` reads: from when to when each practitioner had which status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from medicomut.accession.declarations import Kind, Recorded
from medicomut.accession.status import History, State, Status, Term
from medicomut.accession.timetable import Hours
from medicomut.slots import write_hours

COLUMNS = ("practitioner", "profession", "status", "valid_from", "valid_to", "slots")
SHOWN = (State.full, State.partial, State.refused)

Interval = tuple[date, date | None, Status]
"""First day, last day (None: open) and what holds on all of them; the number in it is of no account."""


def status_rows(histories: Iterable[History], terms: Sequence[Term]) -> Iterator[dict[str, str]]:
    """Yield a row for each interval of days on which a status holds, in the layout of `docs/lines.md`.

    Days without agreement or activity have no row: a line of care on them has no known status.
    """
    every = tuple(terms)
    for history in histories:
        for first, last, status in _intervals_of(history, every):
            yield {
                "practitioner": history.number,
                "profession": history.registration(first).profession or "",
                "status": status.state.value,
                "valid_from": first.isoformat(),
                "valid_to": "" if last is None else last.isoformat(),
                "slots": write_slots(status.hours) if status.state is State.partial else "",
            }


def _intervals_of(history: History, terms: tuple[Term, ...]) -> Iterable[Interval]:
    """Return the intervals of a practitioner; most are registered and silent, with those of whoever began that day."""
    first = history.recorded[0] if history.version == 1 else None
    if first is not None and first.kind is Kind.registered:
        return _of_the_silent(first.valid_from, terms)
    return _intervals(history, terms)


@lru_cache(maxsize=4_096)
def _of_the_silent(since: date, terms: tuple[Term, ...]) -> list[Interval]:
    begun = Recorded(0, 1, Kind.registered, {}, since, datetime.min.replace(tzinfo=UTC), "", None)
    return list(_intervals(History("", [begun]), terms))


def _intervals(history: History, terms: Sequence[Term]) -> Iterator[Interval]:
    """Yield first day, last day and status; neighbours that say the same are one."""
    days = {effect.valid_from for name in (None, *(term.id for term in terms)) for effect in history.effects(name)}
    for term in terms:
        days.add(term.interval.start)
        if term.interval.end is not None:
            days.add(term.interval.end + timedelta(days=1))
    edges = sorted(days)
    open_from: tuple[date, Status] | None = None
    for day in edges:
        status = history.status(day, terms)
        if open_from is not None and _same(open_from[1], status):
            continue
        if open_from is not None:
            yield open_from[0], day - timedelta(days=1), open_from[1]
        open_from = (day, status) if status.state in SHOWN else None
    if open_from is not None:
        yield open_from[0], None, open_from[1]


def _same(before: Status, after: Status) -> bool:
    return (before.state, before.hours) == (after.state, after.hours)


def write_slots(hours: Iterable[Hours]) -> str:
    """Return the off-tariff hours as `mon 09:00-13:00@SITE;…`; hours that touch at one site are one slot."""
    merged: list[tuple[int, int, str]] = []
    for row in sorted((row for row in hours if row.free), key=lambda row: row.start):
        if merged and merged[-1][1:] == (row.start, row.site):
            merged[-1] = (merged[-1][0], row.end, row.site)
        else:
            merged.append((row.start, row.end, row.site))
    return ";".join(_slot(*slot) for slot in merged)


def _slot(start: int, end: int, site: str) -> str:
    day, begin, until = write_hours(start, end)
    return f"{day} {begin}-{until}{f'@{site}' if site else ''}"
