"""Several writers at once, and writers that are killed: one order, nothing lost, no half."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from ledgers import refusal
from sqlalchemy import Engine

from medicomut.errors import Problems
from medicomut.store import Ledger, open_existing

APPENDER = Path(__file__).with_name("appender.py")


def appending(url: str, name: str, count: int, batch: int = 1) -> subprocess.Popen[str]:
    command = [sys.executable, str(APPENDER), url, name, str(count), str(batch)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_of_many_that_decide_on_the_same_state_one_wins(engine: Engine) -> None:
    """Two declarations of one practitioner at the same moment: one stands, the others are told."""
    start = threading.Barrier(8)

    def declare(number: int) -> str:
        start.wait()
        try:
            Ledger(engine).append(refusal(actor=f"device:{number}", expected_version=0))
        except Problems as refused:
            return refused.problems[0].code
        return "recorded"

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(declare, range(8)))
    assert outcomes == ["recorded"] + ["version_conflict"] * 7
    assert Ledger(engine).verify().events == 1


def test_the_same_declaration_sent_by_many_at_once_is_recorded_once(engine: Engine) -> None:
    start = threading.Barrier(6)

    def send(_number: int) -> str:
        start.wait()
        return Ledger(engine).append(refusal(key="form-1")).hash

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(send, range(6)))) == 1
    assert Ledger(engine).head().sequence == 1


def test_threads_that_try_again_lose_nothing(engine: Engine) -> None:
    """Each of four threads brings in 25 changes to one practitioner, deciding anew whenever another was faster."""
    stream = refusal().stream

    def bring_in(name: int) -> None:
        ledger = Ledger(engine)
        for number in range(25):
            while True:
                version = sum(1 for _ in ledger.events(stream))
                try:
                    ledger.append(refusal(payload={"of": name, "n": number}, expected_version=version))
                    break
                except Problems as refused:
                    if refused.problems[0].code != "version_conflict":
                        raise

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(bring_in, range(4)))
    events = list(Ledger(engine).events(stream))
    assert [event.version for event in events] == list(range(1, 101))
    for name in range(4):
        assert [e.content["n"] for e in events if e.content["of"] == name] == list(range(25))
    assert Ledger(engine).verify().holds


def test_two_processes_that_also_make_the_database(url: str) -> None:
    """The database does not exist when both begin; each event has one place, and each sender its own order."""
    count = 150
    first, second = appending(url, "1", count), appending(url, "2", count)
    told = [[int(line) for line in process.communicate(timeout=120)[0].split()] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0)
    assert sorted(told[0] + told[1]) == list(range(1, 2 * count + 1))
    assert all(before < after for own in told for before, after in pairwise(own))
    engine = open_existing(url)
    assert Ledger(engine).verify().events == 2 * count
    engine.dispose()


@pytest.mark.parametrize(("batch", "acknowledged"), [(1, 40), (3_000, 2)])
def test_a_killed_writer_leaves_whole_events_and_all_that_it_acknowledged(
    url: str, batch: int, acknowledged: int
) -> None:
    """kill -9 while it appends: what it said is there, the chain holds, a batch is there whole or not at all."""
    process = appending(url, "1", 1_000_000, batch)
    assert process.stdout is not None
    told = [int(process.stdout.readline()) for _ in range(acknowledged)]
    time.sleep(0.05)  # into the middle of what follows
    process.send_signal(signal.SIGKILL)
    told += [int(line) for line in process.stdout.read().split()]
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    engine = open_existing(url)
    ledger = Ledger(engine)
    after = ledger.append(refusal())  # waits for what the server may still be committing for the dead client
    assert ledger.verify().head == after.head
    survived = after.sequence - 1
    assert survived >= told[-1]
    assert survived % batch == 0
    engine.dispose()
