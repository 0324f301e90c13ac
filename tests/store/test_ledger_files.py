"""A ledger as a file: it verifies by itself, and any changed, lost or added line is found."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import Clock, by_force, refusal

from medicomut.errors import Problems
from medicomut.store import Head, Ledger, export, open_store, verify_file

SIZE = 6


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The lines of an exported ledger of six events; the first and the last speak of the file."""
    engine = open_store(f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.db'}")
    drafts = [refusal(f"1900012{n:04}", key=f"form-{n}", payload={"site": "Liège", "n": n}) for n in range(SIZE)]
    Ledger(engine, Clock()).append_all(drafts)
    out = io.BytesIO()
    export(Ledger(engine), out)
    engine.dispose()
    return out.getvalue().splitlines(keepends=True)


def bad(path: Path, content: bytes) -> tuple[str, int | None, int | None] | None:
    path.write_bytes(content)
    fault = verify_file(path).fault
    if fault is None:
        return None
    assert fault.where is not None
    assert fault.where.file == str(path)
    return fault.code, fault.where.line, fault.where.row


def test_an_export_verifies_without_its_database(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append_all([refusal("19000122003", key="form-1"), refusal("19000221003", basis=None)])
    path = tmp_path / "ledger.ndjson"
    with path.open("wb") as out:
        head = export(ledger, out)
    report = verify_file(path)
    assert (report.holds, report.events, report.head) == (True, 2, head)
    assert head == ledger.head()
    read = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert read[0] == {"ledger": {"form": 1, "sequence": 0, "hash": "0" * 64}}
    assert read[1]["payload"] == {"number": "19000122003", "profession": "gp"}
    assert read[-1] == {"tail": {"events": 2, "sequence": 2, "hash": head.hash}}


def test_later_events_are_exported_alone(ledger: Ledger, tmp_path: Path) -> None:
    """A yearly copy begins where the one before ended."""
    events = ledger.append_all([refusal(f"1900012{n:04}") for n in range(5)])
    path = tmp_path / "later.ndjson"
    with path.open("wb") as out:
        export(ledger, out, after=3)
    report = verify_file(path)
    assert (report.holds, report.events, report.head) == (True, 2, events[-1].head)
    assert json.loads(path.read_text().splitlines()[0])["ledger"]["hash"] == events[2].hash
    with pytest.raises(Problems) as refused:
        export(ledger, io.BytesIO(), after=6)
    assert refused.value.problems[0].code == "event_missing"


def test_an_empty_ledger_is_a_file_too(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "empty.ndjson"
    with path.open("wb") as out:
        assert export(ledger, out) == Head(0, "0" * 64)
    assert verify_file(path).holds


def test_a_broken_chain_is_not_exported(ledger: Ledger) -> None:
    ledger.append_all([refusal("19000122003"), refusal("19000221003")])
    by_force(ledger.engine, "UPDATE ledger_events SET kind = 'accession.full' WHERE sequence = 2")
    with pytest.raises(Problems) as refused:
        export(ledger, io.BytesIO())
    assert [p.code for p in refused.value.problems] == ["event_changed"]


@given(data=st.data())
@settings(deadline=None, max_examples=300)
def test_any_changed_byte_is_found(
    lines: list[bytes], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = b"".join(lines)
    at = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != content[at]))
    path = tmp_path_factory.getbasetemp() / "changed.ndjson"
    found = bad(path, content[:at] + bytes([byte]) + content[at + 1 :])
    line = content[:at].count(b"\n") + 1
    if line == 1 and found is not None and found[1] == 2:
        line = 2  # the beginning was changed to another that can be read: the first event does not follow from it
    assert found is not None
    assert found[1] == line
    if 1 < line < len(lines):
        assert found[2] == line - 1


def test_lost_moved_repeated_and_added_lines_are_found(lines: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "ledger.ndjson"
    first, *events, tail = lines
    assert bad(path, b"".join(lines)) is None
    assert bad(path, b"".join([first, *events])) == ("tail_missing", 8, 7)
    assert bad(path, b"".join([first, *events[:-1], tail])) == ("tail_differs", 7, 6)
    assert bad(path, b"".join([first, *events[:2], *events[3:], tail])) == ("event_missing", 4, 3)
    assert bad(path, b"".join([first, events[1], events[0], *events[2:], tail])) == ("event_missing", 2, 1)
    assert bad(path, b"".join([first, events[0], *events, tail])) == ("event_out_of_order", 3, 2)
    assert bad(path, b"".join([*events, tail])) == ("line_unreadable", 1, 1)
    assert bad(path, b"".join([*lines, b"{}\n"])) == ("line_unreadable", 9, 7)
    assert bad(path, b"".join([first, *events, tail, tail])) == ("line_unreadable", 9, 7)
    assert bad(path, b"") == ("line_unreadable", 1, 1)
    assert bad(path, b"".join(lines)[:-20]) == ("line_unreadable", 8, 7)


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":1,"a":2}\n', b"[]\n", b"{}\n", b'{"n":1.5}\n', b'{"n":NaN}\n', b"\xff\n", b"[" * 100_000 + b"\n",
        b'{"payload":7}\n', b'{"payload":{},"more":1}\n', b'{ "a":1}\n', b'{"tail":null}\n',
    ],
)  # fmt: skip
def test_lines_that_no_export_writes_are_named(lines: list[bytes], tmp_path: Path, line: bytes) -> None:
    found = bad(tmp_path / "odd.ndjson", lines[0] + lines[1] + line + lines[-1])
    assert found is not None
    assert found[0] in {"line_unreadable", "tail_missing"}
    assert found[1:] == (3, 2)


def test_a_form_of_the_future_is_not_taken_for_ours(lines: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / "future.ndjson"
    content = b"".join(lines).replace(b'"form":1', b'"form":2')
    assert bad(path, content) == ("line_unreadable", 1, 1)
