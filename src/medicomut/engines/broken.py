"""What is wrong with a file of lines that cannot be read: the line, the reason, and how to save it again."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from medicomut.errors import Place, Problem

SAVE_AS_UTF8 = "save it as UTF-8; a spreadsheet calls it CSV UTF-8"
MOST_NAMED = 20
"""How many lines with the same fault are named; of the others, how many there are."""
_AROUND = 12
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def separator(path: Path) -> str:
    """Return what parts the cells of a .csv file: the one of comma, semicolon and tab its header has most of."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        header = file.readline()
    return max(",;\t", key=header.count)


def header_faults(path: Path) -> list[Problem]:
    """Return what is wrong with the header of a .csv file, which a reader would otherwise mend in silence."""
    with path.open("rb") as file:
        first = file.readline()
    if not first.strip():
        what, mend = (
            "the file is empty" if not path.stat().st_size else "the first line is empty",
            "begin with a header",
        )
        return [Problem("no_header", what, Place(file=str(path), line=1), "the first line names the columns", mend)]
    if first.startswith(_UTF_16):
        return [_not_utf8(path, 1, "it is UTF-16")]
    found = _bad_bytes(path, islice(_lines(path), 1))
    if found:
        return [found]
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        names = Counter(name.strip() for name in next(csv.reader(file, delimiter=separator(path)), []))
    return [repeated_column(path, name, count) for name, count in names.items() if name and count > 1]


def repeated_column(path: Path, name: str, count: int) -> Problem:
    """Return the fault of a column that stands more than once in a header."""
    return Problem(
        "repeated_column",
        f"the column {name} stands {count} times",
        Place(file=str(path), line=1),
        "which of them counts cannot be known",
        "rename or remove all but one",
    )


def broken(path: Path, fault: Exception) -> Problem:
    """Return what stopped the reading of a file, with its line where that can be found."""
    ending = path.suffix.lower()
    first = next(iter(str(fault).splitlines()), type(fault).__name__)
    found = None
    if ending == ".csv":
        found = _bad_bytes(path, _lines(path)) or _bad_row(path)
    elif ending == ".jsonl":
        found = _bad_object(path)
    return found or Problem(
        "unreadable_file",
        f"this cannot be read as a {ending} file",
        Place(file=str(path)),
        first,
        "it may be cut short or be something else: open it with the program that made it and save it again",
    )


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file


def _bad_bytes(path: Path, lines: Iterator[bytes]) -> Problem | None:
    for number, line in enumerate(lines, start=1):
        try:
            line.decode()
        except UnicodeDecodeError as fault:
            near = line[max(0, fault.start - _AROUND) : fault.start + _AROUND].decode("cp1252", "replace").strip()
            return _not_utf8(path, number, f"near {near!r} it reads as Windows-1252")
    return None


def _not_utf8(path: Path, line: int, what: str) -> Problem:
    where = Place(file=str(path), line=line)
    return Problem("not_utf8", f"the text is not UTF-8: {what}", where, "letters could be taken wrongly", SAVE_AS_UTF8)


def _bad_row(path: Path) -> Problem | None:
    """Name the rows with more cells than the header, or the first with quotes that do not close."""
    ragged: list[tuple[int, int]] = []
    count = 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=separator(path), strict=True)
        start = 1
        try:
            width = len(next(rows, []))
            start = rows.line_num + 1
            for row in rows:
                if len(row) > width:
                    count += 1
                    ragged += [(start, len(row))] if count <= MOST_NAMED else []
                start = rows.line_num + 1
        except csv.Error as fault:
            where = Place(file=str(path), line=start)
            return Problem("bad_quotes", f"the quotes of this line do not match ({fault})", where, "where a cell ends "
                           "cannot be known", 'close the quotes; write a quote inside a cell twice: ""')  # fmt: skip
    return _too_many_fields(path, width, ragged, count) if ragged else None


def _too_many_fields(path: Path, width: int, ragged: list[tuple[int, int]], count: int) -> Problem:
    (first, cells), others = ragged[0], [str(line) for line, _ in ragged[1:]]
    what = f"{cells} cells where the header names {width}"
    if others:
        more = f" and {count - len(ragged)} more" if count > len(ragged) else ""
        what += f"; {count} lines have too many, the others are {', '.join(others)}{more}"
    return Problem(
        "too_many_fields",
        what,
        Place(file=str(path), line=first),
        "a cell belongs to a column, and one cell too many shifts those behind it",
        'put a cell that contains the separator in quotes: "a,b"',
    )


def _bad_object(path: Path) -> Problem | None:
    if not path.stat().st_size:
        return Problem("no_lines", "the file is empty", Place(file=str(path)), "nothing names the columns",
                       "write one object a line")  # fmt: skip
    for number, line in enumerate(_lines(path), start=1):
        try:
            fine = not line.strip() or isinstance(json.loads(line), dict)
        except ValueError:  # not JSON, or not UTF-8
            fine = False
        if not fine:
            text = line[:40].decode("utf-8", "replace").strip()
            return Problem(
                "bad_json_line",
                f"{text!r} is not a JSON object",
                Place(file=str(path), line=number),
                "each line is one object",
                'write it as {"code": "101032", "date": "2020-02-04"}',
            )
    return None
