"""What OpenAPI says of bodies and answers, made from the columns themselves."""

from __future__ import annotations

from typing import Any

from medicomut import words
from medicomut.api import problems
from medicomut.fhir.metadata import SEARCHES
from medicomut.fhir.names import CONVENTION
from medicomut.tariff import practitioners
from medicomut.tariff.book import READINGS
from medicomut.tariff.vocabulary import AMOUNTS, BASES, FACTS, LINE_COLUMNS, REQUIRED_COLUMNS, VERDICTS, WORDS

Schema = dict[str, Any]

CSV_TEXT = "csv"
REFUSALS = (400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429, 500, 503)

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_NUMBER_OR_NULL: Schema = {"type": ["integer", "null"]}
_CENTS: Schema = {"type": ["integer", "null"]}
_LIST: Schema = {"type": "array", "items": _TEXT}
OBJECT: Schema = {"type": "object"}
PAGE: Schema = {
    "type": "object",
    "required": ["items", "total", "next"],
    "properties": {
        "items": {"type": "array", "items": OBJECT},
        "total": {"type": "integer"},
        "next": {"type": ["string", "null"], "description": "The cursor of the next page"},
    },
}


_FAULTS: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["code", "detail", "file", "line", "row", "field", "why", "mend", "cites", "severity"],
        "properties": {
            "code": _TEXT,
            "detail": _TEXT,
            "file": _TEXT_OR_NULL,
            "field": _TEXT_OR_NULL,
            "line": _NUMBER_OR_NULL,
            "row": _NUMBER_OR_NULL,
            "why": _TEXT,
            "mend": _TEXT,
            "cites": _LIST,
            "severity": {"enum": ["error", "warning"]},
        },
    },
}
_TEXT_OR_NUMBER: Schema = {"type": ["string", "integer", "null"]}
_KINDS: dict[str, Schema] = {
    **{name: {"type": ["string", "null"]} for name in LINE_COLUMNS},
    **{name: {"type": ["boolean", "null"]} for name in FACTS},
    **{name: {"type": ["integer", "null"]} for name in AMOUNTS},
    **{name: {"enum": [*known, None]} for name, known in WORDS.items()},
    **dict.fromkeys(("line_id", "practitioner", "patient"), _TEXT_OR_NUMBER),
    "code": {"type": ["string", "integer"], "pattern": "^[0-9]{6}$"},
    "date": {"type": "string", "format": "date"},
}

_LINE = {name: _KINDS[name] | {"description": words.says("columns", name, "en")} for name in LINE_COLUMNS}
_READINGS: Schema = {
    "type": "object",
    "properties": dict.fromkeys(READINGS, _TEXT),
    "additionalProperties": False,
    "description": "Another reading of an ambiguity, by name (docs/lines.md)",
}
_ACCESSION = {name: dict(_TEXT) for name in practitioners.COLUMNS} | {
    "practitioner": {"type": ["string", "integer"]},
    "profession": {"enum": list(WORDS["profession"])},
    "status": {"enum": list(WORDS["status"])},
}
_RESULT: Schema = {
    "fee_cents": _CENTS,
    "reimbursement_cents": _CENTS,
    "patient_share_cents": _CENTS,
    "tariff_binds": {"type": ["boolean", "null"]},
    "basis": {"enum": [word for word, _ in BASES.values()]},
    "supplement_cents": _CENTS,
    "excess_cents": _CENTS,
    "verdict": {"enum": list(VERDICTS)},
    "reasons": _LIST,
    "agreement": {"type": ["string", "null"]},
    "cites": _LIST,
}
_STEP: Schema = {
    "type": "object",
    "required": ["name", "value", "says", "cites"],
    "properties": {"name": _TEXT, "value": {"type": ["boolean", "integer"]}, "says": _TEXT, "cites": _LIST},
}

PRICE_BODY: Schema = {
    "type": "object",
    "required": list(REQUIRED_COLUMNS),
    "additionalProperties": False,
    "properties": {
        **_LINE,
        "profession": {"enum": [*WORDS["profession"], None]},
        "status": {"enum": [*WORDS["status"], None]},
        "slots": {"type": ["string", "null"], "description": "Off-tariff slots: mon 09:00-13:00@SITE;…"},
        "readings": _READINGS,
        "lang": {"enum": list(words.LANGUAGES), "description": "Of the sentences; else Accept-Language"},
    },
}
PRICED: Schema = {
    "type": "object",
    "required": ["line", *_RESULT, "steps", "receipt"],
    "properties": {
        "line": OBJECT,
        **_RESULT,
        "steps": {"type": "array", "items": _STEP},
        "receipt": OBJECT,
        "warnings": _FAULTS,
    },
}
CHECK_BODY: Schema = {
    "type": "object",
    "required": ["lines"],
    "additionalProperties": False,
    "properties": {
        "lines": {
            "type": "array",
            "items": {"type": "object", "additionalProperties": False, "properties": _LINE},
        },
        "practitioners": {
            "type": "array",
            "items": {
                "type": "object",
                "required": list(practitioners.REQUIRED),
                "additionalProperties": False,
                "properties": _ACCESSION,
            },
        },
        "readings": _READINGS,
    },
}
CHECKED: Schema = {
    "type": "object",
    "required": ["lines", "verdicts", "receipt"],
    "properties": {
        "lines": {"type": "array", "items": {"type": "object", "required": list(_RESULT), "properties": _RESULT}},
        "verdicts": {"type": "object", "properties": {word: {"type": "integer"} for word in VERDICTS}},
        "receipt": OBJECT,
        "warnings": _FAULTS,
    },
}
FEES: Schema = {
    "type": "object",
    "required": ["code", "fees"],
    "properties": {"code": _TEXT, "fees": {"type": "array", "items": OBJECT}},
}
JOB: Schema = {
    "type": "object",
    "required": ["id", "state", "lines_done", "lines_total"],
    "properties": {
        "id": _TEXT,
        "state": {"enum": ["draft", "queued", "running", "done", "failed", "cancelled"]},
        "created": {"type": "string", "format": "date-time"},
        "columns": {"type": "object", "additionalProperties": _TEXT},
        "written": {"type": "object", "additionalProperties": _TEXT},
        "title": _TEXT,
        "lines_done": {"type": "integer"},
        "lines_total": {"type": ["integer", "null"]},
        "summary": {"type": ["object", "null"]},
        "problems": _FAULTS,
    },
}
_PROBLEM: Schema = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "field", "mend", "cites", "problems"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "code": _TEXT,
        "field": {"type": ["string", "null"]},
        "why": _TEXT,
        "mend": _TEXT,
        "cites": _LIST,
        "problems": _FAULTS,
    },
}
SCHEMAS: dict[str, Schema] = {"Problem": _PROBLEM}


def answers(schema: Schema, also: str | None = None, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Return the answers of a route: its own, as JSON and perhaps CSV, and every refusal as a problem."""
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if also == CSV_TEXT:
        content["text/csv"] = {"schema": _TEXT}
    refusal = {
        "description": "A problem (RFC 9457)",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    return {status: {"description": "The answer", "content": content}, **dict.fromkeys(REFUSALS, refusal)}


def takes_a_file() -> dict[int | str, dict[str, Any]]:
    """Return the answers of a route that takes a file as a job, for which there may be no room."""
    described = answers(JOB, status=202)
    described[507] = described[503]
    return described


def leads_on() -> dict[int | str, dict[str, Any]]:
    """Return the answers of a route that leads the browser to another address."""
    described = answers(OBJECT, status=303)
    header = {"description": "Where to", "schema": _TEXT}
    described[502] = described[503]
    described[303] = {"description": "Another address", "headers": {"Location": header}}
    return described


def body(schema: Schema) -> dict[str, Any]:
    """Return what a route says of the JSON it takes."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


# --- FHIR --------------------------------------------------------------------------------------------------------

_RESOURCE: Schema = {"type": "object", "required": ["resourceType"], "properties": {"resourceType": _TEXT}}
_OUTCOME: Schema = _RESOURCE | {"properties": {"resourceType": {"const": "OperationOutcome"}}}


def _fhir(schema: Schema) -> Schema:
    return {problems.FHIR_TYPE: {"schema": schema}, "application/json": {"schema": schema}}


FHIR_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "A FHIR R4 resource", "content": _fhir(_RESOURCE)},
    304: {"description": "You have it already"},
    **{status: {"description": "An OperationOutcome", "content": _fhir(_OUTCOME)} for status in REFUSALS},
}
"""The answers of a route of `/fhir`."""

_FORMAT: Schema = {
    "name": "_format",
    "in": "query",
    "description": "The kind of answer, before Accept",
    "schema": {"enum": ["json", *_fhir({})]},
}
FORMAT: Schema = {"parameters": [_FORMAT]}
"""The parameter that every route of `/fhir` takes."""

_EXAMPLES = {"identifier": "19000122003", "date": "2020-02-04", "code": "101032", "url": CONVENTION}


def fhir_search(kind: str) -> Schema:
    """Return what a search of a type of resource takes."""
    parameters = [
        {"name": name, "in": "query", "description": f"{form}, as FHIR has it", "schema": _TEXT,
         "required": name in {"identifier", "code"}, "example": _EXAMPLES[name]}
        for name, form in SEARCHES[kind]
    ]  # fmt: skip
    if kind == "PractitionerRole":
        parameters.append({"name": "_include", "in": "query", "schema": {"const": "PractitionerRole:practitioner"}})
    if kind == "AuditEvent":
        count = {"type": "integer", "minimum": 1, "maximum": 200}
        parameters.append({"name": "_count", "in": "query", "description": "Entries on a page", "schema": count})
    return {"parameters": [*parameters, _FORMAT]}


def fhir_body(kind: str) -> Schema:
    """Return what an operation takes: a resource of a type, or a message that holds it."""
    schema = _RESOURCE | {"properties": {"resourceType": {"enum": sorted({kind, "Bundle"})}}}
    return {"requestBody": {"required": True, "content": _fhir(schema)}}
