"""Jobs on disk: a folder each, with its files and its state.

A killed server forgets nothing, and several servers may share the folder: each reads what another wrote.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from medicomut.api.problems import fault, told
from medicomut.errors import Problem

State = Literal["draft", "queued", "running", "done", "failed", "cancelled"]
OPEN: tuple[State, ...] = ("queued", "running")

_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_STATE, _PROGRESS = "job.json", "progress.json"

CUT_SHORT_SECONDS = 7_200
"""An upload this old is no longer being sent."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be checked: what was asked, and how far it is.

    `lines`, `people` and `result` are names of files in the job's folder; `lines_total` is None until it is known.
    `title` is what its sender called the file of lines, `columns` which column of theirs is which of ours, `written`
    how a column is written where not our way. A `draft` waits until its sender has said so; `preview` is what they are
    shown for it. Where `people` is the register's table, `known_at` is the instant until which declarations count:
    begun again, the job gives the same.
    """

    id: str
    owner: str
    created: str
    lines: str
    people: str | None
    result: str
    known_at: str | None = None
    readings: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    title: str = ""
    state: State = "queued"
    lines_done: int = 0
    lines_total: int | None = None
    summary: dict[str, Any] | None = None
    receipt: dict[str, Any] | None = None
    problems: list[dict[str, Any]] = field(default_factory=list)
    preview: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what is told of a job; `href` is its address, `result` that of its file once it is there."""
        address = f"/v1/jobs/{self.id}"
        held = {name: value for name, value in asdict(self).items() if name not in {"owner", "people", "preview"}}
        faults = told([Problem.from_dict(plain) for plain in self.problems])
        return held | {
            "problems": faults,
            "href": address,
            "result": f"{address}/result" if self.state == "done" else None,
        }


class JobStore:
    """The jobs of a data folder."""

    def __init__(self, data: Path, cut_short_after: float = CUT_SHORT_SECONDS) -> None:
        self.folder = data / "jobs"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._changing = FileLock(self.folder / ".changing", mode=0o600)
        for left in self.folder.glob("*.new"):
            if time.time() - left.stat().st_mtime > cut_short_after:
                shutil.rmtree(left)  # an upload that the end of its server cut short

    def begin(self) -> Path:
        """Return a new folder for the files of a job that is being sent."""
        folder = self.folder / f"{secrets.token_urlsafe(16)}.new"
        folder.mkdir(mode=0o700)
        return folder

    def submit(self, folder: Path, *, owner: str, **asked: Any) -> Job:
        """Take a folder that is complete as a job to be done; `asked` are the other fields of `Job`."""
        job = Job(folder.stem, owner, datetime.now(UTC).isoformat(), **asked)
        _write(folder, job)
        folder.rename(self.folder / job.id)
        return job

    def place(self, job: Job) -> Path:
        """Return the folder of a job."""
        return self.folder / job.id

    def get(self, number: str, owner: str) -> Job:
        """Return a job of its owner; raises `Problems` (`unknown_job`) for any other."""
        job = _read(self.folder / number) if _ID.fullmatch(number) else None
        if job is None or job.owner != owner:
            raise fault("unknown_job", "there is no such job", "use the address that the submission gave")
        return job

    def all(self, owner: str) -> list[Job]:
        """Return an owner's jobs, the latest first."""
        mine = (job for job in self._jobs() if job.owner == owner)
        return sorted(mine, key=lambda job: (job.created, job.id), reverse=True)

    def counts(self) -> dict[str, int]:
        """Return how many jobs are in each state."""
        return dict(Counter(job.state for job in self._jobs()))

    def unfinished(self) -> list[Job]:
        """Return the jobs to be done, the oldest first."""
        return sorted((job for job in self._jobs() if job.state in OPEN), key=lambda job: (job.created, job.id))

    def progress(self, job: Job, done: int, total: int | None) -> None:
        """Tell how far a job is: after a restart it begins again."""
        if self.place(job).exists():
            _replace(self.place(job) / _PROGRESS, {"lines_done": done, "lines_total": total})

    def change(self, job: Job, *, of: tuple[State, ...] = OPEN, **changes: Any) -> Job | None:
        """Change a job that is in a state of these; None where it no longer is, or is gone: another was faster."""
        with self._changing:
            now = _read(self.place(job))
            if now is None or now.state not in of:
                return None
            changed = replace(now, **changes)
            _write(self.place(job), changed)
            return changed

    def remove(self, job: Job) -> None:
        """Forget a job and its files."""
        with self._changing:
            shutil.rmtree(self.place(job), ignore_errors=True)

    def _jobs(self) -> Iterator[Job]:
        return (job for job in map(_read, self.folder.iterdir()) if job)


def _write(folder: Path, job: Job) -> None:
    (folder / _PROGRESS).unlink(missing_ok=True)
    _replace(folder / _STATE, asdict(job))


def _replace(path: Path, content: dict[str, Any]) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(content), encoding="utf-8")
    part.replace(path)


def _read(folder: Path) -> Job | None:
    if not _ID.fullmatch(folder.name):
        return None
    try:
        job = Job(**json.loads((folder / _STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # no job of ours: left where it is
    try:
        return replace(job, **json.loads((folder / _PROGRESS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return job
