"""Doctors whose names are numbers made up, and what a check from file to file gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medicomut.engines.summary import Summary

FULL_GP, PARTIAL_GP, REFUSED_SPECIALIST, CHANGING = "19000122003", "19000221003", "19000320690", "19000419004"

DOCTORS = f"""practitioner,profession,status,valid_from,valid_to,slots
{FULL_GP},gp,full,,,
{PARTIAL_GP},gp,partial,2020-01-01,2020-12-31,tue 09:00-13:00@A;thu 16:00-20:00
{REFUSED_SPECIALIST},specialist,refused,,,
{CHANGING},gp,full,2020-01-01,2020-06-30,
{CHANGING},gp,refused,2020-07-01,2020-09-30,
"""


@dataclass(frozen=True)
class Checked:
    """What a check gave: the rows it wrote, its summary, and the file."""

    rows: list[dict[str, Any]]
    summary: Summary
    path: Path

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]


Check = Callable[..., Checked]
