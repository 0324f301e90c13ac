"""The first page: what this is, what is known, and the way to everything else."""

from __future__ import annotations

from collections import Counter

from fastapi import Request
from starlette.responses import Response

from medicomut.agreement import available, load
from medicomut.api.registered import registered
from medicomut.api.room import room_of
from medicomut.observatory.published import names
from medicomut.observatory.series import years
from medicomut.web import navigation
from medicomut.web.languages import Language
from medicomut.web.reading import verified
from medicomut.web.render import show
from medicomut.web.routes import pages

router = pages()


@router.get("/")
async def home(request: Request, lang: Language) -> Response:
    """Show the search box, the parts, and how much is known."""
    fees = room_of(request).fees
    return show(
        request,
        lang,
        "home.html",
        doors=dict(navigation.DOORS),
        tables=len(names()),
        since=years()[-1],
        has_register=registered(request) is not None,
        agreements=[load(name) for name in available()],
        disputed={name: len(verified(name).findings) for name in available()},
        codes=len(fees.codes),
        statuses=Counter(row.status for row in fees.rows),
    )
