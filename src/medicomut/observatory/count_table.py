"""Tables of counts with every total, some of them hidden: read from a file and written to one."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final

from medicomut.errors import Place, Problem, Problems

TOTAL: Final = "total"
"""The label of a total, in every column of labels."""
COUNT: Final = "count"
STATUS: Final = "status"
HIDDEN: Final = "hidden"

MOST_COLUMNS: Final = 3
MOST_CELLS: Final = 2_000

Label = tuple[str, ...]
"""The labels of a cell, one for each column of labels; `total` where it adds up."""


@dataclass(frozen=True)
class Shape:
    """The columns of labels of a table, and the labels of each, in their order; every column has a total besides."""

    columns: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]

    @cached_property
    def cells(self) -> tuple[Label, ...]:
        """Every cell, totals included; the last is the grand total."""
        return tuple(product(*((*each, TOTAL) for each in self.labels)))

    @cached_property
    def place(self) -> dict[Label, int]:
        """The number of each cell."""
        return {cell: number for number, cell in enumerate(self.cells)}

    @cached_property
    def sums(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Every total with the cells it adds up, along each column."""
        found = []
        for number, cell in enumerate(self.cells):
            for at, label in enumerate(cell):
                if label == TOTAL:
                    parts = (self.place[(*cell[:at], each, *cell[at + 1 :])] for each in self.labels[at])
                    found.append((number, tuple(parts)))
        return tuple(found)

    def with_totals(self, counts: Mapping[Label, int]) -> list[int]:
        """Return the count of every cell from those that are no totals."""
        found = [0] * len(self.cells)
        for cell, count in counts.items():
            for total in product(*((label, TOTAL) for label in cell)):
                found[self.place[total]] += count
        return found


def read_counts(text: str, file: str) -> tuple[Shape, list[int]]:
    """Read a table of counts: columns of labels, then `count`, a row for each cell; totals are computed, not read.

    Raises `Problems` with every fault: `bad_header`, `bad_row`, `bad_count`, `total_given`, `repeated_cell`,
    `missing_cell` (what nobody counted is not nought), `too_many_cells`.
    """
    columns, rows, faults = _read(text, file)
    counts: dict[Label, int] = {}
    for where, cell, written, _ in rows:
        if TOTAL in cell:
            mend = "leave rows of totals out: they are computed"
            faults.append(Problem("total_given", "this row is a total", where, mend=mend))
        elif not (written.isascii() and written.isdigit() and len(written) <= 12):
            mend = "write a whole number, digits only"
            faults.append(Problem("bad_count", f"{written!r} is not a count", where, mend=mend))
        else:
            counts[cell] = int(written)
    shape = _shape(columns, [cell for _, cell, _, _ in rows if TOTAL not in cell], file, faults)
    for cell in shape.cells if not faults else ():
        if TOTAL not in cell and cell not in counts:
            what = f"{' / '.join(cell)} is not counted"
            faults.append(Problem("missing_cell", what, Place(file=file), mend="add a row; write 0 if there are none"))
    if faults:
        raise Problems(faults)
    return shape, shape.with_totals(counts)


def read_published(text: str, file: str) -> tuple[Shape, list[int | None]]:
    """Read a table as it is published, totals included; `None` where a count is hidden.

    Raises `Problems` as `read_counts` does, and `false_total` where what is published does not add up.
    """
    columns, rows, faults = _read(text, file)
    counts: dict[Label, int | None] = {}
    for where, cell, written, status in rows:
        if written.isascii() and written.isdigit() and len(written) <= 12:
            counts[cell] = int(written)
        elif not written and status in {"", HIDDEN}:
            counts[cell] = None
        else:
            faults.append(Problem("bad_count", f"{written!r} is not a count", where, mend="leave it empty to hide it"))
    shape = _shape(columns, list(counts), file, faults)
    for cell in shape.cells if not faults else ():
        if cell not in counts:
            faults.append(Problem("missing_cell", f"{' / '.join(cell)} is missing", Place(file=file), mend="add a row"))
    if faults:
        raise Problems(faults)
    published = [counts[cell] for cell in shape.cells]
    for total, parts in shape.sums:
        known = [published[part] for part in parts]
        if published[total] is not None and None not in known and published[total] != sum(filter(None, known)):
            what = f"{' / '.join(shape.cells[total])} is not the sum of its parts"
            faults.append(Problem("false_total", what, Place(file=file), mend="check the figures"))
    if published[-1] is None:
        faults.append(Problem("hidden_total", "the grand total is hidden", Place(file=file), mend="publish it"))
    if faults:
        raise Problems(faults)
    return shape, published


def write_published(shape: Shape, published: Sequence[int | None]) -> str:
    """Write a table as CSV, a row for each cell; a hidden count is empty and its status says `hidden`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*shape.columns, COUNT, STATUS])
    for cell, count in zip(shape.cells, published, strict=True):
        writer.writerow([*cell, "" if count is None else count, HIDDEN if count is None else "published"])
    return text.getvalue()


_Row = tuple[Place, Label, str, str]


def _read(text: str, file: str) -> tuple[tuple[str, ...], list[_Row], list[Problem]]:
    """Return what `_rows` does; raises `Problems` (`bad_quotes`) where a quotation mark hides the rest of the file."""
    try:
        return _rows(text, file)
    except csv.Error:
        mend = "close the quotation mark, or remove it"
        raise Problems([Problem("bad_quotes", "a cell never ends", Place(file=file), mend=mend)]) from None


def _rows(text: str, file: str) -> tuple[tuple[str, ...], list[_Row], list[Problem]]:
    """Return the columns of labels, and each row: its place, labels, count and status as written."""
    lines = text.removeprefix("\ufeff").splitlines()
    delimiter = max("\t;,", key=(lines[0] if lines else "").count)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    header = [name.strip().lower() for name in next(reader, [])]
    columns = tuple(name for name in header if name not in {COUNT, STATUS})
    begin = "begin the file with one to three columns of labels and count, such as: commune,age,count"
    if COUNT not in header or not 1 <= len(columns) <= MOST_COLUMNS or len(set(header)) < len(header):
        raise Problems([Problem("bad_header", f"{','.join(header)!r}", Place(file=file, line=1), mend=begin)])
    faults: list[Problem] = []
    rows: list[_Row] = []
    seen: set[Label] = set()
    for cells in reader:
        where = Place(file=file, line=reader.line_num)
        texts = [each.strip() for each in cells]
        if not any(texts):
            continue
        if len(texts) != len(header) or not all(texts[header.index(name)] for name in columns):
            mend = "write a label in every column, and quote a cell that holds a separator"
            faults.append(Problem("bad_row", f"{len(texts)} cells in {len(header)} columns", where, mend=mend))
            continue
        cell = tuple(_label(texts[header.index(name)]) for name in columns)
        if cell in seen:
            faults.append(Problem("repeated_cell", f"{' / '.join(cell)} stands twice", where, mend="keep one row"))
        seen.add(cell)
        rows.append((where, cell, texts[header.index(COUNT)], texts[header.index(STATUS)] if STATUS in header else ""))
    return columns, rows, faults


def _label(text: str) -> str:
    return TOTAL if text.lower() == TOTAL else text


def _shape(columns: tuple[str, ...], cells: Sequence[Label], file: str, faults: list[Problem]) -> Shape:
    found = ([cell[at] for cell in cells if cell[at] != TOTAL] for at in range(len(columns)))
    labels = tuple(tuple(dict.fromkeys(each)) for each in found)
    shape = Shape(columns, labels)
    size = 1
    for each in labels:
        size *= len(each) + 1
    if not faults and not all(labels):
        faults.append(Problem("no_rows", "the file has no counts", Place(file=file), mend="add a row for each"))
    elif size > MOST_CELLS:
        what = f"{size:,} cells with the totals, more than {MOST_CELLS:,}"
        faults.append(Problem("too_many_cells", what, Place(file=file), mend="merge labels, or leave a column out"))
    return shape
