"""Hours of the week at a place: how they are written, read and compared.

Declared slots are the same hours whether they are judged as a timetable or a line of care is held against them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from medicomut.calendar import MINUTES_A_DAY, WEEKDAYS, minute_of_day, weekday
from medicomut.errors import Problems

MINUTES_A_WEEK: Final = 7 * MINUTES_A_DAY

SLOT_COUNT: Final = 4
"""How many slots a line of care can be held against; no agreement allows more."""

_SLOT: Final = re.compile(r"(?P<day>[A-Za-z]{3})\s+(?P<start>\d{2}:\d{2})-(?P<end>\d{2}:\d{2})(?:@(?P<site>.+))?")


@dataclass(frozen=True, slots=True)
class Slot:
    """An off-tariff slot: seconds of the week (Monday 00:00 is 0), its end not included; site None means any."""

    start: int
    end: int
    site: str | None


def hours_of_week(day: str, start: str, end: str) -> tuple[int, int]:
    """Read a weekday and two times of day as minutes of the week, the end not included.

    An end at or before the start is that time of the next day; `24:00` is midnight at the end of the day. Raises
    `Problems` (`bad_weekday`, `bad_time`), and `ValueError` where the hours pass the end of the week.
    """
    first = weekday(day.lower()) * MINUTES_A_DAY
    begin = minute_of_day(start)
    until = MINUTES_A_DAY if end == "24:00" else minute_of_day(end)
    if until <= begin:
        until += MINUTES_A_DAY
    if first + until > MINUTES_A_WEEK:
        raise ValueError("passes the end of the week")
    return first + begin, first + until


def parse_slots(text: str) -> tuple[Slot, ...]:
    """Read `mon 09:00-13:00@SITE;…`.

    A slot may pass midnight (`fri 22:00-01:00`), but not the end of the week: that one is written as two.
    Raises `ValueError` with what is wrong and how to write it.
    """
    slots: list[Slot] = []
    parts = [part for part in map(str.strip, text.split(";")) if part]
    if len(parts) > SLOT_COUNT:
        raise ValueError(f"{len(parts)} slots; nobody may have more than {SLOT_COUNT} a week")
    for part in parts:
        found = _SLOT.fullmatch(part)
        if not found:
            raise ValueError(f"{part!r} is not a slot; write it as: mon 09:00-13:00@SITE")
        try:
            start, end = hours_of_week(found["day"], found["start"], found["end"])
        except Problems as fault:
            raise ValueError(f"{part!r}: {fault.problems[0].what}; {fault.problems[0].mend}") from None
        except ValueError as fault:
            raise ValueError(f"{part!r} {fault}; write it as two slots, sun and mon") from None
        slots.append(Slot(start * 60, end * 60, found["site"]))
    return tuple(sorted(slots, key=lambda slot: (slot.start, slot.site or "")))


def write_hours(start: int, end: int) -> tuple[str, str, str]:
    """Return the weekday, the start and the end of minutes of the week, as `hours_of_week` reads them.

    Midnight at the end of a day is `24:00` of that day.
    """
    day, begin = divmod(start, MINUTES_A_DAY)
    until = end - day * MINUTES_A_DAY
    last = "24:00" if until == MINUTES_A_DAY else write_time(until % MINUTES_A_DAY)
    return WEEKDAYS[day], write_time(begin), last


def write_time(minute: int) -> str:
    """Return a minute of the day as `21:01`."""
    return f"{minute // 60:02}:{minute % 60:02}"
