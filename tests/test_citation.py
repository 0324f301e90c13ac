"""Clauses as they are cited in this project."""

import pytest

from medicomut.citation import Citation, clause_key
from medicomut.errors import Problems


@pytest.mark.parametrize(
    "text",
    [
        "be/amm/2020#14.2.2.2.1",
        "be/amm/2020#annex.b",
        "be/law/2002-08-22#8",
        "be/law/1994-07-14#37bis",
        "be/amm/2024#9.2.4",
    ],
)
def test_a_citation_reads_back(text: str) -> None:
    assert str(Citation.parse(text)) == text


def test_the_same_number_in_another_agreement_is_another_clause() -> None:
    """The ground of denunciation is 9.2.4 in 2024 and 16.2 in 2020."""
    assert Citation.parse("be/amm/2020#9.2.4") != Citation.parse("be/amm/2024#9.2.4")
    assert Citation.parse("be/amm/2024#9.2.4") == Citation("be/amm/2024", "9.2.4")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("14.4", "no #"),
        ("be/amm/2020#", "not a clause number"),
        ("#14.4", "not an identifier"),
        ("be/amm/2020#14..4", "not a clause number"),
        ("be/amm/2020#14.4.", "not a clause number"),
        ("be/amm/2020#14 4", "not a clause number"),
        ("BE/amm/2020#14.4", "not an identifier"),
        ("2020#14.4", "not an identifier"),
        ("be/amm/2020#14.4#1", "not a clause number"),
    ],
)
def test_a_wrong_citation_says_which_part_is_wrong(text: str, said: str) -> None:
    with pytest.raises(Problems) as refused:
        Citation.parse(text)
    assert said in refused.value.problems[0].what


def test_both_parts_wrong_are_both_named() -> None:
    with pytest.raises(Problems) as refused:
        Citation.parse("2020#14..4")
    assert len(refused.value.problems) == 2


def test_clauses_sort_as_the_text_runs() -> None:
    """Point 4.3.10 follows 4.3.9, and the annex follows every point."""
    ordered = [
        "1",
        "4.1",
        "4.3",
        "4.3.2",
        "4.3.9",
        "4.3.10",
        "14.2.3.4",
        "14.4",
        "17",
        "17bis",
        "annex",
        "annex.b",
    ]
    alphabetical = sorted(ordered)
    assert alphabetical != ordered
    assert sorted(alphabetical, key=clause_key) == ordered
    cited = [Citation("be/amm/2020", clause) for clause in alphabetical]
    assert [citation.clause for citation in sorted(cited)] == ordered
    assert Citation("be/amm/2020", "17") < Citation("be/amm/2024", "1")
    assert Citation("be/amm/2020", "4.3.10") >= Citation("be/amm/2020", "4.3.9")
