"""Whether a timetable of partial accession keeps to the agreement: the sub-clauses it breaks, and what would mend it.

General practitioners: `be/amm/2020#14.2.2.2`. Specialists: `be/amm/2020#14.3.2.2`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any, Final

from medicomut.accession.timetable import Block, Hours, Timetable, blocks
from medicomut.accession.wording import say, write_minutes, write_share, write_slot
from medicomut.agreement.model import Agreement, cited_in
from medicomut.agreement.partial_accession import PartialLimits
from medicomut.calendar import MINUTES_A_DAY, is_public_holiday
from medicomut.errors import Problem, Problems
from medicomut.money import Lang, format_eur, format_number

WHERE_CLAUSE: Final = {"gp": "14.2.2.2", "specialist": "14.3.2.2"}
SITES_CLAUSE: Final = "14.3.2.2.3"
PERMITTED: Final = {"gp": ("practice",), "specialist": ("practice", "home", "ambulatory")}
"""Where a slot may be off tariff: a general practitioner's at the practice, a specialist's for ambulatory patients."""

SUITABLE: Final = (5, 8 * 60, 18 * 60)
"""The reading `weekday_daytime` of the hours that normally suit patients: five days, from minute to minute."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A sub-clause that is not kept: which, the word that says why and the one that says how to mend it."""

    clause: str
    code: str
    values: Mapping[str, Any]
    mend: str

    def why(self, lang: Lang) -> str:
        """Say with the numbers why it is broken."""
        return say(f"broken_{self.code}", lang, **_written(self.values, lang))

    def change(self, lang: Lang) -> str:
        """Say what change would mend it."""
        return say(f"mend_{self.mend}", lang, **_written(self.values, lang))


@dataclass(frozen=True, slots=True)
class Share:
    """What part is off tariff, measured in minutes, services or cents of a week."""

    unit: str
    free: int
    tariff: int
    counted: int
    """What is at tariff at hours that count: for a specialist those that suit patients."""

    @property
    def total(self) -> int:
        """All of the practice, or of the ambulatory services, that the share is taken of."""
        return self.free + self.tariff

    @property
    def free_share(self) -> Fraction | None:
        """The part off tariff, exact; None where there is nothing to measure."""
        return Fraction(self.free, self.total) if self.total else None

    @property
    def tariff_share(self) -> Fraction | None:
        """The part at tariff at hours that count, exact; None where there is nothing to measure."""
        return Fraction(self.counted, self.total) if self.total else None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer on a timetable: `valid` is None where a reading leaves a sub-clause undecided and none is broken."""

    agreement: str
    limits: PartialLimits
    slots: tuple[Block, ...]
    share: Share
    broken: tuple[Broken, ...]
    undecided: tuple[str, ...]
    readings: Mapping[str, str]

    @property
    def valid(self) -> bool | None:
        """Whether every sub-clause is kept."""
        if self.broken:
            return False
        return None if self.undecided else True

    def to_dict(self, lang: Lang) -> dict[str, Any]:
        """Return plain values for JSON; shares as a decimal to read and exact as a ratio."""
        free, tariff = self.share.free_share, self.share.tariff_share
        return {
            "valid": self.valid,
            "agreement": self.agreement,
            "profession": self.limits.profession,
            "broken": [
                {
                    "clause": fault.clause,
                    "code": fault.code,
                    "why": fault.why(lang),
                    "change": fault.change(lang),
                    "cites": list(cited_in(self.agreement, [fault.clause])),
                }
                for fault in self.broken
            ],
            "undecided": list(self.undecided),
            "free_share": _decimal(free),
            "tariff_share": _decimal(tariff),
            "free_share_exact": _ratio(free),
            "tariff_share_exact": _ratio(tariff),
            "tariff_share_needed": _ratio(self.limits.tariff_share),
            "unit": self.share.unit,
            "free": self.share.free,
            "tariff": self.share.tariff,
            "total": self.share.total,
            "slots": [
                {"start": block.start, "minutes": block.minutes, "says": write_slot(block.start, block.end, lang)}
                for block in self.slots
            ],
            "readings": dict(self.readings),
        }


def judge(
    agreement: Agreement, limits: PartialLimits, timetable: Timetable, readings: Mapping[str, str],
    week_of: date | None = None,
) -> Judgement:  # fmt: skip
    """Judge a timetable under the readings chosen (`timetable.READINGS`).

    `week_of` is a day of the week that is judged, needed where the reading `holiday_weeks` is `actual_week`: hours
    on its public holidays are left out. Raises `Problems` (`week_missing`, `activity_missing`).
    """
    timetable = _judged_week(timetable, readings, week_of)
    permitted = PERMITTED[limits.profession]
    free = [hours for hours in timetable if hours.free]
    found = blocks([hours for hours in free if hours.setting in permitted], readings)
    share = measure(limits, timetable, readings)
    where = WHERE_CLAUSE[limits.profession]
    broken = [
        Broken(where, f"setting_{limits.profession}", {"slot": (hours.start, hours.end)}, "setting")
        for hours in free
        if hours.setting not in permitted
    ]
    broken += _slots(limits, found)
    undecided: tuple[str, ...] = ()
    if free and readings["partial_share_basis"] == "actual":
        undecided = (limits.share_clause,)
    elif free:
        broken += _share(limits, share)
    if free and limits.profession == "specialist":
        broken += _sites(timetable, permitted)
    return Judgement(agreement.id, limits, tuple(found), share, tuple(broken), undecided, readings)


def _judged_week(timetable: Timetable, readings: Mapping[str, str], week_of: date | None) -> Timetable:
    if readings["holiday_weeks"] == "ordinary_week":
        return timetable
    if week_of is None:
        why = "under holiday_weeks=actual_week each week is judged on the hours that remain"
        raise Problems([Problem("week_missing", "no week is named", why=why, mend="name a day of it: --week-of DAY")])
    monday = week_of - timedelta(days=week_of.weekday())
    off = {day for day in range(7) if is_public_holiday(monday + timedelta(days=day))}
    return [hours for hours in timetable if hours.start // MINUTES_A_DAY not in off]


def measure(limits: PartialLimits, timetable: Timetable, readings: Mapping[str, str]) -> Share:
    """Measure what is off tariff and at tariff: a general practitioner's practice, a specialist's ambulatory services.

    Raises `Problems` (`activity_missing`) where services or amounts are asked for and a row does not say them.
    """
    unit = readings["partial_share_unit"]
    counted = timetable
    if limits.profession == "specialist":
        counted = [hours for hours in timetable if hours.setting in PERMITTED["specialist"]]
    values = [_value(hours, unit) for hours in counted]
    if None in values:
        column = {"acts": "acts", "amounts": "amount_cents"}[unit]
        raise Problems(
            [
                Problem(
                    "activity_missing",
                    f"{values.count(None)} rows do not say {column}",
                    why=f"the share is measured in {unit}",
                    mend=f"fill the column {column}, or take the reading partial_share_unit=hours",
                )
            ]
        )
    known = [(hours, value) for hours, value in zip(counted, values, strict=True) if value is not None]
    narrow = limits.profession == "specialist" and readings["suitable_hours"] == "weekday_daytime"
    return Share(
        unit,
        sum(value for hours, value in known if hours.free),
        sum(value for hours, value in known if not hours.free),
        sum(_suiting(hours, value, unit) if narrow else value for hours, value in known if not hours.free),
    )


def _value(hours: Hours, unit: str) -> int | None:
    return {"hours": hours.minutes, "acts": hours.acts, "amounts": hours.amount_cents}[unit]


def _suiting(hours: Hours, value: int, unit: str) -> int:
    """Return what falls in the hours that suit; services and amounts fall where their hours begin."""
    days, first, last = SUITABLE
    day = hours.start // MINUTES_A_DAY
    if unit != "hours":
        return value if day < days and first <= hours.start % MINUTES_A_DAY < last else 0
    return sum(
        max(0, min(hours.end, n * MINUTES_A_DAY + last) - max(hours.start, n * MINUTES_A_DAY + first))
        for n in (day, day + 1)
        if n < days
    )


def _slots(limits: PartialLimits, found: list[Block]) -> Iterator[Broken]:
    if len(found) > limits.slots:
        values = {"count": len(found), "most": limits.slots, "over": len(found) - limits.slots}
        yield Broken(limits.slots_clause, "too_many", values, "too_many")
    for block in found:
        if block.minutes > limits.slot_minutes:
            lengths: dict[str, Any] = {
                "slot": (block.start, block.end),
                "minutes": block.minutes,
                "most_minutes": limits.slot_minutes,
                "shorter": (block.start, block.start + limits.slot_minutes),
            }
            yield Broken(limits.slots_clause, "too_long", lengths, "too_long")


def _share(limits: PartialLimits, share: Share) -> Iterator[Broken]:
    """Compare exactly: at tariff must be at least the share of all."""
    needed = limits.tariff_share * share.total
    if share.counted >= needed:
        return
    missing = needed - share.counted
    values = {
        "unit": share.unit,
        "counted": share.counted,
        "total": share.total,
        "share": Fraction(share.counted, share.total),
        "needed": limits.tariff_share,
        "more": ceil(missing / (1 - limits.tariff_share)),
        "turned": ceil(missing),
    }
    yield Broken(limits.share_clause, f"share_{limits.profession}", values, "share")


def _sites(timetable: Timetable, permitted: tuple[str, ...]) -> Iterator[Broken]:
    """Yield each site of practice without access at tariff; a patient's home is no site."""
    at = [hours for hours in timetable if hours.setting != "home"]
    served = {hours.site for hours in at if not hours.free and hours.setting in permitted}
    for site in sorted({hours.site for hours in at} - served):
        yield Broken(SITES_CLAUSE, "site", {"site": site or "–"}, "site")


def _decimal(share: Fraction | None) -> float | None:
    """Return a share as a number to read, six decimals; what is decided is decided on the exact one."""
    return None if share is None else round(share.numerator / share.denominator, 6)


def _ratio(share: Fraction | None) -> str | None:
    return None if share is None else f"{share.numerator}/{share.denominator}"


def _written(values: Mapping[str, Any], lang: Lang) -> dict[str, str]:
    """Put the values of a sentence into words."""
    unit = values.get("unit")

    def word(name: str, value: Any) -> str:
        if name in {"slot", "shorter"}:
            return write_slot(value[0], value[1], lang)
        if name in {"minutes", "most_minutes"}:
            return write_minutes(value)
        if isinstance(value, Fraction):
            return write_share(value, lang)
        if isinstance(value, int) and name in {"counted", "total", "more", "turned"}:
            return _amount(value, str(unit), lang)
        return str(value)

    return {name: word(name, value) for name, value in values.items()}


def _amount(value: int, unit: str, lang: Lang) -> str:
    if unit == "hours":
        return write_minutes(value)
    return format_eur(value, lang) if unit == "amounts" else format_number(value, lang)
