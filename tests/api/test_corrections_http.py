"""Corrections over HTTP: proposed by one person of the secretariat, accepted by another; who may not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asking import WEEK, refused
from starlette.testclient import TestClient

from medicomut.accession.declarations import Declaration, Kind
from medicomut.accession.window import signed_window
from medicomut.api.app import create_app
from medicomut.api.settings import Settings
from medicomut.identifiers import synthetic_inami
from medicomut.store import Ledger, open_store
from medicomut.store.register import Register

GP = synthetic_inami(1, "003")
YEAR = "be/amm/2020"
IN_WINDOW = datetime(2020, 2, 10, 10, tzinfo=UTC)
BASE = "/v1/register/corrections"
ASKED = {"number": GP, "corrects": 2, "valid_from": "2020-02-10", "basis": "letter of 2 March"}


@pytest.fixture
def api(tmp_path: Path) -> Iterator[TestClient]:
    """A register with one made-up doctor, who refused."""
    url = f"sqlite:///{tmp_path / 'register.db'}"
    engine = open_store(url)
    register = Register(Ledger(engine, lambda: datetime(2020, 1, 30, 9, tzinfo=UTC)), signed_window)
    given: Any = {"profession": "gp", "region": "Brussels"}
    register.declare(Declaration(Kind.registered, GP, "test", **given))
    register.declare(Declaration(Kind.refused, GP, "test", YEAR))
    engine.dispose()
    chosen: Any = {"store": f"sqlite:///{tmp_path / 'store.db'}", "register": url, "trial_now": IN_WINDOW}
    with TestClient(create_app(Settings(**chosen))) as client:
        yield client


def as_(api: TestClient, name: str, role: str = "secretariat") -> dict[str, str]:
    """Return what a session of somebody sends."""
    app: Any = api.app
    cookie = app.state.entrance.desk.sessions.begin(name, (role,))
    api.cookies.clear()
    headers = {"cookie": f"__Host-medicomut_session={cookie}; medicomut_session={cookie}"}
    return headers | {"x-csrf-token": api.get("/auth/me", headers=headers).json()["csrf_token"]}


def status(api: TestClient) -> str:
    found: str = api.get(f"/v1/register/status/{GP}?on=2020-03-20").json()["status"]
    return found


def test_a_correction_takes_two_persons(api: TestClient) -> None:
    """Ann proposes that nothing was declared; she cannot accept it; Bea does, and silence holds again."""
    ann, bea = as_(api, "account:ann"), as_(api, "account:bea")
    made = api.post(BASE, json=ASKED, headers=ann)
    assert made.status_code == 201, made.text
    proposal = made.json()
    assert (proposal["state"], proposal["maker"]) == ("open", "trial:account:ann")
    assert status(api) == "refused"
    here = f"{BASE}/{proposal['id']}"
    assert refused(api.post(f"{here}/accept", headers=ann), 422)["code"] == "same_person"
    accepted = api.post(f"{here}/accept", headers=bea).json()
    assert (accepted["state"], accepted["checker"]) == ("accepted", "trial:account:bea")
    assert status(api) == "full"
    assert refused(api.post(f"{here}/reject", headers=bea), 409)["code"] == "already_checked"
    assert refused(api.post(f"{here}/withdraw", headers=ann), 409)["code"] == "already_checked"
    assert api.get(f"{BASE}?open=true", headers=ann).json()["items"] == []
    assert [one["state"] for one in api.get(BASE, headers=ann).json()["items"]] == ["accepted"]


def test_who_proposed_may_withdraw_and_nobody_accepts_afterwards(api: TestClient) -> None:
    ann, bea = as_(api, "account:ann"), as_(api, "account:bea")
    here = f"{BASE}/{api.post(BASE, json=ASKED, headers=ann).json()['id']}"
    assert refused(api.post(f"{here}/withdraw", headers=bea), 403)["code"] == "not_the_maker"
    for _ in range(2):  # done again it is harmless
        assert api.post(f"{here}/withdraw", headers=ann).json()["state"] == "withdrawn"
    assert refused(api.post(f"{here}/accept", headers=bea), 409)["code"] == "already_checked"
    assert status(api) == "refused"


def test_another_rejects(api: TestClient) -> None:
    ann, bea = as_(api, "account:ann"), as_(api, "account:bea")
    here = f"{BASE}/{api.post(BASE, json=ASKED, headers=ann).json()['id']}"
    assert api.post(f"{here}/reject", headers=bea).json()["state"] == "rejected"
    assert status(api) == "refused"


def test_what_held_instead_may_be_hours(api: TestClient) -> None:
    """The letter said partial accession: its hours are judged when it is proposed."""
    head, *lines = (line.split(",") for line in WEEK.splitlines())
    hours = [dict(zip(head, line, strict=True)) for line in lines]
    ann, bea = as_(api, "account:ann"), as_(api, "account:bea")
    made = api.post(BASE, json=ASKED | {"says": "partial", "hours": hours}, headers=ann).json()
    api.post(f"{BASE}/{made['id']}/accept", headers=bea)
    assert status(api) == "partial"


@pytest.mark.parametrize(
    ("change", "status", "codes"),
    [
        ({"number": "19000123003"}, 422, {"no_inami_number"}),
        ({"number": 7}, 422, {"wrong_kind"}),
        ({"corrects": 9}, 422, {"unknown_version"}),
        ({"corrects": "2"}, 422, {"unknown_version"}),
        ({"valid_from": "soon"}, 422, {"bad_day"}),
        ({"valid_from": None, "basis": " "}, 422, {"bad_day", "missing_field"}),
        ({"says": "registered"}, 422, {"bad_correction"}),
        ({"hours": [{"day": "mon"}]}, 422, {"hours_not_expected"}),
        ({"says": "partial"}, 422, {"bad_hours"}),
        ({"valid_from": "2021-02-10"}, 422, {"outside_the_term"}),
        ({"extra": 1}, 422, {"unknown_field"}),
    ],
)
def test_what_cannot_be_proposed_says_why(
    api: TestClient, change: dict[str, Any], status: int, codes: set[str]
) -> None:
    answer = api.post(BASE, json=ASKED | change, headers=as_(api, "account:ann"))
    assert {one["code"] for one in refused(answer, status)["problems"]} == codes
    assert api.get(BASE, headers=as_(api, "account:ann")).json()["items"] == []


def test_only_the_secretariat(api: TestClient) -> None:
    proposal = api.post(BASE, json=ASKED, headers=as_(api, "account:ann")).json()["id"]
    ways = [("GET", BASE), ("POST", BASE), *(("POST", f"{BASE}/{proposal}/{verdict}")
                                            for verdict in ("accept", "reject", "withdraw"))]  # fmt: skip
    for role in ("practitioner", "insurer", "auditor"):
        headers = as_(api, f"account:{GP}", role)
        for method, path in ways:
            assert api.request(method, path, json=ASKED, headers=headers).status_code == 403, (role, path)
    api.cookies.clear()
    for method, path in ways:
        assert api.request(method, path, json=ASKED).status_code == 401, path
    assert refused(api.post(f"{BASE}/99/accept", headers=as_(api, "account:bea")), 404)["code"] == "unknown_proposal"


def test_proposals_and_verdicts_stand_in_the_audit_trail(api: TestClient) -> None:
    ann = as_(api, "account:ann")
    proposal = api.post(BASE, json=ASKED, headers=ann).json()["id"]
    api.post(f"{BASE}/{proposal}/accept", headers=ann)
    lines = api.get("/v1/audit", headers=as_(api, "account:auditor", "auditor")).text
    assert f"register/{GP}/corrections" in lines
    assert f"register/corrections/{proposal}" in lines
    assert "same_person" in lines
