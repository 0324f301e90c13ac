"""Who may sign in: accounts, service tokens, sessions, and sign-ins under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "accounts",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("one_time_until", _NUMBER),
        sa.Column("failures", _NUMBER, nullable=False),
        sa.Column("locked_until", _NUMBER, nullable=False),
        sa.Column("disabled_at", _NUMBER),
        sa.Column("created_at", _NUMBER, nullable=False),
    )
    op.create_table(
        "service_tokens",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text),
        sa.Column("created_at", _NUMBER, nullable=False),
        sa.Column("expires_at", _NUMBER, nullable=False),
        sa.Column("revoked_at", _NUMBER),
        sa.Column("used_at", _NUMBER),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("principal", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("provider", sa.Text),
        sa.Column("sealed_id_token", sa.Text),
        sa.Column("must_change_password", _NUMBER, nullable=False),
        sa.Column("begun_at", _NUMBER, nullable=False),
        sa.Column("seen_at", _NUMBER, nullable=False),
        sa.Column("ends_at", _NUMBER, nullable=False),
    )
    op.create_index("sessions_principal", "sessions", ["principal"])
    op.create_table(
        "sign_ins",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("return_to", sa.Text, nullable=False),
        sa.Column("ends_at", _NUMBER, nullable=False),
    )
