"""What `medicomut account` and `medicomut token` share: the desk, roles, instants, and the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.identity.roles import GIVEN

if TYPE_CHECKING:
    from medicomut.identity.desk import Desk
    from medicomut.store.audit import Interaction

StoreUrl = Annotated[
    str,
    typer.Option(
        envvar="MEDICOMUT_STORE_URL",
        help="Database of the server: sqlite:///ledger.db or postgresql://user@host/database.",
        show_default=False,
        show_envvar=True,
    ),
]
Roles = Annotated[list[str], typer.Option(help=f"What they may: {', '.join(GIVEN)}. Repeatable.", show_default=False)]


@contextmanager
def opened(url: str, *, make: bool = False) -> Iterator[Desk]:
    """Open the desk of a database, which is made where that is asked for."""
    from medicomut.identity.desk import Desk
    from medicomut.store import open_existing, open_store

    desk = Desk(open_store(url) if make else open_existing(url), {})
    try:
        yield desk
    finally:
        desk.close()


@contextmanager
def recorded(desk: Desk, interaction: Interaction, entity: str) -> Iterator[None]:
    """Record in the audit trail what the user of this machine does inside, or that it was refused.

    Show a secret after it: one that is seen was recorded.
    """
    import getpass
    import secrets
    import socket

    from medicomut.errors import Problems
    from medicomut.store import Ledger
    from medicomut.store.audit import Access, Agent, Outcome, Peer, record

    here = Peer("medicomut command", socket.gethostname() or "unknown")
    user = Agent(f"os-user:{getpass.getuser()}")

    def note(outcome: Outcome, reason: str | None = None) -> None:
        number = secrets.token_hex(8)
        record(Ledger(desk.engine), Access(interaction, outcome, entity, number, here, here, user, reason=reason))

    try:
        yield
    except Problems as refused:
        note("minor failure", refused.problems[0].code)
        raise
    note("success")


def instant(seconds: int | None) -> str | None:
    """Return an instant as text in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z") if seconds is not None else None
