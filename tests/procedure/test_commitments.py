"""What the agreement of 2020 promises: its days (inventory of its deadlines), states, evidence, calendars, commands."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from medicomut.agreement import LANGUAGES, load
from medicomut.cli.main import app
from medicomut.errors import Problems
from medicomut.procedure.commitments import Entry, Kind, Quarter, actors, entries, entry, of_actor, quarters
from medicomut.procedure.commitments_calendar import due_calendar
from medicomut.procedure.commitments_following import Evidence, Found, State, follow, plain, read_evidence

SIGNED = load("be/amm/2020")
FOUND = entries(SIGNED)
PLAIN = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8", "COLUMNS": "100", "NO_COLOR": "1"}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["procedure", *map(str, arguments)], env=PLAIN)


def on(day: str) -> list[Entry]:
    return [one for one in FOUND if one.due == date.fromisoformat(day)]


def clauses(day: str, kind: Kind = Kind.promise) -> list[str]:
    return sorted(one.cite.partition("#")[2] for one in on(day) if one.kind is kind)


def test_every_dated_promise_stands_on_its_day_with_its_clause() -> None:
    """The absolute deadlines of the agreement of 2020, day by day."""
    assert clauses("2020-01-01") == ["4.1"]
    assert clauses("2020-03-01") == ["5.2.3.2"]
    assert clauses("2020-03-31") == ["4.3.8", "5.2.2.2", "5.2.5.4", "7"]
    assert clauses("2020-05-31") == ["5.2.6"]
    assert clauses("2020-06-30") == ["5.1.1", "5.1.2", "6.3", "8", "8"]
    assert clauses("2020-09-01") == ["4.2.2", "4.2.3"]
    assert clauses("2020-09-30") == ["6.2.2"]
    assert clauses("2021-01-01") == ["5.1.1", "8"]
    assert clauses("2021-02-28") == ["5.1.1"]
    assert clauses("2021-07-01") == ["5.2.2.1"]


def test_the_annex_begins_ten_measures_in_july_and_nine_uses_with_their_means_in_september() -> None:
    assert len(clauses("2020-07-01", Kind.measure)) == 10
    september = clauses("2020-09-01", Kind.measure)
    assert Counter(clause == "annex.means" for clause in september) == {True: 1, False: 9}
    assert len(clauses("2021-01-01", Kind.measure)) == 2


def test_days_that_count_and_the_end_are_in_the_calendar() -> None:
    assert {one.id for one in on("2020-12-31") if not one.followed} == {
        "gmf.snapshot", "trainees.number_held_on", "term.ends",
    }  # fmt: skip
    (window,) = on("2020-02-28")
    assert (window.kind, window.cite, window.actor) == (Kind.window, "be/amm/2020#17.1", "physician")


def test_a_dashboard_is_due_for_each_quarter() -> None:
    made = [one for one in FOUND if one.kind is Kind.dashboard]
    assert [str(one.due) for one in made] == ["2020-03-31", "2020-06-30", "2020-09-30", "2020-12-31"]
    assert {one.cite for one in made} == {"be/amm/2020#13"}


def test_every_promise_of_the_agreement_is_there_once() -> None:
    ids = [one.id for one in FOUND]
    assert len(set(ids)) == len(ids)
    others = {promise.id for promise in SIGNED.commitments if promise.wording != "recurring"}
    assert {one.id for one in FOUND if one.kind is Kind.promise} == others


def test_sundays_are_told_and_move_only_where_the_reading_says_so() -> None:
    sundays = {str(one.due) for one in FOUND if one.deadline and "sunday" in one.deadline.warnings}
    assert sundays == {"2020-03-01", "2020-05-31", "2021-02-28"}
    moved = {one.id: str(one.due) for one in entries(SIGNED, "next_working_day")}
    assert moved["guard_method"] == "2020-03-02"
    assert moved["guard_study"] == "2020-06-02"  # 1 June 2020 was Whit Monday
    assert moved["annex.c1.tavi"] == "2020-09-01"
    with pytest.raises(Problems):
        entries(SIGNED, "tomorrow")


def test_as_soon_as_possible_is_the_only_wording_without_a_day() -> None:
    worded = {one.wording for one in FOUND if one.due is None}
    assert worded == {"none", "as_soon_as_possible", "during"}  # early 2020: no day can be named (5.4)
    assert entry(SIGNED, "supplements_path").due is None


def test_who_has_something_due_is_found_and_a_stranger_is_refused() -> None:
    mine = of_actor(FOUND, "cia")
    assert [one.id for one in mine] == ["guard_method", "guard_scenario"]
    assert set(actors(FOUND)) <= {actor.id for actor in SIGNED.actors}
    with pytest.raises(Problems) as refused:
        of_actor(FOUND, "king_kong")
    assert refused.value.problems[0].code == "unknown_actor"


# --- States ------------------------------------------------------------------------------------------------------


def kept(name: str, day: str, found: Found = Found.kept) -> Evidence:
    return Evidence(name, date.fromisoformat(day), found, "minutes, made up for the test", plain("Seen."))


def state(name: str, day: str, *events: Evidence) -> State:
    (one,) = [one for one in follow(SIGNED, date.fromisoformat(day), events) if one.entry.id == name]
    return one.state


def test_a_promise_is_past_due_the_day_after_its_last_and_kept_late_after_that() -> None:
    assert state("guard_method", "2020-03-01") is State.open
    assert state("guard_method", "2020-03-02") is State.past_due
    assert state("guard_method", "2020-03-05", kept("guard_method", "2020-03-01")) is State.kept
    assert state("guard_method", "2020-03-05", kept("guard_method", "2020-03-02")) is State.kept_late
    assert state("guard_method", "2020-03-01", kept("guard_method", "2020-03-02")) is State.open  # not known yet


def test_the_last_evidence_counts_and_what_is_kept_in_part_is_overdue_all_the_same() -> None:
    part = kept("practice_premium", "2020-03-30", Found.partly)
    (one,) = [o for o in follow(SIGNED, date(2020, 4, 1), [part]) if o.entry.id == "practice_premium"]
    assert (one.state, one.overdue, one.days_over) == (State.partly, True, 1)
    assert state("practice_premium", "2020-04-02", part, kept("practice_premium", "2020-04-02")) is State.kept_late
    assert state("practice_premium", "2020-04-02", kept("practice_premium", "2020-04-02", Found.not_kept)) is (
        State.not_kept
    )


def test_without_a_source_no_evidence_is_known() -> None:
    """Only what named sources show is shipped."""
    known = [one for one in follow(SIGNED, date(2021, 12, 31)) if one.history]
    assert [one.entry.id for one in known] == ["indexation"]
    assert known[0].history[0].found is Found.partly


@given(st.dates(date(2019, 12, 1), date(2022, 1, 31)), st.dates(date(2019, 12, 1), date(2022, 1, 31)))
def test_nothing_becomes_less_overdue_with_time_unless_something_is_shown(a: date, b: date) -> None:
    first, second = sorted((a, b))
    early = {one.entry.id for one in follow(SIGNED, first) if one.overdue}
    late = {one.entry.id: one for one in follow(SIGNED, second) if one.overdue}
    assert early <= late.keys()
    assert all(one.entry.due is not None and one.days_over == (second - one.entry.due).days for one in late.values())


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_quarters_cover_every_day_once(day: date) -> None:
    quarter = Quarter.holding(day)
    assert quarter.first <= day <= quarter.last
    assert Quarter.parse(quarter.name) == quarter
    assert quarter.following.first == quarter.last + timedelta(days=1)


def test_a_quarter_is_read_or_refused() -> None:
    assert [one.name for one in quarters(SIGNED)] == ["2020Q1", "2020Q2", "2020Q3", "2020Q4"]
    for text in ("2020Q5", "2020", "Q2 2020", "0000Q1", "9999Q4", "२०२०Q1", ""):
        with pytest.raises(Problems):
            Quarter.parse(text)


# --- A file of evidence ------------------------------------------------------------------------------------------

EVENTS = """\
- commitment: guard_method
  day: 2020-03-09
  found: kept
  source: minutes of the commission, made up for the test
  note: The method was submitted.
"""


def test_evidence_of_ones_own_is_read(tmp_path: Path) -> None:
    file = tmp_path / "evidence.yaml"
    file.write_text(EVENTS)
    shown = run(
        "commitments", "be/amm/2020", "--on", "2020-06-01", "--events", file, "--actor", "cia", "--format", "json"
    )
    content = json.loads(shown.stdout)["commitments"]
    assert {one["id"]: one["state"] for one in content} == {"guard_method": "kept_late", "guard_scenario": "past_due"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("guard_method", "guard_methods"), "unknown_commitment"),
        (("kept", "done"), "unknown_value"),
        (("2020-03-09", "9 March"), "wrong_type"),
        (("2020-03-09", "2999-03-09"), "not_yet"),
        (("note:", "notes:"), "missing_key"),
    ],
)
def test_a_fault_in_a_file_of_evidence_is_named(tmp_path: Path, change: tuple[str, str], code: str) -> None:
    file = tmp_path / "evidence.yaml"
    file.write_text(EVENTS.replace(*change))
    result = run("commitments", "be/amm/2020", "--events", file)
    assert result.exit_code == 2
    assert f"error {code}:" in result.stderr


def test_a_file_of_evidence_is_a_list(tmp_path: Path) -> None:
    file = tmp_path / "evidence.yaml"
    file.write_text("commitment: guard_method\n")
    with pytest.raises(Problems):
        read_evidence(file, "evidence.yaml")


# --- Calendars ---------------------------------------------------------------------------------------------------


def calendar(day: date, lang: str = "fr", actor: str | None = None) -> icalendar.Calendar:
    found = [one for one in follow(SIGNED, day) if actor in (None, one.entry.actor)]
    return icalendar.Calendar.from_ical(due_calendar(SIGNED, found, lang, actor))  # type: ignore[return-value,arg-type]


def test_a_calendar_holds_every_dated_entry_under_a_name_that_stays() -> None:
    first, later = calendar(date(2020, 1, 1)), calendar(date(2020, 12, 1), "nl")
    assert len(first.events) == sum(one.due is not None for one in FOUND)
    assert {event["UID"] for event in first.events} == {event["UID"] for event in later.events}
    assert len({event["UID"] for event in first.events}) == len(first.events)
    assert first["UID"] == later["UID"]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:P1D" in due_calendar(SIGNED, follow(SIGNED, date(2020, 1, 1)), "fr")
    assert due_calendar(SIGNED, follow(SIGNED, date(2020, 1, 1)), "fr") == due_calendar(
        SIGNED, follow(SIGNED, date(2020, 1, 1)), "fr"
    )


def test_an_event_is_a_whole_day_with_clause_and_warning() -> None:
    (method,) = [event for event in calendar(date(2020, 2, 1), "fr", "cia").events if "guard_method" in event["UID"]]
    assert method.start == date(2020, 3, 1)
    assert method.end == date(2020, 3, 2)
    assert "be/amm/2020#5.2.3.2" in method["DESCRIPTION"]
    assert "dimanche" in method["DESCRIPTION"]


# --- The command -------------------------------------------------------------------------------------------------


def test_the_overdue_list_on_a_frozen_day() -> None:
    result = run("commitments", "be/amm/2020", "--on", "2020-04-01", "--overdue", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["id"] for row in rows] == [
        "indexation", "guard_method", "rehabilitation_proposal", "week_guard_terms", "guard_scenario",
        "practice_premium", "dashboard_2020Q1",
    ]  # fmt: skip
    assert rows[1]["days_over"] == "31"
    assert {row["overdue"] for row in rows} == {"true"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_speaks_the_readers_language(lang: str) -> None:
    result = run("commitments", "be/amm/2020", "--on", "2020-04-01", "--lang", lang)
    assert result.exit_code == 0
    told = {"fr": "aucune preuve", "nl": "geen bewijs", "de": "kein Nachweis", "en": "no evidence"}[lang]
    assert told in " ".join(result.stdout.split()).replace("Aucune", "aucune").replace("Geen", "geen")


def test_a_calendar_from_the_command_is_one() -> None:
    result = run("commitments", "be/amm/2020", "--on", "2020-04-01", "--actor", "cia", "--format", "ics")
    assert len(icalendar.Calendar.from_ical(result.stdout).events) == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("commitments", "be/amm/1999"), "unknown_agreement"),
        (("commitments", "be/amm/2020", "--on", "tomorrow"), "bad_day"),
        (("commitments", "be/amm/2020", "--actor", "nobody"), "unknown_actor"),
        (("commitments", "be/amm/2020", "--reading", "letter_anchor=finding"), "bad_reading"),
        (("dashboard", "be/amm/2020", "--quarter", "2019Q4", "--out", "x.html"), "quarter_outside"),
        (("dashboard", "be/amm/2024", "--quarter", "2024Q4", "--out", "x.html"), "no_dashboard"),
        (("dashboard", "be/amm/2020", "--quarter", "2020Q4", "--out", "x.txt"), "unknown_format"),
        (("dashboard", "be/amm/2020", "--quarter", "spring", "--out", "x.pdf"), "bad_quarter"),
    ],
)
def test_what_cannot_be_used_is_named(arguments: tuple[str, ...], code: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"error {code}:" in result.stderr


def test_evidence_recorded_in_a_ledger_is_read_with_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    report = ("evidence", "be/amm/2020", "guard_method", "kept", "--on", "2020-03-09", "--source", "minutes, made up",
              "--note", "Submitted.", "--by", "secretariat", "--url", url)  # fmt: skip
    assert "nothing was" in run(*report, "--dry-run").stdout
    assert list(tmp_path.iterdir()) == []
    assert [run(*report).stdout.strip() for _ in range(2)] == [
        "The evidence is recorded.", "The evidence was recorded before.",
    ]  # fmt: skip
    asked = ("commitments", "be/amm/2020", "--on", "2020-06-01", "--actor", "cia", "--format", "json")
    states = {one["id"]: one["state"] for one in json.loads(run(*asked, "--url", url).stdout)["commitments"]}
    assert states == {"guard_method": "kept_late", "guard_scenario": "past_due"}
    out = tmp_path / "board.html"
    assert run("dashboard", "be/amm/2020", "--quarter", "2020Q1", "--out", out, "--url", url).exit_code == 0
    assert "minutes, made up" in out.read_text()
    wrong = run(*("term.ends" if word == "guard_method" else word for word in report))
    assert "error unknown_commitment:" in wrong.stderr
