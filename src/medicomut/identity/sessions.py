"""Sessions of people in a browser: kept here, known by the hash of their cookie, ended by time or by signing out."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy import Connection, Engine, delete, insert, select, update

from medicomut.identity.accounts import PREFIX, refused
from medicomut.identity.roles import Role, read_roles
from medicomut.identity.secrets import Clock, hashed, new_secret, utc_seconds
from medicomut.store.database import writing
from medicomut.store.tables import accounts, sessions

SEEN_EVERY: Final = 60
_T = sessions.c


@dataclass(frozen=True, slots=True)
class Session:
    """One session. `principal` is who signed in, `provider` where (None: a local account)."""

    principal: str
    roles: tuple[Role, ...]
    provider: str | None
    must_change_password: bool
    ends_at: int


class Sessions:
    """The sessions of a database; `idle` and `longest` are seconds."""

    def __init__(self, engine: Engine, clock: Clock = utc_seconds, *, idle: int = 1800, longest: int = 43_200) -> None:
        self.engine, self.clock, self.idle, self.longest = engine, clock, idle, longest

    def begin(
        self,
        principal: str,
        roles: tuple[Role, ...],
        *,
        provider: str | None = None,
        id_token: str | None = None,
        must_change_password: bool = False,
        password_hash: str | None = None,
    ) -> str:
        """Begin a session and return the value of its cookie, which is kept nowhere; sessions past are cleared away.

        For a local account, `password_hash` is that of the password somebody has proved to know: where the account
        was closed or has got another since, no session begins. Raises `Problems` (`sign_in_refused`).
        """
        cookie, now = new_secret(), self.clock()
        row = {"hash": hashed(cookie), "principal": principal, "roles": " ".join(roles), "provider": provider,
               "sealed_id_token": _sealed(id_token, cookie) if id_token else None, "begun_at": now, "seen_at": now,
               "must_change_password": int(must_change_password), "ends_at": now + self.longest}  # fmt: skip
        with writing(self.engine, alone=False) as connection:
            if password_hash is not None and not _still_open(connection, principal, password_hash):
                raise refused()
            connection.execute(delete(sessions).where((_T.ends_at <= now) | (_T.seen_at <= now - self.idle)))
            connection.execute(insert(sessions).values(row))
        return cookie

    def find(self, cookie: str) -> Session | None:
        """Return the session of a cookie while it lasts, and note that it is in use."""
        now = self.clock()
        with self.engine.connect() as connection:
            row = connection.execute(select(sessions).where(_T.hash == hashed(cookie))).one_or_none()
        if row is None or row.ends_at <= now or row.seen_at <= now - self.idle:
            return None
        if row.seen_at + SEEN_EVERY <= now:
            with writing(self.engine, alone=False) as connection:
                connection.execute(update(sessions).where(_T.hash == row.hash).values(seen_at=now))
        roles = read_roles(row.roles.split()) if row.roles else ()
        return Session(row.principal, roles, row.provider, bool(row.must_change_password), row.ends_at)

    def end(self, cookie: str) -> tuple[str, str | None] | None:
        """End a session; return its provider and the token that provider knows it by, where it has one."""
        with writing(self.engine, alone=False) as connection:
            gone = delete(sessions).where(_T.hash == hashed(cookie)).returning(_T.provider, _T.sealed_id_token)
            row = connection.execute(gone).one_or_none()
        if row is None or row.provider is None:
            return None
        return row.provider, _unsealed(row.sealed_id_token, cookie) if row.sealed_id_token else None


def _still_open(connection: Connection, principal: str, password_hash: str) -> bool:
    """Say whether an account has this password still; who closes it waits until the session is there to be ended."""
    mine = (accounts.c.name == principal.removeprefix(PREFIX)) & (accounts.c.password_hash == password_hash)
    found = select(accounts.c.name).where(mine, accounts.c.disabled_at.is_(None)).with_for_update(read=True)
    return connection.execute(found).first() is not None


def derived(cookie: str, purpose: str) -> str:
    """Return a secret that only the holder of a cookie and this server can know, another for each purpose."""
    return hmac.new(cookie.encode(), purpose.encode(), hashlib.sha256).hexdigest()


# An ID token tells who somebody is. It is needed once more, to sign out at its provider, and lies sealed with a key
# made from the cookie: who reads the database cannot open it.
def _sealed(id_token: str, cookie: str) -> str:
    return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, id_token, _key(cookie))


def _unsealed(sealed: str, cookie: str) -> str | None:
    try:
        opened: Any = jwe.decrypt_compact(sealed, _key(cookie)).plaintext
    except JoseError:
        return None
    return bytes(opened).decode()


def _key(cookie: str) -> OctKey:
    return OctKey.import_key(bytes.fromhex(derived(cookie, "seal")))
