"""What the eTariff guide asks of a response and of a reject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from medicomut.errors import Severity
from medicomut.fhir.elements import Element
from medicomut.fhir.message import Message

REIMBURSEMENT: Final = "be-ext-mycarenet-item-reimbursement"
PATIENT_FEE: Final = "be-ext-mycarenet-item-patientfee"
COMMITMENT: Final = "be-ext-etariff-item-commitment"
DECISIONS: Final = "decision-values"
REFUSALS: Final = "be-cs-refusal-values"
FAILED: Final = ("fatal-error", "transient-error")


@dataclass(frozen=True, slots=True)
class Breaches:
    """Notes breaches of the guide, all of the severity that the mode gives them."""

    message: Message
    severity: Severity

    def note(self, code: str, at: Element, what: str, mend: str, field: str = "", why: str = "") -> None:
        """Note a breach at an element, or at the `field` it lacks."""
        self.message.fault(code, at, what, mend, why=why, field=field, severity=self.severity)

    def need(self, element: Element, *names: str, mend: str) -> None:
        """Note `missing_element` where nothing stands at the end of these names."""
        found = element.first(*names)
        if found is None or not (found.value or found.children):
            path = ".".join(names).removesuffix(".reference")
            self.note("missing_element", element, f"{'.'.join(names)} is not stated", mend, path)


def check_answer(breaches: Breaches, header: Element) -> None:
    """Note what an answer breaks: a reject by its event, else a response."""
    message, code = breaches.message, header.text("response", "code")
    breaches.need(header, "response", "identifier", mend="repeat the id of the request's header")
    if header.text("eventCoding", "code") == "reject":
        if code not in FAILED:
            what = f"a reject says the request was handled: {code or 'nothing'}"
            breaches.note("bad_response_code", header, what, "state fatal-error", "response.code")
        outcomes = message.of_type("OperationOutcome")
        if not outcomes:
            breaches.note("missing_element", message.root, "no OperationOutcome", "say what is wrong", "entry")
        for issue in [issue for outcome in outcomes for issue in outcome.all("issue")]:
            _issue(breaches, issue)
        return
    if code != "ok":
        what = f"a response with the code {code or 'nothing'}"
        breaches.note("bad_response_code", header, what, "state ok, or send a reject", "response.code")
    for response in message.of_type("ClaimResponse"):
        for item in response.all("addItem"):
            _item(breaches, item)


def _issue(breaches: Breaches, issue: Element) -> None:
    breaches.need(issue, "details", "coding", mend="name the fault by a code")
    if (count := len(issue.all("expression"))) != 1:
        breaches.note("several_expressions", issue, f"{count} expressions", "give exactly one", "expression")


def _item(breaches: Breaches, item: Element) -> None:
    adjudications = item.all("adjudication")
    if len(adjudications) != 1:
        what = f"{len(adjudications)} adjudications"
        breaches.note("several_decisions", item, what, "give exactly one", "adjudication")
        return
    decision = adjudications[0].codes("category", system=DECISIONS)
    if decision == ["refusal"]:
        _refusal(breaches, item, adjudications[0])
    elif decision == ["tariff"]:
        _tariff(breaches, item)
    else:
        what = f"the decision is {' and '.join(decision) or 'not stated'}"
        breaches.note("bad_decision", adjudications[0], what, "state tariff or refusal", "category")


def _refusal(breaches: Breaches, item: Element, adjudication: Element) -> None:
    if not adjudication.codes("reason", system=REFUSALS):
        breaches.note("missing_element", adjudication, "a refusal without a reason", "state one", "reason")
    amounts = [name for name in ("unitPrice", "net") if item.first(name) is not None]
    amounts += [name for name in (REIMBURSEMENT, PATIENT_FEE, COMMITMENT) if item.extension(name) is not None]
    if amounts:
        what, why = f"a refusal states {', '.join(amounts)}", "a refused service has no tariff"
        breaches.note("refusal_with_amounts", item, what, "leave the amounts out", why=why)


def _tariff(breaches: Breaches, item: Element) -> None:
    message = breaches.message
    for name in ("unitPrice", "net"):
        breaches.need(item, name, mend="state the fee")
    extensions = [item.extension(name) for name in (REIMBURSEMENT, PATIENT_FEE)]
    parts = [message.money(e.first("valueMoney") if e is not None else None) for e in extensions]
    net, known = message.money(item.first("net")), [part for part in parts if part is not None]
    if net is not None and len(known) == len(parts) and sum(known) != net:
        what = f"reimbursement and patient share are {sum(known)} cents together, net is {net}"
        breaches.note("sum_differs", item, what, "correct one of them", "net")
