"""Rows of a small CSV file that a person wrote: the header checked, each cell by its column, every fault placed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from medicomut.errors import Place, Problem, Problems


def csv_rows(
    text: str, file: str, required: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[Place, dict[str, str]]]:
    """Yield the place and the cells of each row, separated by commas or semicolons; empty rows are left out.

    Raises `Problems` with every fault of the header, or with every row that has a cell too many.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    header = lines[0] if lines else ""
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=";" if header.count(";") > header.count(",") else ",")
    names = [name.strip().lower() for name in next(reader, [])]
    faults = list(_header_faults(names, file, required, optional))
    if faults:
        raise Problems(faults)
    rows = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    mend = "remove the extra separator, or quote the cell that holds it"
    faults = [
        Problem("bad_row", f"{len(cells)} cells in {len(names)} columns", Place(file=file, line=line), mend=mend)
        for line, cells in rows
        if len(cells) > len(names)
    ]
    if not rows:
        faults = [Problem("no_rows", "the file has no rows", Place(file=file), mend="add one for each")]
    if faults:
        raise Problems(faults)
    for line, cells in rows:
        yield Place(file=file, line=line), dict(zip(names, (cell.strip() for cell in cells), strict=False))


def _header_faults(
    names: Sequence[str], file: str, required: Sequence[str], optional: Sequence[str]
) -> Iterator[Problem]:
    where = Place(file=file, line=1)
    begin = f"begin the file with: {','.join(required)}"
    for name in required:
        if name not in names:
            yield Problem("missing_column", f"there is no column {name}", where, mend=begin)
    for name in dict.fromkeys(names):
        if name not in (*required, *optional):
            yield Problem("unknown_column", f"{name!r} is not a column of this file", where, mend=begin)
        elif names.count(name) > 1:
            yield Problem("repeated_column", f"the column {name} stands twice", where, mend="keep one of them")
