"""A priced line for a person: what it costs, whether the tariff binds, and why, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from medicomut import words
from medicomut.money import Lang, format_eur

if TYPE_CHECKING:
    from medicomut.tariff.price import Priced

AMOUNTS = ("fee_cents", "reimbursement_cents", "patient_share_cents", "supplement_cents", "excess_cents")

VALUE_WIDTH = 22
"""What the value of a step may take of a terminal's 80 columns."""

_TEXTS = {
    "binds": {
        "fr": "Le tarif de l'accord lie le médecin.",
        "nl": "Het tarief van het akkoord bindt de arts.",
        "de": "Der Tarif des Abkommens bindet den Arzt.",
        "en": "The agreement's fee binds the doctor.",
    },
    "free": {
        "fr": "Le tarif de l'accord ne lie pas le médecin.",
        "nl": "Het tarief van het akkoord bindt de arts niet.",
        "de": "Der Tarif des Abkommens bindet den Arzt nicht.",
        "en": "The agreement's fee does not bind the doctor.",
    },
    "open": {
        "fr": "On ne peut dire si le tarif lie le médecin.",
        "nl": "Of het tarief de arts bindt, is niet te zeggen.",
        "de": "Ob der Tarif den Arzt bindet, lässt sich nicht sagen.",
        "en": "Whether the fee binds the doctor cannot be said.",
    },
    "unknown": {"fr": "inconnu", "nl": "onbekend", "de": "unbekannt", "en": "not known"},
    "because": {"fr": "Pourquoi", "nl": "Waarom", "de": "Warum", "en": "Why"},
    "notes": {"fr": "À savoir", "nl": "Goed om te weten", "de": "Zu beachten", "en": "To know"},
    "steps": {"fr": "Étapes", "nl": "Stappen", "de": "Schritte", "en": "Steps"},
    "yes": {"fr": "oui", "nl": "ja", "de": "ja", "en": "yes"},
    "no": {"fr": "non", "nl": "nee", "de": "nein", "en": "no"},
}


def show(priced: Priced, lang: Lang, *, explain: bool) -> None:
    """Print the result; with `explain`, every step of the rules with its clause."""
    console = Console(highlight=False)
    result = priced.result()
    binding = {True: "binds", False: "free", None: "open"}[result["tariff_binds"]]
    console.print(f"[bold]{_TEXTS[binding][lang]}[/bold]  {_clauses(result['cites'])}")
    console.print(words.says("bases", result["basis"], lang))
    console.print()
    console.print(_amounts(result, lang))
    verdict = result["verdict"]
    console.print(f"[bold]{words.label('verdicts', verdict, lang)}[/bold]  {words.says('verdicts', verdict, lang)}")
    notes = [reason for reason in result["reasons"] if not reason.endswith("_unreadable")]
    if notes:
        console.print(f"\n[bold]{_TEXTS['notes'][lang]}[/bold]")
        for reason in notes:
            console.print(Padding(f"• {words.says('reasons', reason, lang)}", (0, 0, 0, 2)))
    if explain:
        console.print()
        console.print(_steps(priced, lang))


def _clauses(cites: list[str]) -> str:
    return f"[dim]\\[{', '.join(cites)}][/dim]" if cites else ""


def _amounts(result: dict[str, Any], lang: Lang) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(justify="right")
    for name in AMOUNTS:
        cents = result[name]
        table.add_row(
            words.label("columns", name, lang),
            _TEXTS["unknown"][lang] if cents is None else format_eur(cents, lang),
        )
    return table


def _steps(priced: Priced, lang: Lang) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=_TEXTS["steps"][lang], title_justify="left", pad_edge=False)
    table.add_column(max_width=VALUE_WIDTH)
    table.add_column(ratio=1)
    table.add_column(no_wrap=True)
    table.show_header = False
    for name, value, _, clauses in priced.steps():
        if value:  # a step that did not apply explains nothing here; JSON has them all
            table.add_row(_value(name, value, lang), words.says("steps", name, lang), "\n".join(clauses))
    return table


def _value(name: str, value: bool | int, lang: Lang) -> str:
    if isinstance(value, bool):
        return _TEXTS["yes" if value else "no"][lang]
    if name.endswith("_cents") or name == "income_ceiling":
        return format_eur(value, lang)
    if name == "basis":
        from medicomut.tariff.vocabulary import BASES

        return words.label("bases", BASES[value][0], lang)
    if name == "verdict":
        from medicomut.tariff.vocabulary import VERDICTS

        return words.label("verdicts", VERDICTS[value], lang)
    return str(value)
