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

DOORS = (
    ("/pay", N_("For patients: the fee, what comes back, what stays, and whether a supplement is lawful.")),
    ("/agreements", N_("Clause by clause, with its figures, its contradictions and a permanent address.")),
    ("/fees", N_("The history of a code, its index rate, and where each figure comes from.")),
    ("/budget", N_("Means, uses, scenarios and the best rates under limits: for negotiators.")),
    ("/register", N_("Who accedes, by place and specialty; the window to refuse; a week of partial accession judged.")),
    ("/procedures", N_("Where an agreement stands on a day: deadlines, denunciation, promises, disputes.")),
    ("/observatory", N_("Published figures on accession, what they cannot all be, and where doctors are too few.")),
    ("/check", N_("For billing offices and insurers: every line of a file checked, and each result explained.")),
    ("/glossary", N_("The words of the field, as those who use them say them in each language.")),
)
"""What stands behind each part of the navigation, on the first page and for the search."""

FURTHER = (
    ("/observatory/access", N_("Access to care"),
     N_("How many general practitioners a municipality needs, against the published thresholds of shortage.")),
    ("/observatory/contradictions", N_("Contradictions"),
     N_("Published tables are rounded, and sometimes wrong. Here their figures are held against one another: sums, "
        "averages, differences, columns printed twice.")),
    ("/register/timetable", N_("A timetable of partial accession"),
     N_("Who accedes partly may see patients off tariff in some hours. Fill in a week: you read at once whether it "
        "keeps to the agreement, and what would mend it. Nothing is kept.")),
    ("/register/window", N_("Window and quorum"), ""),
    ("/sources", N_("Sources and their status"),
     N_("What every figure here rests on, how complete it is, and what is disputed.")),
    ("/api", N_("For programs: the API"), N_("The same answers over HTTP, with test vectors.")),
)  # fmt: skip
"""Pages that are no part of the navigation and that a reader may look for by name: address, name, and a line."""


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
