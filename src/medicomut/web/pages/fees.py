"""Fees: what is known of a code on which days, as a chart and a table, and where each figure comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from medicomut.agreement import IndexRate, available, index_rate, load
from medicomut.api.answers import as_csv
from medicomut.api.room import Room, room_of
from medicomut.errors import Problems
from medicomut.identifiers import check_nomenclature
from medicomut.tariff.fee_history import history
from medicomut.web import care, charts
from medicomut.web.languages import Language
from medicomut.web.origins import fee_sources, remark
from medicomut.web.render import show
from medicomut.web.routes import pages

router = pages("/fees")


@dataclass(frozen=True, slots=True)
class Period:
    """A fee on the days it is known; `shares` are those of the patient, ordinary or preferential, file or not."""

    start: date
    end: date
    rows: list[dict[str, Any]]

    @property
    def first(self) -> dict[str, Any]:
        """The row whose fee, status and sources all others share."""
        return self.rows[0]


def periods(room: Room, code: str) -> list[Period]:
    """Return what is known of a code, a period each, its kinds of patient in the order of the API."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in history(room.schedule, code):
        found.setdefault(row["valid_from"], []).append(row)
    return [
        Period(date.fromisoformat(start), date.fromisoformat(rows[0]["valid_to"]), rows)
        for start, rows in found.items()
    ]


@router.get("")
async def fees(request: Request, lang: Language, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """List the codes with a fee, those that hold the words asked for."""
    room = room_of(request)
    latest = {f"{row.code:06}": row for row in room.fees.rows}
    asked = q.strip()
    rows = [
        (code, care.name(code, lang), row)
        for code, row in latest.items()
        if not asked or code.startswith(asked) or care.holds(care.name(code, lang), asked)
    ]
    return show(request, lang, "fees.html", q=asked, rows=rows, known=len(latest))


@router.get("/{code}")
async def fee(request: Request, lang: Language, code: str) -> Response:
    """Show every fee known for a code."""
    checked = check_nomenclature(code)
    if not checked.valid:
        raise HTTPException(404)
    folder = room_of(request).settings.fees
    found, sources = periods(room_of(request), code), fee_sources(folder)
    known = [charts.Known(of.start, of.end, of.first["fee_cents"], of.first["status"]) for of in found]
    named = [name for period in found for row in period.rows for name in row["sources"]]
    return show(
        request,
        lang,
        "fee.html",
        code=code,
        service=care.services().get(code),
        periods=found,
        remarks=lambda row: [*remark(row["how"], folder), *remark(row["note"], folder)],
        chart=charts.history(known, lang),
        sources={name: sources[name] for name in dict.fromkeys(named)},
        rates=_rates(code),
    )


def _rates(code: str) -> list[tuple[str, IndexRate]]:
    """Return the index rate each agreement fixes for a code, where it does."""
    found = []
    for name in available():
        try:
            found.append((name, index_rate(load(name), code=code)))
        except Problems:
            continue  # this agreement says nothing of the code
    return found


@router.get("/{code}/fees.csv")
async def download(request: Request, code: str) -> Response:
    """Give every fee known for a code as CSV."""
    found = history(room_of(request).schedule, code)
    if not found:
        raise HTTPException(404)
    return Response(as_csv(found), media_type="text/csv; charset=utf-8")
