"""A tariff is asked for and answered, in the messages of the Belgian eTariff guide (1.0.0)."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from pathlib import Path

import pytest
from fhir_cases import (
    FEE_OF_2026,
    GP,
    HOLDER,
    NOW,
    bundle,
    codes,
    doctors,
    extension,
    extensions,
    fee_table,
    of_type,
    official,
    one,
    told,
    valid,
    values,
)

from medicomut.fhir.answer import process_message
from medicomut.fhir.exact import Resource
from medicomut.fhir.validate import validate
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.price import Pricer

SPLIT = ("be-ext-mycarenet-item-reimbursement", "be-ext-mycarenet-item-patientfee")


@pytest.fixture
def priced(conditions: Conditions, fees: FeeTable) -> Pricer:
    """Prices with a table of one general practitioner who acceded."""
    return Pricer(conditions, fees, doctors())


def items(answer: Resource) -> list[Resource]:
    return list(one(answer, "ClaimResponse")["addItem"])


def euro(element: Resource) -> tuple[str, str]:
    return element["value"], element["currency"]


def test_a_consultation_whose_file_a_colleague_holds(priced: Pricer) -> None:
    """101032 on 4 February 2020: 22.22, of which 4.00 for a patient with a medical file; no supplement is lawful."""
    answer = valid(process_message(bundle("etariff_general_practice_holder"), priced, strict=True, now=NOW))
    (item,) = items(answer)
    assert euro(item["unitPrice"]) == euro(item["net"]) == ("22.22", "EUR")
    assert [euro(extension(item, name)["valueMoney"]) for name in SPLIT] == [("18.22", "EUR"), ("4.00", "EUR")]
    assert codes(item["adjudication"][0]["category"]) == ["tariff"]
    assert extension(item, "convention-status")["valueCoding"]["code"] == "conventioned"
    assert euro(extension(item, "max-supplement")["valueMoney"]) == ("0.00", "EUR")
    basis, clause = extension(item, "legal-basis")["extension"]
    assert (basis["valueCoding"]["code"], clause["valueString"]) == ("full_gp", "be/amm/2020#14.2.1")
    assert not of_type(answer, "OperationOutcome")
    made = [part["valueString"] for part in extension(one(answer, "ClaimResponse"), "receipt")["extension"]]
    receipt = priced.receipt
    assert {f"rules={receipt['rules']}", f"fees={receipt['fees']}", "agreement.id=be/amm/2020"} <= set(made)


def test_an_answer_finds_its_way_back_and_commits_nobody(priced: Pricer) -> None:
    request = bundle("etariff_general_practice_holder")
    answer = valid(process_message(request, priced, now=NOW))
    header, response = one(answer, "MessageHeader"), one(answer, "ClaimResponse")
    assert header["eventCoding"]["code"] == "etariffresponse-consult"
    assert header["response"] == {"identifier": request["entry"][0]["resource"]["id"], "code": "ok"}
    assert header["destination"][0]["endpoint"] == request["entry"][0]["resource"]["source"]["endpoint"]
    assert "no payment commitment" in response["disposition"]
    assert "commitment" not in str([extension["url"] for extension in items(answer)[0]["extension"]])
    addresses = [entry["fullUrl"] for entry in answer["entry"]]
    assert len(set(addresses)) == len(addresses)
    assert set(values(answer, "reference")) <= set(addresses)


def test_the_same_question_at_the_same_instant_has_the_same_answer(priced: Pricer) -> None:
    request = bundle("etariff_several_services")
    before = deepcopy(request)
    assert process_message(request, priced, now=NOW) == process_message(request, priced, now=NOW)
    assert request == before


@pytest.mark.parametrize(
    ("status", "code", "room"),
    [("full", "conventioned", "0.00"), ("partial", "partial", "0.00"), ("refused", "not", "not-applicable")],
)
def test_the_status_of_the_doctor_decides_on_the_supplement(
    conditions: Conditions, fees: FeeTable, status: str, code: str, room: str
) -> None:
    """What no profile of the guides can say; under 14.2.1, 14.2.2.1 and 17.1."""
    pricer = Pricer(conditions, fees, doctors(status))
    (item,) = items(valid(process_message(bundle("etariff_general_practice_holder"), pricer, now=NOW)))
    assert extension(item, "convention-status")["valueCoding"]["code"] == code
    money = extension(item, "max-supplement")["valueMoney"]
    assert money.get("value") == (room if room == "0.00" else None)
    assert [e["valueCode"] for e in money.get("extension", [])] == ([] if room == "0.00" else [room])


def test_a_preferential_patient_in_2026_may_not_be_charged_a_supplement_by_anybody(
    conditions: Conditions, tmp_path: Path
) -> None:
    """The ban of 1 January 2026 holds for a doctor who refused too; its text was not read, and the answer says so."""
    request = bundle("etariff_several_services")
    (claim,) = (e["resource"] for e in request["entry"] if e["resource"]["resourceType"] == "Claim")
    claim["item"][0]["servicedDate"] = "2026-02-03"
    pricer = Pricer(conditions, fee_table(tmp_path, FEE_OF_2026), doctors("refused"))
    item = items(valid(process_message(request, pricer, now=NOW)))[0]
    assert euro(extension(item, "max-supplement")["valueMoney"]) == ("0.00", "EUR")
    assert "law_not_checked" in [e["valueCoding"]["code"] for e in extensions(item, "reason")]


def test_a_slot_without_tariff_leaves_the_hour_to_be_stated(conditions: Conditions, fees: FeeTable) -> None:
    """A tariff request states no hour: in a slot of Tuesday morning the supplement could be lawful (14.2.2.2)."""
    pricer = Pricer(conditions, fees, doctors("partial", "tue 09:00-13:00@A"))
    (item,) = items(valid(process_message(bundle("etariff_general_practice_holder"), pricer, now=NOW)))
    assert "time_not_stated" in [e["valueCoding"]["code"] for e in extensions(item, "reason")]


def test_a_doctor_in_no_table_is_priced_and_his_status_is_not_guessed(pricer: Pricer) -> None:
    (item,) = items(valid(process_message(bundle("etariff_general_practice_holder"), pricer, now=NOW)))
    assert item["net"]["value"] == "22.22"
    for name, kind in (("convention-status", "valueCoding"), ("max-supplement", "valueMoney")):
        assert extension(item, name)[kind]["extension"][0]["valueCode"] == "unknown"
    assert "practitioner_not_known" in [e["valueCoding"]["code"] for e in extensions(item, "reason")]


def test_a_code_without_a_fee_is_refused_without_amounts(priced: Pricer) -> None:
    """Refusal 009: the code cannot be attested on that date; the guide's own validator finds nothing to say."""
    request = bundle("etariff_general_practice_holder")
    request["entry"][-1]["resource"]["item"][0]["productOrService"]["coding"][0]["code"] = "999995"
    answer = process_message(request, priced, now=NOW)
    (item,) = items(valid(answer))
    assert codes(item["adjudication"][0]["category"]) == ["refusal"]
    assert codes(item["adjudication"][0]["reason"]) == ["009"]
    assert not {"unitPrice", "net", "quantity"} & set(item)
    assert validate(answer, strict=True) == []


def test_two_electrocardiograms_of_one_day_are_pointed_out(priced: Pricer) -> None:
    """6.5: one line alone cannot show it, a claim of one patient can."""
    request = bundle("etariff_several_services")
    services = request["entry"][-1]["resource"]["item"]
    services[0]["productOrService"]["coding"][0]["code"] = "475075"
    found = items(valid(process_message(request, priced, now=NOW)))
    flagged = ["ecg_same_day" in [e["valueCoding"]["code"] for e in extensions(item, "reason")] for item in found]
    assert flagged == [True, False, True]


def test_a_service_of_another_doctor_names_him(priced: Pricer) -> None:
    request = bundle("etariff_general_practice_holder")
    team = request["entry"][-1]["resource"]["careTeam"]
    team[1]["provider"]["identifier"]["value"] = HOLDER
    (item,) = items(valid(process_message(request, priced, now=NOW)))
    assert item["provider"][0]["identifier"]["value"] == HOLDER != GP


# --- rejects ------------------------------------------------------------------------------------------------


def test_a_missing_reference_is_rejected_by_the_official_code(priced: Pricer) -> None:
    """MISSING_PRACTITIONERROLE_PRACTITIONER_REFERENCE is the code of the guide's example of a reject (ex12)."""
    request = bundle("etariff_general_practice_holder")
    del request["entry"][1]["resource"]["practitioner"]
    assert one(process_message(request, priced), "MessageHeader")["eventCoding"]["code"] == "etariffresponse-consult"
    answer = process_message(request, priced, strict=True, now=NOW)
    header, outcome = one(valid(answer), "MessageHeader"), one(answer, "OperationOutcome")
    assert (header["eventCoding"]["code"], header["response"]["code"]) == ("reject", "fatal-error")
    (issue,) = outcome["issue"]
    assert codes(issue["details"])[0] == "MISSING_PRACTITIONERROLE_PRACTITIONER_REFERENCE"
    assert issue["expression"] == ["Bundle.entry[1].resource.ofType(PractitionerRole).practitioner"]
    assert validate(answer, strict=True) == []


def test_every_fault_of_a_message_is_named_at_once(priced: Pricer) -> None:
    request = bundle("etariff_several_services")
    del request["id"]
    first, second, third = request["entry"][-1]["resource"]["item"]
    del first["servicedDate"]
    second["productOrService"]["coding"] = []
    third["servicedDate"] = "10 March"
    third["productOrService"]["coding"][0]["code"] = " "
    answer = valid(process_message(request, priced, now=NOW))
    place = "Bundle.entry[5].resource.ofType(Claim).item"
    assert told(one(answer, "OperationOutcome")) == [
        ("error", "missing_id", "Bundle.id"),
        ("error", "missing_date", f"{place}[0].servicedDate"),
        ("error", "missing_code", f"{place}[1].productOrService"),
        ("error", "unreadable_code", f"{place}[2].productOrService"),
        ("error", "unreadable_date", f"{place}[2].servicedDate"),
    ]
    official_codes = [codes(issue["details"])[0] for issue in one(answer, "OperationOutcome")["issue"]]
    assert official_codes[:2] == ["MISSING_BUNDLE_ID", "MISSING_CLAIM_ITEM_SERVICEDDATE"]


def test_an_attestation_is_no_question_about_a_tariff(priced: Pricer) -> None:
    answer = valid(process_message(bundle("eattest_general_practice"), priced, now=NOW))
    assert "other_request" in [code for _, code, _ in told(one(answer, "OperationOutcome"))]


# --- the official examples, where they are at hand -----------------------------------------------------------

ALLOWED = "Bundle.entry.resource.ofType(Coverage).class.value.extension"
"""The patient's holder codes, which the insurer knows and we do not."""


def paths(node: object, at: str = "") -> set[str]:
    """Every path of a resource, indices left out; our extensions and the insurer's commitment are not compared."""
    if isinstance(node, list):
        return set().union(*(paths(value, at) for value in node))
    if not isinstance(node, dict):
        return {at}
    if "medicomut" in str(node.get("url")) or "commitment" in str(node.get("url")):
        return set()
    if "resourceType" in node:
        at += f".ofType({node['resourceType']})" if at else node["resourceType"]
    return {at}.union(*(paths(value, f"{at}.{name.lstrip('_')}") for name, value in node.items()))


FEE_OF_EX04 = "101010,2013-01-12,2013-01-12,any,any,any,2500,1500,1000,example"
"""The figures of ex04: 101010 for 25.00 on 12 January 2013, of which 10.00 for the patient."""


def test_the_official_request_of_a_general_practitioner(conditions: Conditions, tmp_path: Path) -> None:
    """ex03 is answered in the shape of ex04, and with its amounts where the table has them."""
    pricer = Pricer(conditions, fee_table(tmp_path, FEE_OF_EX04))
    answers = [valid(process_message(r, pricer, strict=True)) for r in official("GeneralPractice_eTarif*ex03").values()]
    for answer, expected in zip(answers, official("GeneralPractice_eTarif*ex04").values(), strict=True):
        assert [e["resource"]["resourceType"] for e in answer["entry"]] == [
            e["resource"]["resourceType"] for e in expected["entry"]
        ]
        assert list(values(answer, "profile")) == list(values(expected, "profile"))
        missing = {path for path in paths(expected) - paths(answer) if not path.startswith(ALLOWED)}
        assert missing == set()
        assert paths(answer) - paths(expected) == {"Bundle.entry.resource.ofType(ClaimResponse).disposition"}
        ours, theirs = items(answer)[0], items(expected)[0]
        for name in SPLIT:
            found, printed = (extension(item, name)["valueMoney"]["value"] for item in (ours, theirs))
            assert Decimal(found) == printed
        assert Decimal(ours["net"]["value"]) == theirs["net"]["value"]


def test_the_official_requests_are_answered_item_by_item(pricer: Pricer) -> None:
    """ex05 asks for two services; ex01 breaks two invariants; ex07 and ex09 are of dentists."""
    for name, request in official("eTarifConsultRequest").items():
        answer = process_message(request, pricer, now=NOW)
        asked = one(request, "Claim")["item"]
        assert len(items(valid(answer))) == len(asked) == (2 if "ex05" in name else len(asked))
        assert validate(answer, strict=True) == []
        strictly = one(process_message(request, pricer, strict=True), "MessageHeader")["eventCoding"]["code"]
        assert strictly == ("reject" if "ex01" in name else "etariffresponse-consult")
