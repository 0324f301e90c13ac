"""Which grounds something opens, for whom and until when, found by name or in a reader's words."""

from datetime import date

import pytest

from medicomut.agreement import load
from medicomut.errors import Problems
from medicomut.procedure.grounds import FACTS, Found, conditions, find, named, occurrences

DAY = date(2020, 3, 2)


def ask(event: str, agreement: str = "be/amm/2020", on: date = DAY, **facts: str) -> Found:
    (found,) = find(agreement, event, on, facts=facts)
    return found


def opened(found: Found) -> dict[str, tuple[bool, bool]]:
    """Return the clauses that open, or may, with whether for a party and for a physician."""
    return {one.ground.clause: (one.for_whom("party"), one.for_whom("individual")) for one in found.open}


@pytest.mark.parametrize(
    "event",
    [
        "third_party_extension", "extension of compulsory third-party payment published on 2 March",
        "extension du tiers payant obligatoire", "uitbreiding van de verplichte derdebetalersregeling",
        "Ausweitung der Drittzahlerpflicht",
    ],
)  # fmt: skip
def test_third_party_payment_opens_16_2_2_for_a_party_and_not_for_a_physician(event: str) -> None:
    found = ask(event)
    assert opened(found) == {"16.2.2": (True, False)}
    (opening,) = found.open
    assert opening.opens is True
    assert opening.letter is not None
    assert (opening.letter.due, opening.end and opening.end.due) == (date(2020, 3, 17), date(2020, 4, 1))
    said = opening.to_dict("be/amm/2020", DAY)
    assert (said["individual_letter"], said["cites"]) == (None, ["be/amm/2020#16.2.2"])


def test_not_where_it_carries_out_point_8_with_consent() -> None:
    assert opened(ask("third_party_extension", consent="yes")) == {}
    assert opened(ask("third_party_extension", consent="no")) == {"16.2.2": (True, False)}


@pytest.mark.parametrize(("basis", "opens"), [("", True), ("37", True), ("18", False), ("51", False), ("68", False)])
def test_a_fee_measure_under_article_18_51_or_68_opens_nothing(basis: str, opens: bool) -> None:
    found = ask("fee_measure", basis=basis)
    assert opened(found) == ({"16.2.1": (True, True)} if opens else {})
    opening = found.openings[0]
    assert (opening.asks == "basis") is (basis == "")


def test_harm_to_the_balance_needs_to_be_grave_unilateral_and_without_concertation() -> None:
    unsaid = ask("balance_measure").open[0]
    assert (unsaid.opens, unsaid.asks) == (None, "unilateral")
    assert opened(ask("balance_measure", unilateral="yes")) == {"16.2.3": (True, True)}
    assert opened(ask("balance_measure", unilateral="no")) == {}


def test_a_rule_about_something_else_says_with_which_judgement_it_would_open_16_2_3() -> None:
    closed = next(one for one in ask("third_party_extension").openings if one.ground.clause == "16.2.3")
    assert (closed.opens, closed.asks) == (False, "unilateral")
    assert closed.why is not None
    assert "eenzijdig en zonder overleg" in closed.why.nl
    denied = next(
        one for one in ask("third_party_extension", unilateral="no").openings if one.ground.clause == "16.2.3"
    )
    assert denied.asks == ""


def test_a_ground_that_opens_is_not_said_to_be_none() -> None:
    share = ask("patient_share_changed", unilateral="yes")
    assert opened(share) == {"16.2.3": (True, True)}
    assert not [note for note in share.notes if "No known ground" in note.en]
    assert [note for note in ask("patient_share_changed").notes if "No known ground" in note.en]


def test_an_extension_made_without_concertation_opens_both() -> None:
    both = ask("third_party_extension", unilateral="yes")
    assert opened(both) == {"16.2.2": (True, False), "16.2.3": (True, True)}


def test_the_index_refused_opens_9_2_4_in_2024_and_nothing_in_2020() -> None:
    in_2020 = ask("non-octroi de l'index")
    assert opened(in_2020) == {}
    assert any("No known ground" in note.en for note in in_2020.notes)
    in_2024 = ask("index_refused", "be/amm/2024", date(2024, 10, 21))
    assert opened(in_2024) == {"9.2.4": (True, False)}
    assert in_2024.open[0].letter is None
    assert any("may hold other grounds" in note.en for note in in_2024.notes)


def test_a_government_that_takes_the_index_back_opens_9_2_3_for_a_party() -> None:
    """As the Cartel understood the settlement of December 2024 (le-gbo.be, flash-info 79/24)."""
    asked = ("be/amm/2024", date(2025, 3, 3))
    assert opened(ask("balance_measure", *asked, unilateral="yes")) == {"9.2.3": (True, False)}
    assert ask("balance_measure", *asked).open[0].asks == "unilateral"


def test_something_outside_the_term_opens_nothing_and_says_why() -> None:
    found = ask("fee_measure", on=date(2021, 2, 1))
    assert opened(found) == {}
    assert {one.why.fr for one in found.openings if one.why} == {
        "La situation est survenue hors de la durée de l'accord."
    }


def test_every_ground_that_does_not_open_says_why() -> None:
    for event in occurrences():
        for opening in ask(event).openings:
            assert opening.opens or opening.why is not None


def test_every_event_is_found_by_its_own_name_in_four_languages() -> None:
    for one in occurrences().values():
        for text in one.label.to_dict().values():
            assert one in named(text), (one.id, text)


def test_every_ground_of_every_event_exists_and_so_do_the_conditions() -> None:
    known = {ground.id for name in ("be/amm/2020", "be/amm/2024") for ground in _grounds(name)}
    assert {ground for one in occurrences().values() for ground in one.opens} == known
    for condition in conditions("be/amm/2020"):
        assert condition.ground in {ground.id for ground in _grounds("be/amm/2020")}
        assert condition.fact in FACTS


def _grounds(agreement: str) -> tuple[object, ...]:
    denunciation = load(agreement).denunciation
    return () if denunciation is None else denunciation.grounds


def test_words_that_fit_two_events_give_both() -> None:
    found = find("be/amm/2020", "suppléments en chambre particulière et en ambulatoire", DAY)
    assert [one.occurrence.id for one in found] == ["supplements_single_room", "supplements_ambulatory"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"event": "it rains"}, "unknown_occurrence"),
        ({"event": "fee_measure", "finding": date(2020, 3, 1)}, "finding_before_event"),
        ({"event": "fee_measure", "facts": {"weather": "rain"}}, "unknown_value"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, object], code: str) -> None:
    with pytest.raises(Problems) as refused:
        find("be/amm/2020", on=DAY, **asked)  # type: ignore[arg-type]
    assert [problem.code for problem in refused.value.problems] == [code]
