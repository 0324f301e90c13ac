"""The register for everybody: adhesion by place, specialty and day as a map and tables; the window and the quorum.

Counts only: nobody is named on these pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final, get_args

from anyio import to_thread
from fastapi import Request
from starlette.responses import Response

from medicomut.accession.statistics import Row
from medicomut.accession.wording import say, write_share
from medicomut.agreement import available, load
from medicomut.api.problems import STATUS
from medicomut.api.register import quorum_counted, window_asked
from medicomut.api.registered import Registered, registered
from medicomut.errors import Problem, Problems
from medicomut.geography import arrondissements, provinces, regions
from medicomut.money import Lang
from medicomut.web import tiles
from medicomut.web.drawing import Drawing
from medicomut.web.languages import Language, translations
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.told import told
from medicomut.web.written import N_

router = pages("/register")

BREAKDOWNS: Final = {
    "region": ("region", "profession"),
    "province": ("province", "profession"),
    "arrondissement": ("arrondissement", "profession"),
    "competence": ("profession", "competence"),
}
"""How the counts may be broken down, by the word of the choice."""

LIMITS: Final = (Fraction(80, 100), Fraction(85, 100), Fraction(90, 100))
"""Where the colours of the map part: the same on every day, so that two maps can be compared."""

BY_SHOWN: Final = dict(
    zip(BREAKDOWNS, (N_("by region"), N_("by province"), N_("by arrondissement"), N_("by specialty")), strict=True)
)


@router.get("")
async def rates(
    request: Request, lang: Language, by: str = "region", on: date | None = None, against: date | None = None
) -> Response:
    """Show who adheres on a day, by region, province, arrondissement or specialty, and what changed since another."""
    here = registered(request)
    chosen = by if by in BREAKDOWNS else "region"
    shown: dict[str, Any] = {"by": chosen, "on": on, "against": against, "breakdowns": BY_SHOWN, "registered": here,
                             "drawing": None, "groups": [], "total": None, "days": []}  # fmt: skip
    if here is not None:
        day = on or latest(here)
        shown |= {"on": day} | await to_thread.run_sync(lambda: counted(here, chosen, day, against, lang))
    return show(request, lang, "register.html", **shown)


def latest(here: Registered) -> date:
    """Return today, or the last day of the latest agreement where that is over."""
    today = here.today()
    ends = [term.interval.end for term in here.terms if term.interval.start <= today]
    covered = any(today in term.interval for term in here.terms)
    return today if covered or not ends else max(end or today for end in ends)


def counted(here: Registered, by: str, day: date, against: date | None, lang: Lang) -> dict[str, Any]:
    """Return the counts of a day as groups of rows, each with its change since another day, and their map."""
    names = BREAKDOWNS[by]
    rows = here.register.statistics(day, here.terms, names)
    before = here.register.statistics(against, here.terms, names) if against else []
    then = {row.key: row for row in before}
    level = names[0]
    groups: dict[str, list[tuple[str, Row, Row | None]]] = {}
    for row in rows:
        place, other = row.key
        if place is None:
            continue
        heading = named(level, place, lang)
        label = say("together", lang) if other is None else named(names[1], other, lang)
        groups.setdefault(heading, []).append((label, row, then.get(row.key)))
    total = next((row for row in rows if row.key == (None, None)), None)
    return {
        "groups": list(groups.items()),
        "total": total,
        "total_before": then.get((None, None)),
        "drawing": drawn(level, rows, lang) if level in get_args(tiles.Level) else None,
    }


def named(attribute: str, value: str, lang: Lang) -> str:
    """Return what a value of an attribute is called in the reader's language."""
    if value == "not_stated" or attribute == "profession":
        return say(value, lang)
    known: dict[str, dict[str, Mapping[str, str]]] = {
        "region": {one.key: one.name for one in regions().values()},
        "province": {code: one.name for code, one in provinces().items()},
        "arrondissement": {code: one.name for code, one in arrondissements().items()},
    }
    found = known.get(attribute, {}).get(value)
    return found[lang] if found else value


def drawn(level: str, rows: Sequence[Row], lang: Lang) -> Drawing | None:
    """Return the map of adhesion rates, both professions together."""
    of_place = {row.key[0]: row.rate for row in rows if row.key[1] is None and row.key[0] and row.active}
    codes = {region.key: region.code for region in regions().values()}
    values: dict[str, Fraction | None] = {codes.get(str(key), str(key)): rate for key, rate in of_place.items()}
    if level == "province":
        values[regions()["Brussels"].code] = of_place.get("not_stated")
    gettext = translations(lang).gettext
    words = tiles.Words(say(level, lang), say("rate", lang), gettext(N_("not known")))
    title = gettext(N_("Adhesion rate, general practitioners and specialists together"))
    told_of = gettext(N_("Each square is a place, near where it lies on the map; the darker, the more adhere."))
    exact = lambda rate: write_share(rate, lang)  # noqa: E731
    whole = lambda rate: f"{int(rate * 100)}%"  # noqa: E731
    wanted: tiles.Level = "region" if level == "region" else "province" if level == "province" else "arrondissement"
    return tiles.tile_map("adhesion", title, told_of, wanted, values, exact, words, lang, short=whole, limits=LIMITS)


@router.get("/window")
async def window(request: Request, lang: Language, agreement: str = "", published: date | None = None) -> Response:
    """Show the window to refuse, the count as it runs, and whether too many have refused by region."""
    here = registered(request)
    named_one = agreement or _under_way(here)
    problems: list[Problem] = []
    found, quorum = None, None
    try:
        found = window_asked(request, named_one, published)
        asked = found
        if here is not None:
            quorum = await to_thread.run_sync(lambda: quorum_counted(here, asked))
    except Problems as refused:
        problems = refused.problems
    today = here.today() if here else date.today()  # noqa: DTZ011 - the reader's own day is what is shown
    left = (found.last_day - today).days if found else None
    status = STATUS.get(problems[0].code, 422) if problems and agreement else 200
    return show(
        request, lang, "register_window.html", status=status, cache_control=KEPT_BY_NOBODY, registered=here,
        window=found, quorum=quorum, problems=told(problems), named=named_one, published=published, left=left,
        today=today, agreements=[load(name) for name in available()], regions=_region_names(lang),
        first_day=found.published if found else None, day=timedelta(days=1),
    )  # fmt: skip


def _under_way(here: Registered | None) -> str:
    """Return the agreement whose term is the latest that a publication is known of."""
    known = [name for name in available() if load(name).heading.published or (here and name in here.publications)]
    return known[-1]


def _region_names(lang: Lang) -> dict[str, str]:
    return {region.key: region.name[lang] for region in regions().values()}
