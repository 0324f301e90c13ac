"""A count as rows of a table: codes and the names a reader gives them, figures, changes, what is masked left empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medicomut.accession.statistics import Change, Key, Row, label


def records(
    rows: Sequence[Row],
    by: Sequence[str],
    lang: str,
    least: int = 0,
    since: Mapping[Key, Change] | None = None,
    year: int | None = None,
) -> list[dict[str, Any]]:
    """Return a flat row for each count, with the same columns in each.

    Counts behind which fewer than `least` persons stand are None, and `masked` is true. `since` adds the figures of an
    earlier day and what changed; `year` a first column.
    """
    return [_record(row, by, lang, least, None if since is None else since[row.key], year) for row in rows]


def _record(
    row: Row, by: Sequence[str], lang: str, least: int, change: Change | None, year: int | None
) -> dict[str, Any]:
    found: dict[str, Any] = {} if year is None else {"year": year}
    for name, value in zip(by, row.key, strict=True):
        found |= {name: value, f"{name}_name": label(name, value, lang)}
    counted = row.to_dict(by, least)
    found |= {name: value for name, value in counted.items() if name not in by}
    if change is not None:
        found |= change.to_dict(least)
    return found | {"masked": None in row.figures(least).values()}
