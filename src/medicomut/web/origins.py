"""Where the figures come from: the sources of fees, as their table names them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from medicomut.tariff.fees import SHIPPED


@dataclass(frozen=True, slots=True)
class Source:
    """A source of fees: its title, in English as the table holds it, and its addresses."""

    title: str
    url: str


@cache
def fee_sources() -> Mapping[str, Source]:
    """Return the sources of the shipped fees by id; the table was checked when the fees were loaded."""
    with (SHIPPED / "sources.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: Source(row["title"], row["url"]) for row in csv.DictReader(file)}
