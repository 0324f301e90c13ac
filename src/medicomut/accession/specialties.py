"""The specialty behind a competence, the last three digits of an INAMI number.

The codes of `data/accession/specialties.csv` are those in public use; 001 to 009 are general practice, 010 to 097
specialists in training. A competence that is not known there stands for itself. The columns `demo_*` are made up: they
give the demonstration register its specialties.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import Final

from medicomut.accession.wording import DATA, say

GENERAL_PRACTICE, IN_TRAINING = "general_practice", "in_training"
_FIRST_IN_TRAINING, _LAST_IN_TRAINING = 10, 97
_LANGUAGES: Final = ("fr", "nl", "de", "en")


@dataclass(frozen=True, slots=True)
class Specialty:
    """A specialty: its competence, key and names; how many of a thousand demonstration specialists have it.

    `demo_refusal` is how readily they refuse there, in hundredths: relative to one another, not a rate.
    """

    code: str
    key: str
    names: dict[str, str]
    demo_share: int
    demo_refusal: int


@cache
def specialties() -> dict[str, Specialty]:
    """Return the specialties by competence."""
    with (DATA / "specialties.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Specialty(
                row["code"],
                row["key"],
                {lang: row[f"name_{lang}"] for lang in _LANGUAGES},
                int(row["demo_share"]),
                int(row["demo_refusal"]),
            )
            for row in csv.DictReader(file, strict=True)
        }


def specialty_of(competence: str) -> str | None:
    """Return the key of the specialty, the competence itself where it is not known, None for 000 (no title)."""
    known = specialties().get(competence)
    if known is not None:
        return known.key
    number = int(competence)
    if number < _FIRST_IN_TRAINING:
        return GENERAL_PRACTICE if number else None
    return IN_TRAINING if number <= _LAST_IN_TRAINING else competence


def specialty_name(key: str, lang: str) -> str:
    """Return the name of a specialty in the reader's language; a competence without a name is shown as it is."""
    if key in (GENERAL_PRACTICE, IN_TRAINING):
        return say(key, lang)
    return _names().get(key, {}).get(lang, key)


@cache
def _names() -> dict[str, dict[str, str]]:
    return {specialty.key: specialty.names for specialty in specialties().values()}
