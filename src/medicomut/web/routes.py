"""How the routes of pages begin, and what a reader sees when one fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BeforeValidator
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from medicomut.api.guard import one_line
from medicomut.errors import Problems
from medicomut.web import faults, languages

log = logging.getLogger("medicomut.web")

IN_ADDRESS = f"/{{lang:{languages.CONVERTOR}}}"

Day = Annotated[date | None, BeforeValidator(lambda given: given or None)]
"""A day in an address; a field of a form that was left empty is sent all the same, and is no day."""


class Page(APIRoute):
    """A route whose failure is told as a page, in the language of the address, and not as the API tells it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of the route, with what fails inside it logged and answered."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except (HTTPException, OperationalError, Problems, RequestValidationError):
                raise  # named: `faults` answers these, a store that is away among them
            except Exception:
                log.exception("failed %s", one_line(request.scope["path"]))
                return faults.page(request, 500, [])

        return handled


def pages(prefix: str = "") -> APIRouter:
    """Return a router for pages under `/fr` and its like; `prefix` is what follows the language."""
    return APIRouter(prefix=IN_ADDRESS + prefix, include_in_schema=False, route_class=Page)
