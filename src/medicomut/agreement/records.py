"""Reading a mapping of a data file key by key: each key is asked for once, with the type it must have.

Asking is the schema: a key that is asked for and absent is a fault, and so is a key nobody asked for. Every
fault is recorded and reading goes on with a harmless stand-in, which no one sees since faults end the load.
"""

from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeVar

from medicomut.agreement.text import LANGUAGES, Interval, Text
from medicomut.agreement.yaml_lines import UNREADABLE, Faults, Item
from medicomut.errors import Problems

T = TypeVar("T")
_NO_TEXT = Text("", "", "", "")


class Record:
    """One mapping of a data file, read key by key."""

    def __init__(self, item: Item, faults: Faults) -> None:
        self.item = item
        self._faults = faults
        self._asked: set[str] = set()
        self._content: dict[str, Item] = {}
        if isinstance(item.value, dict):
            self._content = item.value
        elif item.value is not UNREADABLE:
            faults.add(
                "wrong_type",
                f"{item.kind} where a mapping is expected",
                item,
                mend="write `key: value` lines",
            )

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def raw(self, key: str) -> Item | None:
        """Return the item under ``key``, or ``None`` (and a fault) when it is absent."""
        self._asked.add(key)
        if key not in self._content:
            if isinstance(self.item.value, dict):
                self.fault("missing_key", f"key {key!r} is missing", mend=f"add `{key}:`")
            return None
        found = self._content[key]
        return None if found.value is UNREADABLE else found

    def text(self, key: str, *, one_of: Iterable[str] = ()) -> str:
        """Text that is not empty; one of the given words when there are any."""
        found = self.raw(key)
        value = self._typed(found, str, "text")
        if found is not None and value == "":
            self.fault(
                "wrong_type",
                f"{key!r} is empty or not text",
                found,
                mend="write it as text, in quotes if need be",
            )
        allowed = tuple(one_of)
        if value and allowed and value not in allowed:
            self.unknown(key, value, allowed, found)
        return value or ""

    def optional_text(self, key: str, *, one_of: Iterable[str] = ()) -> str | None:
        """As :meth:`text`, or ``None`` when the key is absent or null."""
        if key not in self._content or self._content[key].value is None:
            self._asked.add(key)
            return None
        return self.text(key, one_of=one_of)

    def whole(self, key: str) -> int:
        """Return a whole number."""
        return self._typed(self.raw(key), int, "a whole number") or 0

    def optional_whole(self, key: str) -> int | None:
        """Return a whole number, or ``None`` when the value is null; the key itself must be there."""
        found = self.raw(key)
        return None if found is None or found.value is None else self._typed(found, int, "a whole number")

    def day(self, key: str) -> date:
        """Return a calendar day."""
        return self._typed(self.raw(key), date, "a day, YYYY-MM-DD") or date.min

    def optional_day(self, key: str) -> date | None:
        """Return a calendar day, or ``None`` when the value is null; the key itself must be there."""
        found = self.raw(key)
        return None if found is None or found.value is None else self._typed(found, date, "a day, YYYY-MM-DD")

    def four(self, key: str) -> Text:
        """Text in the four languages, each of them present and not empty."""
        found = self.raw(key)
        return _NO_TEXT if found is None else read_text(found, self._faults)

    def four_each(self, key: str) -> tuple[Text, ...]:
        """Return the texts of a list, each in the four languages."""
        return tuple(read_text(item, self._faults) for item in self.members(key, dict, repeats=True))

    def texts(self, key: str, *, least: int = 0, repeats: bool = False) -> tuple[str, ...]:
        """Return a list of texts of at least ``least`` members, each once unless ``repeats``."""
        return tuple(item.value for item in self.members(key, str, least=least, repeats=repeats))

    def members(self, key: str, kind: type, *, least: int = 0, repeats: bool = False) -> list[Item]:
        """Return the items of a list, all of type ``kind``, each once unless ``repeats``."""
        found = self.raw(key)
        if found is None:
            return []
        if not isinstance(found.value, list):
            self.fault(
                "wrong_type",
                f"{key!r} is {found.kind}, not a list",
                found,
                mend="write `- ` before each member",
            )
            return []
        if len(found.value) < least:
            self.fault("missing_value", f"{key!r} needs at least {least} member", found, mend="name what it rests on")
        members: list[Item] = []
        for item in found.value:
            if item.value is UNREADABLE:
                continue
            if not isinstance(item.value, kind) or isinstance(item.value, bool):
                self.fault("wrong_type", f"{item.kind} among {key!r}", item, mend="put it in quotes if it is text")
            elif not repeats and any(item.value == other.value for other in members):
                self.fault("repeated_value", f"{item.value!r} stands twice in {key!r}", item, mend="keep it once")
            else:
                members.append(item)
        return members

    def records(self, key: str) -> list["Record"]:
        """Return the mappings of a list."""
        return [Record(item, self._faults) for item in self.members(key, dict, repeats=True)]

    def record(self, key: str) -> "Record":
        """Return the mapping under ``key``."""
        return Record(self.raw(key) or Item(UNREADABLE, self.item.file, self.item.line), self._faults)

    def parsed(self, key: str, parse: Callable[[Any], T], stand_in: T) -> T:
        """Return the value of ``key`` read by ``parse``, whose faults are recorded here with their line."""
        found = self.raw(key)
        if found is None:
            return stand_in
        try:
            return parse(found.value)
        except Problems as problems:
            self._faults.take(problems, found)
            return stand_in

    def interval(self) -> Interval:
        """Return the keys ``from`` and ``to`` (both included; ``to: open`` when no end is known)."""
        start = self.day("from")
        found = self.raw("to")
        if found is None or found.value == "open":
            return Interval(start, None)
        end = self._typed(found, date, "a day, YYYY-MM-DD, or `open`") or start
        if end < start:
            self.fault("bad_interval", f"the interval ends on {end}, before it starts on {start}", found)
        return Interval(start, end)

    def finish(self) -> None:
        """Refuse the keys nobody asked for."""
        for key, item in self._content.items():
            if key not in self._asked:
                near = get_close_matches(key, self._asked, n=1)
                mend = f"did you mean {near[0]!r}?" if near else f"the keys here are {', '.join(sorted(self._asked))}"
                self.fault("unknown_key", f"unknown key {key!r}", item, mend=mend)

    def fault(self, code: str, what: str, item: Item | None = None, *, why: str = "", mend: str = "") -> None:
        """Record a fault at ``item``, or at the record itself."""
        self._faults.add(code, what, item or self.item, why=why, mend=mend)

    def unknown(self, key: str, value: str, allowed: Iterable[str], item: Item | None = None) -> None:
        """Record that ``value`` is not among the permitted ones."""
        known = sorted(allowed)
        near = get_close_matches(value, known, n=1)
        mend = f"did you mean {near[0]!r}?" if near else f"permitted: {', '.join(known)}"
        self.fault("unknown_value", f"{key} {value!r} is not known", item, mend=mend)

    def _typed(self, item: Item | None, kind: type[T], words: str) -> T | None:
        if item is None:
            return None
        value = item.value
        if isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool):
            return value
        self.fault("wrong_type", f"{item.kind} where {words} is expected", item, mend=f"write {words}")
        return None


def read_text(item: Item, faults: Faults) -> Text:
    """Text in four languages from a mapping ``{fr, nl, de, en}``."""
    record = Record(item, faults)
    text = Text(*(record.text(language) for language in LANGUAGES))
    record.finish()
    return text
