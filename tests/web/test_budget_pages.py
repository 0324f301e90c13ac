"""The budget's pages: exact figures, links that hold a scenario, files, and how what cannot be used is told."""

from __future__ import annotations

import re
from fractions import Fraction
from urllib.parse import parse_qsl, quote, urlencode

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
    assert chart.bars[-1].amount.startswith("−")


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
    assert answer.text.count('aria-invalid="true"') == 2  # the mass and the cap
    assert "An amount is written in thousands of euro" in answer.text


def test_two_agreements_stand_beside_one_another(portal: TestClient) -> None:
    """Of 2024 only the press is known: what it does not show is unknown, and nothing is said to be gone."""
    address = "/en/agreements/be/amm/2020/comparison/be/amm/2024"
    shown = text(portal, address)
    assert "unknown in the second" in shown
    assert "gone" not in shown.partition("Figures")[2].partition("it is not said")[0]
    assert portal.get("/en/agreements/comparison?before=x").headers["location"] == address
    assert "unknown in the first" in text(portal, "/en/agreements/be/amm/2024/comparison/be/amm/2020")


def fields(portal: TestClient, address: str) -> dict[str, str]:
    """The fields of the page's forms that would be sent, as a browser without JavaScript sends them."""
    page = Page(portal.get(address).text)
    named = [attributes for tag, attributes in page.tags if tag == "input" and attributes.get("name")]
    return {str(at["name"]): at["value"] or "" for at in named if at.get("value")}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("start.a.surgery", "2020-07-01", "Surgery, anaesthesiology included from 1 July 2020"),
        ("annual.means.index_mass", "170000", "Index mass 2020 170,000 k€ a year"),
        ("start.means.index_mass", "2020-02-01", "Index mass 2020 from 1 February 2020"),
        ("anaesthesiology", "1.25%", "Anaesthesiology 1.25%"),
        ("101032", "1.95%", "101032 1.95%"),
        ("growth.index", "3.34%", "index 3.34%"),
    ],
)
def test_no_setting_of_a_link_is_lost_when_the_form_is_sent_again(
    portal: TestClient, key: str, value: str, said: str
) -> None:
    """Whatever a link or a file sets is named in the result and has a field, though it be none of the usual ones."""
    settings = {key: value, "growth.norm": "2.5%"} if key == "growth.index" else {key: value}
    address = f"{SCENARIO}?{urlencode(settings)}"
    assert said in text(portal, address)
    sent = fields(portal, address)
    assert {name: sent.get(name) for name in settings} == settings


def test_a_single_code_is_priced_with_its_spending(portal: TestClient) -> None:
    """300 million euro of 101032 at 3 % instead of 1.95 % cost 3 150 k€ more; the link is of ordinary settings."""
    address = f"{SCENARIO}?code=101032&code_base=300+000&code_rate=3+%25"
    assert "Cost a year 141,856 k€" in text(portal, address)
    link = f"{SCENARIO}?101032=3%25&base.101032=300000"
    assert link in Page(portal.get(address).text).values("href")
    assert fields(portal, address).get("101032") == "3 %"
    assert "141,856" in text(portal, link)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("code_rate=3%25", "not for which code"),
        ("code=101033&code_rate=3%25", "no nomenclature code"),
        ("code=109701&code_rate=3%25", "to which fee group this code belongs"),
        ("annual.a.surgery=1", "follows from the rates"),
    ],
)
def test_what_is_wrong_with_a_code_is_told_and_kept(portal: TestClient, query: str, said: str) -> None:
    assert said in text(portal, f"{SCENARIO}?{query}", 422)
    sent = fields(portal, f"{SCENARIO}?{query}")
    assert dict(parse_qsl(query)).popitem()[1] in sent.values()


def test_a_rate_of_an_agreement_without_annex_is_refused_and_not_ignored(portal: TestClient) -> None:
    address = "/en/budget/be/amm/2024/scenario"
    assert "does not say on what" in text(portal, f"{address}?all=1%25", 404)
    assert "holds no annex" in text(portal, address)


def test_a_group_that_only_one_scenario_prices_apart_stands_in_the_comparison(portal: TestClient) -> None:
    """Whichever scenario comes first: 200 million euro of anaesthesiology at 1 % instead of 1.25 % are 500 k€ less."""
    apart = quote("base.anaesthesiology=200000&anaesthesiology=1%25")
    for links in (f"scenario=&scenario={apart}", f"scenario={apart}&scenario="):
        shown = text(portal, f"/en{BUDGET}/comparison?{links}").partition("Who gains")[2]
        assert "−500 k€" in shown
        assert "Anaesthesiology" in shown


def test_limits_stand_on_the_spending_given(portal: TestClient) -> None:
    """A group counted with another is limited apart; the link of the rates takes the spending along."""
    query = "bases.anaesthesiology=200+000&floors.anaesthesiology=2%25&caps.all=1.95%25&mass=138706"
    shown = text(portal, f"/en{BUDGET}/allocator?{query}", 200)
    assert "floor Anaesthesiology 2%" in shown
    address = f"/en{BUDGET}/allocator?{query.replace('caps.all=1.95%25', 'caps.all=2%25')}"
    assert "left of the mass" in text(portal, address)
    link = next(href for href in Page(portal.get(address).text).values("href") if href.startswith(f"{SCENARIO}?"))
    assert "base.anaesthesiology=200000" in link
    assert "Cost a year" in text(portal, link)
    assert fields(portal, address)["bases.anaesthesiology"] == "200 000"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("tie.surgery=A", "a single group"),
        ("floor.surgery=1%25", "nothing of this name"),
        ("aim=nonsense", "nothing of this name"),
        ("bases.surgery=much", "thousands of euro"),
    ],
)
def test_nothing_asked_of_the_allocator_is_silently_left_out(portal: TestClient, query: str, said: str) -> None:
    assert said in text(portal, f"/en{BUDGET}/allocator?{query}", 422)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_scenario_is_shared_in_every_language(portal: TestClient, lang: str) -> None:
    """Links, file and notes of a page lead to pages of its language, and the figures are those of the first."""
    address = f"/{lang}{BUDGET}/scenario?surgery=1.5%25&title=Mine"
    page = Page(portal.get(address).text)
    told = [href for href in page.values("href") if href.startswith(f"/{lang}{BUDGET}") and "surgery" in href]
    ways = {href.partition("?")[0].removeprefix(f"/{lang}{BUDGET}") for href in told}
    assert ways >= {"/scenario", "/scenario/scenario.yaml", "/scenario/note.html", "/scenario/note.pdf", "/comparison"}
    for href in told:
        answer = portal.get(href)
        assert answer.status_code == 200, href
        if "text/html" in answer.headers["content-type"]:
            assert f'lang="{lang}"' in answer.text
            assert re.search(r"142.143", answer.text)
    for other in (href for href in page.values("href") if href.startswith("/language/")):
        assert portal.get(other).headers["location"] == address.replace(f"/{lang}/", f"/{other[10:12]}/", 1)


@pytest.mark.parametrize(
    ("rule", "lines", "sums"),
    [("rounding=half_even", 2, ("c",)), ("prorata=days", 4, ("Total of uses", "Balance"))],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_another_rule_shows_what_it_breaks(
    portal: TestClient, lang: str, rule: str, lines: int, sums: tuple[str, ...]
) -> None:
    """Half to even breaks exactly two printed lines, days exactly four; the annex's own rule none."""
    page = portal.get(f"/{lang}{BUDGET}?{rule}").text
    told = page.partition('id="rule"')[2].partition("<form")[0]
    assert told.count("<li>") == lines
    if lang == "en":
        assert all(name in told for name in sums)
    files = [href for href in Page(page).values("href") if rule in href and "download" not in href]
    assert [portal.get(href).status_code for href in files] == [200, 200]
    assert any(".csv" in href and ",false," in portal.get(href).text for href in files), "the figures of the page"
    assert "<li>" not in portal.get(f"/{lang}{BUDGET}").text.partition('id="rule"')[2].partition("<form")[0]


def test_a_rule_that_does_not_exist_is_refused(portal: TestClient) -> None:
    assert portal.get(f"/en{BUDGET}?rounding=down").status_code == 404
