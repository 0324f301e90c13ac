"""The commands of procedures as a negotiator types them: answers, JSON, and what cannot be used."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from medicomut.cli.main import app

HEAD = "day,event,by,evidence,case,ground\n"
DENOUNCE = ("denounce", "--agreement", "be/amm/2020", "--ground", "16.2.1", "--event", "2020-03-02", "--by")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["procedure", *arguments], env={"COLUMNS": "80"})


def answered(*arguments: str) -> Any:
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_denunciation_as_json() -> None:
    found = answered(*DENOUNCE, "party", "--finding", "2020-03-02")
    assert (found["admissible"], found["letter_by"], found["ends_on"]) == (True, "2020-03-17", "2020-04-01")
    assert found["steps"]
    assert found["cites"] == ["be/amm/2020#16.2.1", "be/amm/2020#16.2.4"]
    assert answered(*DENOUNCE, "party", "--notified", "2020-03-17")["admissible"] is True
    assert answered(*DENOUNCE, "party", "--notified", "2020-03-18")["admissible"] is False


@pytest.mark.parametrize(
    ("lang", "word"),
    [("fr", "recevable"), ("nl", "ontvankelijk"), ("de", "zulässig"), ("en", "admissible")],
)
def test_a_denunciation_in_four_languages(lang: str, word: str) -> None:
    shown = run(*DENOUNCE, "doctor", "--effective", "2020-05-01", "--finding", "2020-03-10", "--lang", lang).stdout
    assert word in shown
    assert "be/amm/2020#16.2.5" in shown


def test_the_timeline_of_2024_without_and_with_supposed_clocks() -> None:
    alone = answered("timeline", "be/amm/2024", "--on", "2024-11-25")
    assert (alone["state"], alone["clocks_of"]) == ("denunciation_open", None)
    supposed = ("--reading", "denunciation_clocks=as_in_2020")
    assert answered("timeline", "be/amm/2024", "--on", "2024-11-25", *supposed)["state"] == "ended_if_supposed"
    later = answered("timeline", "be/amm/2024", "--on", "2024-11-25", *supposed, "--reading", "end_anchor=finding")
    assert later["state"] == "denunciation_open"
    shown = run("timeline", "be/amm/2024", "--on", "2024-12-10", "--lang", "nl").stdout
    assert "zondag 15 december 2024" in " ".join(shown.split())


def test_a_file_of_events_with_faults_is_refused_by_line(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(HEAD + "2020-06-31,situation_occurred,king,x,1,fee_restriction\n2020-06-01,ended,x,y,,\n")
    result = run("timeline", "be/amm/2020", "--events", str(file))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "events.csv:2, field day: error bad_day" in result.stderr
    assert "events.csv:3, field event: error unknown_event" in result.stderr


def test_deadlines_name_their_sunday() -> None:
    shown = run("deadlines", "be/amm/2024", "--lang", "en").stdout
    assert "Sunday 15 December 2024" in " ".join(shown.split())
    assert "act by the Friday or Saturday before it" in " ".join(shown.split())
    feed = run("deadlines", "be/amm/2024", "--format", "ics", "--lang", "nl").stdout
    assert "DTSTART;VALUE=DATE:20241215" in feed
    unfolded = feed.replace("\r\n ", "").replace("\n ", "")
    assert "Dag gekend uit andere bronnen dan de tekst" in unfolded  # the text was not found
    assert "UID:be-amm-2024-deadline-opt_out@medicomut" in feed


def test_grounds_by_words_and_the_other_way_round() -> None:
    asked = ("grounds", "--agreement", "be/amm/2020", "--on", "2020-03-02", "--event")
    (found,) = answered(*asked, "extension du tiers payant obligatoire")["events"]
    assert found["opens"] == ["16.2.2"]
    assert answered(*asked, "fee_measure", "--basis", "51")["events"][0]["opens"] == []
    none = run(*asked, "remgeld", "--lang", "nl")
    assert "Geen gekende grond" in none.stdout
    assert run(*asked, "rain").exit_code == 2


def test_the_replay_shows_where_the_anchors_part() -> None:
    found = answered("replay", "be/amm/2024")
    assert next(day["on"] for day in found["days"] if day["parts"]) == "2024-11-20"
    assert {name: len(clocks) for name, clocks in found["deadlines"].items()} == {"occurrence": 7, "finding": 7}
    shown = run("replay", "--on", "2024-12-02").stdout
    assert "they part" in shown
    assert run("replay", "be/amm/2020").exit_code == 2


def test_a_letter_is_written_where_asked_and_no_other_kind(tmp_path: Path) -> None:
    asked = ("letter", *DENOUNCE[1:], "party", "--lang", "nl", "--name", "Verzonnen syndicaat", "--out")
    for name, begins in (("letter.pdf", b"%PDF-"), ("letter.html", b"<!doctype html>")):
        assert run(*asked, str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).read_bytes().startswith(begins)
    assert run(*asked, str(tmp_path / "letter.docx")).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("timeline", "be/amm/2019"), "unknown_agreement"),
        (("timeline", "be/amm/2020", "--on", "soon"), "bad_day"),
        (("timeline", "be/amm/2020", "--reading", "moon=full"), "bad_reading"),
        ((*DENOUNCE, "party", "--finding", "2020-03-01"), "finding_before_event"),
        ((*DENOUNCE, "party", "--finding", "x", "--notified", "y"), "bad_day"),
    ],
)
def test_what_cannot_be_used_is_named(arguments: tuple[str, ...], code: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert code in result.stderr
