"""`/healthz` and `/readyz`: is the server there, and may work be sent to it."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from medicomut import __version__
from medicomut.api import describe
from medicomut.api.answers import json_answer
from medicomut.api.room import refuse_unknown_query, room_of

router = APIRouter(tags=["health"], dependencies=[Depends(refuse_unknown_query)])


@router.get("/healthz", summary="Alive", response_class=Response, responses=describe.answers(describe.OBJECT))
async def alive() -> Response:
    """Answer while the process lives."""
    return json_answer({"status": "ok", "medicomut": __version__})


@router.get("/readyz", summary="Ready", response_class=Response, responses=describe.answers(describe.OBJECT))
async def ready(request: Request) -> Response:
    """Answer once the data are loaded, with what every price rests on."""
    return json_answer({"status": "ready", "receipt": room_of(request).plain.receipt})
