"""The series: how many adhered by year, region, profession and specialty, and what changed from one year to another.

A point rests on published figures (`published`), each with its own source. Where one contradicts the others, the table
of what follows from those others stands in its place; a printed figure is never overwritten silently: its publication
stays as it is, and `verify` tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Final

from medicomut.csv_rows import csv_rows
from medicomut.money import ratio
from medicomut.observatory.figures import (
    ACTIVE,
    ADHERED,
    ALL,
    COUNTRY,
    GP,
    RATE,
    REFUSAL_RATE,
    REFUSED,
    REGIONS,
    SPECIALIST,
    Cell,
    Status,
)
from medicomut.observatory.headings import DATA
from medicomut.observatory.published import names, published

CONTRADICTED: Final = ("conventioning-2024",)
"""Publications whose figures contradict one another: they state what no other table states."""
PLACES: Final = (COUNTRY, *REGIONS)
PROFESSIONS: Final = (ALL, GP, SPECIALIST)
LESS: Final = "100 less the refusal rate"
BOTH: Final = "general practitioners and specialists together"


@dataclass(frozen=True, slots=True)
class Point:
    """What is known of a group in a year.

    `rate` is the adhesion rate in percent as published (or, `status` derived, as follows from what is), with so many
    `decimals`; `active`, `adhered` and `refused` are persons, `None` where no table gives them.
    """

    year: int
    region: str
    profession: str
    specialty: str
    rate: Fraction
    decimals: int
    status: Status
    source: str
    active: int | None
    adhered: int | None
    refused: int | None

    @property
    def group(self) -> tuple[str, str, str]:
        """Whom the point is about: region, profession, specialty."""
        return self.region, self.profession, self.specialty

    @property
    def exact(self) -> Fraction | None:
        """The rate in percent from the numbers of persons, where they are known."""
        return None if self.active is None or self.adhered is None else Fraction(100 * self.adhered, self.active)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; the rate is text with its decimals."""
        return {
            "year": self.year,
            "region": self.region,
            "profession": self.profession,
            "specialty": self.specialty or None,
            "rate_percent": plain(self.rate, self.decimals),
            "active": self.active,
            "adhered": self.adhered,
            "refused": self.refused,
            "status": self.status,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """What changed for a group from one year to another.

    `points` is the difference of the published rates, in percentage points; `exact` the same from numbers of persons,
    `relative` the relative change in percent; persons as later less earlier. `None` where a year lacks the numbers.
    """

    earlier: Point
    later: Point

    @property
    def points(self) -> Fraction:
        """Difference of the published rates in percentage points: each may be off by half of its last decimal."""
        return self.later.rate - self.earlier.rate

    @property
    def exact(self) -> Fraction | None:
        """Difference in percentage points from the numbers of persons."""
        before, after = self.earlier.exact, self.later.exact
        return None if before is None or after is None else after - before

    @property
    def relative(self) -> Fraction | None:
        """Relative change of the rate in percent, from the numbers of persons."""
        before = self.earlier.exact
        return None if self.exact is None or not before else 100 * self.exact / before

    def persons(self, measure: str) -> int | None:
        """Return how many more (fewer when negative) are `active`, `adhered` or `refused`."""
        before, after = getattr(self.earlier, measure), getattr(self.later, measure)
        return None if before is None or after is None else after - before

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; differences are text with two decimals, half away from zero."""
        return {
            "region": self.later.region,
            "profession": self.later.profession,
            "specialty": self.later.specialty or None,
            "from": self.earlier.year,
            "to": self.later.year,
            "points": plain(self.points, 2),
            "points_from_persons": None if self.exact is None else plain(self.exact, 2),
            "relative_percent": None if self.relative is None else plain(self.relative, 2),
            "active": self.persons("active"),
            "adhered": self.persons("adhered"),
            "refused": self.persons("refused"),
        }


@dataclass(frozen=True, slots=True)
class Activity:
    """Rates by heads and by activity, in percent: physicians who adhered, and consultations given by them.

    Counted by the sickness funds among physicians with activity, so that `heads` differs from the rate of the series.
    """

    year: int
    profession: str
    specialty: str
    heads: Fraction | None
    activity: Fraction
    status: str
    source: str


def plain(value: Fraction, decimals: int) -> str:
    """Write a number in plain notation, rounded half away from zero; a zero has no sign."""
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = str(whole).rjust(decimals + 1, "0")
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if value < 0 and whole else text


@cache
def points() -> tuple[Point, ...]:
    """Return every point, by specialty, region, profession and year."""
    cells = _chosen()
    groups = sorted({(key.year, key.region, key.profession, key.specialty) for key in cells if key.year})
    found = {group: point for group in groups if (point := _point(cells, *group)) is not None}
    for year, region, profession, specialty in groups:
        together = (year, region, ALL, specialty)
        if profession == GP and together not in found:
            point = _together(found.get((year, region, GP, "")), found.get((year, region, SPECIALIST, "")))
            found |= {together: point} if point is not None else {}
    return tuple(sorted(found.values(), key=_order))


def series(region: str = COUNTRY, profession: str = ALL, specialty: str = "") -> list[Point]:
    """Return the points of a group, the earliest year first."""
    return [point for point in points() if point.group == (region, profession, specialty)]


def years() -> list[int]:
    """Return the years of which something is known, the latest first."""
    return sorted({point.year for point in points()}, reverse=True)


def in_year(year: int, specialty: str = "") -> dict[tuple[str, str], Point]:
    """Return the points of a year by region and profession, of one specialty or (empty) of all together."""
    return {
        (each.region, each.profession): each for each in points() if (each.year, each.specialty) == (year, specialty)
    }


def specialties() -> list[str]:
    """Return the specialties of which something is known."""
    return sorted({point.specialty for point in points() if point.specialty})


def changes(earlier: int, later: int) -> list[Change]:
    """Return what changed between two years, for every group known in both."""
    before = {point.group: point for point in points() if point.year == earlier}
    return [Change(before[each.group], each) for each in points() if each.year == later and each.group in before]


def refusals(year: int) -> list[tuple[Point, Fraction]]:
    """Return who refused: the regions by profession, each with its share of all refusals, in percent.

    Empty where the refusals of a region are not known.
    """
    found = in_year(year)
    parts = [found.get((region, profession)) for region in REGIONS for profession in (GP, SPECIALIST)]
    known = [(part, part.refused) for part in parts if part is not None and part.refused is not None]
    total = sum(refused for _, refused in known)
    return [(part, Fraction(100 * refused, total)) for part, refused in known] if len(known) == len(parts) else []


@cache
def activity() -> tuple[Activity, ...]:
    """Return the rates weighted by activity (`data/observatory/activity.csv`)."""
    path = DATA / "activity.csv"
    columns = ("year", "profession", "specialty", "heads", "activity", "status", "source")
    return tuple(
        Activity(
            int(row["year"]),
            row["profession"],
            row["specialty"],
            ratio(row["heads"]) if row["heads"] else None,
            ratio(row["activity"]),
            row["status"],
            row["source"],
        )
        for _, row in csv_rows(path.read_text("utf-8"), path.name, columns)
    )


def _order(point: Point) -> tuple[str, int, int, int]:
    places = PLACES.index(point.region) if point.region in PLACES else len(PLACES)
    return point.specialty, places, PROFESSIONS.index(point.profession), point.year


def _chosen() -> dict[Any, Cell]:
    """Return one figure of each key: the first that states it, contradicted publications last."""
    chosen: dict[Any, Cell] = {}
    for cell in _cells():
        chosen.setdefault(cell.key, cell)
    return chosen


def _cells() -> Iterator[Cell]:
    for name in sorted(names(), key=lambda each: (each in CONTRADICTED, each)):
        for table in published(name).tables:
            yield from () if table.is_text else table.cells


def _point(cells: dict[Any, Cell], year: int, region: str, profession: str, specialty: str) -> Point | None:
    """Return the point of a group, `None` where no table gives its rate."""
    of = {cell.key.measure: cell for cell in cells.values()
          if (cell.key.year, cell.key.region, cell.key.profession, cell.key.specialty)
          == (year, region, profession, specialty)}  # fmt: skip
    number = {measure: int(of[measure].figure.value) for measure in (ACTIVE, ADHERED, REFUSED) if measure in of}
    if len(number) == 2 and ACTIVE in number:
        number |= {ADHERED: number[ACTIVE] - number.get(REFUSED, 0)} if ADHERED not in number else {}
        number |= {REFUSED: number[ACTIVE] - number[ADHERED]}
    counts = (number.get(ACTIVE), number.get(ADHERED), number.get(REFUSED))
    group = (year, region, profession, specialty)
    if RATE in of:
        cell = of[RATE]
        return Point(*group, cell.figure.value, cell.figure.decimals, cell.status, cell.source, *counts)
    if REFUSAL_RATE in of:
        cell = of[REFUSAL_RATE]
        source = f"{cell.source}: {LESS}"
        return Point(*group, 100 - cell.figure.value, cell.figure.decimals, "derived", source, *counts)
    return None


def _together(gps: Point | None, specialists: Point | None) -> Point | None:
    """Return general practitioners and specialists together, where the numbers of both are known."""
    both = (gps, specialists)
    numbers = [
        (each.active, each.adhered, each.refused)
        for each in both
        if each is not None and each.active is not None and each.adhered is not None and each.refused is not None
    ]
    if gps is None or len(numbers) < len(both):
        return None
    active, adhered, refused = (sum(column) for column in zip(*numbers, strict=True))
    rate = ratio(plain(Fraction(100 * adhered, active), 2))
    return Point(gps.year, gps.region, ALL, "", rate, 2, "derived", f"{gps.source}: {BOTH}", active, adhered, refused)
