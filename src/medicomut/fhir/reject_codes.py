"""The official reject codes of electronic invoices (eFact) that name the cases the check finds."""

from __future__ import annotations

from typing import Final

from medicomut.fhir.exact import Resource
from medicomut.fhir.names import EFACT_REJECT
from medicomut.tariff.price import Priced
from medicomut.tariff.vocabulary import FULL, PARTIAL

PROTECTED_PATIENT: Final = "503020"
ABOVE_MAXIMUM: Final = "503042"
SHARED_ROOM: Final = "503045"
CONVENTIONED: Final = "503047"

DISPLAYS: Final = {
    PROTECTED_PATIENT: "supplement for a protected patient",
    ABOVE_MAXIMUM: "supplement above the maximum",
    "503043": "supplement above the maximum",
    SHARED_ROOM: "supplement in a shared room",
    CONVENTIONED: "supplement of a conventioned provider",
}
"""What each code is about, in our words. We give 503042 alone of the two that name the maximum."""

BY_REASON: Final = {
    "shared_room": SHARED_ROOM,
    "single_room_not_for_convenience": ABOVE_MAXIMUM,
    "preferential_patient": PROTECTED_PATIENT,
    "not_informed_beforehand": ABOVE_MAXIMUM,
}
"""The code for each reason why no supplement was lawful, whatever the doctor's status."""


def reject_codes(priced: Priced) -> list[Resource]:
    """Return the codings of the official codes for the part of a charge that is not lawful, none where there is none.

    A charge above the binding fee is 503047 where the doctor acceded, wholly or in part, and 503042 where the fee
    binds for another reason.
    """
    if priced.result()["verdict"] != "excess":
        return []
    reasons = priced.reasons
    found = [code for reason, code in BY_REASON.items() if reason in reasons]
    if "charged_above_binding_fee" in reasons:
        found.append(CONVENTIONED if priced.facts["status"] in {FULL, PARTIAL} else ABOVE_MAXIMUM)
    return [{"system": EFACT_REJECT, "code": code, "display": DISPLAYS[code]} for code in dict.fromkeys(found)]
