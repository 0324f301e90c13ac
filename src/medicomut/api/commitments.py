"""`/v1/procedures/…/commitments`, `/v1/evidence`: what was promised by when, its calendars, quarterly dashboards."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from medicomut.agreement import Agreement, available, load
from medicomut.api import describe
from medicomut.api.access import Principal, authorise
from medicomut.api.agreements import ONE, OfAddress
from medicomut.api.answers import cached, json_answer, language, public
from medicomut.api.bodies import json_object
from medicomut.api.disputing import author, ledger_here
from medicomut.api.problems import fault
from medicomut.api.room import refuse_unknown_query
from medicomut.api.trail import note, note_later
from medicomut.calendar import brussels_day
from medicomut.errors import Place, Problem, Problems
from medicomut.money import Lang
from medicomut.procedure.commitments import Quarter, of_actor, quarters
from medicomut.procedure.commitments_calendar import due_calendar
from medicomut.procedure.commitments_following import Evidence, Followed, Found, follow, plain
from medicomut.procedure.dashboard import as_html, as_pdf, dashboard
from medicomut.store.commitments import Reports

PREFIX: Final = "/v1/procedures"
CALENDAR: Final = "text/calendar; charset=utf-8"
KINDS: Final = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)

router = APIRouter(prefix="/v1", tags=["procedures"], dependencies=[Depends(refuse_unknown_query)])
_EVERYBODY = [Depends(authorise("read"))]
THIS: Final = PREFIX.removeprefix("/v1") + ONE

On = Annotated[date | None, Query(description="As of the end of a day; else today in Brussels")]
Actor = Annotated[str | None, Query(max_length=100, description="Of one actor of the agreement", examples=["cia"])]
Language = Annotated[str | None, Query(description="fr, nl, de or en; else Accept-Language")]
Sunday = Annotated[str | None, Query(max_length=50, description="The reading of Sundays: as_printed, next_working_day")]
Name = Annotated[str, Path(pattern="^[0-9]{4}Q[1-4]$", description="A quarter", examples=["2020Q2"])]


def today() -> date:
    """Return the day in Brussels."""
    return brussels_day(datetime.now(UTC))


@router.get(THIS + "/commitments", summary="What was promised, by when", response_class=Response,
            dependencies=_EVERYBODY, responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
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
    followed = of_one(found, day, actor, await evidence_of(request, found), sunday_deadlines)
    listed = [one for one in followed if one.overdue or not overdue]
    items = [one.to_dict() for one in listed]
    dashboards = [one.name for one in quarters(found)] if found.commitments else []
    content = {"agreement": found.id, "on": day.isoformat(), "items": items, "dashboards": dashboards}
    return public(request, content, items, {})


async def evidence_of(request: Request, found: Agreement) -> list[Evidence]:
    """Return what was reported here of an agreement's commitments; none where this server keeps no ledger."""
    ledger = ledger_here(request)
    return [] if ledger is None else await to_thread.run_sync(Reports(ledger).of, found.id)


def of_one(
    found: Agreement, day: date, actor: str | None, evidence: list[Evidence], sunday: str | None = None
) -> list[Followed]:
    """Return what an actor has due, all for `None`; raises `Problems` (`unknown_actor`, `bad_reading`)."""
    followed = follow(found, day, evidence, sunday)
    mine = {one.id for one in of_actor([one.entry for one in followed], actor)}
    return [one for one in followed if one.entry.id in mine]


DAYS: Final = describe.answers(describe.OBJECT) | {
    200: {"description": "A calendar (RFC 5545)", "content": {"text/calendar": {"schema": {"type": "string"}}}}
}


@router.get(THIS + "/commitments.ics", summary="Due days, to subscribe to", response_class=Response,
            dependencies=_EVERYBODY, responses=DAYS)  # fmt: skip
async def calendar(request: Request, found: OfAddress, actor: Actor = None, lang: Language = None) -> Response:
    """Give the days of an actor, or of everybody, as a calendar whose events keep their names."""
    chosen = language(request, lang)
    followed = of_one(found, today(), actor, await evidence_of(request, found))
    body = await to_thread.run_sync(due_calendar, found, followed, chosen, actor)
    headers = {"Content-Language": chosen, "Content-Disposition": f'inline; filename="{actor or "all"}.ics"'}
    return cached(request, body, CALENDAR, headers)


_WRITTEN = describe.answers(describe.OBJECT) | {
    200: {
        "description": "A page that stands alone, or a PDF (PDF/UA-1)",
        "content": {"text/html": {"schema": {"type": "string"}}, "application/pdf": {"schema": {"type": "string"}}},
    }
}


@router.get(THIS + "/dashboards/{quarter}.{ending}", summary="The dashboard of a quarter", response_class=Response,
            dependencies=_EVERYBODY, responses=_WRITTEN)  # fmt: skip
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
    evidence = await evidence_of(request, found)
    body, policy = await to_thread.run_sync(_made, found, quarter, chosen, on, evidence, ending)
    headers = {
        "Content-Language": chosen,
        "Content-Disposition": f'inline; filename="{found.id.replace("/", "-")}-{quarter}-{chosen}.{ending}"',
        "Content-Security-Policy": policy,
    }
    return cached(request, body, KINDS[ending], headers)


def _made(
    found: Agreement, quarter: str, lang: Lang, on: date | None, evidence: list[Evidence], ending: str
) -> tuple[bytes, str]:
    """Return the dashboard and what may run in it: nothing; its own style is named by its hash."""
    made = dashboard(found, Quarter.parse(quarter), lang, on, evidence)
    nothing = "default-src 'none'; frame-ancestors 'none'"
    if ending == "pdf":
        return as_pdf(made), nothing
    page = as_html(made)
    styles = (b64encode(sha256(style.encode()).digest()).decode() for style in _STYLE.findall(page))
    allowed = " ".join(f"'sha256-{style}'" for style in styles)
    return page.encode(), f"{nothing}; style-src {allowed}"


_REPORT: describe.Schema = {
    "type": "object",
    "required": ["agreement", "commitment", "day", "found", "source", "note"],
    "additionalProperties": False,
    "properties": {
        "agreement": {"type": "string"},
        "commitment": {"type": "string", "description": "Its id, such as guard_method"},
        "day": {"type": "string", "format": "date"},
        "found": {"enum": list(Found)},
        "source": {"type": "string", "description": "Where it is shown"},
        "note": {"type": "string", "description": "What is shown, in a line"},
        "dry_run": {"type": "boolean", "description": "Only say whether it could be recorded"},
    },
}


@router.post("/evidence", status_code=201, summary="Report evidence of a commitment", response_class=Response,
             responses=describe.answers(describe.OBJECT) | describe.answers(describe.OBJECT, status=201),
             openapi_extra=describe.body(_REPORT))  # fmt: skip
async def evidence(request: Request, who: Annotated[Principal, Depends(authorise("procedures"))]) -> Response:
    """Record what a source shows of a commitment; read by everybody, with its source, and never erased."""
    given = await json_object(request, _REPORT["properties"])
    dry_run = given.pop("dry_run", False)
    if not isinstance(dry_run, bool):
        raise fault("wrong_kind", "dry_run is not true or false", "write true or false", "dry_run")
    new = await reported(request, who, given, dry_run=dry_run)
    return json_answer({"recorded": new, "dry_run": dry_run, "commitment": given["commitment"]}, 201 if new else 200)


async def reported(request: Request, who: Principal, given: Mapping[str, Any], *, dry_run: bool = False) -> bool:
    """Record evidence as somebody sent it, in the audit trail first; tell whether it is new.

    Raises `Problems`: `wrong_kind`, `unknown_agreement`, `no_store_here`, and those of `Reports.report`.
    """
    event = _evidence(given, author(request, who))
    if given["agreement"] not in available():
        mend = f"known: {', '.join(available())}"
        raise fault("unknown_agreement", f"no agreement {given['agreement'][:100]!r}", mend, "agreement")
    ledger = ledger_here(request)
    if ledger is None:
        raise fault("no_store_here", "this server records no evidence", "start it with --store or --register")
    entity = f"commitment/{given['agreement']}/{event.commitment}"
    if not dry_run:
        await note(request, "create", "success", entity)
    try:
        return await to_thread.run_sync(
            partial(Reports(ledger).report, load(given["agreement"]), event, dry_run=dry_run)
        )
    except Problems as refused:
        if not dry_run:
            note_later(request, "create", "minor failure", entity, reason=refused.problems[0].code)
        raise


def _evidence(given: Mapping[str, Any], actor: str) -> Evidence:
    """Read evidence; raises `Problems` (`wrong_kind`) for every field that is not what it should be."""
    names = ("agreement", "commitment", "day", "found", "source", "note")
    faults = [
        Problem("wrong_kind", f"{name} is not text", Place(field=name), mend="write text")
        for name in names
        if not isinstance(given.get(name), str)
    ]
    if not faults and given["found"] not in tuple(Found):
        mend = f"one of: {', '.join(Found)}"
        faults.append(Problem("wrong_kind", f"found {given['found'][:100]!r}", Place(field="found"), mend=mend))
    if faults:
        raise Problems(faults)
    try:
        day = date.fromisoformat(given["day"])
    except ValueError:
        raise fault("bad_day", f"day {given['day'][:40]!r} is not a day", "write it as 2020-03-01", "day") from None
    note_ = plain(given["note"].strip())
    return Evidence(given["commitment"], day, Found(given["found"]), given["source"].strip(), note_, actor)
