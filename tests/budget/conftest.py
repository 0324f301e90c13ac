"""The agreement of 2020, and the commands as a shell runs them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from medicomut.agreement import Agreement, load
from medicomut.cli.main import app

PLAIN = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8", "COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1"}


@pytest.fixture(scope="session")
def of_2020() -> Agreement:
    return load("be/amm/2020")


@pytest.fixture
def run() -> Callable[..., Result]:
    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], env=PLAIN)

    return run
