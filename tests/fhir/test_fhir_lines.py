"""eAttest and eTariff requests as lines of care: our own bundles, and the guides' examples if at hand.

The shapes are those of the Belgian guides `hl7.fhir.be.eattestation` and `hl7.fhir.be.etariff`; every person,
number and membership in `bundles/` is made up.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from line_cases import BUNDLES, CLAIM, GP, OFFICIAL, SPECIALIST, found, own

from medicomut.fhir import is_bundle, read_bundle
from medicomut.identifiers import is_synthetic_inami
from medicomut.tariff.price import Pricer, accession_of
from medicomut.tariff.vocabulary import LINE_COLUMNS

# --- our own bundles --------------------------------------------------------------------------------------


def test_a_general_practitioner_attests_a_consultation_and_an_electrocardiogram() -> None:
    """22.22 within the fee and 3.00 on top: the patient was charged 25.22."""
    read = own("eattest_general_practice.json")
    shared = {
        "date": "2020-02-04", "practitioner": GP, "patient": "9999999999991", "third_party": "none",
    }  # fmt: skip
    assert read.lines == [
        shared | {"line_id": f"synthetic-eattest-gp/{CLAIM}/1", "code": "101032", "charged_cents": 2522},
        shared | {"line_id": f"synthetic-eattest-gp/{CLAIM}/2", "code": "475075", "charged_cents": 1905},
    ]
    assert (read.kind, read.profession, read.problems) == ("eattest", "gp", [])


def test_a_specialist_attests_within_a_hospital() -> None:
    """The hospital sends; the first item is where the sender is, the second in a department of another site.

    An item without a supplement had none, since the other one accounts for the whole of it.
    """
    read = own("eattest_specialist_hospital.xml")
    first, second = read.lines
    assert first["practitioner"] == second["practitioner"] == SPECIALIST
    assert (first["setting"], first.get("site")) == ("ambulatory_hospital", None)
    assert (second["setting"], second["site"]) == ("ambulatory_hospital", "71088888000")
    assert (first["charged_cents"], second["charged_cents"]) == (5190, 1905)
    assert (read.kind, read.profession, read.problems) == ("eattest", "specialist", [])


def test_a_tariff_request_naming_the_holder_of_the_medical_file() -> None:
    """Concept G of the guides: a colleague holds the file, the doctor has access, the lower share applies."""
    read = own("etariff_general_practice_holder.json")
    assert read.lines == [
        {
            "line_id": f"synthetic-etariff-holder/{CLAIM}/1",
            "code": "101032",
            "date": "2020-02-04",
            "practitioner": GP,
            "patient": "9999999999991",
            "medical_file": True,
        }
    ]
    assert (read.kind, read.profession, read.problems) == ("etariff", "gp", [])


def test_a_tariff_request_of_several_services_with_a_preferential_patient() -> None:
    """First holder code 111: the preferential regime. Only the first item names the holder of the file."""
    read = own("etariff_several_services.json")
    assert [line["code"] for line in read.lines] == ["101032", "103132", "475075"]
    assert [line["preferential"] for line in read.lines] == [True, True, True]
    assert [line.get("medical_file") for line in read.lines] == [True, None, None]
    assert not any("charged_cents" in line or "third_party" in line for line in read.lines)
    assert read.problems == []


def test_all_and_only_the_planted_faults_are_found_and_no_line_is_lost() -> None:
    read = own("eattest_faults.json")
    assert found(read) == [
        ("error", "unknown_reference", "patient.reference"),
        ("warning", "doubtful_number", "careTeam[1].provider.identifier"),
        ("error", "bad_amount", "item[0].extension[0].valueMoney.value"),
        ("error", "missing_code", "item[1].productOrService"),
        ("error", "missing_date", "item[2].servicedDate"),
        ("error", "unknown_reference", "item[2].careTeamSequence[0]"),
        ("warning", "supplement_not_stated", "item[3].extension"),
        ("error", "repeated_sequence", "item[3].sequence"),
        ("warning", "net_differs", "item[4].net"),
        ("warning", "norm_not_read", "item[4].informationSequence"),
        ("error", "several_units", "item[5].quantity"),
        ("error", "bad_currency", "item[6].unitPrice.currency"),
        ("warning", "total_differs", "total"),
    ]
    assert [line["line_id"].rpartition("/")[2] for line in read.lines] == [
        "1",
        "2",
        "3",
        "3#4",
        "5",
        "6",
        "7",
    ]
    assert [line.get("charged_cents") for line in read.lines] == [None, 2322, 2679, None, 2000, None, 2100]
    assert all(problem.mend and problem.where and problem.where.file for problem in read.problems)


def test_our_bundles_hold_synthetic_doctors_only() -> None:
    numbers = {line["practitioner"] for path in BUNDLES.iterdir() for line in read_bundle(path).lines}
    assert len(numbers) == 2
    assert all(is_synthetic_inami(number) for number in numbers)


# --- the guides' examples ---------------------------------------------------------------------------------


def test_the_examples_of_the_guides_where_they_are_at_hand() -> None:
    """Each example of the two guides is read or named: requests give lines, responses say what they are."""
    for path in sorted(OFFICIAL.glob("*.json")):
        read = read_bundle(path)
        assert is_bundle(path)
        assert all(set(line) <= set(LINE_COLUMNS) for line in read.lines)
        if "Request" in path.name:
            assert read.lines, path.name
            assert [p.code for p in read.problems if p.severity == "error"] == [], path.name
        else:
            assert (read.lines, [p.code for p in read.problems]) == ([], ["response"]), path.name
    for name, lines in OFFICIAL_LINES.items():
        path = OFFICIAL / name
        if path.exists():
            given_lines = read_bundle(path).lines
            assert [{key: line.get(key) for key in lines[0]} for line in given_lines] == lines, name


OFFICIAL_LINES: dict[str, list[dict[str, Any]]] = {
    "eattestation__FHIR_GeneralPractice_eAttestCreateRequest_ex11.json": [
        {"code": "475075", "date": "2017-01-27", "charged_cents": 1819 + 100, "setting": None},
        {"code": "101032", "date": "2017-01-27", "charged_cents": 2067 + 100, "setting": None},
    ],
    "eattestation__FHIR_Specializedmedicine_within_Hospital_eAttestCreateRequest_ex07.json": [
        {"code": "102034", "charged_cents": 3886 + 200, "setting": "ambulatory_hospital"}
    ],
    "be-etariff__FHIR_GeneralPractice_with_2_services_eTarifConsultRequest_ex05.json": [
        {"code": "101010", "date": "2013-01-12", "charged_cents": None, "medical_file": True},
        {"code": "101021", "date": "2013-01-12", "charged_cents": None, "medical_file": True},
    ],
}


# --- JSON and XML -----------------------------------------------------------------------------------------


def as_xml(name: str, value: Any) -> str:
    """Write a part of a JSON resource as FHIR XML, a comment inside each element."""
    if isinstance(value, list):
        return "".join(as_xml(name, one) for one in value)
    if not isinstance(value, dict):
        text = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
        return f"<{name} value={quoteattr(str(text))}/>"
    inner = ""
    for key, member in value.items():
        if key in {"resourceType", "url"} or key.startswith("_"):
            continue
        if f"_{key}" in value:
            extra = as_xml("extension", value[f"_{key}"]["extension"])
            inner += f"<{key} value={quoteattr(member)}>{extra}</{key}>"
        else:
            inner += as_xml(key, member)
    kind = value.get("resourceType")
    url = f" url={quoteattr(value['url'])}" if "url" in value else ""
    whole = f"<{kind}>{inner}</{kind}>" if kind else inner
    return f"<{name}{url}><!-- {name} -->{whole}</{name}>"


@pytest.mark.parametrize("name", sorted(path.name for path in BUNDLES.glob("*.json")))
def test_the_same_bundle_in_xml_gives_the_same_lines_and_the_same_faults(name: str, tmp_path: Path) -> None:
    """Comments inside extensions are where FHIR libraries stumble on the guides' own examples."""
    bundle = json.loads((BUNDLES / name).read_text(), parse_float=str)
    members = "".join(as_xml(key, value) for key, value in bundle.items() if key != "resourceType")
    path = tmp_path / "bundle.xml"
    path.write_text(f'<?xml version="1.0"?>\n<!-- first -->\n<Bundle xmlns="http://hl7.org/fhir">{members}</Bundle>')
    json_read, xml_read = own(name), read_bundle(path)
    assert is_bundle(path)
    assert (xml_read.lines, xml_read.kind, xml_read.profession) == (
        json_read.lines, json_read.kind, json_read.profession,
    )  # fmt: skip
    assert found(xml_read) == found(json_read)


def test_a_fault_in_xml_says_its_line(tmp_path: Path) -> None:
    text = (BUNDLES / "eattest_specialist_hospital.xml").read_text()
    path = tmp_path / "one_digit.xml"
    path.write_text(text.replace('<value value="58.95"/>', '<value value="58.59"/>'))
    (problem,) = read_bundle(path).problems
    assert problem.where is not None
    assert problem.where.line == text[: text.index("<total>")].count("\n") + 1
    assert problem.what == "the total is €58.59, the items' net add up to €58.95"


def test_the_narrative_is_no_part_of_the_message(tmp_path: Path) -> None:
    text = (BUNDLES / "eattest_specialist_hospital.xml").read_text()
    path = tmp_path / "narrative.xml"
    path.write_text(text.replace("<payee>", '<item xmlns="http://www.w3.org/1999/xhtml"/><payee>'))
    assert len(read_bundle(path).lines) == 2


# --- priced -----------------------------------------------------------------------------------------------


def test_an_eattest_is_checked_end_to_end(pricer: Pricer) -> None:
    """Tuesday 4 February 2020, a fully conventioned doctor, 25.22 charged for a fee of 22.22: 3.00 too much.

    No fee of 2020 is held for the electrocardiogram (475075), which is named and not guessed.
    """
    read = own("eattest_general_practice.json")
    results = [pricer.price(line, accession=accession_of("gp", "full")).result() for line in read.lines]
    assert [result["verdict"] for result in results] == ["excess", "unpriced"]
    assert [result["basis"] for result in results] == ["full_gp", "full_gp"]
    assert (results[0]["fee_cents"], results[0]["excess_cents"]) == (2222, 300)


def test_a_specialists_eattest_is_priced_or_named(pricer: Pricer) -> None:
    read = own("eattest_specialist_hospital.xml")
    results = [pricer.price(line, accession=accession_of("specialist", "full")).result() for line in read.lines]
    assert [(result["verdict"], result["basis"]) for result in results] == [("unpriced", "full_specialist")] * 2


def test_the_holder_of_the_file_lowers_the_share(pricer: Pricer) -> None:
    """4.00 with the file, 6.00 without: royal decree of 20 July 2011."""
    (line,) = own("etariff_general_practice_holder.json").lines
    shares = [
        pricer.price(fields, accession=accession_of("gp", "full")).result()["patient_share_cents"]
        for fields in (line, line | {"medical_file": False})
    ]
    assert shares == [400, 600]


def test_every_line_of_the_faulty_eattest_is_priced_or_named(pricer: Pricer) -> None:
    results = [
        pricer.price(line, accession=accession_of("gp", "full")).result() for line in own("eattest_faults.json").lines
    ]
    assert [result["verdict"] for result in results] == [
        "unknown", "unknown", "unknown", "unknown", "ok", "unknown", "unpriced",
    ]  # fmt: skip
    assert [result["basis"] for result in results].count("unreadable") == 2
