"""What a scenario can cost at least and at most, whatever the spending that nobody prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import Result

from medicomut.agreement import load
from medicomut.budget.bases import bases
from medicomut.budget.identity import Span
from medicomut.budget.pricing import price, whole
from medicomut.budget.scenario import Scenario, from_settings
from medicomut.budget.uncertainty import cost_range

OF_2020 = load("be/amm/2020")


def asked(*settings_: str) -> Scenario:
    return from_settings(OF_2020, [(key, value) for key, _, value in (text.partition("=") for text in settings_)])


def ends(*settings_: str) -> tuple[int, int]:
    span = cost_range(OF_2020, asked(*settings_))
    assert span is not None
    return whole(span.low), whole(span.high)


def test_everything_at_the_rate_of_the_mass_costs_the_mass_whatever_the_spending() -> None:
    assert ends("all=1.95%") == (181_959, 181_959)


def test_the_agreement_s_own_rates_cost_what_is_printed_to_the_rounding_of_its_lines() -> None:
    """Eight lines printed to 1 k€: half a thousand euro each way for each."""
    assert ends() == (138_706 - 4, 138_706 + 4)


def test_a_raise_of_surgery_alone_costs_nothing_or_all_that_its_line_can_hold() -> None:
    """17 183 k€ pay surgery and anaesthesiology together: at 1.5 % instead of 1.25 % at most a fifth more."""
    low, high = ends("surgery=1.5%")
    assert low == 138_702
    assert high == whole(138_710 + Fraction("17183.5") / 5)


def test_a_base_that_is_given_narrows_the_range() -> None:
    wide, narrow = ends("genetic_counselling=2.5%"), ends("genetic_counselling=2.5%", "base.genetic_counselling=5000")
    assert narrow[1] - narrow[0] <= 9
    assert wide[1] - wide[0] > 1000


def test_bases_that_no_printed_figure_allows_leave_no_range() -> None:
    """Biology at 900 000 and 586 500 k€ would cost what is printed, but its envelope is 1 371 651 at most."""
    assert cost_range(OF_2020, asked("base.clinical_biology=900000")) is None


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([group.id for group in bases(OF_2020).priced]), st.integers(0, 400), min_size=1, max_size=6
    )
)
def test_the_point_figure_lies_within(rates: dict[str, int]) -> None:
    scenario = asked(*(f"{group}={rate // 100}.{rate % 100:02}%" for group, rate in rates.items()))
    span = cost_range(OF_2020, scenario)
    found = price(OF_2020, scenario).indexation
    assert span is not None
    assert found is not None
    exact = sum(group.cost for group in found.groups)
    assert span.low <= exact <= span.high


def test_nothing_indexed_costs_nothing() -> None:
    assert cost_range(OF_2020, asked("all=0%")) == Span(Fraction(0), Fraction(0))


@pytest.mark.parametrize("setting", ["all=1.5%", "imaging_not_indexed=1%"])
def test_the_command_tells_both_ends(run: Callable[..., Result], setting: str) -> None:
    found = json.loads(run("budget", "scenario", "be/amm/2020", "--set", setting, "--format", "json").stdout)
    assert found["indexation"]["least_keur"] <= found["indexation"]["annual_keur"] <= found["indexation"]["most_keur"]
