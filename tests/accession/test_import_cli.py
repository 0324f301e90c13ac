"""`medicomut register import` as the secretariat runs it, with the formats it receives."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from typer.testing import Result

Register = Callable[..., Result]
FILE = """number,kind,agreement,municipality,from
19000122003,registered,,21009,2019-07-01
19000221003,registered,,Liège,2019-07-01
19000221003,refused,be/amm/2020,,
"""
NOW = ("--trial-now", "2020-02-10T10:00:00+01:00")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "doctors.csv").write_text(FILE, encoding="utf-8")
    return tmp_path


def write(path: Path) -> None:
    frame = pl.read_csv(FILE.encode())
    if path.suffix == ".xlsx":
        frame.with_columns(pl.col("from").str.to_date()).write_excel(path)
    elif path.suffix == ".parquet":
        frame.with_columns(pl.col("from").str.to_date()).write_parquet(path)
    else:
        path.write_text(FILE.replace(",", ";"), encoding="utf-8-sig")


@pytest.mark.parametrize("name", ["semicolons.csv", "doctors.xlsx", "doctors.parquet"])
def test_the_same_file_in_any_format(register: Register, folder: Path, name: str) -> None:
    write(folder / name)
    looked = json.loads(register("import", name, "--dry-run", *NOW, "--format", "json").stdout)
    assert (looked["recorded"], looked["new"], looked["refused"]) == (False, 3, 0)
    done = json.loads(register("import", name, "--plan", looked["plan"], *NOW, "--format", "json").stdout)
    assert (done["recorded"], done["plan"]) == (True, looked["plan"])
    again = json.loads(register("import", "doctors.csv", *NOW, "--format", "json").stdout)
    assert (again["new"], again["same"]) == (0, 3)
    status = json.loads(register("status", "19000221003", "--on", "2020-03-02", "--format", "json").stdout)
    assert (status["status"], status["cites"]) == ("refused", ["be/amm/2020#17.1"])


def test_a_refused_row_is_told_with_its_place_and_nothing_is_recorded(register: Register, folder: Path) -> None:
    (folder / "late.csv").write_text(FILE.replace("refused", "partial"), encoding="utf-8")
    ran = register("import", "late.csv", "--fates", "fates.csv", "--lang", "fr", *NOW)
    assert ran.exit_code == 2
    assert "row 3, field hours: error hours_missing" in ran.stderr
    assert "[be/amm/2020#17.2]" in ran.stderr
    assert "Rien n'est enregistré." in ran.stdout
    fates = list(csv.DictReader((folder / "fates.csv").read_text("utf-8").splitlines()))
    assert [(fate["row"], fate["becomes"]) for fate in fates] == [("1", "new"), ("2", "new"), ("3", "refused")]
    assert "[]" in register("stats", "--on", "2020-03-02", "--format", "json").stdout
    assert register("import", "late.csv", "--partial", *NOW).exit_code == 0
    rows = json.loads(register("stats", "--on", "2020-03-02", "--by", "region", "--format", "json").stdout)["rows"]
    assert [(row["region"], row["active"]) for row in rows] == [("Brussels", 1), ("Wallonia", 1), (None, 2)]


def test_a_dry_run_leaves_nothing_behind(register: Register, folder: Path) -> None:
    """Before there is a register, one may look what a file would make of it."""
    before = sorted(folder.iterdir())
    looked = json.loads(register("import", "doctors.csv", "--dry-run", *NOW, "--format", "json").stdout)
    assert (looked["recorded"], looked["new"]) == (False, 3)
    assert sorted(folder.iterdir()) == before
    ran = register("import", "doctors.csv", "--dry-run", *NOW, "--url", "sqlite:///nowhere/register.db")
    assert ran.exit_code == 2
    assert "no_folder: there is no folder nowhere; make the folder first" in ran.stderr
    assert sorted(folder.iterdir()) == before
    done = json.loads(register("import", "doctors.csv", "--plan", looked["plan"], *NOW, "--format", "json").stdout)
    assert done["recorded"] is True


def test_a_file_that_is_no_such_table_is_refused(register: Register, folder: Path) -> None:
    (folder / "other.csv").write_text("nummer,kind,regoin\n1,registered,x\n", encoding="utf-8")
    ran = register("import", "other.csv", *NOW)
    assert ran.exit_code == 2
    assert [line.split("error ")[1].split(":")[0] for line in ran.stderr.splitlines()] == [
        "missing_column", "unknown_column", "unknown_column",
    ]  # fmt: skip
    assert "no_file" in register("import", "nowhere.csv", *NOW).stderr
    assert "unknown_format" in register("import", "doctors.csv", "--fates", "x.pdf", *NOW).stderr
