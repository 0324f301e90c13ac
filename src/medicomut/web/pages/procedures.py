"""The life of an agreement for a reader: its state on a day with its clocks, and the procedure of 2024 day by day.

What is asked stands in the address; nothing of it is kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from medicomut.agreement import Agreement, available, load
from medicomut.api.agreements import ONE, OfAddress
from medicomut.api.commitments import today
from medicomut.procedure.clocks import rules
from medicomut.procedure.events import event_kinds, load_events, shipped
from medicomut.procedure.facts import fold
from medicomut.procedure.life import deadlines, state
from medicomut.procedure.replay import replay
from medicomut.web import lifelines
from medicomut.web.languages import Language
from medicomut.web.render import show
from medicomut.web.routes import Day, pages

router = pages("/procedures")


@router.get("")
async def start(lang: Language) -> Response:
    """Lead to the latest agreement."""
    return RedirectResponse(f"/{lang}/procedures/{available()[-1]}", 303)


def frame(lang: Language, found: Agreement) -> dict[str, Any]:
    """Return what every page of procedures shows."""
    others = [load(name) for name in available() if name != found.id]
    return {
        "agreement": found,
        "base": f"/{lang}/procedures/{found.id}",
        "others": others,
        "replayed": found.id in shipped(),
    }


@router.get(ONE)
async def life(request: Request, lang: Language, found: OfAddress, on: Day = None) -> Response:
    """Show the state of an agreement on a day: what is open, who may act until when, its clocks and its events."""
    chosen = rules(found, lifelines.readings_asked(request))
    facts = fold(chosen, load_events(found.id))
    day = on or today()
    clocks = deadlines(facts, chosen, day)
    return show(
        request,
        lang,
        "procedures.html",
        **frame(lang, found),
        state=state(facts, chosen, day),
        clocks=clocks,
        drawing=lifelines.of_agreement(clocks, day, lang),
        events=facts.events,
        kinds=event_kinds(),
        choices=lifelines.choices(chosen, lang),
    )


@router.get(ONE + "/replay")
async def replayed(request: Request, lang: Language, found: OfAddress, on: Day = None) -> Response:
    """Show a procedure that was: a day under both anchors side by side, the days that turn, the clocks."""
    if found.id not in shipped():
        raise HTTPException(404)
    case = replay(found.id)
    turning = case.turning_days()
    day = min(max(on or turning[0].on, case.first), case.last)
    return show(
        request,
        lang,
        "procedures_replay.html",
        **frame(lang, found),
        case=case,
        day=case.day(day),
        turning=turning,
        turns=lifelines.neighbours([one.on for one in turning], day),
        days=(day - timedelta(days=1) if day > case.first else None,
              day + timedelta(days=1) if day < case.last else None),
        happened=[event for facts in list(case.facts.values())[:1] for event in facts.events if event.day == day],
        kinds=event_kinds(),
        drawing=lifelines.of_replay(case, day, lang),
    )  # fmt: skip
