"""How often one client may ask, and who a client is."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity_cases import Serving, desk_of, refused
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from medicomut.api import limits
from medicomut.api.limits import Limits, Rate


class Seconds:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def small(clock: Seconds) -> Limits:
    return Limits({"ask": Rate(3, 0.5), "jobs": Rate(1, 1), "sign_in": Rate(1, 0.1)}, clock)


def test_a_bucket_empties_and_fills() -> None:
    clock = Seconds()
    found = small(clock)
    for _ in range(3):
        found.take("ask", "a")
    with pytest.raises(HTTPException) as refused:
        found.take("ask", "a")
    assert refused.value.status_code == 429
    assert refused.value.headers == {
        "Retry-After": "2",
        "RateLimit-Policy": '"ask";q=3;w=6',
        "RateLimit": '"ask";r=0;t=2',
    }
    found.take("ask", "b")
    found.take("jobs", "a")
    clock.now += 1.9
    with pytest.raises(HTTPException):
        found.check("ask", "a")
    clock.now += 0.2
    found.check("ask", "a")
    found.take("ask", "a")
    clock.now += 3_600
    for _ in range(3):
        found.take("ask", "a")
    with pytest.raises(HTTPException):
        found.take("ask", "a")


@given(st.lists(st.floats(0, 5), max_size=60))
def test_nobody_gets_more_than_burst_and_rate_together(waits: list[float]) -> None:
    clock = Seconds()
    found, taken, began = small(clock), 0, clock.now
    for wait in waits:
        clock.now += wait
        try:
            found.take("ask", "a")
        except HTTPException:
            continue
        taken += 1
    assert taken <= 3 + 0.5 * (clock.now - began) + 1e-6


def test_memory_is_bounded_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bucket unused for longest is forgotten; who asks all the time is not."""
    monkeypatch.setattr(limits, "MOST_KEPT", 100)
    clock = Seconds()
    found = small(clock)
    for number in range(1_000):
        found.take("ask", f"client {number}")
        clock.now += 2  # one more for who asks all the time
        if number:
            found.take("ask", "busy")
        else:
            for _ in range(3):
                found.take("ask", "busy")
    assert len(found._buckets) == 100
    with pytest.raises(HTTPException):
        found.take("ask", "busy")


@pytest.mark.parametrize(
    ("host", "counted"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
     ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
     ("::ffff:192.0.2.7", "192.0.2.7"), ("::1", "::1"), ("fe80::1%eth0", "fe80::/64"), ("a:b", "a:b"), (None, "")],
)  # fmt: skip
def test_who_a_client_is(host: str | None, counted: str) -> None:
    asking = HTTPConnection({"type": "http", "headers": [], "client": (host, 1) if host else None})
    assert limits.address(asking) == counted


def test_too_many_questions_from_elsewhere(serving: Serving) -> None:
    """From this machine as many as one likes; through a proxy on it nobody vouches for, they are counted."""
    api = serving(rates={**limits.RATES, "ask": Rate(2, 0.1)})
    assert {api.get("/healthz").status_code for _ in range(5)} == {200}
    through = {"x-forwarded-for": "192.0.2.7"}
    assert [api.get("/healthz", headers=through).status_code for _ in range(3)] == [200, 200, 429]
    answer = api.get("/healthz", headers=through)
    assert refused(answer, 429) == "too_many_requests"
    assert int(answer.headers["retry-after"]) >= 1
    token = {"authorization": f"Bearer {desk_of(api).tokens.issue('P', ['software'], 1)[1]}"}
    assert api.get("/healthz", headers=through | token).status_code == 200


def test_what_is_refused_is_counted_too(serving: Serving) -> None:
    """Whoever tries sessions at random makes the store look for each."""
    api = serving(rates={**limits.RATES, "ask": Rate(2, 0.001)})
    through = {"x-forwarded-for": "192.0.2.7"}
    tried = [api.get("/v1/audit", headers=through | {"cookie": f"medicomut_session={n}"}) for n in range(3)]
    assert [answer.status_code for answer in tried] == [401, 401, 429]


def test_a_stranger_leaves_only_so_many_records(serving: Serving) -> None:
    """What leaves an event that nobody may erase is counted by itself; not so of who has signed in, or about nobody."""
    api = serving(rates={**limits.RATES, "recorded": Rate(3, 0.001)})
    through = {"x-forwarded-for": "192.0.2.7"}
    line = {"code": "101032", "date": "2020-02-04", "time": "21:01", "profession": "gp", "status": "full",
            "express_request": True, "charged_cents": 3000}  # fmt: skip
    named = line | {"practitioner": "10100157004"}
    cells = {"code": "101032", "date": "2020-02-04", "practitioner": "10100157004"}
    asked = [
        api.post("/v1/price", json=named, headers=through),
        api.get("/fhir/Practitioner?identifier=10100157004", headers=through),
        api.post("/v1/check", json={"lines": [cells]}, headers=through),
        api.post("/v1/price", json=named, headers=through),
    ]
    assert [answer.status_code for answer in asked] == [200, 200, 200, 429]
    assert asked[-1].headers["ratelimit-policy"].startswith('"recorded";q=3')
    assert api.get("/fhir/PractitionerRole?identifier=10100157004", headers=through).status_code == 429
    assert api.post("/v1/price", json=line, headers=through).status_code == 200
    token = {"authorization": f"Bearer {desk_of(api).tokens.issue('P', ['software'], 1)[1]}"}
    assert {api.post("/v1/price", json=named, headers=through | token).status_code for _ in range(5)} == {200}
    tidy = {"authorization": f"Bearer {desk_of(api).tokens.issue('A', ['auditor'], 1)[1]}"}
    recorded = api.get("/v1/audit", headers=tidy).text.splitlines()
    assert len([line for line in recorded if '"token:' not in line]) == 3


def test_too_many_attempts_to_sign_in(serving: Serving) -> None:
    """Counted from this machine too, wrong tokens with wrong passwords."""
    api = serving(rates={**limits.RATES, "sign_in": Rate(4, 0.001)})
    attempts = [api.post("/auth/local", json={"name": "x", "password": "y"}).status_code for _ in range(2)]
    attempts += [api.get("/v1/jobs", headers={"authorization": f"Bearer x{n}"}).status_code for n in range(2)]
    assert attempts == [401] * 4
    assert api.post("/auth/local", json={"name": "x", "password": "y"}).status_code == 429
    assert api.get("/v1/jobs", headers={"authorization": "Bearer x9"}).status_code == 429
    good = desk_of(api).tokens.issue("P", ["software"], 1)[1]
    assert api.get("/v1/jobs", headers={"authorization": f"Bearer {good}"}).status_code == 429
    assert api.get("/v1/agreements").status_code == 200


# --- behind a proxy: what the real server believes ------------------------------------------------------------


@contextmanager
def running(folder: Path, *options: str) -> Iterator[httpx2.Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "medicomut"), "serve", "--port", str(port), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        try:
            end = time.monotonic() + 60
            while True:
                try:
                    client.get("/healthz")
                    break
                except httpx2.TransportError:
                    assert time.monotonic() < end
                    assert process.poll() is None, process.stderr and process.stderr.read()
                    time.sleep(0.05)
            yield client
        finally:
            client.close()
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


@pytest.mark.parametrize(("options", "counted_apart"), [(["--behind", "127.0.0.1"], True), ([], False)])
def test_only_a_proxy_that_was_named_says_who_asks(tmp_path: Path, options: list[str], counted_apart: bool) -> None:
    """Two clients behind a proxy: each has its own count where the proxy is believed, one count else."""
    store = f"sqlite:///{tmp_path / 'store.db'}"
    with running(tmp_path, "--store", store, *options) as client:

        def tries(who: str, count: int) -> list[int]:
            headers = {"x-forwarded-for": who, "authorization": "Bearer x"}
            return [client.get("/v1/jobs", headers=headers).status_code for _ in range(count)]

        assert set(tries("192.0.2.7", 10)) == {401}
        assert tries("192.0.2.7", 1) == [429]
        assert tries("192.0.2.8", 1) == [401 if counted_apart else 429]
