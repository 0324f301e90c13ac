"""The annex of 2020 recomputed: its lines, sums and balance, and what other roundings break."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import fastexcel
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from medicomut.agreement import Agreement, load
from medicomut.agreement.text import Interval
from medicomut.budget.annex import Changes, Prorata, Rounding, Rule, part_of_year, sheet
from medicomut.errors import Problems

Run = Callable[..., Result]
YEAR = Interval(date(2020, 1, 1), date(2020, 12, 31))


def test_every_line_subtotal_total_and_balance_is_the_printed_one(of_2020: Agreement) -> None:
    """be/amm/2020#annex: 37 lines, 6 subtotals, the total of uses and the balance, in two columns."""
    found = sheet(of_2020)
    assert len(found.lines) == 37
    assert (found.broken, found.broken_sums) == ((), ())
    assert (found.total("uses").in_year.computed, found.total("uses").annual.computed) == (180_029, 184_382)
    assert (found.total("balance").in_year.computed, found.total("balance").annual.computed) == (169, 174)


def test_half_to_even_breaks_exactly_two_lines(of_2020: Agreement) -> None:
    """205 / 2 = 102.5 is printed 103, and -11 237 / 2 = -5 618.5 is printed -5 619; the errors cancel."""
    found = sheet(of_2020, Rule(Rounding.half_even))
    assert {line.id: line.in_year.computed for line in found.broken} == {
        "c1.swallowing_test": 102,
        "c2.accreditation": -5618,
    }
    assert found.broken_sums == ("c1", "c2")
    assert found.total("balance").in_year.computed == 169


def test_days_break_exactly_four_lines(of_2020: Agreement) -> None:
    """184 days of 366 are not half a year: 93, 231, -5 649 and 1 508 instead of 92, 230, -5 619 and 1 500."""
    found = sheet(of_2020, Rule(prorata=Prorata.days))
    assert {line.id: line.in_year.computed for line in found.broken} == {
        "b.teledermatology": 93,
        "b.tele_oncology": 231,
        "c2.accreditation": -5649,
        "d.week_guard": 1508,
    }


def test_a_later_start_costs_less_this_year_and_the_same_a_year(of_2020: Agreement) -> None:
    """Pre-anaesthesia of 6 000 k€ a year from 1 December instead of 1 September: 500 and not 2 000 in 2020."""
    found = sheet(of_2020, changes=Changes(starts={"b.preanaesthesia": date(2020, 12, 1)}))
    line = next(line for line in found.lines if line.id == "b.preanaesthesia")
    assert (line.in_year.computed, line.annual.computed, line.in_year.printed) == (500, 6000, 2000)
    assert found.total("balance").in_year.computed == 169 + 1500
    assert found.total("balance").annual.computed == 174


def test_every_line_that_does_not_exist_is_named_with_near_ones(of_2020: Agreement) -> None:
    with pytest.raises(Problems) as refused:
        sheet(of_2020, changes=Changes({"b.preanesthesia": 1, "b.tavi": 2}))
    found = {problem.what: problem.mend for problem in refused.value.problems}
    assert len(found) == 2
    assert "b.preanaesthesia" in found["be/amm/2020 has no line 'b.preanesthesia'"]
    assert "c1.tavi" in found["be/amm/2020 has no line 'b.tavi'"]


def test_an_agreement_without_annex_says_so() -> None:
    with pytest.raises(Problems) as refused:
        sheet(load("be/amm/2024"))
    assert [problem.code for problem in refused.value.problems] == ["no_annex"]
    assert "not found" in refused.value.problems[0].why


@pytest.mark.parametrize(
    ("start", "by_months", "by_days"),
    [
        (date(2019, 5, 1), Fraction(1), Fraction(1)),
        (date(2020, 1, 1), Fraction(1), Fraction(1)),
        (date(2020, 9, 1), Fraction(1, 3), Fraction(122, 366)),
        (date(2020, 12, 31), Fraction(1, 12), Fraction(1, 366)),
        (date(2021, 1, 1), Fraction(0), Fraction(0)),
    ],
)
def test_the_part_of_the_year(start: date, by_months: Fraction, by_days: Fraction) -> None:
    assert part_of_year(start, YEAR, 12, Prorata.months) == by_months
    assert part_of_year(start, YEAR, 12, Prorata.days) == by_days


@given(st.dates(date(2019, 1, 1), date(2022, 12, 31)), st.sampled_from(Prorata))
def test_a_later_start_is_never_a_longer_part(start: date, prorata: Prorata) -> None:
    later = date.fromordinal(start.toordinal() + 1)
    assert 0 <= part_of_year(later, YEAR, 12, prorata) <= part_of_year(start, YEAR, 12, prorata) <= 1


def test_the_command_writes_the_same_figures_as_json_csv_and_workbook(run: Run, tmp_path: Path) -> None:
    as_json = json.loads(run("budget", "show", "be/amm/2020", "--format", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(run("budget", "show", "be/amm/2020", "--format", "csv").stdout)))
    assert run("budget", "show", "be/amm/2020", "--format", "xlsx", "--out", tmp_path / "b.xlsx").exit_code == 0
    book = fastexcel.read_excel(tmp_path / "b.xlsx").load_sheet("budget").to_polars().to_dicts()
    lines = [line for block in as_json["blocks"] for line in block["lines"]]
    assert len(rows) == len(book) == len(lines) + 6 + 2
    assert [row["in_year_keur"] for row in rows if row["kind"] == "line"] == [
        str(line["in_year"]["computed_keur"]) for line in lines
    ]
    assert [int(row["annual_keur"]) for row in rows] == [row["annual_keur"] for row in book]
    assert all(line["cites"] for line in lines)


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_the_command_speaks_four_languages(run: Run, lang: str) -> None:
    printed = run("budget", "show", "be/amm/2020", "--lang", lang)
    assert printed.exit_code == 0, printed.stderr
    assert {"fr": "Solde", "nl": "Saldo", "de": "Saldo", "en": "Balance"}[lang] in printed.stdout


def test_a_workbook_needs_a_file(run: Run) -> None:
    refused = run("budget", "show", "be/amm/2020", "--format", "xlsx")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--out" in refused.stderr


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_file_nothing_would_be_written_to_is_refused(run: Run, tmp_path: Path, form: str) -> None:
    refused = run("budget", "show", "be/amm/2020", "--format", form, "--out", tmp_path / "b.csv")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "out_not_used" in refused.stderr
    assert not (tmp_path / "b.csv").exists()


def test_subtotals_totals_and_the_balance_name_their_clause(run: Run) -> None:
    shown = run("budget", "show", "be/amm/2020").stdout
    first = next(line for line in shown.splitlines() if line.strip().startswith("Total  "))
    assert first.split()[:2] == ["Total", "3.3"]
    assert "Balance  annex" in shown
