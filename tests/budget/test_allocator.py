"""Rates under limits: the best ones proved, conflicts explained, small problems tried out by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import Result

from medicomut.agreement import load
from medicomut.budget import allocator
from medicomut.budget.allocator import Limit, allocate
from medicomut.budget.demands import Demands, Goal
from medicomut.budget.linear import Program, Range, gauss, solve
from medicomut.errors import Problems

Run = Callable[..., Result]
OF_2020 = load("be/amm/2020")
OWN_COST = 138_706


def rate(percent: str) -> Fraction:
    return Fraction(percent) / 100


def test_the_agreement_s_own_rates_are_feasible_at_what_they_cost() -> None:
    """be/amm/2020#4.1: nothing above 1.95 %, consultations and supervision at 1.95 %, 138 706 k€ in all."""
    floors = {"consultations": rate("1.95"), "supervision": rate("1.95")}
    found = allocate(OF_2020, Demands(floors, {"all": rate("1.95")}, mass=OWN_COST))
    assert found.agreement_misses == ()
    assert found.proved
    assert found.rates is not None
    assert found.cost == OWN_COST
    assert [(proof.goal.what, proof.primal == proof.dual) for proof in found.proofs] == [
        ("lowest", True),
        ("cost", True),
    ]


def test_one_thousand_euro_less_and_the_agreement_s_rates_are_too_dear() -> None:
    found = allocate(OF_2020, Demands(mass=OWN_COST - 1))
    assert [limit.name for limit in found.agreement_misses] == ["mass"]


def test_without_limits_the_mass_gives_every_group_the_same_rate() -> None:
    found = allocate(OF_2020, Demands())
    assert found.rates is not None
    assert set(found.rates.values()) == {Fraction("1.95")}
    assert found.practical == found.rates


def test_what_one_more_hundredth_of_a_percent_costs() -> None:
    """Gynaecology costs 1 179 k€ at 1.25 %: 9.432 k€ for 0.01 %; supervision 9 709 at 1.95 %."""
    steps = allocate(OF_2020, Demands()).steps
    assert steps["gynaecology"] == Fraction("9.432")
    assert steps["supervision"] == Fraction(9709, 195)


def test_a_priority_goes_as_far_as_its_cap_before_the_next() -> None:
    demands = Demands({"all": rate("1")}, {"all": rate("1.95")}, mass=OWN_COST, priorities=("surgery", "gynaecology"))
    found = allocate(OF_2020, demands)
    assert found.rates is not None
    assert found.rates["surgery"] == found.rates["gynaecology"] == Fraction("1.95")
    assert [proof.goal.what for proof in found.proofs] == ["surgery", "gynaecology", "lowest", "cost"]
    assert found.proved


def test_the_price_of_a_limit_is_what_loosening_it_gains() -> None:
    """The mass raised by 1 k€ under a minimal spread: the price foretells the new optimum exactly."""
    floors = {"consultations": rate("1.95")}
    tight = allocate(OF_2020, Demands(floors, mass=OWN_COST, goals=(Goal("spread", more=False),)))
    wider = allocate(OF_2020, Demands(floors, mass=OWN_COST + 1, goals=(Goal("spread", more=False),)))
    price = next(found.prices["spread"] for found in tight.binding if found.limit.kind == "mass")
    assert price > 0
    assert tight.proofs[0].primal - wider.proofs[0].primal == price


def test_groups_held_equal_and_a_spread() -> None:
    demands = Demands({"all": rate("1.25")}, {}, (("surgery", "gynaecology"),), rate("0.5"), priorities=("surgery",))
    found = allocate(OF_2020, demands)
    assert found.rates is not None
    assert found.rates["surgery"] == found.rates["gynaecology"]
    assert max(found.rates.values()) - min(found.rates.values()) <= Fraction("0.5")
    assert found.proved


def test_a_conflict_comes_back_as_its_smallest_set() -> None:
    """Surgery at 6 % with a spread of 2 points lifts every group to 4 %: too dear, whatever the floors elsewhere."""
    floors = {"surgery": rate("6"), "gynaecology": rate("1"), "consultations": rate("1.95")}
    found = allocate(OF_2020, Demands(floors, {"all": rate("7")}, spread=rate("2"), mass=OWN_COST))
    assert found.rates is None
    assert found.proved
    assert [limit.name for limit in found.conflict] == ["floor surgery", "spread", "mass"]


def test_a_floor_above_its_cap_needs_nothing_else_to_conflict() -> None:
    found = allocate(OF_2020, Demands({"surgery": rate("1.5")}, {"surgery": rate("1.25")}))
    assert [limit.name for limit in found.conflict] == ["floor surgery", "cap surgery"]


def test_an_equality_said_in_both_orders_is_one_limit() -> None:
    pairs = (("surgery", "gynaecology"), ("gynaecology", "surgery"))
    found = allocate(OF_2020, Demands(caps={"gynaecology": rate("1")}, equal=pairs))
    assert found.rates is not None
    assert found.rates["surgery"] == found.rates["gynaecology"] == 1
    assert [limit.name for limit in found.limits if limit.kind == "equal"] == ["equal gynaecology surgery"]


def test_rates_can_be_cut_where_a_limit_says_so() -> None:
    found = allocate(OF_2020, Demands(caps={"imaging": rate("-1")}))
    assert found.rates is not None
    assert found.rates["imaging"] == -1


@pytest.mark.parametrize(
    ("demands", "code"),
    [
        (Demands(floors={"surgry": rate("1")}), "unknown_group"),
        (Demands(caps={"anaesthesiology": rate("1")}), "base_unknown"),
        (Demands(priorities=("surgry",)), "unknown_group"),
        (Demands(goals=(Goal("spread", more=True),)), "goal_without_answer"),
        (Demands(goals=(Goal("lowest", more=False),)), "goal_without_answer"),
        (Demands(spread=rate("-1")), "bad_spread"),
        (Demands(equal=(("surgery", "surgery"),)), "same_group"),
        (Demands(given={"gynaecology": 1}), "base_contradicts"),
    ],
)
def test_demands_that_cannot_be_used_are_named(demands: Demands, code: str) -> None:
    with pytest.raises(Problems) as refused:
        allocate(OF_2020, demands)
    assert [problem.code for problem in refused.value.problems] == [code]


GRID = [Fraction(n, 2) for n in range(5)]
"""Half percents from 0 to 2."""


@st.composite
def small_problems(draw: st.DrawFn) -> tuple[dict[str, Fraction], tuple[Limit, ...]]:
    """Two or three groups with random bases and random limits on the grid."""
    names = ["a", "b", "c"][: draw(st.integers(2, 3))]
    bearing = {name: Fraction(draw(st.integers(1, 9))) for name in names}
    limits = [Limit("cap", Fraction(2), name) for name in names]
    for name in names:
        if draw(st.booleans()):
            limits.append(Limit("floor", draw(st.sampled_from(GRID)), name))
        if draw(st.booleans()):
            limits[names.index(name)] = Limit("cap", draw(st.sampled_from(GRID)), name)
    if draw(st.booleans()):
        limits.append(Limit("equal", Fraction(0), "a", "b"))
    if draw(st.booleans()):
        limits.append(Limit("spread", draw(st.sampled_from(GRID))))
    limits.append(Limit("mass", Fraction(draw(st.integers(0, 40)), 2)))
    return bearing, tuple(limits)


def keeps(limits: tuple[Limit, ...], rates: Mapping[str, Fraction], bearing: Mapping[str, Fraction]) -> bool:
    return all(allocator._keeps(limit, rates, bearing) for limit in limits)


def score(what: str, rates: Mapping[str, Fraction], bearing: Mapping[str, Fraction]) -> Fraction:
    low, high = min(rates.values()), max(rates.values())
    cost = sum((rates[name] * base for name, base in bearing.items()), Fraction(0))
    return {"cost": cost, "lowest": low, "highest": high, "spread": high - low, **rates}[what]


@settings(max_examples=80, deadline=None)
@given(
    small_problems(),
    st.sampled_from(
        [("cost", True), ("cost", False), ("lowest", True), ("highest", False), ("spread", False), ("a", True)]
    ),
)
def test_no_point_of_a_grid_is_better_and_none_fits_where_limits_conflict(
    problem: tuple[dict[str, Fraction], tuple[Limit, ...]], goal: tuple[str, bool]
) -> None:
    """Brute force over half percents: the proved optimum keeps every limit and is beaten nowhere."""
    bearing, limits = problem
    tried = [dict(zip(bearing, point, strict=True)) for point in product(GRID, repeat=len(bearing))]
    fitting = [rates for rates in tried if keeps(limits, rates, bearing)]
    excess = allocator._least_excess(limits, bearing)
    assert excess.proved
    if excess.primal > 0:
        assert fitting == []
        conflict = allocator._smallest(limits, bearing)
        assert allocator._least_excess(conflict, bearing).primal > 0
        for limit in conflict:
            others = tuple(other for other in conflict if other is not limit)
            assert allocator._least_excess(others, bearing).primal == 0
        return
    what, more = goal
    rates, proofs, _ = allocator._best(limits, bearing, Demands(goals=(Goal(what, more),)))
    assert keeps(limits, rates, bearing)
    assert proofs[0].proved
    assert proofs[0].primal == score(what, rates, bearing)
    best = [score(what, point, bearing) for point in fitting]
    assert all(other <= proofs[0].primal if more else other >= proofs[0].primal for other in best)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 999), st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=6),
    st.integers(0, 200_000),
)
def test_one_group_raised_under_a_mass_has_a_known_answer(groups: list[tuple[int, int, int]], mass: int) -> None:
    """The first group takes what the floors of the others leave, up to its cap: no more, no less, exactly."""
    bearing = {f"g{n}": Fraction(base, 7) for n, (base, _, _) in enumerate(groups)}
    floors = {f"g{n}": Fraction(low, 100) for n, (_, low, _) in enumerate(groups)}
    caps = {f"g{n}": Fraction(low + more, 100) for n, (_, low, more) in enumerate(groups)}
    limits = (
        *(Limit("floor", low, name) for name, low in floors.items()),
        *(Limit("cap", high, name) for name, high in caps.items()),
        Limit("mass", Fraction(mass, 100)),
    )
    others = sum((floors[name] * bearing[name] for name in bearing if name != "g0"), Fraction(0))
    expected = min(caps["g0"], (Fraction(mass, 100) - others) / bearing["g0"])
    excess = allocator._least_excess(limits, bearing)
    assert (excess.primal > 0) == (expected < floors["g0"])
    if excess.primal == 0:
        _, proofs, _ = allocator._best(limits, bearing, Demands(goals=(Goal("g0", more=True),)))
        assert (proofs[0].primal, proofs[0].proved) == (expected, True)


def test_a_program_without_an_optimum_says_none() -> None:
    endless = Program({"x": Range(Fraction(0))}, {}, {"x": Fraction(-1)})
    assert solve(endless) is None


def test_a_wrong_basis_is_not_taken_for_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the solver to end at the wrong corner, the fractions would show it: the proof does not rest on its word."""
    from medicomut.budget import linear

    program = Program({"x": Range(Fraction(0), Fraction(1))}, {}, {"x": Fraction(-1)})
    assert solve(program).proved  # type: ignore[union-attr]
    monkeypatch.setattr(linear, "_basis", lambda _: ({"x": linear.Side.at_lower}, {}))
    found = solve(program)
    assert found is not None
    assert not found.proved
    assert found.missed == 1


@given(st.lists(st.lists(st.integers(-5, 5), min_size=4, max_size=4), min_size=3, max_size=3))
def test_a_system_is_solved_exactly_or_called_singular(rows: list[list[int]]) -> None:
    matrix = [[Fraction(cell) for cell in row[:3]] for row in rows]
    ends = [Fraction(row[3]) for row in rows]
    a, b, c = matrix
    determinant = (
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
    )
    found = gauss(matrix, ends)
    assert (found is None) == (determinant == 0)
    if found is not None:
        solved = [sum(x * y for x, y in zip(row, found, strict=True)) for row in matrix]
        assert solved == ends


def test_the_command_proves_and_the_command_explains(run: Run) -> None:
    asked = ("budget", "allocate", "be/amm/2020", "--mass", OWN_COST, "--cap", "all=1,95 %")
    found = json.loads(run(*asked, "--floor", "consultations=1.95%", "--format", "json").stdout)
    assert found["feasible"]
    assert found["proved"]
    assert found["agreement_feasible"]
    assert [proof["gap"] for proof in found["proofs"]] == ["0", "0"]
    conflict = run(*asked, "--floor", "consultations=3%", "--format", "json")
    assert conflict.exit_code == 1
    names = [(limit["kind"], limit["group"]) for limit in json.loads(conflict.stdout)["conflict"]]
    assert names == [("floor", "consultations"), ("cap", "consultations")]


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_the_command_speaks_to_a_person(run: Run, lang: str) -> None:
    shown = run("budget", "allocate", "be/amm/2020", "--floor", "surgery=2%", "--minimise", "spread", "--lang", lang)
    assert shown.exit_code == 0, shown.stderr
    assert "primal" in shown.stdout or "primaal" in shown.stdout
    told = run("budget", "allocate", "be/amm/2020", "--floor", "surgery=2%", "--spread", "0%", "--lang", lang)
    assert told.exit_code == 1


def test_every_option_that_cannot_be_read_is_told_at_once(run: Run) -> None:
    refused = run(
        "budget", "allocate", "be/amm/2020", "--floor", "surgery=6", "--cap", "x", "--base", "imaging=y",
        "--mass", "-1", "--spread", "wide", "--equal", "surgery=surgery",
    )  # fmt: skip
    assert refused.exit_code == 2
    told = [("floors.surgery", "bad_rate"), ("spread", "bad_rate"), ("mass", "bad_amount"),
            ("bases.imaging", "bad_amount"), ("equal", "wrong_kind")]  # fmt: skip
    assert all(f"field {field}: error {code}" in refused.stderr for field, code in told)
    assert "bad_setting: --cap 'x'" in refused.stderr
