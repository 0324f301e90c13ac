"""Where the figures come from: the sources of fees, as their table names them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from medicomut.tariff.fees import SHIPPED


@dataclass(frozen=True, slots=True)
class Source:
    """A source of fees: its title, in English as the table holds it, and its addresses."""

    title: str
    url: str


@cache
def fee_sources(folder: Path | None = None) -> Mapping[str, Source]:
    """Return the sources of a folder of fees, else of those shipped, by id; loading checked the table."""
    with ((folder or SHIPPED) / "sources.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: Source(row["title"], row["url"]) for row in csv.DictReader(file)}
