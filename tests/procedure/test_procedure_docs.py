"""The examples of docs/procedures.md run and print what the page says; its tables name what there is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from medicomut.agreement import load
from medicomut.cli.main import app
from medicomut.procedure.clocks import READINGS
from medicomut.procedure.events import COLUMNS, event_kinds, states

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "procedures.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([a-z]+\.csv)`[^`]*\n\n```csv\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL))
CONSOLE = "\n".join(re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
EXAMPLES = re.findall(r"^\$ medicomut (.+?(?<!\\))\n(.*?)(?=^\$ |\Z)", CONSOLE, re.MULTILINE | re.DOTALL)
ENGLISH = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8", "COLUMNS": "80"}


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) == PAGE.count("\n$ ") >= 5
    assert set(FILES) == {"events.csv"}


@pytest.mark.parametrize(("command", "output"), EXAMPLES)
def test_an_example_prints_what_the_page_says(
    command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, shlex.split(command.replace("\\\n", " ")), env=ENGLISH)
    assert result.exit_code == 0, result.stderr
    parts = re.split(r"^…$", output.strip() + "\n", flags=re.MULTILINE)
    expected = ".+".join(re.escape("".join(part.split())) for part in parts)
    assert re.fullmatch(expected, "".join(result.stdout.split()), re.DOTALL), result.stdout


def first_words(of: str) -> list[str]:
    """Return the words in code of the first cells of the tables below a heading."""
    section = re.search(rf"^##+ {of}\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert section is not None
    cells = re.findall(r"^\| ([^|]+) \|", section[1], re.MULTILINE)
    return [word for cell in cells for word in re.findall(r"`([^`]+)`", cell)]


def test_every_state_column_event_and_reading_stands_on_the_page() -> None:
    assert first_words("An agreement on a day") == list(states())
    assert [name for name in COLUMNS if name not in first_words("An events file")] == []
    assert [name for name in event_kinds() if f"`{name}`" not in PAGE] == []
    assert set(first_words("Denunciation")) == set(READINGS)


def test_the_values_of_readings_begin_with_the_default() -> None:
    known = {one.id: one for name in ("be/amm/2024", "be/amm/2020") for one in load(name).ambiguities}
    for name, values in re.findall(r"^\| `([a-z_]+)` \| (`[^|]+) \| [^|]+ \|$", PAGE, re.MULTILINE):
        if name in READINGS:
            told = re.findall(r"`([^`]+)`", values)
            assert told[0] == known[name].default, name
            assert set(told) == set(known[name].alternatives), name


def test_every_command_stands_on_the_page() -> None:
    commands = get_command(app).commands["procedure"].commands  # type: ignore[attr-defined]
    assert set(re.findall(r"medicomut procedure ([a-z]+)|^`([a-z]+)`", PAGE)) != set()
    assert [name for name in commands if f"procedure {name}" not in PAGE and f"`{name}`" not in PAGE] == []
