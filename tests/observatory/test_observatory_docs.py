"""The examples of docs/observatory.md run and print what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from medicomut.cli.main import app
from medicomut.observatory.tables import HEAD, read_publication
from medicomut.observatory.verify import verify
from medicomut.observatory.wording import words

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "observatory.md").read_text(encoding="utf-8")
PLAIN = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8", "COLUMNS": "80", "NO_COLOR": "1"}
FILES = dict(re.findall(r"`([a-z-]+\.csv)`[^`]*\n\n```csv\n(.*?)```", PAGE, re.DOTALL))
CONSOLE = re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^\$ medicomut (observatory .+?(?<!\\))\n(.*?)(?=^\$ |\Z)", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("console", CONSOLE)
def test_the_examples_print_what_the_page_says(console: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each block runs in a folder with the page's own files, its commands one after the other."""
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert EXAMPLE.findall(console)
    for command, output in EXAMPLE.findall(console):
        parts = re.split(r"^…$", output, flags=re.MULTILINE)
        expected = ".*".join(re.escape("".join(part.split())) for part in parts)
        printed = CliRunner().invoke(app, shlex.split(command.replace("\\\n", " ")), env=PLAIN)
        assert printed.exit_code == 0, printed.output
        assert re.fullmatch(expected, "".join(printed.stdout.split())), printed.stdout


def test_every_command_of_the_observatory_stands_on_the_page() -> None:
    commands = get_command(app).commands["observatory"].commands  # type: ignore[attr-defined]
    assert set(re.findall(r"medicomut observatory ([a-z]+)", PAGE)) == set(commands)


def test_the_table_of_the_page_is_read_and_holds() -> None:
    """The first table of the article, its misprints mended; only its points are still called percent."""
    (text,) = re.findall(r"^```csv\n(# title.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    found = verify(read_publication(text, "page.csv")).findings
    assert {finding.kind for finding in found} == {"points_called_percent"}


def test_every_line_of_a_head_and_every_kind_of_finding_is_told() -> None:
    assert [name for name in HEAD if f"`{name}" not in PAGE] == []
    kinds = [key.removeprefix("kind_") for key in words() if key.startswith("kind_")]
    assert [kind for kind in kinds if f"`{kind}`" not in PAGE] == []
