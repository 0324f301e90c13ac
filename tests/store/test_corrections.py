"""Corrections by two persons, on both databases: proposed, accepted or rejected by another, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from ledgers import Clock
from sqlalchemy import Engine

from medicomut.accession.declarations import Declaration, Kind
from medicomut.accession.status import State, Why, term_of
from medicomut.accession.window import signed_window
from medicomut.agreement import load
from medicomut.errors import Problems
from medicomut.store import Ledger
from medicomut.store.corrections import Corrections
from medicomut.store.register import Register

NUMBER, AMM = "19000122003", "be/amm/2020"
TERMS = [term_of(load(AMM))]
ON = date(2020, 3, 2)
MISTAKEN = Declaration(
    Kind.corrected, NUMBER, "ann", AMM, valid_from=date(2020, 2, 10), corrects=2, basis="letter of 2 March"
)


@pytest.fixture
def corrections(ledger: Ledger, clock: Clock) -> Corrections:
    """A doctor was registered, and a refusal was recorded that somebody else had sent."""
    register = Register(ledger, signed_window)
    clock.now = datetime(2020, 2, 10, tzinfo=UTC)
    register.declare(Declaration(Kind.registered, NUMBER, "inami", profession="gp", region="Brussels"))
    register.declare(Declaration(Kind.refused, NUMBER, "secretariat", AMM))
    return Corrections(register)


def state(corrections: Corrections) -> State:
    return corrections.register.status(NUMBER, ON, TERMS).state


def codes(refused: pytest.ExceptionInfo[Problems]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_nothing_changes_until_another_person_accepts(corrections: Corrections) -> None:
    proposed = corrections.propose(MISTAKEN)
    assert (proposed.id, proposed.accepted, proposed.declared) == (1, None, MISTAKEN)
    assert state(corrections) is State.refused
    with pytest.raises(Problems) as alone:
        corrections.accept(proposed.id, "ann")
    assert codes(alone) == ["same_person"]
    accepted = corrections.accept(proposed.id, "bea")
    assert (accepted.accepted, accepted.checker) == (True, "bea")
    assert state(corrections) is State.full
    last = corrections.register.history(NUMBER).recorded[-1]
    assert (last.actor, last.payload["checker"], last.basis) == ("ann", "bea", "letter of 2 March")
    assert corrections.register.statuses(ON, TERMS)[0].why is Why.silence
    assert corrections.register.span_faults() == []
    assert corrections.register.ledger.verify().holds


def test_who_proposed_may_not_accept_it_under_another_proposal_either(corrections: Corrections) -> None:
    first, second = corrections.propose(MISTAKEN), corrections.propose(MISTAKEN)
    assert [one.id for one in corrections.proposals(open_only=True)] == [first.id, second.id]
    assert corrections.reject(first.id, "bea").accepted is False
    assert state(corrections) is State.refused
    with pytest.raises(Problems) as answered:
        corrections.accept(first.id, "cas")
    assert codes(answered) == ["already_checked"]
    assert corrections.reject(first.id, "bea") == corrections.proposals()[0]  # sent again
    with pytest.raises(Problems) as unknown:
        corrections.accept(7, "bea")
    assert codes(unknown) == ["unknown_proposal"]


def test_who_proposed_withdraws_and_nobody_else(corrections: Corrections) -> None:
    first = corrections.propose(MISTAKEN)
    with pytest.raises(Problems) as stranger:
        corrections.withdraw(first.id, "bea")
    assert codes(stranger) == ["not_the_maker"]
    for _ in range(2):  # done again it is harmless
        assert corrections.withdraw(first.id, "ann").state == "withdrawn"
    with pytest.raises(Problems) as answered:
        corrections.accept(first.id, "bea")
    assert codes(answered) == ["already_checked"]
    assert state(corrections) is State.refused


def test_the_second_of_two_proposals_for_one_declaration_is_not_accepted_beside_the_first(
    corrections: Corrections,
) -> None:
    first, second = corrections.propose(MISTAKEN), corrections.propose(replace(MISTAKEN, says=Kind.acceded))
    corrections.accept(first.id, "bea")
    with pytest.raises(Problems) as beside:
        corrections.accept(second.id, "bea")
    assert codes(beside) == ["already_corrected"]
    assert [one.state for one in corrections.proposals()] == ["accepted", "open"]


def test_what_could_not_be_recorded_is_not_proposed(corrections: Corrections) -> None:
    wrong = Declaration(Kind.corrected, NUMBER, "ann", AMM, corrects=9, says=Kind.registered)
    with pytest.raises(Problems) as refused:
        corrections.propose(wrong)
    assert codes(refused) == ["day_missing", "bad_correction", "unknown_version"]
    assert corrections.proposals() == []


def test_sent_twice_it_is_proposed_once(corrections: Corrections) -> None:
    assert corrections.propose(MISTAKEN, key="form-1") == corrections.propose(MISTAKEN, key="form-1")
    assert len(corrections.proposals()) == 1


def test_a_registration_is_corrected_with_its_place(corrections: Corrections) -> None:
    moved = Declaration(
        Kind.corrected, NUMBER, "ann", corrects=1, says=Kind.registered, valid_from=date(2020, 2, 10),
        profession="gp", municipality="44021",
    )  # fmt: skip
    proposed = corrections.propose(moved)
    assert proposed.declared.province == "40000"
    corrections.accept(proposed.id, "bea")
    assert corrections.register.history(NUMBER).registration(ON).region == "Flanders"
    assert corrections.register.counted(ON, TERMS, ("arrondissement",)) == {(("44000",), State.refused): 1}


def test_two_that_answer_at_once_do_not_both(corrections: Corrections, engine: Engine) -> None:
    proposed = corrections.propose(MISTAKEN)
    both = Barrier(2)

    def answer(checker: str) -> str:
        def clock() -> datetime:
            return datetime(2020, 3, 1, tzinfo=UTC)

        own = Corrections(Register(Ledger(engine, clock), signed_window))
        both.wait()
        try:
            return str((own.accept if checker == "bea" else own.reject)(proposed.id, checker).checker)
        except Problems as lost:
            return lost.problems[0].code

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(answer, ("bea", "cas")))
    (found,) = corrections.proposals()
    assert found.checker in told
    assert told[0] in ("already_checked", "key_reused") or told[1] in ("key_reused", "version_conflict")
    assert (state(corrections) is State.full) is found.accepted
    assert len(corrections.register.history(NUMBER).recorded) == (3 if found.accepted else 2)
