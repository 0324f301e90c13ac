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
            {"name": name, "value": value, "says": words.says("steps", name, lang), "cites": list(clauses)}
            for name, value, _, clauses in priced.steps()
        ],
        "receipt": pricer.receipt,
    }
