"""A server with a store, accounts, tokens and a real provider; people and machines are made up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from identity_cases import RULES, Clock, Serving
from realprovider import BASE, CLIENT, SECRET, provider
from starlette.testclient import TestClient

from medicomut.api.app import create_app
from medicomut.api.settings import Settings
from medicomut.identity.desk import Desk
from medicomut.identity.providers import Provider
from medicomut.store import open_store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    found = Desk(open_store(f"sqlite:///{tmp_path / 'store.db'}"), {}, clock)
    yield found
    found.close()


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    with provider() as address:
        yield address


def known(issuer: str) -> Provider:
    """Return the settings under which the tests' provider is known."""
    return Provider("idp", "The tests' provider", issuer, CLIENT, secret=SECRET, userinfo=True, rules=RULES,
                    audience="urn:medicomut:tests")  # fmt: skip


@pytest.fixture(scope="session")
def idp(issuer: str) -> Provider:
    return known(issuer)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """Return what gives a browser of its own at a server with a store and a folder for jobs.

    The same settings give another browser at the same server; others end it and start another on the same store.
    """
    with ExitStack() as stack:
        running: list[tuple[Settings, FastAPI]] = []

        def start(*providers: Provider, base: str = BASE, **other: Any) -> TestClient:
            known = {one.id: one for one in providers}
            store = f"sqlite:///{tmp_path / 'store.db'}"
            settings = replace(Settings(data=tmp_path / "data", store=store, providers=known), **other)
            if not running or running[-1][0] != settings:
                stack.close()
                running.append((settings, create_app(settings)))
                stack.enter_context(TestClient(running[-1][1]))
            return TestClient(running[-1][1], base_url=base, client=("127.0.0.1", 50_000))

        yield start
