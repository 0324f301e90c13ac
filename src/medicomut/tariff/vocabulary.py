"""The words of a line of care and of its result, with the small integers the rules see.

Zero always means *not stated* (or not known); the words are those of `docs/lines.md`.
"""

from __future__ import annotations

SETTINGS = ("practice", "home", "ambulatory_hospital", "day_hospital", "shared_room", "single_room")
PRACTICE, HOME, AMBULATORY_HOSPITAL, DAY_HOSPITAL, SHARED_ROOM, SINGLE_ROOM = range(1, 7)

PROFESSIONS = ("gp", "specialist")
GP, SPECIALIST = range(1, 3)

STATUSES = ("full", "partial", "refused")
FULL, PARTIAL, REFUSED = range(1, 4)

THIRD_PARTY = ("none", "mandatory", "optional")
NO_THIRD_PARTY, MANDATORY_THIRD_PARTY, OPTIONAL_THIRD_PARTY = range(1, 4)

WORDS: dict[str, tuple[str, ...]] = {
    "setting": SETTINGS,
    "profession": PROFESSIONS,
    "status": STATUSES,
    "third_party": THIRD_PARTY,
}
"""For each column of words: its words, numbered from 1."""

FACTS = (
    "preferential",
    "medical_file",
    "express_request",
    "recalled",
    "on_duty",
    "duty_service_sufficient",
    "open_to_public",
    "unusual_travel",
    "outside_round",
    "urgent",
    "requested_by_treating_doctor",
    "single_room_for_convenience",
    "informed_beforehand",
)
"""The yes-or-no columns of a line."""

AMOUNTS = ("taxable_income_cents", "holders", "dependants", "charged_cents")
"""The whole-number columns of a line."""

LINE_COLUMNS = (
    "line_id", "code", "date", "time", "practitioner", "site", "setting", "patient",
    *FACTS[:-1], "third_party", *AMOUNTS, FACTS[-1],
)  # fmt: skip
"""Every column the check knows, in the order of the documentation."""

REQUIRED_COLUMNS = ("code", "date")

BASES: dict[int, tuple[str, tuple[str, ...]]] = {
    0: ("unreadable", ()),
    1: ("no_agreement", ()),
    2: ("conditions_not_known", ()),
    3: ("optional_third_party", ("be/amm/2020#14.6",)),
    4: ("refused", ("be/amm/2020#17.1",)),
    5: ("income_above_ceiling", ("be/amm/2020#14.4",)),
    6: ("status_not_known", ("be/amm/2020#17.2",)),
    7: ("visit_outside_round", ("be/amm/2020#14.2.3.1",)),
    8: ("unusual_travel", ("be/amm/2020#14.2.3.2",)),
    9: ("call_while_duty_sufficient", ("be/amm/2020#14.2.3.3",)),
    10: ("consultation_at_late_hour_gp", ("be/amm/2020#14.2.3.4",)),
    11: ("single_room_for_convenience", ("be/amm/2020#14.3.3.1",)),
    12: ("home_call_to_specialist", ("be/amm/2020#14.3.3.2",)),
    13: ("consultation_at_late_hour_specialist", ("be/amm/2020#14.3.3.3",)),
    14: ("off_tariff_slot_gp", ("be/amm/2020#14.2.2.2",)),
    15: ("off_tariff_slot_specialist", ("be/amm/2020#14.3.2.2",)),
    16: ("partial_gp_at_tariff", ("be/amm/2020#14.2.2.1",)),
    17: ("partial_specialist_at_tariff", ("be/amm/2020#14.3.2.1",)),
    18: ("full_gp", ("be/amm/2020#14.2.1",)),
    19: ("full_specialist", ("be/amm/2020#14.3.1",)),
}  # fmt: skip
"""Why the tariff binds or not: number, word, clauses. Every line has exactly one."""

(
    UNREADABLE, NO_AGREEMENT, CONDITIONS_NOT_KNOWN, THIRD_PARTY_OPTIONAL, REFUSED_ACCESSION, ABOVE_CEILING,
    STATUS_NOT_KNOWN, OUTSIDE_ROUND, UNUSUAL_TRAVEL, DUTY_SUFFICIENT, LATE_GP, SINGLE_ROOM_CHOSEN, HOME_CALL,
    LATE_SPECIALIST, SLOT_GP, SLOT_SPECIALIST, PARTIAL_GP, PARTIAL_SPECIALIST, FULL_GP, FULL_SPECIALIST,
) = range(20)  # fmt: skip

VERDICTS = ("ok", "excess", "unpriced", "unknown")
OK, EXCESS, UNPRICED, UNKNOWN = range(4)
