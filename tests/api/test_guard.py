"""What stands before the routes: size, headers, the number of a request, and whatever anybody may send."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from asking import LATE, refused
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from medicomut.api import price as price_route
from medicomut.api.app import create_app
from medicomut.api.settings import Settings
from medicomut.tariff.vocabulary import LINE_COLUMNS


@pytest.fixture(scope="module")
def small() -> Iterator[TestClient]:
    with TestClient(create_app(Settings(body_bytes=1_000))) as client:
        yield client


@pytest.mark.parametrize("address", ["/healthz", "/nothing", "/v1/agreements"])
def test_every_answer_has_the_headers_of_safety_and_a_number(api: TestClient, address: str) -> None:
    answer = api.get(address)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers
    assert len(answer.headers["x-request-id"]) == 16


def test_the_number_of_a_request_is_in_the_log(api: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """A caller's own number is kept where it is harmless; what was asked is not logged, only where."""
    with caplog.at_level(logging.INFO, logger="medicomut.api"):
        assert api.get("/healthz", headers={"x-request-id": "visit-7"}).headers["x-request-id"] == "visit-7"
        forged = api.get("/v1/fees?cursor=secret", headers={"x-request-id": "a b\tc"}).headers["x-request-id"]
    assert " " not in forged
    assert "GET /healthz 200" in caplog.text
    assert "id=visit-7" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("address", ["/x%0aGET /v1/jobs 200", "/x%0d%0ay", "/x%1b[31m", "/x%e2%80%a8y", "/x%00"])
def test_an_address_writes_no_line_of_its_own(api: TestClient, caplog: pytest.LogCaptureFixture, address: str) -> None:
    with caplog.at_level(logging.INFO, logger="medicomut.api"):
        api.get(address)
    line = next(record.getMessage() for record in caplog.records if record.name == "medicomut.api")
    assert line.isprintable()
    assert line.startswith("GET /x\\")


def test_a_body_beyond_the_limit(small: TestClient) -> None:
    """Refused by what it says of itself, and when it says nothing, by what arrives."""
    body = json.dumps(LATE | {"site": "x" * 1_000}).encode()
    assert refused(small.post("/v1/price", content=body), 413)["code"] == "body_too_large"

    def parts() -> Iterator[bytes]:
        yield from (body[n : n + 100] for n in range(0, len(body), 100))

    assert refused(small.post("/v1/price", content=parts()), 413)["code"] == "body_too_large"
    assert small.post("/v1/price", json=LATE).status_code == 200


@pytest.mark.parametrize("address", ["/v1/price", "/v1/check", "/v1/jobs"])
def test_a_compressed_body_is_not_unpacked(api: TestClient, address: str) -> None:
    """A million noughts in a thousand bytes: nothing unpacks them."""
    bomb = gzip.compress(b"0" * 1_000_000)
    for coding in ("gzip", "deflate", "zstd", "gzip, identity"):
        headers = {"content-encoding": coding, "content-type": "application/json"}
        assert refused(api.post(address, content=bomb, headers=headers), 415)["code"] == "unknown_media_type"


def test_what_fails_inside_is_not_told(
    api: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the inside of it")

    monkeypatch.setattr(price_route, "priced", broken)
    answer = api.post("/v1/price", json=LATE)
    assert refused(answer, 500)["code"] == "internal_error"
    assert "inside" not in answer.text
    assert "the inside of it" in caplog.text
    assert answer.headers["x-request-id"] in caplog.text


def test_an_answer_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(*_: object) -> None:
        import asyncio

        await asyncio.sleep(60)

    monkeypatch.setattr(price_route, "json_object", slow)
    with TestClient(create_app(Settings(request_seconds=0))) as api:
        assert refused(api.post("/v1/price", json=LATE), 503)["code"] == "timed_out"


# --- whatever anybody may send ---------------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
FIELD = st.sampled_from([*LINE_COLUMNS, "profession", "status", "slots", "readings", "lang"])
TEMPTING = st.sampled_from(
    ["101032", "2020-02-04", "21:01", "gp", "partial", "mon 09:00-13:00@A", "tue 99:00-13:00", "9999-99-99", "٣",
     "\x00", "=1+1", "-0", "1e9", "null", {"late_boundary": "from"}, {"x": {}}, 10**30, -1, 0.5, "a" * 5_000]
)  # fmt: skip
LINE = st.dictionaries(FIELD | st.text(max_size=8), TEMPTING | ANYTHING, max_size=8)
NEARLY = LINE.map(lambda change: LATE | change)
HOSTILE = st.one_of(
    st.binary(max_size=200),
    (LINE | NEARLY | ANYTHING).map(lambda content: json.dumps(content).encode()),
    NEARLY.map(lambda content: json.dumps(content).encode()[:-3]),
)
BATCH = st.fixed_dictionaries(
    {},
    optional={
        "lines": st.lists(LINE | NEARLY, max_size=3) | ANYTHING,
        "practitioners": st.lists(LINE, max_size=2) | ANYTHING,
        "readings": ANYTHING | st.just({"late_boundary": "from"}),
    },
).map(lambda content: json.dumps(content).encode())


def understood(answer: Any) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code != 200:
        refused(answer, answer.status_code)


@settings(max_examples=1_400, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=HOSTILE)
def test_no_line_is_too_strange(api: TestClient, body: bytes) -> None:
    understood(api.post("/v1/price", content=body))


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=BATCH | HOSTILE)
def test_no_batch_is_too_strange(api: TestClient, body: bytes) -> None:
    understood(api.post("/v1/check", content=body))


def test_memory_stays_flat_whatever_codes_are_asked(api: TestClient) -> None:
    """Codes are remembered between requests, but not for ever."""
    room = api.app.state.room  # type: ignore[attr-defined]
    for start in range(0, 30_000, 5_000):
        lines = [{"code": f"{n:06}", "date": "2020-02-04"} for n in range(start, start + 5_000)]
        for part in range(0, 5_000, 200):
            assert api.post("/v1/check", json={"lines": lines[part : part + 200]}).status_code == 200
    assert len(room.plain.conditions.codes_read) <= 20_200
