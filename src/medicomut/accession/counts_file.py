"""Reading a count of refusals: CSV with `region,profession,active,refused`, and what other denominators need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from medicomut.accession.places import code_of
from medicomut.accession.quorum import Count, Denominator
from medicomut.csv_rows import csv_rows
from medicomut.errors import Place, Problem, Problems

COLUMNS: Final = ("region", "profession", "active", "refused")
OTHERS: Final = ("all_numbers", "trainees", "trainees_refused")
"""Columns that may follow: every number given out, and how many of the active are trainees, or refused as such."""
PROFESSIONS: Final = ("gp", "specialist")

_NEEDS: Final = {
    Denominator.active: (),
    Denominator.all_numbers: ("all_numbers",),
    Denominator.without_trainees: ("trainees", "trainees_refused"),
}


def read_counts(text: str, file: str, denominator: Denominator) -> list[Count]:
    """Read a count for a denominator; raises `Problems` with every fault of every row."""
    faults: list[Problem] = []
    counts: dict[tuple[str, str], Count] = {}
    for where, cells in csv_rows(text, file, COLUMNS, OTHERS):
        row = _Row(cells, where)
        count = row.count(denominator)
        key = (count.region, count.profession)
        if key in counts:
            row.wrong("region", "repeated_row", f"{' '.join(key)} is counted twice", "keep one row of each")
        counts.setdefault(key, count)
        faults += row.faults
    if faults:
        raise Problems(faults)
    return list(counts.values())


class _Row:
    """One row: what it says, and every fault found in reading it."""

    def __init__(self, cells: Mapping[str, str], where: Place) -> None:
        self.cells, self.where = cells, where
        self.faults: list[Problem] = []

    def wrong(self, column: str, code: str, what: str, mend: str) -> None:
        """Note a fault of a cell."""
        self.faults.append(Problem(code, what, replace(self.where, field=column), mend=mend))

    def count(self, denominator: Denominator) -> Count:
        """Return what the row counts; where `faults` has grown, the columns named there mean nothing."""
        region, profession = self._region(), self.cells.get("profession", "").lower()
        if profession not in PROFESSIONS:
            self.wrong("profession", "bad_profession", f"{profession!r} is not a profession", "write gp or specialist")
        number = {name: self._whole(name) for name in (*COLUMNS[2:], *_NEEDS[denominator])}
        total, refused = number["active"], number["refused"]
        if denominator is Denominator.all_numbers:
            total = number["all_numbers"]
        elif denominator is Denominator.without_trainees:
            total, refused = total - number["trainees"], refused - number["trainees_refused"]
        if not self.faults and not 0 <= refused <= total:
            what = f"{refused} refused of {total} ({denominator.value})"
            self.wrong("refused", "impossible_count", what, "check both numbers")
        return Count(region, profession, total, refused)

    def _region(self) -> str:
        """Return the key of the region: the same one written in two languages is one."""
        written = self.cells.get("region", "")
        if not written:
            self.wrong("region", "bad_region", "the region is empty", "name it")
            return written
        try:
            return code_of("region", written)
        except Problems as unknown:
            self.faults += [replace(fault, where=replace(self.where, field="region")) for fault in unknown.problems]
            return written

    def _whole(self, column: str) -> int:
        written = self.cells.get(column, "")
        if not (written.isascii() and written.isdigit()):
            what = f"{written!r} is not a whole number" if written else f"{column} is not stated"
            self.wrong(column, "bad_number", what, "write digits only")
            return 0
        return int(written)
