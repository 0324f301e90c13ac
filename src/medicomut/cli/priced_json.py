"""A priced line for a program: the result, every step with its sentence and clauses, and the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medicomut.money import Lang
    from medicomut.tariff.price import Priced, Pricer


def as_json(priced: Priced, pricer: Pricer, lang: Lang) -> dict[str, Any]:
    """Return plain values for JSON; amounts are cents."""
    from medicomut import words

    return {
        **priced.result(),
        "steps": [
            {
                "name": step.name,
                "value": step.value,
                "says": words.says("steps", step.name, lang),
                "cites": list(step.cites),
            }
            for step in priced.steps()
        ],
        "receipt": pricer.receipt,
    }
