"""The commands of the register as a shell runs them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from medicomut.cli.main import app

PLAIN = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8", "COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1"}
Register = Callable[..., Result]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    monkeypatch.delenv("MEDICOMUT_STORE_URL", raising=False)

    def run(*arguments: object, given: str | None = None):  # type: ignore[no-untyped-def]
        return CliRunner().invoke(app, ["register", *(str(a) for a in arguments)], env=PLAIN, input=given)

    return run
