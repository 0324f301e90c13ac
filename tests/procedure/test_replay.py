"""The procedure of 2024, day by day, with both clocks counted from one anchor and from the other.

General Council 21/10/2024; the Cartel notifies on 04/11; special meeting with the minister on 02/12, settled on the
condition that the NIHDI's management committee confirms on 04/12 (le-gbo.be, flash-info 74/24 and 79/24).
"""

from datetime import date

import pytest

from medicomut.errors import Problems
from medicomut.procedure.replay import Replay, replay


@pytest.fixture(scope="module")
def case() -> Replay:
    return replay("be/amm/2024")


@pytest.mark.parametrize(
    ("day", "occurrence", "finding"),
    [
        ("2024-10-20", "in_force", "in_force"),
        ("2024-10-21", "ground_open", "ground_open"),
        ("2024-11-03", "ground_open", "ground_open"),
        ("2024-11-04", "denunciation_open", "denunciation_open"),
        ("2024-11-05", "denunciation_open", "denunciation_open"),
        ("2024-11-19", "denunciation_open", "denunciation_open"),
        ("2024-11-20", "last_day", "denunciation_open"),
        ("2024-11-21", "ended_if_supposed", "denunciation_open"),
        ("2024-12-02", "ended_if_supposed", "settled_on_condition"),
        ("2024-12-04", "ended_if_supposed", "settled_on_condition"),
        ("2024-12-05", "ended_if_supposed", "condition_not_known"),
    ],
)
def test_the_state_on_each_day_under_both_anchors(case: Replay, day: str, occurrence: str, finding: str) -> None:
    found = case.day(date.fromisoformat(day))
    assert {anchor: state.name for anchor, state in found.states.items()} == {
        "occurrence": occurrence,
        "finding": finding,
    }
    assert found.part is (occurrence != finding)
    assert {state.phase for state in found.states.values()} == {"in_force"}


def test_the_clocks_of_both_anchors(case: Replay) -> None:
    """Day 15 is 5 or 19 November, day 30 is 20 November or 4 December; the notice of 4 November is in time in both."""
    dues = {
        anchor: {one.id: str(one.due) for one in case.deadlines(anchor) if one.id.startswith("collective")}
        for anchor in ("occurrence", "finding")
    }
    assert dues == {
        "occurrence": {"collective_letter": "2024-11-05", "collective_end": "2024-11-20"},
        "finding": {"collective_letter": "2024-11-19", "collective_end": "2024-12-04"},
    }


def test_the_exit_of_15_december_is_a_sunday(case: Replay) -> None:
    exits = [one for anchor in ("occurrence", "finding") for one in case.deadlines(anchor) if one.id == "opt_out"]
    assert {(str(one.due), one.warnings) for one in exits} == {("2024-12-15", ("sunday",))}


def test_the_days_on_which_something_turns_and_where_they_part(case: Replay) -> None:
    days = case.turning_days()
    assert [str(day.on) for day in days] == [
        "2024-10-21", "2024-11-04", "2024-11-05", "2024-11-19", "2024-11-20", "2024-11-21", "2024-12-02", "2024-12-04",
        "2024-12-05", "2024-12-15",
    ]  # fmt: skip
    assert next(day.on for day in days if day.part) == date(2024, 11, 20)
    every = case.days()
    assert len(every) == (case.last - case.first).days + 1 >= 56
    assert [day.part for day in every] == [False] * 30 + [True] * (len(every) - 30)


def test_what_rests_on_the_clocks_of_2020_says_so(case: Replay) -> None:
    for state in case.day(date(2024, 11, 25)).states.values():
        assert any("Accord national médico-mutualiste 2020" in note.fr for note in state.notes)
    ended = case.day(date(2024, 11, 25)).states["occurrence"]
    assert "aurait pris fin le 20 novembre 2024" in ended.says.fr
    assert "would have ended on 20 November 2024" in ended.says.en


def test_every_event_of_the_replay_has_author_and_evidence(case: Replay) -> None:
    for facts in case.facts.values():
        assert len(facts.events) == 6
        assert all(event.by and event.evidence for event in facts.events)


def test_no_other_agreement_has_a_replay() -> None:
    with pytest.raises(Problems, match="no_replay"):
        replay("be/amm/2020")
