"""Whose column is which: a file's own names for the columns the check reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from medicomut.errors import Place, Problem, Problems
from medicomut.tariff.vocabulary import LINE_COLUMNS

KEPT = "{} (not read)"
"""What a column is called that bears a name of ours and is not read under it."""


def renamed(present: Sequence[str], columns: Mapping[str, str], where: Place) -> dict[str, str]:
    """Return the names that columns of a file take so that each of `columns` (ours: theirs) is read from its own.

    An empty name of theirs says that ours is read from none. A column that bears a name of ours and is not the one
    to be read steps aside: it is kept under another name. Raises `Problems` (`unknown_column`, `no_such_column`,
    `column_twice`), every one of them.
    """
    faults = list(_faults(present, columns, where))
    if faults:
        raise Problems(faults)
    names = {theirs: ours for ours, theirs in columns.items() if theirs}
    for ours in columns:
        if ours in present and ours not in names:
            names[ours] = _free(KEPT.format(ours), present)
    return {theirs: ours for theirs, ours in names.items() if theirs != ours}


def _faults(present: Sequence[str], columns: Mapping[str, str], where: Place) -> Iterator[Problem]:
    read: dict[str, str] = {}
    for ours, theirs in columns.items():
        if ours not in LINE_COLUMNS:
            mend = f"those it reads: {', '.join(LINE_COLUMNS)}"
            yield Problem("unknown_column", f"the check reads no column {ours[:100]!r}", where, mend=mend)
        elif theirs and theirs not in present:
            mend = f"the columns found are: {', '.join(present)}"
            yield Problem("no_such_column", f"the file has no column {theirs[:100]!r}", where, mend=mend)
        elif theirs in read:
            what = f"the column {theirs[:100]!r} is to be read as {read[theirs]} and as {ours}"
            yield Problem("column_twice", what, where, "a column holds one thing", "name each column once")
        elif theirs:
            read[theirs] = ours


def _free(name: str, present: Sequence[str]) -> str:
    while name in present:
        name = KEPT.format(name)
    return name
