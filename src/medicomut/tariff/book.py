"""The rulebook of `be/amm/2020`: its rules, what they need, and the values the agreement and the readings give them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from medicomut.calendar import minute_of_day
from medicomut.slots import SLOT_COUNT
from medicomut.tariff import reasons, rules
from medicomut.tariff.rulebook import Rule, Rulebook
from medicomut.tariff.vocabulary import FACTS

if TYPE_CHECKING:
    from medicomut.agreement import Agreement

AGREEMENT = "be/amm/2020"

SLOT_RULES = ("in_declared_hours", "in_declared_slot")
"""The rules that read slots: false wherever there are none."""

SLOTS = tuple(f"slot_{n}_{part}" for n in range(1, SLOT_COUNT + 1) for part in ("from", "to", "site"))

LINE_INPUTS = (
    "readable", "code_valid", "ambulatory_code", "visit_code", "in_series_960", "ecg_repeated", "second",
    "second_of_week", "time_stated", "site", "setting", "third_party", "charged_cents", "charge_stated",
    "taxable_income_cents", "income_stated", "holders", "holders_stated", "dependants", "dependants_stated",
    *FACTS, *(f"{fact}_stated" for fact in FACTS),
)  # fmt: skip
DAY_INPUTS = (
    "agreement_exists", "conditions_known", "day_off", "shared_room_law", "preferential_ban", "preferential_kind_open",
)  # fmt: skip
FEE_INPUTS = (
    "fee_cents", "fee_known", "fee_is_not_published", "fee_is_derived", "fee_highest_cents",
    "patient_share_cents", "share_known", "share_is_derived",
    "share_depends_on_file",
)  # fmt: skip
PRACTITIONER_INPUTS = ("practitioner_known", "profession", "status", *SLOTS)
PARAMETERS = (
    "late_from", "late_from_included", "late_morning_end", "night_from", "night_to", "duty_exception_needs_both",
    "ceiling_one_holder", "ceiling_each_holder", "ceiling_per_dependant", "ceiling_compares_each_holder",
    "dependants_count_per_holder", "uninformed_is_excess", "unstated_is_undecided",
    "third_party_binds_refusers",
)  # fmt: skip
INPUTS = LINE_INPUTS + DAY_INPUTS + FEE_INPUTS + PRACTITIONER_INPUTS + PARAMETERS


@cache
def rulebook() -> Rulebook:
    """Return the rulebook, made once."""
    found = [value for module in (rules, reasons) for value in vars(module).values() if isinstance(value, Rule)]
    return Rulebook(found, INPUTS)


REASONS = tuple(rule.name for rule in reasons.REASONS)
"""The names a result may give as reasons, in their order."""

READINGS = (
    "late_boundary", "late_until", "night_hours", "duty_exception", "several_holders", "dependants",
    "preferential_ban_2025", "uninformed_supplement", "unstated_facts", "ecg_same_day", "ecg_same_code",
    "optional_third_party_scope",
)  # fmt: skip
"""The ambiguities of the agreement that change what a line of care gives."""

_MINUTE, _HOUR = 60, 3600


def parameters(agreement: Agreement, readings: Mapping[str, str]) -> dict[str, int | bool]:
    """Return the values the rules take from the agreement (cents, seconds) and from the readings chosen."""
    on = agreement.heading.term.start

    def value(name: str) -> int:
        found = agreement.parameter(name, on=on)
        if not isinstance(found, int):
            raise TypeError(f"{agreement.id}: {name} is {found!r}, a whole number was expected")
        return found

    night_from, night_to = (int(hour) * _HOUR for hour in readings["night_hours"].split("-"))
    return {
        "late_from": value("conditions.late_hour") * _MINUTE,
        "late_from_included": readings["late_boundary"] == "from",
        "late_morning_end": _late_until(readings["late_until"]),
        "night_from": night_from,
        "night_to": night_to,
        "duty_exception_needs_both": readings["duty_exception"] == "and",
        "ceiling_one_holder": value("conditions.income_ceiling.one_holder"),
        "ceiling_each_holder": value("conditions.income_ceiling.several_holders_each"),
        "ceiling_per_dependant": value("conditions.income_ceiling.per_dependant"),
        "ceiling_compares_each_holder": readings["several_holders"] == "each_holder",
        "dependants_count_per_holder": readings["dependants"] == "per_holder",
        "uninformed_is_excess": readings["uninformed_supplement"] == "excess",
        "unstated_is_undecided": readings["unstated_facts"] == "undecided",
        "third_party_binds_refusers": readings["optional_third_party_scope"] == "all",
    }


def _late_until(reading: str) -> int:
    """Return the second of the morning until which it is still late: none, or the hour the reading names."""
    return 0 if reading == "midnight" else minute_of_day(reading) * _MINUTE
