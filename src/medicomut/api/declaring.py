"""Declarations over the wire: who may make which, how they are read, recorded and told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from anyio import to_thread
from fastapi import HTTPException, Request

from medicomut.accession.declarations import Declaration, Kind, Recorded
from medicomut.accession.timetable_file import write_row
from medicomut.api.access import Principal
from medicomut.api.bodies import refuse_no_text
from medicomut.api.problems import fault
from medicomut.api.registered import Registered
from medicomut.api.timetables import hours_of_rows, profession_of
from medicomut.api.trail import note, note_later
from medicomut.errors import Problems
from medicomut.identifiers import check_inami
from medicomut.store.register import Outcome

OWN: Final = (Kind.refused, Kind.partial, Kind.changed, Kind.acceded, Kind.denounced)
"""What a practitioner declares; who is registered or has ended is the secretariat's."""

OFFICE: Final = (*OWN, Kind.registered, Kind.ended)
_TEXTS: Final = ("kind", "agreement", "profession", "region", "valid_from", "basis")


def number_of(who: Principal) -> str | None:
    """Return the INAMI number of a practitioner who has signed in; None for anybody else.

    It is what follows the colon in their name: the name of a local account, or the claim that a provider's
    settings take as subject. A machine's token is nobody's own.
    """
    kind, _, name = who.name.partition(":")
    if kind == "token" or "practitioner" not in who.roles:
        return None
    return check_inami(name).normalised


def may_see(who: Principal, number: str) -> None:
    """Raise HTTPException (403) for who is neither the practitioner nor the secretariat."""
    if "register" not in who.scopes and number_of(who) != number:
        raise HTTPException(403)


def read_declaration(here: Registered, who: Principal, number: str, given: Mapping[str, Any]) -> Declaration:
    """Read what somebody asks to be recorded; raises `Problems` with every fault, HTTPException (403) for others."""
    may_see(who, number)
    refuse_no_text(given, _TEXTS)
    kinds = OFFICE if "register" in who.scopes else OWN
    kind = next((one for one in kinds if one.name == given.get("kind")), None)
    if kind is None:
        mend = f"write one of: {', '.join(one.name for one in kinds)}"
        raise fault("unknown_kind", f"kind {str(given.get('kind'))[:40]!r} cannot be declared here", mend, "kind")
    hours = given.get("hours")
    profession = given.get("profession")
    return Declaration(
        kind,
        number,
        here.actor(who.name),
        given.get("agreement"),
        tuple(hours_of_rows(hours)) if hours else (),
        None if profession is None else profession_of(profession),
        given.get("region"),
        _day(given.get("valid_from")),
        basis=given.get("basis"),
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        mend = "write it as 2020-02-04"
        raise fault("bad_day", f"valid_from {str(text)[:40]!r} is not a day", mend, "valid_from") from None


async def declared(request: Request, here: Registered, asked: Declaration, key: str | None = None) -> Outcome:
    """Record a declaration, noted in the audit trail first; raises `Problems` with every reason against it."""
    entity = f"register/{asked.number}/declarations"
    await note(request, "create", "success", entity)
    try:
        return await to_thread.run_sync(partial(here.register.declare, asked, key=key))
    except Problems as refused:
        note_later(request, "create", "minor failure", entity, reason=refused.problems[0].code)
        raise


def recorded_dict(event: Recorded) -> dict[str, Any]:
    """Return a declaration of the ledger as plain values."""
    return {
        "sequence": event.sequence,
        "version": event.version,
        "kind": event.kind.name,
        "agreement": event.agreement,
        "valid_from": event.valid_from.isoformat(),
        "recorded_at": event.recorded.isoformat(),
        "actor": event.actor,
        "basis": event.basis,
        "hours": [write_row(row) for row in event.hours],
        "corrects": event.payload.get("corrects"),
        "says": event.payload.get("says"),
        "checker": event.payload.get("checker"),
    }
