"""The demonstration register: 60,588 synthetic practitioners who adhere as the published rates of 2024 imply.

The counts by region and profession are the only whole numbers that give every rate that was published for 2024, rounded
to two decimals. Everything below them is made up: municipalities follow the number of inhabitants, specialties and how
readily they refuse are those of `data/accession/specialties.csv`, arrondissements differ for no reason. Nobody stands
behind a number: all lie in the block set apart for synthetic people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Final

from medicomut.accession.counts_file import read_counts
from medicomut.accession.declarations import Declaration, Kind
from medicomut.accession.quorum import Count, Denominator
from medicomut.accession.specialties import Specialty, specialties
from medicomut.accession.wording import DATA
from medicomut.geography import municipalities
from medicomut.identifiers import Profession, synthetic_inami

AGREEMENT: Final = "be/amm/2024"
PUBLISHED: Final = date(2024, 2, 5)
OPENED: Final = datetime(2024, 2, 5, 8, tzinfo=UTC)
REFUSED: Final = datetime(2024, 3, 6, 20, tzinfo=UTC)
"""The instants at which everybody is registered and at which those who refuse do."""

ACTOR, BASIS = "synthetic", "synthetic: no person behind it"
GENERAL_PRACTITIONERS: Final = ("003", "004", "005")
SERIALS: Final = 10_000
_STEP: Final = 7_919
"""A prime: steps of it visit every place of a list once, in an order that looks like none."""


@dataclass(frozen=True, slots=True)
class Person:
    """Nobody: a synthetic number, where it practises, and whether it refuses."""

    number: str
    profession: Profession
    municipality: str
    refuses: bool


def counts() -> list[Count]:
    """Return the practitioners and refusals of 2024 by region and profession."""
    path = DATA / "counts-2024.csv"
    return read_counts(path.read_text(encoding="utf-8"), path.name, Denominator.active)


def registrations() -> Iterator[Declaration]:
    """Yield the registration of everybody."""
    for person in people():
        yield Declaration(
            Kind.registered, person.number, ACTOR, profession=person.profession, basis=BASIS,
            municipality=person.municipality,
        )  # fmt: skip


def refusals() -> Iterator[Declaration]:
    """Yield the refusals."""
    for person in people():
        if person.refuses:
            yield Declaration(Kind.refused, person.number, ACTOR, AGREEMENT, basis=BASIS)


@cache
def people() -> tuple[Person, ...]:
    """Return everybody, region by region."""
    serials: Counter[str] = Counter()
    return tuple(
        person
        for count in counts()
        for specialty, total, refused in _specialties(count)
        for person in _people(count, specialty, total, refused, serials)
    )


def _specialties(count: Count) -> list[tuple[Specialty | None, int, int]]:
    """Return how many of a region are of each specialty, and how many of these refuse; None is general practice."""
    if count.profession == "gp":
        return [(None, count.total, count.refused)]
    known = list(specialties().values())
    totals = apportion(count.total, [specialty.demo_share for specialty in known])
    wish = [total * specialty.demo_refusal for total, specialty in zip(totals, known, strict=True)]
    return list(zip(known, totals, apportion(count.refused, wish), strict=True))


def _people(
    count: Count, specialty: Specialty | None, total: int, refused: int, serials: Counter[str]
) -> Iterator[Person]:
    """Yield the people of a specialty in a region; who refuses depends on the arrondissement, and on chance."""
    profession: Profession = "gp" if specialty is None else "specialist"
    competences = GENERAL_PRACTITIONERS if specialty is None else (specialty.code,)
    places = _places(count.region, total)
    inclined = sorted(range(total), key=lambda at: (_chance(at) * _mood(places[at]), at))[:refused]
    refusing = set(inclined)
    for at, place in enumerate(places):
        serial = serials[competences[0]]
        serials[competences[0]] += 1
        number = synthetic_inami(serial % SERIALS, competences[serial // SERIALS])
        yield Person(number, profession, place, at in refusing)


def _places(region: str, total: int) -> list[str]:
    """Return a municipality for each of so many people, as many in each as its inhabitants make likely."""
    codes = [code for code, place in municipalities().items() if place.arrondissement.region.key == region]
    shares = apportion(total, [municipalities()[code].inhabitants for code in codes])
    return [code for code, share in zip(codes, shares, strict=True) for _ in range(share)]


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Return whole parts of a total in proportion to weights, by largest remainder; of equal ones the first."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in remainders[: total - sum(parts)]:
        parts[at] += 1
    return parts


def _chance(at: int) -> int:
    return at * _STEP % SERIALS


def _mood(municipality: str) -> int:
    """Return a number from 60 to 140 that an arrondissement bears for no reason: the lower, the more refuse."""
    return 60 + int(municipality[:2]) * 37 % 81
