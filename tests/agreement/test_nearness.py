"""Which clause a promise belongs to, by the words it shares with it."""

from dataclasses import replace

from medicomut.agreement import Text, load
from medicomut.agreement.nearness import Nearness

AGREEMENT = load("be/amm/2020")
INDEX = Nearness(AGREEMENT.clauses)


def same(words: str) -> Text:
    return Text(words, words, words, words)


def test_a_clause_is_nearest_to_its_own_words():
    """All 120 clauses of 2020; some say of specialists just what others say of general practitioners."""
    for clause in AGREEMENT.clauses:
        found = INDEX.nearest(clause.summary)
        twins = [clause.number.replace("14.3.", "14.2."), clause.number.replace("14.2.", "14.3.")]
        assert found in ([clause.number], twins)


def test_a_rare_word_says_more_than_a_common_one():
    """Clause 4.3.9 alone speaks of histomorphometry; many speak of a doctor."""
    assert INDEX.nearest(same("histomorphometry physician")) == ["4.3.9"]


def test_words_nobody_shares_are_near_to_nothing():
    assert INDEX.nearest(same("zzzz of a to")) == []


def test_equals_are_all_named():
    """Two clauses of the same words cannot be told apart: both are named, so that neither passes for the nearest."""
    first = AGREEMENT.clauses[0]
    assert Nearness([first, replace(first, number="99")]).nearest(first.title) == [first.number, "99"]
