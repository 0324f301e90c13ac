"""The answer to an eTariff consult: the guide's response or its reject, as messages.

It is a simulation: the answer carries no commitment number, since only an insurer can commit itself.
"""

from __future__ import annotations

from datetime import UTC, datetime

from medicomut.fhir.claim_response import tariff_response
from medicomut.fhir.exact import Resource
from medicomut.fhir.names import EVENTS, profile
from medicomut.fhir.outcome import operation_outcome
from medicomut.fhir.participants import Participants
from medicomut.fhir.request import Request, read_request
from medicomut.tariff.price import Pricer


def process_message(bundle: Resource, pricer: Pricer, strict: bool = False, *, now: datetime | None = None) -> Resource:
    """Answer an eTariff consult with the guide's response, one `addItem` for each item, or with its reject.

    A reject names every fault of `read_request` that keeps the message from being answered; what is doubtful
    stands in the response as an OperationOutcome of warnings. `strict` also rejects what breaks an invariant of
    the guide. Never raises for what the message says. `now` is the instant of the answer, in UTC unless given.
    Source: implementation guide hl7.fhir.be.etariff 1.0.0.
    """
    request = read_request(bundle, "etariff", strict=strict)
    parts = Participants(request, now or datetime.now(UTC))
    return _reject(request, parts) if request.errors else _response(request, parts, pricer)


def _response(request: Request, parts: Participants, pricer: Pricer) -> Resource:
    entries = [
        parts.entry("header", parts.message_header(_event("etariffresponse-consult"), "ok", "response")),
        *parts.entries(),
        parts.entry("patient", parts.patient()),
        parts.entry("coverage", parts.coverage()),
        parts.entry("response", tariff_response(request, parts, pricer)),
    ]
    if request.warnings:
        outcome = operation_outcome(request.warnings, identifier=parts.uuid("outcome"))
        entries.append(parts.entry("outcome", outcome))
    return _bundle(parts, entries)


def _reject(request: Request, parts: Participants) -> Resource:
    entries = [
        parts.entry("header", parts.message_header(_event("reject"), "fatal-error", "outcome")),
        *parts.entries(),
        parts.entry("outcome", operation_outcome(request.problems, identifier=parts.uuid("outcome"))),
    ]
    return _bundle(parts, entries)


def _bundle(parts: Participants, entries: list[Resource]) -> Resource:
    return {
        "resourceType": "Bundle",
        "id": parts.uuid("bundle"),
        "meta": profile("etariff", "be-etariff-response"),
        "type": "message",
        "timestamp": parts.now.isoformat(timespec="seconds"),
        "entry": entries,
    }


def _event(code: str) -> Resource:
    return {"system": EVENTS, "code": code}
