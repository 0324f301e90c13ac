"""The table of practitioners, as a secretary would keep it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from checking import CHANGING, DOCTORS, FULL_GP, PARTIAL_GP
from xlsxwriter import Workbook

from medicomut.engines import files
from medicomut.engines.people import read_practitioners
from medicomut.errors import Problems
from medicomut.tariff.practitioners import Practitioners
from medicomut.tariff.vocabulary import FULL, GP, PARTIAL, REFUSED


def holds(table: Practitioners) -> None:
    gp = table.on(int(FULL_GP), date(1999, 1, 1))
    assert gp is not None
    assert (gp.profession, gp.status, gp.slots) == (GP, FULL, ())
    partial = table.on(int(PARTIAL_GP), date(2020, 12, 31))
    assert partial is not None
    assert partial.status == PARTIAL
    assert [slot.site for slot in partial.slots] == ["A", None]
    assert table.on(int(PARTIAL_GP), date(2021, 1, 1)) is None
    statuses = [table.on(int(CHANGING), date(2020, *day)) for day in ((6, 30), (7, 1), (10, 1))]
    assert [found and found.status for found in statuses] == [FULL, REFUSED, None]
    assert len(table) == 4


@pytest.mark.parametrize("ending", files.FORMATS)
def test_the_table_in_every_format(tmp_path: Path, ending: str) -> None:
    csv = tmp_path / "doctors.csv"
    csv.write_text(DOCTORS, "utf-8")
    path = tmp_path / f"table{ending}"
    frame = files.open_lines(csv).frame.collect()
    files.write(path, frame.schema, lambda: iter([frame]), None)
    holds(read_practitioners(path))


def test_a_sheet_with_dates_and_numbers_as_cells(tmp_path: Path) -> None:
    path = tmp_path / "doctors.xlsx"
    with Workbook(path) as book:
        page, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        page.write_row(0, 0, ["practitioner", "profession", "status", "valid_from"])
        page.write_row(1, 0, [float(FULL_GP), "gp", "full"])
        page.write_datetime(1, 3, datetime(2020, 3, 1), day)  # noqa: DTZ001 - a cell has no time zone
    found = read_practitioners(path)
    assert found.on(int(FULL_GP), date(2020, 2, 29)) is None
    assert found.on(int(FULL_GP), date(2020, 3, 1)) is not None


def test_a_parquet_with_typed_columns(tmp_path: Path) -> None:
    path = tmp_path / "doctors.parquet"
    pl.DataFrame(
        {"practitioner": [float(FULL_GP)], "profession": ["gp"], "status": ["full"], "valid_from": [date(2020, 3, 1)]}
    ).write_parquet(path)
    assert read_practitioners(path).on(int(FULL_GP), date(2020, 3, 1)) is not None


def test_columns_that_are_not_ours_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "doctors.csv"
    path.write_text(f"town,status,practitioner,profession\nEupen,full,{FULL_GP},gp\n", "utf-8")
    assert int(FULL_GP) in read_practitioners(path)


def test_missing_columns_are_named_with_those_found(tmp_path: Path) -> None:
    path = tmp_path / "doctors.csv"
    path.write_text("INAMI;profession\n1;gp\n", "utf-8")
    with pytest.raises(Problems) as raised:
        read_practitioners(path)
    found = raised.value.problems
    assert [p.what for p in found] == ["there is no column practitioner, status"]
    assert all("INAMI, profession" in p.mend for p in found)


def test_every_fault_of_every_row_at_once(tmp_path: Path) -> None:
    path = tmp_path / "doctors.csv"
    path.write_text(
        "practitioner,profession,status,valid_from,valid_to,slots\n"
        "Dr Synthese,gp,full,,,\n"
        f"{FULL_GP},médecin,half,1/2/2020,soon,tuesday morning\n"
        f"{FULL_GP},gp,full,2020-02-01,2020-01-01,mon 09:00-12:00\n"
        f"{PARTIAL_GP},gp,partial,,,mon 08:00-09:00;tue 08:00-09:00;wed 08:00-09:00;thu 08:00-09:00;fri 08:00-09:00\n"
        f"{PARTIAL_GP},gp,half,2020-01-01,,\n",
        "utf-8",
    )
    with pytest.raises(Problems) as raised:
        read_practitioners(path)
    found = [(p.where.row, p.where.field) for p in raised.value.problems if p.where is not None]
    assert found == [(2, "practitioner"), (3, "profession"), (3, "status"), (3, "valid_from"), (3, "valid_to"),
                     (3, "slots"), (4, "valid_to"), (4, "slots"), (5, "slots"), (6, "status"),
                     (6, "valid_from")]  # fmt: skip
    assert raised.value.problems[-1].code == "practitioner_overlap", "overlaps are found beside the other faults"
    assert all(p.mend and p.why for p in raised.value.problems)


def test_two_statuses_on_one_day(tmp_path: Path) -> None:
    path = tmp_path / "doctors.csv"
    path.write_text(
        f"practitioner,profession,status,valid_from,valid_to\n{FULL_GP},gp,full,,\n{FULL_GP},gp,refused,2020-07-01,\n",
        "utf-8",
    )
    with pytest.raises(Problems) as raised:
        read_practitioners(path)
    assert [(p.code, p.cites) for p in raised.value.problems] == [("practitioner_overlap", ("be/amm/2020#17.3",))]


def test_a_broken_table_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "doctors.csv"
    path.write_text(f"practitioner,profession,status\n{FULL_GP},gp,full\n{PARTIAL_GP},gp,partial,mon,tue\n", "utf-8")
    with pytest.raises(Problems, match=r"doctors\.csv:3: error too_many_fields"):
        read_practitioners(path)
