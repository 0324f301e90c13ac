"""The columns of a file of lines: those that must be there, those that may not, those that look misspelt."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from unicodedata import combining, normalize

from medicomut import words
from medicomut.engines.files import Source
from medicomut.engines.outcome import ADDED
from medicomut.errors import Place, Problem, Problems
from medicomut.tariff.vocabulary import LINE_COLUMNS, REQUIRED_COLUMNS

_ALIKE = 0.85
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")


def check_columns(source: Source) -> list[Problem]:
    """Return a warning for each column that looks like one of ours under another name.

    Raises `Problems` when a column the check needs is missing or one it adds is there already.
    """
    present = source.frame.collect_schema().names()
    likely = meant(present)
    where = Place(file=str(source.path))
    problems = [*_missing(present, likely, where), *_taken(present, where)]
    warnings = [
        Problem(
            "column_not_read",
            f"the column {name} is not read",
            where,
            f"the check knows {known}",
            f"rename it to {known} if that is what it holds, or say so: --column {_told(known, name)}",
            severity="warning",
        )
        for name, known in likely.items()
        if known not in REQUIRED_COLUMNS
    ]
    if problems:
        raise Problems(problems + warnings)
    return warnings


def _told(ours: str, theirs: str) -> str:
    """Return how a command is told which column is which; a name with spaces is quoted for a shell."""
    return shlex.quote(f"{ours}={theirs}")


def _missing(present: list[str], looks_like: dict[str, str], where: Place) -> Iterator[Problem]:
    likely = {known: name for name, known in looks_like.items()}
    for column in REQUIRED_COLUMNS:
        if column in present:
            continue
        found = ", ".join(present)
        mend = f"add it, or say which it is: --column {column}=NAME; the columns found are: {found}"
        if column in likely:
            mend = f"rename {likely[column]} to {column}, or say so: --column {_told(column, likely[column])}"
        yield Problem(
            "missing_column", f"there is no column {column}", where, "no line can be checked without it", mend
        )


def _taken(present: list[str], where: Place) -> Iterator[Problem]:
    taken = [column for column in ADDED if column in present]
    if not taken:
        return
    names = ", ".join(taken)
    if len(taken) == 1:
        what, mend = f"the column {names} is one the check adds", f"rename or remove {names}"
    else:
        what = f"this looks like a result of check: it has the columns {names}, which the check adds"
        mend = "check the file it was made from, or remove those columns"
    yield Problem("column_taken", what, where, "its values would be lost" if len(taken) == 1 else
                  "their values would be lost", mend)  # fmt: skip


def meant(present: list[str]) -> dict[str, str]:
    """Return, for each column we do not know, the column of ours that it seems to be and that is not there."""
    found: dict[str, str] = {}
    for name in present:
        if name in LINE_COLUMNS or name in ADDED:
            continue
        known = _alike(name)
        if known and known not in present and known not in found.values():
            found[name] = known
    return found


def _alike(name: str) -> str | None:
    """Return the column of ours a heading names: by a usual name in one of four languages, else by its spelling."""
    plain = _plain(name)
    if found := _usual_names().get(plain):
        return found
    near = get_close_matches(plain.replace(" ", "_"), LINE_COLUMNS, n=1, cutoff=_ALIKE)
    if near:
        return near[0]
    for lang in words.LANGUAGES:
        labels = ((column, _plain(words.label("columns", column, lang))) for column in LINE_COLUMNS)
        same = [column for column, label in labels if label.split()[0] == plain]
        if len(same) == 1:
            return same[0]
    return None


@cache
def _usual_names() -> dict[str, str]:
    """Return what billing software and sickness funds call our columns, written plainly; no name means two."""
    named = {
        _plain(known): column
        for column in LINE_COLUMNS
        for lang in words.LANGUAGES
        for known in (*words.also("columns", column, lang), words.label("columns", column, lang))
    }
    return {name: column for name, column in named.items() if name not in LINE_COLUMNS}


def _plain(name: str) -> str:
    """Return a heading without capitals, accents, marks and what stands in brackets: `N° INAMI (méd.)` is `n inami`."""
    letters = normalize("NFD", _IN_BRACKETS.sub(" ", name).replace("°", " ").replace("º", " ").casefold())
    return " ".join("".join(one if one.isalnum() else " " for one in letters if not combining(one)).split())
