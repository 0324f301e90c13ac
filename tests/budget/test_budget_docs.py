"""The examples of docs/budget.md run and print what the page says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from medicomut.agreement import load
from medicomut.budget.pricing import price
from medicomut.budget.scenario_files import read_scenario, shipped
from medicomut.cli.budget_scenario import scenario
from medicomut.cli.main import app

Run = Callable[..., Result]
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "budget.md").read_text(encoding="utf-8")
CONSOLE = "\n".join(re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
EXAMPLES = re.findall(r"^\$ medicomut ([^\n]+)\n(.*?)(?=^\$ |\Z)", CONSOLE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("command", "output"), EXAMPLES)
def test_an_example_prints_what_the_page_says(run: Run, command: str, output: str) -> None:
    parts = re.split(r"^…$", output, flags=re.MULTILINE)
    expected = ".+".join(re.escape("".join(part.split())) for part in parts)
    printed = run(*shlex.split(command))
    assert printed.exit_code in {0, 1}, printed.stderr
    assert re.fullmatch(expected, "".join(printed.stdout.split())), printed.stdout


def test_the_page_has_an_example_for_what_it_explains_first() -> None:
    assert [command.split()[:2] for command, _ in EXAMPLES] == [
        ["budget", "show"], ["budget", "scenario"], ["budget", "scenario"], ["budget", "allocate"],
    ]  # fmt: skip
    assert PAGE.count("\n$ ") == len(EXAMPLES)


def test_the_scenario_of_the_page_is_one() -> None:
    (text,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    figures = price(load("be/amm/2020"), read_scenario(text, "docs/budget.md"))
    assert figures.indexation is not None
    assert figures.indexation.cost > figures.indexation.agreed_cost


def test_every_command_of_the_budget_stands_on_the_page() -> None:
    from typer.main import get_command

    commands = get_command(app).commands["budget"].commands  # type: ignore[attr-defined]
    assert set(re.findall(r"medicomut budget ([a-z]+)", PAGE)) == set(commands)


def test_the_help_names_every_shipped_scenario() -> None:
    told = " ".join(str(hint) for hint in scenario.__annotations__.values())
    assert [name for name in shipped() if name not in told] == []
    assert [name for name in shipped() if f"`{name}`" not in PAGE] == []
