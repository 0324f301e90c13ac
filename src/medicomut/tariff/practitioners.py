"""The table of practitioners: who acceded, for which hours and where, from when to when.

Columns: `practitioner, profession (gp|specialist), status (full|partial|refused), valid_from, valid_to, slots`,
the last written `mon 09:00-13:00@SITE;…`. Empty dates mean no bound. See `docs/lines.md`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from medicomut.calendar import MINUTES_A_DAY, minute_of_day, weekday
from medicomut.errors import Place, Problem, Problems
from medicomut.tariff.book import SLOT_COUNT
from medicomut.tariff.line import practitioner_number
from medicomut.tariff.vocabulary import PARTIAL, PROFESSIONS, STATUSES

COLUMNS = ("practitioner", "profession", "status", "valid_from", "valid_to", "slots")
REQUIRED = ("practitioner", "profession", "status")
PARTIAL_CLAUSES = ("be/amm/2020#14.2.2.2.1", "be/amm/2020#14.3.2.2.1")

_SLOT = re.compile(r"(?P<day>[A-Za-z]{3})\s+(?P<start>\d{2}:\d{2})-(?P<end>\d{2}:\d{2})(?:@(?P<site>.+))?")


@dataclass(frozen=True, slots=True)
class Slot:
    """An off-tariff slot: seconds of the week (Monday 00:00 is 0), its end not included; site None means any."""

    start: int
    end: int
    site: str | None


@dataclass(frozen=True, slots=True)
class Accession:
    """What holds for a practitioner in an interval of days, both included."""

    practitioner: int
    profession: int
    status: int
    valid_from: date
    valid_to: date
    slots: tuple[Slot, ...] = ()


def parse_slots(text: str) -> tuple[Slot, ...]:
    """Read `mon 09:00-13:00@SITE;…`.

    A slot may pass midnight (`fri 22:00-01:00`), but not the end of the week: that one is written as two.
    Raises `ValueError` with what is wrong and how to write it.
    """
    slots = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        found = _SLOT.fullmatch(part)
        if not found:
            raise ValueError(f"{part!r} is not a slot; write it as: mon 09:00-13:00@SITE")
        try:
            day = weekday(found["day"].lower()) * MINUTES_A_DAY
            start = minute_of_day(found["start"])
            end = MINUTES_A_DAY if found["end"] == "24:00" else minute_of_day(found["end"])
        except Problems as fault:
            raise ValueError(f"{part!r}: {fault.problems[0].what}; {fault.problems[0].mend}") from None
        if end <= start:
            end += MINUTES_A_DAY
        if day + end > 7 * MINUTES_A_DAY:
            raise ValueError(f"{part!r} passes the end of the week; write it as two slots, sun and mon")
        slots.append(Slot((day + start) * 60, (day + end) * 60, found["site"]))
    if len(slots) > SLOT_COUNT:
        raise ValueError(f"{len(slots)} slots; nobody may have more than {SLOT_COUNT} a week")
    return tuple(sorted(slots, key=lambda slot: (slot.start, slot.site or "")))


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

    def on(self, practitioner: int, day: date) -> Accession | None:
        """Return what holds for the practitioner on the day, or None."""
        rows = self._of.get(practitioner, [])
        at = bisect_right(rows, day, key=lambda row: row.valid_from) - 1
        return rows[at] if at >= 0 and day <= rows[at].valid_to else None

    @property
    def sites(self) -> list[str]:
        """Every site named in a slot."""
        return sorted({slot.site for row in self.rows for slot in row.slots if slot.site})


def from_rows(rows: Iterable[Mapping[str, str | None]], file: str) -> Practitioners:
    """Build the table from rows of text.

    Raises `Problems` with every fault found: what, where (row), why and how to mend.
    """
    problems: list[Problem] = []
    accessions: list[tuple[int, Accession]] = []
    for number, row in enumerate(rows, start=2):
        try:
            accessions.append((number, _accession(row)))
        except _RowError as fault:
            where = Place(file=file, row=number, field=fault.field)
            problems.append(
                Problem(
                    "practitioner_row",
                    str(fault),
                    where,
                    fault.why,
                    fault.mend,
                    PARTIAL_CLAUSES[: fault.cited],
                )
            )
    problems += _overlaps(accessions, file)
    if problems:
        raise Problems(problems)
    return Practitioners(accession for _, accession in accessions)


class _RowError(ValueError):
    def __init__(self, column: str, what: str, why: str, mend: str, cited: int = 0) -> None:
        super().__init__(what)
        self.field, self.why, self.mend, self.cited = column, why, mend, cited


def _accession(row: Mapping[str, str | None]) -> Accession:
    def text(column: str) -> str:
        return str(row.get(column) or "").strip()

    try:
        number = practitioner_number(text("practitioner"))
    except ValueError:
        raise _RowError("practitioner", f"{text('practitioner')!r} is not a number", "a practitioner has an INAMI "
                        "number of 11 digits", "write the digits only") from None  # fmt: skip
    words = {}
    for column, allowed in (("profession", PROFESSIONS), ("status", STATUSES)):
        word = text(column).lower()
        if word not in allowed:
            raise _RowError(column, f"{word!r} is not a {column}", "the tariff depends on it",
                            f"use one of: {', '.join(allowed)}")  # fmt: skip
        words[column] = allowed.index(word) + 1
    bounds = {}
    for column, unbounded in (("valid_from", date.min), ("valid_to", date.max)):
        written = text(column)
        try:
            bounds[column] = date.fromisoformat(written) if written else unbounded
        except ValueError:
            raise _RowError(column, f"{written!r} is not a date", "status is dated",
                            "write it as 2020-03-31, or leave it empty for no bound") from None  # fmt: skip
    if bounds["valid_to"] < bounds["valid_from"]:
        raise _RowError("valid_to", "the interval ends before it starts", "both days are included", "swap the dates")
    try:
        slots = parse_slots(text("slots"))
    except ValueError as fault:
        raise _RowError("slots", str(fault), "off-tariff slots are declared by day, hours and site",
                        "for example: mon 09:00-13:00@A;thu 14:00-18:00@B", 2) from None  # fmt: skip
    if slots and words["status"] != PARTIAL:
        raise _RowError(
            "slots",
            f"slots declared by a practitioner whose status is {text('status')}",
            "only partial accession has off-tariff slots",
            "remove them or set status to partial",
            2,
        )
    return Accession(number, words["profession"], words["status"], bounds["valid_from"], bounds["valid_to"], slots)


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
