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

from anyio import to_thread
from filelock import FileLock, Timeout

from medicomut.api.job_store import OPEN, Job, JobStore
from medicomut.api.settings import Settings
from medicomut.errors import Problem

log = logging.getLogger("medicomut.api")

BROKE_OFF = Problem("job_broke_off", "the check of this file ended before it was whole", mend="check the file; it "
                     "may be damaged, or need more memory than a job may take")  # fmt: skip
TOO_LONG = Problem("job_timed_out", "the check of this file took too long", mend="send it in parts")


class JobRunner:
    """One job at a time: the machine stays free for requests, jobs keep their order.

    Of several servers that share a folder one works, and another takes over when it ends.
    """

    def __init__(self, store: JobStore, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._working = FileLock(store.folder / ".working", mode=0o600)
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work, first on what was left unfinished."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop work; the job at hand stays open on disk and is begun again at the next start."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._working.release()

    def wake(self) -> None:
        """Look at once what is to be done."""
        self._woken.set()

    def cancel(self, job: Job) -> Job | None:
        """Give a job up; what it has done is dropped. None where it was done before."""
        changed = self.store.change(job, state="cancelled")
        self.wake()
        return changed

    async def _run(self) -> None:
        while not self._first():
            await asyncio.sleep(self.settings.look_seconds)
        while True:
            for job in await to_thread.run_sync(self.store.unfinished):
                try:
                    running = self.store.change(job, state="running", lines_done=0)
                    if running:  # not cancelled meanwhile
                        await self._work(running)
                except Exception:
                    log.exception("job failed id=%s", job.id)
                    self._finish(job, {"problems": [BROKE_OFF.to_dict()]})
            await self._pause()

    def _first(self) -> bool:
        """Take the place of the one who works, where it is free."""
        with contextlib.suppress(Timeout):
            self._working.acquire(blocking=False)
        return self._working.is_locked

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), self.settings.look_seconds)
        self._woken.clear()

    async def _work(self, job: Job) -> None:
        folder = self.store.place(job)
        command = (sys.executable, "-m", "medicomut.api.job_work")
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
        watch = asyncio.create_task(self._end_when_given_up(job, process))
        try:
            async with asyncio.timeout(self.settings.job_seconds):
                told = await self._listen(job, process)
        except TimeoutError:
            told = {"problems": [TOO_LONG.to_dict()]}
        finally:
            watch.cancel()
            self._end(process)
            await process.wait()
            _tidy(folder)
        self._finish(job, told)

    async def _end_when_given_up(self, job: Job, process: Process) -> None:
        """End a worker whose job was cancelled or removed, here or by another server."""
        while True:
            await self._pause()
            if not any(one.id == job.id for one in await to_thread.run_sync(self.store.unfinished)):
                self._end(process)

    async def _listen(self, job: Job, process: Process) -> dict[str, Any]:
        """Tell the worker what to do and follow it; return the last it said."""
        assert process.stdin is not None  # noqa: S101 - both were asked for
        assert process.stdout is not None  # noqa: S101
        limits = {"memory": self.settings.job_memory, "unpacked": self.settings.unpacked_bytes,
                  "most": self.settings.job_lines}  # fmt: skip
        what = {"task": "check", "known_at": job.known_at, "register": self.settings.register,
                "lines": job.lines, "people": job.people, "result": job.result,
                "readings": job.readings, "columns": job.columns, "written": job.written,
                "fees": fees_of(self.settings)}  # fmt: skip
        process.stdin.write(json.dumps(what | limits).encode() + b"\n")
        async for line in process.stdout:
            told: dict[str, Any] = json.loads(line)
            if "done" not in told:
                return told
            self.store.progress(job, told["done"], told["total"])
        return {"problems": [BROKE_OFF.to_dict()]}

    def _finish(self, job: Job, told: dict[str, Any]) -> None:
        """Keep what came of a job, unless it was cancelled or removed meanwhile."""
        if "summary" in told:
            count = told["summary"]["lines"]
            self.store.change(job, state="done", lines_done=count, lines_total=count, **told)
        else:
            self.store.change(job, state="failed", problems=told["problems"])

    @staticmethod
    def _end(process: Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def _tidy(folder: Path) -> None:
    """Remove what a worker that was ended left half written."""
    if folder.exists():
        for part in folder.glob(".*.part*"):
            part.unlink(missing_ok=True)


def fees_of(settings: Settings) -> str | None:
    """Return the folder of fees a server was given; None for those shipped."""
    return str(settings.fees.resolve()) if settings.fees else None


def is_open(job: Job) -> bool:
    """Say whether a job is still to be done."""
    return job.state in OPEN
