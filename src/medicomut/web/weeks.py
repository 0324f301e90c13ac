"""A week of hours as a form holds it: rows read from what was sent, and rows to be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any, Final

from starlette.datastructures import FormData

from medicomut.accession.timetable import KINDS, SETTINGS, Hours
from medicomut.accession.timetable_file import COLUMNS, write_row
from medicomut.accession.wording import say, write_minutes, write_share, write_slot
from medicomut.agreement import Agreement
from medicomut.api.timetables import Judged, hours_of_rows, judged, profession_of
from medicomut.calendar import WEEKDAYS
from medicomut.errors import Problem, Problems
from medicomut.identifiers import Profession
from medicomut.money import Lang, format_number
from medicomut.web.drawing import in_page
from medicomut.web.languages import bound
from medicomut.web.written import N_, spoken

Row = dict[str, str]

FEWEST, SPARE, MOST = 6, 2, 60
"""Rows of an empty form, empty rows after those filled in, and rows at most."""

FIELDS: Final = 400
"""Fields of a form that holds a week, at most: six a row, and what stands beside them."""

LONGEST: Final = 40
MORE: Final = "more"

SETTINGS_SHOWN: Final = dict(
    zip(SETTINGS, (N_("at the practice"), N_("at patients' homes"), N_("ambulatory, in a hospital or polyclinic"),
                   N_("admitted patients, day hospital")), strict=True)
)  # fmt: skip
KINDS_SHOWN: Final = dict(zip(KINDS, ("off_tariff", "at_tariff"), strict=True))

GP_WEEK: Final = """mon 08:00 12:00 tariff|mon 13:00 17:00 free|tue 08:00 13:00 tariff|wed 09:00 12:00 tariff
wed 14:00 17:00 free|thu 08:00 12:00 tariff|thu 13:30 18:00 tariff|fri 08:00 12:00 tariff|fri 14:00 17:00 tariff"""
SPECIALIST_WEEK: Final = """mon 08:00 12:00 tariff A|mon 13:00 17:00 free A|tue 09:00 13:00 tariff B
tue 14:00 18:00 free B|thu 08:00 12:00 tariff A|fri 13:00 16:00 free B"""


@dataclass(slots=True)
class Week:
    """What a form of a week holds, what came of it, and what is wrong with it."""

    profession: str
    rows: Sequence[Row]
    judged: Judged | None = None
    problems: list[Problem] = field(default_factory=list)
    name: str = ""

    @property
    def shown(self) -> list[Row]:
        """The rows of the form: those filled in, and empty ones after them."""
        empty = dict.fromkeys(COLUMNS, "")
        return [*self.rows, *[empty] * max(SPARE, FEWEST - len(self.rows))][:MOST]

    @property
    def hours(self) -> Sequence[Hours]:
        """The hours that were read, empty where they cannot be."""
        return self.judged.hours if self.judged else ()


def example(profession: Profession) -> list[Row]:
    """Return a made-up week that is valid: a general practitioner's, or a specialist's on two sites."""
    found = []
    for part in (GP_WEEK if profession == "gp" else SPECIALIST_WEEK).replace("\n", "|").split("|"):
        day, start, end, kind, *site = part.split()
        setting = "practice" if profession == "gp" else "ambulatory"
        found.append({"day": day, "start": start, "end": end, "site": (site or [""])[0], "kind": kind,
                      "setting": setting})  # fmt: skip
    return found


def rows_of(hours: Iterable[Hours]) -> list[Row]:
    """Return hours as rows of the form: midnight at the end of a day is written 00:00, as a field of time has it."""
    return [row | {"end": "00:00"} if row["end"] == "24:00" else row for row in map(write_row, hours)]


def sent_rows(form: FormData) -> list[Row]:
    """Return the rows of a form that are filled in, in their order."""
    columns = [[str(value)[:LONGEST].strip() for value in form.getlist(name)][:MOST] for name in COLUMNS]
    rows = [dict(zip(COLUMNS, cells, strict=True)) for cells in zip(*columns, strict=False)]
    return [row for row in rows if row["start"] or row["end"]]


def read_form(form: FormData, signed: Agreement, profession: Profession | None = None) -> Week:
    """Read a week from a form and judge it; the profession is the form's unless it is given."""
    rows = sent_rows(form)
    week = Week(profession or str(form.get("profession", "")), rows, name=str(form.get("name", ""))[:100])
    try:
        whose = profession or profession_of(week.profession)
        week.judged = judged(signed, whose, hours_of_rows(rows), {}, None)
    except Problems as refused:
        week.problems = refused.problems
    return week


def hours_text(hours: Hours, lang: Lang) -> str:
    """Write hours as `lundi 09:00–13:00 (A)`."""
    place = f" ({hours.site})" if hours.site else ""
    return write_slot(hours.start, hours.end, lang) + place


def points(change: Fraction, lang: Lang) -> str:
    """Write a change in percentage points with its sign and two decimals."""
    return ("+" if change > 0 else "") + format_number(change, lang, 2)


def signed_number(change: int, lang: Lang) -> str:
    """Write a change in persons with its sign."""
    return ("+" if change > 0 else "") + format_number(change, lang)


def filters(lang: Lang) -> dict[str, Callable[..., Any]]:
    """Return the filters by which templates write what belongs to the register."""
    return {
        "of_register": spoken(say, lang),
        "duration": write_minutes,
        "share": partial(write_share, lang=lang),
        "hours_text": partial(hours_text, lang=lang),
        "week_rows": rows_of,
        "bound": partial(bound, lang=lang),
        "ratio_up": lambda ratio: write_share(Fraction(ratio), lang, up=True),
        "points": partial(points, lang=lang),
        "signed": partial(signed_number, lang=lang),
        "drawn": in_page,
    }


SHOWN: Final = {"weekdays": WEEKDAYS, "week_settings": SETTINGS_SHOWN, "week_kinds": KINDS_SHOWN}
"""What templates of the register find by name."""
