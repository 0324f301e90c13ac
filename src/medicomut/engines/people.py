"""Reading a table of practitioners from a file of any of our formats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from medicomut.engines.files import naming_faults, open_lines
from medicomut.errors import Place, Problem, Problems
from medicomut.tariff.practitioners import COLUMNS, REQUIRED, Practitioners, doubts, from_rows

if TYPE_CHECKING:
    from medicomut.tariff.conditions import Conditions


def read_practitioners(path: Path) -> Practitioners:
    """Read the table; raises `Problems` with every fault of every row, or with the columns that are missing."""
    return from_rows(read_rows(path).iter_rows(named=True), str(path))


def practitioner_doubts(path: Path, conditions: Conditions) -> list[Problem]:
    """Return a warning for each row of a table without faults that is taken as declared but looks wrong."""
    return list(doubts(read_rows(path).iter_rows(named=True), str(path), conditions))


def read_rows(path: Path) -> pl.DataFrame:
    """Return the columns of ours as text; raises `Problems` for a file that is no such table."""
    frame = open_lines(path, COLUMNS).frame
    present = frame.collect_schema().names()
    missing = [name for name in REQUIRED if name not in present]
    if missing:
        raise Problems(
            [
                Problem(
                    "missing_column",
                    f"there is no column {', '.join(missing)}",
                    Place(file=str(path)),
                    "the status of a practitioner needs it" if len(missing) == 1 else "the status needs each of them",
                    f"the columns found are: {', '.join(present)}; those of the table are: {', '.join(COLUMNS)}",
                )
            ]
        )
    with naming_faults(path):
        return frame.select(pl.col(name).cast(pl.String) for name in COLUMNS if name in present).collect()
