"""The ClaimResponse to a tariff request and to an attestation that is checked."""

from __future__ import annotations

from typing import Final

from medicomut.fhir.add_item import checked_item, tariff_item
from medicomut.fhir.exact import Resource
from medicomut.fhir.names import ATTEST_TYPES, CLAIM_TYPE, EXT_RECEIPT, TARIFF_TYPES, profile
from medicomut.fhir.participants import Participants
from medicomut.fhir.pricing import Answered, price_lines
from medicomut.fhir.request import Request
from medicomut.tariff.price import Pricer

SIMULATION: Final = "Simulation by medicomut: no decision of an insurer and no payment commitment."
CHECK: Final = "Check by medicomut of the fee and the supplement: no decision of an insurer."
_TYPES: Final = frozenset({"generalpractice", "dentistry", "specializedmedicine"})


def tariff_response(request: Request, parts: Participants, pricer: Pricer) -> Resource:
    """Return the answer to a tariff request without errors, in the guide's profile; it says it is a simulation."""
    answered = price_lines(pricer, request.lines, asked=True)
    coverage = {"display": "the coverage was not looked up"} if parts.contained else parts.reference("coverage")
    return {
        **_head(request, parts, TARIFF_TYPES, "predetermination", pricer),
        "meta": profile("etariff", "be-etariff-claimresponse"),
        "outcome": "complete",
        "disposition": SIMULATION,
        "addItem": [
            tariff_item(answer, item, line, parts.provider(line.get("practitioner")))
            for answer, item, line in zip(answered, request.items, request.lines, strict=True)
        ],
        "insurance": [{"sequence": 1, "focal": True, "coverage": coverage}],
    }


def check_response(request: Request, parts: Participants, answered: list[Answered], pricer: Pricer) -> Resource:
    """Return the answer to an attestation without errors; its outcome is `partial` where a verdict is open."""
    decided = all(answer.result["verdict"] in {"ok", "excess"} for answer in answered)
    return {
        **_head(request, parts, ATTEST_TYPES, "claim", pricer),
        "outcome": "complete" if decided else "partial",
        "disposition": CHECK,
        "addItem": [
            checked_item(answer, item, line, parts.provider(line.get("practitioner")))
            for answer, item, line in zip(answered, request.items, request.lines, strict=True)
        ],
    }


def _head(request: Request, parts: Participants, types: str, use: str, pricer: Pricer) -> Resource:
    ending = types.rsplit("/", 1)[-1]
    found = request.claim.codes("subType", system=ending) if request.claim is not None else []
    kind = [{"system": types, "code": code} for code in found[:1] if code in _TYPES]
    return {
        "resourceType": "ClaimResponse",
        "id": parts.uuid("response"),
        **({"contained": parts.contained_parts()} if parts.contained else {}),
        "extension": [_receipt(pricer)],
        "status": "active",
        "type": {"coding": [{"system": CLAIM_TYPE, "code": "professional"}]},
        **({"subType": {"coding": kind}} if kind else {}),
        "use": use,
        "patient": parts.patient_reference(),
        "created": parts.now.isoformat(timespec="seconds"),
        "insurer": parts.reference("engine"),
        "requestor": parts.reference("role"),
    }


def _receipt(pricer: Pricer) -> Resource:
    """Return the receipt as `name=value`, the parts of a group named with a point; what is None is left out."""
    said = [
        f"{name}.{part}={inner}" if part else f"{name}={inner}"
        for name, value in pricer.receipt.items()
        for part, inner in (value if isinstance(value, dict) else {"": value}).items()
        if inner is not None
    ]
    return {"url": EXT_RECEIPT, "extension": [{"url": "entry", "valueString": entry} for entry in said]}
