"""Faults as data: what is wrong, where, why it is a fault, and how to mend it.

A reader of input collects every fault and reports them together; nobody mends a file one message at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault stands: `line` and `column` as an editor counts them, `row` a record's number from 1."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    row: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        """Read as `fees.csv:12, row 11, field fee_cents`: what is not known is left out."""
        numbers = [str(n) for n in (self.line, self.column) if n is not None]
        parts = [":".join([self.file, *numbers])] if self.file else [f"line {n}" for n in numbers[:1]]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.field is not None:
            parts.append(f"field {self.field}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault.

    `code` is stable and in snake_case, for programs; `what` says what is wrong with the value found; `why`
    names the rule it breaks; `mend` says what to write instead; `cites` holds the clauses behind the rule.
    """

    code: str
    what: str
    where: Place | None = None
    why: str = ""
    mend: str = ""
    cites: tuple[str, ...] = ()
    severity: Severity = "error"

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Problem:
        """Return the fault of which `to_dict` made plain values."""
        where = Place(**plain["where"]) if plain["where"] else None
        return cls(**{**plain, "where": where, "cites": tuple(plain["cites"])})

    def at(self, where: Place) -> Problem:
        """Return the fault with its place: who parses a value knows the fault, the caller knows the place."""
        return replace(self, where=where)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; fields of the place that are not known are left out."""
        where = None
        if self.where is not None:
            where = {name: value for name, value in asdict(self.where).items() if value is not None}
        return asdict(self) | {"where": where, "cites": list(self.cites)}

    def details(self) -> dict[str, Any]:
        """Return the fault as a member of problem details (RFC 9457), the shape in which answers tell it."""
        where = self.where or Place()
        return {
            "code": self.code,
            "detail": self.what,
            "file": where.file,
            "line": where.line,
            "row": where.row,
            "field": where.field,
            "why": self.why,
            "mend": self.mend,
            "cites": list(self.cites),
            "severity": self.severity,
        }

    def __str__(self) -> str:
        """Read as `PLACE: error CODE: WHAT; WHY [CLAUSES]; MEND`."""
        place = f"{self.where}: " if self.where is not None and str(self.where) else ""
        why = "; ".join(part for part in (self.why, self.mend) if part)
        cites = f" [{', '.join(self.cites)}]" if self.cites else ""
        return f"{place}{self.severity} {self.code}: {self.what}" + (f"; {why}" if why else "") + cites


class Problems(Exception):  # noqa: N818  (it carries faults, and warnings with them)
    """Raised when input cannot be used; carries every fault found, in the order of the input."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[Problems], tuple[list[Problem]]]:
        """Let a worker process hand its faults to the process that started it."""
        return (type(self), (self.problems,))
