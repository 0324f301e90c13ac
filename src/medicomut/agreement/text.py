"""The smallest parts of an agreement's data.

A text in four languages, an interval of days, a place in a file.
"""

from dataclasses import dataclass
from datetime import date

LANGUAGES = ("fr", "nl", "de", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the four languages of the product."""

    fr: str
    nl: str
    de: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the text in ``fr``, ``nl``, ``de`` or ``en``; ``KeyError`` for another language."""
        return self.to_dict()[language]

    def to_dict(self) -> dict[str, str]:
        """Return the four texts by language."""
        return {"fr": self.fr, "nl": self.nl, "de": self.de, "en": self.en}


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from ``start`` to ``end``, both included; ``end`` is ``None`` when no end is known."""

    start: date
    end: date | None

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)

    def __str__(self) -> str:
        return f"{self.start} – {self.end or 'open'}"


@dataclass(frozen=True, slots=True)
class Spot:
    """File and line (from 1) where a record of the data is written."""

    file: str
    line: int
