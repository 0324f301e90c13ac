"""What the tests of the API share: lines from practice, and how a refusal is read."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import httpx2
from httpx2 import Response

PATIENCE = 120

YEAR = "/v1/agreements/be/amm/2020"

LATE = {
    "code": "101032", "date": "2020-02-04", "time": "21:01", "profession": "gp", "status": "full",
    "express_request": True, "charged_cents": 3000,
}  # fmt: skip

DOCTORS = """practitioner,profession,status,valid_from,valid_to,slots
19000122003,gp,full,2020-01-01,2020-12-31,
19000221003,gp,partial,2020-01-01,2020-12-31,tue 09:00-13:00@A
19000320690,specialist,refused,,,
"""

LINES = """line_id,code,date,time,practitioner,site,setting,express_request,recalled,third_party,charged_cents
1,101032,2020-02-04,20:59,19000122003,,practice,yes,no,none,3000
2,101032,2020-02-04,21:01,19000122003,,practice,yes,no,none,3000
3,101032,2020-02-04,10:00,19000221003,A,practice,no,no,none,2500
4,102012,2020-02-04,10:00,19000320690,,practice,no,no,optional,4000
"""


WEEK = """day,start,end,site,kind,setting
mon,09:00,12:00,A,free,practice
mon,13:00,19:00,A,tariff,practice
tue,09:00,13:00,A,free,practice
tue,14:00,20:00,A,tariff,practice
wed,16:00,18:45,A,free,practice
wed,18:45,19:00,A,tariff,practice
wed,08:00,16:00,A,tariff,practice
thu,08:00,17:00,A,tariff,practice
"""


def refused(answer: Response, status: int) -> dict[str, Any]:
    """Return the problem of a refusal, which has the shape of RFC 9457 and tells nothing of the inside."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["type"] == f"urn:medicomut:problem:{problem['code']}"
    assert problem["title"]
    assert problem["detail"]
    assert "Traceback" not in answer.text
    return problem


def waited(look: Callable[[], Any], until: Callable[[Any], bool]) -> Any:
    """Return what is seen once it is as wanted."""
    end = time.monotonic() + PATIENCE
    while not until(seen := look()):
        assert time.monotonic() < end, seen
        time.sleep(0.01)
    return seen


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A real `medicomut serve` with its folder."""

    def __init__(self, data: Path, *options: str) -> None:
        port = free_port()
        command = [
            str(Path(sys.executable).parent / "medicomut"),
            "serve",
            "--port",
            str(port),
            "--data",
            str(data),
            "--open",
            *options,
        ]
        self.log = TemporaryFile("w+")  # noqa: SIM115 - a pipe that nobody reads would stop the server when it is full
        self.process = subprocess.Popen(command, stderr=self.log, text=True)
        self.address = f"http://127.0.0.1:{port}"
        self.client = httpx2.Client(base_url=self.address, timeout=PATIENCE)
        waited(self._there, bool)

    def _there(self) -> bool:
        assert self.process.poll() is None, self._logged()
        try:
            return self.client.get("/readyz").status_code == 200
        except httpx2.TransportError:
            return False

    def end(self, how: signal.Signals) -> str:
        """End it, and return what it wrote to its log."""
        self.client.close()
        self.process.send_signal(how)
        self.process.wait(timeout=PATIENCE)
        with self.log:
            return self._logged()

    def _logged(self) -> str:
        self.log.seek(0)
        return self.log.read()
