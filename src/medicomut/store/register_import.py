"""A file of practitioners and declarations brought into the register: what each row would become, then all of it.

The dry run and the import are the same plan. A plan has a hash: who has looked at one records that very plan, or is
told that what it meets has changed meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from medicomut.accession.import_rows import Read
from medicomut.accession.planning import Becomes, Fate, Plan
from medicomut.errors import Place, Problem, Problems
from medicomut.store.register import Outcome, Register

_COLUMN: Final = {
    "bad_number": "number",
    "profession_missing": "profession",
    "day_missing": "from",
    "day_not_expected": "from",
    "not_active_then": "from",
    "outside_the_term": "from",
    "agreement_missing": "agreement",
    "agreement_not_expected": "agreement",
    "unknown_agreement": "agreement",
    "not_published": "agreement",
    "window_not_open": "agreement",
    "window_closed": "agreement",
    "hours_missing": "hours",
    "hours_not_expected": "hours",
    "timetable_not_valid": "hours",
    "nothing_to_change": "kind",
    "not_registered": "number",
}
"""The column in which the reason of a refusal lies."""


@dataclass(frozen=True, slots=True)
class RowFate:
    """What a row of a file becomes: `sequence` is the event that says the same already, `same_as` the row that does.

    `valid_from` is the first day on which it holds, `basis` the clause or decision it rests on.
    """

    row: int
    number: str
    kind: str
    becomes: Becomes
    valid_from: str | None = None
    basis: str | None = None
    sequence: int | None = None
    same_as: int | None = None
    problems: tuple[Problem, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "row": self.row,
            "number": self.number,
            "kind": self.kind,
            "becomes": self.becomes.value,
            "valid_from": self.valid_from,
            "basis": self.basis,
            "sequence": self.sequence,
            "same_as": self.same_as,
            "problems": [problem.to_dict() for problem in self.problems],
        }


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What every row of a file becomes, in its order."""

    plan: Plan
    rows: list[RowFate]
    hash: str

    @property
    def counts(self) -> dict[str, int]:
        """How many rows become what."""
        found = Counter(row.becomes for row in self.rows)
        return {becomes.value: found[becomes] for becomes in Becomes}

    @property
    def problems(self) -> list[Problem]:
        """Every reason why a row is refused, with its row and column."""
        return [problem for row in self.rows for problem in row.problems]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"plan": self.hash} | self.counts | {"rows": [row.to_dict() for row in self.rows]}


def plan_import(register: Register, read: Sequence[Read]) -> ImportPlan:
    """Say what the rows of a file would become now, without recording anything."""
    readable = [(one.row, one.declared) for one in read if one.declared is not None]
    planned = register.plan(declared for _, declared in readable)
    numbers = [row for row, _ in readable]
    fates = {numbers[fate.row - 1]: _row_of(fate, numbers) for fate in planned.fates}
    rows = [
        replace(fates[one.row], number=one.number, kind=one.kind)
        if one.row in fates
        else RowFate(one.row, one.number, one.kind, Becomes.refused, problems=one.problems)
        for one in read
    ]
    unread = [[one.row, *(problem.code for problem in one.problems)] for one in read if one.declared is None]
    return ImportPlan(planned, rows, sha256(f"{planned.hash} {unread}".encode()).hexdigest())


def record_import(
    register: Register, read: Sequence[Read], expected: str | None = None, *, partial: bool = False
) -> tuple[ImportPlan, list[Outcome] | None]:
    """Record the rows of a file, all or none; where `partial`, those that are not refused.

    Returns what became of each row, and the events; None in their place where rows are refused and nothing is
    recorded. `expected` is the hash of the plan somebody has looked at. Raises `Problems`: `plan_changed`, and as
    `Register.record` does.
    """
    found = plan_import(register, read)
    if expected is not None and expected != found.hash:
        why = "the file, the register or the day is not what it was when the plan was made"
        what = f"the plan is now {found.hash[:12]}…, not {expected[:12]}…"
        raise Problems([Problem("plan_changed", what, why=why, mend="look at the new plan, then record that one")])
    if found.counts[Becomes.refused] and not partial:
        return found, None
    return found, register.record(found.plan)


def _row_of(fate: Fate, numbers: Sequence[int]) -> RowFate:
    row = numbers[fate.row - 1]
    if fate.decision is None:
        placed = tuple(problem.at(_place(problem, row)) for problem in fate.problems)
        return RowFate(row, "", "", Becomes.refused, problems=placed)
    already = fate.decision.already if fate.same_as is None else None
    return RowFate(
        row,
        "",
        "",
        fate.becomes,
        fate.decision.valid_from.isoformat(),
        fate.decision.basis,
        None if already is None else already.sequence,
        None if fate.same_as is None else numbers[fate.same_as - 1],
    )


def _place(problem: Problem, row: int) -> Place:
    said = problem.where.field if problem.where is not None else None
    return Place(row=row, field=said or _COLUMN.get(problem.code))
