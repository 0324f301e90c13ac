"""The demonstration register gives the whole matrix of 2024, exactly; what is counted, checked and exported from it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from medicomut.cli.demo import register_of_2024
from medicomut.cli.main import app
from medicomut.identifiers import is_synthetic_inami

Register = Callable[..., Result]
MATRIX = {
    ("Brussels", "gp"): (3353, 3747), ("Brussels", "specialist"): (5795, 6984), ("Brussels", None): (9148, 10731),
    ("Flanders", "gp"): (11864, 12597), ("Flanders", "specialist"): (14193, 18090), ("Flanders", None): (26057, 30687),
    ("Wallonia", "gp"): (7067, 7723), ("Wallonia", "specialist"): (9977, 11447), ("Wallonia", None): (17044, 19170),
    (None, "gp"): (22284, 24067), (None, "specialist"): (29965, 36521), (None, None): (52249, 60588),
}  # fmt: skip
"""Who adhered of who was active in 2024, by region and profession."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("demo") / "register"
    register_of_2024(made)
    return made


@pytest.fixture(scope="module")
def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'register.db'}"


def test_the_matrix_of_2024_comes_out_to_the_last_doctor(register: Register, url: str) -> None:
    result = register("stats", "--by", "region,profession", "--url", url, "--format", "json")
    rows = json.loads(result.stdout)["rows"]
    assert {(row["region"], row["profession"]): (row["adhered"], row["active"]) for row in rows} == MATRIX


def test_the_table_shows_the_published_rates(register: Register, url: str) -> None:
    shown = register("stats", "--url", url, "--on", "2024-03-18").stdout
    for figure in ("22,284", "24,067", "92.59%", "29,965", "36,521", "82.05%", "52,249", "86.24%"):
        assert figure in shown
    by = register("stats", "--by", "profession", "--url", url, "--on", "2024-03-18", "--lang", "fr").stdout
    assert "médecin généraliste" in by
    assert "92,59\u00a0%" in by


def test_before_the_last_evening_nobody_was_known_to_refuse(register: Register, url: str) -> None:
    asked = ("stats", "--by", "profession", "--on", "2024-03-18", "--known-at", "2024-03-06T20:00:00+01:00")
    rows = json.loads(register(*asked, "--url", url, "--format", "json").stdout)["rows"]
    assert {row["refused"] for row in rows} == {0}


def test_the_quorum_is_counted_from_the_register(register: Register, url: str) -> None:
    asked = ("quorum", "--agreement", "be/amm/2024", "--published", "2024-02-05", "--format", "json", "--url", url)
    found = json.loads(register(*asked).stdout)
    assert (found["passes"], found["country"]) == (True, {"total": 60588, "refused": 8339})
    assert found["hash"] == "594f033a7d472b4cc885e6fa6ec729483ad1be6635ad4f4b237387d58ec5adaf"
    refused = register(*asked, "--denominator", "without_trainees")
    assert "denominator_not_known" in refused.stderr


def test_the_table_of_statuses_is_read_by_the_check(register: Register, url: str, tmp_path: Path) -> None:
    doctors = tmp_path / "doctors.csv"
    assert "unknown_format" in register("table", "--url", url, "--out", tmp_path / "doctors.xlsx").stderr
    assert register("table", "--url", url, "--out", doctors).exit_code == 0
    rows = list(csv.DictReader(StringIO(doctors.read_text("utf-8"))))
    assert all(is_synthetic_inami(row["practitioner"]) for row in rows[::1000])
    refused = [row for row in rows if row["status"] == "refused"]
    assert (len(rows), len(refused)) == (60588 + 8339, 8339)
    assert {(row["valid_from"], row["valid_to"]) for row in refused} == {("2024-03-06", "2025-12-31")}


def test_a_register_in_use_is_not_filled(register: Register, url: str) -> None:
    assert "register_in_use" in register("demo", "--url", url).stderr


def test_attributes_that_do_not_exist_are_refused(register: Register, url: str) -> None:
    for by in ("regoin", "", "region,region"):
        assert "bad_attribute" in register("stats", "--by", by, "--url", url).stderr


LINES = """line_id,code,date,time,practitioner,site,setting,third_party,charged_cents
1,101032,2020-02-04,10:00,19000122003,A,practice,none,3000
2,101032,2020-03-02,10:00,19000122003,A,practice,none,3000
3,101032,2020-03-02,13:00,19000122003,A,practice,none,3000
4,101032,2020-03-02,10:00,19000122003,B,practice,none,3000
5,101032,2020-06-08,10:00,19000122003,A,practice,none,3000
6,101032,2020-06-09,10:00,19000221003,A,practice,none,3000
7,101032,2020-03-02,10:00,19000320003,A,practice,none,3000
"""
WEEK = """day,start,end,site,kind,setting
mon,09:00,10:30,A,free,practice
mon,10:30,12:00,A,free,practice
tue,08:00,17:00,A,tariff,practice
"""
DECLARED = (
    ("19000122003", "registered", "2020-01-30", "--profession", "gp", "--from", "2015-01-01"),
    ("19000221003", "registered", "2020-01-30", "--profession", "gp"),
    ("19000122003", "partial", "2020-02-20", "--hours", "week.csv"),
    ("19000221003", "refused", "2020-02-20"),
    ("19000122003", "acceded", "2020-06-01"),
    ("19000221003", "ended", "2020-07-01", "--from", "2020-07-01"),
)


def test_a_check_from_the_register_and_from_its_table_are_the_same(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in (("lines.csv", LINES), ("week.csv", WEEK)):
        (tmp_path / name).write_text(content, "utf-8")
    for number, kind, day, *options in DECLARED:
        named = () if kind in ("registered", "ended") else ("--agreement", "be/amm/2020")
        done = register("declare", number, kind, *named, *options, "--trial-now", f"{day}T12:00:00+01:00")
        assert done.exit_code == 0, done.stderr
    assert register("table", "--out", "doctors.csv").exit_code == 0
    assert "mon 09:00-12:00@A" in (tmp_path / "doctors.csv").read_text("utf-8")
    for source, out in (("--practitioners=doctors.csv", "a.csv"), ("--register=sqlite:///register.db", "b.csv")):
        ran = CliRunner().invoke(app, ["check", "lines.csv", source, "--out", out, "--no-progress"])
        assert ran.exit_code == 0, ran.stderr
    first, second = ((tmp_path / name).read_text("utf-8") for name in ("a.csv", "b.csv"))
    assert first == second
    bases = [row["basis"] for row in csv.DictReader(StringIO(first))]
    assert bases == [
        "full_gp", "off_tariff_slot_gp", "partial_gp_at_tariff", "partial_gp_at_tariff", "full_gp", "refused",
        "status_not_known",
    ]  # fmt: skip
