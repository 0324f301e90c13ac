"""Reading a timetable: CSV with the columns `day,start,end,site,kind,setting`, one row for hours of each week."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from medicomut.accession.timetable import KINDS, SETTINGS, Hours
from medicomut.errors import Place, Problem, Problems
from medicomut.slots import hours_of_week, write_hours

COLUMNS: Final = ("day", "start", "end", "site", "kind", "setting")
MEASURES: Final = ("acts", "amount_cents")
"""Columns that may follow: what is done and charged a week in these hours."""

_BEGIN: Final = f"begin the file with: {','.join(COLUMNS)}"


def read_timetable(text: str, file: str) -> list[Hours]:
    """Read a timetable, in the order of the week; raises `Problems` with every fault of every row."""
    lines = text.removeprefix("\ufeff").splitlines()
    header = lines[0] if lines else ""
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=";" if header.count(";") > header.count(",") else ",")
    names = [name.strip().lower() for name in next(reader, [])]
    faults = list(_header_faults(names, file))
    if faults:
        raise Problems(faults)
    rows: list[tuple[int, Hours]] = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        row = _Row(names, cells, Place(file=file, line=reader.line_num))
        hours = row.hours()
        faults += row.faults
        if hours is not None and not row.faults:
            rows.append((reader.line_num, hours))
    rows.sort(key=lambda pair: (pair[1].start, pair[1].end))
    faults += _overlaps(rows, file)
    if not rows and not faults:
        faults.append(Problem("no_rows", "the timetable has no hours", Place(file=file), mend="add a row for each"))
    if faults:
        raise Problems(faults)
    return [hours for _, hours in rows]


def write_row(hours: Hours) -> dict[str, str]:
    """Return hours as a row that `read_timetable` reads."""
    day, start, end = write_hours(hours.start, hours.end)
    return dict(zip(COLUMNS, (day, start, end, hours.site, hours.kind, hours.setting), strict=True))


def _header_faults(names: Sequence[str], file: str) -> Iterator[Problem]:
    where = Place(file=file, line=1)
    for name in COLUMNS:
        if name not in names:
            yield Problem("missing_column", f"there is no column {name}", where, mend=_BEGIN)
    for name in names:
        if name not in (*COLUMNS, *MEASURES):
            yield Problem("unknown_column", f"{name!r} is not a column of a timetable", where, mend=_BEGIN)
        elif names.count(name) > 1:
            yield Problem("repeated_column", f"the column {name} stands twice", where, mend="keep one of them")
            return


class _Row:
    """One row: what it says, and every fault found in reading it."""

    def __init__(self, names: Sequence[str], cells: Sequence[str], where: Place) -> None:
        self.where = where
        self.faults: list[Problem] = []
        if len(cells) > len(names):
            self._wrong(
                names[-1], "bad_row", f"{len(cells)} cells in {len(names)} columns", "remove the extra separator"
            )
        self.cells = dict(zip(names, (cell.strip() for cell in cells), strict=False))

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
