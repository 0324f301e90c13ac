"""What the façade can do, as a CapabilityStatement, and our own operation as an OperationDefinition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from medicomut import __version__
from medicomut.fhir.exact import Resource
from medicomut.fhir.names import CANONICAL, NIHDI

ETARIFF: Final = "https://www.ehealth.fgov.be/standards/fhir/etariff"
CHECK: Final = f"{CANONICAL}/OperationDefinition/claim-check"
SUBMIT: Final = "http://hl7.org/fhir/OperationDefinition/Claim-submit"
VALIDATE: Final = "http://hl7.org/fhir/OperationDefinition/Resource-validate"
PROCESS: Final = "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message"

SEARCHES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "Practitioner": (("identifier", "token"),),
    "PractitionerRole": (("identifier", "token"), ("date", "date")),
    "ChargeItemDefinition": (("code", "token"), ("date", "date")),
    "CodeSystem": (("url", "uri"),),
    "ValueSet": (("url", "uri"),),
    "StructureDefinition": (("url", "uri"),),
    "OperationDefinition": (("url", "uri"),),
    "AuditEvent": (("date", "date"),),
}
"""The searches served, by type of resource: parameter and its type."""


def capability_statement(*, now: datetime | None = None, audit: bool = False) -> Resource:
    """Return the answer to `GET metadata`; `audit` says that an audit trail is kept and read here.

    Source: FHIR R4 CapabilityStatement.
    """
    kinds = [kind for kind in SEARCHES if kind != "AuditEvent" or audit]
    return {
        "resourceType": "CapabilityStatement",
        "id": "medicomut",
        "url": f"{CANONICAL}/CapabilityStatement/medicomut",
        "version": __version__,
        "name": "Medicomut",
        "status": "draft",
        "date": (now or datetime.now(UTC)).isoformat(timespec="seconds"),
        "kind": "instance",
        "description": "Tariffs of the physician-insurer agreement, simulated and explained; not an insurer.",
        "software": {"name": "medicomut", "version": __version__},
        "implementation": {"description": "A mapping to and from the Belgian eTariff and eAttest guides"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "application/json"],
        "implementationGuide": [f"{ETARIFF}/ImplementationGuide/hl7.fhir.be.etariff"],
        "rest": [
            {
                "mode": "server",
                "resource": [*map(_searched, kinds), *_operated()],
                "operation": [{"name": "process-message", "definition": PROCESS}],
            }
        ],
        "messaging": [
            {
                "documentation": "Answers an etariff-consult with an etariffresponse-consult or a reject, at once.",
                "supportedMessage": [
                    {"mode": mode, "definition": f"{ETARIFF}/StructureDefinition/{name}"}
                    for mode, name in (("receiver", "be-etariff-request"), ("sender", "be-etariff-response"))
                ],
            }
        ],
    }


def _searched(kind: str) -> Resource:
    found: Resource = {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [{"name": name, "type": form} for name, form in SEARCHES[kind]],
    }
    if kind == "PractitionerRole":
        found["searchInclude"] = ["PractitionerRole:practitioner"]
        found["documentation"] = f"identifier is that of the practitioner ({NIHDI}); date asks what held on a day."
    return found


def _operated() -> Iterator[Resource]:
    for kind, operations in (("Claim", {"submit": SUBMIT, "check": CHECK}), ("Bundle", {"validate": VALIDATE})):
        yield {"type": kind, "operation": [{"name": name, "definition": url} for name, url in operations.items()]}


def operation_definition() -> Resource:
    """Return the definition of `Claim/$check`, which no standard has: it asks whether a supplement is lawful."""
    parameters = (
        ("resource", "in", "Resource", "An eAttest claim (use claim), alone or in its message"),
        ("return", "out", "ClaimResponse", "Verdict, reject codes and amounts of each item"),
        ("outcome", "out", "OperationOutcome", "An issue for each item and for each doubt"),
    )
    return {
        "resourceType": "OperationDefinition",
        "id": "claim-check",
        "url": CHECK,
        "version": __version__,
        "name": "ClaimCheck",
        "status": "draft",
        "kind": "operation",
        "affectsState": False,
        "code": "check",
        "resource": ["Claim"],
        "system": False,
        "type": True,
        "instance": False,
        "parameter": [
            {"name": name, "use": use, "min": 1, "max": "1", "documentation": says, "type": kind}
            for name, use, kind, says in parameters
        ],
    }
