"""The words of commitments and dashboards, in four languages (``data/procedure/commitments_words.yaml``)."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from medicomut.agreement.figures import format_date
from medicomut.agreement.wording import read_words

if TYPE_CHECKING:
    from medicomut.agreement.text import Text

DATA: Final = Path(__file__).resolve().parents[1] / "data" / "procedure"


@cache
def words() -> dict[str, Text]:
    """Return every word by its key. ``Problems`` names a key without one of the languages."""
    return read_words(DATA / "commitments_words.yaml")


def say(key: str, lang: str, **values: object) -> str:
    """Return a word in the reader's language, its places filled; ``KeyError`` for one that does not exist."""
    return words()[key].in_language(lang).format(**values)


def write_day(day: date | None, lang: str) -> str:
    """Write a day in words, or that the text names none."""
    return say("no_day", lang) if day is None else format_date(day, lang)
