"""A valid timetable near one that is not: off-tariff hours are put at tariff until every sub-clause is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil

from medicomut.accession.judging import PERMITTED, judge, measure
from medicomut.accession.timetable import FREE, TARIFF, Block, Hours, Timetable, blocks, cut, with_kind
from medicomut.agreement.model import Agreement
from medicomut.agreement.partial_accession import PartialLimits


def proposal(
    agreement: Agreement, limits: PartialLimits, timetable: Timetable, readings: Mapping[str, str]
) -> list[Hours] | None:
    """Return a valid timetable of the same hours, fewer of them off tariff; None where there is none to be found.

    It is one way among others: slots are cut at their end, then the shortest given up first. The ordinary week is
    judged. Only shares of hours can be mended so, not those of services or amounts.
    """
    if readings["partial_share_unit"] != "hours":
        return None
    hours = list(timetable)
    permitted = PERMITTED[limits.profession]
    hours = _at_tariff(hours, [row for row in hours if row.free and row.setting not in permitted])
    hours = _shortened(hours, limits, readings)
    hours = _fewer(hours, limits, readings)
    if limits.profession == "specialist":
        hours = _on_every_site(hours, readings)
    hours = _enough_at_tariff(hours, limits, readings)
    ordinary = {**readings, "holiday_weeks": "ordinary_week"}
    return hours if judge(agreement, limits, hours, ordinary).valid else None


def _at_tariff(hours: list[Hours], given_up: Iterable[Hours]) -> list[Hours]:
    """Put hours, or parts of them, at tariff."""
    for gone in given_up:
        row = next(row for row in hours if row.free and row.start <= gone.start and gone.end <= row.end)
        pieces = cut(row, gone.start, gone.end)
        turned = [with_kind(piece, TARIFF if gone.start <= piece.start < gone.end else FREE) for piece in pieces]
        at = hours.index(row)
        hours = [*hours[:at], *turned, *hours[at + 1 :]]
    return hours


def _found(hours: Timetable, readings: Mapping[str, str]) -> list[Block]:
    return blocks([row for row in hours if row.free], readings)


def _tail(block: Block, minutes: int) -> list[Hours]:
    """Return the last minutes of a slot, as parts of the rows it is made of."""
    gone: list[Hours] = []
    for part in reversed(block.parts):
        taken = min(minutes, part.minutes)
        if taken:
            gone.append(cut(part, part.end - taken)[-1])
        minutes -= taken
    return gone


def _shortened(hours: list[Hours], limits: PartialLimits, readings: Mapping[str, str]) -> list[Hours]:
    for block in _found(hours, readings):
        if block.minutes > limits.slot_minutes:
            hours = _at_tariff(hours, _tail(block, block.minutes - limits.slot_minutes))
    return hours


def _fewer(hours: list[Hours], limits: PartialLimits, readings: Mapping[str, str]) -> list[Hours]:
    found = sorted(_found(hours, readings), key=lambda block: (-block.minutes, block.start))
    return _at_tariff(hours, [part for block in found[limits.slots :] for part in block.parts])


def _on_every_site(hours: list[Hours], readings: Mapping[str, str]) -> list[Hours]:
    served = {row.site for row in hours if not row.free and row.setting not in {"home", "hospital"}}
    for site in sorted({row.site for row in hours if row.free and row.setting != "home"} - served):
        own = [block for block in _found(hours, readings) if block.parts[0].site == site]
        if own:
            hours = _at_tariff(hours, min(own, key=lambda block: (block.minutes, block.start)).parts)
    return hours


def _enough_at_tariff(hours: list[Hours], limits: PartialLimits, readings: Mapping[str, str]) -> list[Hours]:
    share = measure(limits, hours, readings)
    missing = ceil(limits.tariff_share * share.total - share.counted)
    for block in reversed(_found(hours, readings)):
        if missing <= 0:
            break
        taken = min(missing, block.minutes)
        hours = _at_tariff(hours, _tail(block, taken))
        missing -= taken
    return hours
