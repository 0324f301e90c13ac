"""A rule as an expression for plain values says what the rule says when it is called."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medicomut.tariff import book, plain
from medicomut.tariff.line import NOT_STATED
from medicomut.tariff.rulebook import Rule, Value, first_of, not_, one_of, where

LIMIT = 4
RULES = book.rulebook().rules
WRITTEN = {name: r for name, r in RULES.items() if plain.expression(r.function, r.reads, {})}
TRUTHS = {name for name, value in NOT_STATED.items() if isinstance(value, bool)} | {
    *book.DAY_INPUTS, "readable", "code_valid", "ambulatory_code", "visit_code", "in_series_960", "ecg_repeated",
    "practitioner_known", "late_from_included", "duty_exception_needs_both", "ceiling_compares_each_holder",
    "dependants_count_per_holder", "uninformed_is_excess", "unstated_is_undecided", "third_party_binds_refusers",
}  # fmt: skip
NUMBERS = {
    "basis": st.integers(0, 19), "status": st.integers(0, 3), "profession": st.integers(0, 2),
    "setting": st.integers(0, 6), "third_party": st.integers(0, 3),
}  # fmt: skip
AMOUNTS = {"reimbursement_cents", "supplement_cents", "excess_cents", "income_ceiling", "verdict", *NUMBERS}


def values_of(name: str) -> st.SearchStrategy[Any]:
    if name in TRUTHS or (name in RULES and name not in AMOUNTS):
        return st.booleans()
    return NUMBERS.get(name, st.sampled_from((-1, 0, 1, 2, 100, 28_800, 75_600, 10_000_000)))


def test_all_rules_but_those_that_define_a_step_of_their_own_are_written() -> None:
    assert set(RULES) - set(WRITTEN) == set(book.SLOT_RULES)


@pytest.mark.parametrize("rule", WRITTEN.values(), ids=WRITTEN)
@settings(max_examples=25)
@given(data=st.data())
def test_written_or_called_a_rule_says_the_same(rule: Rule, data: st.DataObject) -> None:
    given_ = {name: data.draw(values_of(name), name) for name in rule.reads}
    known = {name: given_[name] for name in data.draw(st.sets(st.sampled_from(rule.reads)), "known beforehand")}
    found = plain.expression(rule.function, rule.reads, known)
    assert found
    text, around = found
    said = rule.function(*given_.values())
    written = eval(text, dict(around), given_)  # noqa: S307 - what the room wrote itself
    assert (written, type(written)) == (said, type(said))


def plain_of(function: Any, *reads: str, **known: bool | int) -> str | None:
    found = plain.expression(function, reads, known)
    return found[0] if found else None


def chosen(first: Value, second: Value, amount: Value) -> Value:
    """A rule of several assignments."""
    both, number = first & not_(second), amount + LIMIT
    return where(both, number, first_of([(second, 1), (one_of(amount, (2, 3)), 2)], LIMIT))


def looped(first: Value) -> Value:
    """A rule with a loop."""
    for _ in range(LIMIT):
        first = not_(first)
    return first


def measured(first: Value) -> Value:
    """A rule that calls something of its module."""
    return math.floor(first)


def test_assignments_constants_and_helpers_are_put_in_their_place() -> None:
    both = "first and (not second)"
    assert plain_of(chosen, "first", "second", "amount") == (
        f"(amount + 4 if {both} else 1 if second else 2 if amount in (2, 3) else 4)"
    )
    assert plain_of(chosen, "first", "second", "amount", first=False, second=False) == "(2 if amount in (2, 3) else 4)"
    assert plain_of(chosen, "first", "second", "amount", first=True, second=False) == "(amount + 4)"


def test_what_is_more_than_an_expression_is_called() -> None:
    def inside(first: Value) -> Value:
        """A rule within a function may read what stands around it."""
        return first

    assert plain_of(looped, "first") is None
    assert plain_of(inside, "first") is None


def test_what_a_rule_calls_comes_with_it() -> None:
    assert plain.expression(measured, ("first",), {}) == ("(math.floor(first))", {"math": math})
