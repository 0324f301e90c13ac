"""The HTTP API on loopback, one worker: how long one line takes at a steady rate, and how much it can do at most.

`make bench` runs this after `bench.py`. It starts `medicomut serve` and speaks HTTP/1.1 to it over kept connections:

- a steady 200 requests a second of one line priced and explained, each sent at its time whether or not the one
  before is answered: the middle and the slowest hundredth;
- saturation: every connection asks again as soon as it is answered;
- batches of a thousand lines.

The client shares the machine with the server: on two cores its own work is part of what is measured.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

RATE, SECONDS, CONNECTIONS, BATCH = 200, 10, 16, 1_000
TARGETS = {"p50_ms": 1.0, "p99_ms": 10.0, "requests_a_second": 3_000, "lines_a_second": 100_000}
LINE = {
    "code": "101032", "date": "2020-02-04", "time": "21:01", "profession": "gp", "status": "full",
    "setting": "practice", "express_request": True, "charged_cents": 3000, "informed_beforehand": True,
}  # fmt: skip
DOCTORS = [
    {"practitioner": "19000122003", "profession": "gp", "status": "full"},
    {"practitioner": "19000221003", "profession": "gp", "status": "partial", "slots": "tue 09:00-13:00@A"},
    {"practitioner": "19000320690", "profession": "specialist", "status": "refused"},
]
CODES = ("101032", "101010", "102012", "103132", "475075")
SETTINGS = ("practice", "home", "ambulatory_hospital")

Answer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def main() -> None:
    """Start a server, measure, print a table and the same as JSON."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "medicomut"), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(port)
        report(asyncio.run(measure(port)))
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(port: int) -> None:
    """Return once the server answers."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz"):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def request(path: str, content: Any) -> bytes:
    """Return a request as it goes over the wire."""
    body = json.dumps(content).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def line(number: int) -> dict[str, Any]:
    """Return a line of a batch, like a day's work no two of which are the same."""
    return {
        "line_id": number,
        "code": CODES[number % len(CODES)],
        "date": f"2020-{1 + number % 12:02}-{1 + number % 28:02}",
        "time": f"{7 + number % 16:02}:{number % 60:02}",
        "practitioner": DOCTORS[number % len(DOCTORS)]["practitioner"],
        "setting": SETTINGS[number % 7 % len(SETTINGS)],
        "patient": f"p{number % 400}",
        "preferential": number % 5 == 0,
        "express_request": number % 3 == 0,
        "charged_cents": 2_000 + number * 37 % 3_000,
        "informed_beforehand": number % 2 == 0,
    }


async def ask(connection: Answer, sent: bytes) -> bytes:
    """Send a request and return the body of its answer, which must be a good one."""
    reader, writer = connection
    writer.write(sent)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return await reader.readexactly(int(length.partition(b":")[2]))


async def measure(port: int) -> dict[str, float]:
    """Return the figures."""
    connections = [await asyncio.open_connection("127.0.0.1", port, limit=2**24) for _ in range(CONNECTIONS)]
    one = request("/v1/price", LINE)
    batch = request("/v1/check", {"practitioners": DOCTORS, "lines": [line(number) for number in range(BATCH)]})
    await saturate(connections, one, 1)
    found = await steady(connections, one)
    found["requests_a_second"] = await saturate(connections, one, SECONDS)
    found["lines_a_second"] = BATCH * await saturate(connections[:4], batch, SECONDS)
    for _, writer in connections:
        writer.close()
    return found


async def steady(connections: list[Answer], sent: bytes) -> dict[str, float]:
    """Send at fixed times; what waits for a free connection counts as time the answer took."""
    free: asyncio.Queue[Answer] = asyncio.Queue()
    for connection in connections:
        free.put_nowait(connection)
    took: list[float] = []

    async def once(due: float) -> None:
        connection = await free.get()
        await ask(connection, sent)
        took.append(time.perf_counter() - due)
        free.put_nowait(connection)

    began, tasks = time.perf_counter(), []
    for number in range(RATE * SECONDS):
        due = began + number / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(once(time.perf_counter())))
    await asyncio.gather(*tasks)
    cuts = statistics.quantiles(took, n=100)
    return {"p50_ms": cuts[49] * 1000, "p99_ms": cuts[98] * 1000}


async def saturate(connections: list[Answer], sent: bytes, seconds: float) -> float:
    """Return the answers a second when every connection always asks."""
    end, count = time.perf_counter() + seconds, 0

    async def always(connection: Answer, asked: Callable[[Answer, bytes], Awaitable[bytes]] = ask) -> None:
        nonlocal count
        while time.perf_counter() < end:
            await asked(connection, sent)
            count += 1

    began = time.perf_counter()
    await asyncio.gather(*map(always, connections))
    return count / (time.perf_counter() - began)


def report(found: dict[str, float]) -> None:
    """Print what was measured beside what is asked."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, HTTP on loopback\n")
    rows = [
        (f"one line at {RATE} a second, p50", f"{found['p50_ms']:.2f} ms", "≤ 1 ms"),
        (f"one line at {RATE} a second, p99", f"{found['p99_ms']:.2f} ms", "≤ 10 ms"),
        ("one line, requests a second at most", f"{found['requests_a_second']:,.0f}", "≥ 3,000"),
        (f"lines a second in batches of {BATCH:,}", f"{found['lines_a_second']:,.0f}", "≥ 100,000"),
    ]
    for name, value, asked in rows:
        print(f"{name:40} {value:20} {asked}")
    print(json.dumps({**found, "targets": TARGETS}))


if __name__ == "__main__":
    main()
