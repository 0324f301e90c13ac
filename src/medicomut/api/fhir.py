"""`/fhir`: the façade of `medicomut.fhir` over HTTP. See `docs/fhir.md`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Final

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from medicomut.api import describe
from medicomut.api.access import authorise
from medicomut.api.fhir_http import Search, answer, body, handling, kind_asked, public
from medicomut.api.problems import FHIR, fault
from medicomut.api.room import room_of
from medicomut.api.trail import note_question, trail_of
from medicomut.fhir import charge_item_definition, practitioner, terminology
from medicomut.fhir.answer import process_message
from medicomut.fhir.exact import Resource
from medicomut.fhir.metadata import SEARCHES, capability_statement
from medicomut.fhir.operations import claim_check, claim_submit, validation
from medicomut.tariff.price import Pricer

INCLUDE: Final = "PractitionerRole:practitioner"
LARGE: Final = 20_000
"""Bodies of as many bytes are answered in a thread."""

Answering = Callable[[Resource, Pricer, bool], Resource]
Id = Annotated[str, Path(description="The id of the resource", pattern=r"^[A-Za-z0-9.-]{1,64}$")]

router = APIRouter(prefix=FHIR, tags=["fhir"])
_EVERYBODY = [Depends(authorise("read"))]
_PEOPLE = [Depends(authorise("people"))]
_MESSAGES = [Depends(authorise("fhir"))]

# --- operations --------------------------------------------------------------------------------------------------


@router.post("/$process-message", summary="An eTariff message, answered", response_class=Response,
             responses=describe.FHIR_ANSWERS, openapi_extra=describe.fhir_body("Bundle"),
             dependencies=_MESSAGES)  # fmt: skip
async def message(request: Request) -> Response:
    """Answer an eTariff consult with the guide's response, or with its reject, as a message (200 both)."""
    kind, bundle = _operation(request), await body(request)
    if bundle.get("resourceType") != "Bundle":
        raise fault("not_a_bundle", "the body is no message", "send a Bundle of the type message", "Bundle")
    return await _answered(request, kind, bundle, process_message)


@router.post("/Claim/$submit", summary="A claim, priced", response_class=Response,
             responses=describe.FHIR_ANSWERS, openapi_extra=describe.fhir_body("Claim"),
             dependencies=_MESSAGES)  # fmt: skip
async def submit(request: Request) -> Response:
    """Say what the items of an eTariff claim cost: a simulation, no commitment of an insurer."""
    kind = _operation(request)
    return await _answered(request, kind, await body(request, "resource"), claim_submit)


@router.post("/Claim/$check", summary="Are the supplements of a claim lawful?", response_class=Response,
             responses=describe.FHIR_ANSWERS, openapi_extra=describe.fhir_body("Claim"),
             dependencies=_MESSAGES)  # fmt: skip
async def check(request: Request) -> Response:
    """Give each item of an eAttest claim its verdict, with the reject codes of electronic invoices."""
    kind = _operation(request)
    return await _answered(request, kind, await body(request, "resource"), claim_check)


def _operation(request: Request) -> str:
    """Return the kind of answer asked for; an operation takes no other parameter in its address."""
    Search(request, (), strict=True)
    return kind_asked(request)


@router.post("/Bundle/$validate", summary="A message held against the eTariff guide", response_class=Response,
             responses=describe.FHIR_ANSWERS, openapi_extra=describe.fhir_body("Bundle"),
             dependencies=_MESSAGES)  # fmt: skip
async def validated(request: Request) -> Response:
    """Name all that a message breaks of the guide: a request, a response or a reject (200, an OperationOutcome)."""
    kind, bundle = _operation(request), await body(request, "resource")
    strict, heard = handling(request)
    return answer(kind, await _in_time(request, partial(validation, bundle, strict=strict)), 200, heard)


async def _in_time(request: Request, run: Callable[[], Resource]) -> Resource:
    """Run in a thread what may take a while, so that others need not wait for it."""
    return await to_thread.run_sync(run) if len(await request.body()) >= LARGE else run()


async def _answered(request: Request, kind: str, resource: Resource, answering: Answering) -> Response:
    strict, heard = handling(request)
    room = room_of(request)
    found = await _in_time(request, partial(answering, resource, room.with_people, strict))
    room.forget(room.with_people)
    refused = found["resourceType"] == "OperationOutcome"
    note_question(request, "operation", "minor failure" if refused or _rejects(found) else "success", request.url.path)
    return answer(kind, found, 422 if refused else 200, heard)


def _rejects(found: Resource) -> bool:
    """Say whether an answer is the guide's reject: a message that says of itself what it is."""
    if found["resourceType"] != "Bundle":
        return False
    event: str = found["entry"][0]["resource"]["eventCoding"]["code"]
    return event == "reject"


# --- who acceded -------------------------------------------------------------------------------------------------


@router.get("/Practitioner", summary="A doctor by number", response_class=Response, responses=describe.FHIR_ANSWERS,
            openapi_extra=describe.fhir_search("Practitioner"), dependencies=_PEOPLE)  # fmt: skip
async def practitioners(request: Request) -> Response:
    """Find a doctor of the table by `identifier`, the INAMI number."""
    kind, search, heard = _search(request, "Practitioner")
    people = room_of(request).people
    found = practitioner.search_practitioners(people, search.get("identifier"))
    return _of_people(request, kind, search, found, heard)


@router.get("/PractitionerRole", summary="Who acceded, from when to when", response_class=Response,
            responses=describe.FHIR_ANSWERS, openapi_extra=describe.fhir_search("PractitionerRole"),
            dependencies=_PEOPLE)  # fmt: skip
async def roles(request: Request) -> Response:
    """Find the statuses of a doctor by `identifier`, all or the one of a `date`; `_include` adds the doctor."""
    kind, search, heard = _search(request, "PractitionerRole", "_include")
    include = search.get("_include")
    if include not in {None, INCLUDE}:
        raise fault("unsupported_parameter", f"_include {include!r:.100}", f"write {INCLUDE}", "_include")
    people, asked = room_of(request).people, (search.get("identifier"), search.get("date"))
    found = practitioner.search_roles(people, *asked, include=include is not None)
    return _of_people(request, kind, search, found, heard)


def _of_people(request: Request, kind: str, search: Search, found: Resource, heard: dict[str, str]) -> Response:
    if found["resourceType"] == "OperationOutcome":
        return answer(kind, found, 400, heard)
    note_question(request, "search", "success", request.url.path, query=search.query)
    return answer(kind, search.told(found), 200, heard)


@router.get("/Practitioner/{number}", summary="A doctor", response_class=Response, responses=describe.FHIR_ANSWERS,
            dependencies=_PEOPLE, openapi_extra=describe.FORMAT)  # fmt: skip
async def one_practitioner(request: Request, number: Id) -> Response:
    """Give a doctor of the table; it has no names."""
    return _person(request, practitioner.read_practitioner(room_of(request).people, number))


@router.get("/PractitionerRole/{number}", summary="A status of a doctor", response_class=Response,
            responses=describe.FHIR_ANSWERS, dependencies=_PEOPLE, openapi_extra=describe.FORMAT)  # fmt: skip
async def one_role(request: Request, number: Id) -> Response:
    """Give the status of a doctor in an interval, and the slots without tariff of a partial accession."""
    return _person(request, practitioner.read_role(room_of(request).people, number))


def _person(request: Request, found: Resource) -> Response:
    kind, _, heard = _search(request)
    if found["resourceType"] == "OperationOutcome":
        return answer(kind, found, 404, heard)
    note_question(request, "read", "success", f"{found['resourceType']}/{found['id']}")
    return answer(kind, found, 200, heard)


# --- what is the same for everybody ------------------------------------------------------------------------------


@router.get("/metadata", summary="What /fhir can do", response_class=Response, responses=describe.FHIR_ANSWERS,
            dependencies=_EVERYBODY, openapi_extra=describe.FORMAT)  # fmt: skip
async def metadata(request: Request) -> Response:
    """Give the CapabilityStatement."""
    kind, _, heard = _search(request)
    return public(request, kind, capability_statement(now=_STARTED, audit=trail_of(request) is not None), heard)


_STARTED = datetime.now(UTC)
"""The statement is that of this program: it does not change while it runs."""


@router.get("/ChargeItemDefinition", summary="The fees of a code", response_class=Response,
            responses=describe.FHIR_ANSWERS, openapi_extra=describe.fhir_search("ChargeItemDefinition"),
            dependencies=_EVERYBODY)  # fmt: skip
async def fees(request: Request) -> Response:
    """Find the fees of a nomenclature `code`, all or the one of a `date`."""
    kind, search, heard = _search(request, "ChargeItemDefinition")
    table, code, on = room_of(request).fees, search.get("code"), search.get("date")
    return _found(request, kind, search, charge_item_definition.search_charge_item_definitions(table, code, on), heard)


@router.get("/ChargeItemDefinition/{number}", summary="A fee", response_class=Response,
            responses=describe.FHIR_ANSWERS, dependencies=_EVERYBODY, openapi_extra=describe.FORMAT)  # fmt: skip
async def one_fee(request: Request, number: Id) -> Response:
    """Give the fee of a code in an interval, with its shares for four kinds of patient."""
    return _read(request, charge_item_definition.read_charge_item_definition(room_of(request).fees, number))


def _found(request: Request, kind: str, search: Search, found: Resource, heard: dict[str, str]) -> Response:
    if found["resourceType"] == "OperationOutcome":
        return answer(kind, found, 400, heard)
    return public(request, kind, search.told(found), heard)


def _read(request: Request, found: Resource) -> Response:
    kind, _, heard = _search(request)
    if found["resourceType"] == "OperationOutcome":
        return answer(kind, found, 404, heard)
    return public(request, kind, found, heard)


def _search(request: Request, kind: str | None = None, *more: str) -> tuple[str, Search, dict[str, str]]:
    """Return the kind of answer asked for, the parameters of a search (a read has none), and what was preferred."""
    strict, heard = handling(request)
    names = (name for name, _ in SEARCHES[kind]) if kind else ()
    return kind_asked(request), Search(request, (*names, *more), strict=strict), heard


def _serve_terminology(kind: str) -> None:
    """Route the search and the read of one type of what we publish: they differ in nothing else."""

    async def search(request: Request) -> Response:
        asked, parameters, heard = _search(request, kind)
        found = terminology.search_terminology(kind, parameters.get("url"))
        return _found(request, asked, parameters, found, heard)

    async def read(request: Request, number: Id) -> Response:
        return _read(request, terminology.read_terminology(kind, number))

    for path, endpoint, summary, says in (
        (f"/{kind}", search, f"Our {kind}s", f"List the {kind}s published here, or find one by `url`."),
        (f"/{kind}/{{number}}", read, f"A {kind}", f"Give a {kind} that is published here."),
    ):
        extra = describe.fhir_search(kind) if endpoint is search else describe.FORMAT
        router.add_api_route(
            path, endpoint, summary=summary, description=says, response_class=Response, openapi_extra=extra,
            responses=describe.FHIR_ANSWERS, dependencies=_EVERYBODY,
        )  # fmt: skip


for _kind in ("CodeSystem", "ValueSet", "StructureDefinition", "OperationDefinition"):
    _serve_terminology(_kind)
