"""Fees as patients and doctors met them, and folders of fees with the faults people make."""

import csv
import shutil
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.errors import Problems
from medicomut.identifiers import check_nomenclature
from medicomut.tariff.fee_files import PATIENT_GROUPS
from medicomut.tariff.fees import SHIPPED, Fee, FeeSchedule

FEES = FeeSchedule.load()
HEADER = (
    "code,valid_from,valid_to,preferential,medical_file,patient_group,fee_cents,reimbursement_cents,"
    "patient_share_cents,status,chosen,how,source,note\n"
)
SHARES = "code,valid_from,valid_to,preferential,medical_file,patient_share_cents,source,note\n"


def fee(code: str, day: date, preferential: int = 0, medical_file: int = 0, group: str = "adult") -> Fee:
    found = FEES.lookup(
        code, day, preferential=bool(preferential), medical_file=bool(medical_file), patient_group=group
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("preferential", "medical_file", "share"), [(0, 0, 600), (0, 1, 400), (1, 0, 150), (1, 1, 100)]
)
def test_a_consultation_of_a_general_practitioner_in_2020(preferential: int, medical_file: int, share: int) -> None:
    """Fee of 22.22 printed in the press of December 2019; share fixed by the royal decree of 20 July 2011."""
    found = fee("101032", date(2020, 2, 4), preferential, medical_file)
    assert (found.fee, found.patient_share, found.reimbursement) == (2222, share, 2222 - share)
    assert (found.status, found.share_status) == ("published", "derived")
    assert "fixed by law" in found.how
    assert found.sources == ("lalibre-2019", "rd-2011-07-20")


def test_a_preferential_patient_without_a_file_in_2018_gets_19_59_back() -> None:
    """The public connector test of 25 July 2018 expects it; the fee itself follows from it."""
    found = fee("101032", date(2018, 7, 25), preferential=1)
    assert (found.fee, found.reimbursement) == (2109, 1959)
    assert (found.status, found.share_status) == ("derived", "derived")


def test_a_consultation_printed_with_its_split_is_published_throughout() -> None:
    """Table of two sickness funds for 2024: accredited general practitioner, ordinary patient with a file."""
    found = fee("101076", date(2024, 3, 1), medical_file=1)
    assert (found.fee, found.reimbursement, found.patient_share) == (3181, 2781, 400)
    assert (found.status, found.share_status, found.how) == ("published", "published", "")


@pytest.mark.parametrize(("preferential", "share"), [(0, 1200), (1, 300)])
def test_a_specialist_s_consultation_does_not_depend_on_the_file(preferential: int, share: int) -> None:
    """A sickness fund's page of 2017: 12 euro, 3 euro with the preferential regime; 102034 costs 37.15."""
    for medical_file in (0, 1):
        found = fee("102034", date(2017, 6, 1), preferential, medical_file)
        assert (found.fee, found.patient_share, found.reimbursement) == (3715, share, 3715 - share)


def test_before_2015_the_share_of_a_specialist_was_a_percentage() -> None:
    """Table of 1 August 2014: 40 % of 20.58 is 8.23. For 102034 only the fee is known."""
    assert fee("102012", date(2014, 9, 1)).patient_share == 823
    found = fee("102034", date(2014, 9, 1))
    assert (found.fee, found.patient_share, found.reimbursement, found.share_status) == (
        3684,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("group", "preferential", "medical_file", "share"),
    [
        ("adult", 0, 0, 1703),
        ("adult", 0, 1, 1603),
        ("adult", 1, 1, 356),
        ("child_under_10", 0, 0, 800),
        ("75_or_chronic", 0, 1, 1122),
        ("75_or_chronic", 1, 1, 249),
    ],
)
def test_a_visit_depends_on_the_patient(group: str, preferential: int, medical_file: int, share: int) -> None:
    """Table of two sickness funds for 2024: visit 103132 at 45.81."""
    found = fee("103132", date(2024, 3, 1), preferential, medical_file, group)
    assert (found.fee, found.patient_share) == (4581, share)


def test_a_line_without_an_age_is_priced_as_an_adult_s() -> None:
    ordinary = FEES.lookup("103132", date(2024, 3, 1), preferential=False, medical_file=False)
    assert ordinary == fee("103132", date(2024, 3, 1), group="adult")


def test_a_split_that_is_not_printed_is_not_known_but_the_fee_is() -> None:
    """The table of 2024 prints no visit of a child with a medical file."""
    found = fee("103132", date(2024, 3, 1), 0, 1, "child_under_10")
    assert (found.fee, found.patient_share) == (4581, None)


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("101032", date(2021, 1, 1)),  # fees are indexed on 1 January: that of 2020 says nothing of 2021
        ("101032", date(2011, 12, 31)),
        ("101076", date(2022, 6, 1)),  # fees rose by 2 % on that day
        ("102771", date(2019, 4, 1)),  # a rise from April 2019 is reported
        ("475075", date(2017, 1, 28)),  # an example is valid on its own day
        ("101054", date(2020, 2, 4)),
        ("999999", date(2020, 2, 4)),
    ],
)
def test_no_fee_is_made_up(code: str, day: date) -> None:
    assert FEES.lookup(code, day, preferential=False, medical_file=False) is None


def test_an_example_is_priced_on_its_day_and_nothing_is_concluded_from_it() -> None:
    """Official eAttest example, service of 27 January 2017: 20.67 for 101032, 18.19 for 475075."""
    assert (fee("475075", date(2017, 1, 27)).fee, fee("475075", date(2017, 1, 27)).status) == (
        1819,
        "example",
    )
    found = fee("101032", date(2017, 1, 27))
    assert (found.fee, found.status, found.patient_share) == (2067, "example", None)


def test_where_sources_conflict_one_figure_is_chosen_and_says_why() -> None:
    """101076 in 2020: 26.78 and 26.80 in the press, 26.79 by arithmetic; in 2019 26.28 against 26.27."""
    assert fee("101076", date(2020, 5, 5)).fee == 2679
    assert "26.78 and 26.80" in fee("101076", date(2020, 5, 5)).note
    assert fee("101076", date(2019, 5, 5)).fee == 2628
    with (SHIPPED / "fees.csv").open(encoding="utf-8", newline="") as file:
        carried = [row for row in csv.DictReader(file) if row["code"] == "101076" and row["valid_from"] == "2020-01-01"]
    assert {(row["fee_cents"], row["chosen"]) for row in carried} == {
        ("2679", "1"),
        ("2678", "0"),
        ("2680", "0"),
    }


def test_every_shipped_code_holds_and_no_fee_outlives_its_year() -> None:
    table = FEES.table()
    assert all(check_nomenclature(str(code)).valid for code in table["code"])
    for start, end in zip(table["valid_from"], table["valid_to"], strict=True):
        assert start <= end
        assert start.year == end.year


@given(
    st.sampled_from(sorted(set(FEES.table()["code"]))),
    st.dates(date(2011, 12, 1), date(2026, 1, 31)),
    st.booleans(),
    st.booleans(),
    st.sampled_from(PATIENT_GROUPS),
)
def test_reimbursement_and_share_always_make_the_fee(
    code: int, day: date, preferential: bool, medical_file: bool, group: str
) -> None:
    found = FEES.lookup(str(code), day, preferential=preferential, medical_file=medical_file, patient_group=group)
    if found is None:
        return
    assert (found.reimbursement is None) == (found.patient_share is None) == (found.share_status is None)
    if found.reimbursement is not None and found.patient_share is not None:
        assert found.reimbursement + found.patient_share == found.fee
    if "derived" in {found.status, found.share_status}:
        assert found.how


@given(st.dates(date(2011, 12, 1), date(2026, 1, 31)), st.booleans(), st.booleans())
def test_the_table_of_the_batch_and_the_lookup_of_a_line_agree(
    day: date, preferential: bool, medical_file: bool
) -> None:
    table = FEES.table()
    column = f"share_{int(preferential)}{int(medical_file)}"
    in_table = {
        str(table["code"][n]): (table["fee"][n], table[column][n], table["status"][n])
        for n in range(len(table["code"]))
        if table["valid_from"][n] <= day <= table["valid_to"][n]
    }
    for code in {str(code) for code in table["code"]}:
        found = FEES.lookup(code, day, preferential=preferential, medical_file=medical_file)
        assert in_table.get(code) == ((found.fee, found.patient_share, found.status) if found else None)


def test_nothing_changes_between_two_boundaries() -> None:
    days = FEES.boundaries()
    assert days == sorted(set(days))
    assert {date(2020, 1, 1), date(2021, 1, 1), date(2022, 6, 1), date(2017, 1, 28)} <= set(days)
    for code in {str(code) for code in FEES.table()["code"]}:
        for start, after in pairwise(days):
            first, last = (
                FEES.lookup(code, day, preferential=False, medical_file=True)
                for day in (start, after - timedelta(days=1))
            )
            assert first == last


# --- a folder of one's own ----------------------------------------------------------------------------------


def folder(tmp_path: Path, fees: str, shares: str | None = None) -> Path:
    (tmp_path / "fees.csv").write_text(HEADER + fees, encoding="utf-8")
    (tmp_path / "sources.csv").write_text("id,title,url\ntable,Our own table,\n", encoding="utf-8")
    if shares is not None:
        (tmp_path / "patient_shares.csv").write_text(SHARES + shares, encoding="utf-8")
    return tmp_path


def faults(path: Path) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(Problems) as refused:
        FeeSchedule.load(path)
    assert all(problem.mend for problem in refused.value.problems)
    return [(p.code, p.where.line, p.where.field) for p in refused.value.problems if p.where]


def test_a_folder_of_one_s_own_is_read_like_ours(tmp_path: Path) -> None:
    path = folder(tmp_path, "101032,2030-01-01,2030-06-30,any,any,any,3000,,,published,1,,table,\n",
        "101032,2030-04-01,2030-12-31,0,any,500,table,\n")  # fmt: skip
    own = FeeSchedule.load(path)
    assert own.table() == {
        "code": [101032, 101032],
        "valid_from": [date(2030, 1, 1), date(2030, 4, 1)],
        "valid_to": [date(2030, 3, 31), date(2030, 6, 30)],
        "fee": [3000, 3000],
        "share_00": [None, 500],
        "share_01": [None, 500],
        "share_10": [None, None],
        "share_11": [None, None],
        "status": ["published", "published"],
        "share_status": [None, "derived"],
        "highest": [3000, 3000],
    }
    assert own.boundaries() == [date(2030, 1, 1), date(2030, 4, 1), date(2030, 7, 1)]


def test_every_fault_of_every_record_is_named_at_once(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        "101075,2030-01-01,2030-12-31,any,any,any,3000,,,published,1,,table,\n"  # check digit
        "101032,2030-01-01,2029-12-31,any,any,any,3000,,,published,1,,table,\n"
        "101032,01/01/2030,2030-13-01,any,any,any,3000,,,published,1,,table,\n"
        "101032,2030-01-01,2030-12-31,yes,any,old,30.00,,,official,1,,table,\n"
        "101032,2030-01-01,2030-12-31,0,1,any,3000,2500,400,published,1,,table,\n"
        "101032,2030-01-01,2030-12-31,0,1,any,3000,2500,,published,1,,table,\n"
        "101032,2030-01-01,2030-12-31,any,any,any,3000,,,derived,1,,elsewhere,\n"
        "101032,2030-01-01,2030-12-31,any,any,any,3000,,,example,1,,table,\n"
        "101032,2030-01-01,2030-12-31,any,any,any,3000,,,published,1,,table\n",
    )
    assert faults(path) == [
        ("bad_code", 2, "code"),
        ("bad_interval", 3, "valid_to"),
        ("bad_date", 4, "valid_from"),
        ("bad_date", 4, "valid_to"),
        ("bad_choice", 5, "preferential"),
        ("bad_choice", 5, "patient_group"),
        ("bad_amount", 5, "fee_cents"),
        ("bad_choice", 5, "status"),
        ("sum_differs", 6, "fee_cents"),
        ("half_a_split", 7, "patient_share_cents"),
        ("unknown_source", 8, "source"),
        ("missing_value", 8, "how"),
        ("example_too_long", 9, "valid_to"),
        ("cell_count", 10, None),
    ]


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ("101032,2030-06-30,2030-12-31,any,any,any,3100,,,published,1,,table,\n", "overlap"),
        ("101032,2030-06-30,2030-12-31,0,1,adult,3000,2600,400,published,1,,table,\n", "overlap"),
        ("101032,2030-06-30,2030-12-31,1,any,any,3100,3000,100,published,1,,table,\n", "two_fees"),
        ("101032,2030-07-01,2030-12-31,0,any,any,3100,,,published,0,,table,\n", "none_chosen"),
        ("101032,2030-06-30,2030-12-31,0,any,any,3100,,,published,0,,table,\n", "choice_unexplained"),
    ],
)
def test_two_records_that_do_not_go_together(tmp_path: Path, second: str, code: str) -> None:
    path = folder(tmp_path, "101032,2030-01-01,2030-06-30,0,any,any,3000,2400,600,published,1,,table,\n" + second)
    assert faults(path) == [(code, 3, None)]


def test_two_shares_for_the_same_days(tmp_path: Path) -> None:
    shares = (
        "101032,2030-01-01,2030-06-30,0,any,600,table,\n"
        "101032,2030-06-30,2030-12-31,any,1,500,table,\n"
        "101032,2030-01-01,2030-12-31,1,any,60x,table,\n"
    )
    path = folder(tmp_path, "", shares)
    assert faults(path) == [("bad_amount", 4, "patient_share_cents"), ("overlap", 3, None)]


def test_columns_and_files_that_are_missing_or_unknown(tmp_path: Path) -> None:
    (tmp_path / "fees.csv").write_text("code,price\n101032,3000\n", encoding="utf-8")
    with pytest.raises(Problems) as refused:
        FeeSchedule.load(tmp_path)
    found = {problem.code: problem.what for problem in refused.value.problems}
    assert set(found) == {"missing_file", "missing_column", "unknown_column"}
    assert "'price'" in found["unknown_column"]
    assert "valid_from" in found["missing_column"]


def test_files_that_are_not_what_they_should_be(tmp_path: Path) -> None:
    path = folder(tmp_path, "")
    (path / "fees.csv").write_bytes(HEADER.encode() + "101032,…,é".encode("cp1252"))
    assert faults(path) == [("not_utf8", 1, None)]
    (path / "fees.csv").write_text(HEADER + '101032,2030-01-01,"2030', encoding="utf-8")
    assert faults(path) == [("bad_csv", 2, None)]
    (path / "fees.csv").write_text(HEADER.replace("note", "how"), encoding="utf-8")
    assert [code for code, _, _ in faults(path)] == ["missing_column", "repeated_column"]
    (path / "fees.csv").write_text(HEADER, encoding="utf-8")
    (path / "sources.csv").write_text("id,title,url\ntable,One,\ntable,Two,\n", encoding="utf-8")
    assert faults(path) == [("repeated_source", 3, "id")]


def test_letters_that_contradict_a_fee_are_a_fault_of_the_folder(tmp_path: Path) -> None:
    copy = tmp_path / "be"
    shutil.copytree(SHIPPED, copy)
    fees = (copy / "fees.csv").read_text(encoding="utf-8").replace("2058,1235,823", "2068,1245,823")
    (copy / "fees.csv").write_text(fees.replace("2058,1777,281", "2068,1787,281"), encoding="utf-8")
    with pytest.raises(Problems, match=r"letters of 102012 give 2058 cents, fees\.csv says 2068"):
        FeeSchedule.load(copy)


def test_the_hash_follows_the_content_and_not_the_line_endings(tmp_path: Path) -> None:
    copy = tmp_path / "be"
    shutil.copytree(SHIPPED, copy)
    for file in copy.glob("*.csv"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert FeeSchedule.load(copy).hash == FEES.hash
    shares = copy / "patient_shares.csv"
    shares.write_bytes(shares.read_bytes().replace(b",1,100,", b",1,101,", 1))
    assert FeeSchedule.load(copy).hash != FEES.hash
