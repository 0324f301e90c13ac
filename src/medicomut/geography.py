"""Belgium's 581 municipalities, 43 arrondissements, ten provinces and three regions, with names and inhabitants.

The tables are data (`data/geography/be`), their sources beside them in `sources.csv`. A place is known by its NIS code:
its first two digits are the arrondissement. Reading costs a few milliseconds, once.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from medicomut.errors import Problem, Problems

LANGUAGES: Final = ("fr", "nl", "de", "en")
MOST_FOUND: Final = 50
"""So many municipalities, at most, are named in answer to a search."""

_FOLDER: Final = Path(__file__).resolve().parent / "data" / "geography" / "be"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table comes from: the day it holds for, its licence, and whether it was published or derived."""

    table: str
    title: str
    publisher: str
    day: str
    licence: str
    url: str
    status: str
    note: str


@dataclass(frozen=True, slots=True)
class Region:
    """A region: its NIS code, and the key other tables know it by (`Flanders`, `Wallonia`, `Brussels`).

    `row` and `column`, here and below, are its place in a grid of tiles, counted from the north-west.
    """

    code: str
    key: str
    name: Mapping[str, str]
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Province:
    """A province and its region."""

    code: str
    region: Region
    name: Mapping[str, str]
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Arrondissement:
    """An administrative arrondissement; Brussels-Capital lies in no province.

    `short` is three letters for it, the same in every language, where the first three of its name would be taken for
    another's.
    """

    code: str
    province: Province | None
    region: Region
    name: Mapping[str, str]
    short: str
    row: int
    column: int

    def initials(self, lang: str) -> str:
        """Return three letters that stand for it in a small tile, no two the same in one language."""
        return self.short or self.name[lang][:3].upper()


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality: its arrondissement, its names, and its inhabitants on 1 January 2020."""

    code: str
    arrondissement: Arrondissement
    name: Mapping[str, str]
    inhabitants: int


@cache
def sources() -> dict[str, Source]:
    """Return where each table comes from, by its name."""
    return {row["table"]: Source(**row) for row in _rows("sources")}


@cache
def regions() -> dict[str, Region]:
    """Return the regions by key."""
    return {row["key"]: Region(row["code"], row["key"], _names(row), *_tile(row)) for row in _rows("regions")}


@cache
def provinces() -> dict[str, Province]:
    """Return the provinces by NIS code."""
    of = regions()
    return {
        row["code"]: Province(row["code"], of[row["region"]], _names(row), *_tile(row)) for row in _rows("provinces")
    }


@cache
def arrondissements() -> dict[str, Arrondissement]:
    """Return the arrondissements by NIS code (`21000` is Brussels-Capital)."""
    of, within = regions(), provinces()
    return {
        row["code"]: Arrondissement(
            row["code"], within.get(row["province"]), of[row["region"]], _names(row), row["short"], *_tile(row)
        )
        for row in _rows("arrondissements")
    }


@cache
def municipalities() -> dict[str, Municipality]:
    """Return the municipalities by NIS code, as they were from 2019 to 2024."""
    of = arrondissements()
    return {
        row["code"]: Municipality(row["code"], of[row["code"][:2] + "000"], _names(row), int(row["inhabitants"]))
        for row in _rows("municipalities")
    }


def municipality(code: str) -> Municipality:
    """Return a municipality by NIS code; raises `Problems` (`unknown_municipality`)."""
    found = municipalities().get(code)
    if found is None:
        near = ", ".join(sorted(each for each in municipalities() if each[:4] == code[:4])[:5])
        mend = f"nearest: {near}" if near else "write the five digits of its NIS code, as of 2019 to 2024"
        raise Problems([Problem("unknown_municipality", f"no municipality has the NIS code {code[:20]!r}", mend=mend)])
    return found


def find(text: str) -> list[Municipality]:
    """Return the municipalities whose name in any language, or NIS code, begins with a text or holds it.

    Accents, case and hyphens do not count. Those that are named so come first, then those that begin so; at most
    `MOST_FOUND`, none for an empty text.
    """
    wanted = _plain(text)
    if not wanted:
        return []
    places = municipalities()
    found = [
        (-rank, places[code].name["fr"], code) for code, names in _searched().items() if (rank := _rank(names, wanted))
    ]
    return [places[code] for _, _, code in sorted(found)[:MOST_FOUND]]


@cache
def _searched() -> dict[str, list[str]]:
    return {
        code: [code, *dict.fromkeys(_plain(name) for name in place.name.values())]
        for code, place in municipalities().items()
    }


def _rank(names: Sequence[str], wanted: str) -> int:
    if wanted in names:
        return 3
    if any(name.startswith(wanted) for name in names):
        return 2
    return 1 if any(f" {wanted}" in name for name in names) else 0


def _plain(text: str) -> str:
    letters = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return " ".join("".join(each if each.isalnum() else " " for each in letters.casefold()).split())


def _names(row: Mapping[str, str]) -> dict[str, str]:
    return {lang: row[f"name_{lang}"] for lang in LANGUAGES}


def _tile(row: Mapping[str, str]) -> tuple[int, int]:
    return int(row["tile_row"]), int(row["tile_column"])


def _rows(table: str) -> Sequence[dict[str, str]]:
    with (_FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))
