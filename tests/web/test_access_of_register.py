"""Access to care from a server's register, in the portal and over HTTP: counts only, few persons never."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from register_server import NOON
from serving import made
from starlette.testclient import TestClient

from medicomut.accession.declarations import Declaration, Kind
from medicomut.accession.window import signed_window
from medicomut.agreement import load
from medicomut.api.settings import Settings
from medicomut.identifiers import synthetic_inami
from medicomut.observatory.shortage import word
from medicomut.store import Ledger, open_store
from medicomut.store.register import Register

API = "/v1/observatory/access"
PAGE = "/observatory/access/register"
NAMUR, ANDENNE, GEMBLOUX = "92094", "92003", "92142"
LANGUAGES = ("fr", "nl", "de", "en")


def filled(url: str, places: dict[str, int]) -> None:
    """Put made-up general practitioners into a register."""
    engine = open_store(url)
    register = Register(Ledger(engine, clock=lambda: NOON), lambda named: (load(named), signed_window(named)[1]))
    numbers = iter(range(1, 200))
    for code, number in places.items():
        for _ in range(number):
            named = synthetic_inami(next(numbers), "003")
            register.declare(Declaration(Kind.registered, named, "test", profession="gp", municipality=code))
    engine.dispose()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("register")
    url = f"sqlite:///{folder / 'register.db'}"
    filled(url, {NAMUR: 31, ANDENNE: 9, GEMBLOUX: 2})
    with TestClient(made(Settings(data=folder, register=url, trial_now=NOON)), follow_redirects=False) as client:
        yield client


def test_the_register_is_counted_by_municipality_with_few_withheld(served: TestClient) -> None:
    found = served.get(f"{API}?lang=fr").json()
    places = {place["code"]: place for place in found["places"]}
    assert len(places) == 581
    assert (found["on"], found["withheld_municipalities"], found["measure"]) == ("2020-02-10", 2, "heads")
    assert (places[NAMUR]["general_practitioners"], places[NAMUR]["class"]) == ("31", "severe")
    for code in (ANDENNE, GEMBLOUX):
        assert [places[code][name] for name in ("general_practitioners", "per_100000", "class")] == [
            None, None, "withheld",
        ]  # fmt: skip
    (arrondissement,) = [
        place for place in served.get(f"{API}?by=arrondissement").json()["places"] if place["code"] == "92000"
    ]
    assert arrondissement["general_practitioners"] == "42"


def test_it_comes_as_csv_too(served: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(served.get(API, headers={"Accept": "text/csv"}).text)))
    assert {row["code"]: row["per_100000"] for row in rows}[ANDENNE] == ""
    assert "municipalities" not in rows[0]


def test_nobody_is_counted_on_a_day_without_agreement(served: TestClient) -> None:
    found = served.get(f"{API}?by=country&on=2019-01-01").json()
    assert found["places"][0]["general_practitioners"] == "0"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_shows_the_register_and_no_small_number(served: TestClient, lang: str) -> None:
    page = served.get(f"/{lang}{PAGE}?thresholds=heads").text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    facts = page[page.index('<dl class="facts">') : page.index("</dl>")]
    assert f"<dt>{word('withheld', lang)}</dt><dd>2 " in facts
    assert "Gembloux" not in text
    assert f"/{lang}{PAGE}" in served.get(f"/{lang}/observatory/access").text


def test_a_server_without_register_says_so(portal: TestClient) -> None:
    assert portal.get(f"/fr{PAGE}").status_code == 409
    assert portal.get(API).json()["problems"][0]["code"] == "no_register_here"
    assert PAGE not in portal.get("/fr/observatory/access").text


def test_a_register_of_few_shows_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'register.db'}"
    filled(url, {NAMUR: 31, "11001": 2})
    with TestClient(made(Settings(data=tmp_path, register=url, trial_now=NOON)), follow_redirects=False) as client:
        assert client.get(API).json()["problems"][0]["code"] == "too_few_counted"
        page = client.get(f"/nl{PAGE}")
        assert page.status_code == 422
        assert "arrondissement" in page.text
