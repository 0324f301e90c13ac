"""The ledger: its events, and triggers that refuse anything but the next event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_SORTED_BY_BYTE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, its indexes and its triggers."""
    op.create_table(
        "ledger_events",
        sa.Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("version", _NUMBER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Text),
        sa.Column("valid_to", sa.Text),
        sa.Column("recorded_at", _SORTED_BY_BYTE, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("basis", sa.Text),
        sa.Column("key", sa.Text),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_index("ledger_events_stream_version", "ledger_events", ["stream", "version"], unique=True)
    op.create_index("ledger_events_key", "ledger_events", ["key"], unique=True)
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


# The last two conditions stop INSERT OR REPLACE, which would delete the event of the same key or version.
_SQLITE = (
    """
    CREATE TRIGGER ledger_events_next BEFORE INSERT ON ledger_events
    WHEN new.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM ledger_events)
      OR new.previous_hash IS NOT coalesce(
           (SELECT hash FROM ledger_events ORDER BY sequence DESC LIMIT 1), printf('%064d', 0))
      OR EXISTS (SELECT 1 FROM ledger_events WHERE key = new.key)
      OR EXISTS (SELECT 1 FROM ledger_events WHERE stream = new.stream AND version = new.version)
    BEGIN SELECT RAISE(ABORT, 'ledger_events takes only the next event of its chain'); END
    """,
    """
    CREATE TRIGGER ledger_events_no_update BEFORE UPDATE ON ledger_events
    BEGIN SELECT RAISE(ABORT, 'ledger_events is append-only'); END
    """,
    """
    CREATE TRIGGER ledger_events_no_delete BEFORE DELETE ON ledger_events
    BEGIN SELECT RAISE(ABORT, 'ledger_events is append-only'); END
    """,
)

# ALWAYS: they also fire where a session plays the replica to switch triggers off.
_POSTGRESQL = (
    """
    CREATE FUNCTION ledger_events_next() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE last_event record;
    BEGIN
      SELECT sequence, hash INTO last_event FROM ledger_events ORDER BY sequence DESC LIMIT 1;
      IF new.sequence IS DISTINCT FROM coalesce(last_event.sequence, 0) + 1
         OR new.previous_hash IS DISTINCT FROM coalesce(last_event.hash, repeat('0', 64)) THEN
        RAISE EXCEPTION 'ledger_events takes only the next event of its chain';
      END IF;
      RETURN new;
    END $$
    """,
    """
    CREATE FUNCTION ledger_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'ledger_events is append-only'; END $$
    """,
    """
    CREATE TRIGGER ledger_events_next BEFORE INSERT ON ledger_events
    FOR EACH ROW EXECUTE FUNCTION ledger_events_next()
    """,
    """
    CREATE TRIGGER ledger_events_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_events
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_events_refuse()
    """,
    "ALTER TABLE ledger_events ENABLE ALWAYS TRIGGER ledger_events_next",
    "ALTER TABLE ledger_events ENABLE ALWAYS TRIGGER ledger_events_no_change",
)
