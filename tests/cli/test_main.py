"""The door itself: help that comes at once, the version, and every command with an example."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from commands import Command, refused
from typer.main import get_command

from medicomut import __version__
from medicomut.cli import lazily
from medicomut.cli.main import app


def _paths(found: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the words that lead to every command, groups included."""
    below = getattr(found, "commands", {})
    return [path, *(longer for name, sub in below.items() for longer in _paths(sub, (*path, name)))]


COMMANDS = _paths(get_command(app))

HEAVY = ("polars", "pydantic", "holidays", "rich.table", "ruamel.yaml", "xlsxwriter", "fastexcel", "highspy", "typst")


def test_help_loads_nothing_heavy() -> None:
    """`medicomut --help` answers in a fraction of a second: tables and calendars are loaded by who needs them."""
    script = (
        "import sys; sys.argv = ['medicomut', '--help']\n"
        "from medicomut.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "sys.exit(f'loaded: {loaded}' if loaded else 0)\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "price" in result.stdout


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_help_reads_at_80_columns(command: Command, path: tuple[str, ...]) -> None:
    result = command(*path, "--help")
    assert result.exit_code == 0
    text = result.stdout
    assert text.startswith("Usage: ")
    prose = [line for line in text.splitlines() if line.count("|") < 4]  # a choice of words stands in one piece
    assert max(map(len, prose)) <= 80
    is_group = "COMMAND [ARGS]" in text
    assert is_group or "Example" in text


def test_the_help_of_all_says_what_the_help_of_each_does() -> None:
    """The sentences of the first level are written once more, so that no command need be loaded for them."""
    found: Any = get_command(app)
    assert {name: sub.help.split("\n\n")[0] for name, sub in found.commands.items()} == lazily.COMMANDS
    assert all(sub.name == name for name, sub in found.commands.items())


def test_the_help_of_all_loads_none() -> None:
    script = (
        "import sys; from medicomut.cli import main; sys.argv = ['medicomut', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.exit(', '.join(n for n in ('price', 'serve', 'register') if f'medicomut.cli.{n}' in sys.modules) or 0)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


def test_the_commands_of_every_day_are_there() -> None:
    assert {("price",), ("check",), ("fees", "show"), ("synth", "lines"), ("agreement", "verify")} <= set(COMMANDS)


def test_version(command: Command) -> None:
    result = command("--version")
    assert (result.exit_code, result.stdout) == (0, f"medicomut {__version__}\n")


def test_an_unknown_command(command: Command) -> None:
    assert "No such command 'prize'" in "".join(refused(command("prize")))


@pytest.mark.parametrize("path", [(), ("agreement",), ("fees",), ("synth",)])
def test_a_group_alone_lists_its_commands(command: Command, path: tuple[str, ...]) -> None:
    result = command(*path)
    assert "Commands:" in result.stdout + result.stderr
