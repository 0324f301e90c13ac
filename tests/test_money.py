"""Amounts as they are printed in the agreement of 2020 and its annex, read and written exactly."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.errors import Problems
from medicomut.money import apply_ratio, cents, format_eur, format_number, half_up, percent, ratio


def code_of(refused: pytest.ExceptionInfo[Problems]) -> str:
    (problem,) = refused.value.problems
    assert problem.why
    assert problem.mend
    return problem.code


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5037.70", 503770),
        ("67636.22", 6763622),
        ("0.50", 50),
        ("58", 5800),
        ("1.5", 150),
        ("-6526", -652600),
        ("-0.05", -5),
    ],
)
def test_an_amount_is_whole_cents(text: str, amount: int) -> None:
    """Points 11, 14.4, 6.2.1 and 4.2.3 of the agreement of 2020 print such amounts."""
    assert cents(text) == amount


@pytest.mark.parametrize(
    "junk",
    [
        "5037,70",
        "5 037.70",
        "5.037,70",
        "€5",
        "1e3",
        "",
        ".5",
        "5.",
        "+5",
        "1_000",
        "٥",
        "5.370",
        "nan",
        "1.001",
    ],
)
def test_an_amount_that_could_mean_two_things_is_refused(junk: str) -> None:
    with pytest.raises(Problems) as refused:
        cents(junk)
    assert code_of(refused) == "bad_amount"


@pytest.mark.parametrize("value", [5037.70, 5037, True, None, Decimal("5037.70")])
def test_a_number_of_the_language_is_refused_because_it_has_no_unit_or_is_rounded(value: object) -> None:
    with pytest.raises(Problems) as refused:
        cents(value)
    assert "not text" in refused.value.problems[0].what
    assert code_of(refused) == "bad_amount"


@given(st.integers(-(10**15), 10**15))
def test_every_amount_reads_back(amount: int) -> None:
    sign = "-" if amount < 0 else ""
    assert cents(f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}") == amount


def test_rates_are_exact_fractions() -> None:
    assert percent("1.95") == Fraction(195, 10000)
    assert percent("-25") == Fraction(-1, 4)
    assert ratio("3/4") == Fraction(3, 4)
    assert ratio("0.75") == Fraction(3, 4)


@pytest.mark.parametrize("junk", ["3/0", "3/-4", "a/b", "3/4/5", "1.95%", "", "1/"])
def test_a_ratio_that_is_none_is_refused(junk: str) -> None:
    with pytest.raises(Problems) as refused:
        ratio(junk)
    assert code_of(refused) == "bad_ratio"
    with pytest.raises(Problems) as refused:
        percent(junk)
    assert code_of(refused) == "bad_percent"


@pytest.mark.parametrize(
    ("annual", "months", "printed"),
    [
        (205, 6, 103),
        (-11237, 6, -5619),
        (235, 6, 118),
        (5000, 4, 1667),
        (3800, 4, 1267),
        (700, 4, 233),
        (-613, 4, -204),
    ],
)
def test_pro_ratas_of_the_annex_round_half_away_from_zero(annual: int, months: int, printed: int) -> None:
    """Annex of the agreement of 2020, in thousands: 102.5 is printed 103 and −5 618.5 is printed −5 619."""
    assert half_up(annual * months, 12) == printed
    assert half_up(-annual * months, -12) == printed


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**9))
def test_rounding_agrees_with_the_decimal_module(numerator: int, denominator: int) -> None:
    quotient = half_up(numerator, denominator)
    assert 2 * abs(quotient * denominator - numerator) <= denominator
    assert half_up(-numerator, denominator) == -quotient
    assert half_up(numerator, 10) == int((Decimal(numerator) / 10).quantize(Decimal(1), ROUND_HALF_UP))


def test_rounding_refuses_what_is_not_whole() -> None:
    with pytest.raises(TypeError):
        half_up(2.5, 1)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        half_up(1, 0)


def test_indexing_the_social_status_of_2019_gives_the_one_of_2020() -> None:
    """4 941.34 € × 1.0195 = 5 037.70 € and 2 330.95 € × 1.0195 = 2 376.40 €, point 11."""
    assert apply_ratio(cents("4941.34"), 1 + percent("1.95")) == cents("5037.70")
    assert apply_ratio(cents("2330.95"), 1 + percent("1.95")) == cents("2376.40")


@pytest.mark.parametrize(
    ("lang", "written", "negative"),
    [
        ("fr", "5\u202f037,70\u00a0€", "−1\u202f234\u202f567,05\u00a0€"),
        ("nl", "€\u00a05.037,70", "€\u00a0−1.234.567,05"),
        ("de", "5.037,70\u00a0€", "−1.234.567,05\u00a0€"),
        ("en", "€5,037.70", "−€1,234,567.05"),
    ],
)
def test_an_amount_in_the_reader_s_language(lang: str, written: str, negative: str) -> None:
    assert format_eur(503770, lang) == written  # type: ignore[arg-type]
    assert format_eur(-123456705, lang) == negative  # type: ignore[arg-type]


def test_small_amounts_keep_their_zeros() -> None:
    assert format_eur(0, "en") == "€0.00"
    assert format_eur(-5, "nl") == "€\u00a0−0,05"


def test_numbers_and_rates_in_the_reader_s_language() -> None:
    """138 706 thousand euro of point 4.1; adherence of general practitioners in 2024, 22 284 of 24 067."""
    assert format_number(138706, "fr") == "138\u202f706"
    assert format_number(138706, "en") == "138,706"
    assert format_number(Fraction(22284 * 100, 24067), "nl", 2) == "92,59"
    assert format_number(Fraction(-1, 2), "de") == "−1"
    assert format_number(Fraction(-1, 4), "en") == "0"


def test_a_language_we_do_not_speak_is_named() -> None:
    with pytest.raises(Problems) as refused:
        format_eur(1, "it")  # type: ignore[arg-type]
    assert code_of(refused) == "unknown_language"
    assert "fr, nl, de, en" in refused.value.problems[0].mend
