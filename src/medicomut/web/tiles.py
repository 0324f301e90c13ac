"""Maps of tiles: each region, province or arrondissement a square near where it lies, all of one size.

No boundary file is needed, and a small arrondissement is seen as well as a large one. A tile bears its name and its
figure, so that colour alone tells nothing; the table twin lists them all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal

from markupsafe import Markup

from medicomut.geography import Arrondissement, Province, Region, arrondissements, provinces, regions
from medicomut.web.drawing import Drawing, Twin, group, tag

Level = Literal["region", "province", "arrondissement"]
LEVELS: Final = ("region", "province", "arrondissement")
MOST_CLASSES: Final = 5

_GAP: Final = 4
_SIZES: Final[dict[str, tuple[int, int]]] = {"region": (380, 84), "province": (120, 92), "arrondissement": (62, 62)}
"""Width and height of a tile, so that its words can be read on a phone."""
_NARROW: Final = 100
"""The words of a tile narrower than this are written larger: many stand beside one another on a phone."""
_LETTER: Final = Fraction(48, 5)
"""Points across that a letter of a name takes, about."""
_BRUSSELS_AMONG_PROVINCES: Final = (1, 1)
_LEGEND: Final = 54
_LINE: Final = 19
_KEYS: Final = ((600, 17), (450, 14), (0, 12))
"""How large the key of the colours is written on a map wider than so many points: a wide one is drawn smaller."""
_STEPS: Final = tuple(Fraction(each) * Fraction(10) ** power for power in range(-3, 9) for each in (10, 20, 25, 50))
_UNKNOWN: Final = "–"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tile stands, what it is called in full and on the tile, and what it lies in."""

    code: str
    row: int
    column: int
    name: str
    short: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a map says beside its figures, in the reader's language."""

    place: str
    figure: str
    unknown: str


def places(level: Level, lang: str) -> list[Place]:
    """Return the places of a level by NIS code: 3 regions, 10 provinces and Brussels, or 43 arrondissements."""
    if level == "arrondissement":
        return [_place(each, lang, each.initials(lang)) for each in arrondissements().values()]
    if level == "region":
        return [_place(each, lang, each.name[lang]) for each in regions().values()]
    brussels = regions()["Brussels"]
    row, column = _BRUSSELS_AMONG_PROVINCES
    name = arrondissements()["21000"].name[lang]
    return [
        *(_place(each, lang, each.name[lang]) for each in provinces().values()),
        Place(brussels.code, row, column, name, name),
    ]


def _place(each: Arrondissement | Province | Region, lang: str, short: str) -> Place:
    return Place(each.code, each.row, each.column, each.name[lang], short)


def tile_map(
    key: str,
    title: str,
    description: str,
    level: Level,
    values: Mapping[str, Fraction | None],
    write: Callable[[Fraction], str],
    words: Words,
    lang: str,
    *,
    short: Callable[[Fraction], str] | None = None,
    limit: Callable[[Fraction], str] | None = None,
    limits: Sequence[Fraction] | None = None,
    hrefs: Mapping[str, str] | None = None,
    note: str = "",
) -> Drawing:
    """Return the map of figures by NIS code; a place without one is drawn empty and says so in the table.

    `write` writes a figure in full, `short` in the tile, `limit` in the key of the colours. `limits` part the classes
    of colour, at most four of them, ascending; without them they are chosen at round figures. A figure on a limit
    belongs to the class above it.
    """
    wide, high = _SIZES[level]
    shown = places(level, lang)
    known = [value for value in (values.get(place.code) for place in shown) if value is not None]
    parted = list(limits) if limits is not None else round_limits(known)
    parts = [
        _tile(place, values.get(place.code), parted, wide, high, short or write, write, words, (hrefs or {}))
        for place in shown
    ]
    below = (max(place.row for place in shown) + 1) * (high + _GAP) + 12
    across = (max(place.column for place in shown) + 1) * (wide + _GAP) - _GAP
    if known:
        parts += legend(parted, limit or short or write, 0, below, across)
    rows = [(place.name, _said(values.get(place.code), write, words)) for place in shown]
    twin = Twin((words.place, words.figure), sorted(rows))
    height = below + (_LEGEND if known else 0)
    return Drawing(key, title, description, across, height, parts, twin, note)


def round_limits(known: Sequence[Fraction], classes: int = MOST_CLASSES) -> list[Fraction]:
    """Return limits at round figures that part these into at most so many classes, none where all are alike."""
    if not known or min(known) == max(known):
        return []
    low, high = min(known), max(known)
    for step in _STEPS:
        numbers = range(low // step + 1, -(-high // step))
        if 0 < len(numbers) < classes:
            return [step * number for number in numbers]
    return [low + (high - low) * each / classes for each in range(1, classes)]


def _tile(
    place: Place,
    value: Fraction | None,
    limits: Sequence[Fraction],
    wide: int,
    high: int,
    short: Callable[[Fraction], str],
    write: Callable[[Fraction], str],
    words: Words,
    hrefs: Mapping[str, str],
) -> Markup:
    left, top = place.column * (wide + _GAP), place.row * (high + _GAP)
    shade = "none" if value is None else f"k{shade_of(value, limits)}"
    middle = left + wide // 2
    figure = _UNKNOWN if value is None else short(value)
    size = "value tight" if len(figure) * 12 > wide - 6 else "value"
    named = _lines(place.short, wide)
    initials = f"initials{' far' if wide < _NARROW else ''} on-{shade}"
    first = top + high * 2 // 5 - (len(named) - 1) * _LINE // 2
    parts = [
        tag("rect", klass=f"tile {shade}", x=left, y=top, width=wide, height=high, rx=4),
        *(tag("text", text, klass=initials, x=middle, y=first + at * _LINE, text_anchor="middle")
          for at, text in enumerate(named)),
        tag("text", figure, klass=f"{size} on-{shade}", x=middle,
            y=top + high * 4 // 5, text_anchor="middle"),
    ]  # fmt: skip
    return group(parts, f"{place.name}: {_said(value, write, words)}", hrefs.get(place.code))


def _lines(name: str, wide: int) -> list[str]:
    """Break a name that is too long for its tile at its last space or hyphen."""
    at = max(name.rfind(" "), name.rfind("-")) + 1
    return [name] if len(name) * _LETTER < wide or not at else [name[:at].rstrip(), name[at:]]


def shade_of(value: Fraction, limits: Sequence[Fraction]) -> int:
    """Return the class of colour, 0 the lightest and 4 the darkest, spread over as many as there are."""
    at = bisect_right(list(limits), value)
    return at if len(limits) == MOST_CLASSES - 1 else at * (MOST_CLASSES - 1) // max(1, len(limits))


def legend(
    limits: Sequence[Fraction], write: Callable[[Fraction], str], left: int, top: int, across: int
) -> list[Markup]:
    """Return the key of the colours: a box for each class with its limits."""
    if not limits:
        return []
    said = [f"< {write(limits[0])}"]
    said += [f"{write(low)} – < {write(high)}" for low, high in pairwise(limits)]
    said.append(f"≥ {write(limits[-1])}")
    wide = min(150, across // len(said))
    shades = [shade_of(limits[0] - 1, limits), *(shade_of(limit, limits) for limit in limits)]
    size = next(points for least, points in _KEYS if across > least)
    parts: list[Markup] = []
    for at, (text, shade) in enumerate(zip(said, shades, strict=True)):
        x = left + at * wide
        parts.append(tag("rect", klass=f"tile k{shade}", x=x, y=top, width=wide - 3, height=16))
        parts.append(tag("text", text, klass="tick", font_size=size, x=x + 1, y=top + 34))
    return parts


def _said(value: Fraction | None, write: Callable[[Fraction], str], words: Words) -> str:
    return words.unknown if value is None else write(value)
