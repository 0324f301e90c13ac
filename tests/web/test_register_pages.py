"""The register's pages for everybody, as they are sent: small counts are told nowhere on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from looking import Spoken
from register_server import registered
from serving import made
from starlette.testclient import TestClient

from medicomut.api.settings import Settings


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestClient]:
    """A register in March 2020, still empty."""
    chosen: Any = {"store": f"sqlite:///{tmp_path / 'store.db'}", "register": f"sqlite:///{tmp_path / 'register.db'}"}
    with TestClient(made(Settings(trial_now=datetime(2020, 3, 18, 11, tzinfo=UTC), **chosen))) as client:
        yield client


def fill(client: TestClient, **by_region: int) -> None:
    app: Any = client.app
    for region, count in by_region.items():
        for _ in range(count):
            registered(app.state.registered.register, "003", "gp", region)


def said(client: TestClient, address: str) -> str:
    return " ".join(text for _, text in Spoken(client.get(address).text).said)


def test_of_three_persons_nothing_is_told(office: TestClient) -> None:
    fill(office, Brussels=3)
    text = said(office, "/en/register?on=2020-03-18")
    assert "So few are active on that day that nothing is told of them." in text
    assert "practitioners adhere" not in text
    assert "not shown" in text


def test_the_difference_of_a_total_is_not_told(office: TestClient) -> None:
    """Of 11, 8 in Brussels would leave 3 in Wallonia: both are hidden, in the map too, and the 11 are told."""
    fill(office, Brussels=8, Wallonia=3)
    text = said(office, "/en/register?on=2020-03-18")
    assert "11 of 11 practitioners adhere" in text
    rows = office.get("/en/register?on=2020-03-18").text.split("<tbody>")[1]
    assert ">8<" not in rows
    assert ">3<" not in rows


def test_the_years_stand_beside_what_is_published(office: TestClient) -> None:
    fill(office, Brussels=8)
    text = said(office, "/fr/register?on=2020-03-18")
    assert "Taux d'adhésion au fil des ans" in text
    assert "ce registre" in text
    assert "86,24" in text  # the country in 2024, as published


def test_a_count_is_made_once(office: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until something is declared the same page asks the register nothing again; then it tells what is new."""
    app: Any = office.app
    fill(office, Brussels=8)
    first = said(office, "/en/register?on=2020-03-18")
    asked: list[Any] = []
    register = app.state.registered.register
    counts = register.statistics

    def noted(*given: Any) -> Any:
        asked.append(given)
        return counts(*given)

    monkeypatch.setattr(register, "statistics", noted)
    assert said(office, "/en/register?on=2020-03-18") == first
    assert not asked
    fill(office, Brussels=1)
    assert "9 of 9" in said(office, "/en/register?on=2020-03-18")
    assert asked
