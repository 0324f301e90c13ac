"""Random secrets, of which only a hash is kept, and the clock of the room."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Gives the instant as seconds since 1970, UTC."""


def utc_seconds() -> int:
    """Return the instant."""
    return int(time.time())


def new_secret() -> str:
    """Return 256 random bits as text that fits a header, a cookie or an address."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """Return the hash under which a random secret is kept; it is too long to be guessed from it."""
    return hashlib.sha256(secret.encode()).hexdigest()
