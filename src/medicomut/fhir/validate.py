"""What the Belgian guides ask of a message beyond what reading it as lines of care needs.

In strict mode a breach is an error, in lenient mode a warning: software in use sends messages that the guides
would not allow, and so do three of the official examples.
"""

from __future__ import annotations

from typing import Final

from medicomut.errors import Problem, Severity
from medicomut.fhir.elements import Element, resource_tree
from medicomut.fhir.exact import Resource
from medicomut.fhir.message import Message
from medicomut.fhir.validate_response import Breaches, check_answer

GENERAL_PRACTICE: Final = "generalpractice"
TYPES: Final = "be-cs-etariff-types"
RELATED: Final = "be-ns-claim-related-claim"
_ONLY_ELSEWHERE = "the guide keeps it for other care than general practice"


def validate(bundle: Resource, *, strict: bool) -> list[Problem]:
    """Return what a message of the eTariff guide breaks of it: a request, a response or a reject.

    Errors in strict mode, warnings in lenient mode, in the order of the document. Codes: `missing_…`,
    `bad_bundle_type`, `bad_use`, `total_forbidden`, `be_inv_related`, `be_inv_toothnumber`, `be_inv_gmf_holder`
    for a request; `missing_…`, `bad_response_code`, `refusal_with_amounts`, `several_decisions`, `bad_decision`,
    `sum_differs`, `several_expressions` for an answer; those of `resource_tree` always as errors.
    """
    problems: list[Problem] = []
    root = resource_tree(bundle, problems)
    if root is None:
        return problems
    message = Message("", root)
    breaches = Breaches(message, "error" if strict else "warning")
    headers = message.of_type("MessageHeader")
    if headers and headers[0].first("response") is not None:
        check_answer(breaches, headers[0])
    else:
        check_request(message, breaches.severity)
    return message.problems


def check_request(message: Message, severity: Severity) -> None:
    """Note what an eTariff request breaks of the guide, the message around its claim included."""
    breaches = Breaches(message, severity)
    check_envelope(breaches)
    for claim in message.of_type("Claim"):
        check_claim(breaches, claim)


def check_envelope(breaches: Breaches) -> None:
    """Note what is missing around the claim: what an answer needs to find its way back, and what names the parts."""
    message = breaches.message
    if (kind := message.root.text("type")) != "message":
        breaches.note("bad_bundle_type", message.root, f"the type is {kind or 'not stated'}", "state message", "type")
    for entry in message.root.all("entry"):
        breaches.need(entry, "fullUrl", mend="give each entry a urn:uuid")
    for header in message.of_type("MessageHeader"):
        breaches.need(header, "id", mend="the answer names it")
        breaches.need(header, "destination", mend="name MyCareNet or who is asked")
        breaches.need(header, "sender", "reference", mend="point to who asks")
        breaches.need(header, "source", "endpoint", mend="state the address of who asks")
        breaches.need(header, "focus", "reference", mend="point to the claim")
    for role in message.of_type("PractitionerRole"):
        breaches.need(role, "practitioner", "reference", mend="point to the practitioner")


def check_claim(breaches: Breaches, claim: Element) -> None:
    """Note what the claim of an eTariff request breaks of the profile `be-etariff-claim`."""
    breaches.need(claim, "type", mend="state claim-type professional")
    breaches.need(claim, "subType", mend="state generalpractice or dentistry")
    breaches.need(claim, "priority", mend="state processpriority stat")
    if (use := claim.text("use")) != "predetermination":
        breaches.note("bad_use", claim, f"the use is {use or 'not stated'}", "state predetermination", "use")
    if (total := claim.first("total")) is not None:
        breaches.note("total_forbidden", total, "a tariff request has no total", "leave it out")
    if GENERAL_PRACTICE in claim.codes("subType", system=TYPES):
        _general_practice(breaches, claim)
        return
    for member in claim.all("careTeam"):
        roles = member.codes("role", system="claimcareteamrole")
        if roles == ["other"] and "persphysician" in member.codes("qualification", system="cd-hcparty"):
            what = "a holder of the medical file is named outside general practice"
            breaches.note("be_inv_gmf_holder", member, what, "leave the member out")


def _general_practice(breaches: Breaches, claim: Element) -> None:
    for info in claim.all("supportingInfo"):
        if info.codes("code", system=RELATED):
            what = "a related service is named in general practice"
            breaches.note("be_inv_related", info, what, "leave it out", why=_ONLY_ELSEWHERE)
    for item in claim.all("item"):
        if (site := item.first("bodySite")) is not None:
            what = "a tooth or site of the body is named in general practice"
            breaches.note("be_inv_toothnumber", site, what, "leave it out", why=_ONLY_ELSEWHERE)
