"""What an allocation says to a person: limits, and what loosening them gains."""

from __future__ import annotations

from medicomut.budget.allocator import MASS, Allocation, Binding, Limit
from medicomut.budget.demands import COST, SPREAD
from medicomut.budget.wording import say, write_keur, write_percent, write_points
from medicomut.money import Lang

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
    return " ".join(filter(None, (say(limit.kind, lang), names, _value(limit, lang))))


def _value(limit: Limit, lang: Lang) -> str:
    if limit.kind == MASS:
        return write_keur(limit.value, lang)
    return write_points(limit.value / 100, lang) if limit.kind == SPREAD else write_percent(limit.value / 100, lang)


def gains(found: Allocation, binding: Binding, lang: Lang) -> list[str]:
    """Write what each goal gains by a step, in k€ or percentage points; a goal that gains nothing is left out."""
    return [
        f"{goal_words(found, goal, lang)} "
        + (write_keur(price, lang, 1) if goal == COST else write_points(price / 100, lang, 6))
        for goal, price in binding.prices.items()
        if price
    ]


def practical_words(found: Allocation, lang: Lang) -> str:
    """Say what the rates to hundredths cost and leave of the mass, or why there are none."""
    if found.practical_cost is None:
        return say("practical_none", lang)
    left = write_keur(found.mass - found.practical_cost, lang)
    return f"{say('practical', lang)} {write_keur(found.practical_cost, lang)} · {say('left_of_mass', lang)} {left}"
