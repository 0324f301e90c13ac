"""Makes the test vectors: lines of care a jurist would choose, and what the rules give for each.

`python tools/vectors.py` writes `src/medicomut/data/vectors/price.json`. The cases below hold inputs only; the
expected outputs are computed, so that a change of a rule shows as a difference in that file, to be read.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from medicomut.api.batch import in_a_frame
from medicomut.api.room import Room
from medicomut.api.settings import Settings
from medicomut.tariff import asked, practitioners
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.price import Pricer
from medicomut.tariff.vocabulary import LINE_COLUMNS

HOME = Path(__file__).resolve().parents[1] / "src" / "medicomut" / "data" / "vectors" / "price.json"

Case = dict[str, Any]

GP = {"code": "101032", "date": "2020-02-04", "time": "10:00", "profession": "gp", "status": "full",
      "setting": "practice", "third_party": "none", "preferential": False, "medical_file": False,
      "charged_cents": 3000}  # fmt: skip
LATE = GP | {"time": "21:01", "express_request": True, "recalled": False, "on_duty": False, "open_to_public": False,
             "informed_beforehand": True}  # fmt: skip
VISIT = GP | {"code": "103132", "setting": "home", "charged_cents": 5000, "informed_beforehand": True}
SPECIALIST = GP | {"code": "102012", "profession": "specialist"}
LATE_SPECIALIST = LATE | {"code": "102012", "profession": "specialist"}
# No specialist's fee of 2020 is published; a code whose fee is known shows what a charge above it does.
PRICED_SPECIALIST = SPECIALIST | {"code": "101076", "informed_beforehand": True}
ROOM = PRICED_SPECIALIST | {"setting": "single_room"}
SLOT = "tue 09:00-13:00@A"
PARTIAL = GP | {"status": "partial", "slots": SLOT, "site": "A"}

AGREED = Conditions().parameters
CEILING, SEVERAL, DEPENDANT = (
    int(AGREED[name]) for name in ("ceiling_one_holder", "ceiling_each_holder", "ceiling_per_dependant")
)


def price_cases() -> dict[str, Case]:
    """Return the bodies for `/v1/price`, by name."""
    return {
        **_full_and_refused(),
        **_late(),
        **_visits(),
        **_specialists(),
        **_partial(),
        **_household(),
        **_law(),
        **_unstated(),
        **_days_and_codes(),
    }


def _full_and_refused() -> dict[str, Case]:
    cases: dict[str, Case] = {
        "full_gp": GP,
        "full_gp_at_the_fee": GP | {"charged_cents": 2222},
        "full_gp_one_cent_above": GP | {"charged_cents": 2223},
        "full_gp_below_the_fee": GP | {"charged_cents": 2000},
        "full_gp_nothing_charged": GP | {"charged_cents": 0},
        "full_gp_charge_taken_back": GP | {"charged_cents": -2222},
        "full_gp_charge_not_stated": GP | {"charged_cents": None},
        "full_gp_preferential": GP | {"preferential": True},
        "full_gp_medical_file": GP | {"medical_file": True},
        "full_gp_preferential_with_file": GP | {"preferential": True, "medical_file": True},
        "full_specialist": SPECIALIST,
        "refused_gp": GP | {"status": "refused"},
        "refused_specialist": SPECIALIST | {"status": "refused"},
        "refused_preferential": GP | {"status": "refused", "preferential": True},
    }
    for who, line in (("gp", GP), ("specialist", SPECIALIST)):
        for status in ("full", "partial", "refused"):
            for third in ("mandatory", "optional"):
                cases[f"{status}_{who}_{third}_third_party"] = line | {"status": status, "third_party": third}
    scope = {"readings": {"optional_third_party_scope": "conventioned"}}
    cases["refused_gp_optional_third_party_conventioned"] = (
        GP | {"status": "refused", "third_party": "optional"} | scope
    )
    cases["full_gp_optional_third_party_conventioned"] = GP | {"third_party": "optional"} | scope
    return cases


def _late() -> dict[str, Case]:
    cases: dict[str, Case] = {}
    for who, line in (("gp", LATE), ("specialist", LATE_SPECIALIST)):
        cases |= {
            f"late_{who}": line,
            f"late_{who}_one_minute_before": line | {"time": "20:59"},
            f"late_{who}_at_nine": line | {"time": "21:00"},
            f"late_{who}_at_nine_included": line | {"time": "21:00", "readings": {"late_boundary": "from"}},
            f"late_{who}_before_dawn": line | {"time": "05:00"},
            f"late_{who}_before_dawn_until_eight": line | {"time": "05:00", "readings": {"late_until": "08:00"}},
            f"late_{who}_not_requested": line | {"express_request": False},
            f"late_{who}_recalled": line | {"recalled": True},
            f"late_{who}_on_duty": line | {"on_duty": True},
            f"late_{who}_open_to_public": line | {"open_to_public": True},
            f"late_{who}_on_duty_both_needed": line | {"on_duty": True, "readings": {"duty_exception": "and"}},
            f"late_{who}_both_both_needed": line
            | {"on_duty": True, "open_to_public": True, "readings": {"duty_exception": "and"}},
            f"late_{who}_saturday": line | {"date": "2020-02-08", "time": "10:00"},
            f"late_{who}_sunday": line | {"date": "2020-02-09", "time": "10:00"},
            f"late_{who}_public_holiday": line | {"date": "2020-05-21", "time": "10:00"},
            f"late_{who}_not_informed": line | {"informed_beforehand": False},
            f"late_{who}_not_informed_owed_back": line
            | {"informed_beforehand": False, "readings": {"uninformed_supplement": "excess"}},
        }
    return cases


def _visits() -> dict[str, Case]:
    call = VISIT | {"duty_service_sufficient": True, "on_duty": False}
    return {
        "visit_at_tariff": VISIT,
        "visit_outside_round": VISIT | {"outside_round": True, "urgent": False},
        "visit_outside_round_urgent": VISIT | {"outside_round": True, "urgent": True},
        "visit_outside_round_urgency_not_stated": VISIT | {"outside_round": True},
        "unusual_travel": VISIT | {"unusual_travel": True},
        "call_by_night": call | {"time": "23:00"},
        "call_by_night_on_duty": call | {"time": "23:00", "on_duty": True},
        "call_by_night_service_insufficient": call | {"time": "23:00", "duty_service_sufficient": False},
        "call_by_day": call | {"time": "14:00"},
        "call_at_weekend": call | {"date": "2020-02-08", "time": "14:00"},
        "call_on_public_holiday": call | {"date": "2020-12-25", "time": "14:00"},
        "call_at_half_past_eight_pm": call | {"time": "20:30"},
        "call_at_half_past_eight_pm_20-08": call | {"time": "20:30", "readings": {"night_hours": "20-08"}},
        "call_at_seven_am": call | {"time": "07:00"},
        "call_at_seven_am_22-06": call | {"time": "07:00", "readings": {"night_hours": "22-06"}},
    }


def _specialists() -> dict[str, Case]:
    home = PRICED_SPECIALIST | {"setting": "home"}
    return {
        "single_room_for_convenience": ROOM | {"single_room_for_convenience": True},
        "single_room_not_for_convenience": ROOM | {"single_room_for_convenience": False},
        "single_room_not_said_why": ROOM,
        "single_room_refused_not_for_convenience": ROOM | {"status": "refused", "single_room_for_convenience": False},
        "home_call_to_specialist": home | {"requested_by_treating_doctor": False},
        "home_call_requested_by_treating_doctor": home | {"requested_by_treating_doctor": True},
        "home_call_request_not_stated": home,
    }


def _partial() -> dict[str, Case]:
    night = "fri 22:00-01:00"
    specialist = PARTIAL | {"code": "102012", "profession": "specialist"}
    cases: dict[str, Case] = {}
    for who, line in (("gp", PARTIAL), ("specialist", specialist)):
        cases |= {
            f"partial_{who}_in_slot": line,
            f"partial_{who}_first_minute": line | {"time": "09:00"},
            f"partial_{who}_last_minute": line | {"time": "12:59"},
            f"partial_{who}_slot_over": line | {"time": "13:00"},
            f"partial_{who}_other_day": line | {"date": "2020-02-05"},
            f"partial_{who}_other_site": line | {"site": "B"},
            f"partial_{who}_site_not_stated": line | {"site": None},
            f"partial_{who}_time_not_stated": line | {"time": None},
            f"partial_{who}_slot_of_every_site": line | {"slots": "tue 09:00-13:00", "site": "B"},
            f"partial_{who}_without_slots": line | {"slots": None, "site": None},
            f"partial_{who}_slot_past_midnight": line | {"slots": night, "date": "2020-02-08", "time": "00:30"},
        }
    cases["partial_gp_in_slot_at_home"] = PARTIAL | {"setting": "home", "code": "103132"}
    cases["partial_gp_in_slot_place_not_stated"] = PARTIAL | {"setting": None}
    cases["partial_specialist_in_slot_in_hospital"] = specialist | {"setting": "shared_room"}
    cases["partial_gp_preferential_in_slot"] = PARTIAL | {"preferential": True, "medical_file": True}
    return cases


def _household() -> dict[str, Case]:
    def income(cents: int, **more: Any) -> Case:
        return GP | {"taxable_income_cents": cents, "holders": 1, "dependants": 0} | more

    each, per_holder = {"several_holders": "each_holder"}, {"dependants": "per_holder"}
    two = 2 * SEVERAL
    return {
        "income_at_the_ceiling": income(CEILING),
        "income_one_cent_above": income(CEILING + 1),
        "income_with_a_dependant": income(CEILING + DEPENDANT, dependants=1),
        "income_with_a_dependant_above": income(CEILING + DEPENDANT + 1, dependants=1),
        "income_of_two_holders": income(two, holders=2),
        "income_of_two_holders_above": income(two + 1, holders=2),
        "income_of_two_holders_each": income(SEVERAL + 1, holders=2, readings=each),
        "income_of_two_holders_with_a_dependant": income(two + DEPENDANT + 1, holders=2, dependants=1),
        "income_dependant_per_holder": income(two + DEPENDANT + 1, holders=2, dependants=1, readings=per_holder),
        "income_household_not_stated": income(CEILING + 1, holders=None, dependants=None),
        "income_above_refused": income(CEILING + 1, status="refused"),
        "income_above_optional_third_party": income(CEILING + 1, third_party="optional"),
    }


def _law() -> dict[str, Case]:
    preferential = LATE | {"preferential": True, "code": "101076", "charged_cents": 4000}
    return {
        "shared_room": ROOM | {"setting": "shared_room"},
        "shared_room_refused": ROOM | {"setting": "shared_room", "status": "refused"},
        "day_hospital_refused": ROOM | {"setting": "day_hospital", "status": "refused"},
        "preferential_2020": preferential | {"date": "2020-02-04"},
        "preferential_2025": preferential | {"date": "2025-02-04", "status": "refused"},
        "preferential_2025_none": preferential
        | {"date": "2025-02-04", "status": "refused", "readings": {"preferential_ban_2025": "none"}},
        "preferential_2026": preferential | {"date": "2026-02-04", "status": "refused"},
        "preferential_2025_not_stated": preferential
        | {"date": "2025-02-04", "status": "refused", "preferential": None},
        "preferential_2012": preferential | {"date": "2012-02-07", "status": "refused"},
    }


def _unstated() -> dict[str, Case]:
    """Return cases in which one fact is not stated, each also where such lines are left undecided."""
    bare = {"code": "101032", "date": "2020-02-04"}
    cases = {f"late_without_{fact}": LATE | {fact: None} for fact in
             ("express_request", "recalled", "on_duty", "open_to_public", "time", "third_party", "setting",
              "preferential", "medical_file", "informed_beforehand")}  # fmt: skip
    undecided = {"readings": {"unstated_facts": "undecided"}}
    cases |= {f"{name}_undecided": line | undecided for name, line in cases.items()}
    return {
        "only_code_and_day": bare,
        "only_code_day_and_charge": bare | {"charged_cents": 2222},
        "status_not_known_charged_above": bare | {"charged_cents": 3000},
        "profession_alone": bare | {"profession": "gp", "charged_cents": 3000},
        "visit_by_night_nothing_stated": {k: v for k, v in VISIT.items() if k != "third_party"} | {"time": "23:00"},
        **cases,
    }


def _days_and_codes() -> dict[str, Case]:
    return {
        "before_any_agreement": GP | {"date": "2010-02-04"},
        "agreement_not_known_in_full": GP | {"date": "2024-02-06"},
        "last_day_of_the_agreement": GP | {"date": "2020-12-31"},
        "day_after_the_agreement": GP | {"date": "2021-01-01"},
        "fee_not_known": SPECIALIST,
        "fee_derived": GP | {"code": "101076"},
        "fee_disputed": GP | {"code": "101076", "charged_cents": 2680},
        "code_copied_wrongly": GP | {"code": "101033"},
        "series_960": GP | {"code": "960013"},
        "electrocardiogram": GP | {"code": "475075", "patient": "p-1"},
    }


def check_cases() -> dict[str, Case]:
    """Return the bodies for `/v1/check`, by name: what one line alone cannot show."""
    doctor = {"practitioner": "19000122003", "profession": "gp", "status": "full", "valid_from": "2020-01-01",
              "valid_to": "2020-06-30"}  # fmt: skip
    line = {"line_id": "1", "code": "101032", "date": "2020-02-04", "practitioner": "19000122003",
            "charged_cents": 3000}  # fmt: skip
    ecg = {"code": "475075", "date": "2020-02-04", "practitioner": "19000122003", "patient": "p-1"}
    other = ecg | {"code": "475086"}
    elsewhere = ecg | {"practitioner": "19000221003"}
    said = {"time": "9pm", "site": None, "setting": "surgery", "third_party": "some", "practitioner": "dr",
            "charged_cents": 10**9, "taxable_income_cents": -1, "holders": 100, "dependants": -1}  # fmt: skip
    unreadable = {f"{column}_unreadable": {"lines": [line | {column: value}], "practitioners": [doctor]}
                  for column, value in said.items() if value is not None}  # fmt: skip
    return {
        "practitioner_in_the_table": {"lines": [line], "practitioners": [doctor]},
        "no_status_on_date": {"lines": [line | {"date": "2020-07-01"}], "practitioners": [doctor]},
        "practitioner_not_in_the_table": {"lines": [line | {"practitioner": "19000221003"}], "practitioners": [doctor]},
        "ecg_same_day": {"lines": [ecg, ecg]},
        "ecg_other_day": {"lines": [ecg, ecg | {"date": "2020-02-05"}]},
        "ecg_other_code": {"lines": [ecg, other]},
        "ecg_other_code_same_code": {"lines": [ecg, other], "readings": {"ecg_same_code": "same_code"}},
        "ecg_other_doctor": {"lines": [ecg, elsewhere]},
        "ecg_other_doctor_of_each": {
            "lines": [ecg, elsewhere],
            "readings": {"ecg_same_day": "patient_day_practitioner"},
        },
        "nothing_stated": {"lines": [{}]},
        "code_unreadable": {"lines": [line | {"code": "10103"}], "practitioners": [doctor]},
        "date_unreadable": {"lines": [line | {"date": "04/02/2020"}], "practitioners": [doctor]},
        **unreadable,
    }


def made() -> dict[str, Any]:
    """Return the whole file: every case with its expected output."""
    room = Room(Settings())
    price = [
        {"id": name, "input": (given := _stated(case)), "expected": _priced(room, given)}
        for name, case in price_cases().items()
    ]
    check = [{"id": name, "input": case, "expected": _checked(room, case)} for name, case in check_cases().items()]
    return {"agreement": room.plain.conditions.agreement.id, "price": price, "check": check}


def _stated(case: Case) -> Case:
    order = (*LINE_COLUMNS, "profession", "status", "slots", "readings")
    if not set(case) <= set(order):
        raise ValueError(sorted(set(case) - set(order)))
    return {name: case[name] for name in order if case.get(name) is not None}


def _priced(room: Room, given: Case) -> dict[str, Any]:
    faults: list[asked.Fault] = []
    accession = asked.accession(given, str, faults)
    if faults:
        raise ValueError(faults)
    fields = {name: value for name, value in given.items() if name in LINE_COLUMNS}
    return room.pricer(given.get("readings")).price(fields, accession=accession).result()


def _checked(room: Room, given: Case) -> list[dict[str, Any]]:
    chosen = room.pricer(given.get("readings"))
    people = practitioners.from_rows(given.get("practitioners", []), "practitioners")
    return in_a_frame(given["lines"], Pricer(chosen.conditions, chosen.fees, people))


def main() -> None:
    """Write the file."""
    HOME.parent.mkdir(exist_ok=True)
    HOME.write_text(json.dumps(made(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
