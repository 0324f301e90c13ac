"""The agreement for its readers: clause by clause at addresses that stay, and everything computed from it."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from medicomut.agreement import Agreement, available, index_rate, load
from medicomut.agreement.exporting import as_csv, to_dict
from medicomut.agreement.tables import AnnexTotal
from medicomut.api.agreements import agreement_of
from medicomut.errors import Problems
from medicomut.web import reading
from medicomut.web.languages import Language
from medicomut.web.render import show
from medicomut.web.routes import pages

router = pages("/agreements")

ONE = "/{country}/{body}/{term}"
OfAddress = Annotated[Agreement, Depends(agreement_of)]
On = Annotated[str, Query(max_length=20)]


def frame(lang: Language, found: Agreement, on: str = "") -> dict[str, Any]:
    """Return what every page of an agreement shows; `on` is the day its figures are asked for."""
    day, bad_day = _read(on)
    return {
        "agreement": found,
        "base": f"/{lang}/agreements/{found.id}",
        "day": day,
        "bad_day": bad_day,
        "as_of": f"?on={day}" if day else "",
        "chapters": [clause for clause in found.clauses if clause.parent is None],
        "actors": reading.actors(found.id),
    }


def _read(on: str) -> tuple[date | None, bool]:
    """Return the day asked for, and whether what was asked is no day."""
    try:
        return (date.fromisoformat(on.strip()) if on.strip() else None), False
    except ValueError:
        return None, True


@router.get("")
async def agreements(request: Request, lang: Language) -> Response:
    """List the agreements."""
    return show(request, lang, "agreements.html", agreements=[load(name) for name in available()])


@router.get(ONE)
async def one(request: Request, lang: Language, found: OfAddress, on: On = "") -> Response:
    """Show the cover sheet and the table of contents."""
    shown = frame(lang, found, on)
    below = {chapter.number: reading.within(found.clauses, chapter.number) for chapter in shown["chapters"]}
    return show(request, lang, "agreement.html", **shown, below=below, report=reading.verified(found.id))


@router.get(ONE + "/parameters")
async def parameters(request: Request, lang: Language, found: OfAddress, on: On = "") -> Response:
    """List every amount, rate, threshold, count and date."""
    shown = frame(lang, found, on)
    held = [parameter.during(shown["day"]) for parameter in found.parameters]
    held = [parameter for parameter in held if parameter.values]
    return show(request, lang, "parameters.html", **shown, groups=reading.by_chapter(held, shown["chapters"]))


@router.get(ONE + "/verification")
async def verification(request: Request, lang: Language, found: OfAddress) -> Response:
    """Show what was recomputed, and what does not agree."""
    return show(request, lang, "verification.html", **frame(lang, found), report=reading.verified(found.id))


@router.get(ONE + "/annex")
async def annex(request: Request, lang: Language, found: OfAddress) -> Response:
    """Show the budget table, each printed total beside the sum of its lines."""
    if found.annex is None:
        raise HTTPException(404)
    findings = reading.verified(found.id).findings
    doubts = [finding for finding in findings if (finding.clause or "").startswith("annex")]
    shown = frame(lang, found)
    return show(request, lang, "annex.html", **shown, annex=found.annex, sums=_sums(found.id), doubts=doubts)


@cache
def _sums(name: str) -> dict[str, tuple[int, int]]:
    """Return for every total of the annex its recomputed columns, in year and annual, in thousands of euro."""
    table = load(name).annex
    if table is None:
        return {}
    sums = {
        block.id: (
            sum(line.printed.in_year or 0 for line in block.lines),
            sum(line.printed.annual or 0 for line in block.lines),
        )
        for block in table.blocks
    }
    for total in table.totals:
        sums[total.id] = (_sum(total, sums, 0), _sum(total, sums, 1))
    return sums


def _sum(total: AnnexTotal, sums: dict[str, tuple[int, int]], column: int) -> int:
    return sum(sums[name][column] for name in total.plus) - sum(sums[name][column] for name in total.minus)


@router.get(ONE + "/index-rates")
async def index_rates(
    request: Request, lang: Language, found: OfAddress, code: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Show the index rate of each group of fees, and that of the code asked for."""
    if found.index_rates is None:
        raise HTTPException(404)
    answer, refused = None, ""
    try:
        answer = index_rate(found, code=code.strip()) if code.strip() else None
    except Problems as problems:
        refused = problems.problems[0].code
    content: dict[str, Any] = {"table": found.index_rates, "code": code.strip(), "answer": answer, "refused": refused}
    return show(request, lang, "index_rates.html", **frame(lang, found), **content)


@router.get(ONE + "/download/agreement.{kind}")
async def download(found: OfAddress, kind: str) -> Response:
    """Give all that is held of an agreement, as JSON or CSV."""
    if kind == "json":
        return Response(msgspec.json.encode(to_dict(found)), media_type="application/json")
    if kind == "csv":
        return Response(as_csv(found), media_type="text/csv; charset=utf-8")
    raise HTTPException(404)


@router.get(ONE + "/{number}")
async def clause(request: Request, lang: Language, found: OfAddress, number: str, on: On = "") -> Response:
    """Show one clause with what stands beside it, and the clauses under it."""
    chosen = found.clause(number)
    earlier, later = reading.neighbours(found, chosen)
    return show(
        request,
        lang,
        "clause.html",
        **frame(lang, found, on),
        clause=chosen,
        above=reading.above(found, chosen),
        elsewhere=reading.elsewhere(chosen),
        under=reading.within(found.clauses, number),
        beside=reading.beside(found.id),
        titles=reading.titles(found.id),
        earlier=earlier,
        later=later,
    )
