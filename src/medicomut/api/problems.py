"""Faults as an HTTP answer: problem details (RFC 9457) with the code, the field, the clauses and how to mend.

Under `/fhir` the same faults are an OperationOutcome.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import PurePath
from typing import Any, cast

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from medicomut.errors import Place, Problem, Problems
from medicomut.fhir.exact import write_json
from medicomut.fhir.outcome import operation_outcome

log = logging.getLogger("medicomut.api")

MEDIA_TYPE = "application/problem+json"
FHIR = "/fhir"
FHIR_TYPE = "application/fhir+json"

STATUS = {
    "not_json": 400,
    "bad_json": 400,
    "not_utf8": 400,
    "not_text": 400,
    "repeated_key": 400,
    "too_deep": 400,
    "number_too_long": 400,
    "not_a_bundle": 400,
    "missing_resource": 400,
    "unsupported_parameter": 400,
    "repeated_parameter": 400,
    "unknown_modifier": 400,
    "bad_date": 400,
    "bad_number": 400,
    "bad_upload": 400,
    "sign_in_refused": 401,
    "not_proven": 401,
    "not_begun_here": 403,
    "cross_site": 403,
    "no_csrf_token": 403,
    "unknown_provider": 404,
    "unknown_account": 404,
    "unknown_token": 404,
    "account_exists": 409,
    "no_public_url": 409,
    "no_password_here": 409,
    "provider_failed": 502,
    "store_busy": 503,
    "store_unreachable": 503,
    "unknown_agreement": 404,
    "unknown_clause": 404,
    "unknown_job": 404,
    "unknown_case": 404,
    "no_dashboard": 404,
    "case_exists": 409,
    "case_closed": 409,
    "no_index_table": 404,
    "unknown_table": 404,
    "unknown_dataset": 404,
    "unknown_municipality": 404,
    "no_annex": 404,
    "no_bases": 404,
    "no_identities": 404,
    "no_result_yet": 409,
    "no_jobs_here": 409,
    "no_store_here": 409,
    "no_register_here": 409,
    "version_conflict": 409,
    "key_reused": 409,
    "already_checked": 409,
    "unknown_proposal": 404,
    "not_the_maker": 403,
    "unknown_practitioner": 404,
    "not_yours": 403,
    "not_running": 409,
    "not_acceptable": 406,
    "too_many_lines": 413,
    "table_too_large": 413,
    "list_too_large": 413,
    "too_many_practitioners": 413,
    "too_many_values": 413,
    "too_many_settings": 413,
    "too_many_demands": 413,
    "too_many_scenarios": 413,
    "too_many_events": 413,
    "no_replay": 404,
    "scenario_too_large": 413,
    "unpacks_too_large": 413,
    "unknown_media_type": 415,
    "too_many_jobs": 429,
    "not_recorded": 503,
    "disk_full": 507,
}
"""The status of each code that is not simply input that cannot be used (422)."""

SAID: dict[int, tuple[str, str, str]] = {
    400: ("bad_request", "the request cannot be read", "check how it is written"),
    401: (
        "not_signed_in",
        "this needs somebody who has signed in, or a token that is good",
        "sign in, or send Authorization: Bearer with a service token",
    ),
    403: ("not_allowed", "this needs a scope you do not hold", "ask for it"),
    404: ("not_found", "there is nothing at this address", "see /openapi.json for what there is"),
    405: ("method_not_allowed", "this address does not take this method", "use one of those named in Allow"),
    413: ("body_too_large", "the body is larger than is taken here", "send less, or submit a file as a job"),
    415: ("unknown_media_type", "bodies of this kind are not read here", "see /openapi.json for those that are"),
    429: ("too_many_requests", "you ask more often than one client may", "wait as long as Retry-After says"),
    500: ("internal_error", "something went wrong on our side", "try again; if it stays, tell us the request id"),
    503: ("timed_out", "the answer took too long", "send less at once, or submit a file as a job"),
}
"""Code, sentence and remedy where all that is known is the status."""

MOST_TOLD, LONGEST = 100, 1_000
"""No answer holds more faults, or a longer sentence: what repeats a body would be larger than the body."""

STORE_UNREACHABLE = Problem("store_unreachable", "the store of accounts, sessions and tokens does not answer now",
                            mend="try again later; what is public is answered without a session or token")  # fmt: skip

NO_PROBLEM = Problem("bad_request", "the request cannot be used")


def answer(status: int, problems: Sequence[Problem], headers: Mapping[str, str] | None = None) -> Response:
    """Return problem details: the first fault at the top, every fault in `problems`, up to `MOST_TOLD`."""
    found = told(problems or [NO_PROBLEM])
    first = found[0]
    content = {
        "type": f"urn:medicomut:problem:{first['code']}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        **first,
        "problems": found,
    }
    return Response(msgspec.json.encode(content), status, headers, MEDIA_TYPE)


def answer_at(path: str, status: int, found: Sequence[Problem], headers: Mapping[str, str] | None = None) -> Response:
    """Return the faults of a request to an address, in the form that is spoken there."""
    if path != FHIR and not path.startswith(f"{FHIR}/"):
        return answer(status, found, headers)
    outcome = operation_outcome(found or [NO_PROBLEM], where="request")
    return Response(write_json(outcome), status, headers, FHIR_TYPE)


def told(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return faults as an answer tells them: up to `MOST_TOLD`, then how many more there are."""
    found = [to_dict(problem) for problem in problems[:MOST_TOLD]]
    if len(problems) > MOST_TOLD:
        more = f"{len(problems) - MOST_TOLD} more faults were found"
        found.append(to_dict(Problem("more_faults", more, mend="mend these first", severity="warning")))
    return found


def to_dict(problem: Problem) -> dict[str, Any]:
    """Return one fault; of the file it stands in, its name and not its folder."""
    found = problem.details()
    name = PurePath(found["file"]).name if found["file"] else None
    return found | {"detail": problem.what[:LONGEST], "file": name}


def said(status: int) -> Problem:
    """Return what there is to say when only the status is known."""
    code, what, mend = SAID.get(status, SAID[400])
    return Problem(code, what, mend=mend)


def fault(code: str, what: str, mend: str = "", field: str | None = None, why: str = "") -> Problems:
    """Return one fault of a request, to be raised."""
    return Problems([Problem(code, what, Place(field=field) if field else None, why, mend)])


def install(app: FastAPI) -> None:
    """Answer every exception of a request as problem details."""

    async def problems(request: Request, found: Exception) -> Response:
        assert isinstance(found, Problems)  # noqa: S101 - the handler of that class
        listed = found.problems
        return answer_at(request.url.path, STATUS.get(listed[0].code, 422) if listed else 422, listed)

    async def http(request: Request, found: Exception) -> Response:
        assert isinstance(found, HTTPException)  # noqa: S101 - the handler of that class
        return answer_at(request.url.path, found.status_code, [said(found.status_code)], found.headers)

    async def parameters(request: Request, found: Exception) -> Response:
        assert isinstance(found, RequestValidationError)  # noqa: S101 - the handler of that class
        return answer_at(request.url.path, 422, [_parameter(error) for error in found.errors()])

    async def store(request: Request, found: Exception) -> Response:
        assert isinstance(found, OperationalError)  # noqa: S101 - the handler of that class
        how = str(found.orig).partition("\n")[0]
        log.error("the store does not answer: %s id=%s", how, request.scope.get("request_id"))
        # As pages say it, where the portal answers.
        say = cast("Callable[[Request, Exception], Awaitable[Response]]", app.exception_handlers[Problems])
        return await say(request, Problems([STORE_UNREACHABLE]))

    app.add_exception_handler(Problems, problems)
    app.add_exception_handler(OperationalError, store)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, parameters)


def _parameter(error: Mapping[str, Any]) -> Problem:
    field = str(error["loc"][-1])
    if error["type"] == "missing":
        return Problem("missing_parameter", f"{field} is not given", Place(field=field), mend=f"add {field}")
    limits = {name: value for name, value in error.get("ctx", {}).items() if name in {"ge", "le", "pattern"}}
    allowed = ", ".join(f"{name} {value}" for name, value in limits.items())
    if not allowed:
        is_day = error["type"].startswith("date_")
        allowed = "write year-month-day: 2020-02-04" if is_day else "see /openapi.json for how it is written"
    return Problem("bad_parameter", f"{field} {str(error['input'])[:100]!r} cannot be read", Place(field=field),
                   mend=allowed)  # fmt: skip
