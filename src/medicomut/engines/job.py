"""A check from file to file: a few chunks at work at a time, results in the order of the lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import polars as pl

from medicomut.engines import files
from medicomut.engines.columns import charged_sum
from medicomut.engines.header import check_columns
from medicomut.engines.local import Checked, Checker, repeated_ecgs
from medicomut.engines.outcome import ADDED
from medicomut.engines.parquet_columns import Encoded, Extended, Span, encode, extended
from medicomut.engines.summary import Summary
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.practitioners import Practitioners

WORKERS, AHEAD = 2, 2
"""Chunks at work at a time, and chunks that wait or are done before those in front of them are written."""

Progress = Callable[[int], None]
"""Told the number of lines done so far."""


def check_file(
    source: files.Source,
    out: Path,
    conditions: Conditions,
    fees: FeeTable,
    practitioners: Practitioners | None,
    progress: Progress | None = None,
) -> Summary:
    """Check every line of a file and write it with the columns of `ADDED`; return the summary.

    Memory stays flat, lines keep their order, the same input gives the same bytes. What ends the check early
    (a fault, an interruption) leaves no half file. Raises `Problems` for input that cannot be used at all.
    """
    check_columns(source)
    with files.naming_faults(source.path), ThreadPoolExecutor(1) as beside:
        repeated = beside.submit(repeated_ecgs, source.frame, conditions)
        whole = _extended(source, out)
        checker, summary = Checker(conditions, fees, practitioners), Summary()
        checker.repeated = repeated.result()

    def counted(done: Iterator[_Done]) -> Iterator[_Done]:
        for chunk in done:
            summary.add(chunk.lines, chunk.checked, chunk.charged)
            if progress:
                progress(summary.lines)
            yield chunk

    if whole:
        tasks = (partial(_check_span, source, checker, span) for span in whole.spans(files.CHUNK))
        with files.placed(out) as part:
            whole.write(part, (group for done in counted(_in_order(tasks)) for group in done.encoded))
        return summary
    chunks = (partial(_check_chunk, checker, chunk) for chunk in source.chunks())
    schema = pl.Schema({**source.frame.collect_schema(), **ADDED})
    as_text = _as_text if out.suffix.lower() != ".parquet" else _as_added

    def results() -> Iterator[pl.DataFrame]:
        return (as_text(done.lines.hstack(done.checked.columns)) for done in counted(_in_order(chunks)))

    files.write(out, as_text(pl.DataFrame(schema=schema)).schema, results, source.rows)
    return summary


@dataclass(frozen=True, slots=True)
class _Done:
    """Some lines, what was found on them, what was charged in cents, and the result ready to be added to a file."""

    lines: pl.DataFrame
    checked: Checked
    charged: int
    encoded: list[Encoded] = field(default_factory=list)


def _extended(source: files.Source, out: Path) -> Extended | None:
    """Return the file of lines as one to which the result can be added; None where lines are written anew."""
    if source.path.suffix.lower() != ".parquet" or out.suffix.lower() != ".parquet":
        return None
    as_it_is = pl.read_parquet_schema(source.path) == source.frame.collect_schema()
    return extended(source.path, pl.Schema(ADDED)) if as_it_is else None


def _check_chunk(checker: Checker, chunk: pl.DataFrame) -> _Done:
    return _Done(chunk, checker.check(chunk), charged_sum(chunk))


def _check_span(source: files.Source, checker: Checker, span: Span) -> _Done:
    wanted = [name for name in source.frame.collect_schema() if name in checker.reads]
    with files.naming_faults(source.path):
        chunk = source.frame.select(wanted).slice(span.first, span.rows).collect()
    done = _check_chunk(checker, chunk)
    return replace(done, encoded=encode(done.checked.columns, span.groups))


def _in_order(tasks: Iterator[Callable[[], _Done]]) -> Iterator[_Done]:
    """Yield what the tasks return in their order; a few are at work at a time."""
    waiting: deque[Future[_Done]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        for task in tasks:
            waiting.append(pool.submit(task))
            if len(waiting) > WORKERS + AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _as_added(frame: pl.DataFrame) -> pl.DataFrame:
    """Give what was added the same types in every chunk."""
    return frame.cast(pl.Schema(ADDED))


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Write categories as text, so that every format of text can hold them; what we add and leave empty is null."""
    categories = [n for n, dtype in frame.schema.items() if isinstance(dtype, pl.Categorical | pl.Enum)]
    text = {name: pl.col(name).cast(pl.String) for name in categories}
    return frame.with_columns(**{n: c.replace("", None) if n in ADDED else c for n, c in text.items()})
