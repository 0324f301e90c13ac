"""The time limits of open disputes as an iCalendar file: whole days, with names that stay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from medicomut.procedure.disputes import Case, Status
from medicomut.procedure.disputes_wording import say

if TYPE_CHECKING:
    from medicomut.money import Lang


def limits_calendar(cases: Iterable[Case], stamp: datetime, lang: Lang) -> bytes:
    """Return the limits of the open cases as an iCalendar; `stamp` is the instant of making, with its time zone.

    It names the case by its number alone: a calendar is read by many programs.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415  (a heavy library: loaded when first needed)

    name = say("limits_of_disputes", lang)
    calendar = Calendar.new(prodid="-//medicomut//disputes//EN", language=lang, name=name, uid="disputes@medicomut")
    calendar.add("method", "PUBLISH")
    for case in cases:
        if case.status is not Status.open:
            continue
        for limit in case.limits:
            event = Event.new(
                start=limit.due,
                end=limit.due + timedelta(days=1),
                stamp=stamp.astimezone(UTC).replace(microsecond=0),
                summary=f"{case.id}: {say(f'awaited_{limit.awaited}', lang)}",
                description=limit.note or None,
                uid=f"dispute-{case.id}-{limit.awaited}@medicomut",
            )
            event.add("transp", "TRANSPARENT")
            calendar.add_component(event)
    return bytes(calendar.to_ical())
