"""Runs jobs one after the other, each in a process of its own, and takes up again what a killed server left."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any

from medicomut.api.job_store import OPEN, Job, JobStore
from medicomut.api.settings import Settings
from medicomut.errors import Problem

log = logging.getLogger("medicomut.api")

_BROKE_OFF = Problem("job_broke_off", "the check of this file ended before it was whole", mend="check the file; it "
                     "may be damaged, or need more memory than a job may take")  # fmt: skip
_TOO_LONG = Problem("job_timed_out", "the check of this file took too long", mend="send it in parts")


class JobRunner:
    """One worker at a time: the machine stays free for requests, jobs keep their order."""

    def __init__(self, store: JobStore, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._working: tuple[str, Process] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work, first on what was left unfinished."""
        for job in self.store.unfinished():
            self.add(self.store.change(job, state="queued", lines_done=0))
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop work; the job at hand stays open on disk and is begun again at the next start."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def add(self, job: Job) -> None:
        """Put a job last."""
        self._waiting.put_nowait(job.id)

    def cancel(self, job: Job) -> Job:
        """Give a job up; what it has done is dropped."""
        changed = self.store.change(job, state="cancelled")
        if self._working and self._working[0] == job.id:
            self._end(self._working[1])
        return changed

    async def _run(self) -> None:
        while True:
            number = await self._waiting.get()
            job = next((job for job in self.store.unfinished() if job.id == number), None)
            if job is not None:  # not cancelled meanwhile
                try:
                    await self._work(self.store.change(job, state="running"))
                except Exception:
                    log.exception("job failed id=%s", job.id)
                    self._finish(job, {"problems": [_BROKE_OFF.to_dict()]})

    async def _work(self, job: Job) -> None:
        folder = self.store.place(job)
        command = (sys.executable, "-m", "medicomut.api.job_work")
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
        self._working = (job.id, process)
        try:
            async with asyncio.timeout(self.settings.job_seconds):
                told = await self._listen(job, process)
        except TimeoutError:
            told = {"problems": [_TOO_LONG.to_dict()]}
        finally:
            self._working = None
            self._end(process)
            await process.wait()
            _tidy(folder)
        self._finish(job, told)

    async def _listen(self, job: Job, process: Process) -> dict[str, Any]:
        """Tell the worker what to do and follow it; return the last it said."""
        assert process.stdin is not None  # noqa: S101 - both were asked for
        assert process.stdout is not None  # noqa: S101
        limits = {"memory": self.settings.job_memory, "unpacked": self.settings.unpacked_bytes,
                  "most": self.settings.job_lines}  # fmt: skip
        what = {"lines": job.lines, "people": job.people, "result": job.result, "readings": job.readings}
        process.stdin.write(json.dumps(what | limits).encode() + b"\n")
        async for line in process.stdout:
            told: dict[str, Any] = json.loads(line)
            if "done" not in told:
                return told
            self.store.progress(job, told["done"], told["total"])
        return {"problems": [_BROKE_OFF.to_dict()]}

    def _finish(self, job: Job, told: dict[str, Any]) -> None:
        now = next((found for found in self.store.unfinished() if found.id == job.id), None)
        if now is None:
            return  # cancelled or removed meanwhile
        if "summary" in told:
            count = told["summary"]["lines"]
            self.store.change(now, state="done", lines_done=count, lines_total=count, **told)
        else:
            self.store.change(now, state="failed", problems=told["problems"])

    @staticmethod
    def _end(process: Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def _tidy(folder: Path) -> None:
    """Remove what a worker that was ended left half written."""
    if folder.exists():
        for part in folder.glob(".*.part*"):
            part.unlink(missing_ok=True)


def is_open(job: Job) -> bool:
    """Say whether a job is still to be done."""
    return job.state in OPEN
