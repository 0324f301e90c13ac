"""Opening a store: what is made, what is refused, and what an older database becomes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from ledgers import refusal
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from medicomut.errors import Problems
from medicomut.store import Ledger, database, migrate, open_existing, open_store
from medicomut.store.tables import metadata


def codes(refused: pytest.ExceptionInfo[Problems]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_the_migrations_make_the_tables_the_program_knows(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_comparison_would_see_a_difference(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE ledger_events ADD COLUMN more TEXT"))
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert [difference[0] for difference in compare_metadata(context, metadata)] == ["remove_column"]
        connection.rollback()


def test_what_was_to_be_written_stands_in_no_error(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as failed, engine.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:secret)"), {"secret": "hash of a password"})
    assert "hash of a password" not in str(failed.value)


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    event = Ledger(engine).append(refusal())
    migrate(engine)
    assert list(Ledger(engine).events()) == [event]


def test_a_migration_that_fails_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade = database.command.upgrade

    def broken_off(*arguments: object) -> None:
        upgrade(*arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(database.command, "upgrade", broken_off)
    with pytest.raises(KeyboardInterrupt):
        open_store(url)
    plain = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    assert inspect(plain).get_table_names() == []
    plain.dispose()
    monkeypatch.undo()
    open_store(url).dispose()


def test_reading_makes_nothing(url: str) -> None:
    with pytest.raises(Problems) as refused:
        open_existing(url)
    assert codes(refused) in (["no_store"], ["store_not_current"])
    assert not Path(url.removeprefix("sqlite:///")).exists()
    open_store(url).dispose()
    open_existing(url).dispose()


def test_sqlite_commits_are_durable_and_readers_do_not_wait(sqlite_file: Path) -> None:
    engine = open_store(f"sqlite:///{sqlite_file}")
    with engine.connect() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "recursive_triggers")
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in pragmas]
        assert found == ["wal", 2, 1, 30_000, 1]
    ledger = Ledger(engine)
    with database.writing(engine):
        assert ledger.head().sequence == 0
    engine.dispose()


def test_who_waits_too_long_for_another_writer_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 1)
    engine = open_store(url)
    with database.writing(engine), pytest.raises(Problems) as refused:
        Ledger(engine).append(refusal())
    assert codes(refused) == ["store_busy"]
    assert Ledger(engine).append(refusal()).sequence == 1
    engine.dispose()


@pytest.mark.parametrize(
    "url", ["", "ledger.db", "sqlite://", "sqlite:///:memory:", "mysql://somewhere/ledger", "postgresql://h:port/x"]
)
def test_an_address_that_cannot_be_used_is_named(url: str) -> None:
    for opening in (open_store, open_existing):
        with pytest.raises(Problems) as refused:
            opening(url)
        assert codes(refused) == ["bad_store_url"]
        assert "sqlite:///" in refused.value.problems[0].mend


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("not a database, but long enough to be taken for one " * 100)
    for address in (f"sqlite:///{tmp_path}/notes.db", f"sqlite:///{tmp_path}/missing/ledger.db"):
        with pytest.raises(Problems) as refused:
            open_store(address)
        assert codes(refused) == ["store_refused"]


def test_a_password_is_not_told(postgres_server: str) -> None:
    address = postgres_server.replace("test@", "test:secret@").replace("DATABASE", "no_such_database")
    with pytest.raises(Problems) as refused:
        open_store(address)
    assert codes(refused) == ["store_refused"]
    assert "no_such_database" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_store_of_another_version_is_not_read(new_url: Callable[[str], str]) -> None:
    url = new_url("sqlite")
    open_store(url).dispose()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for opening in (open_existing, open_store):
        with pytest.raises(Problems) as refused:
            opening(url)
        assert codes(refused) == ["store_not_current"]
