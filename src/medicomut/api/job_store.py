"""Jobs on disk: a folder each, with its files and its state, so that a killed server forgets nothing."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from medicomut.api.problems import fault

State = Literal["queued", "running", "done", "failed", "cancelled"]
OPEN: tuple[State, ...] = ("queued", "running")

_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_STATE = "job.json"


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be checked: what was asked, and how far it is.

    `lines`, `people` and `result` are names of files in the job's folder; `lines_total` is None until it is known.
    """

    id: str
    owner: str
    created: str
    lines: str
    people: str | None
    result: str
    readings: dict[str, str] = field(default_factory=dict)
    state: State = "queued"
    lines_done: int = 0
    lines_total: int | None = None
    summary: dict[str, Any] | None = None
    receipt: dict[str, Any] | None = None
    problems: list[dict[str, Any]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return what is told of a job; `href` is its address, `result` that of its file once it is there."""
        address = f"/v1/jobs/{self.id}"
        told = {name: value for name, value in asdict(self).items() if name not in {"owner", "people"}}
        return told | {"href": address, "result": f"{address}/result" if self.state == "done" else None}


class JobStore:
    """The jobs of a data folder."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "jobs"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in self.folder.glob("*.new"):
            shutil.rmtree(left)  # an upload that the end of the server cut short
        self._jobs = {job.id: job for job in map(_read, self.folder.iterdir()) if job}

    def begin(self) -> Path:
        """Return a new folder for the files of a job that is being sent."""
        folder = self.folder / f"{secrets.token_urlsafe(16)}.new"
        folder.mkdir(mode=0o700)
        return folder

    def submit(self, folder: Path, *, owner: str, lines: str, people: str | None, result: str,
               readings: dict[str, str]) -> Job:  # fmt: skip
        """Take a folder that is complete as a job to be done."""
        created = datetime.now(UTC).isoformat()
        job = Job(folder.stem, owner, created, lines, people, result, readings)
        _write(folder, job)
        folder.rename(self.folder / job.id)
        self._jobs[job.id] = job
        return job

    def place(self, job: Job) -> Path:
        """Return the folder of a job."""
        return self.folder / job.id

    def get(self, number: str, owner: str) -> Job:
        """Return a job of its owner; raises `Problems` (`unknown_job`) for any other."""
        job = self._jobs.get(number) if _ID.fullmatch(number) else None
        if job is None or job.owner != owner:
            raise fault("unknown_job", "there is no such job", "use the address that the submission gave")
        return job

    def all(self, owner: str) -> list[Job]:
        """Return an owner's jobs, the latest first."""
        mine = (job for job in self._jobs.values() if job.owner == owner)
        return sorted(mine, key=lambda job: (job.created, job.id), reverse=True)

    def unfinished(self) -> list[Job]:
        """Return the jobs to be done, the oldest first."""
        return sorted((j for j in self._jobs.values() if j.state in OPEN), key=lambda job: (job.created, job.id))

    def progress(self, job: Job, done: int, total: int | None) -> None:
        """Remember how far a job is, in memory only: after a restart it begins again."""
        self._jobs[job.id] = replace(self._jobs[job.id], lines_done=done, lines_total=total)

    def change(self, job: Job, **changes: Any) -> Job:
        """Change a job's state, on disk first."""
        changed = replace(self._jobs[job.id], **changes)
        _write(self.place(job), changed)
        self._jobs[job.id] = changed
        return changed

    def remove(self, job: Job) -> None:
        """Forget a job and its files."""
        self._jobs.pop(job.id, None)
        shutil.rmtree(self.place(job))


def _write(folder: Path, job: Job) -> None:
    part = folder / f"{_STATE}.part"
    part.write_text(json.dumps(asdict(job)), encoding="utf-8")
    part.replace(folder / _STATE)


def _read(folder: Path) -> Job | None:
    try:
        return Job(**json.loads((folder / _STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # no job of ours: left where it is
