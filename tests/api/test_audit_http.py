"""The audit trail of a server: what is in it after people have asked, and who may read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import LATE, LINES, refused, waited
from fhir.resources.R4B import get_fhir_model_class
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from medicomut.api import trail as trails
from medicomut.api.app import create_app
from medicomut.api.settings import Settings
from medicomut.identifiers import synthetic_inami
from medicomut.identity.sessions import Sessions
from medicomut.identity.tokens import Tokens
from medicomut.store import Ledger, open_store
from medicomut.store.audit import STREAM

GP = synthetic_inami(101, "004")
DOCTORS = f"practitioner,profession,status,valid_from,valid_to,slots\n{GP},gp,full,2020-01-01,2020-12-31,\n"
CSV = {"content-type": "text/csv"}


class Served:
    """A server with a store, and somebody of each kind who asks it."""

    def __init__(self, client: TestClient, url: str) -> None:
        self.client, engine = client, open_store(url)
        self.ledger, tokens = Ledger(engine), Tokens(engine)
        self.software, self.auditor = (
            {"authorization": f"Bearer {tokens.issue(role, [role], 1)[1]}"} for role in ("software", "auditor")
        )

    def trail(self) -> list[dict[str, Any]]:
        """What is recorded, once nothing waits any more: what is asked now is recorded after it."""
        assert self.client.get("/v1/audit", headers=self.auditor).status_code == 200
        return [event.content for event in self.ledger.events(STREAM)][:-1]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    url = f"sqlite:///{tmp_path}/ledger.db"
    (tmp_path / "doctors.csv").write_text(DOCTORS)
    settings = Settings(data=tmp_path / "served", store=url, practitioners=tmp_path / "doctors.csv")
    with TestClient(create_app(settings), client=("192.0.2.7", 50_000)) as client:
        found = Served(client, url)
        yield found
        found.ledger.engine.dispose()


def told(access: dict[str, Any]) -> tuple[str, str, str, str]:
    agent = access.get("agent", {"id": "nobody"})["id"]
    return agent.partition(":")[0], access["interaction"], access["outcome"], access["entity"]


def test_what_is_public_leaves_no_trace(served: Served) -> None:
    """Agreements, fees, terminology, and a price that names nobody."""
    for address in ("/v1/agreements", "/v1/fees/101032", "/v1/vectors", "/healthz", "/fhir/metadata",
                    "/fhir/CodeSystem", "/fhir/ChargeItemDefinition?code=101032"):  # fmt: skip
        assert served.client.get(address).status_code == 200
    assert served.client.post("/v1/price", json=LATE).status_code == 200
    lines = [{"code": "101032", "date": "2020-02-04"}]
    assert served.client.post("/v1/check", json={"lines": lines}).status_code == 200
    assert served.trail() == []


def test_the_life_of_a_job(served: Served) -> None:
    """Each step is recorded with who took it, before it is taken."""
    client, who = served.client, served.software
    job = client.post("/v1/jobs", content=LINES, headers=CSV | who).json()
    assert client.get("/v1/jobs", headers=who).status_code == 200
    assert client.get(job["href"], headers=who).status_code == 200
    assert client.delete(job["href"], headers=who).status_code == 204
    assert [told(access) for access in served.trail()] == [
        ("token", "create", "success", job["href"]),
        ("token", "search", "success", "/v1/jobs"),
        ("token", "read", "success", job["href"]),
        ("token", "delete", "success", job["href"]),
    ]
    first = served.trail()[0]
    assert first["client"]["address"] == "192.0.2.7"
    assert first["agent"]["roles"] == ["software"]


def test_questions_about_people(served: Served) -> None:
    client = served.client
    assert client.get(f"/fhir/PractitionerRole?identifier={GP}&name=x").status_code == 200
    assert client.get(f"/fhir/Practitioner/{GP}").status_code == 200
    assert client.get("/fhir/Practitioner?identifier=72010112345x").status_code == 400
    assert client.post("/v1/price", json=LATE | {"practitioner": GP, "patient": "72010112345"}).status_code == 200
    people = [{"practitioner": GP, "profession": "gp", "status": "full"}]
    assert client.post("/v1/check", json={"lines": [], "practitioners": people}).status_code == 200
    bundle = (Path(__file__).parents[1] / "fhir" / "bundles" / "eattest_general_practice.json").read_bytes()
    assert client.post("/fhir/Claim/$check", content=bundle).status_code == 200
    assert client.post("/fhir/Claim/$check", content=b"{}").status_code == 422
    assert client.post("/fhir/$process-message", content=b'{"resourceType": "Bundle"}').status_code == 200
    trail = served.trail()
    assert [told(access) for access in trail] == [
        ("nobody", "search", "success", "/fhir/PractitionerRole"),
        ("nobody", "read", "success", f"Practitioner/{GP}"),
        ("nobody", "operation", "success", "/v1/price"),
        ("nobody", "operation", "success", "/v1/check"),
        ("nobody", "operation", "success", "/fhir/Claim/$check"),
        ("nobody", "operation", "minor failure", "/fhir/Claim/$check"),
        ("nobody", "operation", "minor failure", "/fhir/$process-message"),
    ]
    assert trail[0]["query"] == f"identifier={GP}"
    assert "72010112345" not in json.dumps(trail)


def test_the_number_of_the_request_is_that_of_its_answer(served: Served) -> None:
    served.client.get(f"/fhir/Practitioner/{GP}", headers={"x-request-id": "visit-7", "user-agent": "ward 7"})
    (access,) = served.trail()
    assert (access["request_id"], access["client"]["name"]) == ("visit-7", "ward 7")


# --- reading it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/v1/audit", "/v1/audit/verification"])
def test_who_may_read_it(served: Served, address: str) -> None:
    assert refused(served.client.get(address), 401)["code"] == "not_signed_in"
    assert refused(served.client.get(address, headers=served.software), 403)["code"] == "not_allowed"
    assert served.client.get(address, headers=served.auditor).status_code == 200
    assert served.client.get("/fhir/AuditEvent", headers=served.software).status_code == 403


def test_the_trail_as_lines_page_by_page(served: Served) -> None:
    """The lines are those of the ledger; reading them is recorded too."""
    for _ in range(3):
        served.client.get(f"/fhir/Practitioner/{GP}")
    served.trail()
    address, lines, pages = "/v1/audit?limit=2", [], 0
    while address and pages < 4:
        answer = served.client.get(address, headers=served.auditor)
        assert answer.headers["content-type"] == "application/x-ndjson"
        lines += [json.loads(line) for line in answer.text.splitlines()]
        address = answer.headers.get("link", "").partition("<")[2].partition(">")[0]
        pages += 1
    assert [line["sequence"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["payload"]["entity"] for line in lines[:4]] == [*[f"Practitioner/{GP}"] * 3, "/v1/audit"]
    events = list(served.ledger.events(most=2))
    assert [line["hash"] for line in lines[:2]] == [event.hash for event in events]
    assert served.client.get("/v1/audit?after=1000000", headers=served.auditor).content == b""


def test_the_chain_is_verified_and_a_noted_head_with_it(served: Served) -> None:
    served.trail()
    head = str(served.ledger.head())
    found = served.client.get(f"/v1/audit/verification?head={head}", headers=served.auditor).json()
    assert (found["holds"], found["next"], found["fault"]) == (True, None, None)
    assert found["events"] >= 1
    other = f"{head.partition(':')[0]}:{'0' * 64}"
    found = served.client.get(f"/v1/audit/verification?head={other}", headers=served.auditor).json()
    assert (found["holds"], found["fault"]["code"]) == (False, "head_differs")
    wrong = served.client.get("/v1/audit/verification?head=none", headers=served.auditor)
    assert refused(wrong, 422)["code"] == "bad_head"


def test_a_long_chain_is_verified_in_parts(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medicomut.api.audit.MOST_VERIFIED", 2)
    for _ in range(4):
        served.client.get(f"/fhir/Practitioner/{GP}")
    served.trail()
    after, rounds = 0, 0
    while after is not None:
        found = served.client.get(f"/v1/audit/verification?after={after}", headers=served.auditor).json()
        assert found["holds"]
        after, rounds = found["next"], rounds + 1
        assert rounds < 10
    assert rounds >= 3


def resource_of(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    get_fhir_model_class(answer.json()["resourceType"]).model_validate_json(answer.content)
    return dict(answer.json())


def test_the_trail_as_fhir_page_by_page(served: Served) -> None:
    for _ in range(5):
        served.client.get(f"/fhir/Practitioner/{GP}")
    served.trail()
    address, found = "/fhir/AuditEvent?_count=2&date=ge2020-01-01&date=lt2999-01-01", []
    for _ in range(3):
        page = resource_of(served.client.get(address, headers=served.auditor))
        found += [entry["resource"] for entry in page["entry"]]
        address = next(link["url"] for link in page["link"] if link["relation"] == "next")
        assert "date=ge2020-01-01&date=lt2999-01-01" in address
    assert [event["id"] for event in found] == ["1", "2", "3", "4", "5", "6"]
    one = resource_of(served.client.get("/fhir/AuditEvent/1", headers=served.auditor))
    assert one == found[0]
    assert one["entity"][1]["what"] == {"reference": f"Practitioner/{GP}"}


@pytest.mark.parametrize("date", ["lt2020-01-01", "gt2999-01-01", "2020-01-01", "le2020-01-01T00:00:00Z"])
def test_no_access_of_those_days(served: Served, date: str) -> None:
    served.trail()
    page = resource_of(served.client.get(f"/fhir/AuditEvent?date={date}", headers=served.auditor))
    assert "entry" not in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("AuditEvent?date=yesterday", 400), ("AuditEvent?date=ge2020-01-01T10:00:00", 400),
        ("AuditEvent?date=ge9999-12-31T23:59:59Z", 400), ("AuditEvent?date=9999-12-31", 400),
        ("AuditEvent?_count=0", 400), ("AuditEvent?_count=1000", 400), ("AuditEvent?_after=-1", 400),
        ("AuditEvent/9999", 404), ("AuditEvent/x", 404), ("AuditEvent/0", 404),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly(served: Served, address: str, status: int) -> None:
    outcome = resource_of(served.client.get(f"/fhir/{address}", headers=served.auditor), status)
    assert outcome["resourceType"] == "OperationOutcome"


def test_the_statement_says_that_there_is_a_trail(served: Served) -> None:
    (rest,) = served.client.get("/fhir/metadata").json()["rest"]
    assert "AuditEvent" in {resource["type"] for resource in rest["resource"]}


# --- a store that does not answer, and none ------------------------------------------------------------------------


def test_what_goes_on_and_what_does_not_while_the_store_fails(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is changed and nothing kept about people is read without its record; prices go on."""
    client, who = served.client, served.software
    assert client.get("/readyz").json()["audit"] == "recorded"

    def gone(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("gone"))

    with monkeypatch.context() as broken:
        broken.setattr(trails, "record_all", gone)
        for answer in (
            client.post("/v1/jobs", content=LINES, headers=CSV | who),
            client.get("/v1/jobs", headers=who),
            client.get("/v1/audit", headers=served.auditor),
        ):
            assert refused(answer, 503)["code"] == "not_recorded"
        outcome = resource_of(client.get("/fhir/AuditEvent", headers=served.auditor), 503)
        assert outcome["issue"][0]["code"] == "transient"
        ready = client.get("/readyz").json()
        assert (ready["status"], ready["audit"]) == ("degraded", "failing")
        assert client.post("/v1/price", json=LATE | {"practitioner": GP}).status_code == 200
        assert client.get(f"/fhir/Practitioner/{GP}").status_code == 200
    assert client.get("/v1/jobs", headers=who).json()["items"] == []
    entities = [access["entity"] for access in served.trail()]
    assert {"/v1/price", f"Practitioner/{GP}"} <= set(entities)
    assert client.get("/readyz").json()["audit"] == "recorded"


def test_who_one_is_cannot_be_asked_of_a_store_that_is_gone(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A token or a session is told so; who shows none is answered."""

    def gone(*_: object) -> None:
        raise OperationalError("SELECT", {"hash": "of a secret"}, Exception("connection refused"))

    client = served.client
    monkeypatch.setattr(Tokens, "find", gone)
    monkeypatch.setattr(Sessions, "find", gone)
    assert refused(client.get("/v1/jobs", headers=served.software), 503)["code"] == "store_unreachable"
    assert refused(client.get("/v1/jobs", headers={"cookie": "medicomut_session=x"}), 503)["mend"]
    outcome = resource_of(client.get("/fhir/AuditEvent", headers=served.auditor), 503)
    assert outcome["issue"][0]["code"] == "transient"
    assert client.post("/v1/price", json=LATE).status_code == 200
    assert "connection refused" in caplog.text
    assert "of a secret" not in caplog.text


def test_the_whole_store_is_gone_and_comes_back(
    served: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its file and every connection to it: not one part that is made to fail. Prices go on, their records are kept."""
    client, who = served.client, served.software
    app: Any = client.app
    app.state.store.dispose()
    served.ledger.engine.dispose()
    (tmp_path / "ledger.db").rename(tmp_path / "elsewhere.db")
    (tmp_path / "ledger.db").mkdir()  # no database can be made anew in its place
    assert refused(client.get("/v1/jobs", headers=who), 503)["code"] == "store_unreachable"
    assert refused(client.post("/v1/jobs", content=LINES, headers=CSV | who), 503)["code"] == "store_unreachable"
    assert resource_of(client.get("/fhir/AuditEvent", headers=served.auditor), 503)
    assert (
        refused(client.post("/auth/local", json={"name": "jan", "password": "x"}), 503)["code"] == "store_unreachable"
    )
    assert client.post("/v1/price", json=LATE | {"practitioner": GP}).status_code == 200
    assert client.get("/v1/agreements").status_code == 200
    waited(lambda: client.get("/readyz").json(), lambda ready: ready["audit"] == "failing")
    assert client.get("/readyz").status_code == 200
    (tmp_path / "ledger.db").rmdir()
    (tmp_path / "elsewhere.db").rename(tmp_path / "ledger.db")
    assert client.get("/v1/jobs", headers=who).json()["items"] == []
    waited(lambda: [access["entity"] for access in served.trail()], lambda entities: "/v1/price" in entities)
    assert client.get("/readyz").json()["audit"] == "recorded"
    assert served.ledger.verify().holds
    assert "does not answer" in caplog.text


def test_without_a_store_nothing_is_recorded_and_readyz_says_so(api: TestClient) -> None:
    assert api.get("/readyz").json()["audit"] == "no_store"
