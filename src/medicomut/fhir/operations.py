"""Operations on a claim: `$submit` asks for its tariff, `$check` asks whether its supplements are lawful."""

from __future__ import annotations

from datetime import UTC, datetime

from medicomut import words
from medicomut.fhir.add_item import reason_coding
from medicomut.fhir.claim_response import check_response, tariff_response
from medicomut.fhir.elements import Element
from medicomut.fhir.exact import Resource
from medicomut.fhir.names import PROBLEM, VERDICT
from medicomut.fhir.outcome import NOWHERE, issue, operation_outcome, outcome_of
from medicomut.fhir.participants import Participants
from medicomut.fhir.pricing import Answered, price_lines
from medicomut.fhir.reject_codes import reject_codes
from medicomut.fhir.request import Request, read_request
from medicomut.fhir.validate import validate
from medicomut.tariff.price import Pricer

_SEVERITY = {"ok": "information", "excess": "error"}


def claim_submit(resource: Resource, pricer: Pricer, strict: bool = False, *, now: datetime | None = None) -> Resource:
    """Answer an eTariff claim, alone or in its message, with a ClaimResponse that contains what it refers to.

    An OperationOutcome of every fault instead where the claim cannot be priced (see `read_request`). A claim
    alone may refer to a patient outside of it. Source: `Claim/$submit` of FHIR R4.
    """
    request = read_request(resource, "etariff", strict=strict)
    if request.errors:
        return operation_outcome(request.problems, where=request.message.root.path)
    return tariff_response(request, _contained(request, now), pricer)


def claim_check(resource: Resource, pricer: Pricer, strict: bool = False, *, now: datetime | None = None) -> Resource:
    """Say for each item of an eAttest claim, alone or in its message, whether its supplement is lawful.

    Returns Parameters: `return`, a ClaimResponse with the verdict, the reject codes of eFact and the amounts of
    each item, and `outcome`, an OperationOutcome with an issue for each item and each doubt. An OperationOutcome
    alone where the claim cannot be read. In strict mode sums that do not hold are errors too.
    """
    request = read_request(resource, "eattest", strict=strict)
    if request.errors:
        return operation_outcome(request.problems, where=request.message.root.path)
    answered = price_lines(pricer, request.lines, asked=False)
    doubts = operation_outcome(request.warnings)["issue"]
    verdicts = [_verdict(*pair, request) for pair in zip(answered, request.items, strict=True)]
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "return", "resource": check_response(request, _contained(request, now), answered, pricer)},
            {"name": "outcome", "resource": outcome_of([*verdicts, *doubts])},
        ],
    }


def validation(resource: Resource, *, strict: bool) -> Resource:
    """Return what a message breaks of the eTariff guide (see `validate`) as an OperationOutcome.

    A message that breaks nothing gets one issue, `informational`, that says so. Source: `$validate` of FHIR R4.
    """
    problems = validate(resource, strict=strict)
    if problems:
        return operation_outcome(problems)
    coding = [{"system": PROBLEM, "code": "nothing_found"}]
    return outcome_of([issue("information", "informational", coding, "nothing of the guide is broken", (), NOWHERE)])


def _contained(request: Request, now: datetime | None) -> Participants:
    return Participants(request, now or datetime.now(UTC), contained=True)


def _verdict(answer: Answered, item: Element, request: Request) -> Resource:
    verdict = answer.result["verdict"]
    codes = [*reject_codes(answer.priced), {"system": VERDICT, "code": verdict}, *map(reason_coding, answer.reasons)]
    text = words.says("verdicts", verdict, "en")
    kind = "informational" if verdict == "ok" else "business-rule"
    return issue(_SEVERITY.get(verdict, "warning"), kind, codes, text, [", ".join(answer.cites)], request.place(item))
