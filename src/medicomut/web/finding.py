"""What the search box finds: one place where only one answers, else what holds the words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medicomut import geography
from medicomut.agreement import available, load
from medicomut.agreement.comparison import latest
from medicomut.identifiers import check_inami, check_nomenclature
from medicomut.web import care, glossary, navigation
from medicomut.web.languages import translations
from medicomut.web.written import value

if TYPE_CHECKING:
    from medicomut.money import Lang

_CODE = re.compile(r"[0-9]{6}")
_DOCTOR = re.compile(r"[0-9]{11}")
_CLAUSE = re.compile(
    r"(?:(?:clause|point|article|art\.?|§|bepaling|punt|artikel|klausel|punkt)\s*)?([0-9]{1,2}(?:\.[0-9]{1,2})*)",
    re.IGNORECASE,
)
"""A clause's number, with the word before it that people write in each language."""
_SEPARATORS = re.compile(r"[\s.\-/]")
MOST = 40


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its address after the language, its name, a line of it, and the id of its agreement."""

    href: str
    name: str
    line: str = ""
    of: str = ""


@dataclass(slots=True)
class Found:
    """What was found; `leads` where only one place answers, `doctor` and `bad_code` where a number was asked for.

    `doctor` says whether the number of a doctor is well formed; `more` how many hits are not shown.
    """

    leads: str = ""
    doctor: bool | None = None
    bad_code: bool = False
    clauses: list[Hit] = field(default_factory=list)
    fees: list[Hit] = field(default_factory=list)
    figures: list[Hit] = field(default_factory=list)
    terms: list[Hit] = field(default_factory=list)
    places: list[Hit] = field(default_factory=list)
    pages: list[Hit] = field(default_factory=list)
    more: int = 0

    @property
    def nothing(self) -> bool:
        """Whether no words were found."""
        return not (self.clauses or self.fees or self.figures or self.terms or self.places or self.pages)


def find(asked: str, lang: Lang) -> Found:
    """Return what answers to a code, a clause, a doctor's number or words."""
    bare = _SEPARATORS.sub("", asked)
    if _DOCTOR.fullmatch(bare):
        return Found(doctor=check_inami(bare).valid)
    owner, _, number = asked.rpartition("#")
    if _CODE.fullmatch(bare) and not owner:
        return Found(leads=f"/fees/{bare}") if check_nomenclature(bare).valid else Found(bad_code=True)
    if named := _CLAUSE.fullmatch(number):
        return _clause(owner, named[1], lang)
    return _words(asked, lang)


def _clause(owner: str, number: str, lang: Lang) -> Found:
    hits = [
        Hit(f"/agreements/{name}/{number}", f"{number} {clause.title.in_language(lang)}", _title(name, lang))
        for name in available()
        for clause in load(name).clauses
        if clause.number == number and owner in {"", name}
    ]
    return Found(leads=hits[0].href) if len(hits) == 1 else Found(clauses=hits)


def _title(name: str, lang: Lang) -> str:
    return load(name).heading.title.in_language(lang)


def _words(asked: str, lang: Lang) -> Found:
    found = Found(pages=_pages(asked, lang), places=_places(asked, lang))
    _in_agreements(found, asked, lang)
    for service in care.services().values():
        if care.holds(service.name.in_language(lang), asked):
            found.fees.append(Hit(f"/fees/{service.code}", f"{service.code} {service.name.in_language(lang)}"))
    for of in glossary.terms().values():
        for term in of:
            if care.holds(term.term.in_language(lang), asked):
                line = term.meaning.in_language(lang)
                found.terms.append(Hit(f"/glossary#{term.anchor}", term.term.in_language(lang), line))
    elsewhere = found.clauses or found.fees or found.figures or found.terms or found.pages
    if len(found.places) == 1 and not elsewhere:
        found.leads = found.places[0].href
    return found


def _in_agreements(found: Found, asked: str, lang: Lang) -> None:
    """Add the clauses and the figures that hold the words; clauses with them in their title come first."""
    titled, summed = [], []
    for name in available():
        agreement = load(name)
        for clause in agreement.clauses:
            title, summary = clause.title.in_language(lang), clause.summary.in_language(lang)
            hit = Hit(f"/agreements/{name}/{clause.number}", f"{clause.number} {title}", summary, name)
            if care.holds(title, asked):
                titled.append(hit)
            elif care.holds(f"{title} {summary}", asked):
                summed.append(hit)
        for parameter in agreement.parameters:
            label = parameter.label.in_language(lang)
            if care.holds(label, asked):
                number = parameter.cites[0].partition(".")[0] if "annex" in parameter.cites[0] else parameter.cites[0]
                shown = value(parameter.unit, latest(parameter), lang)
                found.figures.append(Hit(f"/agreements/{name}/{number}", label, shown, name))
    found.clauses = [*titled, *summed][:MOST]
    found.more = max(0, len(titled) + len(summed) - MOST)


def _pages(asked: str, lang: Lang) -> list[Hit]:
    """Return the pages whose name or description holds the words, those named so first."""
    say, behind = translations(lang).gettext, dict(navigation.DOORS)
    known = [(href, label, behind[href]) for href, label in navigation.PARTS]
    hits = [Hit(href, say(label), say(line) if line else "") for href, label, line in (*known, *navigation.FURTHER)]
    held = [hit for hit in hits if care.holds(f"{hit.name} {hit.line}", asked)]
    return sorted(held, key=lambda hit: not care.holds(hit.name, asked))


def _places(asked: str, lang: Lang) -> list[Hit]:
    """Return the municipalities that are named so in any language, or whose NIS code is asked for."""
    return [
        Hit(
            f"/observatory/access?code={place.code}",
            place.name[lang],
            f"{place.arrondissement.name[lang]}, {place.arrondissement.region.name[lang]}",
        )
        for place in geography.find(asked)
    ]
