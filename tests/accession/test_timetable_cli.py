"""`medicomut register timetable`: the answer, the calendar, the notice on the door."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar
from typer.testing import Result
from weeks import HEADER, week

from medicomut.accession.hours_calendar import hours_calendar
from medicomut.accession.notice import notice
from medicomut.accession.wording import words
from medicomut.words import LANGUAGES

Register = Callable[..., Result]
ROWS = (
    "mon,09:00,12:00,A,free,practice",
    "mon,13:00,19:00,A,tariff,practice",
    "fri,22:00,01:00,B,tariff,practice",
    "thu,09:00,10:00,,tariff,home",
)
WEEK = HEADER + "\n".join(ROWS) + "\n"
STAMP = datetime(2020, 3, 1, 12, 0, tzinfo=UTC)


def test_json_says_valid_broken_and_the_share(register: Register) -> None:
    result = register("timetable", "-", "--profession", "gp", "--format", "json", given=WEEK)
    found = json.loads(result.stdout)
    assert (result.exit_code, found["valid"], found["broken"]) == (0, True, [])
    assert (found["free_share"], found["free_share_exact"]) == (0.230769, "3/13")


def test_a_broken_clause_comes_with_why_what_mends_it_and_a_valid_week(register: Register, tmp_path: Path) -> None:
    file = tmp_path / "week.csv"
    file.write_text(HEADER + ROWS[0], "utf-8")
    result = register("timetable", file, "--profession", "gp", "--format", "json", "--lang", "nl", "--strict")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    (fault,) = found["broken"]
    assert (fault["clause"], fault["cites"]) == ("14.2.2.2.2", ["be/amm/2020#14.2.2.2.2"])
    assert "van de praktijk" in fault["why"]
    assert [(row["day"], row["start"], row["end"], row["kind"]) for row in found["proposal"]] == [
        ("mon", "09:00", "09:45", "free"),
        ("mon", "09:45", "12:00", "tariff"),
    ]


def test_what_cannot_be_used_is_told_on_standard_error(register: Register, tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(b"day,start,end,site,kind,setting\nmon,09:00,10:00,\xe9,free,practice\n")
    for arguments, code in (
        (("-", "--profession", "gp", "--reading", "late_boundary=from"), "bad_reading"),
        (("-", "--profession", "gp", "--reading", "week=moon"), "unknown_reading"),
        (("-", "--profession", "gp", "--week-of", "soon"), "bad_day"),
        (("-", "--profession", "gp", "--agreement", "be/amm/2024"), "no_partial_accession"),
        (("nowhere.csv", "--profession", "gp"), "file_refused"),
        ((tmp_path / "latin.csv", "--profession", "gp"), "not_utf8"),
    ):
        result = register("timetable", *arguments, given=WEEK)
        assert (result.exit_code, result.stdout, code in result.stderr) == (2, "", True), result.stderr


def test_the_calendar_repeats_each_row_until_the_agreement_ends() -> None:
    calendar = Calendar.from_ical(hours_calendar(week(*ROWS), date(2020, 3, 14), date(2020, 12, 31), STAMP, "fr"))
    events = {str(event["location"]) if "location" in event else "": event for event in calendar.walk("VEVENT")}
    night = events["B"]
    assert night.start.isoformat() == "2020-03-20T22:00:00+01:00"
    assert night.end.isoformat() == "2020-03-21T01:00:00+01:00"
    assert night["rrule"].to_ical() == b"FREQ=WEEKLY;UNTIL=20201231T225959Z"
    assert [str(event["summary"]) for event in calendar.walk("VEVENT")].count("Hors tarif") == 1
    assert calendar.walk("VTIMEZONE")[0]["tzid"] == "Europe/Brussels"
    again = hours_calendar(week(*ROWS), date(2020, 3, 14), date(2020, 12, 31), STAMP, "nl")
    assert {e["uid"] for e in calendar.walk("VEVENT")} == {e["uid"] for e in Calendar.from_ical(again).walk("VEVENT")}
    assert (
        list(
            Calendar.from_ical(hours_calendar(week(ROWS[0]), date(2020, 3, 14), date(2020, 3, 15), STAMP, "fr")).walk(
                "VEVENT"
            )
        )
        == []
    )


@pytest.mark.parametrize(("lang", "words_there"), [
    ("fr", ("lundi", "Hors tarif", "médecin généraliste")), ("nl", ("maandag", "Buiten tarief", "huisarts")),
    ("de", ("Montag", "Außerhalb des Tarifs", "Hausarzt")), ("en", ("Monday", "Off tariff", "general practitioner")),
])  # fmt: skip
def test_the_notice_speaks_the_languages_of_the_country(lang: str, words_there: tuple[str, ...]) -> None:
    page = notice(week(*ROWS), "gp", lang, "Dr <Nobody>")
    assert f'<html lang="{lang}">' in page
    assert "Dr &lt;Nobody&gt;" in page
    for word in (*words_there, "09:00–12:00", "22:00–01:00"):
        assert word in page
    assert "10:00" not in page  # visits to patients' homes are no hours of the door
    assert "22:00" not in notice(week(*ROWS), "gp", lang, site="A")


def test_the_command_writes_both(register: Register, tmp_path: Path) -> None:
    ics, door = tmp_path / "hours.ics", tmp_path / "door.html"
    arguments = (
        "timetable",
        "-",
        "--profession",
        "gp",
        "--ics",
        ics,
        "--notice",
        door,
        "--lang",
        "de",
        "--name",
        "Dr X",
    )
    assert register(*arguments, given=WEEK).exit_code == 0
    assert len(Calendar.from_ical(ics.read_bytes()).walk("VEVENT")) == 4
    assert "Dr X, Hausarzt" in door.read_text("utf-8")
    late = register(*arguments, "--from", "2021-01-01", given=WEEK)
    assert "after_the_term" in late.stderr


def test_every_word_has_the_same_places_in_four_languages() -> None:
    for key, text in words().items():
        places = {
            lang: sorted(part.split("}")[0] for part in text.in_language(lang).split("{")[1:]) for lang in LANGUAGES
        }
        assert len({tuple(found) for found in places.values()}) == 1, (key, places)
