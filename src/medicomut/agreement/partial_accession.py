"""What an agreement allows a physician who accedes partly: how many slots, how long, and what stays at tariff."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from medicomut.agreement.model import Agreement, find_parameter
from medicomut.errors import Place, Problem, Problems
from medicomut.identifiers import Profession


@dataclass(frozen=True, slots=True)
class PartialLimits:
    """The limits of one profession: slots a week, minutes a slot, share at tariff; each with its clause."""

    profession: Profession
    slots: int
    slot_minutes: int
    tariff_share: Fraction
    slots_clause: str
    share_clause: str


def partial_limits(agreement: Agreement, profession: Profession) -> PartialLimits:
    """Return the limits that hold from the agreement's first day.

    Raises ``Problems`` (``no_partial_accession``) for an agreement of which they are not known.
    """
    if all(found.id != f"conditions.{profession}.slots_per_week" for found in agreement.parameters):
        what, mend = f"what {agreement.id} says of partial accession is not known", "take an agreement that says it"
        raise Problems([Problem("no_partial_accession", what, Place(field="agreement"), mend=mend)])
    day = agreement.heading.term.start
    prefix = f"conditions.{profession}"
    slots = agreement.parameter(f"{prefix}.slots_per_week", on=day)
    hours = agreement.parameter(f"{prefix}.slot_hours", on=day)
    share = agreement.parameter(f"{prefix}.tariff_share", on=day)
    if not (isinstance(slots, int) and isinstance(hours, int | Fraction) and isinstance(share, int | Fraction)):
        raise TypeError(f"slots a week {slots!r} of hours {hours!r}, {share!r} at tariff: numbers were expected")
    clauses = {
        name: find_parameter(agreement.parameters, f"{prefix}.{name}", agreement.id).cites[0]
        for name in ("slots_per_week", "tariff_share")
    }
    minutes = Fraction(hours) * 60
    if minutes.denominator != 1:
        raise ValueError(f"a slot of {hours} hours is no whole number of minutes")
    return PartialLimits(
        profession, slots, int(minutes), Fraction(share), clauses["slots_per_week"], clauses["tariff_share"]
    )
