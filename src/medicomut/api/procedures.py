"""`/v1/procedures`: the life of an agreement, its deadlines, denunciation, grounds, the case of 2024, letters."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Final, Literal

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from medicomut.agreement import Agreement, available
from medicomut.api import describe
from medicomut.api import describe_procedures as described
from medicomut.api.access import authorise
from medicomut.api.agreements import ONE, OfAddress
from medicomut.api.answers import KEPT_BY_NOBODY, cached, json_answer, language, public, wanted
from medicomut.api.bodies import json_object, unknown_fields
from medicomut.api.commitments import CALENDAR, DAYS, On, today
from medicomut.api.commitments import Language as InLanguage
from medicomut.api.problems import fault
from medicomut.api.room import refuse_unknown_query
from medicomut.errors import Place, Problem, Problems
from medicomut.procedure.clocks import READINGS, rules
from medicomut.procedure.deadlines_calendar import deadlines_calendar
from medicomut.procedure.denunciation import Notice, Track, denounce
from medicomut.procedure.events import COLUMNS, Event, event_kinds, from_rows, load_events, shipped, states
from medicomut.procedure.facts import fold
from medicomut.procedure.grounds import find, occurrences
from medicomut.procedure.letters import Sender, as_html, as_pdf, letter
from medicomut.procedure.life import deadlines as deadlines_of
from medicomut.procedure.life import timeline as timeline_of
from medicomut.procedure.replay import replay as replay_of

PREFIX: Final = "/v1/procedures"
LETTER_KINDS: Final = ("application/pdf", "text/html")
MOST_EVENTS: Final = 500
LONGEST_TEXT: Final = 2_000
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)

router = APIRouter(
    prefix=PREFIX, tags=["procedures"], dependencies=[Depends(authorise("read")), Depends(refuse_unknown_query)]
)

Reading = Annotated[
    list[str] | None,
    Query(max_length=20, description="Another reading, NAME=VALUE", examples=[["end_anchor=finding"]]),
]
Finding = Annotated[date | None, Query(description="When it was ascertained; else the day it occurred")]
YesNo = Literal["yes", "no"]


@router.get("", summary="What is known of procedures", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def known(request: Request) -> Response:
    """List agreements, states, kinds of event, what the finder of grounds knows to happen, readings and replays."""
    items = [
        {"agreement": name, "timeline": f"{PREFIX}/{name}/timeline", "deadlines": f"{PREFIX}/{name}/deadlines",
         "replay": f"{PREFIX}/{name}/replay" if name in shipped() else None}
        for name in available()
    ]  # fmt: skip
    content = {
        "items": items,
        "states": [
            {"state": one.id, "open": one.is_open, "label": one.label.to_dict(), "says": one.says.to_dict()}
            for one in states().values()
        ],
        "events": [
            {"event": one.id, "label": one.label.to_dict(), "needs": list(one.needs), "after": list(one.after)}
            for one in event_kinds().values()
        ],
        "occurrences": [{"event": one.id, "label": one.label.to_dict()} for one in occurrences().values()],
        "readings": list(READINGS),
    }
    return public(request, content, items, {})


@router.get(ONE + "/timeline", summary="An agreement on a day", response_class=Response,
            responses=describe.answers(described.STATE))  # fmt: skip
async def timeline(request: Request, found: OfAddress, on: On = None, reading: Reading = None) -> Response:
    """Say its state, what is open, who may act until when, and what follows if nobody does, by the events shipped."""
    content = timeline_of(found, on or today(), None, readings_of(reading)).to_dict()
    return public(request, content, [content], {})


@router.post(ONE + "/timeline", summary="An agreement on a day, by your events", response_class=Response,
             responses=describe.answers(described.STATE),
             openapi_extra=describe.body(described.EVENTS_BODY))  # fmt: skip
async def timeline_by(request: Request, found: OfAddress) -> Response:
    """Say the same by events you send, up to 500: what cannot have happened is refused with row and reason."""
    body = await json_object(request, ("on", "events", "readings"))
    asked = _day(body.get("on"), "on") or today()
    events = read_events(body.get("events"))
    readings = _readings_in(body)
    return json_answer(timeline_of(found, asked, events, readings).to_dict())


def read_events(sent: Any) -> list[Event]:
    """Read events sent as JSON; raises `Problems`: `missing_field`, `wrong_kind`, `too_many_events`, as a file does."""
    if not isinstance(sent, list):
        code = "missing_field" if sent is None else "wrong_kind"
        raise fault(code, "events is not a list", "send a list", "events")
    if len(sent) > MOST_EVENTS:
        raise fault("too_many_events", f"{len(sent)} events", f"at most {MOST_EVENTS}", "events")
    faults: list[Problem] = []
    rows: list[tuple[Place, Mapping[str, Any]]] = []
    for row, one in enumerate(sent, 1):
        if not isinstance(one, dict):
            faults.append(Problem("wrong_kind", "an event is not an object", Place(row=row), mend="send objects"))
            continue
        faults += [
            problem.at(Place(row=row, field=problem.where.field if problem.where else None))
            for problem in unknown_fields(one, COLUMNS)
        ]
        for name, value in one.items():
            if not (value is None or type(value) in {str, int}) or len(str(value)) > LONGEST_TEXT:
                what = f"{name[:100]} is no text of at most {LONGEST_TEXT} characters"
                where = Place(row=row, field=name[:100])
                faults.append(Problem("wrong_kind", what, where, mend="send text or a number"))
        rows.append((Place(row=row), one))
    if faults:
        raise Problems(faults)
    return from_rows(rows)


@router.get(ONE + "/deadlines", summary="Every deadline of an agreement", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def deadlines(request: Request, found: OfAddress, reading: Reading = None) -> Response:
    """List its deadlines and those of what happened to it, by day: how each is counted, and Sundays and holidays."""
    chosen = rules(found, readings_of(reading))
    items = [one.to_dict() for one in deadlines_of(fold(chosen, load_events(found.id)), chosen)]
    return public(request, {"agreement": found.id, "deadlines": items}, items, {})


@router.get(ONE + "/deadlines.ics", summary="Its deadlines, to subscribe to", response_class=Response,
            responses=DAYS)  # fmt: skip
async def deadlines_feed(
    request: Request, found: OfAddress, reading: Reading = None, lang: InLanguage = None
) -> Response:
    """Give the same days as a calendar whose events keep their names."""
    chosen, said = rules(found, readings_of(reading)), language(request, lang)
    body = deadlines_calendar(found, deadlines_of(fold(chosen, load_events(found.id)), chosen), said, today())
    headers = {"Content-Language": said, "Content-Disposition": 'inline; filename="deadlines.ics"'}
    return cached(request, body, CALENDAR, headers)


@router.get(ONE + "/denunciation", summary="A denunciation weighed", response_class=Response,
            responses=describe.answers(described.DENUNCIATION))  # fmt: skip
async def denunciation(
    request: Request,
    found: OfAddress,
    ground: Annotated[str, Query(max_length=50, description="Its clause or name", examples=["16.2.1"])],
    by: Annotated[Track, Query(description="A party to the agreement, or one physician")],
    event: Annotated[date, Query(description="When it occurred; of a measure, its publication")],
    finding: Finding = None,
    notified: Annotated[date | None, Query(description="When the registered letter was sent")] = None,
    received: Annotated[date | None, Query(description="When it arrived")] = None,
    effective: Annotated[date | None, Query(description="When the measure enters into force")] = None,
    extent: Annotated[Literal["wholly", "partly"], Query(description="How much is denounced")] = "wholly",
    scope: Annotated[str, Query(max_length=500, description="Which part")] = "",
    reading: Reading = None,
) -> Response:
    """Say whether it is admissible, by when its letter must leave, when the agreement ends, and the steps."""
    notice = Notice(ground, by, event, finding or event, notified, received, effective, extent, scope)
    content = denounce(found.id, notice, readings_of(reading)).to_dict()
    return public(request, content, [content], {})


@router.get(ONE + "/grounds", summary="Which grounds something opens", response_class=Response,
            responses=describe.answers(describe.OBJECT))  # fmt: skip
async def grounds(
    request: Request,
    found: OfAddress,
    event: Annotated[str, Query(max_length=300, description="What happened, by name or in words of fr, nl, de or en",
                                examples=["extension of compulsory third-party payment"])],
    on: Annotated[date, Query(description="The day; of a measure that is published, that of its publication")],
    finding: Finding = None,
    basis: Annotated[str, Query(max_length=20, description="Article of the coordinated law it rests on")] = "",
    consent: Annotated[YesNo | None, Query(description="It carries out point 8 with the commission's consent")] = None,
    unilateral: Annotated[YesNo | None, Query(description="It gravely harms the balance, without concertation")] = None,
    reading: Reading = None,
) -> Response:  # fmt: skip
    """Say of each ground whether it opens, for whom, until when, or why not."""
    said = {"basis": basis, "consent": consent or "", "unilateral": unilateral or ""}
    answers = [one.to_dict() for one in find(found.id, event, on, finding, said, readings_of(reading))]
    return public(request, {"agreement": found.id, "asked": event, "events": answers}, answers, {})


@router.get(ONE + "/replay", summary="A procedure that was, day by day", response_class=Response,
            responses=describe.answers(describe.OBJECT))  # fmt: skip
async def replay(request: Request, found: OfAddress, on: On = None) -> Response:
    """Give the state on the days something turns, or on one day, with the clocks counted from either anchor."""
    case = replay_of(found.id)
    days = case.turning_days() if on is None else [case.day(on)]
    rows = [day.to_dict() for day in days]
    clocks = {anchor: [one.to_dict() for one in case.deadlines(anchor)] for anchor in case.facts}
    return public(request, {"agreement": found.id, "deadlines": clocks, "days": rows}, rows, {})


@router.post(ONE + "/letter", summary="The letter of a denunciation, as a draft", response_class=Response,
             responses=describe.answers(describe.OBJECT) | {200: {"description": "A draft", "content": {
                 kind: {"schema": {"type": "string"}} for kind in LETTER_KINDS}}},
             openapi_extra=describe.body(described.LETTER_BODY))  # fmt: skip
async def letter_of(request: Request, found: OfAddress) -> Response:
    """Write the letter in French or Dutch, PDF or HTML as `Accept` asks. Nothing is sent, nothing of it is kept."""
    body = await json_object(request, described.LETTER_FIELDS)
    texts = {name: value for name, value in body.items() if name != "readings"}
    said = _texts(texts, "")
    days = {name: _day(said.get(name), name) for name in described.LETTER_DAYS}
    missing = [name for name in ("ground", "by", "event", "lang") if not said.get(name)]
    if missing:
        raise Problems([Problem("missing_field", f"{name} is not stated", Place(field=name), mend="state it")
                        for name in missing])  # fmt: skip
    if said["by"] not in {*Track}:
        raise fault("unknown_value", f"by {said['by'][:50]!r} is not known", "write party or doctor", "by")
    kind = wanted(request, LETTER_KINDS)
    occurred = days["event"] or date.min
    notice = Notice(
        said["ground"], Track(said["by"]), occurred, days["finding"] or occurred, None, None, days["effective"],
        said.get("extent") or "wholly", said.get("scope", ""),
    )  # fmt: skip
    sender = Sender(*(said.get(name, "") for name in ("name", "number", "address", "situation")))
    return await letter_answer(found, notice, sender, _readings_in(body), said["lang"], kind)


async def letter_answer(
    found: Agreement, notice: Notice, sender: Sender, readings: Mapping[str, str], lang: str, kind: str
) -> Response:
    """Return the letter of a denunciation as PDF or HTML; kept by no cache."""
    written = letter(denounce(found.id, notice, readings), sender, lang)
    policy = "default-src 'none'; frame-ancestors 'none'"
    if kind == LETTER_KINDS[0]:
        content, ending = await to_thread.run_sync(as_pdf, written), "pdf"
    else:
        page, ending = as_html(written), "html"
        styles = (b64encode(sha256(style.encode()).digest()).decode() for style in _STYLE.findall(page))
        policy += "; style-src " + " ".join(f"'sha256-{style}'" for style in styles)
        content, kind = page.encode(), f"{kind}; charset=utf-8"
    headers = {
        "Cache-Control": KEPT_BY_NOBODY,
        "Content-Language": lang,
        "Content-Disposition": f'inline; filename="letter-{lang}.{ending}"',
        "Content-Security-Policy": policy,
    }
    return Response(content, 200, headers, kind)


def readings_of(asked: list[str] | None) -> dict[str, str]:
    """Read `NAME=VALUE`; raises `Problems` (`bad_reading`) for one that changes nothing in a procedure."""
    for one in asked or []:
        name, equals, _ = one.partition("=")
        if not equals or name not in READINGS:
            raise fault("bad_reading", f"{one[:100]!r} is no reading of a procedure", f"one of {', '.join(READINGS)}",
                        "reading")  # fmt: skip
    return dict(one.split("=", 1) for one in asked or [])


def _readings_in(body: Mapping[str, Any]) -> dict[str, str]:
    return readings_of([f"{name}={value}" for name, value in _texts(body.get("readings"), "readings").items()])


def _texts(sent: Any, field: str) -> dict[str, str]:
    """Return an object whose values are text; raises `Problems` (`wrong_kind`)."""
    if sent is None:
        return {}
    if not isinstance(sent, dict):
        raise fault("wrong_kind", f"{field} is not an object", "send an object of text", field)
    for name, value in sent.items():
        if value is not None and (not isinstance(value, str) or len(value) > LONGEST_TEXT):
            what = f"{name[:100]} is no text of at most {LONGEST_TEXT} characters"
            raise fault("wrong_kind", what, "send text", name[:100])
    return {name: value for name, value in sent.items() if value}


def _day(sent: Any, field: str) -> date | None:
    if sent is None or sent == "":
        return None
    try:
        return date.fromisoformat(sent)
    except (TypeError, ValueError):
        raise fault("bad_day", f"{field} {str(sent)[:40]!r} is not a day", "write it as 2020-03-02", field) from None
