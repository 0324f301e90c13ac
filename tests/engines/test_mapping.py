"""A billing office's own headings: which column is which of ours, on the command line and over the API."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.engines.files import open_lines
from medicomut.engines.mapping import renamed
from medicomut.errors import Place, Problems
from medicomut.tariff.vocabulary import LINE_COLUMNS

HERE = Place(file="lines.csv")


@pytest.mark.parametrize(
    ("present", "columns", "becomes"),
    [
        (["Prestation", "date"], {"code": "Prestation"}, ["code", "date"]),
        (["code", "date", "Nomen"], {"code": "Nomen"}, ["code (not read)", "date", "code"]),
        (["code", "date", "site"], {"site": ""}, ["code", "date", "site (not read)"]),
        (["date", "code"], {"code": "date", "date": "code"}, ["code", "date"]),
        (["code", "code (not read)", "x"], {"code": "x"}, ["code (not read) (not read)", "code (not read)", "code"]),
        (["code", "date"], {"code": "code"}, ["code", "date"]),
        (["code", "date"], {"site": ""}, ["code", "date"]),
    ],
)
def test_a_column_takes_our_name_and_what_bore_it_steps_aside(
    present: list[str], columns: dict[str, str], becomes: list[str]
) -> None:
    names = renamed(present, columns, HERE)
    assert [names.get(name, name) for name in present] == becomes


def test_every_fault_is_named() -> None:
    with pytest.raises(Problems) as found:
        renamed(["a", "b"], {"code": "c", "colour": "a", "date": "b", "time": "b"}, HERE)
    assert [problem.code for problem in found.value.problems] == ["no_such_column", "unknown_column", "column_twice"]
    assert "a, b" in found.value.problems[0].mend


@given(st.lists(st.sampled_from([*LINE_COLUMNS, "x", "y", "code (not read)"]), min_size=1, unique=True), st.data())
def test_no_column_is_lost_or_met_twice(present: list[str], data: st.DataObject) -> None:
    theirs = data.draw(st.permutations(present))
    ours = data.draw(st.lists(st.sampled_from(LINE_COLUMNS), max_size=len(present), unique=True))
    columns = dict(zip(ours, theirs, strict=False))
    names = renamed(present, columns, HERE)
    after = [names.get(name, name) for name in present]
    assert len(set(after)) == len(present)
    assert all(after[present.index(theirs)] == ours for ours, theirs in columns.items())


def test_numbers_and_hours_are_read_as_under_our_names(tmp_path: Path) -> None:
    """A workbook's 3000.0 and an hour kept as a moment of one day are what they are under any heading."""
    lines = pl.DataFrame({"Code": [101032], "Jour": ["2020-02-04"], "Montant": [3000.0]})
    lines = lines.with_columns(Heure=pl.datetime(2020, 2, 4, 21, 1))
    lines.write_parquet(tmp_path / "lines.parquet")
    columns = {"date": "Jour", "charged_cents": "Montant", "time": "Heure"}
    frame = open_lines(tmp_path / "lines.parquet", columns=columns).frame.collect()
    assert frame["charged_cents"].to_list() == ["3000"]
    assert str(frame["time"][0]) == "21:01:00"
    assert frame.columns == ["code", "date", "charged_cents", "time"]
