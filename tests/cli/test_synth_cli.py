"""`medicomut synth`: files for trials, the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from commands import Command, as_json, refused

from medicomut.engines.files import FORMATS, open_lines
from medicomut.identifiers import is_synthetic_inami


def test_a_trial_from_end_to_end(command: Command, tmp_path: Path) -> None:
    """Fees, practitioners, lines, check: all and only the planted faults are found."""
    fees, people, lines, out = (tmp_path / name for name in ("fees", "people.csv", "lines.parquet", "out.parquet"))
    for call in (
        ("synth", "fees", "--out", fees),
        ("synth", "practitioners", "--rows", 200, "--seed", 5, "--out", people),
        ("synth", "lines", "--rows", 5_000, "--seed", 5, "--practitioners", people, "--fees", fees, "--faults", 100,
         "--out", lines),
    ):  # fmt: skip
        result = command(*call)
        assert (result.exit_code, result.stdout) == (0, "")
        assert str(call[-1]) in result.stderr or str(fees) in result.stderr
    found = as_json(
        command("check", lines, "--practitioners", people, "--fees", fees, "--out", out, "--summary", "json")
    )
    planted = pl.read_parquet(lines).filter(pl.col("planted") != "none")
    assert found["verdicts"]["excess"] == len(planted) > 50
    assert pl.read_parquet(out).filter(pl.col("verdict") == "excess")["line_id"].equals(planted["line_id"])


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_seed_gives_the_same_bytes_in_every_format(command: Command, tmp_path: Path, ending: str) -> None:
    first, second, other = (tmp_path / f"{name}{ending}" for name in "abc")
    for path, seed in ((first, 1), (second, 1), (other, 2)):
        assert command("synth", "lines", "--rows", 50, "--seed", seed, "--out", path).exit_code == 0
    assert first.read_bytes() == second.read_bytes() != other.read_bytes()
    frame = open_lines(first).frame.collect()
    assert len(frame) == 50
    assert all(is_synthetic_inami(str(number)) for number in frame["practitioner"])


def test_lines_are_those_of_the_practitioners_given(command: Command, tmp_path: Path) -> None:
    people, lines = tmp_path / "people.csv", tmp_path / "lines.csv"
    command("synth", "practitioners", "--rows", 3, "--out", people)
    command("synth", "lines", "--rows", 100, "--practitioners", people, "--year", 2024, "--out", lines)
    made, known = pl.read_csv(lines, infer_schema=False), pl.read_csv(people, infer_schema=False)
    assert set(made["practitioner"]) == set(known["practitioner"])
    assert {day[:4] for day in made["date"]} == {"2024"}
    assert all(len(hour) == len("08:15:00") for hour in made["time"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("practitioners", "--rows", "90001", "--out", "p.csv"), "too_many_rows"),
        (("practitioners", "--out", "p.txt"), "unknown_format"),
        (("lines", "--out", "l.csv", "--practitioners", "absent.csv"), "no_file"),
        (("lines", "--out", "l.csv", "--practitioners", "other.csv"), "missing_column"),
        (("lines", "--out", "l.csv", "--practitioners", "nobody.csv"), "no_rows"),
        (("lines", "--out", "l.csv", "--fees", "absent"), "missing_file"),
        (("lines", "--rows", "1048576", "--out", "l.xlsx"), "too_many_rows"),
        (("fees", "--out", "."), "folder_exists"),
        (("lines", "--rows", "0", "--out", "l.csv"), "Invalid value for '--rows'"),
        (("lines", "--faults", "1001", "--out", "l.csv"), "Invalid value for '--faults'"),
    ],
)
def test_what_cannot_be_made_is_named(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("other.csv").write_text("code,date\n", "utf-8")
    Path("nobody.csv").write_text("practitioner,profession,status\n", "utf-8")
    assert says in "".join(refused(command("synth", *arguments)))
    assert {p.name for p in tmp_path.iterdir()} == {"other.csv", "nobody.csv"}
