"""Fees from one year to the next: key letters, rounded fees, and what the papers printed for 2020."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from medicomut.agreement import index_rate, load
from medicomut.budget.indexation import (
    KnownFee,
    Letter,
    cents_of,
    compare,
    index_fee,
    schedule,
    shipped_groups,
    social_amounts,
)
from medicomut.cli import budget_index_files
from medicomut.errors import Problems
from medicomut.tariff.fees import FeeSchedule

Run = Callable[..., Result]
OF_2020 = load("be/amm/2020")
CONSULTATION = {"102012": "consultations", "102535": "consultations", "101032": "consultations"}
FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts"


def fee(code: str, cents: int, year: int = 2019, source: str = "x", letters: tuple[Letter, ...] = ()) -> KnownFee:
    return KnownFee(code, date(year, 1, 1), date(year, 12, 31), cents, "published", source, letters)


N8 = (Letter("N", Fraction(8), Fraction("2.572713")),)


def test_a_fee_of_key_letters_is_indexed_on_their_values_and_rounded_once() -> None:
    """INAMI, 1 August 2014: 102012 = N8 x 2.572713 = 20.58; each value grows and keeps six decimals."""
    assert cents_of(N8) == 2058
    found = index_fee(OF_2020, fee("102012", 2058, letters=N8), CONSULTATION)
    assert found.letters == (Letter("N", Fraction(8), Fraction("2.622881")),)
    assert (found.cents, found.low, found.high) == (2098, 2098, 2098)


def test_a_fee_of_two_letters_is_one_exact_sum() -> None:
    """102535 = N8 x 2.936106 + Q30 x 0.033039 = 24.48."""
    letters = (Letter("N", Fraction(8), Fraction("2.936106")), Letter("Q", Fraction(30), Fraction("0.033039")))
    assert cents_of(letters) == 2448
    assert index_fee(OF_2020, fee("102535", 2448, letters=letters), CONSULTATION).cents == 2496


@given(st.integers(1, 50), st.integers(1, 10_000_000))
def test_what_the_rounded_fee_can_become_holds_what_the_letters_give(coefficient: int, millionths: int) -> None:
    """Known letters or not, the cent that comes out lies in the interval (but for the sixth decimal of the value)."""
    letters = (Letter("N", Fraction(coefficient), Fraction(millionths, 10**6)),)
    exact = index_fee(OF_2020, fee("102012", cents_of(letters), letters=letters), CONSULTATION)
    rounded = index_fee(OF_2020, fee("102012", cents_of(letters)), CONSULTATION)
    drift = Fraction(coefficient, 2 * 10**4)  # half a millionth of a euro on each coefficient, in cents
    assert rounded.low - drift - 1 < exact.cents < rounded.high + drift + 1
    assert rounded.low <= rounded.cents <= rounded.high <= rounded.low + 2


def test_the_interval_of_a_rounded_fee() -> None:
    """21.79 stands for 21.785 up to 21.795: at 1.95 %, 22.2098 up to 22.2200, hence 22.21 or 22.22."""
    found = index_fee(OF_2020, fee("101032", 2179), CONSULTATION)
    assert (found.cents, found.low, found.high) == (2221, 2221, 2222)


def test_the_rate_of_a_code_outranks_that_of_its_group() -> None:
    """CT of the brain is not indexed (4.1), whatever its group says; paediatrics is named by its codes."""
    assert index_fee(OF_2020, fee("458673", 10_000), {"458673": "imaging"}).cents == 10_000
    assert index_fee(OF_2020, fee("102071", 3409), {}).decided == "code"


def test_no_rate_and_no_fee_are_reasons_and_not_guesses() -> None:
    found = schedule(OF_2020, [fee("107015", 8720), fee("101032", 2179, year=2018)], CONSULTATION)
    assert found.fees == ()
    assert [problem.code for problem in found.left_out] == ["fee_not_known", "rate_not_stated"]
    assert "2018-12-31" in found.left_out[0].why


def test_the_social_amounts_of_2020_come_out_to_the_cent() -> None:
    """be/amm/2020#11: 4 941.34, 2 330.95, 5 914.36 and 4 928.77 of 2019 at 1.95 %."""
    found = social_amounts(OF_2020)
    assert [amount.before for amount in found] == [494_134, 233_095, 591_436, 492_877]
    assert [amount.computed for amount in found] == [503_770, 237_640, 602_969, 502_488]
    assert all(amount.computed == amount.published for amount in found)
    assert all("be/amm/2020#11" in amount.cites for amount in found)


def test_every_published_pair_of_2019_and_2020_is_compared_and_explained() -> None:
    """The three consultations and visits the papers printed for both years; where they differ, why."""
    every, _ = budget_index_files.read(None)
    found = compare(OF_2020, every, shipped_groups())
    printed = {
        (one.indexed.old.code, one.indexed.old.cents, one.published.cents): (one.difference, one.why)
        for one in found
        if one.published.status == "published"
    }
    assert printed == {
        ("101032", 2179, 2222): (1, "rounding"),
        ("101076", 2628, 2678): (-1, "other_figure"),
        ("101076", 2628, 2680): (1, "rounding"),
        ("101076", 2627, 2678): (0, "same"),
        ("101076", 2627, 2680): (2, "other_figure"),
        ("103132", 3886, 3963): (1, "other_figure"),
        ("103132", 3888, 3963): (-1, "rounding"),
    }


def test_no_code_with_both_years_in_the_gathered_facts_is_missing() -> None:
    """Where the gathered figures lie beside the project, no pair of theirs is left out; elsewhere none is known."""
    rows = []
    if (FACTS / "fees_published.csv").exists():
        with (FACTS / "fees_published.csv").open(encoding="utf-8", newline="") as lines:
            rows = [row for row in csv.DictReader(lines) if row["code"] and row["status"] == "verified"]
    years = {year: {row["code"] for row in rows if row["valid_from"].startswith(year)} for year in ("2019", "2020")}
    every, _ = budget_index_files.read(None)
    compared = {one.indexed.old.code for one in compare(OF_2020, every, shipped_groups())}
    assert years["2019"] & years["2020"] <= compared


def test_a_difference_nobody_explains_is_called_so() -> None:
    (found,) = compare(OF_2020, [fee("101032", 2179), fee("101032", 2300, year=2020)], CONSULTATION)
    assert (found.difference, found.why) == (79, "unexplained")


def test_the_groups_of_codes_are_groups_of_the_agreement() -> None:
    assert shipped_groups()["101032"] == "consultations"
    for group in set(shipped_groups().values()):
        assert index_rate(OF_2020, group=group).level == "group"


def test_the_new_schedule_is_a_folder_of_fees_like_any_other(run: Run, tmp_path: Path) -> None:
    """Written, read and used: the fee of 101032 on 4 February 2020 is the one indexed."""
    printed = run("budget", "index", "be/amm/2020", "--out", tmp_path / "new", "--format", "json")
    assert printed.exit_code == 0, printed.stderr
    written = FeeSchedule.load(tmp_path / "new")
    for found in json.loads(printed.stdout)["fees"]:
        known = written.lookup(found["code"], date(2020, 2, 4), preferential=False, medical_file=False)
        assert known is not None
        assert (known.fee, known.status) == (found["indexed_cents"], "derived")


def test_key_letters_are_written_back_and_still_add_up(run: Run, tmp_path: Path) -> None:
    """A folder of one's own with letters on 31 December 2019: the loader compares fee and letters again."""
    old = tmp_path / "old"
    old.mkdir()
    (old / "sources.csv").write_text("id,title,url\nmine,Made up for this test,\n", "utf-8")
    (old / "letters.csv").write_text(
        "code,valid_from,valid_to,letter,coefficient,value,source\n102012,2019-01-01,2019-12-31,N,8,2.572713,mine\n",
        "utf-8",
    )
    (old / "fees.csv").write_text(
        "code,valid_from,valid_to,preferential,medical_file,patient_group,fee_cents,reimbursement_cents,"
        "patient_share_cents,status,chosen,how,source,note\n"
        "102012,2019-01-01,2019-12-31,any,any,any,2058,,,published,1,,mine,\n",
        "utf-8",
    )
    printed = run("budget", "index", "be/amm/2020", "--fees", old, "--out", tmp_path / "new", "--format", "json")
    assert printed.exit_code == 0, printed.stderr
    (found,) = json.loads(printed.stdout)["fees"]
    assert found["letters"] == [{"letter": "N", "coefficient": "8", "value_eur": "2.622881"}]
    assert FeeSchedule.load(tmp_path / "new").hash


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_the_command_says_why_a_cent_differs(run: Run, lang: str) -> None:
    shown = run("budget", "index", "be/amm/2020", "--compare", "--lang", lang)
    assert shown.exit_code == 0, shown.stderr
    assert "101076" in shown.stdout
    assert "(3)" in shown.stdout
    letters = dict(reversed(pair.split()) for pair in re.findall(r"\([a-z]\)\s+[a-z]+-[0-9]{4}", shown.stdout))
    assert set(letters) == {"lalibre-2019", "domusmedica-2019", "gbo-2022", "levif-2019", "lalibre-2020"}
    assert f"({letters['levif-2019'][1]})" in shown.stdout.partition("26")[2]
    listed = run("budget", "index", "be/amm/2020", "--lang", lang)
    assert "102771" in listed.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("be/amm/2024",), "no_index_table"),
        (("be/amm/2020", "--group", "101032=surgry"), "unknown_group"),
        (("be/amm/2020", "--group", "101032"), "bad_setting"),
    ],
)
def test_what_cannot_be_indexed_is_named(run: Run, arguments: tuple[str, ...], code: str) -> None:
    refused = run("budget", "index", *arguments)
    assert refused.exit_code == 2
    assert code in refused.stderr


def test_every_group_that_cannot_be_used_is_told_at_once(run: Run) -> None:
    refused = run("budget", "index", "be/amm/2020", "--group", "101032", "--group", "101076=x", "--group", "102012=y")
    assert [refused.stderr.count(code) for code in ("bad_setting: --group '101032'", "unknown_group")] == [1, 2]


def test_an_agreement_without_rates_indexes_nothing() -> None:
    with pytest.raises(Problems) as refused:
        schedule(load("be/amm/2024"), [], {})
    assert [problem.code for problem in refused.value.problems] == ["no_index_table"]
