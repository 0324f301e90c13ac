"""Evidence of commitments in a real ledger, SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from ledgers import Clock

from medicomut.agreement import load
from medicomut.errors import Problems
from medicomut.procedure.commitments_following import Evidence, Found, State, follow, plain
from medicomut.store import Ledger
from medicomut.store.commitments import STREAM, Reports

SIGNED = load("be/amm/2020")


@pytest.fixture
def reports(ledger: Ledger, clock: Clock) -> Reports:
    clock.now = datetime(2020, 12, 1, 9, tzinfo=UTC)
    return Reports(ledger)


def event(found: Found = Found.kept, day: str = "2020-03-09", id_: str = "guard_method", **changes: str) -> Evidence:
    source = changes.get("source", "minutes, made up")
    return Evidence(id_, date.fromisoformat(day), found, source, plain(changes.get("note", "Seen.")), "secretariat")


def state(reports: Reports, day: str) -> State:
    found = follow(SIGNED, date.fromisoformat(day), reports.of(SIGNED.id))
    return next(one.state for one in found if one.entry.id == "guard_method")


def test_evidence_is_recorded_with_author_and_day_and_read_back(reports: Reports) -> None:
    assert reports.report(SIGNED, event())
    assert reports.of("be/amm/2020") == [event()]
    assert reports.of("be/amm/2024") == []
    (recorded,) = reports.ledger.events(STREAM)
    assert (recorded.actor, recorded.valid_from, recorded.kind) == ("secretariat", "2020-03-09", "commitment.reported")
    assert state(reports, "2020-03-08") is State.past_due
    assert state(reports, "2020-03-09") is State.kept_late


def test_sent_again_it_is_recorded_once_and_tried_not_at_all(reports: Reports) -> None:
    assert not reports.report(SIGNED, event(), dry_run=True)
    assert [reports.report(SIGNED, event()) for _ in range(2)] == [True, False]
    assert reports.report(SIGNED, event(Found.partly))
    assert reports.report(SIGNED, event())
    assert reports.ledger.head().sequence == 3


def test_what_was_wrong_is_withdrawn_on_every_day(reports: Reports) -> None:
    reports.report(SIGNED, event())
    reports.report(SIGNED, event(Found.withdrawn, "2020-04-01"))
    assert state(reports, "2020-03-20") is State.past_due
    reports.report(SIGNED, event(day="2020-02-28"))
    assert state(reports, "2020-03-20") is State.kept


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (event(id_="guard_methods"), "unknown_commitment"),
        (event(id_="term.ends"), "unknown_commitment"),
        (event(day="2021-01-01"), "not_yet"),
        (event(source=" "), "missing_field"),
        (event(note="x" * 2_001), "wrong_kind"),
        (event(note="two\nlines"), "wrong_kind"),
        (event(note="Said by 93.05.18-223.61"), "national_number"),
    ],
)
def test_evidence_that_may_not_be_kept_is_refused(reports: Reports, wrong: Evidence, code: str) -> None:
    with pytest.raises(Problems) as refused:
        reports.report(SIGNED, wrong)
    assert refused.value.problems[0].code == code
    assert reports.ledger.head().sequence == 0
