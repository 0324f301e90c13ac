"""Rates by fee group under limits: the best ones with their proof, or the smallest set of limits that conflict.

The rates are the variables of a linear program, in percent; a package costs base × rate, summed over the groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from medicomut.agreement import Agreement
from medicomut.agreement.figures import write_figure
from medicomut.budget import naming
from medicomut.budget.bases import Bases, bases
from medicomut.budget.demands import ALL, COST, HIGHEST, LOWEST, SPREAD, Demands, Goal
from medicomut.budget.linear import Program, Range, Solution, solve
from medicomut.budget.pricing import percent, whole
from medicomut.errors import Problem, Problems

MASS: Final = "mass"
STEP: Final = Fraction(1, 100)
"""A hundredth of a percent: what negotiators move a rate by."""

_WORDS: Final = (COST, LOWEST, HIGHEST, SPREAD)
_ENDLESS: Final = {(HIGHEST, True), (SPREAD, True), (LOWEST, False)}
"""Goals without an answer: the highest rate or the spread made larger, the lowest made smaller."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A demand as a limit: ``kind`` is ``floor``, ``cap``, ``equal``, ``spread`` or ``mass``.

    ``value`` is in percent, of the mass in k€; ``group`` and ``other`` name what it limits.
    """

    kind: str
    value: Fraction
    group: str | None = None
    other: str | None = None

    @property
    def name(self) -> str:
        """A name for a table: ``floor surgery``, ``equal surgery gynaecology``, ``mass``."""
        return " ".join(filter(None, (self.kind, self.group, self.other)))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; the value in percent, of the mass in k€."""
        unit = "keur" if self.kind == MASS else "percent"
        return {"kind": self.kind, "group": self.group, "other": self.other, unit: write_figure(self.value)}


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit that holds with equality; ``prices`` is what each goal gains when it is loosened by a step.

    The step is 0.01 % for a rate, 1 k€ for the mass; the gain is in the goal's unit: k€ for ``cost``, else percent.
    """

    limit: Limit
    prices: dict[str, Fraction]


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof that a goal cannot be reached better: the cost of the point and of its dual, exact and equal."""

    goal: Goal
    primal: Fraction
    dual: Fraction
    proved: bool


@dataclass(frozen=True, slots=True)
class Allocation:
    """The answer: rates in percent by group with their proof, or the limits that conflict.

    ``conflict`` is empty when there are rates; none of its limits can be left out without ending the conflict.
    ``steps`` is what one more 0.01 % costs, in k€ a year, by group. ``agreement_misses`` are the limits that the
    agreement's own rates do not keep. ``practical`` are the rates in whole hundredths of a percent, cut or else raised,
    where they still keep every limit; else ``None``.
    """

    known: Bases
    limits: tuple[Limit, ...]
    rates: dict[str, Fraction] | None
    cost: Fraction | None
    practical: dict[str, Fraction] | None
    proofs: tuple[Proof, ...]
    binding: tuple[Binding, ...]
    conflict: tuple[Limit, ...]
    steps: dict[str, Fraction]
    agreement_misses: tuple[Limit, ...]

    @property
    def proved(self) -> bool:
        """Whether every goal reached is proved to be the best, or the conflict to be one."""
        return all(proof.proved for proof in self.proofs)

    @property
    def practical_cost(self) -> Fraction | None:
        """What the rates to hundredths cost a year, in k€."""
        if self.practical is None:
            return None
        return sum((rate * self.steps[name] / STEP for name, rate in self.practical.items()), Fraction(0))

    @property
    def mass(self) -> Fraction:
        """What the package may cost a year, in k€."""
        return next(limit.value for limit in self.limits if limit.kind == MASS)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: rates in percent, exact as fractions and cut for reading, amounts in k€."""
        return {
            "agreement": self.known.agreement.id,
            "feasible": self.rates is not None,
            "proved": self.proved,
            "rates": None if self.rates is None else {name: _rate(rate) for name, rate in self.rates.items()},
            "cost_keur": None if self.cost is None else whole(self.cost),
            "freed_keur": None if self.cost is None else self.known.mass - whole(self.cost),
            "practical_rates_percent": None
            if self.practical is None
            else {name: write_figure(rate) for name, rate in self.practical.items()},
            "practical_cost_keur": None if self.practical_cost is None else whole(self.practical_cost),
            "proofs": [
                {
                    "goal": proof.goal.what,
                    "sense": "maximise" if proof.goal.more else "minimise",
                    "primal": write_figure(proof.primal),
                    "dual": write_figure(proof.dual),
                    "gap": write_figure(proof.primal - proof.dual),
                    "proved": proof.proved,
                }
                for proof in self.proofs
            ],
            "binding": [
                found.limit.to_dict()
                | {"shadow_prices": {goal: price_text(price) for goal, price in found.prices.items()}}
                for found in self.binding
            ],
            "conflict": [limit.to_dict() for limit in self.conflict],
            "cost_of_0_01_percent_keur": {name: percent(step / 100) for name, step in self.steps.items()},
            "limits": [limit.to_dict() for limit in self.limits],
            "agreement_feasible": not self.agreement_misses,
            "agreement_misses": [limit.to_dict() for limit in self.agreement_misses],
            "cites": [f"{self.known.agreement.id}#{clause}" for clause in self.known.table.cites],
        }


def price_text(price: Fraction) -> str:
    """Write a shadow price with eight decimals at most: a rate gained by 1 k€ begins at the fifth."""
    return write_figure(Fraction(whole(price * 10**8), 10**8))


def _rate(rate: Fraction) -> dict[str, str]:
    return {"percent": percent(rate / 100), "exact": f"{rate.numerator}/{rate.denominator}"}


def allocate(agreement: Agreement, demands: Demands) -> Allocation:
    """Return the best rates under the demands, or the smallest set of demands that conflict.

    ``Problems``: ``unknown_group``, ``base_unknown`` for a group without a base of its own, ``goal_without_answer``,
    ``same_group``, ``bad_spread``, and those of :func:`medicomut.budget.bases.bases`.
    """
    known = bases(agreement, demands.given)
    _check(known, demands)
    limits = _limits(known, demands)
    bearing = {group.id: (group.base or Fraction(0)) / 100 for group in known.priced}  # k€ for each percent
    own = {group.id: group.rate * 100 for group in known.priced}
    misses = tuple(limit for limit in limits if not _keeps(limit, own, bearing))
    steps = {name: base * STEP for name, base in bearing.items()}
    excess = _least_excess(limits, bearing)
    if excess.primal > 0 or not excess.proved:
        proof = Proof(Goal("excess", more=False), excess.primal, excess.dual, excess.proved)
        # The limits with a price in the least excess already exclude one another (Farkas): the rest need no trial.
        conflict = _smallest(tuple(limit for limit in limits if excess.duals.get(limit.name)), bearing)
        return Allocation(known, limits, None, None, None, (proof,), (), conflict, steps, misses)
    rates, proofs, binding = _best(limits, bearing, demands)
    cost = sum((rate * bearing[name] for name, rate in rates.items()), Fraction(0))
    return Allocation(
        known, limits, rates, cost, _practical(limits, rates, bearing), proofs, binding, (), steps, misses
    )


def _practical(
    limits: tuple[Limit, ...], rates: Mapping[str, Fraction], bearing: Mapping[str, Fraction]
) -> dict[str, Fraction] | None:
    """Return the rates in whole hundredths of a percent that keep every limit: cut, else raised."""
    for way in (1, -1):
        tried = {name: way * (way * rate // STEP) * STEP for name, rate in rates.items()}
        if all(_keeps(limit, tried, bearing) for limit in limits):
            return tried
    return None


def _check(known: Bases, demands: Demands) -> None:
    """Refuse every name that is no group with a base, and goals that have no answer; all at once."""
    goals = [goal.what for goal in demands.goals if goal.what not in _WORDS]
    named = [*(name for name in (*demands.floors, *demands.caps) if name != ALL), *sum(demands.equal, ()), *goals]
    groups = {group.id for group in known.priced}
    problems = []
    for name in dict.fromkeys((*named, *demands.priorities)):
        if name not in known.groups:
            problems.append(naming.unknown("group", name, (*groups, ALL), known.agreement.id))
        elif name not in groups:
            host = known.groups[name].host
            what = f"the yearly spending of {name} is not known apart from {host}"
            problems.append(Problem("base_unknown", what, mend=f"ask for {host}, or give its base"))
    problems += [
        Problem(
            "goal_without_answer",
            f"{goal.what} has no such optimum",
            mend="maximise lowest, or minimise highest or spread",
        )
        for goal in demands.goals
        if (goal.what, goal.more) in _ENDLESS
    ]
    problems += [
        Problem("same_group", f"{one} is to have the rate of {other}: itself", mend="name two different groups")
        for one, other in demands.equal
        if one == other
    ]
    if demands.spread is not None and demands.spread < 0:
        problems.append(Problem("bad_spread", "the spread of rates is negative", mend="write 0% or more"))
    if problems:
        raise Problems(problems)


def _limits(known: Bases, demands: Demands) -> tuple[Limit, ...]:
    found = []
    for kind, given in (("floor", demands.floors), ("cap", demands.caps)):
        for group in known.priced:
            rate = given.get(group.id, given.get(ALL))
            if rate is not None:
                found.append(Limit(kind, rate * 100, group.id))
    pairs = dict.fromkeys((min(pair), max(pair)) for pair in demands.equal)  # said twice, an equality is one limit
    found += [Limit("equal", Fraction(0), one, other) for one, other in pairs]
    if demands.spread is not None:
        found.append(Limit(SPREAD, demands.spread * 100))
    return (*found, Limit(MASS, Fraction(known.mass if demands.mass is None else demands.mass)))


def _keeps(limit: Limit, rates: Mapping[str, Fraction], bearing: Mapping[str, Fraction]) -> bool:
    """Whether rates (in percent) keep a limit."""
    if limit.kind == MASS:
        return sum((rates[name] * base for name, base in bearing.items()), Fraction(0)) <= limit.value
    if limit.kind == SPREAD:
        return max(rates.values()) - min(rates.values()) <= limit.value
    if limit.kind == "equal":
        return rates[limit.group or ""] == rates[limit.other or ""]
    rate = rates[limit.group or ""]
    return rate >= limit.value if limit.kind == "floor" else rate <= limit.value


def _program(limits: tuple[Limit, ...], bearing: Mapping[str, Fraction]) -> Program:
    """Return the program of the limits, without a goal. Every limit is a row of its own name.

    Rates are negative only where a floor or cap below zero says so: nobody negotiates a cut by leaving a group out.
    """
    top = naming.HIGHEST_RATE * 100
    lows = dict.fromkeys(bearing, Fraction(0))
    for limit in limits:
        if limit.group is not None:
            lows[limit.group] = min(lows[limit.group], limit.value)
    program = Program({name: Range(low, top) for name, low in lows.items()})
    program.variables |= {LOWEST: Range(-top, top), HIGHEST: Range(-top, top)}
    for name in bearing:
        program.rows[f"{LOWEST} {name}"] = ({name: Fraction(1), LOWEST: Fraction(-1)}, Range(Fraction(0)))
        program.rows[f"{HIGHEST} {name}"] = ({HIGHEST: Fraction(1), name: Fraction(-1)}, Range(Fraction(0)))
    for limit in limits:
        program.rows[limit.name] = _row(limit, bearing)
    return program


def _row(limit: Limit, bearing: Mapping[str, Fraction]) -> tuple[dict[str, Fraction], Range]:
    one = Fraction(1)
    if limit.kind == MASS:
        return dict(bearing), Range(None, limit.value)
    if limit.kind == SPREAD:
        return {HIGHEST: one, LOWEST: -one}, Range(None, limit.value)
    if limit.kind == "equal":
        return {limit.group or "": one, limit.other or "": -one}, Range(Fraction(0), Fraction(0))
    side = Range(limit.value) if limit.kind == "floor" else Range(None, limit.value)
    return {limit.group or "": one}, side


def _objective(what: str, bearing: Mapping[str, Fraction]) -> dict[str, Fraction]:
    if what == COST:
        return dict(bearing)
    if what == SPREAD:
        return {HIGHEST: Fraction(1), LOWEST: Fraction(-1)}
    return {what: Fraction(1)}


def _best(
    limits: tuple[Limit, ...], bearing: Mapping[str, Fraction], demands: Demands
) -> tuple[dict[str, Fraction], tuple[Proof, ...], tuple[Binding, ...]]:
    """Reach the goals one after the other, each kept at its best while the next is sought."""
    program = _program(limits, bearing)
    proofs, prices = [], []
    for goal in (*(Goal(name, more=True) for name in demands.priorities), *demands.goals):
        sign = -1 if goal.more else 1
        objective = _objective(goal.what, bearing)
        program.cost = {name: sign * coefficient for name, coefficient in objective.items()}
        found = _solved(program)
        best = sign * found.primal
        proofs.append(Proof(goal, best, sign * found.dual, found.proved))
        prices.append((goal.what, found.duals))
        program.rows[f"kept {len(proofs)}"] = (objective, Range(best) if goal.more else Range(None, best))
    rates = {name: found.values[name] for name in bearing}
    return rates, tuple(proofs), _binding(limits, prices, rates, bearing)


def _solved(program: Program) -> Solution:
    found = solve(program)
    if found is None:  # feasible (proved before) and bounded by the range of a rate: only the solver can be at fault
        raise Problems([Problem("no_optimum", "the solver ended without an optimum", mend="report the demands")])
    return found


def _binding(
    limits: tuple[Limit, ...],
    duals: list[tuple[str, dict[str, Fraction]]],
    rates: Mapping[str, Fraction],
    bearing: Mapping[str, Fraction],
) -> tuple[Binding, ...]:
    """Return the limits that hold with equality, with what loosening each by a step gains for each goal."""
    values = {**rates, LOWEST: min(rates.values()), HIGHEST: max(rates.values())}
    binding = []
    for limit in limits:
        coefficients, side = _row(limit, bearing)
        at = sum((coefficient * values[name] for name, coefficient in coefficients.items()), Fraction(0))
        if at in {side.low, side.high}:
            step = Fraction(1) if limit.kind == MASS else STEP
            prices = {goal: abs(found.get(limit.name, Fraction(0))) * step for goal, found in duals}
            binding.append(Binding(limit, prices))
    return tuple(binding)


def _least_excess(limits: tuple[Limit, ...], bearing: Mapping[str, Fraction]) -> Solution:
    """Return the least by which the limits must be exceeded together: 0 exactly when they can all be kept."""
    program = _program(limits, bearing)
    for limit in limits:
        coefficients, side = program.rows[limit.name]
        wider = dict(coefficients)
        if side.low is not None:
            program.variables[f"short {limit.name}"] = Range(Fraction(0))
            wider[f"short {limit.name}"] = Fraction(1)
            program.cost[f"short {limit.name}"] = Fraction(1)
        if side.high is not None:
            program.variables[f"over {limit.name}"] = Range(Fraction(0))
            wider[f"over {limit.name}"] = Fraction(-1)
            program.cost[f"over {limit.name}"] = Fraction(1)
        program.rows[limit.name] = (wider, side)
    return _solved(program)


def _smallest(limits: tuple[Limit, ...], bearing: Mapping[str, Fraction]) -> tuple[Limit, ...]:
    """Return limits that conflict and of which none can be left out: each is tried (deletion filter).

    Where the others still conflict, only those with a price in their least excess do (Farkas).
    """
    kept = limits
    for limit in limits:
        others = tuple(other for other in kept if other is not limit)
        if len(others) < len(kept) and (found := _least_excess(others, bearing)).primal > 0:
            kept = tuple(other for other in others if found.duals.get(other.name))
    return kept
