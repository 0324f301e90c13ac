"""A scenario, or several side by side, for a person."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text as Words

from medicomut.agreement import load
from medicomut.budget.pricing import Figures, GrowthFigures, Indexation
from medicomut.budget.summary import Row, rows
from medicomut.budget.uncertainty import cost_range
from medicomut.budget.wording import clauses, heading, say, write_keur, write_percent, write_points
from medicomut.cli.agreement_tables import table_of
from medicomut.money import Lang


def one(figures: Figures, lang: Lang) -> None:
    """Print the figures of one scenario, its groups, and what is uncertain."""
    console = Console(highlight=False)
    if figures.scenario.title is not None:
        console.print(Words(figures.scenario.title.in_language(lang), style="bold"))
    if figures.indexation is not None:
        _print_rows(console, _rows(figures, lang), lang)
        _groups(console, figures.indexation, lang)
        console.print(Words(say("bases_derived", lang), style="dim"))
    if figures.growth is not None:
        _growth(console, figures.growth, lang)


def _rows(figures: Figures, lang: Lang) -> list[Row]:
    if figures.indexation is None:
        return []
    return rows(figures, lang, cost_range(load(figures.scenario.agreement), figures.scenario))


def _print_rows(console: Console, found: list[Row], lang: Lang) -> None:
    table = table_of("", say("scenario", lang), say("agreement", lang), say("clause", lang))
    for column in table.columns[1:3]:
        column.justify = "right"
    for row in found:
        table.add_row(row.label, row.value, row.agreed, row.cites)
    console.print(table)


def _groups(console: Console, indexation: Indexation, lang: Lang) -> None:
    table = table_of(*(say(word, lang) for word in ("group", "agreed_rate", "rate", "cost", "gain")))
    for column in table.columns[1:]:
        column.justify = "right"
    for found in indexation.groups:
        name = Words(found.group.label.in_language(lang))
        name.append(f"  {clauses(found.group.cites)}", style="dim")
        if found.together:
            others = "; ".join(group.label.in_language(lang) for group in found.together)
            name.append(f"\n{heading('together', lang)} {others}", style="dim")
        table.add_row(
            name,
            write_percent(found.group.rate, lang),
            write_percent(found.rate, lang),
            write_keur(found.cost, lang),
            write_keur(found.gain, lang),
        )
    console.print(table)


def _growth(console: Console, growth: GrowthFigures, lang: Lang) -> None:
    base = growth.growth.base
    title = say("growth_title", lang) + (f", {say('of_base', lang)} {write_keur(base, lang)}" if base else "")
    console.print(Words(f"{title}  {' '.join(growth.growth.cites)}", style="bold"))
    table = table_of(say("lost", lang), "", "")
    for word, rate, amount in growth.rows():
        table.add_row(say(word, lang), write_percent(rate, lang), "" if amount is None else write_keur(amount, lang))
    table.add_row(say("difference", lang), write_points(growth.compounded - growth.additive, lang), "")
    for column in table.columns[1:]:
        column.justify = "right"
    console.print(table)
    if base is None:
        console.print(Words(say("base_not_known", lang), style="dim"))


def beside(several: list[Figures], lang: Lang) -> None:
    """Print scenarios side by side: their figures, then the rate of every group in which they differ."""
    console = Console(highlight=False)
    names = [
        found.scenario.title.in_language(lang) if found.scenario.title else f"{say('scenario', lang)} {number}"
        for number, found in enumerate(several, start=1)
    ]
    table = table_of("", *names)
    for column in table.columns[1:]:
        column.justify = "right"
    shown = [{row.label: row.value for row in _rows(found, lang)} for found in several]
    for label in dict.fromkeys(label for found in shown for label in found):
        table.add_row(label, *(found.get(label, "") for found in shown))
    rates = [
        {found.group.label.in_language(lang): write_percent(found.rate, lang) for found in figures.indexation.groups}
        for figures in several
        if figures.indexation is not None
    ]
    if len(rates) == len(several):
        for label in dict.fromkeys(label for found in rates for label in found):
            table.add_row(label, *(found.get(label, "") for found in rates))
    console.print(table)
