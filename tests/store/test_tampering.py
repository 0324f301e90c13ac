"""Whoever owns the database can take the triggers away and change it; the chain shows where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import Clock, by_force, refusal
from sqlalchemy import Engine, insert

from medicomut.store import Event, Head, Ledger, open_store
from medicomut.store.chain import digest
from medicomut.store.tables import ledger_events

SIZE = 8
TEXTS = [name for name in Event._fields if name not in {"sequence", "version"}]
NUMBERS = st.integers(1, SIZE)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Iterator[Engine]:
    engine = open_store(new_url(request.param))
    Ledger(engine, Clock()).append_all([refusal(f"1900012{n:04}", key=f"form-{n}") for n in range(SIZE)])
    by_force(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def whole(shared: Engine) -> list[Event]:
    return list(Ledger(shared).events())


def stored(engine: Engine, rows: list[Event]) -> Ledger:
    with engine.begin() as connection:
        connection.execute(ledger_events.delete())
        if rows:
            connection.execute(insert(ledger_events), [row._asdict() for row in rows])
    return Ledger(engine)


def first_bad(engine: Engine, rows: list[Event], known: Head) -> int | None:
    return stored(engine, rows).verify(known=known).first_bad


def test_the_untouched_ledger_holds(shared: Engine, whole: list[Event]) -> None:
    ledger = stored(shared, whole)
    assert ledger.verify().events == SIZE
    assert ledger.verify(3, 5).events == 3
    for event in whole:
        assert ledger.verify(known=event.head).holds


@given(number=NUMBERS, field=st.sampled_from(TEXTS), at=st.integers(0, 200), letter=st.sampled_from("xyΩ\x01"))
@settings(deadline=None, max_examples=150)
def test_a_changed_letter_is_found(
    shared: Engine, whole: list[Event], number: int, field: str, at: int, letter: str
) -> None:
    event = whole[number - 1]
    old = getattr(event, field)
    at %= len(old)
    changed = old[:at] + letter + old[at + 1 :]
    rows = [*whole[: number - 1], event._replace(**{field: changed}), *whole[number:]]
    assert first_bad(shared, rows, whole[-1].head) == number


@given(number=NUMBERS, field=st.sampled_from(["valid_from", "valid_to", "basis", "key"]))
@settings(deadline=None)
def test_a_value_taken_away_is_found(shared: Engine, whole: list[Event], number: int, field: str) -> None:
    rows = [*whole[: number - 1], whole[number - 1]._replace(**{field: None}), *whole[number:]]
    assert first_bad(shared, rows, whole[-1].head) == number


@given(number=NUMBERS, field=st.sampled_from(["sequence", "version"]), other=st.integers(SIZE + 1, 2**62))
@settings(deadline=None)
def test_a_changed_number_is_found(shared: Engine, whole: list[Event], number: int, field: str, other: int) -> None:
    rows = [*whole[: number - 1], whole[number - 1]._replace(**{field: other}), *whole[number:]]
    assert first_bad(shared, rows, whole[-1].head) == number


@given(number=NUMBERS)
@settings(deadline=None, max_examples=SIZE)
def test_a_missing_event_is_found_the_last_one_by_the_head_that_was_noted(
    shared: Engine, whole: list[Event], number: int
) -> None:
    rows = [event for event in whole if event.sequence != number]
    assert first_bad(shared, rows, whole[-1].head) == number


@given(pair=st.lists(NUMBERS, min_size=2, max_size=2, unique=True))
@settings(deadline=None)
def test_events_in_another_order_are_found(shared: Engine, whole: list[Event], pair: list[int]) -> None:
    one, other = sorted(pair)
    rows = list(whole)
    rows[one - 1] = whole[other - 1]._replace(sequence=one)
    rows[other - 1] = whole[one - 1]._replace(sequence=other)
    assert first_bad(shared, rows, whole[-1].head) == one


@given(place=st.integers(1, SIZE + 1), source=NUMBERS, rehashed=st.booleans())
@settings(deadline=None)
def test_an_event_slipped_in_is_found(
    shared: Engine, whole: list[Event], place: int, source: int, rehashed: bool
) -> None:
    """With a right hash of its own it breaks the next; only at the very end is it an event like any other."""
    new = whole[source - 1]._replace(sequence=place, stream="stranger", key=None)
    if rehashed:
        new = new._replace(
            previous_hash=whole[place - 2].hash if place > 1 else "0" * 64, recorded_at=whole[0].recorded_at
        )
        new = new._replace(hash=digest(new))
    later = [event._replace(sequence=event.sequence + 1) for event in whole[place - 1 :]]
    forged_end = None if place > SIZE else place + 1
    found = first_bad(shared, [*whole[: place - 1], new, *later], whole[-1].head)
    assert found == (forged_end if rehashed else place)


@given(number=NUMBERS)
@settings(deadline=None, max_examples=SIZE)
def test_a_change_with_its_own_hash_put_right_breaks_the_next(shared: Engine, whole: list[Event], number: int) -> None:
    changed = whole[number - 1]._replace(actor="somebody else")
    changed = changed._replace(hash=digest(changed))
    rows = [*whole[: number - 1], changed, *whole[number:]]
    assert first_bad(shared, rows, whole[-1].head) == min(number + 1, SIZE)


def test_a_chain_computed_anew_does_not_pass_through_the_noted_head(shared: Engine, whole: list[Event]) -> None:
    rows: list[Event] = []
    for event in whole:
        forged = event._replace(actor="somebody else", previous_hash=rows[-1].hash if rows else "0" * 64)
        rows.append(forged._replace(hash=digest(forged)))
    ledger = stored(shared, rows)
    assert ledger.verify().holds
    for event in whole:
        report = ledger.verify(known=event.head)
        assert report.fault is not None
        assert (report.fault.code, report.first_bad) == ("head_differs", event.sequence)


def test_time_that_runs_backwards_is_found_even_with_right_hashes(shared: Engine, whole: list[Event]) -> None:
    late = whole[1]._replace(recorded_at="2019-01-01T00:00:00.000000Z")
    late = late._replace(hash=digest(late))
    fault = stored(shared, [whole[0], late]).verify().fault
    assert fault is not None
    assert fault.code == "time_reversed"


def test_an_emptied_ledger_is_found(shared: Engine, whole: list[Event]) -> None:
    ledger = stored(shared, [])
    assert ledger.verify().events == 0
    assert ledger.verify(known=whole[-1].head).first_bad == SIZE
    assert ledger.verify(first=3).first_bad == 2
    assert ledger.verify(to=4).first_bad == 1


@pytest.mark.parametrize("number", [1, 13, 20])
@pytest.mark.parametrize("value", ["x'ff'", "CAST(x'c328' AS TEXT)", "7", "2.5"])
def test_in_sqlite_even_bytes_that_are_no_text_are_named(sqlite_file: Path, value: str, number: int) -> None:
    engine = open_store(f"sqlite:///{sqlite_file}")
    ledger = Ledger(engine)
    ledger.append_all([refusal(f"1900012{n:04}") for n in range(20)])
    by_force(engine, f"UPDATE ledger_events SET payload = {value} WHERE sequence = {number}")  # noqa: S608
    report = ledger.verify()
    assert report.fault is not None
    assert (report.events, report.fault.code, report.first_bad) == (number - 1, "event_changed", number)
    engine.dispose()


def test_in_sqlite_bytes_are_no_text_even_where_they_read_like_it(sqlite_file: Path) -> None:
    """Zm9y is how an encoder of JSON writes the bytes of `for`."""
    engine = open_store(f"sqlite:///{sqlite_file}")
    ledger = Ledger(engine)
    ledger.append_all([refusal("19000122003", key="Zm9y")])
    by_force(engine, "UPDATE ledger_events SET key = x'666f72'")
    assert ledger.verify().first_bad == 1
    engine.dispose()


RUNS = count(1)
APPENDS = st.lists(
    st.tuples(st.integers(0, 2), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=4)),
    max_size=12,
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def growing(request: pytest.FixtureRequest, new_url: Callable[[str], str]) -> Iterator[list[Engine]]:
    """Three programs that have the same ledger open."""
    url = new_url(request.param)
    engines = [open_store(url) for _ in range(3)]
    yield engines
    for engine in engines:
        engine.dispose()


@given(appends=APPENDS)
@settings(deadline=None, max_examples=40)
def test_any_interleaving_of_appends_keeps_the_chain(growing: list[Engine], appends: Any) -> None:
    """Programs take turns in any order, each with a batch of (stream, key); keys are sent again now and then."""
    run, begun = next(RUNS), Ledger(growing[0]).head()
    recorded: dict[str, Event] = {}
    for who, batch in appends:
        drafts = [refusal(f"{run}/{s}", key=f"{run}/{s}/{k}") for s, k in batch]
        for draft, event in zip(drafts, Ledger(growing[who]).append_all(drafts), strict=True):
            assert draft.key is not None
            assert recorded.setdefault(draft.key, event) == event
    events = list(Ledger(growing[0]).events(after=begun.sequence))
    assert events == list(recorded.values())
    for stream in {event.stream for event in events}:
        own = [event.version for event in events if event.stream == stream]
        assert own == list(range(1, len(own) + 1))
    report = Ledger(growing[1]).verify(begun.sequence + 1, known=begun)
    assert (report.holds, report.events) == (True, len(recorded))
