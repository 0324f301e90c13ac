"""Accesses as FHIR AuditEvent: valid R4, and as the BALP patterns say for each interaction.

Source of the expected codes: IHE ITI Basic Audit Log Patterns 1.1, profiles Read, Query, Create, Update, Delete and
their Patient variants.
"""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from ledgers import PUBLISHED, refusal

from medicomut.errors import Problems
from medicomut.store import Ledger, audit
from medicomut.store.audit import Access, Agent, Interaction, Outcome, Peer

CLIENT = Peer("practice-software", "192.0.2.7")
SERVER = Peer("medicomut", "https://register.example/fhir")
READ = Access(
    "read",
    "success",
    "PractitionerRole/19000122003/_history/3",
    "b7c2f6a0-0001",
    CLIENT,
    SERVER,
    Agent("19000221003", ("practitioner",)),
)
SEARCH = replace(READ, interaction="search", entity="/fhir/PractitionerRole", query="GET /fhir/PractitionerRole?x=é")


def access(interaction: str, **other: Any) -> Access:
    return replace(SEARCH if interaction == "search" else replace(READ, interaction=interaction), **other)


def mapped(ledger: Ledger, wanted: Access) -> dict[str, Any]:
    """Record an access, map it, and have fhir.resources validate it."""
    resource = audit.audit_event(audit.record(ledger, wanted))
    assert AuditEvent.model_validate(resource).id == resource["id"]
    return resource


def codes_of(agent: dict[str, Any]) -> list[str]:
    return [coding["code"] for coding in agent["type"]["coding"]]


@pytest.mark.parametrize(
    ("interaction", "action", "profile", "client", "server", "user"),
    [
        ("read", "R", "Read", "110152", "110153", "IRCP"),
        ("vread", "R", "Read", "110152", "110153", "IRCP"),
        ("search", "E", "Query", "110153", "110152", "IRCP"),
        ("create", "C", "Create", "110153", "110152", "AUT"),
        ("update", "U", "Update", "110153", "110152", "AUT"),
        ("patch", "U", "Update", "110153", "110152", "AUT"),
        ("delete", "D", "Delete", "110150", "custodian", "CST"),
        ("operation", "E", None, "110153", "110152", "IRCP"),
    ],
)
def test_each_interaction_follows_its_pattern(
    ledger: Ledger, interaction: str, action: str, profile: str | None, client: str, server: str, user: str
) -> None:
    for patient in (None, "Patient/pseudonym-1"):
        resource = mapped(ledger, access(interaction, patient=patient))
        assert resource["type"]["code"] == "rest"
        assert [coding["code"] for coding in resource["subtype"]] == [interaction]
        assert (resource["action"], resource["outcome"]) == (action, "0")
        assert [codes_of(agent) for agent in resource["agent"]] == [[client], [server], [user]]
        assert [agent["requestor"] for agent in resource["agent"]] == [False, False, True]
        named = resource.get("meta", {"profile": [None]})["profile"]
        url = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
        assert named == [f"{url}{'Patient' if patient else ''}{profile}" if profile else None]
        people = [entity["what"] for entity in resource["entity"] if entity["type"]["code"] == "1"]
        assert people == ([{"reference": patient}] if patient else [])
    assert set(audit.ACTIONS) == set(get_args(Interaction))


def test_a_read_says_who_what_when_and_between_which_machines(ledger: Ledger) -> None:
    resource = mapped(ledger, READ)
    client, server, user = resource["agent"]
    assert (client["who"], client["network"]) == (
        {"display": "practice-software"},
        {"address": "192.0.2.7", "type": "2"},
    )
    assert server["network"] == {"address": "https://register.example/fhir", "type": "5"}
    assert (user["who"], user["role"]) == ({"identifier": {"value": "19000221003"}}, [{"text": "practitioner"}])
    request, thing = resource["entity"]
    assert (request["type"]["code"], request["what"]) == ("XrequestId", {"identifier": {"value": "b7c2f6a0-0001"}})
    assert (thing["role"]["code"], thing["what"]) == ("4", {"reference": "PractitionerRole/19000122003/_history/3"})
    assert resource["recorded"] == "2020-01-29T08:00:01.000000Z"
    assert AuditEvent.model_validate(resource).recorded.replace(microsecond=0) == PUBLISHED.replace(second=1)


def test_a_search_is_recorded_as_it_was_asked(ledger: Ledger) -> None:
    query = mapped(ledger, SEARCH)["entity"][1]
    assert base64.b64decode(query["query"]).decode() == "GET /fhir/PractitionerRole?x=é"
    assert (query["role"]["code"], query["description"]) == ("24", "/fhir/PractitionerRole")
    assert "what" not in query


def test_a_search_without_its_request_is_refused_with_every_other_fault(ledger: Ledger) -> None:
    wrong = replace(READ, interaction="look", outcome="fine")  # type: ignore[arg-type]
    with pytest.raises(Problems) as refused:
        audit.record_all(ledger, [READ, replace(SEARCH, query=None), wrong])
    found = [(p.code, p.where.row, p.where.field) for p in refused.value.problems if p.where]
    assert found == [("query_missing", 2, "query"), ("unknown_word", 3, "interaction"), ("unknown_word", 3, "outcome")]
    assert ledger.head().sequence == 0


@pytest.mark.parametrize(
    ("outcome", "code"), [("minor failure", "4"), ("serious failure", "8"), ("major failure", "12")]
)
def test_a_failure_claims_no_pattern_of_success(ledger: Ledger, outcome: Outcome, code: str) -> None:
    resource = mapped(ledger, replace(READ, outcome=outcome, reason="the role does not reach this route"))
    assert (resource["outcome"], resource["outcomeDesc"]) == (code, "the role does not reach this route")
    assert "meta" not in resource
    assert set(audit.OUTCOMES) == set(get_args(Outcome))


def test_nobody_signed_in(ledger: Ledger) -> None:
    """Public data need no login: the two machines are all that is known."""
    event = audit.record(ledger, replace(READ, agent=None, entity="/v1/fees/101032", client=Peer("web", "kiosk-4")))
    assert event.actor == "web"
    resource = audit.audit_event(event)
    AuditEvent.model_validate(resource)
    assert len(resource["agent"]) == 2
    assert resource["agent"][0]["network"]["type"] == "1"
    assert resource["entity"][1]["what"] == {"identifier": {"value": "/v1/fees/101032"}}


def test_the_trail_is_exported_as_lines_among_other_events(ledger: Ledger) -> None:
    ledger.append(refusal())
    audit.record_all(ledger, [READ, SEARCH])
    ledger.append(refusal("19000221003"))
    audit.record(ledger, READ)
    out = io.BytesIO()
    assert audit.export_audit(ledger, out) == 3
    resources = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [resource["id"] for resource in resources] == ["2", "3", "5"]
    for resource in resources:
        AuditEvent.model_validate(resource)
    assert audit.export_audit(ledger, io.BytesIO(), after=3) == 1
    with pytest.raises(Problems) as refused:
        audit.audit_event(next(ledger.events()))
    assert refused.value.problems[0].code == "not_an_access"
