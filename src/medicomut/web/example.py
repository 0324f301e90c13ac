"""A synthetic file of lines to try the check with, made when it is asked for: no person stands behind any of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from medicomut import words
from medicomut.engines import files, synthetic
from medicomut.tariff.conditions import Conditions

if TYPE_CHECKING:
    from medicomut.money import Lang
    from medicomut.tariff.fee_table import FeeTable

LINES, DOCTORS, SEED, YEAR = 500, 40, 7, 2020
FAULTS, UNSTATED = 60, 40
RENAMED: Final = ("code", "date", "charged_cents")
"""Columns that bear the reader's words for them, as in a file from practice: the page proposes which is which."""


def write(folder: Path, fees: FeeTable, lang: Lang) -> dict[str, Any]:
    """Write a file of lines and its table of practitioners into a folder; return what is asked of them."""
    people = synthetic.practitioners(DOCTORS, SEED)
    made = synthetic.lines(LINES, SEED, people, Conditions(), fees, year=YEAR, faults_per_thousand=FAULTS,
                           unstated_per_thousand=UNSTATED)  # fmt: skip
    lines = pl.concat(made).rename({name: words.label("columns", name, lang) for name in RENAMED})
    lines.write_csv(folder / "lines.csv", time_format=files.TIME_FORMAT)
    people.write_csv(folder / "practitioners.csv")
    return {"lines": "lines.csv", "people": "practitioners.csv", "result": "result.parquet", "readings": {},
            "columns": {}, "title": "synthetic-example.csv"}  # fmt: skip
