"""A published figure with its place, its coordinates and its provenance; tables and publications made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from medicomut.observatory.numbers import Figure, Kind

ACTIVE: Final = "active"
ADHERED: Final = "adhered"
REFUSED: Final = "refused"
RATE: Final = "rate"
REFUSAL_RATE: Final = "refusal_rate"
GAP: Final = "gap"
CHANGE: Final = "change"

COUNTS: Final = (ACTIVE, ADHERED, REFUSED)
"""Numbers of practitioners: active, those who adhered (did not refuse), those who refused."""
RATES: Final = (RATE, REFUSAL_RATE)
"""Shares of the active, in percent: adhered, refused."""
DIFFERENCES: Final = (GAP, CHANGE)
"""Differences of two adhesion rates, in points: between professions, between years."""

COUNTRY: Final = "Belgium"
REGIONS: Final = ("Brussels", "Flanders", "Wallonia")
GP, SPECIALIST, ALL = "gp", "specialist", "all"

Status = Literal["published", "derived", "unverified", "synthetic"]
STATUSES: Final[tuple[Status, ...]] = ("published", "derived", "unverified", "synthetic")


def kind_of(measure: str) -> Kind:
    """Return what the figures of a measure are: counts, rates, or points."""
    if measure in COUNTS:
        return "count"
    return "rate" if measure in RATES else "points"


@dataclass(frozen=True, slots=True)
class Key:
    """What a figure is about.

    `region` is `Belgium`, one of `REGIONS`, or any other place as written; `profession` is `gp`, `specialist` or
    `all`; `specialty` is empty for all of them. `against` is what a difference subtracts: a profession or a year.
    """

    measure: str
    year: int | None
    region: str
    profession: str
    specialty: str = ""
    against: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a table: what it is, and where it stands: the table from 1, row and column as printed, the line."""

    key: Key
    figure: Figure
    table: int
    row: str
    column: str
    line: int
    status: Status
    source: str

    @property
    def name(self) -> str:
        """The name of the cell in findings: `1/Total Belgique/% MS conventionnés`."""
        return f"{self.table}/{self.row}/{self.column}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what its head says (`title`, `year`, `population` …), its headings and rows as printed, its cells."""

    number: int
    head: Mapping[str, str]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cells: tuple[Cell, ...]

    @property
    def is_text(self) -> bool:
        """Whether these are figures of sentences, not of a table."""
        return self.head.get("kind") == "text"


@dataclass(frozen=True, slots=True)
class Publication:
    """Tables published together, which must agree with one another; `head` is what holds for all of them."""

    name: str
    head: Mapping[str, str]
    tables: tuple[Table, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every figure, table by table, row by row."""
        return tuple(self.each())

    def each(self) -> Iterator[Cell]:
        """Yield every figure, table by table, row by row."""
        for table in self.tables:
            yield from table.cells
