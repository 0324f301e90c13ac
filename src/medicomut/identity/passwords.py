"""Passwords: argon2id with the second choice of RFC 9106 (64 MiB, three passes), as argon2-cffi has it by default."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from medicomut.errors import Place, Problem

SHORTEST: Final = 12
LONGEST: Final = 200
LONGEST_TYPED: Final = 4 * LONGEST
"""Letters as they are typed, which may be more than those kept; beyond it they are not put in order at all: that takes
time with the square of their number."""

# Letters and digits that cannot be taken for one another; 20 of them are 98 bits.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _IN_A_GROUP = 4, 5

_hasher = PasswordHasher()
_NOBODYS = _hasher.hash(secrets.token_urlsafe())


def one_time() -> str:
    """Return a password to be read from a screen and changed at first sign-in."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_IN_A_GROUP)) for _ in range(_GROUPS))


def kept(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher.hash(_normal(password))


def holds(known: str | None, password: str) -> bool:
    """Say whether a password is the one kept; where none is, take as long to say no."""
    if len(password) > LONGEST_TYPED:
        known, password = None, ""
    try:
        return _hasher.verify(known or _NOBODYS, _normal(password)) and known is not None
    except (VerificationError, InvalidHashError):
        return False


def faults(password: str, name: str, old: str) -> Iterator[Problem]:
    """Yield what is wrong with a new password; length counts, composition does not (NIST SP 800-63B)."""
    where = Place(field="new_password")
    if len(password) > LONGEST_TYPED or not SHORTEST <= len(_normal(password)) <= LONGEST:
        what = f"the password is not between {SHORTEST} and {LONGEST} characters long"
        yield Problem("bad_password", what, where, mend="several words in a row are easy to keep in mind")
    if name.casefold() in password.casefold() or password == old:
        what = "the password holds the name, or is the one before"
        yield Problem("bad_password", what, where, mend="choose another")


def _normal(password: str) -> str:
    # The same letters typed on two keyboards are the same password.
    return unicodedata.normalize("NFKC", password)
