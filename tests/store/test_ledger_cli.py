"""`medicomut ledger` as a shell runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from ledgers import by_force, refusal
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from medicomut.cli.main import app
from medicomut.store import Head, Ledger, audit
from medicomut.store.audit import Access, Peer

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    def invoke(*arguments: object, **environment: str) -> Result:
        plain = {"NO_COLOR": "1", "COLUMNS": "80", "TERMINAL_WIDTH": "80"}
        return CliRunner().invoke(app, ["ledger", *map(str, arguments)], env=plain | environment)

    return invoke


@pytest.fixture
def filled(engine: Engine) -> Ledger:
    ledger = Ledger(engine)
    ledger.append_all([refusal("19000122003"), refusal("19000221003"), refusal("19000320003")])
    return ledger


def test_a_chain_that_holds(run: Run, url: str, filled: Ledger) -> None:
    told = run("verify", "--url", url)
    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout == f"The chain holds. Events: 3\nHead: {filled.head()}\n"
    asked = json.loads(run("verify", "--format", "json", MEDICOMUT_STORE_URL=url).stdout)
    assert asked == {
        "holds": True,
        "events": 3,
        "head": {"sequence": 3, "hash": filled.head().hash},
        "first_bad": None,
        "fault": None,
    }


def test_a_chain_that_was_changed_ends_with_status_1(run: Run, url: str, filled: Ledger) -> None:
    by_force(filled.engine, "UPDATE ledger_events SET valid_to = '2099-12-31' WHERE sequence = 2")
    told = run("verify", "--url", url)
    assert told.exit_code == 1
    assert "The chain is broken. Events that hold: 1" in told.stdout
    assert "error event_changed: event 2" in told.stdout
    asked = run("verify", "--url", url, "--format", "json")
    assert asked.exit_code == 1
    assert json.loads(asked.stdout)["first_bad"] == 2


def test_an_end_that_was_cut_off_is_found_by_the_head_that_was_noted(run: Run, url: str, filled: Ledger) -> None:
    noted = run("head", "--url", url).stdout.strip()
    assert Head.parse(noted) == filled.head()
    assert json.loads(run("head", "--url", url, "--format", "json").stdout) == filled.head()._asdict()
    by_force(filled.engine, "DELETE FROM ledger_events WHERE sequence = 3")
    assert run("verify", "--url", url).exit_code == 0
    told = run("verify", "--url", url, "--head", noted)
    assert told.exit_code == 1
    assert "event_missing: event 3" in told.stdout


def test_an_exported_file_verifies_and_appears_only_whole(run: Run, url: str, filled: Ledger, tmp_path: Path) -> None:
    out = tmp_path / "ledger.ndjson"
    told = run("export", "--url", url, "--out", out)
    assert told.stdout == f"Written to: {out}\nHead: {filled.head()}\n"
    assert run("verify", "--file", out).stdout == f"The chain holds. Events: 3\nHead: {filled.head()}\n"
    assert run("export", "--url", url).stdout_bytes == out.read_bytes()
    content = out.read_bytes()
    by_force(filled.engine, "UPDATE ledger_events SET actor = 'x' WHERE sequence = 3")
    refused = run("export", "--url", url, "--out", out)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "event_changed" in refused.stderr
    assert out.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.ndjson"]
    out.write_bytes(content.replace(b"19000221003", b"19000221004"))
    told = run("verify", "--file", out)
    assert told.exit_code == 1
    assert f"{out}:3, row 2: error event_changed" in told.stdout


def test_accesses_are_exported_as_fhir(run: Run, url: str, filled: Ledger, tmp_path: Path) -> None:
    machine = Peer("medicomut", "127.0.0.1")
    audit.record(filled, Access("read", "success", "Practitioner/1", "request-1", machine, machine))
    out = tmp_path / "audit.ndjson"
    told = run("export", "--url", url, "--lines", "fhir", "--out", out, "--format", "json")
    assert json.loads(told.stdout) == {"file": str(out), "audit_events": 1}
    (line,) = out.read_bytes().splitlines()
    assert AuditEvent.model_validate_json(line).action == "R"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["verify"], "nothing_to_verify"),
        (["verify", "--file", "x.ndjson", "--head", "1:" + "0" * 64], "head_with_file"),
        (["verify", "--file", "missing.ndjson"], "file_refused"),
        (["verify", "--url", "sqlite:///missing.db"], "no_store"),
        (["verify", "--url", "ledger.db"], "bad_store_url"),
        (["verify", "--url", "sqlite:///x.db", "--head", "3"], "bad_head"),
        (["head", "--url", "sqlite:///missing.db"], "no_store"),
        (["export", "--url", "sqlite:///missing.db", "--out", "x.ndjson"], "no_store"),
    ],
)
def test_what_cannot_be_used_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run(*arguments)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.count("error ") == 1
    assert f"error {code}: " in told.stderr
    assert list(tmp_path.iterdir()) == []
