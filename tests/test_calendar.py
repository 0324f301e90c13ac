"""Days and hours on which the rules of chapter 14 of the agreement of 2020 turn."""

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.calendar import (
    WEEKDAYS,
    add_months,
    holiday_names,
    is_public_holiday,
    minute_of_day,
    minute_of_week,
    weekday,
)
from medicomut.errors import Problems


def test_the_ten_legal_holidays_of_2020() -> None:
    """Law of 4 January 1974 and royal decree of 18 April 1974; the library adds two Sundays to them."""
    legal = [
        (1, 1),
        (4, 13),
        (5, 1),
        (5, 21),
        (6, 1),
        (7, 21),
        (8, 15),
        (11, 1),
        (11, 11),
        (12, 25),
    ]
    days = {date(2020, month, day) for month, day in legal}
    assert all(is_public_holiday(day) for day in days)
    assert set(holiday_names(2020, "fr")) - days == {date(2020, 4, 12), date(2020, 5, 31)}
    assert all(day.weekday() == 6 for day in set(holiday_names(2020, "fr")) - days)


def test_an_ordinary_day_and_a_regional_feast_are_no_public_holiday() -> None:
    """11 July and 27 September are feasts of the communities, not legal holidays of the country."""
    for day in (date(2020, 2, 4), date(2020, 7, 11), date(2020, 9, 27), date(2020, 11, 15)):
        assert not is_public_holiday(day)


def test_holidays_are_named_in_the_reader_s_language() -> None:
    national_day = date(2020, 7, 21)
    assert holiday_names(2020, "fr")[national_day] == "Fête nationale"
    assert holiday_names(2020, "nl")[national_day] == "Nationale feestdag"
    assert holiday_names(2020, "de")[national_day] == "Nationalfeiertag"
    assert holiday_names(2020, "en")[national_day] == "National Day"
    with pytest.raises(Problems, match="unknown_language"):
        holiday_names(2020, "it")


def test_the_heavy_library_waits_until_it_is_needed() -> None:
    """`medicomut --help` must not pay for it."""
    loaded = "import sys, medicomut.calendar; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_months_with_a_stated_rule_for_the_end_of_the_month() -> None:
    assert add_months(date(2020, 1, 31), 1, end_of_month="clamp") == date(2020, 2, 29)
    assert add_months(date(2020, 3, 15), -3, end_of_month="refuse") == date(2019, 12, 15)
    assert add_months(date(2020, 12, 31), 12, end_of_month="refuse") == date(2021, 12, 31)
    with pytest.raises(Problems, match=r"no_such_day.*no day 31"):
        add_months(date(2020, 1, 31), 1, end_of_month="refuse")


def test_the_rule_has_no_default() -> None:
    with pytest.raises(TypeError):
        add_months(date(2020, 1, 31), 1)  # type: ignore[call-arg]


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)), st.integers(-240, 240))
def test_adding_months_keeps_the_day_or_takes_the_last(day: date, months: int) -> None:
    later = add_months(day, months, end_of_month="clamp")
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and add_months(later, 0, "refuse") == later)
    if day.day <= 28:
        assert add_months(later, -months, end_of_month="refuse") == day


@pytest.mark.parametrize(
    ("text", "minute"), [("00:00", 0), ("21:00", 1260), ("21:01", 1261), ("20:59:59", 1259), ("23:59", 1439)]
)
def test_a_time_of_day_is_minutes_after_midnight(text: str, minute: int) -> None:
    """Point 14.2.3.4 turns on 21:00."""
    assert minute_of_day(text) == minute


@pytest.mark.parametrize(
    "text", ["9:00", "24:00", "21:60", "21h01", "21:01:60", "21:01 ", "2101", "", "٢١:٠١", "21:01:00.5"]
)
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Problems, match="bad_time"):
        minute_of_day(text)


def test_minutes_of_the_week_start_on_monday() -> None:
    assert minute_of_week(date(2020, 2, 3), 0) == 0
    assert minute_of_week(date(2020, 2, 4), minute_of_day("21:01")) == 1440 + 1261
    assert minute_of_week(date(2020, 2, 9), 1439) == 7 * 1440 - 1
    for outside in (-1, 1440):
        with pytest.raises(Problems, match="bad_time"):
            minute_of_week(date(2020, 2, 3), outside)


def test_weekdays_are_read_by_their_short_names() -> None:
    assert [weekday(name) for name in WEEKDAYS] == list(range(7))
    assert weekday("mon") == date(2020, 2, 3).weekday()
    for wrong in ("Mon", "monday", "lun", ""):
        with pytest.raises(Problems, match="bad_weekday"):
            weekday(wrong)
