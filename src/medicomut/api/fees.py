"""`/v1/fees`: what is known of a code's fee, by interval, with its sources."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from medicomut.api import describe
from medicomut.api.access import authorise
from medicomut.api.answers import MOST_ON_A_PAGE, page, public
from medicomut.api.problems import fault
from medicomut.api.room import refuse_unknown_query, room_of
from medicomut.identifiers import check_nomenclature
from medicomut.tariff.fee_history import history

router = APIRouter(tags=["fees"], dependencies=[Depends(authorise("read")), Depends(refuse_unknown_query)])


@router.get(
    "/v1/fees",
    summary="The codes whose fee is known on some day",
    response_class=Response,
    responses=describe.answers(describe.PAGE, describe.CSV_TEXT),
)
async def codes(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """List the codes, in order."""
    known = [f"{code:06}" for code in room_of(request).fees.codes]
    members, listed, headers = page(request, known, str, limit, cursor)
    items = [{"code": code, "href": f"/v1/fees/{code}"} for code in members]
    return public(request, {"items": items, **listed}, items, headers)


@router.get(
    "/v1/fees/{code}",
    summary="Every fee known for a code",
    response_class=Response,
    responses=describe.answers(describe.FEES, describe.CSV_TEXT),
)
async def fee(
    request: Request, code: Annotated[str, Path(description="Nomenclature code of six digits", pattern="^[0-9]{6}$")]
) -> Response:
    """Give every fee by interval and kind of patient, in cents; a list without members where none is known."""
    checked = check_nomenclature(code)
    if not checked.valid:
        raise fault("bad_code", f"{code!r} is not a code: {checked.why}", "check the number", "code")
    found = history(room_of(request).schedule, code)
    return public(request, {"code": code, "fees": found}, found, {})
