"""Who takes part in an answer: the engine, the doctor who asked, the patient; made anew from what was stated.

Nothing of a request is repeated but what the guide's answers show: numbers, names and the patient's sex.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from medicomut import __version__
from medicomut.fhir.elements import Element
from medicomut.fhir.exact import Resource, clean, clean_uri
from medicomut.fhir.names import (
    ACT_CODE,
    CANONICAL,
    COVERAGE_CLASS,
    ENGINE,
    HC_PARTY,
    HOLDER_CODE_1,
    INSURER,
    MEMBERSHIP,
    NIHDI,
    SSIN,
    profile,
)
from medicomut.fhir.request import Request

PHYSICIAN: Final = "persphysician"
ENGINE_NAME: Final = "medicomut, a simulation: not an insurer"
EXT_SYSTEM: Final = "https://www.ehealth.fgov.be/standards/fhir/mycarenet/StructureDefinition/be-ext-system"
_SEXES: Final = ("male", "female", "other", "unknown")
_CODE = re.compile(r"[A-Za-z0-9-]{1,64}")


class Participants:
    """The resources of the people and organisations of an answer, each with an address of its own."""

    def __init__(self, request: Request, now: datetime, *, contained: bool = False) -> None:
        self.request, self.now, self.contained = request, now, contained
        message = request.message
        self.header = next(iter(message.of_type("MessageHeader")), None)
        self.asked_by = message.find(self._reference(self.header, "sender"), "Organization", "PractitionerRole")
        self.role = self._role()
        self.number = self._number()

    def uuid(self, part: str) -> str:
        """Return the identifier of a part of this answer: the same for the same request at the same instant.

        Where the parts are contained in one resource it is the name of the part.
        """
        if self.contained:
            return part
        asked = self.header.text("id") if self.header is not None else ""
        seed = f"{self.request.message.root.text('id')}|{asked}|{self.now.isoformat()}|{part}"
        return str(uuid5(NAMESPACE_URL, seed.encode("utf-8", "replace").decode()))

    def entry(self, part: str, resource: Resource) -> Resource:
        """Return an entry of the answer's bundle."""
        return {"fullUrl": f"urn:uuid:{self.uuid(part)}", "resource": resource}

    def reference(self, part: str) -> Resource:
        """Return a reference to a part of the answer."""
        if self.contained:
            return {"reference": f"#{part}"}
        return {"reference": f"urn:uuid:{self.uuid(part)}"}

    @property
    def asker(self) -> str | None:
        """The part that asked: the organisation where one sent the request, else the doctor's role, if known."""
        if self.asked_by is not None and self.asked_by.name == "Organization":
            return "asker"
        return "role" if self.has_doctor else None

    @property
    def has_doctor(self) -> bool:
        """Whether the request says which doctor asks."""
        return self.role is not None or self.number is not None

    def entries(self) -> list[Resource]:
        """Return the entries of who asked and of the engine that answers."""
        found = []
        if self.has_doctor:
            found += [self.entry("role", self._role_resource()), self.entry("doctor", self._doctor())]
        if self.asker == "asker":
            found.append(self.entry("asker", self._organisation()))
        return [*found, self.entry("engine", self.engine(self.uuid("engine")))]

    @staticmethod
    def engine(identifier: str) -> Resource:
        """Return ourselves, as what we are."""
        return {
            "resourceType": "Organization",
            "id": identifier,
            "meta": profile("core", "be-organization"),
            "identifier": [{"system": ENGINE, "value": f"medicomut-{__version__}"}],
            "name": ENGINE_NAME,
        }

    def contained_parts(self) -> list[Resource]:
        """Return the parts that a ClaimResponse sent alone refers to."""
        found = [entry["resource"] for entry in self.entries() if entry["resource"]["id"] != "asker"]
        return [*found, self.patient()] if self.patient_reference() == self.reference("patient") else found

    def patient_reference(self) -> Resource:
        """Return a reference to the patient: the claim's own where it is sent alone and leads outside of it."""
        stated = clean_uri(self._reference(self.request.claim, "patient"))
        outside = stated is not None and not stated.startswith("#") and self._patient() is None
        return {"reference": stated} if self.contained and outside else self.reference("patient")

    def _patient(self) -> Element | None:
        return self.request.message.find(self._reference(self.request.claim, "patient"), "Patient")

    def patient(self) -> Resource:
        """Return the patient with the identifiers and the name that were stated."""
        person = self._patient()
        sex = person.text("gender") if person is not None else None
        return {
            "resourceType": "Patient",
            "id": self.uuid("patient"),
            "meta": profile("core", "be-patient"),
            **({"identifier": found} if (found := _identifiers(person, SSIN, MEMBERSHIP)) else {}),
            **_name(person),
            **({"gender": sex} if sex in _SEXES else {}),
        }

    def coverage(self) -> Resource:
        """Return the coverage the answer assumes: a draft, since nobody was asked whether it exists."""
        coverages = self.request.message.of_type("Coverage")
        values = [value for c in coverages for value in c.all("class", "value")]
        stated = [v for v in values if (s := v.extension("be-ext-system")) is not None
                  and (s.text("valueUri") or "").endswith("/be-cs-holder-code-1")]  # fmt: skip
        classes = [_plan("plan", "Mandatory Health Insurance")]
        if stated and (code := clean(stated[0].value)) is not None:
            system = {"extension": [{"url": EXT_SYSTEM, "valueUri": HOLDER_CODE_1}]}
            classes.append(_plan("subplan", code) | {"_value": system})
        return {
            "resourceType": "Coverage",
            "id": self.uuid("coverage"),
            "meta": profile("mycarenet", "be-mycarenet-coverage"),
            "status": "draft",
            "type": {"coding": [{"system": ACT_CODE, "code": "PUBLICPOL"}]},
            "beneficiary": self.reference("patient"),
            "payor": [self.reference("engine")],
            "class": classes,
        }

    def message_header(self, event: Resource, code: str, focus: str) -> Resource:
        """Return the header of the answer: to whom, from whom, to which request."""
        source = self.header.text("source", "endpoint") if self.header is not None else None
        receiver = {"receiver": self.reference(self.asker)} if self.asker else {}
        endpoint = clean_uri(source)
        asked = self.header.text("id") if self.header is not None else None
        return {
            "resourceType": "MessageHeader",
            "id": self.uuid("header"),
            "meta": profile("mycarenet", "be-messageheader"),
            "eventCoding": event,
            **({"destination": [{"endpoint": endpoint, **receiver}]} if endpoint else {}),
            "sender": self.reference("engine"),
            "source": {"endpoint": CANONICAL},
            "response": {"identifier": identifier_of(asked), "code": code},
            "focus": [self.reference(focus)],
        }

    def provider(self, number: object) -> Resource:
        """Return who gave a service: the doctor who asks, else another one by his number."""
        found = clean(str(number))
        if found == self.number or found is None:
            return self.reference("role")
        return {"identifier": {"system": NIHDI, "value": found}}

    @staticmethod
    def _reference(element: Element | None, field: str) -> str | None:
        return element.text(field, "reference") if element is not None else None

    def _role(self) -> Element | None:
        message, claim = self.request.message, self.request.claim
        named = [self._reference(claim, field) for field in ("provider", "enterer")]
        named.append(self._reference(self.header, "sender"))
        found = [role for name in named if (role := message.find(name, "PractitionerRole")) is not None]
        return next(iter([*found, *message.of_type("PractitionerRole")]), None)

    def _practitioner(self) -> Element | None:
        found = self.request.message.find(self._reference(self.role, "practitioner"), "Practitioner")
        return found or next(iter(self.request.message.of_type("Practitioner")), None)

    def _number(self) -> str | None:
        person = self._practitioner()
        stated = _identifiers(person, NIHDI)
        if stated:
            return str(stated[0]["value"])
        return next((clean(str(n)) for line in self.request.lines if (n := line.get("practitioner"))), None)

    def _role_resource(self) -> Resource:
        codes = self.role.codes("code", system="cd-hcparty") if self.role is not None else []
        code = codes[0] if codes and _CODE.fullmatch(codes[0]) else PHYSICIAN
        return {
            "resourceType": "PractitionerRole",
            "id": self.uuid("role"),
            "meta": profile("core", "be-practitionerrole"),
            "practitioner": self.reference("doctor"),
            "code": [{"coding": [{"system": HC_PARTY, "code": code}]}],
        }

    def _doctor(self) -> Resource:
        return {
            "resourceType": "Practitioner",
            "id": self.uuid("doctor"),
            "meta": profile("core", "be-practitioner"),
            **({"identifier": [{"system": NIHDI, "value": self.number}]} if self.number else {}),
            **_name(self._practitioner()),
        }

    def _organisation(self) -> Resource:
        kinds = self.asked_by.codes("type", system="cd-hcparty") if self.asked_by is not None else []
        kind = [{"coding": [{"system": HC_PARTY, "code": code}]} for code in kinds[:1] if _CODE.fullmatch(code)]
        return {
            "resourceType": "Organization",
            "id": self.uuid("asker"),
            "meta": profile("core", "be-organization"),
            **({"identifier": found} if (found := _identifiers(self.asked_by, NIHDI)) else {}),
            **({"type": kind} if kind else {}),
        }


def identifier_of(text: str | None) -> str:
    """Return the id of a header as the answer may name it; `unknown` where none is stated or it is no id of FHIR."""
    return text if text is not None and re.fullmatch(r"[A-Za-z0-9.-]{1,64}", text) else "unknown"


def _identifiers(element: Element | None, *systems: str) -> list[Resource]:
    """Return the identifiers of the systems, of which the first that has any counts."""
    stated = element.all("identifier") if element is not None else []
    for system in systems:
        ending = system.rsplit("/", 1)[-1]
        matching = [i for i in stated if (i.text("system") or "").endswith(f"/{ending}")]
        if found := [_identifier(system, i, text) for i in matching if (text := clean(i.text("value"))) is not None]:
            return found
    return []


def _identifier(system: str, stated: Element, value: str) -> Resource:
    """Return an identifier; a membership number means nothing without the insurer that gave it."""
    insurer = clean(stated.text("assigner", "identifier", "value")) if system == MEMBERSHIP else None
    assigner = {"assigner": {"identifier": {"system": INSURER, "value": insurer}}} if insurer else {}
    return {"system": system, "value": value, **assigner}


def _name(person: Element | None) -> Resource:
    name = person.first("name") if person is not None else None
    family = clean(name.text("family")) if name is not None else None
    given = [text for g in name.all("given") if (text := clean(g.value)) is not None] if name is not None else []
    parts = ({"family": family} if family else {}) | ({"given": given} if given else {})
    return {"name": [parts]} if parts else {}


def _plan(kind: str, value: str) -> Resource:
    return {"type": {"coding": [{"system": COVERAGE_CLASS, "code": kind}]}, "value": value}
