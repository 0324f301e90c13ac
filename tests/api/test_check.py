"""A batch over HTTP: the columns of `medicomut check`, whichever way it is worked out."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from asking import DOCTORS, LINES, refused
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from typer.testing import CliRunner

from medicomut.api import batch as route
from medicomut.cli.main import app as command_line
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.practitioners import from_rows
from medicomut.tariff.price import Pricer
from medicomut.tariff.vocabulary import AMOUNTS, FACTS, WORDS

PEOPLE = [{k: v for k, v in row.items() if v} for row in csv.DictReader(io.StringIO(DOCTORS))]


def typed(row: dict[str, str]) -> dict[str, Any]:
    """Return a row of text as JSON has it."""

    def one(name: str, value: str) -> Any:
        return value == "yes" if name in FACTS else int(value) if name in AMOUNTS else value

    return {name: one(name, value) for name, value in row.items() if value}


ROWS = [typed(row) for row in csv.DictReader(io.StringIO(LINES))]


def test_the_batch_is_what_the_command_gives(api: TestClient, tmp_path: Any) -> None:
    (tmp_path / "lines.csv").write_text(LINES, "utf-8")
    (tmp_path / "doctors.csv").write_text(DOCTORS, "utf-8")
    out = tmp_path / "checked.csv"
    asked = ["check", str(tmp_path / "lines.csv"), "--practitioners", str(tmp_path / "doctors.csv"), "--out", str(out)]
    assert CliRunner().invoke(command_line, asked).exit_code == 0
    body = {"lines": ROWS, "practitioners": PEOPLE}
    answer = api.post("/v1/check", json=body, headers={"accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    ours, theirs = (list(csv.DictReader(io.StringIO(text))) for text in (answer.text, out.read_text("utf-8")))
    added = ("line_id", "fee_cents", "tariff_binds", "basis", "excess_cents", "verdict", "reasons", "cites")
    assert [[row[name] for name in added] for row in ours] == [[row[name] for name in added] for row in theirs]
    found = api.post("/v1/check", json=body).json()
    assert found["verdicts"] == {"ok": 2, "excess": 1, "unpriced": 1, "unknown": 0}
    assert [line["basis"] for line in found["lines"]] == [row["basis"] for row in theirs]
    assert found["lines"][0]["reasons"] == theirs[0]["reasons"].split(";")


WORD = st.sampled_from(["A", "p-1", "x"])
LINE = st.fixed_dictionaries(
    {},
    optional={
        "line_id": st.integers(0, 99) | WORD,
        "code": st.sampled_from(["101032", "101076", "103132", "102012", "475075", "475086", "10103", 101032]),
        "date": st.sampled_from(["2020-02-04", "2020-02-08", "2020-05-21", "2010-01-01", "2024-05-05", "2020-02-30"]),
        "time": st.sampled_from(["10:00", "20:59", "21:00", "21:01", "03:00", "9pm", ""]),
        "practitioner": st.sampled_from(["19000122003", "1.90002.21.003", 19000320690, "19000517001", "dr"]),
        "site": WORD,
        "patient": WORD | st.integers(1, 2),
        **{name: st.booleans() | st.none() for name in FACTS},
        "setting": st.sampled_from([*WORDS["setting"], "surgery"]),
        "third_party": st.sampled_from(WORDS["third_party"]),
        "charged_cents": st.integers(-10, 5000) | st.just(10**9),
        "taxable_income_cents": st.integers(6_000_000, 14_000_000),
        "holders": st.integers(0, 101),
        "dependants": st.integers(0, 3),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(LINE, min_size=1, max_size=8))
def test_line_by_line_and_together_give_the_same(
    rows: list[dict[str, Any]], conditions: Conditions, fees: FeeTable
) -> None:
    """Where the batch is worked out line by line, a frame of the same lines says the same."""
    pricer = Pricer(conditions, fees, from_rows(PEOPLE, "doctors"))
    if route.plain(rows, pricer):
        assert [route.one_by_one(row, pricer) for row in rows] == route.in_a_frame(rows, pricer)


def test_a_large_batch_is_the_small_ones_together(api: TestClient) -> None:
    rows = ROWS * 100
    assert len(rows) > route.PLAIN_LINES
    together = api.post("/v1/check", json={"lines": rows, "practitioners": PEOPLE}).json()["lines"]
    few = api.post("/v1/check", json={"lines": ROWS, "practitioners": PEOPLE}).json()["lines"]
    assert together == few * 100


def test_two_electrocardiograms_of_one_day_are_seen(api: TestClient) -> None:
    """Clause 6.5: repeated electrocardiograms of one patient on one day are to be looked at."""
    ecg = {"code": "475075", "date": "2020-02-04", "patient": "p-1"}
    found = api.post("/v1/check", json={"lines": [ecg, ecg, ecg | {"patient": "p-2"}]}).json()["lines"]
    assert ["ecg_same_day" in line["reasons"] for line in found] == [True, True, False]


@pytest.mark.parametrize("code", ["9" * 5_000, "9" * 5_000 + " ", "", "٤٧٥٠٧٥"])
def test_a_code_that_is_none_is_told_in_its_line(api: TestClient, code: str) -> None:
    answer = api.post("/v1/check", json={"lines": [{"code": code, "date": "2020-02-04"}] * 2})
    assert answer.status_code == 200, answer.text
    assert [line["verdict"] for line in answer.json()["lines"]] == ["unknown"] * 2


def test_an_empty_batch(api: TestClient) -> None:
    assert api.post("/v1/check", json={"lines": []}).json()["lines"] == []


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "bad_lines", "lines"),
        ({"lines": {}}, "bad_lines", "lines"),
        ({"lines": [1]}, "bad_lines", "lines"),
        ({"lines": [{}, {"codes": "101032"}]}, "unknown_field", "lines[1].codes"),
        ({"lines": [{}, {"urgent": 1}]}, "wrong_kind", "lines[1].urgent"),
        ({"lines": [], "practitioners": "x"}, "bad_practitioners", "practitioners"),
        ({"lines": [], "practitioners": [{"name": "x"}]}, "unknown_field", "practitioners[0].name"),
        ({"lines": [], "practitioners": [PEOPLE[0], {"practitioner": 1, "profession": "gp"}]}, "practitioner_row",
         "practitioners[1].status"),
        ({"lines": [], "practitioners": [{"practitioner": True}]}, "wrong_kind", "practitioners[0].practitioner"),
        ({"lines": [], "practitioners": [PEOPLE[0], PEOPLE[0]]}, "practitioner_overlap",
         "practitioners[1].valid_from"),
        ({"lins": []}, "unknown_field", "lins"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named(api: TestClient, body: dict[str, Any], code: str, field: str) -> None:
    problem = refused(api.post("/v1/check", json=body), 422)
    assert (problem["code"], problem["field"]) == (code, field)


def test_more_lines_than_one_request_may_hold(api: TestClient) -> None:
    problem = refused(api.post("/v1/check", json={"lines": [{}] * 5_001}), 413)
    assert (problem["code"], "5000" in problem["mend"]) == ("too_many_lines", True)
