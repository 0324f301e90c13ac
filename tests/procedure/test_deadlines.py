"""Days of a time limit: exact across months, leap years and the change of the clock; Sundays and holidays told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.agreement.text import Text
from medicomut.calendar import BRUSSELS
from medicomut.errors import Problems
from medicomut.procedure.deadlines import AS_PRINTED, NEXT_WORKING_DAY, Deadline, days_after

WORD = Text("fr", "nl", "de", "en")
DAYS = st.dates(date(2017, 1, 1), date(2035, 12, 31))


def after(start: date, count: int, sunday: str = AS_PRINTED) -> Deadline:
    return days_after("letter", "be/amm/2020", WORD, "finding", start, count, ["be/amm/2020#16.2.4"], WORD, sunday)


def printed(day: date, sunday: str = AS_PRINTED) -> Deadline:
    return Deadline("exit", "be/amm/2024", WORD, day, ("be/amm/2024#9.2",), WORD, sunday=sunday)


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2020, 3, 2), 15, date(2020, 3, 17)),
        (date(2020, 3, 2), 30, date(2020, 4, 1)),
        (date(2020, 2, 15), 15, date(2020, 3, 1)),  # a leap year
        (date(2021, 2, 15), 15, date(2021, 3, 2)),
        (date(2020, 12, 20), 15, date(2021, 1, 4)),
        (date(2024, 10, 21), 15, date(2024, 11, 5)),  # across the change to winter time
        (date(2024, 10, 21), 30, date(2024, 11, 20)),
    ],
)
def test_the_first_day_is_not_counted_and_the_last_one_is(start: date, count: int, due: date) -> None:
    assert after(start, count).due == due


def test_day_15_is_in_time_and_day_16_is_not() -> None:
    letter = after(date(2020, 3, 2), 15)
    assert letter.in_time(date(2020, 3, 17))
    assert not letter.in_time(date(2020, 3, 18))
    assert [letter.days_left(date(2020, 3, day)) for day in (2, 17, 18)] == [15, 0, -1]


def test_it_is_too_late_from_midnight_in_brussels_in_winter_and_in_summer() -> None:
    assert after(date(2020, 3, 2), 15).to_dict()["too_late_from"] == "2020-03-18T00:00:00+01:00"
    # 29 March 2020 has 23 hours; the day after it begins two hours before UTC.
    assert printed(date(2020, 3, 29)).to_dict()["too_late_from"] == "2020-03-30T00:00:00+02:00"


@given(DAYS, st.integers(0, 400))
def test_a_time_limit_ends_that_many_days_later_whatever_the_calendar_does(start: date, count: int) -> None:
    found = after(start, count)
    assert (found.due - start).days == count == found.count
    closes = found.too_late_from.astimezone(UTC)
    last_minute = datetime(found.due.year, found.due.month, found.due.day, 23, 59, tzinfo=BRUSSELS).astimezone(UTC)
    assert closes - last_minute == timedelta(minutes=1)
    assert found.in_time(found.due)
    assert not found.in_time(found.due + timedelta(days=1))


@given(DAYS)
def test_under_the_other_reading_only_a_sunday_moves_and_never_onto_a_sunday_or_holiday(day: date) -> None:
    kept, moved = printed(day), printed(day, NEXT_WORKING_DAY)
    assert kept.due == moved.counted == day
    assert (moved.due != day) == (day.weekday() == 6)
    if moved.due != day:
        assert kept.otherwise_due == moved.due
        assert moved.otherwise_due == day
        assert moved.warnings in {(), ("saturday",)}


def test_15_december_2024_is_a_sunday_and_says_where_it_would_move() -> None:
    found = printed(date(2024, 12, 15))
    assert found.warnings == ("sunday",)
    assert found.told("fr") == "dimanche 15 décembre 2024"
    assert found.told("de") == "Sonntag, 15. Dezember 2024"
    assert "16 december 2024" in found.warning("nl")
    assert found.otherwise_due == date(2024, 12, 16)


def test_a_sunday_before_a_public_holiday_moves_to_the_day_after_it() -> None:
    """Easter Sunday 2020 is 12 April, Easter Monday a public holiday."""
    assert printed(date(2020, 4, 12), NEXT_WORKING_DAY).due == date(2020, 4, 14)


def test_a_public_holiday_is_told_with_its_name() -> None:
    found = printed(date(2020, 5, 1))
    assert found.warnings == ("holiday",)
    assert found.told("nl") == "vrijdag 1 mei 2020 (Dag van de Arbeid)"
    assert found.warning("en").startswith("That day is a public holiday")
    assert printed(date(2020, 5, 4)).warning("fr") == ""


def test_how_it_is_counted_names_anchor_and_day() -> None:
    assert after(date(2020, 3, 2), 15).counting("fr") == (
        "15 jours civils après la constatation (2 mars 2020), le dernier compris"
    )
    assert printed(date(2020, 3, 1)).counting("en") == "A day the text prints"


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(Problems, match="bad_count"):
        after(date(2020, 3, 2), -1)
