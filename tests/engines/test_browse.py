"""A checked file looked at: its columns before, its lines after, one of them explained, and what is downloaded."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from medicomut.engines import browse, downloads, synthetic
from medicomut.engines.browse import Wanted
from medicomut.engines.files import open_lines
from medicomut.engines.job import check_file
from medicomut.engines.people import read_practitioners
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.fees import FeeSchedule

MANY = 3_000
CONDITIONS, FEES = Conditions(), FeeTable(FeeSchedule.load())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a checked file and the tables of it, in pieces far smaller than a real one's."""
    here = tmp_path_factory.mktemp("checked")
    people = synthetic.practitioners(50, 3)
    lines = pl.concat(synthetic.lines(MANY, 3, people, CONDITIONS, FEES, year=2020, faults_per_thousand=50))
    people.write_csv(here / "people.csv")
    lines.write_csv(here / "lines.csv", time_format="%H:%M:%S")
    table = read_practitioners(here / "people.csv")
    check_file(open_lines(here / "lines.csv"), here / "result.parquet", CONDITIONS, FEES, table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(browse, "PIECE", 100)
        browse.write(here / "result.parquet", here / "people.csv")
    return here


@pytest.mark.parametrize("first", [0, 90, MANY - 10, MANY, MANY + 50])
def test_a_page_holds_the_lines_of_its_place(folder: Path, first: int) -> None:
    result = pl.read_parquet(folder / "result.parquet")
    found = browse.page(folder, Wanted(), first, 50)
    assert found.total == MANY
    assert [line["row"] for line in found.lines] == list(range(first, min(first + 50, MANY)))
    assert [line["line_id"] for line in found.lines] == result["line_id"][first : first + 50].to_list()


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(verdict="excess"),
        Wanted(reason="charged_above_binding_fee"),
        Wanted(reason="share_derived", verdict="ok"),
        Wanted(reason="share"),
        Wanted(practitioner="19000122001"),
        Wanted(practitioner="nobody"),
        Wanted(verdict="ok;excess"),
    ],
)
def test_filters_find_the_lines_of_their_kind_and_no_other(
    folder: Path, wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As counted line by line over the whole result."""
    monkeypatch.setattr(browse, "PIECE", 100)
    rows = pl.read_parquet(folder / "result.parquet").with_row_index("row").rows(named=True)
    expected = [
        row["row"]
        for row in rows
        if wanted.verdict in {"", row["verdict"]}
        and (not wanted.reason or wanted.reason in (row["reasons"] or "").split(";"))
        and wanted.practitioner in {"", row["practitioner"]}
    ]
    found = browse.page(folder, wanted, 0, MANY)
    assert [line["row"] for line in found.lines] == expected
    assert found.total == len(expected)
    middle = browse.page(folder, wanted, 7, 5)
    assert [line["row"] for line in middle.lines] == expected[7:12]


def test_a_line_explained_is_the_line_of_the_result(folder: Path) -> None:
    result = pl.read_parquet(folder / "result.parquet")
    for row in range(0, MANY, 211):
        found = browse.explain(folder, row, CONDITIONS, FEES)
        assert found is not None
        priced = found.priced.result()
        for name in ("fee_cents", "excess_cents", "verdict", "basis"):
            assert priced[name] == result[name][row], (row, name)
        assert ";".join(priced["reasons"]) == (result["reasons"][row] or "")
    assert browse.explain(folder, MANY, CONDITIONS, FEES) is None


@pytest.mark.parametrize("ending", ["csv", "jsonl", "xlsx"])
def test_the_table_is_made_of_a_result_in_any_format(folder: Path, tmp_path: Path, ending: str) -> None:
    """A job of the API has the format it asked for."""
    check_file(open_lines(folder / "lines.csv"), tmp_path / f"result.{ending}", CONDITIONS, FEES, None)
    browse.write(tmp_path / f"result.{ending}", None)
    found = browse.page(tmp_path, Wanted(verdict="ok"), 0, 3)
    assert all(isinstance(line["fee_cents"], int) for line in found.lines)
    assert len(found.lines) == 3


def test_a_preview_names_what_is_known_and_what_is_likely(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_text("Nomenclatuurcode;DATE;bedrag;site\n101032;2020-02-04;<b>30</b>;\n", "utf-8")
    found = browse.preview(open_lines(tmp_path / "lines.csv"))
    assert [(one["name"], one["read_as"], one["likely"]) for one in found["columns"]] == [
        ("Nomenclatuurcode", None, "code"),
        ("date", "date", None),
        ("bedrag", None, "charged_cents"),
        ("site", "site", None),
    ]
    assert found["columns"][2]["values"] == ["<b>30</b>"]
    (tmp_path / "none.csv").write_text("code,date\n", "utf-8")
    assert browse.preview(open_lines(tmp_path / "none.csv"))["rows"] == 0


def test_a_preview_of_a_file_of_many_columns_stays_small(tmp_path: Path) -> None:
    names = ",".join(f"c{n}" for n in range(1_000))
    (tmp_path / "lines.csv").write_text(f"{names}\n{',' * 999}\n", "utf-8")
    found = browse.preview(open_lines(tmp_path / "lines.csv"))
    assert (len(found["columns"]), found["more"]) == (browse.MOST_COLUMNS, 1_000 - browse.MOST_COLUMNS)


def test_a_formula_is_text_in_a_download(tmp_path: Path) -> None:
    """Cells and names of columns that a spreadsheet would run; a number with its sign is one."""
    cells = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2,5", "-2-2", "\t=1", "fine", None]
    frame = pl.DataFrame({"=evil": cells, "n": range(len(cells))})
    frame.write_parquet(tmp_path / "result.parquet")
    downloads.write(tmp_path / "result.parquet", tmp_path / "result.csv")
    with (tmp_path / "result.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["'=evil", "n"]
    assert [row[0] for row in rows] == [
        "'=1+1",
        "'+cmd|' /C calc'!A0",
        "'@SUM(A1)",
        "-2,5",
        "'-2-2",
        "'\t=1",
        "fine",
        "",
    ]
    for ending in ("xlsx", "jsonl"):
        downloads.write(tmp_path / "result.parquet", tmp_path / f"result.{ending}")
        again = open_lines(tmp_path / f"result.{ending}").frame.collect()
        assert again["=evil"].to_list()[:3] == cells[:3]
