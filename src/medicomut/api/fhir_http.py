"""How `/fhir` speaks HTTP: bodies, searches, the kind of answer, strict or lenient. Source: FHIR R4, RESTful API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from medicomut.api.answers import JSON, KEPT_BY_NOBODY, cached, wanted
from medicomut.api.problems import FHIR_TYPE, fault
from medicomut.api.room import room_of
from medicomut.errors import Place, Problem, Problems
from medicomut.fhir.exact import Resource, read_json, write_json
from medicomut.fhir.outcome import operation_outcome

KINDS: Final = (FHIR_TYPE, JSON)
FORMATS: Final = {"json": FHIR_TYPE, "text/json": FHIR_TYPE, FHIR_TYPE: FHIR_TYPE, JSON: JSON}
"""The values of `_format` that are understood, and the kind of answer each asks for."""

FORMAT: Final = "_format"

MOST_VALUES: Final = 20_000
"""Of a hundred services a message has some thousands; without a bound, each of a million would be told its faults."""


def kind_asked(request: Request) -> str:
    """Return the kind of answer asked for by `_format`, else by `Accept`; raises `Problems` (`not_acceptable`)."""
    asked = request.query_params.get(FORMAT)
    if asked is None:
        return wanted(request, KINDS)
    name = asked.partition(";")[0].strip().lower().replace(" ", "+")  # a plus that was not escaped is read as a space
    if name not in FORMATS:
        raise fault("not_acceptable", f"{asked[:100]!r} is not written here", f"ask for {FHIR_TYPE}", FORMAT)
    return FORMATS[name]


def handling(request: Request) -> tuple[bool, dict[str, str]]:
    """Say whether a request is to be read strictly, and return the header that tells it was heard.

    `Prefer: handling=strict` or `lenient` (RFC 7240); else the server's own setting.
    """
    for part in ",".join(request.headers.getlist("prefer")).split(","):
        name, _, value = part.partition(";")[0].partition("=")
        word = value.strip().strip('"').lower()
        if name.strip().lower() == "handling" and word in {"strict", "lenient"}:
            return word == "strict", {"Preference-Applied": f"handling={word}"}
    return room_of(request).settings.handling == "strict", {}


async def body(request: Request, parameter: str | None = None) -> Resource:
    """Return the resource a request carries; where it comes as the `parameter` of Parameters, that one.

    Raises `Problems`: `unknown_media_type`, `too_many_values`, and those of `exact.read_json`.
    """
    kind = request.headers.get("content-type", FHIR_TYPE).partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise fault("unknown_media_type", f"{kind[:100] or 'no kind'} is not read here", f"send {FHIR_TYPE}")
    content = await request.body()
    if content.count(b",") > MOST_VALUES:
        mend = f"send at most {MOST_VALUES} in one document"
        raise fault("too_many_values", "the document has more values than are read at once", mend)
    resource = read_json(content)
    if parameter is None or resource.get("resourceType") != "Parameters":
        return resource
    parts = resource.get("parameter")
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict) and part.get("name") == parameter and isinstance(part.get("resource"), dict):
            found: Resource = part["resource"]
            return found
    raise fault("missing_resource", f"the parameters hold no {parameter}", "send the claim itself", parameter)


def answer(kind: str, resource: Resource, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a resource about what somebody sent, or about people: kept by no cache."""
    return Response(write_json(resource), status, {"Cache-Control": KEPT_BY_NOBODY, **(headers or {})}, kind)


def public(request: Request, kind: str, resource: Resource, headers: Mapping[str, str] | None = None) -> Response:
    """Return a resource that is the same for everybody: with an entity tag, and 304 to who has it already."""
    return cached(request, write_json(resource), kind, {"Vary": "Accept, Prefer", **(headers or {})})


class Search:
    """The parameters of a search: those that are understood, once each or `often`; the others refused or told.

    Strict: `unsupported_parameter` is raised. Lenient: the answer's `self` link leaves it out and an OperationOutcome
    in it names it. Always raised: `repeated_parameter`, `unknown_modifier`, since what was asked would be answered
    with something else.
    """

    def __init__(self, request: Request, known: Iterable[str], *, strict: bool, often: Iterable[str] = ()) -> None:
        # Who asks writes the Host header: it stands in no answer that a cache may give to somebody else.
        self.base = (room_of(request).settings.public_url or "").rstrip("/") + request.url.path
        self.asked: list[tuple[str, str]] = []
        known = (*known, FORMAT)
        self.ignored: list[Problem] = []
        faults = []
        for name, value in request.query_params.multi_items():
            if name not in often and self.all(name):
                faults.append(_wrong("repeated_parameter", name, "is there twice", "give it once"))
            elif name in known:
                self.asked.append((name, value))
            elif name.partition(":")[0] in known:
                faults.append(_wrong("unknown_modifier", name, "is not understood", "leave the modifier out"))
            else:
                self.ignored.append(
                    _wrong("unsupported_parameter", name, "is not known here", f"those known: {', '.join(known)}")
                )
        if faults or (strict and self.ignored):
            raise Problems([*faults, *(self.ignored if strict else [])])

    def all(self, name: str) -> list[str]:
        """Return the values of a parameter; an empty one counts as not given."""
        return [value for asked, value in self.asked if asked == name and value]

    def get(self, name: str) -> str | None:
        """Return the value of a parameter that is given once at most, else None."""
        return next(iter(self.all(name)), None)

    @property
    def query(self) -> str:
        """What was understood, as it stands in an address."""
        return urlencode(self.asked)

    def told(self, found: Resource, onward: tuple[str, str] | None = None) -> Resource:
        """Return a searchset with its links, and with what was passed over.

        `onward` is the parameter that leads to the next page, which replaces that of this one.
        """
        links = [{"relation": "self", "url": self._address(self.asked)}]
        if onward is not None:
            here = [(name, value) for name, value in self.asked if name != onward[0]]
            links.append({"relation": "next", "url": self._address([*here, onward])})
        entries = list(found.get("entry", ()))
        if self.ignored:
            outcome = operation_outcome(replace(problem, severity="warning") for problem in self.ignored)
            entries.append({"resource": outcome, "search": {"mode": "outcome"}})
        return {**found, "link": links, **({"entry": entries} if entries else {})}

    def _address(self, parameters: list[tuple[str, str]]) -> str:
        return f"{self.base}?{urlencode(parameters)}" if parameters else self.base


def _wrong(code: str, name: str, what: str, mend: str) -> Problem:
    return Problem(code, f"{name[:100]!r} {what}", Place(field=name[:100]), mend=mend)
