"""Electrocardiograms counted among the lines of one request are those counted over a file (6.5)."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.engines.local import Checker, ecg_keys, repeated_ecgs
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.fees import FeeSchedule

READINGS = [
    {"ecg_same_day": day, "ecg_same_code": code}
    for day in ("patient_day", "patient_day_practitioner")
    for code in ("any_ecg", "same_code")
]

LINE = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["475075", "475086", " 475075", "101032", None, "x"]),
        "date": st.sampled_from(["2020-03-02", " 2020-03-02", "2020-03-03", "tomorrow", None]),
        "patient": st.sampled_from(["a", " a ", "b", "", None]),
        "practitioner": st.sampled_from(["10000001000", "1-00000-01-000", "19000320690", None]),
    }
)


@cache
def conditions_of(reading: int) -> Conditions:
    return Conditions(READINGS[reading])


@cache
def fees() -> FeeTable:
    return FeeTable(FeeSchedule.load())


def flagged(checker: Checker, lines: pl.DataFrame) -> list[bool]:
    return ["ecg_same_day" in said.split(";") for said in checker.check(lines).columns["reasons"].cast(pl.String)]


@pytest.mark.parametrize("reading", range(len(READINGS)), ids=[" ".join(r.values()) for r in READINGS])
@given(lines=st.lists(LINE, min_size=1, max_size=12))
def test_one_request_counts_as_a_file_does(reading: int, lines: list[dict[str, str | None]]) -> None:
    chosen, frame = conditions_of(reading), pl.DataFrame(lines, schema=dict.fromkeys(lines[0], pl.String))
    request = Checker(chosen, fees())
    request.all_here = ecg_keys(frame.schema, chosen)
    assert flagged(request, frame) == flagged(Checker(chosen, fees(), None, repeated_ecgs(frame.lazy(), chosen)), frame)


def test_twice_the_same_day_is_flagged() -> None:
    chosen = conditions_of(0)
    frame = pl.DataFrame({"code": ["475075", "475075", "101032"], "date": ["2020-03-02"] * 3, "patient": ["a"] * 3})
    request = Checker(chosen, fees())
    request.all_here = ecg_keys(frame.schema, chosen)
    assert flagged(request, frame) == [True, True, False]
