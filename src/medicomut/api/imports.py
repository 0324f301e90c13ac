"""Files of practitioners and declarations, looked at in a browser before they are recorded.

What somebody sends is read by a worker, as with jobs. What it read goes out with the page that shows the plan and comes
back with the form that records it, held to that plan by its hash: any process of the server can answer.
"""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import sys
import zlib
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
from anyio import to_thread
from fastapi import Request
from starlette.datastructures import UploadFile

from medicomut.api.problems import fault
from medicomut.api.room import room_of
from medicomut.errors import Problem, Problems

MOST_ROWS: Final = 20_000
"""Rows of a file in the browser; a larger one is imported with `medicomut register import`."""

ENDINGS: Final = ("csv", "xlsx", "parquet", "jsonl")
MOST_BYTES: Final = 20_000_000
"""What the rows of a form may unpack to."""

Rows = list[dict[str, str | None]]
READING_SECONDS: Final = 60


def packed(rows: Rows) -> str:
    """Return rows as a field of a form: the page holds them until they are recorded, and the server nothing."""
    return base64.b64encode(zlib.compress(msgspec.json.encode(rows))).decode()


def unpacked(field: str) -> Rows:
    """Return the rows of a field; raises `Problems` (`import_lost`) where it is not what a page held."""
    lost = fault("import_lost", "the rows that were looked at did not come with the form", "send the file again")
    try:
        inflating = zlib.decompressobj()
        content = inflating.decompress(base64.b64decode(field, validate=True), MOST_BYTES)
        rows = msgspec.json.decode(content, type=list[dict[str, str | None]])
    except (ValueError, zlib.error, msgspec.DecodeError):
        raise lost from None
    if inflating.unconsumed_tail or not inflating.eof or len(rows) > MOST_ROWS:
        raise lost
    return rows


async def read_upload(request: Request, sent: object) -> tuple[str, Rows]:
    """Return the name of a file that was sent and its rows as text, read by a worker.

    Raises `Problems`: `bad_upload`, `unknown_media_type`, `too_many_rows`, and those of the file.
    """
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise fault("bad_upload", "no file was chosen", "choose a file", "file")
    ending = Path(sent.filename).suffix[1:].lower()
    if ending not in ENDINGS:
        raise fault("unknown_media_type", "the file is of no kind read here", f"name it with: {', '.join(ENDINGS)}")
    with TemporaryDirectory(prefix="medicomut-import-") as folder:
        path = Path(folder) / f"declarations.{ending}"

        def copy() -> None:
            with path.open("wb") as to:
                shutil.copyfileobj(sent.file, to)

        await to_thread.run_sync(copy)
        told = await _read(request, path)
    if "problems" in told:
        raise Problems([Problem.from_dict(problem) for problem in told["problems"]])
    rows: Rows = told["rows"]
    return "".join(letter for letter in sent.filename if letter.isprintable())[:100], rows


async def _read(request: Request, path: Path) -> dict[str, Any]:
    settings = room_of(request).settings
    asked = {"task": "declarations", "lines": path.name, "people": None, "result": "", "most": MOST_ROWS,
             "memory": settings.job_memory, "unpacked": settings.unpacked_bytes}  # fmt: skip
    command = (sys.executable, "-m", "medicomut.api.job_work")
    process = await asyncio.create_subprocess_exec(*command, cwd=path.parent, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    assert process.stdin is not None  # noqa: S101 - both were asked for
    assert process.stdout is not None  # noqa: S101
    try:
        # Its input stays open: a worker ends when that does.
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        async with asyncio.timeout(READING_SECONDS):
            line = await process.stdout.read()
    except TimeoutError:
        line = b""
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    if not line:
        raise fault("unreadable_file", "the file could not be read", "save it again where it was made")
    told: dict[str, Any] = json.loads(line)
    return told
