"""A ledger as a file of JSON lines, which proves where it begins and ends. Verified without a database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, func, select

from medicomut.errors import Place, Problem, Problems
from medicomut.store.chain import FORM, START, Event, Head, Report, canonical, following, report
from medicomut.store.database import writing
from medicomut.store.ledger import BATCH, Ledger
from medicomut.store.projection import build_anew
from medicomut.store.tables import insert_rows, ledger_events

_MEND = "export the ledger again, or take a copy of the file that verifies"


def export(ledger: Ledger, out: IO[bytes], after: int = 0) -> Head:
    """Write a first line saying where the file begins, the events after a sequence number, and where it ends.

    Every event is verified on its way: raises `Problems` as `chain.following` does, so that nobody exports a
    broken chain unawares. Returns the head the file ends with.
    """
    head = ledger.head_at(after)
    out.write(_line({"ledger": {"form": FORM} | head._asdict()}))
    count = 0
    for event in ledger.followed(after):
        out.write(_line(event._asdict() | {"payload": event.content}))
        head, count = event.head, count + 1
    out.write(_line({"tail": _tail(head, count)}))
    return head


def verify_file(path: Path) -> Report:
    """Verify an exported file: every line as it was written, every event following, the end as it says.

    A file of later events is taken to begin rightly: compare the hash in its first line with the head noted then.
    The fault's place has the line and, as `row`, the sequence number. Codes: those of `chain.following`, and
    `line_unreadable`, `tail_missing`, `tail_differs`. Raises `OSError` where the file cannot be read.
    """
    with path.open("rb") as file:
        lines = _Lines(file)
        try:
            start = lines.start()
        except Problems as broken:
            found = Report(0, START, broken.problems[0])
        else:
            found = report(following(lines.events(), start), start)
            found = replace(found, fault=found.fault or lines.fault_at_end(found))
    if found.fault is None:
        return found
    where = Place(file=str(path), line=lines.line, row=found.first_bad or found.head.sequence + 1)
    return replace(found, fault=found.fault.at(where))


def restore(engine: Engine, path: Path) -> Head:
    """Put every event of an exported file into an empty ledger, verified on its way; return where it ends.

    All of it or nothing is restored. Raises `Problems`: as `verify_file` finds them, `ledger_in_use` where the ledger
    has events already, `not_from_the_beginning` for a file of later events alone. Raises `OSError` where the file
    cannot be read.
    """
    with path.open("rb") as file, writing(engine) as connection:
        lines = _Lines(file)
        try:
            found = _replayed(connection, lines)
        except Problems as broken:
            faults = [problem.at(Place(file=str(path), line=lines.line)) for problem in broken.problems]
            raise Problems(faults) from None
        build_anew(connection)
        return found.head


def _replayed(connection: Connection, lines: _Lines) -> Report:
    if connection.execute(select(func.max(ledger_events.c.sequence))).scalar() is not None:
        mend = "restore into a database that does not exist yet"
        raise Problems([Problem("ledger_in_use", "the ledger has events already", mend=mend)])
    if lines.start() != START:
        mend = "restore a file that was exported whole"
        raise Problems([Problem("not_from_the_beginning", "the file holds later events alone", mend=mend)])
    found = report(_inserted(connection, following(lines.events())))
    fault = found.fault or lines.fault_at_end(found)
    if fault is not None:
        raise Problems([fault])
    return found


def _inserted(connection: Connection, events: Iterator[Event]) -> Iterator[Event]:
    """Yield events that are in the ledger, or will be when the next ones are asked for."""
    while batch := list(islice(events, BATCH)):
        insert_rows(connection, ledger_events, batch)
        yield from batch


class _Lines:
    """The lines of an exported file, read once: the start, the events, the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.line = file, 0
        self.tail: object = None

    def start(self) -> Head:
        content = self._next()
        try:
            begin = content["ledger"]
            if begin["form"] != FORM:
                raise _unreadable(f"form {begin['form']} of a ledger is not known")
            return Head(begin["sequence"], begin["hash"])
        except (KeyError, TypeError):
            raise _unreadable("the first line does not say where the ledger begins") from None

    def events(self) -> Iterator[Event]:
        while (content := self._next()) and "tail" not in content:
            try:
                yield Event(**content | {"payload": canonical(content["payload"])})
            except (KeyError, TypeError, AttributeError):
                raise _unreadable("the line is no event") from None
        self.tail = content.get("tail")

    def fault_at_end(self, found: Report) -> Problem | None:
        if self.tail is None:
            return Problem("tail_missing", "the file is cut off: it does not say where it ends", mend=_MEND)
        if self.tail != _tail(found.head, found.events):
            return Problem("tail_differs", "the events are not those the last line speaks of", mend=_MEND)
        if self.file.read(1):
            self.line += 1
            return Problem("line_unreadable", "something stands after the end", mend=_MEND)
        return None

    def _next(self) -> dict[str, Any]:
        """Read a line, empty at the end of the file; only the very bytes an export writes are taken."""
        raw = self.file.readline()
        self.line += 1
        if not raw:
            return {}
        try:
            content = json.loads(raw)
            if isinstance(content, dict) and _line(content) == raw:
                return content
        except (ValueError, RecursionError, Problems):
            pass
        raise _unreadable("the line is not as an export writes it")


def _line(content: dict[str, Any]) -> bytes:
    return canonical(content).encode() + b"\n"


def _tail(head: Head, count: int) -> dict[str, Any]:
    return {"events": count} | head._asdict()


def _unreadable(what: str) -> Problems:
    return Problems([Problem("line_unreadable", what, mend=_MEND)])
