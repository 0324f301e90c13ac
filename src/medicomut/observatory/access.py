"""Access to care: general practitioners per 100,000 inhabitants, by municipality and above, against the thresholds.

Practitioners come from a table of one's own (or the register's), inhabitants are those of 1 January 2020. Where a
practitioner's municipality is not stated nobody is moved anywhere: such practitioners are counted apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Literal

from medicomut.errors import Place, Problem, Problems
from medicomut.geography import Municipality, arrondissements, find, municipalities, provinces, regions
from medicomut.money import ratio
from medicomut.observatory.series import plain
from medicomut.observatory.shortage import CLASSES, PER, WITHHELD, Measure, Scheme

COLUMNS: Final = ("municipality", "practitioner", "profession", "fte")
REQUIRED: Final = ("municipality",)
Level = Literal["municipality", "arrondissement", "province", "region", "country"]
LEVELS: Final[tuple[Level, ...]] = ("municipality", "arrondissement", "province", "region", "country")
COUNTRY_CODE: Final = "01000"

_GP: Final = ("", "gp")
_OTHERS: Final = ("specialist",)
_MOST_FTE: Final = 2


@dataclass(slots=True)
class Supply:
    """General practitioners by NIS code of their municipality: heads, and full-time equivalents where stated.

    `nowhere` of them have no municipality stated, `others` are no general practitioners.
    """

    heads: dict[str, int] = field(default_factory=dict)
    fte: dict[str, Fraction] | None = None
    nowhere: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Access:
    """How a place is served. `number` are heads or full-time equivalents as counted, `density` per 100,000.

    `municipalities` counts those in the place by class, `people` the inhabitants of these. Where `is_withheld` neither
    number nor density may be shown, nor places be put in their order.
    """

    level: Level
    code: str
    name: Mapping[str, str]
    inhabitants: int
    number: Fraction
    measure: Measure
    judged: str
    municipalities: Mapping[str, int]
    people: Mapping[str, int]

    @property
    def density(self) -> Fraction:
        """Practitioners per 100,000 inhabitants."""
        return self.number * PER / self.inhabitants

    @property
    def is_withheld(self) -> bool:
        """Whether the number is not for everybody."""
        return self.judged == WITHHELD

    @property
    def order(self) -> tuple[bool, Fraction, int]:
        """Sorts places: the least served first, the largest first among equals, those withheld last by inhabitants."""
        return self.is_withheld, Fraction(0) if self.is_withheld else self.density, -self.inhabitants

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Return plain values for JSON; the density is text with one decimal, `None` where it is withheld."""
        shown = [key for key in (*CLASSES, WITHHELD) if key != WITHHELD or self.municipalities[key]]
        number = plain(self.number, 0 if self.measure == "heads" else 2)
        return {
            "level": self.level,
            "code": self.code,
            "name": self.name[lang],
            "inhabitants": self.inhabitants,
            "general_practitioners": None if self.is_withheld else number,
            "measure": self.measure,
            "per_100000": None if self.is_withheld else plain(self.density, 1),
            "class": self.judged,
            "municipalities": {key: self.municipalities[key] for key in shown},
            "inhabitants_of_these": {key: self.people[key] for key in shown},
        }


def supply(rows: Iterable[Mapping[str, str | None]], file: str) -> Supply:
    """Count the general practitioners of a table: `municipality` (NIS code or name), and the rest of `COLUMNS`.

    Without `profession` all are general practitioners. Raises `Problems` with every fault: `unknown_municipality`,
    `ambiguous_municipality`, `bad_profession`, `bad_fte`, `repeated_practitioner` (without `fte` nobody is two).
    """
    reader = _Reader(file)
    for number, row in enumerate(rows, start=1):
        reader.take(number, {name: (row.get(name) or "").strip() for name in COLUMNS}, "fte" in row)
    if reader.faults:
        raise Problems(reader.faults)
    return reader.found


def supply_of_counts(counts: Iterable[tuple[str | None, str | None, int]]) -> Supply:
    """Return the supply of counted practitioners: profession, NIS code of the municipality, and how many.

    Whose municipality is not stated, or is none of the 581, is counted as being nowhere.
    """
    found = Supply()
    for profession, code, number in counts:
        if profession != "gp":
            found.others += number
        elif code in municipalities():
            found.heads[code] = found.heads.get(code, 0) + number
        else:
            found.nowhere += number
    return found


class _Reader:
    """A table being counted: every fault is noted with its row and column."""

    def __init__(self, file: str) -> None:
        self.file, self.found = file, Supply()
        self.faults: list[Problem] = []
        self.seen: set[str] = set()
        self.known: dict[str, str | Problem] = {}

    def take(self, number: int, row: Mapping[str, str], weighed: bool) -> None:
        """Count one row."""

        def wrong(column: str, problem: Problem) -> None:
            self.faults.append(problem.at(Place(file=self.file, row=number, field=column)))

        profession = row["profession"].lower()
        if profession in _OTHERS:
            self.found.others += 1
            return
        if profession not in _GP:
            what = f"{row['profession'][:40]!r} is not a profession"
            wrong("profession", Problem("bad_profession", what, mend="write gp or specialist"))
        part = self._fte(row["fte"]) if weighed else None
        if isinstance(part, Problem):
            wrong("fte", part)
        if row["practitioner"] and not weighed:
            if row["practitioner"] in self.seen:
                what = f"{row['practitioner'][:40]!r} stands in two rows"
                mend = "keep the row of the main practice, or state in `fte` how much is worked where"
                wrong("practitioner", Problem("repeated_practitioner", what, mend=mend))
            self.seen.add(row["practitioner"])
        if not row["municipality"]:
            self.found.nowhere += 1
            return
        code = self._code(row["municipality"])
        if isinstance(code, Problem):
            wrong("municipality", code)
            return
        self.found.heads[code] = self.found.heads.get(code, 0) + 1
        if isinstance(part, Fraction):
            self.found.fte = self.found.fte or {}
            self.found.fte[code] = self.found.fte.get(code, Fraction(0)) + part

    def _fte(self, text: str) -> Fraction | Problem:
        try:
            part = ratio(text)
        except Problems:
            part = Fraction(-1)
        if 0 <= part <= _MOST_FTE:
            return part
        what = f"{text[:40]!r} is no part of full-time" if text else "how much is worked is not stated"
        return Problem(
            "bad_fte", what, mend=f"write a number from 0 to {_MOST_FTE}, such as 0.75; or leave the column out"
        )

    def _code(self, text: str) -> str | Problem:
        if text not in self.known:
            self.known[text] = _municipality_of(text)
        return self.known[text]


def _municipality_of(text: str) -> str | Problem:
    """Return the NIS code of a municipality given by code or by name."""
    if text in municipalities():
        return text
    named = [place for place in find(text) if text.casefold() in {name.casefold() for name in place.name.values()}]
    if len(named) == 1:
        return named[0].code
    if named:
        mend = f"write its NIS code: {' or '.join(place.code for place in named)}"
        return Problem("ambiguous_municipality", f"there are {len(named)} municipalities {text[:40]!r}", mend=mend)
    near = ", ".join(f"{place.name['fr']} {place.code}" for place in find(text)[:3])
    mend = f"perhaps {near}" if near else "write its NIS code of five digits, or its name"
    return Problem("unknown_municipality", f"{text[:40]!r} is no municipality", mend=mend)


def access(
    found: Supply,
    scheme: Scheme,
    level: Level,
    areas: Mapping[str, Fraction] | None = None,
    withheld: Collection[str] = (),
) -> list[Access]:
    """Return how every place of a level is served, judged by a scheme; `areas` are km² by NIS code.

    Full-time equivalents are judged where the table states them, else heads: `measure` says which, and it may not be
    what the scheme counts (docs/observatory.md). Of municipalities `withheld` no class is told.
    """
    measure: Measure = "heads" if found.fte is None else "fte"
    numbers = {code: Fraction(heads) for code, heads in found.heads.items()} if found.fte is None else found.fte
    groups: dict[str, list[Municipality]] = {}
    for place in municipalities().values():
        groups.setdefault(_belongs(place, level), []).append(place)
    judged = {
        code: WITHHELD
        if code in withheld
        else scheme.judge(numbers.get(code, Fraction(0)) * PER / place.inhabitants, _crowded(place, areas))
        for code, place in municipalities().items()
    }
    return [_served(level, code, places, numbers, measure, scheme, judged, areas) for code, places in groups.items()]


def _served(
    level: Level,
    code: str,
    places: list[Municipality],
    numbers: Mapping[str, Fraction],
    measure: Measure,
    scheme: Scheme,
    judged: Mapping[str, str],
    areas: Mapping[str, Fraction] | None,
) -> Access:
    people = sum(place.inhabitants for place in places)
    number = sum((numbers.get(place.code, Fraction(0)) for place in places), Fraction(0))
    square = [None if areas is None else areas.get(place.code) for place in places]
    known = [each for each in square if each]
    crowded = people / sum(known, Fraction(0)) if len(known) == len(places) else None
    return Access(
        level=level,
        code=code,
        name=_name(level, code),
        inhabitants=people,
        number=number,
        measure=measure,
        judged=judged[code] if level == "municipality" else scheme.judge(number * PER / people, crowded),
        municipalities={key: sum(judged[each.code] == key for each in places) for key in (*CLASSES, WITHHELD)},
        people={
            key: sum(each.inhabitants for each in places if judged[each.code] == key) for key in (*CLASSES, WITHHELD)
        },
    )


def _crowded(place: Municipality, areas: Mapping[str, Fraction] | None) -> Fraction | None:
    area = None if areas is None else areas.get(place.code)
    return place.inhabitants / area if area else None


def _belongs(place: Municipality, level: Level) -> str:
    within = place.arrondissement
    if level == "province":  # Brussels-Capital lies in none: it stands beside them
        return within.province.code if within.province else within.region.code
    of = {"municipality": place.code, "arrondissement": within.code, "region": within.region.code}
    return of.get(level, COUNTRY_CODE)


def _name(level: Level, code: str) -> Mapping[str, str]:
    if level == "country":
        return {"fr": "Belgique", "nl": "België", "de": "Belgien", "en": "Belgium"}
    if level == "municipality":
        return municipalities()[code].name
    if level == "arrondissement":
        return arrondissements()[code].name
    by_code = {region.code: region.name for region in regions().values()}
    return provinces()[code].name if code in provinces() else by_code[code]
