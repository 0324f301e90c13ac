"""The notice on the door: when the fees of the agreement hold and when not, as one page of HTML to print."""

from __future__ import annotations

from typing import Final

from medicomut.accession.timetable import Hours, Timetable
from medicomut.accession.wording import DATA, say
from medicomut.calendar import MINUTES_A_DAY, WEEKDAYS
from medicomut.identifiers import Profession
from medicomut.slots import write_hours

SITED: Final = ("practice", "ambulatory", "hospital")


def notice(timetable: Timetable, profession: Profession, lang: str, name: str = "", site: str | None = None) -> str:
    """Return the notice in the reader's language: of one site, or of all. Visits to patients' homes are left out."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  only where a page is made

    shown = [hours for hours in timetable if hours.setting in SITED and site in (None, hours.site)]
    sites = sorted({hours.site for hours in shown})
    environment = Environment(
        loader=FileSystemLoader(DATA), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("notice.html").render(
        lang=lang,
        say=lambda key: say(key, lang),
        name=name,
        profession=say(profession, lang),
        sites=[(place, _week([hours for hours in shown if hours.site == place], lang)) for place in sites],
    )


def _week(hours: Timetable, lang: str) -> list[tuple[str, list[str], list[str]]]:
    """Return the days on which there are hours: name, hours at tariff, hours off tariff."""
    days = []
    for number, day in enumerate(WEEKDAYS):
        own = [row for row in hours if row.start // MINUTES_A_DAY == number]
        if own:
            at_tariff = [_written(row) for row in own if not row.free]
            days.append((say(day, lang), at_tariff, [_written(row) for row in own if row.free]))
    return days


def _written(hours: Hours) -> str:
    _, start, end = write_hours(hours.start, hours.end)
    return f"{start}–{end}"
