"""A check from file to file in one call."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from checking import DOCTORS, Check, Checked

from medicomut.engines import files
from medicomut.engines.job import check_file
from medicomut.engines.people import read_practitioners
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.practitioners import Practitioners


@pytest.fixture
def doctors(tmp_path: Path) -> Practitioners:
    path = tmp_path / "doctors.csv"
    path.write_text(DOCTORS, "utf-8")
    return read_practitioners(path)


@pytest.fixture
def check(tmp_path: Path, conditions: Conditions, fees: FeeTable, doctors: Practitioners) -> Check:
    """Return a function that checks rows or a frame through files, by default parquet to parquet."""

    def run(
        lines: list[dict[str, Any]] | pl.DataFrame,
        *,
        readings: Mapping[str, str] | None = None,
        ending: str = ".parquet",
        people: Practitioners = doctors,
        fees: FeeTable = fees,
    ) -> Checked:
        frame = lines if isinstance(lines, pl.DataFrame) else pl.DataFrame(lines, infer_schema_length=None)
        source, out = tmp_path / f"lines{ending}", tmp_path / f"checked{ending}"
        files.write(source, frame.schema, lambda: iter([frame]), len(frame))
        chosen = Conditions(readings) if readings else conditions
        summary = check_file(files.open_lines(source), out, chosen, fees, people)
        return Checked(files.open_lines(out).frame.collect().rows(named=True), summary, out)

    return run
