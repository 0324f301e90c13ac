"""Reading a table of practitioners from a file of any of our formats."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from medicomut.engines.files import naming_faults, open_lines
from medicomut.errors import Place, Problem, Problems
from medicomut.tariff.practitioners import COLUMNS, REQUIRED, Practitioners, from_rows


def read_practitioners(path: Path) -> Practitioners:
    """Read the table; raises `Problems` with every fault of every row, or with the columns that are missing."""
    return from_rows(read_rows(path).iter_rows(named=True), str(path))


def read_rows(path: Path) -> pl.DataFrame:
    """Return the columns of ours as text; raises `Problems` for a file that is no such table."""
    frame = open_lines(path).frame
    present = frame.collect_schema().names()
    missing = [name for name in REQUIRED if name not in present]
    if missing:
        raise Problems(
            Problem(
                "missing_column",
                f"there is no column {name}",
                Place(file=str(path)),
                "the status of a practitioner needs it",
                f"the columns found are: {', '.join(present)}; those of the table are: {', '.join(COLUMNS)}",
            )
            for name in missing
        )
    with naming_faults(path):
        return frame.select(pl.col(name).cast(pl.String) for name in COLUMNS if name in present).collect()
