"""Service tokens: how a machine says who it is. The secret is shown once; a hash of it is kept."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, Row, insert, select, update

from medicomut.errors import Place, Problem, Problems
from medicomut.identity.roles import SCOPES, Role, Scope, read_roles, scopes_of
from medicomut.identity.secrets import Clock, hashed, new_secret, utc_seconds
from medicomut.store.database import writing
from medicomut.store.tables import service_tokens

PREFIX: Final = "token:"
LONGEST_DAYS: Final = 730
SEEN_EVERY: Final = 60
"""Seconds between two notes of a token's use: a note each time would make every request a write."""

_SECRET = re.compile(r"mcm_([0-9a-f]{16})_[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"\w[\w .@/-]{0,79}")
_T = service_tokens.c
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """One token, without its secret; instants are seconds since 1970, UTC.

    Tokens of one name are one machine's: a new one is issued before the old one is revoked. `scopes` are what it
    may do: all its roles allow, or the part that was chosen.
    """

    id: str
    name: str
    roles: tuple[Role, ...]
    scopes: frozenset[Scope]
    created_at: int
    expires_at: int
    revoked_at: int | None
    used_at: int | None

    @property
    def principal(self) -> str:
        """Return the name of the machine that holds it."""
        return PREFIX + self.name

    def state(self, now: int) -> str:
        """Return in a word whether it is good."""
        if self.revoked_at is not None:
            return "revoked"
        return "good" if self.expires_at > now else "expired"


class Tokens:
    """The service tokens of a database."""

    def __init__(self, engine: Engine, clock: Clock = utc_seconds) -> None:
        self.engine, self.clock = engine, clock

    def issue(self, name: str, roles: list[str], days: int, scopes: list[str] | None = None) -> tuple[str, str]:
        """Make a token that is good for some days; return its id and its secret, which is kept nowhere.

        Without `scopes` it may all that its roles allow. Raises `Problems`: `bad_token_name`, `bad_lifetime`,
        `no_scope` for a choice of none, `scope_not_held` for one beyond the roles, and those of `read_roles`.
        """
        given = read_roles(roles)
        found = _faults(name, days, scopes, scopes_of(given))
        if found:
            raise Problems(found)
        number, now = secrets.token_hex(8), self.clock()
        secret = f"mcm_{number}_{new_secret()}"
        row = {"id": number, "name": name, "hash": hashed(secret), "roles": " ".join(given), "created_at": now,
               "expires_at": now + days * _DAY, "scopes": " ".join(scopes) if scopes else None}  # fmt: skip
        with writing(self.engine, alone=False) as connection:
            connection.execute(insert(service_tokens).values(row))
        return number, secret

    def all(self) -> list[ServiceToken]:
        """Return every token, revoked and expired ones too, by name and age."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(service_tokens).order_by(_T.name, _T.created_at, _T.id))
            return [_token(row) for row in rows]

    def revoke(self, number: str) -> ServiceToken:
        """End a token for good and return it; harmless where it has ended. Raises `Problems` (`unknown_token`)."""
        with writing(self.engine, alone=False) as connection:
            ended = update(service_tokens).where(_T.id == number, _T.revoked_at.is_(None))
            connection.execute(ended.values(revoked_at=self.clock()))
            row = connection.execute(select(service_tokens).where(_T.id == number)).one_or_none()
        if row is None:
            raise Problems([Problem("unknown_token", f"there is no token {number!r}", Place(field="id"),
                                    mend="give the id, not the secret; see medicomut token list")])  # fmt: skip
        return _token(row)

    def find(self, secret: str) -> ServiceToken | None:
        """Return the token of a secret while it is good, and note its use."""
        shape, now = _SECRET.fullmatch(secret), self.clock()
        if shape is None:
            return None
        with self.engine.connect() as connection:
            row = connection.execute(select(service_tokens).where(_T.id == shape[1])).one_or_none()
        if row is None or row.revoked_at is not None or row.expires_at <= now:
            return None
        if not secrets.compare_digest(row.hash, hashed(secret)):
            return None
        if row.used_at is None or row.used_at + SEEN_EVERY <= now:
            with writing(self.engine, alone=False) as connection:
                connection.execute(update(service_tokens).where(_T.id == row.id).values(used_at=now))
        return _token(row)


def _faults(name: str, days: int, scopes: list[str] | None, held: frozenset[Scope]) -> list[Problem]:
    found = []
    if not _NAME.fullmatch(name):
        mend = "up to 80 letters, digits, spaces and .@/-"
        found.append(Problem("bad_token_name", f"{name!r} is no name of a token", Place(field="name"), mend=mend))
    if not 1 <= days <= LONGEST_DAYS:
        mend = f"between 1 and {LONGEST_DAYS} days"
        found.append(Problem("bad_lifetime", f"a token cannot be good for {days} days", Place(field="days"), mend=mend))
    if scopes is not None and not scopes:
        mend = "name some, or leave scopes out for all that the roles allow"
        found.append(Problem("no_scope", "no scope is named", Place(field="scope"), mend=mend))
    for scope in scopes or ():
        if scope not in held:
            mend = f"its roles allow: {', '.join(name for name in SCOPES if name in held)}"
            found.append(Problem("scope_not_held", f"the roles do not hold {scope!r}", Place(field="scope"), mend=mend))
    return found


def _token(row: Row[Any]) -> ServiceToken:
    roles = read_roles(row.roles.split())
    chosen = scopes_of(roles) if row.scopes is None else scopes_of(roles) & frozenset(row.scopes.split())
    return ServiceToken(row.id, row.name, roles, chosen, row.created_at, row.expires_at, row.revoked_at, row.used_at)
