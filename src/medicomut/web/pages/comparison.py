"""Two agreements beside one another: what changed, what is new, what is not known of either."""

from __future__ import annotations

from collections import Counter
from typing import Final

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from medicomut.agreement import available, load
from medicomut.agreement.comparison import latest
from medicomut.api.agreements import ONE, OTHER, OfAddress, OfOther, compared
from medicomut.web.languages import Language
from medicomut.web.render import show
from medicomut.web.routes import pages
from medicomut.web.written import N_

router = pages("/agreements")

STATUSES: Final = {
    "same": N_("the same"),
    "changed": N_("changed"),
    "added": N_("added"),
    "gone": N_("gone"),
    "unknown_before": N_("unknown in the first"),
    "unknown_after": N_("unknown in the second"),
    "aligned": N_("the same matter"),
    "same_subject": N_("the same subject"),
}
"""How a figure or a clause of one agreement stands to the other."""

UNKNOWN: Final = ("unknown_before", "unknown_after")


@router.get("/comparison")
async def choose(lang: Language, before: str = "", after: str = "") -> Response:
    """Lead to the comparison of the two chosen; of the first two where that is no choice."""
    known = available()
    one, other = (name if name in known else known[at] for at, name in ((0, before), (-1, after)))
    return RedirectResponse(f"/{lang}/agreements/{one}/comparison/{other}", 303)


@router.get(ONE + "/comparison" + OTHER)
async def comparison(request: Request, lang: Language, found: OfAddress, other: OfOther) -> Response:
    """Show parameters aligned by name and clauses by subject; what one known in part lacks is unknown, not gone."""
    comparison = compared(found.id, other.id)
    return show(
        request,
        lang,
        "agreements_compared.html",
        found=comparison,
        known=[load(name) for name in available()],
        parameters=[row for row in comparison.parameters if row.status not in ("same", *UNKNOWN)],
        clauses=[row for row in comparison.clauses if row.status not in UNKNOWN],
        unknown=[row for row in comparison.parameters if row.status in UNKNOWN],
        counted=(
            Counter(row.status for row in comparison.parameters),
            Counter(row.status for row in comparison.clauses),
        ),
        statuses=STATUSES,
        latest=latest,
    )
