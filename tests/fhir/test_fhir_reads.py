"""What is searched and read: doctors and their accession, fees, our own terminology, what the façade can do."""

from __future__ import annotations

from datetime import date
from itertools import chain

import pytest
from fhir_cases import GP, NOW, SPECIALIST, codes, doctors, extension, told, valid
from hypothesis import given, settings
from hypothesis import strategies as st

from medicomut.fhir import names, practitioner, terminology
from medicomut.fhir.charge_item_definition import read_charge_item_definition, search_charge_item_definitions
from medicomut.fhir.exact import Resource
from medicomut.fhir.metadata import SEARCHES, capability_statement
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.practitioners import Practitioners, from_rows
from medicomut.words import LANGUAGES

HISTORY = from_rows(
    [
        {"practitioner": GP, "profession": "gp", "status": "full", "valid_to": "2020-03-31"},
        {
            "practitioner": GP, "profession": "gp", "status": "partial", "valid_from": "2020-04-01",
            "slots": "tue 09:00-13:00@A;fri 22:00-01:00;sat 20:00-24:00",
        },
        {"practitioner": SPECIALIST, "profession": "specialist", "status": "refused"},
    ],
    "doctors.csv",
)  # fmt: skip


def matches(found: Resource) -> list[Resource]:
    return [entry["resource"] for entry in found.get("entry", []) if entry["search"]["mode"] == "match"]


def status(role: Resource) -> str:
    return str(extension(role, "convention-status")["valueCoding"]["code"])


# --- doctors ------------------------------------------------------------------------------------------------


def test_a_doctor_is_found_by_the_inami_number() -> None:
    for asked in (GP, f"{names.NIHDI}|{GP}"):
        (found,) = matches(valid(practitioner.search_practitioners(HISTORY, asked)))
        assert found["identifier"] == [{"system": names.NIHDI, "value": GP}]
    assert valid(practitioner.search_practitioners(HISTORY, "19999999004"))["total"] == 0


@pytest.mark.parametrize(
    ("day", "expected"), [("2020-03-31", "conventioned"), ("eq2020-04-01", "partial"), ("2030-01-01", "partial")]
)
def test_the_accession_as_of_a_day(day: str, expected: str) -> None:
    (role,) = matches(valid(practitioner.search_roles(HISTORY, GP, day)))
    assert status(role) == expected


def test_every_accession_of_a_doctor_with_its_days() -> None:
    found = valid(practitioner.search_roles(HISTORY, GP, include=True))
    assert [(status(role), role["period"]) for role in matches(found)] == [
        ("conventioned", {"end": "2020-03-31"}), ("partial", {"start": "2020-04-01"}),
    ]  # fmt: skip
    assert [e["resource"]["id"] for e in found["entry"] if e["search"]["mode"] == "include"] == [GP]
    assert found["total"] == 2


def test_slots_without_tariff_are_times_so_marked() -> None:
    """A slot over midnight is two times; FHIR has no 24:00, so the extension keeps the slot as declared."""
    (role,) = matches(valid(practitioner.search_roles(HISTORY, GP, "2020-06-02")))
    times = [(*t["daysOfWeek"], t["availableStartTime"], t["availableEndTime"]) for t in role["availableTime"]]
    assert times == [
        ("tue", "09:00:00", "13:00:00"), ("fri", "22:00:00", "23:59:59"), ("sat", "00:00:00", "01:00:00"),
        ("sat", "20:00:00", "23:59:59"),
    ]  # fmt: skip
    marks = [{p["url"]: p for p in extension(t, "off-tariff")["extension"]} for t in role["availableTime"]]
    assert [mark["slot"]["valueString"] for mark in marks] == [
        "tue 09:00-13:00", "fri 22:00-01:00", "fri 22:00-01:00", "sat 20:00-24:00",
    ]  # fmt: skip
    assert {mark["tariffApplies"]["valueBoolean"] for mark in marks} == {False}
    assert marks[0]["site"]["valueString"] == "A"
    assert "site" not in marks[1]


def test_a_specialist_who_refused_has_no_times() -> None:
    (role,) = matches(valid(practitioner.search_roles(HISTORY, SPECIALIST, "2020-06-02")))
    assert (status(role), codes(role["code"][0]), "availableTime" in role) == ("not", ["persphysician"], False)


def test_what_was_found_can_be_read_again() -> None:
    for role in matches(practitioner.search_roles(HISTORY, GP)):
        assert practitioner.read_role(HISTORY, role["id"]) == role
    assert valid(practitioner.read_practitioner(HISTORY, GP))["id"] == GP


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (practitioner.search_practitioners(HISTORY, None), "missing_identifier"),
        (practitioner.search_practitioners(HISTORY, "Durand"), "bad_identifier"),
        (practitioner.search_roles(HISTORY, f"urn:other|{GP}"), "bad_identifier"),
        (practitioner.search_roles(HISTORY, GP, "31/03/2020"), "bad_date"),
        (practitioner.read_practitioner(HISTORY, "19999999004"), "not_found"),
        (practitioner.read_role(HISTORY, f"{GP}-1999-01-01"), "not_found"),
        (practitioner.read_role(HISTORY, "\ud800"), "not_found"),
        (terminology.read_terminology("CodeSystem", "nothing"), "not_found"),
    ],
)
def test_what_cannot_be_answered_is_named(answer: Resource, code: str) -> None:
    assert [found for _, found, _ in told(valid(answer))] == [code]


@settings(deadline=None)
@given(st.text(), st.text())
def test_no_parameter_makes_a_search_fail(asked: str, day: str) -> None:
    valid(practitioner.search_roles(HISTORY, asked, day))


def test_a_table_of_one_doctor() -> None:
    table: Practitioners = doctors("refused")
    assert [status(role) for role in matches(practitioner.search_roles(table, GP))] == ["not"]


# --- fees ---------------------------------------------------------------------------------------------------


def test_the_fee_of_a_code_on_a_day(fees: FeeTable) -> None:
    """101010 in 2012: 14.39, and the split of the table published that year."""
    (found,) = matches(valid(search_charge_item_definitions(fees, "101010", "2012-06-01")))
    groups = [[c["amount"]["value"] for c in group["priceComponent"]] for group in found["propertyGroup"]]
    assert groups == [["14.39"], ["8.39", "6.00"], ["10.39", "4.00"], ["12.89", "1.50"], ["13.39", "1.00"]]
    assert found["effectivePeriod"] == {"start": "2012-01-01", "end": "2012-12-31"}
    assert (found["status"], codes(found["code"])) == ("active", ["101010"])
    assert valid(read_charge_item_definition(fees, found["id"])) == found


def test_a_fee_that_no_table_published_is_a_draft(fees: FeeTable) -> None:
    (found,) = matches(valid(search_charge_item_definitions(fees, f"{names.NOMENCLATURE}|101076", "2025-06-01")))
    assert (found["status"], found["experimental"]) == ("draft", True)


def test_every_fee_of_a_code_in_its_order(fees: FeeTable) -> None:
    found = matches(valid(search_charge_item_definitions(fees, "101032")))
    starts = [date.fromisoformat(one["effectivePeriod"]["start"]) for one in found]
    assert len(starts) > 3
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("code", "day", "fault"),
    [(None, None, "missing_code"), ("10103", None, "bad_code"), ("x|101032", None, "bad_code"),
     ("101032", "2020", "bad_date")],
)  # fmt: skip
def test_a_fee_that_cannot_be_asked_for(fees: FeeTable, code: str | None, day: str | None, fault: str) -> None:
    assert [found for _, found, _ in told(valid(search_charge_item_definitions(fees, code, day)))] == [fault]


# --- what we publish ----------------------------------------------------------------------------------------


def test_everything_we_publish_is_valid_and_found_by_its_address() -> None:
    for kind in ("CodeSystem", "ValueSet", "StructureDefinition", "OperationDefinition"):
        found = matches(valid(terminology.search_terminology(kind)))
        assert found
        for resource in found:
            assert resource["url"].startswith(names.CANONICAL)
            assert matches(valid(terminology.search_terminology(kind, resource["url"]))) == [resource]
            assert valid(terminology.read_terminology(kind, resource["id"])) == resource


def test_the_accession_of_a_doctor_has_words_in_four_languages() -> None:
    system = terminology.read_terminology("CodeSystem", "convention-status")
    assert [concept["code"] for concept in system["concept"]] == ["conventioned", "partial", "not"]
    for concept in chain(system["concept"], terminology.read_terminology("CodeSystem", "basis")["concept"]):
        assert {system["language"], *(d["language"] for d in concept["designation"])} == set(LANGUAGES)


def test_every_address_of_ours_is_published() -> None:
    """An extension or code system that an answer uses can be looked up; the naming system of the engine aside."""
    used = {value for value in vars(names).values() if isinstance(value, str) and value.startswith(names.CANONICAL)}
    kinds = ("CodeSystem", "StructureDefinition")
    published = {r["url"] for kind in kinds for r in matches(terminology.search_terminology(kind))}
    assert used - {names.CANONICAL, names.ENGINE} == published


def test_the_capability_statement_says_what_is_served() -> None:
    found = valid(capability_statement(now=NOW))
    (messaging,) = found["messaging"]
    assert [m["definition"].rsplit("/", 1)[-1] for m in messaging["supportedMessage"]] == [
        "be-etariff-request", "be-etariff-response",
    ]  # fmt: skip
    (rest,) = found["rest"]
    assert {r["type"] for r in rest["resource"]} == {*SEARCHES, "Claim", "Bundle"} - {"AuditEvent"}
    (audited,) = valid(capability_statement(now=NOW, audit=True))["rest"]
    assert {r["type"] for r in audited["resource"]} == {*SEARCHES, "Claim", "Bundle"}
