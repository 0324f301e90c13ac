"""Charts as plain lines of SVG, drawn by a template; each has a table as its twin.

A fee is known in closed intervals and nowhere else, so its history is bars with gaps between them: nothing is
drawn where nothing is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from medicomut.money import Lang, format_eur

WIDTH, HEIGHT = 720, 260
LEFT, TOP, BOTTOM = 72, 28, 228
NARROWEST_BAR = 6
LABEL_EVERY = 50
"""So many points across, at least, between two figures written on bars."""
STEPS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
"""Distances between lines of the scale, in cents."""


@dataclass(frozen=True, slots=True)
class Known:
    """A fee in cents, the days on which it is known, both included, and how sure it is."""

    start: date
    end: date
    cents: int
    status: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of a scale, in points, and its words."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A fee in the chart, in points; `text` is empty where it would stand on its neighbour's."""

    start: int
    end: int
    at: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Steps:
    """A chart ready to be drawn, in points."""

    along: list[Tick]
    across: list[Tick]
    bars: list[Bar]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = BOTTOM


def history(known: Sequence[Known], lang: Lang) -> Steps | None:
    """Return the chart of a fee's history, `None` where two intervals are not known."""
    if len(known) < 2:  # one bar tells nothing its row does not
        return None
    years = range(known[0].start.year, known[-1].end.year + 2)
    low, high, step = _scale([fee.cents for fee in known])

    def across(day: date) -> int:
        days = (day - date(years[0], 1, 1)).days
        return LEFT + days * (WIDTH - LEFT) // (date(years[-1], 1, 1) - date(years[0], 1, 1)).days

    def up(cents: int) -> int:
        return BOTTOM - (cents - low) * (BOTTOM - TOP) // (high - low)

    every = max(1, -(-len(years) // 12))
    along = [Tick(across(date(year, 1, 1)), str(year)) for year in years if not (year - years[0]) % every]
    levels = [Tick(up(cents), format_eur(cents, lang)) for cents in range(low, high + 1, step)]
    bars = [_bar(fee, across(fee.start), across(fee.end), up(fee.cents), lang) for fee in known]
    return Steps(along, levels, _labelled(bars))


def _bar(fee: Known, start: int, end: int, at: int, lang: Lang) -> Bar:
    return Bar(start, max(end, start + NARROWEST_BAR), at, fee.status, format_eur(fee.cents, lang))


def _labelled(bars: list[Bar]) -> list[Bar]:
    """Leave out the figures that would stand on those before them."""
    shown, free = [], 0
    for bar in bars:
        fits = bar.start >= free
        shown.append(bar if fits else Bar(bar.start, bar.end, bar.at, bar.kind, ""))
        free = bar.start + LABEL_EVERY if fits else free
    return shown


def _scale(amounts: Sequence[int]) -> tuple[int, int, int]:
    """Return bottom, top and step of a scale of about five lines that holds every amount."""
    least, most = min(amounts), max(amounts)
    step = next((step for step in STEPS if (most - least) <= 5 * step), STEPS[-1])
    low = max(0, least // step * step - step)
    return low, -(-most // step) * step + step, step
