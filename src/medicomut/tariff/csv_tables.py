"""Reading a CSV table strictly: every fault of every record is collected with its file, line and field."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from io import StringIO
from pathlib import Path

from medicomut.errors import Place, Problem, Problems
from medicomut.identifiers import check_nomenclature
from medicomut.money import ratio

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"0|[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its texts by column and its place. Each reader returns the value, or None and notes why."""

    values: dict[str, str]
    place: Place
    problems: list[Problem]

    def fault(self, code: str, field: str | None, what: str, mend: str, why: str = "") -> None:
        """Note a fault of this record."""
        where = Place(file=self.place.file, line=self.place.line, row=self.place.row, field=field)
        self.problems.append(Problem(code=code, what=what, where=where, why=why, mend=mend))

    def text(self, field: str) -> str | None:
        """Return a text that must not be empty."""
        if not self.values[field]:
            self.fault("missing_value", field, "nothing is written", "write a value")
        return self.values[field] or None

    def choice(self, field: str, choices: Sequence[str]) -> str | None:
        """Return one of the words allowed."""
        value = self.values[field]
        if value in choices:
            return value
        self.fault("bad_choice", field, f"{value!r} is not one of {', '.join(choices)}", "write one of these")
        return None

    def day(self, field: str) -> date | None:
        """Return a date written as 2020-01-31."""
        value = self.values[field]
        try:
            if _DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.fault("bad_date", field, f"{value!r} is not a date", "write it as 2020-01-31")
        return None

    def interval(self) -> tuple[date, date] | None:
        """Return `valid_from` and `valid_to`, both included."""
        start, end = self.day("valid_from"), self.day("valid_to")
        if start is None or end is None:
            return None
        if end < start:
            self.fault("bad_interval", "valid_to", f"{end} is before {start}", "write the last day of validity")
            return None
        return start, end

    def nomenclature_code(self, field: str = "code") -> str | None:
        """Return a nomenclature code whose check digit holds."""
        check = check_nomenclature(self.values[field])
        if check.normalised is None or check.normalised != self.values[field]:
            why = check.why or "it is written with separators"
            self.fault("bad_code", field, f"{self.values[field]!r}: {why}", "check the code for a slip")
            return None
        return check.normalised

    def whole(self, field: str) -> int | None:
        """Return a whole number that is not negative, such as an amount in cents."""
        value = self.values[field]
        if _WHOLE.fullmatch(value):
            return int(value)
        self.fault("bad_amount", field, f"{value!r} is not whole cents", "write 22.22 euro as 2222")
        return None

    def exact(self, field: str) -> Fraction | None:
        """Return a number in plain decimal notation, exactly."""
        try:
            return ratio(self.values[field])
        except Problems as refused:
            for problem in refused.problems:
                self.fault("bad_number", field, problem.what, problem.mend, problem.why)
        return None


def read_records(path: Path, columns: Sequence[str], problems: list[Problem]) -> Iterator[Record]:
    """Yield the records of a UTF-8 CSV file that has exactly these columns, in any order.

    Faults go to `problems`: `missing_file`, `not_utf8`, `missing_column`, `unknown_column`, `cell_count`.
    """
    name = path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.append(_table_fault("missing_file", name, f"{path} does not exist", "add the file"))
        return
    except UnicodeDecodeError as fault:
        problems.append(_table_fault("not_utf8", name, f"byte {fault.start} is no UTF-8", "save it as UTF-8"))
        return
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if not _header_holds(header, columns, name, problems):
            return
        for number, cells in enumerate(reader, start=1):
            place = Place(file=name, line=reader.line_num, row=number)
            if len(cells) != len(header):
                what = f"{len(cells)} cells under {len(header)} columns"
                problems.append(
                    Problem(code="cell_count", what=what, where=place, mend="quote a text that holds a comma")
                )
                continue
            yield Record(dict(zip(header, cells, strict=True)), place, problems)
    except csv.Error as fault:
        where = Place(file=name, line=reader.line_num)
        problems.append(Problem(code="bad_csv", what=str(fault), where=where, mend="close every quote"))


def _header_holds(header: list[str], columns: Sequence[str], name: str, problems: list[Problem]) -> bool:
    missing = [column for column in columns if column not in header]
    unknown = [column for column in header if column not in columns]
    if missing:
        problems.append(_table_fault("missing_column", name, f"no column {', '.join(missing)}", "add it"))
    if unknown:
        mend = f"the columns are {', '.join(columns)}"
        problems.append(_table_fault("unknown_column", name, f"column {', '.join(map(repr, unknown))}", mend))
    if len(set(header)) != len(header):
        problems.append(_table_fault("repeated_column", name, "a column stands twice", "keep one"))
        return False
    return not missing and not unknown


def _table_fault(code: str, name: str, what: str, mend: str) -> Problem:
    return Problem(code=code, what=what, where=Place(file=name, line=1), mend=mend)
