"""What a reader must be told beside the verdict: flags, protections that applied, and facts not stated.

A reason is a rule like any other. `REASONS` lists them in the order in which a result names them. A fact that is
not stated is named only where another answer would have changed the result.
"""

from __future__ import annotations

from medicomut.tariff.rulebook import Value, not_, one_of, rule
from medicomut.tariff.rules import HOSPITAL_LAW, PATIENT_RIGHTS, PREFERENTIAL_BAN
from medicomut.tariff.vocabulary import (
    DUTY_SUFFICIENT, GP, HOME, HOME_CALL, LATE_GP, LATE_SPECIALIST, OUTSIDE_ROUND, PARTIAL, SINGLE_ROOM, SPECIALIST,
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


@rule(*LATE)
def express_request_not_stated(
    charged_above_binding_fee: Value, express_request_stated: Value, consultation: Value, late_hour: Value,
    day_off: Value,
) -> Value:  # fmt: skip
    """An express request would free this consultation from the tariff; none is stated."""
    return charged_above_binding_fee & not_(express_request_stated) & consultation & (late_hour | day_off)


@rule(*LATE, *SLOTS)
def time_not_stated(
    charged_above_binding_fee: Value, time_stated: Value, express_request: Value, duty_service_sufficient: Value,
    status: Value,
) -> Value:  # fmt: skip
    """The hour would decide; it is not stated."""
    matters = express_request | duty_service_sufficient | (status == PARTIAL)
    return charged_above_binding_fee & not_(time_stated) & matters


@rule(*SLOTS)
def site_not_stated(charged_above_binding_fee: Value, site: Value, status: Value) -> Value:
    """The site would decide whether this is an off-tariff slot; it is not stated."""
    return charged_above_binding_fee & (site == 0) & (status == PARTIAL)


@rule("be/amm/2020#14.2.3.1")
def outside_round_not_stated(
    charged_above_binding_fee: Value, outside_round_stated: Value, profession: Value, setting: Value
) -> Value:
    """Whether the visit was asked for outside the round is not stated."""
    return charged_above_binding_fee & not_(outside_round_stated) & (profession == GP) & (setting == HOME)


@rule("be/amm/2020#14.2.3.2")
def unusual_travel_not_stated(
    charged_above_binding_fee: Value, unusual_travel_stated: Value, profession: Value, setting: Value
) -> Value:
    """Whether the call meant unusual travel is not stated."""
    return charged_above_binding_fee & not_(unusual_travel_stated) & (profession == GP) & (setting == HOME)


@rule("be/amm/2020#14.2.3.3")
def duty_service_sufficient_not_stated(
    charged_above_binding_fee: Value, duty_service_sufficient_stated: Value, call_at_quiet_hours: Value,
    on_duty: Value, setting: Value,
) -> Value:  # fmt: skip
    """Whether the duty service of the place sufficed is not stated."""
    call = call_at_quiet_hours & (setting == HOME) & not_(on_duty)
    return charged_above_binding_fee & not_(duty_service_sufficient_stated) & call


@rule("be/amm/2020#14.3.3.1", HOSPITAL_LAW)
def single_room_for_convenience_not_stated(
    above_fee: Value, single_room_for_convenience_stated: Value, setting: Value
) -> Value:
    """Whether the patient chose the single room for convenience is not stated."""
    return above_fee & not_(single_room_for_convenience_stated) & (setting == SINGLE_ROOM)


@rule(*LATE)
def recalled_not_stated(charged_freely: Value, recalled_stated: Value, basis: Value) -> Value:
    """Whether the doctor called the patient back is not stated."""
    return charged_freely & not_(recalled_stated) & one_of(basis, (LATE_GP, LATE_SPECIALIST))


@rule(*LATE, "be/amm/2020#14.2.3.3")
def on_duty_not_stated(charged_freely: Value, on_duty_stated: Value, basis: Value) -> Value:
    """Whether the doctor was on duty is not stated."""
    return charged_freely & not_(on_duty_stated) & one_of(basis, (LATE_GP, LATE_SPECIALIST, DUTY_SUFFICIENT))


@rule(*LATE)
def open_to_public_not_stated(charged_freely: Value, open_to_public_stated: Value, basis: Value) -> Value:
    """Whether the doctor held open hours then is not stated."""
    return charged_freely & not_(open_to_public_stated) & one_of(basis, (LATE_GP, LATE_SPECIALIST))


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
    above_fee: Value, setting: Value, charged_freely: Value, in_declared_slot: Value, status: Value
) -> Value:
    """Where the care was given is not stated: a slot counts at some places only, a shared room bars supplements."""
    return above_fee & (setting == 0) & (charged_freely | ((status == PARTIAL) & in_declared_slot))


@rule("be/amm/2020#14.6")
def third_party_not_stated(charged_freely: Value, third_party: Value) -> Value:
    """Whether the optional third-party payment was applied is not stated."""
    return charged_freely & (third_party == 0)


@rule(PREFERENTIAL_BAN)
def protection_not_stated(
    preferential_stated: Value, charged_freely: Value, ambulatory: Value, preferential_ban: Value
) -> Value:
    """A preferential patient would be protected from this supplement; whether this one is, is not stated."""
    return charged_freely & not_(preferential_stated) & ambulatory & preferential_ban


@rule("be/amm/2020#14.4", PREFERENTIAL_BAN)
def preferential_not_stated(
    preferential_stated: Value, share_known: Value, protection_not_stated: Value
) -> Value:
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
def charged_freely(above_fee: Value, supplement_forbidden: Value, binding_known: Value) -> Value:
    """A supplement was charged and nothing stated forbids it."""
    return above_fee & not_(supplement_forbidden) & binding_known


@rule(*FULL_ACCESSION)
def undecided(
    unstated_is_undecided: Value,
    express_request_not_stated: Value, time_not_stated: Value, site_not_stated: Value,
    outside_round_not_stated: Value, unusual_travel_not_stated: Value, duty_service_sufficient_not_stated: Value,
    single_room_for_convenience_not_stated: Value, recalled_not_stated: Value, on_duty_not_stated: Value,
    open_to_public_not_stated: Value, urgent_not_stated: Value, requested_by_treating_doctor_not_stated: Value,
    setting_not_stated: Value, third_party_not_stated: Value, protection_not_stated: Value, above_fee: Value,
    holders_not_stated: Value, dependants_not_stated: Value,
) -> Value:  # fmt: skip
    """A fact not stated would change the verdict, and the reading chosen leaves such lines undecided."""
    decisive = (
        express_request_not_stated | time_not_stated | site_not_stated | outside_round_not_stated
        | unusual_travel_not_stated | duty_service_sufficient_not_stated | single_room_for_convenience_not_stated
        | recalled_not_stated | on_duty_not_stated | open_to_public_not_stated | urgent_not_stated
        | requested_by_treating_doctor_not_stated | setting_not_stated | third_party_not_stated | protection_not_stated
    )  # fmt: skip
    household = above_fee & (holders_not_stated | dependants_not_stated)
    return unstated_is_undecided & (decisive | household)


# --- what could not be read or found -------------------------------------------------------------------------


@rule("be/amm/2020#4.1")
def fee_not_known(readable: Value, fee_known: Value) -> Value:
    """No fee is known for this code on this day."""
    return readable & not_(fee_known)


@rule("be/amm/2020#4.1")
def fee_from_example(fee_known: Value, fee_is_example: Value) -> Value:
    """The only fee known for this code on this day comes from an example, not from a published table."""
    return fee_known & fee_is_example


@rule("be/amm/2020#4.1")
def fee_derived(fee_known: Value, fee_is_derived: Value) -> Value:
    """The fee was derived from published figures by arithmetic; it was not itself published."""
    return fee_known & fee_is_derived


@rule("be/amm/2020#14.4")
def share_not_known(fee_known: Value, share_known: Value) -> Value:
    """The fee is known, but not how it is shared between insurance and patient."""
    return fee_known & not_(share_known)


@rule("be/amm/2020#4.1")
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
    preferential_kind_assumed, not_informed_beforehand, ecg_same_day, series_960, fee_not_known, fee_from_example,
    fee_derived, share_not_known, code_check_digit, practitioner_not_known, no_status_on_date, charged_not_stated,
    express_request_not_stated, time_not_stated, site_not_stated, outside_round_not_stated, unusual_travel_not_stated,
    duty_service_sufficient_not_stated, single_room_for_convenience_not_stated, recalled_not_stated,
    on_duty_not_stated, open_to_public_not_stated, urgent_not_stated, requested_by_treating_doctor_not_stated,
    setting_not_stated, third_party_not_stated, preferential_not_stated, medical_file_not_stated,
    informed_beforehand_not_stated, holders_not_stated, dependants_not_stated,
)  # fmt: skip
"""The rules whose name is given to the reader as a reason, in this order."""

DECIDING = frozenset(
    {
        "shared_room", "single_room_not_for_convenience", "preferential_patient", "preferential_kind_assumed",
        "not_informed_beforehand", "ecg_same_day", "series_960",
    }
)  # fmt: skip
"""The reasons whose clauses a result cites beside those of its basis: they say something the basis does not."""
