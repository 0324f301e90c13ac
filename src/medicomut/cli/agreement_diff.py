"""`medicomut agreement diff`: two agreements beside one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json
from medicomut.words import LANGUAGES

if TYPE_CHECKING:
    from medicomut.agreement import Clause
    from medicomut.agreement.comparison import AlignedClause, ChangedParameter, Comparison
    from medicomut.money import Lang

EPILOG = (
    "\b\nExamples:\n  medicomut agreement diff be/amm/2020 be/amm/2024\n  medicomut agreement diff A B --format json"
)
_Source = Annotated[str, typer.Argument(metavar="ID|PATH", help="An agreement, or a folder.", show_default=False)]

_WORDS: dict[str, tuple[str, str, str, str]] = {
    "parameters": ("Paramètres", "Parameters", "Parameter", "Parameters"),
    "clauses": ("Points", "Punten", "Punkte", "Clauses"),
    "known_in_part": ("connu en partie", "deels bekend", "teilweise bekannt", "known in part"),
    "same": ("identiques", "gelijk", "gleich", "the same"),
    "changed": ("modifiés", "gewijzigd", "geändert", "changed"),
    "added": ("ajoutés", "toegevoegd", "hinzugefügt", "added"),
    "gone": ("disparus", "verdwenen", "entfallen", "gone"),
    "unknown_after": (
        "inconnus dans le second",
        "onbekend in het tweede",
        "im zweiten unbekannt",
        "unknown in the second",
    ),
    "unknown_before": (
        "inconnus dans le premier",
        "onbekend in het eerste",
        "im ersten unbekannt",
        "unknown in the first",
    ),
    "aligned": ("mis en regard", "naast elkaar gelegd", "zugeordnet", "aligned"),
    "same_subject": ("même sujet", "zelfde onderwerp", "gleiches Thema", "same subject"),
    "no_same_clause": ("pas de point identique", "geen zelfde punt", "kein gleicher Punkt", "no such clause"),
    "points": ("points", "procentpunten", "Prozentpunkte", "points"),
    "days": ("jours", "dagen", "Tage", "days"),
}


@named_errors
def diff(a: _Source, b: _Source, format: AsFormat = Format.table, lang: InLanguage = None) -> None:
    """Compare two agreements: parameters by name, clauses by subject, and what is not known of either."""
    from medicomut.agreement import load
    from medicomut.agreement.comparison import compare

    found = compare(load(a), load(b))
    if format is Format.json:
        print_json(found.to_dict())
    else:
        _show(found, language(lang))


def _say(word: str, lang: Lang) -> str:
    return _WORDS[word][LANGUAGES.index(lang)]


def _show(found: Comparison, lang: Lang) -> None:
    from rich.console import Console
    from rich.text import Text as Words

    from medicomut.cli.agreement_tables import table_of

    console = Console(highlight=False)
    console.print(Words(f"{found.before.id} → {found.after.id}", style="bold"))
    for one in found.partial:
        note = one.heading.coverage_note.in_language(lang)
        console.print(Words(f"{one.id} ({_say('known_in_part', lang)}): {note}\n", style="dim"))
    console.print(Words(f"{_say('parameters', lang)}: {_counted(found.parameters, lang)}", style="bold"))
    table = table_of("", found.before.id, found.after.id, "")
    for parameter in found.parameters:
        if parameter.status not in {"same", "unknown_after", "unknown_before"}:
            table.add_row(*_parameter(found, parameter, lang))
    console.print(table)
    console.print(Words(f"\n{_say('clauses', lang)}: {_counted(found.clauses, lang)}", style="bold"))
    clauses = table_of(found.before.id, found.after.id, "")
    for clause in found.clauses:
        if clause.status in {"added", "gone", "same_subject"} or _moved(clause):
            clauses.add_row(*_clause(clause, lang))
    console.print(clauses)


def _counted(rows: tuple[ChangedParameter, ...] | tuple[AlignedClause, ...], lang: Lang) -> str:
    statuses = [row.status for row in rows]
    return ", ".join(f"{statuses.count(status)} {_say(status, lang)}" for status in dict.fromkeys(statuses))


def _moved(clause: AlignedClause) -> bool:
    """Whether a pair bears two numbers: one that stands where it stood needs no line."""
    return clause.before is not None and clause.after is not None and clause.before.number != clause.after.number


def _parameter(found: Comparison, row: ChangedParameter, lang: Lang) -> tuple[str, str, str, str]:
    from medicomut.agreement.comparison import latest
    from medicomut.cli.agreement_tables import value_in_language

    cells = []
    for owner, parameter in ((found.before, row.before), (found.after, row.after)):
        if parameter is None:
            cells.append("–")
        else:
            cites = ", ".join(f"{owner.id}#{clause}" for clause in parameter.cites)
            cells.append(f"{value_in_language(parameter.unit, latest(parameter), lang)}\n{cites}")
    parameter = row.after or row.before
    label = parameter.label.in_language(lang) if parameter else ""
    return f"{label}\n{row.id}", cells[0], cells[1], _change(row, lang)


def _change(row: ChangedParameter, lang: Lang) -> str:
    from medicomut.money import format_number

    if row.status != "changed":
        return _say(row.status, lang)
    if row.days is not None:
        return f"{'+' if row.days > 0 else ''}{format_number(row.days, lang)} {_say('days', lang)}"
    sign, unit = "+" if row.percent and row.percent > 0 else "", "%" if lang == "en" else "\u00a0%"
    shown = [] if row.percent is None else [f"{sign}{format_number(row.percent, lang, 2)}{unit}"]
    if row.points is not None:
        shown.append(f"{format_number(row.points, lang, 2)} {_say('points', lang)}")
    return "\n".join(shown) or _say("changed", lang)


def _clause(row: AlignedClause, lang: Lang) -> tuple[str, str, str]:
    before, after = (_titled(clause, lang) for clause in (row.before, row.after))
    beside = ", ".join(clause.number for clause in row.beside)
    missing = f"{_say('no_same_clause', lang)}\n{_say('same_subject', lang)}: {beside or '–'}"
    return before or missing, after or missing, _say(row.status, lang)


def _titled(clause: Clause | None, lang: Lang) -> str:
    return "" if clause is None else f"{clause.number} {clause.title.in_language(lang)}"
