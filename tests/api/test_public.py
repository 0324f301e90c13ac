"""Public data over HTTP: addresses that stay, pages, caches, and the kinds of content asked for."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from asking import YEAR, refused
from starlette.testclient import TestClient
from typer.testing import CliRunner
from zstandard import ZstdDecompressor

from medicomut.agreement import load
from medicomut.cli.main import app as command_line

READ = ["/v1/agreements", YEAR, f"{YEAR}/clauses", f"{YEAR}/clauses/14.4", f"{YEAR}/parameters",
        f"{YEAR}/index-rates?code=458673", f"{YEAR}/verification", "/v1/fees", "/v1/fees/101032", "/v1/vectors",
        "/openapi.json"]  # fmt: skip


def told(*arguments: str) -> Any:
    return json.loads(CliRunner().invoke(command_line, [*arguments, "--format", "json"]).stdout)


@pytest.mark.parametrize("address", READ)
def test_what_is_public_is_cached_and_not_sent_twice(api: TestClient, address: str) -> None:
    first = api.get(address)
    assert first.status_code == 200
    assert "max-age" in first.headers["cache-control"]
    again = api.get(address, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert api.get(address, headers={"if-none-match": 'W/"other"'}).status_code == 200


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@pytest.mark.parametrize("address", READ)
def test_compressed_for_who_can_read_it(api: TestClient, address: str, coding: str) -> None:
    plain, packed = (api.get(address, headers={"accept-encoding": word}) for word in ("identity", coding))
    unpacked = ZstdDecompressor().stream_reader(packed.content).read() if _is_zstd(packed) else packed.content
    assert plain.content == unpacked
    assert plain.headers.get("content-encoding") is None
    if len(plain.content) > 1_000:
        assert packed.headers["content-encoding"] == coding
        assert "accept-encoding" in packed.headers["vary"].lower()


def _is_zstd(answer: Any) -> bool:
    """The client unpacks gzip by itself, zstd not."""
    return bool(answer.headers.get("content-encoding") == "zstd")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, zstd", "zstd"), ("zstd;q=0, gzip", "gzip"), ("br", None), ("*;q=0", None), ("gzip;q=nonsense", None)],
)
def test_the_coding_is_one_the_caller_accepts(api: TestClient, accepted: str, coding: str | None) -> None:
    assert api.get("/v1/vectors", headers={"accept-encoding": accepted}).headers.get("content-encoding") == coding


def test_what_is_small_is_sent_as_it_is(api: TestClient) -> None:
    assert "content-encoding" not in api.get("/healthz", headers={"accept-encoding": "zstd, gzip"}).headers


def test_a_head_is_an_answer_without_its_body(api: TestClient) -> None:
    head, full = api.head(YEAR), api.get(YEAR)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", full.headers["etag"])


def test_the_clause_is_the_one_of_the_data(api: TestClient) -> None:
    """Clause 14.4 has its own address and says how it is cited."""
    clause = api.get(f"{YEAR}/clauses/14.4").json()
    assert (clause["cited_as"], clause["parent"]) == ("be/amm/2020#14.4", "14")
    assert clause["summary"] == load("be/amm/2020").clause("14.4").summary.to_dict()
    assert api.get(clause["href"]).json() == clause
    assert "14.2.3.4" in api.get(f"{YEAR}/clauses/14.2.3").json()["below"]


def test_pages_hold_every_clause_once(api: TestClient) -> None:
    seen, address = [], f"{YEAR}/clauses?limit=50"
    while address:
        page = api.get(address)
        seen += [clause["number"] for clause in page.json()["items"]]
        address = page.links["next"]["url"] if page.json()["next"] else ""
        assert bool(address) == ("next" in page.links)
    assert seen == [clause.number for clause in load("be/amm/2020").clauses]
    assert len(seen) == 120


@pytest.mark.parametrize("cursor", ["x", "!!", "MTQuNDQ", "ÿ", "a" * 200])
def test_a_cursor_no_page_gave(api: TestClient, cursor: str) -> None:
    assert refused(api.get(f"{YEAR}/clauses", params={"cursor": cursor}), 422)["code"] == "bad_cursor"


def test_parameters_of_a_day(api: TestClient) -> None:
    """Clause 14.4: the ceiling of one holder, as of a day of the agreement and of none."""
    ask = {"match": "ceiling", "limit": "200"}
    found = api.get(f"{YEAR}/parameters", params=ask | {"on": "2020-02-04"}).json()
    assert found["items"] == told("agreement", "parameters", "be/amm/2020", "--on", "2020-02-04", "--match", "ceiling")
    assert found["total"] == len(found["items"]) > 2
    assert api.get(f"{YEAR}/parameters", params=ask | {"on": "1990-01-01"}).json()["items"] == []


def test_the_rest_is_what_the_commands_say(api: TestClient) -> None:
    rate = api.get(f"{YEAR}/index-rates", params={"code": "458673"}).json()
    assert rate == told("agreement", "rate", "be/amm/2020", "--code", "458673")
    assert api.get("/v1/fees/101032").json() == told("fees", "show", "101032")
    for lang in ("fr", "en"):
        report = api.get(f"{YEAR}/verification", headers={"accept-language": lang})
        assert report.json() == told("agreement", "verify", "be/amm/2020", "--lang", lang)
        assert report.headers["content-language"] == lang
    listed = told("agreement", "list")
    assert [
        {k: v for k, v in one.items() if k != "href"} for one in api.get("/v1/agreements").json()["items"]
    ] == listed


def test_codes_with_a_fee_lead_to_it(api: TestClient) -> None:
    items = api.get("/v1/fees", params={"limit": "200"}).json()["items"]
    assert all(api.get(item["href"]).json()["fees"] for item in items)
    assert api.get("/v1/fees/102955").json() == {"code": "102955", "fees": []}


def test_as_a_table(api: TestClient) -> None:
    answer = api.get(f"{YEAR}/clauses?limit=200", headers={"accept": "text/csv, application/json;q=0.5"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 120
    assert rows[0]["title.fr"]
    fees = list(csv.DictReader(io.StringIO(api.get("/v1/fees/101032", headers={"accept": "text/csv"}).text)))
    assert "2222" in {row["fee_cents"] for row in fees}


def test_no_cell_of_a_table_is_a_formula(api: TestClient) -> None:
    lines = [{"code": "101032", "date": "2020-02-04", "site": '=cmd|"x"', "charged_cents": -5}]
    text = api.post("/v1/check", json={"lines": lines}, headers={"accept": "text/csv"}).text
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["site"], row["charged_cents"]) == ('\'=cmd|"x"', "-5")


@pytest.mark.parametrize("accept", ["application/xml", "text/csv;q=0, application/json;q=0"])
def test_a_kind_that_is_not_given(api: TestClient, accept: str) -> None:
    assert refused(api.get(YEAR, headers={"accept": accept}), 406)["code"] == "not_acceptable"


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/v1/agreements/be/amm/1999", 404, "unknown_agreement"),
        ("/v1/agreements/../../etc", 404, "not_found"),
        (f"{YEAR}/clauses/99", 404, "unknown_clause"),
        (f"{YEAR}/parameters?on=4/2/2020", 422, "bad_parameter"),
        (f"{YEAR}/clauses?limit=0", 422, "bad_parameter"),
        (f"{YEAR}/clauses?limt=5", 422, "unknown_parameter"),
        (f"{YEAR}/index-rates", 422, "nothing_asked"),
        (f"{YEAR}/index-rates?group=nothing", 422, "unknown_group"),
        ("/v1/agreements/be/amm/2024/index-rates?group=x", 404, "no_index_table"),
        (f"{YEAR}/verification?lang=es", 422, "unknown_language"),
        ("/v1/fees/101033", 422, "bad_code"),
        ("/v1/fees/x", 422, "bad_parameter"),
        ("/healthz?x=1", 422, "unknown_parameter"),
        ("/v1", 404, "not_found"),
    ],
)
def test_what_is_refused_is_named(api: TestClient, address: str, status: int, code: str) -> None:
    assert refused(api.get(address), status)["code"] == code


def test_how_a_day_is_written_is_said(api: TestClient) -> None:
    assert refused(api.get(f"{YEAR}/parameters?on=4/2/2020"), 422)["mend"] == "write year-month-day: 2020-02-04"


def test_a_method_an_address_does_not_take(api: TestClient) -> None:
    answer = api.delete("/v1/price")
    assert refused(answer, 405)["code"] == "method_not_allowed"
    assert answer.headers["allow"] == "POST"


def test_alive_and_ready(api: TestClient) -> None:
    assert api.get("/healthz").json()["status"] == "ok"
    assert api.get("/readyz").json()["receipt"]["agreement"]["id"] == "be/amm/2020"
