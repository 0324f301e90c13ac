"""The summary of a check for a person: lines, amounts, excess by reason, practitioners, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

from medicomut import words
from medicomut.money import Lang, format_eur, format_number

if TYPE_CHECKING:
    from medicomut.engines.summary import Summary

_TEXTS = {
    "lines": {"fr": "Lignes", "nl": "Lijnen", "de": "Zeilen", "en": "Lines"},
    "amounts": {"fr": "Montants", "nl": "Bedragen", "de": "Beträge", "en": "Amounts"},
    "why": {
        "fr": "Pourquoi le tarif lie, ou non", "nl": "Waarom het tarief bindt, of niet",
        "de": "Warum der Tarif bindet oder nicht", "en": "Why the fee binds, or not",
    },
    "excess": {"fr": "Excédent", "nl": "Te veel", "de": "Zu viel", "en": "Excess"},
    "reasons": {"fr": "À savoir", "nl": "Goed om te weten", "de": "Zu beachten", "en": "To know"},
    "worst": {
        "fr": "Prestataires ayant le plus demandé en trop", "nl": "Zorgverleners die het meest te veel aanrekenden",
        "de": "Leistungserbringer, die am meisten zu viel verlangten", "en": "Practitioners with the most excess",
    },
    "practitioner": {"fr": "Prestataire", "nl": "Zorgverlener", "de": "Leistungserbringer", "en": "Practitioner"},
    "none": {
        "fr": "Aucun excédent.", "nl": "Niets te veel.", "de": "Nichts zu viel.", "en": "No excess.",
    },
    "written": {
        "fr": "Résultat", "nl": "Resultaat", "de": "Ergebnis", "en": "Written to",
    },
}  # fmt: skip


def show(found: Summary, lang: Lang, out: Path) -> None:
    """Print the summary at 80 columns or wider."""
    console = Console(highlight=False)
    content = found.to_dict()

    def text(key: str) -> str:
        return _TEXTS[key][lang]

    def number(value: int) -> str:
        return format_number(value, lang)

    def euro(cents: int) -> str:
        return format_eur(cents, lang) if cents else ""

    def table(title: str, headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
        made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_header=any(headings))
        for n, heading in enumerate(headings):
            made.add_column(heading, justify="left" if n == 0 else "right")
        for row in rows:
            made.add_row(*row)
        console.print(f"[bold]{title}[/bold]")
        console.print(made)

    verdicts = ((words.label("verdicts", verdict, lang), number(n)) for verdict, n in found.verdicts.items())
    table(f"{text('lines')}: {number(found.lines)}", ("", ""), verdicts)
    sums = ((words.label("columns", name, lang), format_eur(cents, lang)) for name, cents in found.sums.items())
    table(text("amounts"), ("", ""), sums)
    excess = content["excess_by_basis"]
    bases = (
        (words.label("bases", basis, lang), number(n), euro(excess.get(basis, 0)))
        for basis, n in content["bases"].items()
    )
    table(text("why"), ("", text("lines"), text("excess")), bases)
    if content["reasons"]:
        above = content["excess_by_reason"]
        reasons = (
            (words.label("reasons", reason, lang), number(n), euro(above.get(reason, 0)))
            for reason, n in content["reasons"].items()
        )
        table(text("reasons"), ("", text("lines"), text("excess")), reasons)
    if content["worst"]:
        worst = (
            (str(row["practitioner"] or "?"), number(row["lines"]), euro(row["excess_cents"]))
            for row in content["worst"]
        )
        table(text("worst"), (text("practitioner"), text("lines"), text("excess")), worst)
    elif not found.verdicts["excess"]:
        console.print(text("none"))
    console.print(f"{text('written')}: {out}", soft_wrap=True)
