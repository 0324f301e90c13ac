"""The history of a code's fee, for a person and for a program."""

from __future__ import annotations

from itertools import product
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from medicomut import words
from medicomut.money import Lang, format_eur
from medicomut.tariff.fees import FeeSchedule

DATE_WIDTH, AMOUNT_WIDTH = 10, 7
"""What a date and an ordinary amount need in a terminal of 80 columns."""

KINDS = tuple(product((False, True), (False, True)))


def history(schedule: FeeSchedule, code: str) -> list[dict[str, Any]]:
    """Return every fee known for a code and each kind of patient, by interval; amounts in cents."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for day in schedule.boundaries():
        for preferential, medical_file in KINDS:
            fee = schedule.lookup(code, day, preferential=preferential, medical_file=medical_file)
            if fee is None:
                continue
            rows[fee.valid_from, preferential, medical_file] = {
                "valid_from": fee.valid_from.isoformat(),
                "valid_to": fee.valid_to.isoformat(),
                "preferential": preferential,
                "medical_file": medical_file,
                "fee_cents": fee.fee,
                "reimbursement_cents": fee.reimbursement,
                "patient_share_cents": fee.patient_share,
                "status": fee.status,
                "share_status": fee.share_status,
                "how": fee.how,
                "sources": list(fee.sources),
                "note": fee.note,
            }
    return [rows[key] for key in sorted(rows)]


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
