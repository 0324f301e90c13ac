"""Disputes in a real ledger, SQLite and PostgreSQL: the desk's work from the opening to the published decision."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from ledgers import Clock

from medicomut.agreement import Agreement, available, load
from medicomut.errors import Problems
from medicomut.procedure.disputes import Kind, Status, Step
from medicomut.procedure.disputes_publishing import published, search
from medicomut.store import Ledger, open_store
from medicomut.store.disputes import STREAM, Disputes

DAY = date(2020, 3, 2)
OPENING: dict[str, Any] = {
    "track": "conciliation",
    "subject": "nomenclature",
    "agreement": "be/amm/2020",
    "parties": [{"role": "applicant", "name": "absym_bvas"}, {"role": "respondent", "name": "insurers"}],
    "codes": ["475075"],
    "question": "May two electrocardiograms be charged on one day?",
}


def known(name: str) -> Agreement | None:
    return load(name) if name in available() else None


@pytest.fixture
def desk(ledger: Ledger, clock: Clock) -> Disputes:
    clock.now = datetime(2020, 12, 1, 9, tzinfo=UTC)
    return Disputes(ledger, known)


def step(kind: Kind, case: str = "2020-001", day: date = DAY, **content: Any) -> Step:
    return Step(kind, case, day, "secretariat", content)


def opening(**changes: Any) -> Step:
    return Step(Kind.opened, "", DAY, "secretariat", OPENING | changes)


def code(refused: pytest.ExceptionInfo[Problems]) -> str:
    return refused.value.problems[0].code


def test_a_dispute_on_the_nomenclature_from_the_opening_to_the_decision(desk: Disputes) -> None:
    """`be/amm/2020#15`: the commission conciliates after the opinion of the technical medical council."""
    assert desk.record(opening()).case == "2020-001"
    end = step(Kind.concluded, outcome="conciliated", text="Two may be charged when asked apart.")
    with pytest.raises(Problems) as refused:
        desk.record(end)
    assert code(refused) == "advice_missing"
    assert refused.value.problems[0].cites == ("be/amm/2020#15",)
    desk.record(step(Kind.advice_asked, reference="CTM/1"))
    with pytest.raises(Problems):
        desk.record(end)
    desk.record(step(Kind.advice_given, day=date(2020, 4, 1), text="Two, when asked apart."))
    with pytest.raises(Problems) as early:
        desk.record(end)
    assert code(early) == "out_of_order"
    receipt = desk.record(step(Kind.concluded, day=date(2020, 4, 2), outcome="conciliated", text="Two, asked apart."))
    assert (receipt.new, receipt.basis) == (True, "be/amm/2020#15")
    desk.record(step(Kind.published, day=date(2020, 5, 4), title="Two on a day", text="The applicant was right."))
    (decision,) = published(desk.cases().values())
    assert decision.to_dict()["concluded"] == "2020-04"
    assert desk.cases()["2020-001"].missing == ()
    assert desk.ledger.verify().holds


def test_a_step_sent_again_is_recorded_once(desk: Disputes) -> None:
    desk.record(opening())
    asked = step(Kind.advice_asked)
    first, again = desk.record(asked), desk.record(asked)
    assert (first.new, again.new) == (True, False)
    assert first.event == again.event


def test_a_dry_run_says_the_same_and_records_nothing(desk: Disputes) -> None:
    tried = desk.record(opening(), dry_run=True)
    assert (tried.case, tried.basis, tried.event, tried.new) == ("2020-001", "be/amm/2020#15", None, False)
    assert desk.steps() == []
    with pytest.raises(Problems):
        desk.record(step(Kind.advice_asked), dry_run=True)


def test_numbers_are_given_by_the_year_and_a_chosen_one_is_kept(desk: Disputes) -> None:
    assert desk.record(opening()).case == "2020-001"
    chosen = Step(Kind.opened, "2020-002", DAY, "secretariat", OPENING)
    assert desk.record(chosen).case == "2020-002"
    assert desk.record(opening(question="Another?")).case == "2020-003"
    with pytest.raises(Problems) as refused:
        desk.record(Step(Kind.opened, "2020-002", DAY, "somebody else", OPENING))
    assert code(refused) == "case_exists"


def test_what_was_known_at_an_instant_is_told(desk: Disputes, clock: Clock) -> None:
    desk.record(opening())
    clock.now = datetime(2020, 12, 2, 9, tzinfo=UTC)
    desk.record(step(Kind.withdrawn, reason="Settled between them."))
    before = desk.cases(datetime(2020, 12, 1, 12, tzinfo=UTC))["2020-001"]
    assert (before.status, desk.cases()["2020-001"].status) == (Status.open, Status.withdrawn)


def test_events_bear_author_day_and_clause(desk: Disputes) -> None:
    desk.record(opening())
    desk.record(step(Kind.advice_asked))
    asked = list(desk.ledger.events(STREAM))[-1]
    assert (asked.actor, asked.basis, asked.valid_from, asked.kind) == (
        "secretariat", "be/amm/2020#15", "2020-03-02", "dispute.advice_asked",
    )  # fmt: skip


def test_writers_at_once_open_cases_of_their_own(url: str) -> None:
    """Each decides on what the others recorded: no number is given twice."""
    opened: list[str] = []

    def write(number: int) -> None:
        engine = open_store(url)
        desk = Disputes(Ledger(engine), known)
        opened.extend(desk.record(opening(question=f"Question {number}.{turn}?")).case for turn in range(3))
        engine.dispose()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(opened) == [f"2020-{number:03}" for number in range(1, 10)]


def test_the_ledger_takes_no_step_that_was_refused(desk: Disputes) -> None:
    for wrong in (opening(agreement="be/amm/1999"), step(Kind.hearing), opening(parties=[])):
        with pytest.raises(Problems):
            desk.record(wrong)
    assert desk.ledger.head().sequence == 0


def test_a_decision_taken_back_is_found_no_more(desk: Disputes) -> None:
    record: Callable[[Step], object] = desk.record
    record(opening(subject="performance", clauses=["5.1.1"], codes=None))
    record(step(Kind.concluded, outcome="not_conciliated", text="No agreement."))
    record(step(Kind.published, title="Late files", text="No agreement was reached."))
    assert search(published(desk.cases().values()), "LATE agreement", clause="5.1")
    with pytest.raises(Problems) as refused:
        record(step(Kind.reopened, reason="New facts."))
    assert code(refused) == "still_published"
    record(step(Kind.unpublished, reason="It told too much."))
    assert published(desk.cases().values()) == []
    record(step(Kind.reopened, reason="New facts."))
    assert desk.cases()["2020-001"].status is Status.open
