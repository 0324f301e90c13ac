"""Check a file: sent, its columns named, followed while it is checked, given up, deleted.

The work is that of the API's jobs, done by the same functions; what somebody sends stays in the folder of their job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from anyio import to_thread
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from medicomut.agreement import Ambiguity, load
from medicomut.api import csrf, jobs
from medicomut.api.job_files import JobFiles
from medicomut.api.job_store import Job
from medicomut.api.jobs import Asker, Number
from medicomut.api.problems import STATUS
from medicomut.api.registered import registered
from medicomut.api.room import room_of
from medicomut.api.trail import note
from medicomut.engines import notation
from medicomut.engines.notation import NOTATIONS
from medicomut.errors import Problem, Problems
from medicomut.tariff.book import AGREEMENT, READINGS
from medicomut.tariff.vocabulary import LINE_COLUMNS, REQUIRED_COLUMNS
from medicomut.web import example
from medicomut.web.languages import Language
from medicomut.web.pages import checked
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.standing import standing
from medicomut.web.told import told

router = pages("/check")

RESULT: Final = "result.parquet"
"""What pages read of a result is made from it; every other format is written when it is asked for."""

READ_AS, HOW, READING = "as-", "how-", "reading-"


def files_of(request: Request) -> JobFiles:
    """Return what makes files beside results; raises `Problems` (`no_jobs_here`) where no files are taken."""
    jobs.rooms(request)
    files: JobFiles = request.app.state.files
    return files


@router.get("")
async def start(request: Request, lang: Language, said: str = "") -> Response:
    """Show the form for a file, and one's own jobs."""
    return _start(request, lang, deleted=said == "deleted")


def _start(request: Request, lang: Language, problems: Sequence[Problem] = (), *, deleted: bool = False) -> Response:
    found = standing(request)
    mine = jobs.rooms(request)[0].all(found.who.name) if found.may("jobs") and found.takes_files else []
    status = STATUS.get(problems[0].code, 422) if problems else 200
    return show(request, lang, "check.html", status=status, cache_control=KEPT_BY_NOBODY, mine=mine,
                problems=told(problems), deleted=deleted, has_register=registered(request) is not None)  # fmt: skip


@router.post("")
async def send(request: Request, lang: Language, who: Asker) -> Response:
    """Take a file, look at its columns, and lead to where they are named."""

    async def receive(folder: Path) -> dict[str, Any]:
        try:
            return await jobs.from_form(await csrf.form_of(request), folder) | {"result": RESULT}
        finally:
            await request.close()

    try:
        return await _drafted(request, lang, await jobs.taken(request, who, receive, "draft"))
    except Problems as refused:
        return _start(request, lang, refused.problems)


@router.post("/example")
async def try_example(request: Request, lang: Language, who: Asker) -> Response:
    """Take a synthetic file as if it had been sent."""

    async def receive(folder: Path) -> dict[str, Any]:
        return await to_thread.run_sync(partial(example.write, folder, room_of(request).fees, lang))

    try:
        return await _drafted(request, lang, await jobs.taken(request, who, receive, "draft"))
    except Problems as refused:
        return _start(request, lang, refused.problems)


async def _drafted(request: Request, lang: Language, job: Job) -> Response:
    await files_of(request).preview(job)
    return RedirectResponse(f"/{lang}/check/{job.id}", 303)


@router.get("/{number}")
async def one(request: Request, lang: Language, number: Number, who: Asker) -> Response:
    """Show a job as it stands: its columns to be named, how far it is, what was found or what stopped it."""
    job = jobs.rooms(request)[0].get(number, who.name)
    if job.state == "draft" and job.preview is None:  # the server ended while it looked
        job = await files_of(request).preview(job)
    if job.state == "draft":
        return _columns(request, lang, job, _proposed(job), {})
    if job.state == "done":
        return await checked.result(request, lang, job, files_of(request))
    return show(request, lang, "check_job.html", cache_control=KEPT_BY_NOBODY, job=job, problems=told(job.problems))


@router.post("/{number}")
async def begin(request: Request, lang: Language, number: Number, who: Asker) -> Response:
    """Check a draft with its columns read as chosen."""
    store, runner = jobs.rooms(request)
    job = store.get(number, who.name)
    if job.state != "draft" or job.preview is None:
        return RedirectResponse(f"/{lang}/check/{number}", 303)
    sent = await request.form(max_files=0)
    chosen = [str(sent.get(f"{READ_AS}{at}", "")) for at in range(len(job.preview["columns"]))]
    readings = {a.id: value for a in _ambiguities() if (value := str(sent.get(READING + a.id, a.default))) != a.default}
    hows = [str(sent.get(f"{HOW}{at}", "")) for at in range(len(chosen))]
    try:
        columns = _read_as([column["name"] for column in job.preview["columns"]], chosen)
        written = _written(job.preview["columns"], chosen, hows)
        room_of(request).pricer(readings)
    except Problems as refused:
        return _columns(request, lang, job, _Chosen(chosen, hows), readings, refused.problems)
    await note(request, "update", "success", jobs.entity(job))
    store.change(job, of=("draft",), state="queued", columns=columns, written=written, readings=readings)
    runner.wake()
    return RedirectResponse(f"/{lang}/check/{number}", 303)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What each column of a file is read as, and how it is written; empty where nothing is chosen."""

    ours: Sequence[str]
    hows: Sequence[str]


def _proposed(job: Job) -> _Chosen:
    """Propose what names say, and a way to write where only one can be meant; our own goes before others."""
    columns = (job.preview or {})["columns"]
    ours = [column["read_as"] or column["likely"] or "" for column in columns]
    return _Chosen(ours, [_first_way(column, name) for column, name in zip(columns, ours, strict=True)])


def _first_way(column: Mapping[str, Any], ours: str) -> str:
    ways = column["ways"].get(notation.kind_of(ours), {})
    own = NOTATIONS[ours][0] if ours in NOTATIONS else ""
    return own if own in ways else next(iter(ways)) if len(ways) == 1 else ""


def _written(columns: Sequence[Mapping[str, Any]], chosen: Sequence[str], hows: Sequence[str]) -> dict[str, str]:
    """Return how the columns read are written, where not our way.

    Raises `Problems` (`notation_missing`) for a day that can be meant in several ways and for every amount whose unit
    was not in sight when it was sent; `bad_notation`.
    """
    written = {}
    faults = []
    for column, ours, how in zip(columns, chosen, hows, strict=True):
        if ours not in NOTATIONS:
            continue
        way = how or (_first_way(column, ours) if NOTATIONS[ours] is notation.DAYS else "")
        if way:
            written[ours] = way
        elif column["ways"][notation.kind_of(ours)]:
            faults.append(Problem("notation_missing", column["name"]))
    if faults:
        raise Problems(faults)
    notation.refuse_unknown(written)
    return {ours: way for ours, way in written.items() if way != NOTATIONS[ours][0]}


def _read_as(names: Sequence[str], chosen: Sequence[str]) -> dict[str, str]:
    """Return which of ours is read from which of theirs, where that is not said by its name.

    Raises `Problems`: `missing_column`, `column_twice`.
    """
    faults = [Problem("missing_column", name, mend=f"{READ_AS}") for name in REQUIRED_COLUMNS if name not in chosen] + [
        Problem("column_twice", name) for name in LINE_COLUMNS if chosen.count(name) > 1
    ]
    if faults:
        raise Problems(faults)
    columns = {
        ours: theirs for theirs, ours in zip(names, chosen, strict=True) if ours in LINE_COLUMNS and ours != theirs
    }
    left = {theirs: "" for theirs, ours in zip(names, chosen, strict=True) if theirs in LINE_COLUMNS and not ours}
    return left | columns


def _ambiguities() -> list[Ambiguity]:
    return [found for found in load(AGREEMENT).ambiguities if found.id in READINGS]


def _columns(
    request: Request,
    lang: Language,
    job: Job,
    chosen: _Chosen,
    readings: Mapping[str, str],
    problems: Sequence[Problem] = (),
) -> Response:
    """Show the columns of a draft, each with its first values and what it is to be read as."""
    preview = job.preview or {}
    return show(
        request,
        lang,
        "check_columns.html",
        status=422 if problems else 200,
        cache_control=KEPT_BY_NOBODY,
        job=job,
        preview=preview,
        columns=list(zip(preview["columns"], chosen.ours, chosen.hows, strict=True)),
        kinds={ours: notation.kind_of(ours) for ours in NOTATIONS},
        notations=NOTATIONS,
        ours=LINE_COLUMNS,
        required=REQUIRED_COLUMNS,
        missing=[problem.what for problem in problems if problem.code == "missing_column"],
        unsaid=[problem.what for problem in problems if problem.code == "notation_missing"],
        twice=[problem.what for problem in problems if problem.code == "column_twice"],
        ambiguities=_ambiguities(),
        readings=readings,
    )


@router.post("/{number}/cancel")
async def give_up(request: Request, lang: Language, number: Number, who: Asker) -> Response:
    """Give a job up; one that ended meanwhile is shown as it is."""
    try:
        await jobs.cancel(request, number, who)
    except Problems as refused:
        if refused.problems[0].code != "not_running":
            raise
    return RedirectResponse(f"/{lang}/check/{number}", 303)


@router.post("/{number}/delete")
async def delete(request: Request, lang: Language, number: Number, who: Asker) -> Response:
    """Forget a job with its files, at once."""
    await jobs.remove(request, number, who)
    return RedirectResponse(f"/{lang}/check?said=deleted", 303)
