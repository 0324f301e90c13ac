"""Requests and tables of nobody, and the official models every answer must satisfy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from medicomut.fhir.exact import Resource, read_json, write_json
from medicomut.identifiers import synthetic_inami
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.fees import FeeSchedule
from medicomut.tariff.practitioners import Practitioners, from_rows

BUNDLES = Path(__file__).parent / "bundles"
OFFICIAL = Path(__file__).parents[2].parent / "shared/fixtures/fhir"
NOW = datetime(2020, 3, 1, 9, 30, tzinfo=UTC)
GP, HOLDER, SPECIALIST = (
    synthetic_inami(serial, competence) for serial, competence in ((101, "004"), (102, "003"), (201, "580"))
)


def bundle(name: str) -> Resource:
    """One of our requests, read as a body is."""
    return read_json((BUNDLES / f"{name}.json").read_bytes())


def official(part: str) -> dict[str, Resource]:
    """The official examples whose name holds a part; none where they are not at hand."""
    return {path.stem: read_json(path.read_bytes()) for path in sorted(OFFICIAL.glob(f"*{part}*.json"))}


def doctors(status: str = "full", slots: str = "", number: str = GP, profession: str = "gp") -> Practitioners:
    row = {"practitioner": number, "profession": profession, "status": status, "slots": slots}
    return from_rows([row], "doctors.csv")


def fee_table(folder: Path, row: str) -> FeeTable:
    """A folder with one fee: code, days, for whom, cents of fee, reimbursement and share, status."""
    of_shares = "code,valid_from,valid_to,preferential,medical_file,patient_share_cents,source,note\n"
    of_fees = of_shares.replace("patient_share_cents,", "patient_group,fee_cents,reimbursement_cents,"
                                "patient_share_cents,status,chosen,how,")  # fmt: skip
    (folder / "fees.csv").write_text(f"{of_fees}{row},1,,made,\n")
    (folder / "patient_shares.csv").write_text(of_shares)
    (folder / "sources.csv").write_text("id,title,url\nmade,For this test,https://example.org\n")
    (folder / "letters.csv").write_text("code,valid_from,valid_to,letter,coefficient,value,source\n")
    return FeeTable(FeeSchedule.load(folder))


FEE_OF_2026 = "101032,2026-01-01,2026-12-31,any,any,any,2222,,,synthetic"
"""A fee of nobody, since none of 2026 is published here."""


def valid(resource: Resource) -> Resource:
    """The resource, once the official model of its type has read the JSON we write of it."""
    body = write_json(resource)
    get_fhir_model_class(resource["resourceType"]).model_validate_json(body)
    return dict(json.loads(body, parse_float=str))


def of_type(message: Resource, kind: str) -> list[Resource]:
    return [entry["resource"] for entry in message["entry"] if entry["resource"]["resourceType"] == kind]


def one(message: Resource, kind: str) -> Resource:
    (found,) = of_type(message, kind)
    return dict(found)


def extensions(element: Resource, name: str) -> list[Resource]:
    return [e for e in element.get("extension", []) if e["url"].endswith(f"/{name}")]


def extension(element: Resource, name: str) -> Resource:
    (found,) = extensions(element, name)
    return found


def codes(concept: Resource) -> list[str]:
    return [coding["code"] for coding in concept["coding"]]


def values(node: Any, key: str) -> Iterator[Any]:
    """Every value that stands under a key, anywhere."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from values(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from values(value, key)


def told(outcome: Resource) -> list[tuple[str, str, str]]:
    """Each issue as its severity, its last code and its place."""
    return [(i["severity"], codes(i["details"])[-1], i["expression"][0]) for i in outcome["issue"]]
