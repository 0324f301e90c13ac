"""Local accounts: for a server without a provider of identity, and for the first secretary of any."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from medicomut.errors import Place, Problem, Problems
from medicomut.identity import passwords
from medicomut.identity.roles import Role, read_roles
from medicomut.identity.secrets import Clock, utc_seconds
from medicomut.store.database import writing
from medicomut.store.tables import accounts, sessions

PREFIX: Final = "account:"
"""Before the name of an account in the name of who signed in with it."""

ONE_TIME_SECONDS: Final = 72 * 3600
FREE_FAILURES: Final = 4
FIRST_DELAY: Final = 30
LONGEST_DELAY: Final = 3600

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,49}")
_T = accounts.c


@dataclass(frozen=True, slots=True)
class Account:
    """One account; instants are seconds since 1970, UTC.

    `one_time_until` is set while its password is the one printed by a command, good until then and to be changed
    at sign-in. `locked_until` lies ahead while failed sign-ins are answered by waiting. `password_hash` is what a
    session of it is begun with (`Sessions.begin`), and is shown nowhere.
    """

    name: str
    roles: tuple[Role, ...]
    one_time_until: int | None
    locked_until: int
    disabled_at: int | None
    created_at: int
    password_hash: str = field(repr=False)

    @property
    def principal(self) -> str:
        """Return the name of who signs in with it."""
        return PREFIX + self.name

    def state(self, now: int) -> str:
        """Return in a word whether one can sign in with it."""
        if self.disabled_at is not None:
            return "disabled"
        if self.one_time_until is not None:
            return "new" if self.one_time_until > now else "expired"
        return "locked" if self.locked_until > now else "open"


class Accounts:
    """The accounts of a database."""

    def __init__(self, engine: Engine, clock: Clock = utc_seconds) -> None:
        self.engine, self.clock = engine, clock

    def add(self, name: str, roles: list[str]) -> str:
        """Make an account and return its one-time password, which is kept nowhere.

        Raises `Problems`: `bad_account_name`, `account_exists`, and those of `read_roles`.
        """
        found, given = _name_faults(name), _roles(roles)
        if isinstance(given, list) or found:
            raise Problems([*found, *(given if isinstance(given, list) else [])])
        password, now = passwords.one_time(), self.clock()
        row = {"name": name, "password_hash": passwords.kept(password), "roles": " ".join(given), "failures": 0,
               "locked_until": 0, "one_time_until": now + ONE_TIME_SECONDS, "created_at": now}  # fmt: skip
        try:
            with writing(self.engine, alone=False) as connection:
                connection.execute(insert(accounts).values(row))
        except IntegrityError:
            mend = "choose another name, or give this one a new password with reset"
            raise _fault("account_exists", f"there is an account {name!r} already", mend) from None
        return password

    def all(self) -> list[Account]:
        """Return every account by name."""
        with self.engine.connect() as connection:
            return [_account(row) for row in connection.execute(select(accounts).order_by(_T.name))]

    def has(self, name: str) -> bool:
        """Say whether there is an account of a name, whatever its state."""
        with self.engine.connect() as connection:
            return connection.execute(select(_T.name).where(_T.name == name)).first() is not None

    def reset(self, name: str) -> str:
        """Give an account a new one-time password, open it again and end its sessions; return the password.

        Raises `Problems` (`unknown_account`).
        """
        password = passwords.one_time()
        self._change(name, password_hash=passwords.kept(password), one_time_until=self.clock() + ONE_TIME_SECONDS,
                     failures=0, locked_until=0, disabled_at=None)  # fmt: skip
        return password

    def disable(self, name: str) -> None:
        """Let nobody sign in with an account any more and end its sessions; raises `Problems` (`unknown_account`)."""
        self._change(name, disabled_at=self.clock())

    def sign_in(self, name: str, password: str) -> Account:
        """Return the account of a name and its password.

        Every attempt counts as failed until it succeeds, so that many at once count as many; from the fifth in a
        row each makes the next wait, twice as long each time, an hour at most. Raises `Problems`
        (`sign_in_refused`), the same whatever the reason: whoever guesses learns no name and no state.
        """
        known = self._attempt(name)
        right = passwords.holds(known.password_hash if known else None, password)
        if known is None or not right:
            raise refused()
        with writing(self.engine, alone=False) as connection:
            connection.execute(update(accounts).where(_T.name == name).values(failures=0, locked_until=0))
        return _account(known)

    def change_password(self, name: str, old: str, new: str, first: Callable[[], object] = lambda: None) -> Account:
        """Set a new password, end every session of the account, and return it.

        `first` is called once both passwords are found right, before anything is changed; what it raises leaves
        everything as it was. Raises `Problems`: `sign_in_refused` where the old one is not right, `bad_password`.
        """
        account = self.sign_in(name, old)
        found = list(passwords.faults(new, name, old))
        if found:
            raise Problems(found)
        first()
        kept = passwords.kept(new)
        self._change(name, password_hash=kept, one_time_until=None)
        return replace(account, password_hash=kept, one_time_until=None)

    def _attempt(self, name: str) -> Row[Any] | None:
        """Count an attempt, and return the account if it may be tried now."""
        now = self.clock()
        with writing(self.engine, alone=False) as connection:
            # The row is locked by being written: of two attempts at once the second sees what the first counted.
            counted = update(accounts).where(_T.name == name).values(failures=_T.failures + 1).returning(accounts)
            row = connection.execute(counted).one_or_none()
            if row is None or row.disabled_at is not None or row.locked_until > now or _expired(row, now):
                return None
            if row.failures > FREE_FAILURES:
                delay = min(FIRST_DELAY * 2 ** min(row.failures - FREE_FAILURES - 1, 20), LONGEST_DELAY)
                locked = update(accounts).where(_T.name == name).values(locked_until=now + delay)
                connection.execute(locked)
            return row

    def _change(self, name: str, **values: Any) -> None:
        with writing(self.engine, alone=False) as connection:
            if not connection.execute(update(accounts).where(_T.name == name).values(values)).rowcount:
                raise _fault("unknown_account", f"there is no account {name!r}", "see medicomut account list")
            connection.execute(delete(sessions).where(sessions.c.principal == PREFIX + name))


def refused() -> Problems:
    """Return the one answer to a sign-in that fails."""
    mend = "check both; after several failures the account waits for a while"
    return Problems([Problem("sign_in_refused", "the name or the password is not right", mend=mend)])


def _expired(row: Row[Any], now: int) -> bool:
    return row.one_time_until is not None and row.one_time_until <= now


def _account(row: Row[Any]) -> Account:
    roles = read_roles(row.roles.split())
    return Account(row.name, roles, row.one_time_until, row.locked_until, row.disabled_at, row.created_at,
                   row.password_hash)  # fmt: skip


def _roles(names: list[str]) -> tuple[Role, ...] | list[Problem]:
    try:
        return read_roles(names)
    except Problems as found:
        return found.problems


def _name_faults(name: str) -> list[Problem]:
    if _NAME.fullmatch(name):
        return []
    mend = "2 to 50 small letters, digits, points, dashes and underscores, beginning with a letter or digit"
    return [Problem("bad_account_name", f"{name!r} is no name of an account", Place(field="name"), mend=mend)]


def _fault(code: str, what: str, mend: str) -> Problems:
    return Problems([Problem(code, what, Place(field="name"), mend=mend)])
