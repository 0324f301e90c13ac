"""The disputes of one server: in the ledger of its register, else in that of its store; who recorded what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from anyio import to_thread
from fastapi import Request

from medicomut.agreement import Agreement, available, load
from medicomut.api.access import Principal
from medicomut.api.problems import fault
from medicomut.api.registered import registered
from medicomut.api.trail import note, note_later
from medicomut.calendar import brussels_day
from medicomut.errors import Problems
from medicomut.procedure.disputes import Case, Kind, Step
from medicomut.store import Ledger
from medicomut.store.disputes import Disputes, Receipt


def ledger_here(request: Request) -> Ledger | None:
    """Return the ledger of the register, else that of the store; `None` where this server has neither."""
    here = registered(request)
    if here is not None:
        return here.ledger
    store = request.app.state.store
    return None if store is None else Ledger(store)


def disputes_here(request: Request) -> Disputes | None:
    """Return the disputes of this server; `None` where it keeps no ledger."""
    ledger = ledger_here(request)
    return None if ledger is None else Disputes(ledger, _agreement)


def disputes_of(request: Request) -> Disputes:
    """Return the disputes of this server; raises `Problems` (`no_store_here`) where it keeps no ledger."""
    found = disputes_here(request)
    if found is None:
        raise fault("no_store_here", "this server keeps no disputes", "start it with --store or --register")
    return found


def _agreement(name: str) -> Agreement | None:
    return load(name) if name in available() else None


def today(request: Request) -> date:
    """Return the day in Brussels by the clock of the ledger."""
    ledger = ledger_here(request)
    return brussels_day(ledger.clock() if ledger is not None else datetime.now(UTC))


async def case_of(request: Request, number: str) -> Case:
    """Return a case, its reading recorded first; raises `Problems` (`unknown_case`, `not_recorded`)."""
    desk = disputes_of(request)
    await note(request, "read", "success", f"dispute/{number}")
    found = (await to_thread.run_sync(desk.cases)).get(number)
    if found is None:
        raise fault("unknown_case", f"there is no case {number[:100]!r}", "see the list of cases", "case")
    return found


async def every_case(request: Request) -> list[Case]:
    """Return every case, the latest first, their reading recorded first; raises `Problems` (`not_recorded`)."""
    desk = disputes_of(request)
    await note(request, "search", "success", "dispute")
    return list(reversed((await to_thread.run_sync(desk.cases)).values()))


async def record(request: Request, who: Principal, step: Step, *, dry_run: bool = False) -> Receipt:
    """Record a step by who asks; it is in the audit trail first. Raises `Problems` as `Disputes.record` does."""
    desk, step = disputes_of(request), replace(step, actor=author(request, who))
    entity = f"dispute/{step.case or 'new'}"
    if dry_run:
        return await to_thread.run_sync(partial(desk.record, step, dry_run=True))
    await note(request, "create", "success", entity)
    try:
        return await to_thread.run_sync(partial(desk.record, step))
    except Problems as refused:
        note_later(request, "create", "minor failure", entity, reason=refused.problems[0].code)
        raise


def author(request: Request, who: Principal) -> str:
    """Return how an event names who recorded it: `trial:` before the name where the clock is set by hand."""
    here = registered(request)
    return here.actor(who.name) if here is not None else who.name


def read_step(kind: Kind, case: str, day: object, content: Mapping[str, Any], default: date) -> Step:
    """Return a step as somebody sent it, its author not yet named; raises `Problems` (`bad_day`)."""
    try:
        chosen = default if day in (None, "") else date.fromisoformat(str(day))
    except ValueError:
        raise fault("bad_day", f"day {str(day)[:40]!r} is not a day", "write it as 2020-03-01", "day") from None
    return Step(kind, case, chosen, "", content)


def receipt_dict(receipt: Receipt) -> dict[str, Any]:
    """Return what became of a step as plain values."""
    event = None if receipt.event is None else receipt.event.to_dict()
    return {"case": receipt.case, "recorded": receipt.new, "basis": receipt.basis, "event": event}
