"""Decisions for everybody: what would tell in a text who was in dispute, and the same text without it.

A machine finds the names of the case file and what has the form of a number, an address or an account. It cannot know
who else a text tells of: somebody reads it before it is published.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from medicomut.agreement.loading import available, load
from medicomut.errors import Place, Problem
from medicomut.procedure.disputes import Case, Kind
from medicomut.procedure.disputes_fields import PRACTITIONER
from medicomut.procedure.disputes_wording import say

if TYPE_CHECKING:
    from medicomut.money import Lang

SHORTEST: Final = 3
"""Letters of the shortest word of a name that is looked for by itself."""

_FORMS: Final = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b"),
    "number": re.compile(r"(?<![\d.,])\d(?:[ ./-]?\d){10}(?![\d])"),
    "phone": re.compile(
        r"(?P<day>(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?P<mark>[./-])(?:0?[1-9]|1[0-2])(?P=mark)(?:\d{4}|\d{2})(?![./-]?\d))"
        r"|(?<!\d)(?:(?:\+|00)\d{2}[ ]?(?:\(0\)[ ]?)?|0)[ ]?\d{1,3}(?:[ ./-]?\d{2,3}){2,4}(?!\d)"
    ),
    "web": re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE),
}
_DAY: Final = "day"
"""The name of what looks like a telephone number and is a day: 02/03/2020. Days are told, and stay."""
_PARENTHESES = re.compile(r"\(([^()]+)\)")
_WORD = re.compile(r"[^\W\d_][\w'’-]+")


def told(content: Mapping[str, Any], case: Case) -> Iterator[Problem]:
    """Yield a fault (`not_anonymous`) for each thing in title or text that would tell who was in dispute."""
    names = _names(case)
    for field in ("title", "text"):
        text = str(content.get(field, ""))
        found = [*(name for name in names if _occurs(name, text)), *(m[0] for _, m in _forms(text))]
        for what in dict.fromkeys(found):
            yield Problem("not_anonymous", f"{field} holds {what!r}", Place(field=field),
                          "a decision is published without what tells who was in dispute",
                          "replace it, such as by “the applicant”")  # fmt: skip


def proposed(text: str, case: Case, lang: Lang) -> str:
    """Return a text with every name of the case file and every number, address and account replaced by what it is."""
    for name, label in sorted(_names(case).items(), key=lambda pair: -len(pair[0])):
        for start, end in reversed(list(_spans(name, text))):
            text = f"{text[:start]}[{say(label, lang)}]{text[end:]}"
    for form, pattern in _FORMS.items():
        text = pattern.sub(partial(_hidden, f"[{say(f'form_{form}', lang)}]"), text)
    return text


def _hidden(label: str, found: re.Match[str]) -> str:
    return found[0] if found.lastgroup == _DAY else label


def _forms(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for form, pattern in _FORMS.items():
        for match in pattern.finditer(text):
            if match.lastgroup != _DAY:
                yield form, match


def _names(case: Case) -> dict[str, str]:
    """Return every way in which the case file names somebody, with the key of the word that says what they are."""
    found: dict[str, str] = {}
    for party in case.parties:
        name, label = party.name.removeprefix(PRACTITIONER), f"role_{party.role}"
        called = _called(name)
        if called is None:
            found |= dict.fromkeys([name, *_words(name)], label)
        else:
            found |= dict.fromkeys(called, label)
    for step in case.steps:
        if step.kind is Kind.college:
            for person in (*step.content["members"], step.content["chair"]):
                label = f"bench_{person['bench']}" if "bench" in person else "chair"
                found.setdefault(person["name"], label)
                found |= {word: label for word in _words(person["name"]) if word not in found}
    return found


def _words(name: str) -> list[str]:
    """Return the words of a name that tell who it is: those with a capital letter, long enough."""
    return [word for word in _WORD.findall(name) if word[0].isupper() and len(word) >= SHORTEST and word not in _TITLES]


_TITLES: Final = frozenset({"Dr", "Docteur", "Dokter", "Doctor", "Doktor", "Prof", "Madame", "Monsieur", "Mevrouw",
                            "Herr", "Frau", "Mijnheer", "Meneer", "Bench", "Member", "Membre", "Lid", "Mitglied",
                            "Official", "Fonctionnaire", "Ambtenaar", "Beamter",
                            "Van", "Den", "Der", "Ten", "Ter", "Het", "Von", "Vom", "Zum", "Zur", "Des", "Les", "Del",
                            "Aux", "The"})  # fmt: skip
"""Words of a name that tell nobody: titles and functions, and particles, which every sentence holds."""


def _called(name: str) -> tuple[str, ...] | None:
    """Return how an organisation is called in every language, with its short names; `None` for no actor's name.

    Empty for a group such as the insurers or the hospitals: to name it tells nobody.
    """
    found: dict[str, None] = {}
    for agreement in available():
        for actor in load(agreement).actors:
            if actor.id == name:
                labels = set(actor.label.to_dict().values())
                for label in labels:
                    short = _PARENTHESES.findall(label)
                    if short or len(labels) == 1:
                        parts = [
                            part for name in short or (label,) for part in name.split("-") if len(part) >= SHORTEST
                        ]
                        found |= dict.fromkeys((label, _PARENTHESES.sub("", label).strip(), *short, *parts))
                return tuple(found)
    return None


def _occurs(name: str, text: str) -> bool:
    return next(_spans(name, text), None) is not None


def _spans(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where a name stands in a text as a whole word, whatever its case and accents."""
    letters, places = [], []
    for place, letter in enumerate(text):
        plain = _plain(letter)
        letters.append(plain)
        places += [place] * len(plain)
    for match in re.finditer(rf"(?<!\w){re.escape(_plain(name))}(?!\w)", "".join(letters)):
        yield places[match.start()], places[match.end() - 1] + 1


def _plain(text: str) -> str:
    """Return a text without accents, so that a name written without them is found as well."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
