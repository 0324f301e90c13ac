"""The words of disputes, in four languages (``data/procedure/disputes_words.yaml``)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from medicomut.agreement.wording import read_words
from medicomut.procedure.wording import DATA

if TYPE_CHECKING:
    from medicomut.agreement import Agreement
    from medicomut.agreement.text import Text


@cache
def words() -> dict[str, Text]:
    """Return every word by its key. ``Problems`` names a key without one of the languages."""
    return read_words(DATA / "disputes_words.yaml")


def say(key: str, lang: str, **values: object) -> str:
    """Return a word in the reader's language, its places filled; ``KeyError`` for one that does not exist."""
    return words()[key].in_language(lang).format(**values)


def call(name: str, agreement: Agreement, lang: str) -> str:
    """Return how a party is called: an actor of the agreement by its label, any other as it is written."""
    return next((actor.label.in_language(lang) for actor in agreement.actors if actor.id == name), name)
