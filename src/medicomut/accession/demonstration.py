"""The demonstration register: 60,588 synthetic practitioners who adhere as the published rates of 2024 imply.

The counts by region and profession are the only whole numbers that give every rate that was published for 2024, rounded
to two decimals. Nobody stands behind a number: all lie in the block set apart for synthetic people.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

from medicomut.accession.counts_file import read_counts
from medicomut.accession.declarations import Declaration, Kind
from medicomut.accession.quorum import Count, Denominator
from medicomut.accession.wording import DATA
from medicomut.identifiers import Profession, synthetic_inami

AGREEMENT: Final = "be/amm/2024"
PUBLISHED: Final = date(2024, 2, 5)
OPENED: Final = datetime(2024, 2, 5, 8, tzinfo=UTC)
REFUSED: Final = datetime(2024, 3, 6, 20, tzinfo=UTC)
"""The instants at which everybody is registered and at which those who refuse do."""

ACTOR, BASIS = "synthetic", "synthetic: no person behind it"
COMPETENCES: Final[dict[Profession, tuple[str, ...]]] = {
    "gp": ("003", "004", "005"),
    "specialist": ("580", "690", "730", "780"),
}
SERIALS: Final = 10_000


def counts() -> list[Count]:
    """Return the practitioners and refusals of 2024 by region and profession."""
    path = DATA / "counts-2024.csv"
    return read_counts(path.read_text(encoding="utf-8"), path.name, Denominator.active)


def registrations() -> Iterator[Declaration]:
    """Yield the registration of everybody."""
    for count, profession, numbers in _people():
        for number in numbers:
            yield Declaration(
                Kind.registered, number, ACTOR, profession=profession, region=count.region, basis=BASIS,
            )  # fmt: skip


def refusals() -> Iterator[Declaration]:
    """Yield the refusals: in each region and profession the last numbers."""
    for count, _, numbers in _people():
        for number in numbers[count.total - count.refused :]:
            yield Declaration(Kind.refused, number, ACTOR, AGREEMENT, basis=BASIS)


def _people() -> Iterator[tuple[Count, Profession, list[str]]]:
    """Yield each count with its numbers, which no other has."""
    used = {"gp": 0, "specialist": 0}
    for count in counts():
        profession: Profession = "gp" if count.profession == "gp" else "specialist"
        first = used[profession]
        used[profession] += count.total
        names = COMPETENCES[profession]
        numbers = [synthetic_inami(n % SERIALS, names[n // SERIALS]) for n in range(first, first + count.total)]
        yield count, profession, numbers
