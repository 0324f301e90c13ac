"""Every test that takes `url`, `engine` or `ledger` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from ledgers import Clock
from postgres import postgresql
from sqlalchemy import Engine, create_engine, text

from medicomut.store import Ledger, open_store

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgresql() as address:
        yield address


@pytest.fixture(scope="session")
def new_url(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Return what makes an empty database and gives its URL."""
    numbers = count(1)

    def make(backend: str) -> str:
        if backend == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.db'}"
        address, name = str(request.getfixturevalue("postgres_server")), f"ledger_{next(numbers)}"
        maker = create_engine(
            address.replace("postgresql:", "postgresql+psycopg:").replace("DATABASE", "postgres"),
            isolation_level="AUTOCOMMIT",
        )
        with maker.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        maker.dispose()
        return address.replace("DATABASE", name)

    return make


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> str:
    return new_url(request.param)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_store(url)
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(engine: Engine, clock: Clock) -> Ledger:
    return Ledger(engine, clock)


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"
