"""Plots of rates: lines over the years, bars side by side, and changes to either side of nothing.

A line joins the years that are known, an agreement apart (one or two years); where more lie between them, it is dotted.
No series is told by its colour alone: each has its dash and its name at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from medicomut.web.drawing import Drawing, Twin, group, tag

Write = Callable[[Fraction], str]

WIDTH: Final = 720
COLOURS: Final = 5
_TOP, _BOTTOM, _LEFT = 14, 34, 56
_LETTER: Final = 7.4
"""Points across that a letter of a name takes, about."""
_BETWEEN_NAMES: Final = 17
_ROW, _BAR, _PAIRED = 30, 16, 14
_STEPS: Final = tuple(Fraction(each, 10) for each in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000))
_MOST_NAME: Final = 270


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name, and its value in each year that is known; `unsure` are the years whose figure is derived."""

    name: str
    values: dict[int, Fraction]
    unsure: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of bars: its name, and a value for each series of the plot, `None` where it is not known."""

    name: str
    values: tuple[Fraction | None, ...]


def lines(
    key: str,
    title: str,
    description: str,
    series: Sequence[Series],
    write: Write,
    words: tuple[str, str],
    *,
    note: str = "",
    height: int = 320,
) -> Drawing:
    """Return lines over the years; `words` are what the table calls a year, and a year without figure."""
    years = sorted({year for each in series for year in each.values})
    low, high, step = scale([value for each in series for value in each.values.values()])
    right = WIDTH - 16 - int(max(len(each.name) for each in series) * _LETTER)
    span = max(1, years[-1] - years[0])

    def across(year: int) -> int:
        return _LEFT + 8 + (year - years[0]) * (right - _LEFT - 16) // span

    def up(value: Fraction) -> int:
        return height - _BOTTOM - int((value - low) * (height - _BOTTOM - _TOP) / (high - low))

    parts = _levels(low, high, step, up, right, write)
    shown: list[int] = []
    for year in years:  # years that would stand on one another are left to the table
        if not shown or across(year) - across(shown[-1]) >= 40:
            shown.append(year)
    parts += [
        tag("text", str(year), klass="tick", x=across(year), y=height - 12, text_anchor="middle") for year in shown
    ]
    for number, each in enumerate(series):
        parts.append(_way(each, number % COLOURS, across, up, write))
    ends = [(up(each.values[max(each.values)]), number, each.name) for number, each in enumerate(series)]
    for y, number, name in _apart(ends, _TOP, height - _BOTTOM):
        parts.append(tag("text", name, klass=f"figure f{number % COLOURS}", x=right + 6, y=y + 5))
    rows = [
        (str(year), *(write(each.values[year]) if year in each.values else words[1] for each in series))
        for year in years
    ]
    twin = Twin((words[0], *(each.name for each in series)), rows)
    return Drawing(key, title, description, WIDTH, height, parts, twin, note)


def bars(
    key: str,
    title: str,
    description: str,
    names: Sequence[str],
    rows: Sequence[Bar],
    write: Write,
    words: tuple[str, str],
    *,
    note: str = "",
    limit: Fraction | None = None,
) -> Drawing:
    """Return rows of bars, to both sides of nothing where some are negative; a name for each series of the plot.

    `words` are what the table calls a row, and a value that is not known; `limit` is a line across all rows.
    """
    known = [value for row in rows for value in row.values if value is not None]
    low, high = min(Fraction(0), *known), max(Fraction(0), *known, limit or Fraction(0))
    left = min(_MOST_NAME, 12 + int(max(len(row.name) for row in rows) * _LETTER))
    room = 12 + int(max(len(write(value)) for value in known) * _LETTER)
    start, end = left + (room if low < 0 else 0), WIDTH - room
    thick, several = (_BAR, False) if len(names) == 1 else (_PAIRED, True)
    row_height = _ROW if not several else _PAIRED * len(names) + 14
    top = 26 if several else 4

    def across(value: Fraction) -> int:
        return start + int((value - low) * (end - start) / (high - low)) if high > low else start

    parts: list[Markup] = _key_of(names) if several else []
    height = top + row_height * len(rows) + 6
    for at, row in enumerate(rows):
        y = top + at * row_height
        parts.append(tag("text", row.name, x=left - 8, y=y + row_height // 2 + 4, text_anchor="end"))
        for number, value in enumerate(row.values):
            name = f"{row.name}, {names[number]}" if several else row.name
            parts.append(_bar(name, value, number, y + 6 + number * thick, thick, across, write, words[1]))
    parts.append(tag("line", klass="axis", x1=across(Fraction(0)), x2=across(Fraction(0)), y1=top, y2=height))
    if limit is not None:
        parts.append(tag("line", klass="limit", x1=across(limit), x2=across(limit), y1=top, y2=height))
    twin = Twin(
        (words[0], *names),
        [(row.name, *(words[1] if value is None else write(value) for value in row.values)) for row in rows],
    )
    return Drawing(key, title, description, WIDTH, height, parts, twin, note)


def scale(values: Sequence[Fraction]) -> tuple[Fraction, Fraction, Fraction]:
    """Return bottom, top and step of a scale of at most seven lines that holds every value."""
    low, high = min(values), max(values)
    step = next((each for each in _STEPS if high - low <= 5 * each), _STEPS[-1])
    bottom = low // step * step
    top = -(-high // step) * step
    return bottom, top if top > bottom else bottom + step, step


def _levels(
    low: Fraction, high: Fraction, step: Fraction, up: Callable[[Fraction], int], right: int, write: Write
) -> list[Markup]:
    parts: list[Markup] = []
    for number in range(int((high - low) / step) + 1):
        y = up(low + number * step)
        parts.append(tag("line", klass="grid", x1=_LEFT, x2=right, y1=y, y2=y))
        parts.append(tag("text", write(low + number * step), klass="tick", x=_LEFT - 6, y=y + 4, text_anchor="end"))
    return parts


def _way(
    each: Series, colour: int, across: Callable[[int], int], up: Callable[[Fraction], int], write: Write
) -> Markup:
    """Return a line and its points: solid from agreement to agreement, a point hollow where it is derived."""
    years = sorted(each.values)
    parts: list[Markup] = []
    for before, after in pairwise(years):
        klass = f"way s{colour}" if after - before <= 2 else f"gap s{colour}"
        parts.append(tag("line", klass=klass, x1=across(before), y1=up(each.values[before]), x2=across(after),
                         y2=up(each.values[after])))  # fmt: skip
    for year in years:
        klass = f"hollow s{colour}" if year in each.unsure else f"f{colour}"
        dot = tag("circle", klass=klass, cx=across(year), cy=up(each.values[year]), r=4)
        parts.append(group([dot], f"{each.name}, {year}: {write(each.values[year])}"))
    return Markup("").join(parts)


def _apart(ends: Sequence[tuple[int, int, str]], top: int, bottom: int) -> list[tuple[int, int, str]]:
    """Move the names at the ends of lines so far apart that none stands on another."""
    placed: list[tuple[int, int, str]] = []
    for y, number, name in sorted(ends):
        at = max(y, top, placed[-1][0] + _BETWEEN_NAMES if placed else top)
        placed.append((at, number, name))
    over = max(0, placed[-1][0] - bottom)
    return [(y - over, number, name) for y, number, name in placed]


def _bar(
    name: str,
    value: Fraction | None,
    number: int,
    top: int,
    thick: int,
    across: Callable[[Fraction], int],
    write: Write,
    unknown: str,
) -> Markup:
    zero = across(Fraction(0))
    if value is None:
        text = tag("text", unknown, klass="tick", x=zero + 6, y=top + thick - 4)
        return group([text], f"{name}: {unknown}")
    left, right = min(zero, across(value)), max(zero, across(value))
    shape = tag("rect", klass=f"f{number % COLOURS}", x=left, y=top, width=max(1, right - left), height=thick - 2)
    anchor = {"x": left - 6, "text_anchor": "end"} if value < 0 else {"x": right + 6}
    figure = tag("text", write(value), klass="figure", y=top + thick - 3, **anchor)
    return group([shape, figure], f"{name}: {write(value)}")


def _key_of(names: Sequence[str]) -> list[Markup]:
    """Return the key above paired bars: a box of each colour and its name."""
    parts: list[Markup] = []
    x = 0
    for number, name in enumerate(names):
        parts.append(tag("rect", klass=f"f{number % COLOURS}", x=x, y=2, width=14, height=12))
        parts.append(tag("text", name, x=x + 20, y=13))
        x += 40 + int(len(name) * _LETTER)
    return parts
