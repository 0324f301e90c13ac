"""`medicomut register verify`, `backup`, `restore` and `correction`, as the register's keeper runs them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Register = Callable[..., Result]
NOW = ("--trial-now", "2020-02-10T10:00:00+01:00")
NUMBER, AMM = "19000122003", ("--agreement", "be/amm/2020")


@pytest.fixture(autouse=True)
def folder(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    place = ("--profession", "gp", "--municipality", "Ixelles")
    assert register("declare", NUMBER, "registered", *place, *NOW).exit_code == 0
    assert register("declare", NUMBER, "refused", *AMM, *NOW).exit_code == 0
    return tmp_path


def by_force(statement: str) -> None:
    with sqlite3.connect("register.db") as connection:
        connection.execute("DROP TRIGGER IF EXISTS ledger_events_no_update")
        connection.execute(statement)
    connection.close()


def test_a_register_that_holds(register: Register) -> None:
    found = register("verify", "--lang", "fr")
    assert found.exit_code == 0
    assert "La chaîne et les statuts tiennent : 2 événements." in found.stdout
    said = json.loads(register("verify", "--format", "json").stdout)
    assert (said["holds"], said["spans_hold"], said["events"]) == (True, True, 2)
    assert register("verify", "--head", f"2:{said['head']['hash']}").exit_code == 0
    assert "head_differs" in register("verify", "--head", f"2:{'0' * 64}").stderr


def test_the_first_broken_link_is_named(register: Register) -> None:
    by_force("UPDATE ledger_events SET kind = 'accession.acceded' WHERE sequence = 2")
    found = register("verify")
    assert found.exit_code == 1
    assert "event_changed: event 2" in found.stderr
    said = json.loads(register("verify", "--format", "json").stdout)
    assert (said["holds"], said["spans_hold"], said["first_bad"]) == (False, False, 2)


def test_statuses_that_do_not_follow_are_named_and_mended(register: Register) -> None:
    by_force("DELETE FROM register_spans WHERE agreement <> ''")
    found = register("verify")
    assert found.exit_code == 1
    assert f"spans_differ: {NUMBER}" in found.stderr
    mended = register("verify", "--mend", "--lang", "nl")
    assert mended.exit_code == 0
    assert "opnieuw berekend" in mended.stdout
    assert register("verify").exit_code == 0
    rows = json.loads(register("stats", "--by", "region", "--on", "2020-03-02", "--format", "json").stdout)["rows"]
    assert [(row["region"], row["refused"]) for row in rows] == [("Brussels", 1), (None, 1)]


def test_a_backup_into_a_folder_that_is_not_there(register: Register, folder: Path) -> None:
    ran = register("backup", "copies/register.ndjson")
    assert ran.exit_code == 2
    assert "copies/register.ndjson: error no_folder: there is no folder copies; make the folder first" in ran.stderr
    (folder / "copies").mkdir()
    assert register("backup", "copies/register.ndjson").exit_code == 0


def test_no_correction_is_proposed(register: Register) -> None:
    assert register("correction", "list", "--lang", "nl").stdout == "Er is geen verbetering voorgesteld.\n"
    assert register("correction", "list", "--format", "json").stdout == "[]\n"


def test_a_backup_makes_the_register_again(register: Register, folder: Path) -> None:
    made = register("backup", "copy.ndjson", "--lang", "de")
    assert (made.exit_code, "2 Ereignisse" in made.stdout) == (0, True)
    done = register("restore", "copy.ndjson", "--url", "sqlite:///again.db")
    assert done.stdout.splitlines()[1:] == made.stdout.replace("Kopf der Kette", "Head of the chain").splitlines()[1:]
    asked = ("status", NUMBER, "--on", "2020-03-02", "--format", "json")
    assert register(*asked, "--url", "sqlite:///again.db").stdout == register(*asked).stdout
    assert "ledger_in_use" in register("restore", "copy.ndjson", "--url", "sqlite:///again.db").stderr
    copy = folder / "copy.ndjson"
    copy.write_bytes(copy.read_bytes().replace(b"21009", b"21004"))
    damaged = register("restore", "copy.ndjson", "--url", "sqlite:///third.db")
    assert damaged.exit_code == 2
    assert "copy.ndjson:2" in damaged.stderr
    assert "event_changed" in damaged.stderr


def test_a_correction_by_two_persons(register: Register) -> None:
    what = ("--corrects", "2", *AMM, "--from", "2020-02-10", "--actor", "ann")
    proposed = register("correction", "propose", NUMBER, *what, "--lang", "fr")
    assert "attend une seconde personne" in proposed.stdout
    assert "ann : Rien n'a été déclaré, à partir du 2020-02-10" in proposed.stdout
    assert "same_person" in register("correction", "accept", "1", "--checker", "ann").stderr
    accepted = json.loads(register("correction", "accept", "1", "--checker", "bea", "--format", "json").stdout)
    assert [(one["maker"], one["checker"], one["accepted"]) for one in accepted] == [("ann", "bea", True)]
    status = json.loads(register("status", NUMBER, "--on", "2020-03-02", "--format", "json").stdout)
    assert (status["status"], status["why"]) == ("full", "silence")
    assert register("correction", "list", "--open").stdout == "No correction waits for a second person.\n"
    assert "already_checked" in register("correction", "reject", "1", "--checker", "cas").stderr
    assert "unknown_version" in register("correction", "propose", NUMBER, "--corrects", "9", *what[2:]).stderr


def test_a_number_is_read_with_its_marks_and_refused_where_it_is_none(register: Register) -> None:
    asked = ("status", "1-90001-22-003", "--on", "2020-03-02", "--format", "json")
    assert json.loads(register(*asked).stdout)["number"] == NUMBER
    wrong = register("status", "19000199003")
    assert wrong.exit_code == 2
    assert "bad_number: '19000199003' is no INAMI number; digits 7 and 8 are" in wrong.stderr
    again = register("declare", "1/90001/22/003", "refused", *AMM, *NOW)
    assert "Already recorded as number 2" in again.stdout


def test_a_correction_is_not_declared_by_one_command(register: Register) -> None:
    assert register("declare", NUMBER, "corrected", *AMM, *NOW).exit_code == 2


def test_a_declaration_that_is_corrected_is_not_corrected_beside_it(register: Register) -> None:
    what = (NUMBER, "--corrects", "2", *AMM, "--from", "2020-02-10")
    register("correction", "propose", *what, "--actor", "ann")
    register("correction", "propose", *what, "--actor", "cas", "--says", "acceded")
    assert register("correction", "accept", "1", "--checker", "bea").exit_code == 0
    second = register("correction", "accept", "2", "--checker", "bea")
    assert second.exit_code == 2
    assert "already_corrected" in second.stderr
    assert "correct declaration 3" in second.stderr
    assert "not_the_maker" in register("correction", "withdraw", "2", "--actor", "ann").stderr
    assert "zurückgezogen" in register("correction", "withdraw", "2", "--actor", "cas", "--lang", "de").stdout
