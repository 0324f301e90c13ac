"""A denunciation weighed: both clocks, both tracks, both anchors, and what is not known."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medicomut.errors import Problems
from medicomut.procedure.denunciation import Denunciation, Notice, Track, denounce

MARCH_2 = date(2020, 3, 2)


def weigh(
    ground: str = "16.2.1", by: str = "party", readings: dict[str, str] | None = None, **days: Any
) -> Denunciation:
    known = {"occurred": MARCH_2, "found": MARCH_2} | days
    return denounce("be/amm/2020", Notice(ground, Track(by), **known), readings)


def refused(**days: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(Problems) as problems:
        weigh(**days)
    return [(problem.code, problem.where and problem.where.field) for problem in problems.value.problems]


def test_event_and_finding_on_2_march_2020() -> None:
    """Letter by 17/03/2020, end on 01/04/2020 (`be/amm/2020#16.2.4`)."""
    found = weigh().to_dict()
    assert (found["admissible"], found["letter_by"], found["ends_on"]) == (True, "2020-03-17", "2020-04-01")
    assert found["cites"] == ["be/amm/2020#16.2.1", "be/amm/2020#16.2.4"]
    assert [step["id"] for step in found["steps"]] == ["collective_notice", "meeting", "collective_end"]
    assert [step["by"] for step in found["steps"]] == ["2020-03-17", None, "2020-04-01"]
    assert found["other_readings"] == []


@pytest.mark.parametrize(("day", "admissible"), [(17, True), (18, False)])
def test_day_15_is_in_time_and_day_16_is_not(day: int, admissible: bool) -> None:
    found = weigh(notified=date(2020, 3, day))
    assert found.outcome.admissible is admissible
    assert found.outcome.ends_on == (date(2020, 4, 1) if admissible else None)
    assert [reason.nl for reason in found.reasons()] == (
        [] if admissible else ["De aangetekende brief vertrok na de laatste dag van de termijn."]
    )


def test_a_finding_later_than_the_event_parts_the_anchors() -> None:
    """Found on day 20, the letter may leave on day 35, after the agreement's end on day 30."""
    found = weigh(found=MARCH_2 + timedelta(days=20))
    assert found.outcome.letter is not None
    assert found.outcome.letter.due == MARCH_2 + timedelta(days=35)
    assert found.outcome.ends_on == MARCH_2 + timedelta(days=30)
    answers = {(o["letter_by"], o["ends_on"]) for o in found.to_dict()["other_readings"]}
    assert answers == {("2020-03-17", "2020-04-01"), ("2020-03-17", "2020-04-21"), ("2020-04-06", "2020-04-21")}
    assert weigh(found=date(2020, 3, 12), readings={"end_anchor": "finding"}).outcome.ends_on == date(2020, 4, 11)


def test_a_physician_denounces_for_himself_from_the_measure_on() -> None:
    """`be/amm/2020#16.2.5`: 16.2.1 and 16.2.3 only, and the agreement goes on."""
    found = weigh("16.2.1", "doctor", effective=date(2020, 5, 1)).to_dict()
    assert (found["admissible"], found["letter_by"], found["ends_on"]) == (True, "2020-03-17", None)
    assert found["effective_from"] == "2020-05-01"
    assert [effect["id"] for effect in found["effects"]] == ["individual_only"]
    assert weigh("16.2.3", "doctor").outcome.admissible is True
    barred = weigh("16.2.2", "doctor")
    assert (barred.outcome.admissible, barred.outcome.reasons) == (False, ("not_for_physician",))


def test_what_is_not_admissible_has_no_steps_no_effects_and_no_day() -> None:
    barred = weigh("16.2.2", "doctor", effective=date(2020, 5, 1)).to_dict()
    assert (barred["letter_by"], barred["effective_from"], barred["steps"], barred["effects"]) == (None, None, [], [])
    late = weigh(notified=date(2020, 3, 18)).to_dict()
    assert (late["letter_by"], late["ends_on"], late["steps"], late["effects"]) == ("2020-03-17", None, [], [])


def test_an_end_before_the_last_day_for_the_letter_is_told() -> None:
    """Found on day 20: whoever writes between day 30 and day 35 writes after the day of the end (16.2.4)."""
    found = MARCH_2 + timedelta(days=20)
    assert weigh(found=found).outcome.reasons == ("end_before_letter",)
    assert weigh(found=MARCH_2 + timedelta(days=15)).outcome.reasons == ()
    in_time = weigh(found=found, notified=date(2020, 4, 1))
    assert (in_time.outcome.reasons, in_time.outcome.ends_on) == ((), date(2020, 4, 1))
    after = weigh(found=found, notified=date(2020, 4, 2))
    assert (after.outcome.admissible, after.outcome.ends_on) == (True, None)
    assert after.outcome.reasons == ("letter_after_end",)


def test_a_letter_after_the_term_denounces_nothing() -> None:
    """`be/amm/2020#16.2.1`: during the term."""
    days = {"occurred": date(2020, 12, 20), "found": date(2020, 12, 30)}
    assert weigh(**days, notified=date(2020, 12, 31)).outcome.admissible is True
    after = weigh(**days, notified=date(2021, 1, 1))
    assert (after.outcome.admissible, after.outcome.reasons) == (False, ("letter_after_term",))


def test_who_goes_on_applying_the_tariffs_keeps_the_social_status() -> None:
    effects = {effect["id"]: effect for effect in weigh().to_dict()["effects"]}
    assert effects["social_status_kept"]["cites"] == ["be/amm/2020#16.2.4"]


def test_a_part_where_the_text_foresees_none_is_left_open() -> None:
    assert weigh(extent="partly", scope="point 4").outcome.admissible is True
    doubtful = weigh("16.2.3", extent="partly", scope="point 4")
    assert (doubtful.outcome.admissible, doubtful.outcome.reasons) == (None, ("part_not_foreseen",))


def test_the_letter_may_count_when_received() -> None:
    received = {"letter_date": "received"}
    days = {"notified": date(2020, 3, 16), "received": date(2020, 3, 18)}
    assert weigh(**days).outcome.admissible is True
    assert weigh(readings=received, **days).outcome.admissible is False
    unknown = weigh(readings=received, notified=date(2020, 3, 16))
    assert (unknown.outcome.admissible, unknown.outcome.reasons) == (None, ("reception_not_known",))


def test_a_sunday_moves_the_letter_under_one_reading() -> None:
    """15 March 2020 is a Sunday."""
    start = date(2020, 2, 29)
    found = weigh(occurred=start, found=start)
    assert found.outcome.letter is not None
    assert found.outcome.letter.warnings == ("sunday",)
    moved = weigh(occurred=start, found=start, readings={"sunday_deadlines": "next_working_day"})
    assert moved.outcome.letter is not None
    assert moved.outcome.letter.due == date(2020, 3, 16)


def test_the_term_may_run_out_first() -> None:
    late = date(2020, 12, 15)
    found = weigh(occurred=late, found=late)
    assert (found.outcome.ends_on, found.outcome.reasons) == (date(2020, 12, 31), ("expires_first",))


def test_of_2024_the_clocks_are_not_known_unless_those_of_2020_are_supposed() -> None:
    notice = Notice("9.2.4", Track.party, date(2024, 10, 21), date(2024, 11, 4), date(2024, 11, 4))
    unknown = denounce("be/amm/2024", notice)
    assert (unknown.outcome.admissible, unknown.outcome.reasons) == (None, ("clocks_not_known",))
    assert unknown.to_dict()["letter_by"] is None
    supposed = denounce("be/amm/2024", notice, {"denunciation_clocks": "as_in_2020", "letter_anchor": "occurrence"})
    assert supposed.outcome.admissible is True
    assert supposed.to_dict()["letter_by"] == "2024-11-05"
    assert supposed.to_dict()["clocks_of"] == "be/amm/2020"
    assert {clock["status"] for clock in supposed.to_dict()["deadlines"]} == {"supposed"}
    assert "be/amm/2020#16.2.4" in supposed.cites


@pytest.mark.parametrize(
    ("days", "code", "field"),
    [
        ({"found": date(2020, 3, 1)}, "finding_before_event", "finding"),
        ({"notified": date(2020, 3, 1)}, "letter_before_finding", "notified"),
        ({"received": date(2020, 3, 9)}, "received_before_sent", "received"),
        ({"extent": "mostly"}, "unknown_value", "extent"),
        ({"extent": "partly"}, "missing_value", "scope"),
    ],
)
def test_impossible_days_are_refused(days: dict[str, Any], code: str, field: str) -> None:
    assert refused(**days) == [(code, field)]


def test_a_situation_outside_the_term_and_an_unknown_ground_are_refused() -> None:
    assert refused(occurred=date(2021, 1, 4), found=date(2021, 1, 4)) == [("no_value_on_date", None)]
    assert refused(ground="16.2.9") == [("unknown_ground", None)]
    assert refused(readings={"end_anchor": "moon"}) == [("unknown_reading", None)]
    assert refused(readings={"moon": "full"}) == [("unknown_ambiguity", None)]


@settings(max_examples=100)
@given(st.dates(date(2020, 1, 1), date(2020, 11, 20)), st.integers(0, 40), st.integers(0, 40))
def test_both_clocks_on_any_days(occurred: date, until_found: int, until_sent: int) -> None:
    found = occurred + timedelta(days=until_found)
    case = weigh(occurred=occurred, found=found, notified=found + timedelta(days=until_sent))
    outcome = case.outcome
    assert outcome.letter is not None
    assert outcome.letter.due == found + timedelta(days=15)
    sent, last = found + timedelta(days=until_sent), date(2020, 12, 31)
    assert outcome.admissible is (until_sent <= 15 and sent <= last)
    end = min(occurred + timedelta(days=30), last)
    assert outcome.ends_on == (end if outcome.admissible and sent <= end else None)
    assert ("letter_after_end" in outcome.reasons) == (outcome.admissible and sent > end)
    for other in case.others:
        assert (other.admissible, other.letter and other.letter.due, other.ends_on) != (
            outcome.admissible, outcome.letter.due, outcome.ends_on,
        )  # fmt: skip
    if until_found == 0:
        assert case.others == ()
