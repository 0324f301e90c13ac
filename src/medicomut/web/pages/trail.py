"""The audit trail for its readers: the latest first, narrowed, verified, exported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Final, get_args

from anyio import to_thread
from fastapi import Depends, Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from medicomut.api.access import authorise
from medicomut.api.audit import ledger_of, verified
from medicomut.api.trail import note
from medicomut.errors import Problem, Problems
from medicomut.store import Event, Head, Ledger
from medicomut.store.audit import OUTCOMES, STREAM, Interaction
from medicomut.web.languages import Language
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.told import SENTENCES
from medicomut.web.touched import touched

router = pages("/audit")
AUDIT: Final = [Depends(authorise("audit"))]

ON_A_PAGE: Final = 50
WINDOW, MOST_LOOKED_AT = 1_000, 20_000
"""Numbers of the ledger looked at together, and for one page: a filter that finds little leads on to earlier ones."""

INTERACTIONS: Final = get_args(Interaction)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which accesses somebody wants to see: days of UTC, what was done, how it ended, who (part of the name)."""

    since: date | None
    until: date | None
    done: str
    outcome: str
    who: str

    def wants(self, access: dict[str, Any]) -> bool:
        """Whether an access is of this kind; its day is looked at elsewhere."""
        name = access.get("agent", {}).get("id", "")
        return (
            self.done in {"", access["interaction"]}
            and self.outcome in {"", access["outcome"]}
            and self.who.casefold() in name.casefold()
        )


@router.get("", dependencies=AUDIT)
async def trail(request: Request, lang: Language) -> Response:
    """Show the latest accesses of those asked for."""
    query, ledger = request.query_params, ledger_of(request)
    asked = Asked(_day(query.get("since")), _day(query.get("until")), _one_of(query.get("done"), INTERACTIONS),
                  _one_of(query.get("outcome"), tuple(OUTCOMES)), query.get("who", "")[:100].strip())  # fmt: skip
    before = query.get("before", "")
    await note(request, "search", "success", request.url.path)
    top = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    found, onward = await to_thread.run_sync(partial(_latest, ledger, asked, top))
    kept = {name: value for name, value in query.items() if name != "before" and value}
    return show(request, lang, "audit.html", cache_control=KEPT_BY_NOBODY, found=found, asked=asked,
                interactions=INTERACTIONS, outcomes=tuple(OUTCOMES), touched=touched, sentences=SENTENCES,
                later="?" + str(QueryParams(kept)) if top else "",
                earlier="?" + str(QueryParams(kept | {"before": str(onward)})) if onward else "")  # fmt: skip


def _latest(ledger: Ledger, asked: Asked, before: int | None) -> tuple[list[Event], int]:
    """Return accesses, the latest first, and the number before which to look for more; 0 where there are none."""
    top = ledger.head().sequence + 1 if before is None else before
    if asked.until:
        top = min(top, ledger.last_before(_start(asked.until + timedelta(days=1))) + 1)
    bottom = ledger.last_before(_start(asked.since)) if asked.since else 0
    found: list[Event] = []
    least = max(bottom, top - MOST_LOOKED_AT)
    while top > least + 1 and len(found) <= ON_A_PAGE:
        after = max(least, top - 1 - WINDOW)
        window = list(ledger.events(STREAM, after=after, before=top))
        found += [event for event in reversed(window) if asked.wants(event.content)]
        top = after + 1
    if len(found) > ON_A_PAGE:
        return found[:ON_A_PAGE], found[ON_A_PAGE - 1].sequence
    return found, top if top > bottom + 1 else 0


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None


def _one_of(text: str | None, words: tuple[str, ...]) -> str:
    return text if text in words else ""


@router.get("/verification", dependencies=AUDIT)
async def verification(request: Request, lang: Language, after: int = 0, known: str = "") -> Response:
    """Recompute the chain and say whether it holds, and whether it passes through a head noted earlier."""
    ledger = ledger_of(request)
    fault: Problem | None = None
    head = None
    try:
        head = Head.parse(known.strip()) if known.strip() else None
    except Problems as refused:
        fault = refused.problems[0]
    await note(request, "operation", "success", request.url.path)
    report = None if fault else await to_thread.run_sync(verified, ledger, max(0, after), head)
    return show(request, lang, "audit_verified.html", cache_control=KEPT_BY_NOBODY, report=report, fault=fault,
                known=known[:100])  # fmt: skip
