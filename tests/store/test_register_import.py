"""A file brought into the register, on both databases: what each row becomes, all or none, the same file twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ledgers import Clock

from medicomut.accession.import_rows import read_declarations
from medicomut.accession.window import signed_window
from medicomut.errors import Problems
from medicomut.store import Ledger
from medicomut.store.register import Register
from medicomut.store.register_import import ImportPlan, plan_import, record_import

GP, OTHER, SPECIALIST, AMM = "19000122003", "19000221003", "19000320690", "be/amm/2020"
HOURS = "mon 09:00-12:00@A free practice; tue 08:00-18:00@A tariff practice"
Rows = list[dict[str, str | None]]

FILE: Rows = [
    {"number": "1-90001-22-003", "kind": "registered", "municipality": "Ixelles", "from": "2019-07-01"},
    {"number": GP, "kind": "Registered", "municipality": "44021", "from": "2020-06-01"},
    {"number": OTHER, "kind": "registered", "arrondissement": "Verviers"},
    {"number": SPECIALIST, "kind": "registered", "profession": "specialist", "region": "Bruxelles-Capitale"},
    {"number": GP, "kind": "partial", "agreement": AMM, "hours": HOURS},
    {"number": SPECIALIST, "kind": "refused", "agreement": AMM, "basis": None},
    {"number": SPECIALIST, "kind": "refused", "agreement": AMM},
]


@pytest.fixture
def register(ledger: Ledger, clock: Clock) -> Register:
    clock.now = datetime(2020, 2, 10, 9, tzinfo=UTC)
    return Register(ledger, signed_window)


def planned(register: Register, rows: Rows) -> ImportPlan:
    return plan_import(register, read_declarations(rows, "secretariat"))


def told(found: ImportPlan) -> list[tuple[int, str | None, str]]:
    return [(p.where.row or 0, p.where.field, p.code) for p in found.problems if p.where]


def test_a_dry_run_says_what_each_row_would_become_and_records_nothing(register: Register) -> None:
    found = planned(register, [{**row, "region": None} if row["number"] == SPECIALIST else row for row in FILE])
    assert [(row.becomes.value, row.valid_from, row.same_as) for row in found.rows] == [
        ("new", "2019-07-01", None), ("new", "2020-06-01", None), ("new", "2020-02-10", None),
        ("new", "2020-02-10", None), ("new", "2020-02-10", None), ("new", "2020-02-10", None),
        ("same", "2020-02-10", 6),
    ]  # fmt: skip
    assert [row.basis for row in found.rows][3:] == [None, f"{AMM}#17.2", f"{AMM}#17.1", f"{AMM}#17.1"]
    assert register.ledger.head().sequence == 0


def test_places_follow_from_the_municipality(register: Register) -> None:
    rows = [row for row in FILE if row["number"] != SPECIALIST]
    record_import(register, read_declarations(rows, "secretariat"))
    moved = register.history(GP)
    before, after = moved.registration(datetime(2020, 5, 31).date()), moved.registration()  # noqa: DTZ001
    assert (before.region, before.province, before.arrondissement, before.municipality) == (
        "Brussels", None, "21000", "21009",
    )  # fmt: skip
    assert (after.region, after.province, after.arrondissement) == ("Flanders", "40000", "44000")
    assert register.history(OTHER).registration().province == "60000"


def test_sent_again_it_changes_nothing(register: Register) -> None:
    read = read_declarations([{**row, "region": None} for row in FILE], "secretariat")
    first, events = record_import(register, read)
    assert events is not None
    assert [event.new for event in events] == [True] * 6 + [False]
    again, events = record_import(register, read)
    assert events is not None
    assert not any(event.new for event in events)
    assert [row.sequence for row in again.rows] == [1, 2, 3, 4, 5, 6, 6]
    assert (register.ledger.head().sequence, first.hash == again.hash) == (6, False)
    assert register.span_faults() == []


def test_one_refused_row_refuses_the_file_and_every_reason_is_told(register: Register) -> None:
    rows: Rows = [
        *FILE[:3],
        {"number": "19000122004", "kind": "registerd", "from": "1/2/2020"},
        {"number": SPECIALIST, "kind": "registered", "profession": "gp"},
        {"number": SPECIALIST, "kind": "registered", "municipality": "44021", "region": "Wallonia"},
        {"number": GP, "kind": "partial", "agreement": AMM, "hours": "mon 09:00-12:00 free practice; mon noon"},
        {"number": OTHER, "kind": "partial", "agreement": AMM, "hours": "mon 08:00-13:00 free practice"},
        {"number": OTHER, "kind": "refused", "agreement": "be/amm/2002", "from": "2020-02-01"},
        {"number": OTHER, "kind": "corrected", "agreement": AMM},
    ]
    found, events = record_import(register, read_declarations(rows, "secretariat"))
    assert (events, found.counts) == (None, {"new": 3, "same": 0, "refused": 7})
    assert told(found) == [
        (4, "kind", "unknown_kind"), (4, "from", "bad_day"), (5, "profession", "profession_differs"),
        (6, "region", "place_differs"), (7, "hours", "bad_hours"), (8, "hours", "hours_missing"),
        (9, "agreement", "unknown_agreement"), (10, "kind", "unknown_kind"),
    ]  # fmt: skip
    assert all(problem.mend for problem in found.problems)
    assert register.ledger.head().sequence == 0
    found, events = record_import(register, read_declarations(rows, "secretariat"), partial=True)
    assert (len(events or ()), register.ledger.head().sequence) == (3, 3)


def test_rows_that_cannot_be_said_at_one_instant(register: Register) -> None:
    rows: Rows = [
        {"number": GP, "kind": "registered", "region": "Brussels"},
        {"number": GP, "kind": "registered", "region": "Flanders", "from": "2020-06-01"},
        {"number": OTHER, "kind": "registered"},
        {"number": OTHER, "kind": "refused", "agreement": AMM},
        {"number": OTHER, "kind": "acceded", "agreement": AMM},
    ]
    found = planned(register, rows)
    assert told(found) == [(2, None, "contradicts_row"), (5, None, "contradicts_row")]
    assert "row 1" in found.problems[0].what


def test_only_the_plan_that_was_looked_at_is_recorded(register: Register) -> None:
    read = read_declarations(FILE[:3], "secretariat")
    looked_at = plan_import(register, read).hash
    assert plan_import(register, read).hash == looked_at
    register.declare_all([one.declared for one in read[2:3] if one.declared])
    with pytest.raises(Problems) as changed:
        record_import(register, read, looked_at)
    assert [problem.code for problem in changed.value.problems] == ["plan_changed"]
    now = plan_import(register, read)
    assert now.counts == {"new": 2, "same": 1, "refused": 0}
    record_import(register, read, now.hash)
    assert register.ledger.head().sequence == 3
