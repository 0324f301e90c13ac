"""The door itself: help that comes at once, the version, and every command with an example."""

from __future__ import annotations

import subprocess
import sys

import pytest
from commands import Command, refused

from medicomut import __version__
from medicomut.cli.main import app

COMMANDS = [
    (), ("agreement",), ("agreement", "list"), ("agreement", "show"), ("agreement", "parameters"),
    ("agreement", "verify"), ("agreement", "export"), ("agreement", "rate"), ("price",), ("check",), ("fees",),
    ("fees", "show"), ("fees", "import-nomensoft"), ("synth",), ("synth", "practitioners"), ("synth", "lines"),
    ("synth", "fees"),
]  # fmt: skip

HEAVY = ("polars", "pydantic", "holidays", "rich.table", "ruamel.yaml", "xlsxwriter", "fastexcel")


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
    prose = [line for line in text.splitlines() if "ambulatory_hospital|" not in line]
    assert max(map(len, prose)) <= 80
    is_group = "COMMAND [ARGS]" in text
    assert is_group or "Example" in text


def test_every_command_is_tested_here() -> None:
    """A new command without an example in its help is noticed."""
    named = {group.typer_instance.info.name for group in app.registered_groups if group.typer_instance}
    named |= {found.callback.__name__ for found in app.registered_commands if found.callback}
    assert named == {path[0] for path in COMMANDS if path}


def test_version(command: Command) -> None:
    result = command("--version")
    assert (result.exit_code, result.stdout) == (0, f"medicomut {__version__}\n")


def test_an_unknown_command(command: Command) -> None:
    assert "No such command 'prize'" in "".join(refused(command("prize")))


@pytest.mark.parametrize("path", [(), ("agreement",), ("fees",), ("synth",)])
def test_a_group_alone_lists_its_commands(command: Command, path: tuple[str, ...]) -> None:
    result = command(*path)
    assert "Commands:" in result.stdout + result.stderr
