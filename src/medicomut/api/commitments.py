"""`/v1/procedures/…/commitments`: what was promised by when, calendars to subscribe to, quarterly dashboards."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Annotated, Final

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from medicomut.agreement import Agreement
from medicomut.api import describe
from medicomut.api.access import authorise
from medicomut.api.agreements import ONE, OfAddress
from medicomut.api.answers import cached, language, public
from medicomut.api.room import refuse_unknown_query
from medicomut.calendar import brussels_day
from medicomut.money import Lang
from medicomut.procedure.commitments import Quarter, of_actor, quarters
from medicomut.procedure.commitments_calendar import due_calendar
from medicomut.procedure.commitments_following import Followed, follow
from medicomut.procedure.dashboard import as_html, as_pdf, dashboard

PREFIX: Final = "/v1/procedures"
CALENDAR: Final = "text/calendar; charset=utf-8"
KINDS: Final = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)

router = APIRouter(
    prefix=PREFIX, tags=["procedures"], dependencies=[Depends(authorise("read")), Depends(refuse_unknown_query)]
)

On = Annotated[date | None, Query(description="As of the end of a day; else today in Brussels")]
Actor = Annotated[str | None, Query(max_length=100, description="Of one actor of the agreement", examples=["cia"])]
Language = Annotated[str | None, Query(description="fr, nl, de or en; else Accept-Language")]
Sunday = Annotated[str | None, Query(max_length=50, description="The reading of Sundays: as_printed, next_working_day")]
Name = Annotated[str, Path(pattern="^[0-9]{4}Q[1-4]$", description="A quarter", examples=["2020Q2"])]


def today() -> date:
    """Return the day in Brussels."""
    return brussels_day(datetime.now(UTC))


@router.get(ONE + "/commitments", summary="What was promised, by when", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def commitments(
    request: Request,
    found: OfAddress,
    on: On = None,
    actor: Actor = None,
    overdue: Annotated[bool, Query(description="Only what is past due and not shown to be kept")] = False,
    sunday_deadlines: Sunday = None,
) -> Response:
    """List every promise with its actor, wording, day, clause, evidence and state on a day."""
    day = on or today()
    listed = [one for one in of_one(found, day, actor, sunday_deadlines) if one.overdue or not overdue]
    items = [one.to_dict() for one in listed]
    dashboards = [one.name for one in quarters(found)] if found.commitments else []
    content = {"agreement": found.id, "on": day.isoformat(), "items": items, "dashboards": dashboards}
    return public(request, content, items, {})


def of_one(found: Agreement, day: date, actor: str | None, sunday: str | None = None) -> list[Followed]:
    """Return what an actor has due, all for `None`; raises `Problems` (`unknown_actor`, `bad_reading`)."""
    followed = follow(found, day, (), sunday)
    mine = {one.id for one in of_actor([one.entry for one in followed], actor)}
    return [one for one in followed if one.entry.id in mine]


@router.get(ONE + "/commitments.ics", summary="Due days, to subscribe to", response_class=Response,
            responses=describe.answers(describe.OBJECT) | {200: {"description": "A calendar (RFC 5545)", "content": {
                "text/calendar": {"schema": {"type": "string"}}}}})  # fmt: skip
async def calendar(request: Request, found: OfAddress, actor: Actor = None, lang: Language = None) -> Response:
    """Give the days of an actor, or of everybody, as a calendar whose events keep their names."""
    chosen = language(request, lang)
    body = await to_thread.run_sync(due_calendar, found, of_one(found, today(), actor), chosen, actor)
    headers = {"Content-Language": chosen, "Content-Disposition": f'inline; filename="{actor or "all"}.ics"'}
    return cached(request, body, CALENDAR, headers)


_WRITTEN = describe.answers(describe.OBJECT) | {
    200: {
        "description": "A page that stands alone, or a PDF (PDF/UA-1)",
        "content": {"text/html": {"schema": {"type": "string"}}, "application/pdf": {"schema": {"type": "string"}}},
    }
}


@router.get(ONE + "/dashboards/{quarter}.{ending}", summary="The dashboard of a quarter", response_class=Response,
            responses=_WRITTEN)  # fmt: skip
async def quarterly(
    request: Request,
    found: OfAddress,
    quarter: Name,
    ending: Annotated[str, Path(pattern=f"^({'|'.join(KINDS)})$", description="html or pdf")],
    on: On = None,
    lang: Language = None,
) -> Response:
    """Write what fell due in a quarter, what is shown to be kept, what is late and what comes next."""
    chosen = language(request, lang)
    body, policy = await to_thread.run_sync(_made, found, quarter, chosen, on, ending)
    headers = {
        "Content-Language": chosen,
        "Content-Disposition": f'inline; filename="{found.id.replace("/", "-")}-{quarter}-{chosen}.{ending}"',
        "Content-Security-Policy": policy,
    }
    return cached(request, body, KINDS[ending], headers)


def _made(found: Agreement, quarter: str, lang: Lang, on: date | None, ending: str) -> tuple[bytes, str]:
    """Return the dashboard and what may run in it: nothing; its own style is named by its hash."""
    made = dashboard(found, Quarter.parse(quarter), lang, on)
    nothing = "default-src 'none'; frame-ancestors 'none'"
    if ending == "pdf":
        return as_pdf(made), nothing
    page = as_html(made)
    styles = (b64encode(sha256(style.encode()).digest()).decode() for style in _STYLE.findall(page))
    allowed = " ".join(f"'sha256-{style}'" for style in styles)
    return page.encode(), f"{nothing}; style-src {allowed}"
