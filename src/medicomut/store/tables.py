"""The tables, as the migrations leave them; a test holds the two together."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, Table, Text

from medicomut.store.chain import Event

metadata = MetaData()


def insert_rows(connection: Connection, table: Table, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows of all columns in their order, by the driver alone: the general way takes half an import's time."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    columns = ", ".join(column.name for column in table.columns)
    marks = ", ".join(mark for _ in table.columns)
    statement = f"INSERT INTO {table.name} ({columns}) VALUES ({marks})"  # noqa: S608  (names of our own tables)
    connection.exec_driver_sql(statement, [tuple(row) for row in rows])


_NUMBER = BigInteger().with_variant(Integer, "sqlite")
_SORTED_BY_BYTE = Text().with_variant(Text(collation="C"), "postgresql")

ledger_events = Table(
    "ledger_events",
    metadata,
    Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
    Column("stream", Text, nullable=False),
    Column("version", _NUMBER, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("valid_from", Text),
    Column("valid_to", Text),
    Column("recorded_at", _SORTED_BY_BYTE, nullable=False),
    Column("actor", Text, nullable=False),
    Column("basis", Text),
    Column("key", Text),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ledger_events_stream_version", "stream", "version", unique=True),
    Index("ledger_events_key", "key", unique=True),
)
"""Days, instants and payload are text: what is hashed is stored byte for byte, in both databases alike."""

COLUMNS = [ledger_events.c[name] for name in Event._fields]
"""The columns in the order of an `Event`."""

accounts = Table(
    "accounts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("one_time_until", _NUMBER),
    Column("failures", _NUMBER, nullable=False),
    Column("locked_until", _NUMBER, nullable=False),
    Column("disabled_at", _NUMBER),
    Column("created_at", _NUMBER, nullable=False),
)

service_tokens = Table(
    "service_tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("scopes", Text),
    Column("created_at", _NUMBER, nullable=False),
    Column("expires_at", _NUMBER, nullable=False),
    Column("revoked_at", _NUMBER),
    Column("used_at", _NUMBER),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("principal", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("provider", Text),
    Column("sealed_id_token", Text),
    Column("must_change_password", _NUMBER, nullable=False),
    Column("begun_at", _NUMBER, nullable=False),
    Column("seen_at", _NUMBER, nullable=False),
    Column("ends_at", _NUMBER, nullable=False),
    Index("sessions_principal", "principal"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("return_to", Text, nullable=False),
    Column("ends_at", _NUMBER, nullable=False),
)
"""Of who may sign in: instants are seconds since 1970 in UTC, secrets are hashes."""

register_spans = Table(
    "register_spans",
    metadata,
    Column("number", Text, primary_key=True),
    Column("agreement", Text, primary_key=True),
    Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
    Column("valid_from", _SORTED_BY_BYTE, primary_key=True),
    Column("valid_until", _SORTED_BY_BYTE),
    Column("known_from", _SORTED_BY_BYTE, nullable=False),
    Column("known_until", _SORTED_BY_BYTE),
    Column("kind", Text, nullable=False),
    Column("version", _NUMBER, nullable=False),
    Column("corrected", _NUMBER, nullable=False),
    Column("basis", Text),
    Column("hours", Text),
    Column("profession", Text),
    Column("region", Text),
    Column("province", Text),
    Column("arrondissement", Text),
    Column("municipality", Text),
    sqlite_with_rowid=False,
)
"""What held when, as known when (`accession.spans`), computed from the events in the transaction that records them.

The agreement is empty for the activity. `valid_until` and `known_until` are the first day and instant outside.
"""

register_projection = Table("register_projection", metadata, Column("built_to", _NUMBER, nullable=False))
"""One row once the spans are built: the last event of the register they hold. None after a step that empties them."""
