"""Reading published tables: one layout, for those that are shipped and for anybody's own (docs/observatory.md).

A file is CSV (commas, semicolons or tabs). Lines that begin with `#` say what the figures are and where they come
from; then a line of headings, and a line for each row, every figure as it was printed. An empty line ends a table.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from medicomut.errors import Place, Problem, Problems
from medicomut.observatory import headings
from medicomut.observatory.figures import STATUSES, Cell, Key, Publication, Status, Table, kind_of
from medicomut.observatory.headings import Heading
from medicomut.observatory.numbers import read_figure

HEAD: Final = (
    "title", "source", "url", "published", "population", "licence", "note", "kind",
    "status", "year", "region", "profession", "specialty", "decimal",
)  # fmt: skip
"""What a line `# name: value` may say. `decimal` is the decimal mark; `kind: text` says that these are sentences."""

MOST_CELLS: Final = 5_000
MISSING: Final = ("", "-", "–", "—", ".", "..", "…", "nd", "n.d.", "n.a.", "na", "n/a", "n.v.t.", "k.a.")
"""What stands in a cell without figure."""


@dataclass(slots=True)
class _Block:
    """A table as its lines say it: its head, then its rows of texts, the headings first, each with its line."""

    head: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


def read_publication(text: str, name: str) -> Publication:
    """Read the tables of a file; `name` is how faults and findings call it.

    Raises `Problems` with every fault: `bad_quotes`, `unknown_head`, `unknown_heading`, `bad_row`, those of
    `medicomut.observatory.numbers.read_figure`, a missing coordinate, a figure given twice.
    """
    faults: list[Problem] = []
    try:
        blocks = list(_blocks(text, name, faults))
    except csv.Error:  # a cell longer than any: the rest of the file, behind a quotation mark
        mend = "close the quotation mark, or remove it"
        raise Problems([Problem("bad_quotes", "a cell never ends", Place(file=name), mend=mend)]) from None
    common: dict[str, str] = {}
    tables: list[Table] = []
    for block in blocks:
        if block.rows:
            reader = _Reader(len(tables) + 1, common | block.head, name, faults)
            tables.append(reader.read(block))
        else:
            common |= block.head
    if not faults and not any(table.cells for table in tables):
        faults = [Problem("no_figures", "the file has no figures", Place(file=name), mend="add headings and rows")]
    if not faults and sum(len(table.cells) for table in tables) > MOST_CELLS:
        faults = [Problem("too_many_figures", f"more than {MOST_CELLS:,} figures", Place(file=name), mend="split it")]
    if faults:
        raise Problems(faults)
    return Publication(name, common or tables[0].head, tuple(tables))


def _blocks(text: str, name: str, faults: list[Problem]) -> Iterator[_Block]:
    """Yield the tables of a file; a head without rows, ended by an empty line, holds for all that follow."""
    lines = text.removeprefix("\ufeff").splitlines()
    first = next((line for line in lines if line.strip(" ;,\t") and not line.lstrip('"').startswith("#")), "")
    delimiter = max("\t;,", key=first.count)
    block = _Block()
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    for cells in reader:
        texts = [cell.strip() for cell in cells]
        if texts and texts[0].startswith("#"):
            if block.rows:
                yield block
                block = _Block()
            line = lines[reader.line_num - 1].strip(f'"{delimiter} ')  # a spreadsheet pads it to the table's width
            _head(line, Place(file=name, line=reader.line_num), block, faults)
        elif any(texts):
            block.rows.append((reader.line_num, texts))
        elif block.rows or block.head:
            yield block
            block = _Block()
    if block.rows or block.head:
        yield block


def _head(line: str, where: Place, block: _Block, faults: list[Problem]) -> None:
    """Read `# name: value`; a line without a colon is a remark."""
    found = re.fullmatch(r"#\s*([A-Za-z ]+?)\s*:\s*(.*)", line)
    if found is None:
        return
    name, value = found[1].lower(), found[2]
    if name not in HEAD:
        mend = f"write one of: {', '.join(HEAD)}; or leave the colon out of a remark"
        faults.append(Problem("unknown_head", f"{name!r} is not known at the head of a table", where, mend=mend))
    elif (fault := _head_fault(name, value)) is not None:
        faults.append(fault.at(where))
    else:
        block.head[name] = value


def _head_fault(name: str, value: str) -> Problem | None:
    allowed = {"decimal": (",", "."), "status": STATUSES, "kind": ("table", "text")}
    if name in allowed and value not in allowed[name]:
        return Problem("bad_head", f"{name}: {value!r}", mend=f"write one of: {' '.join(allowed[name])}")
    if name == "year" and not re.fullmatch("[0-9]{4}", value):
        return Problem("bad_head", f"year: {value!r}", mend="write a year, such as 2024")
    if name == "profession" and headings.profession(value) is None:
        return Problem("bad_head", f"profession: {value!r}", mend="write gp, specialist or all")
    return None


class _Reader:
    """One table being read: headings first, then row by row; every fault is noted with its line and column."""

    def __init__(self, number: int, head: Mapping[str, str], file: str, faults: list[Problem]) -> None:
        self.number, self.head, self.file, self.faults = number, head, file, faults
        self.keys: dict[int, str] = {}
        self.columns: dict[int, Heading] = {}
        self.names: list[str] = []
        self.seen: dict[Key, str] = {}

    def read(self, block: _Block) -> Table:
        """Return the table; where faults were added, its cells mean nothing."""
        line, self.names = block.rows[0]
        while self.names and not self.names[-1]:
            self.names.pop()
        self._headings(Place(file=self.file, line=line))
        cells: list[Cell] = []
        for row_line, texts in block.rows[1:]:
            cells += self._row(row_line, texts)
        rows = tuple(tuple(texts) for _, texts in block.rows[1:])
        return Table(self.number, self.head, tuple(self.names), rows, tuple(cells))

    def _note(self, problem: Problem, where: Place, column: str | None = None) -> None:
        self.faults.append(problem.at(replace(where, field=column)))

    def _headings(self, where: Place) -> None:
        for at, name in enumerate(self.names):
            key = headings.key_column(name)
            if key is not None:
                self.keys[at] = key
                continue
            try:
                self.columns[at] = headings.read_heading(name)
            except Problems as problems:
                for problem in problems.problems:
                    self._note(problem, where, name)
        for key in set(self.keys.values()):
            if list(self.keys.values()).count(key) > 1:
                self._note(Problem("repeated_column", f"two columns hold the {key}", mend="keep one"), where)

    def _row(self, line: int, texts: list[str]) -> Iterator[Cell]:
        where = Place(file=self.file, line=line)
        if any(texts[len(self.names) :]):
            mend = "remove the extra separator, or quote the cell that holds it"
            self._note(Problem("bad_row", f"{len(texts)} cells in {len(self.names)} columns", mend=mend), where)
            return
        given = {key: texts[at] for at, key in self.keys.items() if at < len(texts) and texts[at]}
        labels = [texts[at] for at, key in self.keys.items() if at < len(texts) and key not in {"status", "source"}]
        for at, heading in self.columns.items():
            text = texts[at] if at < len(texts) else ""
            if text.lower() in MISSING:
                continue
            try:
                yield self._cell(heading, given, " ".join(filter(None, labels)), self.names[at], text, line)
            except Problems as problems:
                for problem in problems.problems:
                    self._note(problem, where, self.names[at])

    def _cell(self, heading: Heading, given: Mapping[str, str], row: str, column: str, text: str, line: int) -> Cell:
        key = self._key(heading, given)
        if key in self.seen:
            what = f"this figure of the table stands twice, here and below {self.seen[key]!r}"
            raise Problems([Problem("repeated_figure", what, mend="name the year or the profession in the heading")])
        self.seen[key] = column
        figure = read_figure(text, kind_of(key.measure), self.head.get("decimal"))
        status = given.get("status", self.head.get("status", "unverified"))
        known: dict[str, Status] = {name: name for name in STATUSES}
        if status not in known:
            mend = f"write one of: {' '.join(STATUSES)}"
            raise Problems([Problem("bad_status", f"{status!r} is not a status", mend=mend)])
        source = given.get("source", self.head.get("source", ""))
        return Cell(key, figure, self.number, row, column, line, known[status], source)

    def _key(self, heading: Heading, given: Mapping[str, str]) -> Key:
        """Return the coordinates of a figure: from its heading, else its row, else the head of the table."""
        place = given.get("region", self.head.get("region", ""))
        label = given.get("profession", self.head.get("profession", ""))
        profession = heading.profession or headings.profession(label)
        year = given.get("year", self.head.get("year", ""))
        if not place:
            raise Problems([Problem("missing_region", "no region is named", mend="add a column region")])
        if profession is None:
            what = f"{label!r} is no profession" if label else "no profession is named"
            mend = "name gp, specialist or all in the heading, or in a line at the head: # profession: gp"
            raise Problems([Problem("missing_profession", what, mend=mend)])
        if heading.year is None and year and not re.fullmatch("[0-9]{4}", year):
            raise Problems([Problem("bad_year", f"{year!r} is not a year", mend="write four digits")])
        when = heading.year if heading.year is not None else (int(year) if year else None)
        specialty = given.get("specialty", self.head.get("specialty", ""))
        return Key(heading.measure, when, headings.region(place), profession, specialty, heading.against)
