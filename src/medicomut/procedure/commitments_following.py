"""What became of what was promised: evidence as dated events, and the state of each entry on a day.

Shipped evidence (`data/procedure/commitments/`) is only what a named source shows; where none does, the state says
that no evidence is known, which is not to say that the promise was broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from medicomut.agreement.records import Record
from medicomut.agreement.text import LANGUAGES, Text
from medicomut.agreement.yaml_lines import Faults, Item, read_yaml
from medicomut.errors import Place, Problem, Problems
from medicomut.procedure.commitments import FOLLOWED, Entry, entries
from medicomut.procedure.commitments_wording import DATA, say
from medicomut.procedure.disputes_fields import national_number

if TYPE_CHECKING:
    from medicomut.agreement import Agreement
    from medicomut.money import Lang


LONGEST_SOURCE: Final = 300
LONGEST_NOTE: Final = 2_000


class Found(StrEnum):
    """What a source shows of a promise; `withdrawn`: what was reported before was wrong, on every day."""

    kept = "kept"
    partly = "partly"
    not_kept = "not_kept"
    withdrawn = "withdrawn"


class State(StrEnum):
    """How an entry stands on a day."""

    kept = "kept"
    kept_late = "kept_late"
    partly = "partly"
    not_kept = "not_kept"
    past_due = "past_due"
    open = "open"
    undated = "undated"
    passed = "passed"
    coming = "coming"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a source shows of one entry from a day on; `actor` recorded it, the shipped data where it is empty."""

    commitment: str
    day: date
    found: Found
    source: str
    note: Text
    actor: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, without who recorded it: everybody reads them."""
        return {
            "day": self.day.isoformat(),
            "found": self.found.value,
            "source": self.source,
            "note": self.note.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Followed:
    """An entry with its history and its state on a day."""

    entry: Entry
    history: tuple[Evidence, ...]
    on: date

    @property
    def state(self) -> State:
        """How it stands: by the last evidence until the day, and whether the day it is due has passed."""
        due = self.entry.due
        if self.entry.kind not in FOLLOWED:
            return State.passed if due is not None and due < self.on else State.coming
        last = self.history[-1] if self.history else None
        if last is not None and last.found is Found.kept:
            return State.kept if due is None or last.day <= due else State.kept_late
        if last is not None:
            return State(last.found.value)
        if due is None:
            return State.undated
        return State.past_due if due < self.on else State.open

    @property
    def overdue(self) -> bool:
        """Whether the last day in time has passed and nothing shows that it was kept."""
        due = self.entry.due
        kept = self.state in {State.kept, State.kept_late}
        return self.entry.followed and due is not None and due < self.on and not kept

    @property
    def days_over(self) -> int:
        """Days since the last day in time; 0 where it is not overdue."""
        return (self.on - self.entry.due).days if self.overdue and self.entry.due is not None else 0

    def told(self, lang: Lang) -> str:
        """Say the state in the reader's language."""
        return say(self.state.value, lang)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; days as `2020-03-01`."""
        one = self.entry
        return {
            "id": one.id,
            "agreement": one.agreement,
            "kind": one.kind.value,
            "actor": one.actor,
            "wording": one.wording,
            "due": None if one.due is None else one.due.isoformat(),
            "clause": one.cite,
            "what": one.what.to_dict(),
            "state": self.state.value,
            "overdue": self.overdue,
            "days_over": self.days_over,
            "deadline": None if one.deadline is None else one.deadline.to_dict(self.on),
            "evidence": [event.to_dict() for event in self.history],
        }


def follow(
    agreement: Agreement, on: date, evidence: Iterable[Evidence] = (), sunday: str | None = None
) -> list[Followed]:
    """Return every entry of an agreement with its state at the end of a day.

    `evidence`, in the order in which it was recorded, is added to the shipped; what is dated after the day is not
    known yet, and what was withdrawn never was. Raises `Problems` (`unknown_commitment`) for evidence of something
    that is not due.
    """
    found = entries(agreement, sunday)
    events = [*shipped(agreement), *evidence]
    _refuse_unknown(events, found, agreement.id)
    told: dict[str, list[Evidence]] = {}
    for event in events:
        if event.found is Found.withdrawn:
            told.pop(event.commitment, None)
        else:
            told.setdefault(event.commitment, []).append(event)
    return [Followed(one, _until(told.get(one.id, ()), on), on) for one in found]


def _until(events: Sequence[Evidence], on: date) -> tuple[Evidence, ...]:
    """Return evidence by its day, until one, in the order of recording on the same day."""
    return tuple(sorted((event for event in events if event.day <= on), key=lambda event: event.day))


def _refuse_unknown(events: Sequence[Evidence], found: Sequence[Entry], agreement: str) -> None:
    known = {one.id for one in found if one.followed}
    strangers = dict.fromkeys(event.commitment for event in events if event.commitment not in known)
    if strangers:
        raise Problems(_unknown(name, agreement) for name in strangers)


def _unknown(name: str, agreement: str) -> Problem:
    mend = f"see medicomut procedure commitments {agreement}"
    return Problem("unknown_commitment", f"{agreement} promises nothing called {name[:100]!r}", mend=mend)


@cache
def shipped(agreement: Agreement) -> tuple[Evidence, ...]:
    """Return the evidence that comes with the package; empty where there is none for the agreement."""
    path = DATA / "commitments" / f"{agreement.id.replace('/', '-')}.yaml"
    return read_evidence(path, f"commitments/{path.name}") if path.exists() else ()


def read_evidence(path: Path, name: str) -> tuple[Evidence, ...]:
    """Read a file of evidence: a list of `commitment`, `day`, `found`, `source`, `note` (one text, or four languages).

    Raises `Problems` with every fault, each with its line.
    """
    faults = Faults()
    item = read_yaml(path, name, faults)
    found = list(_events(item, faults)) if item is not None else []
    faults.raise_if_any()
    return tuple(found)


def _events(item: Item, faults: Faults) -> Iterator[Evidence]:
    if not isinstance(item.value, list):
        faults.add("wrong_type", f"{item.kind} where a list of events is expected", item, mend="write `- ` before each")
        return
    for member in item.value:
        record = Record(member, faults)
        found = record.text("found", one_of=_FOUND)
        yield Evidence(
            record.text("commitment"),
            record.day("day"),
            Found(found) if found in _FOUND else Found.kept,  # what is no word of ours is a fault already
            record.text("source"),
            _note(record),
        )
        record.finish()


_FOUND: Final = tuple(found.value for found in Found)


def _note(record: Record) -> Text:
    raw = record.raw("note")
    if raw is not None and isinstance(raw.value, str):
        return plain(raw.value)
    return record.four("note")


def plain(text: str) -> Text:
    """Return what somebody wrote in one language, to be shown as it stands in each."""
    return Text(**dict.fromkeys(LANGUAGES, text))


def refuse_early(events: Iterable[Evidence], today: date) -> None:
    """Refuse evidence dated after today; raises `Problems` (`not_yet`)."""
    late = [_early(event, today) for event in events if event.day > today]
    if late:
        raise Problems(late)


def _early(event: Evidence, today: date) -> Problem:
    what, mend = f"evidence of {event.commitment[:100]} is dated {event.day}", f"name a day up to {today}"
    return Problem("not_yet", what, Place(field="day"), "what is shown has happened", mend)


def refuse_evidence(agreement: Agreement, event: Evidence, today: date) -> None:
    """Refuse evidence that may not be recorded; raises `Problems` with every reason.

    `unknown_commitment`, `not_yet`, `missing_field` (source or note), `wrong_kind` (too long), `national_number`.
    """
    found = [_early(event, today)] if event.day > today else []
    if event.commitment not in {one.id for one in entries(agreement) if one.followed}:
        found.append(_unknown(event.commitment, agreement.id))
    for name, text, longest in (("source", event.source, LONGEST_SOURCE), ("note", event.note.en, LONGEST_NOTE)):
        if not text.strip():
            found.append(Problem("missing_field", f"{name} is not stated", Place(field=name), mend=f"state the {name}"))
        elif len(text) > longest or not text.isprintable():
            what, mend = f"{name} cannot be kept", f"write up to {longest} letters on one line"
            found.append(Problem("wrong_kind", what, Place(field=name), mend=mend))
        elif national_number(text) is not None:
            why, mend = "what is recorded is never erased", "leave persons out"
            found.append(Problem("national_number", f"{name} holds a national number", Place(field=name), why, mend))
    if found:
        raise Problems(found)
