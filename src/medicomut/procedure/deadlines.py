"""A deadline as an object: counted from what, how, due when in Brussels, on which ground, and what follows if missed.

Time limits are counted in calendar days, the day they start from not included and the last day included
(`be/amm/2020#16.2.4`, `#17.1`): fifteen days from 2 March end with 17 March, and the 18th is too late.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from medicomut.agreement.figures import format_date
from medicomut.agreement.text import Text
from medicomut.calendar import (
    BRUSSELS,
    SATURDAY,
    SUNDAY,
    WEEKDAYS,
    after_sunday,
    holiday_names,
    is_public_holiday,
    midnight_after,
)
from medicomut.errors import Problem, Problems
from medicomut.money import Lang
from medicomut.procedure.wording import say

PRINTED, DAYS_AFTER, SET = "printed", "days_after", "set"
"""The rules: a day the text prints, a number of days after the day of an anchor, or a day a settlement sets."""

SETTLEMENT: Final = "settlement"
"""The anchor of a day that a settlement sets."""

FIRST_YEAR, LAST_YEAR = 1950, 2150
"""No agreement is older, and no day further off is counted."""

COUNTING: Final = "calendar_days_end_included"
AS_PRINTED, NEXT_WORKING_DAY = "as_printed", "next_working_day"
"""The readings of `sunday_deadlines`: a deadline on a Sunday stays there, or moves to the next working day."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which somebody must have acted, or on which something takes effect.

    `counted` is the day that the rule gives; under the reading `next_working_day` a Sunday moves, and `due` is the last
    day in time. `anchor` names what the days are counted from (`occurrence`, `finding`, `published`, …), `start` is its
    day; a printed day has neither. `status` says how the rule is known: `stated` by the text, `verified`,
    `recollected`, or `supposed` from another agreement. `to_act` is false where nobody has to act by that day: it is
    when something takes effect.
    """

    id: str
    agreement: str
    label: Text
    counted: date
    cites: tuple[str, ...]
    consequence: Text
    anchor: str = ""
    start: date | None = None
    sunday: str = AS_PRINTED
    status: str = "stated"
    to_act: bool = True

    @property
    def due(self) -> date:
        """The last day in time."""
        return after_sunday(self.counted) if self.sunday == NEXT_WORKING_DAY else self.counted

    @property
    def rule(self) -> str:
        """How the day is found: `printed`, `days_after` an anchor, or `set` by a settlement."""
        if self.start is not None:
            return DAYS_AFTER
        return SET if self.anchor == SETTLEMENT else PRINTED

    @property
    def count(self) -> int | None:
        """The days counted from `start`; None for a printed day."""
        return None if self.start is None else (self.counted - self.start).days

    @property
    def too_late_from(self) -> datetime:
        """The first instant that is too late: midnight in Brussels after the last day."""
        return midnight_after(self.due)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is unusual about the last day: `saturday`, `sunday`, `holiday`."""
        on = {SATURDAY: ("saturday",), SUNDAY: ("sunday",)}.get(self.due.weekday(), ())
        # The calendar counts Easter and Whit Sunday as holidays: a Sunday says it already.
        holiday = self.due.weekday() != SUNDAY and is_public_holiday(self.due)
        return (*on, *(("holiday",) if holiday else ()))

    @property
    def otherwise_due(self) -> date | None:
        """The last day under the other reading of `sunday_deadlines`, where that is another day."""
        other = after_sunday(self.counted) if self.sunday == AS_PRINTED else self.counted
        return other if other != self.due else None

    def in_time(self, day: date) -> bool:
        """Whether something done on a day is done in time: the last day is included."""
        return day <= self.due

    def days_left(self, on: date) -> int:
        """Return the days from a day to the last one: 0 on the last day, negative when it has passed."""
        return (self.due - on).days

    def told(self, lang: Lang) -> str:
        """Say the last day in words: `Tuesday 17 March 2020`, with what is unusual about it."""
        weekday = say(WEEKDAYS[self.due.weekday()], lang)
        named = say("weekday_day", lang, weekday=weekday, day=format_date(self.due, lang))
        if "holiday" in self.warnings:
            named += f" ({holiday_names(self.due.year, lang)[self.due]})"
        return named

    def warning(self, lang: Lang) -> str:
        """Say what to mind about the last day; empty for an ordinary working day."""
        other = self.otherwise_due
        told = [say(f"warning_{self.warnings[0]}", lang)] if self.warnings and self.to_act else []
        told += [] if other is None else [say("sunday_other", lang, day=format_date(other, lang))]
        return " ".join(told)

    def counting(self, lang: Lang) -> str:
        """Say how the last day is counted: `15 days after the finding (2 March 2020), the last one included`."""
        if self.start is None:
            reported = self.rule == PRINTED and self.status != "stated"
            return say("counting_reported" if reported else f"counting_{self.rule}", lang)
        anchor = say(f"anchor_{self.anchor}", lang)
        return say("counting_days_after", lang, count=self.count, anchor=anchor, start=format_date(self.start, lang))

    def to_dict(self, on: date | None = None) -> dict[str, Any]:
        """Return plain values for JSON; `days_left` from `on` where that is given."""
        found: dict[str, Any] = {
            "id": self.id,
            "agreement": self.agreement,
            "label": self.label.to_dict(),
            "rule": self.rule,
            "anchor": self.anchor or None,
            "start": None if self.start is None else self.start.isoformat(),
            "count": self.count,
            "counting": COUNTING,
            "due": self.due.isoformat(),
            "too_late_from": self.too_late_from.isoformat(),
            "time_zone": str(BRUSSELS),
            "weekday": WEEKDAYS[self.due.weekday()],
            "warnings": list(self.warnings),
            "otherwise_due": None if self.otherwise_due is None else self.otherwise_due.isoformat(),
            "readings": {"sunday_deadlines": self.sunday},
            "status": self.status,
            "cites": list(self.cites),
            "consequence": self.consequence.to_dict(),
        }
        return found if on is None else found | {"days_left": self.days_left(on)}


def days_after(
    name: str,
    agreement: str,
    label: Text,
    anchor: str,
    start: date,
    count: int,
    cites: Iterable[str],
    consequence: Text,
    sunday: str = AS_PRINTED,
    status: str = "stated",
) -> Deadline:
    """Return a deadline `count` calendar days after the day of its anchor, the last one included.

    `sunday` is the reading of `sunday_deadlines`. Raises `Problems`: `bad_count` for a negative count, `bad_day` for a
    day of another age.
    """
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        mend = f"give a day between {FIRST_YEAR} and {LAST_YEAR}"
        raise Problems([Problem("bad_day", f"{start} is no day of an agreement", mend=mend)])
    if count < 0:
        raise Problems([Problem("bad_count", f"{count} days after {start}", mend="count days from 0 on")])
    counted = start + timedelta(days=count)
    return Deadline(name, agreement, label, counted, tuple(cites), consequence, anchor, start, sunday, status)
