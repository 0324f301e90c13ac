"""Means and uses as falling bars: what there is, what each block takes of it, what is left; its table is its twin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medicomut.budget.wording import write_keur

if TYPE_CHECKING:
    from medicomut.budget.annex import Sheet
    from medicomut.money import Lang

WIDTH: Final = 520
ROW: Final = 46
THICK: Final = 16
DOWN: Final = 24
"""From the top of a row to its bar: its words stand above it."""
NARROWEST: Final = 3
"""A balance of a few hundred thousand among hundreds of millions is still seen."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A bar in points with its words; `kind` is `source`, `use`, `back` (a use below zero) or `left`."""

    top: int
    start: int
    width: int
    kind: str
    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A chart ready to be drawn, in points."""

    bars: tuple[Fall, ...]
    width: int
    height: int
    row: int = ROW
    down: int = DOWN
    thick: int = THICK


def waterfall(sheet: Sheet, lang: Lang) -> Waterfall:
    """Return the chart of a sheet, amounts of the year in k€: each bar begins where the one before ended."""
    steps, at = [], 0
    for block in sheet.blocks:
        amount = block.in_year.computed
        after = at + amount if block.sign == "source" else at - amount
        kind = "source" if block.sign == "source" else "use" if amount >= 0 else "back"
        letter = f"{block.letter}. " if block.letter else ""
        steps.append((at, after, kind, letter + block.label.in_language(lang), amount))
        at = after
    balance = sheet.total("balance")
    steps.append((0, balance.in_year.computed, "left", balance.label.in_language(lang), balance.in_year.computed))
    low = min(0, *(min(start, end) for start, end, *_ in steps))
    high = max(1, *(max(start, end) for start, end, *_ in steps))

    def across(keur: int) -> int:
        return (keur - low) * (WIDTH - NARROWEST) // (high - low)

    bars = tuple(
        Fall(
            top=number * ROW,
            start=across(min(start, end)),
            width=max(NARROWEST, across(max(start, end)) - across(min(start, end))),
            kind=kind,
            label=label,
            amount=write_keur(amount, lang),
        )
        for number, (start, end, kind, label, amount) in enumerate(steps)
    )
    return Waterfall(bars, WIDTH, ROW * len(bars))
