"""What OpenAPI says of procedures: events, letters, and what is answered of an agreement on a day."""

from __future__ import annotations

from typing import Final

from medicomut.api.describe import OBJECT, Schema
from medicomut.procedure.clocks import READINGS
from medicomut.procedure.denunciation import Track
from medicomut.procedure.events import COLUMNS, NUMBERS, REQUIRED, event_kinds, states

_TEXT: Schema = {"type": ["string", "null"], "maxLength": 2000}
_DAY: Schema = {"type": "string", "format": "date"}
_LIST: Schema = {"type": "array", "items": OBJECT}
_READINGS: Schema = {
    "type": ["object", "null"],
    "properties": {name: {"type": "string"} for name in READINGS},
    "additionalProperties": False,
    "description": "Another reading of an ambiguity, by name (docs/procedures.md)",
}
_EVENT: Schema = {
    "type": "object",
    "required": list(REQUIRED),
    "additionalProperties": False,
    "properties": {
        **{name: dict(_TEXT) for name in COLUMNS},
        **{name: {"type": ["integer", "null"], "minimum": 0} for name in NUMBERS},
        "day": _DAY,
        "event": {"enum": list(event_kinds())},
        "by": {"type": "string", "minLength": 1, "description": "Who did it"},
        "evidence": {"type": "string", "minLength": 1, "description": "What proves it"},
    },
}
EVENTS_BODY: Schema = {
    "type": "object",
    "required": ["events"],
    "additionalProperties": False,
    "properties": {
        "on": {"type": ["string", "null"], "format": "date", "description": "The day; else today in Brussels"},
        "events": {"type": "array", "maxItems": 500, "items": _EVENT},
        "readings": _READINGS,
    },
}
STATE: Schema = {
    "type": "object",
    "required": ["agreement", "on", "state", "phase", "open", "says", "otherwise", "may_act", "deadlines", "cites"],
    "properties": {
        "state": {"enum": list(states())},
        "open": {"type": "boolean", "description": "A procedure is open: the agreement continues to apply"},
        "may_act": _LIST,
        "deadlines": _LIST,
        "cases": _LIST,
    },
}
DENUNCIATION: Schema = {
    "type": "object",
    "required": ["admissible", "letter_by", "ends_on", "steps", "cites"],
    "properties": {
        "admissible": {"type": ["boolean", "null"], "description": "null: something that decides is not known"},
        "letter_by": {"type": ["string", "null"], "format": "date"},
        "ends_on": {"type": ["string", "null"], "format": "date"},
        "steps": _LIST,
        "other_readings": _LIST | {"description": "Other anchors that give another answer"},
    },
}
LETTER_DAYS: Final = ("event", "finding", "effective")
LETTER_FIELDS: Final = (
    "ground", "by", *LETTER_DAYS, "extent", "scope", "name", "number", "address", "situation", "lang", "readings",
)  # fmt: skip
LETTER_BODY: Schema = {
    "type": "object",
    "required": ["ground", "by", "event", "lang"],
    "additionalProperties": False,
    "properties": {
        **{name: dict(_TEXT) for name in LETTER_FIELDS},
        **{name: {"type": ["string", "null"], "format": "date"} for name in LETTER_DAYS},
        "event": _DAY,
        "ground": {"type": "string"},
        "by": {"enum": [*Track]},
        "extent": {"enum": ["wholly", "partly", None]},
        "lang": {"enum": ["fr", "nl"]},
        "readings": _READINGS,
    },
}
