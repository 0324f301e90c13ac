"""Chapter 14 of the agreement of 2020, case by case.

The cases are those a doctor, a patient and a billing controller meet; each names its clause. Tuesday 4 February
2020 is an ordinary day, Saturday 8 February a Saturday, Tuesday 21 July 2020 the national holiday.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from medicomut.errors import Problems
from medicomut.slots import parse_slots
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.price import Pricer, accession_of
from medicomut.tariff.vocabulary import WORDS

TUESDAY, SATURDAY, HOLIDAY = "2020-02-04", "2020-02-08", "2020-07-21"

CONSULTATION, VISIT, SPECIALIST_CONSULTATION = "101032", "103132", "102034"

GP = ("gp", "full")
SPECIALIST = ("specialist", "full")


def result(pricer: Pricer, who: tuple[str, ...], **fields: Any) -> dict[str, Any]:
    fields.setdefault("code", CONSULTATION if who[0] == "gp" else SPECIALIST_CONSULTATION)
    fields.setdefault("date", TUESDAY)
    slots = parse_slots(who[2]) if len(who) > 2 else ()
    if who[1] == "unknown":
        return pricer.price(fields, accession=(False, WORDS["profession"].index(who[0]) + 1, 0, ())).result()
    return pricer.price(fields, accession=accession_of(who[0], who[1], slots)).result()


LATE_REQUEST = {"express_request": True, "time": "21:01"}

CASES: list[tuple[str, tuple[str, ...], dict[str, Any], bool, str]] = [
    # what, who, the line, does the tariff bind, basis
    ("14.2.1 an ordinary consultation", GP, {"time": "10:00"}, True, "full_gp"),
    ("14.3.1 the same at a specialist's", SPECIALIST, {"time": "10:00"}, True, "full_specialist"),
    ("17.1 a doctor who refused", ("gp", "refused"), {"time": "10:00"}, False, "refused"),
    # 14.2.3.4, the express request
    ("Tuesday 20:59 at express request", GP, {**LATE_REQUEST, "time": "20:59"}, True, "full_gp"),
    ("Tuesday 21:00 sharp: not yet after", GP, {**LATE_REQUEST, "time": "21:00"}, True, "full_gp"),
    ("one second after", GP, {**LATE_REQUEST, "time": "21:00:01"}, False, "consultation_at_late_hour_gp"),
    ("Tuesday 21:01 at express request", GP, LATE_REQUEST, False, "consultation_at_late_hour_gp"),
    ("Tuesday 21:01 without express request", GP, {"time": "21:01"}, True, "full_gp"),
    ("21:01, called back by the doctor", GP, {**LATE_REQUEST, "recalled": True}, True, "full_gp"),
    ("21:01, within the duty service", GP, {**LATE_REQUEST, "on_duty": True}, True, "full_gp"),
    ("21:01, hours held open", GP, {**LATE_REQUEST, "open_to_public": True}, True, "full_gp"),
    ("national holiday, 10:00", GP, {"express_request": True, "time": "10:00", "date": HOLIDAY}, False,
     "consultation_at_late_hour_gp"),
    ("Saturday 10:00", GP, {"express_request": True, "time": "10:00", "date": SATURDAY}, False,
     "consultation_at_late_hour_gp"),
    ("Saturday, hour not stated", GP, {"express_request": True, "date": SATURDAY}, False,
     "consultation_at_late_hour_gp"),
    ("Saturday 10:00 with a public Saturday surgery", GP,
     {"express_request": True, "time": "10:00", "date": SATURDAY, "open_to_public": True}, True, "full_gp"),
    ("a home visit at 21:01 is no consultation", GP, {**LATE_REQUEST, "setting": "home"}, True, "full_gp"),
    # 14.2.3.1 to 14.2.3.3, visits and calls
    ("visit asked outside the round", GP, {"code": VISIT, "setting": "home", "outside_round": True}, False,
     "visit_outside_round"),
    ("the same, urgent", GP, {"code": VISIT, "setting": "home", "outside_round": True, "urgent": True}, True,
     "full_gp"),
    ("unusual travel", GP, {"code": VISIT, "setting": "home", "unusual_travel": True}, False, "unusual_travel"),
    ("unusual travel, said of a consultation at the practice", GP, {"setting": "practice", "unusual_travel": True},
     True, "full_gp"),
    ("night call, not on duty, duty service sufficient", GP,
     {"code": VISIT, "setting": "home", "time": "23:00", "duty_service_sufficient": True}, False,
     "call_while_duty_sufficient"),
    ("night call by the doctor on duty", GP,
     {"code": VISIT, "setting": "home", "time": "23:00", "duty_service_sufficient": True, "on_duty": True}, True,
     "full_gp"),
    ("night call, duty service not sufficient", GP,
     {"code": VISIT, "setting": "home", "time": "23:00", "duty_service_sufficient": False}, True, "full_gp"),
    ("Sunday call, duty service sufficient", GP,
     {"code": VISIT, "setting": "home", "date": "2020-02-09", "time": "15:00", "duty_service_sufficient": True},
     False, "call_while_duty_sufficient"),
    ("afternoon call on a working day", GP,
     {"code": VISIT, "setting": "home", "time": "15:00", "duty_service_sufficient": True}, True, "full_gp"),
    # 14.3.3, specialists
    ("single room for convenience", SPECIALIST, {"setting": "single_room", "single_room_for_convenience": True},
     False, "single_room_for_convenience"),
    ("single room for a medical reason", SPECIALIST, {"setting": "single_room", "single_room_for_convenience": False},
     True, "full_specialist"),
    ("home call", SPECIALIST, {"setting": "home"}, False, "home_call_to_specialist"),
    ("home call asked by the treating GP", SPECIALIST, {"setting": "home", "requested_by_treating_doctor": True},
     True, "full_specialist"),
    ("ambulatory, 21:01, express request", SPECIALIST, {**LATE_REQUEST, "setting": "ambulatory_hospital"}, False,
     "consultation_at_late_hour_specialist"),
    ("admitted, 21:01, express request", SPECIALIST, {**LATE_REQUEST, "setting": "shared_room"}, True,
     "full_specialist"),
    ("a GP has no single-room demand", GP, {"setting": "single_room", "single_room_for_convenience": True}, True,
     "full_gp"),
    # 14.2.2 and 14.3.2, partial accession
    ("partial GP inside a slot, at the practice", ("gp", "partial", "tue 09:00-13:00@A"),
     {"time": "09:00", "site": "A", "setting": "practice"}, False, "off_tariff_slot_gp"),
    ("at the end of the slot", ("gp", "partial", "tue 09:00-13:00@A"),
     {"time": "13:00", "site": "A", "setting": "practice"}, True, "partial_gp_at_tariff"),
    ("at another site", ("gp", "partial", "tue 09:00-13:00@A"),
     {"time": "10:00", "site": "B", "setting": "practice"}, True, "partial_gp_at_tariff"),
    ("a home visit in the slot", ("gp", "partial", "tue 09:00-13:00"), {"time": "10:00", "setting": "home"}, True,
     "partial_gp_at_tariff"),
    ("on another day", ("gp", "partial", "wed 09:00-13:00"), {"time": "10:00", "setting": "practice"}, True,
     "partial_gp_at_tariff"),
    ("a slot over midnight", ("gp", "partial", "mon 23:00-01:00"), {"time": "00:30", "setting": "practice"}, False,
     "off_tariff_slot_gp"),
    ("partial specialist in a slot, ambulatory", ("specialist", "partial", "tue 09:00-13:00@A"),
     {"time": "10:00", "site": "A", "setting": "ambulatory_hospital"}, False, "off_tariff_slot_specialist"),
    ("partial specialist in a slot, day hospital", ("specialist", "partial", "tue 09:00-13:00@A"),
     {"time": "10:00", "site": "A", "setting": "day_hospital"}, True, "partial_specialist_at_tariff"),
    ("partial specialist in a slot, place not stated, ambulatory code", ("specialist", "partial", "tue 09:00-13:00"),
     {"time": "10:00"}, False, "off_tariff_slot_specialist"),
    ("the slot frees before any demand is looked at", ("gp", "partial", "tue 21:00-23:00"),
     {**LATE_REQUEST, "setting": "practice"}, False, "off_tariff_slot_gp"),
    ("a demand frees whatever the accession that nobody knows", ("gp", "unknown"),
     {**LATE_REQUEST}, False, "consultation_at_late_hour_gp"),
    ("a visit code is no consultation, place not stated", GP, {**LATE_REQUEST, "code": VISIT}, True, "full_gp"),
    ("a hospital code is no ambulatory consultation", SPECIALIST,
     {"code": "102023", "express_request": True, "date": SATURDAY}, True, "full_specialist"),
    # 14.4, income
    ("one holder, at the ceiling", GP,
     {"taxable_income_cents": 6763622, "holders": 1, "dependants": 0}, True, "full_gp"),
    ("one cent above", GP, {"taxable_income_cents": 6763623, "holders": 1, "dependants": 0}, False,
     "income_above_ceiling"),
    ("two dependants raise it to 72 143.68", GP, {"taxable_income_cents": 7214368, "holders": 1, "dependants": 2}, True,
     "full_gp"),
    ("and no further", GP, {"taxable_income_cents": 7214369, "holders": 1, "dependants": 2}, False,
     "income_above_ceiling"),
    ("two holders, 90 180.64 together", GP, {"taxable_income_cents": 9018064, "holders": 2, "dependants": 0}, True,
     "full_gp"),
    ("two holders, one cent above", GP, {"taxable_income_cents": 9018065, "holders": 2, "dependants": 0}, False,
     "income_above_ceiling"),
    # 14.6, third-party payment
    ("optional third party binds a doctor who refused", ("gp", "refused"), {"third_party": "optional"}, True,
     "optional_third_party"),
    ("and binds despite a high income", GP, {"third_party": "optional", "taxable_income_cents": 9999999}, True,
     "optional_third_party"),
    ("and despite an express request", GP, {**LATE_REQUEST, "third_party": "optional"}, True, "optional_third_party"),
    ("mandatory third party changes nothing", ("gp", "refused"), {"third_party": "mandatory"}, False, "refused"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "line", "binds", "basis"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_does_the_tariff_bind(
    pricer: Pricer, who: tuple[str, ...], line: dict[str, Any], binds: bool, basis: str
) -> None:
    found = result(pricer, who, **line)
    assert (found["tariff_binds"], found["basis"]) == (binds, basis)
    assert found["cites"], "every basis names its clause"


READINGS: list[tuple[str, str, str, tuple[str, ...], dict[str, Any], bool]] = [
    # reading, value, what, who, the line, does the tariff bind
    ("late_boundary", "strictly_after", "21:00 sharp", GP, {**LATE_REQUEST, "time": "21:00"}, True),
    ("late_boundary", "from", "21:00 sharp", GP, {**LATE_REQUEST, "time": "21:00"}, False),
    ("late_until", "midnight", "02:00", GP, {**LATE_REQUEST, "time": "02:00"}, True),
    ("late_until", "08:00", "02:00", GP, {**LATE_REQUEST, "time": "02:00"}, False),
    ("late_until", "08:00", "08:00 is morning", GP, {**LATE_REQUEST, "time": "08:00"}, True),
    ("night_hours", "21-08", "20:30", GP, {"setting": "home", "time": "20:30", "duty_service_sufficient": True}, True),
    ("night_hours", "20-08", "20:30", GP, {"setting": "home", "time": "20:30", "duty_service_sufficient": True}, False),
    ("night_hours", "22-06", "07:00", GP, {"setting": "home", "time": "07:00", "duty_service_sufficient": True}, True),
    ("night_hours", "21-08", "07:00", GP, {"setting": "home", "time": "07:00", "duty_service_sufficient": True}, False),
    ("duty_exception", "or", "public Saturday surgery", GP,
     {"express_request": True, "date": SATURDAY, "open_to_public": True}, True),
    ("duty_exception", "and", "public Saturday surgery", GP,
     {"express_request": True, "date": SATURDAY, "open_to_public": True}, False),
    ("duty_exception", "and", "and on duty", GP,
     {"express_request": True, "date": SATURDAY, "open_to_public": True, "on_duty": True}, True),
    ("several_holders", "household_sum", "two holders, 80 000 together", GP,
     {"taxable_income_cents": 8000000, "holders": 2}, True),
    ("several_holders", "each_holder", "two holders, one with 80 000", GP,
     {"taxable_income_cents": 8000000, "holders": 2}, False),
    ("dependants", "once", "two holders, one dependant, 94 688.10", GP,
     {"taxable_income_cents": 9468810, "holders": 2, "dependants": 1}, False),
    ("dependants", "per_holder", "two holders, one dependant, 94 688.10", GP,
     {"taxable_income_cents": 9468810, "holders": 2, "dependants": 1}, True),
    ("optional_third_party_scope", "all", "refused, optional third party", ("gp", "refused"),
     {"third_party": "optional"}, True),
    ("optional_third_party_scope", "conventioned", "refused, optional third party", ("gp", "refused"),
     {"third_party": "optional"}, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "who", "line", "binds"),
    [(name, value, who, line, binds) for name, value, _, who, line, binds in READINGS],
    ids=[f"{name}={value}: {what}" for name, value, what, *_ in READINGS],
)
def test_each_value_of_each_reading(
    pricer: Pricer, name: str, value: str, who: tuple[str, ...], line: dict[str, Any], binds: bool
) -> None:
    chosen = Pricer(Conditions({name: value}), pricer.fees)
    assert result(chosen, who, **line)["tariff_binds"] is binds


class TestSupplement:
    def test_what_is_charged_above_a_binding_fee_is_excess(self, pricer: Pricer) -> None:
        found = result(pricer, GP, charged_cents=3000)
        assert (found["fee_cents"], found["supplement_cents"], found["excess_cents"]) == (2222, 778, 778)
        assert found["verdict"] == "excess"
        assert "charged_above_binding_fee" in found["reasons"]

    def test_a_demand_frees_the_charge(self, pricer: Pricer) -> None:
        found = result(pricer, GP, **LATE_REQUEST, charged_cents=3000, informed_beforehand=True)
        assert (found["excess_cents"], found["verdict"]) == (0, "ok")

    def test_less_than_the_fee_is_no_supplement(self, pricer: Pricer) -> None:
        found = result(pricer, GP, charged_cents=-2222)
        assert (found["supplement_cents"], found["excess_cents"], found["verdict"]) == (0, 0, "ok")

    def test_no_supplement_in_a_shared_room_from_any_doctor(self, pricer: Pricer) -> None:
        """Hospital law, article 152."""
        found = result(pricer, ("specialist", "refused"), code="102034", date="2017-05-05", setting="shared_room",
                       charged_cents=9000)  # fmt: skip
        assert (found["verdict"], found["excess_cents"]) == ("excess", 9000 - 3715)
        assert "shared_room" in found["reasons"]
        assert "be/law/2008-07-10#152" in found["cites"]

    def test_a_fee_on_which_published_figures_disagree(self, pricer: Pricer) -> None:
        """101076 in 2020: 26.79 derived, 26.78 and 26.80 printed; nobody is accused of the cent between them."""
        charged = {cents: result(pricer, GP, code="101076", charged_cents=cents) for cents in (2679, 2680, 2681)}
        assert [found["verdict"] for found in charged.values()] == ["ok", "unknown", "excess"]
        assert "fee_disputed" in charged[2680]["reasons"]
        assert (charged[2680]["excess_cents"], charged[2681]["excess_cents"]) == (0, 2)

    def test_the_law_of_rooms_has_a_day_from_which_it_holds(self, pricer: Pricer) -> None:
        stay = {"code": "102034", "setting": "single_room", "single_room_for_convenience": False}
        values = pricer.price({**stay, "date": "1995-05-05"}, accession=accession_of("specialist", "refused")).values
        assert not values["barred_by_law"]

    def test_single_room_not_chosen(self, pricer: Pricer) -> None:
        stay = {"code": "101032", "setting": "single_room", "charged_cents": 9000}
        refused = ("specialist", "refused")
        assert result(pricer, refused, **stay, single_room_for_convenience=False)["verdict"] == "excess"
        assert result(pricer, refused, **stay, single_room_for_convenience=True)["verdict"] == "ok"
        unstated = result(pricer, refused, **stay)
        assert unstated["verdict"] == "ok"
        assert "single_room_for_convenience_not_stated" in unstated["reasons"]

    @pytest.mark.parametrize(
        ("reading", "day", "protected", "kind_open"),
        [
            ("all", "2024-12-31", False, False),
            ("all", "2025-01-01", True, True),
            ("none", "2025-12-31", False, False),
            ("none", "2026-01-01", True, False),
            ("all", "2026-01-01", True, False),
        ],
    )
    def test_preferential_patients_in_ambulatory_care(
        self, reading: str, day: str, protected: bool, kind_open: bool
    ) -> None:
        """From 1 January 2025 those preferential by right, from 1 January 2026 all, whatever the doctor's status.

        No fee is shipped for most of those days: the fee table is made up.
        """
        columns = {
            "code": [101032], "valid_from": [date(2024, 1, 1)], "valid_to": [date(2026, 12, 31)], "fee": [2568],
            "share_00": [600], "share_01": [400], "share_10": [150], "share_11": [100], "status": ["synthetic"],
            "share_status": ["synthetic"], "highest": [2568],
        }  # fmt: skip
        made_up = FeeTable(Columns(columns))
        chosen = Pricer(Conditions({"preferential_ban_2025": reading}), made_up)
        line = {"code": "101032", "date": day, "preferential": True, "charged_cents": 5000}
        found = chosen.price(line, accession=accession_of("gp", "refused"))
        assert found.result()["verdict"] == ("excess" if protected else "unknown")
        assert ("preferential_patient" in found.reasons, "preferential_kind_assumed" in found.reasons) == (
            protected, kind_open,
        )  # fmt: skip
        stay = chosen.price({**line, "setting": "single_room"}, accession=accession_of("gp", "refused"))
        assert "preferential_patient" not in stay.reasons, "the ban is on ambulatory care"

    def test_uninformed(self, pricer: Pricer, fees: FeeTable) -> None:
        line = {**LATE_REQUEST, "charged_cents": 3000, "informed_beforehand": False}
        flagged = result(pricer, GP, **line)
        assert flagged["verdict"] == "ok"
        assert "not_informed_beforehand" in flagged["reasons"]
        strict = Pricer(Conditions({"uninformed_supplement": "excess"}), fees)
        assert result(strict, GP, **line)["verdict"] == "excess"


class Columns:
    """A fee schedule made of columns."""

    hash = "made up"

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        self._columns = columns

    def table(self) -> dict[str, list[Any]]:
        return self._columns


class TestNotStated:
    """What is not stated is not established, and is named where another answer would have changed the result."""

    def test_an_express_request_not_stated(self, pricer: Pricer) -> None:
        found = result(pricer, GP, time="21:01", charged_cents=3000)
        assert found["verdict"] == "excess"
        assert "express_request_not_stated" in found["reasons"]

    def test_is_not_named_where_it_could_not_matter(self, pricer: Pricer) -> None:
        found = result(pricer, GP, time="10:00", charged_cents=3000)
        assert "express_request_not_stated" not in found["reasons"]

    @pytest.mark.parametrize(
        ("who", "line"),
        [
            (GP, {"third_party": "optional", "time": "21:30"}),
            (GP, {"setting": "single_room"}),
            (GP, {"express_request": True, "recalled": True}),
            (("gp", "partial", "tue 09:00-13:00@A"), {"time": "15:00", "setting": "practice"}),
            (("gp", "partial", "tue 09:00-13:00"), {"time": "10:00", "third_party": "optional"}),
        ],
        ids=["optional third party decides", "no such demand for a GP", "called back", "outside every slot", "slot"],
    )
    def test_nothing_is_left_undecided_that_no_answer_could_change(
        self, fees: FeeTable, who: tuple[str, ...], line: dict[str, Any]
    ) -> None:
        strict = Pricer(Conditions({"unstated_facts": "undecided"}), fees)
        assert result(strict, who, **line, charged_cents=3000)["verdict"] == "excess"

    def test_prior_information_is_named_where_it_would_decide(self, fees: FeeTable) -> None:
        readings = {"unstated_facts": "undecided", "uninformed_supplement": "excess"}
        strict = Pricer(Conditions(readings), fees)
        settled = {"recalled": False, "on_duty": False, "open_to_public": False, "setting": "practice",
                   "third_party": "none", "preferential": False, "charged_cents": 3000}  # fmt: skip
        assert result(strict, GP, **LATE_REQUEST, **settled)["verdict"] == "unknown"
        assert result(strict, GP, **LATE_REQUEST, **settled, informed_beforehand=True)["verdict"] == "ok"

    def test_undecided(self, fees: FeeTable) -> None:
        strict = Pricer(Conditions({"unstated_facts": "undecided"}), fees)
        line = {"time": "21:01", "charged_cents": 3000}
        assert result(strict, GP, **line)["verdict"] == "unknown"
        assert result(strict, GP, **line, express_request=False)["verdict"] == "excess"

    def test_the_share_of_an_ordinary_patient_without_a_file(self, pricer: Pricer) -> None:
        """6 euros without a global medical file, 4 with; preferential 1.50 and 1 (royal decree of 20 July 2011)."""
        plain = result(pricer, GP)
        assert (plain["patient_share_cents"], plain["reimbursement_cents"]) == (600, 1622)
        assert {"preferential_not_stated", "medical_file_not_stated"} <= set(plain["reasons"])
        shares = {
            (preferential, file): result(pricer, GP, preferential=preferential, medical_file=file, charged_cents=2222)
            for preferential in (False, True)
            for file in (False, True)
        }
        assert [found["patient_share_cents"] for found in shares.values()] == [600, 400, 150, 100]
        assert not any("not_stated" in reason for found in shares.values() for reason in found["reasons"])

    def test_nothing_charged(self, pricer: Pricer) -> None:
        found = result(pricer, GP)
        assert (found["verdict"], found["supplement_cents"]) == ("unknown", None)
        assert "charged_not_stated" in found["reasons"]


class TestNotKnown:
    def test_steps_say_of_an_amount_no_more_than_the_result(self, pricer: Pricer) -> None:
        """103132 has a fee in 2020 and no known share; 102012 no fee; 101032 both, but nothing was charged."""
        for code in ("103132", "102012", "101032"):
            priced = pricer.price({"code": code, "date": TUESDAY}, accession=accession_of(*GP))
            found = priced.result()
            steps = {name: value for name, value, _, _ in priced.steps()}
            shared = [name for name in steps if name in found and name not in ("basis", "verdict")]
            assert {name: steps[name] for name in shared} == {name: found[name] for name in shared}
            assert "reimbursement_cents" in shared

    def test_a_derived_share_says_so(self, pricer: Pricer) -> None:
        assert "share_derived" in result(pricer, GP)["reasons"]
        assert "share_derived" not in result(pricer, ("gp", "full"), date="2024-05-06")["reasons"]

    def test_a_code_without_a_fee_still_says_whether_the_tariff_binds(self, pricer: Pricer) -> None:
        found = result(pricer, GP, code="109723", charged_cents=3000)
        assert (found["verdict"], found["tariff_binds"], found["basis"]) == ("unpriced", True, "full_gp")
        assert found["fee_cents"] is None
        assert "fee_not_known" in found["reasons"]

    def test_a_wrong_check_digit_is_named(self, pricer: Pricer) -> None:
        assert "code_check_digit" in result(pricer, GP, code="101075")["reasons"]

    def test_a_day_outside_every_agreement(self, pricer: Pricer) -> None:
        found = result(pricer, GP, date="2017-05-05", charged_cents=3000)
        assert (found["basis"], found["tariff_binds"], found["agreement"]) == ("no_agreement", None, None)

    def test_an_agreement_known_in_part(self, pricer: Pricer) -> None:
        found = result(pricer, GP, date="2024-05-06", charged_cents=9000)
        assert (found["basis"], found["agreement"], found["verdict"]) == (
            "conditions_not_known", "be/amm/2024", "unknown",
        )  # fmt: skip

    def test_a_practitioner_nobody_knows(self, pricer: Pricer) -> None:
        found = pricer.price({"code": CONSULTATION, "date": TUESDAY, "charged_cents": 3000}).result()
        assert (found["basis"], found["verdict"]) == ("status_not_known", "unknown")
        assert "practitioner_not_known" in found["reasons"]

    def test_a_charge_within_the_fee_is_in_order_whoever_made_it(self, pricer: Pricer) -> None:
        found = pricer.price({"code": CONSULTATION, "date": TUESDAY, "charged_cents": 2222}).result()
        assert found["verdict"] == "ok"

    def test_fields_that_cannot_be_read_are_named(self, pricer: Pricer) -> None:
        found = result(pricer, GP, date="2020-02-30", time="25:00", preferential="maybe", charged_cents="12,50")
        assert (found["basis"], found["verdict"]) == ("unreadable", "unknown")
        assert found["reasons"][-4:] == [
            "date_unreadable", "time_unreadable", "preferential_unreadable", "charged_cents_unreadable",
        ]  # fmt: skip


def test_flags(pricer: Pricer) -> None:
    """6.5: several ECGs a day; 8: the 960 series."""
    line = {"code": "475075", "date": TUESDAY}
    assert "ecg_same_day" in pricer.price(line, ecg_repeated=True).result()["reasons"]
    assert "ecg_same_day" not in pricer.price(line).result()["reasons"]
    assert "series_960" in result(pricer, SPECIALIST, code="960013")["reasons"]


def test_a_reading_that_changes_nothing_in_a_line_is_refused() -> None:
    with pytest.raises(Problems, match="week changes nothing in a line of care"):
        Conditions({"week": "rolling"})
