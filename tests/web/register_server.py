"""A server with a register whose clock stands in the window of 2020, and who signs in there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from looking import SCREENS
from playwright.sync_api import Page
from serving import made, running

from medicomut.accession.declarations import Declaration, Kind
from medicomut.api.settings import Settings
from medicomut.identifiers import synthetic_inami
from medicomut.identity.roles import Role
from medicomut.store.register import Register

YEAR = "be/amm/2020"
NOON = datetime(2020, 2, 10, 11, tzinfo=UTC)
NUMBERS = iter(range(100, 400))

Practice = tuple[str, FastAPI]


@contextmanager
def practising(folder: Path) -> Iterator[Practice]:
    """Serve a register with one made-up specialist in it."""
    url, store = f"sqlite:///{folder / 'register.db'}", f"sqlite:///{folder / 'store.db'}"
    app = made(Settings(data=folder, store=store, register=url, trial_now=NOON))
    with running(app) as address:
        registered(app.state.registered.register, "580", "specialist", "Flanders")
        yield address, app


def registered(
    register: Register, competence: str, profession: str, region: str, *, number: str = "", refuses: bool = False
) -> str:
    """Put one more made-up practitioner into a register; return the number."""
    number = number or synthetic_inami(next(NUMBERS), competence)
    given: Any = {"profession": profession, "region": region}
    register.declare(Declaration(Kind.registered, number, "test", **given))
    if refuses:
        register.declare(Declaration(Kind.refused, number, "test", YEAR))
    return number


def enter(page: Page, at: Practice, name: str, role: Role) -> None:
    """Begin a session of somebody in a window, as a sign-in does."""
    cookie = at[1].state.entrance.desk.sessions.begin(name, (role,))
    page.context.add_cookies([{"name": "medicomut_session", "value": cookie, "url": at[0]}])


def doctor(page: Page, at: Practice, competence: str, profession: str) -> str:
    """Sign in as somebody who has just been registered; return their number."""
    number = registered(at[1].state.registered.register, competence, profession, "Brussels")
    enter(page, at, f"account:{number}", "practitioner")
    return number


def saw(page: Page, name: str) -> None:
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True)
