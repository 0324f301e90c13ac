"""Adhesion counted for everybody: small counts hidden, and as many others as it takes that nobody can compute them.

The register counts, the observatory hides; neither room knows the other. A count is a table of places and the like by
two more columns: who adhered or refused, and to what extent. The hiding is that of `medicomut observatory suppress`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress as suppressing
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from medicomut.accession.quorum import Count
from medicomut.accession.statistics import FIGURES, NOT_STATED, Key, Row
from medicomut.accession.status import Term
from medicomut.api.problems import fault
from medicomut.errors import Problems
from medicomut.observatory.count_table import TOTAL, Label, Shape
from medicomut.observatory.suppress import suppress
from medicomut.store.register import Register

MOST_CELLS: Final = 1_500
"""Of a finer table no time of a request is enough to say what must be hidden; `medicomut register stats` has it."""
MOST_WORK: Final = 40_000
"""Small counts times cells: of a table where more is to be protected only the grand total is told."""
KEPT: Final = 128

_ADHERED, _REFUSED, _FULL, _PARTIAL = "adhered", "refused", "full", "partial"
_EXTENT: Final = ((_ADHERED, _REFUSED), (_FULL, _PARTIAL))
_CELL: Final = {"active": (TOTAL, TOTAL), "adhered": (_ADHERED, TOTAL), "refused": (_REFUSED, TOTAL),
                "full": (_ADHERED, _FULL), "partial": (_ADHERED, _PARTIAL)}  # fmt: skip
"""The cell of each figure. Nobody refuses in part, and full and partial are told of who adhered alone."""


@dataclass(frozen=True, slots=True)
class PublicRow(Row):
    """A count with the names of those of its figures that are hidden."""

    hidden: frozenset[str] = frozenset()

    def figures(self, least: int = 0) -> dict[str, int | None]:  # noqa: ARG002 - what is hidden is decided already
        """Return the counts, None for those hidden."""
        return {name: None if name in self.hidden else getattr(self, name) for name in FIGURES}


class PublicCounts:
    """What anybody may be told of a register. Counts are kept until something is recorded."""

    def __init__(self, register: Register, terms: Sequence[Term]) -> None:
        self._register, self._terms = register, terms
        self._kept = lru_cache(KEPT)(self._counted)
        self._kept_quorum = lru_cache(KEPT)(self._quorum)

    def rows(self, on: date, by: Sequence[str], least: int, known_at: datetime | None = None) -> Sequence[PublicRow]:
        """Count adhesion of a day by attributes, every total besides, so that no count below `least` can be found out.

        Raises `Problems`: `too_fine` where the table has too many cells, `no_time_zone`.
        """
        return self._kept(self._register.ledger.head().sequence, on, tuple(by), least, known_at)

    def quorum(self, on: date, known_at: datetime | None = None) -> tuple[Count, ...]:
        """Count refusals of a day by region and profession: the law counts them, so nothing is hidden.

        Raises `Problems` (`no_time_zone`).
        """
        return self._kept_quorum(self._register.ledger.head().sequence, on, known_at)

    def _quorum(self, _head: int, on: date, known_at: datetime | None) -> tuple[Count, ...]:
        return tuple(self._register.counts(on, self._terms, known_at))

    def _counted(
        self,
        _head: int,
        on: date,
        by: tuple[str, ...],
        least: int,
        known_at: datetime | None,
    ) -> tuple[PublicRow, ...]:
        return tuple(protected(self._register.statistics(on, self._terms, by, known_at), by, least))


def protected(rows: Sequence[Row], by: Sequence[str], least: int) -> list[PublicRow]:
    """Return the rows of a count with all hidden that would give away fewer than `least` persons.

    A row that counts nobody is added where it must not be seen that it does. Raises `Problems` (`too_fine`).
    """
    found = {row.key: row for row in rows}
    shape = _shape(found, by)
    hidden = _hidden(shape, found, least)
    shown = []
    for cell in shape.cells:
        if cell[len(by) :] == (TOTAL, TOTAL):
            key = tuple(None if label == TOTAL else label for label in cell[: len(by)])
            own = {name for name, at in _CELL.items() if (*cell[: len(by)], *at) in hidden}
            if "active" in own:  # the rate would tell it
                own.add("adhered")
            row = found.get(key, Row(key, 0, 0, 0))
            if own or key in found:
                shown.append(PublicRow(key, row.full, row.partial, row.refused, frozenset(own)))
    return sorted(shown, key=lambda row: tuple((value is None, value or "") for value in row.key))


def _shape(found: dict[Key, Row], by: Sequence[str]) -> Shape:
    labels = tuple(tuple(sorted({key[at] or NOT_STATED for key in found if key[at]})) for at in range(len(by)))
    cells = 9
    for each in labels:
        cells *= len(each) + 1
    if cells > MOST_CELLS:
        what = f"{cells:,} counts, more than the {MOST_CELLS:,} that are held against what they give away together"
        mend = "count by fewer attributes; who holds the register counts with: medicomut register stats"
        raise fault("too_fine", what, mend, "by")
    return Shape((*by, "answer", "extent"), (*labels, *_EXTENT))


def _hidden(shape: Shape, found: dict[Key, Row], least: int) -> set[Label]:
    """Return the cells to hide; all but the grand total where less does not protect or takes too long to find out.

    Where the grand total is small, that is hidden too.
    """
    counts: dict[Label, int] = {}
    for key, row in found.items():
        if None not in key:
            place: Any = key
            counts |= {(*place, _ADHERED, _FULL): row.full, (*place, _ADHERED, _PARTIAL): row.partial,
                       (*place, _REFUSED, _FULL): row.refused}  # fmt: skip
    table = shape.with_totals(counts)
    published: Sequence[int | None] = [*[None] * (len(table) - 1), None if 0 < table[-1] < least else table[-1]]
    if sum(0 < count < least for count in table) * len(table) <= MOST_WORK:
        with suppressing(Problems):  # `cannot_protect`: the table is too small
            published = suppress(shape, table, least, least).published
    return {cell for cell, count in zip(shape.cells, published, strict=True) if count is None}
