"""Columns added to a Parquet file as other programs write it: nothing that was there changes."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from checking import FULL_GP
from hypothesis import given
from hypothesis import strategies as st

from medicomut.engines import files, job, parquet_columns, thrift
from medicomut.engines.outcome import ADDED
from medicomut.engines.parquet_columns import encode, extended
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.practitioners import Practitioners

ROWS = 2_500
NEW = pl.DataFrame(
    {
        "fee": pl.Series([n % 7 or None for n in range(ROWS)], dtype=pl.Int32),
        "whole_fee": pl.Series([n - 1_000 for n in range(ROWS)], dtype=pl.Int32),
        "no_fee": pl.Series([None] * ROWS, dtype=pl.Int32),
        "binds": [n % 3 == 0 for n in range(ROWS)],
        "basis": pl.Series([("full_gp", "refused")[n % 2] for n in range(ROWS)], dtype=pl.Enum(["refused", "full_gp"])),
        "cites": pl.Series([f"14.{n % 5}" for n in range(ROWS)], dtype=pl.Enum([f"14.{n}" for n in range(5)])),
        "reasons": pl.Series([f"r{n % 300}" for n in range(ROWS)], dtype=pl.Enum([f"r{n}" for n in range(300)])),
        "agreement": pl.Series(["b"] * ROWS, dtype=pl.Enum(["a", "b"])),
        "unknown": pl.Series([None, None, "b", "a", "c"] * (ROWS // 5), dtype=pl.Enum(["a", "b", "c"])),
        "no_word": pl.Series([None] * ROWS, dtype=pl.Enum(["a", "b"])),
    }
)

OLD = pa.table(
    {
        "whole": pa.array(range(ROWS), pa.int64()),
        "word": pa.array([None if n % 11 == 0 else f"été {n % 40}" for n in range(ROWS)]),
        "kind": pa.array([("a", "b", "c")[n % 3] for n in range(ROWS)]).dictionary_encode(),
        "fraction": pa.array([n / 3 for n in range(ROWS)]),
        "euro": pa.array([Decimal(n).scaleb(-2) for n in range(ROWS)], pa.decimal128(12, 2)),
        "day": pa.array([date(2020, 1, 1 + n % 31) for n in range(ROWS)]),
        "hour": pa.array([time(n % 24, 30) for n in range(ROWS)], pa.time64("us")),
        "moment": pa.array([datetime(2020, 1, 1, n % 24, tzinfo=UTC) for n in range(ROWS)]),
        "truth": pa.array([None if n % 5 == 0 else n % 2 == 0 for n in range(ROWS)]),
        "nothing": pa.array([None] * ROWS, pa.string()),
        "list": pa.array([list(range(n % 4)) for n in range(ROWS)]),
        "nested": pa.array([{"a": n, "b": None if n % 2 else [str(n)]} for n in range(ROWS)]),
    }
)

WRITERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "many groups": {"row_group_size": 100},
    "uneven groups": {"row_group_size": 999},
    "zstd, second version of pages": {"compression": "zstd", "data_page_version": "2.0", "row_group_size": 700},
    "no dictionary": {"use_dictionary": False, "compression": "none"},
    "index of pages and their sums": {"write_page_index": True, "write_page_checksum": True, "row_group_size": 600},
    "no types of Arrow": {"store_schema": False},
    "old moments": {"use_deprecated_int96_timestamps": True},
    "no statistics": {"write_statistics": False, "compression": "gzip"},
    "sorted": {"sorting_columns": [pq.SortingColumn(0)]},
}


@pytest.fixture(autouse=True)
def small_groups_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_columns, "SMALLEST_GROUP", 1)


def add(path: Path, out: Path, rows_together: int = 1_000) -> bool:
    """Add `NEW` to a file; False where it cannot be added to."""
    whole = extended(path, NEW.schema)
    if not whole:
        return False
    whole.write(
        out,
        (part for span in whole.spans(rows_together) for part in encode(NEW.slice(span.first, span.rows), span.groups)),
    )
    return True


@pytest.mark.parametrize("options", WRITERS.values(), ids=WRITERS)
def test_old_columns_stay_and_new_ones_are_there_for_every_reader(options: dict[str, Any], tmp_path: Path) -> None:
    source, out = tmp_path / "a.parquet", tmp_path / "b.parquet"
    pq.write_table(OLD, source, **options)
    if not add(source, out):
        pytest.fail("this file is a plain one: its columns need no writing anew")
    assert pl.read_parquet(out).equals(pl.read_parquet(source).hstack(NEW))
    assert pl.read_parquet_schema(out) == {**pl.read_parquet_schema(source), **NEW.schema}
    read = pq.read_table(out)
    assert read.select(OLD.column_names).equals(pq.read_table(source).cast(read.select(OLD.column_names).schema))
    for name in NEW.columns:
        assert read[name].to_pylist() == NEW[name].to_list()
    before = source.read_bytes()
    pages = len(before) - 8 - int.from_bytes(before[-8:-4], "little")
    assert out.read_bytes()[:pages] == before[:pages]


@given(amounts=st.lists(st.none() | st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=70))
def test_any_amounts_are_read_back_by_every_reader(
    amounts: list[int | None], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Present or missing, at the ends of their range, in numbers that fill no byte of marks."""
    folder = tmp_path_factory.mktemp("amounts")
    pl.DataFrame({"n": range(len(amounts))}).write_parquet(folder / "a.parquet")
    new = pl.DataFrame({"fee": pl.Series(amounts, dtype=pl.Int32)})
    whole = extended(folder / "a.parquet", new.schema)
    assert whole
    whole.write(folder / "b.parquet", encode(new, [len(amounts)]))
    assert pl.read_parquet(folder / "b.parquet")["fee"].to_list() == amounts
    assert pq.read_table(folder / "b.parquet")["fee"].to_pylist() == amounts


def test_parts_of_the_result_can_be_read_alone(tmp_path: Path) -> None:
    source, out = tmp_path / "a.parquet", tmp_path / "b.parquet"
    pq.write_table(OLD, source, row_group_size=300, write_page_index=True)
    assert add(source, out)
    assert (
        pl.scan_parquet(out)
        .select("whole", "fee")
        .slice(1_234, 10)
        .collect()
        .equals(pl.DataFrame({"whole": range(1_234, 1_244)}).hstack(NEW.slice(1_234, 10).select("fee")))
    )
    assert pl.scan_parquet(out).filter(pl.col("whole") > ROWS - 5).select("cites").collect().height == 4
    file = pq.ParquetFile(out)
    assert file.read_row_group(3, columns=["word", "binds"]).num_rows == 300
    assert file.metadata.row_group(3).total_byte_size > pq.ParquetFile(source).metadata.row_group(3).total_byte_size
    notes = pq.ParquetFile(source.with_name("b.parquet")).schema_arrow
    assert notes.names == [*OLD.column_names, *NEW.columns]


def test_notes_of_the_sender_are_kept(tmp_path: Path) -> None:
    source, out = tmp_path / "a.parquet", tmp_path / "b.parquet"
    pq.write_table(OLD.replace_schema_metadata({"fund": "synthetic"}), source)
    assert add(source, out)
    assert pq.ParquetFile(out).metadata.metadata[b"fund"] == b"synthetic"


def test_a_file_polars_wrote(tmp_path: Path) -> None:
    source, out = tmp_path / "a.parquet", tmp_path / "b.parquet"
    frame = pl.from_arrow(OLD)
    assert isinstance(frame, pl.DataFrame)
    frame.with_columns(size=pl.lit("big").cast(pl.Enum(["small", "big"]))).write_parquet(source, row_group_size=512)
    assert add(source, out)
    assert pl.read_parquet(out).equals(pl.read_parquet(source).hstack(NEW))


@pytest.mark.parametrize(
    ("smallest", "largest", "options"), [(50, 10_000, {"row_group_size": 10}), (1, 1_000, {})], ids=["small", "large"]
)
def test_groups_that_are_written_anew(
    smallest: int, largest: int, options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_columns, "SMALLEST_GROUP", smallest)
    monkeypatch.setattr(parquet_columns, "LARGEST_GROUP", largest)
    source = tmp_path / "a.parquet"
    pq.write_table(OLD, source, **options)
    assert not add(source, tmp_path / "b.parquet")


def test_a_file_without_rows_is_written_anew(tmp_path: Path) -> None:
    source = tmp_path / "a.parquet"
    pq.write_table(OLD.slice(0, 0), source)
    assert not add(source, tmp_path / "b.parquet")


def test_columns_of_another_file_are_written_anew(tmp_path: Path) -> None:
    """Parquet lets a footer point into other files, as a `_metadata` file does."""
    source, collected = tmp_path / "a.parquet", list[pq.FileMetaData]()
    pq.write_table(OLD, source, metadata_collector=collected)
    collected[0].set_file_path("a.parquet")
    collected[0].write_metadata_file(tmp_path / "_metadata")
    assert not add(tmp_path / "_metadata", tmp_path / "b.parquet")


LINES = pa.table(
    {
        "line_id": pa.array([f"L{n}" for n in range(ROWS)]),
        "code": pa.array([101032, 101054, 102410, 103110, 475075] * (ROWS // 5), pa.int32()),
        "date": pa.array([date(2020, 1 + n % 12, 1 + n % 28) for n in range(ROWS)]),
        "practitioner": pa.array([FULL_GP] * ROWS),
        "patient": pa.array([f"p{n % 50}" for n in range(ROWS)]),
        "charged_cents": pa.array([2000 + n % 900 for n in range(ROWS)], pa.int64()),
        "mine": pa.array([{"a": n} for n in range(ROWS)]),
    }
)


@pytest.mark.parametrize("options", [{}, {"row_group_size": 700, "compression": "gzip"}, {"store_schema": False}])
def test_a_check_gives_the_same_added_or_written_anew(
    options: dict[str, Any], tmp_path: Path, conditions: Conditions, fees: FeeTable, doctors: Practitioners,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    source = tmp_path / "lines.parquet"
    pq.write_table(LINES, source, **options)
    monkeypatch.setattr(files, "CHUNK", 1_000)
    lines = files.open_lines(source)
    added = job.check_file(lines, tmp_path / "added.parquet", conditions, fees, doctors)
    monkeypatch.setattr(job, "extended", lambda *_: None)
    anew = job.check_file(lines, tmp_path / "anew.parquet", conditions, fees, doctors)
    assert added.to_dict() == anew.to_dict()
    first, second = (pl.read_parquet(tmp_path / f"{name}.parquet") for name in ("added", "anew"))
    assert first.equals(second)
    assert first.schema == second.schema
    assert first.columns == [*LINES.column_names, *ADDED]
    assert (tmp_path / "added.parquet").read_bytes()[:1_000] == source.read_bytes()[:1_000]


# --- the footer's own language -------------------------------------------------------------------------------

leaves = st.one_of(
    st.integers(-(2**63), 2**63 - 1).map(lambda n: thrift.Value(thrift.I64, n)),
    st.integers(-(2**31), 2**31 - 1).map(lambda n: thrift.Value(thrift.I32, n)),
    st.integers(0, 255).map(lambda n: thrift.Value(thrift.BYTE, n)),
    st.binary(max_size=300).map(lambda b: thrift.Value(thrift.BINARY, b)),
    st.binary(min_size=8, max_size=8).map(lambda b: thrift.Value(thrift.DOUBLE, b)),
    st.booleans().map(lambda b: thrift.Value(thrift.TRUE if b else thrift.FALSE, b)),
    st.lists(st.integers(1, 2), max_size=40).map(lambda b: thrift.Value(thrift.LIST, thrift.List(thrift.TRUE, b))),
)


def grown(values: st.SearchStrategy[thrift.Value]) -> st.SearchStrategy[thrift.Value]:
    structs = st.dictionaries(st.integers(1, 2_000), values, max_size=6)
    return st.one_of(
        structs.map(lambda s: thrift.Value(thrift.STRUCT, s)),
        st.lists(structs, max_size=20).map(lambda s: thrift.Value(thrift.LIST, thrift.List(thrift.STRUCT, s))),
    )


@given(st.dictionaries(st.integers(1, 30), st.recursive(leaves, grown, max_leaves=20)))
def test_what_is_written_is_read_again(struct: thrift.Struct) -> None:
    assert thrift.read(thrift.write(struct)) == struct


def test_a_footer_is_written_as_it_was_read() -> None:
    out = io.BytesIO()
    pq.write_table(OLD, out, write_page_index=True, sorting_columns=[pq.SortingColumn(0)])
    data = out.getvalue()
    footer = data[-8 - int.from_bytes(data[-8:-4], "little") : -8]
    assert thrift.write(thrift.read(footer)) == footer


@given(st.binary(max_size=60))
def test_what_is_no_structure_is_told(data: bytes) -> None:
    try:
        thrift.read(data)
    except ValueError:
        return
    assert data, "nothing at all is no structure"
