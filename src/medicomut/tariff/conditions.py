"""What holds on a day whatever the line: which agreement, whether the day is free, which protections the law gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

from medicomut.calendar import is_public_holiday
from medicomut.errors import Problem, Problems
from medicomut.slots import SLOT_COUNT
from medicomut.tariff import book

if TYPE_CHECKING:
    from medicomut.agreement import Agreement

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2079, 12, 31)
"""The days a line of care may carry; any other date is taken for a misprint."""

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day: the agreement in whose term it falls, and its facts as the rules read them."""

    agreement: str | None
    facts: Mapping[str, bool]


class Conditions:
    """The agreement, the law and the readings chosen, as the rules need them.

    `readings` are the values of named ambiguities that differ from their defaults. Raises `Problems` when a
    reading does not exist or does not allow the value.
    """

    def __init__(self, readings: Mapping[str, str] | None = None) -> None:
        from medicomut.agreement import headings, load, load_law  # noqa: PLC0415 - reads the data files

        self.agreement: Agreement = load(book.AGREEMENT)
        self.readings = _chosen(self.agreement, readings or {})
        self._refuse_more_slots_than_fit()
        self.parameters = book.parameters(self.agreement, self.readings)
        self.law = load_law("be")
        self._others = [other for other in headings() if other.id != book.AGREEMENT]
        self._days: dict[date, Day] = {}
        self.codes_read: dict[int, Mapping[str, bool]] = {}
        self.blank: dict[str, Any] = {}
        self.runners: dict[tuple[bool, ...], Callable[[Mapping[str, Any]], dict[str, Any]]] = {}
        self._shared_room_from = self._law_date("law.shared_room.from")
        automatic, everyone = "law.preferential_ban.automatic_from", "law.preferential_ban.all_from"
        self._ban_all_from = self._law_date(everyone)
        self._ban_from = self._law_date(automatic if self.readings["preferential_ban_2025"] == "all" else everyone)

    def _refuse_more_slots_than_fit(self) -> None:
        for name in ("conditions.gp.slots_per_week", "conditions.specialist.slots_per_week"):
            allowed = self.agreement.parameter(name, on=self.agreement.heading.term.start)
            if not isinstance(allowed, int) or allowed > SLOT_COUNT:
                raise ValueError(f"{name} is {allowed}, lines are held against {SLOT_COUNT} slots at most")

    @property
    def agreement_ids(self) -> list[str]:
        """The agreements a day may fall under: the one whose conditions are known, then the others."""
        return [self.agreement.id, *(other.id for other in self._others)]

    def _law_date(self, name: str) -> date:
        value = self.law.parameter(name, on=self.agreement.heading.term.start)
        if not isinstance(value, date):
            raise TypeError(f"{name} is {value!r}, a date was expected")
        return value

    def day(self, on: date) -> Day:
        """Return the facts of a day."""
        found = self._days.get(on)
        if found is None:
            found = self._days[on] = self._make(on)
        return found

    def _make(self, on: date) -> Day:
        ours = self.agreement.covers(on)
        other = next((o.id for o in self._others if on in o.term), None)
        facts = {
            "agreement_exists": ours or other is not None,
            "conditions_known": ours,
            "day_off": on.weekday() >= SATURDAY or is_public_holiday(on),
            "shared_room_law": on >= self._shared_room_from,
            "preferential_ban": on >= self._ban_from,
            "preferential_kind_open": self._ban_from <= on < self._ban_all_from,
        }
        return Day(self.agreement.id if ours else other, facts)

    def days(self, first: date, last: date) -> list[Day]:
        """Return the facts of every day of an interval, both ends included."""
        return [self.day(first + timedelta(n)) for n in range((last - first).days + 1)]

    @cached_property
    def ecg_codes(self) -> frozenset[int]:
        """The codes of electrocardiograms whose repetition on one day is watched (6.5)."""
        return frozenset(int(code) for code in self._codes("watch.ecg_codes"))

    @cached_property
    def visit_codes(self) -> frozenset[int]:
        """The codes of visits at home, which say where the patient was when nothing else does."""
        codes = self.law.parameter("nomenclature.visit_codes", on=self.agreement.heading.term.start)
        if not isinstance(codes, tuple):
            raise TypeError(f"nomenclature.visit_codes is {codes!r}, a list of codes was expected")
        return frozenset(int(code) for code in codes)

    @cached_property
    def watched_series(self) -> tuple[str, ...]:
        """The beginnings of the codes that are watched as a series (8)."""
        return tuple(self._codes("watch.series_960"))

    def _codes(self, name: str) -> list[str]:
        value = self.agreement.parameter(name, on=self.agreement.heading.term.start)
        if not isinstance(value, list | tuple):
            raise TypeError(f"{name} is {value!r}, a list of codes was expected")
        return [str(code) for code in value]


def _chosen(agreement: Agreement, readings: Mapping[str, str]) -> dict[str, str]:
    """Return the reading of every ambiguity; raises `Problems` for names and values that no line of care knows."""
    strangers = [name for name in readings if name not in book.READINGS]
    found = [_stranger(agreement, name[:100]) for name in sorted(strangers)]
    try:
        chosen = agreement.readings({name: value for name, value in readings.items() if name in book.READINGS})
    except Problems as refused:
        raise Problems([*refused.problems, *found]) from None
    if found:
        raise Problems(found)
    return chosen


def _stranger(agreement: Agreement, name: str) -> Problem:
    near = get_close_matches(name, book.READINGS, n=1)
    mend = f"{f'did you mean {near[0]}? ' if near else ''}those that change a line of care: {', '.join(book.READINGS)}"
    if name in {ambiguity.id for ambiguity in agreement.ambiguities}:
        return Problem("reading_without_effect", f"{name} changes nothing in a line of care", mend=mend)
    return Problem("unknown_ambiguity", f"{agreement.id} has no ambiguity {name!r}", mend=mend)
