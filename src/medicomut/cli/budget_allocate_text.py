"""Rates under limits for a person: the rates, what binds, the proof; or the limits that conflict."""

from __future__ import annotations

from fractions import Fraction

from rich.console import Console
from rich.text import Text as Words

from medicomut.budget.allocation_words import gains, group_label, limit_words, practical_words
from medicomut.budget.allocator import Allocation
from medicomut.budget.pricing import whole
from medicomut.budget.wording import clauses, say, write_keur, write_percent
from medicomut.cli.agreement_tables import table_of
from medicomut.money import Lang


def show(found: Allocation, lang: Lang) -> None:
    """Print the answer."""
    console = Console(highlight=False)
    if found.rates is None:
        console.print(Words(say("conflict", lang), style="bold"))
        for limit in found.conflict:
            console.print(Words(f"  {limit_words(found, limit, lang)}"))
    else:
        _rates(console, found, found.rates, lang)
        _binding(console, found, lang)
    console.print(say("proved" if found.proved else "not_proved", lang))
    if found.agreement_misses:
        console.print(say("agreement_misses", lang))
        for limit in found.agreement_misses:
            console.print(Words(f"  {limit_words(found, limit, lang)}"))
    else:
        console.print(say("agreement_keeps", lang))
    console.print(Words(say("bases_derived", lang), style="dim"))


def _rates(console: Console, found: Allocation, rates: dict[str, Fraction], lang: Lang) -> None:
    table = table_of(*(say(word, lang) for word in ("group", "agreed_rate", "rate", "practical", "one_step")))
    for column in table.columns[1:]:
        column.justify = "right"
    for name, rate in rates.items():
        cut = "" if found.practical is None else write_percent(found.practical[name] / 100, lang)
        label = Words(group_label(found, name, lang))
        label.append(f"  {clauses(found.known.groups[name].cites)}", style="dim")
        table.add_row(
            label,
            write_percent(found.known.groups[name].rate, lang),
            write_percent(rate / 100, lang),
            cut,
            write_keur(found.steps[name], lang, 1),
        )
    console.print(table)
    cost = found.cost or Fraction(0)
    freed = f"{say('freed', lang)} {write_keur(found.known.mass - whole(cost), lang)}"
    console.print(Words(f"{say('cost', lang)} {write_keur(cost, lang)} · {freed}", style="bold"))
    console.print(practical_words(found, lang))


def _binding(console: Console, found: Allocation, lang: Lang) -> None:
    table = table_of(say("limit", lang), say("loosened", lang))
    for binding in found.binding:
        table.add_row(Words(limit_words(found, binding.limit, lang)), "\n".join(gains(found, binding, lang)) or "–")
    if found.binding:
        console.print(table)
        console.print(Words(say("steps_are", lang), style="dim"))
