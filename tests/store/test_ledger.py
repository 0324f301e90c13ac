"""The ledger as the register uses it: declarations recorded once, in order, and read as of an instant."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import PUBLISHED, Clock, refusal
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from medicomut.errors import Problems
from medicomut.store import Draft, Event, Head, Ledger
from medicomut.store.chain import START, digest


def codes(refused: pytest.ExceptionInfo[Problems]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_events_are_numbered_without_gaps_and_each_names_the_one_before(ledger: Ledger) -> None:
    first = ledger.append(refusal("19000122003"))
    second = ledger.append(refusal("19000221003"))
    third = ledger.append(refusal("19000122003", kind="accession.re_acceded"))
    assert [(e.sequence, e.version) for e in (first, second, third)] == [(1, 1), (2, 1), (3, 2)]
    assert [e.previous_hash for e in (first, second, third)] == ["0" * 64, first.hash, second.hash]
    assert ledger.head() == Head(3, third.hash)
    assert list(ledger.events()) == [first, second, third]


def test_the_hash_is_what_the_documentation_says(ledger: Ledger) -> None:
    """docs/store.md: another program needs JSON and SHA-256, nothing of ours."""
    event = ledger.append(refusal("19000122003", payload={"site": "Liège", "b": [1, None, True], "a": {}}, key="k-1"))
    payload = '{"a":{},"b":[1,null,true],"site":"Liège"}'
    form = [1, "0" * 64, 1, "practitioner/19000122003", 1, "accession.refused", payload, "2020-01-01", "2020-12-31",
            "2020-01-29T08:00:01.000000Z", "practitioner:19000122003", "be/amm/2020#17.2", "k-1"]  # fmt: skip
    written = json.dumps(form, ensure_ascii=False, separators=(",", ":")).encode()
    assert event.hash == hashlib.sha256(written).hexdigest()


@given(text=st.text(max_size=40), other=st.none() | st.text(st.characters(max_codepoint=0x9F), max_size=9))
@settings(deadline=None)
def test_every_letter_is_hashed_as_json_writes_it(text: str, other: str | None) -> None:
    event = Event(7, text, 2, "kind", text, other, None, "2020", text, other, text, "0" * 64, "")
    form = [1, "0" * 64, 7, text, 2, "kind", text, other, None, "2020", text, other, text]
    written = json.dumps(form, ensure_ascii=False, separators=(",", ":"))
    assert digest(event) == hashlib.sha256(written.encode()).hexdigest()


def test_half_a_letter_and_bytes_have_no_hash(ledger: Ledger) -> None:
    event = ledger.append(refusal())
    with pytest.raises(ValueError, match="surrogates"):
        digest(event._replace(actor="\ud800"))
    with pytest.raises(TypeError, match="bytes"):
        digest(event._replace(actor=b"somebody"))  # type: ignore[arg-type]


def test_what_was_recorded_is_read_back_whole(ledger: Ledger) -> None:
    declared = refusal(payload={"text": "Zoë 🏥 \x00\t\"'\\", "big": 2**70, "nested": [{"none": None}]}, valid_to=None)
    event = ledger.append(declared)
    (read,) = ledger.events()
    assert read == event
    assert read.content == declared.payload
    assert (read.valid_from, read.valid_to) == ("2020-01-01", None)
    assert read.recorded == PUBLISHED + timedelta(seconds=1)


def test_both_databases_chain_the_same_hashes(ledger: Ledger) -> None:
    """The same declarations at the same instants end in this head on SQLite and on PostgreSQL."""
    ledger.append_all([refusal("19000122003"), refusal("19000221003", basis=None, key="again", valid_from=None)])
    ledger.append(Draft("audit", "audit.read", {"é": "\u2028", "Z": [0, -1]}, "auditor:1"))
    assert str(ledger.head()) == "3:75998fd5045ce28aa4d92a2bb6ad804c6ebc9cf0ed6cd5f9701e3affa9ff0cdc"


def test_the_same_declaration_sent_again_is_harmless(ledger: Ledger) -> None:
    """A practice's software that got no answer sends again; the first recording counts (17.4: its date)."""
    first = ledger.append(refusal(key="form-1", expected_version=0))
    again = ledger.append(refusal(key="form-1", expected_version=0))
    assert again == first
    assert (
        ledger.append_all([refusal(key="form-1"), refusal(key="form-2"), refusal(key="form-2")])[1:]
        == [*ledger.events(after=1)] * 2
    )
    assert ledger.head().sequence == 2


@pytest.mark.parametrize(
    "other",
    [
        {"payload": {"number": "19000122003", "profession": "specialist"}},
        {"kind": "accession.partial"},
        {"stream": "practitioner/19000221003"},
        {"valid_to": None},
        {"actor": "secretariat:4"},
        {"basis": None},
    ],
)
def test_other_content_under_a_key_is_an_error(ledger: Ledger, other: dict[str, object]) -> None:
    ledger.append(refusal(key="form-1"))
    with pytest.raises(Problems) as refused:
        ledger.append(refusal(**{"key": "form-1"} | other))
    assert codes(refused) == ["key_reused"]
    assert ledger.head().sequence == 1


def test_who_decided_on_an_old_state_is_refused(ledger: Ledger) -> None:
    ledger.append(refusal(expected_version=0))
    with pytest.raises(Problems) as refused:
        ledger.append(refusal(kind="accession.corrected", expected_version=0))
    assert codes(refused) == ["version_conflict"]
    ledger.append(refusal(kind="accession.corrected", expected_version=1))
    assert ledger.head().sequence == 2


def test_a_file_of_declarations_is_recorded_whole_or_not_at_all(ledger: Ledger) -> None:
    """Every fault is named with the row it stands in; nothing of the file is recorded."""
    ledger.append(refusal("19000122003"))
    good = [refusal(f"1900012{n:04}", expected_version=0) for n in range(1500)]
    with pytest.raises(Problems) as refused:
        ledger.append_all([*good, refusal("19000122003", expected_version=0)])
    assert [(p.code, p.where.row) for p in refused.value.problems if p.where] == [("version_conflict", 1501)]
    assert ledger.head().sequence == 1
    assert len({event.recorded_at for event in ledger.append_all(good)}) == 1
    assert ledger.verify().events == 1501


def _nested(depth: int) -> list[object]:
    inner: list[object] = []
    for _ in range(depth):
        inner = [inner]
    return inner


def test_all_faults_of_drafts_are_told_together(ledger: Ledger) -> None:
    with pytest.raises(Problems) as refused:
        ledger.append_all(
            [
                refusal(payload={"charged": 22.22, "sites": [{"share": {1, 2}}]}),
                refusal(stream="", actor="a\nb", key="x" * 501),
                refusal(valid_from=date(2020, 12, 31), valid_to=date(2020, 1, 1)),
                refusal(payload={1: "one", "half": "\ud800"}),
                refusal(payload={"digits": 10**5000}),
                refusal(payload={"deep": _nested(100_000)}),
            ]
        )
    found = [(p.code, p.where.row, p.where.field) for p in refused.value.problems if p.where]
    assert found == [
        ("inexact_number", 1, "payload.charged"),
        ("not_json", 1, "payload.sites[0].share"),
        ("bad_name", 2, "stream"),
        ("bad_name", 2, "actor"),
        ("bad_name", 2, "key"),
        ("bad_interval", 3, "valid_to"),
        ("not_json", 4, "payload"),
        ("not_json", 4, "payload.half"),
        ("not_json", 5, "payload"),
        ("not_json", 6, "payload"),
    ]
    assert all(p.mend for p in refused.value.problems)
    assert ledger.head() == START


def test_what_was_known_at_an_instant(ledger: Ledger, clock: Clock) -> None:
    """Status as of a day and as known at an instant is a query (the register reads it so)."""
    early = ledger.append(refusal("19000122003"))
    clock.now = datetime(2020, 2, 28, 23, 0, tzinfo=UTC)
    late = ledger.append(refusal("19000122003", kind="accession.re_acceded"))
    ledger.append(refusal("19000221003"))
    stream = "practitioner/19000122003"
    assert list(ledger.events(stream)) == [early, late]
    assert list(ledger.events(stream, known_at=late.recorded)) == [early, late]
    assert list(ledger.events(stream, known_at=late.recorded - timedelta(microseconds=1))) == [early]
    in_brussels = datetime(2020, 2, 29, 0, 0, 1, tzinfo=timezone(timedelta(hours=1)))
    assert list(ledger.events(known_at=in_brussels)) == [early, late]
    assert [event.sequence for event in ledger.events(after=1, before=3)] == [2]
    with pytest.raises(Problems) as refused:
        list(ledger.events(known_at=datetime(2020, 2, 28, 23, 0)))  # noqa: DTZ001
    assert codes(refused) == ["no_time_zone"]


def test_a_clock_a_little_behind_does_not_turn_time_back(ledger: Ledger, clock: Clock) -> None:
    first = ledger.append(refusal("19000122003"))
    clock.now -= timedelta(seconds=4)
    second = ledger.append(refusal("19000221003"))
    assert second.recorded_at == first.recorded_at
    clock.now -= timedelta(minutes=1)
    with pytest.raises(Problems) as refused:
        ledger.append(refusal("19000320003"))
    assert codes(refused) == ["clock_behind"]
    assert ledger.verify().events == 2


def test_a_clock_without_time_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(Problems) as refused:
        Ledger(engine, lambda: datetime(2020, 2, 1)).append(refusal())  # noqa: DTZ001
    assert codes(refused) == ["no_time_zone"]


def test_many_pages_of_events_come_in_order(ledger: Ledger) -> None:
    ledger.append_all([refusal(f"{n:011}") for n in range(12_001)])
    assert [event.sequence for event in ledger.events()] == list(range(1, 12_002))
    assert ledger.verify().events == 12_001


def forged(verb: str, sequence: int, *, version: str = "9", key: str = "'new'", previous: str = "hash") -> str:
    """Return a statement that puts event 2 a second time, with other values."""
    columns = "kind, payload, valid_from, valid_to, recorded_at, actor, basis"
    values = f"{sequence}, stream, {version}, {columns}, {key}, {previous}, hash"
    return f"{verb} INTO ledger_events SELECT {values} FROM ledger_events WHERE sequence = 2"  # noqa: S608


STATEMENTS = {
    "change": "UPDATE ledger_events SET actor = 'somebody else' WHERE sequence = 1",
    "delete one": "DELETE FROM ledger_events WHERE sequence = 2",
    "delete all": "DELETE FROM ledger_events",
    "leave a number out": forged("INSERT", 4),
    "fork the chain": forged("INSERT", 3, previous="previous_hash"),
    "a number twice": forged("INSERT", 2, previous="previous_hash"),
}
OF_ONE_DATABASE = {
    "sqlite": {
        "replace by number": "REPLACE INTO ledger_events SELECT * FROM ledger_events WHERE sequence = 2",
        "replace by key": forged("REPLACE", 3, key="key"),
        "replace by version": forged("REPLACE", 3, version="version"),
    },
    "postgresql": {
        "truncate": "TRUNCATE ledger_events",
        "as a replica": "SET session_replication_role = replica; DELETE FROM ledger_events",
        "upsert": "INSERT INTO ledger_events SELECT * FROM ledger_events WHERE sequence = 2 "
        "ON CONFLICT (sequence) DO UPDATE SET actor = 'somebody else'",
    },
}


def test_the_database_itself_refuses_change(ledger: Ledger, engine: Engine) -> None:
    """Even a program that knows nothing of the ledger can only append to it."""
    ledger.append_all([refusal("19000122003", key="a"), refusal("19000221003", key="b")])
    before = list(ledger.events())
    for attempt, statement in (STATEMENTS | OF_ONE_DATABASE[engine.dialect.name]).items():
        with engine.connect() as connection, pytest.raises(DatabaseError, match=r"append-only|only the next event"):
            connection.execute(text(statement))
        assert list(ledger.events()) == before, attempt
    assert ledger.append(refusal("19000320003")).sequence == 3


def test_the_last_event_before_an_instant_and_no_more_than_asked(engine: Engine) -> None:
    """Found by halving; the instant itself is not before."""
    ledger = Ledger(engine, Clock())
    events = [ledger.append(refusal(str(number))) for number in range(19000122003, 19000122012)]
    for number, event in enumerate(events):
        assert ledger.last_before(event.recorded) == number
        assert ledger.last_before(event.recorded + timedelta(milliseconds=1)) == number + 1
    assert [event.sequence for event in ledger.events(after=2, most=3)] == [3, 4, 5]
    assert list(ledger.events(most=0)) == []
