"""The budget's pages: exact figures, links that hold a scenario, files, and how what cannot be used is told."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from addresses import BUDGET, LANGUAGES
from looking import Page
from starlette.testclient import TestClient

from medicomut.agreement import load
from medicomut.budget.annex import Changes, sheet
from medicomut.web.waterfall import NARROWEST, WIDTH, waterfall

SCENARIO = f"/en{BUDGET}/scenario"


def text(portal: TestClient, address: str, status: int = 200) -> str:
    answer = portal.get(address)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", " ".join(Page(answer.text).words))


def test_the_budget_leads_to_the_agreement_that_has_one(portal: TestClient) -> None:
    assert portal.get("/nl/budget").headers["location"] == f"/nl{BUDGET}"
    assert portal.get("/nl/budget/be/amm/2024").status_code == 404
    assert portal.get("/nl/budget/be/amm/2024/allocator").status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_means_and_uses_show_every_line_with_its_clause(portal: TestClient, lang: str) -> None:
    shown = text(portal, f"/{lang}{BUDGET}")
    for line in sheet(load("be/amm/2020")).lines:
        assert line.label.in_language(lang) in shown
    assert re.search(r"180.198", shown)
    table = portal.get(f"/{lang}{BUDGET}/means-and-uses.csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text.startswith("kind,id,")


def test_each_bar_begins_where_the_one_above_ended() -> None:
    """Means to the left edge, every use takes from what was left, savings give back, the balance is still seen."""
    means, index, care, technical, savings, projects, left = waterfall(sheet(load("be/amm/2020")), "en").bars
    assert (means.start, means.kind) == (0, "source")
    assert means.start + means.width == pytest.approx(WIDTH - NARROWEST, abs=1)
    for above, below in ((index, care), (care, technical)):
        assert below.start + below.width == pytest.approx(above.start, abs=NARROWEST)
    assert savings.kind == "back"
    assert projects.start + projects.width == pytest.approx(savings.start + savings.width, abs=NARROWEST)
    assert (left.width, left.kind, left.amount) == (NARROWEST, "left", "169\u00a0k€")


def test_a_balance_below_zero_stays_in_the_picture() -> None:
    chart = waterfall(sheet(load("be/amm/2020"), changes=Changes({"means.index_mass": 100_000})), "fr")
    assert all(bar.start >= 0 and bar.start + bar.width <= WIDTH for bar in chart.bars)
    assert chart.bars[-1].amount.startswith("-")


def test_a_scenario_shows_what_it_costs_beside_the_agreement(portal: TestClient) -> None:
    shown = text(portal, f"{SCENARIO}?all=1.95%25")
    assert "181,959 k€" in shown
    assert "43,253 k€ computed" in shown
    assert "138,706 k€ printed" in shown


def test_fields_left_empty_are_no_part_of_the_link(portal: TestClient) -> None:
    """As a browser without JavaScript sends the form: every field, most of them empty."""
    answer = portal.get(f"{SCENARIO}?title=&all=&surgery=1%2C5+%25&imaging=&mass=&start.b.preanaesthesia=")
    links = Page(answer.text).values("href")
    assert f"{SCENARIO}?surgery=1.5%25" in links
    live = portal.get(f"{SCENARIO}?surgery=1%2C5+%25&imaging=", headers={"HX-Request": "true"})
    assert live.headers["HX-Replace-Url"] == f"{SCENARIO}?surgery=1.5%25"


def test_a_scenario_goes_out_as_a_file_and_comes_back(portal: TestClient) -> None:
    file = portal.get(f"{SCENARIO}/scenario.yaml?surgery=1.5%25&title=Mine")
    assert "attachment" in file.headers["content-disposition"]
    answer = portal.post(SCENARIO, files={"file": ("mine.yaml", file.content)})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{SCENARIO}?title=Mine&surgery=1.5%25")


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 422, "No scenario file was chosen."),
        (b"agreement: be/amm/2020\nset: {surgry: 1%}\n", 422, "There is no such fee group."),
        (b"agreement: be/amm/2020\nset: {imaging: '1.95'}\n", 422, "A rate is written with its percent sign"),
        (b"#" * 70_000, 413, "This file is larger than a scenario is."),
        (b"\xff\xfe", 400, "This is no text in UTF-8."),
    ],
)
def test_a_file_that_cannot_be_used_is_told(portal: TestClient, content: bytes, status: int, said: str) -> None:
    answer = portal.post(SCENARIO, files={"file": ("mine.yaml", content)})
    assert answer.status_code == status
    assert said in answer.text


def test_what_cannot_be_used_is_marked_at_its_field(portal: TestClient) -> None:
    answer = portal.get(f"{SCENARIO}?surgery=1.95&mass=x")
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 2
    live = portal.get(f"{SCENARIO}?surgery=1.95", headers={"HX-Request": "true"})
    assert live.status_code == 200, "htmx shows nothing of a refusal"
    assert "HX-Replace-Url" not in live.headers


def test_what_somebody_calls_a_scenario_is_text(portal: TestClient) -> None:
    answer = portal.get(f"{SCENARIO}?title=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in answer.text
    note = portal.get(f"{SCENARIO}/note.html?title=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in note.text
    assert "script-src" not in note.headers["content-security-policy"]


def test_a_link_that_is_pasted_joins_the_comparison(portal: TestClient) -> None:
    shown = text(portal, f"/en{BUDGET}/comparison?scenario=&add=http://example.org/en/budget?all%3D1.95%2525")
    assert "The agreement as signed" in shown
    assert "Scenario 2" in shown
    assert "181,959 k€" in shown
    kept = text(portal, f"/en{BUDGET}/comparison?scenario=&add=all%3Dx", 422)
    assert "The agreement as signed" in kept
    assert "A rate is written with its percent sign" in kept
    wrong = text(portal, f"/en{BUDGET}/comparison?scenario=all%3Dx", 422)
    assert "No scenario is here yet" in wrong
    full = "&".join(["scenario="] * 7)
    assert "No more scenarios" in text(portal, f"/en{BUDGET}/comparison?{full}", 413)


def test_limits_in_conflict_are_named_and_no_more(portal: TestClient) -> None:
    shown = text(portal, f"/en{BUDGET}/allocator?floors.surgery=6%25&caps.imaging=9%25&spread=2%25&mass=138706")
    conflict = shown.partition("exclude one another")[2].partition("That is proved")[0]
    assert all(limit in conflict for limit in ("floor Surgery 6%", "spread 2 points", "mass 138,706 k€"))
    assert "9%" not in conflict


def test_rates_found_are_priced_as_a_scenario(portal: TestClient) -> None:
    """The link of the best rates gives rates to hundredths that keep the mass."""
    answer = portal.get(f"/en{BUDGET}/allocator?floors.all=1%25&mass=150000&priority.surgery=1")
    link = next(href for href in Page(answer.text).values("href") if href.startswith(f"{SCENARIO}?"))
    shown = text(portal, link)
    cost = re.search(r"Cost a year ([0-9,]+) k€", shown)
    assert cost
    assert 149_000 < Fraction(cost[1].replace(",", "")) <= 150_000


@pytest.mark.parametrize("aim", ["default", "spend", "save", "even", "highest"])
def test_every_aim_is_answered_with_its_proof(portal: TestClient, aim: str) -> None:
    shown = text(
        portal, f"/en{BUDGET}/allocator?floors.all=1%25&tie.surgery=A&tie.imaging=A&tie.gynaecology=A&aim={aim}"
    )
    assert "that is the proof" in shown


def test_limits_that_cannot_be_used_are_told(portal: TestClient) -> None:
    answer = portal.get(f"/en{BUDGET}/allocator?mass=1.5&caps.imaging=3&floors.surgry=1%25")
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 1
    assert "An amount is written in thousands of euro" in answer.text


def test_two_agreements_stand_beside_one_another(portal: TestClient) -> None:
    """Of 2024 only the press is known: what it does not show is unknown, and nothing is said to be gone."""
    address = "/en/agreements/be/amm/2020/comparison/be/amm/2024"
    shown = text(portal, address)
    assert "unknown in the second" in shown
    assert "gone" not in shown.partition("Figures")[2].partition("it is not said")[0]
    assert portal.get("/en/agreements/comparison?before=x").headers["location"] == address
    assert "unknown in the first" in text(portal, "/en/agreements/be/amm/2024/comparison/be/amm/2020")
