"""Files that are taken away: the same values in every format, nothing that runs, and a catalogue that validates."""

import csv
import io
import json
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import fastexcel
import polars as pl
import pyshacl
import pytest
from rdflib import Graph

from medicomut.errors import Problems
from medicomut.geography import LANGUAGES
from medicomut.observatory import datasets as room
from medicomut.observatory.catalogue import catalogue
from medicomut.observatory.datasets import Dataset, Value, dataset, datasets
from medicomut.observatory.downloads import MEDIA_TYPES, side_file, written
from medicomut.observatory.series import points

BASE = "https://data.example.org/medicomut/"
SHAPES = Path(__file__).parent / "dcat.ttl"
ALL = list(datasets())


def texts(found: Dataset) -> list[list[str]]:
    return [[column.write(v) for column, v in zip(found.columns, row, strict=True)] for row in found.rows()]


@pytest.mark.parametrize("name", ALL)
def test_a_data_set_says_everything_of_itself_in_four_languages(name: str) -> None:
    found = dataset(name)
    for said in (found.title, found.description, found.rounding, *(column.label for column in found.columns)):
        assert set(said) == set(LANGUAGES)
        assert all(said.values())
    assert found.sources
    assert found.licence_url.startswith("http://publications.europa.eu/")


@pytest.mark.parametrize("name", ALL)
def test_every_row_has_a_cell_of_its_kind_for_each_column(name: str) -> None:
    found = dataset(name)
    kinds = {"text": str, "integer": int, "year": int, "decimal": Fraction}
    rows = found.rows()
    assert rows
    for row in rows:
        for column, value in zip(found.columns, row, strict=True):
            assert value is None or isinstance(value, kinds[column.kind]), column.name
            assert not isinstance(value, Fraction) or (value * 10**column.places).denominator == 1, (column.name, row)


@pytest.mark.parametrize("name", ALL)
def test_the_comma_file_reopens_with_the_same_values(name: str) -> None:
    found = dataset(name)
    read = list(csv.reader(io.StringIO(written(found, "csv").decode(), newline="")))
    assert read == [[column.name for column in found.columns], *texts(found)]


@pytest.mark.parametrize("name", ALL)
def test_the_file_for_spreadsheets_has_a_mark_semicolons_and_decimal_commas(name: str) -> None:
    found, content = dataset(name), written(dataset(name), "excel.csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content[3:].decode(), newline=""), delimiter=";"))[1:]
    for row, expected in zip(rows, texts(found), strict=True):
        for cell, value, column in zip(row, expected, found.columns, strict=True):
            shown = value if column.kind == "text" else value.replace(".", ",")
            assert cell in {shown, f"'{shown}"}


@pytest.mark.parametrize("name", ALL)
def test_the_workbook_reopens_with_the_right_kinds(name: str) -> None:
    found = dataset(name)
    sheet = fastexcel.read_excel(written(found, "xlsx")).load_sheet("data", schema_sample_rows=None).to_polars()
    assert sheet.columns == [column.name for column in found.columns]
    for column, cells in zip(found.columns, zip(*found.rows(), strict=True), strict=True):
        known = [value for value in cells if value is not None]
        back = [value for value in sheet[column.name].to_list() if value is not None]
        if column.kind == "text":
            assert back == known
        elif known:
            assert sheet[column.name].dtype.is_numeric(), column.name
            assert [Fraction(repr(value)) for value in back] == [Fraction(value) for value in known]


@pytest.mark.parametrize("name", ALL)
def test_parquet_reopens_with_exact_decimals(name: str) -> None:
    found = dataset(name)
    frame = pl.read_parquet(io.BytesIO(written(found, "parquet")))
    for row, expected in zip(frame.iter_rows(), found.rows(), strict=True):
        assert [Fraction(v) if isinstance(v, Decimal) else v for v in row] == list(expected)


@pytest.mark.parametrize("name", ALL)
def test_json_holds_what_is_said_and_a_record_a_row(name: str) -> None:
    found = json.loads(written(dataset(name), "json"))
    assert found["about"] == side_file(dataset(name))
    assert [["" if v is None else str(v) for v in row.values()] for row in found["rows"]] == texts(dataset(name))


def test_a_rate_is_written_with_its_two_decimals_and_a_share_of_activity_with_none() -> None:
    assert ["2013", "Belgium", "all", "", "83.10"] in [row[:5] for row in texts(dataset("series"))]
    assert texts(dataset("activity"))[0][3:5] == ["84", "85"]


@pytest.fixture
def dangerous(monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """A data set of texts that a spreadsheet would run."""

    def rows() -> Iterator[dict[str, Value]]:
        for text in ('=HYPERLINK("http://x")', "+1+1", "-1+1", "@SUM(A1)", "\tx", "=1", "https://x.example"):
            yield {"table": text, "row": text, "value": Fraction(-1, 2)}

    monkeypatch.setattr(room, "_ROWS", {"printed": rows})
    columns = [column for column in dataset("printed").columns if column.name in {"table", "row", "value"}]
    return replace(dataset("printed"), columns=columns)


def test_a_workbook_runs_no_formula_and_links_nothing(dangerous: Dataset) -> None:
    content = written(dangerous, "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 2
    assert not any("<f>" in sheet or "hyperlink" in sheet for sheet in sheets)
    read = fastexcel.read_excel(content).load_sheet("data").to_polars()
    assert read["table"].to_list() == [row[0] for row in dangerous.rows()]


def test_a_spreadsheet_that_opens_csv_runs_nothing(dangerous: Dataset) -> None:
    rows = list(csv.reader(io.StringIO(written(dangerous, "excel.csv")[3:].decode(), newline=""), delimiter=";"))[1:]
    assert all(not row[0].startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows)
    assert {row[2] for row in rows} == {"-0,50"}


def test_an_unknown_name_or_format_is_a_named_reason() -> None:
    with pytest.raises(Problems, match="unknown_dataset"):
        dataset("dentists")
    with pytest.raises(Problems, match="unknown_format"):
        written(dataset("series"), "ods")


def test_the_series_holds_every_point() -> None:
    assert len(dataset("series").rows()) == len(points())


# --- the catalogue ------------------------------------------------------------------------------------------------


def graph(found: dict[str, object]) -> Graph:
    with warnings.catch_warnings():  # rdflib's own parser still uses what rdflib has deprecated
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        return Graph().parse(data=json.dumps(found), format="json-ld", base=BASE)


def conforms(found: dict[str, object]) -> tuple[bool, str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        held, _, told = pyshacl.validate(graph(found), shacl_graph=Graph().parse(SHAPES))
    return held, told


@pytest.mark.parametrize("base", [BASE, ""])
def test_the_catalogue_has_everything_the_profile_makes_mandatory(base: str) -> None:
    held, told = conforms(catalogue("A newsroom", base))
    assert held, told


@pytest.mark.parametrize("part", ["dct:title", "dct:publisher", "dcat:dataset"])
def test_a_catalogue_that_lacks_a_part_does_not_validate(part: str) -> None:
    """The shapes do find something."""
    found = catalogue("A newsroom", BASE)
    del found[part]
    assert not conforms(found)[0]


def test_the_catalogue_names_every_file_once_where_it_lies() -> None:
    found = graph(catalogue("A newsroom"))
    files = {str(each) for each in found.objects(None, None) if str(each).startswith(BASE)}
    for name in ALL:
        assert {f"{BASE}{name}.{ending}" for ending in MEDIA_TYPES} <= files
