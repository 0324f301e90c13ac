"""Rates under limits for a person: the rates, what binds, the proof; or the limits that conflict."""

from __future__ import annotations

from fractions import Fraction

from rich.console import Console
from rich.text import Text as Words

from medicomut.budget.allocator import COST, MASS, Allocation, Binding, Limit
from medicomut.budget.pricing import whole
from medicomut.budget.wording import clauses, say, write_keur, write_percent
from medicomut.cli.agreement_tables import table_of
from medicomut.money import Lang, format_number


def show(found: Allocation, lang: Lang) -> None:
    """Print the answer."""
    console = Console(highlight=False)
    if found.rates is None:
        console.print(Words(say("conflict", lang), style="bold"))
        for limit in found.conflict:
            console.print(Words(f"  {_limit(found, limit, lang)}"))
    else:
        _rates(console, found, found.rates, lang)
        _binding(console, found, lang)
    console.print(say("proved" if found.proved else "not_proved", lang))
    if found.agreement_misses:
        console.print(say("agreement_misses", lang))
        for limit in found.agreement_misses:
            console.print(Words(f"  {_limit(found, limit, lang)}"))
    else:
        console.print(say("agreement_keeps", lang))
    console.print(Words(say("bases_derived", lang), style="dim"))


def _label(found: Allocation, group: str, lang: Lang) -> str:
    return found.known.groups[group].label.in_language(lang)


def _limit(found: Allocation, limit: Limit, lang: Lang) -> str:
    """Write a limit as a person would: ``floor Surgery 1.5%``, ``mass 138,706 k€``."""
    names = " = ".join(_label(found, group, lang) for group in (limit.group, limit.other) if group)
    if limit.kind == "equal":
        return f"{say('equal', lang)} {names}"
    value = write_keur(limit.value, lang) if limit.kind == MASS else write_percent(limit.value / 100, lang)
    return " ".join(filter(None, (say(limit.kind, lang), names, value)))


def _rates(console: Console, found: Allocation, rates: dict[str, Fraction], lang: Lang) -> None:
    table = table_of(*(say(word, lang) for word in ("group", "agreed_rate", "rate", "practical", "one_step")))
    for column in table.columns[1:]:
        column.justify = "right"
    for name, rate in rates.items():
        cut = "" if found.practical is None else write_percent(found.practical[name] / 100, lang)
        label = Words(_label(found, name, lang))
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


def _binding(console: Console, found: Allocation, lang: Lang) -> None:
    table = table_of(say("limit", lang), say("loosened", lang))
    for binding in found.binding:
        table.add_row(Words(_limit(found, binding.limit, lang)), _gains(found, binding, lang))
    if found.binding:
        console.print(table)
        console.print(Words(say("steps_are", lang), style="dim"))


def _gains(found: Allocation, binding: Binding, lang: Lang) -> str:
    """Write what each goal gains by a step; a goal that gains nothing is left out."""
    words = {COST: say("cost_goal", lang), "lowest": say("lowest", lang), "highest": say("highest", lang)}
    words["spread"] = say("spread", lang)
    gains = []
    for goal, price in binding.prices.items():
        if price:
            name = words.get(goal) or _label(found, goal, lang)
            unit = say("keur", lang) if goal == COST else "%"
            gains.append(f"{name} {format_number(price, lang, 1 if goal == COST else 6)} {unit}")
    return "\n".join(gains) or "–"
