"""Reading lines from files and writing results: chunk by chunk, whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import time
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError
from polars.io.plugins import register_io_source

from medicomut.errors import Place, Problem, Problems

FORMATS = (".parquet", ".csv", ".jsonl", ".xlsx")
XLSX_ROWS = 1_048_575
"""What one sheet of an .xlsx file can hold below its header."""

FIRST_REAL_YEAR = 1901
CHUNK = 500_000


@dataclass(frozen=True, slots=True)
class Source:
    """Lines to be read: `frame` is lazy, `rows` the number of lines when it is cheap to know."""

    path: Path
    frame: pl.LazyFrame
    rows: int | None

    def chunks(self, size: int = CHUNK) -> Iterator[pl.DataFrame]:
        """Yield the lines in their order, `size` at a time; raises `Problems` where the file breaks off."""
        batches = self.frame.collect_batches(chunk_size=size, maintain_order=True)
        while True:
            try:
                batch = next(batches)
            except StopIteration:
                return
            except PolarsError as fault:
                raise Problems([_broken(self.path, fault)]) from None
            if len(batch):
                yield batch


def open_lines(path: Path) -> Source:
    """Open a file of lines by its ending; raises `Problems` when it cannot be read as what it says it is."""
    if not path.is_file():
        raise Problems([Problem("no_file", f"{path} is not there", Place(file=str(path)), mend="check the path")])
    if path.suffix.lower() not in FORMATS:
        raise Problems([_unknown_format(path)])
    try:
        return _open(path)
    except PolarsError as fault:
        raise Problems([_broken(path, fault)]) from None


def _open(path: Path) -> Source:
    match path.suffix.lower():
        case ".parquet":
            frame = pl.scan_parquet(path)
            return Source(path, frame, frame.select(pl.len()).collect().item())
        case ".csv":
            frame = pl.scan_csv(path, infer_schema=False, separator=_separator(path))
            frame.collect_schema()
            return Source(path, frame, None)
        case ".jsonl":
            frame = pl.scan_ndjson(path, infer_schema_length=None)
            frame.collect_schema()
            return Source(path, frame, None)
        case _:
            sheet = _sheet(path)
            return Source(path, sheet.lazy(), len(sheet))


def from_rows(path: Path, rows: list[dict[str, object]]) -> Source:
    """Take lines that were read otherwise, such as from a FHIR bundle."""
    columns = dict.fromkeys(name for row in rows for name in row)
    frame = pl.DataFrame(
        {name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in columns},
        schema=dict.fromkeys(columns, pl.String),
    )
    return Source(path, frame.lazy(), len(frame))


def _separator(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        header = file.readline()
    return max(",;\t", key=header.count)


def _sheet(path: Path) -> pl.DataFrame:
    """Read the first sheet; whole numbers and days that a spreadsheet keeps as fractions become what they are."""
    try:
        sheet = pl.read_excel(path, infer_schema_length=None)
    except Exception as fault:  # noqa: BLE001 - the reader's faults have no common type
        raise Problems([_broken(path, fault)]) from None
    columns = []
    for series in sheet:
        found = series
        if series.dtype.is_float() and (series.drop_nulls() % 1 == 0).all():
            found = series.cast(pl.Int64)
        elif series.dtype == pl.Datetime and (series.drop_nulls().dt.year() < FIRST_REAL_YEAR).all():
            found = series.dt.time()  # a spreadsheet keeps an hour as a moment of its day nought
        elif series.dtype == pl.Datetime and (series.drop_nulls().dt.time() == time(0)).all():
            found = series.cast(pl.Date)
        elif series.dtype.is_float():
            found = series.cast(pl.String)
        columns.append(found)
    return pl.DataFrame(columns)


def _broken(path: Path, fault: Exception) -> Problem:
    if path.suffix.lower() == ".csv":
        with suppress(OSError, UnicodeError, csv.Error):
            separator = _separator(path)
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.reader(file, delimiter=separator)
                width = len(next(rows))
                for row in rows:
                    if len(row) > width:
                        return Problem(
                            "too_many_fields",
                            f"{len(row)} fields where the header names {width}",
                            Place(file=str(path), line=rows.line_num),
                            "a field belongs to a column",
                            'put a field that contains the separator in quotes: "a,b"',
                        )
    first = next(iter(str(fault).splitlines()), type(fault).__name__)
    return Problem("unreadable_file", first, Place(file=str(path)), "the file is not what its ending says",
                   "open it with the program that made it and save it again")  # fmt: skip


def _unknown_format(path: Path) -> Problem:
    return Problem(
        "unknown_format",
        f"{path.suffix or 'no ending'} is not a format of tables",
        Place(file=str(path)),
        mend=f"use one of: {', '.join(FORMATS)}; to read, a FHIR bundle as .json or .xml too",
    )


def write(path: Path, schema: pl.Schema, chunks: Callable[[], Iterator[pl.DataFrame]], rows: int | None) -> None:
    """Write chunks to a file by its ending: under a temporary name first, moved when whole.

    Raises `Problems` for an ending that is none of ours or a sheet that would overflow; whatever ends the
    writing early, no half file stays.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise Problems([_unknown_format(path)])
    if ending == ".xlsx" and rows is not None and rows > XLSX_ROWS:
        raise Problems([_overflow(path, rows)])
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{ending}")
    try:
        _write(part, ending, schema, chunks)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write(part: Path, ending: str, schema: pl.Schema, chunks: Callable[[], Iterator[pl.DataFrame]]) -> None:
    if ending == ".xlsx":
        frame = pl.concat(chunks(), how="vertical") if schema else pl.DataFrame()
        frame.write_excel(part, autofit=True)
        return
    failed: list[BaseException] = []

    def source(*_: object) -> Iterator[pl.DataFrame]:
        try:
            yield from chunks()
        except BaseException as fault:
            failed.append(fault)
            raise

    lazy = register_io_source(source, schema=schema)
    try:
        if ending == ".parquet":
            lazy.sink_parquet(part, compression="snappy", statistics=False, row_group_size=CHUNK)
        elif ending == ".csv":
            lazy.sink_csv(part)
        else:
            lazy.sink_ndjson(part)
    except PolarsError:
        if failed:  # what went wrong is what the chunks raised, not that the writer stopped
            raise failed[0] from None
        raise


def _overflow(path: Path, rows: int) -> Problem:
    return Problem("too_many_rows", f"{rows} lines", Place(file=str(path)), f"a sheet holds {XLSX_ROWS}",
                   "write .parquet or .csv instead")  # fmt: skip
