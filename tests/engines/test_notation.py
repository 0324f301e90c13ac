"""Days and amounts as billing offices write them: read as told, never guessed, and given back as they were sent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.engines import browse
from medicomut.engines.files import open_lines
from medicomut.engines.job import check_file
from medicomut.engines.notation import AMOUNTS, NOTATIONS, as_told, fitting, reads, refuse_unknown
from medicomut.errors import Problems
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.fees import FeeSchedule
from medicomut.tariff.line import read_line
from medicomut.tariff.vocabulary import LINE_COLUMNS


@pytest.mark.parametrize(
    ("way", "text", "day"),
    [
        ("day_first", "04/02/2020", "2020-02-04"),
        ("day_first", " 4.2.2020 ", "2020-02-04"),
        ("day_first", "04-02-2020 00:00:00", "2020-02-04"),
        ("day_first", "2020-02-04", "2020-02-04"),
        ("day_first", "31/04/2020", None),
        ("day_first", "04/02-2020", None),
        ("day_first", "04/02/20", None),
        ("day_first", "04/02/2020 10:30", None),
        ("day_first", "04/02/1919", None),
        ("month_first", "02/04/2020", "2020-02-04"),
        ("month_first", "13/02/2020", None),
        ("year_first", "20200204", "2020-02-04"),
        ("year_first", "2020/02/04 00:00", "2020-02-04"),
        ("iso", "04/02/2020", None),
        ("iso", "", None),
    ],
)
def test_a_day_is_read_as_told(way: str, text: str, day: str | None) -> None:
    assert reads("date", way, text) == day


@pytest.mark.parametrize(
    ("way", "text", "cents"),
    [
        ("euro_comma", "40,00", "4000"),
        ("euro_comma", "40", "4000"),
        ("euro_comma", "22,2 €", "2220"),
        ("euro_comma", "€ 1.234,56", "123456"),
        ("euro_comma", "1 234,56 EUR", "123456"),
        ("euro_comma", "40,00 euro", "4000"),
        ("euro_comma", "Euro 1.040", "104000"),
        ("euro_point", "27.5 euros", "2750"),
        ("euro_comma", "1\u202f234,56", "123456"),
        ("euro_comma", "-5,00", "-500"),
        ("euro_comma", "40.00", None),
        ("euro_comma", "40,005", None),
        ("euro_comma", "1.23,00", None),
        ("euro_point", "40.00", "4000"),
        ("euro_point", "1,234.5", "123450"),
        ("euro_point", "1.234", None),
        ("euro_point", "99999999", None),
        ("cents", "4000", "4000"),
        ("cents", "40,00", None),
    ],
)
def test_an_amount_is_read_as_told(way: str, text: str, cents: str | None) -> None:
    assert reads("charged_cents", way, text) == cents


def test_what_can_be_meant_in_two_ways_has_two() -> None:
    assert fitting("date", ["04/02/2020", "", None]) == {"day_first": "2020-02-04", "month_first": "2020-04-02"}
    assert set(fitting("date", ["04/02/2020", "13/02/2020"])) == {"day_first"}
    assert list(fitting("charged_cents", ["40"])) == list(AMOUNTS)
    assert fitting("charged_cents", ["1.234", "40,00"]) == {"euro_comma": "123400"}
    assert fitting("charged_cents", ["40,00", "40.00"]) == {}
    assert fitting("date", ["", None]) == {}


def test_ways_there_are_not_are_named_together() -> None:
    with pytest.raises(Problems) as found:
        refuse_unknown({"code": "iso", "date": "euro_comma", "charged_cents": "cents"})
    assert [problem.code for problem in found.value.problems] == ["bad_notation", "bad_notation"]


def read(tmp_path: Path, values: list[object], column: str, way: str) -> pl.DataFrame:
    path = tmp_path / "lines.parquet"
    pl.DataFrame({"theirs": values}).write_parquet(path)
    return open_lines(path, columns={column: "theirs"}, written={column: way}).frame.collect()


def test_what_was_sent_stays_beside_what_was_read(tmp_path: Path) -> None:
    frame = read(tmp_path, ["04/02/2020", None, " ", "?"], "date", "day_first")
    assert frame.to_dict(as_series=False) == {
        "theirs": ["04/02/2020", None, " ", "?"],
        "date": ["2020-02-04", None, " ", "?"],
    }
    (tmp_path / "own.csv").write_text("date,code\n04/02/2020,101032\n", "utf-8")
    own = open_lines(tmp_path / "own.csv", written={"date": "day_first"}).frame.collect()
    assert own.columns == ["date (as sent)", "date", "code"]


def test_numbers_of_a_workbook_are_euro_to_the_cent(tmp_path: Path) -> None:
    """A fraction says what is shown of it: no amount is multiplied as a fraction."""
    found = read(tmp_path, [22.22, 40.0, 0.1, 1.15, None], "charged_cents", "euro_point")
    assert found["charged_cents"].to_list() == ["2222", "4000", "10", "115", None]
    exact = read(tmp_path, [Decimal("22.22"), Decimal("40.00")], "charged_cents", "euro_point")
    assert exact["charged_cents"].to_list() == ["2222", "4000"]
    assert read(tmp_path, [40], "charged_cents", "euro_comma")["charged_cents"].to_list() == ["4000"]


TEXTS = st.text("0123456789.,-/ €EUR'", max_size=24)


@given(
    st.sampled_from([(column, way) for column, ways in NOTATIONS.items() for way in ways[1:]]),
    st.lists(TEXTS, min_size=1),
)
def test_what_is_read_is_readable_and_nothing_else_is(told: tuple[str, str], texts: list[str]) -> None:
    """Digits that were to be euro and are not believed are never taken for cents."""
    column, way = told
    found = as_told(pl.LazyFrame({column: texts}), {column: way}).collect()[column].to_list()
    for text, now in zip(texts, found, strict=True):
        readable = reads(column, way, text)
        line = read_line({column: now})
        assert (column in line.unreadable) == (readable is None and text.strip() != "")
        assert readable is None or now == readable


def test_a_file_written_otherwise_gives_the_result_of_one_written_our_way(tmp_path: Path) -> None:
    """The same lines twice: as an office writes them, and as the check does; the added columns are the same."""
    conditions, fees = Conditions(), FeeTable(FeeSchedule.load())
    (tmp_path / "theirs.csv").write_text(
        "Prestation;Date;Montant\n101032;04/02/2020;30,00\n101032;31/12/2020;22,22\n101032;;\n", "utf-8"
    )
    (tmp_path / "ours.csv").write_text(
        "code,date,charged_cents\n101032,2020-02-04,3000\n101032,2020-12-31,2222\n101032,,\n", "utf-8"
    )
    told = {"date": "day_first", "charged_cents": "euro_comma"}
    columns = {"code": "Prestation", "charged_cents": "Montant"}
    theirs = open_lines(tmp_path / "theirs.csv", columns=columns, written=told)
    found = check_file(theirs, tmp_path / "a.csv", conditions, fees, None)
    wanted = check_file(open_lines(tmp_path / "ours.csv"), tmp_path / "b.csv", conditions, fees, None)
    assert found.to_dict() == wanted.to_dict()
    a, b = pl.read_csv(tmp_path / "a.csv"), pl.read_csv(tmp_path / "b.csv")
    assert a.drop("date (as sent)", "Montant").equals(b)
    assert a["Montant"].to_list()[:2] == ["30,00", "22,22"]


def test_a_preview_says_how_columns_can_be_read(tmp_path: Path) -> None:
    lines = ["Datum;Bedrag;Uur;x"]
    lines += [f"{day:02}/02/2020;{day},50;{day}u;{day}" for day in range(1, 20)]
    (tmp_path / "lines.csv").write_text("\n".join(lines), "utf-8")
    day, amount, hour, other = browse.preview(open_lines(tmp_path / "lines.csv"))["columns"]
    assert (day["likely"], day["ways"]["days"], day["unread"]) == ("date", {"day_first": "2020-02-01"}, None)
    assert amount["ways"]["amounts"] == {"euro_comma": "150"}
    assert (hour["likely"], hour["unread"]) == ("time", "1u")
    assert list(other["ways"]["amounts"]) == list(AMOUNTS)
    assert other["unread"] is None
    assert set(NOTATIONS) <= set(LINE_COLUMNS)
