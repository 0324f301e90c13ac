"""`POST /v1/check`: a small batch of lines in one request, with its practitioners."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from medicomut.api import describe
from medicomut.api.access import authorise
from medicomut.api.answers import CSV, JSON, KEPT_BY_NOBODY, wanted
from medicomut.api.bodies import json_body
from medicomut.api.direct import Direct
from medicomut.api.room import refuse_unknown_query
from medicomut.api.trail import note_question

router = APIRouter(tags=["check"], dependencies=[Depends(authorise("check"))], route_class=Direct)


@router.post(
    "/v1/check",
    summary="Check a batch of lines",
    response_class=Response,
    responses=describe.answers(describe.CHECKED, describe.CSV_TEXT),
    openapi_extra=describe.body(describe.CHECK_BODY),
)
async def check(request: Request) -> Response:
    """Add fee, shares, verdict, reasons and clauses to each line, as `medicomut check` does to a file.

    A cell that cannot be read counts as not stated and is named in `reasons`. Larger files are jobs.
    """
    await refuse_unknown_query(request)
    kind = wanted(request, (JSON, CSV))
    answer = await request.app.state.batches.answer(await json_body(request), kind)
    if answer.names_somebody:
        note_question(request, "operation", "success", request.url.path)
    media = f"{CSV}; charset=utf-8" if kind == CSV else kind
    return Response(answer.body, 200, {"Cache-Control": KEPT_BY_NOBODY}, media)
