"""The words of the observatory's answers, in four languages (``data/observatory/words.yaml``)."""

from __future__ import annotations

from functools import cache

from medicomut.agreement.text import Text
from medicomut.agreement.wording import read_words
from medicomut.observatory.headings import DATA


@cache
def words() -> dict[str, Text]:
    """Return every word by its key. ``Problems`` names a key without one of the languages."""
    return read_words(DATA / "words.yaml")


def say(key: str, lang: str, **values: object) -> str:
    """Return a word in the reader's language, its places filled; ``KeyError`` for one that does not exist."""
    return words()[key].in_language(lang).format(**values)
