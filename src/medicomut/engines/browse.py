"""A checked file for somebody who looks at it: what its columns hold, its lines a page at a time, one line explained.

The pages read a table of our own making, written once from the result: the columns we know, in pieces small enough
that a page of them is a few milliseconds however long the file is.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from medicomut.engines import files, notation
from medicomut.engines.header import meant
from medicomut.engines.local import Checker, repeated_ecgs
from medicomut.engines.outcome import ADDED, SEPARATOR
from medicomut.engines.people import read_rows
from medicomut.tariff.line import read_line
from medicomut.tariff.practitioners import from_rows
from medicomut.tariff.price import Priced, Pricer
from medicomut.tariff.vocabulary import LINE_COLUMNS

if TYPE_CHECKING:
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.fee_table import FeeTable

TABLE: Final = "table.parquet"
PEOPLE: Final = "people.parquet"
SHOWN_VALUES, LOOKED_AT, LONGEST, MOST_COLUMNS = 3, 1_000, 60, 200
PIECE: Final = 50_000
"""Lines of a piece of the table: what is read to show one of them."""

SHOWN: Final = ("line_id", "code", "date", "time", "practitioner", "charged_cents", "fee_cents", "excess_cents",
                "verdict", "basis", "reasons")  # fmt: skip
"""What a page of lines shows, where the file has it."""


def preview(source: files.Source) -> dict[str, Any]:
    """Return the columns of lines with their first values, and which of ours each seems to be.

    Each column has `name`, `values`, `read_as` (ours by name, or None), `likely` (ours it resembles, or None), `ways`
    (for each kind of `notation.KINDS`, the ways that read all of the first `LOOKED_AT` lines, with the first value
    read) and `unread` (a value that cannot be read as what the column seems to be, or None). `rows` is None where it
    is not cheap to know, `more` how many columns beyond `MOST_COLUMNS` are not shown. Raises `Problems` for a file that
    cannot be read, or that has no line.
    """
    names = source.frame.collect_schema().names()
    likely = meant(names)
    with files.naming_faults(source.path):
        first = source.frame.select(names[:MOST_COLUMNS]).head(LOOKED_AT).collect()
    columns = [_column(first[name], likely.get(name)) for name in first.columns]
    return {"columns": columns, "rows": source.rows if len(first) else 0, "more": len(names) - len(columns)}


def _column(values: pl.Series, likely: str | None) -> dict[str, Any]:
    name = values.name
    ours = name if name in LINE_COLUMNS else likely
    texts = [_text(value) for value in values]
    ways = {kind: notation.fitting(column, texts) for kind, column in notation.KINDS.items()}
    return {"name": name, "values": [_short(value) for value in values[:SHOWN_VALUES]], "likely": likely,
            "read_as": name if name in LINE_COLUMNS else None, "ways": ways,
            "unread": _unread(ours, values, ways) if ours else None}  # fmt: skip


def _text(value: Any) -> Any:
    """Return a value as text says it; a whole number kept as a fraction is one, see `files`."""
    return int(value) if isinstance(value, float | Decimal) and value % 1 == 0 else value


def _unread(ours: str, values: pl.Series, ways: dict[str, dict[str, str]]) -> str | None:
    """Return the first value that cannot be read as a column of ours, nor as one that is written in another way."""
    if (kind := notation.kind_of(ours)) and ways[kind]:
        return None
    bad = (value for value in values.unique(maintain_order=True) if read_line({ours: _text(value)}).unreadable)
    return next((_short(value) for value in bad), None)


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def write(result: Path, people: Path | None) -> None:
    """Write the tables the pages read beside a result in Parquet: of its lines, and of the practitioners."""
    source = files.open_lines(result)
    present = source.frame.collect_schema().names()
    with files.naming_faults(result), files.placed(result.with_name(TABLE)) as part:
        given = [name for name in LINE_COLUMNS if name in present]
        # A result in a format of text has everything as text.
        found = [pl.col(name).cast(pl.Int64 if name.endswith("_cents") else pl.String) for name in ADDED]
        wanted = source.frame.select(*given, *found)
        wanted.sink_parquet(part, compression="lz4", row_group_size=PIECE)
    if people:
        with files.placed(result.with_name(PEOPLE)) as part:
            read_rows(people).write_parquet(part)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines somebody wants to see; what is empty does not narrow them."""

    verdict: str = ""
    reason: str = ""
    practitioner: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, each with its number in the file (`row`, from 0), and how many there are of their kind."""

    lines: list[dict[str, Any]]
    total: int


def page(folder: Path, wanted: Wanted, first: int, most: int) -> Page:
    """Return the lines wanted, from the `first` of them on, at most so many."""
    lines = pl.scan_parquet(folder / TABLE)
    present = lines.collect_schema().names()
    shown = [name for name in SHOWN if name in present]
    chosen = _chosen(wanted, present)
    if chosen is None:
        total = lines.select(pl.len()).collect().item()
        found = lines.select(shown).slice(first, most).collect()
        return Page([{"row": first + at, **row} for at, row in enumerate(found.iter_rows(named=True))], total)
    rows = lines.select(chosen.alias("of_these")).collect()["of_these"].arg_true()
    here = rows[first : first + most].to_list()
    if not here:
        return Page([], len(rows))
    # Those of a page mostly lie near each other: what lies between them is read with them, a piece at a time.
    found = pl.concat(_gathered(lines.select(shown), here))
    return Page([{"row": row, **line} for row, line in zip(here, found.iter_rows(named=True), strict=True)], len(rows))


def _gathered(lines: pl.LazyFrame, rows: list[int]) -> list[pl.DataFrame]:
    pieces: dict[int, list[int]] = {}
    for row in rows:
        pieces.setdefault(row // PIECE, []).append(row % PIECE)
    return [lines.slice(piece * PIECE, PIECE).collect()[within] for piece, within in pieces.items()]


def _chosen(wanted: Wanted, present: list[str]) -> pl.Expr | None:
    conditions = []
    if wanted.verdict:
        conditions.append(pl.col("verdict").cast(pl.String) == wanted.verdict)
    if wanted.reason:
        named = SEPARATOR + pl.col("reasons").cast(pl.String) + SEPARATOR
        conditions.append(
            named.str.contains(SEPARATOR + wanted.reason + SEPARATOR, literal=True).fill_null(value=False)
        )
    if wanted.practitioner and "practitioner" in present:
        conditions.append((pl.col("practitioner").cast(pl.String) == wanted.practitioner).fill_null(value=False))
    elif wanted.practitioner:
        conditions.append(pl.lit(value=False))
    return pl.all_horizontal(conditions) if conditions else None


@dataclass(frozen=True, slots=True)
class Explained:
    """One line of a file as it stands in the table, and priced again with every step kept."""

    line: dict[str, Any]
    priced: Priced


def explain(folder: Path, row: int, conditions: Conditions, fees: FeeTable) -> Explained | None:
    """Price one line of a table again, by its number in the file; None where there is none."""
    lines = pl.scan_parquet(folder / TABLE)
    present = lines.collect_schema().names()
    found = lines.slice(row, 1).collect()
    if not len(found):
        return None
    given = found.select(name for name in LINE_COLUMNS if name in present)
    repeated = Checker(conditions, fees, None, repeated_ecgs(lines, conditions)).has_repeated_ecg(given)
    people = read_rows(folder / PEOPLE) if (folder / PEOPLE).exists() else None
    table = None if people is None else from_rows(people.iter_rows(named=True), PEOPLE)
    line = given.row(0, named=True)
    return Explained(line, Pricer(conditions, fees, table).price(line, ecg_repeated=repeated))
