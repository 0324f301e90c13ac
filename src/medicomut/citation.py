"""Naming a clause: `be/amm/2020#14.2.2.2.1` is the agreement's folder, `#` and the clause.

Other texts are cited in the same form (`be/law/2002-08-22#8`), and so is an annex (`be/amm/2020#annex.b`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

from medicomut.errors import Problem, Problems

_AGREEMENT = re.compile(r"[a-z]{2}(?:/[a-z0-9]+(?:-[a-z0-9]+)*)+")
_CLAUSE = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*(?:\.[a-z0-9]+(?:[_-][a-z0-9]+)*)*")


def clause_key(clause: str) -> tuple[tuple[int, int, str], ...]:
    """Return the key that sorts clause numbers as the text runs: 4.3.9, 4.3.10, 14.2, 17, 17bis, annex.b."""
    return tuple(_part_key(part) for part in clause.split("."))


def _part_key(part: str) -> tuple[int, int, str]:
    number, rest = re.fullmatch(r"([0-9]*)(.*)", part).groups()  # type: ignore[union-attr]  # it matches any text
    # Numbered clauses come before annexes, which are named by a word.
    return (0, int(number), rest) if number else (1, 0, rest)


@total_ordering
@dataclass(frozen=True, slots=True)
class Citation:
    """A clause of an agreement, or an article of another text. `str()` writes it as it is cited."""

    agreement: str
    clause: str

    def __post_init__(self) -> None:
        """Refuse a part that is not written as an identifier or a clause number (`bad_citation`)."""
        faults = [
            f"{part!r} is not {what}"
            for part, pattern, what in (
                (self.agreement, _AGREEMENT, "an identifier such as be/amm/2020"),
                (self.clause, _CLAUSE, "a clause number such as 14.2.2.2.1"),
            )
            if not pattern.fullmatch(part)
        ]
        if faults:
            raise Problems([_bad(what) for what in faults])

    @classmethod
    def parse(cls, text: str) -> Citation:
        """Read `IDENTIFIER#CLAUSE`. Raises `Problems` (`bad_citation`), which says which part is wrong."""
        agreement, hash_sign, clause = text.partition("#")
        if not hash_sign:
            raise Problems([_bad(f"{text!r} has no # between the text and its clause")])
        return cls(agreement, clause)

    def __str__(self) -> str:
        """Return `be/amm/2020#14.2.2.2.1`."""
        return f"{self.agreement}#{self.clause}"

    def __lt__(self, other: Citation) -> bool:
        """Order by text, then as the text runs."""
        return (self.agreement, clause_key(self.clause)) < (other.agreement, clause_key(other.clause))


def _bad(what: str) -> Problem:
    return Problem(
        code="bad_citation",
        what=what,
        why="a clause number means nothing without the text it belongs to",
        mend="write it as be/amm/2020#14.2.2.2.1",
    )
