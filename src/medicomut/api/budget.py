"""`/v1/budget`: means and uses, scenarios of a link or a file, rates under limits, figures not printed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from medicomut.agreement import Agreement, available, load
from medicomut.api import describe
from medicomut.api import describe_budget as described
from medicomut.api.access import authorise
from medicomut.api.agreements import ONE, OfAddress
from medicomut.api.answers import json_answer, language, public, wanted
from medicomut.api.bodies import json_object
from medicomut.api.budget_asked import MOST_BESIDE, bounded, link_of, priced, read_file, read_link, within_bounds
from medicomut.api.budget_note import KINDS, note_answer
from medicomut.api.problems import fault
from medicomut.api.room import refuse_unknown_query
from medicomut.budget import identity
from medicomut.budget.allocator import allocate
from medicomut.budget.annex import Prorata, Rounding, Rule, Sheet, sheet
from medicomut.budget.bases import bases
from medicomut.budget.demands import FIELDS, read_demands
from medicomut.budget.scenario import Scenario
from medicomut.budget.scenario_files import load_scenario, shipped
from medicomut.budget.uncertainty import with_range

PREFIX = "/v1/budget"
YAML = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain")
LANG = "lang"

router = APIRouter(prefix=PREFIX, tags=["budget"], dependencies=[Depends(authorise("read"))])
known_query = [Depends(refuse_unknown_query)]


@router.get("", summary="What is known of budgets", response_class=Response, dependencies=known_query,
            responses=describe.answers(describe.PAGE, describe.CSV_TEXT))  # fmt: skip
async def budgets(request: Request) -> Response:
    """List the agreements that hold a budget annex, and the scenarios shipped."""
    items = [{"agreement": name, "href": f"{PREFIX}/{name}"} for name in available() if load(name).annex is not None]
    scenarios = [_shipped(name) for name in shipped()]
    return public(request, {"items": items, "scenarios": scenarios, "total": len(items), "next": None}, items, {})


def _shipped(name: str) -> dict[str, Any]:
    found = load_scenario(name)
    title = None if found.title is None else found.title.to_dict()
    return {"name": name, "agreement": found.agreement, "title": title, "href": href(found)}


def href(scenario: Scenario) -> str:
    """Return the address that prices a scenario: the link to share."""
    return f"{PREFIX}/{scenario.agreement}/scenario?{link_of(scenario)}"


@router.get(ONE, summary="Means and uses", response_class=Response, dependencies=known_query,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def means_and_uses(
    request: Request,
    found: OfAddress,
    rounding: Annotated[Rounding, Query(description="Halves away from zero, as the annex; or to even")] = (
        Rounding.half_away_from_zero
    ),
    prorata: Annotated[Prorata, Query(description="Whole months, as the annex; or days")] = Prorata.months,
) -> Response:
    """Compute every line, subtotal, total and the balance in k€, beside what is printed; CSV gives them as rows."""
    computed = sheet(found, Rule(rounding, prorata))
    return public(request, computed.to_dict(), list(rows_of(computed)), {})


def rows_of(computed: Sheet) -> Iterator[dict[str, Any]]:
    """Yield the lines, subtotals and totals of a sheet as rows of a table, in the order of the annex."""
    for block in computed.blocks:
        for line in block.lines:
            yield {"kind": "line"} | line.to_dict()
        yield {"kind": "subtotal", **{name: value for name, value in block.to_dict().items() if name != "lines"}}
    for total in computed.totals:
        yield {"kind": "total"} | total.to_dict() | {"cites": list(computed.cites)}


@router.get(ONE + "/groups", summary="Its fee groups", response_class=Response, dependencies=known_query,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def groups(request: Request, found: OfAddress) -> Response:
    """List the fee groups with rate and yearly spending in k€; one counted with another has no spending of its own."""
    items = [group.to_dict() for group in bases(found).groups.values()]
    return public(request, {"agreement": found.id, "groups": items}, items, {})


@router.get(ONE + "/identities", summary="Figures not printed", response_class=Response, dependencies=known_query,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def identities(request: Request, found: OfAddress) -> Response:
    """Give the interval of each unstated figure, in k€ or percent, that follows from rounded growth rates."""
    figures = _solved(found)
    return public(request, {"agreement": found.id, "figures": figures}, figures, {})


@cache
def _solved(found: Agreement) -> list[dict[str, Any]]:
    return [figure.to_dict() for figure in identity.solve(found)]


@router.get(ONE + "/scenario", summary="A scenario priced, by its link", response_class=Response,
            responses=describe.answers(described.PRICED), openapi_extra=described.LINK)  # fmt: skip
async def scenario(request: Request, found: OfAddress) -> Response:
    """Say what the settings in the query cost, free and leave, in k€, beside the agreement: the address is the link."""
    return json_answer(await _answer(request, read_link(found, request.query_params.multi_items())))


async def _answer(request: Request, asked: Scenario) -> dict[str, Any]:
    figures, span = await priced(request, asked)
    return with_range(figures, span) | {"href": href(asked)}


@router.post("/scenarios", summary="A scenario file priced", response_class=Response, dependencies=known_query,
             responses=describe.answers(described.PRICED),
             openapi_extra={"requestBody": {"required": True, "content": {
                 "application/yaml": {"schema": described.SCENARIO_FILE}}}})  # fmt: skip
async def scenario_file(request: Request) -> Response:
    """Price a scenario file (docs/budget.md), up to 64,000 bytes; `href` is its link. Nothing is kept."""
    kind = request.headers.get("content-type", YAML[0]).partition(";")[0].strip().lower()
    if kind not in YAML:
        raise fault("unknown_media_type", f"{kind[:100] or 'no kind'} is not read here", f"send {YAML[0]}")
    asked = await to_thread.run_sync(read_file, await request.body(), "scenario.yaml")
    return json_answer(await _answer(request, asked))


@router.get(ONE + "/comparison", summary="Several scenarios", response_class=Response, dependencies=known_query,
            responses=describe.answers(described.BESIDE))  # fmt: skip
async def comparison(
    request: Request,
    found: OfAddress,
    scenario: Annotated[
        list[str], Query(description=f"The settings of a link, encoded; up to {MOST_BESIDE}", examples=["all=1.95%25"])
    ],
) -> Response:
    """Price several scenarios of one agreement; an empty one is the agreement itself."""
    asked = read_several(found, scenario)
    return json_answer({"scenarios": [await _answer(request, one) for one in asked]})


def read_several(found: Agreement, links: list[str]) -> list[Scenario]:
    """Return the scenarios of several links; raises `Problems` (`too_many_scenarios`, and those of `read_link`)."""
    if len(links) > MOST_BESIDE:
        raise fault("too_many_scenarios", f"{len(links)} scenarios side by side", f"at most {MOST_BESIDE}", "scenario")
    return [read_link(found, QueryParams(link).multi_items()) for link in links]


@router.get(ONE + "/scenario/note", summary="The note on a scenario", response_class=Response,
            responses=describe.answers(describe.OBJECT) | {200: {"description": "Two pages", "content": {
                kind: {"schema": {"type": "string"}} for kind in KINDS.values()}}},
            openapi_extra={"parameters": [*described.LINK["parameters"], {
                "name": LANG, "in": "query", "description": "fr, nl, de or en; else Accept-Language",
                "schema": {"enum": ["fr", "nl", "de", "en"]}}]})  # fmt: skip
async def note(request: Request, found: OfAddress) -> Response:
    """Write the two pages on a scenario, HTML or PDF as `Accept` asks; `note.html` and `note.pdf` are the same."""
    kinds = {kind: ending for ending, kind in KINDS.items()}
    return await _note(request, found, kinds[wanted(request, tuple(kinds))])


@router.get(ONE + "/scenario/note.{ending}", include_in_schema=False)
async def note_of_kind(
    request: Request, found: OfAddress, ending: Annotated[str, Path(pattern=f"^({'|'.join(KINDS)})$")]
) -> Response:
    """Write the note in the format of its ending."""
    return await _note(request, found, ending)


async def _note(request: Request, found: Agreement, ending: str) -> Response:
    pairs = [(key, value) for key, value in request.query_params.multi_items() if key != LANG]
    chosen = language(request, request.query_params.get(LANG))
    return await note_answer(request, read_link(found, pairs), chosen, ending)


@router.post(ONE + "/allocation", summary="Best rates under limits", response_class=Response, dependencies=known_query,
             responses=describe.answers(described.ALLOCATION),
             openapi_extra=describe.body(described.DEMANDS_BODY))  # fmt: skip
async def allocation(request: Request, found: OfAddress) -> Response:
    """Choose the best rates by fee group with their proof, or name the smallest set of limits that conflict."""
    demands = within_bounds(read_demands(await json_object(request, FIELDS), found))
    return json_answer((await bounded(request, allocate, found, demands)).to_dict())
