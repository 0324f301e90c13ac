"""Sign-ins under way at a provider: begun in one browser, finished once, in the same one, within ten minutes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Engine, delete, insert

from medicomut.identity.secrets import Clock, hashed, new_secret, utc_seconds
from medicomut.store.database import writing
from medicomut.store.tables import sign_ins

SECONDS: Final = 600
_T = sign_ins.c


class SignIns:
    """The sign-ins under way of a database.

    State, nonce and code verifier are made from the cookie of the browser (`sessions.derived`), so that none of
    them lies here, and an answer that another browser brings proves nothing.
    """

    def __init__(self, engine: Engine, clock: Clock = utc_seconds) -> None:
        self.engine, self.clock = engine, clock

    def begin(self, provider: str, return_to: str) -> str:
        """Begin a sign-in and return the value of its cookie; those past are cleared away."""
        cookie, now = new_secret(), self.clock()
        row = {"hash": hashed(cookie), "provider": provider, "return_to": return_to, "ends_at": now + SECONDS}
        with writing(self.engine, alone=False) as connection:
            connection.execute(delete(sign_ins).where(_T.ends_at <= now))
            connection.execute(insert(sign_ins).values(row))
        return cookie

    def take(self, cookie: str, provider: str) -> str | None:
        """End the sign-in of a cookie and say where it leads; None where there is none, so that it counts once."""
        with writing(self.engine, alone=False) as connection:
            mine = (_T.hash == hashed(cookie)) & (_T.provider == provider) & (_T.ends_at > self.clock())
            return connection.execute(delete(sign_ins).where(mine).returning(_T.return_to)).scalar_one_or_none()
