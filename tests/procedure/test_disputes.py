"""What may be recorded of a dispute and what not, with its reason and clause; decisions that tell nobody's name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.agreement import LANGUAGES, load
from medicomut.errors import Problem, Problems
from medicomut.procedure.disputes import AWAITED, BENCHES, ROLES, Case, Kind, Outcome, Recorded, Status, Step, Subject
from medicomut.procedure.disputes import Track as Way
from medicomut.procedure.disputes_anonymity import proposed, told
from medicomut.procedure.disputes_calendar import limits_calendar
from medicomut.procedure.disputes_deciding import decide
from medicomut.procedure.disputes_publishing import Published, search
from medicomut.procedure.disputes_wording import words

SIGNED = load("be/amm/2020")
TODAY = date(2020, 12, 1)
DAY = date(2020, 3, 2)
CONCILIATION: dict[str, Any] = {
    "track": "conciliation",
    "subject": "nomenclature",
    "agreement": "be/amm/2020",
    "parties": [{"role": "applicant", "name": "practitioner:19000122003"}, {"role": "respondent", "name": "insurers"}],
    "codes": ["475075"],
    "question": "May two electrocardiograms be charged on one day?",
}
ARBITRATION = CONCILIATION | {"track": "arbitration", "subject": "performance", "clauses": ["14.3.3.3"], "codes": None}
SEATS = [{"name": "member A", "bench": "physicians"}, {"name": "member B", "bench": "insurers"}]
COLLEGE: dict[str, Any] = {"members": SEATS, "chair": {"name": "official C", "body": "nihdi"}}


def step(kind: Kind, day: date = DAY, **content: Any) -> Step:
    return Step(kind, "2020-001", day, "secretariat", {name: value for name, value in content.items() if value})


def case(opening: dict[str, Any], *steps: Step) -> Case:
    """Return a case of these steps, each of which must be one that may be recorded."""
    found: Case | None = None
    recorded: list[Recorded] = []
    for one in (step(Kind.opened, **opening), *steps):
        decision = decide(one, found, SIGNED, TODAY)
        number = len(recorded) + 1
        recorded.append(Recorded(number, number, one.kind, one.case, one.day, one.actor, decision.basis,
                                 datetime(2020, 12, 1, tzinfo=UTC), one.content))  # fmt: skip
        found = Case("2020-001", tuple(recorded))
    assert found is not None
    return found


def refused(one: Step, found: Case | None) -> list[Problem]:
    with pytest.raises(Problems) as caught:
        decide(one, found, SIGNED, TODAY)
    return caught.value.problems


def codes(one: Step, found: Case | None) -> list[str]:
    return [problem.code for problem in refused(one, found)]


# --- Opening ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agreement": "be/amm/1999"}, "no_dispute_rules"),
        ({"clauses": ["99"]}, "unknown_clause"),
        ({"subject": "performance"}, "clause_missing"),
        ({"parties": [{"role": "applicant", "name": "absym_bvas"}]}, "party_missing"),
        ({"parties": [{"role": "applicant", "name": "x"}, {"role": "respondent", "name": "x"}]}, "repeated_party"),
        (
            {"parties": [{"role": "applicant", "name": "practitioner:1"}, {"role": "respondent", "name": "x"}]},
            "bad_number",
        ),
        ({"question": ""}, "missing_field"),
        ({"question": "x" * 20_001}, "wrong_kind"),
        ({"track": "court"}, "wrong_kind"),
        ({"colour": "red"}, "unknown_field"),
        ({"question": "About the patient 93.05.18-223.61"}, "national_number"),
    ],
)
def test_an_opening_that_cannot_stand_is_refused_with_its_reason(changes: dict[str, Any], code: str) -> None:
    assert code in codes(step(Kind.opened, **CONCILIATION | changes), None)


def test_all_faults_are_told_together() -> None:
    wrong = {"track": "court", "subject": "weather", "agreement": "be/amm/2020", "parties": 7}
    assert len(codes(step(Kind.opened, **wrong), None)) == 4


def test_an_inami_number_is_no_national_number() -> None:
    case(CONCILIATION | {"question": "What may 19000122003 charge?"})


def test_arbitration_is_about_point_14_or_as_printed_13() -> None:
    """14.5 prints “point 13”; the erratum reads 14. Both readings are there, under a name."""
    (outside,) = refused(step(Kind.opened, **ARBITRATION | {"clauses": ["13"]}), None)
    assert (outside.code, outside.cites) == ("outside_arbitration", ("be/amm/2020#14.5",))
    assert case(ARBITRATION | {"clauses": ["13"], "point": "13"}).clauses == ("13",)
    assert "outside_arbitration" in codes(step(Kind.opened, **ARBITRATION | {"point": "13"}), None)
    assert "bad_reading" in codes(step(Kind.opened, **ARBITRATION | {"point": "12"}), None)
    assert "outside_arbitration" in codes(step(Kind.opened, **ARBITRATION | {"subject": "nomenclature"}), None)
    assert case(ARBITRATION | {"clauses": ["14"]}).track is Way.arbitration


# --- The opinion and the college -------------------------------------------------------------------------------------


END = {"outcome": "conciliated", "text": "Two may be charged."}


@pytest.mark.parametrize("outcome", ["conciliated", "not_conciliated", "inadmissible"])
def test_nothing_on_the_nomenclature_is_concluded_without_the_opinion(outcome: str) -> None:
    end = step(Kind.concluded, outcome=outcome, text="x")
    (missing,) = refused(end, case(CONCILIATION))
    assert (missing.code, missing.cites) == ("advice_missing", ("be/amm/2020#15",))
    assert codes(end, case(CONCILIATION, step(Kind.advice_asked))) == ["advice_missing"]
    given = case(CONCILIATION, step(Kind.advice_asked), step(Kind.advice_given, text="Yes."))
    assert decide(end, given, SIGNED, TODAY).basis == "be/amm/2020#15"


def test_other_conciliations_need_no_opinion() -> None:
    found = case(CONCILIATION | {"subject": "interpretation", "clauses": ["5.1.1"]})
    assert decide(step(Kind.concluded, **END), found, SIGNED, TODAY).basis == "be/amm/2020#15"
    assert codes(step(Kind.advice_asked), found) == ["advice_not_expected"]


def test_an_opinion_follows_the_question() -> None:
    assert codes(step(Kind.advice_given, text="Yes."), case(CONCILIATION)) == ["advice_not_asked"]
    asked = case(CONCILIATION, step(Kind.advice_asked, date(2020, 4, 1)))
    assert codes(step(Kind.advice_given, date(2020, 3, 31), text="Yes."), asked) == ["out_of_order"]


def college(physicians: int, insurers: int, body: str = "nihdi", chair: str = "official") -> Step:
    counts = zip(BENCHES, (physicians, insurers), strict=True)
    seats = [{"name": f"{bench} {n}", "bench": bench} for bench, count in counts for n in range(count)]
    return step(Kind.college, members=seats, chair={"name": chair, "body": body})


@given(st.integers(0, 12), st.integers(0, 12))
def test_a_college_is_equal_or_refused(physicians: int, insurers: int) -> None:
    found, one = case(ARBITRATION), college(physicians, insurers)
    if physicians == insurers and physicians:
        assert decide(one, found, SIGNED, TODAY).basis == "be/amm/2020#14.5"
    else:
        problems = refused(one, found)
        assert problems[0].code in {"unbalanced_college", "missing_field"}
        assert problems[0].code == "missing_field" or problems[0].cites == ("be/amm/2020#14.5",)


def test_the_chair_is_an_official_of_the_institute_with_no_other_seat() -> None:
    found = case(ARBITRATION)
    assert codes(college(2, 2, body="insurers"), found) == ["chair_not_official"]
    assert codes(college(2, 2, chair="insurers 0"), found) == ["repeated_member"]
    assert codes(college(2, 1, body="absym_bvas"), found) == ["unbalanced_college", "chair_not_official"]


def test_arbitration_ends_with_a_college_and_conciliation_has_none() -> None:
    award = step(Kind.concluded, outcome="award", text="The tariff bound.")
    assert codes(award, case(ARBITRATION)) == ["college_missing"]
    assert decide(award, case(ARBITRATION, step(Kind.college, **COLLEGE)), SIGNED, TODAY).basis == "be/amm/2020#14.5"
    assert codes(step(Kind.college, **COLLEGE), case(CONCILIATION)) == ["college_not_expected"]
    assert codes(step(Kind.concluded, outcome="award", text="x"), case(CONCILIATION))[0] == "bad_outcome"


# --- The order of things ---------------------------------------------------------------------------------------------


def test_days_to_come_and_days_before_the_opening_are_refused() -> None:
    found = case(CONCILIATION)
    assert codes(step(Kind.hearing, TODAY + timedelta(days=1)), found) == ["not_yet"]
    assert codes(step(Kind.hearing, DAY - timedelta(days=1)), found) == ["before_the_opening"]
    assert codes(step(Kind.hearing), None) == ["unknown_case"]


def test_a_closed_case_takes_documents_and_a_reopening_only() -> None:
    gone = case(CONCILIATION, step(Kind.withdrawn, reason="Settled."))
    assert gone.status is Status.withdrawn
    assert codes(step(Kind.hearing), gone) == ["case_closed"]
    assert codes(step(Kind.concluded, **END), gone)[0] == "case_closed"
    decide(step(Kind.document, title="A letter"), gone, SIGNED, TODAY)
    again = case(CONCILIATION, step(Kind.withdrawn, reason="Settled."), step(Kind.reopened, reason="Not settled."))
    assert again.status is Status.open
    assert codes(step(Kind.reopened, reason="x"), again) != []
    assert "not_concluded" in codes(step(Kind.published, title="t", text="x"), gone)
    assert codes(step(Kind.unpublished, reason="x"), gone) == ["decision_not_published"]


def test_the_last_limit_for_a_thing_counts_and_is_in_the_calendar() -> None:
    found = case(
        CONCILIATION,
        step(Kind.deadline, awaited="advice", due="2020-04-01"),
        step(Kind.deadline, awaited="advice", due="2020-05-03", note="put off"),
        step(Kind.deadline, awaited="answer", due="2020-04-15"),
    )
    assert [(one.awaited, str(one.due)) for one in found.limits] == [("answer", "2020-04-15"), ("advice", "2020-05-03")]
    came = [step(Kind.deadline, awaited="advice", due="2020-04-01"), step(Kind.advice_asked),
            step(Kind.advice_given, text="Yes.")]  # fmt: skip
    assert case(CONCILIATION, *came).limits == ()
    made = icalendar.Calendar.from_ical(limits_calendar([found], datetime(2020, 3, 2, tzinfo=UTC), "nl"))
    assert [event["UID"] for event in made.events] == [  # type: ignore[union-attr]
        "dispute-2020-001-answer@medicomut", "dispute-2020-001-advice@medicomut",
    ]  # fmt: skip
    assert codes(step(Kind.deadline, awaited="decision", due="2020-03-01"), found) == ["due_before"]
    assert codes(step(Kind.deadline, awaited="decision", due="soon"), found) == ["wrong_kind"]


def test_what_is_missing_is_named_in_its_order() -> None:
    assert [kind.name for kind in case(CONCILIATION).missing] == [
        "advice_asked",
        "advice_given",
        "concluded",
        "published",
    ]
    assert [kind.name for kind in case(ARBITRATION).missing] == ["college", "concluded", "published"]


KINDS = [Kind.advice_asked, Kind.advice_given, Kind.college, Kind.hearing, Kind.withdrawn, Kind.concluded,
         Kind.reopened, Kind.published, Kind.unpublished]  # fmt: skip
CONTENT: dict[Kind, dict[str, Any]] = {
    Kind.advice_given: {"text": "Yes."},
    Kind.college: COLLEGE,
    Kind.withdrawn: {"reason": "Settled."},
    Kind.reopened: {"reason": "New facts."},
    Kind.unpublished: {"reason": "Too much told."},
    Kind.published: {"title": "A case", "text": "The applicant was right."},
}


@given(st.sampled_from([CONCILIATION, ARBITRATION]), st.lists(st.sampled_from(KINDS), max_size=12))
def test_whatever_is_tried_a_conclusion_rests_on_what_its_clause_asks(
    opening: dict[str, Any], tried: list[Kind]
) -> None:
    found = case(opening)
    for kind in tried:
        outcome = "award" if found.track is Way.arbitration else "conciliated"
        content = CONTENT.get(kind, {"outcome": outcome, "text": "x"} if kind is Kind.concluded else {})
        one = step(kind, **content)
        try:
            decision = decide(one, found, SIGNED, TODAY)
        except Problems:
            continue
        if decision.already is None:
            number = len(found.steps) + 1
            recorded = Recorded(number, number, kind, one.case, one.day, one.actor, decision.basis,
                                datetime(2020, 12, 1, tzinfo=UTC), one.content)  # fmt: skip
            found = Case(found.id, (*found.steps, recorded))
    if found.conclusion is not None:
        asked = Kind.college if found.track is Way.arbitration else Kind.advice_given
        assert found.last(asked) is not None
    assert found.publication is None or found.conclusion is not None


# --- Decisions for everybody -----------------------------------------------------------------------------------------

NAMED = CONCILIATION | {
    "subject": "performance",
    "clauses": ["5.1.1"],
    "parties": [
        {"role": "applicant", "name": "practitioner:19000122003"},
        {"role": "applicant", "name": "Élodie Van Damme"},
        {"role": "respondent", "name": "absym_bvas"},
        {"role": "respondent", "name": "insurers"},
    ],
}


def found_in(text: str) -> list[str]:
    return [problem.what for problem in told({"title": "A case", "text": text}, case(NAMED))]


@pytest.mark.parametrize(
    "text",
    [
        "Doctor 1-90001-22-003 was right.",
        "ELODIE VAN DAMME was right.",
        "Mrs Damme was right.",
        "The BVAS was right.",
        "L'Association belge des syndicats médicaux avait raison.",
        "Write to someone@example.org.",
        "Paid on BE68 5390 0754 7034.",
        "Call 02 739 71 11.",
        "Gsm +32 (0)475/12.34.56.",
        "Fax 00 33 1 23 45 67 89.",
        "The patient 93.05.18-223.61 paid.",
        "See https://example.org/case",
    ],
)
def test_what_tells_who_was_in_dispute_is_found(text: str) -> None:
    assert found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "The applicant was right: 21.79 euro and not 22.22, from 1 January 2020 on.",
        "The insurers paid 138,706 thousand euro; see clause 14.3.3.3 and code 475075.",
        "Le point 5.1.1 s'applique jusqu'au 31/12/2020 à 12 000 patients.",
        "Avis 2020/014 du 02/03/2020, de brief van 3.4.2020, art. 08-02-2019, séance du 01/04/20.",
    ],
)
def test_what_tells_nobody_passes(text: str) -> None:
    assert found_in(text) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_proposal_holds_nothing_that_is_refused(lang: str) -> None:
    text = "On 02/03/2020 Elodie Van Damme (19000122003, 0475 12 34 56) "
    text += "against ABSyM-BVAS, of élodie van damme: a@b.be, BE68 5390 0754 7034."
    made = proposed(text, case(NAMED), lang)  # type: ignore[arg-type]
    assert found_in(made) == []
    assert words()["role_applicant"].in_language(lang) in made
    assert made.startswith("On 02/03/2020 [")
    assert "0475" not in made


def test_published_only_without_names_and_once() -> None:
    done = case(NAMED, step(Kind.concluded, **END))
    assert codes(step(Kind.published, title="Van Damme", text="Damme"), done) == ["not_anonymous"] * 2
    shown = case(NAMED, step(Kind.concluded, **END), step(Kind.published, title="Late files", text="No."))
    assert codes(step(Kind.published, title="Again", text="No."), shown) == ["still_published"]


def decision(case_: str, title: str, *clauses: str, track: str = "conciliation") -> Published:
    return Published(
        case_, "be/amm/2020", track, "performance", clauses, ("475075",), "conciliated", DAY, DAY, title, "É à"
    )


def test_decisions_are_found_by_words_clause_and_track() -> None:
    every = [decision("1", "Chambre à un lit", "14.3.3.1"), decision("2", "Gardes", "14.3", track="arbitration")]

    def ids(*args: str, **named: str) -> list[str]:
        return [one.case for one in search(every, *args, **named)]

    assert ids("CHAMBRE a") == ["1"]
    assert ids(clause="14.3") == ["1", "2"]
    assert ids(clause="14.3.3") == ["1"]
    assert ids(clause="14.30") == []
    assert ids("475075", track="arbitration") == ["2"]
    assert ids("e a", agreement="be/amm/2024") == []


def test_every_word_of_the_model_is_there_in_four_languages() -> None:
    keys = {
        *(f"track_{one}" for one in Way), *(f"subject_{one}" for one in Subject), *(f"status_{one}" for one in Status),
        *(f"outcome_{one}" for one in Outcome), *(f"kind_{one.name}" for one in Kind),
        *(f"role_{one}" for one in ROLES), *(f"bench_{one}" for one in BENCHES), *(f"awaited_{one}" for one in AWAITED),
    }  # fmt: skip
    assert keys <= words().keys()
