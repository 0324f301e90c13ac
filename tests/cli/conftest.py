"""The commands as a shell runs them: arguments in, standard output, standard error and exit status out."""

from __future__ import annotations

import pytest
from commands import DOCTORS, LINES, Command, Folder
from typer.testing import CliRunner

from medicomut.cli.main import app

PLAIN = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8", "COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1"}


@pytest.fixture
def command() -> Command:
    def run(*arguments: object, **environment: str):  # type: ignore[no-untyped-def]
        return CliRunner().invoke(app, [str(a) for a in arguments], env=PLAIN | environment)

    return run


@pytest.fixture
def folder(tmp_path: Folder) -> Folder:
    """Return a folder with the six lines and the three doctors of docs/lines.md."""
    (tmp_path / "doctors.csv").write_text(DOCTORS, "utf-8")
    (tmp_path / "lines.csv").write_text(LINES, "utf-8")
    return tmp_path
