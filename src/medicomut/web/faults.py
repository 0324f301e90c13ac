"""What is wrong, as a page in the reader's language; away from the portal's addresses, as the API says it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from medicomut.api import csrf
from medicomut.api.problems import STATUS
from medicomut.errors import Problem, Problems
from medicomut.web.languages import of_path
from medicomut.web.render import show
from medicomut.web.signing import ask_to_sign_in
from medicomut.web.standing import back_here, standing
from medicomut.web.told import told
from medicomut.web.written import N_

Handler = Callable[[Request, Exception], Awaitable[Response]]
UNKNOWN, FORBIDDEN = 401, 403

SAID = {
    400: (N_("This request cannot be read"), N_("Go back and try again.")),
    401: (N_("You have to sign in for this"), N_("Sign in and come back to this page.")),
    403: (N_("This is not open to you"), N_("Your account does not have the right this page needs.")),
    404: (N_("There is no such page"), N_("The address is misspelt, or what it named is not known here.")),
    405: (N_("This page cannot be asked for in this way"), N_("Go back and try again.")),
    413: (N_("That is too much at once"), N_("Send less, or submit a file as a job.")),
    422: (N_("Something in this request cannot be used"), N_("Mend what is named below and ask again.")),
    429: (N_("Too many requests"), N_("Wait a moment before you ask again.")),
    500: (N_("Something went wrong on our side"), N_("It is not your fault. Try again in a moment.")),
    503: (N_("This cannot be done now"), N_("It is not your fault. Try again in a moment.")),
}

DAY_NAMES: Final = {
    "on": N_("On"),
    "against": N_("Compared with"),
    "published": N_("Published"),
}
"""How a day in an address is called, by its name there."""


def install(app: FastAPI) -> None:
    """Answer faults of the portal's pages with a page; those of the API stay as they are."""
    for kind, of in ((Problems, _problems), (HTTPException, _http), (RequestValidationError, _parameters)):
        app.add_exception_handler(kind, _page_or(cast("Handler", app.exception_handlers[kind]), of))


def _page_or(otherwise: Handler, of: Callable[[Exception], tuple[int, list[Problem]]]) -> Handler:
    async def handler(request: Request, found: Exception) -> Response:
        lang = of_path(request.url.path)
        if lang is None:
            return await otherwise(request, found)
        if isinstance(found, RequestValidationError) and (days := _no_days(found)):
            return _days_page(request, days)
        status, problems = of(found)
        if status == UNKNOWN and isinstance(found, HTTPException):
            there = request.url.path if request.method in csrf.SAFE else f"/{lang}/"
            query = f"?{request.url.query}" if request.url.query and request.method in csrf.SAFE else ""
            asking = ask_to_sign_in(request, lang, there + query, status=status, needed=True)
            asking.headers.update(found.headers or {})
            return asking
        if status == FORBIDDEN and standing(request).must_change:
            return RedirectResponse(f"/{lang}/password?to={back_here(request)}", 303)
        return page(request, status, problems)

    return handler


def page(request: Request, status: int, problems: list[Problem]) -> Response:
    """Return what is wrong as a page in the language of the address."""
    title, advice = SAID.get(status, SAID[500] if status >= 500 else SAID[400])
    return _shown(request, status, title, advice, problems=told(problems))


def _days_page(request: Request, days: dict[str, str]) -> Response:
    """Return a page that names what is no day in an address, with a form to write it; the rest of it stays asked."""
    kept = [(name, text) for name, text in request.query_params.multi_items() if name not in days]
    return _shown(request, 422, *SAID[422], days=days, kept=kept, day_names=DAY_NAMES)


def _shown(request: Request, status: int, title: str, advice: str, **content: Any) -> Response:
    nothing: dict[str, Any] = {"problems": [], "days": {}}
    lang = of_path(request.url.path) or "en"
    return show(request, lang, "fault.html", status=status, title=title, advice=advice, **nothing | content)


def _problems(found: Exception) -> tuple[int, list[Problem]]:
    problems = cast("Problems", found).problems
    status = STATUS.get(problems[0].code, 422) if problems else 422
    # What is not there is said in the reader's language; what can be mended is named too, in English.
    return status, [] if status == 404 else problems


def _http(found: Exception) -> tuple[int, list[Problem]]:
    return cast("HTTPException", found).status_code, []


def _no_days(found: RequestValidationError) -> dict[str, str]:
    """Return the days of an address that cannot be read, by name; none where something else cannot be either."""
    errors = found.errors()
    read = all(error["type"].startswith("date_") and error["loc"][0] == "query" for error in errors)
    return {str(error["loc"][-1]): str(error["input"]) for error in errors} if read else {}


def _parameters(found: Exception) -> tuple[int, list[Problem]]:
    del found  # an address with a parameter that cannot be read leads nowhere
    return 404, []
