"""The spans in the database, on SQLite and PostgreSQL: as the events say, in one transaction, found when changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from alembic import command
from ledgers import Clock
from sqlalchemy import Connection, Engine, create_engine, text

from medicomut.accession.declarations import Declaration, Kind
from medicomut.accession.status import State, Why, term_of
from medicomut.accession.timetable_file import read_timetable
from medicomut.accession.window import signed_window
from medicomut.agreement import load
from medicomut.errors import Problems
from medicomut.identifiers import synthetic_inami
from medicomut.store import Draft, Ledger, database, open_existing, open_store, projection
from medicomut.store.register import Register

AMM = "be/amm/2020"
TERMS = [term_of(load(AMM))]
WEEK = read_timetable(
    "day,start,end,site,kind,setting\nmon,09:00,12:00,A,free,practice\ntue,08:00,18:00,A,tariff,practice\n", "week.csv"
)
MOVED = {"profession": "gp", "region": "Brussels", "arrondissement": "21000", "municipality": "21004"}


def number(serial: int, competence: str = "003") -> str:
    return synthetic_inami(serial, competence)


def say(kind: Kind, serial: int, **other: object) -> Declaration:
    agreement = None if kind in (Kind.registered, Kind.ended) else AMM
    return Declaration(kind, number(serial), "secretariat", agreement, **other)  # type: ignore[arg-type]


YEAR: list[tuple[datetime, list[Declaration]]] = [
    (
        datetime(2020, 1, 30, 9, tzinfo=UTC),
        [
            *[say(Kind.registered, n, profession="gp", region="Flanders", province="10000") for n in range(6)],
            say(Kind.registered, 6, profession="specialist", region="Wallonia", valid_from=date(2020, 9, 1)),
            say(Kind.refused, 0),
            say(Kind.acceded, 0),
        ],
    ),
    (datetime(2020, 2, 10, 9, tzinfo=UTC), [say(Kind.refused, 1), say(Kind.partial, 2, hours=tuple(WEEK))]),
    (
        datetime(2020, 5, 4, 9, tzinfo=UTC),
        [say(Kind.acceded, 1), say(Kind.ended, 3, valid_from=date(2020, 6, 1)), say(Kind.registered, 4, **MOVED)],
    ),
    (
        datetime(2020, 6, 2, 9, tzinfo=UTC),
        [
            Declaration(
                Kind.corrected, number(1), "ann", AMM, valid_from=date(2020, 2, 12), corrects=2, says=Kind.refused,
                checker="bea",
            )
        ],
    ),
]  # fmt: skip
INSTANTS = [None, *(when + timedelta(minutes=shift) for when, _ in YEAR for shift in (-1, 1))]
DAYS = [date(2019, 12, 31), date(2020, 1, 30), date(2020, 2, 11), date(2020, 3, 2), date(2020, 6, 1), date(2020, 10, 1)]


@pytest.fixture
def register(ledger: Ledger, clock: Clock) -> Register:
    found = Register(ledger, signed_window)
    for when, declared in YEAR:
        clock.now = when
        found.declare_all(declared)
    return found


def test_everybody_is_what_their_events_say_on_every_day_as_known_at_every_instant(register: Register) -> None:
    for known, on in product(INSTANTS, DAYS):
        folded = [history.status(on, TERMS) for history in register.histories(known)]
        begun = [s for s in folded if s.why not in (Why.not_yet_registered, Why.not_registered)]
        assert register.statuses(on, TERMS, known) == sorted(begun, key=lambda status: status.number)


def test_counts_are_those_of_the_events(register: Register) -> None:
    for known, on in product(INSTANTS, DAYS):
        expected: Counter[object] = Counter()
        for history in register.histories(known):
            state = history.status(on, TERMS).state
            if state in (State.full, State.partial, State.refused):
                said = history.registration(on)
                province = "no_province" if said.region == "Brussels" else said.province
                expected[(said.region, province, said.arrondissement, history.number[-3:]), state] += 1
        by = ("region", "province", "arrondissement", "competence")
        assert register.counted(on, TERMS, by, known) == expected
    assert register.counted(date(2019, 12, 31), TERMS, ()) == {}


def test_one_declaration_at_a_time_gives_the_same_spans(register: Register, new_url: Callable[[str], str]) -> None:
    engine = open_store(new_url("sqlite"))
    clock = Clock()
    other = Register(Ledger(engine, clock), signed_window)
    for when, declared in YEAR:
        clock.now = when
        for one in declared:
            other.declare(one)
    assert other.span_faults() == register.span_faults() == []
    for on in DAYS:
        assert other.statuses(on, TERMS) == register.statuses(on, TERMS)
    engine.dispose()


def test_a_changed_lost_or_added_span_is_found(register: Register, engine: Engine) -> None:
    for serial, statement in (
        (1, "UPDATE register_spans SET kind = 'accession.acceded' WHERE number = :of"),
        (2, "DELETE FROM register_spans WHERE number = :of"),
        (5, "UPDATE register_spans SET number = '19000933003' WHERE number = :of"),
    ):
        with engine.begin() as connection:
            connection.execute(text(statement), {"of": number(serial)})
    found = register.span_faults()
    assert {problem.code for problem in found} == {"spans_differ"}
    assert [problem.what[:11] for problem in found] == [number(1), number(2), number(5), "19000933003"]


def test_what_fails_in_the_spans_is_not_in_the_ledger(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events and spans are one transaction: there is no moment between them."""
    before = register.ledger.head()

    def broken(connection: Connection, *_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(projection, "project", broken)
    with pytest.raises(KeyboardInterrupt):
        register.declare(say(Kind.ended, 0, valid_from=date(2020, 12, 1)))
    monkeypatch.undo()
    assert register.ledger.head() == before
    assert register.span_faults() == []


def test_a_store_of_before_the_spans_is_brought_up_to_date(url: str) -> None:
    """Events recorded under the first schema; opening the store fills the spans from them."""
    plain = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with database.writing(plain) as connection:
        command.upgrade(database._alembic(connection), "0001")
    drafts_of_old = [
        ("practitioner.registered", {"number": number(1), "profession": "gp", "region": "Brussels"}, "2020-01-30"),
        ("accession.refused", {"number": number(1), "agreement": AMM}, "2020-02-10"),
    ]
    ledger = Ledger(plain, Clock())
    for version, (kind, payload, day) in enumerate(drafts_of_old):
        stream = f"practitioner/{number(1)}"
        ledger.append(
            Draft(stream, kind, payload, "inami", valid_from=date.fromisoformat(day), expected_version=version)
        )
    head = ledger.head()
    plain.dispose()
    with pytest.raises(Problems) as refused:
        open_existing(url)
    assert refused.value.problems[0].code == "store_not_current"
    open_store(url).dispose()
    engine = open_existing(url)
    register = Register(Ledger(engine), signed_window)
    assert (register.ledger.head(), register.ledger.verify().holds, register.span_faults()) == (head, True, [])
    assert [status.state for status in register.statuses(date(2020, 3, 2), TERMS)] == [State.refused]
    engine.dispose()
