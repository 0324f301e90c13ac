"""`/v1/observatory`: series, changes, published tables and their contradictions, access to care, data sets."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated, Any, Final

import msgspec
from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from medicomut.api import describe, observing
from medicomut.api import describe_observatory as described
from medicomut.api.access import authorise
from medicomut.api.answers import MOST_ON_A_PAGE, cached, json_answer, language, page, public
from medicomut.api.problems import fault
from medicomut.api.registered import register_of
from medicomut.api.room import refuse_unknown_query, room_of
from medicomut.geography import find, municipality
from medicomut.money import Lang as Spoken
from medicomut.observatory.access import LEVELS, Level, access
from medicomut.observatory.catalogue import catalogue
from medicomut.observatory.datasets import dataset, datasets
from medicomut.observatory.downloads import MEDIA_TYPES, SIDE, SIDE_TYPE, side_file, written
from medicomut.observatory.kept import judged
from medicomut.observatory.published import names, published
from medicomut.observatory.series import activity, changes, plain, points, refusals, years
from medicomut.observatory.shortage import PER, scheme, schemes

PREFIX: Final = "/v1/observatory"
PUBLISHER: Final = "medicomut"
JSON_LD: Final = "application/ld+json"
CSV: Final = ("text/csv", "text/plain", "application/csv")

router = APIRouter(
    prefix=PREFIX, tags=["observatory"], dependencies=[Depends(authorise("read")), Depends(refuse_unknown_query)]
)

Lang = Annotated[str | None, Query(description="fr, nl, de or en; else Accept-Language")]
TableName = Annotated[str, Path(max_length=60, description="A table that is shipped", examples=["conventioning-2024"])]
Year = Annotated[int | None, Query(ge=1900, le=2100, description="Only this year")]


@router.get("", summary="What there is", response_class=Response, responses=describe.answers(describe.OBJECT))
async def index(request: Request) -> Response:
    """List the published tables, the years of the series, the thresholds and the data sets."""
    found = {
        "tables": [{"name": name, "href": f"{PREFIX}/tables/{name}"} for name in names()],
        "years": years(),
        "thresholds": list(schemes()),
        "datasets": [{"name": name, "href": f"{PREFIX}/data/{name}.csv"} for name in datasets()],
        "catalogue": f"{PREFIX}/data/catalogue.jsonld",
    }
    return public(request, found, [], {})


@router.get("/series", summary="Rates by year and group", response_class=Response,
            responses=describe.answers(describe.PAGE, describe.CSV_TEXT))  # fmt: skip
async def series(
    request: Request,
    year: Year = None,
    region: Annotated[str | None, Query(max_length=60, description="Belgium, Brussels, Flanders, Wallonia")] = None,
    profession: Annotated[str | None, Query(max_length=20, description="gp, specialist or all")] = None,
    specialty: Annotated[str | None, Query(max_length=60, description="A specialty; empty: all together")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE)] = 200,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Give what is known of each group in each year: rate in percent, persons, status and source."""
    asked = {"year": year, "region": region, "profession": profession, "specialty": specialty}
    found = [
        point
        for point in points()
        if all(value is None or getattr(point, name) == value for name, value in asked.items())
    ]
    members, listed, headers = page(request, found, lambda p: "|".join((str(p.year), *p.group)), limit, cursor)
    items = [point.to_dict() for point in members]
    return public(request, {"items": items, **listed}, items, headers)


@router.get("/changes", summary="What changed between two years", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def changed(
    request: Request,
    earlier: Annotated[int, Query(ge=1900, le=2100, examples=[2023])],
    later: Annotated[int, Query(ge=1900, le=2100, examples=[2024])],
) -> Response:
    """Give the change of every group known in both years: percentage points, from rates and from persons."""
    items = [change.to_dict() for change in changes(earlier, later)]
    return public(request, {"earlier": earlier, "later": later, "items": items}, items, {})


@router.get("/refusals/{year}", summary="Who refused", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def refused(request: Request, year: Annotated[int, Path(ge=1900, le=2100)]) -> Response:
    """Give refusals by region and profession with their share of all; none where a region's are not known."""
    items = [
        {
            "region": part.region,
            "profession": part.profession,
            "refused": part.refused,
            "share_percent": plain(share, 2),
        }
        for part, share in refusals(year)
    ]
    return public(request, {"year": year, "items": items}, items, {})


@router.get("/activity", summary="By heads and by activity", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def weighted(request: Request) -> Response:
    """Give the share of physicians who acceded beside the share of consultations at conventioned ones, in percent."""
    items = [
        {
            "year": each.year,
            "profession": each.profession,
            "specialty": each.specialty or None,
            "heads_percent": None if each.heads is None else plain(each.heads, 0),
            "activity_percent": plain(each.activity, 0),
            "status": each.status,
            "source": each.source,
        }
        for each in activity()
    ]
    return public(request, {"items": items}, items, {})


@router.get("/tables/{name}", summary="A published table", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def table(request: Request, name: TableName) -> Response:
    """Give the figures of a published table as printed, with what each is read as."""
    found = published(name)
    cells = [
        {
            "cell": cell.name,
            "printed": cell.figure.printed,
            "measure": cell.key.measure,
            "year": cell.key.year,
            "region": cell.key.region,
            "profession": cell.key.profession,
            "status": cell.status,
            "source": cell.source or found.head.get("source"),
        }
        for cell in found.cells
    ]
    return public(request, {"name": name, "head": dict(found.head), "figures": cells}, cells, {})


@router.get("/tables/{name}/verification", summary="Its contradictions", response_class=Response,
            responses=describe.answers(described.VERIFICATION))  # fmt: skip
async def verification(request: Request, name: TableName, lang: Lang = None) -> Response:
    """Give what the figures of a published table cannot all be, each finding with its proof and its repair."""
    return public(request, judged(name, language(request, lang))["verification"], [], {})


@router.get("/tables/{name}/reconstruction", summary="The counts behind it", response_class=Response,
            responses=describe.answers(described.RECONSTRUCTION))  # fmt: skip
async def reconstruction(request: Request, name: TableName) -> Response:
    """Give the whole numbers that a published table's rounded rates allow: one answer, or ranges."""
    return public(request, judged(name, "en")["reconstruction"], [], {})


@router.post("/verification", summary="A table of one's own verified", response_class=Response,
             responses=describe.answers(described.VERIFICATION), openapi_extra=described.TABLE)  # fmt: skip
async def verification_of_own(request: Request, lang: Lang = None) -> Response:
    """Give the contradictions of a table sent as CSV (docs/observatory.md), up to 200,000 bytes. Nothing is kept."""
    return json_answer((await _own(request, language(request, lang)))["verification"])


@router.post("/reconstruction", summary="The counts behind a table of one's own", response_class=Response,
             responses=describe.answers(described.RECONSTRUCTION), openapi_extra=described.TABLE)  # fmt: skip
async def reconstruction_of_own(request: Request) -> Response:
    """Give the whole numbers that the figures of a table sent as CSV allow. Nothing is kept."""
    return json_answer((await _own(request, "en"))["reconstruction"])


async def _own(request: Request, lang: Spoken) -> dict[str, Any]:
    return await observing.judged(request.app.state.judging, await _csv(request), "table.csv", lang)


async def _csv(request: Request) -> bytes:
    kind = request.headers.get("content-type", CSV[0]).partition(";")[0].strip().lower()
    if kind not in CSV:
        raise fault("unknown_media_type", f"{kind[:100] or 'no kind'} is not read here", f"send {CSV[0]}")
    return await request.body()


@router.get("/thresholds", summary="Thresholds of shortage", response_class=Response,
            responses=describe.answers(describe.OBJECT))  # fmt: skip
async def thresholds(request: Request, lang: Lang = None) -> Response:
    """Give the published thresholds: general practitioners per 100,000 inhabitants, `below` strictly."""
    spoken = language(request, lang)
    items = [
        {
            "name": each.name,
            "title": each.title[spoken],
            "counts": each.measure,
            "status": each.status,
            "source": each.source,
            "classes": [
                {"class": one.key, "below": one.below, "people_per_km2_below": one.people_per_km2_below}
                for one in each.classes
            ],
        }
        for each in schemes().values()
    ]
    return public(request, {"per": PER, "items": items}, [], {})


@router.get("/municipalities", summary="Municipalities by name", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def municipalities(
    request: Request, q: Annotated[str, Query(min_length=1, max_length=60, description="A name or NIS code")]
) -> Response:
    """Find municipalities by a name in any language or by NIS code, at most 50; accents do not count."""
    items = [
        {
            "code": place.code,
            "name": dict(place.name),
            "arrondissement": place.arrondissement.code,
            "inhabitants": place.inhabitants,
        }
        for place in find(q)
    ]
    return public(request, {"items": items}, items, {})


@router.get("/municipalities/{code}", summary="How many practitioners a municipality needs", response_class=Response,
            responses=describe.answers(describe.OBJECT))  # fmt: skip
async def needed(request: Request, code: Annotated[str, Path(pattern="^[0-9]{5}$", examples=["62063"])]) -> Response:
    """Give a municipality's inhabitants and the least number of practitioners that keeps it above each threshold."""
    place = municipality(code)
    found = {
        "code": place.code,
        "name": dict(place.name),
        "arrondissement": {"code": place.arrondissement.code, "name": dict(place.arrondissement.name)},
        "inhabitants": place.inhabitants,
        "needed": [
            {"thresholds": each.name, "counts": each.measure, "not": one.key,
             "at_least": each.enough(place.inhabitants, one.key)}
            for each in schemes().values()
            for one in each.classes
            if one.below is not None and one.people_per_km2_below is None
        ],
    }  # fmt: skip
    return public(request, found, [], {})


@router.get("/access", summary="Access to care from the register", response_class=Response,
            responses=describe.answers(described.ACCESS, describe.CSV_TEXT))  # fmt: skip
async def served_by_register(
    request: Request,
    by: Annotated[Level, Query(description=f"One of: {', '.join(LEVELS)}")] = "municipality",
    thresholds: Annotated[str, Query(max_length=20)] = "heads",
    on: Annotated[date | None, Query(description="The day; else today")] = None,
    lang: Lang = None,
) -> Response:
    """Count the general practitioners of this server's register per 100,000 inhabitants, by municipality or above.

    Municipalities where fewer than five work are withheld, and others with them, so that nobody can compute them.
    """
    here, chosen, spoken = register_of(request), scheme(thresholds), language(request, lang)
    day = on or here.today()
    found = await to_thread.run_sync(observing.counted, here, day)
    places = await to_thread.run_sync(access, found.supply, chosen, by, None, found.withheld)
    items = [each.to_dict(spoken) for each in sorted(places, key=lambda each: each.order)]
    answer = {
        "on": day.isoformat(),
        "thresholds": chosen.name,
        "counts": chosen.measure,
        "measure": "heads",
        "without_municipality": found.nowhere,
        "not_general_practitioners": found.others,
        "withheld_municipalities": len(found.withheld),
        "places": items,
    }
    rows = [{name: value for name, value in item.items() if not isinstance(value, dict)} for item in items]
    return public(request, answer, rows, {"Content-Language": spoken})


@router.post("/access", summary="Access to care from a list", response_class=Response,
             responses=describe.answers(described.ACCESS), openapi_extra=described.LIST)  # fmt: skip
async def served(
    request: Request,
    by: Annotated[Level, Query(description=f"One of: {', '.join(LEVELS)}")] = "municipality",
    thresholds: Annotated[str, Query(max_length=20)] = "aviq",
    lang: Lang = None,
) -> Response:
    """Count general practitioners per 100,000 inhabitants in a list sent as CSV, up to 4 MB. Nothing is kept.

    The columns are municipality (NIS code or name) and where known practitioner, profession, fte.
    """
    chosen, spoken = scheme(thresholds), language(request, lang)
    found = await to_thread.run_sync(observing.read_practitioners, await _csv(request), "practitioners.csv")
    places = await to_thread.run_sync(access, found, chosen, by)
    answer = {
        "thresholds": chosen.name,
        "counts": chosen.measure,
        "measure": "heads" if found.fte is None else "fte",
        "without_municipality": found.nowhere,
        "not_general_practitioners": found.others,
        "places": [each.to_dict(spoken) for each in sorted(places, key=lambda each: each.order)],
    }
    return json_answer(answer)


@router.get("/data/catalogue.jsonld", summary="The catalogue (DCAT)", response_class=Response,
            responses=described.CATALOGUE)  # fmt: skip
async def described_data(request: Request) -> Response:
    """Give the catalogue of the data sets as DCAT-AP in JSON-LD."""
    # What a Host header says is not believed: without an address of its own a server's files lie beside the catalogue.
    public_url = room_of(request).settings.public_url
    base = f"{public_url.rstrip('/')}{PREFIX}/data/" if public_url else ""
    return cached(request, msgspec.json.encode(catalogue(PUBLISHER, base)), JSON_LD, {})


@router.get("/data/{file}", summary="A data set as a file", response_class=Response, responses=described.FILES)
async def data(
    request: Request,
    file: Annotated[str, Path(max_length=60, pattern=r"^[a-z]+\.[a-z.-]+$", examples=["series.csv"])],
) -> Response:
    """Give a data set: `.csv`, `.excel.csv`, `.xlsx`, `.parquet`, `.json`; what is said of it: `.csv-metadata.json`."""
    name, _, ending = file.partition(".")
    found = dataset(name)
    if ending == SIDE:
        return public(request, side_file(found), [], {})
    if ending not in MEDIA_TYPES:
        raise fault(
            "unknown_format", f"there is no {file[:60]!r}", f"the formats are: {', '.join(MEDIA_TYPES)}", "file"
        )
    body = await to_thread.run_sync(_written, name, ending)
    kind = MEDIA_TYPES[ending] + ("; charset=utf-8" if MEDIA_TYPES[ending].startswith("text/") else "")
    headers = {
        "Content-Disposition": f'attachment; filename="{file}"',
        "Link": f'<{PREFIX}/data/{name}.{SIDE}>; rel="describedby"; type="{SIDE_TYPE}"',
    }
    return cached(request, body, kind, headers)


@cache
def _written(name: str, ending: str) -> bytes:
    return written(dataset(name), ending)
