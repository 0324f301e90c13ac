"""The window to refuse or to accede partly: from publication to the last day, and when the agreement enters into force.

`be/amm/2020#17.1`, `#17.2`; coordinated law of 14 July 1994, article 50 § 3 (`be/law/1994-07-14#50`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Final

from medicomut.agreement.loading import load, load_law
from medicomut.agreement.model import Agreement, Law, cited_in, find_parameter
from medicomut.calendar import BRUSSELS, after_sunday, brussels_day, midnight_after
from medicomut.errors import Problem, Problems

READINGS: Final = ("sunday_deadlines",)
"""The ambiguity of the agreement that moves the last day."""

AGREED_DAYS, NOTICE_DAYS, FORCE_DAYS = "accession.window_days", "law.quorum.notice_days", "law.quorum.force_days"


class Moment(StrEnum):
    """Where an instant lies: before publication, in time, only within an extension of the service, or too late."""

    early = "early"
    in_time = "in_time"
    in_extension = "in_extension"
    late = "late"


@dataclass(frozen=True, slots=True)
class Window:
    """The calendar of an agreement's accession: days in Brussels, the last ones included.

    `last_day` is the legal cut-off. `service_until` is the day to which the online service stayed open, which does
    not move the cut-off. `statuses` says of each parameter used how it is known.
    """

    agreement: str
    published: date
    last_day: date
    in_force: date
    service_until: date | None
    cites: tuple[str, ...]
    statuses: Mapping[str, str]
    sunday_deadlines: str

    @property
    def closes(self) -> datetime:
        """The first instant that is too late: midnight in Brussels after the last day."""
        return midnight_after(self.last_day)

    def moment(self, recorded: datetime) -> Moment:
        """Say where an instant of recording lies (17.4: an expression of will has the date of its recording).

        Raises `Problems` (`no_time_zone`).
        """
        day = brussels_day(recorded)
        if day < self.published:
            return Moment.early
        if day <= self.last_day:
            return Moment.in_time
        if self.service_until is not None and day <= self.service_until:
            return Moment.in_extension
        return Moment.late

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; days as `2020-02-28`, the closing instant with its offset."""
        return {
            "agreement": self.agreement,
            "published": self.published.isoformat(),
            "last_day": self.last_day.isoformat(),
            "closes": self.closes.isoformat(),
            "in_force": self.in_force.isoformat(),
            "service_until": None if self.service_until is None else self.service_until.isoformat(),
            "time_zone": str(BRUSSELS),
            "cites": list(self.cites),
            "parameters": dict(self.statuses),
            "readings": {"sunday_deadlines": self.sunday_deadlines},
        }


def window(
    agreement: Agreement,
    law: Law,
    published: date | None = None,
    service_until: date | None = None,
    sunday_deadlines: str | None = None,
) -> Window:
    """Return the window that opens with a publication, by default the agreement's own.

    The agreement's own number of days is taken where it has one, else the law's. `sunday_deadlines` is the reading
    of that name. Raises `Problems`: `not_published`, `no_value_on_date` (before the law's rule), `bad_extension`.
    """
    if published is None:
        published = _publication(agreement)
    days, day_cites, statuses = _days(agreement, law, published)
    reading = sunday_deadlines or _default(agreement)
    last = published + timedelta(days=days)
    if reading == "next_working_day":
        last = after_sunday(last)
    if service_until is not None and service_until <= last:
        what = f"the service is extended to {service_until}, and the last day is {last}"
        raise Problems([Problem("bad_extension", what, mend="name a day after the last day, or leave it out")])
    force = find_parameter(law.parameters, FORCE_DAYS, law.country)
    in_force = published + timedelta(days=_whole(force.on(published)))
    statuses[FORCE_DAYS] = force.status
    cites = tuple(dict.fromkeys((*day_cites, *force.cites)))
    return Window(agreement.id, published, last, in_force, service_until, cites, statuses, reading)


def _publication(agreement: Agreement) -> date:
    found = agreement.heading.published
    if found is None:
        mend = "name the day: --published DAY"
        raise Problems([Problem("not_published", f"the publication of {agreement.id} is not known", mend=mend)])
    return found.date


def _days(agreement: Agreement, law: Law, published: date) -> tuple[int, tuple[str, ...], dict[str, str]]:
    own = next((found for found in agreement.parameters if found.id == AGREED_DAYS), None)
    lawful = find_parameter(law.parameters, NOTICE_DAYS, law.country)
    if own is None:
        return _whole(lawful.on(published)), lawful.cites, {NOTICE_DAYS: lawful.status}
    days = _whole(own.on(agreement.heading.term.start, agreement.id))
    return days, cited_in(agreement.id, own.cites), {AGREED_DAYS: own.status}


def _default(agreement: Agreement) -> str:
    known = {ambiguity.id for ambiguity in agreement.ambiguities}
    return agreement.reading("sunday_deadlines") if "sunday_deadlines" in known else "as_printed"


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r}: a whole number of days was expected")
    return value


@cache
def signed_window(
    named: str, published: date | None = None, service_until: date | None = None
) -> tuple[Agreement, Window]:
    """Return a shipped agreement with its window; raises `Problems` as `load` and `window` do."""
    signed = load(named)
    return signed, window(signed, load_law(signed.heading.country), published, service_until)
