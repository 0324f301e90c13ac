"""The summary says what the file says: every figure of it can be counted again in the result."""

from __future__ import annotations

import json
from collections import Counter

import polars as pl
import pytest
from checking import FULL_GP, PARTIAL_GP, Check

from medicomut.engines import files, synthetic
from medicomut.engines.summary import SUMS, WORST
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.practitioners import from_rows


@pytest.fixture
def lines(conditions: Conditions, fees: FeeTable) -> pl.DataFrame:
    table = synthetic.practitioners(120, 4)
    return pl.concat(synthetic.lines(3_000, 4, table, conditions, fees, faults_per_thousand=150))


def test_every_figure_can_be_counted_again(check: Check, lines: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files.Source.chunks, "__defaults__", (700,))
    people = from_rows(synthetic.practitioners(120, 4).iter_rows(named=True), "doctors")
    found = check(lines, people=people)
    said, rows = found.summary.to_dict(), found.rows
    excess = [row for row in rows if row["excess_cents"]]
    assert len(excess) > 100
    assert said["lines"] == len(rows) == 3_000
    assert said["amounts"] == {name: sum(row[name] or 0 for row in rows) for name in SUMS}
    assert {word: n for word, n in said["verdicts"].items() if n} == Counter(row["verdict"] for row in rows)
    assert said["bases"] == Counter(row["basis"] for row in rows)
    assert said["reasons"] == Counter(word for row in rows for word in row["reasons"].split(";") if word)
    by_basis: Counter[str] = Counter()
    by_doctor: Counter[str] = Counter()
    for row in excess:
        by_basis[row["basis"]] += row["excess_cents"]
        by_doctor[str(row["practitioner"])] += row["excess_cents"]
    assert said["excess_by_basis"] == by_basis
    assert said["practitioners_with_excess"] == len(by_doctor)
    assert [w["excess_cents"] for w in said["worst"]] == sorted(by_doctor.values(), reverse=True)[:WORST]
    assert all(by_doctor[w["practitioner"]] == w["excess_cents"] for w in said["worst"])
    assert all(w["lines"] == sum(str(r["practitioner"]) == w["practitioner"] for r in excess) for w in said["worst"])


def test_json_is_the_same_whatever_the_order(check: Check, lines: pl.DataFrame) -> None:
    first = json.dumps(check(lines).summary.to_dict())
    assert json.dumps(check(lines.reverse()).summary.to_dict()) == first
    assert json.dumps(check(lines).summary.to_dict()) == first


def test_the_summary_of_three_lines(check: Check) -> None:
    """Two charges of 30 euro for a consultation of 22.22 euro, the first of a bound doctor, one line without a fee."""
    line = {"code": "101032", "date": "2020-02-04", "time": "10:00", "practitioner": FULL_GP, "charged_cents": "3000"}
    off = {**line, "practitioner": PARTIAL_GP, "site": "A", "setting": "practice"}
    said = check([line, off, {**line, "code": "102034"}]).summary.to_dict()
    assert said["lines"] == 3
    assert said["amounts"] == {"charged_cents": 9000, "fee_cents": 4444, "reimbursement_cents": 3244,
                               "patient_share_cents": 1200, "supplement_cents": 1556, "excess_cents": 778}  # fmt: skip
    assert said["verdicts"] == {"ok": 1, "excess": 1, "unpriced": 1, "unknown": 0}
    assert said["bases"] == {"off_tariff_slot_gp": 1, "full_gp": 2}
    assert said["excess_by_basis"] == {"full_gp": 778}
    assert said["worst"] == [{"practitioner": FULL_GP, "lines": 1, "excess_cents": 778}]


def test_an_excess_of_nobody_named(check: Check) -> None:
    """The optional third-party payment binds whoever the doctor is (14.6): it counts, but among no doctor's excess."""
    line = {"code": "101032", "date": "2020-02-04", "third_party": "optional", "charged_cents": "2223"}
    assert check([line]).summary.worst() == []
    found = check([line, {**line, "practitioner": FULL_GP}]).summary.to_dict()
    assert found["excess_by_basis"] == {"optional_third_party": 2}
    assert found["worst"] == [{"practitioner": FULL_GP, "lines": 1, "excess_cents": 1}]
