"""The addresses of code systems, profiles and extensions: those of the Belgian guides, and our own."""

from __future__ import annotations

from typing import Final

CANONICAL: Final = "https://medicomut.example/fhir"
"""Where our own definitions are named. `.example` is reserved for documentation (RFC 2606): it resolves nowhere."""

_BE: Final = "https://www.ehealth.fgov.be/standards/fhir"
_HL7: Final = "http://terminology.hl7.org/CodeSystem"

# identifiers
NIHDI: Final = f"{_BE}/core/NamingSystem/nihdi"
SSIN: Final = f"{_BE}/core/NamingSystem/ssin"
MEMBERSHIP: Final = f"{_BE}/core/NamingSystem/insurancymembership"
INSURER: Final = f"{_BE}/core/NamingSystem/insurancenumber"
NOMENCLATURE: Final = f"{_BE}/core/NamingSystem/be-ns-nihdi-nomenclature"
ENGINE: Final = f"{CANONICAL}/NamingSystem/engine"

# code systems
EVENTS: Final = f"{_BE}/mycarenet/CodeSystem/message-events"
DECISIONS: Final = f"{_BE}/mycarenet/CodeSystem/decision-values"
REFUSALS: Final = f"{_BE}/etariff/CodeSystem/be-cs-refusal-values"
ERRORS: Final = f"{_BE}/etariff/CodeSystem/be-cs-etariff-errors"
TARIFF_TYPES: Final = f"{_BE}/etariff/CodeSystem/be-cs-etariff-types"
ATTEST_TYPES: Final = f"{_BE}/eattestation/CodeSystem/be-cs-eattestation-types"
HC_PARTY: Final = f"{_BE}/core/CodeSystem/cd-hcparty"
HOLDER_CODE_1: Final = f"{_BE}/mycarenet/CodeSystem/be-cs-holder-code-1"
CLAIM_TYPE: Final = f"{_HL7}/claim-type"
COVERAGE_CLASS: Final = f"{_HL7}/coverage-class"
ACT_CODE: Final = f"{_HL7}/v3-ActCode"

# extensions of the guides and of FHIR
EXT_REIMBURSEMENT: Final = f"{_BE}/mycarenet/StructureDefinition/be-ext-mycarenet-item-reimbursement"
EXT_PATIENT_FEE: Final = f"{_BE}/mycarenet/StructureDefinition/be-ext-mycarenet-item-patientfee"
EXT_ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

# our extensions
EXT_STATUS: Final = f"{CANONICAL}/StructureDefinition/convention-status"
EXT_MAX_SUPPLEMENT: Final = f"{CANONICAL}/StructureDefinition/max-supplement"
EXT_LEGAL_BASIS: Final = f"{CANONICAL}/StructureDefinition/legal-basis"
EXT_REASON: Final = f"{CANONICAL}/StructureDefinition/reason"
EXT_STEP: Final = f"{CANONICAL}/StructureDefinition/step"
EXT_RECEIPT: Final = f"{CANONICAL}/StructureDefinition/receipt"
EXT_OFF_TARIFF: Final = f"{CANONICAL}/StructureDefinition/off-tariff"

# our code systems
CONVENTION: Final = f"{CANONICAL}/CodeSystem/convention-status"
BASIS: Final = f"{CANONICAL}/CodeSystem/basis"
REASON: Final = f"{CANONICAL}/CodeSystem/reason"
VERDICT: Final = f"{CANONICAL}/CodeSystem/verdict"
AMOUNT: Final = f"{CANONICAL}/CodeSystem/amount"
PROBLEM: Final = f"{CANONICAL}/CodeSystem/problem"
EFACT_REJECT: Final = f"{CANONICAL}/CodeSystem/efact-reject"


def profile(guide: str, name: str) -> dict[str, list[str]]:
    """Return the `meta` of a resource that follows a profile of one of the Belgian guides."""
    return {"profile": [f"{_BE}/{guide}/StructureDefinition/{name}"]}
