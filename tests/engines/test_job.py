"""A check from file to file, as a billing office would meet it."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from checking import CHANGING, FULL_GP, PARTIAL_GP, REFUSED_SPECIALIST, Check

from medicomut.engines import files, synthetic
from medicomut.engines.examples import first_unreadable
from medicomut.engines.header import check_columns
from medicomut.engines.job import check_file
from medicomut.engines.outcome import ADDED
from medicomut.errors import Problems
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.fees import FeeSchedule
from medicomut.tariff.practitioners import Practitioners, from_rows

LINE = {"code": "101032", "date": "2020-02-04", "time": "10:00", "practitioner": FULL_GP, "charged_cents": "2222"}


def reasons(row: dict[str, Any]) -> list[str]:
    return (row["reasons"] or "").split(";")


# --- planted faults ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made_up_fees(tmp_path_factory: pytest.TempPathFactory) -> FeeTable:
    folder = tmp_path_factory.mktemp("fees") / "fees"
    synthetic.fees_folder(folder, 2020)
    return FeeTable(FeeSchedule.load(folder))


def planted(seed: int, rows: int, conditions: Conditions, fees: FeeTable) -> tuple[pl.DataFrame, Practitioners]:
    table = synthetic.practitioners(300, seed)
    lines = pl.concat(synthetic.lines(rows, seed, table, conditions, fees, faults_per_thousand=100))
    return lines, from_rows(table.iter_rows(named=True), "doctors")


@pytest.mark.parametrize("seed", [1, 2, 3, 2020])
def test_all_planted_faults_are_found_and_no_others(
    seed: int, check: Check, conditions: Conditions, made_up_fees: FeeTable
) -> None:
    lines, people = planted(seed, 20_000, conditions, made_up_fees)
    assert set(lines["planted"].unique()) == set(synthetic.PLANTED), "every kind of fault is there to be found"
    found = check(lines, people=people, fees=made_up_fees)
    marked = [row["line_id"] for row in found.rows if row["planted"] != "none"]
    assert [row["line_id"] for row in found.rows if row["verdict"] == "excess"] == marked
    assert found.summary.verdicts["excess"] == len(marked) > 100


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".xlsx"])
def test_every_format_gives_the_same_result(
    ending: str, check: Check, conditions: Conditions, made_up_fees: FeeTable
) -> None:
    lines, people = planted(7, 3_000, conditions, made_up_fees)
    typed = check(lines, people=people, fees=made_up_fees)
    text = check(lines, ending=ending, people=people, fees=made_up_fees)
    for name in ("basis", "verdict", "reasons", "cites", "agreement"):
        assert [word or None for word in text.column(name)] == [word or None for word in typed.column(name)], name
    for name in ("fee_cents", "reimbursement_cents", "patient_share_cents", "supplement_cents", "excess_cents"):
        assert [None if c is None else int(c) for c in text.column(name)] == typed.column(name), name
    assert text.summary.to_dict() == typed.summary.to_dict()


@pytest.mark.parametrize("ending", files.FORMATS)
def test_a_second_run_gives_the_same_bytes(
    ending: str, check: Check, conditions: Conditions, made_up_fees: FeeTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, people = planted(5, 1_000, conditions, made_up_fees)
    monkeypatch.setattr(files.Source.chunks, "__defaults__", (100,))
    first = check(lines, ending=ending, people=people, fees=made_up_fees).path.read_bytes()
    for _ in range(3):
        assert check(lines, ending=ending, people=people, fees=made_up_fees).path.read_bytes() == first


@pytest.mark.parametrize("size", [3, 333, 10_000])
def test_the_size_of_chunks_changes_nothing(
    size: int, check: Check, conditions: Conditions, made_up_fees: FeeTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, people = planted(5, 700, conditions, made_up_fees)
    whole = check(lines, people=people, fees=made_up_fees)
    monkeypatch.setattr(files.Source.chunks, "__defaults__", (size,))
    parts = check(lines, people=people, fees=made_up_fees)
    assert parts.rows == whole.rows
    assert parts.summary.to_dict() == whole.summary.to_dict()


def test_as_many_lines_out_as_in_and_in_their_order(check: Check) -> None:
    """Lines nobody can price or read are given back too, each where it stood."""
    odd = [{**LINE, "code": code, "line_id": n} for n, code in enumerate(["101032", "x", None, "999999", "960013"] * 9)]
    found = check(odd)
    assert found.column("line_id") == list(range(45))
    assert found.summary.lines == sum(found.summary.verdicts.values()) == sum(found.summary.bases.values()) == 45
    assert found.summary.verdicts == {"ok": 9, "excess": 0, "unpriced": 18, "unknown": 18}


def test_progress_counts_every_line(tmp_path: Path, conditions: Conditions, fees: FeeTable) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("code,date\n" + "101032,2020-02-04\n" * 10, "utf-8")
    told: list[int] = []
    check_file(files.open_lines(path), tmp_path / "out.csv", conditions, fees, None, told.append)
    assert told[-1] == 10
    assert told == sorted(told)


# --- columns -------------------------------------------------------------------------------------------------


def test_columns_that_are_not_ours_are_given_back_first(check: Check) -> None:
    found = check([{**LINE, "invoice": "F-17", "weight": 0.5}])
    assert list(found.rows[0]) == [*LINE, "invoice", "weight", *ADDED]
    assert (found.rows[0]["invoice"], found.rows[0]["weight"]) == ("F-17", 0.5)


def test_code_and_date_are_enough(check: Check) -> None:
    """What is not stated is not guessed: the fee is there, whether it binds is not."""
    row = check([{"code": "101032", "date": "2020-02-04"}]).rows[0]
    assert (row["fee_cents"], row["tariff_binds"], row["basis"]) == (2222, None, "status_not_known")
    assert row["verdict"] == "unknown"
    assert {"practitioner_not_known", "charged_not_stated"} <= set(reasons(row))


def source(tmp_path: Path, header: str) -> files.Source:
    path = tmp_path / "lines.csv"
    path.write_text(header + "\n", "utf-8")
    return files.open_lines(path)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("charged_cent", "charged_cents"),
        ("expres request", "express_request"),
        ("Heure", "time"),
        ("Montant demandé", "charged_cents"),
        ("Tiers payant", "third_party"),
        ("N° INAMI", "practitioner"),
        ("RIZIV-nummer", "practitioner"),
        ("N INAMI (médecin)", "practitioner"),
        ("Uur", "time"),
        ("HONORAIRES", "charged_cents"),
        ("Montant [€]", "charged_cents"),
        ("Betrag", "charged_cents"),
        ("Rijksregisternummer", "patient"),
        ("Terugbetaling", None),
        ("Remboursement", None),
        ("Remgeld", None),
        ("invoice", None),
        ("patients_name", None),
    ],
)
def test_a_column_under_another_name_is_asked_about(tmp_path: Path, written: str, meant: str | None) -> None:
    """A French or misspelt heading would else be carried along unread, and its facts count as not stated."""
    found = check_columns(source(tmp_path, f"code,date,{written}"))
    assert [(p.severity, written in p.what, p.why) for p in found] == (
        [("warning", True, f"the check knows {meant}")] if meant else []
    )


def test_no_question_about_a_column_whose_namesake_is_there(tmp_path: Path) -> None:
    assert check_columns(source(tmp_path, "code,date,time,Time")) == []


def test_missing_and_taken_columns_are_refused_together(tmp_path: Path) -> None:
    with pytest.raises(Problems) as raised:
        check_columns(source(tmp_path, "Codes;jour;verdict;fee_cents;Heure"))
    found = [(p.code, p.severity, p.mend) for p in raised.value.problems]
    assert found == [
        ("missing_column", "error", "rename Codes to code, or say so: --column code=Codes"),
        ("missing_column", "error", "rename jour to date, or say so: --column date=jour"),
        ("column_taken", "error", "check the file it was made from, or remove those columns"),
        ("column_not_read", "warning", "rename it to time if that is what it holds, or say so: --column time=Heure"),
    ]


def test_a_result_is_not_checked_again(check: Check, conditions: Conditions, fees: FeeTable, tmp_path: Path) -> None:
    result = check([LINE])
    with pytest.raises(Problems, match="column_taken"):
        check_file(files.open_lines(result.path), tmp_path / "again.parquet", conditions, fees, None)
    assert not (tmp_path / "again.parquet").exists()


# --- cells ---------------------------------------------------------------------------------------------------

UNREADABLE = {
    "code": ["10103", "1010322", "10l032", "101 032"],
    "date": ["04/02/2020", "2020-02-30", "20200204", "1989-12-31"],
    "time": ["21h01", "9:00", "24:00", "21.01"],
    "practitioner": ["Dr Synthese", "1-90001-22-00X"],
    "setting": ["cabinet"],
    "third_party": ["yes"],
    "preferential": ["perhaps", "2"],
    "charged_cents": ["22,22", "22.22", "€2222", "2 222"],
    "taxable_income_cents": ["-1", "a lot"],
    "holders": ["two", "1.5", "100"],
}


@pytest.mark.parametrize(("column", "cells"), list(UNREADABLE.items()))
def test_cells_that_cannot_be_read_are_named_and_counted(check: Check, column: str, cells: list[str]) -> None:
    lines = [{**LINE, column: cell} for cell in ["", *cells, " "]]
    found = check(lines)
    named = [f"{column}_unreadable" in reasons(row) for row in found.rows]
    assert named == [False, *[True] * len(cells), False], "an empty cell is not stated, which is no fault"
    assert found.summary.reasons[f"{column}_unreadable"] == len(cells)
    assert found.column(column) == [row[column] for row in lines], "what stood there is given back"


def test_the_first_cell_that_cannot_be_read_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows count as a spreadsheet counts them, the header being the first."""
    monkeypatch.setattr(files.Source.chunks, "__defaults__", (2,))
    path = tmp_path / "lines.csv"
    path.write_text("code,date,time\n1,2020-02-04,\n101032,2020-02-04,21:00\n,04/02/2020,21h\n1,x,21h\n", "utf-8")
    found = first_unreadable(files.open_lines(path), ["date", "time", "code"])
    assert found == {"code": (2, "1"), "date": (4, "04/02/2020"), "time": (4, "21h")}


@pytest.mark.parametrize("word", ["no", "Non", "nee", "neen", "NEIN", "0", "false"])
def test_no_is_read_as_the_languages_of_the_country_write_it(check: Check, word: str) -> None:
    """Belgian Dutch forms say "neen"."""
    found, plain = check([{**LINE, "preferential": word}]).rows[0], check([{**LINE, "preferential": "no"}]).rows[0]
    assert {name: found[name] for name in ADDED} == {name: plain[name] for name in ADDED}
    assert "unreadable" not in str(found["reasons"])


def test_typed_cells_and_text_mean_the_same(check: Check) -> None:
    moment = datetime(2020, 2, 4, 0, 30, tzinfo=ZoneInfo("Europe/Brussels"))
    typed = check(
        pl.DataFrame(
            {
                "code": [101032], "date": [moment], "time": [time(21, 1)], "practitioner": [int(FULL_GP)],
                "charged_cents": [3000], "express_request": [True], "informed_beforehand": [True],
            }
        )
    ).rows[0]  # fmt: skip
    text = check([{**LINE, "time": "21:01", "charged_cents": "3000", "express_request": "oui",
                   "informed_beforehand": "ja"}]).rows[0]  # fmt: skip
    assert {name: typed[name] for name in ADDED} == {name: text[name] for name in ADDED}
    assert (text["basis"], text["supplement_cents"], text["excess_cents"]) == ("consultation_at_late_hour_gp", 778, 0)


def test_a_number_kept_as_a_fraction_finds_its_doctor(check: Check) -> None:
    row = check(pl.DataFrame({**LINE, "practitioner": [float(FULL_GP)], "charged_cents": [2223.0]})).rows[0]
    assert (row["basis"], row["excess_cents"]) == ("full_gp", 1)


def test_sums_beyond_a_machine_word_of_32_bits(check: Check) -> None:
    charge = 999_999_999
    found = check([{**LINE, "charged_cents": str(charge)}] * 5)
    assert found.summary.sums["charged_cents"] == 5 * charge
    assert found.summary.sums["excess_cents"] == 5 * (charge - 2222)


# --- electrocardiograms (clause 6.5) -------------------------------------------------------------------------


def ecg(code: str, patient: str | None, day: str, doctor: str = FULL_GP) -> dict[str, Any]:
    return {"code": code, "date": day, "practitioner": doctor, "patient": patient, "charged_cents": "1900"}


ECGS = [
    ecg("475075", "p1", "2020-02-04"),
    ecg("101032", "p1", "2020-02-04"),
    ecg("475075", "p2", "2020-02-04"),
    ecg("475086", "p1", "2020-02-04", REFUSED_SPECIALIST),
    ecg("475075", "p1", "2020-02-05"),
    ecg("475075", "p3", "2020-02-06"),
    ecg("475075", "p3", "2020-02-06"),
    ecg("475075", None, "2020-02-06"),
    ecg("475075", None, "2020-02-06"),
    ecg("475075", "", "2020-02-06"),
    ecg("475075", "", "2020-02-06"),
    ecg("475075", "p4", ""),
    ecg("475075", "p4", ""),
]


@pytest.mark.parametrize(
    ("readings", "marked"),
    [
        ({}, {0, 3, 5, 6}),
        ({"ecg_same_day": "patient_day_practitioner"}, {5, 6}),
        ({"ecg_same_code": "same_code"}, {5, 6}),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("size", [1, 4, 100])
def test_electrocardiograms_of_one_day_are_found_wherever_they_stand(
    check: Check,
    monkeypatch: pytest.MonkeyPatch,
    readings: dict[str, str],
    marked: set[int],
    backwards: bool,
    size: int,
) -> None:
    monkeypatch.setattr(files.Source.chunks, "__defaults__", (size,))
    lines = [{**line, "line_id": n} for n, line in enumerate(ECGS)]
    found = check(lines[::-1] if backwards else lines, readings=readings)
    assert {row["line_id"] for row in found.rows if "ecg_same_day" in reasons(row)} == marked
    assert all(row["verdict"] != "excess" for row in found.rows), "a flag, not a verdict"


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".xlsx"])
def test_electrocardiograms_are_found_in_every_format(check: Check, ending: str) -> None:
    found = check([{**line, "line_id": n} for n, line in enumerate(ECGS)], ending=ending)
    assert {int(row["line_id"]) for row in found.rows if "ecg_same_day" in reasons(row)} == {0, 3, 5, 6}


def test_electrocardiograms_with_typed_columns(check: Check) -> None:
    frame = pl.DataFrame({"code": [475075, 475086, 475075], "patient": [5, 5, 6], "date": [date(2020, 2, 4)] * 3})
    assert ["ecg_same_day" in reasons(row) for row in check(frame).rows] == [True, True, False]


# --- practitioners -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "basis", "reason"),
    [
        ("2019-12-31", "no_agreement", "no_status_on_date"),
        ("2020-01-01", "full_gp", None),
        ("2020-06-30", "full_gp", None),
        ("2020-07-01", "refused", None),
        ("2020-09-30", "refused", None),
        ("2020-10-01", "status_not_known", "no_status_on_date"),
    ],
)
def test_status_is_that_of_the_day(check: Check, day: str, basis: str, reason: str | None) -> None:
    """Clause 17.3: who leaves during the year is bound until then; both days of an interval are included."""
    row = check([{**LINE, "date": day, "practitioner": CHANGING}]).rows[0]
    assert row["basis"] == basis
    assert ("no_status_on_date" in reasons(row)) == (reason is not None)


def test_the_same_doctor_however_the_number_is_written(check: Check) -> None:
    written = [FULL_GP, "1-90001-22-003", "1/90001/22/003", "1 90001 22 003", "1.90001.22.003"]
    assert check([{**LINE, "practitioner": number} for number in written]).column("basis") == ["full_gp"] * 5


@pytest.mark.parametrize(
    ("day", "hour", "site", "setting", "basis"),
    [
        ("2020-02-04", "09:00", "A", "practice", "off_tariff_slot_gp"),
        ("2020-02-04", "12:59", " A ", "practice", "off_tariff_slot_gp"),
        ("2020-02-04", "13:00", "A", "practice", "partial_gp_at_tariff"),
        ("2020-02-04", "10:00", "B", "practice", "partial_gp_at_tariff"),
        ("2020-02-04", "10:00", None, "practice", "partial_gp_at_tariff"),
        ("2020-02-04", "10:00", "A", "home", "partial_gp_at_tariff"),
        ("2020-02-05", "10:00", "A", "practice", "partial_gp_at_tariff"),
        ("2020-02-06", "16:00", "B", "practice", "off_tariff_slot_gp"),
        ("2020-02-06", "16:00", None, "practice", "off_tariff_slot_gp"),
    ],
)
def test_slots_count_by_day_hour_site_and_place(
    check: Check, day: str, hour: str, site: str | None, setting: str, basis: str
) -> None:
    """Clause 14.2.2.2: Tuesdays 9 to 13 at site A, Thursdays 16 to 20 anywhere, at the practice only."""
    line = {**LINE, "date": day, "time": hour, "site": site, "setting": setting, "practitioner": PARTIAL_GP}
    other = {**LINE, "site": "A", "setting": "practice"}
    assert check([other, line, other]).column("basis") == ["full_gp", basis, "full_gp"]
