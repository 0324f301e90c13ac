"""The published vectors: up to date, complete, and what both the pricer and the API give."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from medicomut.agreement import load
from medicomut.api.vectors import VECTORS
from medicomut.tariff import book
from medicomut.tariff.vocabulary import BASES, VERDICTS

CONTENT = json.loads(VECTORS.read_text("utf-8"))
PRICE, CHECK = CONTENT["price"], CONTENT["check"]
MAKER = Path(__file__).resolve().parents[2] / "tools" / "vectors.py"


def results() -> list[dict[str, Any]]:
    return [case["expected"] for case in PRICE] + [line for case in CHECK for line in case["expected"]]


def test_the_file_is_what_the_rules_give_today() -> None:
    """A rule that changes shows here: run tools/vectors.py and read the difference."""
    spec = importlib.util.spec_from_file_location("vectors_maker", MAKER)
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert maker.made() == CONTENT


def test_every_basis_reason_verdict_and_reading_has_a_case() -> None:
    assert len(PRICE) >= 120
    found = results()
    assert {word for word, _ in BASES.values()} == {result["basis"] for result in found}
    assert set(VERDICTS) == {result["verdict"] for result in found}
    assert set(book.REASONS) <= {reason for result in found for reason in result["reasons"]}
    chosen = {pair for case in PRICE + CHECK for pair in case["input"].get("readings", {}).items()}
    ambiguities = {a.id: a for a in load(book.AGREEMENT).ambiguities}
    others = {(name, value) for name in book.READINGS for value in ambiguities[name].alternatives}
    assert chosen == {(name, value) for name, value in others if value != ambiguities[name].default}


def test_every_clause_that_decides_a_line_is_cited() -> None:
    """The clauses of chapter 14 that a basis names; the others order, define or declare and decide no line alone."""
    deciding = {clause for _, clauses in BASES.values() for clause in clauses if "#14" in clause}
    assert deciding == {cited for result in results() for cited in result["cites"] if "#14" in cited}
    assert len({case["id"] for case in PRICE + CHECK}) == len(PRICE + CHECK)


@pytest.mark.parametrize("case", PRICE, ids=[case["id"] for case in PRICE])
def test_price_over_http(api: TestClient, case: dict[str, Any]) -> None:
    answer = api.post("/v1/price", json=case["input"]).json()
    assert {name: answer[name] for name in case["expected"]} == case["expected"]


@pytest.mark.parametrize("case", CHECK, ids=[case["id"] for case in CHECK])
def test_check_over_http(api: TestClient, case: dict[str, Any]) -> None:
    lines = api.post("/v1/check", json=case["input"]).json()["lines"]
    assert [{name: line[name] for name in want} for line, want in zip(lines, case["expected"], strict=True)] == case[
        "expected"
    ]


def test_the_vectors_are_served(api: TestClient) -> None:
    assert api.get("/v1/vectors").json() == CONTENT
