"""The register is kept: killed writers, events changed by force, many at once; and it is made again from a backup."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from threading import Barrier

import pytest
from ledgers import Clock, by_force
from sqlalchemy import Engine, text

from medicomut.accession.declarations import Declaration, Kind
from medicomut.accession.status import State, term_of
from medicomut.accession.window import signed_window
from medicomut.agreement import load
from medicomut.errors import Problems
from medicomut.identifiers import synthetic_inami
from medicomut.store import Event, Ledger, export, open_existing, open_store, restore
from medicomut.store.register import Outcome, Register
from medicomut.store.tables import ledger_events

IMPORTER = Path(__file__).with_name("importer.py")
AMM = "be/amm/2020"
TERMS = [term_of(load(AMM))]
NUMBER = "19000122003"
ROWS = 600


def registered(number: str) -> Declaration:
    return Declaration(Kind.registered, number, "inami", profession="gp", region="Brussels")


def test_killed_at_any_instant_of_an_import_nothing_acknowledged_is_lost_and_no_half_file_is_there(url: str) -> None:
    """kill -9 three times, each at another instant: at once after a file, and somewhere within the next ones."""
    instants = random.Random(20)
    told = 0
    for day in (1, 2, 3):
        importer = subprocess.Popen(
            [sys.executable, str(IMPORTER), url, str(ROWS), str(day)], stdout=subprocess.PIPE, text=True
        )
        assert importer.stdout is not None
        acknowledged = [int(importer.stdout.readline()) for _ in range(2)]
        time.sleep(instants.random() * 0.4)
        importer.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in importer.stdout.read().split()]
        importer.stdout.close()
        assert importer.wait() == -signal.SIGKILL
        told = max(told, *acknowledged)
        engine = open_existing(url)
        register = Register(Ledger(engine, Clock(datetime(2020, 2, day, 20, tzinfo=UTC))), signed_window)
        # Waits for what the server may still be committing for the dead client.
        register.declare(registered(synthetic_inami(day, "003")))
        events = register.ledger.head().sequence - day
        assert events >= told - (day - 1)
        assert events % ROWS == 0
        assert register.ledger.verify().holds
        assert register.span_faults() == []
        refused = sum(status.state is State.refused for status in register.statuses(date(2020, 3, 2), TERMS))
        assert refused == events // 2
        engine.dispose()


def test_a_changed_byte_in_any_event_is_found(engine: Engine) -> None:
    """Each text of each event, one letter changed by force, then put back."""
    register = Register(Ledger(engine, Clock()), signed_window)
    refusal = Declaration(Kind.refused, NUMBER, "somebody", AMM)
    register.declare_all([registered(NUMBER), refusal, registered("19000221003")])
    whole = list(register.ledger.events())
    by_force(engine)
    texts = [name for name in Event._fields if name not in ("sequence", "version", "key")]
    changed = 0
    for event in whole:
        for name in texts:
            value = getattr(event, name)
            if value is None:
                continue
            at = event.sequence * 7 % len(value)
            other = value[:at] + ("#" if value[at] != "#" else "!") + value[at + 1 :]
            column = ledger_events.c[name]
            for written in (other, value):
                with engine.begin() as connection:
                    own = ledger_events.c.sequence == event.sequence
                    connection.execute(ledger_events.update().where(own).values({column: written}))
                found = register.ledger.verify()
                assert found.first_bad == (event.sequence if written == other else None), (event.sequence, name)
            changed += 1
    assert changed > 20


def test_many_declare_at_once_for_one_practitioner_and_one_order_comes_out(engine: Engine) -> None:
    """Eight say eight things; who meets another's declaration reads again, and nothing that was told is lost."""

    def clock() -> datetime:
        return datetime(2020, 2, 10, tzinfo=UTC)

    Register(Ledger(engine, clock), signed_window).declare(registered(NUMBER))
    together = Barrier(8)
    kinds = [Kind.refused, Kind.acceded] * 4

    def declare(at: int) -> int:
        own = Declaration(kinds[at], NUMBER, f"device:{at}", AMM, basis=f"message {at}")
        register = Register(Ledger(engine, clock), signed_window)
        together.wait()
        while True:
            try:
                outcome: Outcome = register.declare(own)
            except Problems as lost:
                assert lost.problems[0].code == "version_conflict"  # noqa: PT017
                continue
            return outcome.event.version

    with ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(declare, range(8)))
    register = Register(Ledger(engine, clock), signed_window)
    recorded = register.history(NUMBER).recorded
    assert [one.version for one in recorded] == list(range(1, len(recorded) + 1))
    assert set(versions) <= {one.version for one in recorded}
    kinds_there = [one.kind for one in recorded[1:]]
    assert all(one is not other for one, other in pairwise(kinds_there))
    assert register.span_faults() == []


def test_a_backup_of_one_database_is_the_register_in_another(
    engine: Engine, new_url: Callable[[str], str], tmp_path: Path
) -> None:
    clock = Clock(datetime(2020, 2, 1, tzinfo=UTC))
    register = Register(Ledger(engine, clock), signed_window)
    register.declare_all([registered(NUMBER), Declaration(Kind.refused, NUMBER, "somebody", AMM)])
    file = tmp_path / "register.ndjson"
    with file.open("wb") as out:
        head = export(register.ledger, out)
    other = open_store(new_url("sqlite" if engine.dialect.name == "postgresql" else "postgresql"))
    assert restore(other, file) == head
    again = Register(Ledger(other, clock), signed_window)
    assert list(again.ledger.events()) == list(register.ledger.events())
    assert (again.ledger.verify(known=head).holds, again.span_faults()) == (True, [])
    assert again.statuses(date(2020, 3, 2), TERMS) == register.statuses(date(2020, 3, 2), TERMS)
    assert again.declare(Declaration(Kind.acceded, NUMBER, "somebody", AMM)).event.sequence == 3
    with pytest.raises(Problems) as refused:
        restore(other, file)
    assert [problem.code for problem in refused.value.problems] == ["ledger_in_use"]
    other.dispose()


def test_a_damaged_backup_restores_nothing(engine: Engine, new_url: Callable[[str], str], tmp_path: Path) -> None:
    register = Register(Ledger(engine, Clock()), signed_window)
    register.declare_all([registered(NUMBER), registered("19000221003")])
    file = tmp_path / "register.ndjson"
    with file.open("wb") as out:
        export(register.ledger, out)
    lines = file.read_bytes().splitlines(keepends=True)
    other = open_store(new_url(engine.dialect.name))
    damages = {
        "event_changed": [lines[0], lines[1].replace(b"Brussels", b"Flanders"), *lines[2:]],
        "event_missing": [lines[0], *lines[2:]],
        "tail_missing": lines[:-1],
        "line_unreadable": [lines[0], lines[1][:-9], *lines[2:]],
    }
    for code, damaged in damages.items():
        file.write_bytes(b"".join(damaged))
        with pytest.raises(Problems) as refused:
            restore(other, file)
        assert [problem.code for problem in refused.value.problems] == [code]
        assert refused.value.problems[0].where is not None
        assert Ledger(other).head().sequence == 0
        with other.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM register_spans")).scalar() == 0
    other.dispose()


def test_later_events_alone_are_no_backup(engine: Engine, new_url: Callable[[str], str], tmp_path: Path) -> None:
    register = Register(Ledger(engine, Clock()), signed_window)
    register.declare_all([registered(NUMBER), registered("19000221003")])
    file = tmp_path / "later.ndjson"
    with file.open("wb") as out:
        export(register.ledger, out, after=1)
    other = open_store(new_url(engine.dialect.name))
    with pytest.raises(Problems) as refused:
        restore(other, file)
    assert [problem.code for problem in refused.value.problems] == ["not_from_the_beginning"]
    other.dispose()
