"""FHIR as its clients meet it: over HTTP, in their words, every answer read by the official models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from fhir.resources.R4B import get_fhir_model_class
from httpx2 import Response
from starlette.testclient import TestClient

from medicomut.api.app import create_app
from medicomut.api.settings import Settings
from medicomut.identifiers import synthetic_inami

FHIR = "application/fhir+json"
BUNDLES = Path(__file__).parents[1] / "fhir" / "bundles"
OFFICIAL = Path(__file__).parents[2].parent / "shared/fixtures/fhir"
GP, PARTIAL = synthetic_inami(101, "004"), synthetic_inami(103, "004")
DOCTORS = f"""practitioner,profession,status,valid_from,valid_to,slots
{GP},gp,full,2020-01-01,2020-12-31,
{GP},gp,refused,2021-01-01,,
{PARTIAL},gp,partial,2020-01-01,2020-12-31,tue 09:00-13:00@A
"""

PRICED = "etariff_general_practice_holder"
SEVERAL = "etariff_several_services"
ATTESTED = "eattest_general_practice"


@pytest.fixture(scope="module")
def fhir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    table = tmp_path_factory.mktemp("people") / "doctors.csv"
    table.write_text(DOCTORS)
    with TestClient(create_app(Settings(practitioners=table))) as client:
        yield client


def bundle(name: str) -> bytes:
    return (BUNDLES / f"{name}.json").read_bytes()


def claim(name: str) -> dict[str, Any]:
    entries = json.loads(bundle(name))["entry"]
    return next(dict(e["resource"]) for e in entries if e["resource"]["resourceType"] == "Claim")


def valid(answer: Response, status: int = 200) -> dict[str, Any]:
    """Return the resource of an answer, once the official model of its type has read it; amounts as text."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == FHIR
    kind = answer.json()["resourceType"]
    get_fhir_model_class(kind).model_validate_json(answer.content)
    return dict(json.loads(answer.content, parse_float=str))


def refused(answer: Response, status: int) -> list[tuple[str, str]]:
    """Return type and code of each issue of a refusal."""
    outcome = valid(answer, status)
    assert outcome["resourceType"] == "OperationOutcome"
    return [(issue["code"], issue["details"]["coding"][-1]["code"]) for issue in outcome["issue"]]


def types(message: dict[str, Any]) -> list[str]:
    return [entry["resource"]["resourceType"] for entry in message["entry"]]


def send(client: TestClient, operation: str, body: bytes | dict[str, Any], prefer: str = "") -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": FHIR} | ({"prefer": f"handling={prefer}"} if prefer else {})
    return client.post(f"/fhir/{operation}", content=content, headers=headers)


# --- operations --------------------------------------------------------------------------------------------------


def test_a_tariff_is_asked_for_in_a_message(fhir: TestClient) -> None:
    answer = valid(send(fhir, "$process-message", bundle(PRICED)))
    assert answer["type"] == "message"
    assert answer["entry"][0]["resource"]["eventCoding"]["code"] == "etariffresponse-consult"
    response = next(e["resource"] for e in answer["entry"] if e["resource"]["resourceType"] == "ClaimResponse")
    assert response["addItem"][0]["net"] == {"value": "22.22", "currency": "EUR"}


def test_a_message_that_cannot_be_answered_is_rejected_as_the_guide_has_it(fhir: TestClient) -> None:
    message = json.loads(bundle(PRICED))
    for entry in message["entry"]:
        if entry["resource"]["resourceType"] == "Claim":
            del entry["resource"]["item"][0]["servicedDate"]
    answer = valid(send(fhir, "$process-message", message))
    assert answer["entry"][0]["resource"]["eventCoding"]["code"] == "reject"
    assert "OperationOutcome" in types(answer)


def test_what_is_no_message(fhir: TestClient) -> None:
    assert refused(send(fhir, "$process-message", claim(PRICED)), 400) == [("structure", "not_a_bundle")]


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_claim_is_priced_alone_or_as_a_parameter(fhir: TestClient, wrapped: bool) -> None:
    sent = claim(PRICED)
    if wrapped:
        sent = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": sent}]}
    assert valid(send(fhir, "Claim/$submit", sent))["addItem"][0]["net"]["value"] == "22.22"


def test_parameters_without_the_claim(fhir: TestClient) -> None:
    for parts in ([], None, [{"name": "other", "resource": {}}], [{"name": "resource"}], ["resource"]):
        sent = {"resourceType": "Parameters", "parameter": parts}
        assert refused(send(fhir, "Claim/$submit", sent), 400) == [("structure", "missing_resource")]


def test_a_claim_that_cannot_be_priced(fhir: TestClient) -> None:
    sent = claim(PRICED)
    del sent["item"][0]["servicedDate"]
    assert ("structure", "missing_date") in refused(send(fhir, "Claim/$submit", sent), 422)


def test_a_supplement_is_checked_with_the_table_of_practitioners(fhir: TestClient) -> None:
    answer = valid(send(fhir, "Claim/$check", bundle(ATTESTED)))
    names = [part["name"] for part in answer["parameter"]]
    assert names == ["return", "outcome"]
    items = answer["parameter"][0]["resource"]["addItem"]
    assert len(items) == len(claim(ATTESTED)["item"])


def test_strict_or_lenient_as_the_request_says_else_as_the_server_does(fhir: TestClient, tmp_path: Path) -> None:
    """A holder of the medical file belongs to general practice: where the guide is broken, strict refuses."""
    message = json.loads(bundle(SEVERAL))
    message["type"] = "collection"
    body = json.dumps(message).encode()
    strict, lenient = (send(fhir, "$process-message", body, mode) for mode in ("strict", "lenient"))
    assert (strict.headers["preference-applied"], types(valid(strict))[0]) == ("handling=strict", "MessageHeader")
    assert "ClaimResponse" not in types(valid(strict))
    assert "ClaimResponse" in types(valid(lenient))
    assert "preference-applied" not in send(fhir, "$process-message", body).headers
    assert "ClaimResponse" in types(valid(send(fhir, "$process-message", body, "other")))
    with TestClient(create_app(Settings(handling="strict"))) as other:
        assert "ClaimResponse" not in types(valid(send(other, "$process-message", body)))
        assert "ClaimResponse" in types(valid(send(other, "$process-message", body, "lenient")))


def test_a_message_is_held_against_the_guide(fhir: TestClient) -> None:
    assert refused(send(fhir, "Bundle/$validate", bundle(PRICED), "strict"), 200) == [
        ("informational", "nothing_found")
    ]
    message = json.loads(bundle(PRICED)) | {"type": "collection"}
    for mode, severity in (("strict", "error"), ("lenient", "warning")):
        outcome = valid(send(fhir, "Bundle/$validate", message, mode))
        assert [i["severity"] for i in outcome["issue"]] == [severity]


# --- the official examples, where they are at hand -----------------------------------------------------------------

EXAMPLES = sorted(OFFICIAL.glob("be-etariff__*.json"))
FAULTY = ("ex01", "ex02", "ex12")


def test_the_official_examples_are_flagged_or_not(fhir: TestClient) -> None:
    """Three of the twelve break their own guide: told in strict mode as errors, in lenient mode as warnings."""
    for path in EXAMPLES:
        faulty = path.stem.endswith(FAULTY)
        for mode, expected in (("strict", "error"), ("lenient", "warning")):
            outcome = valid(send(fhir, "Bundle/$validate", path.read_bytes(), mode))
            found = {issue["severity"] for issue in outcome["issue"]}
            assert found == ({expected} if faulty else {"information"}), path.stem


def test_the_official_requests_are_answered_in_the_shape_of_the_guide(fhir: TestClient) -> None:
    answered = {}
    for path in (path for path in EXAMPLES if "Request" in path.stem):
        answer = valid(send(fhir, "$process-message", path.read_bytes(), "lenient"))
        assert answer["entry"][0]["resource"]["eventCoding"]["code"] == "etariffresponse-consult"
        response = next(e["resource"] for e in answer["entry"] if e["resource"]["resourceType"] == "ClaimResponse")
        answered[path.stem[-4:]] = (len(response["addItem"]), set(types(answer)))
    if EXAMPLES:
        expected = json.loads(next(p for p in EXAMPLES if p.stem.endswith("ex04")).read_text("utf-8-sig"))
        assert set(types(expected)) == answered["ex03"][1]
        assert (answered["ex03"][0], answered["ex05"][0]) == (1, 2)


def test_each_service_has_its_answer(fhir: TestClient) -> None:
    answer = valid(send(fhir, "$process-message", bundle(SEVERAL)))
    response = next(e["resource"] for e in answer["entry"] if e["resource"]["resourceType"] == "ClaimResponse")
    assert [item["itemSequence"] for item in response["addItem"]] == [
        [item["sequence"]] for item in claim(SEVERAL)["item"]
    ]


# --- searches and reads --------------------------------------------------------------------------------------------


def test_a_doctor_and_what_they_declared(fhir: TestClient) -> None:
    found = valid(fhir.get(f"/fhir/PractitionerRole?identifier={PARTIAL}&_include=PractitionerRole:practitioner"))
    assert (found["total"], types(found)) == (1, ["PractitionerRole", "Practitioner"])
    role, doctor = (entry["resource"] for entry in found["entry"])
    assert valid(fhir.get(f"/fhir/PractitionerRole/{role['id']}")) == role
    assert valid(fhir.get(f"/fhir/Practitioner/{PARTIAL}")) == doctor
    assert found["link"][0]["relation"] == "self"
    assert found["link"][0]["url"].startswith("/fhir/PractitionerRole?identifier=")


def test_an_answer_for_everybody_repeats_no_host(fhir: TestClient) -> None:
    """A cache would hand on what one client wrote into its request."""
    answer = fhir.get("/fhir/ChargeItemDefinition?code=101032", headers={"host": "evil.example"})
    assert "max-age" in answer.headers["cache-control"]
    assert valid(answer)["link"][0]["url"] == "/fhir/ChargeItemDefinition?code=101032"
    assert "evil.example" not in answer.text


def test_links_of_a_server_that_knows_its_address() -> None:
    with TestClient(create_app(Settings(public_url="https://tarif.example.org/"))) as client:
        found = valid(client.get("/fhir/CodeSystem"))
    assert found["link"][0]["url"] == "https://tarif.example.org/fhir/CodeSystem"


def test_the_status_of_a_day(fhir: TestClient) -> None:
    every = valid(fhir.get(f"/fhir/PractitionerRole?identifier={GP}"))
    one = valid(fhir.get(f"/fhir/PractitionerRole?identifier={GP}&date=2021-06-01"))
    assert (every["total"], one["total"]) == (2, 1)
    assert one["entry"][0]["resource"]["extension"][0]["valueCoding"]["code"] == "not"


def test_nobody_is_kept_by_a_cache(fhir: TestClient) -> None:
    for address in (f"/fhir/Practitioner/{GP}", f"/fhir/Practitioner?identifier={GP}"):
        assert fhir.get(address).headers["cache-control"] == "no-store"


PUBLIC = ["metadata", "CodeSystem", "CodeSystem/convention-status", "ValueSet", "ValueSet/verdict",
          "StructureDefinition", "StructureDefinition/off-tariff",
          "OperationDefinition", "OperationDefinition/claim-check",
          "ChargeItemDefinition?code=101032", "ChargeItemDefinition?code=101032&date=2020-02-04",
          "CodeSystem?url=https://medicomut.example/fhir/CodeSystem/verdict"]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_has_a_tag_and_is_not_sent_twice(fhir: TestClient, address: str) -> None:
    first = fhir.get(f"/fhir/{address}")
    found = valid(first)
    assert found["resourceType"] in {"Bundle", "CapabilityStatement"} or found["id"] == address.rpartition("/")[2]
    again = fhir.get(f"/fhir/{address}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_fee_by_its_address(fhir: TestClient) -> None:
    found = valid(fhir.get("/fhir/ChargeItemDefinition?code=101032&date=2020-02-04"))
    (entry,) = found["entry"]
    assert valid(fhir.get(f"/fhir/ChargeItemDefinition/{entry['resource']['id']}")) == entry["resource"]


@pytest.mark.parametrize(
    ("address", "status", "issue"),
    [
        ("Practitioner", 400, ("structure", "missing_identifier")),
        ("Practitioner?identifier=", 400, ("structure", "missing_identifier")),
        ("Practitioner?identifier=abc", 400, ("value", "bad_identifier")),
        ("Practitioner?identifier=1&identifier=2", 400, ("business-rule", "repeated_parameter")),
        ("Practitioner?identifier:exact=1", 400, ("not-supported", "unknown_modifier")),
        (f"PractitionerRole?identifier={GP}&date=tomorrow", 400, ("value", "bad_date")),
        (f"PractitionerRole?identifier={GP}&_include=*", 400, ("not-supported", "unsupported_parameter")),
        ("ChargeItemDefinition?code=1", 400, ("value", "bad_code")),
        ("Practitioner/1", 404, ("not-found", "not_found")),
        ("CodeSystem/none", 404, ("not-found", "not_found")),
        ("Patient/1", 404, ("not-found", "not_found")),
        ("", 404, ("not-found", "not_found")),
        ("Claim/$submit", 405, ("not-supported", "method_not_allowed")),
        ("metadata?_format=xml", 406, ("not-supported", "not_acceptable")),
        ("AuditEvent", 401, ("login", "not_signed_in")),
    ],
)
def test_what_is_asked_wrongly(fhir: TestClient, address: str, status: int, issue: tuple[str, str]) -> None:
    assert issue in refused(fhir.get(f"/fhir/{address}"), status)


def test_a_parameter_nobody_knows(fhir: TestClient) -> None:
    """Strict: refused. Lenient: passed over, but told, and left out of the link to the answer itself."""
    address = f"/fhir/Practitioner?identifier={GP}&name=Jansen"
    strict = fhir.get(address, headers={"prefer": "handling=strict"})
    assert refused(strict, 400) == [("not-supported", "unsupported_parameter")]
    lenient = valid(fhir.get(address))
    assert lenient["total"] == 1
    (entry,) = (entry for entry in lenient["entry"] if entry["search"]["mode"] == "outcome")
    assert entry["resource"]["issue"][0]["severity"] == "warning"
    assert "name" not in lenient["link"][0]["url"]


def test_an_operation_takes_no_parameter_in_its_address(fhir: TestClient) -> None:
    answer = send(fhir, "$process-message?async=true", bundle(PRICED))
    assert refused(answer, 400) == [("not-supported", "unsupported_parameter")]


# --- kinds of content ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "accept", "kind"),
    [
        ("metadata", "*/*", FHIR),
        ("metadata", "application/json", "application/json"),
        ("metadata", f"{FHIR}; fhirVersion=4.0", FHIR),
        ("metadata?_format=json", "application/fhir+xml", FHIR),
        ("metadata?_format=application/json", FHIR, "application/json"),
        ("metadata?_format=application/fhir+json", "*/*", FHIR),
        ("metadata?_format=application/fhir%2Bjson", "*/*", FHIR),
    ],
)
def test_the_kind_of_answer(fhir: TestClient, address: str, accept: str, kind: str) -> None:
    answer = fhir.get(f"/fhir/{address}", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


def test_xml_is_neither_written_nor_read(fhir: TestClient) -> None:
    unwritten = fhir.get("/fhir/metadata", headers={"accept": "application/fhir+xml"})
    assert refused(unwritten, 406) == [("not-supported", "not_acceptable")]
    unread = fhir.post("/fhir/$process-message", content=b"<Bundle/>", headers={"content-type": "application/fhir+xml"})
    assert refused(unread, 415) == [("not-supported", "unknown_media_type")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "bad_json"), (b"[]", "bad_json"), (b"\xff\xfe{}", "not_utf8"), (b'{"a": NaN}', "bad_json"),
        (b'{"resourceType": "Claim", "resourceType": "Bundle"}', "repeated_key"), (b"[" * 100_000, "too_deep"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("operation", ["$process-message", "Claim/$submit", "Claim/$check", "Bundle/$validate"])
def test_a_body_that_is_no_resource(fhir: TestClient, operation: str, body: bytes, code: str) -> None:
    found = refused(send(fhir, operation, body), 400)
    assert [issue for _, issue in found] == [code]


def test_a_body_beyond_the_limit_is_an_outcome_too() -> None:
    with TestClient(create_app(Settings(body_bytes=100))) as small:
        assert refused(send(small, "$process-message", bundle(PRICED)), 413) == [("too-long", "body_too_large")]


def test_a_large_message_is_answered_in_a_thread_with_the_same_words(fhir: TestClient) -> None:
    sent = claim(PRICED)
    items = [sent["item"][0] | {"sequence": number} for number in range(1, 400)]
    answer = valid(send(fhir, "Claim/$submit", sent | {"item": items}))
    assert {item["net"]["value"] for item in answer["addItem"]} == {"22.22"}
    assert len(answer["addItem"]) == 399


# --- the statement is the routes -----------------------------------------------------------------------------------


def test_the_capability_statement_tells_just_what_is_routed(fhir: TestClient) -> None:
    (rest,) = valid(fhir.get("/fhir/metadata"))["rest"]
    told = {f"/fhir/${operation['name']}" for operation in rest["operation"]} | {"/fhir/metadata"}
    for resource in rest["resource"]:
        address = f"/fhir/{resource['type']}"
        told |= {f"{address}/${operation['name']}" for operation in resource.get("operation", [])}
        kinds = {interaction["code"] for interaction in resource.get("interaction", [])}
        told |= {address} if "search-type" in kinds else set()
        told |= {f"{address}/{{number}}"} if "read" in kinds else set()
    app: Any = fhir.app
    routed = {str(found.path) for found in iter_route_contexts(app.routes) if str(found.path).startswith("/fhir")}
    without_store = {"/fhir/AuditEvent", "/fhir/AuditEvent/{number}"}
    assert told == routed - without_store
