"""The examples of docs/register.md run and print what the page says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import Result

from medicomut.accession.timetable import READINGS, SETTINGS
from medicomut.accession.timetable_file import COLUMNS, MEASURES
from medicomut.agreement import load
from medicomut.cli.main import app

Register = Callable[..., Result]
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "register.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([a-z]+\.csv)`[^`]*(?:`[a-z]+`[^`]*)*\n\n```csv\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
CONSOLE = re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def examples(console: str) -> list[tuple[str, str]]:
    return re.findall(r"^\$ medicomut register (.+?(?<!\\))\n(.*?)(?=^\$ |\Z)", console, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("console", CONSOLE)
def test_the_examples_print_what_the_page_says(
    register: Register, console: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each block runs in a folder with the page's own files, its commands one after the other."""
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert examples(console)
    for command, output in examples(console):
        parts = re.split(r"^…$", output, flags=re.MULTILINE)
        expected = ".+".join(re.escape("".join(part.split())) for part in parts)
        printed = register(*shlex.split(command.replace("\\\n", " ")))
        assert printed.exit_code == 0, printed.stderr
        assert re.fullmatch(expected, "".join(printed.stdout.split())), printed.stdout


def test_every_command_of_the_register_stands_on_the_page() -> None:
    commands = get_command(app).commands["register"].commands  # type: ignore[attr-defined]
    assert set(re.findall(r"medicomut register ([a-z]+)", PAGE)) == set(commands)
    assert PAGE.count("\n$ ") == sum(len(examples(console)) for console in CONSOLE)


def test_the_columns_and_readings_of_a_timetable_are_those_of_the_page() -> None:
    first = re.findall(r"^\| (`[^|]+) \|", PAGE, re.MULTILINE)
    named = [name for cell in first for name in re.findall(r"`([a-z_]+)`", cell)]
    assert [name for name in named if name in (*COLUMNS, *MEASURES)][: len(COLUMNS) + 2] == [*COLUMNS, *MEASURES]
    assert [name for name in SETTINGS if f"`{name}`" not in PAGE] == []
    known = {a.id: [a.default, *(v for v in a.alternatives if v != a.default)] for a in load("be/amm/2020").ambiguities}
    told = {
        name: re.findall(r"`([^`]+)`", values)
        for name, values in re.findall(r"^\| `([a-z_]+)` \| ([^|]+) \| [^|]+ \|$", PAGE, re.MULTILINE)
        if name in READINGS
    }
    assert told == {name: known[name] for name in READINGS}
