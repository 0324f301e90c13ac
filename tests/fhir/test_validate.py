"""The invariants of the eTariff guide: errors in strict mode, warnings in lenient mode."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fhir_cases import NOW, bundle, doctors, official, one

from medicomut.fhir.answer import process_message
from medicomut.fhir.exact import Resource
from medicomut.fhir.validate import validate
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.price import Pricer

BE = "https://www.ehealth.fgov.be/standards/fhir"
RELATED = {"system": f"{BE}/mycarenet/NamingSystem/be-ns-claim-related-claim", "code": "767071"}
MONEY = {"value": 0, "currency": "EUR"}


def found(message: Resource) -> list[str]:
    """The codes of what strict mode refuses, once lenient mode was seen to warn of the same."""
    strict, lenient = (validate(message, strict=mode) for mode in (True, False))
    assert [p.code for p in strict] == [p.code for p in lenient]
    assert {p.severity for p in strict} <= {"error"}
    assert {p.severity for p in lenient} <= {"warning"}
    return [problem.code for problem in strict]


Change = Callable[[Resource, Resource], object]
REQUESTS: dict[str, Change] = {
    "be_inv_related": lambda _, claim: claim.update(supportingInfo=[{"sequence": 1, "code": {"coding": [RELATED]}}]),
    "be_inv_toothnumber": lambda _, claim: claim["item"][0].update(bodySite={"coding": [{"code": "2400006"}]}),
    "be_inv_gmf_holder": lambda _, claim: claim["subType"]["coding"][0].update(code="dentistry"),
    "total_forbidden": lambda _, claim: claim.update(total=MONEY),
    "bad_use": lambda _, claim: claim.update(use="claim"),
    "bad_bundle_type": lambda message, _: message.update(type="collection"),
    "missing_element": lambda message, _: message["entry"][3].pop("fullUrl"),
}


@pytest.mark.parametrize("code", REQUESTS)
def test_a_request_that_breaks_one_invariant(code: str) -> None:
    request = bundle("etariff_general_practice_holder")
    assert found(request) == []
    REQUESTS[code](request, request["entry"][-1]["resource"])
    assert found(request) == [code]


ANSWERS: dict[str, Change] = {
    "refusal_with_amounts": lambda _, item: item.update(
        adjudication=[
            {
                "category": {"coding": [{"system": f"{BE}/mycarenet/CodeSystem/decision-values", "code": "refusal"}]},
                "reason": {"coding": [{"system": f"{BE}/etariff/CodeSystem/be-cs-refusal-values", "code": "002"}]},
            }
        ]
    ),
    "several_decisions": lambda _, item: item["adjudication"].append(item["adjudication"][0]),
    "sum_differs": lambda _, item: item["extension"][0]["valueMoney"].update(value=1),
    "bad_decision": lambda _, item: item["adjudication"][0]["category"]["coding"][0].update(code="intreatment"),
    "missing_element": lambda _, item: item.pop("unitPrice"),
    "bad_response_code": lambda header, _: header["response"].update(code="fatal-error"),
}


@pytest.mark.parametrize("code", ANSWERS)
def test_an_answer_that_breaks_one_invariant(conditions: Conditions, fees: FeeTable, code: str) -> None:
    pricer = Pricer(conditions, fees, doctors())
    answer = process_message(bundle("etariff_general_practice_holder"), pricer, now=NOW)
    assert found(answer) == []
    ANSWERS[code](one(answer, "MessageHeader"), one(answer, "ClaimResponse")["addItem"][0])
    assert found(answer) == [code]


def test_a_reject_that_says_all_is_well(pricer: Pricer) -> None:
    request = bundle("etariff_general_practice_holder")
    del request["id"]
    answer = process_message(request, pricer, now=NOW)
    assert found(answer) == []
    one(answer, "MessageHeader")["response"]["code"] = "ok"
    one(answer, "OperationOutcome")["issue"][0]["expression"].append("Bundle")
    assert found(answer) == ["bad_response_code", "several_expressions"]


def test_the_three_faulty_examples_of_the_guide_and_no_other() -> None:
    """ex01 breaks two invariants, ex02 is a refusal with amounts, ex12 a reject whose code says ok."""
    faulty = {
        "ex01": ["be_inv_related", "be_inv_toothnumber"],
        "ex02": ["refusal_with_amounts"],
        "ex12": ["bad_response_code"],
    }
    for name, message in official("eTarif").items():
        assert found(message) == faulty.get(name[-4:], [])


def test_what_is_no_resource_is_said_so() -> None:
    deep: Resource = {"resourceType": "Bundle"}
    for _ in range(100_000):
        deep = {"entry": deep}
    assert [p.code for p in validate(deep, strict=False)] == ["too_deep"]
