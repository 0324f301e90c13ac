"""What the tests of the register share: made-up weeks, and how a timetable is judged."""

from __future__ import annotations

from datetime import date
from typing import Any

from medicomut.accession.judging import Judgement, judge
from medicomut.accession.proposing import proposal
from medicomut.accession.timetable import READINGS, Hours
from medicomut.accession.timetable_file import read_timetable
from medicomut.agreement import load
from medicomut.agreement.partial_accession import partial_limits
from medicomut.identifiers import Profession

HEADER = "day,start,end,site,kind,setting\n"


def week(*rows: str) -> list[Hours]:
    """Read rows such as `mon,09:00,13:00,A,free,practice`."""
    return read_timetable(HEADER + "\n".join(rows), "week.csv")


def chosen(**readings: str) -> dict[str, str]:
    every = load("be/amm/2020").readings(readings)
    return {name: every[name] for name in READINGS}


def judged(profession: Profession, hours: list[Hours], week_of: date | None = None, **readings: str) -> Judgement:
    signed = load("be/amm/2020")
    return judge(signed, partial_limits(signed, profession), hours, chosen(**readings), week_of)


def proposed(profession: Profession, hours: list[Hours], **readings: str) -> list[Hours] | None:
    signed = load("be/amm/2020")
    return proposal(signed, partial_limits(signed, profession), hours, chosen(**readings))


def clauses(found: Judgement) -> list[str]:
    return [fault.clause for fault in found.broken]


def at_tariff(minutes: int, setting: str = "practice", site: str = "A") -> list[Hours]:
    """Return so many minutes at tariff, at night so that no slot of a test is in the way: 00:00 to 08:00 each day."""
    rows = []
    for day in range(7):
        taken = min(minutes, 480)
        if taken:
            rows.append(Hours(day * 1440, day * 1440 + taken, site, "tariff", setting))
        minutes -= taken
    assert minutes == 0
    return rows


def slot(day: int, start: int, minutes: int, **other: Any) -> Hours:
    """Return an off-tariff slot beginning at an hour of a day (0: Monday)."""
    fields: dict[str, Any] = {"site": "A", "kind": "free", "setting": "practice"} | other
    return Hours(day * 1440 + start * 60, day * 1440 + start * 60 + minutes, **fields)
