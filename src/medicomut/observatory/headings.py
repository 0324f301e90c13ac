"""What a heading or the label of a row means: `% MS conventionnés`, `HA actief 2024`, `Région wallonne`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from medicomut.errors import Problem, Problems
from medicomut.observatory.figures import ACTIVE, ADHERED, ALL, CHANGE, GAP, RATE, REFUSAL_RATE, REFUSED

DATA: Final = Path(__file__).resolve().parents[1] / "data" / "observatory"
_MEND: Final = "write it as: gp active 2024, specialist adhered, all rate, gp refused, gp vs specialist, 2024 vs 2023"
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Heading:
    """What the figures below a heading are; what it does not name is `None` and comes from the row or the head."""

    measure: str
    profession: str | None
    year: int | None
    against: str = ""


@cache
def vocabulary() -> Mapping[str, Any]:
    """Return the words by which headings and rows are known (`data/observatory/headings.yaml`)."""
    from ruamel.yaml import YAML  # noqa: PLC0415 - a tenth of a second, paid only when a table is read

    found: dict[str, Any] = YAML(typ="safe").load((DATA / "headings.yaml").read_text("utf-8"))
    return found


def key_column(heading: str) -> str | None:
    """Return the coordinate a column of labels holds (`region`, `year` …), `None` for a column of figures.

    A first column without heading holds regions.
    """
    return "region" if not heading else _named("keys", heading)


def region(label: str) -> str:
    """Return the region a label names: `Belgium`, `Brussels`, `Flanders`, `Wallonia`, else the label as written."""
    return _named("regions", label) or label


def profession(label: str) -> str | None:
    """Return `gp`, `specialist` or `all`, or `None` when the label names none of them."""
    return _named("professions", label)


def read_heading(heading: str) -> Heading:
    """Return what the figures below a heading are. Raises `Problems` (`unknown_heading`)."""
    tokens = re.findall(r"%|[\w-]+", heading.lower())
    years = [int(token) for token in tokens if _YEAR.fullmatch(token)]
    professions = _professions(" ".join(tokens))
    if _any("differences", tokens):
        return _difference(heading, years, professions)
    named = [measure for measure, words in vocabulary()["measures"].items() if set(words) & set(tokens)]
    rate = _any("rates", tokens)
    if len(named) > 1 or len(years) > 1 or len(professions) > 1 or (rate and named == [ACTIVE]) or not (named or rate):
        raise _unknown(heading)
    measure = named[0] if named else ADHERED
    if rate:
        measure = REFUSAL_RATE if measure == REFUSED else RATE
    return Heading(measure, professions[0] if professions else None, years[0] if years else None)


def _difference(heading: str, years: list[int], professions: list[str]) -> Heading:
    if len(years) == 2 and len(professions) <= 1:
        return Heading(CHANGE, professions[0] if professions else None, years[0], str(years[1]))
    if len(professions) == 2 and len(years) <= 1 and ALL not in professions:
        return Heading(GAP, professions[0], years[0] if years else None, professions[1])
    raise _unknown(heading)


def _professions(text: str) -> list[str]:
    """Return the professions named, in their order; `médecins généralistes` is not `médecins`."""
    names = {word: name for name, words in vocabulary()["professions"].items() for word in words}
    pattern = "|".join(re.escape(word) for word in sorted(names, key=len, reverse=True))
    found = [names[word] for word in re.findall(rf"(?<![\w-])(?:{pattern})(?![\w-])", text)]
    return list(dict.fromkeys(found))


def _named(part: str, label: str) -> str | None:
    plain = " ".join(label.lower().split())
    return next((name for name, words in vocabulary()[part].items() if plain in words), None)


def _any(part: str, tokens: Iterable[str]) -> bool:
    return bool(set(vocabulary()[part]) & set(tokens))


def _unknown(heading: str) -> Problems:
    return Problems([Problem("unknown_heading", f"the heading {heading!r} does not say what it counts", mend=_MEND)])
