"""What a reader must be told beside the verdict: flags, protections that applied, and facts not stated.

A reason is a rule like any other. `REASONS` lists them in the order in which a result names them. A fact that is
not stated is named only where another answer would have changed the result.
"""

from __future__ import annotations

from medicomut.tariff.rulebook import Value, not_, one_of, rule
from medicomut.tariff.rules import HOSPITAL_LAW, INSURANCE_LAW, PATIENT_RIGHTS, PREFERENTIAL_BAN, fee_disputed
from medicomut.tariff.vocabulary import (
    DUTY_SUFFICIENT,
    GP,
    HOME_CALL,
    LATE_GP,
    LATE_SPECIALIST,
    OUTSIDE_ROUND,
    PARTIAL,
    PRACTICE,
    REFUSED,
    SINGLE_ROOM,
    SPECIALIST,
)  # fmt: skip

FULL_ACCESSION = ("be/amm/2020#14.2.1", "be/amm/2020#14.3.1")
LATE = ("be/amm/2020#14.2.3.4", "be/amm/2020#14.3.3.3")
SLOTS = ("be/amm/2020#14.2.2.2", "be/amm/2020#14.3.2.2")


# --- why a charge is not lawful -----------------------------------------------------------------------------


@rule(*FULL_ACCESSION, "be/amm/2020#14.2.2.1", "be/amm/2020#14.3.2.1", "be/amm/2020#14.6")
def charged_above_binding_fee(excess_cents: Value, tariff_binds: Value) -> Value:
    """More than the binding fee was charged."""
    return tariff_binds & (excess_cents > 0)


@rule(HOSPITAL_LAW)
def shared_room(above_fee: Value, in_shared_room: Value) -> Value:
    """A supplement was charged in a shared room."""
    return above_fee & in_shared_room


@rule(HOSPITAL_LAW)
def single_room_not_for_convenience(above_fee: Value, single_room_not_chosen: Value) -> Value:
    """A supplement was charged for a single room the patient did not choose."""
    return above_fee & single_room_not_chosen


@rule(PREFERENTIAL_BAN)
def preferential_patient(above_fee: Value, protected_patient: Value) -> Value:
    """A supplement was charged to a preferential patient in ambulatory care."""
    return above_fee & protected_patient


@rule(PREFERENTIAL_BAN)
def preferential_kind_assumed(above_fee: Value, protected_patient: Value, preferential_kind_open: Value) -> Value:
    """On this day the ban protects only those preferential by right; the line does not say which kind this is."""
    return above_fee & protected_patient & preferential_kind_open


@rule(PATIENT_RIGHTS, *LATE)
def not_informed_beforehand(above_fee: Value, not_informed: Value) -> Value:
    """A supplement was charged for a particular demand without telling the patient beforehand."""
    return above_fee & not_informed


# --- flags --------------------------------------------------------------------------------------------------


@rule("be/amm/2020#6.5")
def ecg_same_day(ecg_repeated: Value) -> Value:
    """More than one electrocardiogram is attested for this patient on this day."""
    return ecg_repeated


@rule("be/amm/2020#8")
def series_960(in_series_960: Value) -> Value:
    """The code is of the 960 series, whose lines need a clear description and a named provider."""
    return in_series_960


# --- facts not stated that would have changed the result ----------------------------------------------------


@rule(*FULL_ACCESSION)
def charged_freely(above_fee: Value, supplement_forbidden: Value, binding_known: Value) -> Value:
    """A supplement was charged and nothing stated forbids it."""
    return above_fee & not_(supplement_forbidden) & binding_known


@rule(*FULL_ACCESSION, "be/amm/2020#14.6")
def could_be_freed(
    above_fee: Value, tariff_binds: Value, third_party_is_optional: Value, barred_by_law: Value
) -> Value:
    """More than the binding fee was charged, and a ground that was not stated would make it lawful."""
    return above_fee & tariff_binds & not_(third_party_is_optional) & not_(barred_by_law)


@rule(*SLOTS)
def slot_may_count(status: Value, profession: Value, setting: Value, ambulatory: Value) -> Value:
    """The doctor acceded in part and the care, as far as stated, is of the kind that a slot may free."""
    place = ((profession == GP) & one_of(setting, (PRACTICE, 0))) | ((profession == SPECIALIST) & ambulatory)
    return (status == PARTIAL) & place


@rule(*LATE)
def late_demand_open(consultation: Value, held_open_anyway: Value, recalled: Value) -> Value:
    """An express request at a late hour would be a demand here, as far as the other facts are stated."""
    return consultation & not_(held_open_anyway) & not_(recalled)


@rule(*LATE)
def express_request_not_stated(
    could_be_freed: Value, express_request_stated: Value, late_demand_open: Value, late_hour: Value, day_off: Value
) -> Value:
    """An express request would free this consultation from the tariff; whether there was one is not stated."""
    return could_be_freed & not_(express_request_stated) & late_demand_open & (late_hour | day_off)


@rule(*LATE, *SLOTS, "be/amm/2020#14.2.3.3")
def time_not_stated(
    could_be_freed: Value, time_stated: Value, express_request: Value, late_demand_open: Value, profession: Value,
    away_from_practice: Value, duty_service_sufficient: Value, on_duty: Value, slot_may_count: Value,
) -> Value:  # fmt: skip
    """The hour would decide; it is not stated."""
    call = (profession == GP) & away_from_practice & duty_service_sufficient & not_(on_duty)
    matters = (express_request & late_demand_open) | call | slot_may_count
    return could_be_freed & not_(time_stated) & matters


@rule(*SLOTS)
def site_not_stated(could_be_freed: Value, site: Value, slot_may_count: Value, in_declared_hours: Value) -> Value:
    """The site would decide whether this is an off-tariff slot; it is not stated."""
    return could_be_freed & (site == 0) & slot_may_count & in_declared_hours


@rule("be/amm/2020#14.2.3.1")
def outside_round_not_stated(
    could_be_freed: Value, outside_round_stated: Value, urgent: Value, profession: Value, at_home: Value
) -> Value:
    """Whether the visit was asked for outside the round is not stated."""
    return could_be_freed & not_(outside_round_stated) & not_(urgent) & (profession == GP) & at_home


@rule("be/amm/2020#14.2.3.2")
def unusual_travel_not_stated(
    could_be_freed: Value, unusual_travel_stated: Value, profession: Value, at_home: Value
) -> Value:
    """Whether the call meant unusual travel is not stated."""
    return could_be_freed & not_(unusual_travel_stated) & (profession == GP) & at_home


@rule("be/amm/2020#14.2.3.3")
def duty_service_sufficient_not_stated(
    could_be_freed: Value, duty_service_sufficient_stated: Value, call_at_quiet_hours: Value, on_duty: Value,
    at_home: Value,
) -> Value:  # fmt: skip
    """Whether the duty service of the place sufficed is not stated."""
    call = call_at_quiet_hours & at_home & not_(on_duty)
    return could_be_freed & not_(duty_service_sufficient_stated) & call


@rule("be/amm/2020#14.3.3.1", HOSPITAL_LAW)
def single_room_for_convenience_not_stated(
    could_be_freed: Value, charged_freely: Value, single_room_for_convenience_stated: Value, setting: Value,
    profession: Value,
) -> Value:  # fmt: skip
    """Whether the patient chose the single room for convenience is not stated."""
    matters = charged_freely | (could_be_freed & (profession == SPECIALIST))
    return matters & not_(single_room_for_convenience_stated) & (setting == SINGLE_ROOM)


@rule(*LATE)
def recalled_not_stated(charged_freely: Value, recalled_stated: Value, basis: Value) -> Value:
    """Whether the doctor called the patient back is not stated."""
    return charged_freely & not_(recalled_stated) & one_of(basis, (LATE_GP, LATE_SPECIALIST))


@rule(*LATE, "be/amm/2020#14.2.3.3")
def on_duty_not_stated(
    charged_freely: Value, on_duty_stated: Value, basis: Value, duty_exception_needs_both: Value,
    open_to_public: Value, open_to_public_stated: Value,
) -> Value:  # fmt: skip
    """Whether the doctor was on duty is not stated."""
    alone = not_(duty_exception_needs_both) | open_to_public | not_(open_to_public_stated)
    matters = (one_of(basis, (LATE_GP, LATE_SPECIALIST)) & alone) | (basis == DUTY_SUFFICIENT)
    return charged_freely & not_(on_duty_stated) & matters


@rule(*LATE)
def open_to_public_not_stated(
    charged_freely: Value, open_to_public_stated: Value, basis: Value, duty_exception_needs_both: Value,
    on_duty: Value, on_duty_stated: Value,
) -> Value:  # fmt: skip
    """Whether the doctor held open hours then is not stated."""
    alone = not_(duty_exception_needs_both) | on_duty | not_(on_duty_stated)
    return charged_freely & not_(open_to_public_stated) & one_of(basis, (LATE_GP, LATE_SPECIALIST)) & alone


@rule("be/amm/2020#14.2.3.1")
def urgent_not_stated(charged_freely: Value, urgent_stated: Value, basis: Value) -> Value:
    """Whether the visit was urgent is not stated."""
    return charged_freely & not_(urgent_stated) & (basis == OUTSIDE_ROUND)


@rule("be/amm/2020#14.3.3.2")
def requested_by_treating_doctor_not_stated(
    charged_freely: Value, requested_by_treating_doctor_stated: Value, basis: Value
) -> Value:
    """Whether the treating doctor asked for the consultation is not stated."""
    return charged_freely & not_(requested_by_treating_doctor_stated) & (basis == HOME_CALL)


@rule(*SLOTS, HOSPITAL_LAW)
def setting_not_stated(
    setting: Value, charged_freely: Value, ambulatory: Value, basis: Value, could_be_freed: Value,
    slot_may_count: Value, in_declared_slot: Value,
) -> Value:  # fmt: skip
    """Where the care was given is not stated: a slot counts at some places only, a shared room bars supplements."""
    doubtful = charged_freely & (not_(ambulatory) | one_of(basis, (LATE_GP, LATE_SPECIALIST)))
    slot = could_be_freed & slot_may_count & in_declared_slot
    return (setting == 0) & (doubtful | slot)


@rule("be/amm/2020#14.6")
def third_party_not_stated(
    charged_freely: Value, third_party: Value, status: Value, third_party_binds_refusers: Value
) -> Value:
    """Whether the optional third-party payment was applied is not stated."""
    return charged_freely & (third_party == 0) & ((status != REFUSED) | third_party_binds_refusers)


@rule(PREFERENTIAL_BAN)
def protection_not_stated(
    preferential_stated: Value, charged_freely: Value, ambulatory: Value, preferential_ban: Value
) -> Value:
    """A preferential patient would be protected from this supplement; whether this one is, is not stated."""
    return charged_freely & not_(preferential_stated) & ambulatory & preferential_ban


@rule("be/amm/2020#14.4", PREFERENTIAL_BAN)
def preferential_not_stated(preferential_stated: Value, share_known: Value, protection_not_stated: Value) -> Value:
    """Whether the patient is preferential is not stated; the ordinary share was taken."""
    return (not_(preferential_stated) & share_known) | protection_not_stated


@rule("be/amm/2020#5.1.1")
def medical_file_not_stated(medical_file_stated: Value, share_depends_on_file: Value) -> Value:
    """Whether the doctor keeps the patient's global medical file is not stated; the share without it was taken."""
    return not_(medical_file_stated) & share_depends_on_file


@rule(PATIENT_RIGHTS, *LATE)
def informed_beforehand_not_stated(
    charged_freely: Value, informed_beforehand_stated: Value, particular_demand: Value
) -> Value:
    """Whether the patient was told the cost beforehand is not stated."""
    return charged_freely & not_(informed_beforehand_stated) & particular_demand


@rule("be/amm/2020#14.4")
def holders_not_stated(above_income_ceiling: Value, holders_stated: Value) -> Value:
    """The number of holders in the household is not stated; one was counted."""
    return above_income_ceiling & not_(holders_stated)


@rule("be/amm/2020#14.4")
def dependants_not_stated(above_income_ceiling: Value, dependants_stated: Value) -> Value:
    """The number of dependants in the household is not stated; none was counted."""
    return above_income_ceiling & not_(dependants_stated)


@rule(*FULL_ACCESSION)
def undecided(
    unstated_is_undecided: Value,
    express_request_not_stated: Value, time_not_stated: Value, site_not_stated: Value,
    outside_round_not_stated: Value, unusual_travel_not_stated: Value, duty_service_sufficient_not_stated: Value,
    single_room_for_convenience_not_stated: Value, recalled_not_stated: Value, on_duty_not_stated: Value,
    open_to_public_not_stated: Value, urgent_not_stated: Value, requested_by_treating_doctor_not_stated: Value,
    setting_not_stated: Value, third_party_not_stated: Value, protection_not_stated: Value, above_fee: Value,
    holders_not_stated: Value, dependants_not_stated: Value, informed_beforehand_not_stated: Value,
    uninformed_is_excess: Value,
) -> Value:  # fmt: skip
    """A fact not stated would change the verdict, and the reading chosen leaves such lines undecided."""
    decisive = (
        express_request_not_stated | time_not_stated | site_not_stated | outside_round_not_stated
        | unusual_travel_not_stated | duty_service_sufficient_not_stated | single_room_for_convenience_not_stated
        | recalled_not_stated | on_duty_not_stated | open_to_public_not_stated | urgent_not_stated
        | requested_by_treating_doctor_not_stated | setting_not_stated | third_party_not_stated | protection_not_stated
    )  # fmt: skip
    household = above_fee & (holders_not_stated | dependants_not_stated)
    information = informed_beforehand_not_stated & uninformed_is_excess
    return unstated_is_undecided & (decisive | household | information)


# --- what could not be read or found -------------------------------------------------------------------------


@rule("be/nomenclature")
def no_code_or_date(readable: Value) -> Value:
    """The line has no code or no day that can be read: nothing else can be said of it."""
    return not_(readable)


@rule(*FULL_ACCESSION)
def fee_not_known(readable: Value, fee_known: Value) -> Value:
    """No fee is known for this code on this day."""
    return readable & not_(fee_known)


@rule(*FULL_ACCESSION)
def fee_not_published(fee_known: Value, fee_is_not_published: Value) -> Value:
    """The only fee known for this code on this day is an example, unverified or made up, not from a published table."""
    return fee_known & fee_is_not_published


@rule(*FULL_ACCESSION)
def fee_derived(fee_known: Value, fee_is_derived: Value) -> Value:
    """The fee was derived from published figures by arithmetic; it was not itself published."""
    return fee_known & fee_is_derived


@rule(INSURANCE_LAW)
def share_derived(share_known: Value, share_is_derived: Value) -> Value:
    """How the fee is shared was derived from the patient's share fixed by law; no table prints it for this day."""
    return share_known & share_is_derived


@rule(HOSPITAL_LAW, PREFERENTIAL_BAN)
def law_not_checked(above_fee: Value, barred_by_law: Value) -> Value:
    """The law that bars the supplement, or the day from which it does, was taken from other sources than its text."""
    return above_fee & barred_by_law


@rule(INSURANCE_LAW)
def share_not_known(fee_known: Value, share_known: Value) -> Value:
    """The fee is known, but not how it is shared between insurance and patient."""
    return fee_known & not_(share_known)


@rule("be/nomenclature")
def code_check_digit(readable: Value, code_valid: Value) -> Value:
    """The sixth digit of the code does not follow from the first five."""
    return readable & not_(code_valid)


@rule("be/amm/2020#17.2")
def practitioner_not_known(readable: Value, practitioner_known: Value) -> Value:
    """The practitioner is not in the table of practitioners."""
    return readable & not_(practitioner_known)


@rule("be/amm/2020#17.2")
def no_status_on_date(readable: Value, practitioner_known: Value, status: Value) -> Value:
    """The table of practitioners gives no status for this practitioner on this day."""
    return readable & practitioner_known & (status == 0)


@rule("be/amm/2020#8")
def charged_not_stated(readable: Value, charge_stated: Value) -> Value:
    """What was charged is not stated."""
    return readable & not_(charge_stated)


REASONS = (
    charged_above_binding_fee, shared_room, single_room_not_for_convenience, preferential_patient,
    preferential_kind_assumed, not_informed_beforehand, law_not_checked, ecg_same_day, series_960, no_code_or_date,
    fee_not_known, fee_not_published, fee_derived, fee_disputed, share_derived, share_not_known, code_check_digit,
    practitioner_not_known, no_status_on_date, charged_not_stated, express_request_not_stated, time_not_stated,
    site_not_stated, outside_round_not_stated, unusual_travel_not_stated, duty_service_sufficient_not_stated,
    single_room_for_convenience_not_stated, recalled_not_stated, on_duty_not_stated, open_to_public_not_stated,
    urgent_not_stated, requested_by_treating_doctor_not_stated, setting_not_stated, third_party_not_stated,
    preferential_not_stated, medical_file_not_stated, informed_beforehand_not_stated, holders_not_stated,
    dependants_not_stated,
)  # fmt: skip
"""The rules whose name is given to the reader as a reason, in this order."""

DECIDING = frozenset(
    {
        "shared_room", "single_room_not_for_convenience", "preferential_patient", "preferential_kind_assumed",
        "not_informed_beforehand", "ecg_same_day", "series_960",
    }
)  # fmt: skip
"""The reasons whose clauses a result cites beside those of its basis: they say something the basis does not."""
