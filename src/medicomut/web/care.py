"""What the codes are called: our own short names, in four languages, of the services whose fees are known.

The nomenclature itself is not held here. A name is `reported` where a table of fees gave it, `recollected` where it
rests on memory and is marked so for its reader.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from medicomut.agreement import Text

_FILE: Final = Path(__file__).resolve().parents[1] / "data" / "care" / "be.csv"
LONG: Final = 4
"""Letters of a word that is looked for within words too: Dutch and German write them in one."""


@dataclass(frozen=True, slots=True)
class Care:
    """A service: its code, who gives it and where as the columns of a line say it, its name."""

    code: str
    profession: str
    setting: str
    name_status: str
    name: Text


@cache
def services() -> Mapping[str, Care]:
    """Return the services by code, in the order a reader looks for them."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["code"]: Care(
            row["code"],
            row["profession"],
            row["setting"],
            row["name_status"],
            Text(row["fr"], row["nl"], row["de"], row["en"]),
        )
        for row in rows
    }


def name(code: str, lang: str) -> str:
    """Return what a code is called, empty where no name is known."""
    found = services().get(code)
    return found.name.in_language(lang) if found else ""


def folded(text: str) -> str:
    """Return a text as it is compared: without accents or case."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def holds(text: str, words: str) -> bool:
    """Whether a text holds every word asked for, in any order; a short one, such as API, where a word begins."""
    within = folded(text)
    return all(_within(word, within) for word in folded(words).split())


def _within(word: str, text: str) -> bool:
    begins = word.isalpha() and len(word) < LONG
    return re.search(rf"\b{word}", text) is not None if begins else word in text
