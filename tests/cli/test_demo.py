"""`make demo`: from nothing to a checked file and a summary, in a folder of its own."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import polars as pl
from commands import Command


def demo(out: Path) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "medicomut.cli.demo", "--out", str(out), "--practitioners", "100", "--lines", "3000"]
    return subprocess.run(call, capture_output=True, text=True, check=False, env={"COLUMNS": "80", "LANG": "C.UTF-8"})


def test_the_demonstration(command: Command, tmp_path: Path) -> None:
    out = tmp_path / "demo"
    first = demo(out)
    assert first.returncode == 0, first.stderr
    assert "16 of 16 printed totals hold" in first.stdout
    assert "22 of 22 pro-ratas of the year hold" in first.stdout
    assert "Lines: 3,000" in first.stdout
    assert {p.name for p in out.iterdir()} == {"practitioners.csv", "lines.csv", "checked.csv", "fees"}
    checked = pl.read_csv(out / "checked.csv")
    assert (checked["planted"] != "none").equals(checked["verdict"] == "excess")
    asked = shlex.split(re.findall(r"medicomut (check .*)", first.stdout)[0])
    answer = command(*asked, "--lang", "en")
    assert answer.exit_code == 0, answer.stderr
    assert "Steps" in answer.stdout
    written = (out / "checked.csv").read_bytes()
    assert demo(out).stdout == first.stdout, "it can be run again"
    assert (out / "checked.csv").read_bytes() == written


def test_it_clears_no_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")
    (tmp_path / "lines.csv").write_text("mine", "utf-8")
    result = demo(tmp_path)
    assert result.returncode == 2
    assert "thesis.txt" in result.stderr
    assert {p.name for p in tmp_path.iterdir()} == {"thesis.txt", "lines.csv"}
