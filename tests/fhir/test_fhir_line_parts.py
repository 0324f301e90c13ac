"""Amounts, people, places and regime of the lines of a bundle, as the guides write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_cases import BUNDLES, GP, HOLDER, Bundle, changed, found

from medicomut.fhir import read_bundle

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
