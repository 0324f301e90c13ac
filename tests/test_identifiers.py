"""Numbers as they stand in public documents, right and wrong.

Valid INAMI numbers come from the official FHIR examples of eTariff and eAttest (CC0); NISS from the public
tests of python-stdnum and of belgian.insz; nomenclature codes from the agreement of 2020 and public tariffs.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.errors import Problems
from medicomut.identifiers import (
    check_inami,
    check_niss,
    check_nomenclature,
    is_synthetic_inami,
    profession_of,
    setting_of,
    synthetic_inami,
    twin,
)

IN_THE_AGREEMENT = [
    "102071",
    "102572",
    "211223",
    "211245",
    "355493",
    "355504",
    "457855",
    "457866",
    "457870",
    "457881",
    "457892",
    "457903",
    "458673",
    "458684",
    "458835",
    "458846",
    "458850",
    "458861",
    "597726",
    "597741",
]
ELSEWHERE = ["109616", "103390", "107111", "384042", "302805", "102771"]


@pytest.mark.parametrize("number", ["19234011004", "18749704477", "30202929001", "71000436000"])
def test_inami_numbers_of_the_official_examples(number: str) -> None:
    check = check_inami(number)
    assert check.valid
    assert (check.normalised, check.kind) == (number, "97")


def test_an_inami_number_is_read_with_its_usual_separators() -> None:
    assert check_inami("1-92340-11-004").normalised == "19234011004"
    assert check_inami("1/92340/11/004").normalised == "19234011004"
    assert check_inami(" 1.92340.11.004 ").normalised == "19234011004"


def test_a_number_issued_under_modulus_89_is_valid_and_says_so() -> None:
    """Since 1 April 2019: the same serial 1 92340 with 89 − (192340 mod 89) = 89 − 11 = 78."""
    check = check_inami("19234078004")
    assert (check.valid, check.kind) == (True, "89")


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        ("1923401100", "length", "11 digits, found 10"),
        ("19234011", "length", "found 8"),
        ("1923401100X", "not_digits", "1923401100X"),
        ("", "not_digits", "''"),
        ("09234011004", "profession_digit", "found 0"),
        ("19234012004", "check_digit", "11 (modulus 97) or 78 (modulus 89), found 12"),
    ],
)
def test_a_wrong_inami_number_says_why(number: str, code: str, said: str) -> None:
    check = check_inami(number)
    assert not check.valid
    assert check.normalised is None
    assert check.code == code
    assert check.why is not None
    assert said in check.why


@given(st.integers(0, 9999), st.integers(0, 7), st.integers(1, 9))
def test_one_slip_in_an_inami_number_is_caught_or_falls_on_the_other_modulus(serial: int, at: int, slip: int) -> None:
    """A slip of one digit changes the first six by less than 97 × 10⁵, never by a multiple of 97 or 89."""
    number = synthetic_inami(serial, "004")
    digit = (int(number[at]) + slip) % 10
    check = check_inami(number[:at] + str(digit) + number[at + 1 :])
    assert not check.valid or check.kind == "89"


@pytest.mark.parametrize(
    ("competence", "profession"),
    [
        ("000", None),
        ("001", "gp"),
        ("004", "gp"),
        ("006", "gp"),
        ("009", "gp"),
        ("010", "specialist"),
        ("097", "specialist"),
        ("580", "specialist"),
        ("997", "specialist"),
    ],
)
def test_the_competence_tells_general_practice_from_a_specialty(competence: str, profession: str | None) -> None:
    """Competence codes of INAMI: 003 and 004 recognised general practitioner, 580 internal medicine."""
    assert profession_of(synthetic_inami(7, competence)) == profession


def test_only_a_valid_doctor_s_number_tells_a_profession() -> None:
    assert profession_of("30202929001") is None  # a dentist
    assert profession_of("71000436000") is None  # a hospital
    assert profession_of("19234012004") is None  # a wrong check digit


@given(st.integers(0, 9999))
def test_synthetic_numbers_are_valid_distinct_and_recognised(serial: int) -> None:
    number = synthetic_inami(serial, "003")
    assert check_inami(number).valid
    assert is_synthetic_inami(number)
    assert number[:6] == str(190000 + serial)


def test_synthetic_numbers_stay_in_their_block() -> None:
    assert not is_synthetic_inami("18749704477")
    assert not is_synthetic_inami("190000")
    for serial, competence in ((-1, "003"), (10000, "003"), (1, "3"), (1, "abc")):
        with pytest.raises(Problems, match="synthetic_range"):
            synthetic_inami(serial, competence)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("85073003328", "national"),
        ("17073003384", "national"),
        ("73031805784", "national"),
        ("61032004773", "national"),
        ("98472899765", "bis"),
        ("01490700185", "bis"),
    ],
)
def test_valid_niss(number: str, kind: str) -> None:
    check = check_niss(number)
    assert (check.valid, check.normalised, check.kind) == (True, number, kind)
    spaced = f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"
    assert check_niss(spaced).normalised == number


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        ("12345678901", "check_digit", "found 01"),
        ("70319666960", "check_digit", "found 60"),
        ("79121137740", "check_digit", "found 40"),  # stands so in an official FHIR example
        ("8507300332", "length", "found 10"),
        ("8507300332A", "not_digits", "8507300332A"),
        ("85173000133", "birth_date", "851730"),
    ],
)
def test_a_wrong_niss_says_why(number: str, code: str, said: str) -> None:
    check = check_niss(number)
    assert not check.valid
    assert check.code == code
    assert check.why is not None
    assert said in check.why


@pytest.mark.parametrize("code", IN_THE_AGREEMENT + ELSEWHERE)
def test_the_26_codes_met_in_the_sources_obey_the_check_digit(code: str) -> None:
    assert check_nomenclature(code).valid


@pytest.mark.parametrize(
    ("code", "fault", "said"),
    [
        (
            "101075",
            "check_digit",
            "10107x is 6, found 5",
        ),  # the wrong code of the MyCareNet homologation scenario 1
        ("101077", "check_digit", "found 7"),
        ("10107", "length", "found 5"),
        ("1010765", "length", "found 7"),
        ("10107x", "not_digits", "10107x"),
        ("458673684", "length", "found 9"),
    ],
)
def test_a_wrong_code_says_why(code: str, fault: str, said: str) -> None:
    check = check_nomenclature(code)
    assert (check.valid, check.code) == (False, fault)
    assert check.why is not None
    assert said in check.why


@pytest.mark.parametrize(
    ("ambulatory", "hospital"),
    [
        ("355493", "355504"),
        ("458673", "458684"),
        ("457855", "457866"),
        ("457892", "457903"),
        ("458835", "458846"),
        ("597726", "597730"),  # a step of 4, not 11: the check digit wraps
    ],
)
def test_the_twin_is_the_next_root(ambulatory: str, hospital: str) -> None:
    assert twin(ambulatory) == hospital
    assert check_nomenclature(hospital).valid


def test_a_wrong_code_has_neither_twin_nor_setting() -> None:
    for ask in (twin, setting_of):
        with pytest.raises(Problems, match=r"bad_nomenclature_code.*found 5"):
            ask("101075")


@given(st.integers(10000, 99998), st.integers(0, 5), st.integers(1, 9))
def test_one_slip_in_a_code_is_caught_unless_two_digits_are_seven_apart(root: int, at: int, slip: int) -> None:
    code = f"{root:05d}{root % 7}"
    digit = (int(code[at]) + slip) % 10
    check = check_nomenclature(code[:at] + str(digit) + code[at + 1 :])
    swapped_by_seven = at < 5 and abs(digit - int(code[at])) == 7
    assert check.valid == swapped_by_seven


@given(st.integers(10000, 99998))
def test_twins_are_valid_and_differ_in_setting(root: int) -> None:
    code = f"{root:05d}{root % 7}"
    assert check_nomenclature(twin(code)).valid
    assert int(twin(code)) - int(code) in {4, 11}
    assert {setting_of(code), setting_of(twin(code))} == {"ambulatory", "hospital"}


def test_settings_of_the_codes_of_the_agreement() -> None:
    """458673-684: the pair is printed ambulatory first; 211223 is resuscitation, given in hospital only."""
    assert setting_of("458673") == "ambulatory"
    assert setting_of("458684") == "hospital"
    assert setting_of("211223") == "hospital"
    assert check_nomenclature("101032").kind == "ambulatory"


def test_the_last_root_has_no_twin() -> None:
    with pytest.raises(Problems, match="no root follows"):
        twin("999994")
