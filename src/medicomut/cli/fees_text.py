"""The history of a code's fee, for a person."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from medicomut import words
from medicomut.money import Lang, format_eur

DATE_WIDTH, AMOUNT_WIDTH = 10, 7
"""What a date and an ordinary amount need in a terminal of 80 columns."""


def show(code: str, found: list[dict[str, Any]], lang: Lang) -> None:
    """Print the history as a table; where nothing is known, say so."""
    console = Console(highlight=False)
    if not found:
        console.print(words.says("reasons", "fee_not_known", lang))
        return
    table = Table(title=code, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, padding=0)
    for name in ("valid_from", "valid_to"):
        table.add_column(words.label("columns", name, lang), min_width=DATE_WIDTH)
    for name in ("preferential", "medical_file"):
        table.add_column(words.label("columns", name, lang), justify="center", overflow="fold")
    for name in ("fee_cents", "reimbursement_cents", "patient_share_cents"):
        table.add_column(words.label("columns", name, lang), justify="right", min_width=AMOUNT_WIDTH, overflow="fold")
    table.add_column("", min_width=max(len(row["status"]) for row in found))
    for row in found:
        amounts = (row[name] for name in ("fee_cents", "reimbursement_cents", "patient_share_cents"))
        table.add_row(
            row["valid_from"],
            row["valid_to"],
            *("✓" if row[name] else "" for name in ("preferential", "medical_file")),
            *("" if cents is None else format_eur(cents, lang) for cents in amounts),
            row["status"],
        )
    console.print(table)
