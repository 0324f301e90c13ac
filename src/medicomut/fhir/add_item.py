"""One answered line as an `addItem` of a ClaimResponse: the guide's elements, and our extensions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from medicomut import words
from medicomut.fhir.elements import Element
from medicomut.fhir.exact import Resource, money
from medicomut.fhir.names import (
    AMOUNT,
    BASIS,
    CONVENTION,
    DECISIONS,
    EXT_ABSENT,
    EXT_LEGAL_BASIS,
    EXT_MAX_SUPPLEMENT,
    EXT_PATIENT_FEE,
    EXT_REASON,
    EXT_REIMBURSEMENT,
    EXT_STATUS,
    EXT_STEP,
    NOMENCLATURE,
    REASON,
    REFUSALS,
    VERDICT,
)
from medicomut.fhir.pricing import Answered
from medicomut.fhir.reject_codes import reject_codes
from medicomut.tariff import book
from medicomut.tariff.vocabulary import STATUSES

STATUS_CODES: Final = dict(zip(STATUSES, ("conventioned", "partial", "not"), strict=True))
"""Our code of an accession for each word of the table of practitioners."""

SAID: Final = frozenset({"basis", "verdict", *book.REASONS})
"""The steps that an answer states elsewhere, by their words."""

CANNOT_BE_ATTESTED: Final = "009"
"""The refusal reason of the guide for a code without a fee on that day."""


def tariff_item(answered: Answered, item: Element, line: Mapping[str, Any], provider: Resource) -> Resource:
    """Return the answer to one item of a tariff request: the tariff with its split, or a refusal without amounts.

    Never a commitment number, and no part of the split that is not known.
    """
    common = _common(item, line, provider)
    ours = _extensions(answered)
    fee = answered.result["fee_cents"]
    if fee is None:
        reason = _concept(REFUSALS, CANNOT_BE_ATTESTED) | {"text": words.label("reasons", "fee_not_known", "en")}
        decision = {"category": _concept(DECISIONS, "refusal"), "reason": reason}
        return {"extension": ours, **common, "adjudication": [decision]}
    parts = ((EXT_REIMBURSEMENT, "reimbursement_cents"), (EXT_PATIENT_FEE, "patient_share_cents"))
    split = [_money(url, answered.result[name]) for url, name in parts if answered.result[name] is not None]
    decision = {"category": _concept(DECISIONS, "tariff")}
    return {"extension": split + ours, **common, **_fee(fee), "adjudication": [decision]}


def checked_item(answered: Answered, item: Element, line: Mapping[str, Any], provider: Resource) -> Resource:
    """Return the answer to one item of an attestation: whether the supplement is lawful.

    The first adjudication is the verdict, with the reject codes of eFact where they name the case; the others
    are the amount charged, the supplement and, where the verdict is not open, the unlawful excess.
    """
    result = answered.result
    verdict: Resource = {"category": _concept(VERDICT, result["verdict"])}
    if codes := reject_codes(answered.priced):
        verdict["reason"] = {"coding": codes}
    amounts = {
        "charged": line.get("charged_cents"),
        "supplement": result["supplement_cents"],
        "excess": result["excess_cents"] if result["verdict"] in {"ok", "excess"} else None,
    }
    return {
        "extension": _extensions(answered, with_room=False),
        **_common(item, line, provider),
        **(_fee(result["fee_cents"]) if result["fee_cents"] is not None else {}),
        "adjudication": [
            verdict,
            *(
                {"category": _concept(AMOUNT, name), "amount": money(cents)}
                for name, cents in amounts.items()
                if cents is not None
            ),
        ],
    }


def _common(item: Element, line: Mapping[str, Any], provider: Resource) -> Resource:
    return {
        "itemSequence": [int(item.text("sequence") or 0)],
        "provider": [provider],
        "productOrService": _concept(NOMENCLATURE, line["code"].strip()),
        "servicedDate": line["date"].strip(),
    }


def _fee(cents: int) -> Resource:
    return {"quantity": {"value": 1}, "unitPrice": money(cents), "net": money(cents)}


def _extensions(answered: Answered, *, with_room: bool = True) -> list[Resource]:
    basis = answered.result["basis"]
    clauses = [{"url": "clause", "valueString": clause} for clause in answered.cites]
    found = [_status(answered)]
    if with_room:
        found.append(_room(answered))
    found.append({"url": EXT_LEGAL_BASIS, "extension": [{"url": "basis", "valueCoding": _basis(basis)}, *clauses]})
    found += [{"url": EXT_REASON, "valueCoding": reason_coding(reason)} for reason in answered.reasons]
    return found + [_step(name, value) for name, value, _, _ in answered.priced.steps() if value and name not in SAID]


def _status(answered: Answered) -> Resource:
    number = answered.priced.facts["status"]
    if not number:
        return {"url": EXT_STATUS, "valueCoding": {"extension": [absent("unknown")]}}
    return {"url": EXT_STATUS, "valueCoding": {"system": CONVENTION, "code": STATUS_CODES[STATUSES[number - 1]]}}


def _room(answered: Answered) -> Resource:
    if answered.room == "none":
        return _money(EXT_MAX_SUPPLEMENT, 0)
    why = "not-applicable" if answered.room == "unlimited" else "unknown"
    return {"url": EXT_MAX_SUPPLEMENT, "valueMoney": {"extension": [absent(why)]}}


def _step(name: str, value: bool | int) -> Resource:
    kind = "valueBoolean" if isinstance(value, bool) else "valueInteger"
    return {"url": EXT_STEP, "extension": [{"url": "name", "valueCode": name}, {"url": "value", kind: value}]}


def _basis(word: str) -> Resource:
    return {"system": BASIS, "code": word, "display": words.label("bases", word, "en")}


def reason_coding(reason: str) -> Resource:
    """Return a reason of a result as a Coding, with its label."""
    return {"system": REASON, "code": reason, "display": words.label("reasons", reason, "en")}


def absent(why: str) -> Resource:
    """Return the extension by which FHIR says why a value is not there."""
    return {"url": EXT_ABSENT, "valueCode": why}


def _money(url: str, cents: int) -> Resource:
    return {"url": url, "valueMoney": money(cents)}


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}
