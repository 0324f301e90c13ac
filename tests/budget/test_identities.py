"""What rounded growth rates fix of the figures nobody printed (clauses 3.1 to 3.3, inventory D17 and D18)."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from medicomut.agreement import load
from medicomut.budget.identity import Solved, Span, before_growth, printed, solve
from medicomut.errors import Problems
from medicomut.money import half_up

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def figures() -> dict[str, Solved]:
    return {found.id: found for found in solve(load("be/amm/2020"))}


@pytest.mark.parametrize(
    ("id_", "low", "high", "best"),
    [
        ("objective_2019", 8_381_368, 8_382_186, 8_381_777),
        ("clinical_biology_2019", 1_370_307, 1_371_651, 1_370_978),
        ("imaging_2019", 1_292_542, 1_293_807, 1_293_174),
    ],
)
def test_the_figures_of_2019(figures: dict[str, Solved], id_: str, low: int, high: int, best: int) -> None:
    """8 588 807 is +2.47 %, 1 398 398 is +2.0 % and 1 321 624 is +2.2 % on what 2020 does not print."""
    found = figures[id_]
    assert found.span is not None
    assert found.best is not None
    assert found.span.whole == (low, high)
    assert half_up(found.best.numerator, found.best.denominator) == best


def test_two_ways_to_the_low_variability_care_of_2019_agree(figures: dict[str, Solved]) -> None:
    """D18: 279 071 to 288 294 from the objectives, within 276 779 to 293 198 from the estimates.

    The ends lie up to 1 k€ further out here, since the amounts printed are rounded to 1 k€ as well.
    """
    ends = {}
    for name in ("low_variability_objective", "low_variability_estimate", "low_variability_2019"):
        span = figures[name].span
        assert span is not None
        ends[name] = span.whole
    assert ends["low_variability_objective"] == (279_071, 288_295)
    assert ends["low_variability_estimate"] == (276_778, 293_199)
    assert ends["low_variability_2019"] == ends["low_variability_objective"]


def test_the_effective_index_of_biology_and_imaging(figures: dict[str, Solved]) -> None:
    """D17: 1.655 % and 0.852 %."""
    assert figures["clinical_biology_index"].to_dict()["best"] == "1.655"
    assert figures["imaging_index"].to_dict()["best"] == "0.852"


def test_the_base_of_the_mass_is_larger_than_the_objective(figures: dict[str, Solved]) -> None:
    """D3: 181 959 at 1.95 % needs about 9 331 231, and at least 9.3 billion however 1.95 was rounded."""
    found = figures["mass_base"]
    assert found.span is not None
    assert found.to_dict()["best"] == "9331231"
    assert found.span.low > 8_588_807 + 345_280


@given(st.integers(1, 10**8), st.integers(-5000, 5000), st.integers(0, 3))
def test_the_interval_holds_every_base_that_prints_so(base: int, growth: int, decimals: int) -> None:
    """Grow a base, round amount and rate as a text does: the base is within what they tell."""
    exact = Fraction(growth, 100)
    amount = base * (1 + exact / 100)
    places = 10**decimals
    rate = Fraction(half_up((exact * places).numerator, (exact * places).denominator), places)
    told = before_growth(Fraction(half_up(amount.numerator, amount.denominator)), rate, decimals)
    assert told.low <= base <= told.high


@given(st.integers(1, 10**7), st.integers(0, 500))
def test_the_ends_of_the_interval_are_reached(amount: int, growth: int) -> None:
    """No interval narrower than this holds: at each end the printed figures still come out, rounding included."""
    told = before_growth(Fraction(amount), Fraction(growth, 100), 2)
    for end, rate in (
        (told.low, printed(Fraction(growth, 100), 2).high),
        (told.high, printed(Fraction(growth, 100), 2).low),
    ):
        assert abs(end * (1 + rate / 100) - amount) == Fraction(1, 2)


def test_intervals_that_exclude_one_another_have_nothing_in_common() -> None:
    assert Span(Fraction(1), Fraction(2)).meet(Span(Fraction(3), Fraction(4))) is None
    assert Span(Fraction(1), Fraction(3)).meet(Span(Fraction(3), Fraction(4))) == Span(Fraction(3), Fraction(3))


def test_a_growth_that_leaves_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="-100"):
        before_growth(Fraction(1), Fraction(-100), 0)


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_the_command_shows_them_with_their_clauses(run: Run, lang: str) -> None:
    shown = run("budget", "solve", "be/amm/2020", "--lang", lang)
    assert shown.exit_code == 0, shown.stderr
    assert "be/amm/2020#3.1" in shown.stdout
    rows = json.loads(run("budget", "solve", "be/amm/2020", "--format", "json").stdout)["figures"]
    assert [row["consistent"] for row in rows] == [True] * 12
    assert all(row["cites"] for row in rows)


def test_an_agreement_that_prints_no_growth_is_refused(run: Run) -> None:
    with pytest.raises(Problems) as refused:
        solve(load("be/amm/2024"))
    assert [problem.code for problem in refused.value.problems] == ["no_identities"]
