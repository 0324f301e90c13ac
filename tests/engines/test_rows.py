"""Lines that came as JSON are read as the same lines in a file of text would be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from checking import FULL_GP, PARTIAL_GP
from hypothesis import given, settings
from hypothesis import strategies as st

from medicomut.engines import files
from medicomut.engines.local import Checker
from medicomut.engines.rows import columns_of, frame_of
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.practitioners import from_rows
from medicomut.tariff.vocabulary import FACTS

PEOPLE = from_rows(
    [
        {"practitioner": FULL_GP, "profession": "gp", "status": "full"},
        {"practitioner": PARTIAL_GP, "profession": "gp", "status": "partial", "slots": "tue 09:00-13:00@A"},
    ],
    "people",
)

LINE = st.fixed_dictionaries(
    {"code": st.sampled_from(["101032", 101032, " 101032", "475075", "10103", "", None, 7, "été", 2**70])},
    optional={
        "date": st.sampled_from(["2020-02-04", "2020-02-04 ", "2020-02-30", "1900-01-01", "", None]),
        "time": st.sampled_from(["09:30", "21:01:30", "24:00", "", None]),
        "practitioner": st.sampled_from([FULL_GP, int(PARTIAL_GP), "1-90001-22-003", "19000000000", "x", "", None, -1]),
        "site": st.sampled_from(["A", "b", "", None]),
        "setting": st.sampled_from(["practice", "home ", "elsewhere", "", None]),
        "third_party": st.sampled_from(["optional", "none", None]),
        "patient": st.sampled_from(["p1", "p2", None]),
        "charged_cents": st.sampled_from([0, 2222, 3000, -5, 2**31, 2**70, None]),
        "taxable_income_cents": st.sampled_from([7_000_000, 2**63, None]),
        "dependants": st.sampled_from([0, 3, -1, None]),
        **dict.fromkeys(FACTS, st.sampled_from([True, False, None])),
    },
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=6))
def test_json_is_read_as_text_is(conditions: Conditions, fees: FeeTable, rows: list[dict[str, Any]]) -> None:
    checker = Checker(conditions, fees, PEOPLE)
    spelt = [{"date": None, **row} for row in rows]
    text = files.from_rows(Path("lines"), [{n: _spelt(v) for n, v in row.items()} for row in spelt]).frame.collect()
    typed, read = checker.check(frame_of(columns_of(rows), len(rows))), checker.check(text)
    for one, other in zip(typed.columns.rows(named=True), read.columns.rows(named=True), strict=True):
        assert _plainly(one) == _plainly(other)


def _spelt(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _plainly(row: dict[str, Any]) -> dict[str, Any]:
    """Columns that could not be read are named in the order of the columns: no part of the comparison."""
    return {**row, "reasons": sorted((row["reasons"] or "").split(";"))}
