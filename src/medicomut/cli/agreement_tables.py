"""Agreements as tables a person reads: at 80 columns, with dates and numbers in the reader's language."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import cast

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Words

from medicomut.agreement import Agreement, Clause, Finding, Heading, IndexRate, Parameter, Report
from medicomut.agreement.exporting import written
from medicomut.agreement.figures import MONTHS, format_date
from medicomut.agreement.model import Value
from medicomut.agreement.statement_names import printed_number
from medicomut.agreement.text import Interval
from medicomut.money import Lang, format_eur, format_number
from medicomut.words import LANGUAGES

_WORDS: dict[str, tuple[str, str, str, str]] = {
    "id": ("Accord", "Akkoord", "Abkommen", "Agreement"),
    "title": ("Titre", "Titel", "Titel", "Title"),
    "term": ("Durée", "Duur", "Laufzeit", "Term"),
    "coverage": ("Étendue", "Omvang", "Umfang", "Coverage"),
    "complete": ("complet", "volledig", "vollständig", "complete"),
    "partial": ("partiel", "gedeeltelijk", "teilweise", "partial"),
    "clause": ("Point", "Punt", "Punkt", "Clause"),
    "clauses": ("points", "punten", "Punkte", "clauses"),
    "chapters": ("chapitres", "hoofdstukken", "Kapitel", "chapters"),
    "actors": ("Acteurs", "Actoren", "Akteure", "Actors"),
    "references": ("Renvois", "Verwijzingen", "Verweise", "References"),
    "external": ("Autres textes", "Andere teksten", "Andere Texte", "Other texts"),
    "wording": ("Formulation", "Bewoording", "Wortlaut", "Wording"),
    "due": ("Échéance", "Termijn", "Frist", "Due"),
    "actor": ("Acteur", "Actor", "Akteur", "Actor"),
    "promise": ("Engagement", "Verbintenis", "Zusage", "Promise"),
    "reading": ("Lecture", "Lezing", "Lesart", "Reading"),
    "why": ("Pourquoi", "Waarom", "Warum", "Why"),
    "by_the_latest": ("au plus tard", "uiterlijk", "spätestens", "by the latest"),
    "for": ("pour", "voor", "zum", "for"),
    "by": ("d'ici", "tegen", "bis", "by"),
    "as_soon_as_possible": ("dès que possible", "zo snel mogelijk", "so bald wie möglich", "as soon as possible"),
    "during": ("pendant", "tijdens", "während", "during"),
    "recurring": ("récurrent", "terugkerend", "wiederkehrend", "recurring"),
    "none": ("sans échéance", "zonder termijn", "ohne Frist", "no day given"),
    "below": ("Contient", "Bevat", "Enthält", "Contains"),
    "parameter": ("Paramètre", "Parameter", "Parameter", "Parameter"),
    "value": ("Valeur", "Waarde", "Wert", "Value"),
    "open": ("sans fin connue", "zonder bekend einde", "ohne bekanntes Ende", "no known end"),
    "totals": ("Totaux imprimés", "Gedrukte totalen", "Gedruckte Summen", "Printed totals"),
    "prorata": ("Pro rata", "Pro rata", "Anteilige Beträge", "Pro-ratas"),
    "identities": ("Identités", "Identiteiten", "Identitäten", "Identities"),
    "mentions": ("Renvois internes", "Interne verwijzingen", "Interne Verweise", "Internal references"),
    "contradiction": ("contradiction", "tegenspraak", "Widerspruch", "contradiction"),
    "fault": ("FAUTE", "FOUT", "FEHLER", "FAULT"),
    "erratum": ("erratum", "erratum", "Erratum", "erratum"),
    "missing": ("manque", "ontbreekt", "fehlt", "missing"),
    "printed": ("imprimé", "gedrukt", "gedruckt", "printed"),
    "computed": ("calculé", "berekend", "berechnet", "computed"),
    "read": ("lu", "gelezen", "gelesen", "read as"),
    "finding": ("Constat", "Vaststelling", "Befund", "Finding"),
    "sound": ("Les données tiennent.", "De gegevens kloppen.", "Die Daten stimmen.", "The data hold."),
    "unsound": (
        "Les données ont des fautes.",
        "De gegevens bevatten fouten.",
        "Die Daten haben Fehler.",
        "The data have faults.",
    ),
    "rate": ("Taux d'indexation", "Indexpercentage", "Indexierungssatz", "Index rate"),
    "group": ("Groupe", "Groep", "Gruppe", "Group"),
    "from": ("À partir du", "Vanaf", "Ab", "From"),
    "decided": ("Déterminé par", "Bepaald door", "Bestimmt durch", "Decided by"),
    "code": ("le code", "de code", "die Nummer", "the code"),
    "article": ("l'article", "het artikel", "den Artikel", "the article"),
    "by_group": ("le groupe", "de groep", "die Gruppe", "the group"),
    "annex": ("annexe seule", "alleen bijlage", "nur Anlage", "annex only"),
    "source": ("Source", "Bron", "Quelle", "Source"),
    "keur": ("k€", "k€", "Tsd. €", "k€"),
    "meur": ("M€", "mln. €", "Mio. €", "M€"),
    "million": ("millions", "miljoen", "Millionen", "million"),
    "minutes": ("minutes", "minuten", "Minuten", "minutes"),
    "hours": ("heures", "uur", "Stunden", "hours"),
    "days": ("jours", "dagen", "Tage", "days"),
    "months": ("mois", "maanden", "Monate", "months"),
    "years": ("ans", "jaar", "Jahre", "years"),
    "at_least": ("≥", "≥", "≥", "≥"),
    "at_most": ("≤", "≤", "≤", "≤"),
    "exceeds": (">", ">", ">", ">"),
    "before_or_on": ("≤", "≤", "≤", "≤"),
    "after": (">", ">", ">", ">"),
    "about": ("≈", "≈", "≈", "≈"),
}
_NO_BREAK = "\u00a0"
_AS_WRITTEN = ("time", "ratio", "year", "codes")


def say(word: str, language: str) -> str:
    """Return a word of the tables in the reader's language."""
    return _WORDS[word][LANGUAGES.index(language)]


def table_of(*columns: str) -> Table:
    """Return an empty table with these headings, whose cells fold rather than are cut."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, expand=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _interval(interval: Interval, language: str) -> str:
    end = say("open", language) if interval.end is None else format_date(interval.end, language)
    return f"{format_date(interval.start, language)} – {end}"


def agreements(headings: Iterable[Heading], language: str) -> None:
    """Print the agreements, a row each."""
    table = table_of(*(say(word, language) for word in ("id", "title", "term", "coverage")))
    for heading in headings:
        table.add_row(
            heading.id,
            heading.title.in_language(language),
            _interval(heading.term, language),
            say(heading.coverage, language),
        )
    Console().print(table)


def clauses(agreement: Agreement, language: str) -> None:
    """Print every clause, a row each: number and title."""
    heading = agreement.heading
    chapters = sum(clause.parent is None for clause in agreement.clauses)
    console = Console()
    console.print(Words(heading.title.in_language(language), style="bold"))
    console.print(
        f"{_interval(heading.term, language)} · {len(agreement.clauses)} {say('clauses', language)}, "
        f"{chapters} {say('chapters', language)} · {say(heading.coverage, language)}",
        highlight=False,
    )
    console.print(Words(heading.coverage_note.in_language(language)))
    table = table_of(say("clause", language), say("title", language))
    for clause in agreement.clauses:
        title = Words(clause.title.in_language(language))
        for erratum in clause.errata:
            title.append(f" [{say('erratum', language)} {erratum.id}]", style="dim")
        table.add_row(clause.number, title, style="bold" if clause.parent is None else "")
    console.print(table)


def clause(agreement: Agreement, clause: Clause, language: str) -> None:
    """Print one clause in full."""
    labels = {actor.id: actor.label.in_language(language) for actor in agreement.actors}
    console = Console()
    console.print(Words(f"{agreement.id}#{clause.number}  {clause.title.in_language(language)}", style="bold"))
    console.print(Words(clause.summary.in_language(language)))
    rows = {
        "actors": [labels[actor] for actor in clause.actors],
        "references": list(clause.named),
        "external": list(clause.external),
        "below": [child.number for child in agreement.clauses if child.parent == clause.number],
    }
    for word, found in rows.items():
        if found:
            console.print(Words(f"{say(word, language)}: {', '.join(found)}", style="dim"))
    for erratum in clause.errata:
        both = f"{say('printed', language)} {erratum.printed} · {say('read', language)} {erratum.reading}"
        console.print(Words(f"{say('erratum', language)} {erratum.id}: {both}", style="bold"))
        console.print(Words(erratum.note.in_language(language)))


def parameters(found: Iterable[Parameter], language: str) -> None:
    """Print parameters, a row each: what, how much, by which clause."""
    table = table_of(*(say(word, language) for word in ("parameter", "value", "clause")))
    table.columns[1].justify = "right"
    for parameter in found:
        name = Words(parameter.label.in_language(language))
        name.append(f"\n{parameter.id}", style="dim")
        table.add_row(name, _values(parameter, language), ", ".join(parameter.cites))
    Console().print(table)


def _values(parameter: Parameter, language: str) -> str:
    bound = f"{say(parameter.bound, language)}{_NO_BREAK}" if parameter.bound else ""
    if len(parameter.values) == 1:
        return bound + value_in_language(parameter.unit, parameter.values[0].value, language)
    return "\n".join(
        f"{_interval(dated.interval, language)}: {bound}{value_in_language(parameter.unit, dated.value, language)}"
        for dated in parameter.values
    )


def value_in_language(unit: str, value: Value, language: str) -> str:
    """Write a value as its reader would: 5 037,70 €, 1,95 %, 31 mars 2020, 21:00."""
    if isinstance(value, date):
        return format_date(value, language).replace(" ", _NO_BREAK)
    if unit == "eur":
        return format_eur(cast("int", value), cast("Lang", language))
    if unit in _AS_WRITTEN:
        plain = written(unit, value)
        return ", ".join(plain) if isinstance(plain, list) else str(plain)
    if isinstance(value, str):  # a month
        return f"{MONTHS[language][int(value[5:]) - 1]} {value[:4]}"
    return _number(printed_number(unit, value), language) + _suffix(unit, language)


def _suffix(unit: str | None, language: str) -> str:
    if unit == "percent":
        return "%" if language == "en" else f"{_NO_BREAK}%"
    return f"{_NO_BREAK}{say(unit, language)}" if unit in _WORDS else ""


def _number(value: Fraction, language: str) -> str:
    decimals = 0
    while (value * 10**decimals).denominator != 1 and decimals < 4:
        decimals += 1
    return format_number(value, cast("Lang", language), decimals)


def report(report: Report, language: str) -> None:
    """Print what was counted, then every finding with its reason, then whether the data hold."""
    console = Console()
    console.print(Words(f"{report.agreement} · {say(report.coverage, language)}", style="bold"))
    counts = {
        "totals": report.totals,
        "prorata": report.prorata,
        "identities": report.identities,
        "mentions": report.references,
    }
    for word, counted in counts.items():
        console.print(f"{say(word, language)}: {counted.held}/{counted.of}", highlight=False)
    table = table_of(say("finding", language), say("clause", language), "")
    for finding in report.findings:
        kind = Words(f"{finding.id}\n", style="bold")
        kind.append(say(finding.kind, language), style="red" if finding.kind == "fault" else "dim")
        table.add_row(kind, finding.clause or "", _reason(finding, language))
    table.columns[0].max_width = 26
    console.print(table)
    console.print(say("sound" if report.sound else "unsound", language), style="bold")


def _reason(finding: Finding, language: str) -> str:
    second = "read" if finding.kind == "erratum" else "computed"
    shown = [
        f"{say(word, language)} {_in_language(figure, finding.unit, language)}"
        for word, figure in (("printed", finding.printed), (second, finding.computed))
        if figure is not None
    ]
    return "\n".join(filter(None, (" · ".join(shown), finding.why.in_language(language))))


def _in_language(figure: str, unit: str | None, language: str) -> str:
    """Write a plain number of a finding in the reader's language, with its unit.

    Other words stay as they are.
    """
    try:
        number = Fraction(figure)
    except ValueError:
        return figure
    if unit is None or unit == "year" or "/" in figure:
        return figure
    if unit == "eur":
        return f"{_number(number, language)}{_NO_BREAK}€"
    return _number(number, language) + _suffix(unit, language)


def rate(agreement_id: str, answer: IndexRate, language: str) -> None:
    """Print an index rate and why it is this one."""
    printed = f" ({say('annex', language)})" if answer.printed_in == "annex" else ""
    level = "by_group" if answer.level == "group" else answer.level
    rows = {
        "id": agreement_id,
        "rate": _number(answer.rate * 100, language) + _suffix("percent", language) + printed,
        "group": answer.label.in_language(language),
        "decided": say(level, language),
        "from": format_date(answer.start, language),
        "clause": ", ".join(answer.cites),
    }
    if answer.source is not None:
        rows["source"] = f"{answer.status}: {answer.source}"
    table = Table(box=None, pad_edge=False, show_header=False)
    for word, text in rows.items():
        table.add_row(Words(say(word, language), style="dim"), text)
    Console().print(table)
