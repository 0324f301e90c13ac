"""Timetables of partial accession as a request sends them: read, judged, as a calendar and as a notice for the door."""

from __future__ import annotations

import csv
import io
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final

from starlette.responses import Response

from medicomut.accession.hours_calendar import hours_calendar
from medicomut.accession.judging import Judgement, judge
from medicomut.accession.notice import notice
from medicomut.accession.proposing import proposal
from medicomut.accession.timetable import READINGS, Hours
from medicomut.accession.timetable_file import COLUMNS, MEASURES, read_timetable, write_row
from medicomut.agreement import Agreement, available, load
from medicomut.agreement.partial_accession import PartialLimits, partial_limits
from medicomut.api.answers import KEPT_BY_NOBODY
from medicomut.api.problems import fault
from medicomut.calendar import brussels_day
from medicomut.errors import Place, Problem, Problems
from medicomut.identifiers import Profession
from medicomut.money import Lang

MOST_ROWS: Final = 200
"""Rows of a week; who works in more places than that writes them together."""

_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)

SENT: Final = "hours"
"""What faults call a timetable that came with a request."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A timetable with its answer, and a valid one near it where giving up off-tariff hours is enough."""

    signed: Agreement
    profession: Profession
    hours: Sequence[Hours]
    found: Judgement
    better: Sequence[Hours] | None

    def to_dict(self, lang: Lang) -> dict[str, Any]:
        """Return plain values for JSON, as `medicomut register timetable` prints them."""
        rows = None if self.better is None else [write_row(row) for row in self.better]
        return self.found.to_dict(lang) | {"proposal": rows}


def judged(
    signed: Agreement, profession: Profession, hours: Sequence[Hours], readings: Mapping[str, str], week_of: date | None
) -> Judged:
    """Judge a timetable under readings that differ from the default.

    Raises `Problems`: `no_partial_accession` where the agreement's limits are not known, those of `judge`, and of
    readings that do not exist.
    """
    every = signed.readings(readings)
    chosen: dict[str, str] = {name: every[name] for name in READINGS if name in every}
    limits = limits_of(signed, profession)
    found = judge(signed, limits, hours, chosen, week_of)
    better = None if found.valid is not False else proposal(signed, limits, hours, chosen)
    return Judged(signed, profession, hours, found, better)


def limits_of(signed: Agreement, profession: Profession) -> PartialLimits:
    """Return the limits of partial accession; raises `Problems` (`no_partial_accession`) where they are not known."""
    try:
        return partial_limits(signed, profession)
    except Problems:
        known = [name for name in available() if knows_partial(name)]
        what = f"what {signed.id} says of partial accession is not known"
        raise fault("no_partial_accession", what, f"take one of: {', '.join(known)}", "agreement") from None


def knows_partial(named: str) -> bool:
    """Say whether the limits of partial accession are known of an agreement."""
    return any(found.id == "conditions.gp.slots_per_week" for found in load(named).parameters)


def profession_of(word: object) -> Profession:
    """Return a profession by its word; raises `Problems` (`unknown_profession`)."""
    if word == "gp":
        return "gp"
    if word == "specialist":
        return "specialist"
    raise fault("unknown_profession", f"{str(word)[:40]!r} is no profession", "write gp or specialist", "profession")


def hours_of_text(text: str) -> list[Hours]:
    """Read a timetable sent as CSV; raises `Problems` with every fault, each with its row."""
    if text.count("\n") > MOST_ROWS + 1:
        raise fault("too_many_values", f"more than {MOST_ROWS} rows of hours", "write hours that touch as one", SENT)
    try:
        return read_timetable(text, SENT)
    except Problems as refused:
        raise Problems(_by_row(problem) for problem in refused.problems) from None


def hours_of_rows(rows: object) -> list[Hours]:
    """Read a timetable sent as a list of objects of text; raises `Problems` with every fault, each with its row."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        mend = 'write [{"day": "mon", "start": "09:00", "end": "13:00", "kind": "free", "setting": "practice"}, …]'
        raise fault("bad_hours", "hours are no list of objects", mend, SENT)
    if not rows:
        raise fault("no_rows", "the timetable has no rows", "add one for each stretch of hours", SENT)
    faults = []
    for number, row in enumerate(rows[: MOST_ROWS + 1], 1):
        for name, value in list(row.items())[:20]:
            where = Place(row=number, field=f"{SENT}.{name[:40]}")
            if name not in (*COLUMNS, *MEASURES):
                mend = f"the fields are: {', '.join((*COLUMNS, *MEASURES))}"
                faults.append(Problem("unknown_field", f"there is no field {name[:40]!r}", where, mend=mend))
            elif not isinstance(value, str | int) or isinstance(value, bool) or "\n" in str(value):
                faults.append(Problem("wrong_kind", f"{str(value)[:40]!r} is no text", where, mend="write text"))
    if faults:
        raise Problems(faults)
    text = io.StringIO()
    writer = csv.DictWriter(text, (*COLUMNS, *MEASURES), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return hours_of_text(text.getvalue())


def _by_row(problem: Problem) -> Problem:
    """Say of a fault the row of the timetable: a request has no file with lines."""
    where = problem.where or Place()
    row = where.line - 1 if where.line is not None and where.line > 1 else None
    return problem.at(replace(where, file=None, line=None, row=row))


def calendar_answer(judged: Judged, lang: Lang, now: datetime | None = None) -> Response:
    """Return the hours as a calendar: from today to the end of the agreement.

    Where its term does not hold today, the calendar is that of its whole term.
    """
    instant = now or datetime.now(UTC)
    term, today = judged.signed.heading.term, brussels_day(instant)
    first = today if judged.signed.covers(today) else term.start
    last = term.end or first.replace(year=first.year + 1, day=min(first.day, 28))
    headers = {
        "Cache-Control": KEPT_BY_NOBODY,
        "Content-Language": lang,
        "Content-Disposition": 'attachment; filename="hours.ics"',
    }
    body = hours_calendar(judged.hours, first, last, instant, lang)
    return Response(body, 200, headers, "text/calendar; charset=utf-8")


def notice_answer(judged: Judged, lang: Lang, name: str = "") -> Response:
    """Return the hours as a notice for the door, a page to print; its own style is named by its hash."""
    page = notice(judged.hours, judged.profession, lang, name)
    styles = (b64encode(sha256(style.encode()).digest()).decode() for style in _STYLE.findall(page))
    allowed = " ".join(f"'sha256-{style}'" for style in styles)
    headers = {
        "Cache-Control": KEPT_BY_NOBODY,
        "Content-Language": lang,
        "Content-Security-Policy": f"default-src 'none'; frame-ancestors 'none'; style-src {allowed}",
    }
    return Response(page, 200, headers, "text/html; charset=utf-8")
