"""`/v1/jobs`: a file of lines, checked from end to end while its sender does something else."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from starlette.datastructures import FormData, UploadFile
from starlette.responses import FileResponse, Response

from medicomut.api import csrf, describe
from medicomut.api.access import Principal, authorise
from medicomut.api.answers import MOST_ON_A_PAGE, json_answer, page
from medicomut.api.job_runner import JobRunner, is_open
from medicomut.api.job_store import Job, JobStore, State
from medicomut.api.job_work import REGISTER_TABLE
from medicomut.api.problems import fault
from medicomut.api.registered import registered
from medicomut.api.room import refuse_unknown_query, room_of
from medicomut.api.trail import note
from medicomut.engines.notation import refuse_unknown
from medicomut.errors import Problems
from medicomut.tariff.practitioners import COLUMNS

FORMATS = {
    "text/csv": "csv",
    "application/vnd.apache.parquet": "parquet",
    "application/x-ndjson": "jsonl",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
"""The kinds of content a file may be sent as, and the ending each has."""

MESSAGES = {"application/fhir+json": "json", "application/fhir+xml": "xml"}
"""The kinds of eAttest and eTariff requests: taken as lines of care, never given back as a result."""

FILES, WORDS = ("lines", "practitioners"), ("reading", "column", "written", "out")
LONGEST_NAME = 100
FORM = "multipart/form-data"

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], dependencies=[Depends(refuse_unknown_query)])
Asker = Annotated[Principal, Depends(authorise("jobs"))]
Number = Annotated[str, InPath(max_length=50, description="The number the submission gave")]

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_TAKES = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["lines"],
                    "properties": {
                        "lines": _BINARY["schema"],
                        "practitioners": _BINARY["schema"] | {"description": f"Columns: {', '.join(COLUMNS)}"},
                        "reading": {"type": "array", "items": {"type": "string"}, "description": "NAME=VALUE"},
                        "column": {"type": "array", "items": {"type": "string"}, "description": "OURS=THEIRS"},
                        "written": {"type": "array", "items": {"type": "string"}, "description": "OURS=HOW"},
                        "out": {"enum": list(FORMATS.values()), "description": "Else that of the lines"},
                    },
                }
            },
            **dict.fromkeys((*FORMATS, *MESSAGES), _BINARY),
        },
    }
}


def rooms(request: Request) -> tuple[JobStore, JobRunner]:
    """Return where jobs lie and who does them; raises `Problems` (`no_jobs_here`) where none are taken."""
    runner: JobRunner | None = request.app.state.runner
    if runner is None:
        raise fault("no_jobs_here", "this server has no folder for jobs", "start it with --data FOLDER")
    return runner.store, runner


@router.post("", status_code=202, summary="Submit a file of lines", response_class=Response,
             responses=describe.takes_a_file(), openapi_extra=_TAKES)  # fmt: skip
async def submit(request: Request, who: Asker) -> Response:
    """Take a file as a body of its kind, or as a form with its table of practitioners; answer where to follow it."""
    job = await taken(request, who, partial(_received, request))
    rooms(request)[1].wake()
    content = job.to_dict()
    return json_answer(content, 202, {"Location": content["href"]})


async def taken(
    request: Request, who: Principal, receive: Callable[[Path], Awaitable[dict[str, Any]]], state: State = "queued"
) -> Job:
    """Keep what somebody sends as a job of theirs: `receive` writes its files into a folder and says what is asked.

    What is refused on the way leaves nothing. Raises `Problems`.
    """
    store, _ = rooms(request)
    settings = room_of(request).settings
    if len(store.all(who.name)) >= settings.jobs_kept:
        raise fault("too_many_jobs", "no more jobs are kept here", "delete those whose result you have")
    length = request.headers.get("content-length", "")
    coming = int(length) if length.isdecimal() else settings.upload_bytes
    if shutil.disk_usage(store.folder).free < coming + settings.disk_reserve:
        raise _disk_full()
    folder = await to_thread.run_sync(store.begin)
    try:
        asked = await receive(folder)
        here = registered(request)
        if here is not None and asked["people"] is None:
            asked |= {"people": REGISTER_TABLE, "known_at": here.now().isoformat()}
        room_of(request).pricer(asked["readings"])
        await note(request, "create", "success", f"/v1/jobs/{folder.stem}")
        return store.submit(folder, owner=who.name, state=state, **asked)
    except OSError as refused:
        if refused.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise _disk_full() from None
    finally:
        if folder.exists():  # it was not taken
            await to_thread.run_sync(shutil.rmtree, folder)


def _disk_full() -> Problems:
    mend = "try again later; whoever runs the server has to make room"
    return fault("disk_full", "the server has no room for a file of this size", mend)


async def _received(request: Request, folder: Path) -> dict[str, Any]:
    """Write the files of a request into a folder and return what is asked of them."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in FORMATS or kind in MESSAGES:
        name = f"lines.{(FORMATS | MESSAGES)[kind]}"
        await _write_body(request, folder / name)
        result = f"result.{FORMATS.get(kind, 'csv')}"
        return {"lines": name, "people": None, "result": result, "readings": {}, "columns": {}}
    if kind != FORM:
        mend = f"send {FORM}, or one of: {', '.join((*FORMATS, *MESSAGES))}"
        raise fault("unknown_media_type", f"{kind[:100] or 'no kind'} is not read here", mend)
    try:
        return await from_form(await csrf.form_of(request), folder)
    finally:
        await request.close()


async def _write_body(request: Request, path: Path) -> None:
    with path.open("wb") as file:
        async for part in request.stream():
            await to_thread.run_sync(file.write, part)


async def from_form(form: FormData, folder: Path) -> dict[str, Any]:
    """Write the files of a form into a folder and return what is asked of them; raises `Problems`."""
    for name in form:
        if name not in (*FILES, *WORDS, csrf.FIELD):
            raise fault("unknown_field", f"there is no field {name[:100]!r}", f"those read: {', '.join(FILES + WORDS)}",
                        name[:100])  # fmt: skip
    names: dict[str, str | None] = {}
    for part in FILES:
        given = [file for file in form.getlist(part) if not _left_empty(file)]
        if len(given) > 1 or any(not isinstance(file, UploadFile) for file in given):
            raise fault("bad_upload", f"{part} is not one file", "send one file, with a file name", part)
        names[part] = await _write_file(given[0], folder / part, part) if given else None
    if names["lines"] is None:
        raise fault("bad_upload", "there is no file of lines", "send it as the field lines", "lines")
    ending = Path(names["lines"]).suffix[1:]
    out = form.get("out", ending if ending in FORMATS.values() else "csv")
    if out not in FORMATS.values():
        raise fault("bad_upload", "out is no format of tables", f"use one of: {', '.join(FORMATS.values())}", "out")
    written = _pairs(form, "written", "bad_notation")
    refuse_unknown(written)
    title = next(file.filename for file in form.getlist("lines") if isinstance(file, UploadFile))
    return {"lines": names["lines"], "people": names["practitioners"], "result": f"result.{out}",
            "readings": _pairs(form, "reading", "bad_readings"), "columns": _pairs(form, "column", "bad_columns"),
            "written": written, "title": _shown_name(title)}  # fmt: skip


def _left_empty(part: object) -> bool:
    """Say whether a browser sent this for a file that nobody chose."""
    return not part.filename and not part.size if isinstance(part, UploadFile) else part == ""


def _shown_name(name: str | None) -> str:
    """Return what somebody called a file as they are shown it again; it names nothing on this machine."""
    return "".join(letter for letter in name or "" if letter.isprintable())[:LONGEST_NAME]


async def _write_file(file: Any, stem: Path, part: str) -> str:
    """Write one file under a name of ours: of the sender's, only the ending counts."""
    ending = Path(file.filename or "").suffix[1:].lower()
    kinds = FORMATS | MESSAGES if part == "lines" else FORMATS
    ending = ending if ending in kinds.values() else kinds.get((file.content_type or "").partition(";")[0], "")
    if not ending:
        raise fault("unknown_media_type", f"the file {part} is of no kind read here",
                    f"name it with one of the endings: {', '.join(kinds.values())}", part)  # fmt: skip
    path = stem.with_suffix(f".{ending}")

    def copy() -> None:
        with path.open("wb") as to:
            shutil.copyfileobj(file.file, to)

    await to_thread.run_sync(copy)
    return path.name


def _pairs(form: FormData, field: str, code: str) -> dict[str, str]:
    """Return what is chosen by fields written NAME=VALUE."""
    chosen = {}
    for given in form.getlist(field):
        name, equals, value = given.partition("=") if isinstance(given, str) else ("", "", "")
        if not equals:
            raise fault(code, f"a {field} names no value", "write NAME=VALUE", field)
        chosen[name] = value
    return chosen


@router.get("", summary="Your jobs", response_class=Response, responses=describe.answers(describe.PAGE))
async def jobs(
    request: Request,
    who: Asker,
    limit: Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """List jobs, the latest first."""
    store, _ = rooms(request)
    members, listed, headers = page(request, store.all(who.name), lambda job: job.id, limit, cursor)
    await note(request, "search", "success", request.url.path)
    return json_answer({"items": [job.to_dict() for job in members], **listed}, headers=headers)


@router.get("/{number}", summary="How far a job is", response_class=Response, responses=describe.answers(describe.JOB))
async def job_of(request: Request, number: Number, who: Asker) -> Response:
    """Give state, lines done and, at the end, the summary or what stopped it."""
    job = rooms(request)[0].get(number, who.name)
    await note(request, "read", "success", entity(job))
    return json_answer(job.to_dict())


def entity(job: Job) -> str:
    """Return what the audit trail calls a job."""
    return f"/v1/jobs/{job.id}"


@router.get("/{number}/result", summary="The lines checked", response_class=Response,
            responses=describe.answers(describe.OBJECT)
            | {200: {"description": "The file", "content": dict.fromkeys(FORMATS, _BINARY)}})  # fmt: skip
async def result(request: Request, number: Number, who: Asker) -> Response:
    """Give the file that `medicomut check` writes for the same lines, byte for byte."""
    store, _ = rooms(request)
    job = store.get(number, who.name)
    if job.state != "done":
        raise fault("no_result_yet", f"the job is {job.state}", "wait until it is done")
    await note(request, "read", "success", f"{entity(job)}/result")
    kind = next(kind for kind, ending in FORMATS.items() if job.result.endswith(ending))
    headers = {"Cache-Control": "no-store"}
    return FileResponse(store.place(job) / job.result, 200, headers, kind, filename=job.result)


@router.post("/{number}/cancel", summary="Give a job up", response_class=Response,
             responses=describe.answers(describe.JOB))  # fmt: skip
async def cancel(request: Request, number: Number, who: Asker) -> Response:
    """Stop a job that is not done; what it has done is dropped, its files stay until it is deleted."""
    _, runner = rooms(request)
    job = _open(request, number, who)
    await note(request, "update", "success", entity(job))
    return json_answer((runner.cancel(_open(request, number, who)) or _open(request, number, who)).to_dict())


def _open(request: Request, number: str, who: Principal) -> Job:
    job = rooms(request)[0].get(number, who.name)
    if not is_open(job):
        raise fault("not_running", f"the job is {job.state}", "only a job that waits or runs can be given up")
    return job


@router.delete("/{number}", status_code=204, summary="Forget a job and its files", response_class=Response,
               responses={key: said for key, said in describe.answers(describe.OBJECT).items() if key != 200}
               | {204: {"description": "Gone"}})  # fmt: skip
async def remove(request: Request, number: Number, who: Asker) -> Response:
    """Remove the lines, the practitioners and the result; a job that still runs is given up first."""
    store, runner = rooms(request)
    await note(request, "delete", "success", entity(store.get(number, who.name)))
    job = store.get(number, who.name)  # another request may have removed it, or it may be done, in the meantime
    if is_open(job):
        runner.cancel(job)
    await to_thread.run_sync(store.remove, job)
    return Response(status_code=204, headers={"Cache-Control": "no-store"})
