"""The note of two pages on a scenario, to be read or printed: what it costs on the first, who gains on the second."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from medicomut.agreement import load
from medicomut.budget.pricing import Figures, GrowthFigures, Indexation
from medicomut.budget.settings_words import settings_words
from medicomut.budget.summary import rows
from medicomut.budget.uncertainty import cost_range
from medicomut.budget.wording import DATA, clauses, heading, say, write_keur, write_percent, write_points
from medicomut.money import Lang, format_number
from medicomut.printing import pdf_of

if TYPE_CHECKING:
    from medicomut.budget.annex import Sheet


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with paragraphs and a table, whose cells after the first are numbers or clauses."""

    title: str
    paragraphs: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A note in one language, as parts on pages."""

    lang: Lang
    title: str
    kicker: str
    pages: tuple[tuple[Part, ...], ...]
    footer: tuple[str, ...]


def note(figures: Figures, lang: Lang) -> Note:
    """Return the note on a scenario in the reader's language.

    It also says between which amounts the scenario costs, which takes the time of two linear programs.
    """
    agreement = load(figures.scenario.agreement)
    title = figures.scenario.title
    first = [part for part in (_short(figures, lang), _growth(figures.growth, lang)) if part is not None]
    if figures.sheet is not None:
        first.append(_blocks(figures.sheet, lang))
    second = [] if figures.indexation is None else [_groups(figures.indexation, lang)]
    second.append(_settings(figures, lang))
    return Note(
        lang=lang,
        title=say("note_title", lang) if title is None else title.in_language(lang),
        kicker=agreement.heading.title.in_language(lang),
        pages=(tuple(first), tuple(second)),
        footer=(
            say("rounding_rule", lang),
            say("no_advice", lang),
            f"{heading('rests_on', lang)} {agreement.id} · {figures.data_hash}",
        ),
    )


def _short(figures: Figures, lang: Lang) -> Part | None:
    if figures.indexation is None:
        return None
    found = rows(figures, lang, cost_range(load(figures.scenario.agreement), figures.scenario))
    head = (say("line", lang), say("scenario", lang), say("agreement", lang), say("clause", lang))
    return Part(say("in_short", lang), (), head, tuple((row.label, row.value, row.agreed, row.cites) for row in found))


def _growth(growth: GrowthFigures | None, lang: Lang) -> Part | None:
    if growth is None:
        return None
    base = growth.growth.base
    said = say("base_not_known", lang) if base is None else f"{say('of_base', lang)} {write_keur(base, lang)}"
    made = [
        (say(word, lang), write_percent(rate, lang), "–" if amount is None else write_keur(amount, lang))
        for word, rate, amount in growth.rows()
    ]
    made.append((say("difference", lang), write_points(growth.compounded - growth.additive, lang), "–"))
    cites = " ".join(growth.growth.cites)
    head = (say("lost", lang), say("rate", lang), say("keur", lang))
    return Part(say("growth_title", lang), tuple(filter(None, (said, cites))), head, tuple(made))


def _blocks(sheet: Sheet, lang: Lang) -> Part:
    columns = (sheet.columns["in_year"].in_language(lang), sheet.columns["annual"].in_language(lang))
    named = [(row, row.cites) for row in sheet.blocks] + [(row, sheet.cites) for row in sheet.totals]
    made = [
        (
            f"{row.label.in_language(lang)} [{clauses(cites)}]",
            *(format_number(cell.computed, lang) for cell in (row.in_year, row.annual)),
        )
        for row, cites in named
    ]
    head = (say("line", lang), *(f"{name} ({say('keur', lang)})" for name in columns))
    return Part(say("means_and_uses", lang), (), head, tuple(made))


def _groups(indexation: Indexation, lang: Lang) -> Part:
    made = []
    for found in indexation.groups:
        name = found.group.label.in_language(lang)
        if found.together:
            name += f" ({heading('together', lang)} {'; '.join(g.label.in_language(lang) for g in found.together)})"
        rates = (write_percent(found.group.rate, lang), write_percent(found.rate, lang))
        name += f" [{clauses(found.group.cites)}]"
        made.append((name, *rates, write_keur(found.cost, lang), write_keur(found.gain, lang)))
    head = tuple(say(word, lang) for word in ("group", "agreed_rate", "rate", "cost", "gain"))
    return Part(say("who_gains", lang), (say("bases_derived", lang),), head, tuple(made))


def _settings(figures: Figures, lang: Lang) -> Part:
    # A paragraph and not a table: twenty groups changed must not push the note onto a third page.
    made = " · ".join(settings_words(load(figures.scenario.agreement), figures.scenario, lang))
    return Part(say("settings", lang), (made or say("nothing", lang),))


def as_html(written: Note) -> str:
    """Return the note as a page that stands alone: no script, no file beside it, printed on two pages."""
    from jinja2 import Environment, FileSystemLoader  # noqa: PLC0415  paid when a note is written

    shelf = Environment(loader=FileSystemLoader(DATA), autoescape=True)
    return shelf.get_template("note.html").render(note=written) + "\n"


def as_pdf(written: Note) -> bytes:
    """Return the note as PDF (PDF/UA-1, tagged), the same bytes for the same note."""
    return pdf_of(DATA / "note.typ", asdict(written))
