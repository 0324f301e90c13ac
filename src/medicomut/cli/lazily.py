"""Commands that are loaded when somebody asks for one of them, so that the help of all comes at once."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

from typer import Typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

COMMANDS = {
    "price": "Price one line of care: does the tariff bind, what is reimbursed, what the patient pays, and why.",
    "check": "Check lines of care: which fee binds, what is reimbursed, what was charged in excess, and why.",
    "serve": "Serve the portal (docs/portal.md) and the API (docs/api.md).",
    "agreement": "Agreements as data: clauses, amounts, tables; each value with its clause.",
    "budget": "Means and uses of an agreement, exact: the annex, indexed fees, scenarios, rates under limits.",
    "fees": "Fees by code and day, with where each figure comes from.",
    "synth": "Synthetic data for trials: the same seed gives the same rows; no person behind any of them.",
    "register": "Who has acceded: timetables, the window to refuse, the quorum, declarations, status on any day.",
    "procedure": "The life of an agreement: states, deadlines, denunciation, letters, commitments, disputes.",
    "observatory": "Published figures on accession: tables with their sources, contradictions, the counts behind "
    "rounded rates.",
    "ledger": "The append-only ledger of events: verify it, note where it ends, copy it.",
    "account": "Local accounts of people: add, list, give a new password, disable.",
    "token": "Service tokens of machines: issue, list, revoke.",
}
"""Every command of the first level and the sentence its own help begins with."""

_MODULES = {"account": "accounts", "token": "tokens"}
"""Where a command does not stand in the module of its name."""


class Commands(MutableMapping[str, Any]):
    """The commands by name, each loaded when it is asked for."""

    def __init__(self) -> None:
        self.loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name in COMMANDS and name not in self.loaded:
            self.loaded[name] = _load(name)
        return self.loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self.loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self.loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _load(name: str) -> Any:
    """Return a command: a module's `app`, or the function of its name with its `EPILOG`."""
    module = import_module(f"medicomut.cli.{_MODULES.get(name, name)}")
    if hasattr(module, "app"):
        found = get_command(module.app)
    else:
        alone = Typer(add_completion=False, rich_markup_mode=None)
        alone.command(name, epilog=module.EPILOG)(getattr(module, name))
        found = get_command(alone)
    found.name = name
    return found


class Lazily(TyperGroup):
    """The group of all commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Commands()

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in their order."""
        del ctx
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each command with its sentence, without loading any."""
        del ctx
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl(
                [(n, TyperCommand(n, help=says).get_short_help_str(limit)) for n, says in COMMANDS.items()]
            )
