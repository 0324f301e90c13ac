"""The budget over HTTP: a negotiator's links, files and demands, and how what cannot be used is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from asking import refused
from starlette.testclient import TestClient

from medicomut.api import budget_asked
from medicomut.budget.scenario_files import read_scenario, write_scenario

BUDGET = "/v1/budget/be/amm/2020"
YAML = {"content-type": "application/yaml"}


def priced(api: TestClient, **settings: str) -> dict[str, Any]:
    answer = api.get(f"{BUDGET}/scenario", params=settings)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def test_means_and_uses_are_those_printed(api: TestClient) -> None:
    sheet = api.get(BUDGET).json()
    assert sheet["unit"] == "keur"
    assert {total["id"]: total["in_year"]["computed_keur"] for total in sheet["totals"]}["balance"] == 169
    assert sheet["broken_lines"] == []
    assert len(api.get(BUDGET, params={"rounding": "half_even"}).json()["broken_lines"]) == 2
    assert len(api.get(BUDGET, params={"prorata": "days"}).json()["broken_lines"]) == 4
    rows = list(csv.DictReader(io.StringIO(api.get(BUDGET, headers={"accept": "text/csv"}).text)))
    assert [row["annual.computed_keur"] for row in rows if row["id"] == "balance"] == ["174"]
    assert all(row["cites"] for row in rows)
    assert [row["in_year_exact_keur"] for row in rows if row["id"] == "means.savings"] == ["-6526"], (
        "a number, not text"
    )


def test_every_group_at_the_rate_of_the_mass(api: TestClient) -> None:
    """All at 1.95 % costs the mass: 43,253 k€ less is what the agreement's selective indexation freed."""
    found = priced(api, all="1,95 %")["indexation"]
    assert (found["annual_keur"], found["freed_keur"], found["agreement"]["freed_keur"]) == (181_959, 0, 43_253)
    assert (found["least_keur"], found["most_keur"]) == (181_959, 181_959)


def test_the_link_prices_the_same_again(api: TestClient) -> None:
    first = priced(api, surgery="1.5%", title="Chirurgie d'abord", **{"start.b.preanaesthesia": "2020-10-01"})
    assert first["scenario"]["title"]["fr"] == "Chirurgie d'abord"
    assert api.get(first["href"]).json() == first


def test_a_file_is_priced_and_leads_to_its_link(api: TestClient) -> None:
    file = 'agreement: be/amm/2020\nset:\n  surgery: "1.5%"\n'
    answer = api.post("/v1/budget/scenarios", content=file, headers=YAML)
    assert answer.status_code == 200
    assert api.get(answer.json()["href"]).json() == answer.json()


@pytest.mark.parametrize("settings", [{}, {"surgery": "1.5%", "458673": "0%"}, {"title": "a: 'b' #\"c\"", "mass": "5"}])
def test_a_scenario_written_as_a_file_reads_back(settings: dict[str, str]) -> None:
    from medicomut.agreement import load

    scenario = budget_asked.read_link(load("be/amm/2020"), settings.items())
    assert read_scenario(write_scenario(scenario), "mine.yaml") == scenario


def test_scenarios_stand_side_by_side(api: TestClient) -> None:
    links = ["", "all=1.95%25", urlencode({"surgery": "2%", "title": "A"})]
    found = api.get(f"{BUDGET}/comparison", params={"scenario": links}).json()["scenarios"]
    assert [one["indexation"]["annual_keur"] for one in found][:2] == [138_706, 181_959]
    assert found[2] == api.get(found[2]["href"]).json()


def test_every_setting_that_cannot_be_used_is_named_at_its_field(api: TestClient) -> None:
    answer = api.get(f"{BUDGET}/scenario", params={"surgry": "1%", "imaging": "1.95", "start.b.x": "2020-01-01"})
    problems = refused(answer, 422)["problems"]
    assert [(one["code"], one["field"]) for one in problems] == [
        ("unknown_group", "surgry"), ("bad_rate", "imaging"), ("unknown_line", "start.b.x"),
    ]  # fmt: skip
    assert "surgery" in problems[0]["mend"]
    assert "-20%" in problems[1]["why"]
    assert problems[1]["cites"] == ["be/amm/2020#3.3", "be/amm/2020#4.1"]


@pytest.mark.parametrize(("accept", "kind"), [("text/html", "text/html; charset=utf-8"), ("application/pdf",) * 2])
def test_the_note_comes_as_asked(api: TestClient, accept: str, kind: str) -> None:
    answer = api.get(f"{BUDGET}/scenario/note?all=2%25&lang=nl", headers={"accept": accept})
    assert (answer.headers["content-type"], answer.headers["content-language"]) == (kind, "nl")
    ending = accept.partition("/")[2]
    assert api.get(f"{BUDGET}/scenario/note.{ending}?all=2%25&lang=nl").content == answer.content
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_rates_under_limits_come_with_their_proof(api: TestClient) -> None:
    found = api.post(f"{BUDGET}/allocation", json={"floors": {"all": "1%"}, "priorities": ["surgery"]}).json()
    assert found["feasible"]
    assert found["proved"]
    assert {proof["gap"] for proof in found["proofs"]} == {"0"}
    assert found["cost_keur"] <= 181_959


def test_limits_that_conflict_come_back_as_the_smallest_set(api: TestClient) -> None:
    demands = {"floors": {"surgery": "6%"}, "spread": "2%", "mass": 138_706, "caps": {"imaging": "9%"}}
    found = api.post(f"{BUDGET}/allocation", json=demands).json()
    assert not found["feasible"]
    assert found["proved"]
    assert [limit["kind"] for limit in found["conflict"]] == ["floor", "spread", "mass"]


@pytest.mark.parametrize(
    ("demands", "fields"),
    [
        (
            {"floors": {"imaging": "x"}, "mass": -1, "goals": [{"maximize": "cost"}]},
            ["floors.imaging", "mass", "goals"],
        ),
        ({"equal": [["surgery", "surgery"]], "priorities": "surgery"}, ["equal", "priorities"]),
        ({"bases": {"surgery": "5000"}, "caps": []}, ["caps", "bases.surgery"]),
        ({"mass": True}, ["mass"]),
    ],
)
def test_every_demand_that_cannot_be_used_is_named(
    api: TestClient, demands: Mapping[str, Any], fields: list[str]
) -> None:
    problem = refused(api.post(f"{BUDGET}/allocation", json=demands), 422)
    assert sorted(one["field"] for one in problem["problems"]) == sorted(fields)


def test_what_is_too_large_is_refused_clearly(api: TestClient) -> None:
    many = {f"{number:06}": "1%" for number in range(1_000)}
    assert refused(api.post(f"{BUDGET}/allocation", json={"floors": many}), 413)["code"] == "too_many_demands"
    assert refused(api.get(f"{BUDGET}/scenario", params=many), 413)["code"] == "too_many_settings"
    file = "agreement: be/amm/2020\nset: {}\n" + "#" * 1_000_000
    answer = api.post("/v1/budget/scenarios", content=file, headers=YAML)
    assert refused(answer, 413)["code"] == "scenario_too_large"
    links = {"scenario": [""] * 7}
    assert refused(api.get(f"{BUDGET}/comparison", params=links), 413)["code"] == "too_many_scenarios"
    answer = api.post("/v1/budget/scenarios", content=b"\xff", headers=YAML)
    assert refused(answer, 400)["code"] == "not_text"
    answer = api.post("/v1/budget/scenarios", json={})
    assert refused(answer, 415)["code"] == "unknown_media_type"


def test_as_many_limits_as_are_taken_are_answered_in_time(api: TestClient) -> None:
    """Every kind of limit on every group, all in conflict: the search ends well within its bound."""
    groups = [one["id"] for one in api.get(f"{BUDGET}/groups").json()["groups"] if one["base_keur"] is not None]
    equal = [[one, other] for one in groups for other in groups if one < other]
    demands = {"floors": dict.fromkeys(groups, "1%"), "caps": dict.fromkeys(groups, "0.5%"), "equal": equal}
    found = api.post(f"{BUDGET}/allocation", json=demands).json()
    assert sorted(limit["kind"] for limit in found["conflict"]) == ["cap", "floor"]


def test_an_optimum_that_takes_too_long_is_given_up(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget_asked, "SECONDS", 0)
    assert refused(api.post(f"{BUDGET}/allocation", json={}), 503)["code"] == "timed_out"


def test_an_agreement_without_an_annex_says_so(api: TestClient) -> None:
    assert refused(api.get("/v1/budget/be/amm/2024"), 404)["code"] == "no_annex"
    growth = {"growth.index": "index.rate_2025", "growth.norm": "2.5%"}
    found = api.get("/v1/budget/be/amm/2024/scenario", params=growth).json()
    assert found["growth"]["compounded_percent"] == "5.9235"
    assert found["indexation"] is None


def test_figures_not_printed_and_agreements_beside_one_another(api: TestClient) -> None:
    figures = api.get(f"{BUDGET}/identities").json()["figures"]
    assert all(figure["consistent"] in {True, False} and figure["cites"] for figure in figures)
    address = "/v1/agreements/be/amm/2020/comparison/be/amm/2024"
    found = api.get(address).json()
    assert "be/amm/2024" in found["gaps"]
    assert "gone" not in {one["status"] for one in found["parameters"]}
    assert api.get(address, headers={"accept": "text/csv"}).text.startswith("id,label.fr")
    assert refused(api.get("/v1/agreements/be/amm/2020/comparison/be/amm/1900"), 404)["code"] == "unknown_agreement"
