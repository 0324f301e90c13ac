"""Commitments, their calendar and published decisions without JavaScript; evidence recorded by the secretariat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from addresses import LANGUAGES
from looking import Page
from serving import made
from starlette.testclient import TestClient

from medicomut.api.limits import RATES, Rate
from medicomut.api.settings import Settings
from medicomut.procedure.commitments_wording import say

GOOD = "correct horse battery"
COMMITMENTS = "/procedures/be/amm/2020/commitments"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestClient]:
    """A server with a store, where the secretariat has signed in."""
    often = {**RATES, "sign_in": Rate(1_000, 1_000)}
    app: Any = made(Settings(store=f"sqlite:///{tmp_path / 'office.db'}", rates=often))
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        once = app.state.entrance.desk.accounts.add("jan", ["secretariat"])
        client.post("/fr/sign-in", data={"name": "jan", "password": once, "return_to": "/fr/"})
        sent = {"old_password": once, "new_password": GOOD, "csrf_token": token(client, "/fr/password")}
        assert client.post("/fr/password", data=sent).status_code == 303
        yield client


def token(client: TestClient, address: str) -> str:
    return re.findall(r'name="csrf_token" value="([0-9a-f]*)"', client.get(address).text)[-1]


def said(text: str) -> str:
    return re.sub(r"\s+", " ", " ".join(Page(text).words))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_overdue_ones_of_an_actor_are_listed_with_their_clauses(portal: TestClient, lang: str) -> None:
    page = portal.get(f"/{lang}{COMMITMENTS}?on=2020-03-15&actor=cia&shown=overdue").text
    rows = re.findall(r'<tr id="([^"]+)"', page)
    assert rows == ["guard_method"]
    assert f'href="/{lang}/agreements/be/amm/2020/5.2.3.2"' in page
    assert say("past_due", lang) in said(page).replace("\u00a0", " ")


def test_a_day_that_is_none_is_told_and_today_shown(portal: TestClient) -> None:
    page = portal.get(f"/fr{COMMITMENTS}?on=hier")
    assert page.status_code == 200
    assert say("bad_day", "fr") in said(page.text)
    assert portal.get(f"/fr{COMMITMENTS}?actor=personne").status_code == 200


def test_every_dashboard_and_feed_linked_is_there(portal: TestClient) -> None:
    pages = portal.get(f"/nl{COMMITMENTS}").text + portal.get("/nl/procedures/be/amm/2020/calendar").text
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/v1/procedures/[^"]+)"', pages)}
    assert sum("dashboards" in link for link in links) == 8
    assert sum(".ics?" in link for link in links) >= 10
    for link in links:
        assert portal.get(link).status_code == 200, link


def test_evidence_is_recorded_on_the_page_and_read_by_everybody(office: TestClient) -> None:
    assert 'id="report"' in office.get(f"/fr{COMMITMENTS}").text
    sent = {"commitment": "guard_method", "found": "kept", "day": "2020-03-09", "source": "", "note": "Transmise.",
            "csrf_token": token(office, f"/fr{COMMITMENTS}")}  # fmt: skip
    refused = office.post(f"/fr{COMMITMENTS}", data=sent)
    assert refused.status_code == 422
    assert say("refused_missing_field", "fr") in said(refused.text)
    done = office.post(f"/fr{COMMITMENTS}", data=sent | {"source": "procès-verbal, inventé"})
    assert (done.status_code, done.headers["location"]) == (303, f"/fr{COMMITMENTS}?done=reported#report")
    assert say("reported", "fr") in said(office.get(f"/fr{COMMITMENTS}?done=reported").text)
    office.cookies.clear()
    page = office.get(f"/fr{COMMITMENTS}?on=2020-06-01&actor=cia").text
    assert "procès-verbal, inventé" in page
    assert 'id="report"' not in page
    assert office.post(f"/fr{COMMITMENTS}", data=sent).status_code == 401


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_no_decision_is_published_the_page_says_so(portal: TestClient, lang: str) -> None:
    page = portal.get(f"/{lang}/procedures/decisions")
    assert page.status_code == 200
    assert Page(page.text).values("lang")[0] == lang


def test_a_step_that_does_not_exist_is_no_page(office: TestClient) -> None:
    sent = {"csrf_token": token(office, "/fr/procedures/disputes")}
    assert office.post("/fr/procedures/disputes/2020-001/opened", data=sent).status_code == 404
    assert office.post("/fr/procedures/disputes/2020-001/dance", data=sent).status_code == 404
    assert office.get("/fr/procedures/disputes/2020-001").status_code == 404


def test_every_page_of_procedures_leads_to_the_others(office: TestClient) -> None:
    here = {
        COMMITMENTS: COMMITMENTS,
        "/procedures/be/amm/2020/calendar": None,
        "/procedures/decisions": "/procedures/decisions",
        "/procedures/be/amm/2020": "/procedures/be/amm/2020",
    }
    for address, own in here.items():
        tags = Page(office.get(f"/nl{address}").text).tags
        links = [attributes for name, attributes in tags if name == "a"]
        assert {"/nl/procedures/decisions"} <= {link.get("href") for link in links}
        assert any(str(link.get("href")).endswith("/grounds") for link in links), address
        current = [
            link["href"] for link in links if link.get("aria-current") == "page" and link.get("href") == f"/nl{own}"
        ]
        assert bool(current) is (own is not None), address
