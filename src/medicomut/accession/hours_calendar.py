"""The declared week as an iCalendar file: each row an event that repeats every week, in Brussels time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from medicomut.accession.timetable import Hours, Timetable
from medicomut.accession.wording import say
from medicomut.calendar import BRUSSELS, MINUTES_A_DAY

if TYPE_CHECKING:
    from icalendar import Event


def hours_calendar(timetable: Timetable, first: date, last: date, stamp: datetime, lang: str) -> bytes:
    """Return an iCalendar of the hours off tariff and at tariff, from a first day to a last, both included.

    `stamp` is the instant of making, with its time zone. The same row keeps its UID, so that a calendar that has
    read the file before updates it.
    """
    from icalendar import Calendar  # noqa: PLC0415  (a heavy library: loaded when first needed)

    calendar = Calendar.new(prodid="-//medicomut//timetable//EN", language=lang)
    for hours in timetable:
        event = _event(hours, first, last, stamp, lang)
        if event is not None:
            calendar.add_component(event)
    calendar.add_missing_timezones(first_date=first, last_date=last + timedelta(days=1))
    return bytes(calendar.to_ical())


def _event(hours: Hours, first: date, last: date, stamp: datetime, lang: str) -> Event | None:
    """Return the event of a row, or None where its weekday does not fall in the days asked for."""
    from icalendar import Event  # noqa: PLC0415

    day = first + timedelta(days=(hours.start // MINUTES_A_DAY - first.weekday()) % 7)
    if day > last:
        return None
    begin = _moment(day, hours.start % MINUTES_A_DAY)
    end = _moment(day, hours.start % MINUTES_A_DAY + hours.minutes)
    until = datetime.combine(last, time.max, BRUSSELS).astimezone(UTC).replace(microsecond=0)
    summary = say("off_tariff" if hours.free else "at_tariff", lang)
    event = Event.new(
        start=begin,
        end=end,
        stamp=stamp.astimezone(UTC).replace(microsecond=0),
        summary=summary,
        location=hours.site or None,
        uid=f"{sha256(repr((hours.start, hours.end, hours.site, hours.kind)).encode()).hexdigest()[:32]}@medicomut",
        categories=[summary],
    )
    rule: Mapping[str, object] = {"freq": "weekly", "until": until}
    event.add("rrule", rule)
    return event


def _moment(day: date, minute: int) -> datetime:
    days, rest = divmod(minute, MINUTES_A_DAY)
    return datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), BRUSSELS)
