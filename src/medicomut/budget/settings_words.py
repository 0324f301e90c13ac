"""What a scenario changes, as a person reads it: groups and lines by name; rates, amounts and days as written."""

from __future__ import annotations

from fractions import Fraction

from medicomut.agreement import Agreement
from medicomut.agreement.figures import format_date
from medicomut.budget.scenario import ALL, Scenario
from medicomut.budget.wording import say, write_keur, write_percent
from medicomut.money import Lang

_MOST_DECIMALS = 6


def settings_words(agreement: Agreement, scenario: Scenario, lang: Lang) -> list[str]:
    """Return each setting in words, in the order of its link: ``Surgery 1.5%``, ``Surgery from 1 July 2020``."""
    table, annex = agreement.index_rates, agreement.annex
    groups = {entry.id: entry.label.in_language(lang) for entry in (*table.groups, *table.exceptions)} if table else {}
    groups[ALL] = say("every_group", lang)
    lines = {
        f"{block.id}.{line.id}": line.label.in_language(lang)
        for block in (annex.blocks if annex else ())
        for line in block.lines
    }
    made = [f"{groups.get(name, name)} {_rate(scenario.rates[name], lang)}" for name in _ordered(scenario)]
    since = say("from_day", lang)
    if scenario.index_start is not None:
        made.append(f"{say('indexation', lang)} {since} {format_date(scenario.index_start, lang)}")
    if scenario.mass is not None:
        made.append(f"{say('mass', lang)} {write_keur(scenario.mass, lang)}")
    if scenario.mass_rate is not None:
        made.append(f"{say('mass', lang)} {_rate(scenario.mass_rate, lang)}")
    a_year, spending = say("a_year", lang), say("spending", lang)
    made += [f"{lines[line]} {write_keur(amount, lang)} {a_year}" for line, amount in scenario.annual.items()]
    made += [f"{lines[line]} {since} {format_date(day, lang)}" for line, day in scenario.starts.items()]
    made += [f"{groups.get(name, name)} ({spending}) {write_keur(base, lang)}" for name, base in scenario.given.items()]
    if scenario.growth is not None:
        made.append(f"{say('growth_index', lang)} {_rate(scenario.growth.index, lang)}")
        made.append(f"{say('growth_norm', lang)} {_rate(scenario.growth.norm, lang)}")
        if scenario.growth.base is not None:
            made.append(f"{say('growth_base', lang)} {write_keur(scenario.growth.base, lang)}")
    return made


def _ordered(scenario: Scenario) -> list[str]:
    return sorted(scenario.rates, key=lambda name: name != ALL)


def _rate(rate: Fraction, lang: Lang) -> str:
    """Write a rate with every decimal it has: what was set is repeated, never rounded."""
    percent = rate * 100
    decimals = next((n for n in range(_MOST_DECIMALS) if (percent * 10**n).denominator == 1), _MOST_DECIMALS)
    return write_percent(rate, lang, decimals)
