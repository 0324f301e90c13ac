"""`POST /v1/price`: one line of care, priced and explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from medicomut.api import describe
from medicomut.api.access import authorise
from medicomut.api.answers import json_answer, language
from medicomut.api.bodies import json_object, wrong_kinds
from medicomut.api.direct import Direct
from medicomut.api.room import Room, refuse_unknown_query, room_of
from medicomut.api.trail import note_question
from medicomut.errors import Place, Problem, Problems
from medicomut.tariff import asked
from medicomut.tariff.answer import asked_json, said
from medicomut.tariff.vocabulary import LINE_COLUMNS

if TYPE_CHECKING:
    from medicomut.money import Lang

WHO = ("profession", "status", "slots")
HOW = ("readings", "lang")
FIELDS = frozenset((*LINE_COLUMNS, *WHO, *HOW))
_LINE = frozenset(LINE_COLUMNS)

router = APIRouter(tags=["price"], dependencies=[Depends(authorise("price"))], route_class=Direct)


@router.post(
    "/v1/price",
    summary="Price and explain one line of care",
    response_class=Response,
    responses=describe.answers(describe.PRICED),
    openapi_extra=describe.body(describe.PRICE_BODY),
)
async def price(request: Request) -> Response:
    """Say whether the fee binds, what is reimbursed, what the patient pays, whether a supplement is lawful, and why.

    The fields are the columns of a line, the practitioner's profession, status and off-tariff slots, the readings
    chosen and the language. What is left out is not stated: it never counts as *no*. Amounts are cents.
    """
    await refuse_unknown_query(request)
    content = await json_object(request, FIELDS)
    answer = priced(room_of(request), content, language(request, content.get("lang")))
    if content.get("practitioner") or content.get("patient"):
        note_question(request, "operation", "success", request.url.path)
    return json_answer(answer)


def priced(room: Room, content: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Return the answer to one line; raises `Problems` with every fault of its fields."""
    faults = list(_faults_of_kind(content))
    if faults:
        raise Problems(faults)
    found: list[asked.Fault] = []
    pricer = room.pricer(content.get("readings"))
    accession = asked.accession(content, str, found)
    found += asked.impossible(content, str)
    fields = {name: value for name, value in content.items() if name in _LINE and value is not None}
    line = pricer.price(fields, accession=accession)
    found += asked.unreadable(fields, line.line.unreadable, str)
    faults = [*(problem.at(Place(field=field)) for field, problem in found), *_missing(fields, content)]
    if faults:
        raise Problems(faults)
    room.forget(pricer)
    answer = asked_json(fields, line, pricer, lang, written_steps)
    slots = [problem.details() for problem in asked.slot_doubts(accession, pricer.conditions, str)]
    return answer | {"warnings": [*answer.get("warnings", ()), *slots]} if slots else answer


def written_steps(values: Mapping[str, Any], lang: Lang) -> msgspec.Raw:
    """Return the steps as JSON: all but their values is the same for every line, and written once."""
    steps = [
        yes if value is True else no if value is False else b"%s%d%s" % (before, value, after)
        for value, (yes, no, before, after) in zip(values.values(), _steps(lang), strict=True)
    ]
    return msgspec.Raw(b"[" + b",".join(steps) + b"]")


@cache
def _steps(lang: Lang) -> list[tuple[bytes, bytes, bytes, bytes]]:
    """Return how each step is written when true and when false, and what stands around a number."""
    found = []
    for name, says, cites in said(lang):
        before = b'{"name":"%s","value":' % name.encode()
        after = b"," + msgspec.json.encode({"says": says, "cites": cites})[1:]
        found.append((before + b"true" + after, before + b"false" + after, before, after))
    return found


def _faults_of_kind(content: Mapping[str, Any]) -> Iterator[Problem]:
    yield from wrong_kinds(content)
    for name in WHO:
        if not isinstance(content.get(name), str | None):
            yield Problem("wrong_kind", f"{name} {str(content[name])[:100]!r} is not text", Place(field=name),
                          mend="write text")  # fmt: skip


def _missing(fields: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[Problem]:
    for name in ("code", "date"):
        if not str(fields.get(name, "")).strip():
            yield Problem("missing_field", f"{name} is not stated", Place(field=name), "no line can be priced without "
                          "it", f"add {name}")  # fmt: skip
    if fields.get("practitioner") and not any(content.get(name) for name in WHO):
        yield Problem("practitioner_alone", "practitioner without profession and status", Place(field="practitioner"),
                      "a number alone does not say who acceded", "add profession and status")  # fmt: skip
