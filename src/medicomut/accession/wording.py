"""The words of the register's answers, in four languages (``data/accession/words.yaml``)."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import ceil, floor
from pathlib import Path
from typing import Final

from medicomut.agreement.text import Text
from medicomut.agreement.wording import read_words
from medicomut.money import Lang, format_number
from medicomut.slots import write_hours

DATA: Final = Path(__file__).resolve().parents[1] / "data" / "accession"
_NO_BREAK: Final = "\u00a0"


@cache
def words() -> dict[str, Text]:
    """Return every word by its key. ``Problems`` names a key without one of the languages."""
    return read_words(DATA / "words.yaml")


def say(key: str, lang: str, **values: object) -> str:
    """Return a word in the reader's language, its places filled; ``KeyError`` for one that does not exist."""
    return words()[key].in_language(lang).format(**values)


def write_minutes(minutes: int) -> str:
    """Write a duration in minutes as ``4 h 15``, the same in every language."""
    return f"{minutes // 60}{_NO_BREAK}h{_NO_BREAK}{minutes % 60:02}"


def write_share(share: Fraction, lang: Lang, *, up: bool = False) -> str:
    """Write a share in percent with two decimals, cut and not rounded: what is below a limit never reads as it.

    `up` goes to the next hundredth instead, for a limit that may not be exceeded.
    """
    hundredths = ceil(share * 10_000) if up else floor(share * 10_000)
    return format_number(Fraction(hundredths, 100), lang, 2) + ("%" if lang == "en" else f"{_NO_BREAK}%")


def write_slot(start: int, end: int, lang: str) -> str:
    """Write minutes of the week as ``lundi 09:00–13:00``."""
    day, begin, until = write_hours(start, end)
    return f"{say(day, lang)} {begin}–{until}"
