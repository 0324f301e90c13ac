"""Opening the database: SQLite by default, PostgreSQL by URL; one writer at a time; migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from medicomut.errors import Place, Problem, Problems
from medicomut.store.projection import build_where_missing

WAIT_SECONDS: Final = 30
"""How long a writer waits for another before it gives up with `store_busy`."""

_HOW: Final = "write sqlite:///ledger.db (a file here), sqlite:////var/lib/ledger.db or postgresql://user@host/database"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('medicomut.store'))"
_LOCK_NOT_AVAILABLE: Final = "55P03"


def open_store(url: str) -> Engine:
    """Return an engine for a database that is made and brought up to date where needed.

    Raises `Problems`: `bad_store_url`, `driver_missing`, `store_refused` (it does not answer, or is no database),
    `store_not_current` (a newer version of the program made it), `store_busy`.
    """
    engine = _engine(_read(url))
    try:
        with _naming_refusal(engine):
            migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def open_existing(url: str) -> Engine:
    """Return an engine for reading a database that must be there and up to date; nothing is made or changed.

    Raises `Problems` as `open_store` does, and `no_store` or `store_not_current`.
    """
    address = _read(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        where = Place(file=address.database)
        raise Problems([Problem("no_store", "there is no such database", where, mend="check the path")])
    engine = _engine(address)
    try:
        with _naming_refusal(engine):
            _check_current(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def trying(url: str) -> Iterator[Engine]:
    """Open a database to see what would become of it: the one that is there, else an empty one that is gone at the end.

    Raises `Problems` as `open_existing` does, and `no_folder` where the database could not be made.
    """
    address = _read(url)
    path = Path(address.database or "")
    if address.get_backend_name() != "sqlite" or path.exists():
        engine = open_existing(url)
        try:
            yield engine
        finally:
            engine.dispose()
        return
    if not path.parent.is_dir():
        raise Problems([no_folder(path)])
    with TemporaryDirectory() as folder:
        engine = open_store(f"sqlite:///{folder}/{path.name}")
        try:
            yield engine
        finally:
            engine.dispose()


def no_folder(path: Path) -> Problem:
    """Return the fault of a file to be made in a folder that is not there."""
    return Problem(
        "no_folder", f"there is no folder {path.parent}", Place(file=str(path)), mend="make the folder first"
    )


@contextmanager
def writing(engine: Engine, *, alone: bool = True) -> Iterator[Connection]:
    """Open a transaction that is the only one writing; it is committed at the end, or rolled back on any error.

    What is read inside cannot change before the commit. Where it need not be `alone`, others may write other rows
    of a PostgreSQL meanwhile: a sign-in does not wait for an import. Raises `Problems` (`store_busy`) where
    another writer does not finish within `WAIT_SECONDS`.
    """
    try:
        with engine.connect().execution_options(immediate=True) as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
                if alone:
                    connection.execute(text(_LOCK))
            yield connection
    except OperationalError as fault:
        if not _is_busy(fault):
            raise
        what = f"another writer kept the store for more than {WAIT_SECONDS} seconds"
        raise Problems([Problem("store_busy", what, mend="send it again; with the same key it counts once")]) from None


@contextmanager
def reading_at_once(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state of the store, whatever is written meanwhile."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def migrate(engine: Engine) -> None:
    """Bring the tables up to date, from nothing or from any older version; harmless when they are.

    All steps are one transaction: an interrupted migration leaves the database as it was. Raises `Problems`
    (`store_not_current`) where a newer version of the program made the tables.
    """
    with writing(engine) as connection:
        try:
            command.upgrade(_alembic(connection), "head")
            build_where_missing(connection)
        except CommandError as fault:
            raise Problems([_not_current(str(fault))]) from None


def _check_current(engine: Engine) -> None:
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    wanted = ScriptDirectory.from_config(_alembic(None)).get_current_head()
    if found != wanted:
        what = "holds no ledger" if found is None else f"is at version {found}, not at {wanted}"
        raise Problems([_not_current(f"the database {what}")])


def _not_current(what: str) -> Problem:
    mend = "check the address; an older store is brought up to date by the service that writes to it"
    return Problem("store_not_current", what, mend=mend)


def _alembic(connection: Connection | None) -> Config:
    # Without a file, logging of the host program stays as it is.
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "medicomut.store:migrations")
    return config


def _read(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise Problems([Problem("bad_store_url", "the address of the store cannot be read", mend=_HOW)]) from None
    backend = address.drivername.partition("+")[0]
    if backend in {"postgresql", "postgres"}:
        return address.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and address.database not in {None, "", ":memory:"}:
        return address.set(drivername="sqlite")
    what = "a ledger in memory is lost" if backend == "sqlite" else f"{backend} is not a database the store knows"
    raise Problems([Problem("bad_store_url", what, mend=_HOW)])


def _engine(address: URL) -> Engine:
    # What is written stands in no message of an error: it would be in the log, the hash of a password with it.
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        # A writer must see what the one before it committed, whatever the server's own default.
        return create_engine(address, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True)
    except (ImportError, NoSuchModuleError):
        mend = "install medicomut[postgres]"
        raise Problems([Problem("driver_missing", "the driver of PostgreSQL is not there", mend=mend)]) from None


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Make a commit durable, readers and the writer independent, and transactions ours to begin."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")  # else REPLACE deletes past the trigger that refuses it


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _is_busy(fault: OperationalError) -> bool:
    busy = getattr(fault.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")
    return busy or getattr(fault.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE


@contextmanager
def _naming_refusal(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DatabaseError as fault:
        shown = engine.url.render_as_string(hide_password=True)
        first_line = str(fault.orig).strip().partition("\n")[0]
        what = f"{shown} does not open: {first_line}"
        mend = "check the address, the rights, and that the server runs"
        raise Problems([Problem("store_refused", what, mend=mend)]) from None
