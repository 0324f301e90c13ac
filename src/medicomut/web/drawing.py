"""A drawing: elements of SVG, the words that describe it, and the table that says the same.

Drawings are made by the server as lines of SVG (docs/decisions/0095). In a page the style sheet colours them, so that
they follow the reader's theme; taken away as a file they carry a small style sheet of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markupsafe import Markup, escape

STYLE: Final = (Path(__file__).parent / "static" / "drawing.css").read_text("utf-8")
"""What colours a drawing, in a page and as a file."""

_LINE, _HEADING, _MARGIN = 17, 25, 16
_SMALL = 500
"""A drawing narrower than this does not grow to the width of a page."""
_A_LETTER_OF_NOTE, _A_LETTER_OF_HEADING = 7, 11
"""Points across that a letter takes, about: where a line is broken."""


@dataclass(frozen=True, slots=True)
class Twin:
    """The table that says what a drawing shows: headings, then rows of as many cells, the first of each its name."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture in points and its twin. `key` is a word no other drawing of the page has; `note` names the source."""

    key: str
    title: str
    description: str
    width: int
    height: int
    parts: Sequence[Markup]
    twin: Twin
    note: str = ""


def tag(name: str, text: str | None = None, **attributes: object) -> Markup:
    """Return an element, everything escaped; `klass` is its class, and an underscore in a name a hyphen."""
    named = {"klass": "class"}
    written = Markup("").join(
        Markup(' {}="{}"').format(named.get(key, key.replace("_", "-")), value)
        for key, value in attributes.items()
        if value is not None
    )
    if text is None:
        return Markup("<{}{}/>").format(name, written)
    return Markup("<{}{}>{}</{}>").format(name, written, escape(text), name)


def group(parts: Sequence[Markup], title: str, href: str | None = None) -> Markup:
    """Return elements that belong together, with what a pointer resting on them is told; a link where `href` is."""
    inner = tag("title", title) + Markup("").join(parts)
    if href is None:
        return Markup("<g>{}</g>").format(inner)
    return Markup('<a href="{}">{}</a>').format(href, inner)


def in_page(drawing: Drawing) -> Markup:
    """Return the drawing as an element of a page, coloured by the page's style sheet."""
    return _svg(drawing, drawing.width, drawing.height, Markup("").join(drawing.parts))


def as_file(drawing: Drawing, lang: str) -> str:
    """Return the drawing as a file of its own: with its heading, its note and its colours."""
    heading = _broken(drawing.title, drawing.width // _A_LETTER_OF_HEADING)
    notes = _broken(drawing.note, drawing.width // _A_LETTER_OF_NOTE) if drawing.note else []
    top = _MARGIN + _HEADING * len(heading) + _LINE
    below = top + drawing.height + 2 * _LINE
    width, height = drawing.width + 2 * _MARGIN, below + _LINE * len(notes)
    inner = [
        Markup("<style>{}</style>").format(Markup(STYLE)),  # noqa: S704 - a file of ours
        tag("rect", klass="sheet", width=width, height=height),
        *(tag("text", line, klass="heading", x=_MARGIN, y=_MARGIN + _HEADING * (at + 1) - 6)
          for at, line in enumerate(heading)),
        Markup('<g transform="translate({} {})">').format(_MARGIN, top),
        *drawing.parts,
        Markup("</g>"),
        *(tag("text", line, klass="note", x=_MARGIN, y=below + _LINE * at) for at, line in enumerate(notes)),
    ]  # fmt: skip
    drawn = _svg(drawing, width, height, Markup("").join(inner), lang)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawn}'


def _svg(drawing: Drawing, width: int, height: int, inner: Markup, lang: str | None = None) -> Markup:
    names = Markup(' aria-labelledby="{0}-title {0}-text"').format(drawing.key)
    alone = Markup("")
    if lang is not None:
        name = Markup(' xmlns="http://www.w3.org/2000/svg" xml:lang="{}" width="{}" height="{}"')
        alone = name.format(lang, width, height)
    told = tag("title", drawing.title, id=f"{drawing.key}-title")
    told += tag("desc", drawing.description, id=f"{drawing.key}-text")
    # With links in it a drawing is a group of them, not one image.
    role = "group" if any("<a " in part for part in drawing.parts) else "img"
    return Markup('<svg{} class="{}" viewBox="0 0 {} {}" role="{}"{}>{}{}</svg>').format(
        alone, "drawing small" if drawing.width < _SMALL else "drawing", width, height, role, names, told, inner
    )


def _broken(text: str, holds: int) -> list[str]:
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > holds:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]
