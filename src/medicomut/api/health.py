"""`/healthz` and `/readyz`: is the server there, and may work be sent to it."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from medicomut import __version__
from medicomut.api import describe
from medicomut.api.access import authorise
from medicomut.api.answers import json_answer
from medicomut.api.room import refuse_unknown_query, room_of
from medicomut.api.trail import trail_of

router = APIRouter(tags=["health"], dependencies=[Depends(authorise("read")), Depends(refuse_unknown_query)])


@router.get("/healthz", summary="Alive", response_class=Response, responses=describe.answers(describe.OBJECT))
async def alive() -> Response:
    """Answer while the process lives."""
    return json_answer({"status": "ok", "medicomut": __version__})


@router.get("/readyz", summary="Ready", response_class=Response, responses=describe.answers(describe.OBJECT))
async def ready(request: Request) -> Response:
    """Answer once the data are loaded: what every price rests on, and whether the audit trail is written.

    Without a trail the public part still answers, so a store that fails makes the server `degraded`, not gone.
    """
    trail = trail_of(request)
    failing = trail is not None and trail.failing
    return json_answer(
        {
            "status": "degraded" if failing else "ready",
            "audit": "no_store" if trail is None else "failing" if failing else "recorded",
            "audit_lost": trail.lost if trail else 0,
            "receipt": room_of(request).plain.receipt,
        }
    )
