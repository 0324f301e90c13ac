"""`/v1/agreements`: what the parties signed, each clause at an address that stays."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from medicomut.agreement import Agreement, available, headings, index_rate, load, verify
from medicomut.agreement.comparison import Comparison, compare
from medicomut.agreement.exporting import clause_to_dict, heading_to_dict, parameter_to_dict
from medicomut.api import describe
from medicomut.api.access import authorise
from medicomut.api.answers import MOST_ON_A_PAGE, language, page, public
from medicomut.api.problems import fault
from medicomut.api.room import refuse_unknown_query

router = APIRouter(
    prefix="/v1/agreements",
    tags=["agreements"],
    dependencies=[Depends(authorise("read")), Depends(refuse_unknown_query)],
)

ONE = "/{country}/{body}/{term}"
OTHER = "/{other_country}/{other_body}/{other_term}"
Part = Annotated[str, Path(max_length=50)]
Limit = Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE, description="Members on a page")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before")]


async def agreement_of(country: Part, body: Part, term: Part) -> Agreement:
    """Return the agreement an address names; raises `Problems` (`unknown_agreement`)."""
    name = f"{country}/{body}/{term}"
    if name not in available():
        raise fault("unknown_agreement", f"no agreement {name!r}", f"known: {', '.join(available())}")
    return load(name)


async def other_of(other_country: Part, other_body: Part, other_term: Part) -> Agreement:
    """Return the agreement that another is compared with; raises `Problems` (`unknown_agreement`)."""
    return await agreement_of(other_country, other_body, other_term)


OfAddress = Annotated[Agreement, Depends(agreement_of)]
OfOther = Annotated[Agreement, Depends(other_of)]


def _address(agreement: str) -> str:
    return f"/v1/agreements/{agreement}"


@router.get(
    "",
    summary="The agreements",
    response_class=Response,
    responses=describe.answers(describe.PAGE, describe.CSV_TEXT),
)
async def agreements(request: Request, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List the agreements that are here, with their terms and how much of each is known."""
    members, listed, headers = page(request, headings(), lambda heading: heading.id, limit, cursor)
    kept = ("id", "title", "coverage", "term")
    items = [{key: cover[key] for key in kept} for cover in map(heading_to_dict, members)]
    items = [item | {"href": _address(item["id"])} for item in items]
    return public(request, {"items": items, **listed}, items, headers)


@router.get(ONE, summary="One agreement", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def one(request: Request, found: OfAddress) -> Response:
    """Give the cover sheet: title, term, coverage, days of signature and publication, and the hash of the data."""
    content = heading_to_dict(found.heading) | {"clauses": len(found.clauses), "data_hash": found.data_hash}
    return public(request, content, [content], {})


@router.get(ONE + "/clauses", summary="Its clauses", response_class=Response,
            responses=describe.answers(describe.PAGE, describe.CSV_TEXT))  # fmt: skip
async def clauses(request: Request, found: OfAddress, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List the clauses in the order of the text: number, title and summary in four languages, references."""
    members, listed, headers = page(request, found.clauses, lambda clause: clause.number, limit, cursor)
    items = [_clause(found, clause.number) for clause in members]
    return public(request, {"items": items, **listed}, items, headers)


@router.get(ONE + "/clauses/{number}", summary="One clause", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def clause(request: Request, found: OfAddress, number: Annotated[str, Path(max_length=50)]) -> Response:
    """Give one clause; its address stays as long as the agreement is served."""
    content = _clause(found, number)
    return public(request, content, [content], {})


def _clause(found: Agreement, number: str) -> dict[str, Any]:
    address = f"{_address(found.id)}/clauses/"
    below = [child.number for child in found.clauses if child.parent == number]
    content = clause_to_dict(found.clause(number))
    return content | {"below": below, "cited_as": f"{found.id}#{number}", "href": address + number}


@router.get(ONE + "/parameters", summary="Its amounts, rates, thresholds, counts and dates", response_class=Response,
            responses=describe.answers(describe.PAGE, describe.CSV_TEXT))  # fmt: skip
async def parameters(
    request: Request,
    found: OfAddress,
    on: Annotated[date | None, Query(description="Only values that hold on this day")] = None,
    match: Annotated[str, Query(max_length=100, description="Only those with this text in id or label")] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List what the agreement fixes, each value with its unit, its interval and its clauses."""
    wanted = match.casefold()
    held = [
        parameter.during(on)
        for parameter in found.parameters
        if any(wanted in text.casefold() for text in (parameter.id, *parameter.label.to_dict().values()))
    ]
    held = [parameter for parameter in held if parameter.values]
    members, listed, headers = page(request, held, lambda parameter: parameter.id, limit, cursor)
    items = [parameter_to_dict(parameter, found.id) for parameter in members]
    return public(request, {"items": items, **listed}, items, headers)


@router.get(ONE + "/index-rates", summary="The index rate of a fee", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def rate(
    request: Request,
    found: OfAddress,
    code: Annotated[str | None, Query(max_length=20, description="A nomenclature code of six digits")] = None,
    article: Annotated[str | None, Query(max_length=50, description="An article, such as 17bis")] = None,
    group: Annotated[str | None, Query(max_length=200, description="A fee group, by id or name")] = None,
) -> Response:
    """Say at which rate a fee is indexed: the most specific of code, article and group decides."""
    if code is None and article is None and group is None:
        raise fault("nothing_asked", "no fee is named", "give code, article or group")
    content = {"agreement": found.id} | index_rate(found, code=code, article=article, group=group).to_dict()
    return public(request, content, [content], {})


@router.get(ONE + "/verification", summary="The agreement verified against itself", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def verification(
    request: Request,
    found: OfAddress,
    lang: Annotated[str | None, Query(description="fr, nl, de or en; else Accept-Language")] = None,
) -> Response:
    """Recompute sums, pro-ratas and claims, and name what does not agree: contradictions are the source's own."""
    chosen = language(request, lang)
    content = _verified(found.id, chosen)
    return public(request, content, content["findings"], {"Content-Language": chosen})


@cache
def _verified(name: str, lang: str) -> dict[str, Any]:
    return verify(load(name)).to_dict(lang)


@router.get(ONE + "/comparison" + OTHER, summary="Two agreements beside one another", response_class=Response,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def comparison(request: Request, found: OfAddress, other: OfOther) -> Response:
    """Align parameters by name and clauses by subject; what one known in part does not show is unknown, not gone.

    CSV gives the parameters.
    """
    content = compared(found.id, other.id).to_dict()
    return public(request, content, content["parameters"], {})


@cache
def compared(before: str, after: str) -> Comparison:
    """Return what differs from one agreement to another, once."""
    return compare(load(before), load(after))
