"""YAML with line numbers: every value remembers the file and line it was written on.

Scalars are read strictly. A whole number is written as digits and anything with decimals stands in quotes; a
number written as a floating point, a repeated key or an alias is a fault, because each is a way for a figure
of an agreement to differ silently from what its author meant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from medicomut.errors import Place, Problem, Problems

# What stands in for a value that could not be read: its fault is recorded, and it causes no second one.
UNREADABLE = object()

_TYPE_WORDS = {dict: "a mapping", list: "a list", str: "text", int: "a whole number", bool: "true or false"}

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9]*|\.[0-9]+|[0-9.]+[eE][-+]?[0-9]+|\.inf|\.nan)", re.IGNORECASE)
_QUOTED = frozenset("\"'|>")  # quoted or folded: always text
_WORDS: dict[str, bool | None] = {"null": None, "~": None, "": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Item:
    """A value as written: a mapping or list of items, text, a whole number, a date, true, false or null."""

    value: Any
    file: str
    line: int

    @property
    def place(self) -> Place:
        """Where the value is written."""
        return Place(file=self.file, line=self.line)

    @property
    def kind(self) -> str:
        """What the value is, in words, for a message."""
        if self.value is None:
            return "null"
        return _TYPE_WORDS.get(type(self.value), "a date")


@dataclass(slots=True)
class Faults:
    """The faults met so far; reading goes on after each so that all are reported together."""

    problems: list[Problem] = field(default_factory=list)

    def add(
        self, code: str, what: str, item: Item, *, why: str = "", mend: str = "", cites: tuple[str, ...] = ()
    ) -> None:
        """Record one fault at the place of ``item``."""
        self.problems.append(Problem(code=code, what=what, where=item.place, why=why, mend=mend, cites=cites))

    def take(self, problems: Problems, item: Item) -> None:
        """Record the faults that a parser of one value found in ``item``."""
        self.problems += [problem.at(item.place) for problem in problems.problems]

    def raise_if_any(self) -> None:
        """Raise ``Problems`` with everything recorded, file by file and line by line."""
        if self.problems:
            raise Problems(sorted(self.problems, key=_reading_order))


def _reading_order(problem: Problem) -> tuple[str, int]:
    place = problem.where or Place()
    return (place.file or "", place.line or 0)


def read_yaml(path: Path, name: str, faults: Faults) -> Item | None:
    """Return the content of a YAML file, its places written as ``name``.

    ``None`` (and a fault) if it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        faults.add("not_utf8", str(error.reason), Item(None, name, 1), mend="save the file as UTF-8")
        return None
    return parse_yaml(text, name, faults)


def parse_yaml(text: str, name: str, faults: Faults) -> Item | None:
    """Return the content of YAML text, its places written as ``name``.

    ``None`` (and a fault) if it is not YAML, or empty.
    """
    # A tenth of a second, paid only when a file is read.
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        node = YAML(typ="safe").compose(text)  # the parser in C, eight times faster
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        what = getattr(error, "problem", None) or "the file is not YAML"
        faults.add("bad_yaml", str(what), Item(None, name, line), mend="correct the notation on or above it")
        return None
    if node is None:
        faults.add("empty_file", "the file is empty", Item(None, name, 1), mend="write it or remove it")
        return None
    return _convert(node, name, faults, seen=set())


def _convert(node: Any, name: str, faults: Faults, seen: set[int]) -> Item:
    """Turn a composed node into an item; ``seen`` finds aliases, which compose to the same node again."""
    place = Item(None, name, node.start_mark.line + 1)
    if id(node) in seen:
        faults.add("alias", "an alias repeats a value written elsewhere", place, mend="write the value out here")
        return Item(UNREADABLE, name, place.line)
    seen.add(id(node))
    if node.id == "mapping":
        return Item(dict(_pairs(node, name, faults, seen)), name, place.line)
    if node.id == "sequence":
        return Item([_convert(child, name, faults, seen) for child in node.value], name, place.line)
    if node.style in _QUOTED:
        return Item(node.value, name, place.line)
    return Item(_plain(node.value, place, faults), name, place.line)


def _pairs(node: Any, name: str, faults: Faults, seen: set[int]) -> Iterator[tuple[str, Item]]:
    met: set[str] = set()
    for key, child in node.value:
        place = Item(None, name, key.start_mark.line + 1)
        if key.id != "scalar":
            faults.add("bad_key", "a key is not a word", place, mend="write a plain word before the colon")
            continue
        if key.value in met:
            faults.add(
                "repeated_key",
                f"key {key.value!r} is written twice in the same mapping",
                place,
                why="only one of the two values could be kept",
                mend="remove one of them",
            )
            continue
        met.add(key.value)
        item = _convert(child, name, faults, seen)
        # A mapping or list starts on the line after its key; the key's own line is the one to show.
        yield key.value, Item(item.value, name, place.line)


def _plain(text: str, place: Item, faults: Faults) -> Any:
    """Return the value of an unquoted scalar; only the notations of the format, so nothing is guessed."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            faults.add("bad_date", f"{text} is no day: {error}", place, mend="write a day that exists, YYYY-MM-DD")
            return UNREADABLE
    if _FLOAT.fullmatch(text):
        faults.add(
            "float",
            f"{text} is written as a floating-point number",
            place,
            why="a binary fraction is not the decimal that was printed",
            mend=f'put it in quotes: "{text}"',
        )
        return UNREADABLE
    return text
