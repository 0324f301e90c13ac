"""The words of the budget's tables and notes, in four languages (``data/budget/words.yaml``)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

from medicomut.agreement.text import Text
from medicomut.agreement.wording import read_words
from medicomut.money import Lang, format_number

DATA: Final = Path(__file__).resolve().parents[1] / "data" / "budget"
_NO_BREAK: Final = "\u00a0"


@cache
def words() -> dict[str, Text]:
    """Return every word by its key. ``Problems`` names a key without one of the languages."""
    return read_words(DATA / "words.yaml")


def say(key: str, lang: str) -> str:
    """Return a word in the reader's language; ``KeyError`` for one that does not exist."""
    return words()[key].in_language(lang)


def heading(key: str, lang: str) -> str:
    """Return a word with its colon, before which French has a blank that does not break."""
    return f"{say(key, lang)}{_NO_BREAK if lang == 'fr' else ''}:"


def clauses(cites: Iterable[str]) -> str:
    """Write citations short, without the agreement they are all of: ``4.1, 4.2.1``."""
    return ", ".join(dict.fromkeys(cite.partition("#")[2] for cite in cites))


def write_percent(rate: Fraction, lang: Lang, decimals: int | None = None) -> str:
    """Write a rate (39/2000) in percent: ``1,95 %``, in English ``1.95%``.

    Without ``decimals`` as many as it needs, at most four; what is cut is rounded half away from zero.
    """
    return _decimals(rate * 100, lang, decimals) + ("%" if lang == "en" else f"{_NO_BREAK}%")


def write_points(difference: Fraction, lang: Lang, decimals: int | None = None) -> str:
    """Write a difference of two rates in percentage points: ``0.0835 points``; ``decimals`` as for a percentage."""
    return f"{_decimals(difference * 100, lang, decimals)}{_NO_BREAK}{say('points', lang)}"


def write_keur(amount: int | Fraction, lang: Lang, decimals: int = 0) -> str:
    """Write thousands of euro in the reader's language: ``138 706 k€``; in German ``Tsd. €``."""
    return f"{format_number(amount, lang, decimals)}{_NO_BREAK}{say('keur', lang)}"


def _decimals(value: Fraction, lang: Lang, decimals: int | None) -> str:
    if decimals is None:
        decimals = next((n for n in range(4) if (value * 10**n).denominator == 1), 4)
    return format_number(value, lang, decimals)
