"""Accounts, service tokens, sessions and sign-ins in both databases; whoever they are about is made up."""

from __future__ import annotations

import re
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, text

from medicomut.errors import Problems
from medicomut.identity import sessions as sessions_module
from medicomut.identity.accounts import FREE_FAILURES, Accounts
from medicomut.identity.sessions import Sessions, derived
from medicomut.identity.sign_ins import SignIns
from medicomut.identity.tokens import Tokens

DAY = 86_400
GOOD = "correct horse battery"
LONG = "a" + "\u0301" * 250_000 + "\u0316" * 250_000


class Seconds:
    """Shows what it was set to."""

    def __init__(self) -> None:
        self.now = 1_790_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def now() -> Seconds:
    return Seconds()


@pytest.fixture
def accounts(engine: Engine, now: Seconds) -> Accounts:
    return Accounts(engine, now)


def code(call) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Problems) as refused:
        call()
    return refused.value.problems[0].code


def everything(engine: Engine) -> str:
    """Return all that lies in the tables of identity."""
    with engine.connect() as connection:
        tables = ("accounts", "service_tokens", "sessions", "sign_ins")
        return repr([connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables])  # noqa: S608


# --- accounts -----------------------------------------------------------------------------------------------


def test_a_one_time_password_is_changed_at_first_sign_in(accounts: Accounts, engine: Engine) -> None:
    once = accounts.add("jan", ["secretariat"])
    assert re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}", once)
    assert accounts.sign_in("jan", once).one_time_until
    assert accounts.all()[0].state(accounts.clock()) == "new"
    accounts.change_password("jan", once, GOOD)
    assert accounts.sign_in("jan", GOOD).one_time_until is None
    assert code(lambda: accounts.sign_in("jan", once)) == "sign_in_refused"
    assert once not in everything(engine)
    assert GOOD not in everything(engine)
    assert "$argon2id$" in everything(engine)


def test_a_one_time_password_does_not_wait_for_ever(accounts: Accounts, now: Seconds) -> None:
    once = accounts.add("jan", ["auditor"])
    now.now += 72 * 3600
    assert code(lambda: accounts.sign_in("jan", once)) == "sign_in_refused"
    assert accounts.all()[0].state(now()) == "expired"
    assert accounts.sign_in("jan", accounts.reset("jan")).roles == ("auditor",)


@pytest.mark.parametrize("new", ["short", "x" * 201, "my name is jan indeed", "JAN and his words", ""])
def test_a_password_that_is_refused(accounts: Accounts, new: str) -> None:
    once = accounts.add("jan", ["auditor"])
    assert code(lambda: accounts.change_password("jan", once, new)) == "bad_password"
    assert accounts.sign_in("jan", once)


def test_a_password_without_end_takes_no_time(accounts: Accounts) -> None:
    """Accents are put in order as by hand: half a million of them would take hours, and hold up everybody."""
    once = accounts.add("jan", ["auditor"])
    began = time.monotonic()
    assert code(lambda: accounts.sign_in("jan", LONG)) == "sign_in_refused"
    assert code(lambda: accounts.change_password("jan", once, LONG)) == "bad_password"
    assert time.monotonic() - began < 5


def test_letters_typed_on_another_keyboard_are_the_same(accounts: Accounts) -> None:
    accounts.change_password("jan2", accounts.add("jan2", ["auditor"]), "déjà vu et connu")
    assert accounts.sign_in("jan2", "déjà vu et connu")


def test_who_guesses_waits_longer_and_longer(accounts: Accounts, now: Seconds) -> None:
    """Four tries are free; then 30 seconds, a minute, two …; the right one during the wait is refused as well."""
    once = accounts.add("jan", ["auditor"])
    for wait in (30, 60, 120):
        tries = FREE_FAILURES + 1 if wait == 30 else 1
        for _ in range(tries):
            assert code(lambda: accounts.sign_in("jan", "wrong")) == "sign_in_refused"
        assert accounts.all()[0].locked_until == now() + wait
        now.now += wait
    accounts.sign_in("jan", once)
    assert accounts.all()[0].locked_until == 0
    for _ in range(FREE_FAILURES + 1):
        assert code(lambda: accounts.sign_in("jan", "wrong")) == "sign_in_refused"
    assert accounts.all()[0].state(now() + 1) == "new"
    assert code(lambda: accounts.sign_in("jan", once)) == "sign_in_refused"
    now.now += 30
    assert accounts.sign_in("jan", once)


def test_the_longest_wait_is_an_hour(accounts: Accounts, now: Seconds) -> None:
    accounts.add("jan", ["auditor"])
    with accounts.engine.begin() as connection:
        connection.execute(text("UPDATE accounts SET failures = 100000"))
    assert code(lambda: accounts.sign_in("jan", "wrong")) == "sign_in_refused"
    assert accounts.all()[0].locked_until == now() + 3600


def test_many_guesses_at_once_count_as_many(accounts: Accounts) -> None:
    accounts.add("jan", ["auditor"])
    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(lambda _: code(lambda: accounts.sign_in("jan", "wrong")), range(8))) == {"sign_in_refused"}
    with accounts.engine.connect() as connection:
        assert connection.execute(text("SELECT failures FROM accounts")).scalar_one() == 8
    assert accounts.all()[0].locked_until > accounts.clock()


def test_who_guesses_learns_no_name(accounts: Accounts) -> None:
    accounts.add("jan", ["auditor"])
    accounts.add("eve", ["auditor"])
    accounts.disable("eve")
    said = set()
    for name in ("jan", "eve", "nobody", "", "' OR 1=1 --"):
        with pytest.raises(Problems) as refused:
            accounts.sign_in(name, "wrong")
        said.add(str(refused.value))
    assert len(said) == 1


def test_a_disabled_account_and_its_sessions(accounts: Accounts, engine: Engine, now: Seconds) -> None:
    once = accounts.add("jan", ["auditor"])
    sessions = Sessions(engine, now)
    cookie, other = sessions.begin("account:jan", ("auditor",)), sessions.begin("account:eve", ("auditor",))
    accounts.disable("jan")
    assert sessions.find(cookie) is None
    assert sessions.find(other)
    assert code(lambda: accounts.sign_in("jan", once)) == "sign_in_refused"
    assert accounts.all()[0].state(now()) == "disabled"
    assert code(lambda: accounts.disable("nobody")) == "unknown_account"


@pytest.mark.parametrize("meanwhile", ["disabled", "reset", "changed"])
def test_no_session_begins_of_an_account_closed_since_its_password_was_right(
    accounts: Accounts, engine: Engine, now: Seconds, meanwhile: str
) -> None:
    once, sessions = accounts.add("jan", ["auditor"]), Sessions(engine, now)
    proved = accounts.sign_in("jan", once)
    assert sessions.find(sessions.begin(proved.principal, proved.roles, password_hash=proved.password_hash))
    if meanwhile == "disabled":
        accounts.disable("jan")
    elif meanwhile == "reset":
        accounts.reset("jan")
    else:
        changed = accounts.change_password("jan", once, GOOD)
        assert sessions.begin(changed.principal, changed.roles, password_hash=changed.password_hash)
    begin = partial(sessions.begin, proved.principal, proved.roles, password_hash=proved.password_hash)
    assert code(begin) == "sign_in_refused"
    assert proved.password_hash not in repr(proved)


def test_an_account_closed_while_its_session_begins(
    accounts: Accounts, engine: Engine, now: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who closes it waits for the session to be there, and ends it."""
    once, sessions = accounts.add("jan", ["auditor"]), Sessions(engine, now)
    proved, looked = accounts.sign_in("jan", once), sessions_module._still_open
    with ThreadPoolExecutor(1) as pool:

        def closing(*asked: Any) -> bool:
            found = looked(*asked)
            closed.append(pool.submit(accounts.disable, "jan"))
            with pytest.raises(TimeoutError):
                closed[0].result(0.3)
            return found

        closed: list[Future[None]] = []
        monkeypatch.setattr(sessions_module, "_still_open", closing)
        cookie = sessions.begin(proved.principal, proved.roles, password_hash=proved.password_hash)
        closed[0].result(30)
    assert sessions.find(cookie) is None


def test_every_fault_of_a_new_account_is_told(accounts: Accounts) -> None:
    with pytest.raises(Problems) as refused:
        accounts.add("Jan Janssens", ["king"])
    assert [problem.code for problem in refused.value.problems] == ["bad_account_name", "unknown_role"]
    accounts.add("jan", ["auditor"])
    assert code(lambda: accounts.add("jan", ["secretariat"])) == "account_exists"
    assert accounts.all()[0].roles == ("auditor",)


# --- service tokens -----------------------------------------------------------------------------------------


def test_a_token_from_issue_to_revocation(engine: Engine, now: Seconds) -> None:
    tokens = Tokens(engine, now)
    number, secret = tokens.issue("Practice", ["software"], 2)
    found = tokens.find(secret)
    assert found
    assert (found.principal, found.roles) == ("token:Practice", ("software",))
    assert secret not in everything(engine)
    assert secret.rpartition("_")[2] not in everything(engine)
    assert tokens.all()[0].used_at == now()
    now.now += 59
    tokens.find(secret)
    assert tokens.all()[0].used_at == now() - 59
    now.now += 1
    tokens.find(secret)
    assert tokens.all()[0].used_at == now()
    assert tokens.revoke(number).revoked_at == now()
    now.now += 5
    assert tokens.revoke(number).revoked_at == now() - 5
    assert tokens.find(secret) is None
    assert code(lambda: tokens.revoke("0" * 16)) == "unknown_token"


def test_a_token_ends_with_its_time(engine: Engine, now: Seconds) -> None:
    tokens = Tokens(engine, now)
    secret = tokens.issue("Practice", ["software"], 2)[1]
    now.now += 2 * DAY - 1
    assert tokens.find(secret)
    now.now += 1
    assert tokens.find(secret) is None
    assert tokens.all()[0].state(now()) == "expired"


def test_a_forged_secret_of_a_token_that_is_there(engine: Engine, now: Seconds) -> None:
    tokens = Tokens(engine, now)
    number, secret = tokens.issue("Practice", ["software"], 2)
    for forged in (secret[:-1] + ("A" if secret[-1] != "A" else "B"), f"mcm_{number}_", number, "", secret + "\n",
                   f"mcm_{number}_{'A' * 43}"):  # fmt: skip
        assert tokens.find(forged) is None


def test_a_token_may_hold_less_than_its_role(engine: Engine, now: Seconds) -> None:
    tokens = Tokens(engine, now)
    less = tokens.find(tokens.issue("Practice", ["software"], 2, ["price", "read"])[1])
    assert less
    assert less.scopes == {"price", "read"}
    with pytest.raises(Problems) as refused:
        tokens.issue("", ["software"], 0, ["admin", "price", "x"])
    assert [p.code for p in refused.value.problems] == [
        "bad_token_name", "bad_lifetime", "scope_not_held", "scope_not_held",
    ]  # fmt: skip


# --- sessions and sign-ins ----------------------------------------------------------------------------------


def test_a_session_ends_by_time(engine: Engine, now: Seconds) -> None:
    """After half an hour without use, and after twelve hours whatever happens."""
    sessions = Sessions(engine, now)
    idle = sessions.begin("idp:x", ())
    now.now += 1799
    assert sessions.find(idle)
    now.now += 1800
    assert sessions.find(idle) is None
    busy = sessions.begin("idp:x", ())
    for _ in range(42):
        assert sessions.find(busy)
        now.now += 1000
    now.now += 1200
    assert sessions.find(busy) is None


def test_sessions_that_ended_are_cleared_away(engine: Engine, now: Seconds) -> None:
    sessions = Sessions(engine, now)
    for _ in range(5):
        sessions.begin("idp:x", ("auditor",))
    now.now += 1800
    sessions.begin("idp:x", ("auditor",))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar_one() == 1


def test_the_database_gives_nobody_in(engine: Engine, now: Seconds) -> None:
    """Neither the cookie nor what is made from it lies there; the ID token lies sealed, and comes whole at the end."""
    sessions = Sessions(engine, now)
    cookie = sessions.begin("idp:x", (), provider="idp", id_token="head.body.signature")  # noqa: S106 - it opens nothing
    kept = everything(engine)
    for secret in (cookie, derived(cookie, "csrf"), derived(cookie, "seal"), "head.body.signature"):
        assert secret not in kept
    assert sessions.end("another") is None
    assert sessions.find(cookie)
    assert sessions.end(cookie) == ("idp", "head.body.signature")
    assert sessions.find(cookie) is None
    assert sessions.end(cookie) is None


def test_a_sign_in_counts_once_however_many_bring_it(engine: Engine, now: Seconds) -> None:
    sign_ins = SignIns(engine, now)
    cookie = sign_ins.begin("idp", "/x")
    assert sign_ins.take(cookie, "other") is None
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: sign_ins.take(cookie, "idp"), range(4)))
    assert sorted(taken, key=str) == ["/x", None, None, None]
    late = sign_ins.begin("idp", "/y")
    now.now += 600
    assert sign_ins.take(late, "idp") is None
    sign_ins.begin("idp", "/z")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sign_ins")).scalar_one() == 1
