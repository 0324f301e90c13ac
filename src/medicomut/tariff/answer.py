"""A priced line for a program: the result, every step with its sentence and clauses, and the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from medicomut import words
from medicomut.tariff.asked import doubts
from medicomut.tariff.book import rulebook

if TYPE_CHECKING:
    from medicomut.money import Lang
    from medicomut.tariff.price import Priced, Pricer


def asked_json(fields: Mapping[str, Any], priced: Priced, pricer: Pricer, lang: Lang) -> dict[str, Any]:
    """Return the answer to somebody who asked about one line: the line as given, and the doubts where there are any."""
    warnings = [problem.to_dict() for problem in doubts(priced, pricer.conditions)]
    answer = {"line": fields, **as_json(priced, pricer, lang)}
    return answer | {"warnings": warnings} if warnings else answer


def as_json(priced: Priced, pricer: Pricer, lang: Lang) -> dict[str, Any]:
    """Return plain values for JSON; amounts are cents."""
    said, values = _said(lang), priced.values
    return {
        **priced.result(),
        "steps": [
            {"name": name, "value": values[name], "says": says, "cites": clauses} for name, says, clauses in said
        ],
        "receipt": pricer.receipt,
    }


@cache
def _said(lang: Lang) -> tuple[tuple[str, str, list[str]], ...]:
    """Return name, sentence and clauses of every step in the order the rules run: the same for every line."""
    rules = (rule for stage in rulebook().stages for rule in stage)
    return tuple((rule.name, words.says("steps", rule.name, lang), list(rule.cites)) for rule in rules)
