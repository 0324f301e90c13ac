"""Declarations decided and their status on any day: the cases of clauses 17 and 16.2.5, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from weeks import week

from medicomut.accession.deciding import Decision, decide
from medicomut.accession.declarations import Declaration, Kind, Recorded
from medicomut.accession.status import History, State, Status, Why, term_of
from medicomut.accession.status_table import status_rows
from medicomut.accession.window import signed_window
from medicomut.agreement import load
from medicomut.calendar import BRUSSELS
from medicomut.errors import Problems

NUMBER, DOCTOR = "19000122003", "practitioner:19000122003"
AMM = "be/amm/2020"
TERMS = [term_of(load(AMM))]
HOURS = tuple(week("mon,09:00,12:00,A,free,practice", "tue,08:00,17:00,A,tariff,practice"))
OTHER_HOURS = tuple(week("wed,09:00,12:00,A,free,practice", "tue,08:00,17:00,A,tariff,practice"))


def at(day: int, month: int = 2, hour: int = 12) -> datetime:
    return datetime(2020, month, day, hour, tzinfo=BRUSSELS)


class Desk:
    """Decides and remembers, as the register does."""

    def __init__(self) -> None:
        self.history = History(NUMBER, ())
        self.declare(Kind.registered, at(1, 1), agreement=None, profession="gp", region="Brussels")

    def declare(self, kind: Kind, now: datetime, **said) -> Decision:  # type: ignore[no-untyped-def]
        declared = replace(Declaration(kind, NUMBER, DOCTOR, AMM), **said)
        agreement, window = signed_window(AMM) if declared.agreement else (None, None)
        found = decide(declared, self.history, now, agreement, window)
        if found.already is None:
            version = self.history.version + 1
            recorded = Recorded(
                version, version, kind, declared.payload(), found.valid_from, now, declared.actor, found.basis
            )
            self.history = History(NUMBER, (*self.history.recorded, recorded))
        return found

    def on(self, day: date) -> Status:
        return self.history.status(day, TERMS)

    def refusal(self, kind: Kind, now: datetime, **said: object) -> list[str]:
        with pytest.raises(Problems) as refused:
            self.declare(kind, now, **said)
        return [problem.code for problem in refused.value.problems]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_silence_is_full_accession(desk: Desk) -> None:
    found = desk.on(date(2020, 3, 1))
    assert (found.state, found.why, found.cites) == (State.full, Why.silence, ("be/amm/2020#17.2",))


def test_a_refusal_holds_from_the_day_of_its_recording_in_brussels(desk: Desk) -> None:
    desk.declare(Kind.refused, datetime(2020, 2, 9, 23, 30, tzinfo=BRUSSELS))
    assert [desk.on(date(2020, 2, day)).state for day in (8, 9, 10)] == [State.full, State.refused, State.refused]
    assert desk.on(date(2020, 2, 9)).cites == ("be/amm/2020#17.1",)


def test_day_30_to_its_last_second_and_not_a_second_later(desk: Desk) -> None:
    midnight = datetime(2020, 2, 29, tzinfo=BRUSSELS)
    assert desk.refusal(Kind.refused, midnight) == ["window_closed"]
    assert desk.refusal(Kind.partial, midnight, hours=HOURS) == ["window_closed"]
    assert desk.refusal(Kind.refused, at(28, 1)) == ["window_not_open"]
    assert desk.declare(Kind.refused, midnight - timedelta(seconds=1)).valid_from == date(2020, 2, 28)


def test_partial_accession_and_its_later_changes(desk: Desk) -> None:
    assert desk.refusal(Kind.changed, at(10), hours=HOURS) == ["nothing_to_change"]
    desk.declare(Kind.partial, at(10), hours=HOURS)
    assert desk.declare(Kind.changed, at(4, 5), hours=OTHER_HOURS).basis == "be/amm/2020#17.3"
    monday, wednesday = date(2020, 3, 2), date(2020, 5, 6)
    assert [desk.on(monday).free_at(hour * 60, "A") for hour in (8, 9, 11, 12)] == [False, True, True, False]
    assert desk.on(monday).free_at(600, "B") is False
    assert desk.on(wednesday).free_at(600, None) is True
    assert desk.on(date(2020, 5, 11)).free_at(600, None) is False
    assert desk.on(date(2020, 2, 9)).free_at(600, None) is None


def test_hours_that_break_the_agreement_are_refused_with_their_clauses(desk: Desk) -> None:
    long = tuple(week("mon,09:00,14:00,A,free,practice", "tue,08:00,09:00,A,tariff,practice"))
    with pytest.raises(Problems) as refused:
        desk.declare(Kind.partial, at(10), hours=long)
    cites = [problem.cites for problem in refused.value.problems]
    assert cites == [("be/amm/2020#14.2.2.2.1",), ("be/amm/2020#14.2.2.2.2",)]
    assert desk.refusal(Kind.partial, at(10), hours=HOURS[:1]) == ["hours_missing"]
    assert desk.refusal(Kind.refused, at(10), hours=HOURS) == ["hours_not_expected"]


def test_sent_again_it_is_harmless_even_when_the_window_has_closed(desk: Desk) -> None:
    desk.declare(Kind.refused, at(10))
    assert desk.declare(Kind.refused, at(11, 6)).already is not None
    assert desk.history.version == 2


def test_who_refused_may_accede_again_but_not_refuse_again_late(desk: Desk) -> None:
    desk.declare(Kind.refused, at(10))
    desk.declare(Kind.acceded, at(11, 5))
    assert desk.on(date(2020, 5, 11)).why is Why.acceded
    assert desk.refusal(Kind.refused, at(12, 5)) == ["window_closed"]


def test_an_individual_denunciation_holds_from_the_day_of_the_measure(desk: Desk) -> None:
    assert desk.refusal(Kind.denounced, at(1, 6)) == ["day_missing"]
    desk.declare(Kind.denounced, at(1, 6), valid_from=date(2020, 7, 1))
    assert [desk.on(date(2020, month, 30)).state for month in (6, 7)] == [State.full, State.refused]
    assert desk.on(date(2020, 7, 1)).cites == ("be/amm/2020#16.2.5",)


def test_an_expression_of_will_cannot_choose_its_day(desk: Desk) -> None:
    assert desk.refusal(Kind.refused, at(10), valid_from=date(2020, 1, 1)) == ["day_not_expected"]


def test_a_correction_takes_two_persons_and_the_place_of_what_it_corrects(desk: Desk) -> None:
    desk.declare(Kind.refused, at(10))
    said = {"corrects": 2, "valid_from": date(2020, 2, 1), "actor": "ann", "says": Kind.acceded}
    assert desk.refusal(Kind.corrected, at(1, 6), **said) == ["checker_missing"]
    assert desk.refusal(Kind.corrected, at(1, 6), **said, checker="ann") == ["same_person"]
    assert desk.refusal(Kind.corrected, at(1, 6), **{**said, "corrects": 1}, checker="bea") == ["unknown_version"]
    registered = {**said, "says": Kind.registered}
    assert desk.refusal(Kind.corrected, at(1, 6), **registered, checker="bea") == ["bad_correction"]
    desk.declare(Kind.corrected, at(1, 6), **said, checker="bea")
    found = desk.on(date(2020, 2, 12))
    assert (found.state, found.why, found.version) == (State.full, Why.corrected, 3)


def test_a_correction_can_say_that_nothing_was_declared(desk: Desk) -> None:
    desk.declare(Kind.refused, at(10))
    desk.declare(Kind.corrected, at(1, 6), corrects=2, valid_from=date(2020, 2, 10), actor="ann", checker="bea")
    assert desk.on(date(2020, 2, 12)).why is Why.silence


def test_activity_begins_and_ends(desk: Desk) -> None:
    desk.declare(Kind.ended, at(1, 6), agreement=None, valid_from=date(2020, 7, 1))
    assert desk.on(date(2019, 12, 1)).why is Why.not_yet_registered
    assert desk.on(date(2020, 6, 30)).state is State.full
    assert desk.on(date(2020, 7, 1)).why is Why.ended
    assert desk.refusal(Kind.refused, at(2, 7)) == ["not_registered", "window_closed"]
    assert History(NUMBER, ()).status(date(2020, 3, 1), TERMS).why is Why.not_registered


def test_after_the_term_nothing_holds_and_nothing_is_recorded(desk: Desk) -> None:
    assert desk.on(date(2021, 1, 1)).state is State.no_agreement
    late = datetime(2021, 1, 4, 12, tzinfo=BRUSSELS)
    assert desk.refusal(Kind.acceded, late) == ["outside_the_term"]


def test_an_extension_of_the_service_takes_in_what_is_late_and_says_so(desk: Desk) -> None:
    agreement, window = signed_window(AMM, service_until=date(2020, 3, 10))
    refusal = Declaration(Kind.refused, NUMBER, DOCTOR, AMM)
    found = [decide(refusal, desk.history, now, agreement, window) for now in (at(28), at(29), at(10, 3))]
    assert [decision.after_cut_off for decision in found] == [False, True, True]
    with pytest.raises(Problems, match="window_closed"):
        decide(refusal, desk.history, at(11, 3), agreement, window)


def test_every_fault_of_a_person_is_told_at_once(desk: Desk) -> None:
    with pytest.raises(Problems) as refused:
        decide(Declaration(Kind.refused, "19000122004", DOCTOR), History("19000122004", ()), at(10), None, None)
    assert [p.code for p in refused.value.problems] == ["agreement_missing", "not_registered"]
    wrong = Declaration(Kind.registered, "19000199003", "inami")
    with pytest.raises(Problems) as unreadable:
        decide(wrong, History(wrong.number, ()), at(10), None, None)
    assert [p.code for p in unreadable.value.problems] == ["bad_number", "profession_missing"]


def test_what_was_said_in_time_is_harmless_after_the_end_too(desk: Desk) -> None:
    """The file of the year comes again: its refusals and its ends are there, whatever has happened since."""
    desk.declare(Kind.refused, at(10))
    desk.declare(Kind.ended, at(1, 6), agreement=None, valid_from=date(2020, 6, 1))
    assert desk.declare(Kind.ended, at(2, 7), agreement=None, valid_from=date(2020, 6, 1)).already is not None
    late = datetime(2021, 3, 1, 12, tzinfo=BRUSSELS)
    assert desk.declare(Kind.refused, late).already is not None
    assert desk.history.version == 3


def test_an_activity_ends_while_there_is_one(desk: Desk) -> None:
    before = {"agreement": None, "valid_from": date(2019, 12, 31)}
    assert desk.refusal(Kind.ended, at(1, 6), **before) == ["not_active_then"]
    desk.declare(Kind.ended, at(1, 6), agreement=None, valid_from=date(2020, 6, 1))
    assert desk.refusal(Kind.ended, at(2, 6), **{**before, "valid_from": date(2020, 9, 1)}) == ["not_active_then"]


def test_what_states_its_day_states_one_on_which_the_agreement_holds(desk: Desk) -> None:
    for day, codes in ((date(2019, 12, 31), ["outside_the_term"]), (date(2021, 1, 1), ["outside_the_term"])):
        assert desk.refusal(Kind.denounced, at(1, 6), valid_from=day) == codes
    desk.declare(Kind.refused, at(10))
    said = {"corrects": 2, "actor": "ann", "checker": "bea", "says": Kind.acceded}
    assert desk.refusal(Kind.corrected, at(1, 6), **said, valid_from=date(1990, 1, 1)) == ["outside_the_term"]
    desk.declare(Kind.corrected, at(1, 6), **said, valid_from=date(2020, 1, 1))


def test_of_two_corrections_of_one_declaration_the_second_corrects_the_first(desk: Desk) -> None:
    desk.declare(Kind.refused, at(10))
    said = {"corrects": 2, "valid_from": date(2020, 2, 10), "actor": "ann", "checker": "bea"}
    desk.declare(Kind.corrected, at(1, 6), **said, says=Kind.acceded)
    assert desk.declare(Kind.corrected, at(2, 6), **said, says=Kind.acceded).already is not None
    assert desk.refusal(Kind.corrected, at(2, 6), **said) == ["already_corrected"]
    desk.declare(Kind.corrected, at(2, 6), **{**said, "corrects": 3})
    assert desk.on(date(2020, 3, 1)).why is Why.silence


def test_one_practitioner_has_one_spelling() -> None:
    spelt = Declaration(Kind.registered, "1-90001-22-003", "inami", profession="gp")
    with pytest.raises(Problems, match="bad_number"):
        decide(spelt, History(spelt.number, ()), at(10), None, None)


@pytest.mark.parametrize(
    ("since", "days"),
    [
        (date(2019, 7, 1), [("2020-01-01", "2020-12-31")]),
        (date(2020, 6, 1), [("2020-06-01", "2020-12-31")]),
        (date(2020, 12, 31), [("2020-12-31", "2020-12-31")]),
        (date(2021, 1, 1), []),
    ],
)
def test_who_is_silent_has_a_row_for_each_term_from_the_day_they_began(
    since: date, days: list[tuple[str, str]]
) -> None:
    said = {"number": NUMBER, "profession": "specialist"}
    begun = Recorded(1, 1, Kind.registered, said, since, at(1, 1), "inami", None)
    moved = replace(begun, sequence=2, version=2)
    rows = list(status_rows([History(NUMBER, [begun]), History(NUMBER, [begun, moved])], TERMS))
    alone, again = rows[: len(days)], rows[len(days) :]
    assert alone == again
    assert [(row["valid_from"], row["valid_to"]) for row in alone] == days
    assert all((row["practitioner"], row["profession"]) == (NUMBER, "specialist") for row in alone)
