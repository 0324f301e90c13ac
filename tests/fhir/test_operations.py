"""`Claim/$submit` and `Claim/$check`: a claim alone or in its message; which supplements are lawful."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
from fhir_cases import (
    FEE_OF_2026,
    GP,
    NOW,
    bundle,
    codes,
    doctors,
    extension,
    fee_table,
    official,
    one,
    told,
    valid,
    values,
)

from medicomut.fhir.exact import Resource, read_json
from medicomut.fhir.operations import claim_check, claim_submit
from medicomut.fhir.pricing import ABOUT_THE_LAW
from medicomut.fhir.reject_codes import BY_REASON
from medicomut.tariff import book
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.price import Pricer


def parts(checked: Resource) -> tuple[list[Resource], Resource]:
    """The items of the answer, and the outcome beside it."""
    (response, outcome) = (parameter["resource"] for parameter in checked["parameter"])
    return response["addItem"], outcome


def claim_of(message: Resource) -> Resource:
    return deepcopy(one(message, "Claim"))


# --- $submit ------------------------------------------------------------------------------------------------


def test_a_claim_alone_is_priced_as_in_its_message(conditions: Conditions, fees: FeeTable) -> None:
    pricer, message = Pricer(conditions, fees, doctors()), bundle("etariff_general_practice_holder")
    claim = claim_of(message)
    alone, within = (valid(claim_submit(r, pricer, strict=True, now=NOW)) for r in (claim, message))
    assert alone["resourceType"] == within["resourceType"] == "ClaimResponse"
    assert alone["addItem"][0]["net"] == within["addItem"][0]["net"] == {"value": "22.22", "currency": "EUR"}
    assert alone["patient"] == claim["patient"]
    for response in (alone, within):
        inside = {f"#{resource['id']}" for resource in response["contained"]}
        local = {reference for reference in values(response, "reference") if reference.startswith("#")}
        assert local == inside
        assert "no payment commitment" in response["disposition"]


def test_a_new_claim_needs_no_id_and_may_contain_its_patient(conditions: Conditions, fees: FeeTable) -> None:
    message = bundle("etariff_general_practice_holder")
    claim = claim_of(message)
    del claim["id"]
    claim |= {"contained": [one(message, "Patient") | {"id": "p"}], "patient": {"reference": "#p"}}
    response = valid(claim_submit(claim, Pricer(conditions, fees), now=NOW))
    patient = next(r for r in response["contained"] if r["resourceType"] == "Patient")
    assert patient["identifier"] == one(message, "Patient")["identifier"]
    assert response["patient"] == {"reference": "#patient"}


def test_the_place_of_a_fault_is_within_the_claim_sent(pricer: Pricer) -> None:
    claim = claim_of(bundle("etariff_general_practice_holder"))
    del claim["item"][0]["servicedDate"]
    outcome = valid(claim_submit(claim, pricer))
    assert ("error", "missing_date", "Claim.item[0].servicedDate") in told(outcome)


@pytest.mark.parametrize("kind", ["Patient", "OperationOutcome", "Nothing"])
def test_something_else_than_a_claim(pricer: Pricer, kind: str) -> None:
    assert [code for _, code, _ in told(valid(claim_submit({"resourceType": kind}, pricer)))] == ["unexpected_resource"]


# --- $check -------------------------------------------------------------------------------------------------


def attested(**coverage: str) -> Resource:
    """101032 on 4 February 2020: 22.22 and a supplement of 3.00; 475075, of which no fee of 2020 is known here."""
    message = bundle("eattest_general_practice")
    if coverage:
        system = "https://www.ehealth.fgov.be/standards/fhir/mycarenet/StructureDefinition/be-ext-system"
        holder = {"url": system, "valueUri": "https://www.ehealth.fgov.be/x/be-cs-holder-code-1"}
        value = {"value": coverage["holder_code"], "_value": {"extension": [holder]}}
        covered = {
            "resourceType": "Coverage",
            "beneficiary": one(message, "Claim")["patient"],
            "class": [value],
        }
        message["entry"].append({"fullUrl": "urn:uuid:00000000-0000-4000-8000-0000000000aa", "resource": covered})
    return message


@pytest.mark.parametrize(
    ("status", "verdict", "rejects"),
    [("full", "excess", ["503047"]), ("partial", "excess", ["503047"]), ("refused", "ok", [])],
)
def test_a_supplement_and_the_doctor_who_charged_it(
    conditions: Conditions, fees: FeeTable, status: str, verdict: str, rejects: list[str]
) -> None:
    """The official reject 503047 is about a supplement of a conventioned doctor; one who refused may charge it."""
    answer = valid(claim_check(attested(holder_code="110"), Pricer(conditions, fees, doctors(status)), now=NOW))
    (first, second), outcome = parts(answer)
    decision, *amounts = first["adjudication"]
    assert codes(decision["category"]) == [verdict]
    assert codes(decision["reason"] if rejects else {"coding": []}) == rejects
    excess = "3.00" if rejects else "0.00"
    assert [(codes(a["category"])[0], a["amount"]["value"]) for a in amounts] == [
        ("charged", "25.22"), ("supplement", "3.00"), ("excess", excess),
    ]  # fmt: skip
    assert first["net"]["value"] == "22.22"
    assert codes(second["adjudication"][0]["category"]) == ["unpriced"]
    assert outcome["issue"][0]["severity"] == ("error" if rejects else "information")
    assert outcome["issue"][0]["expression"] == ["Bundle.entry[4].resource.ofType(Claim).item[0]"]


@pytest.mark.parametrize("status", ["full", "partial", "refused"])
def test_a_preferential_patient_in_2026_is_protected_whoever_the_doctor_is(
    conditions: Conditions, tmp_path: Path, status: str
) -> None:
    """The ban of 1 January 2026: CT1 111 ends in 1, reject 503020."""
    message = attested(holder_code="111")
    message["entry"][4]["resource"]["item"][0]["servicedDate"] = "2026-02-03"
    pricer = Pricer(conditions, fee_table(tmp_path, FEE_OF_2026), doctors(status))
    (item, _), outcome = parts(valid(claim_check(message, pricer, now=NOW)))
    assert codes(item["adjudication"][0]["category"]) == ["excess"]
    assert codes(item["adjudication"][0]["reason"])[0] == "503020"
    assert outcome["issue"][0]["severity"] == "error"


def test_every_reason_the_codes_are_read_from_is_one() -> None:
    assert {*BY_REASON, "charged_above_binding_fee"} | ABOUT_THE_LAW <= set(book.REASONS)


def test_a_doctor_in_no_table_leaves_the_verdict_open(pricer: Pricer) -> None:
    answer = valid(claim_check(attested(), pricer, now=NOW))
    (item, _), outcome = parts(answer)
    assert answer["parameter"][0]["resource"]["outcome"] == "partial"
    assert codes(item["adjudication"][0]["category"]) == ["unknown"]
    assert [codes(a["category"]) for a in item["adjudication"][1:]] == [["charged"], ["supplement"]]
    assert outcome["issue"][0]["severity"] == "warning"


def test_sums_that_do_not_hold_are_doubts_or_in_strict_mode_errors(pricer: Pricer) -> None:
    message = attested()
    one(message, "Claim")["total"]["value"] = read_json('{"n": 99.99}')["n"]
    _, outcome = parts(valid(claim_check(message, pricer)))
    assert ("warning", "total_differs") in [issue[:2] for issue in told(outcome)]
    refused = valid(claim_check(message, pricer, strict=True))
    assert [issue[:2] for issue in told(refused)] == [("error", "total_differs")]


def test_an_amount_that_is_a_binary_fraction_is_not_taken(pricer: Pricer) -> None:
    message = attested()
    one(message, "Claim")["item"][0]["net"]["value"] = 22.22
    assert ("error", "bad_amount") in [issue[:2] for issue in told(valid(claim_check(message, pricer)))]


def test_the_official_attestation_of_a_general_practitioner(conditions: Conditions, fees: FeeTable) -> None:
    """eAttest ex11: 101032 for 20.67 and 1.00 on top, by a doctor who acceded, outside every agreement held here."""
    for message in official("GeneralPractice_eAttestCreateRequest").values():
        answer = valid(claim_check(message, Pricer(conditions, fees), now=NOW))
        (_, second), _ = parts(answer)
        charged = second["adjudication"][1]
        assert (codes(charged["category"]), charged["amount"]["value"]) == (["charged"], "21.67")
        assert extension(second, "legal-basis")["extension"][0]["valueCoding"]["code"]


def test_the_doctor_of_the_bundle_is_the_synthetic_one() -> None:
    assert GP in str(attested())
