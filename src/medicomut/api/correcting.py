"""`/v1/register/corrections`: proposed by one of the secretariat, accepted or rejected by another, or withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.responses import Response

from medicomut.accession.declarations import Declaration, Kind
from medicomut.agreement import available
from medicomut.api import describe
from medicomut.api import describe_register as described
from medicomut.api.access import Principal, authorise
from medicomut.api.answers import json_answer
from medicomut.api.bodies import json_object, refuse_no_text
from medicomut.api.problems import fault
from medicomut.api.registered import Registered, register_of
from medicomut.api.room import refuse_unknown_query
from medicomut.api.timetables import hours_of_rows
from medicomut.api.trail import note, note_later
from medicomut.errors import Place, Problem, Problems
from medicomut.store.corrections import Proposal

router = APIRouter(prefix="/v1/register/corrections", tags=["register"], dependencies=[Depends(refuse_unknown_query)])

Asker = Annotated[Principal, Depends(authorise("register"))]
Id = Annotated[int, Path(ge=1, le=2**53, description="The number of a proposal")]

OF_AGREEMENT: Final = (Kind.refused, Kind.partial, Kind.changed, Kind.acceded, Kind.denounced)
OF_ACTIVITY: Final = (Kind.registered, Kind.ended)
WITH_HOURS: Final = (Kind.partial, Kind.changed)
_TEXTS: Final = ("number", "says", "valid_from", "basis")


def sayable(agreement: str | None) -> Sequence[Kind]:
    """Return what a correction may say holds instead, of an agreement or (None) of the activity."""
    return OF_ACTIVITY if agreement is None else OF_AGREEMENT


def correction(here: Registered, actor: str, given: Mapping[str, Any]) -> Declaration:
    """Return the correction that somebody asks for; `corrects` is a version of the practitioner's history.

    Its profession and places are those registered. Raises `Problems` with every fault: `wrong_kind`,
    `missing_field`, `bad_day`, `unknown_version`, `bad_correction`, `hours_not_expected`, and those of the hours.
    """
    refuse_no_text(given, _TEXTS)
    faults: list[Problem] = []
    history = here.history(str(given.get("number") or ""))
    version = given.get("corrects")
    corrected = next((one for one in history.recorded if one.version == version), None)
    if corrected is None or (corrected.agreement is not None and corrected.agreement not in available()):
        what = f"there is no declaration {str(version)[:40]} of {history.number} to correct"
        faults.append(Problem("unknown_version", what, Place(field="corrects"), mend="choose a version of the history"))
    if not (basis := str(given.get("basis") or "").strip()):
        what = "the decision behind the correction is not named"
        faults.append(Problem("missing_field", what, Place(field="basis"), mend="name it"))
    says = None
    if given.get("says") is not None and corrected is not None:
        offered = sayable(corrected.agreement)
        says = next((kind for kind in offered if kind.name == given["says"]), None)
        if says is None:
            mend = f"write one of: {', '.join(kind.name for kind in offered)}; nothing where nothing was declared"
            what = f"{str(given['says'])[:40]!r} cannot be said of this declaration"
            faults.append(Problem("bad_correction", what, Place(field="says"), mend=mend))
    day = _day(given.get("valid_from"), faults)
    if faults or corrected is None or day is None:
        raise Problems(faults)
    if given.get("hours") and says not in WITH_HOURS:
        raise fault("hours_not_expected", "only partial accession has hours", "leave them out", "hours")
    known = history.registration()
    places: dict[str, Any] = {} if says is not Kind.registered else {
        "profession": known.profession, "region": known.region, "province": known.province,
        "arrondissement": known.arrondissement, "municipality": known.municipality,
    }  # fmt: skip
    hours = tuple(hours_of_rows(given.get("hours"))) if says in WITH_HOURS else ()
    return Declaration(
        Kind.corrected, history.number, actor, corrected.agreement, hours, valid_from=day, corrects=corrected.version,
        says=says, basis=basis, **places,
    )  # fmt: skip


def _day(text: str | None, faults: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        what = f"{str(text or '')[:40]!r} is not a day" if text else "the day from which it holds is not stated"
        faults.append(Problem("bad_day", what, Place(field="valid_from"), mend="write it as 2020-02-04"))
        return None


@router.get("", summary="Corrections proposed", response_class=Response,
            dependencies=[Depends(authorise("register"))], responses=describe.answers(described.PROPOSALS))  # fmt: skip
async def proposals(
    request: Request,
    open_only: Annotated[bool, Query(alias="open", description="Only those nobody has answered")] = False,
) -> Response:
    """Give every correction that was proposed, in order, by whom, and what became of it: for the secretariat."""
    here = register_of(request)
    await note(request, "read", "success", "register/corrections")
    found = await to_thread.run_sync(partial(here.corrections.proposals, open_only=open_only))
    return json_answer({"items": [one.to_dict() for one in found]})


@router.post("", status_code=201, summary="A correction proposed", response_class=Response,
             responses=describe.answers(described.PROPOSAL, status=201),
             openapi_extra=describe.body(described.CORRECTION))  # fmt: skip
async def propose(
    request: Request,
    who: Asker,
    idempotency_key: Annotated[str | None, Header(max_length=100, description="Sent again, nothing is added")] = None,
) -> Response:
    """Propose that something else holds than was recorded, or nothing. It holds once another person has accepted it."""
    here, actor = register_of(request), register_of(request).actor(who.name)
    given = await json_object(request, described.CORRECTION["properties"])
    asked = await to_thread.run_sync(correction, here, actor, given)
    found = await proposed(request, here, asked, idempotency_key)
    return json_answer(found.to_dict(), 201)


async def proposed(request: Request, here: Registered, asked: Declaration, key: str | None = None) -> Proposal:
    """Record a proposal, noted in the audit trail first; raises `Problems` with every reason against it."""
    return await _noted(
        request, "create", f"register/{asked.number}/corrections", partial(here.corrections.propose, asked, key)
    )


VERDICTS: Final = ("accept", "reject", "withdraw")


async def answered(request: Request, here: Registered, proposal: int, verdict: str, actor: str) -> Proposal:
    """Record one of `VERDICTS`, noted in the audit trail first; raises `Problems` with the reason against it."""
    deeds: dict[str, Callable[[], Proposal]] = {
        "accept": partial(here.corrections.accept, proposal, actor),
        "reject": partial(here.corrections.reject, proposal, actor),
        "withdraw": partial(here.corrections.withdraw, proposal, actor),
    }
    return await _noted(request, "update", f"register/corrections/{proposal}", deeds[verdict])


async def _noted(request: Request, action: Any, entity: str, deed: Callable[[], Proposal]) -> Proposal:
    await note(request, action, "success", entity)
    try:
        return await to_thread.run_sync(deed)
    except Problems as refused:
        note_later(request, action, "minor failure", entity, reason=refused.problems[0].code)
        raise


@router.post("/{proposal}/accept", summary="Accept a correction", response_class=Response,
             responses=describe.answers(described.PROPOSAL))  # fmt: skip
async def accept(request: Request, proposal: Id, who: Asker) -> Response:
    """Record the correction another person proposed, as it is decided on what is recorded now."""
    return await _verdict(request, proposal, "accept", who)


@router.post("/{proposal}/reject", summary="Reject a correction", response_class=Response,
             responses=describe.answers(described.PROPOSAL))  # fmt: skip
async def reject(request: Request, proposal: Id, who: Asker) -> Response:
    """Record that the correction another person proposed is not to hold."""
    return await _verdict(request, proposal, "reject", who)


@router.post("/{proposal}/withdraw", summary="Withdraw a correction", response_class=Response,
             responses=describe.answers(described.PROPOSAL))  # fmt: skip
async def take_back(request: Request, proposal: Id, who: Asker) -> Response:
    """Record that who proposed a correction no longer does."""
    return await _verdict(request, proposal, "withdraw", who)


async def _verdict(request: Request, proposal: int, verdict: str, who: Principal) -> Response:
    here = register_of(request)
    return json_answer((await answered(request, here, proposal, verdict, here.actor(who.name))).to_dict())
