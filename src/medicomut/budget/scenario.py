"""A scenario: what differs from the agreement as signed, in one notation for a file, a link and the command line.

Each setting is a key and a value: ``all`` or a fee group, exception or nomenclature code and its rate;
``index_start`` a day; ``mass`` thousands of euro or ``mass_rate`` a rate; ``annual.LINE`` thousands of euro and
``start.LINE`` a day for a line of the annex; ``base.GROUP`` the yearly spending of a group in thousands of euro;
``growth.index`` and ``growth.norm`` rates or the names of parameters, ``growth.base`` thousands of euro.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final, cast

from medicomut.agreement import Agreement, Text
from medicomut.agreement.figures import write_figure
from medicomut.agreement.model import cited_in
from medicomut.budget import naming
from medicomut.budget.annex import line_ids
from medicomut.errors import Place, Problem, Problems
from medicomut.identifiers import check_nomenclature

ALL: Final = "all"
MOST_KEUR: Final = 10**9
"""No amount of a scenario is larger than a thousand billion euro: what is, has the wrong unit."""

_WHOLE: Final = re.compile(r"-?(?:[0-9]{1,12}|[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3}){1,3})")
"""Digits alone, or in threes with blanks between, as these pages print them in French; no point, no comma."""

_PREFIXES: Final = ("annual", "start", "base", "growth")
_SINGLE: Final = ("mass", "mass_rate", "index_start")
_GROWTH: Final = ("index", "norm", "base")


@dataclass(frozen=True, slots=True)
class Growth:
    """An index and a growth norm whose sum or product is in question, as fractions; the base in k€ when known.

    ``cites`` are the clauses that state the two, when they are the agreement's own.
    """

    index: Fraction
    norm: Fraction
    base: int | None = None
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """What differs from the agreement. Rates are fractions (39/2000), amounts k€; nothing set is the agreement itself.

    ``rates`` may hold ``all``, which the rates of single groups outrank. Made by :func:`from_settings`, which checks.
    """

    agreement: str
    rates: dict[str, Fraction] = field(default_factory=dict)
    index_start: date | None = None
    mass: int | None = None
    mass_rate: Fraction | None = None
    annual: dict[str, int] = field(default_factory=dict)
    starts: dict[str, date] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    growth: Growth | None = None
    title: Text | None = None

    def settings(self) -> list[tuple[str, str]]:
        """Return the settings as keys and values, in a fixed order: a link that :func:`from_settings` reads back."""
        found = [(name, _percent(rate)) for name, rate in sorted(self.rates.items(), key=lambda pair: pair[0] != ALL)]
        if self.index_start is not None:
            found.append(("index_start", self.index_start.isoformat()))
        if self.mass is not None:
            found.append(("mass", str(self.mass)))
        if self.mass_rate is not None:
            found.append(("mass_rate", _percent(self.mass_rate)))
        found += [(f"annual.{line}", str(amount)) for line, amount in self.annual.items()]
        found += [(f"start.{line}", day.isoformat()) for line, day in self.starts.items()]
        found += [(f"base.{group}", str(base)) for group, base in self.given.items()]
        if self.growth is not None:
            found += [("growth.index", _percent(self.growth.index)), ("growth.norm", _percent(self.growth.norm))]
            found += [] if self.growth.base is None else [("growth.base", str(self.growth.base))]
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        title = None if self.title is None else self.title.to_dict()
        return {"agreement": self.agreement, "title": title, "set": dict(self.settings())}


def from_settings(
    agreement: Agreement, settings: Iterable[tuple[str, str]], title: Text | None = None, base: Scenario | None = None
) -> Scenario:
    """Return the scenario of settings, on top of ``base`` when there is one; the last of a repeated key counts.

    ``Problems`` holds every setting that cannot be used, at its key as field: ``bad_rate``, ``bad_amount``,
    ``bad_day``, ``bad_code``, ``unknown_group``, ``unknown_line``, ``unknown_setting``, ``two_masses``,
    ``growth_incomplete``.
    """
    maker = Maker(agreement, base)
    problems: list[Problem] = []
    for key, value in settings:
        try:
            maker.put(key, value)
        except Problems as refused:
            problems += [problem.at(Place(field=key[:100])) for problem in refused.problems]
    try:
        made = maker.scenario(title)
    except Problems as refused:
        problems += refused.problems
    if problems:
        raise Problems(problems)
    return made


class Maker:
    """A scenario in the making: settings are put one by one, each refused by itself."""

    def __init__(self, agreement: Agreement, base: Scenario | None = None) -> None:
        self._agreement = agreement
        self._put: dict[str, Any] = {}
        self._title = base.title if base else None
        table = agreement.index_rates
        self._groups = [entry.id for entry in (*table.groups, *table.exceptions)] if table else []
        self._lines = line_ids(agreement.annex) if agreement.annex else ()
        self._rate_cites = cited_in(agreement.id, table.cites if table else ())
        # A measure of an agreement begins within its years or in the one after: what lies beyond is a slip.
        term = agreement.heading.term
        self._days = date(term.start.year, 1, 1), date((term.end or term.start).year + 1, 12, 31)
        self._cites: tuple[str, ...] = base.growth.cites if base and base.growth else ()
        for key, value in base.settings() if base else ():
            self.put(key, value)

    def put(self, key: str, value: str) -> None:
        """Take one setting; ``Problems`` when its key is not known or its value cannot be read."""
        prefix, dot, name = key.partition(".")
        if dot and prefix in _PREFIXES:
            self._put[key] = getattr(self, f"_{prefix}")(name, value)
        elif key == "index_start":
            self._put[key] = _day(key, value, self._days, self._rate_cites)
        elif key == "mass":
            self._put[key] = keur(key, value, least=0)
        else:
            if key != "mass_rate":
                self._group(key)
            self._put[key] = naming.rate(value, self._rate_cites)

    def _group(self, name: str) -> None:
        if name == ALL or name in self._groups:
            return
        checked = check_nomenclature(name)
        if checked.valid:
            return
        if name.isdecimal():
            raise _refused("bad_code", f"{name!r} is no nomenclature code", checked.why or "check its digits")
        owner = self._agreement.id
        raise Problems([naming.unknown("group", name, (*self._groups, ALL, *_SINGLE), owner, self._rate_cites)])

    def _line(self, name: str) -> None:
        if name not in self._lines:
            raise Problems([naming.unknown("line", name, self._lines, self._agreement.id)])

    def _annual(self, name: str, value: str) -> int:
        self._line(name)
        return keur(f"annual.{name}", value)

    def _start(self, name: str, value: str) -> date:
        self._line(name)
        return _day(f"start.{name}", value, self._days, cited_in(self._agreement.id, ("annex",)))

    def _base(self, name: str, value: str) -> int:
        self._group(name)
        return keur(f"base.{name}", value, least=0)

    def _growth(self, name: str, value: str) -> Fraction | int:
        if name not in _GROWTH:
            raise Problems([naming.unknown("setting", name, _GROWTH, "growth")])
        if name == "base":
            return keur("growth.base", value, least=0)
        parameter = next((found for found in self._agreement.parameters if found.id == value), None)
        if parameter is None or parameter.unit != "percent":
            return naming.rate(value, self._rate_cites)
        self._cites = tuple(dict.fromkeys((*self._cites, *cited_in(self._agreement.id, parameter.cites))))
        return cast("Fraction", parameter.values[-1].value)  # as every percent

    def scenario(self, title: Text | None = None) -> Scenario:
        """Return the scenario; ``Problems`` when settings exclude one another."""
        put = self._put
        if "mass" in put and "mass_rate" in put:
            raise _refused("two_masses", "mass and mass_rate are both set", "set the one or the other")
        index, norm, base = (put.get(f"growth.{name}") for name in _GROWTH)
        if (index is None or norm is None) and (index, norm, base) != (None, None, None):
            raise _refused("growth_incomplete", "growth needs both index and norm", "set growth.index and growth.norm")
        return Scenario(
            agreement=self._agreement.id,
            rates={key: rate for key, rate in put.items() if "." not in key and key not in _SINGLE},
            index_start=put.get("index_start"),
            mass=put.get("mass"),
            mass_rate=put.get("mass_rate"),
            annual=_under(put, "annual"),
            starts=_under(put, "start"),
            given=_under(put, "base"),
            growth=None if index is None or norm is None else Growth(index, norm, base, self._cites),
            title=title or self._title,
        )


def _under(put: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {key.removeprefix(f"{prefix}."): value for key, value in put.items() if key.startswith(f"{prefix}.")}


def keur(key: str, text: str, least: int = -MOST_KEUR) -> int:
    """Read whole thousands of euro; ``key`` names in the fault (``bad_amount``) what they were for."""
    digits = "".join(text.split()) if _WHOLE.fullmatch(text.strip()) else ""
    if not digits or not least <= int(digits) <= MOST_KEUR:
        low = "0" if least == 0 else "-1,000,000,000"
        raise _refused(
            "bad_amount",
            f"{key}: {text!r} is not an amount in thousands of euro",
            f"write whole thousands as digits alone, from {low} to 1,000,000,000, such as 5000 for 5 million euro",
        )
    return int(digits)


def _day(key: str, text: str, within: tuple[date, date], cites: tuple[str, ...]) -> date:
    try:
        day = date.fromisoformat(text.strip()) if len(text.strip()) == len("2020-01-31") else None
    except ValueError:
        day = None
    first, last = within
    if day is None or not first <= day <= last:
        what = f"{key}: {text!r} is " + ("not a day" if day is None else "outside the years of the agreement")
        raise _refused("bad_day", what, f"write it as 2020-07-01, from {first} to {last}", cites)
    return day


def _percent(rate: Fraction) -> str:
    return f"{write_figure(rate * 100)}%"


def _refused(code: str, what: str, mend: str, cites: tuple[str, ...] = ()) -> Problems:
    return Problems([Problem(code=code, what=what, mend=mend, cites=cites)])
