"""Where a reader can go: the parts of the portal, and the same page in the other languages."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request

from medicomut.web.languages import of_path
from medicomut.web.written import N_
from medicomut.words import LANGUAGES

PARTS = (
    ("/pay", N_("What will I pay?")),
    ("/agreements", N_("The agreement")),
    ("/fees", N_("Fees")),
    ("/budget", N_("Budget")),
    ("/register", N_("Accession")),
    ("/procedures", N_("Procedures")),
    ("/observatory", N_("Observatory")),
    ("/check", N_("Check a file")),
    ("/glossary", N_("Glossary")),
)
"""The navigation, in its order: address after the language, and label. A new part is a line here."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A link to this page in another language; it also remembers the reader's choice."""

    lang: str
    href: str
    current: bool


def switches(request: Request) -> list[Switch]:
    """Return the same page in each language, query included."""
    path, query = request.url.path, request.url.query
    here = of_path(path)
    rest = (path[3:] if here else "/") + (f"?{query}" if query else "")
    return [Switch(lang, f"/language/{lang}?to={quote(rest, safe='/')}", current=lang == here) for lang in LANGUAGES]


def part_of(path: str) -> str:
    """Return the part of the portal an address belongs to, as in `PARTS`; empty for none."""
    rest = path[3:]
    return next((part for part, _ in PARTS if rest == part or rest.startswith(f"{part}/")), "")
