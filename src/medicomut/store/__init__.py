"""What is kept: the append-only, hash-chained ledger of events, in SQLite or PostgreSQL."""

from medicomut.store.chain import Draft, Event, Head, Report
from medicomut.store.database import migrate, no_folder, open_existing, open_store, trying
from medicomut.store.files import export, restore, verify_file
from medicomut.store.ledger import Ledger

__all__ = [
    "Draft",
    "Event",
    "Head",
    "Ledger",
    "Report",
    "export",
    "migrate",
    "no_folder",
    "open_existing",
    "open_store",
    "restore",
    "trying",
    "verify_file",
]
