"""What is asked of the observatory by strangers: their tables judged beside the server, bounded in size and in time.

A table is judged in a process of its own that is ended when it takes too long; nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeVar

import polars as pl
from anyio import CapacityLimiter, fail_after, to_process
from starlette.exceptions import HTTPException

from medicomut.api.problems import fault
from medicomut.api.registered import Registered
from medicomut.errors import Place, Problem, Problems
from medicomut.money import Lang
from medicomut.observatory.access import COLUMNS, REQUIRED, Supply, supply
from medicomut.observatory.own import judge_own
from medicomut.observatory.withheld import Public, public_supply

T = TypeVar("T")

LARGEST_TABLE: Final = 200_000
"""Bytes of a table of figures, at most."""
LARGEST_LIST: Final = 4_000_000
"""Bytes of a list of practitioners, at most."""
MOST_ROWS: Final = 200_000
SECONDS: Final = 20
"""How long the figures of a table may be looked at; tables as they are printed take a fraction of one."""


def judging() -> CapacityLimiter:
    """Return what lets one table at a time be judged beside the server."""
    return CapacityLimiter(1)


async def judged(limiter: CapacityLimiter, content: bytes, name: str, lang: Lang) -> dict[str, dict[str, Any]]:
    """Return `judge_own` from a process beside the server. Raises `Problems` (`table_too_large`); 503 when too slow."""
    if len(content) > LARGEST_TABLE:
        what = f"the table has more than {LARGEST_TABLE:,} bytes"
        raise fault("table_too_large", what, "keep the tables that are to be compared")
    return await _beside(limiter, judge_own, content, name, lang)


async def _beside(limiter: CapacityLimiter, work: Callable[..., T], *given: object) -> T:
    try:
        with fail_after(SECONDS):
            return await to_process.run_sync(work, *given, cancellable=True, limiter=limiter)
    except TimeoutError:
        raise HTTPException(503, "the table took too long") from None


def counted(here: Registered, day: date) -> Public:
    """Return the practitioners of the register by municipality as anybody may see them; counted once until it changes.

    Raises `Problems` (`too_few_counted`).
    """
    return _counted(here, here.ledger.head().sequence, day)


@lru_cache(maxsize=16)
def _counted(here: Registered, head: int, day: date) -> Public:  # noqa: ARG001 - what is kept holds for one head
    cells = here.register.counted(day, here.terms, ("profession", "municipality"))
    return public_supply((profession, code, number) for ((profession, code), _), number in cells.items())


def read_practitioners(content: bytes, name: str) -> Supply:
    """Count the general practitioners of a CSV that was sent. Raises `Problems` with every fault, the first hundred."""
    if len(content) > LARGEST_LIST:
        what = f"the list has more than {LARGEST_LIST:,} bytes"
        raise fault("list_too_large", what, "send the columns municipality, profession and fte only")
    where = Place(file=name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    header = text.partition("\n")[0]
    try:
        frame = pl.read_csv(text.encode(), infer_schema=False, separator=max(",;\t", key=header.count))
    except pl.exceptions.PolarsError:
        raise Problems([Problem("bad_csv", "the rows cannot be read", where, mend="save it as CSV, UTF-8")]) from None
    named = {column: column.strip().lower() for column in frame.columns}
    present = [column for column, plain in named.items() if plain in COLUMNS]
    if REQUIRED[0] not in named.values() or len({named[column] for column in present}) < len(present):
        mend = f"begin the file with {','.join(COLUMNS)}; only {REQUIRED[0]} is needed, each once"
        raise Problems([Problem("missing_column", f"the columns are {header[:200]!r}", where, mend=mend)])
    if len(frame) > MOST_ROWS:
        raise fault("too_many_practitioners", f"more than {MOST_ROWS:,} rows", "send practitioners of one country")
    rows = frame.select(pl.col(column).alias(named[column]) for column in present)
    return supply(rows.iter_rows(named=True), name)
