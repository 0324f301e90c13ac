"""The register in the ledger, on both databases: as known at an instant, together, all or nothing, tampered with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from ledgers import Clock, by_force
from sqlalchemy import Engine

from medicomut.accession.declarations import Declaration, Kind
from medicomut.accession.status import History, State, Why, term_of
from medicomut.accession.window import signed_window
from medicomut.agreement import load
from medicomut.errors import Problems
from medicomut.store import Ledger
from medicomut.store.register import Outcome, Register

NUMBER, OTHER, AMM = "19000122003", "19000221003", "be/amm/2020"
TERMS = [term_of(load(AMM))]
ON = date(2020, 3, 2)


def registered(number: str) -> Declaration:
    return Declaration(Kind.registered, number, "inami", profession="gp", region="Brussels")


def refused(number: str) -> Declaration:
    return Declaration(Kind.refused, number, f"practitioner:{number}", AMM)


@pytest.fixture
def register(ledger: Ledger) -> Register:
    return Register(ledger, signed_window)


def test_what_was_known_before_a_refusal_is_silence(register: Register, clock: Clock) -> None:
    register.declare(registered(NUMBER))
    clock.now = datetime(2020, 2, 10, tzinfo=UTC)
    outcome = register.declare(refused(NUMBER))
    assert (outcome.new, outcome.event.version, outcome.event.recorded) == (True, 2, clock.now)
    now = register.history(NUMBER).status(ON, TERMS)
    before = register.history(NUMBER, datetime(2020, 2, 9, tzinfo=UTC)).status(ON, TERMS)
    assert (now.state, before.state, before.why) == (State.refused, State.full, Why.silence)


def test_sent_again_it_counts_once(register: Register) -> None:
    register.declare(registered(NUMBER))
    first, again = register.declare(refused(NUMBER)), register.declare(refused(NUMBER))
    assert (first.new, again.new, again.event) == (True, False, first.event)
    assert register.ledger.head().sequence == 2


def test_two_at_once_do_not_both_win(register: Register, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the same history before either writes: one is recorded, the other told to read again."""
    register.declare(registered(NUMBER))
    both, reads, read = Barrier(2), count(1), Register.history

    def read_together(*arguments: Any) -> History:
        found = read(*arguments)
        if next(reads) <= 2:
            both.wait(10)
        return found

    monkeypatch.setattr(Register, "history", read_together)
    wishes = [refused(NUMBER), Declaration(Kind.acceded, NUMBER, f"practitioner:{NUMBER}", AMM)]

    def declare(wish: Declaration) -> Outcome | Problems:
        try:
            return Register(Ledger(engine, register.ledger.clock), signed_window).declare(wish)
        except Problems as lost:
            return lost

    with ThreadPoolExecutor(2) as pool:
        racing = [pool.submit(declare, wish) for wish in wishes]
        outcomes = [done.result(30) for done in racing]
    won = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
    lost = [outcome.problems[0].code for outcome in outcomes if isinstance(outcome, Problems)]
    assert (len(won), lost) == (1, ["version_conflict"])
    assert register.ledger.head().sequence == 2


def test_a_file_is_recorded_whole_or_not_at_all(register: Register) -> None:
    everyone = [registered(NUMBER), registered(OTHER), refused(OTHER), refused(OTHER)]
    with pytest.raises(Problems) as faults:
        register.declare_all([*everyone, refused("19000320690")])
    assert [(p.code, p.where.row) for p in faults.value.problems if p.where] == [("not_registered", 5)]
    assert register.ledger.head().sequence == 0
    fates = register.declare_all(everyone)
    assert [fate.new for fate in fates] == [True, True, True, False]
    assert fates[3].event == fates[2].event
    assert [fate.new for fate in register.declare_all(everyone)] == [False] * 4
    states = {history.number: history.status(ON, TERMS).state for history in register.histories()}
    assert states == {NUMBER: State.full, OTHER: State.refused}


def test_a_changed_declaration_is_found(register: Register, engine: Engine) -> None:
    register.declare_all([registered(NUMBER), refused(NUMBER)])
    by_force(engine, "UPDATE ledger_events SET kind = 'accession.acceded' WHERE sequence = 2")
    report = register.ledger.verify()
    assert (report.holds, report.fault.where.row if report.fault and report.fault.where else None) == (False, 2)
