"""`/v1/vectors`: inputs and expected outputs, for another implementation to prove itself by."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from medicomut.api import describe
from medicomut.api.access import authorise
from medicomut.api.answers import public
from medicomut.api.room import refuse_unknown_query

VECTORS = Path(__file__).resolve().parents[1] / "data" / "vectors" / "price.json"

router = APIRouter(tags=["vectors"], dependencies=[Depends(authorise("read")), Depends(refuse_unknown_query)])


@cache
def shipped() -> dict[str, Any]:
    """Return the vectors of the package, read once."""
    content: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return content


@router.get(
    "/v1/vectors",
    summary="Test vectors",
    response_class=Response,
    responses=describe.answers(describe.OBJECT, describe.CSV_TEXT),
)
async def vectors(request: Request) -> Response:
    """Give every case: a body for `/v1/price` or `/v1/check` and what must come of it (see docs/api.md)."""
    content = shipped()
    return public(request, content, [*content["price"], *content["check"]], {})
