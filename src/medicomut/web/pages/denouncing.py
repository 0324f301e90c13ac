"""Denunciation for a reader: which grounds something opens, a denunciation weighed, and the draft of its letter.

Grounds and days stand in the address; who writes a letter is sent with it, and kept by nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Final

from fastapi import Request
from starlette.responses import Response

from medicomut.agreement import Agreement
from medicomut.api.agreements import ONE, OfAddress
from medicomut.api.problems import STATUS
from medicomut.api.procedures import LETTER_KINDS, letter_answer
from medicomut.errors import Place, Problem, Problems
from medicomut.procedure.clocks import READINGS, rules
from medicomut.procedure.denunciation import Denunciation, Notice, Track, denounce
from medicomut.procedure.grounds import FACTS, Found, conditions, find, occurrences
from medicomut.procedure.letters import LETTER_LANGUAGES, Sender
from medicomut.web import lifelines
from medicomut.web.languages import Language
from medicomut.web.pages.procedures import frame
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.told import told

router = pages("/procedures")

DAYS: Final = ("event", "finding", "notified", "effective")
LONGEST: Final = 2_000


@router.get(ONE + "/grounds")
async def grounds(request: Request, lang: Language, found: OfAddress) -> Response:
    """Show which grounds of denunciation something opens, for whom and until when, or why none."""
    given = _given(request.query_params)
    answers: list[Found] = []
    problems: list[Problem] = []
    if given["event"]:
        try:
            occurred, days = _occurred(given, "on"), _days(given, ("finding",))
            said = {name: given[name] for name in FACTS}
            answers = find(
                found.id, given["words"] or given["event"], occurred, days["finding"], said,
                lifelines.readings_asked(request),
            )  # fmt: skip
        except Problems as refused:
            problems = refused.problems
    status = STATUS.get(problems[0].code, 422) if problems else 200
    return show(
        request, lang, "procedures_grounds.html", status=status, **frame(lang, found), given=given, answers=answers,
        problems=told(problems), occurrences=occurrences(), conditions=conditions(found.id),
        choices=lifelines.choices(rules(found, lifelines.readings_asked(request)), lang),
    )  # fmt: skip


@router.get(ONE + "/denunciation")
async def denunciation(request: Request, lang: Language, found: OfAddress) -> Response:
    """Show what becomes of a denunciation: may it be made, by when, what ends when, and under which reading."""
    given = _given(request.query_params)
    weighed: Denunciation | None = None
    problems: list[Problem] = []
    if given["ground"] and given["event"]:
        try:
            weighed = denounce(found.id, _notice(given), lifelines.readings_asked(request))
        except Problems as refused:
            problems = refused.problems
    return _shown(request, lang, found, given, weighed, problems)


def _shown(
    request: Request, lang: Language, found: Agreement, given: Mapping[str, str], weighed: Denunciation | None,
    problems: list[Problem],
) -> Response:  # fmt: skip
    status = STATUS.get(problems[0].code, 422) if problems else 200
    chosen = {name: value for name, value in given.items() if name in READINGS and value}
    return show(
        request, lang, "procedures_denunciation.html", status=status, cache_control=KEPT_BY_NOBODY,
        **frame(lang, found), given=given, weighed=weighed, problems=told(problems),
        grounds=found.denunciation.grounds if found.denunciation else (), letter_languages=LETTER_LANGUAGES,
        choices=lifelines.choices(weighed.outcome.rules if weighed else rules(found, chosen), lang), chosen=chosen,
    )  # fmt: skip


@router.post(ONE + "/letter")
async def letter(request: Request, lang: Language, found: OfAddress) -> Response:
    """Give the letter of a denunciation as a draft to print; what is wrong with it is told on the form."""
    async with request.form(max_files=0, max_fields=30) as form:
        given = _given({name: value for name, value in form.items() if isinstance(value, str)})
    readings = {name: value for name, value in given.items() if name in READINGS and value}
    try:
        sender = Sender(given["name"], given["number"], given["address"], given["situation"])
        kind = LETTER_KINDS[given["kind"] == "html"]
        return await letter_answer(found, _notice(given), sender, readings, given["letter_lang"] or lang, kind)
    except Problems as refused:
        return _shown(request, lang, found, given, None, refused.problems)


def _given(pairs: Mapping[str, str]) -> defaultdict[str, str]:
    return defaultdict(str, ((name, value.strip()[:LONGEST]) for name, value in pairs.items()))


def _days(given: Mapping[str, str], names: tuple[str, ...]) -> dict[str, date | None]:
    """Return the days of a form; raises `Problems` (`bad_day`) for every one that is none."""
    days: dict[str, date | None] = {}
    faults = []
    for name in names:
        try:
            days[name] = date.fromisoformat(given[name]) if given[name] else None
        except ValueError:
            what = f"{given[name][:40]!r} is not a day"
            faults.append(Problem("bad_day", what, Place(field=name), mend="write it as 2020-03-02"))
    if faults:
        raise Problems(faults)
    return days


def _occurred(given: Mapping[str, str], name: str) -> date:
    """Return the day of a form that must be there; raises `Problems` (`bad_day`, `missing_field`)."""
    day = _days(given, (name,))[name]
    if day is None:
        raise Problems([Problem("missing_field", "no day is given", Place(field=name), mend="give it")])
    return day


def _notice(given: Mapping[str, str]) -> Notice:
    days, occurred = _days(given, DAYS), _occurred(given, "event")
    by = Track.doctor if given["by"] == Track.doctor else Track.party
    return Notice(given["ground"], by, occurred, days["finding"] or occurred, days["notified"], None,
                  days["effective"], given["extent"] or "wholly", given["scope"])  # fmt: skip
