"""A check from file to file: a few chunks at work at a time, results in the order of the lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import polars as pl

from medicomut.engines import files
from medicomut.engines.columns import charged_sum
from medicomut.engines.header import check_columns
from medicomut.engines.local import Checked, Checker, repeated_ecgs
from medicomut.engines.outcome import ADDED
from medicomut.engines.summary import Summary
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.practitioners import Practitioners

WORKERS = 3

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
    with files.naming_faults(source.path):
        repeated = repeated_ecgs(source.frame, conditions)
    checker = Checker(conditions, fees, practitioners, repeated)
    summary = Summary()
    text = out.suffix.lower() != ".parquet"

    def chunks() -> Iterator[pl.DataFrame]:
        for chunk, checked in _checked(source, checker):
            summary.add(chunk, checked, charged_sum(chunk))
            if progress:
                progress(summary.lines)
            yield chunk.hstack(checked.columns)

    schema = pl.Schema({**source.frame.collect_schema(), **ADDED})
    if text:
        files.write(out, _as_text(pl.DataFrame(schema=schema)).schema, lambda: map(_as_text, chunks()), source.rows)
    else:
        files.write(out, schema, chunks, source.rows)
    return summary


def _checked(source: files.Source, checker: Checker) -> Iterator[tuple[pl.DataFrame, Checked]]:
    waiting: deque[tuple[pl.DataFrame, Future[Checked]]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        for chunk in source.chunks():
            waiting.append((chunk, pool.submit(checker.check, chunk)))
            if len(waiting) > WORKERS:
                done, result = waiting.popleft()
                yield done, result.result()
        while waiting:
            done, result = waiting.popleft()
            yield done, result.result()


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Write categories as text, so that every format of text can hold them; what we add and leave empty is null."""
    categories = [n for n, dtype in frame.schema.items() if isinstance(dtype, pl.Categorical | pl.Enum)]
    text = {name: pl.col(name).cast(pl.String) for name in categories}
    return frame.with_columns(**{n: c.replace("", None) if n in ADDED else c for n, c in text.items()})
