"""What a scenario costs, frees and changes: a pure function from a scenario to exact figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from medicomut.agreement import Agreement
from medicomut.agreement.figures import write_figure
from medicomut.budget.annex import Changes, Sheet, sheet
from medicomut.budget.bases import Bases, Group, bases, group_of_code
from medicomut.budget.scenario import ALL, Growth, Scenario
from medicomut.errors import Place, Problem, Problems
from medicomut.money import half_up


@dataclass(frozen=True, slots=True)
class GroupCost:
    """A fee group under a scenario: ``cost`` and ``before`` are exact, in k€ a year at the new and the agreed rate.

    ``together`` are the groups counted with it, since the figures of the agreement do not tell them apart.
    """

    group: Group
    together: tuple[Group, ...]
    rate: Fraction
    cost: Fraction
    before: Fraction

    @property
    def gain(self) -> Fraction:
        """What the group gets more (or less) than under the agreement, in k€ a year, exact."""
        return self.cost - self.before

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; amounts rounded to 1 k€, the rates in percent."""
        return self.group.to_dict() | {
            "counted_with_it": [group.id for group in self.together],
            "new_rate_percent": write_figure(self.rate * 100),
            "cost_keur": whole(self.cost),
            "agreed_cost_keur": whole(self.before),
            "gain_keur": whole(self.gain),
        }


@dataclass(frozen=True, slots=True)
class Indexation:
    """What indexation costs a year, in k€; ``freed`` is what it leaves of linear indexation, which costs ``linear``.

    ``linear_rate`` is the rate of linear indexation and ``mean`` the scenario's, both over the same whole base.
    ``agreed_*`` are the agreement's own figures.
    """

    groups: tuple[GroupCost, ...]
    cost: int
    linear: int
    linear_rate: Fraction
    mean: Fraction
    in_year: int
    agreed_cost: int
    agreed_in_year: int | None
    agreed_freed: int
    agreed_mean: Fraction
    unattributed: Fraction
    start: date
    cites: tuple[str, ...]
    mass_cites: tuple[str, ...]

    @property
    def freed(self) -> int:
        """What the scenario leaves of linear indexation, in k€ a year; negative when it costs more."""
        return self.linear - self.cost

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, in k€; rates in percent with four decimals."""
        return {
            "annual_keur": self.cost,
            "in_year_keur": self.in_year,
            "from": self.start.isoformat(),
            "linear_keur": self.linear,
            "linear_rate_percent": percent(self.linear_rate),
            "freed_keur": self.freed,
            "mean_index_percent": percent(self.mean),
            "agreement": {
                "annual_keur": self.agreed_cost,
                "in_year_keur": self.agreed_in_year,
                "freed_keur": self.agreed_freed,
                "mean_index_percent": percent(self.agreed_mean),
            },
            "difference_keur": self.cost - self.agreed_cost,
            "unattributed_base_keur": whole(self.unattributed),
            "groups": [group.to_dict() for group in self.groups],
            "cites": list(self.cites),
            "mass_cites": list(self.mass_cites),
        }


@dataclass(frozen=True, slots=True)
class GrowthFigures:
    """What index and growth norm make together: the sum and the product, as fractions, and what is lost without.

    Amounts in k€ are ``None`` where no base is known.
    """

    growth: Growth

    @property
    def additive(self) -> Fraction:
        """The two rates added."""
        return self.growth.index + self.growth.norm

    @property
    def compounded(self) -> Fraction:
        """The norm on the indexed budget."""
        return (1 + self.growth.index) * (1 + self.growth.norm) - 1

    def lost(self, rate: Fraction) -> int | None:
        """Return what a rate makes on the base, in k€; ``None`` without a base."""
        return None if self.growth.base is None else whole(self.growth.base * rate)

    def rows(self) -> tuple[tuple[str, Fraction, int | None], ...]:
        """Return what can be lost, by its word: the rate and its amount in k€."""
        rates = {
            "index": self.growth.index,
            "norm": self.growth.norm,
            "additive": self.additive,
            "compounded": self.compounded,
        }
        return tuple((word, rate, self.lost(rate)) for word, rate in rates.items())

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: rates in percent, their difference in points, amounts in k€."""
        return {
            **{f"{word}_percent": write_figure(rate * 100) for word, rate, _ in self.rows()},
            "difference_points": write_figure((self.compounded - self.additive) * 100),
            "base_keur": self.growth.base,
            "lost_keur": {word: amount for word, _, amount in self.rows()},
            "cites": list(self.growth.cites),
        }


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a scenario; a part is ``None`` where the agreement holds nothing it could be computed from."""

    scenario: Scenario
    indexation: Indexation | None
    sheet: Sheet | None
    growth: GrowthFigures | None
    data_hash: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: units stand in the names of the fields."""
        return {
            "scenario": self.scenario.to_dict(),
            "indexation": None if self.indexation is None else self.indexation.to_dict(),
            "balance": None if self.sheet is None else self.sheet.total("balance").to_dict(),
            "means_and_uses": None if self.sheet is None else self.sheet.to_dict(),
            "growth": None if self.growth is None else self.growth.to_dict(),
            "agreement_hash": self.data_hash,
        }


def whole(amount: Fraction) -> int:
    """Round k€ to whole ones, half away from zero."""
    return half_up(amount.numerator, amount.denominator)


def percent(rate: Fraction) -> str:
    """Write a rate in percent with at most four decimals, rounded half away from zero."""
    return write_figure(Fraction(whole(rate * 10**6), 10**4))


def price(agreement: Agreement, scenario: Scenario) -> Figures:
    """Return what a scenario costs.

    ``Problems``: ``base_unknown`` for a rate of a group whose base nobody knows, ``base_contradicts``, and
    ``no_annex`` or ``no_bases`` when the agreement holds nothing of what the scenario changes.
    """
    growth = None if scenario.growth is None else GrowthFigures(scenario.growth)
    asks = Scenario(scenario.agreement, growth=scenario.growth, title=scenario.title) != scenario
    if growth is not None and not asks and agreement.annex is None:
        return Figures(scenario, None, None, growth, agreement.data_hash)
    known = bases(agreement, scenario.given)
    rates = _rates(agreement, known, scenario)
    groups = tuple(
        GroupCost(
            group,
            known.counted_with(group.id),
            rates[group.id],
            (group.base or 0) * rates[group.id],
            (group.base or 0) * group.rate,
        )
        for group in known.priced
    )
    exact = sum((group.cost for group in groups), Fraction(0))
    linear = _mass(known, scenario)
    start = scenario.index_start or known.table.start
    computed = sheet(agreement, changes=_changes(agreement, known, scenario, groups, linear, start))
    agreed = whole(sum((group.before for group in groups), Fraction(0)))
    indexation = Indexation(
        groups=groups,
        cost=whole(exact),
        linear=linear,
        linear_rate=linear / known.total,
        mean=exact / known.total,
        in_year=computed.block(known.block).in_year.computed,
        agreed_in_year=computed.block(known.block).in_year.printed,
        agreed_cost=agreed,
        agreed_freed=known.mass - agreed,
        agreed_mean=agreed / known.total,
        unattributed=known.unattributed,
        start=start,
        cites=computed.block(known.block).cites,
        mass_cites=next(line.cites for line in computed.lines if line.id == known.mass_line),
    )
    return Figures(scenario, indexation, computed, growth, agreement.data_hash)


def _mass(known: Bases, scenario: Scenario) -> int:
    if scenario.mass_rate is not None:
        return whole(known.total * scenario.mass_rate)
    return known.mass if scenario.mass is None else scenario.mass


def rates_of(known: Bases, scenario: Scenario) -> dict[str, Fraction]:
    """Return the rate of every group to the letter: its own setting, else that of ``all``, else the agreed one."""
    common = scenario.rates.get(ALL)
    return {
        group.id: scenario.rates.get(group.id, group.rate if common is None else common)
        for group in known.groups.values()
    }


def _rates(agreement: Agreement, known: Bases, scenario: Scenario) -> dict[str, Fraction]:
    """Return the rate of every group; every rate that cannot be priced is refused."""
    rates = rates_of(known, scenario)
    problems: list[Problem] = []
    for name, rate in scenario.rates.items():
        if name == ALL:
            continue
        try:
            group = known.groups.get(name) or known.groups[group_of_code(agreement, name)]
        except Problems as refused:
            problems += [problem.at(Place(field=name)) for problem in refused.problems]
            continue
        own = group.id == name and group.base is not None
        if not own and not _moves_with(group, rate, rates, known, scenario.rates.get(ALL)):
            problems.append(_base_unknown(name, group))
    if problems:
        raise Problems(problems)
    return rates


def _moves_with(
    group: Group, rate: Fraction, rates: Mapping[str, Fraction], known: Bases, common: Fraction | None
) -> bool:
    """Whether a rate changes nothing in how a group without a base of its own is counted."""
    if common is not None:
        return rate == common
    host = known.groups[group.host or group.id]
    return rate == group.rate or (group.rate == host.rate and rate == rates[host.id])


def _base_unknown(name: str, group: Group) -> Problem:
    return Problem(
        code="base_unknown",
        what=f"the yearly spending of {name} is not known, so its rate has no price",
        why=f"the figures of the agreement tell it only together with {group.host or group.id}",
        mend=f"give it in thousands of euro: --set base.{name}=5000 (set: base.{name}: 5000 in a file)",
        where=Place(field=name),
        cites=group.cites,
    )


def _changes(
    agreement: Agreement,
    known: Bases,
    scenario: Scenario,
    groups: tuple[GroupCost, ...],
    linear: int,
    start: date,
) -> Changes:
    """Return the annex as the scenario changes it: lines of the index at their new cost, the mass among the means."""
    by_line: dict[str, Fraction] = {}
    for group in groups:
        by_line[group.group.line] = by_line.get(group.group.line, Fraction(0)) + group.cost
    annual = apportion(by_line)
    _refuse_index_lines(agreement, scenario, by_line)
    starts = dict(scenario.starts) | ({} if scenario.index_start is None else dict.fromkeys(by_line, start))
    return Changes({known.mass_line: linear} | annual | scenario.annual, starts)


def _refuse_index_lines(agreement: Agreement, scenario: Scenario, by_line: Mapping[str, Fraction]) -> None:
    problems = [
        Problem(
            code="line_is_computed",
            what=f"the amount of {line} follows from the rates of its groups",
            mend="set the rate of the group instead",
            where=Place(field=f"annual.{line}"),
            cites=(f"{agreement.id}#annex",),
        )
        for line in scenario.annual
        if line in by_line
    ]
    if problems:
        raise Problems(problems)


def apportion(exact: Mapping[str, Fraction]) -> dict[str, int]:
    """Round amounts so that they add up to their rounded sum: what is left goes to the largest remainders.

    As the annex does, the total is the sum of whole lines; no line is further than 1 k€ from its exact amount.
    """
    floors = {name: amount.numerator // amount.denominator for name, amount in exact.items()}
    left = whole(sum(exact.values(), Fraction(0))) - sum(floors.values())
    by_remainder = sorted(exact, key=lambda name: floors[name] - exact[name])
    return floors | {name: floors[name] + 1 for name in by_remainder[:left]}
