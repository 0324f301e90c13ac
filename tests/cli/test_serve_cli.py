"""`medicomut serve`, before anybody asks: what cannot be used is named, and nothing is served."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from medicomut.cli.main import app


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--practitioners", "{folder}/nobody.csv", "no_file"),
        ("--practitioners", "{folder}/doctors.csv", "practitioner_row"),
        ("--data", "{folder}/doctors.csv", "file_refused"),
        ("--fees", "{folder}/nowhere", "missing_file"),
        ("--store", "sqlite:////nowhere/at/all.db", "store_refused"),
        ("--store", "oracle://ledger", "bad_store_url"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, option: str, value: str, code: str) -> None:
    (tmp_path / "doctors.csv").write_text("practitioner,profession,status\n19000122003,gp,perhaps\n")
    result = CliRunner().invoke(app, ["serve", "--port", "0", option, value.format(folder=tmp_path)])
    assert result.exit_code == 2
    assert f"error {code}:" in result.stderr
    assert "Traceback" not in result.output
