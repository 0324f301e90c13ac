"""eAttest and eTariff requests as lines of care: our own bundles, and the guides' examples if at hand.

The shapes are those of the Belgian guides `hl7.fhir.be.eattestation` and `hl7.fhir.be.etariff`; every person,
number and membership in `bundles/` is made up.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from functools import reduce
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.fhir import BundleLines, is_bundle, read_bundle
from medicomut.identifiers import is_synthetic_inami, synthetic_inami
from medicomut.tariff.price import Pricer, accession_of
from medicomut.tariff.vocabulary import LINE_COLUMNS

BUNDLES = Path(__file__).parent / "bundles"
OFFICIAL = Path(__file__).parents[2].parent / "shared/fixtures/fhir"
CLAIM = "00000000-0000-4000-8000-000000000009"
GP, HOLDER, SPECIALIST = (
    synthetic_inami(serial, competence) for serial, competence in ((101, "004"), (102, "003"), (201, "580"))
)

Bundle = dict[str, Any]


def own(name: str) -> BundleLines:
    return read_bundle(BUNDLES / name)


def changed(tmp_path: Path, change: Callable[[Bundle, Bundle], object], name: str = "eattest_general_practice") -> Path:
    """Write one of our bundles with a change made to it; the change sees the bundle and its claim."""
    bundle = json.loads((BUNDLES / f"{name}.json").read_text())
    change(bundle, bundle["entry"][-1]["resource"])
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(bundle))
    return path


def found(read: BundleLines) -> list[tuple[str, str, str]]:
    """Each fault as its severity, its code and its place within the claim."""
    places = [str(problem.where.field if problem.where else "") for problem in read.problems]
    return [
        (problem.severity, problem.code, place.partition("ofType(Claim).")[2] or place)
        for problem, place in zip(read.problems, places, strict=True)
    ]


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


# --- amounts ----------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1, max_size=4))
def test_every_charge_is_the_exact_sum_of_net_and_supplement(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[tuple[int, int]]
) -> None:
    def euros(cents: int) -> str:
        return f"@{cents // 100}.{cents % 100:02d}@"

    bundle = json.loads((BUNDLES / "eattest_general_practice.json").read_text())
    claim = bundle["entry"][-1]["resource"]
    model = claim["item"][0]
    claim["item"] = []
    for sequence, (net, supplement) in enumerate(amounts, start=1):
        item = json.loads(json.dumps(model)) | {"sequence": sequence}
        item["net"]["value"] = item["unitPrice"]["value"] = euros(net)
        item["extension"][0]["valueMoney"]["value"] = euros(supplement)
        claim["item"].append(item)
    claim["total"]["value"] = euros(sum(net for net, _ in amounts))
    claim["extension"][0]["valueMoney"]["value"] = euros(sum(supplement for _, supplement in amounts))
    path = tmp_path_factory.mktemp("amounts") / "bundle.json"
    path.write_text(json.dumps(bundle).replace('"@', "").replace('@"', ""))
    read = read_bundle(path)
    assert [line["charged_cents"] for line in read.lines] == [net + supplement for net, supplement in amounts]
    assert read.problems == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("22.225", "bad_amount"),
        ("-22.22", "negative_amount"),
        ("2.2e1", "bad_amount"),
        ('"22,22"', "bad_amount"),
    ],
)
def test_an_amount_that_is_not_whole_cents_leaves_the_charge_out(written: str, code: str, tmp_path: Path) -> None:
    path = changed(tmp_path, lambda _, claim: claim["item"][0]["net"].update(value="@"))
    path.write_text(path.read_text().replace('"@"', written))
    read = read_bundle(path)
    assert [problem.code for problem in read.problems] == [code]
    assert [line.get("charged_cents") for line in read.lines] == [None, 1905]


def _without(where: str, *keys: str) -> Callable[[Bundle, Bundle], object]:
    def change(_: Bundle, claim: Bundle) -> None:
        target = claim["item"][1] if where == "item" else claim
        for key in keys:
            del target[key]

    return change


@pytest.mark.parametrize(
    ("change", "faults", "second"),
    [
        # the first item's 3.00 is the whole supplement: the second had none
        (_without("item", "extension"), [], 1905),
        (_without("item", "net"), [], 1905),
        (_without("item", "net", "unitPrice"), [("error", "missing_amount", "item[1].net")], None),
        (_without("claim", "total"), [("warning", "missing_total", "total")], 1905),
        (_without("claim", "extension"), [("warning", "missing_supplement", "extension")], 1905),
        (
            lambda _, claim: claim["extension"][0]["valueMoney"].update(value=5),
            [("warning", "supplement_differs", "extension[0]")],
            1905,
        ),
        (
            lambda bundle, claim: (
                _without("item", "extension")(bundle, claim),
                claim["extension"][0]["valueMoney"].update(value=5),
            ),
            [
                ("warning", "supplement_differs", "extension[0]"),
                ("warning", "supplement_not_stated", "item[1].extension"),
            ],
            None,
        ),
        (
            lambda _, claim: claim["item"][1].update(quantity={"value": "1.5"}),
            [("error", "several_units", "item[1].quantity")],
            None,
        ),
    ],
)
def test_what_is_missing_or_does_not_add_up(
    change: Callable[[Bundle, Bundle], object],
    faults: list[tuple[str, str, str]],
    second: int | None,
    tmp_path: Path,
) -> None:
    """The sums of the guide: the items' net make the total, their supplements make the claim's."""
    read = read_bundle(changed(tmp_path, change))
    assert found(read) == faults
    assert read.lines[1].get("charged_cents") == second


# --- people, places, regime -------------------------------------------------------------------------------


def test_a_reference_to_a_resource_of_another_type_leads_nowhere(tmp_path: Path) -> None:
    """The claim's patient points to the practitioner."""
    read = read_bundle(
        changed(tmp_path, lambda bundle, claim: claim["patient"].update(reference=bundle["entry"][2]["fullUrl"]))
    )
    assert found(read) == [("error", "unknown_reference", "patient.reference")]
    assert not any("patient" in line for line in read.lines)


def test_the_national_number_of_the_patient_goes_before_his_membership(tmp_path: Path) -> None:
    def national(bundle: Bundle, _: Bundle) -> None:
        system = "https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/ssin"
        bundle["entry"][3]["resource"]["identifier"].append({"system": system, "value": "00000000097"})

    assert {line["patient"] for line in read_bundle(changed(tmp_path, national)).lines} == {"00000000097"}


def test_two_primary_members_are_not_chosen_between(tmp_path: Path) -> None:
    def second_primary(_: Bundle, claim: Bundle) -> None:
        other = json.loads(json.dumps(claim["careTeam"][0])) | {"sequence": 2}
        other["provider"]["identifier"]["value"] = HOLDER
        claim["careTeam"].append(other)
        claim["item"][0]["careTeamSequence"] = [1, 2]

    read = read_bundle(changed(tmp_path, second_primary))
    assert found(read) == [("error", "ambiguous_practitioner", "item[0].careTeamSequence")]
    assert [line.get("practitioner") for line in read.lines] == [None, GP]


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (lambda team: team.clear(), ["missing_practitioner", "unknown_reference"] * 2),
        (
            lambda team: team[0]["provider"].pop("identifier"),
            ["missing_number"] + ["missing_practitioner"] * 2,
        ),
        (lambda team: team[0].pop("role"), ["missing_role"] + ["missing_practitioner"] * 2),
        (lambda team: team[0].pop("qualification"), ["missing_qualification"]),
        (lambda team: team.append(team[0]), ["repeated_sequence"]),
    ],
)
def test_a_care_team_that_does_not_say_enough(
    change: Callable[[list[Bundle]], object], faults: list[str], tmp_path: Path
) -> None:
    read = read_bundle(changed(tmp_path, lambda _, claim: change(claim["careTeam"])))
    assert [problem.code for problem in read.problems] == faults


def test_an_item_that_names_nobody_is_the_primary_members(tmp_path: Path) -> None:
    """Both guides require careTeamSequence; the holder of the file is not taken from the claim as a whole."""

    def without_sequence(_: Bundle, claim: Bundle) -> None:
        del claim["item"][0]["careTeamSequence"]

    read = read_bundle(changed(tmp_path, without_sequence, "etariff_general_practice_holder"))
    assert found(read) == [("warning", "nobody_named", "item[0].careTeamSequence")]
    assert read.lines[0]["practitioner"] == GP
    assert "medical_file" not in read.lines[0]


def test_a_holder_outside_general_practice_is_not_taken(tmp_path: Path) -> None:
    """Invariant be-inv-gmf-holder of both guides."""

    def specialist(_: Bundle, claim: Bundle) -> None:
        claim["subType"]["coding"][0]["code"] = "specializedmedicine"

    read = read_bundle(changed(tmp_path, specialist, "etariff_general_practice_holder"))
    assert found(read) == [("warning", "holder_outside_general_practice", "item[0].careTeamSequence")]
    assert "medical_file" not in read.lines[0]
    assert read.profession == "specialist"


def test_care_of_another_profession_is_warned_of_and_kept(tmp_path: Path) -> None:
    def dentist(_: Bundle, claim: Bundle) -> None:
        claim["subType"]["coding"][0]["code"] = "dentistry"

    read = read_bundle(changed(tmp_path, dentist))
    assert found(read) == [("warning", "not_medical_care", "subType")]
    assert (read.profession, len(read.lines)) == (None, 2)


@pytest.mark.parametrize(("code", "preferential"), [("110", False), ("111", True), ("131", True)])
def test_the_first_holder_code_tells_the_preferential_regime(code: str, preferential: bool, tmp_path: Path) -> None:
    def regime(bundle: Bundle, _: Bundle) -> None:
        bundle["entry"][-2]["resource"]["class"][1]["value"] = code

    read = read_bundle(changed(tmp_path, regime, "etariff_several_services"))
    assert {line["preferential"] for line in read.lines} == {preferential}


def test_the_coverage_of_the_patient_is_found_without_a_reference(tmp_path: Path) -> None:
    def only_display(_: Bundle, claim: Bundle) -> None:
        claim["insurance"][0]["coverage"] = {"display": "no further details"}

    read = read_bundle(changed(tmp_path, only_display, "etariff_several_services"))
    assert {line["preferential"] for line in read.lines} == {True}


def test_holder_codes_that_cannot_be_read_leave_the_regime_open(tmp_path: Path) -> None:
    def regime(bundle: Bundle, _: Bundle) -> None:
        bundle["entry"][-2]["resource"]["class"][1]["value"] = "1"

    read = read_bundle(changed(tmp_path, regime, "etariff_several_services"))
    assert [problem.code for problem in read.problems] == ["bad_holder_code"]
    assert not any("preferential" in line for line in read.lines)


def test_payment_to_the_doctor_does_not_say_whether_the_law_imposes_it(tmp_path: Path) -> None:
    def to_provider(_: Bundle, claim: Bundle) -> None:
        claim["payee"]["type"]["coding"][0]["code"] = "provider"

    assert not any("third_party" in line for line in read_bundle(changed(tmp_path, to_provider)).lines)


@pytest.mark.parametrize(
    ("old", "new", "settings"),
    [
        # a code of hospital care: which room is not in the message
        ('"102034"', '"102045"', [None, "ambulatory_hospital"]),
        # the place named has no department and is not the sender: what kind of place it is, is not known
        ("be-cs-hospital-service-cd", "other-kind-of-place", ["ambulatory_hospital", None]),
        # it is the sender: a hospital
        (
            'be-cs-hospital-service-cd"/>\n            <code value="130"',
            'x"/>\n            <code value="1"',
            None,
        ),
    ],
)
def test_the_setting_is_stated_only_for_ambulatory_care_in_a_hospital(
    old: str, new: str, settings: list[str | None] | None, tmp_path: Path
) -> None:
    text = (BUNDLES / "eattest_specialist_hospital.xml").read_text()
    assert old in text
    path = tmp_path / "bundle.xml"
    text = text.replace(old, new)
    path.write_text(text if settings else text.replace("71088888000", "71099999000"))
    expected = settings or ["ambulatory_hospital", "ambulatory_hospital"]
    assert [line.get("setting") for line in read_bundle(path).lines] == expected


# --- what is no request -----------------------------------------------------------------------------------


def _event(bundle: Bundle, code: str) -> None:
    bundle["entry"][0]["resource"]["eventCoding"]["code"] = code


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (lambda bundle, _: _event(bundle, "eattest-cancel"), ["unknown_event"]),
        (lambda bundle, _: bundle["entry"][0]["resource"].update(response={"code": "ok"}), ["response"]),
        (lambda bundle, _: bundle["entry"].pop(0), ["missing_message_header"]),
        (lambda bundle, _: bundle.update(resourceType="Parameters"), ["not_a_bundle"]),
        (lambda bundle, _: bundle.pop("resourceType"), ["not_a_bundle"]),
        (lambda bundle, _: bundle["entry"].pop(), ["missing_claim", "unknown_reference"]),
        (lambda bundle, _: bundle.pop("id"), ["missing_id"]),
        (lambda _, claim: claim.update(status="cancelled"), ["claim_not_active"]),
        (lambda _, claim: claim.update(item=[], total={"value": 0, "currency": "EUR"}), ["missing_item"]),
        (lambda bundle, _: bundle["entry"][3]["resource"].pop("identifier"), ["missing_patient"]),
        (lambda _, claim: claim.pop("patient"), ["missing_patient"]),
    ],
)
def test_what_cannot_be_used_is_named(
    change: Callable[[Bundle, Bundle], object], faults: list[str], tmp_path: Path
) -> None:
    codes = [problem.code for problem in read_bundle(changed(tmp_path, change)).problems]
    assert [code for code in codes if code != "supplement_differs"] == faults


def test_a_response_is_told_from_an_unknown_event(tmp_path: Path) -> None:
    def response(bundle: Bundle, _: Bundle) -> None:
        _event(bundle, "eattestresponse-create")
        bundle["entry"][0]["resource"]["response"] = {"identifier": "1", "code": "ok"}

    read = read_bundle(changed(tmp_path, response))
    assert ([p.code for p in read.problems], read.lines, read.kind) == (["response"], [], None)


def test_two_claims_in_one_message_are_both_given(tmp_path: Path) -> None:
    def again(bundle: Bundle, _: Bundle) -> None:
        another = json.loads(json.dumps(bundle["entry"][-1]))
        another["resource"]["id"] = "another"
        another["fullUrl"] = "urn:uuid:another"
        bundle["entry"].append(another)

    read = read_bundle(changed(tmp_path, again))
    assert [problem.code for problem in read.problems] == ["several_claims"]
    assert len({line["line_id"] for line in read.lines}) == 4


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"resourceType": "Bundle", "entry": [', "bad_json"),
        (b'{"resourceType": "Bundle", "id": "a", "id": "b"}', "repeated_key"),
        (b'{"resourceType": "Bundle", "x": NaN}', "bad_json"),
        (b"[]", "bad_json"),
        (b'{"resourceType": "Bundle", "x": "\xff"}', "not_utf8"),
        (b'<Bundle xmlns="http://hl7.org/fhir"><id value="a"/>', "bad_xml"),
        (b'<!DOCTYPE x [<!ENTITY a "a">]><Bundle xmlns="http://hl7.org/fhir"/>', "doctype"),
        (b'<Bundle xmlns="urn:another"/>', "not_a_bundle"),
        (b'{"resourceType": "Bundle", "entry": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
    ],
)
def test_a_file_that_is_no_document(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_bytes(content)
    read = read_bundle(path)
    assert ([problem.code for problem in read.problems], read.lines) == ([code], [])


def _nodes(part: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    members = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path, *(node for key, value in members for node in _nodes(value, (*path, key)))]


STRANGE = (None, "", 0, [], {}, "x", [None], {"a": 1}, {"resourceType": "Claim"}, True)
MODEL = json.loads((BUNDLES / "etariff_several_services.json").read_text())


@given(st.lists(st.tuples(st.sampled_from(_nodes(MODEL)[1:]), st.sampled_from(STRANGE)), min_size=1, max_size=3))
def test_no_bundle_however_strange_stops_the_reader(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[str | int, ...], object]]
) -> None:
    bundle = json.loads(json.dumps(MODEL))
    for path, value in changes:
        with suppress(LookupError, TypeError):  # an earlier change took this part away
            reduce(lambda part, key: part[key], path[:-1], bundle)[path[-1]] = deepcopy(value)
    file = tmp_path_factory.mktemp("strange") / "bundle.json"
    file.write_text(json.dumps(bundle))
    read = read_bundle(file)
    assert all(set(line) <= set(LINE_COLUMNS) for line in read.lines)
    assert read.lines or read.problems


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.json"
    assert not is_bundle(path)
    assert [problem.code for problem in read_bundle(path).problems] == ["missing_file"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'\xef\xbb\xbf{"resourceType" : "Bundle"}', True),
        (b'{"entry": [' + b" " * 200_000 + b'], "resourceType": "Bundle"}', True),
        (b'<?xml version="1.0"?>\n<!-- x --><Bundle xmlns="http://hl7.org/fhir">', True),
        (b'<f:Bundle xmlns:f="http://hl7.org/fhir"/>', True),
        (b"<!-- x --><?p?>\n" * 3_000 + b"<Bundle>", True),
        (b"<!---->" * 9_000 + b"<x", False),
        (b"<NOMEN_FEECODES><fee_code>1</fee_code></NOMEN_FEECODES>", False),
        (b'{"code": "101032", "date": "2020-02-04"}\n{"code": "101032", "date": "2020-02-05"}\n', False),
        (b"code,date\n101032,2020-02-04\n", False),
        (b"", False),
    ],
)
def test_a_bundle_is_told_from_other_files_by_its_look(content: bytes, expected: bool, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert is_bundle(path) is expected


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
