"""The desk's commands: a case opened, concluded and published in a real ledger, dry runs, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import icalendar
import pytest
from typer.testing import CliRunner, Result

from medicomut.cli.main import app

PLAIN = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8", "COLUMNS": "100", "NO_COLOR": "1"}
OPEN = ("open", "--track", "conciliation", "--subject", "nomenclature", "--agreement", "be/amm/2020",
        "--code", "475075", "--applicant", "absym_bvas", "--respondent", "insurers", "--question", "Twice on one day?",
        "--on", "2020-03-02", "--by", "secretariat")  # fmt: skip
BY = ("--by", "secretariat")

Desk = Callable[..., Result]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["procedure", "dispute", *arguments, "--url", url], env=PLAIN)

    return run


def as_json(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refused(result: Result) -> str:
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


def test_before_there_is_a_register_an_opening_is_tried(desk: Desk, tmp_path: Path) -> None:
    tried = as_json(desk(*OPEN, "--dry-run", "--format", "json"))
    assert (tried["case"], tried["recorded"], tried["basis"]) == ("2020-001", False, "be/amm/2020#15")
    assert list(tmp_path.iterdir()) == []
    assert "no_store: there is no such database" in refused(desk("add", "2020-001", "hearing", "--dry-run", *BY))


def test_a_case_from_the_opening_to_the_published_decision(desk: Desk, tmp_path: Path) -> None:
    receipt = as_json(desk(*OPEN, "--format", "json"))
    assert (receipt["case"], receipt["recorded"], receipt["basis"]) == ("2020-001", True, "be/amm/2020#15")
    end = (
        "conclude",
        "2020-001",
        "--outcome",
        "conciliated",
        "--text",
        "ABSyM-BVAS was right.",
        "--on",
        "2020-05-04",
        *BY,
    )
    assert "advice_missing" in refused(desk(*end))
    assert desk("add", "2020-001", "advice-asked", "--on", "2020-03-03", *BY).exit_code == 0
    given = tmp_path / "opinion.txt"
    given.write_text("Two may be charged.\nWhen asked apart.\n")
    assert desk("add", "2020-001", "advice-given", "--file", str(given), "--on", "2020-04-01", *BY).exit_code == 0
    assert desk(*end).exit_code == 0
    draft = desk("publish", "2020-001", "--propose", "--lang", "nl").stdout.strip()
    assert draft == "[verzoekende partij] was right."
    publish = ("publish", "2020-001", "--title", "Two on a day", "--on", "2020-06-01", *BY)
    assert "not_anonymous" in refused(desk(*publish, "--text", "BVAS was right."))
    assert desk(*publish, "--text", "The applicant was right.").exit_code == 0
    (decision,) = as_json(desk("search", "applicant", "--format", "json"))["decisions"]
    assert decision["codes"] == ["475075"]
    assert "BVAS" not in json.dumps(decision)
    shown = as_json(desk("show", "2020-001", "--format", "json"))
    assert [step["kind"] for step in shown["steps"]] == [
        "opened", "advice_asked", "advice_given", "concluded", "published",
    ]  # fmt: skip
    assert (shown["status"], shown["missing"]) == ("concluded", [])


def test_a_dry_run_records_nothing(desk: Desk) -> None:
    assert desk(*OPEN).exit_code == 0
    tried = as_json(desk("add", "2020-001", "advice-asked", *BY, "--dry-run", "--format", "json"))
    assert (tried["recorded"], tried["event"]) == (False, None)
    assert "peut être enregistré" in desk("add", "2020-001", "advice-asked", *BY, "--dry-run", "--lang", "fr").stdout
    assert len(as_json(desk("show", "2020-001", "--format", "json"))["steps"]) == 1


def test_a_college_is_named_by_its_seats(desk: Desk) -> None:
    opening = [{"nomenclature": "performance", "conciliation": "arbitration"}.get(word, word) for word in OPEN]
    assert desk(*opening, "--clause", "14.3.3.3").exit_code == 0
    seats = ("add", "2020-001", "college", "--member", "A@physicians", "--chair", "C@nihdi", *BY)
    assert "unbalanced_college" in refused(desk(*seats))
    assert desk(*seats, "--member", "B@insurers").exit_code == 0
    assert "wrong_kind" in refused(desk(*seats, "--member", "B"))


def test_limits_are_listed_and_in_a_calendar(desk: Desk) -> None:
    assert desk(*OPEN).exit_code == 0
    limit = ("add", "2020-001", "deadline", "--awaited", "advice", "--due", "2020-05-03", "--on", "2020-03-02", *BY)
    assert desk(*limit).exit_code == 0
    made = icalendar.Calendar.from_ical(desk("list", "--calendar", "--lang", "de").stdout)
    assert [event["SUMMARY"] for event in made.events] == ["2020-001: Stellungnahme erwartet"]  # type: ignore[union-attr]
    assert "2020-001" in desk("list", "--status", "open").stdout
    assert "Aucun dossier" in desk("list", "--status", "withdrawn", "--lang", "fr").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "2020-009"), "unknown_case"),
        (("list", "--status", "lost"), "bad_status"),
        (("show", "2020-001", "--known-at", "2020-01-01"), "bad_instant"),
        (("add", "2020-001", "hearing", "--on", "1 March", *BY), "bad_day"),
        (("publish", "2020-001", "--title", "x", "--text", "x"), "missing_field"),
        (("conclude", "2020-001", "--outcome", "award", "--text", "x", "--file", "y", *BY), "two_texts"),
    ],
)
def test_what_cannot_be_used_is_named(desk: Desk, arguments: tuple[str, ...], code: str) -> None:
    assert desk(*OPEN).exit_code == 0
    assert f"error {code}:" in refused(desk(*arguments))


def test_a_trial_says_so(desk: Desk) -> None:
    assert desk(*OPEN, "--trial-now", "2020-03-02T10:00:00+01:00").exit_code == 0
    (step,) = as_json(desk("show", "2020-001", "--format", "json"))["steps"]
    assert step["actor"] == "trial:secretariat"
    assert step["recorded_at"].startswith("2020-03-02T09:00:00")


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_a_case_is_shown_in_the_readers_language(desk: Desk, lang: str) -> None:
    assert desk(*OPEN).exit_code == 0
    shown = desk("show", "2020-001", "--lang", lang).stdout
    assert {"fr": "Demander l'avis", "nl": "advies", "de": "Stellungnahme", "en": "Ask the opinion"}[lang] in shown
    assert "ABSyM" in shown
