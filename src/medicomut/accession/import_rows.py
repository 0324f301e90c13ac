"""Rows of a file of practitioners and declarations: each read as a declaration, or every reason why it cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from medicomut.accession.declarations import PLACES, Declaration, Kind
from medicomut.accession.timetable import KINDS, SETTINGS, Hours
from medicomut.errors import Place, Problem, Problems
from medicomut.identifiers import Profession, check_inami, profession_of
from medicomut.slots import hours_of_week

REQUIRED: Final = ("number", "kind")
COLUMNS: Final = (*REQUIRED, "agreement", "profession", *PLACES, "from", "hours", "basis")
IMPORTED: Final = tuple(kind for kind in Kind if kind is not Kind.corrected)
"""A correction takes two persons and the version it corrects: it is made one at a time."""

_NAMES: Final = {kind.name: kind for kind in Kind}
_HOURS: Final = re.compile(
    rf"(?P<day>\w{{3}}) (?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)(?:@(?P<site>.*?))? "
    rf"(?P<kind>{'|'.join(KINDS)}) (?P<setting>{'|'.join(SETTINGS)})"
)


@dataclass(frozen=True, slots=True)
class Read:
    """A row of a file, by its number from 1: the declaration it makes, or why it makes none.

    `number` and `kind` are as they are written, for a report.
    """

    row: int
    number: str
    kind: str
    declared: Declaration | None
    problems: tuple[Problem, ...] = ()


def read_declarations(rows: Iterable[Mapping[str, str | None]], actor: str) -> list[Read]:
    """Read rows of the columns `COLUMNS`, the actor being who brings them in.

    Faults: `bad_number`, `unknown_kind`, `bad_profession`, `profession_differs`, `bad_day`, `bad_hours`, and
    `contradicts_row` where two rows say of one practitioner what cannot both be declared at one instant.
    """
    found = [_Row(at, row).read(actor) for at, row in enumerate(rows, 1)]
    contradicted = dict(_contradictions(found))
    return [
        Read(one.row, one.number, one.kind, None, (contradicted[one.row],)) if one.row in contradicted else one
        for one in found
    ]


class _Row:
    """One row: its cells without blanks around them, and the faults found in them."""

    def __init__(self, at: int, cells: Mapping[str, str | None]) -> None:
        self.at, self.cells = at, cells
        self.faults: list[Problem] = []

    def read(self, actor: str) -> Read:
        """Return the row as a declaration, or its faults."""
        number, kind = self.number(), self.kind()
        said = (self.profession(number), self.day(), self.hours())
        written = self.cell("number") or "", self.cell("kind") or ""
        if self.faults or kind is None:
            return Read(self.at, *written, None, tuple(self.faults))
        profession, valid_from, hours = said
        region, province, arrondissement, municipality = (self.cell(name) for name in PLACES)
        declared = Declaration(
            kind, number, actor, self.cell("agreement"), hours, profession if kind is Kind.registered else None, region,
            valid_from, basis=self.cell("basis"), province=province, arrondissement=arrondissement,
            municipality=municipality,
        )  # fmt: skip
        return Read(self.at, *written, declared)

    def cell(self, column: str) -> str | None:
        """Return what a cell says, None where it says nothing."""
        written = self.cells.get(column)
        return (written.strip() or None) if written else None

    def wrong(self, column: str, code: str, what: str, mend: str, why: str = "") -> None:
        """Note a fault of a cell."""
        self.faults.append(Problem(code, what, Place(row=self.at, field=column), why, mend))

    def number(self) -> str:
        """Return the INAMI number, without the marks between its parts."""
        written = self.cell("number") or ""
        found = check_inami(written)
        if found.normalised is None:
            self.wrong("number", "bad_number", f"{written!r} is no INAMI number", "check it", found.why or "")
        return found.normalised or written

    def kind(self) -> Kind | None:
        """Return what is declared."""
        written = (self.cell("kind") or "").lower()
        found = _NAMES.get(written)
        if found is Kind.corrected:
            why = "a correction takes two persons and names the version it corrects"
            self.wrong("kind", "unknown_kind", "a correction is not imported", "make it one at a time", why)
        elif found is None:
            mend = f"write one of: {', '.join(kind.name for kind in IMPORTED)}"
            self.wrong("kind", "unknown_kind", f"{written!r} is nothing that can be declared", mend)
        return found

    def profession(self, number: str) -> Profession | None:
        """Return the profession: that of the number where the cell is empty."""
        written, of_number = (self.cell("profession") or "").lower(), profession_of(number)
        if not written:
            return of_number
        found: Profession | None = "gp" if written == "gp" else "specialist" if written == "specialist" else None
        if found is None:
            self.wrong("profession", "bad_profession", f"{written!r} is no profession", "write gp or specialist")
        elif of_number is not None and found != of_number:
            why = f"the last three digits, {number[-3:]}, are a competence of a {of_number}"
            self.wrong("profession", "profession_differs", f"{found} with the number {number}", "correct one", why)
        return found

    def day(self) -> date | None:
        """Return the day from which it holds, where one is stated."""
        written = self.cell("from")
        try:
            return date.fromisoformat(written) if written else None
        except ValueError:
            self.wrong("from", "bad_day", f"{written!r} is not a day", "write it as 2020-01-29")
            return None

    def hours(self) -> tuple[Hours, ...]:
        """Return the hours of a timetable written in one cell: `mon 09:00-12:00@A free practice;…`."""
        found = []
        for part in filter(None, map(str.strip, (self.cell("hours") or "").split(";"))):
            try:
                found.append(_hours(part))
            except ValueError as fault:
                mend = "write it as: mon 09:00-12:00@SITE free practice; separated by semicolons"
                self.wrong("hours", "bad_hours", f"{part!r} {fault}", mend)
        return tuple(sorted(found, key=lambda hours: (hours.start, hours.end)))


def _hours(text: str) -> Hours:
    found = _HOURS.fullmatch(" ".join(text.split()))
    if found is None:
        raise ValueError("is not hours of a week")
    try:
        start, end = hours_of_week(found["day"], found["start"], found["end"])
    except Problems as fault:
        raise ValueError(fault.problems[0].what) from None
    return Hours(start, end, (found["site"] or "").strip(), found["kind"], found["setting"])


def _contradictions(found: Iterable[Read]) -> Iterator[tuple[int, Problem]]:
    """Yield the rows that say something else than an earlier one of the same practitioner, matter and day.

    A row without a day speaks of the day of recording: it stands alone in its matter. The same thing said twice is
    harmless.
    """
    said: dict[tuple[str, str | None], list[tuple[int, Declaration]]] = {}
    for one in found:
        declared = one.declared
        if declared is None:
            continue
        others = said.setdefault((declared.number, declared.agreement), [])
        clash = next((row for row, other in others if _clash(other, declared)), None)
        others.append((one.row, declared))
        if clash is not None:
            what = f"row {clash} says something else of {declared.number}"
            why = "what a file declares is declared at one instant"
            mend = "keep one of them; where each has a day of its own, state it in from"
            yield one.row, Problem("contradicts_row", what, Place(row=one.row), why, mend)


def _clash(one: Declaration, other: Declaration) -> bool:
    days = (one.valid_from, other.valid_from)
    return one != other and (None in days or days[0] == days[1])
