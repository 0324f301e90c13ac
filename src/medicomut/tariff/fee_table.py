"""The fees as the check of lines needs them: for a code and a day, the one fee that binds and its four shares."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medicomut.tariff.fees import FeeSchedule


@dataclass(frozen=True, slots=True)
class Binding:
    """A fee in an interval of days, both included.

    `shares` are the patient's shares in cents, None where not known: ordinary, ordinary with a global medical
    file, preferential, preferential with the file. `status` is that of the fee, `share_status` that of the least
    certain share; `highest` is the highest figure published where sources disagree on the fee, else the fee.
    """

    code: int
    valid_from: date
    valid_to: date
    fee: int
    shares: tuple[int | None, int | None, int | None, int | None]
    status: str
    share_status: str | None
    highest: int


class FeeTable:
    """The binding fees of a schedule, found by code and day."""

    def __init__(self, schedule: FeeSchedule) -> None:
        columns = schedule.table()
        shares = zip(*(columns[f"share_{n}"] for n in ("00", "01", "10", "11")), strict=True)
        self.rows = sorted(
            (
                Binding(*row)
                for row in zip(
                    columns["code"], columns["valid_from"], columns["valid_to"], columns["fee"], shares,
                    columns["status"], columns["share_status"], columns["highest"], strict=True,
                )
            ),
            key=lambda row: (row.code, row.valid_from),
        )  # fmt: skip
        self._of: dict[int, list[Binding]] = {}
        for row in self.rows:
            self._of.setdefault(row.code, []).append(row)
        self.hash = schedule.hash

    def binding(self, code: int, on: date) -> Binding | None:
        """Return the fee that binds for the code on the day, or None where none is known."""
        rows = self._of.get(code)
        if not rows:
            return None
        at = bisect_right(rows, on, key=lambda row: row.valid_from) - 1
        return rows[at] if at >= 0 and on <= rows[at].valid_to else None

    @cached_property
    def codes(self) -> list[int]:
        """Every code that has a fee on some day."""
        return sorted(self._of)
