"""What the tests of the ledger share: a clock that is set by hand, declarations of nobody, rows changed by force."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from medicomut.store import Draft

PUBLISHED = datetime(2020, 1, 29, 8, 0, tzinfo=UTC)
"""The day on which the agreement of 2020 was published."""

TRIGGERS = ("ledger_events_next", "ledger_events_no_update", "ledger_events_no_delete")


class Clock:
    """Shows what it was set to, and a second more at each reading."""

    def __init__(self, now: datetime = PUBLISHED) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def refusal(number: str = "19000122003", **other: Any) -> Draft:
    """Return the declaration of a made-up doctor who refuses the agreement of 2020."""
    fields: dict[str, Any] = {
        "stream": f"practitioner/{number}",
        "kind": "accession.refused",
        "payload": {"number": number, "profession": "gp"},
        "actor": f"practitioner:{number}",
        "basis": "be/amm/2020#17.2",
        "valid_from": date(2020, 1, 1),
        "valid_to": date(2020, 12, 31),
    }
    return Draft(**fields | other)


def by_force(engine: Engine, *statements: str, **values: Any) -> None:
    """Run statements as somebody would who owns the database and first takes the triggers away."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for name in TRIGGERS:
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        else:
            connection.execute(text("ALTER TABLE ledger_events DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement), values)
