"""What is made of a job's files for somebody who looks at it: a preview, the table of its lines, downloads.

Each is made by a worker in a process of its own, one at a time, within the bounds of a job, and kept in its folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Any, Final

from medicomut.api.job_runner import BROKE_OFF, TOO_LONG, fees_of
from medicomut.api.job_store import Job, JobStore
from medicomut.api.settings import Settings
from medicomut.errors import Problem, Problems

PATIENCE_SECONDS: Final = 10
"""How long a request waits for a file; then it is told that the file is being made."""


class JobFiles:
    """The files made beside the results of one server's jobs."""

    def __init__(self, store: JobStore, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._at_work = asyncio.Semaphore(1)
        self._making: dict[tuple[str, str], asyncio.Task[dict[str, Any]]] = {}

    async def stop(self) -> None:
        """End what is being made; it is begun again when it is asked for."""
        for task in list(self._making.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def preview(self, job: Job) -> Job:
        """Look at the file of a draft and keep what its sender is to see; a file that cannot be read fails the job."""
        told = await self._told(job, {"task": "preview"})
        changes = told if "preview" in told else {"state": "failed", **told}
        return self.store.change(job, of=("draft",), **changes) or job

    async def made(self, job: Job, name: str) -> Path | None:
        """Return a file made of a job's result; None where it takes longer than a request waits.

        Raises `Problems` with what stopped the making of it.
        """
        path, key = self.store.place(job) / name, (job.id, name)
        if path.exists():
            self._making.pop(key, None)
            return path
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._told(job, {"task": "make", "file": name}))
        done, _ = await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        if not done:
            return None
        self._making.pop(key, None)
        if "problems" in task.result():
            raise Problems(map(Problem.from_dict, task.result()["problems"]))
        return path

    async def _told(self, job: Job, asked: dict[str, Any]) -> dict[str, Any]:
        """Have a worker do something in a job's folder and return what it said."""
        limits = {"memory": self.settings.job_memory, "unpacked": self.settings.unpacked_bytes,
                  "most": self.settings.job_lines, "fees": fees_of(self.settings)}  # fmt: skip
        what = {"lines": job.lines, "people": job.people, "result": job.result, "known_at": job.known_at,
                "register": self.settings.register}  # fmt: skip
        command = (sys.executable, "-m", "medicomut.api.job_work")
        async with self._at_work:
            process = await asyncio.create_subprocess_exec(
                *command, cwd=self.store.place(job), stdin=PIPE, stdout=PIPE, stderr=DEVNULL
            )
            assert process.stdin is not None  # noqa: S101 - both were asked for
            assert process.stdout is not None  # noqa: S101
            try:
                # Its input stays open: a worker ends when that does.
                process.stdin.write(json.dumps(asked | what | limits).encode() + b"\n")
                async with asyncio.timeout(self.settings.job_seconds):
                    line = await process.stdout.read()
            except TimeoutError:
                return {"problems": [TOO_LONG.to_dict()]}
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        told: dict[str, Any] = json.loads(line) if line else {"problems": [BROKE_OFF.to_dict()]}
        return told
