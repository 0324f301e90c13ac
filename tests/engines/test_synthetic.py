"""Synthetic people and lines: the same for the same seed, plausible, and nobody."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl
import pytest

from medicomut.engines import synthetic
from medicomut.identifiers import is_synthetic_inami, profession_of
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.fees import FeeSchedule
from medicomut.tariff.practitioners import from_rows


def digest(frame: pl.DataFrame) -> str:
    return hashlib.sha256(frame.write_csv(time_format="%H:%M").encode()).hexdigest()[:16]


def lines(rows: int, seed: int, conditions: Conditions, fees: FeeTable, **options: int) -> pl.DataFrame:
    return pl.concat(synthetic.lines(rows, seed, synthetic.practitioners(200, seed), conditions, fees, **options))


def test_rows_are_the_same_everywhere(conditions: Conditions, fees: FeeTable) -> None:
    """Benchmarks and reports name a seed: another version of Python or Polars must not give other rows.

    Columns that change with the fees known are left out: a fee learnt may change them, a library may not.
    """
    drawn = lines(50, 1, conditions, fees).drop("charged_cents", "planted")
    assert digest(synthetic.practitioners(50, 1)) == "12f2250329416b9f"
    assert digest(drawn) == "6c4fe0ae11a1831b"


def test_another_seed_gives_other_rows(conditions: Conditions, fees: FeeTable) -> None:
    assert not lines(50, 1, conditions, fees).equals(lines(50, 2, conditions, fees))
    assert not synthetic.practitioners(50, 1).equals(synthetic.practitioners(50, 2))


@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_rows_do_not_depend_on_how_many_are_made_at_once(conditions: Conditions, fees: FeeTable, chunk: int) -> None:
    whole = lines(64, 3, conditions, fees)
    assert lines(64, 3, conditions, fees, chunk=chunk).equals(whole)
    assert lines(40, 3, conditions, fees).equals(whole.head(40)), "a longer file begins like a shorter one"


def test_everybody_is_made_up() -> None:
    """Valid by their check digits, and all in the block set apart; no number twice."""
    table = synthetic.practitioners(synthetic.SERIALS + 2_000, 1)
    numbers = table["practitioner"].to_list()
    assert len(set(numbers)) == len(numbers)
    assert all(is_synthetic_inami(number) for number in numbers)
    assert [profession_of(n) for n in numbers[:500]] == table["profession"].to_list()[:500]


def test_more_people_than_there_are_numbers() -> None:
    with pytest.raises(ValueError, match="90000"):
        synthetic.practitioners(synthetic.MOST_PRACTITIONERS + 1, 1)


def test_the_table_is_one_the_check_reads() -> None:
    table = synthetic.practitioners(1_000, 9)
    assert len(from_rows(table.iter_rows(named=True), "table")) == 1_000
    with_slots = table.filter(pl.col("slots") != "")
    assert set(with_slots["status"]) == {"partial"}


def test_shares_are_those_of_the_country(conditions: Conditions, fees: FeeTable) -> None:
    """About nine general practitioners in ten have acceded in full, of specialists about seven; within three points."""
    table = synthetic.practitioners(20_000, 1)
    for profession, full in (("gp", 89), ("specialist", 72)):
        of_one = table.filter(profession=profession)
        assert abs(100 * len(of_one.filter(status="full")) - full * len(of_one)) < 3 * len(of_one)
    made = lines(20_000, 1, conditions, fees)
    visits = made.filter(pl.col("code").is_in(synthetic.HOME_CODES))
    assert set(visits["setting"]) == {"home"}
    called = made.filter((pl.col("setting") == "home") & ~pl.col("code").is_in(synthetic.HOME_CODES))
    gps = set(table.filter(profession="gp")["practitioner"].cast(pl.Int64))
    assert 0 < called.height < 20_000 / 100, "a few calls of specialists to the home"
    assert not gps & set(called["practitioner"])
    assert 0 < made.filter(pl.col("planted") != "none").height < 20_000 / 100 * 1.2
    late = made.filter(pl.col("time").dt.hour() >= 19).height
    assert 200 < late < 2_000


def test_facts_left_unstated_spare_the_planted_faults(conditions: Conditions, fees: FeeTable) -> None:
    """A fault must stay beyond doubt; of the other lines each may leave one fact out, and nothing else changes."""
    stated = lines(5_000, 1, conditions, fees)
    silent = lines(5_000, 1, conditions, fees, unstated_per_thousand=1000)
    assert stated["planted"].equals(silent["planted"])
    faulty = pl.col("planted") != "none"
    assert stated.filter(faulty).equals(silent.filter(faulty))
    gone = silent.filter(~faulty).select(pl.sum_horizontal(pl.col(synthetic.LEFT_OUT).is_null())).to_series()
    assert set(gone) == {1}
    assert silent.drop(synthetic.LEFT_OUT).equals(stated.drop(synthetic.LEFT_OUT))
    assert all(silent[name].null_count() > 100 for name in synthetic.LEFT_OUT)


def test_some_declarations_are_dated_and_no_fault_falls_outside(conditions: Conditions, fees: FeeTable) -> None:
    table = synthetic.practitioners(2_000, 1)
    dated = table.filter((pl.col("valid_from") != "") | (pl.col("valid_to") != ""))
    assert 20 < len(dated) < 120
    made = pl.concat(synthetic.lines(20_000, 1, dated, conditions, fees, faults_per_thousand=1000))
    bounds = dated.select(
        pl.col("practitioner").cast(pl.Int64),
        first=pl.col("valid_from").replace("", "1900-01-01").str.to_date(),
        last=pl.col("valid_to").replace("", "2100-01-01").str.to_date(),
    )
    known = made.join(bounds, on="practitioner").with_columns(inside=pl.col("date").is_between("first", "last"))
    assert not known["inside"].all()
    assert known.filter(pl.col("planted") != "none")["inside"].all()


def test_no_faults_and_only_faults(conditions: Conditions, fees: FeeTable) -> None:
    assert set(lines(2_000, 1, conditions, fees, faults_per_thousand=0)["planted"]) == {"none"}
    many = lines(2_000, 1, conditions, fees, faults_per_thousand=1000)
    assert many.filter(pl.col("planted") != "none").height > 500


def test_lines_of_another_year(conditions: Conditions, fees: FeeTable) -> None:
    made = lines(300, 1, conditions, fees, year=2024)
    assert set(made["date"].dt.year()) == {2024}


def test_the_folder_of_fees_loads_and_marks_what_is_made_up(tmp_path: Path, fees: FeeTable) -> None:
    folder = tmp_path / "fees"
    made = synthetic.fees_folder(folder, 2020)
    table = FeeTable(FeeSchedule.load(folder))
    synthetic_rows = [row for row in table.rows if row.status == "synthetic"]
    assert made > 0
    assert {row.code for row in synthetic_rows} == set(synthetic.ORDINARY_CHARGE) - {
        row.code for row in fees.rows if row.valid_from.year <= 2020 <= row.valid_to.year
    }
    assert all(row.fee == synthetic.ORDINARY_CHARGE[row.code] for row in synthetic_rows)
    with pytest.raises(FileExistsError):
        synthetic.fees_folder(folder, 2020)
