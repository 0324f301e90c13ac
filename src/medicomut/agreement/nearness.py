"""Which clause a text is nearest to, by the words they share in the four languages."""

import re
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from medicomut.agreement.model import Clause
from medicomut.agreement.text import LANGUAGES, Text

_SHORTEST = 4  # letters of a word that says something
_STEM = 6  # letters of it that are compared: what follows is mostly ending

# A word in a language.
_Word = tuple[str, str]


class Nearness:
    """Compares texts with the titles and summaries of clauses.

    A shared word counts for one, divided by the number of clauses that hold it: a rare word says more.
    """

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self.words = {clause.number: _words(clause.title, clause.summary) for clause in clauses}
        self._holding = Counter(word for words in self.words.values() for word in words)

    def nearest(self, text: Text) -> list[str]:
        """Return the clause that shares most with ``text``: several when equal, none when nothing is shared."""
        wanted = _words(text)
        shared = {
            number: sum((Fraction(1, self._holding[word]) for word in wanted & words), Fraction(0))
            for number, words in self.words.items()
        }
        most = max(shared.values(), default=Fraction(0))
        return [number for number, worth in shared.items() if worth == most and most > 0]


def _words(*texts: Text) -> frozenset[_Word]:
    return frozenset(
        (language, word[:_STEM])
        for language in LANGUAGES
        for text in texts
        for word in re.findall(r"\w+", text.in_language(language).casefold())
        if len(word) >= _SHORTEST
    )
