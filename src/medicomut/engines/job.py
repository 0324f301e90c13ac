"""A check from file to file: two chunks at work at a time, results in the order of the lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import polars as pl

from medicomut.engines import files
from medicomut.engines.columns import charged_sum
from medicomut.engines.local import Checker, repeated_ecgs
from medicomut.engines.outcome import ADDED
from medicomut.engines.summary import Summary
from medicomut.errors import Place, Problem, Problems
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.practitioners import Practitioners
from medicomut.tariff.vocabulary import LINE_COLUMNS, REQUIRED_COLUMNS

WORKERS = 2

Progress = Callable[[int], None]
"""Told the number of lines done so far."""


def check_columns(source: files.Source) -> list[Problem]:
    """Return a warning for each column that looks like a misspelt one of ours.

    Raises `Problems` when a column the check needs is missing or one it adds is there already.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only for this

    present = source.frame.collect_schema().names()
    where = Place(file=str(source.path))
    problems = [
        Problem(
            "missing_column",
            f"there is no column {name}",
            where,
            "no line can be checked without it",
            f"add it; the columns found are: {', '.join(present)}",
        )
        for name in REQUIRED_COLUMNS
        if name not in present
    ]
    problems += [
        Problem(
            "column_taken",
            f"the column {name} is one the check adds",
            where,
            "its values would be lost",
            f"rename or remove {name}",
        )
        for name in ADDED
        if name in present
    ]
    if problems:
        raise Problems(problems)
    warnings = []
    for name in present:
        near = [] if name in LINE_COLUMNS else get_close_matches(name.lower().strip(), LINE_COLUMNS, n=1, cutoff=0.85)
        if near and near[0] not in present:
            warnings.append(
                Problem(
                    "column_not_read",
                    f"the column {name} is not read",
                    where,
                    f"the check knows {near[0]}",
                    f"rename it to {near[0]} if that is what it holds",
                    severity="warning",
                )
            )
    return warnings


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
    checker = Checker(conditions, fees, practitioners, repeated_ecgs(source.frame, conditions))
    summary = Summary()
    text = out.suffix.lower() != ".parquet"

    def chunks() -> Iterator[pl.DataFrame]:
        for chunk, result in _checked(source, checker):
            summary.add(chunk, result, charged_sum(chunk))
            if progress:
                progress(summary.lines)
            yield chunk.hstack(result)

    schema = pl.Schema({**source.frame.collect_schema(), **ADDED})
    if text:
        files.write(out, _as_text(pl.DataFrame(schema=schema)).schema, lambda: map(_as_text, chunks()), source.rows)
    else:
        files.write(out, schema, chunks, source.rows)
    return summary


def _checked(source: files.Source, checker: Checker) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    waiting: deque[tuple[pl.DataFrame, Future[pl.DataFrame]]] = deque()
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
    """Write categories as text, so that every format of text can hold them."""
    return frame.with_columns(
        pl.col(name).cast(pl.String)
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.Categorical | pl.Enum)
    )
