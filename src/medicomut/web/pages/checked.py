"""A checked file: what was found in figures, its lines a page at a time, one of them explained, downloads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import PurePath
from typing import Annotated, Any, Final
from urllib.parse import quote

import msgspec
from anyio import to_thread
from fastapi import Path, Request
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from medicomut.api import jobs
from medicomut.api.job_files import JobFiles
from medicomut.api.job_store import Job
from medicomut.api.jobs import FORMATS, Asker, Number
from medicomut.api.room import room_of
from medicomut.api.trail import note
from medicomut.engines import browse
from medicomut.engines.browse import TABLE, Wanted
from medicomut.errors import Problems
from medicomut.tariff.vocabulary import VERDICTS
from medicomut.web.languages import Language
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.told import told

router = pages("/check/{number}")

ON_A_PAGE: Final = 50
BEYOND: Final = 100_000_000
SAME: Final = ("medicomut", "rules", "law", "fees", "agreement")
"""The parts of a receipt that a server gives by itself: where they are others, a line may come out otherwise."""


async def result(request: Request, lang: Language, job: Job, files: JobFiles) -> Response:
    """Show what was found: figures, and a page of the lines asked for."""
    wanted = _wanted(request.query_params)
    first = _number(request.query_params.get("from", "0"))
    content: dict[str, Any] = {"job": job, "problems": [], "wanted": wanted, "page": None, "first": first}
    await note(request, "read", "success", f"{jobs.entity(job)}/result")
    try:
        if await files.made(job, TABLE) is None:
            return _shown(request, lang, "check_job.html", **content)
    except Problems as refused:
        return _shown(request, lang, "check_job.html", **content | {"problems": told(refused.problems)})
    folder = jobs.rooms(request)[0].place(job)
    page = await to_thread.run_sync(partial(browse.page, folder, wanted, first, ON_A_PAGE))
    return _shown(request, lang, "checked.html", **content | {"page": page, "last": first + len(page.lines)},
                  verdicts=VERDICTS, kept=_kept(wanted), earlier=_onward(wanted, first - ON_A_PAGE),
                  later=_onward(wanted, first + ON_A_PAGE) if first + ON_A_PAGE < page.total else "",
                  endings=_endings(job))  # fmt: skip


def _shown(request: Request, lang: Language, template: str, **content: Any) -> Response:
    return show(request, lang, template, cache_control=KEPT_BY_NOBODY, **content)


def _wanted(query: Mapping[str, str]) -> Wanted:
    return Wanted(**{name: query.get(name, "")[:200].strip() for name in ("verdict", "reason", "practitioner")})


def _number(text: str) -> int:
    return min(int(text), BEYOND) if text.isascii() and text.isdigit() else 0


def _kept(wanted: Wanted) -> str:
    """Return the filters as a query, so that a link keeps them."""
    return str(QueryParams({name: value for name, value in asdict(wanted).items() if value}))


def _onward(wanted: Wanted, first: int) -> str:
    if first <= -ON_A_PAGE:
        return ""
    return "?" + "&".join(filter(None, (_kept(wanted), f"from={max(0, first)}")))


def _endings(job: Job) -> list[str]:
    """Return the formats a result can be had in: a job of the API has the one it asked for."""
    ending = PurePath(job.result).suffix[1:]
    return list(FORMATS.values()) if ending == "parquet" else [ending]


@router.get("/lines/{row}")
async def line(
    request: Request, lang: Language, number: Number, row: Annotated[int, Path(ge=0, le=BEYOND)], who: Asker
) -> Response:
    """Show one line with every step that decided it."""
    job = _done(request, number, who.name)
    await note(request, "read", "success", f"{jobs.entity(job)}/result")
    files: JobFiles = request.app.state.files
    if await files.made(job, TABLE) is None:
        return _shown(request, lang, "check_job.html", job=job, problems=[])
    pricer = room_of(request).pricer(job.readings)
    folder = jobs.rooms(request)[0].place(job)
    found = await to_thread.run_sync(partial(browse.explain, folder, row, pricer.conditions, pricer.fees))
    if found is None:
        raise HTTPException(404)
    steps = [(name, value, cites) for name, value, _, cites in found.priced.steps() if value]
    before = job.receipt or {}
    return _shown(
        request,
        lang,
        "checked_line.html",
        job=job,
        row=row,
        given={name: value for name, value in found.line.items() if value not in (None, "")},
        result=found.priced.result(),
        steps=steps,
        changed=any(before.get(part) != pricer.receipt[part] for part in SAME),
        kept=_kept(_wanted(request.query_params)),
    )


def _done(request: Request, number: str, who: str) -> Job:
    job = jobs.rooms(request)[0].get(number, who)
    if job.state != "done":
        raise HTTPException(404)
    return job


@router.get("/summary.json")
async def summary(request: Request, number: Number, who: Asker) -> Response:
    """Give the figures and the receipt as JSON."""
    job = _done(request, number, who.name)
    await note(request, "read", "success", f"{jobs.entity(job)}/result")
    body = msgspec.json.encode({"file": job.title, "readings": job.readings, "columns": job.columns,
                                "written": job.written, "summary": job.summary, "receipt": job.receipt})  # fmt: skip
    return Response(body, 200, _as_file(f"{_stem(job)}-summary.json"), "application/json")


@router.get("/result.{ending}")
async def download(request: Request, lang: Language, number: Number, ending: str, who: Asker) -> Response:
    """Give the checked lines in a format; one that takes long to write says so and leads there when it is written."""
    job = _done(request, number, who.name)
    if ending not in _endings(job):
        raise HTTPException(404)
    await note(request, "read", "success", f"{jobs.entity(job)}/result")
    files: JobFiles = request.app.state.files
    path = await files.made(job, f"result.{ending}")
    if path is None:
        return _shown(request, lang, "check_job.html", job=job, problems=[], writing=ending)
    kind = next(kind for kind, known in FORMATS.items() if known == ending)
    return FileResponse(path, 200, {"Cache-Control": KEPT_BY_NOBODY}, kind, filename=f"{_stem(job)}-checked.{ending}")


def _stem(job: Job) -> str:
    return PurePath(job.title).stem or "lines"


def _as_file(name: str) -> dict[str, str]:
    return {"Cache-Control": KEPT_BY_NOBODY, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
