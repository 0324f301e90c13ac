"""Where the figures come from: the sources of fees and the remarks on them, as their tables say, in four languages."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from medicomut.agreement.text import Text
from medicomut.tariff.fees import SHARED_BY_LAW, SHIPPED

WORDS: Final = "words.yaml"
"""The file of a folder of fees that has its English texts in the other languages; no folder needs one."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source of fees: its title and its addresses."""

    title: Text
    url: str


@cache
def fee_sources(folder: Path | None = None) -> Mapping[str, Source]:
    """Return the sources of a folder of fees, else of those shipped, by id; loading checked the table.

    A title that nobody translated stands as the table has it.
    """
    known = _words(folder or SHIPPED).get("sources", {})
    with ((folder or SHIPPED) / "sources.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: Source(_text(row["title"], known.get(row["id"], {})), row["url"])
                for row in csv.DictReader(file)}  # fmt: skip


def remark(text: str, folder: Path | None = None) -> list[Text]:
    """Return what a fee says of itself (`how`, `note`), a text for each part; none for nothing."""
    known = _remarks(folder or SHIPPED)
    own, added, _ = text.partition(SHARED_BY_LAW)
    parts = [own.removesuffix("; "), added]
    return [_text(part, known.get(part, {})) for part in parts if part]


@cache
def _remarks(folder: Path) -> Mapping[str, Mapping[str, str]]:
    return {entry["en"]: entry for entry in (*_words(SHIPPED)["remarks"], *_words(folder).get("remarks", ()))}


@cache
def _words(folder: Path) -> Mapping[str, Any]:
    path = folder / WORDS
    found: dict[str, Any] = YAML(typ="safe").load(path.read_text("utf-8")) if path.exists() else {}
    return found


def _text(english: str, known: Mapping[str, str]) -> Text:
    return Text(**{lang: known.get(lang, english) for lang in ("fr", "nl", "de")}, en=english)
