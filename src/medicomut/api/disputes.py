"""`/v1/disputes`, for the secretariat, and `/v1/decisions`, for everybody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from medicomut.api import describe
from medicomut.api.access import Principal, authorise
from medicomut.api.answers import KEPT_BY_NOBODY, json_answer, language, public
from medicomut.api.bodies import json_object
from medicomut.api.commitments import CALENDAR
from medicomut.api.disputing import case_of, disputes_here, every_case, read_step, receipt_dict, record, today
from medicomut.api.problems import fault
from medicomut.api.room import refuse_unknown_query
from medicomut.procedure.disputes import Kind, Status, Track
from medicomut.procedure.disputes_calendar import limits_calendar
from medicomut.procedure.disputes_fields import FIELDS
from medicomut.procedure.disputes_publishing import Published, published, search

router = APIRouter(prefix="/v1", tags=["procedures"], dependencies=[Depends(refuse_unknown_query)])

Secretariat = Annotated[Principal, Depends(authorise("procedures"))]
Number = Annotated[str, Path(max_length=50, description="The number of a case", examples=["2020-001"])]

STEPS: Final = tuple(kind for kind in Kind if kind is not Kind.opened)
_TEXT: describe.Schema = {"type": "string"}
_DAY: describe.Schema = {"type": "string", "format": "date", "description": "The day it happened; else today"}
_DRY: describe.Schema = {"type": "boolean", "description": "Only say whether it could be recorded"}
_OPENED: describe.Schema = {
    "type": "object",
    "required": list(FIELDS[Kind.opened][0]),
    "additionalProperties": False,
    "properties": {
        "track": {"enum": list(Track)},
        "subject": {"enum": ["interpretation", "performance", "nomenclature"]},
        "agreement": _TEXT,
        "parties": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["role", "name"],
                "additionalProperties": False,
                "properties": {"role": {"enum": ["applicant", "respondent"]}, "name": _TEXT},
            },
        },
        "question": _TEXT,
        "clauses": {"type": "array", "items": _TEXT},
        "codes": {"type": "array", "items": _TEXT},
        "point": _TEXT,
        "follows": _TEXT,
        "case": _TEXT,
        "day": _DAY,
        "dry_run": _DRY,
    },
}
_STEP: describe.Schema = {
    "type": "object",
    "required": ["kind"],
    "additionalProperties": False,
    "properties": {
        "kind": {"enum": [kind.name for kind in STEPS]},
        "day": _DAY,
        "content": {"type": "object", "description": "What the kind asks for (docs/procedures.md)"},
        "dry_run": _DRY,
    },
}


# 201 where it is recorded now; 200 where it was before, or where it was only tried.
_RECORDED = describe.answers(describe.OBJECT) | describe.answers(describe.OBJECT, status=201)


@router.get("/disputes", summary="The cases", response_class=Response, responses=describe.answers(describe.OBJECT))
async def cases(
    request: Request, who: Secretariat, status: Annotated[Status | None, Query(description="Only of one")] = None
) -> Response:
    """List the cases, the latest first, with what each still needs."""
    del who
    found = [case for case in await every_case(request) if status in (None, case.status)]
    return json_answer({"items": [case.to_dict() for case in found], "total": len(found)})


@router.post("/disputes", status_code=201, summary="Open a case", response_class=Response,
             responses=_RECORDED, openapi_extra=describe.body(_OPENED))  # fmt: skip
async def open_case(request: Request, who: Secretariat) -> Response:
    """Open a conciliation (15) or an arbitration (14.5); the case gets its number where none is given."""
    given = await json_object(request, _OPENED["properties"])
    number, day, dry_run = given.pop("case", None), given.pop("day", None), given.pop("dry_run", False)
    if number is not None and not isinstance(number, str):
        raise fault("wrong_kind", "case is not text", "write text, or leave it out", "case")
    step = read_step(Kind.opened, number or "", day, given, today(request))
    receipt = await record(request, who, step, dry_run=_dry(dry_run))
    return json_answer(receipt_dict(receipt), 201 if receipt.new else 200)


@router.get("/disputes.ics", summary="Time limits of open cases", response_class=Response,
            responses=describe.answers(describe.OBJECT) | {200: {"description": "A calendar (RFC 5545)", "content": {
                "text/calendar": {"schema": {"type": "string"}}}}})  # fmt: skip
async def limits(
    request: Request,
    who: Secretariat,
    lang: Annotated[str | None, Query(description="fr, nl, de or en; else Accept-Language")] = None,
) -> Response:
    """Give the limits the commission set in open cases, by the number of the case alone."""
    del who
    chosen = language(request, lang)
    body = limits_calendar(await every_case(request), datetime.now(UTC), chosen)
    return Response(body, 200, {"Cache-Control": KEPT_BY_NOBODY, "Content-Language": chosen}, CALENDAR)


@router.get("/disputes/{number}", summary="One case", response_class=Response,
            responses=describe.answers(describe.OBJECT))  # fmt: skip
async def one(request: Request, who: Secretariat, number: Number) -> Response:
    """Give a case: the question, what is missing, and every step with its author, day and clause."""
    del who
    return json_answer((await case_of(request, number)).to_dict())


@router.post("/disputes/{number}/steps", status_code=201, summary="Record a step", response_class=Response,
             responses=_RECORDED, openapi_extra=describe.body(_STEP))  # fmt: skip
async def add_step(request: Request, who: Secretariat, number: Number) -> Response:
    """Record what happened, or say every reason why it cannot be, with the clause; `dry_run` records nothing."""
    given = await json_object(request, _STEP["properties"])
    kind = next((one for one in STEPS if one.name == given.get("kind")), None)
    if kind is None:
        mend = f"one of: {', '.join(one.name for one in STEPS)}"
        raise fault("wrong_kind", f"kind {str(given.get('kind'))[:100]!r} is no step", mend, "kind")
    content = given.get("content") or {}
    if not isinstance(content, dict):
        raise fault("wrong_kind", "content is not an object", 'write {"text": "…"}', "content")
    step = read_step(kind, number, given.get("day"), content, today(request))
    receipt = await record(request, who, step, dry_run=_dry(given.get("dry_run", False)))
    return json_answer(receipt_dict(receipt), 201 if receipt.new else 200)


def _dry(value: Any) -> bool:
    if not isinstance(value, bool):
        raise fault("wrong_kind", f"dry_run {str(value)[:40]!r} is not true or false", "write true or false", "dry_run")
    return value


@router.get("/decisions", summary="Published decisions", response_class=Response,
            dependencies=[Depends(authorise("read"))],
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def decisions(
    request: Request,
    q: Annotated[str, Query(max_length=200, description="Words that must all be in it")] = "",
    agreement: Annotated[str, Query(max_length=50, description="Of one agreement")] = "",
    clause: Annotated[str, Query(max_length=50, description="About a clause or those under it")] = "",
    track: Annotated[Track | None, Query(description="conciliation or arbitration")] = None,
) -> Response:
    """Search the anonymised decisions; nothing of a case is told beyond what was published."""
    found = search(await every_decision(request), q, agreement=agreement, clause=clause, track=track or "")
    items = [one.to_dict() for one in found]
    return public(request, {"items": items, "total": len(items)}, items, {"Cache-Control": "no-cache"})


async def every_decision(request: Request) -> list[Published]:
    """Return the decisions published now, the latest first; none where the server keeps no disputes."""
    desk = disputes_here(request)
    return [] if desk is None else published((await to_thread.run_sync(desk.cases)).values())
