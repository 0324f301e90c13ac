"""The portal on the API's application: pages, files they load, and the way from `/` to the reader's language."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.responses import RedirectResponse
from starlette.staticfiles import StaticFiles

from medicomut.api.access import authorise
from medicomut.api.answers import language
from medicomut.money import Lang
from medicomut.web import faults
from medicomut.web.pages import (
    access_to_care,
    accession,
    agreements,
    allocator,
    budget,
    check,
    checked,
    commitments,
    comparison,
    contradictions,
    denouncing,
    disputes,
    entry,
    fees,
    home,
    observatory,
    pay,
    procedures,
    reference,
    register,
    register_office,
    search,
    secretariat,
    timetable,
    trail,
)
from medicomut.web.render import STATIC
from medicomut.words import LANGUAGES

PAGES = (
    home,
    search,
    pay,
    comparison,
    agreements,
    budget,
    allocator,
    fees,
    register,
    timetable,
    accession,
    register_office,
    procedures,
    denouncing,
    commitments,
    disputes,
    observatory,
    contradictions,
    access_to_care,
    check,
    checked,
    reference,
    entry,
    secretariat,
    trail,
)
"""The modules of pages; each has a `router`."""

COOKIE = "language"
A_YEAR = 365 * 24 * 3600

router = APIRouter(include_in_schema=False)


def install(app: FastAPI) -> None:
    """Mount the pages on the application of the API, whose data they show."""
    everybody = [Depends(authorise("read"))]
    app.include_router(router, dependencies=everybody)
    for page in PAGES:
        app.include_router(page.router, dependencies=everybody)
    app.include_router(entry.entering)
    app.mount("/static", StaticFiles(directory=STATIC))
    faults.install(app)


@router.get("/")
@router.get("/{lang:lang}")
async def start(request: Request, lang: Lang | None = None) -> RedirectResponse:
    """Lead to the first page in the language of the address, else of the reader's last choice, else of the browser."""
    chosen = request.cookies.get(COOKIE)
    known = chosen if chosen in LANGUAGES else None
    return RedirectResponse(f"/{lang or known or language(request)}/", 307, {"Vary": "Cookie, Accept-Language"})


@router.get("/language/{lang:lang}")
async def choose(lang: Lang, to: str = "/") -> RedirectResponse:
    """Remember the language chosen and lead to the same page in it; `to` is an address after its language."""
    # Behind "/fr", whatever stands in `to` stays an address of ours as long as it begins with a slash.
    answer = RedirectResponse(f"/{lang}{to if to.startswith('/') else '/'}", 303)
    answer.set_cookie(COOKIE, lang, max_age=A_YEAR, path="/", samesite="lax", httponly=True)
    return answer
