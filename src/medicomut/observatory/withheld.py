"""A count of practitioners that anybody may see: municipalities with few of them are withheld, and others with them.

Who sees every other municipality and the numbers of each arrondissement cannot bound a number that is withheld more
tightly than `least`: in each arrondissement those withheld are at least two, and together at least so many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from medicomut.errors import Problem, Problems
from medicomut.geography import municipalities
from medicomut.observatory.access import Supply, supply_of_counts

LEAST: Final = 5
"""Of fewer persons no number is public."""


@dataclass(frozen=True, slots=True)
class Public:
    """A supply, and the NIS codes of the municipalities whose number is withheld.

    `nowhere` and `others` are those of the supply, `None` where there are few of them.
    """

    supply: Supply
    withheld: frozenset[str]
    nowhere: int | None
    others: int | None


def public_supply(counts: Iterable[tuple[str | None, str | None, int]], least: int = LEAST) -> Public:
    """Return what anybody may see of counted practitioners: profession, NIS code of the municipality, and how many.

    Noughts are not withheld. Raises `Problems` (`too_few_counted`) where an arrondissement has fewer than `least`
    of a profession, but some: then no number of it may be shown.
    """
    listed = list(counts)
    found = supply_of_counts(listed)
    within: Counter[tuple[str, str]] = Counter()
    for profession, code, number in listed:
        if code in municipalities():
            within[profession or "", municipalities()[code].arrondissement.code] += number
    if any(_few(number, least) for number in within.values()):
        what = f"an arrondissement has fewer than {least} practitioners of a profession"
        mend = "who holds the register counts with: medicomut observatory access --register URL"
        raise Problems([Problem("too_few_counted", what, mend=mend)])
    by_arrondissement: dict[str, list[str]] = {}
    for code in found.heads:
        by_arrondissement.setdefault(municipalities()[code].arrondissement.code, []).append(code)
    withheld = (_withheld({code: found.heads[code] for code in codes}, least) for codes in by_arrondissement.values())
    nowhere, others = (None if _few(number, least) else number for number in (found.nowhere, found.others))
    return Public(found, frozenset[str]().union(*withheld), nowhere, others)


def _withheld(heads: dict[str, int], least: int) -> set[str]:
    """Return the municipalities of an arrondissement to withhold: those with few, then the smallest of the others."""
    found = {code for code, number in heads.items() if _few(number, least)}
    others = sorted((code for code in heads if heads[code] >= least), key=lambda code: (heads[code], code))
    while found and (len(found) == 1 or sum(heads[code] for code in found) < least):
        found.add(others.pop(0))
    return found


def _few(number: int, least: int) -> bool:
    return 0 < number < least
