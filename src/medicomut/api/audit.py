"""The audit trail, read: as lines of JSON, verified, and as FHIR AuditEvent. See `docs/audit.md`.

Who reads it is recorded in it, before the answer.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final

import msgspec
from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from medicomut.api import describe
from medicomut.api.access import authorise
from medicomut.api.answers import KEPT_BY_NOBODY, json_answer
from medicomut.api.fhir_http import Search, answer, handling, kind_asked
from medicomut.api.problems import FHIR, fault
from medicomut.api.room import refuse_unknown_query
from medicomut.api.trail import note, trail_of
from medicomut.errors import Problems
from medicomut.fhir.search import read_one, searchset
from medicomut.store import Event, Head, Ledger
from medicomut.store.audit import STREAM, audit_event
from medicomut.store.chain import instant

NDJSON: Final = "application/x-ndjson"
MOST_LINES, MOST_VERIFIED, MOST_ENTRIES = 10_000, 100_000, 200
COUNT, AFTER = "_count", "_after"
_DIGITS = re.compile("[0-9]{1,15}")

router = APIRouter(prefix="/v1/audit", tags=["audit"],
                   dependencies=[Depends(authorise("audit")), Depends(refuse_unknown_query)])  # fmt: skip
fhir_router = APIRouter(prefix=f"{FHIR}/AuditEvent", tags=["fhir"], dependencies=[Depends(authorise("audit"))])

After = Annotated[int, Query(ge=0, le=2**53, description="The number of the last event seen; 0 begins at the first")]


def ledger_of(request: Request) -> Ledger:
    """Return the ledger of this server; raises `Problems` (`no_store_here`) where there is none."""
    trail = trail_of(request)
    if trail is None:
        raise fault("no_store_here", "this server keeps no audit trail", "start it with --store")
    return trail.ledger


_LINES: dict[int | str, dict[str, Any]] = {
    200: {"description": "An event a line", "content": {NDJSON: {"schema": {"type": "string"}}}}
}


@router.get(
    "", summary="The trail as lines", response_class=Response, responses=describe.answers(describe.OBJECT) | _LINES
)
async def lines(
    request: Request, after: After = 0, limit: Annotated[int, Query(ge=1, le=MOST_LINES)] = 1_000
) -> Response:
    """Give the events as `medicomut ledger export` writes them; `Link` leads on as long as there are more."""
    ledger = ledger_of(request)
    await note(request, "search", "success", request.url.path)
    events = await to_thread.run_sync(lambda: list(ledger.events(STREAM, after=after, most=limit)))
    headers = {"Cache-Control": KEPT_BY_NOBODY}
    if len(events) == limit:
        headers["Link"] = f'<{request.url.path}?after={events[-1].sequence}&limit={limit}>; rel="next"'
    return Response(b"".join(map(_line, events)), 200, headers, NDJSON)


def _line(event: Event) -> bytes:
    return msgspec.json.encode(event._asdict() | {"payload": event.content}, order="sorted") + b"\n"


@router.get("/verification", summary="The chain, recomputed", response_class=Response,
            responses=describe.answers(describe.OBJECT))  # fmt: skip
async def verification(
    request: Request,
    after: After = 0,
    head: Annotated[str | None, Query(max_length=100, description="A head noted earlier, SEQUENCE:HASH")] = None,
) -> Response:
    """Recompute up to 100,000 events of the whole ledger after a number; `next` is the number to go on after.

    With a `head` that was noted earlier it is also told whether the chain still passes through it.
    """
    ledger, known = ledger_of(request), Head.parse(head) if head is not None else None
    await note(request, "operation", "success", request.url.path)
    return json_answer(await to_thread.run_sync(verified, ledger, after, known))


def verified(ledger: Ledger, after: int, known: Head | None) -> dict[str, Any]:
    """Recompute the chain after a number, up to `MOST_VERIFIED` events, and return the report."""
    end = ledger.head().sequence
    to = min(end, after + MOST_VERIFIED)
    found = ledger.verify(after + 1, to, known)
    return {**found.to_dict(), "next": to if found.holds and to < end else None}


# --- FHIR --------------------------------------------------------------------------------------------------------


@fhir_router.get("", summary="Who read or changed what", response_class=Response, responses=describe.FHIR_ANSWERS,
                 openapi_extra=describe.fhir_search("AuditEvent"))  # fmt: skip
async def audit_events(request: Request) -> Response:
    """Find the accesses of a `date` (`ge2026-01-01`, twice for an interval), in order, `_count` on a page."""
    strict, heard = handling(request)
    kind, ledger = kind_asked(request), ledger_of(request)
    search = Search(request, ("date", COUNT, AFTER), strict=strict, often=("date",))
    count, after = _number(search, COUNT, 50, 1, MOST_ENTRIES), _number(search, AFTER, 0, 0, 2**53)
    spans = [_span(text) for text in search.all("date")]
    await note(request, "search", "success", request.url.path, query=search.query)

    def found() -> list[Event]:
        starts = [ledger.last_before(start) for start, _ in spans if start is not None]
        ends = [ledger.last_before(end) + 1 for _, end in spans if end is not None]
        before = min(ends, default=None)
        return list(ledger.events(STREAM, after=max([after, *starts]), before=before, most=count + 1))

    events = await to_thread.run_sync(found)
    shown = events[:count]
    onward = (AFTER, str(shown[-1].sequence)) if len(events) > count else None
    page = searchset(map(audit_event, shown))
    del page["total"]  # counting all of them is not worth a reader's wait
    return answer(kind, search.told(page, onward), 200, heard)


@fhir_router.get("/{number}", summary="One access", response_class=Response, responses=describe.FHIR_ANSWERS,
                 openapi_extra=describe.FORMAT)  # fmt: skip
async def one(request: Request, number: Annotated[str, Path(pattern="^[A-Za-z0-9.-]{1,64}$")]) -> Response:
    """Give one access by its number in the ledger."""
    strict, heard = handling(request)
    kind, ledger = kind_asked(request), ledger_of(request)
    Search(request, (), strict=strict)
    await note(request, "read", "success", f"AuditEvent/{number}")
    wanted = int(number) if _DIGITS.fullmatch(number) else 0
    found = await to_thread.run_sync(lambda: list(ledger.events(STREAM, after=wanted - 1, before=wanted + 1, most=1)))
    resource = read_one(audit_event(found[0]) if found else None, "AuditEvent", number)
    return answer(kind, resource, 200 if found else 404, heard)


def _number(search: Search, name: str, default: int, least: int, most: int) -> int:
    text = search.get(name)
    if text is None:
        return default
    if not _DIGITS.fullmatch(text) or not least <= int(text) <= most:
        mend = f"write a number from {least} to {most}"
        raise fault("bad_number", f"{name} {text[:40]!r} cannot be read", mend, name)
    return int(text)


def _span(text: str) -> tuple[datetime | None, datetime | None]:
    """Return from when (included) to when (not included) a `date=` parameter asks; a day is one of UTC.

    Raises `Problems` (`bad_date`). Source: FHIR R4, search, date.
    """
    prefix, value = (text[:2], text[2:]) if text[:2] in {"eq", "ge", "gt", "le", "lt"} else ("eq", text)
    try:
        if len(value) == len("2026-01-01"):
            start = datetime.combine(date.fromisoformat(value), time(), UTC)
            end = start + timedelta(days=1)
        else:
            start = datetime.fromisoformat(value)
            instant(start)
            end = start + timedelta(seconds=1)
    except (ValueError, OverflowError, Problems):
        mend = "write it as ge2026-01-31, or with an instant: lt2026-01-31T12:00:00Z"
        raise fault("bad_date", f"{text[:40]!r} is not a day one can ask for", mend, "date") from None
    spans = {"eq": (start, end), "ge": (start, None), "gt": (end, None), "le": (None, end), "lt": (None, start)}
    return spans[prefix]
