"""What anybody may see of a register by municipality: nobody can compute the number of one where few work."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medicomut.errors import Problems
from medicomut.geography import municipalities
from medicomut.observatory.access import LEVELS, access
from medicomut.observatory.shortage import scheme
from medicomut.observatory.withheld import LEAST, Public, public_supply

EUPEN = [code for code, place in municipalities().items() if place.arrondissement.code == "63000"]


def counted(*numbers: int) -> Public:
    """Return general practitioners of municipalities of the arrondissement of Verviers."""
    return public_supply(("gp", code, number) for code, number in zip(EUPEN, numbers, strict=False))


def test_one_with_few_takes_the_smallest_of_the_others_along() -> None:
    found = counted(3, 40, 9, 0)
    assert found.withheld == {EUPEN[0], EUPEN[2]}


def test_two_with_few_are_enough_where_together_they_are_not() -> None:
    assert counted(3, 4, 40).withheld == {EUPEN[0], EUPEN[1]}
    assert counted(1, 2, 40, 41).withheld == {EUPEN[0], EUPEN[1], EUPEN[2]}


def test_noughts_and_larger_numbers_are_shown() -> None:
    assert counted(0, LEAST, 40).withheld == frozenset()


@pytest.mark.parametrize("profession", ["gp", "specialist"])
def test_nothing_is_shown_where_a_whole_arrondissement_has_few(profession: str) -> None:
    """Of general practitioners or of the others: both follow from the total that a count of adhesion shows."""
    rows = [("gp", EUPEN[0], 20), (profession, "11001", 2)]
    with pytest.raises(Problems) as refused:
        public_supply(rows)
    assert [problem.code for problem in refused.value.problems] == ["too_few_counted"]


def test_few_without_municipality_are_not_told() -> None:
    found = public_supply([("gp", EUPEN[0], 20), ("gp", None, 2), ("specialist", None, 3)])
    assert (found.nowhere, found.others) == (None, None)
    assert (found.supply.nowhere, found.supply.others) == (2, 3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=len(EUPEN)))
def test_whoever_knows_the_arrondissement_cannot_bound_a_withheld_number(numbers: list[int]) -> None:
    """Those withheld share what is left of the arrondissement's number: each may be all of it, or none."""
    try:
        found = counted(*numbers)
    except Problems:
        assert 0 < sum(numbers) < LEAST
        return
    shown = sum(number for code, number in found.supply.heads.items() if code not in found.withheld)
    left = sum(numbers) - shown
    assert {code for code, number in found.supply.heads.items() if 0 < number < LEAST} <= found.withheld
    assert not found.withheld or (len(found.withheld) > 1 and left >= LEAST)


def test_no_answer_tells_a_withheld_number_its_class_or_its_rank() -> None:
    found = counted(3, 40, 9, 0)
    for level in LEVELS:
        for place in access(found.supply, scheme("heads"), level, withheld=found.withheld):
            told = place.to_dict()
            if level == "municipality" and place.code in found.withheld:
                assert (told["general_practitioners"], told["per_100000"], told["class"]) == (None, None, "withheld")
                assert place.order[1] == 0
                assert told["municipalities"] == {
                    "severe": 0, "shortage": 0, "normal": 0, "undecided": 0, "withheld": 1,
                }  # fmt: skip
            if level == "arrondissement" and place.code == "63000":
                assert (told["general_practitioners"], told["municipalities"]["withheld"]) == ("52", 2)
