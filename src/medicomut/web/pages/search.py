"""One search box: it leads to the one place that answers, else it shows what holds the words."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import RedirectResponse, Response

from medicomut.api.registered import registered
from medicomut.web.finding import Found, find
from medicomut.web.languages import Language
from medicomut.web.render import show
from medicomut.web.routes import pages

router = pages("/search")


@router.get("")
async def search(request: Request, lang: Language, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Find a code, a clause, a doctor's number, a municipality or words."""
    asked = q.strip()
    found = find(asked, lang) if asked else Found()
    if found.leads:
        return RedirectResponse(f"/{lang}{found.leads}", 303)
    return show(request, lang, "search.html", q=asked, found=found, has_register=registered(request) is not None)
