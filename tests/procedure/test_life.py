"""An agreement on any day: states over cited events, majorities, regions, denunciation in whole and in part."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medicomut.agreement import load
from medicomut.agreement.text import LANGUAGES
from medicomut.errors import Problems
from medicomut.procedure.clocks import rules
from medicomut.procedure.events import event_kinds, read_events, states
from medicomut.procedure.facts import fold
from medicomut.procedure.life import State, deadlines, timeline

HEAD = (
    "day,event,by,evidence,case,ground,extent,scope,outcome,until,region,active,refused,"
    "insurers_for,insurers_votes,physicians_for,physicians_votes\n"
)
SIGNED = (
    "2019-12-19,concluded,commission,minutes (made up),,,,,,,,,,9,12,9,12\n"
    "2020-01-24,approved,council_of_ministers,minutes (made up)\n"
    "2020-01-29,published,official_gazette,numac 2020040150\n"
)
MEASURE = (
    "2020-06-01,situation_occurred,king,a decree (made up),1,fee_restriction\n"
    "2020-06-05,situation_found,cartel_kartel,a meeting (made up),1\n"
)
NOTICE = "2020-06-10,notified,cartel_kartel,registered letter (made up),1\n"


def on(day: str, rows: str = "", **readings: str) -> State:
    events = read_events(HEAD + SIGNED + rows, "events.csv")
    return timeline("be/amm/2020", date.fromisoformat(day), events, readings)


def codes(rows: str) -> list[tuple[str, int | None]]:
    with pytest.raises(Problems) as refused:
        on("2020-12-01", rows)
    return [(problem.code, problem.where and problem.where.line) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2019-12-18", "negotiated"), ("2019-12-19", "concluded"), ("2020-01-24", "approved"),
        ("2020-01-29", "refusal_window"), ("2020-02-28", "refusal_window"), ("2020-02-29", "awaiting_force"),
        ("2020-03-13", "awaiting_force"), ("2020-03-14", "in_force"), ("2020-12-31", "in_force"),
        ("2021-01-01", "expired"),
    ],
)  # fmt: skip
def test_the_agreement_of_2020_from_its_cover_sheet_alone(day: str, state: str) -> None:
    """Concluded 19/12/2019, Council of ministers 24/01/2020, numac 2020040150 of 29/01/2020: D+30 and D+45."""
    assert timeline("be/amm/2020", date.fromisoformat(day)).name == state
    assert on(day).name == state


def test_an_agreement_that_another_succeeds() -> None:
    rows = "2020-12-16,succeeded,commission,agreement of 2021\n"
    assert on("2020-12-31", rows).name == "in_force"
    assert on("2021-01-01", rows).name == "succeeded"


def test_in_the_window_every_physician_may_refuse_until_its_last_day() -> None:
    found = on("2020-02-10")
    (act,) = found.acts
    assert act.until is not None
    assert (act.what.en, act.until.due) == ("Refuse the agreement or accede partly", date(2020, 2, 28))
    assert act.until.cites == ("be/amm/2020#17.1", "be/amm/2020#17.2")
    assert found.says.nl.endswith("tot en met 28 februari 2020.")


def test_three_quarters_of_each_bench_are_needed() -> None:
    """`be/law/1994-07-14#50` § 2: 9 of 12 pass, 8 of 12 of one bench do not, whatever the other bench says."""
    assert not [note for note in on("2020-06-01").notes if "votes" in note.en]
    short = HEAD + "2019-12-19,concluded,commission,minutes (made up),,,,,,,,,,12,12,8,12\n"
    with pytest.raises(Problems) as refused:
        fold(rules(load("be/amm/2020")), read_events(short, "events.csv"))
    (problem,) = refused.value.problems
    assert (problem.code, problem.where and problem.where.line) == ("majority_missing", 2)
    assert "8 of 12 votes of the physicians" in problem.what
    assert problem.cites == ("be/law/1994-07-14#50",)


def test_where_more_than_the_share_refused_the_agreement_is_not_in_force() -> None:
    """40 % exactly does not prevent it; one more does (`be/law/1994-07-14#50` § 3)."""
    counted = "2020-02-29,refusals_counted,nihdi,count (made up),,,,,,,{},{},{}\n"
    rows = counted.format("Brussels", 1000, 401) + counted.format("Flanders", 1000, 400)
    found = on("2020-06-01", rows)
    assert (found.name, found.facts.failing()) == ("in_force_in_part", ["Brussels"])
    assert "Brussels" in found.says.fr
    everywhere = counted.format("Brussels", 1000, 401) + counted.format("Flanders", 1000, 500)
    assert on("2020-06-01", everywhere).name == "not_in_force"


@pytest.mark.parametrize(
    ("day", "state", "readings"),
    [
        ("2020-05-31", "in_force", {}), ("2020-06-01", "ground_open", {}), ("2020-06-10", "denunciation_open", {}),
        ("2020-06-30", "denunciation_open", {}), ("2020-07-01", "last_day", {}), ("2020-07-02", "ended", {}),
        ("2020-07-02", "denunciation_open", {"end_anchor": "finding"}),
        ("2020-07-05", "last_day", {"end_anchor": "finding"}), ("2020-07-06", "ended", {"end_anchor": "finding"}),
        ("2020-07-06", "denunciation_open", {"meeting_after_end": "suspended"}),
    ],
)  # fmt: skip
def test_a_denunciation_runs_thirty_days_from_the_occurrence(day: str, state: str, readings: dict[str, str]) -> None:
    assert on(day, MEASURE + NOTICE, **readings).name == state


def test_nobody_denounces_in_time_and_the_ground_lapses() -> None:
    assert on("2020-06-20", MEASURE).name == "ground_open"  # fifteen days after the finding of 5 June
    after = on("2020-06-21", MEASURE)
    assert (after.name, after.is_open) == ("in_force", False)
    assert any("16.2.1" in note.en and "20 June 2020" in note.en for note in after.notes)


def test_a_late_letter_changes_nothing() -> None:
    late = on("2020-08-01", MEASURE + "2020-06-21,notified,cartel_kartel,letter (made up),1\n")
    assert late.name == "in_force"
    assert any("not admissible" in note.en for note in late.notes)
    in_time = on("2020-06-25", MEASURE + "2020-06-20,notified,cartel_kartel,letter (made up),1\n")
    assert in_time.name == "denunciation_open"


def test_a_letter_may_count_when_received() -> None:
    rows = MEASURE + "2020-06-20,notified,cartel_kartel,letter (made up),1\n2020-06-22,letter_received,nihdi,stamp,1\n"
    assert on("2020-06-25", rows).name == "denunciation_open"
    assert on("2020-06-25", rows, letter_date="received").name == "in_force"


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ("2020-06-25,meeting_held,commission,minutes (made up),1,,,,settled\n", "in_force"),
        ("2020-06-25,meeting_held,commission,minutes (made up),1,,,,not_settled\n", "ended"),
        ("2020-06-25,withdrawn,cartel_kartel,letter (made up),1\n", "in_force"),
        ("2020-06-25,end_postponed,commission,clock stop (made up),1,,,,,2020-08-31\n", "denunciation_open"),
    ],
)
def test_how_a_denunciation_may_go(row: str, state: str) -> None:
    """A settlement, none, a withdrawal, and the clock stop with which 2017 gained a month."""
    assert on("2020-07-10", MEASURE + NOTICE + row).name == state


def test_a_withdrawal_counts_under_one_reading_and_only_until_the_end() -> None:
    early, late = ("2020-06-{},withdrawn,cartel_kartel,letter (made up),1\n", "2020-07-{},withdrawn,x,y,1\n")
    assert on("2020-07-10", MEASURE + NOTICE + early.format("30"), withdrawal="never").name == "ended"
    assert on("2020-07-10", MEASURE + NOTICE + late.format("01")).name == "in_force"
    assert on("2020-07-10", MEASURE + NOTICE + late.format("02")).name == "ended"


LATE = (
    "2020-06-01,situation_occurred,king,a decree (made up),1,fee_restriction\n"
    "2020-06-21,situation_found,cartel_kartel,a meeting (made up),1\n"
    "2020-07-05,notified,cartel_kartel,registered letter (made up),1\n"
)
"""Found on day 20, so that the letter may leave on day 34, after the end that is counted to day 30 (16.2.4)."""


def test_a_letter_in_time_after_the_end_opens_a_procedure_and_ends_nothing() -> None:
    assert on("2020-07-04", LATE).name == "ground_open"
    for day in ("2020-07-05", "2020-07-20"):
        found = on(day, LATE)
        assert (found.name, found.is_open) == ("denunciation_open", True)
        assert [text for lang, text in sentences(found) if any(word in text for word in OVER[lang])] == []
        assert any("after 1 July 2020" in note.en for note in found.notes)
        acts = {act.what.en: act.until for act in found.acts}
        assert acts["Reach a settlement at the meeting"] is None
        assert "Withdraw the denunciation" in acts
    held = LATE + "2020-07-24,meeting_held,commission,minutes (made up),1,,,,{}\n"
    assert on("2020-07-24", held.format("settled")).name == "in_force"
    ended = on("2020-07-25", held.format("not_settled"))
    assert (ended.name, ended.says.en) == ("ended", "The agreement ended on 24 July 2020 by denunciation.")
    assert on("2020-07-10", LATE + "2020-07-08,withdrawn,cartel_kartel,letter,1\n").name == "in_force"
    too_late = held.format("not_settled") + "2020-07-30,withdrawn,cartel_kartel,letter,1\n"
    assert on("2020-08-01", too_late).name == "ended"


def test_an_end_that_waits_comes_with_the_meeting() -> None:
    rows = MEASURE + NOTICE + "2020-07-20,meeting_held,commission,minutes (made up),1,,,,not_settled\n"
    assert "1 July 2020" in on("2020-08-01", rows).says.en
    assert "20 July 2020" in on("2020-08-01", rows, meeting_after_end="suspended").says.en
    assert on("2020-07-19", rows, meeting_after_end="suspended").name == "denunciation_open"


def test_an_end_put_off_twice_is_known_on_each_day_as_it_then_was() -> None:
    put_off = "{},end_postponed,commission,clock stop (made up),1,,,,,{}\n"
    rows = MEASURE + NOTICE + put_off.format("2020-06-25", "2020-07-31") + put_off.format("2020-07-30", "2020-08-31")
    assert [on(day, rows).name for day in ("2020-07-15", "2020-08-15")] == ["denunciation_open", "denunciation_open"]
    assert (on("2020-08-31", rows).name, on("2020-09-01", rows).name) == ("last_day", "ended")
    over = MEASURE + NOTICE + put_off.format("2020-07-02", "2020-08-31")
    assert on("2020-07-15", over).name == "ended"  # on 2 July nothing was left to put off


@pytest.mark.parametrize(
    "row",
    [
        "2020-06-25,end_postponed,commission,x,1,,,,,2020-05-01\n",
        "2020-06-25,meeting_held,commission,x,1,,,,on_condition,2020-06-24\n",
        "2020-06-25,meeting_held,commission,x,1,,,,not_settled\n2020-06-26,condition_met,nihdi,x,1\n",
        (
            "2020-06-25,meeting_held,commission,x,1,,,,on_condition,2020-06-28\n"
            "2020-06-26,condition_met,nihdi,x,1\n2020-06-27,condition_failed,nihdi,x,1\n"
        ),
    ],
    ids=["put off to a day before it occurred", "a condition for yesterday", "no condition", "met and failed"],
)
def test_events_that_contradict_each_other_are_refused(row: str) -> None:
    assert codes(MEASURE + NOTICE + row) == [("impossible_event", 7 + row.count("\n"))]


def test_a_second_meeting_may_set_a_condition_again() -> None:
    meeting = "2020-06-{0},meeting_held,commission,x,1,,,,on_condition,2020-06-{1}\n"
    failed, met = "2020-06-20,condition_failed,nihdi,x,1\n", "2020-06-27,condition_met,nihdi,x,1\n"
    rows = MEASURE + NOTICE + meeting.format("18", "20") + failed + meeting.format("25", "28") + met
    assert on("2020-07-10", rows).name == "in_force"


def test_a_settlement_on_a_condition() -> None:
    met = MEASURE + NOTICE + "2020-06-25,meeting_held,commission,minutes,1,,,,on_condition,2020-06-28\n"
    assert on("2020-06-28", met).name == "settled_on_condition"
    assert on("2020-06-29", met).name == "condition_not_known"
    assert on("2020-07-10", met + "2020-06-28,condition_met,nihdi,minutes,1\n").name == "in_force"
    assert on("2020-07-10", met + "2020-06-27,condition_failed,nihdi,minutes,1\n").name == "ended"
    assert on("2020-06-30", met + "2020-06-27,condition_failed,nihdi,minutes,1\n").name == "denunciation_open"


def test_a_denunciation_in_part_ends_that_part() -> None:
    rows = MEASURE + "2020-06-10,notified,cartel_kartel,letter (made up),1,,partly,point 4.3\n"
    assert "point 4.3" in " ".join(note.en for note in on("2020-06-11", rows).notes)
    after = on("2020-07-02", rows)
    assert (after.name, after.phase) == ("ended_in_part", "in_force")
    assert "point 4.3" in after.says.de


def test_a_part_is_denounced_only_where_the_ground_foresees_it() -> None:
    rows = "2020-06-01,situation_occurred,king,a decree,1,balance_harmed\n2020-06-01,situation_found,x,y,1\n"
    assert codes(rows + "2020-06-05,notified,x,y,1,,partly,point 4\n") == [("part_not_foreseen", 7)]


def test_several_denunciations_are_told_apart() -> None:
    second = (
        "2020-06-20,situation_occurred,king,another (made up),2,balance_harmed\n"
        "2020-06-20,situation_found,absym_bvas,x,2\n2020-06-22,notified,absym_bvas,letter,2\n"
    )
    withdrawn = "2020-06-25,withdrawn,cartel_kartel,letter (made up),1\n"
    found = on("2020-07-10", MEASURE + NOTICE + second + withdrawn)
    assert found.name == "denunciation_open"
    assert {name: standing.value for name, standing in found.standings.items()} == {
        "1": "withdrawn",
        "2": "denunciation_open",
    }


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2020-06-40,approved,x,y\n", ("bad_day", 5)),
        ("2020-06-01,abolished,x,y\n", ("unknown_event", 5)),
        ("2020-06-01,succeeded,,y\n", ("missing_value", 5)),
        ("2020-06-01,succeeded,x,\n", ("missing_value", 5)),
        ("2020-06-01,published,x,y\n", ("impossible_event", 5)),
        ("2020-06-01,situation_occurred,x,y,1,made_up\n", ("unknown_ground", 5)),
        ("2020-06-01,notified,x,y,1\n", ("event_out_of_order", 5)),
        ("2020-03-20,refusals_counted,x,y,,,,,,,Brussels,10,11\n", ("impossible_count", 5)),
        ("2020-03-20,refusals_counted,x,y,,,,,,,Brussels,ten,1\n", ("bad_number", 5)),
    ],
)
def test_an_impossible_file_is_refused_with_line_and_reason(row: str, expected: tuple[str, int]) -> None:
    assert expected in codes(row)


def test_every_fault_is_told_at_once() -> None:
    rows = "2020-06-40,approved,x,y\n2020-06-01,abolished,x,y\n2020-06-01,meeting_held,x,y,1,,,,on_condition\n"
    assert codes(rows) == [("bad_day", 5), ("unknown_event", 6), ("missing_value", 7)]


def test_the_same_situation_does_not_occur_or_get_notified_twice() -> None:
    assert codes(MEASURE + MEASURE.splitlines()[0] + "\n") == [("impossible_event", 7)]
    assert codes(MEASURE + NOTICE + "2020-06-11,notified,x,y,1\n") == [("impossible_event", 8)]


def test_events_need_no_order_in_the_file() -> None:
    lines = (SIGNED + MEASURE + NOTICE).splitlines(keepends=True)
    backwards = read_events(HEAD + "".join(reversed(lines)), "events.csv")
    assert timeline("be/amm/2020", date(2020, 6, 11), backwards).name == "denunciation_open"


OVER = {
    "fr": ("a pris fin", "terminé", "résilié", "échu", "arrivé à son terme"),
    "nl": ("beëindigd", "verstreken", "afgelopen", "ontbonden"),
    "de": ("beendet", "abgelaufen", "ausgelaufen", "aufgelöst"),
    "en": ("has ended", " ended", "terminated", "expired", "ran out"),
}


def sentences(found: State) -> list[tuple[str, str]]:
    texts = [found.label, found.says, found.otherwise, *found.notes]
    texts += [text for act in found.acts for text in (act.actor, act.what)]
    texts += [text for deadline in found.deadlines for text in (deadline.label, deadline.consequence)]
    return [(lang, text.in_language(lang)) for text in texts for lang in LANGUAGES]


def test_the_words_that_say_it_is_over_are_those_of_the_states_that_are() -> None:
    for name in ("ended", "expired"):
        says = states()[name].says
        assert all(any(word in says.in_language(lang) for word in OVER[lang]) for lang in LANGUAGES), name


@pytest.mark.parametrize("anchor", ["occurrence", "finding"])
def test_nothing_says_ended_while_a_procedure_is_open(anchor: str) -> None:
    """In November 2024 the press wrote that the agreement was terminated; a procedure had been opened."""
    readings = {"denunciation_clocks": "as_in_2020", "letter_anchor": anchor, "end_anchor": anchor}
    day, seen = date(2024, 10, 1), set()
    while day < date(2024, 12, 31):
        found = timeline("be/amm/2024", day, readings=readings)
        if found.is_open:
            seen.add(found.name)
            assert [text for lang, text in sentences(found) if any(word in text for word in OVER[lang])] == []
        day += timedelta(days=1)
    assert {"ground_open", "denunciation_open"} <= seen


def test_every_state_that_is_open_says_so_and_that_the_agreement_applies() -> None:
    applies = {"fr": ("appli",), "nl": ("van toepassing", "geldt"), "de": ("gilt",), "en": ("applies", "apply")}
    for name, state in states().items():
        if not state.is_open:
            continue
        for lang, word in applies.items():
            said = state.says.in_language(lang)
            assert any(one in said or "apply" in said for one in (word if isinstance(word, tuple) else (word,))), (
                name,
                said,
            )
            for text in (state.label, state.says, state.otherwise):
                assert not any(over in text.in_language(lang) for over in OVER[lang]), (name, lang)


def test_every_event_comes_from_states_that_exist() -> None:
    for kind in event_kinds().values():
        assert set(kind.states) <= set(states()), kind.id
        assert set(kind.after) <= set(event_kinds()), kind.id


@settings(max_examples=60)
@given(st.dates(date(2020, 3, 14), date(2020, 11, 30)), st.integers(0, 20), st.integers(0, 25))
def test_both_clocks_hold_on_any_day(occurred: date, until_found: int, until_sent: int) -> None:
    """In time on day 15 and not after; open on day 30, ended on day 31; whatever month, year end or clock change."""
    found = occurred + timedelta(days=until_found)
    sent = found + timedelta(days=until_sent)
    rows = (
        f"{occurred},situation_occurred,king,made up,1,fee_restriction\n"
        f"{found},situation_found,x,made up,1\n{sent},notified,x,made up,1\n"
    )
    if sent > date(2020, 12, 31):
        return
    last = occurred + timedelta(days=30)
    in_time = until_sent <= 15
    for day in (sent, last, last + timedelta(days=1), sent + timedelta(days=1)):
        if day < sent or day > date(2020, 12, 31):
            continue
        expected = "in_force"
        if in_time:
            expected = "ended" if day > last else "last_day" if day == last else "denunciation_open"
            if sent > last:  # a letter in time cannot find the agreement ended before anybody met
                expected = "denunciation_open"
        assert on(day.isoformat(), rows).name == expected


def test_deadlines_are_listed_by_day_and_cited() -> None:
    chosen = rules(load("be/amm/2020"))
    found = deadlines(fold(chosen, read_events(HEAD + SIGNED + MEASURE + NOTICE, "events.csv")), chosen)
    assert [(one.id, str(one.due)) for one in found] == [
        ("refusal_window", "2020-02-28"), ("entry_into_force", "2020-03-14"), ("collective_letter", "2020-06-20"),
        ("individual_letter", "2020-06-20"), ("collective_end", "2020-07-01"), ("term_end", "2020-12-31"),
    ]  # fmt: skip
    assert all(one.cites for one in found)
