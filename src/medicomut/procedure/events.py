"""What happens to an agreement: events with day, author and evidence, read from CSV or from rows of JSON.

Which event is possible in which state, and what it needs, is data (`data/procedure/life.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from medicomut.agreement.records import Record
from medicomut.agreement.text import Text
from medicomut.agreement.yaml_lines import Faults, read_yaml
from medicomut.csv_rows import csv_rows
from medicomut.errors import Place, Problem, Problems
from medicomut.procedure.cases import OUTCOMES, PARTLY, WHOLLY
from medicomut.procedure.deadlines import FIRST_YEAR, LAST_YEAR
from medicomut.procedure.wording import DATA

FIRST_CASE: Final = "1"
"""The case of events that name none."""


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event: in which states it may happen, what must have happened before, and the cells it needs."""

    id: str
    states: tuple[str, ...]
    of_case: bool
    needs: tuple[str, ...]
    after: tuple[str, ...]
    label: Text


@dataclass(frozen=True, slots=True)
class StateKind:
    """A state: its name, the public sentence, what follows if nobody acts, and whether a procedure is open in it."""

    id: str
    is_open: bool
    cites: tuple[str, ...]
    label: Text
    says: Text
    otherwise: Text


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day, by whom, and what proves it. What a kind has no use for stays empty."""

    day: date
    event: str
    by: str
    evidence: str
    case: str = ""
    ground: str = ""
    extent: str = ""
    scope: str = ""
    outcome: str = ""
    until: date | None = None
    region: str = ""
    active: int | None = None
    refused: int | None = None
    insurers_for: int | None = None
    insurers_votes: int | None = None
    physicians_for: int | None = None
    physicians_votes: int | None = None
    place: Place | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; what is empty is left out."""
        found = {name: getattr(self, name) for name in COLUMNS}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in found.items()
            if value not in {None, ""}
        } | {"label": event_kinds()[self.event].label.to_dict()}


COLUMNS: Final = tuple(field.name for field in fields(Event) if field.name != "place")
REQUIRED: Final = COLUMNS[:4]
NUMBERS: Final = ("active", "refused", "insurers_for", "insurers_votes", "physicians_for", "physicians_votes")
VOTES: Final = NUMBERS[2:]
LONGEST_NUMBER: Final = 9


@cache
def _life() -> tuple[dict[str, StateKind], dict[str, EventKind]]:
    faults = Faults()
    item = read_yaml(DATA / "life.yaml", "procedure/life.yaml", faults)
    faults.raise_if_any()
    if item is None:
        raise TypeError("procedure/life.yaml is empty")
    record = Record(item, faults)
    states = [
        StateKind(
            one.text("id"), one.text("open") == "yes", one.texts("cites"), one.four("label"), one.four("says"),
            one.four("otherwise"),
        )
        for one in record.records("states")
    ]  # fmt: skip
    events = [
        EventKind(
            one.text("id"), one.texts("from"), one.text("case") == "yes", one.texts("needs"), one.texts("after"),
            one.four("label"),
        )
        for one in record.records("events")
    ]  # fmt: skip
    faults.raise_if_any()
    return {state.id: state for state in states}, {event.id: event for event in events}


def states() -> Mapping[str, StateKind]:
    """Return every state by its name, in the order of an agreement's life."""
    return _life()[0]


def event_kinds() -> Mapping[str, EventKind]:
    """Return every kind of event by its name."""
    return _life()[1]


def read_events(text: str, file: str) -> list[Event]:
    """Read an events file (CSV); raises `Problems` with every fault of every row."""
    return from_rows(csv_rows(text, file, REQUIRED, COLUMNS[4:]))


def load_events(agreement: str) -> list[Event]:
    """Return the events shipped for an agreement (`be/amm/2024`); none for most."""
    path = DATA / "events" / f"{agreement.replace('/', '-')}.csv"
    return read_events(path.read_text("utf-8"), f"procedure/events/{path.name}") if path.is_file() else []


def shipped() -> list[str]:
    """Return the identifiers of the agreements whose events are shipped."""
    return sorted(path.stem.replace("-", "/", 2) for path in Path(DATA / "events").glob("*.csv"))


def from_rows(rows: Iterable[tuple[Place, Mapping[str, Any]]]) -> list[Event]:
    """Read events from rows with their places; raises `Problems` with every fault of every row."""
    faults: list[Problem] = []
    found = []
    for where, cells in rows:
        row = _Row({name: str("" if value is None else value).strip() for name, value in cells.items()}, where)
        found.append(row.event())
        faults += row.faults
    if faults:
        raise Problems(faults)
    return found


class _Row:
    """One row: what it says, and every fault found in reading it."""

    def __init__(self, cells: Mapping[str, str], where: Place) -> None:
        self.cells, self.where = cells, where
        self.faults: list[Problem] = []

    def event(self) -> Event:
        """Return what the row says; where `faults` has grown, the cells named there mean nothing."""
        name = self._known("event", tuple(event_kinds()))
        kind = event_kinds().get(name)
        for column in (*REQUIRED[2:], *(kind.needs if kind else ())):
            if not self.cells.get(column):
                mend = "every event has an author and evidence" if column in REQUIRED else f"{name} needs it"
                self._wrong(column, "missing_value", f"{column} is not stated", mend)
        numbers = {column: self._whole(column) for column in NUMBERS}
        self._counts(numbers)
        texts = {
            column: self.cells.get(column, "") for column in ("by", "evidence", "case", "ground", "scope", "region")
        }
        extent, outcome = self._known("extent", (WHOLLY, PARTLY)), self._known("outcome", OUTCOMES)
        until = self._day("until") if self.cells.get("until") else None
        if outcome == "on_condition" and until is None:
            self._wrong("until", "missing_value", "the day of the condition is not stated", "name it in until")
        if extent == PARTLY and not texts["scope"]:
            self._wrong("scope", "missing_value", "which part is denounced is not stated", "name it in scope")
        return Event(
            self._day("day"), name, texts["by"], texts["evidence"], texts["case"], texts["ground"], extent,
            texts["scope"], outcome, until, texts["region"], numbers["active"], numbers["refused"],
            numbers["insurers_for"], numbers["insurers_votes"], numbers["physicians_for"], numbers["physicians_votes"],
            self.where,
        )  # fmt: skip

    def _counts(self, numbers: Mapping[str, int | None]) -> None:
        pairs = (("refused", "active"), VOTES[:2], VOTES[2:])
        for part, whole in pairs:
            few, all_ = numbers[part], numbers[whole]
            if few is not None and (all_ is None or few > all_):
                mend = f"{part} is at most {whole}, and both are stated"
                self._wrong(part, "impossible_count", f"{few} of {all_ if all_ is not None else 'nothing'}", mend)

    def _known(self, column: str, known: Sequence[str]) -> str:
        written = self.cells.get(column, "")
        if written not in known and (written or column == "event"):
            code = "unknown_event" if column == "event" else "unknown_value"
            self._wrong(column, code, f"{written!r} is not known", f"known: {', '.join(known)}")
            return ""
        return written

    def _day(self, column: str) -> date:
        written = self.cells.get(column, "")
        try:
            day = date.fromisoformat(written)
        except ValueError:
            day = date.min
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self._wrong(column, "bad_day", f"{written[:40]!r} is not a day", "write it as 2020-03-02")
        return day

    def _whole(self, column: str) -> int | None:
        written = self.cells.get(column, "")
        if not written:
            return None
        if not (written.isascii() and written.isdigit() and len(written) <= LONGEST_NUMBER):
            what = f"{written[:40]!r} is not a whole number of persons"
            self._wrong(column, "bad_number", what, "write digits only")
            return None
        return int(written)

    def _wrong(self, column: str, code: str, what: str, mend: str) -> None:
        self.faults.append(Problem(code, what, replace(self.where, field=column), mend=mend))
