"""The audit trail: who read or changed what, recorded in a ledger and read as FHIR AuditEvent.

The mapping follows FHIR R4 and the patterns of IHE BALP (Basic Audit Log Patterns, 1.1) for RESTful reads, queries,
creations, updates and deletions.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from typing import IO, Any, Final, Literal

from medicomut.errors import Place, Problem, Problems
from medicomut.store.chain import Draft, Event
from medicomut.store.ledger import Ledger

STREAM: Final = "audit"
KIND: Final = "audit."

Interaction = Literal["read", "vread", "search", "create", "update", "patch", "delete", "operation"]
Outcome = Literal["success", "minor failure", "serious failure", "major failure"]

ACTIONS: Final[dict[str, str]] = {
    "read": "R",
    "vread": "R",
    "search": "E",
    "create": "C",
    "update": "U",
    "patch": "U",
    "delete": "D",
    "operation": "E",
}
"""The action of an AuditEvent (create, read, update, delete, execute) for each interaction of a RESTful server."""

OUTCOMES: Final[dict[str, str]] = {"success": "0", "minor failure": "4", "serious failure": "8", "major failure": "12"}

_PROFILES: Final = {"read": "Read", "vread": "Read", "search": "Query", "create": "Create", "update": "Update",
                    "patch": "Update", "delete": "Delete"}  # fmt: skip
_BALP: Final = "https://profiles.ihe.net/ITI/BALP"
_TERMS: Final = "http://terminology.hl7.org/CodeSystem"
_DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
_SOURCE: Final = (_DICOM, "110153", "Source Role ID")
_DESTINATION: Final = (_DICOM, "110152", "Destination Role ID")
_ROLES: Final = {
    "R": (_DESTINATION, _SOURCE),
    "E": (_SOURCE, _DESTINATION),
    "C": (_SOURCE, _DESTINATION),
    "U": (_SOURCE, _DESTINATION),
    "D": ((_DICOM, "110150", "Application"), (f"{_TERMS}/provenance-participant-type", "custodian", "Custodian")),
}
"""What the client and the server are to the data, by action; BALP keeps DICOM's view of who sends."""

_USERS: Final = {"R": "IRCP", "E": "IRCP", "C": "AUT", "U": "AUT", "D": "CST"}
_MACHINE, _IP, _URI = "1", "2", "5"
_REFERENCE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]{1,64})?")


@dataclass(frozen=True, slots=True)
class Agent:
    """Who asked: the identifier under which they signed in (never a national number) and their roles."""

    id: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Peer:
    """A machine in the exchange: its name, and its address (IP, URI, or a host's name)."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Access:
    """One access.

    `entity` is what was touched: a FHIR reference with its version where there is one, or a path of the API.
    `agent` is None where nobody signed in. `patient` is a reference to, or a pseudonym of, the person the data
    are about. `query` is the request of a search, as it came. `reason` says in words why it failed.
    """

    interaction: Interaction
    outcome: Outcome
    entity: str
    request_id: str
    client: Peer
    server: Peer
    agent: Agent | None = None
    patient: str | None = None
    query: str | None = None
    reason: str | None = None


def record(ledger: Ledger, access: Access) -> Event:
    """Record an access durably; see `record_all`."""
    return record_all(ledger, [access])[0]


def record_all(ledger: Ledger, accesses: Iterable[Access]) -> list[Event]:
    """Record accesses, all or none, in the stream `audit`.

    Raises `Problems`: `query_missing` for a search without its request, `unknown_word` for an interaction or
    outcome that is none, and what `Ledger.append_all` raises.
    """
    wanted = list(accesses)
    faults = [p.at(Place(row=row, field=field)) for row, a in enumerate(wanted, 1) for field, p in _faults(a)]
    if faults:
        raise Problems(faults)
    return ledger.append_all([_draft(access) for access in wanted])


def _faults(access: Access) -> Iterator[tuple[str, Problem]]:
    for field, words in (("interaction", ACTIONS), ("outcome", OUTCOMES)):
        word = getattr(access, field)
        if word not in words:
            mend = f"write one of {', '.join(words)}"
            yield field, Problem("unknown_word", f"{word!r} is no {field}", mend=mend)
    if access.interaction == "search" and access.query is None:
        why = "the record of a search is its request (IHE BALP, Query)"
        yield "query", Problem("query_missing", "the search has no request", why=why, mend="give it as it came")


def _draft(access: Access) -> Draft:
    payload = {name: value for name, value in asdict(access).items() if value is not None}
    actor = access.agent.id if access.agent is not None else access.client.name
    return Draft(STREAM, KIND + access.interaction, payload, actor)


def audit_event(event: Event) -> dict[str, Any]:
    """Return the FHIR R4 AuditEvent of a recorded access; its id is the event's sequence number.

    It names a BALP profile only where the access succeeded and there is one: failures and operations have none.
    Raises `Problems` (`not_an_access`) for an event of another kind.
    """
    if not event.kind.startswith(KIND):
        what = f"event {event.sequence} is a {event.kind}, no access"
        raise Problems([Problem("not_an_access", what, Place(row=event.sequence), mend="read the stream `audit`")])
    access = event.content
    interaction, patient = access["interaction"], access.get("patient")
    resource: dict[str, Any] = {"resourceType": "AuditEvent", "id": str(event.sequence)}
    if access["outcome"] == "success" and interaction in _PROFILES:
        about = "Patient" if patient is not None else ""
        profile = f"{_BALP}/StructureDefinition/IHE.BasicAudit.{about}{_PROFILES[interaction]}"
        resource["meta"] = {"profile": [profile]}
    resource |= {
        "type": _coding(f"{_TERMS}/audit-event-type", "rest", "Restful Operation"),
        "subtype": [_coding("http://hl7.org/fhir/restful-interaction", interaction, interaction)],
        "action": ACTIONS[interaction],
        "recorded": event.recorded_at,
        "outcome": OUTCOMES[access["outcome"]],
        "agent": _agents(access),
        "source": {
            "observer": {"display": access["server"]["name"]},
            "type": [_coding(f"{_TERMS}/security-source-type", "4", "Application Server")],
        },
        "entity": _entities(access),
    }
    if "reason" in access:
        resource["outcomeDesc"] = access["reason"]
    return resource


def audit_events(ledger: Ledger, after: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the AuditEvents recorded after a sequence number, in order."""
    return map(audit_event, ledger.events(STREAM, after=after))


def export_audit(ledger: Ledger, out: IO[bytes], after: int = 0) -> int:
    """Write AuditEvents as lines of JSON, the form of FHIR bulk data; return how many."""
    count = 0
    for resource in audit_events(ledger, after):
        out.write(json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        count += 1
    return count


def _agents(access: dict[str, Any]) -> list[dict[str, Any]]:
    action = ACTIONS[access["interaction"]]
    of_client, of_server = _ROLES[action]
    agents = [_peer(access["client"], of_client), _peer(access["server"], of_server)]
    user = access.get("agent")
    if user is not None:
        coding = _coding(f"{_TERMS}/v3-ParticipationType", _USERS[action])
        roles = {"role": [{"text": role} for role in user["roles"]]} if user["roles"] else {}
        who = {"identifier": {"value": user["id"]}}
        agents.append({"type": {"coding": [coding]}} | roles | {"who": who, "requestor": True})
    return agents


def _peer(peer: dict[str, str], role: tuple[str, str, str]) -> dict[str, Any]:
    network = {"address": peer["address"], "type": _kind_of_address(peer["address"])}
    who = {"display": peer["name"]}
    return {"type": {"coding": [_coding(*role)]}, "who": who, "requestor": False, "network": network}


def _kind_of_address(address: str) -> str:
    try:
        ip_address(address)
    except ValueError:
        return _URI if "://" in address else _MACHINE
    return _IP


def _entities(access: dict[str, Any]) -> list[dict[str, Any]]:
    request = {
        "what": {"identifier": {"value": access["request_id"]}},
        "type": _coding(f"{_BALP}/CodeSystem/BasicAuditEntityType", "XrequestId"),
    }
    thing: dict[str, Any] = {"type": _coding(f"{_TERMS}/audit-entity-type", "2", "System Object")}
    if access["interaction"] == "search":
        query = b64encode(access["query"].encode()).decode()
        thing |= {"role": _coding(f"{_TERMS}/object-role", "24", "Query"), "description": access["entity"]}
        thing["query"] = query
    else:
        thing["what"] = _what(access["entity"])
        thing["role"] = _coding(f"{_TERMS}/object-role", "4", "Domain Resource")
    entities = [request, thing]
    if "patient" in access:
        person = _coding(f"{_TERMS}/audit-entity-type", "1", "Person")
        role = _coding(f"{_TERMS}/object-role", "1", "Patient")
        entities.append({"what": _what(access["patient"]), "type": person, "role": role})
    return entities


def _what(entity: str) -> dict[str, Any]:
    """Name a resource by its reference, and anything else by an identifier."""
    return {"reference": entity} if _REFERENCE.fullmatch(entity) else {"identifier": {"value": entity}}


def _coding(system: str, code: str, display: str | None = None) -> dict[str, str]:
    return {"system": system, "code": code} | ({"display": display} if display is not None else {})
