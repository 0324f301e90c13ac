"""Reading a timetable: CSV with the columns `day,start,end,site,kind,setting`, one row for hours of each week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from medicomut.accession.timetable import KINDS, SETTINGS, Hours
from medicomut.csv_rows import csv_rows
from medicomut.errors import Place, Problem, Problems
from medicomut.slots import hours_of_week, write_hours

COLUMNS: Final = ("day", "start", "end", "site", "kind", "setting")
MEASURES: Final = ("acts", "amount_cents")
"""Columns that may follow: what is done and charged a week in these hours."""


def read_timetable(text: str, file: str) -> list[Hours]:
    """Read a timetable, in the order of the week; raises `Problems` with every fault of every row."""
    faults: list[Problem] = []
    rows: list[tuple[int, Hours]] = []
    for where, cells in csv_rows(text, file, COLUMNS, MEASURES):
        row = _Row(cells, where)
        hours = row.hours()
        faults += row.faults
        if hours is not None and not row.faults:
            rows.append((where.line or 0, hours))
    rows.sort(key=lambda pair: (pair[1].start, pair[1].end))
    faults += _overlaps(rows, file)
    if faults:
        raise Problems(faults)
    return [hours for _, hours in rows]


def write_row(hours: Hours) -> dict[str, str]:
    """Return hours as a row that `read_timetable` reads."""
    day, start, end = write_hours(hours.start, hours.end)
    return dict(zip(COLUMNS, (day, start, end, hours.site, hours.kind, hours.setting), strict=True))


class _Row:
    """One row: what it says, and every fault found in reading it."""

    def __init__(self, cells: Mapping[str, str], where: Place) -> None:
        self.cells, self.where = cells, where
        self.faults: list[Problem] = []

    def _wrong(self, column: str, code: str, what: str, mend: str, why: str = "") -> None:
        self.faults.append(Problem(code, what, replace(self.where, field=column), why, mend))

    def hours(self) -> Hours | None:
        """Return what the row says, or None where its hours cannot be read."""
        kind, setting = self._word("kind", KINDS), self._word("setting", SETTINGS)
        acts, cents = (self._count(name) for name in MEASURES)
        times = self._times()
        if times is None:
            return None
        return Hours(*times, self.cells.get("site", ""), kind, setting, acts, cents)

    def _times(self) -> tuple[int, int] | None:
        day, start, end = (self.cells.get(name, "") for name in COLUMNS[:3])
        if start == end:
            self._wrong(
                "end", "no_hours", f"{start or 'nothing'} to {end or 'nothing'} are no hours", "write a later end"
            )
            return None
        try:
            return hours_of_week(day, start, end)
        except Problems as fault:
            for problem in fault.problems:
                column = "day" if problem.code == "bad_weekday" else "start"
                self.faults.append(replace(problem, where=replace(self.where, field=column)))
        except ValueError as fault:
            self._wrong("end", "past_the_week", f"{day} {start}-{end} {fault}", "write it as two rows, sun and mon")
        return None

    def _word(self, column: str, allowed: Sequence[str]) -> str:
        word = self.cells.get(column, "").lower()
        if word not in allowed:
            self._wrong(column, f"bad_{column}", f"{word!r} is not a {column}", f"write one of: {', '.join(allowed)}")
        return word

    def _count(self, column: str) -> int | None:
        written = self.cells.get(column, "")
        if not written:
            return None
        if not (written.isascii() and written.isdigit()):
            self._wrong(column, "bad_number", f"{written!r} is not a whole number", "write digits only")
            return None
        return int(written)


def _overlaps(rows: Sequence[tuple[int, Hours]], file: str) -> Iterator[Problem]:
    for (before, first), (line, second) in pairwise(rows):
        if second.start < first.end:
            yield Problem(
                "hours_overlap",
                f"{' '.join(write_hours(second.start, second.end))} begins before line {before} ends",
                Place(file=file, line=line),
                "nobody practises twice at the same time",
                "let one end before the other begins",
            )
