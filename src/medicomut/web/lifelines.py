"""The clocks of an agreement as bars on a line of days, with their table; and what templates of procedures need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from babel.dates import format_skeleton
from fastapi import Request
from markupsafe import Markup

from medicomut.agreement.model import Ambiguity
from medicomut.money import Lang
from medicomut.procedure.clocks import ANCHORS, READINGS, Rules
from medicomut.procedure.deadlines import Deadline
from medicomut.procedure.replay import Replay
from medicomut.procedure.wording import say, words
from medicomut.web import written
from medicomut.web.drawing import Drawing, Twin, tag
from medicomut.web.languages import bound

WIDTH: Final = 400
ROW: Final = 46
WORDS_DOWN, BAR_DOWN, THICK = 15, 22, 12
NARROWEST: Final = 3
TERM_END: Final = "term_end"
FOOT: Final = 26
MOST_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class Span:
    """A bar of the line: its name, its first and last day, and the number of its colour."""

    label: str
    start: date
    end: date
    colour: int
    told: str = ""


def drawn(title: str, spans: Sequence[Span], on: date, lang: Lang) -> Drawing:
    """Return spans as bars, each with its words above it, and the day asked as a line across them."""
    first = min(span.start for span in spans)
    last = max(span.end for span in spans) + timedelta(days=1)
    height = len(spans) * ROW + FOOT

    def across(day: date) -> int:
        return (day - first).days * WIDTH // max(1, (last - first).days)

    parts: list[Markup] = []
    for day in _ticks(first, last):
        text = format_skeleton("yMMM", day, locale=lang)
        at = min(max(across(day), 30), WIDTH - 30)
        parts.append(tag("line", klass="grid", x1=across(day), x2=across(day), y1=0, y2=height - FOOT))
        parts.append(tag("text", text, klass="tick", x=at, y=height - 8, text_anchor="middle"))
    if first <= on < last:
        at = across(on)
        parts.append(tag("line", klass="limit", x1=at, x2=at, y1=0, y2=height - FOOT))
    for number, span in enumerate(spans):
        top, start = number * ROW, across(span.start)
        width = max(NARROWEST, across(span.end + timedelta(days=1)) - start)
        parts.append(tag("text", span.label, x=0, y=top + WORDS_DOWN))
        parts.append(tag("text", span.told or written.day(span.end, lang), klass="figure", x=WIDTH,
                         y=top + WORDS_DOWN, text_anchor="end"))  # fmt: skip
        parts.append(tag("rect", klass=f"f{span.colour}", x=min(start, WIDTH - width), y=top + BAR_DOWN, width=width,
                         height=THICK))  # fmt: skip
    rows = [(span.label, written.day(span.start, lang), written.day(span.end, lang)) for span in spans]
    headings = (say("clock", lang), say("from_day", lang), say("last_day_head", lang))
    described = say("line_described" if first <= on < last else "line_beside", lang, first=written.day(first, lang),
                    last=written.day(spans_end(spans), lang), on=written.day(on, lang))  # fmt: skip
    return Drawing("lifeline", title, described, WIDTH, height, parts, Twin(headings, rows))


def spans_end(spans: Iterable[Span]) -> date:
    """Return the last day of any of the spans."""
    return max(span.end for span in spans)


def _ticks(first: date, last: date) -> list[date]:
    """Return the first days of months between two days, evenly thinned to a few."""
    months = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    within = [day for day in months if first <= day < last]
    every = -(-len(within) // MOST_TICKS) if within else 1
    return within[::every]


def of_agreement(deadlines: Sequence[Deadline], on: date, lang: Lang) -> Drawing | None:
    """Return the line of an agreement's clocks; None where none is known."""
    # The end of the term lies so far off that beside it every other clock would be a dot.
    near = [one for one in deadlines if one.id != TERM_END] or deadlines
    spans = [Span(_short(one, lang), one.start or one.counted, one.due, 0 if one.due >= on else 4) for one in near]
    return drawn(say("clocks", lang), spans, on, lang) if spans else None


def _short(deadline: Deadline, lang: Lang) -> str:
    key = f"short_{deadline.id}"
    return say(key, lang) if key in words() else deadline.label.in_language(lang)


def of_replay(case: Replay, on: date, lang: Lang) -> Drawing:
    """Return the line of a replay: under each anchor how long the procedure is open, and its clocks."""
    spans: list[Span] = []
    for colour, anchor in enumerate(ANCHORS):
        named = say(f"short_{anchor}", lang)
        opened = [day.on for day in case.days() if day.states[anchor].is_open]
        spans.append(Span(f"{say('procedure_open', lang)} · {named}", opened[0], opened[-1], colour))
        spans += [
            Span(f"{_short(one, lang)} · {named}", one.start or one.due, one.due, colour)
            for one in case.deadlines(anchor)
            if one.anchor in ANCHORS
        ]
    shared = [one for one in case.deadlines(ANCHORS[0]) if one.start is None and case.first <= one.due <= case.last]
    spans += [Span(_short(one, lang), one.due, one.due, 4) for one in shared]
    return drawn(say("clocks", lang), spans, on, lang)


@dataclass(frozen=True, slots=True)
class Choice:
    """A reading that may be chosen: its question, its values with their words, and the one in force."""

    name: str
    question: str
    options: Sequence[tuple[str, str]]
    value: str


def choices(rules: Rules, lang: Lang) -> list[Choice]:
    """Return the readings that change something in the procedures of an agreement, as a form asks them."""
    known: dict[str, Ambiguity] = {}
    for source in (rules.agreement, rules.source or rules.agreement):
        for ambiguity in source.ambiguities:
            if ambiguity.id in READINGS:
                known.setdefault(ambiguity.id, ambiguity)
    return [
        Choice(
            one.id,
            bound(one.question.in_language(lang), lang),
            [(value, bound(text.in_language(lang), lang)) for value, text in one.alternatives.items()],
            rules.reading(one.id),
        )
        for one in known.values()
    ]


def readings_asked(request: Request) -> dict[str, str]:
    """Return the readings an address chooses, each by its name."""
    return {name: value for name, value in request.query_params.items() if name in READINGS and value}


def neighbours(days: Sequence[date], on: date) -> tuple[date | None, date | None]:
    """Return the day before and the day after in a list of days, None at its ends."""
    before = next((day for day in reversed(days) if day < on), None)
    after = next((day for day in days if day > on), None)
    return before, after


def filters(lang: Lang) -> Mapping[str, Callable[..., Any]]:
    """Return the filters that templates of procedures use."""
    return {
        "of_procedure": written.spoken(say, lang),
        "told": lambda deadline: bound(deadline.told(lang), lang),
        "warned": lambda deadline: bound(deadline.warning(lang), lang),
        "counting": lambda deadline: bound(deadline.counting(lang), lang),
    }
