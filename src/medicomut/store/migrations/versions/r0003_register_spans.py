"""What held when, as known when, of the register: tables that `migrate` then fills from the events.

A later step that changes what the spans hold empties both tables, so that they are filled anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_SORTED_BY_BYTE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "register_spans",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("agreement", sa.Text, primary_key=True),
        sa.Column("sequence", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("valid_from", _SORTED_BY_BYTE, primary_key=True),
        sa.Column("valid_until", _SORTED_BY_BYTE),
        sa.Column("known_from", _SORTED_BY_BYTE, nullable=False),
        sa.Column("known_until", _SORTED_BY_BYTE),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("version", _NUMBER, nullable=False),
        sa.Column("corrected", _NUMBER, nullable=False),
        sa.Column("basis", sa.Text),
        sa.Column("hours", sa.Text),
        sa.Column("profession", sa.Text),
        sa.Column("region", sa.Text),
        sa.Column("province", sa.Text),
        sa.Column("arrondissement", sa.Text),
        sa.Column("municipality", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_table("register_projection", sa.Column("built_to", _NUMBER, nullable=False))
