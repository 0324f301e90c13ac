"""Large batches are checked beside the server, and nobody can tell."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from asking import Server, waited
from starlette.testclient import TestClient

from medicomut.api.app import create_app
from medicomut.api.batches import AT_ONCE_BYTES
from medicomut.api.settings import Settings

DOCTOR = {"practitioner": "19000122003", "profession": "gp", "status": "full"}


def batch(count: int, **more: Any) -> dict[str, Any]:
    line = {"code": "101032", "practitioner": DOCTOR["practitioner"], "setting": "practice", "express_request": True}
    return {
        "practitioners": [DOCTOR],
        "lines": [
            {**line, "line_id": n, "date": f"2020-02-{1 + n % 28:02}", "time": f"{8 + n % 15:02}:00",
             "charged_cents": 2000 + 7 * n % 2000, **more}
            for n in range(count)
        ],
    }  # fmt: skip


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
def test_beside_the_server_as_within_it(api: TestClient, tmp_path: Path, accept: str) -> None:
    """The same bytes, and the same faults told, whichever process answers."""
    server = Server(tmp_path, "--batch-processes", "1")
    asked = batch(400)
    beside = server.client.post("/v1/check", json=asked, headers={"accept": accept})
    assert len(beside.request.content) > AT_ONCE_BYTES
    within = api.post("/v1/check", json=asked, headers={"accept": accept})
    assert (beside.status_code, beside.headers["content-type"]) == (200, within.headers["content-type"])
    assert beside.content == within.content
    wrong = batch(400, charged_cents="30 euro")
    told = server.client.post("/v1/check", json=wrong)
    assert told.status_code == 422
    assert told.json() == api.post("/v1/check", json=wrong).json()
    server.end(signal.SIGTERM)


def children(process: int) -> list[int]:
    """Return the processes a server began, but for the one that keeps the books of Python's multiprocessing."""
    listed = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(n) for n in listed if b"spawn_main" in Path(f"/proc/{n}/cmdline").read_bytes()]


def runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks up processes where Linux lists them")
def test_a_process_that_is_killed_is_replaced_and_none_outlives_the_server(tmp_path: Path) -> None:
    server = Server(tmp_path, "--batch-processes", "1")
    assert server.client.post("/v1/check", json=batch(400)).status_code == 200
    [first] = children(server.process.pid)
    os.kill(first, signal.SIGKILL)
    time.sleep(0.2)
    assert server.client.post("/v1/check", json=batch(400)).status_code == 200
    [second] = waited(lambda: children(server.process.pid), lambda found: len(found) == 1 and found != [first])
    assert server.client.post("/v1/check", json=batch(400)).status_code == 200
    server.end(signal.SIGKILL)
    waited(lambda: runs(second), lambda still: not still)


def test_without_processes_a_large_batch_is_answered_too() -> None:
    with TestClient(create_app(Settings())) as api:
        answer = api.post("/v1/check", json=batch(400))
    assert answer.json()["verdicts"]["unknown"] == 0
    assert len(answer.json()["lines"]) == 400
