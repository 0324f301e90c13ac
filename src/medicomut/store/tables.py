"""The tables, as the migrations leave them; a test holds the two together."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from medicomut.store.chain import Event

metadata = MetaData()

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
