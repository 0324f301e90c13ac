"""What an allocation says to a person: limits, and what loosening them gains."""

from __future__ import annotations

from medicomut.budget.allocator import MASS, Allocation, Binding, Limit
from medicomut.budget.demands import COST
from medicomut.budget.wording import say, write_keur, write_percent
from medicomut.money import Lang, format_number

_GOALS = {COST: "cost_goal", "lowest": "lowest", "highest": "highest", "spread": "spread"}


def group_label(found: Allocation, group: str, lang: Lang) -> str:
    """Return what a fee group is called."""
    return found.known.groups[group].label.in_language(lang)


def goal_words(found: Allocation, goal: str, lang: Lang) -> str:
    """Return what a goal is called: a word, or the name of a group."""
    return say(_GOALS[goal], lang) if goal in _GOALS else group_label(found, goal, lang)


def limit_words(found: Allocation, limit: Limit, lang: Lang) -> str:
    """Write a limit as a person would: ``floor Surgery 1.5%``, ``mass 138,706 k€``."""
    names = " = ".join(group_label(found, group, lang) for group in (limit.group, limit.other) if group)
    if limit.kind == "equal":
        return f"{say('equal', lang)} {names}"
    value = write_keur(limit.value, lang) if limit.kind == MASS else write_percent(limit.value / 100, lang)
    return " ".join(filter(None, (say(limit.kind, lang), names, value)))


def gains(found: Allocation, binding: Binding, lang: Lang) -> list[str]:
    """Write what each goal gains by a step, in k€ or percent; a goal that gains nothing is left out."""
    made = []
    for goal, price in binding.prices.items():
        if price:
            unit = say("keur", lang) if goal == COST else "%"
            made.append(
                f"{goal_words(found, goal, lang)} {format_number(price, lang, 1 if goal == COST else 6)} {unit}"
            )
    return made
