"""What OpenAPI says of the budget: its bodies, and the settings of a link."""

from __future__ import annotations

from medicomut.api.budget_asked import LONGEST_TITLE, MOST_BASES, MOST_DEMANDS, TITLE
from medicomut.api.describe import OBJECT, Schema
from medicomut.budget.demands import SENSES
from medicomut.budget.scenario import MOST_KEUR

_TEXT: Schema = {"type": "string"}
_KEUR: Schema = {"type": "integer", "minimum": 0, "maximum": MOST_KEUR}
_RATE: Schema = {"type": "string", "description": "1.95%, 1,95 % or 0.0195, within ±20 %"}
_RATES: Schema = {"type": ["object", "null"], "additionalProperties": _RATE, "maxProperties": MOST_DEMANDS}

DEMANDS_BODY: Schema = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "floors": _RATES | {"description": "The least rate by fee group; `all` for every other group"},
        "caps": _RATES | {"description": "The highest rate by fee group; `all` for every other group"},
        "equal": {
            "type": ["array", "null"],
            "maxItems": MOST_DEMANDS,
            "items": {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2, "uniqueItems": True},
            "description": "Pairs of groups that have the same rate",
        },
        "spread": {"type": ["string", "null"], "description": "Highest less lowest rate, at most"},
        "mass": {"type": ["integer", "null"], "minimum": 0, "maximum": MOST_KEUR, "description": "k€ a year, at most"},
        "priorities": {
            "type": ["array", "null"],
            "maxItems": MOST_DEMANDS,
            "items": _TEXT,
            "description": "Groups raised first, as far as each goes, in order",
        },
        "goals": {
            "type": ["array", "null"],
            "maxItems": MOST_DEMANDS,
            "items": {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": False,
                "properties": dict.fromkeys(SENSES, _TEXT),
            },
            "description": "In order: cost, lowest, highest, spread or a group",
        },
        "bases": {
            "type": ["object", "null"],
            "additionalProperties": _KEUR,
            "maxProperties": MOST_BASES,
            "description": "The yearly spending of groups you know, in k€",
        },
    },
}
ALLOCATION: Schema = {
    "type": "object",
    "required": ["feasible", "proved", "rates", "cost_keur", "freed_keur", "binding", "conflict", "proofs"],
    "properties": {
        "feasible": {"type": "boolean"},
        "proved": {"type": "boolean"},
        "rates": {"type": ["object", "null"]},
        "cost_keur": {"type": ["integer", "null"]},
        "freed_keur": {"type": ["integer", "null"]},
        "practical_rates_percent": {
            "type": ["object", "null"],
            "description": "In hundredths, where they keep every limit",
        },
        "practical_cost_keur": {"type": ["integer", "null"]},
        "binding": {"type": "array", "items": OBJECT},
        "conflict": {"type": "array", "items": OBJECT},
        "proofs": {"type": "array", "items": OBJECT},
    },
}
PRICED: Schema = {
    "type": "object",
    "required": ["scenario", "indexation", "balance", "growth", "agreement_hash", "href"],
    "properties": {
        "scenario": OBJECT,
        "indexation": {"type": ["object", "null"]},
        "balance": {"type": ["object", "null"]},
        "growth": {"type": ["object", "null"]},
        "agreement_hash": _TEXT,
        "href": {"type": "string", "description": "The link that prices the same scenario again"},
    },
}
BESIDE: Schema = {
    "type": "object",
    "required": ["scenarios"],
    "properties": {"scenarios": {"type": "array", "items": PRICED}},
}
SCENARIO_FILE: Schema = {
    "type": "object",
    "required": ["agreement", "set"],
    "additionalProperties": False,
    "properties": {
        "agreement": _TEXT,
        "title": {
            "type": "object",
            "required": ["fr", "nl", "de", "en"],
            "additionalProperties": False,
            "properties": dict.fromkeys(("fr", "nl", "de", "en"), _TEXT),
        },
        "set": {"type": "object", "additionalProperties": _TEXT},
    },
}

_SETTINGS = {
    TITLE: f"What its reader calls it, up to {LONGEST_TITLE} letters",
    "all": "The rate of every group that is not named; each group's own id is such a parameter too",
    "index_start": "The day from which fees are indexed",
    "mass": "The index mass in k€",
    "mass_rate": "The index mass as the rate of linear indexation",
    "growth.index": "An index, a rate or the name of a parameter",
    "growth.norm": "A growth norm, a rate or the name of a parameter",
    "growth.base": "What both are taken on, in k€",
}
_MORE = ". Also: a fee group, `annual.LINE`, `start.LINE`, `base.GROUP` (docs/budget.md)."

LINK: Schema = {
    "parameters": [
        {"name": name, "in": "query", "description": text + _MORE if name == "all" else text, "schema": _TEXT}
        for name, text in _SETTINGS.items()
    ]
}
"""The settings of a link, of which an agreement's own groups and lines are more."""
