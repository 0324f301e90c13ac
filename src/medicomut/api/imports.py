"""Files of practitioners and declarations that were looked at and wait to be recorded: in memory, for their sender.

What somebody sends is read by a worker, as with jobs; what it read waits here until its sender has looked at the plan.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from anyio import to_thread
from fastapi import Request
from starlette.datastructures import UploadFile

from medicomut.api.problems import fault
from medicomut.api.room import room_of
from medicomut.errors import Problem, Problems
from medicomut.identity.secrets import new_secret

MOST_ROWS: Final = 20_000
"""Rows of a file in the browser; a larger one is imported with `medicomut register import`."""

ENDINGS: Final = ("csv", "xlsx", "parquet", "jsonl")
MOST_WAITING, LONGEST_SECONDS = 20, 3_600
READING_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """The rows of a file, whose they are, what its sender called it, and since when they wait."""

    owner: str
    name: str
    rows: list[dict[str, str | None]]
    since: float


class Imports:
    """The files that wait on one server; what is not recorded within an hour is forgotten."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Waiting] = OrderedDict()

    def keep(self, owner: str, name: str, rows: list[dict[str, str | None]]) -> str:
        """Keep the rows of a file and return what they are asked for by."""
        token = new_secret()[:32]
        self._waiting[token] = Waiting(owner, name, rows, time.monotonic())
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)
        return token

    def find(self, token: str, owner: str) -> Waiting:
        """Return a file of its owner; raises `Problems` (`import_forgotten`) where it no longer waits."""
        found = self._waiting.get(token)
        if found is None or found.owner != owner or time.monotonic() - found.since > LONGEST_SECONDS:
            raise fault("import_forgotten", "the file no longer waits here", "send it again")
        return found

    def forget(self, token: str) -> None:
        """Let go of a file."""
        self._waiting.pop(token, None)


async def read_upload(request: Request, sent: object) -> tuple[str, list[dict[str, str | None]]]:
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
    rows: list[dict[str, str | None]] = told["rows"]
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
