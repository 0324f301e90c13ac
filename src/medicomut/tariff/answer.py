"""A priced line for a program: the result, every step with its sentence and clauses, and the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from medicomut import words
from medicomut.tariff.asked import doubts
from medicomut.tariff.book import rulebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from medicomut.money import Lang
    from medicomut.tariff.price import Priced, Pricer

    Steps = Callable[[Mapping[str, Any], Lang], Any]
    """How the steps are written: from the values of the rules, in a language."""


def asked_json(
    fields: Mapping[str, Any], priced: Priced, pricer: Pricer, lang: Lang, steps: Steps | None = None
) -> dict[str, Any]:
    """Return the answer to somebody who asked about one line: the line as given, and the doubts where there are any."""
    warnings = [problem.details() for problem in doubts(priced, pricer.conditions)]
    answer = {"line": fields, **as_json(priced, pricer, lang, steps)}
    return answer | {"warnings": warnings} if warnings else answer


def as_json(priced: Priced, pricer: Pricer, lang: Lang, steps: Steps | None = None) -> dict[str, Any]:
    """Return plain values for JSON; amounts are cents. A door that writes many may write the `steps` itself."""
    found = (steps or listed)(priced.values, lang)
    return {**priced.result(), "steps": found, "receipt": pricer.receipt}


def listed(values: Mapping[str, Any], lang: Lang) -> list[dict[str, Any]]:
    """Return every step with its value, its sentence and its clauses, in the order the rules ran."""
    return [{"name": name, "value": values[name], "says": says, "cites": cites} for name, says, cites in said(lang)]


@cache
def said(lang: Lang) -> tuple[tuple[str, str, list[str]], ...]:
    """Return name, sentence and clauses of every step in the order the rules run: the same for every line."""
    rules = (rule for stage in rulebook().stages for rule in stage)
    return tuple((rule.name, words.says("steps", rule.name, lang), list(rule.cites)) for rule in rules)
