"""Reading a table of practitioners and declarations from a file of any of our formats."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from medicomut.accession.import_rows import COLUMNS, REQUIRED
from medicomut.engines.files import naming_faults, open_lines
from medicomut.errors import Place, Problem, Problems


def declaration_rows(path: Path) -> list[dict[str, str | None]]:
    """Return the rows as text; raises `Problems` for a file that is no such table, with every fault of its columns."""
    frame = open_lines(path, COLUMNS).frame
    present = frame.collect_schema().names()
    mend = f"the columns are: {', '.join(COLUMNS)}"
    where = Place(file=str(path))
    faults = [
        Problem("missing_column", f"there is no column {name}", where, mend=mend)
        for name in REQUIRED
        if name not in present
    ]
    faults += [
        Problem("unknown_column", f"{name!r} is not a column of declarations", where, mend=mend)
        for name in present
        if name not in COLUMNS
    ]
    if faults:
        raise Problems(faults)
    with naming_faults(path):
        return frame.select(pl.col(name).cast(pl.String) for name in present).collect().to_dicts()
