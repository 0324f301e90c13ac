"""What several commands of procedures share: today, and the disputes of a ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import database

if TYPE_CHECKING:
    from medicomut.procedure.disputes import Case
    from medicomut.store.disputes import Disputes

CaseNumber = Annotated[str, typer.Argument(metavar="CASE", help="The number of the case, such as 2020-001.")]


def today(now: datetime | None = None) -> date:
    """Return the day in Brussels, at an instant or now."""
    from datetime import UTC

    from medicomut.calendar import brussels_day

    return brussels_day(now or datetime.now(UTC))


@contextmanager
def opened(url: str, now: datetime | None = None, *, make: bool = False, dry_run: bool = False) -> Iterator[Disputes]:
    """Open the disputes of a ledger; `make` makes the database where there is none, unless it is a `dry_run`."""
    from medicomut.agreement import available, load
    from medicomut.store import Ledger
    from medicomut.store.disputes import Disputes

    clock: dict[str, Callable[[], datetime]] = {} if now is None else {"clock": lambda: now}
    with database(url, make=make, dry_run=dry_run) as engine:
        yield Disputes(Ledger(engine, **clock), lambda name: load(name) if name in available() else None)


def case_of(disputes: Disputes, number: str, known_at: datetime | None = None) -> Case:
    """Return a case, as known at an instant; raises `Problems` (`unknown_case`)."""
    from medicomut.errors import Problem, Problems

    found = disputes.cases(known_at).get(number)
    if found is None:
        mend = "see medicomut procedure dispute list"
        raise Problems([Problem("unknown_case", f"there is no case {number[:100]!r}", mend=mend)])
    return found
