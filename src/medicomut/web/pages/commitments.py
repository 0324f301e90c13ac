"""Commitments of an agreement and the calendar of its due days, with the feeds and dashboards to take away."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import groupby
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from medicomut.agreement import Agreement
from medicomut.agreement.figures import MONTHS
from medicomut.api.access import Principal, authorise
from medicomut.api.agreements import ONE, OfAddress
from medicomut.api.commitments import PREFIX, evidence_of, reported, today
from medicomut.api.problems import STATUS
from medicomut.errors import Problems
from medicomut.procedure.commitments import actors, of_actor, quarters
from medicomut.procedure.commitments_following import Followed, Found, State, follow
from medicomut.procedure.commitments_wording import say, words
from medicomut.web.languages import Language
from medicomut.web.pages.procedures import frame
from medicomut.web.render import show
from medicomut.web.routes import pages
from medicomut.web.written import spoken

router = pages("/procedures")

DONE: Final = ("reported", "reported_before")
"""What became of evidence somebody recorded, as the address says it afterwards."""

Asked = Annotated[str, Query(max_length=100)]


@router.get(ONE + "/commitments")
async def commitments(
    request: Request,
    lang: Language,
    found: OfAddress,
    on: Asked = "",
    actor: Asked = "",
    shown: Asked = "all",
    done: Asked = "",
) -> Response:
    """List what was promised with its state on a day, narrowed to an actor or to what is overdue."""
    told = done if done in DONE else ""
    return await _commitments(request, lang, found, on=on, actor=actor, shown=shown, done=told)


async def _commitments(
    request: Request, lang: Language, found: Agreement, *, on: str = "", actor: str = "", shown: str = "all",
    status: int = 200, **content: Any,
) -> Response:  # fmt: skip
    day, bad_day = _day(on)
    followed = follow(found, day, await evidence_of(request, found))
    told = {"given": {}, "refused": [], "done": ""} | content
    listed = [
        one
        for one in _of(followed, actor)
        if (shown != "overdue" or one.overdue) and (shown != "dated" or one.entry.due is not None)
    ]
    counted = Counter(one.state for one in listed)
    counts = [(state, counted[state]) for state in State if counted[state]]
    return show(request, lang, "commitments.html", status=status, **_frame(found, lang, followed), day=day,
                bad_day=bad_day, on=on, actor=actor,
                shown=shown, listed=listed, counts=counts, overdue=sum(one.overdue for one in listed),
                quarters=quarters(found) if found.commitments else (),
                found_options=[(one.value, say(one.value, lang)) for one in Found],
                choices=[(one.entry.id, one.entry.what.in_language(lang)) for one in followed if one.entry.followed],
                **told)  # fmt: skip


@router.post(ONE + "/commitments")
async def report(
    request: Request, lang: Language, found: OfAddress, who: Annotated[Principal, Depends(authorise("procedures"))]
) -> Response:
    """Record evidence of a commitment."""
    sent = await request.form()
    given = {name: str(sent.get(name, "")) for name in ("commitment", "day", "found", "source", "note")}
    try:
        new = await reported(request, who, given | {"agreement": found.id})
    except Problems as refused:
        known = words()
        reasons = [(say(key, lang) if (key := f"refused_{one.code}") in known else "", one.what)
                   for one in refused.problems]  # fmt: skip
        status = STATUS.get(refused.problems[0].code, 422)
        return await _commitments(request, lang, found, status=status, given=given, refused=reasons)
    done = "reported" if new else "reported_before"
    return RedirectResponse(f"/{lang}/procedures/{found.id}/commitments?done={done}#report", 303)


@router.get(ONE + "/calendar")
async def calendar(request: Request, lang: Language, found: OfAddress) -> Response:
    """Show every due day by month, and the calendars of each actor."""
    followed = follow(found, today(), await evidence_of(request, found))
    dated = [(one.entry.due, one) for one in followed if one.entry.due is not None]
    months = [
        (f"{MONTHS[lang][month - 1]} {year}", [one for _, one in members])
        for (year, month), members in groupby(dated, key=lambda pair: (pair[0].year, pair[0].month))
    ]
    feeds = actors(one.entry for one in followed if one.entry.due is not None)
    return show(request, lang, "commitments_calendar.html", **_frame(found, lang, followed), months=months, feeds=feeds)


def _frame(found: Agreement, lang: Language, followed: list[Followed]) -> dict[str, Any]:
    """Return what both pages show."""
    labels = {one.id: one.label.in_language(lang) for one in found.actors}
    return frame(lang, found) | {
        "data": f"{PREFIX}/{found.id}",
        "labels": labels,
        "everyone": sorted(actors(one.entry for one in followed), key=labels.__getitem__),
        "w": spoken(say, lang),
    }


def _of(followed: list[Followed], actor: str) -> list[Followed]:
    """Return what an actor has due; all where the actor named has nothing."""
    try:
        mine = {entry.id for entry in of_actor([one.entry for one in followed], actor or None)}
    except Problems:
        return followed
    return [one for one in followed if one.entry.id in mine]


def _day(text: str) -> tuple[date, bool]:
    """Return the day asked for, today where none is, and whether what was asked is no day."""
    try:
        return (date.fromisoformat(text.strip()) if text.strip() else today()), False
    except ValueError:
        return today(), True
