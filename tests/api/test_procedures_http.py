"""Commitments, calendars, dashboards, disputes and decisions over HTTP: who may what, and what is answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from medicomut.api.app import create_app
from medicomut.api.settings import Settings
from medicomut.identity.tokens import Tokens
from medicomut.store import Ledger, open_store
from medicomut.store.audit import STREAM as AUDIT

ONE = "/v1/procedures/be/amm/2020"
DISPUTES = "/v1/disputes"
OPENING: dict[str, Any] = {
    "track": "conciliation",
    "subject": "nomenclature",
    "agreement": "be/amm/2020",
    "parties": [{"role": "applicant", "name": "absym_bvas"}, {"role": "respondent", "name": "insurers"}],
    "codes": ["475075"],
    "question": "May two electrocardiograms be charged on one day?",
    "day": "2020-03-02",
}


class Desk:
    """A server with a store, and the secretariat that asks it."""

    def __init__(self, client: TestClient, url: str) -> None:
        self.client, self.engine = client, open_store(url)
        tokens = Tokens(self.engine)
        self.secretariat, self.insurer = (
            {"authorization": f"Bearer {tokens.issue(role, [role], 1)[1]}"} for role in ("secretariat", "insurer")
        )

    def send(self, address: str, body: dict[str, Any]) -> Any:
        return self.client.post(address, json=body, headers=self.secretariat)

    def get(self, address: str) -> Any:
        return self.client.get(address, headers=self.secretariat)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path}/ledger.db"
    with TestClient(create_app(Settings(store=url)), client=("192.0.2.7", 50_000)) as client:
        found = Desk(client, url)
        yield found
        found.engine.dispose()


def test_what_is_overdue_is_listed_as_json_and_csv(api: TestClient) -> None:
    address = f"{ONE}/commitments?on=2020-04-01&overdue=true"
    items = api.get(address).json()["items"]
    assert [one["id"] for one in items][1] == "guard_method"
    assert items[1]["deadline"]["warnings"] == ["sunday"]
    assert items[1]["clause"] == "be/amm/2020#5.2.3.2"
    lines = api.get(address, headers={"accept": "text/csv"}).text.splitlines()
    assert len(lines) == len(items) + 1
    moved = api.get(f"{ONE}/commitments?on=2020-03-02&actor=cia&sunday_deadlines=next_working_day").json()["items"]
    assert moved[0]["due"] == "2020-03-02"


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        (f"{ONE}/commitments?actor=nobody", 422, "unknown_actor"),
        (f"{ONE}/commitments?on=soon", 422, "bad_parameter"),
        (f"{ONE}/commitments?sunday_deadlines=never", 422, "unknown_reading"),
        ("/v1/procedures/be/amm/1999/commitments", 404, "unknown_agreement"),
        (f"{ONE}/dashboards/2019Q4.pdf", 422, "quarter_outside"),
        ("/v1/procedures/be/amm/2024/dashboards/2024Q4.pdf", 404, "no_dashboard"),
        (f"{ONE}/commitments?colour=red", 422, "unknown_parameter"),
    ],
)
def test_what_cannot_be_used_is_named(api: TestClient, address: str, status: int, code: str) -> None:
    answer = api.get(address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_calendar_can_be_subscribed_to(api: TestClient) -> None:
    answer = api.get(f"{ONE}/commitments.ics?actor=cia&lang=de")
    assert answer.headers["content-type"].startswith("text/calendar")
    uids = {str(event["UID"]) for event in icalendar.Calendar.from_ical(answer.text).events}  # type: ignore[union-attr]
    assert uids == {"be-amm-2020-guard_method@medicomut", "be-amm-2020-guard_scenario@medicomut"}
    again = api.get(f"{ONE}/commitments.ics?actor=cia&lang=de", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_a_dashboard_is_a_page_or_a_pdf_in_which_nothing_runs(api: TestClient) -> None:
    page = api.get(f"{ONE}/dashboards/2020Q2.html?lang=nl")
    assert "Boordtabel van het tweede kwartaal 2020" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert api.get(f"{ONE}/dashboards/2020Q2.pdf").content.startswith(b"%PDF-")


def test_evidence_is_reported_by_the_secretariat_and_read_by_everybody(desk: Desk) -> None:
    report = {"agreement": "be/amm/2020", "commitment": "guard_method", "day": "2020-03-09", "found": "kept",
              "source": "minutes, made up", "note": "Submitted."}  # fmt: skip
    assert desk.send("/v1/evidence", report | {"dry_run": True}).json()["recorded"] is False
    assert [desk.send("/v1/evidence", report).status_code for _ in range(2)] == [201, 200]
    (shown,) = [
        one
        for one in desk.client.get(f"{ONE}/commitments?on=2020-06-01").json()["items"]
        if one["id"] == "guard_method"
    ]
    assert (shown["state"], shown["evidence"][0]["source"]) == ("kept_late", "minutes, made up")
    assert "token:" not in str(shown)  # who recorded it is for the ledger
    assert "minutes, made up" in desk.client.get(f"{ONE}/dashboards/2020Q1.html").text
    faults: list[tuple[dict[str, Any], str]] = [
        ({"day": "soon"}, "bad_day"),
        ({"found": "yes"}, "wrong_kind"),
        ({"note": 7}, "wrong_kind"),
        ({"commitment": "x"}, "unknown_commitment"),
        ({"agreement": "x"}, "unknown_agreement"),
    ]
    for wrong, code in faults:
        assert desk.send("/v1/evidence", report | wrong).json()["code"] == code


def test_a_dispute_from_the_opening_to_the_decision(desk: Desk) -> None:
    """`be/amm/2020#15` over HTTP, each change in the audit trail."""
    tried = desk.send(DISPUTES, OPENING | {"dry_run": True})
    assert (tried.status_code, tried.json()["recorded"]) == (200, False)
    opened = desk.send(DISPUTES, OPENING)
    assert (opened.status_code, opened.json()["case"]) == (201, "2020-001")
    steps = f"{DISPUTES}/2020-001/steps"
    end = {
        "kind": "concluded",
        "day": "2020-05-04",
        "content": {"outcome": "conciliated", "text": "The BVAS was right."},
    }
    missing = desk.send(steps, end).json()
    assert (missing["code"], missing["cites"]) == ("advice_missing", ["be/amm/2020#15"])
    assert desk.send(steps, {"kind": "advice_asked", "day": "2020-03-03"}).status_code == 201
    limit = {"kind": "deadline", "day": "2020-03-03", "content": {"awaited": "advice", "due": "2020-04-15"}}
    assert desk.send(steps, limit).status_code == 201
    assert "2020-001" in desk.get(f"{DISPUTES}.ics").text
    given = {"kind": "advice_given", "day": "2020-04-01", "content": {"text": "Two, when asked apart."}}
    assert desk.send(steps, given).status_code == 201
    assert [desk.send(steps, end).status_code for _ in range(2)] == [201, 200]
    named = {"kind": "published", "day": "2020-06-01", "content": {"title": "Two", "text": "The BVAS was right."}}
    assert desk.send(steps, named).json()["code"] == "not_anonymous"
    public = named | {"content": {"title": "Two on a day", "text": "The applicant was right.", "language": "en"}}
    assert desk.send(steps, public).status_code == 201
    found = desk.client.get("/v1/decisions?q=APPLICANT").json()
    assert (found["total"], found["items"][0]["concluded"]) == (1, "2020-05")
    assert "bvas" not in str(found).lower()
    assert desk.client.get("/v1/decisions?clause=14").json()["items"] == []
    case = desk.get(f"{DISPUTES}/2020-001").json()
    assert (case["status"], len(case["steps"])) == ("concluded", 6)
    assert desk.get(f"{DISPUTES}?status=open").json()["items"] == []
    trail = [event.content for event in Ledger(desk.engine).events(AUDIT)]
    assert {("create", "dispute/new"), ("create", "dispute/2020-001"), ("read", "dispute/2020-001")} <= {
        (access["interaction"], access["entity"]) for access in trail
    }


def test_case_files_are_for_the_secretariat_alone(desk: Desk, api: TestClient) -> None:
    desk.send(DISPUTES, OPENING)
    for address in (DISPUTES, f"{DISPUTES}/2020-001", f"{DISPUTES}.ics"):
        assert desk.client.get(address).status_code == 401
        assert desk.client.get(address, headers=desk.insurer).status_code == 403
        assert api.get(address).status_code == 401
    assert desk.client.post(DISPUTES, json=OPENING, headers=desk.insurer).status_code == 403
    assert desk.client.get("/v1/decisions").status_code == 200


@pytest.mark.parametrize(
    ("address", "body", "code"),
    [
        (DISPUTES, OPENING | {"case": 7}, "wrong_kind"),
        (DISPUTES, OPENING | {"day": "soon"}, "bad_day"),
        (DISPUTES, OPENING | {"dry_run": "yes"}, "wrong_kind"),
        (DISPUTES, OPENING | {"track": "court"}, "wrong_kind"),
        (DISPUTES, OPENING | {"colour": "red"}, "unknown_field"),
        (DISPUTES, OPENING | {"agreement": "be/amm/1999"}, "unknown_agreement"),
        (f"{DISPUTES}/2020-009/steps", {"kind": "hearing"}, "unknown_case"),
        (f"{DISPUTES}/2020-009/steps", {"kind": "opened"}, "wrong_kind"),
        (f"{DISPUTES}/2020-009/steps", {"kind": "hearing", "content": []}, "unknown_case"),
        (f"{DISPUTES}/2020-009/steps", {"kind": "hearing", "content": "x"}, "wrong_kind"),
    ],
)
def test_a_step_that_cannot_be_is_refused(desk: Desk, address: str, body: dict[str, Any], code: str) -> None:
    assert desk.send(address, body).json()["code"] == code


def test_a_server_without_a_ledger_says_so(tmp_path: Path) -> None:
    with TestClient(create_app(Settings()), client=("192.0.2.7", 50_000)) as client:
        assert client.get("/v1/decisions").json() == {"items": [], "total": 0}
        assert client.get(f"{ONE}/commitments").status_code == 200


def test_no_quarter_is_too_late_to_be_refused(api: TestClient) -> None:
    answer = api.get(f"{ONE}/dashboards/9999Q4.html")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_quarter")


@pytest.mark.parametrize(
    "address",
    [
        f"{ONE}/commitments", f"{ONE}/commitments.ics", f"{ONE}/dashboards/2020Q2.html",
        f"{ONE}/dashboards/2020Q2.pdf", "/v1/decisions",
    ],
)  # fmt: skip
def test_what_rests_on_a_store_that_is_gone_is_not_answered_without_it(
    desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list without the evidence recorded here would accuse somebody; what rests on data alone is answered."""

    def gone(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    assert desk.client.get(address).status_code == 200
    monkeypatch.setattr(Ledger, "events", gone)
    answer = desk.client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.json()["code"] == "store_unreachable"
    assert desk.client.get(f"{ONE}/deadlines").status_code == 200


def test_deadlines_are_a_calendar_to_subscribe_to(api: TestClient) -> None:
    """The individual exit of 2024 lies on a Sunday, 15 December; supposed clocks say that they are."""
    address = "/v1/procedures/be/amm/2024/deadlines.ics?lang=nl"
    answer = api.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["content-language"] == "nl"
    events = {str(event["uid"]): event for event in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}
    leaving = events["be-amm-2024-deadline-opt_out@medicomut"]
    assert str(leaving.start) == "2024-12-15"
    assert "zondag" in str(leaving["description"])
    assert "be-amm-2024-deadline-collective_end@medicomut" not in events
    again = api.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    supposed = api.get(f"{address}&reading=denunciation_clocks%3Das_in_2020&reading=end_anchor%3Dfinding")
    ends = [
        event for event in icalendar.Calendar.from_ical(supposed.content).walk("VEVENT")
        if str(event["uid"]) == "be-amm-2024-deadline-collective_end@medicomut"
    ]  # fmt: skip
    assert [str(event.start) for event in ends] == ["2024-12-04"]
    assert "verondersteld" in str(ends[0]["description"])
    refused = api.get("/v1/procedures/be/amm/2024/deadlines.ics?reading=denunciation_clocks%3Dnever")
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_reading")
