"""The note on a scenario as an answer: a page that stands alone, or a PDF."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from fastapi import Request
from starlette.responses import Response

from medicomut.agreement import load
from medicomut.api.answers import KEPT_BY_NOBODY
from medicomut.api.budget_asked import bounded
from medicomut.budget.note import as_html, as_pdf
from medicomut.budget.note import note as written
from medicomut.budget.pricing import price

if TYPE_CHECKING:
    from medicomut.budget.scenario import Scenario
    from medicomut.money import Lang

KINDS: Final = {"html": "text/html", "pdf": "application/pdf"}
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


async def note_answer(request: Request, scenario: Scenario, lang: Lang, ending: str) -> Response:
    """Return the note in a language, as ``html`` or ``pdf``; kept by no cache."""
    body, policy = await bounded(request, _made, scenario, lang, ending)
    headers = {
        "Cache-Control": KEPT_BY_NOBODY,
        "Content-Language": lang,
        "Content-Disposition": f'inline; filename="note-{lang}.{ending}"',
        "Content-Security-Policy": policy,
    }
    kind = KINDS[ending]
    return Response(body, 200, headers, f"{kind}; charset=utf-8" if ending == "html" else kind)


def _made(scenario: Scenario, lang: Lang, ending: str) -> tuple[bytes, str]:
    """Return the note and what may run in it: nothing; its own style is named by its hash."""
    found = written(price(load(scenario.agreement), scenario), lang)
    nothing = "default-src 'none'; frame-ancestors 'none'"
    if ending == "pdf":
        return as_pdf(found), nothing
    page = as_html(found)
    styles = (b64encode(sha256(style.encode()).digest()).decode() for style in _STYLE.findall(page))
    allowed = " ".join(f"'sha256-{style}'" for style in styles)
    return page.encode(), f"{nothing}; style-src {allowed}"
