"""Rates as people write them, and what is no rate."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.budget.naming import rate
from medicomut.errors import Problems


@pytest.mark.parametrize("text", ["1.95%", "1,95 %", "0.0195", "0,0195", " 1.95 % ", "1,95\u00a0%", "1,95\u202f%"])
def test_a_rate_is_understood_in_every_notation_of_its_readers(text: str) -> None:
    assert rate(text) == Fraction(39, 2000)


@pytest.mark.parametrize(
    ("text", "value"),
    [("-0.5%", Fraction(-1, 200)), ("−0,5 %", Fraction(-1, 200)), ("0", Fraction(0)), ("0%", Fraction(0))],
)
def test_a_rate_may_be_nothing_or_less(text: str, value: Fraction) -> None:
    assert rate(text) == value


@pytest.mark.parametrize(
    "text",
    ["1.95", "2", "195%", "20.01%", "0.3", "", "%", "two", "1.95 % a year", "1e-2", "1.9.5%", "0.00000001%", None],
)
def test_nonsense_is_refused_with_the_clause_and_the_range(text: object) -> None:
    """`1.95` without a unit is not guessed at: it could be 1.95 % or 195 %."""
    with pytest.raises(Problems) as refused:
        rate(text, ("be/amm/2020#4.1",))
    (problem,) = refused.value.problems
    assert problem.code == "bad_rate"
    assert problem.cites == ("be/amm/2020#4.1",)
    assert "-20%" in problem.why
    assert "1,95 %" in problem.mend


@given(st.integers(-200_000, 200_000))
def test_percent_and_fraction_name_the_same_rate(ten_thousandths: int) -> None:
    sign, digits = ("-" if ten_thousandths < 0 else ""), abs(ten_thousandths)
    as_percent = f"{sign}{digits // 10_000}.{digits % 10_000:04}%"
    as_fraction = f"{sign}0.{digits:06}"
    assert rate(as_percent) == rate(as_fraction) == Fraction(ten_thousandths, 10**6)
