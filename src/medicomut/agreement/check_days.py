"""The days of the data: intervals of values, the cover sheet, the dates of sources."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from medicomut.agreement.check_text import not_stated, stated_figures, writings
from medicomut.agreement.figures import figures
from medicomut.agreement.findings import Finding, say
from medicomut.agreement.model import Agreement, Origin, Parameter, Publication
from medicomut.agreement.text import Interval

_ID_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}$")


def intervals(agreement: Agreement) -> Iterator[Finding]:
    """Yield the values whose interval rests on nothing.

    It may run with the term, with a calendar year, or from or until a day the cited text or the annex states.
    """
    texts = stated_figures(agreement)
    for parameter in agreement.parameters:
        turns = {
            day for clause in parameter.cites for figure in texts.get(clause, ()) for day in _first_day(figure)
        } | _annex_starts(agreement, parameter)
        for earlier, dated in zip((None, *parameter.values), parameter.values, strict=False):
            if earlier is not None and earlier.interval.end is not None:
                turns.add(earlier.interval.end + timedelta(days=1))
            if not _rests(dated.interval, agreement.heading.term, turns):
                term = str(agreement.heading.term)
                yield Finding(parameter.id, "fault", parameter.cites[0], str(dated.interval), term, say("interval"))


def _rests(interval: Interval, term: Interval, turns: set[date]) -> bool:
    start, end = interval.start, interval.end
    one_year = end is None or start.year == end.year
    begins = start == term.start or start in turns or (one_year and (start.month, start.day) == (1, 1))
    if end is None:
        return begins
    ends = end == term.end or end + timedelta(days=1) in turns
    return begins and (ends or (one_year and (end.month, end.day) == (12, 31)))


def _first_day(figure: str) -> Iterator[date]:
    """Yield the day a figure states, or the first of the month it states; nothing for other figures."""
    for day in (figure, f"{figure}-01"):
        try:
            yield date.fromisoformat(day)
        except ValueError:
            continue


def _annex_starts(agreement: Agreement, parameter: Parameter) -> set[date]:
    if agreement.annex is None:
        return set()
    lines = (line for block in agreement.annex.blocks for line in block.lines)
    return {line.start for line in lines if set(line.cites) & set(parameter.cites)}


def heading(agreement: Agreement) -> Iterator[Finding]:
    """Yield the days of the cover sheet that the text which should state them does not.

    The term stands in a clause of kind ``term`` where there is one, the day of the signatures in some clause,
    the day and number of publication in the reference the data were read from.
    """
    sheet = agreement.heading
    texts = stated_figures(agreement)
    terms = [clause.number for clause in agreement.clauses if clause.kind == "term"]
    in_terms = {figure for number in terms for figure in texts[number] if list(_first_day(figure))}
    everywhere = {figure for found in texts.values() for figure in found if list(_first_day(figure))}
    origins = {figure for origin in sheet.origins for figure in figures(origin.reference.in_language("en"), "en")}
    stated = [
        ("term.from", sheet.term.start, in_terms),
        ("term.to", sheet.term.end, in_terms),
        ("concluded", sheet.concluded, everywhere if sheet.coverage == "complete" else set()),
        ("published", sheet.published.date if sheet.published else None, origins),
    ]
    for name, day, found in stated:
        if day is not None and found and not writings("date", day) & found:
            yield not_stated(name, None, str(day), found)
    if sheet.published is not None:
        yield from _publication(sheet.published, sheet.origins)
    published = [sheet.published.date] if sheet.published else []
    days = [day for day in (sheet.concluded, *(a.date for a in sheet.approved), *published) if day is not None]
    if days != sorted(days):
        yield Finding("approved", "fault", None, ", ".join(map(str, days)), None, say("order"))


def _publication(published: Publication, origins: tuple[Origin, ...]) -> Iterator[Finding]:
    """Yield the origins that name another day or number than the publication in the official gazette."""
    number = re.sub(r"\D", "", published.reference)
    for origin in origins:
        days = {figure for figure in figures(origin.reference.in_language("en"), "en") if _ID_DATE.fullmatch(figure)}
        places = [text for text in (origin.reference.in_language("en"), origin.url) if text is not None]
        if days - {published.date.isoformat()} or any(number not in place for place in places):
            stated = f"{published.date}, {published.reference}"
            yield Finding("sources", "fault", None, ", ".join(places), stated, say("publication"))


def sources(agreement: Agreement) -> Iterator[Finding]:
    """Yield the sources whose date is not the one their identifier ends with."""
    for source in agreement.sources:
        found = _ID_DATE.search(source.id)
        if found is not None and source.date is not None and source.date.isoformat() != found[0]:
            yield Finding(source.id, "fault", None, str(source.date), found[0], say("source_date"))
