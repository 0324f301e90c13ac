"""The weekly timetable of partial accession, for anybody to try: judged while one edits, kept by nobody."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from starlette.responses import Response

from medicomut.agreement import Agreement, available, load
from medicomut.api.timetables import Judged, calendar_answer, hours_of_rows, judged, knows_partial, notice_answer
from medicomut.errors import Problems
from medicomut.identifiers import Profession
from medicomut.money import Lang
from medicomut.web import weeks
from medicomut.web.languages import Language
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.told import told

router = pages("/register/timetable")

PROFESSIONS: Final[tuple[Profession, ...]] = ("gp", "specialist")
UNREADABLE: Final = 422


def signed() -> Agreement:
    """Return the latest agreement whose rules of partial accession are known."""
    return load([name for name in available() if knows_partial(name)][-1])


@router.get("")
async def start(request: Request, lang: Language, profession: str = "gp") -> Response:
    """Show a made-up week of a profession, judged."""
    whose: Profession = "specialist" if profession == "specialist" else "gp"
    rows = weeks.example(whose)
    found = judged(signed(), whose, hours_of_rows(rows), {}, None)
    return _shown(request, lang, weeks.Week(whose, rows, found), example=True)


@router.post("")
async def judge(request: Request, lang: Language) -> Response:
    """Judge the week of the form, and show it again."""
    form = await request.form(max_files=0, max_fields=weeks.FIELDS)
    week = weeks.read_form(form, signed())
    if weeks.MORE in form or not week.rows:
        week.problems = []
    return _shown(request, lang, week)


def _shown(request: Request, lang: Lang, week: weeks.Week, *, example: bool = False) -> Response:
    live = "hx-request" in request.headers
    status = UNREADABLE if week.problems and not live else 200
    return show(request, lang, "timetable.html", status=status, cache_control=KEPT_BY_NOBODY, week=week,
                problems=told(week.problems), example=example, signed=signed(), professions=PROFESSIONS)  # fmt: skip


@router.post("/calendar.ics")
async def calendar(request: Request, lang: Language) -> Response:
    """Give the hours of the form as a calendar that repeats every week."""
    return calendar_answer((await _judged(request))[0], lang)


@router.post("/notice")
async def door(request: Request, lang: Language) -> Response:
    """Show the hours of the form as a notice for the door, to print."""
    found, name = await _judged(request)
    return notice_answer(found, lang, name)


async def _judged(request: Request) -> tuple[Judged, str]:
    """Return the week of a form with the name beside it; raises `Problems` where it cannot be judged."""
    form = await request.form(max_files=0, max_fields=weeks.FIELDS)
    week = weeks.read_form(form, signed())
    if week.judged is None:
        raise Problems(week.problems)
    return week.judged, week.name
