"""Key letters: the five exact vectors of the INAMI table of 1 August 2014."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.errors import Problem
from medicomut.tariff.fees import SHIPPED
from medicomut.tariff.letters import Term, check_letters, fee_of, read_letters

HEADER = "code,valid_from,valid_to,letter,coefficient,value,source\n"


def term(letter: str, coefficient: int, value: str) -> Term:
    return Term(letter, Fraction(coefficient), Fraction(value))


@pytest.mark.parametrize(
    ("code", "terms", "cents"),
    [
        ("102012", [term("N", 8, "2.572713")], 2058),
        ("102535", [term("N", 8, "2.936106"), term("Q", 30, "0.033039")], 2448),
        ("102034", [term("N", 16, "2.302766")], 3684),
        ("102550", [term("N", 16, "2.435687"), term("Q", 30, "0.036012")], 4005),
        ("102233", [term("N", 50, "2.170314")], 10852),
    ],
)
def test_a_fee_is_the_sum_of_its_letters_rounded_once(code: str, terms: list[Term], cents: int) -> None:
    """INAMI table of 1 August 2014: the printed fee of each code."""
    assert fee_of(terms) == cents
    shipped = {letters.code: letters for letters in read_letters(SHIPPED, {"inami-2014-08"}, [])}
    assert shipped[code].terms == tuple(terms)
    assert shipped[code].fee == cents


def test_rounding_each_letter_would_be_a_cent_off() -> None:
    """Two letters of 0.004 euro make 0.008, which is one cent; rounded one by one they would make none."""
    halves = [term("N", 1, "0.004"), term("Q", 1, "0.004")]
    assert fee_of(halves) == 1
    assert sum(fee_of([half]) for half in halves) == 0


def test_a_half_cent_rounds_away_from_zero() -> None:
    assert fee_of([term("N", 1, "0.125")]) == 13
    assert fee_of([term("N", 1, "-0.125")]) == -13
    assert fee_of([]) == 0


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 10_000_000)), max_size=3))
def test_the_order_of_letters_does_not_matter(pairs: list[tuple[int, int]]) -> None:
    terms = [Term(str(n), Fraction(k), Fraction(v, 10**6)) for n, (k, v) in enumerate(pairs)]
    exact = sum((t.coefficient * t.value for t in terms), Fraction(0)) * 100
    assert abs(fee_of(terms) - exact) <= Fraction(1, 2)
    assert fee_of(terms[::-1]) == fee_of(terms)


def test_faults_of_the_file_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "letters.csv").write_text(
        HEADER
        + "102012,2014-08-01,2014-12-31,N,8,2.572713,table\n"
        + "102012,2014-08-01,2014-12-31,N,8,2.572713,table\n"
        + '102034,2014-08-01,2014-12-31,N,16,"2,302766",table\n'
        + "102550,2014-08-01,2014-12-31,,16,2.435687,elsewhere\n",
        encoding="utf-8",
    )
    problems: list[Problem] = []
    read_letters(tmp_path, {"table"}, problems)
    found = [(problem.code, problem.where.line, problem.where.field) for problem in problems if problem.where]
    assert found == [
        ("repeated_letter", 3, "letter"),
        ("bad_number", 4, "value"),
        ("missing_value", 5, "letter"),
        ("unknown_source", 5, "source"),
    ]


def test_letters_that_contradict_the_fee_are_named(tmp_path: Path) -> None:
    (tmp_path / "letters.csv").write_text(
        HEADER + "102012,2014-08-01,2014-12-31,N,8,2.582713,table\n", encoding="utf-8"
    )
    problems: list[Problem] = []
    letters = read_letters(tmp_path, {"table"}, problems)
    check_letters(letters, [("102012", letters[0].valid_from, letters[0].valid_to, 2058)], problems)
    assert [problem.code for problem in problems] == ["letters_differ"]
    assert "give 2066 cents, fees.csv says 2058" in problems[0].what


def test_a_folder_may_do_without_letters(tmp_path: Path) -> None:
    problems: list[Problem] = []
    assert read_letters(tmp_path, set(), problems) == []
    assert problems == []
