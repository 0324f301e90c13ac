"""Pages to look things up in: the glossary, the sources and their status, the door for programs."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from medicomut import geography
from medicomut.agreement import available, load, load_law
from medicomut.api.room import room_of
from medicomut.observatory.published import names, published
from medicomut.observatory.shortage import schemes
from medicomut.web import glossary, reading
from medicomut.web.languages import Language
from medicomut.web.origins import fee_sources
from medicomut.web.render import show
from medicomut.web.routes import pages
from medicomut.web.written import N_

router = pages()

PLACES: Final = {
    "municipalities": N_("Municipalities with their names, codes and inhabitants"),
    "arrondissements": N_("Arrondissements"),
    "provinces": N_("Provinces"),
    "regions": N_("Regions"),
}
"""The tables of places, as a reader knows them."""


@router.get("/glossary")
async def terms(request: Request, lang: Language) -> Response:
    """Show the field's terms in the four languages."""
    return show(request, lang, "glossary.html", sections=glossary.terms())


@router.get("/sources")
async def sources(request: Request, lang: Language) -> Response:
    """Show every text and table the figures rest on, and how sure they are."""
    room = room_of(request)
    agreements = [load(name) for name in available()]
    texts = [*(of for agreement in agreements for of in agreement.sources), *load_law("be").sources]
    return show(
        request,
        lang,
        "sources.html",
        agreements=agreements,
        reports={agreement.id: reading.verified(agreement.id) for agreement in agreements},
        named=list({of.id: of for of in texts}.values()),
        tables=[published(name) for name in names()],
        places=[
            (label, of := geography.sources()[table], date.fromisoformat(of.day)) for table, label in PLACES.items()
        ],
        schemes=schemes().values(),
        fees=fee_sources(room.settings.fees),
        statuses=Counter(row.status for row in room.fees.rows),
        receipt=room.plain.receipt,
    )


@router.get("/api")
async def api(request: Request, lang: Language) -> Response:
    """Show what programs can ask."""
    server = room_of(request).settings.public_url or str(request.base_url)
    return show(request, lang, "api.html", paths=_paths(request), server=server.rstrip("/"))


def _paths(request: Request) -> list[tuple[str, str, str]]:
    """Return method, path and summary of every route the API describes, in its order."""
    found: dict[str, Any] = request.app.openapi()["paths"]
    return [
        (method.upper(), path, operation.get("summary", ""))
        for path, operations in found.items()
        for method, operation in operations.items()
    ]
