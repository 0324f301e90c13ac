"""Belgian public holidays, days of a time limit in Brussels, months with a stated end, minutes of the day and week."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from medicomut.errors import Problem, Problems

EndOfMonth = Literal["clamp", "refuse"]

BRUSSELS: Final = ZoneInfo("Europe/Brussels")
MINUTES_A_DAY: Final = 24 * 60
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SATURDAY: Final = 5
SUNDAY: Final = 6

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?")
# The library names its English text after the country that words it so.
_HOLIDAY_LANGUAGES = {"fr": "fr", "nl": "nl", "de": "de", "en": "en_US"}


@cache
def holiday_names(year: int, lang: str) -> dict[date, str]:
    """Return the public holidays of Belgium in a year with their names in fr, nl, de or en.

    These are the ten legal ones and, because the library counts them too, Easter and Whit Sunday: harmless,
    since wherever the agreement names public holidays it names Sundays beside them (`be/amm/2020#14.2.3.4`).
    Raises `Problems` (`unknown_language`).
    """
    from holidays import country_holidays  # noqa: PLC0415  (a heavy library: loaded when first needed)

    if lang not in _HOLIDAY_LANGUAGES:
        raise _refused(
            "unknown_language",
            f"{lang!r} is not a language of this product",
            f"choose one of {', '.join(_HOLIDAY_LANGUAGES)}",
        )
    return dict(sorted(country_holidays("BE", years=year, language=_HOLIDAY_LANGUAGES[lang]).items()))


def is_public_holiday(day: date) -> bool:
    """Whether the day is a public holiday in Belgium (see `holiday_names` for the two Sundays among them)."""
    return day in holiday_names(day.year, "en")


def add_months(day: date, months: int, end_of_month: EndOfMonth) -> date:
    """Return the same day of the month, `months` months later (earlier when negative).

    Where that month has no such day, `clamp` takes its last day and `refuse` raises `Problems`
    (`no_such_day`): a deadline counted in months must say which it means.
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(years, month + 1)[1]
    if day.day > last and end_of_month == "refuse":
        raise _refused(
            "no_such_day",
            f"{months} months from {day} there is no day {day.day} (the month has {last})",
            "state whether the last day of the month is meant",
        )
    return date(years, month + 1, min(day.day, last))


def midnight_after(day: date) -> datetime:
    """Return the first instant after a day in Brussels: what is done before it is done on that day."""
    return datetime.combine(day + timedelta(days=1), time.min, BRUSSELS)


def brussels_day(instant: datetime) -> date:
    """Return the day in Brussels of an instant; raises `Problems` (`no_time_zone`) where its zone is not said."""
    if instant.tzinfo is None:
        raise _refused(
            "no_time_zone",
            f"{instant.isoformat()} has no time zone",
            "write its offset, such as 2020-02-28T23:59:59+01:00",
        )
    return instant.astimezone(BRUSSELS).date()


def after_sunday(day: date) -> date:
    """Return the day, or for a Sunday the next day that is neither a Sunday nor a public holiday."""
    if day.weekday() != SUNDAY:
        return day
    day += timedelta(days=1)
    while is_public_holiday(day):
        day += timedelta(days=1)
    return day


def minute_of_day(text: str) -> int:
    """Read `HH:MM` or `HH:MM:SS` as minutes after midnight, 0 to 1439; seconds stay within their minute.

    Raises `Problems` (`bad_time`): `9:00`, `24:00` and `21h01` are not read.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise _refused(
            "bad_time", f"{text!r} is not a time of day", "write it as 21:01 or 21:01:00, from 00:00 to 23:59"
        )
    return int(match[1]) * 60 + int(match[2])


def minute_of_week(day: date, minute: int) -> int:
    """Return minutes after Monday 00:00 for a minute of a day: Tuesday 21:01 is 2701."""
    if not 0 <= minute < MINUTES_A_DAY:
        raise _refused("bad_time", f"minute {minute} is outside a day", "give minutes after midnight, 0 to 1439")
    return day.weekday() * MINUTES_A_DAY + minute


def weekday(text: str) -> int:
    """Read `mon` … `sun` as 0 … 6. Raises `Problems` (`bad_weekday`)."""
    if text not in WEEKDAYS:
        raise _refused("bad_weekday", f"{text!r} is not a weekday", f"write one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(text)


def _refused(code: str, what: str, mend: str) -> Problems:
    return Problems([Problem(code=code, what=what, mend=mend)])
