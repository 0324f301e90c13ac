"""`medicomut token`: service tokens, by which machines say who they are."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from medicomut.cli.common import AsFormat, Format, named_errors, print_json
from medicomut.cli.identity import Roles, StoreUrl, instant, opened, recorded

app = typer.Typer(
    name="token",
    help="Service tokens of machines: issue, list, revoke.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(epilog="Example: medicomut token issue 'Practice software' --role software --url sqlite:///ledger.db")
@named_errors
def issue(
    name: Annotated[str, typer.Argument(help="Whose it is. Tokens of one name see the same jobs.")],
    role: Roles,
    url: StoreUrl,
    scope: Annotated[
        list[str] | None, typer.Option(help="Only this of what the role may. Repeatable.", show_default=False)
    ] = None,
    days: Annotated[int, typer.Option(help="How long it is good.")] = 365,
    format: AsFormat = Format.table,
) -> None:
    """Make a token and show its secret, this once: the machine sends it as `Authorization: Bearer SECRET`."""
    with opened(url, make=True) as desk, recorded(desk, "create", f"token/{name}"):
        number, secret = desk.tokens.issue(name, role, days, scope or None)
    if format is Format.json:
        print_json({"id": number, "name": name, "token": secret, "days": days})
    else:
        typer.echo(f"Id:     {number}")
        typer.echo(f"Token:  {secret}")
        typer.echo(f"It is shown this once and is good for {days} days.")


@app.command("list", epilog="Example: medicomut token list --url sqlite:///ledger.db")
@named_errors
def all_(url: StoreUrl, format: AsFormat = Format.table) -> None:
    """List the tokens: whose, what they may, when they were used last, and whether they are good."""
    with opened(url) as desk:
        found = desk.tokens.all()
        now = desk.tokens.clock()
    rows: list[dict[str, Any]] = [
        {
            "id": one.id, "name": one.name, "roles": list(one.roles), "scopes": sorted(one.scopes),
            "state": one.state(now), "created_at": instant(one.created_at), "expires_at": instant(one.expires_at),
            "used_at": instant(one.used_at),
        }
        for one in found
    ]  # fmt: skip
    if format is Format.json:
        print_json(rows)
        return
    for one, row in zip(found, rows, strict=True):
        used = f"used {row['used_at']}" if one.used_at else "never used"
        typer.echo(
            f"{one.id}  {one.name:28} {', '.join(one.roles):14} {row['state']:8} until {row['expires_at']}, {used}"
        )


@app.command(epilog="Example: medicomut token revoke 4f1c0a9be2d35577 --url sqlite:///ledger.db")
@named_errors
def revoke(
    id: Annotated[str, typer.Argument(help="Id of the token, from token list.")],
    url: StoreUrl,
    format: AsFormat = Format.table,
) -> None:
    """End a token for good; a running server takes it for five seconds more at most."""
    with opened(url) as desk, recorded(desk, "delete", f"token/{id}"):
        ended = desk.tokens.revoke(id)
    if format is Format.json:
        print_json({"id": ended.id, "name": ended.name, "revoked_at": instant(ended.revoked_at)})
    else:
        typer.echo(f"Revoked: {ended.id} ({ended.name})")
