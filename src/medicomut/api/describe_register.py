"""What OpenAPI says of `/v1/register`."""

from __future__ import annotations

from medicomut.accession.timetable import KINDS, SETTINGS
from medicomut.api import describe
from medicomut.api.declaring import OFFICE
from medicomut.calendar import WEEKDAYS

_TEXT: describe.Schema = {"type": "string"}
_TIME: describe.Schema = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"}
_HOURS: describe.Schema = {
    "type": "array",
    "maxItems": 200,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["day", "start", "end", "kind", "setting"],
        "properties": {
            "day": {"enum": list(WEEKDAYS)},
            "start": _TIME,
            "end": _TIME,
            "site": _TEXT,
            "kind": {"enum": list(KINDS), "description": "free is off tariff"},
            "setting": {"enum": list(SETTINGS)},
            "acts": {"type": ["integer", "string"]},
            "amount_cents": {"type": ["integer", "string"]},
        },
    },
}
_JUDGED: describe.Schema = {
    "type": "object",
    "required": ["valid", "broken", "free_share", "tariff_share", "proposal"],
    "properties": {
        "valid": {"type": ["boolean", "null"]},
        "broken": {"type": "array", "items": {"type": "object", "required": ["clause", "why", "change", "cites"]}},
        "free_share": {"type": ["number", "null"]},
        "tariff_share": {"type": ["number", "null"]},
        "proposal": {"type": ["array", "null"]},
    },
}

TIMETABLE: describe.Schema = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["profession", "hours"],
                    "additionalProperties": False,
                    "properties": {
                        "profession": {"enum": ["gp", "specialist"]},
                        "agreement": _TEXT,
                        "hours": _HOURS | {"minItems": 1},
                        "readings": {"type": "object", "additionalProperties": _TEXT},
                        "week_of": {"type": "string", "format": "date"},
                        "name": {"type": "string", "description": "Whose hours, for the notice"},
                        "lang": {"enum": ["fr", "nl", "de", "en"]},
                    },
                }
            },
            "text/csv": {"schema": _TEXT},
        },
    }
}

JUDGED = describe.answers(_JUDGED)
JUDGED[200]["content"] |= {"text/calendar": {"schema": _TEXT}, "text/html": {"schema": _TEXT}}

DECLARATION: describe.Schema = {
    "type": "object",
    "required": ["kind"],
    "additionalProperties": False,
    "properties": {
        "kind": {"enum": [kind.name for kind in OFFICE]},
        "agreement": _TEXT,
        "hours": _HOURS,
        "profession": {"enum": ["gp", "specialist"]},
        "region": _TEXT,
        "valid_from": {"type": "string", "format": "date"},
        "basis": _TEXT,
    },
}
_RECORDED: describe.Schema = {
    "type": "object",
    "required": ["sequence", "version", "kind", "valid_from", "recorded_at", "recorded"],
    "properties": {"recorded": {"type": "boolean", "description": "false: it was there already"}},
}
DECLARED = describe.answers(_RECORDED, status=201)
DECLARED[200] = DECLARED[201]

CORRECTION: describe.Schema = {
    "type": "object",
    "required": ["number", "corrects", "valid_from", "basis"],
    "additionalProperties": False,
    "properties": {
        "number": _TEXT | {"description": "An INAMI number"},
        "corrects": {"type": "integer", "minimum": 1, "description": "A version of the practitioner's history"},
        "valid_from": {"type": "string", "format": "date"},
        "basis": _TEXT | {"minLength": 1, "description": "The decision or the document behind it"},
        "says": {
            "enum": [None, *(kind.name for kind in OFFICE)],
            "description": "What holds instead; null or left out: nothing was declared",
        },
        "hours": _HOURS,
    },
    "example": {
        "number": "19000122003",
        "corrects": 2,
        "valid_from": "2020-02-10",
        "basis": "letter of 2 March",
    },
}
PROPOSAL: describe.Schema = {
    "type": "object",
    "required": ["id", "number", "maker", "corrects", "valid_from", "basis", "state", "proposed_at"],
    "properties": {"state": {"enum": ["open", "accepted", "rejected", "withdrawn"]}},
}
PROPOSALS: describe.Schema = {
    "type": "object",
    "required": ["items"],
    "properties": {"items": {"type": "array", "items": PROPOSAL}},
}
