"""Files as billing offices keep them: every format in and out, messy ones named, nothing left half written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path

import polars as pl
import pytest
from xlsxwriter import Workbook

from medicomut.engines import files, json_lines
from medicomut.errors import Problem, Problems

ROWS = [
    {"line_id": "1", "code": "101032", "date": "2020-02-04", "note": 'said "ok"; twice, once'},
    {"line_id": "2", "code": "102034", "date": "2020-02-05", "note": "café ✓"},
    {"line_id": "3", "code": "475075", "date": "2020-02-06", "note": None},
]
TABLE = pl.DataFrame(ROWS)


def read(path: Path) -> pl.DataFrame:
    source = files.open_lines(path)
    chunks = list(source.chunks())
    return pl.concat(chunks) if chunks else source.frame.collect()


def write(path: Path, *frames: pl.DataFrame) -> None:
    files.write(path, frames[0].schema, lambda: iter(frames), sum(map(len, frames)))


def fault_of(action: Callable[[], object]) -> Problem:
    with pytest.raises(Problems) as raised:
        action()
    assert len(raised.value.problems) == 1
    found = raised.value.problems[0]
    assert found.where is not None
    assert found.mend, "whoever reads it must know how to mend it"
    return found


def sheet(path: Path, rows: list[list[object]], formats: dict[int, str] | None = None) -> Path:
    """Write a workbook as a spreadsheet program would: numbers as fractions, dates as numbers with a format."""
    with Workbook(path) as book:
        page = book.add_worksheet()
        kinds = {column: book.add_format({"num_format": text}) for column, text in (formats or {}).items()}
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, datetime | date | time):
                    page.write_datetime(r, c, value, kinds[c])
                else:
                    page.write(r, c, value)
    return path


@pytest.mark.parametrize("ending", files.FORMATS)
def test_what_is_written_is_read_again(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"lines{ending}"
    write(path, TABLE.head(2), TABLE.tail(1))
    assert read(path).rows(named=True) == ROWS
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("ending", files.FORMATS)
def test_the_same_rows_give_the_same_bytes(tmp_path: Path, ending: str) -> None:
    first, second = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    write(first, TABLE)
    write(second, TABLE)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(("name", "separator"), [("comma", ","), ("semicolon", ";"), ("tab", "\t")])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_as_spreadsheets_of_every_country_save_it(
    tmp_path: Path, name: str, separator: str, mark: str, newline: str
) -> None:
    path = tmp_path / f"{name}.csv"
    cells = [["code", "date", "note"], ["101032", "2020-02-04", "café"], ["", "2020-02-05", ""]]
    path.write_text(mark + newline.join(separator.join(row) for row in cells) + newline, "utf-8", newline="")
    found = read(path)
    assert found.columns == ["code", "date", "note"]
    assert found.row(0) == ("101032", "2020-02-04", "café")
    assert found.row(1) == (None, "2020-02-05", None)


def test_leading_zeros_of_a_csv_stay(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("code,patient\n010320,007\n", "utf-8")
    assert read(path).row(0) == ("010320", "007")


def test_hours_are_written_as_they_are_read(tmp_path: Path) -> None:
    """A parquet of ours goes to CSV and back: `time` is 21:01:00, not a count of nanoseconds."""
    path = tmp_path / "lines.csv"
    write(path, pl.DataFrame({"time": [time(21, 1), time(8, 0, 30)]}))
    assert path.read_text("utf-8") == "time\n21:01:00\n08:00:30\n"


def test_a_sheet_of_typed_cells(tmp_path: Path) -> None:
    """Cells as a spreadsheet keeps them: a day with a format, an hour, whole numbers as fractions."""
    path = sheet(
        tmp_path / "lines.xlsx",
        [["code", "date", "time", "practitioner", "charged_cents"],
         [101032.0, date(2020, 2, 4), time(21, 1), 19000122003.0, 3000.0],
         [101076.0, date(2020, 2, 5), time(9, 0), 19000221003.0, 22.5],
         [101032.0, date(2020, 2, 6), time(9, 30), 19000221003.0, None]],
        {1: "yyyy-mm-dd", 2: "hh:mm"},
    )  # fmt: skip
    found = read(path)
    assert found["code"].to_list() == [101032, 101076, 101032]
    assert found["date"].to_list() == [date(2020, 2, 4), date(2020, 2, 5), date(2020, 2, 6)]
    assert found["time"].to_list() == [time(21, 1), time(9, 0), time(9, 30)]
    assert found["practitioner"].to_list() == [19000122003, 19000221003, 19000221003]
    assert found["charged_cents"].to_list() == ["3000", "22.5", None], "cents that are none are left for the check"


def test_times_of_a_result_in_a_sheet_come_back_as_times(tmp_path: Path) -> None:
    path = tmp_path / "lines.xlsx"
    write(path, pl.DataFrame({"time": [time(21, 1), time(0, 0)], "date": [date(2020, 2, 4)] * 2}))
    found = read(path)
    assert found["time"].to_list() == [time(21, 1), time(0, 0)]
    assert found["date"].to_list() == [date(2020, 2, 4)] * 2


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "lines.xlsx"
    notes = ["=1+1", "+32 2", "@sum", "http://example.org", "007"]
    write(path, pl.DataFrame({"note": notes}))
    assert read(path)["note"].to_list() == notes


@pytest.mark.parametrize("ending", [".parquet", ".jsonl"])
def test_whole_numbers_that_came_as_fractions(tmp_path: Path, ending: str) -> None:
    """A data frame with gaps often keeps numbers as floats; a practitioner's number must not gain a digit."""
    path = tmp_path / f"lines{ending}"
    numbers = [19000122003.0, None]
    frame = pl.DataFrame({"practitioner": numbers, "charged_cents": [3000.0, 22.5], "weight": [0.5, 1.0]})
    if ending == ".parquet":
        frame.write_parquet(path)
    else:
        path.write_text(
            '{"practitioner": 19000122003, "charged_cents": 3000, "weight": 0.5}\n'
            '{"practitioner": null, "charged_cents": 22.5, "weight": 1.0}\n', "utf-8"
        )  # fmt: skip
    found = read(path)
    assert [None if n is None else int(n) for n in found["practitioner"]] == [19000122003, None]
    assert found["charged_cents"].to_list() == ["3000", "22.5"]
    assert found["weight"].to_list() == [0.5, 1.0], "a column that is not ours stays as it was"


def test_numbers_and_text_mixed_in_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('{"code": 101032, "a": 1}\n{"code": "475075"}\n', "utf-8")
    assert read(path)["code"].to_list() == ["101032", "475075"]


def test_a_bundle_becomes_rows() -> None:
    source = files.from_rows(Path("bundle.json"), [{"code": "101032", "medical_file": True}, {"date": "2020-02-04"}])
    assert source.rows == 2
    assert source.frame.collect().rows(named=True) == [
        {"code": "101032", "medical_file": "True", "date": None},
        {"code": None, "medical_file": None, "date": "2020-02-04"},
    ]


@pytest.mark.parametrize(
    ("content", "code", "line", "says"),
    [
        (b"", "no_header", 1, "empty"),
        (b"\ncode,date\n", "no_header", 1, "empty"),
        (b"code;date;note\n101032;2020-02-04;caf\xe9\n", "not_utf8", 2, "café"),
        (b"code;date;pr\xe9nom\n101032;2020-02-04;x\n", "not_utf8", 1, "prénom"),
        ("code,date\n1,2\n".encode("utf-16"), "not_utf8", 1, "UTF-16"),
        (b"code,date,code\n101032,2020-02-04,101076\n", "repeated_column", 1, "code stands 2 times"),
        (b'code,note\n1,"a\nb"\n2,x,y\n', "too_many_fields", 4, "3 cells where the header names 2"),
        (b'code,note\n1,a\n2,"never closed\n3,b\n', "bad_quotes", 3, "quotes"),
    ],
)
def test_a_broken_csv_is_named_with_its_line(tmp_path: Path, content: bytes, code: str, line: int, says: str) -> None:
    path = tmp_path / "lines.csv"
    path.write_bytes(content)
    found = fault_of(lambda: read(path))
    assert (found.code, found.where.line if found.where else None) == (code, line)
    assert says in found.what


def test_a_row_shorter_than_the_header_has_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("code,date,time\n101032,2020-02-04\n", "utf-8")
    assert read(path).row(0) == ("101032", "2020-02-04", None)


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".xlsx"])
def test_a_header_without_lines(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"lines{ending}"
    write(path, TABLE.clear())
    assert read(path).columns == TABLE.columns
    assert len(read(path)) == 0


def test_a_sheet_that_names_a_column_twice(tmp_path: Path) -> None:
    path = sheet(tmp_path / "lines.xlsx", [["code", "date", "code", "code_1"], [101032, "2020-02-04", 1, 2]])
    found = fault_of(lambda: read(path))
    assert (found.code, found.what) == ("repeated_column", "the column code stands 2 times")


def test_a_sheet_with_numbered_columns_of_its_own(tmp_path: Path) -> None:
    path = sheet(tmp_path / "lines.xlsx", [["code", "note", "note_1"], [101032, "a", "b"]])
    assert read(path).columns == ["code", "note", "note_1"]


@pytest.mark.parametrize("ending", [".parquet", ".xlsx"])
def test_a_file_that_is_not_what_its_ending_says(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"lines{ending}"
    path.write_text("code,date\n", "utf-8")
    found = fault_of(lambda: read(path))
    assert found.code == "unreadable_file"
    assert ending in found.what


@pytest.mark.parametrize("line", ["not json", "[1, 2]", '{"code": "101032"'])
def test_a_line_that_is_no_json_object(tmp_path: Path, line: str) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(f'{{"code": "101032"}}\n\n{line}\n', "utf-8")
    found = fault_of(lambda: read(path))
    assert found.code == "bad_json_line"
    assert found.where is not None
    assert found.where.line == 3


def test_an_empty_jsonl_names_no_column(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.touch()
    assert fault_of(lambda: read(path)).code == "no_lines"


def test_endings_and_places_that_are_not_ours(tmp_path: Path) -> None:
    odd = tmp_path / "lines.ods"
    odd.write_text("x", "utf-8")
    assert fault_of(lambda: files.open_lines(odd)).code == "unknown_format"
    assert fault_of(lambda: files.open_lines(tmp_path / "absent.csv")).code == "no_file"
    assert fault_of(lambda: files.open_lines(tmp_path)).what == "this is a folder"
    assert fault_of(lambda: write(tmp_path / "out.pdf", TABLE)).code == "unknown_format"
    (tmp_path / "folder.csv").mkdir()
    assert fault_of(lambda: write(tmp_path / "folder.csv", TABLE)).code == "cannot_write"
    (tmp_path / "plain").write_text("a file", "utf-8")
    assert fault_of(lambda: write(tmp_path / "plain" / "out.csv", TABLE)).code == "cannot_write"


def test_an_ending_in_capitals_is_the_same_ending(tmp_path: Path) -> None:
    path = tmp_path / "LINES.CSV"
    write(path, TABLE)
    assert read(path).rows(named=True) == ROWS


def test_more_lines_than_a_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel's sheets end at row 1 048 576: known beforehand where the source tells, else when it is reached."""
    assert files.XLSX_ROWS == 2**20 - 1
    path = tmp_path / "out.xlsx"
    found = fault_of(lambda: files.write(path, TABLE.schema, lambda: iter([TABLE]), files.XLSX_ROWS + 1))
    assert found.code == "too_many_rows"
    monkeypatch.setattr(files, "XLSX_ROWS", 2)
    found = fault_of(lambda: files.write(path, TABLE.schema, lambda: iter([TABLE]), None))
    assert (found.code, found.what) == ("too_many_rows", "3 lines")
    assert list(tmp_path.iterdir()) == []


def test_columns_a_format_cannot_hold(tmp_path: Path) -> None:
    nested = pl.DataFrame({"code": ["101032"], "tags": [["a", "b"]]})
    assert fault_of(lambda: write(tmp_path / "out.csv", nested)).code == "cannot_hold"
    assert list(tmp_path.iterdir()) == []
    write(tmp_path / "out.parquet", nested)
    assert read(tmp_path / "out.parquet").row(0) == ("101032", ["a", "b"])


def test_every_row_with_too_many_cells_is_named(tmp_path: Path) -> None:
    """Twenty by their line, the others by their number; docs/decisions/0016 says why the file is refused."""
    path = tmp_path / "lines.csv"
    path.write_text("code,note\n" + "1,a\n2,b,c\n" * 25, "utf-8")
    found = fault_of(lambda: read(path))
    assert found.where is not None
    assert found.where.line == 3
    assert found.what == (
        "3 cells where the header names 2; 25 lines have too many, the others are "
        f"{', '.join(str(line) for line in range(5, 42, 2))} and 5 more"
    )


def test_decimal_cents_of_a_database(tmp_path: Path) -> None:
    """A database exports numeric(10,2): 3000.00 are 3000 cents; 22.50 are none and left for the check to refuse."""
    path = tmp_path / "lines.parquet"
    cents = pl.Series("charged_cents", ["3000.00", "22.50", None, "-5.00"]).cast(pl.Decimal(10, 2))
    pl.DataFrame([cents, cents.alias("weight")]).write_parquet(path)
    assert read(path)["charged_cents"].to_list() == ["3000", "22.50", None, "-5"]
    assert read(path)["weight"].dtype == pl.Decimal(10, 2), "a column that is not ours stays as it was"


def test_hours_kept_as_moments_of_one_day(tmp_path: Path) -> None:
    path = tmp_path / "lines.parquet"
    pl.DataFrame({"time": [datetime(1970, 1, 1, 21, 1), None, datetime(1970, 1, 1, 9)]}).write_parquet(path)  # noqa: DTZ001
    assert read(path)["time"].to_list() == [time(21, 1), None, time(9, 0)]
    moments = [datetime(2020, 2, 4, 21, 1), datetime(2020, 2, 5, 9)]  # noqa: DTZ001 - moments of several days
    pl.DataFrame({"time": moments}).write_parquet(path)
    assert read(path)["time"].to_list() == moments


@pytest.mark.parametrize("ending", files.FORMATS)
def test_headings_in_capitals_or_with_blanks(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"lines{ending}"
    write(path, pl.DataFrame({"Code": ["101032"], " Date ": ["2020-02-04"], "Charged Cents": ["5"], "Mine": ["x"]}))
    assert read(path).columns == ["code", "date", "charged_cents", "Mine"]
    write(path, pl.DataFrame({"Code": ["101032"], "code ": ["101076"], "date": ["2020-02-04"]}))
    assert read(path).columns == ["Code", "code ", "date"], "which of the two is meant cannot be known"


def test_json_whose_columns_come_and_change_far_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in small parts, as a file of gigabytes would be: types and columns are those of the whole file."""
    monkeypatch.setattr(json_lines, "PART", 64)
    path = tmp_path / "lines.jsonl"
    rows = ['{"code": 101032, "charged_cents": 3000}'] * 50 + ['{"code": "475075", "charged_cents": 22.5, "note": "é"}']
    path.write_text("\n\n".join(rows) + "\n" * 200, "utf-8")
    found = read(path)
    assert found["code"].to_list() == ["101032"] * 50 + ["475075"]
    assert found["charged_cents"].to_list() == ["3000"] * 50 + ["22.5"]
    assert found["note"].to_list() == [None] * 50 + ["é"]
    assert len(files.open_lines(path).frame.head(3).collect()) == 3


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    """Only what a process that is gone left of the same result: not what one at work writes, nor another's."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    stale = tmp_path / f".out.{gone.pid}.part.csv"
    others = [tmp_path / f".out.{os.getppid()}.part.csv", tmp_path / f".out.b.{gone.pid}.part.csv",
              tmp_path / f".out.{gone.pid}.part.parquet", tmp_path / ".out.x.part.csv"]  # fmt: skip
    for path in (stale, *others):
        path.touch()
    write(tmp_path / "out.csv", TABLE)
    assert {p.name for p in tmp_path.iterdir()} == {"out.csv", *(p.name for p in others)}


FULL_DISK = """
import resource, sys
from pathlib import Path
import polars as pl
from medicomut.engines import files, json_lines
from medicomut.errors import Problems
frame = pl.DataFrame({"code": [str(n) for n in range(200_000)]})
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    files.write(Path(sys.argv[1]), frame.schema, lambda: iter([frame]), None)
except Problems as problems:
    print(problems)
"""


@pytest.mark.parametrize("ending", files.FORMATS)
def test_a_disk_that_is_full(tmp_path: Path, ending: str) -> None:
    """The fault names the result as the caller named it; nothing stays."""
    path = tmp_path / f"out{ending}"
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=True)
    assert f"{path}: error cannot_write: " in done.stdout, done
    assert ".part" not in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", files.FORMATS)
@pytest.mark.parametrize("raised", [KeyboardInterrupt, Problems([Problem("x", "broken off")]), MemoryError])
def test_what_ends_the_writing_early_leaves_nothing(
    tmp_path: Path, ending: str, raised: type[BaseException] | BaseException
) -> None:
    """Whoever stops a check finds the folder as it was, an earlier result included."""
    path = tmp_path / f"out{ending}"
    path.write_text("an earlier result", "utf-8")

    def breaking() -> Iterator[pl.DataFrame]:
        yield TABLE
        yield TABLE
        raise raised

    kind = raised if isinstance(raised, type) else type(raised)
    with pytest.raises(kind):
        files.write(path, TABLE.schema, breaking, None)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.read_text("utf-8") == "an earlier result"
