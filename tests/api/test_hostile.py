"""Ten thousand bodies nobody should send: each is answered, none with 500, none without end, in memory that stays."""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from asking import LATE
from hostile import bodies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Message

from medicomut.api.app import create_app
from medicomut.api.openapi import BATCH
from medicomut.api.settings import Settings
from medicomut.errors import Problems
from medicomut.fhir.exact import read_json

BUNDLES = Path(__file__).parents[1] / "fhir" / "bundles"
MESSAGES = [path.read_bytes() for path in sorted(BUNDLES.glob("*.json"))]
CLAIMS = [
    json.dumps(entry["resource"]).encode()
    for message in MESSAGES
    for entry in json.loads(message)["entry"]
    if entry["resource"]["resourceType"] == "Claim"
]
SLOTS = LATE | {"status": "partial", "slots": "tue 09:00-13:00@A", "readings": {"late_boundary": "from"}, "lang": "nl"}
GOOD = {
    "/v1/price": [json.dumps(line).encode() for line in (LATE, SLOTS)],
    "/v1/check": [json.dumps(BATCH).encode()],
    "/fhir/$process-message": MESSAGES,
    "/fhir/Claim/$submit": [*CLAIMS, *MESSAGES],
    "/fhir/Claim/$check": [*CLAIMS, *MESSAGES],
    "/fhir/Bundle/$validate": MESSAGES,
}
SEED = 20200129  # the day the agreement of 2020 was published
WARMING, EACH = 300, 1_700
SECONDS = Settings().request_seconds
GROWTH = 100  # megabytes


class Asking:
    """The application called as a server calls it, without one between."""

    def __init__(self, app: Any) -> None:
        self.app, self.slowest = app, 0.0
        self.statuses: Counter[int] = Counter()

    async def send(
        self, path: str, body: bytes, method: str = "POST", query: bytes = b"", *headers: tuple[bytes, bytes]
    ) -> tuple[int, bytes]:
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
            "raw_path": path.encode("utf-8", "surrogatepass"), "query_string": query, "root_path": "", "scheme": "http",
            "headers": [(b"host", b"testserver"), (b"content-type", b"application/json"), *headers],
            "server": ("testserver", 80), "client": ("127.0.0.1", 50_000),
        }  # fmt: skip
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        began = time.perf_counter()
        await self.app(scope, receive, send)
        self.slowest = max(self.slowest, time.perf_counter() - began)
        self.statuses[sent[0]["status"]] += 1
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])

    async def all(self, seed: int, each: int) -> None:
        for path, good in GOOD.items():
            for body in bodies(good, seed, each):
                understood(path, body, *await self.send(path, body))


def understood(path: str, sent: bytes, status: int, answer: bytes) -> None:
    assert status in {200, 400, 413, 422}, (path, status, sent[:500], answer[:500])
    content = json.loads(answer)
    if status == 200:
        return
    if path.startswith("/fhir"):
        assert content["resourceType"] == "OperationOutcome"
        assert content["issue"]
    else:
        assert content["problems"]
    assert b"Traceback" not in answer


def test_ten_thousand_hostile_bodies() -> None:
    app = create_app(Settings())

    async def run() -> Asking:
        asking = Asking(app)
        async with app.router.lifespan_context(app):
            await asking.all(SEED, WARMING)
            gc.collect()
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            await asking.all(SEED + 1, EACH)
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1_000
        assert grown < GROWTH
        return asking

    asking = asyncio.run(run())
    assert sum(asking.statuses.values()) > 10_000
    assert set(asking.statuses) >= {200, 400, 422}
    assert asking.slowest < SECONDS


MANY = 4_000
AMPLIFIED = {
    "strangers": ("/v1/price", b"{" + b",".join(b'"x%d":1' % n for n in range(MANY)) + b"}"),
    "strangers in a line": ("/v1/check", b'{"lines":[{' + b",".join(b'"x%d":1' % n for n in range(MANY)) + b"}]}"),
    "wrong lines": ("/v1/check", b'{"lines":[' + b",".join([b'{"code":[]}'] * MANY) + b"]}"),
    "wrong people": ("/v1/check", b'{"lines":[],"practitioners":[' + b",".join([b"{}"] * MANY) + b"]}"),
    "readings": ("/v1/price", json.dumps(LATE | {"readings": {f"x{n}": "y" for n in range(MANY)}}).encode()),
    "a code": ("/v1/price", json.dumps(LATE | {"code": "1" * 100_000}).encode()),
    "keys said twice": (
        "/v1/check",
        b'{"lines":[' + b",".join(b'{"x%d":1,"x%d":2}' % (n, n) for n in range(MANY)) + b"]}",
    ),
    "items": ("/fhir/Claim/$submit", json.dumps(json.loads(CLAIMS[0]) | {"item": [{}] * MANY}).encode()),
    "care team": ("/fhir/Claim/$check", json.dumps(json.loads(CLAIMS[0]) | {"careTeam": [{}] * MANY}).encode()),
    "entries": ("/fhir/$process-message", json.dumps(json.loads(MESSAGES[0]) | {"entry": [{}] * MANY}).encode()),
}


@pytest.mark.parametrize("case", AMPLIFIED)
def test_faults_are_not_told_without_end(api: TestClient, case: str) -> None:
    """Of thousands of faults some hundreds are told: no small body gets an answer of a hundred times its size."""
    path, body = AMPLIFIED[case]
    answer = api.post(path, content=body)
    assert answer.status_code in {200, 400, 413, 422}
    assert len(answer.content) < 300_000


def test_more_values_than_are_read_at_once(api: TestClient) -> None:
    message = json.dumps(json.loads(MESSAGES[0]) | {"entry": [0] * 30_000}).encode()
    answer = api.post("/fhir/$process-message", content=message)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (413, "too-costly")


def test_more_practitioners_than_are_read_at_once(api: TestClient) -> None:
    content = {"lines": [], "practitioners": [{}] * 5_001}
    assert api.post("/v1/check", json=content).json()["code"] == "too_many_practitioners"


@pytest.mark.parametrize("number", ["1e999999999", "9" * 61, "-1e-500", "1E+100"])
def test_a_number_without_end_is_refused_before_it_is_reckoned_with(api: TestClient, number: str) -> None:
    claim = json.loads(CLAIMS[0])
    claim["item"][0]["unitPrice"] = {"value": "@", "currency": "EUR"}
    body = json.dumps(claim).replace('"@"', number).encode()
    answer = api.post("/fhir/Claim/$submit", content=body)
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["details"]["coding"][-1]["code"] == "number_too_long"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
NAMES = st.sampled_from(["resourceType", "entry", "resource", "item", "careTeam", "extension", "id", "contained"])
RESOURCE = st.dictionaries(NAMES | st.text(max_size=6), ANYTHING | st.sampled_from(["Bundle", "Claim"]), max_size=6)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=RESOURCE | ANYTHING, path=st.sampled_from([path for path in GOOD if path.startswith("/fhir")]))
def test_no_resource_is_too_strange(api: TestClient, content: Any, path: str) -> None:
    body = json.dumps(content).encode()
    answer = api.post(path, content=body, headers={"content-type": "application/fhir+json"})
    understood(path, body, answer.status_code, answer.content)


# --- addresses and headers -----------------------------------------------------------------------------------------

ADDRESSES = (
    "/fhir/CodeSystem", "/fhir/Practitioner", "/fhir/PractitionerRole", "/fhir/ChargeItemDefinition", "/fhir/\ud800",
    "/fhir/ChargeItemDefinition/101032-\u0663", "/fhir/Practitioner/\x00", "/v1/fees", "/v1/\ud800", "/v1/agreements",
)  # fmt: skip
QUERIES = (
    b"", b"%ff=%fe", b"identifier=%00", b"identifier=%ed%a0%80", b"&&&=", b"a" * 60_000, b"code=%00", b"_format=%00",
    b"identifier=" + b"1" * 60_000, b"date=%ff&identifier=1", b"url=%ff", b"cursor=%ff", b"limit=1e9",
    b"limit=" + b"9" * 5_000,
)  # fmt: skip
HEADERS = (
    (b"host", b"["), (b"host", b"a b<\xff>"), (b"host", b""), (b"host", b"x" * 5_000), (b"accept", b"\xff/;q=nan"),
    (b"accept", b"a," * 20_000), (b"prefer", b"\xff=;;,,handling"), (b"if-none-match", b"\xff"),
    (b"accept-language", b"q=;;,"), (b"accept-encoding", b"\xff;q=,zstd;q=1e400"), (b"cookie", b"\xff=\xfe; ;;="),
    (b"authorization", b"Bearer \xff"), (b"content-length", b"abc"), (b"user-agent", b"\x00\xff"),
)  # fmt: skip


def test_no_address_and_no_header_is_too_strange(tmp_path: Path) -> None:
    app = create_app(Settings(store=f"sqlite:///{tmp_path}/ledger.db"))

    async def run() -> Counter[int]:
        asking = Asking(app)
        async with app.router.lifespan_context(app):
            for path in ADDRESSES:
                for query in QUERIES:
                    await asking.send(path, b"", "GET", query)
                for header in HEADERS:
                    await asking.send(path, b"", "GET", b"", header)
        return asking.statuses

    statuses = asyncio.run(run())
    assert set(statuses) <= {200, 400, 401, 404, 406, 413, 422}
    assert {200, 400, 404, 422} <= set(statuses)


# --- keys said twice -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ('{"code":"101032","date":"2020-02-04","code":"102771"}', ["code"]),
        ('{"code":"101032", "date" : "2020-02-04", "code" : "102771"}', ["code"]),
        ('{"code":"101032","c\\u006fde":"102771","date":"2020-02-04"}', ["code"]),
        ('{"code":"101032","date":"2020-02-04","readings":{"late_boundary":"from","late_boundary":"after"}}',
         ["late_boundary"]),
        ('{"code":"1","code":"2","date":"2020-02-04","date":"2020-02-05"}', ["code", "date"]),
    ],
)  # fmt: skip
def test_a_key_said_twice_is_refused_by_name(api: TestClient, body: str, named: list[str]) -> None:
    answer = api.post("/v1/price", content=body.encode())
    assert answer.status_code == 400
    assert [problem["field"] for problem in answer.json()["problems"]] == named
    assert answer.json()["code"] == "repeated_key"


def test_a_key_said_twice_in_a_line_of_a_batch(api: TestClient) -> None:
    body = json.dumps(BATCH).replace('"code": "101032"', '"code": "101032", "code": "101032"').encode()
    assert api.post("/v1/check", content=body).json()["code"] == "repeated_key"
    indented = json.dumps(BATCH, indent=1).encode()
    assert api.post("/v1/check", content=indented).status_code == 200


KEYS = st.sampled_from(['"a"', '"b"', '"\\u0061"', '"a:"', '"\\":"'])
SPACES = st.sampled_from(["", " ", "\n"])
VALUES = st.sampled_from(["1", '"\\":"', '" : "', '"a\\\\"', "[]", "null"])


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(pairs=st.lists(st.tuples(KEYS, SPACES, VALUES), min_size=1, max_size=4), deep=st.booleans())
def test_the_quick_count_of_keys_agrees_with_reading_them(
    api: TestClient, pairs: list[tuple[str, str, str]], deep: bool
) -> None:
    """However keys and values are written: twice is found by name, and once is never taken for twice."""
    inner = "{" + ",".join(f"{key}{space}:{value}" for key, space, value in pairs) + "}"
    body = f'{{"lines":[{inner}]}}' if deep else inner
    try:
        read_json(body)
    except Problems as found:
        expected = found.problems[0].code
    else:
        expected = "unknown_field"
    answer = api.post("/v1/check", content=body.encode())
    assert answer.json()["code"] == expected
