"""Reading lines from files and writing results: chunk by chunk, whole or not at all."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time
from glob import escape
from pathlib import Path
from typing import IO

import polars as pl
from polars.exceptions import PolarsError
from polars.io.plugins import register_io_source

from medicomut.engines import json_lines, notation
from medicomut.engines.broken import broken, header_faults, repeated_column, separator
from medicomut.engines.mapping import renamed
from medicomut.errors import Place, Problem, Problems
from medicomut.tariff.vocabulary import LINE_COLUMNS

FORMATS = (".parquet", ".csv", ".jsonl", ".xlsx")
XLSX_ROWS = 1_048_575
"""What one sheet of an .xlsx file can hold below its header."""

FIRST_REAL_YEAR = 1901
CHUNK, TEXT_CHUNK = 750_000, 100_000
"""Lines read at a time: a line of text takes several times the memory of a typed one."""

TIME_FORMAT = "%H:%M:%S%.f"

_RENAMED = re.compile(r"_[0-9]+$")

_SYSTEM = re.compile(r"[^:]+\(os error [0-9]+\)")

_SAME_MOMENT = datetime(2020, 1, 1)  # noqa: DTZ001 - a workbook names its maker's clock; the same lines, the same bytes


@dataclass(frozen=True, slots=True)
class Source:
    """Lines to be read: `frame` is lazy, `rows` the number of lines when it is cheap to know."""

    path: Path
    frame: pl.LazyFrame
    rows: int | None

    def chunks(self, size: int | None = None) -> Iterator[pl.DataFrame]:
        """Yield the lines in their order, `size` at a time; raises `Problems` where the file breaks off."""
        size = size or (CHUNK if self.path.suffix.lower() == ".parquet" else TEXT_CHUNK)
        with naming_faults(self.path):
            batches = self.frame.collect_batches(chunk_size=size, maintain_order=True)
        while True:
            with naming_faults(self.path):
                batch = next(batches, None)
            if batch is None:
                return
            if len(batch):
                yield batch


@contextmanager
def naming_faults(path: Path) -> Iterator[None]:
    """Turn what stops the reading of a file into `Problems` that name the place in it."""
    try:
        yield
    except PolarsError as fault:
        raise Problems([broken(path, fault)]) from None


def open_lines(
    path: Path,
    known: Sequence[str] = LINE_COLUMNS,
    columns: Mapping[str, str] | None = None,
    written: Mapping[str, str] | None = None,
) -> Source:
    """Open a file of lines by its ending; raises `Problems` when it cannot be read as what it says it is.

    A column that differs from a `known` one in capitals and blanks only is taken for it and bears its name.
    `columns` says which of the others is which of ours (ours: theirs, see `mapping.renamed`), `written` how a column of
    ours is written in the file where not our way (see `notation`): what was sent then stays beside what is read.
    """
    if not path.is_file():
        what = "this is a folder" if path.is_dir() else "there is no such file"
        raise Problems([Problem("no_file", what, Place(file=str(path)), mend="check the path")])
    if path.suffix.lower() not in FORMATS:
        raise Problems([_unknown_format(path)])
    faults = header_faults(path) if path.suffix.lower() == ".csv" else []
    if faults:
        raise Problems(faults)
    with naming_faults(path):
        opened = _open(path)
        frame = opened.frame.rename(_plainly_named(opened.frame.collect_schema().names(), known))
        if columns or written:
            names = renamed(frame.collect_schema().names(), columns or {}, Place(file=str(path)))
            frame = notation.beside(frame.rename(names), names, written or {})
            frame = notation.as_told(_hours(_exact(frame)), written or {})
        return replace(opened, frame=frame)


def _plainly_named(present: list[str], known: Sequence[str]) -> dict[str, str]:
    """Return, for each column that can only be one of those known, the name it should bear."""
    plain = {name: "_".join(name.lower().split()) for name in present}
    counts = Counter(plain.values())
    return {name: to for name, to in plain.items() if name != to and to in known and counts[to] == 1}


def _open(path: Path) -> Source:
    match path.suffix.lower():
        case ".parquet":
            frame = pl.scan_parquet(path)
            return Source(path, _hours(_exact(frame)), frame.select(pl.len()).collect().item())
        case ".csv":
            frame = pl.scan_csv(path, infer_schema=False, separator=separator(path))
            return Source(path, frame, None)
        case ".jsonl":
            return Source(path, json_lines.scan(path, LINE_COLUMNS), None)
        case _:
            sheet = _sheet(path)
            return Source(path, _exact(sheet.lazy()), len(sheet))


def _exact(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Turn our columns of fractions into text: 3000.0 is 3000, 22.5 stays for the reader of cents to refuse."""
    fractions = [n for n, dtype in frame.collect_schema().items() if dtype.is_float() or dtype.is_decimal()]
    return frame.with_columns(
        pl.when(pl.col(name) % 1 == 0)
        .then(pl.col(name).cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(pl.col(name).cast(pl.String))
        for name in fractions
        if name in LINE_COLUMNS
    )


def _hours(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Turn a `time` kept as moments of one single day into hours; of several days they stay, to be refused."""
    if frame.collect_schema().get("time") != pl.Datetime:
        return frame
    first, last = frame.select(pl.col("time").min().alias("a"), pl.col("time").max().alias("b")).collect().row(0)
    one_day = first is None or first.date() == last.date()
    return frame.with_columns(pl.col("time").dt.time()) if one_day else frame


def from_rows(path: Path, rows: list[dict[str, object]]) -> Source:
    """Take lines that were read otherwise, such as from a FHIR bundle."""
    columns = dict.fromkeys(name for row in rows for name in row)
    frame = pl.DataFrame(
        {name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in columns},
        schema=dict.fromkeys(columns, pl.String),
    )
    return Source(path, frame.lazy(), len(frame))


def _sheet(path: Path) -> pl.DataFrame:
    """Read the first sheet; whole numbers and days that a spreadsheet keeps as fractions become what they are."""
    try:
        sheet = pl.read_excel(path, infer_schema_length=None)
    except Exception as fault:  # noqa: BLE001 - the reader's faults have no common type
        raise Problems([broken(path, fault)]) from None
    _refuse_repeated(path, sheet.columns)
    columns = []
    for series in sheet:
        found = series
        if series.dtype.is_float() and (series.drop_nulls() % 1 == 0).all():
            found = series.cast(pl.Int64)
        elif series.dtype == pl.Datetime and (series.drop_nulls().dt.year() < FIRST_REAL_YEAR).all():
            found = series.dt.time()  # a spreadsheet keeps an hour as a moment of its day nought
        elif series.dtype == pl.Datetime and (series.drop_nulls().dt.time() == time(0)).all():
            found = series.cast(pl.Date)
        columns.append(found)
    return pl.DataFrame(columns)


def _refuse_repeated(path: Path, columns: list[str]) -> None:
    """Raise `Problems` for a column named twice, which the reader of sheets renames code_1 in silence."""
    renamed = [name for name in columns if _RENAMED.sub("", name) in columns and _RENAMED.search(name)]
    if not renamed:
        return
    header = pl.read_excel(path, has_header=False, infer_schema_length=0, read_options={"n_rows": 1}).row(0)
    repeated = [name for name in dict.fromkeys(header) if name and header.count(name) > 1]
    if repeated:
        raise Problems(repeated_column(path, name, header.count(name)) for name in repeated)


def _unknown_format(path: Path) -> Problem:
    return Problem(
        "unknown_format",
        f"{path.suffix or 'no ending'} is not a format of tables",
        Place(file=str(path)),
        mend=f"use one of: {', '.join(FORMATS)}; to read, a FHIR bundle as .json or .xml too",
    )


def refuse_place(path: Path) -> None:
    """Raise `Problems` when nothing can be written to a path: an ending that is none of ours, or a folder."""
    if path.suffix.lower() not in FORMATS:
        raise Problems([_unknown_format(path)])
    if path.is_dir():
        raise Problems([_cannot_write(path, "a folder has this name")])


def write(path: Path, schema: pl.Schema, chunks: Callable[[], Iterator[pl.DataFrame]], rows: int | None) -> None:
    """Write chunks to a file by its ending, see `placed`; raises `Problems` for what the format cannot hold."""
    if path.suffix.lower() == ".xlsx":
        _refuse_overflow(path, rows or 0)
    with placed(path) as part:
        _write(path, part, schema, chunks)


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """Give a temporary name to write to, which becomes the file when all is written.

    Whatever ends the writing early, no half file stays and what was there before is untouched. Raises `Problems`
    for an ending that is none of ours, or a place that cannot be written to.
    """
    refuse_place(path)
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix.lower()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_stale(path)
        try:
            yield part
            part.replace(path)
        finally:
            try:
                part.unlink(missing_ok=True)
            except KeyboardInterrupt:  # one Ctrl-C can arrive twice: through Polars, then through Python
                part.unlink(missing_ok=True)
                raise
    except OSError as fault:
        raise Problems([_cannot_write(path, _outwardly(fault.strerror or str(fault), part, path))]) from None


def _clear_stale(path: Path) -> None:
    """Remove what processes that are gone left of an earlier writing to the same path."""
    for left in path.parent.glob(f".{escape(path.stem)}.*.part{escape(path.suffix.lower())}"):
        number = left.name.removesuffix(path.suffix.lower()).removesuffix(".part").rpartition(".")[2]
        if number.isdecimal() and left.stem == f".{path.stem}.{number}.part" and not _runs(int(number)):
            left.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it is somebody else's
        return True
    return True


def _outwardly(text: str, part: Path, path: Path) -> str:
    """Return a fault's text with the name the caller gave in place of the temporary one."""
    return text.replace(str(part), str(path)).replace(part.name, path.name)


def _write(path: Path, part: Path, schema: pl.Schema, chunks: Callable[[], Iterator[pl.DataFrame]]) -> None:
    ending = part.suffix
    if ending == ".xlsx":
        _write_sheet(path, part, pl.concat([pl.DataFrame(schema=schema), *chunks()]))
        return
    failed: list[BaseException] = []

    def source() -> Iterator[pl.DataFrame]:
        try:
            yield from chunks()
        except GeneratorExit:  # the writer stopped first, and says why itself
            raise
        except BaseException as fault:
            failed.append(fault)
            raise

    try:
        # An interrupted sink may still be at work: given the open file and not its name, it cannot make it anew.
        with part.open("wb") as file:
            if ending == ".parquet":
                lazy = register_io_source(lambda *_: source(), schema=schema)
                lazy.sink_parquet(file, compression="uncompressed", statistics=False, row_group_size=CHUNK)
            elif ending == ".csv":
                _write_csv(file, pl.DataFrame(schema=schema), source())
            else:
                _write_jsonl(file, source())
    except PolarsError as fault:
        if failed:  # what went wrong is what the chunks raised, not that the writer stopped
            raise failed[0] from None
        why = _outwardly(next(iter(str(fault).splitlines()), ""), part, path)
        if system := _SYSTEM.search(why):  # a full disk, told in Polars's words
            raise Problems([_cannot_write(path, system[0].strip())]) from None
        mend = "leave such columns out, or write .parquet"
        raise Problems([Problem("cannot_hold", f"a {ending} file cannot hold these columns", Place(file=str(path)), why,
                                mend)]) from None  # fmt: skip


# Polars's own sinks of text run ahead of what is written and keep it in memory: chunk after chunk stays flat.
def _write_csv(file: IO[bytes], empty: pl.DataFrame, chunks: Iterator[pl.DataFrame]) -> None:
    empty.write_csv(file)
    for chunk in chunks:
        chunk.write_csv(file, include_header=False, time_format=TIME_FORMAT)


def _write_jsonl(file: IO[bytes], chunks: Iterator[pl.DataFrame]) -> None:
    for chunk in chunks:
        chunk.write_ndjson(file)


def _write_sheet(path: Path, part: Path, frame: pl.DataFrame) -> None:
    from xlsxwriter import Workbook  # noqa: PLC0415 - only for this format
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    _refuse_overflow(path, len(frame))
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with Workbook(part, options) as book:
            book.set_properties({"created": _SAME_MOMENT})
            frame.write_excel(book, autofit=True)
    except FileCreateError as fault:  # what the system said of the file, under a name of its own
        raise OSError(*fault.args) from None


def _refuse_overflow(path: Path, rows: int) -> None:
    if rows > XLSX_ROWS:
        raise Problems([Problem("too_many_rows", f"{rows} lines", Place(file=str(path)), f"a sheet holds {XLSX_ROWS}",
                                "write .parquet or .csv instead")])  # fmt: skip


def _cannot_write(path: Path, what: str) -> Problem:
    return Problem("cannot_write", what, Place(file=str(path)), "the result needs a place",
                   "name a file in a folder you may write to")  # fmt: skip
