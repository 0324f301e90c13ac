"""The observatory: series of accession as charts, maps of tiles, and everything to take away."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from medicomut.api.answers import cached
from medicomut.api.observatory import PREFIX
from medicomut.money import Lang
from medicomut.observatory.datasets import datasets, specialty_name
from medicomut.observatory.downloads import SIDE
from medicomut.observatory.figures import ALL, COUNTRY, GP, SPECIALIST
from medicomut.observatory.series import changes, in_year, points, years
from medicomut.observatory.wording import say
from medicomut.web.drawing import as_file
from medicomut.web.languages import Language
from medicomut.web.pictures import CHANGED, LATEST, percent, picture
from medicomut.web.render import show
from medicomut.web.routes import pages

router = pages("/observatory")

WHO: Final = {ALL: "regions", GP: "regions-gp", SPECIALIST: "regions-specialist"}
"""Whose rates a chart by region shows: all physicians, or one profession."""
MAPS: Final = {ALL: "map-all", GP: "map-gp", SPECIALIST: "map-specialist"}
FORMATS: Final = {"csv": "CSV", "excel.csv": "CSV (;)", "xlsx": "Excel", "parquet": "Parquet", "json": "JSON"}


@router.get("")
async def series(request: Request, lang: Language, who: str = ALL, year: str = "") -> Response:
    """Show the rates since 2011, what changed, who refused; the figures of a year with their sources."""
    chosen = who if who in WHO else ALL
    shown = int(year) if year.isdigit() and int(year) in years() else LATEST
    country = in_year(LATEST)[COUNTRY, ALL]
    names = ("country", WHO[chosen], "changes", "refusals", "specialties", "activity")
    content: dict[str, Any] = {
        "pictures": {name: picture(name, lang) for name in names},
        "by_region": WHO[chosen],
        "who": chosen,
        "professions": _professions(lang),
        "year": shown,
        "years": years(),
        "points": [point for point in points() if point.year == shown],
        "changed": [each for each in changes(*CHANGED) if not each.later.specialty and each.exact is not None],
        "between": CHANGED,
        "country": country,
        "rate_of": lambda point: percent(lang, point.decimals)(point.rate),
        "relative_of": lambda change: ("+" if change.relative > 0 else "") + percent(lang)(change.relative),
        "say_of": lambda key: say(key, lang),
        "specialty_name": lambda key: specialty_name(key, lang),
    }
    return show(request, lang, "observatory.html", **content)


@router.get("/maps")
async def maps(request: Request, lang: Language, who: str = ALL) -> Response:
    """Show the rates by region, and the inhabitants by province and arrondissement, as maps of tiles."""
    chosen = who if who in MAPS else ALL
    names = (MAPS[chosen], "population-province", "population-arrondissement")
    shown = {name: picture(name, lang) for name in names}
    return show(request, lang, "observatory_maps.html", pictures=shown, who=chosen, professions=_professions(lang))


@router.get("/downloads")
async def downloads(request: Request, lang: Language) -> Response:
    """List the data sets with their sources, licence and formats, and the catalogue."""
    return show(
        request, lang, "observatory_downloads.html",
        datasets=list(datasets().values()), formats=FORMATS, prefix=f"{PREFIX}/data", side=SIDE,
    )  # fmt: skip


@router.get("/pictures/{name}.svg")
async def picture_file(request: Request, lang: Language, name: str) -> Response:
    """Give a chart or a map as a file of its own, with its heading, its source and its colours."""
    found = picture(name, lang)
    if found is None:
        raise HTTPException(404)
    return cached(request, as_file(found, lang).encode(), "image/svg+xml", {})


def _professions(lang: Lang) -> dict[str, str]:
    return {each: say(each, lang) for each in (ALL, GP, SPECIALIST)}
