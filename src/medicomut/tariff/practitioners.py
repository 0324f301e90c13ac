"""The table of practitioners: who acceded, for which hours and where, from when to when.

Columns: `practitioner, profession (gp|specialist), status (full|partial|refused), valid_from, valid_to, slots`,
the last written `mon 09:00-13:00@SITE;…`. Empty dates mean no bound. See `docs/lines.md`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

from medicomut.agreement.partial_accession import partial_limits
from medicomut.errors import Place, Problem, Problems
from medicomut.identifiers import Profession, check_inami
from medicomut.slots import Slot, parse_slots
from medicomut.tariff.line import practitioner_number
from medicomut.tariff.vocabulary import GP, PARTIAL, PROFESSIONS, SPECIALIST, STATUSES

if TYPE_CHECKING:
    from medicomut.tariff.conditions import Conditions

COLUMNS = ("practitioner", "profession", "status", "valid_from", "valid_to", "slots")
REQUIRED = ("practitioner", "profession", "status")
PARTIAL_CLAUSES = ("be/amm/2020#14.2.2.2.1", "be/amm/2020#14.3.2.2.1")
INAMI_DIGITS = 11

_PEOPLE: dict[int, tuple[Profession, str]] = {
    GP: ("gp", "general practitioner"),
    SPECIALIST: ("specialist", "specialist"),
}
"""For each profession: its word in the parameters, and its name."""


@dataclass(frozen=True, slots=True)
class Accession:
    """What holds for a practitioner in an interval of days, both included."""

    practitioner: int
    profession: int
    status: int
    valid_from: date
    valid_to: date
    slots: tuple[Slot, ...] = ()


class Practitioners:
    """The accessions of a table, by practitioner and day."""

    def __init__(self, accessions: Iterable[Accession]) -> None:
        self.rows = sorted(accessions, key=lambda a: (a.practitioner, a.valid_from))
        self._of: dict[int, list[Accession]] = {}
        for row in self.rows:
            self._of.setdefault(row.practitioner, []).append(row)

    def __len__(self) -> int:
        return len(self._of)

    def __contains__(self, practitioner: int) -> bool:
        return practitioner in self._of

    def of(self, practitioner: int) -> Practitioners:
        """Return the part of the table that is about one practitioner."""
        return Practitioners(self._of.get(practitioner, ()))

    def on(self, practitioner: int, day: date) -> Accession | None:
        """Return what holds for the practitioner on the day, or None."""
        rows = self._of.get(practitioner, [])
        at = bisect_right(rows, day, key=lambda row: row.valid_from) - 1
        return rows[at] if at >= 0 and day <= rows[at].valid_to else None

    @property
    def hash(self) -> str:
        """A fingerprint of the table: with the same one a result can be made again."""
        return sha256(repr(self.rows).encode()).hexdigest()

    @property
    def sites(self) -> list[str]:
        """Every site named in a slot."""
        return sorted({slot.site for row in self.rows for slot in row.slots if slot.site})


def from_rows(rows: Iterable[Mapping[str, str | None]], file: str) -> Practitioners:
    """Build the table from rows of text.

    Raises `Problems` with every fault of every row: what, where (row), why and how to mend.
    """
    problems: list[Problem] = []
    accessions: list[tuple[int, Accession]] = []
    dated: list[tuple[int, Accession]] = []
    for number, row in enumerate(rows, start=2):
        read = _Row(row, Place(file=file, row=number))
        found = read.accession()
        problems += read.problems
        if not read.problems:
            accessions.append((number, found))
        if not read.undated:
            dated.append((number, found))
    problems += _overlaps(dated, file)
    if problems:
        raise Problems(problems)
    return Practitioners(accession for _, accession in accessions)


class _Row:
    """One row of the table: what it says, and every fault found in reading it."""

    def __init__(self, row: Mapping[str, str | None], where: Place) -> None:
        self._row, self._where = row, where
        self.problems: list[Problem] = []
        self.undated = False
        """Whose row it is, or from when to when, cannot be told."""

    def accession(self) -> Accession:
        """Return what the row says; where `problems` has grown, the columns named there mean nothing."""
        number = self._number()
        profession, status = self._word("profession", PROFESSIONS), self._word("status", STATUSES)
        first, last = self._day("valid_from", date.min), self._day("valid_to", date.max)
        if last < first and not self.undated:
            self._wrong("valid_to", "the interval ends before it starts", "both days are included", "swap the dates")
            self.undated = True
        return Accession(number, profession, status, first, last, self._slots(status))

    def _text(self, column: str) -> str:
        return str(self._row.get(column) or "").strip()

    def _wrong(self, column: str, what: str, why: str, mend: str, cites: tuple[str, ...] = ()) -> None:
        where = replace(self._where, field=column)
        self.problems.append(Problem("practitioner_row", what, where, why, mend, cites))

    def _number(self) -> int:
        try:
            return practitioner_number(self._text("practitioner"))
        except ValueError:
            self.undated = True
            what, why = f"{self._text('practitioner')!r} is not a number", "an INAMI number has 11 digits"
            self._wrong("practitioner", what, why, "write the digits only")
            return 0

    def _word(self, column: str, allowed: tuple[str, ...]) -> int:
        word = self._text(column).lower()
        if word in allowed:
            return allowed.index(word) + 1
        mend = f"use one of: {', '.join(allowed)}"
        self._wrong(column, f"{word!r} is not a {column}", "the tariff depends on it", mend)
        return 0

    def _day(self, column: str, unbounded: date) -> date:
        written = self._text(column)
        try:
            return date.fromisoformat(written) if written else unbounded
        except ValueError:
            self.undated = True
            mend = "write it as 2020-03-31, or leave it empty for no bound"
            self._wrong(column, f"{written!r} is not a date", "status is dated", mend)
            return unbounded

    def _slots(self, status: int) -> tuple[Slot, ...]:
        try:
            slots = parse_slots(self._text("slots"))
        except ValueError as fault:
            why = "off-tariff slots are declared by day, hours and site"
            self._wrong("slots", str(fault), why, "for example: mon 09:00-13:00@A;thu 14:00-18:00@B", PARTIAL_CLAUSES)
            return ()
        if slots and status and status != PARTIAL:
            what = f"slots declared by a practitioner whose status is {STATUSES[status - 1]}"
            why, mend = "only partial accession has off-tariff slots", "remove them or set status to partial"
            self._wrong("slots", what, why, mend, PARTIAL_CLAUSES)
        return slots


def beyond_limits(slots: tuple[Slot, ...], profession: int, conditions: Conditions) -> Problem | None:
    """Return a warning where declared slots are more, or longer, than the profession may have a week; else None."""
    name, title = _PEOPLE[profession]
    limits = partial_limits(conditions.agreement, name)
    longest = max((slot.end - slot.start for slot in slots), default=0)
    found = [f"{len(slots)} slots a week"] if len(slots) > limits.slots else []
    if longest > limits.slot_minutes * 60:
        found.append(f"a slot of {longest // 3600} h {longest % 3600 // 60:02}")
    if not found:
        return None
    return Problem(
        "slots_beyond_limits",
        " and ".join(found),
        why=f"a {title} may declare at most {limits.slots} slots a week of at most {limits.slot_minutes // 60} hours; "
        "they are taken as declared",
        mend="check the declaration",
        cites=(f"{conditions.agreement.id}#{limits.slots_clause}",),
        severity="warning",
    )


def doubts(rows: Iterable[Mapping[str, str | None]], file: str, conditions: Conditions) -> Iterator[Problem]:
    """Yield a warning for each row, faultless otherwise, that the check takes as declared but that looks wrong.

    Slots beyond the limits of chapter 14, row by row; numbers that are no INAMI number, once each.
    """
    numbers: set[int] = set()
    for row_number, row in enumerate(rows, start=2):
        where = Place(file=file, row=row_number)
        said = _Row(row, where).accession()
        if said.practitioner not in numbers:
            numbers.add(said.practitioner)
            why = check_inami(str(said.practitioner).zfill(INAMI_DIGITS)).why
            if why:
                what, mend = f"{said.practitioner} is no INAMI number", "check it for a slip"
                yield Problem("inami_number", what, replace(where, field="practitioner"), why, mend, severity="warning")
        beyond = beyond_limits(said.slots, said.profession, conditions) if said.slots else None
        if beyond:
            yield beyond.at(replace(where, field="slots"))


def _overlaps(accessions: list[tuple[int, Accession]], file: str) -> list[Problem]:
    ordered = sorted(accessions, key=lambda pair: (pair[1].practitioner, pair[1].valid_from))
    return [
        Problem(
            "practitioner_overlap",
            f"practitioner {second.practitioner} has two statuses from {second.valid_from}",
            Place(file=file, row=row, field="valid_from"),
            "on each day a practitioner has one status",
            f"end the interval of row {earlier} before {second.valid_from}",
            ("be/amm/2020#17.3",),
        )
        for (earlier, first), (row, second) in pairwise(ordered)
        if first.practitioner == second.practitioner and second.valid_from <= first.valid_to
    ]
