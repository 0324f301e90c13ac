"""The rules of `be/amm/2020`, chapter 14 and what follows from it, as law that runs.

Each function is a step that reads the columns it names and returns one; its sentence is its docstring. Amounts
are integer cents, moments are seconds, words are the small integers of `vocabulary`. What a line does not state
has been resolved before (see `docs/lines.md`): a fact not stated counts as not established and the matching
`…_stated` is false.
"""

from __future__ import annotations

from medicomut.tariff.rulebook import Value, first_of, greatest, not_, one_of, rule, where
from medicomut.tariff.vocabulary import (
    ABOVE_CEILING,
    AMBULATORY_HOSPITAL,
    CONDITIONS_NOT_KNOWN,
    DUTY_SUFFICIENT,
    EXCESS,
    FULL_GP,
    FULL_SPECIALIST,
    GP,
    HOME,
    HOME_CALL,
    LATE_GP,
    LATE_SPECIALIST,
    NO_AGREEMENT,
    OK,
    OPTIONAL_THIRD_PARTY,
    OUTSIDE_ROUND,
    PARTIAL,
    PARTIAL_GP,
    PARTIAL_SPECIALIST,
    PRACTICE,
    REFUSED,
    REFUSED_ACCESSION,
    SHARED_ROOM,
    SINGLE_ROOM,
    SINGLE_ROOM_CHOSEN,
    SLOT_GP,
    SLOT_SPECIALIST,
    SPECIALIST,
    STATUS_NOT_KNOWN,
    THIRD_PARTY_OPTIONAL,
    UNKNOWN,
    UNPRICED,
    UNREADABLE,
    UNUSUAL_TRAVEL,
)  # fmt: skip

HOSPITAL_LAW = "be/law/2008-07-10#152"
PREFERENTIAL_BAN = "be/press/rtl-2024-02-05"
PATIENT_RIGHTS = "be/law/2002-08-22#8"
INSURANCE_LAW = "be/law/1994-07-14#37"


# --- where and when ---------------------------------------------------------------------------------------


@rule("be/amm/2020#14.2.3.1", "be/amm/2020#14.3.3.2")
def at_home(setting: Value, visit_code: Value) -> Value:
    """The patient was seen at home; where no place is stated the code of a visit says it."""
    return (setting == HOME) | ((setting == 0) & visit_code)


@rule("be/amm/2020#14.2.3.1", "be/amm/2020#14.2.3.2")
def away_from_practice(
    at_home: Value, setting: Value, outside_round: Value, unusual_travel: Value, duty_service_sufficient: Value
) -> Value:
    """The doctor went to the patient; a line that states a journey without a place is taken at its word."""
    journey = outside_round | unusual_travel | duty_service_sufficient
    return at_home | ((setting == 0) & journey)


@rule("be/amm/2020#14.3.2.2")
def ambulatory(setting: Value, ambulatory_code: Value) -> Value:
    """The patient is neither admitted nor in day hospital; where no place is stated the code says it."""
    return one_of(setting, (PRACTICE, HOME, AMBULATORY_HOSPITAL)) | ((setting == 0) & ambulatory_code)


@rule("be/amm/2020#14.2.3.4", "be/amm/2020#14.3.3.3")
def consultation(ambulatory: Value, at_home: Value) -> Value:
    """The patient came to the doctor: neither a visit at home nor a stay in hospital."""
    return ambulatory & not_(at_home)


@rule("be/amm/2020#14.2.3.4", "be/amm/2020#14.3.3.3")
def late_hour(second: Value, late_from: Value, late_from_included: Value, late_morning_end: Value) -> Value:
    """It is later than the hour the clause names."""
    evening = (second > late_from) | ((second == late_from) & late_from_included)
    return evening | ((second >= 0) & (second < late_morning_end))


@rule("be/amm/2020#14.2.3.3")
def night(second: Value, night_from: Value, night_to: Value) -> Value:
    """It is night; the clause does not define the hours, the reading `night_hours` does."""
    return (second >= night_from) | ((second >= 0) & (second < night_to))


# --- particular demands of the patient ---------------------------------------------------------------------


@rule("be/amm/2020#14.2.3.1")
def visit_outside_round(profession: Value, away_from_practice: Value, outside_round: Value, urgent: Value) -> Value:
    """A non-urgent visit the patient asked for outside the hours or the round of the general practitioner."""
    return (profession == GP) & away_from_practice & outside_round & not_(urgent)


@rule("be/amm/2020#14.2.3.2")
def call_with_unusual_travel(profession: Value, away_from_practice: Value, unusual_travel: Value) -> Value:
    """A call that makes the general practitioner travel unusually far."""
    return (profession == GP) & away_from_practice & unusual_travel


@rule("be/amm/2020#14.2.3.3")
def call_at_quiet_hours(profession: Value, away_from_practice: Value, night: Value, day_off: Value) -> Value:
    """A call to a general practitioner by night, on a Saturday, Sunday or public holiday."""
    return (profession == GP) & away_from_practice & (night | day_off)


@rule("be/amm/2020#14.2.3.3")
def call_while_duty_sufficient(call_at_quiet_hours: Value, on_duty: Value, duty_service_sufficient: Value) -> Value:
    """Such a call to a doctor who is not on duty while the duty service of the place suffices."""
    return call_at_quiet_hours & not_(on_duty) & duty_service_sufficient


@rule("be/amm/2020#14.2.3.4", "be/amm/2020#14.3.3.3")
def consultation_at_quiet_hours(consultation: Value, express_request: Value, late_hour: Value, day_off: Value) -> Value:
    """A consultation at the patient's express request at a late hour, on a Saturday, Sunday or public holiday."""
    return consultation & express_request & (late_hour | day_off)


@rule("be/amm/2020#14.2.3.4", "be/amm/2020#14.3.3.3")
def held_open_anyway(on_duty: Value, open_to_public: Value, duty_exception_needs_both: Value) -> Value:
    """The consultation belongs to the duty service, or the doctor holds open hours then for reasons of his own."""
    return where(duty_exception_needs_both, on_duty & open_to_public, on_duty | open_to_public)


@rule("be/amm/2020#14.2.3.4", "be/amm/2020#14.3.3.3")
def late_demand(consultation_at_quiet_hours: Value, held_open_anyway: Value, recalled: Value) -> Value:
    """It is a particular demand, unless the hours are held open anyway or the doctor called the patient back."""
    return consultation_at_quiet_hours & not_(held_open_anyway) & not_(recalled)


@rule("be/amm/2020#14.3.3.1")
def single_room_demanded(profession: Value, setting: Value, single_room_for_convenience: Value) -> Value:
    """A stay in a single room asked of the specialist for personal convenience."""
    return (profession == SPECIALIST) & (setting == SINGLE_ROOM) & single_room_for_convenience


@rule("be/amm/2020#14.3.3.2")
def home_call_demanded(profession: Value, at_home: Value, requested_by_treating_doctor: Value) -> Value:
    """A specialist called to the home, unless the treating doctor asked for the consultation."""
    return (profession == SPECIALIST) & at_home & not_(requested_by_treating_doctor)


# --- partial accession ------------------------------------------------------------------------------------


@rule("be/amm/2020#14.2.2.2.1", "be/amm/2020#14.3.2.2.1", "be/amm/2020#17.2")
def in_declared_hours(
    second_of_week: Value, slot_1_from: Value, slot_1_to: Value, slot_2_from: Value, slot_2_to: Value,
    slot_3_from: Value, slot_3_to: Value, slot_4_from: Value, slot_4_to: Value,
) -> Value:  # fmt: skip
    """The moment falls in a slot the doctor declared off tariff at some site (its first second in, its end out)."""

    def inside(start: Value, end: Value) -> Value:
        return (second_of_week >= start) & (second_of_week < end)

    return (
        inside(slot_1_from, slot_1_to)
        | inside(slot_2_from, slot_2_to)
        | inside(slot_3_from, slot_3_to)
        | inside(slot_4_from, slot_4_to)
    )


@rule("be/amm/2020#14.2.2.2.1", "be/amm/2020#14.3.2.2.1", "be/amm/2020#17.2")
def in_declared_slot(
    second_of_week: Value, site: Value,
    slot_1_from: Value, slot_1_to: Value, slot_1_site: Value, slot_2_from: Value, slot_2_to: Value, slot_2_site: Value,
    slot_3_from: Value, slot_3_to: Value, slot_3_site: Value, slot_4_from: Value, slot_4_to: Value, slot_4_site: Value,
) -> Value:  # fmt: skip
    """The moment and the site fall in a slot the doctor declared off tariff; a slot without a site holds anywhere."""

    def inside(start: Value, end: Value, place: Value) -> Value:
        return (second_of_week >= start) & (second_of_week < end) & ((place == 0) | (place == site))

    return (
        inside(slot_1_from, slot_1_to, slot_1_site)
        | inside(slot_2_from, slot_2_to, slot_2_site)
        | inside(slot_3_from, slot_3_to, slot_3_site)
        | inside(slot_4_from, slot_4_to, slot_4_site)
    )


@rule("be/amm/2020#14.2.2.2")
def off_tariff_slot_gp(status: Value, profession: Value, setting: Value, in_declared_slot: Value) -> Value:
    """A partly acceding general practitioner may leave the tariff in such a slot, at the practice only."""
    return (status == PARTIAL) & (profession == GP) & (setting == PRACTICE) & in_declared_slot


@rule("be/amm/2020#14.3.2.2")
def off_tariff_slot_specialist(status: Value, profession: Value, ambulatory: Value, in_declared_slot: Value) -> Value:
    """A partly acceding specialist may leave the tariff in such a slot, for ambulatory patients only."""
    return (status == PARTIAL) & (profession == SPECIALIST) & ambulatory & in_declared_slot


# --- income -----------------------------------------------------------------------------------------------


@rule("be/amm/2020#14.4")
def income_ceiling(
    holders: Value, dependants: Value, ceiling_one_holder: Value, ceiling_each_holder: Value,
    ceiling_per_dependant: Value, ceiling_compares_each_holder: Value, dependants_count_per_holder: Value,
) -> Value:  # fmt: skip
    """The yearly income up to which a household has the tariff, raised for each dependant."""
    counted = where(ceiling_compares_each_holder, 1, holders)
    several = ceiling_each_holder * counted
    raised = ceiling_per_dependant * dependants * where(dependants_count_per_holder, counted, 1)
    return where(holders > 1, several, ceiling_one_holder) + raised


@rule("be/amm/2020#14.4")
def above_income_ceiling(income_stated: Value, taxable_income_cents: Value, income_ceiling: Value) -> Value:
    """The taxable income of the year exceeds the ceiling, so the tariff is not owed to this household."""
    return income_stated & (taxable_income_cents > income_ceiling)


# --- does the tariff bind? ---------------------------------------------------------------------------------


@rule("be/amm/2020#14.6")
def third_party_is_optional(third_party: Value, status: Value, third_party_binds_refusers: Value) -> Value:
    """The doctor applies the optional third-party payment and so owes the tariff for what it covers."""
    bound = (status != REFUSED) | third_party_binds_refusers
    return (third_party == OPTIONAL_THIRD_PARTY) & bound


@rule("be/amm/2020#14.1", "be/amm/2020#14.2", "be/amm/2020#14.3", "be/amm/2020#14.4", "be/amm/2020#14.6")
def basis(
    readable: Value, agreement_exists: Value, conditions_known: Value, third_party_is_optional: Value, status: Value,
    profession: Value, above_income_ceiling: Value, visit_outside_round: Value, call_with_unusual_travel: Value,
    call_while_duty_sufficient: Value, late_demand: Value, single_room_demanded: Value, home_call_demanded: Value,
    off_tariff_slot_gp: Value, off_tariff_slot_specialist: Value,
) -> Value:  # fmt: skip
    """The one reason why the tariff binds or does not; the first that applies, in this order."""
    is_gp, unknown = profession == GP, (status == 0) | (profession == 0)
    cases = [
        (not_(readable), UNREADABLE),
        (not_(agreement_exists), NO_AGREEMENT),
        (not_(conditions_known), CONDITIONS_NOT_KNOWN),
        (third_party_is_optional, THIRD_PARTY_OPTIONAL),
        (status == REFUSED, REFUSED_ACCESSION),
        (above_income_ceiling, ABOVE_CEILING),
        (off_tariff_slot_gp, SLOT_GP),
        (off_tariff_slot_specialist, SLOT_SPECIALIST),
        (visit_outside_round, OUTSIDE_ROUND),
        (call_with_unusual_travel, UNUSUAL_TRAVEL),
        (call_while_duty_sufficient, DUTY_SUFFICIENT),
        (late_demand & is_gp, LATE_GP),
        (single_room_demanded, SINGLE_ROOM_CHOSEN),
        (home_call_demanded, HOME_CALL),
        (late_demand & (profession == SPECIALIST), LATE_SPECIALIST),
        (unknown, STATUS_NOT_KNOWN),
        ((status == PARTIAL) & is_gp, PARTIAL_GP),
        (status == PARTIAL, PARTIAL_SPECIALIST),
        (is_gp, FULL_GP),
    ]
    return first_of(cases, FULL_SPECIALIST)


@rule(
    "be/amm/2020#14.2.1",
    "be/amm/2020#14.2.2.1",
    "be/amm/2020#14.3.1",
    "be/amm/2020#14.3.2.1",
    "be/amm/2020#14.6",
)
def tariff_binds(basis: Value) -> Value:
    """The agreement's fee must be respected."""
    return (basis == THIRD_PARTY_OPTIONAL) | (basis >= PARTIAL_GP)


@rule("be/amm/2020#14.1", "be/amm/2020#17.2")
def binding_known(basis: Value) -> Value:
    """It is known whether the fee must be respected."""
    return (basis >= THIRD_PARTY_OPTIONAL) & (basis != STATUS_NOT_KNOWN)


@rule("be/amm/2020#14.2.3", "be/amm/2020#14.3.3")
def particular_demand(basis: Value) -> Value:
    """The tariff gives way to a particular demand of the patient."""
    return (basis >= OUTSIDE_ROUND) & (basis <= LATE_SPECIALIST)


# --- what the insurance pays and the patient pays -----------------------------------------------------------


@rule(INSURANCE_LAW)
def reimbursement_cents(fee_cents: Value, patient_share_cents: Value) -> Value:
    """What the insurance pays back: the fee less the patient's share, whether or not the doctor acceded."""
    return fee_cents - patient_share_cents


# --- the supplement -----------------------------------------------------------------------------------------


@rule("be/amm/2020#8")
def supplement_cents(fee_known: Value, charge_stated: Value, charged_cents: Value, fee_cents: Value) -> Value:
    """What was charged above the fee."""
    return where(fee_known & charge_stated, greatest(charged_cents - fee_cents, 0), 0)


@rule(HOSPITAL_LAW)
def in_shared_room(setting: Value, shared_room_law: Value) -> Value:
    """No doctor may ask a supplement of a patient in a shared room."""
    return (setting == SHARED_ROOM) & shared_room_law


@rule(HOSPITAL_LAW)
def single_room_not_chosen(
    setting: Value,
    single_room_for_convenience: Value,
    single_room_for_convenience_stated: Value,
    shared_room_law: Value,
) -> Value:
    """Nor of one in a single room for another reason than his own convenience, where that is stated."""
    not_chosen = single_room_for_convenience_stated & not_(single_room_for_convenience)
    return (setting == SINGLE_ROOM) & not_chosen & shared_room_law


@rule(PREFERENTIAL_BAN)
def protected_patient(preferential: Value, ambulatory: Value, preferential_ban: Value) -> Value:
    """Nor of a preferential patient in ambulatory care, from the dates of the law."""
    return preferential & ambulatory & preferential_ban


@rule(PATIENT_RIGHTS, "be/amm/2020#14.2.3.4", "be/amm/2020#14.3.3.3")
def not_informed(particular_demand: Value, informed_beforehand: Value, informed_beforehand_stated: Value) -> Value:
    """The patient was not told beforehand what the particular demand would cost."""
    return particular_demand & informed_beforehand_stated & not_(informed_beforehand)


@rule(HOSPITAL_LAW, PREFERENTIAL_BAN)
def barred_by_law(in_shared_room: Value, single_room_not_chosen: Value, protected_patient: Value) -> Value:
    """The law bars every supplement here, whoever the doctor is."""
    return in_shared_room | single_room_not_chosen | protected_patient


@rule("be/amm/2020#14.2.1", "be/amm/2020#14.3.1", HOSPITAL_LAW, PREFERENTIAL_BAN)
def supplement_forbidden(
    tariff_binds: Value, barred_by_law: Value, not_informed: Value, uninformed_is_excess: Value
) -> Value:
    """No supplement is lawful: the tariff binds, or the law protects this patient here."""
    return tariff_binds | barred_by_law | (not_informed & uninformed_is_excess)


@rule("be/amm/2020#14.2.1", "be/amm/2020#14.3.1")
def fee_disputed(
    supplement_forbidden: Value, above_fee: Value, charged_cents: Value, fee_highest_cents: Value
) -> Value:
    """Published figures disagree on the fee, and the charge is no higher than the highest of them."""
    return supplement_forbidden & above_fee & (charged_cents <= fee_highest_cents)


@rule("be/amm/2020#8")
def excess_cents(supplement_cents: Value, supplement_forbidden: Value, fee_disputed: Value) -> Value:
    """The part of the charge that is not lawful."""
    return where(supplement_forbidden & not_(fee_disputed), supplement_cents, 0)


# --- the verdict ---------------------------------------------------------------------------------------------


@rule("be/amm/2020#8")
def above_fee(supplement_cents: Value) -> Value:
    """More than the fee was charged."""
    return supplement_cents > 0


@rule("be/amm/2020#14.2.1", "be/amm/2020#14.3.1")
def verdict(
    readable: Value, fee_known: Value, charge_stated: Value, undecided: Value, fee_disputed: Value,
    excess_cents: Value, above_fee: Value, binding_known: Value,
) -> Value:  # fmt: skip
    """Whether the charge respects the agreement and the law."""
    cases = [
        (not_(readable), UNKNOWN),
        (not_(fee_known), UNPRICED),
        (not_(charge_stated), UNKNOWN),
        (undecided | fee_disputed, UNKNOWN),
        (excess_cents > 0, EXCESS),
        (above_fee & not_(binding_known), UNKNOWN),
    ]
    return first_of(cases, OK)
