"""Our extensions as StructureDefinitions: where each may stand and what it holds."""

from __future__ import annotations

from typing import Final

from medicomut import __version__
from medicomut.fhir import names
from medicomut.fhir.exact import Resource

ITEM: Final = "ClaimResponse.addItem"
Parts = tuple[tuple[str, str, str], ...]
"""The parts of an extension: name, type, how often (`1..1`, `0..*`)."""

EXTENSIONS: Final[dict[str, tuple[str, tuple[str, ...], str | Parts]]] = {
    names.EXT_STATUS: (
        "The doctor's accession to the agreement on the day; a data-absent-reason where it is not known",
        (ITEM, "PractitionerRole"),
        "Coding",
    ),
    names.EXT_MAX_SUPPLEMENT: (
        "The highest lawful supplement; a data-absent-reason not-applicable (no maximum) or unknown in its place",
        (ITEM,),
        "Money",
    ),
    names.EXT_LEGAL_BASIS: (
        "Why the fee binds or not, and the clauses that say so",
        (ITEM,),
        (("basis", "Coding", "1..1"), ("clause", "string", "0..*")),
    ),
    names.EXT_REASON: ("What a reader must be told beside the result", (ITEM,), "Coding"),
    names.EXT_STEP: (
        "A step of the reasoning that came out true or other than zero; amounts in cents, moments in seconds",
        (ITEM,),
        (("name", "code", "1..1"), ("value", "boolean integer", "1..1")),
    ),
    names.EXT_RECEIPT: (
        "Which version, rules, data and readings made the answer, each as name=value: with them it can be made again",
        ("ClaimResponse",),
        (("entry", "string", "1..*"),),
    ),
    names.EXT_OFF_TARIFF: (
        "The time is a slot of partial accession in which the tariff does not bind; the slot as declared, and its site",
        ("PractitionerRole.availableTime",),
        (("tariffApplies", "boolean", "1..1"), ("slot", "string", "1..1"), ("site", "string", "0..1")),
    ),
}
"""Our extensions by their address: what each says, where it may stand, and its type or its parts."""


def structure_definition(url: str, says: str, contexts: tuple[str, ...], holds: str | Parts) -> Resource:
    """Return the definition of an extension: a differential on Extension of FHIR R4."""
    identifier = url.rsplit("/", 1)[-1]
    elements: list[Resource] = [{"id": "Extension", "path": "Extension", "short": says}]
    if isinstance(holds, tuple):
        for part in holds:
            elements += _part(*part)
    elements.append({"id": "Extension.url", "path": "Extension.url", "fixedUri": url})
    if isinstance(holds, str):
        elements.append(_value("Extension", holds))
    return {
        "resourceType": "StructureDefinition",
        "id": identifier,
        "url": url,
        "version": __version__,
        "name": "".join(word.capitalize() for word in identifier.split("-")),
        "status": "draft",
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": context} for context in contexts],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {"element": elements},
    }


def _part(name: str, kind: str, often: str) -> list[Resource]:
    low, high = often.split("..")
    stem = f"Extension.extension:{name}"
    place = {"id": stem, "path": "Extension.extension", "sliceName": name, "min": int(low), "max": high}
    url = {"id": f"{stem}.url", "path": "Extension.extension.url", "fixedUri": name}
    return [place, url, _value(stem, kind) | {"path": "Extension.extension.value[x]"}]


def _value(stem: str, kinds: str) -> Resource:
    types = [{"code": kind} for kind in kinds.split()]
    return {"id": f"{stem}.value[x]", "path": f"{stem}.value[x]", "min": 1, "type": types}
