"""`medicomut account`: local accounts, each with a password that is chosen by its owner alone."""

from __future__ import annotations

from typing import Annotated

import typer

from medicomut.cli.common import AsFormat, Format, named_errors, print_json
from medicomut.cli.identity import Roles, StoreUrl, instant, opened, recorded

app = typer.Typer(
    name="account",
    help="Local accounts of people: add, list, give a new password, disable.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(help="Name to sign in with.")]


@app.command(epilog="Example: medicomut account add jan --role secretariat --url sqlite:///ledger.db")
@named_errors
def add(name: Name, role: Roles, url: StoreUrl, format: AsFormat = Format.table) -> None:
    """Make an account and show its one-time password: good for 72 hours, changed at first sign-in, kept nowhere."""
    with opened(url, make=True) as desk, recorded(desk, "create", f"account/{name}"):
        password = desk.accounts.add(name, role)
    _tell(name, password, format)


@app.command(epilog="Example: medicomut account reset jan --url sqlite:///ledger.db")
@named_errors
def reset(name: Name, url: StoreUrl, format: AsFormat = Format.table) -> None:
    """Give an account a new one-time password, open it again and end its sessions."""
    with opened(url) as desk, recorded(desk, "update", f"account/{name}"):
        password = desk.accounts.reset(name)
    _tell(name, password, format)


@app.command(epilog="Example: medicomut account disable jan --url sqlite:///ledger.db")
@named_errors
def disable(name: Name, url: StoreUrl, format: AsFormat = Format.table) -> None:
    """Let nobody sign in with an account any more and end its sessions; `reset` opens it again."""
    with opened(url) as desk, recorded(desk, "delete", f"account/{name}"):
        desk.accounts.disable(name)
    if format is Format.json:
        print_json({"name": name, "disabled": True})
    else:
        typer.echo(f"Disabled: {name}")


@app.command("list", epilog="Example: medicomut account list --url sqlite:///ledger.db")
@named_errors
def all_(url: StoreUrl, format: AsFormat = Format.table) -> None:
    """List the accounts with their roles and their state."""
    with opened(url) as desk:
        found = desk.accounts.all()
        now = desk.accounts.clock()
    if format is Format.json:
        print_json([
            {"name": one.name, "roles": one.roles, "state": one.state(now), "created_at": instant(one.created_at)}
            for one in found
        ])  # fmt: skip
        return
    for one in found:
        typer.echo(f"{one.name:24} {', '.join(one.roles):28} {one.state(now)}")


def _tell(name: str, password: str, format: Format) -> None:
    if format is Format.json:
        print_json({"name": name, "one_time_password": password})
    else:
        typer.echo(f"Account:            {name}")
        typer.echo(f"One-time password:  {password}")
        typer.echo("It is shown this once, is good for 72 hours, and is changed at first sign-in.")
