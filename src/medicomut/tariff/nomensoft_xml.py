"""Rows of NomenSoft XML files with the line each one stands on; streamed, and deaf to document types.

A row is an element whose children hold only text: its children are its fields. That holds for the tables of
the bulk export (`<NOMEN_FEECODES><fee_code>…`) and for the answer for one code (`NOMEN_HONORAIRES`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from medicomut.errors import Place, Problem

ONE_CODE: Final = "NOMEN_HONORAIRES"
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class XmlRow:
    """A row: its table (the element's name, or the document's for one code) and its fields in lower case."""

    table: str
    fields: dict[str, str]
    place: Place


@dataclass(slots=True)
class _Element:
    name: str
    line: int
    text: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    has_children: bool = False


class _DoctypeFound(Exception):  # noqa: N818  (it stops the parser, and is turned into a fault)
    pass


class _Rows:
    """Collects the rows that the parser has closed."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file, self.problems = file, problems
        self.closed: list[XmlRow] = []
        self.stack: list[_Element] = []
        self.root = ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if self.stack:
            self.stack[-1].has_children = True
        else:
            self.root = local.upper()
        self.stack.append(_Element(local, self.parser.CurrentLineNumber))

    def text(self, data: str) -> None:
        self.stack[-1].text.append(data)

    def end(self, _name: str) -> None:
        element = self.stack.pop()
        place = Place(file=self.file, line=element.line)
        if element.fields:
            table = self.root if self.root == ONE_CODE else element.name.upper()
            self.closed.append(XmlRow(table, element.fields, place))
        elif self.stack and not element.has_children:
            fields, name = self.stack[-1].fields, element.name.lower()
            if name in fields:
                what = f"{element.name} stands twice in one {self.stack[-1].name}"
                self.problems.append(
                    Problem("repeated_field", what, place, mend="a row is an element that holds each field once")
                )
            fields[name] = "".join(element.text).strip()

    def doctype(self, *_declaration: object) -> None:
        raise _DoctypeFound


def read_rows(path: Path, problems: list[Problem]) -> Iterator[XmlRow]:
    """Yield the rows of a file; `missing_file`, `bad_xml`, `bad_encoding`, `doctype` go to `problems`."""
    rows = _Rows(path.name, problems)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                rows.parser.Parse(chunk, False)
                yield from rows.closed
                rows.closed.clear()
            rows.parser.Parse(b"", True)
            yield from rows.closed
    except OSError as fault:
        problems.append(Problem("missing_file", f"{path}: {fault.strerror}", mend="name a file that can be read"))
    except expat.ExpatError as fault:
        where = Place(file=path.name, line=fault.lineno, column=fault.offset + 1)
        what = expat.ErrorString(fault.code)
        problems.append(Problem("bad_xml", what, where, mend="fetch the file again; it may be cut short"))
    except (LookupError, ValueError) as fault:
        where = Place(file=path.name, line=1)
        problems.append(Problem("bad_encoding", str(fault), where, mend="save the file as UTF-8"))
    except _DoctypeFound:
        where = Place(file=path.name, line=rows.parser.CurrentLineNumber)
        what = "the file declares a document type"
        problems.append(Problem("doctype", what, where, "entities could expand without end", "remove it"))
