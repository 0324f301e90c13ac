"""Laws that hold for every line, and the one line held to the batch, on lines nobody would think of."""

from __future__ import annotations

import random
from datetime import date, time
from itertools import product
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medicomut.engines import arrays
from medicomut.engines.local import Checker
from medicomut.engines.outcome import SEPARATOR
from medicomut.slots import parse_slots
from medicomut.tariff.book import REASONS, rulebook
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.line import LIMITS, absent, facts_of
from medicomut.tariff.practitioners import Accession, Practitioners
from medicomut.tariff.price import Pricer
from medicomut.tariff.vocabulary import (
    BASES,
    FACTS,
    FULL,
    GP,
    PARTIAL,
    REFUSED,
    SETTINGS,
    SPECIALIST,
    THIRD_PARTY,
)

DOCTORS = Practitioners(
    [
        Accession(1, GP, FULL, date.min, date.max),
        Accession(
            2,
            GP,
            PARTIAL,
            date.min,
            date.max,
            parse_slots("tue 09:00-13:00@A;thu 20:00-23:00;sat 23:00-01:00@B"),
        ),
        Accession(3, GP, REFUSED, date.min, date.max),
        Accession(4, SPECIALIST, FULL, date.min, date.max),
        Accession(5, SPECIALIST, PARTIAL, date.min, date.max, parse_slots("tue 09:00-13:00;sun 00:00-24:00@A")),
        Accession(6, SPECIALIST, REFUSED, date(2020, 1, 1), date(2020, 6, 30)),
        Accession(6, SPECIALIST, FULL, date(2020, 7, 1), date(2020, 7, 31)),
        Accession(6, GP, PARTIAL, date(2020, 9, 1), date.max, parse_slots("mon 08:00-12:00@B")),
    ]
)

CODES = [
    "101032",
    "101076",
    "103132",
    "102034",
    "475075",
    "475086",
    "960013",
    "101075",
    "109723",
    "999999",
    "100000",
]
TIMES = [
    "00:00",
    "02:00",
    "07:59:59",
    "08:00",
    "09:00",
    "12:59:59",
    "13:00",
    "20:59:59",
    "21:00",
    "21:00:01",
    "23:59",
]
DATES = ["2020-02-04", "2020-02-08", "2020-02-09", "2020-07-21", "2020-08-15", "2017-01-27", "2019-12-31", "2020-12-31",
         "2024-02-29", "2025-06-02", "2026-01-01", "1990-01-01", "2079-12-31"]  # fmt: skip
MONEY = [0, 1, 2221, 2222, 2223, 2680, 3000, LIMITS["charged_cents"] - 1, 1 - LIMITS["charged_cents"]]


CHOICES: dict[str, list[str | None]] = {
    "code": [*CODES, "12345", "abc"],
    "date": [*DATES[:5] * 6, *DATES[5:], "2020-02-30", "1989-12-31", "20200204"],
    "time": [*TIMES, *TIMES, "24:00", "9:00", None],
    "practitioner": [*"123456" * 3, "7", "x", None],
    "site": ["A", "B", "b", "C", None],
    "setting": [*SETTINGS, *SETTINGS, "elsewhere", None, None, None],
    "third_party": [*THIRD_PARTY[:2] * 4, THIRD_PARTY[2], "Optional", None],
    **{fact: ["true", "false", "false", "oui", "perhaps", None] for fact in FACTS},
    "charged_cents": [*(str(m) for m in MONEY), "3000", "3000", "9000", str(LIMITS["charged_cents"]), "22.22", None],
    "taxable_income_cents": [*[None] * 12, "0", "6763622", "6763623", "9018065",
                             str(LIMITS["taxable_income_cents"] - 1), "-1"],
    "holders": ["0", "1", "2", "99", "100", None],
    "dependants": ["0", "2", "99", None],
}  # fmt: skip
"""What a line may carry: mostly what files hold, some of it at the edges, some of it nonsense."""

LINE = st.fixed_dictionaries({name: st.sampled_from(choices) for name, choices in CHOICES.items()})


def random_lines(seed: int, count: int) -> list[dict[str, Any]]:
    draw = random.Random(seed)
    return [{name: draw.choice(choices) for name, choices in CHOICES.items()} for _ in range(count)]


READINGS = st.fixed_dictionaries(
    {},
    optional={
        "late_boundary": st.sampled_from(["strictly_after", "from"]),
        "late_until": st.sampled_from(["midnight", "08:00"]),
        "night_hours": st.sampled_from(["21-08", "20-08", "22-06"]),
        "duty_exception": st.sampled_from(["or", "and"]),
        "several_holders": st.sampled_from(["household_sum", "each_holder"]),
        "dependants": st.sampled_from(["once", "per_holder"]),
        "preferential_ban_2025": st.sampled_from(["all", "none"]),
        "uninformed_supplement": st.sampled_from(["flag", "excess"]),
        "unstated_facts": st.sampled_from(["not_established", "undecided"]),
        "optional_third_party_scope": st.sampled_from(["all", "conventioned"]),
    },
)

ROUNDS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def batch(checker: Checker, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Check lines as a file's and, as those of one request, on arrays: both say the same."""
    frame = pl.DataFrame(lines, schema=dict.fromkeys(lines[0], pl.String), orient="row")
    found = [as_one(row) for row in checker.check(frame).columns.rows(named=True)]
    assert arrays.results(checker, frame) == found
    return found


def as_one(row: dict[str, Any]) -> dict[str, Any]:
    split = {name: [word for word in row[name].split(SEPARATOR) if word] for name in ("reasons", "cites")}
    return {**row, **split}


def sorted_reasons(found: dict[str, Any]) -> dict[str, Any]:
    """The columns that could not be read are named in the order of the file: not part of the comparison."""
    return {**found, "reasons": sorted(found["reasons"])}


@ROUNDS
@given(seed=st.integers(0, 2**32), readings=READINGS)
def test_one_line_is_the_same_line_in_a_batch(fees: FeeTable, seed: int, readings: dict[str, str]) -> None:
    conditions = Conditions(readings)
    pricer = Pricer(conditions, fees, DOCTORS)
    lines = random_lines(seed, 300)
    for line, together in zip(lines, batch(Checker(conditions, fees, DOCTORS), lines), strict=True):
        assert sorted_reasons(together) == sorted_reasons(pricer.price(line).result()), line


SPARSE = st.dictionaries(st.sampled_from([n for n in CHOICES if n not in ("code", "date", "practitioner")]), st.none())


@ROUNDS
@given(line=LINE, left_out=SPARSE, readings=READINGS)
def test_what_a_line_leaves_out_is_known_beforehand_and_changes_nothing(
    fees: FeeTable, line: dict[str, Any], left_out: dict[str, None], readings: dict[str, str]
) -> None:
    """Rules that follow from what is not stated are found once for all such lines: to the same values."""
    pricer = Pricer(Conditions(readings), fees, DOCTORS)
    priced = pricer.price({**line, **left_out})
    facts = facts_of(
        priced.line, pricer.conditions, fees, pricer._accession(priced.line.practitioner, priced.line.date)
    )
    assert priced.values == rulebook().run(facts)


def test_each_shape_of_a_line_makes_some_rules_constant(conditions: Conditions) -> None:
    """Slots, household, visit, open hours and rooms: a group that decided nothing would not be worth its name."""
    alone = [tuple(n == group for n in range(5)) for group in range(5)]
    found = [rulebook().folded({**conditions.parameters, **absent(shape)}).keys() for shape in alone]
    assert all(len(rules) > 1 for rules in found), found


def test_the_random_lines_reach_every_basis_and_reason(conditions: Conditions, fees: FeeTable) -> None:
    """A comparison of one line and the batch proves little where the lines never go."""
    found = batch(Checker(conditions, fees, DOCTORS), random_lines(1, 60_000))
    assert {row["basis"] for row in found} == {word for word, _ in BASES.values()}
    reached = {reason for row in found for reason in row["reasons"]}
    assert set(REASONS) - reached <= {"ecg_same_day"}, "needs other lines"


@ROUNDS
@given(lines=st.lists(LINE, min_size=2, max_size=20), data=st.data())
def test_the_order_of_the_lines_does_not_matter(
    conditions: Conditions, fees: FeeTable, lines: list[dict[str, Any]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(lines))))
    checker = Checker(conditions, fees, DOCTORS)
    there = batch(checker, lines)
    assert batch(checker, [lines[n] for n in order]) == [there[n] for n in order]


@ROUNDS
@given(line=LINE, readings=READINGS)
def test_laws_of_every_result(fees: FeeTable, line: dict[str, Any], readings: dict[str, str]) -> None:
    found = Pricer(Conditions(readings), fees, DOCTORS).price(line).result()
    known = {word for word, _ in BASES.values()}
    assert found["basis"] in known, "exactly one basis"
    if found["patient_share_cents"] is not None:
        assert found["reimbursement_cents"] + found["patient_share_cents"] == found["fee_cents"], "shares add up"
    if found["excess_cents"] is not None:
        assert 0 <= found["excess_cents"] <= found["supplement_cents"]
    if found["tariff_binds"] and found["supplement_cents"] and "fee_disputed" not in found["reasons"]:
        assert found["excess_cents"] == found["supplement_cents"], "nothing above a binding fee is lawful"
    if found["verdict"] == "excess":
        assert found["excess_cents"] > 0
        assert found["cites"], "an excess is said with its clause"


@pytest.mark.parametrize(
    ("profession", "setting"),
    list(product((GP, SPECIALIST), ("practice", "ambulatory_hospital", "day_hospital"))),
)
@given(when=st.times(min_value=time(0, 0), max_value=time(20, 59)), day=st.dates(date(2020, 1, 1), date(2020, 12, 31)),
       charged=st.integers(2223, 100_000))  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_no_supplement_is_lawful_for_a_fully_conventioned_doctor_without_a_ground(
    conditions: Conditions, fees: FeeTable, profession: int, setting: str, when: time, day: date, charged: int
) -> None:
    doctor = Practitioners([Accession(1, profession, FULL, date.min, date.max)])
    line = {
        "code": "101032",
        "date": day,
        "time": when,
        "practitioner": 1,
        "setting": setting,
        "charged_cents": charged,
    }
    found = Pricer(conditions, fees, doctor).price(line).result()
    assert (found["tariff_binds"], found["verdict"], found["excess_cents"]) == (
        True,
        "excess",
        charged - 2222,
    )


def test_no_width_overflows_at_the_extremes(conditions: Conditions, fees: FeeTable) -> None:
    """Integers are no wider than the values need; the greatest values a line may carry still fit."""
    lines = [
        {"code": "101032", "date": "2020-02-04", "practitioner": "1", "charged_cents": str(charged),
         "taxable_income_cents": str(LIMITS["taxable_income_cents"] - 1), "holders": "99", "dependants": "99"}
        for charged in (LIMITS["charged_cents"] - 1, 1 - LIMITS["charged_cents"])
    ]  # fmt: skip
    pricer = Pricer(conditions, fees, DOCTORS)
    assert batch(Checker(conditions, fees, DOCTORS), lines) == [pricer.price(line).result() for line in lines]
