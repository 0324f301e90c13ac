"""The description of the API: true examples, and an API that keeps to it."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator

import pytest
import schemathesis
from asking import Server
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from starlette.testclient import TestClient

from medicomut.api.openapi import EXAMPLES


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = Server(tmp_path_factory.mktemp("described"))
    yield found
    assert "Traceback" not in found.end(signal.SIGTERM)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_as_described(server: Server, mode: GenerationMode) -> None:
    """schemathesis asks every address what its description allows, and what it does not."""
    content = schemathesis.openapi.from_dict(server.client.get("/openapi.json").json())
    asked = set()
    for found in content.get_all_operations():
        operation = found.ok()

        @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            # Facts that contradict each other, or a day of no calendar, are refused though each is of its kind; a
            # line of a batch that cannot be read is answered with its reason, as in a file: nothing is lost.
            # What a message breaks is what /fhir/Bundle/$validate is asked for.
            told = case.operation.label in {"POST /v1/check", "POST /fhir/Bundle/$validate"}
            excluded = [positive_data_acceptance, negative_data_rejection] if told else [positive_data_acceptance]
            case.validate_response(case.call(base_url=server.address), excluded_checks=excluded)

        try:
            ask()
        except Unsatisfiable:
            continue  # an address without parameters has nothing that could be wrong
        asked.add(operation.label)
    assert {"POST /v1/price", "POST /v1/check", "GET /v1/fees/{code}", "POST /fhir/Claim/$submit"} <= asked


def test_the_examples_are_what_is_answered(api: TestClient) -> None:
    content = api.get("/openapi.json").json()
    for (method, path), (address, body) in EXAMPLES.items():
        operation = content["paths"][path][method]
        answer = api.request(method, address, json=body) if body else api.request(method, address)
        assert operation["responses"]["200"]["content"]["application/json"]["example"] == answer.json(), path


def test_every_operation_is_told_apart_and_explained(api: TestClient) -> None:
    content = api.get("/openapi.json").json()
    operations = [found for path in content["paths"].values() for found in path.values()]
    assert len(operations) > 40
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert len(operation["tags"]) == 1
        assert re.search("Problem|OperationOutcome", json.dumps(operation["responses"]["422"]))
    assert {tag for operation in operations for tag in operation["tags"]} == {tag["name"] for tag in content["tags"]}


def test_no_page_loads_a_script_from_elsewhere(api: TestClient) -> None:
    assert api.get("/docs").status_code == api.get("/redoc").status_code == 404
