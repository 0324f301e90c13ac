"""Index rates of clause 4.1: the most specific answer, with its clause, for every example the text gives."""

from datetime import date
from fractions import Fraction

import pytest

from medicomut.agreement import index_rate, load
from medicomut.errors import Problems

FULL, TECHNICAL, IMAGING, NONE = (Fraction(n, 10000) for n in (195, 125, 100, 0))
CT_BRAIN = ["458673", "458684"]
CT_SPINE = [
    "458850",
    "458861",
    "457855",
    "457866",
    "457870",
    "457881",
    "457892",
    "457903",
    "458835",
    "458846",
]

# The 20 nomenclature codes the agreement names. The last four are in no list of clause 4.1: their group is
# recalled, and marked so.
STATED_CODES = {
    **dict.fromkeys(["102071", "102572"], FULL),  # paediatric consultations, 4.2.1
    **dict.fromkeys(["211223", "211245"], FULL),  # resuscitation
    **dict.fromkeys([*CT_BRAIN, *CT_SPINE], NONE),
}
RECALLED_CODES = {"355493": TECHNICAL, "355504": TECHNICAL, "597726": FULL, "597741": FULL}


@pytest.fixture(scope="module")
def agreement():
    return load("be/amm/2020")


def test_all_twenty_codes_are_here():
    assert len(STATED_CODES | RECALLED_CODES) == 20


@pytest.mark.parametrize(("code", "rate"), (STATED_CODES | RECALLED_CODES).items())
def test_each_code_of_the_agreement_has_its_rate(agreement, code, rate):
    answer = index_rate(agreement, code=code)
    assert answer.rate == rate
    assert answer.level == "code"
    assert answer.start == date(2020, 1, 1)
    assert "be/amm/2020#4.1" in answer.cites
    assert (answer.status == "recollected") == (code in RECALLED_CODES)
    assert (answer.source is None) == (code in STATED_CODES)


@pytest.mark.parametrize(
    ("article", "rate"),
    [("17", IMAGING), ("17bis", IMAGING), ("17ter", NONE), ("17quater", NONE), ("art. 17 bis", IMAGING)],
)
def test_imaging_is_indexed_by_article(agreement, article, rate):
    answer = index_rate(agreement, article=article)
    assert (answer.rate, answer.level) == (rate, "article")


def test_a_code_is_more_specific_than_its_article_and_an_article_than_its_group(agreement):
    """CT of the brain belongs to article 17, indexed at 1 %, but is itself not indexed."""
    assert index_rate(agreement, code="458673", article="17", group="imaging").rate == NONE
    assert index_rate(agreement, article="17ter", group="imaging").rate == NONE
    unlisted = index_rate(agreement, code="101032", article="17", group="surgery")
    assert (unlisted.rate, unlisted.level) == (IMAGING, "article")


@pytest.mark.parametrize(
    ("group", "rate"),
    [
        ("consultations", FULL),
        ("supervision", FULL),
        ("genetic_counselling", FULL),
        ("oncology_consultation", FULL),
        ("breast_reconstruction", FULL),
        ("complex_surgery", FULL),
        ("clinical_biology_lump_sums", FULL),
        ("outside_nomenclature", FULL),
        ("clinical_biology", TECHNICAL),
        ("imaging_consultancy", TECHNICAL),
        ("special_services", TECHNICAL),
        ("surgery", TECHNICAL),
        ("gynaecology", TECHNICAL),
        ("anaesthesiology", TECHNICAL),
        ("laboratory_quality_control", TECHNICAL),
        ("imaging", IMAGING),
        ("imaging_lump_sums", IMAGING),
        ("imaging_not_indexed", NONE),
        ("integrated_practice_premium", NONE),
    ],
)
def test_each_fee_group_has_its_rate(agreement, group, rate):
    answer = index_rate(agreement, group=group)
    assert (answer.rate, answer.level, answer.printed_in) == (rate, "group", "clause")


def test_a_group_is_found_by_its_name_in_any_language(agreement):
    names = ["Chirurgie", "Heelkunde", "surgery", "Surgery"]
    assert {index_rate(agreement, group=name).group for name in names} == {"surgery"}


def test_where_the_clause_is_silent_the_annex_answers_and_says_so(agreement):
    """Technical services of article 3 stand at 1.25 % in the annex alone (D12)."""
    answer = index_rate(agreement, article="3")
    assert (answer.rate, answer.printed_in) == (TECHNICAL, "annex")
    assert answer.cites == ("be/amm/2020#annex.a",)


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ({"code": "101032"}, "rate_not_stated", "consultations"),
        ({"article": "99"}, "rate_not_stated", "surgery"),
        ({}, "rate_not_stated", "surgery"),
        ({"code": "458674"}, "bad_code", "digits"),
        ({"code": "4586"}, "bad_code", "digits"),
        ({"group": "surgry"}, "unknown_group", "surgery"),
        ({"group": "imaging c"}, "unknown_group", "imaging"),
    ],
)
def test_no_rate_is_guessed(agreement, asked, code, said):
    with pytest.raises(Problems) as error:
        index_rate(agreement, **asked)
    (problem,) = error.value.problems
    assert problem.code == code
    assert said in problem.mend


def test_an_agreement_without_a_table_says_so():
    with pytest.raises(Problems, match="no_index_table"):
        index_rate(load("be/amm/2024"), group="surgery")
