"""Procedures in the portal: the state with its clocks, 2024 twice, grounds, a denunciation and its letter."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from addresses import LANGUAGES
from looking import Page
from starlette.testclient import TestClient

from medicomut.procedure.replay import replay
from medicomut.web.lifelines import WIDTH, of_replay

BASE, CASE = "/procedures/be/amm/2020", "/procedures/be/amm/2024"
SUPPOSED = "denunciation_clocks=as_in_2020"
OVER = {
    "fr": ("a pris fin", "est terminé", "est résilié", "est arrivé à son terme"),
    "nl": ("is beëindigd", "is afgelopen", "is verstreken", "is ontbonden"),
    "de": ("ist beendet", "beendet worden", "ist abgelaufen", "ist ausgelaufen"),
    "en": ("has ended", "agreement ended", "is terminated", "has expired", "term ran out"),
}


def text(portal: TestClient, address: str, status: int = 200) -> str:
    answer = portal.get(address)
    assert answer.status_code == status, answer.text[:500]
    return re.sub(r"\s+", " ", " ".join(Page(answer.text).words))


def outside_readings(portal: TestClient, address: str) -> str:
    """Return what a page says outside the questions that readings answer, one of which asks when it is over."""
    page = portal.get(address).text
    assert '<details class="readings">' in page
    shown = re.sub(r'<details class="readings">.*?</details>', "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", " ".join(Page(shown).words))


def test_procedures_lead_to_the_latest_agreement(portal: TestClient) -> None:
    assert portal.get("/de/procedures").headers["location"] == f"/de{CASE}"


@pytest.mark.parametrize(("lang", "said"), [
    ("fr", "jusqu'au 28 février 2020 inclus"), ("nl", "tot en met 28 februari 2020"),
    ("de", "bis einschließlich 28. Februar 2020"), ("en", "until 28 February 2020 inclusive"),
])  # fmt: skip
def test_the_life_line_says_the_state_of_a_day(portal: TestClient, lang: str, said: str) -> None:
    shown = text(portal, f"/{lang}{BASE}?on=2020-02-10")
    assert said in shown
    assert "17.1" in shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_says_it_is_over_while_a_procedure_is_open(portal: TestClient, lang: str) -> None:
    for anchor in ("occurrence", "finding"):
        readings = f"{SUPPOSED}&letter_anchor={anchor}&end_anchor={anchor}"
        for day in ("2024-10-21", "2024-11-05", "2024-11-20"):
            shown = outside_readings(portal, f"/{lang}{CASE}?on={day}&{readings}")
            assert [word for word in OVER[lang] if word in shown] == []
    for day in ("2024-11-05", "2024-12-02"):
        shown = outside_readings(portal, f"/{lang}{CASE}?on={day}")
        assert [word for word in OVER[lang] if word in shown] == []


def test_both_anchors_stand_side_by_side(portal: TestClient) -> None:
    shown = text(portal, f"/en{CASE}/replay?on=2024-11-20")
    assert "The two counts give different states here." in shown
    assert "Last day of the procedure" in shown
    assert "Denunciation procedure open" in shown
    agreed = text(portal, f"/en{CASE}/replay?on=2024-11-05")
    assert "The two counts give the same state here." in agreed
    assert portal.get(f"/en{BASE}/replay").status_code == 404


def test_every_day_of_the_replay_has_its_page_and_leads_to_the_next(portal: TestClient) -> None:
    case, day = replay("be/amm/2024"), date(2024, 10, 21)
    while day <= case.last:
        page = Page(portal.get(f"/nl{CASE}/replay?on={day}").text)
        following = day + timedelta(days=1)
        assert (f"/nl{CASE}/replay?on={following}" in page.values("href")) or day == case.last
        day += timedelta(days=7)
    assert "21 oktober 2024" in text(portal, f"/nl{CASE}/replay?on=2000-01-01")


def test_the_line_draws_every_clock_inside_its_frame() -> None:
    drawing = of_replay(replay("be/amm/2024"), date(2024, 11, 20), "fr")
    bars = [part for part in drawing.parts if part.startswith("<rect")]
    assert len(bars) == len(drawing.twin.rows) == 8
    for bar in bars:
        start, width = (int(re.search(rf'\b{name}="(-?\d+)"', bar)[1]) for name in ("x", "width"))  # type: ignore[index]
        assert 0 <= start <= start + width <= WIDTH
    assert ("Sortie individuelle", "15 décembre 2024", "15 décembre 2024") in [
        tuple(cell.replace("\u00a0", " ") for cell in row) for row in drawing.twin.rows
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_finder_opens_16_2_2_for_a_party_only(portal: TestClient, lang: str) -> None:
    page = portal.get(f"/{lang}{BASE}/grounds?event=third_party_extension&on=2020-03-02").text
    (opened,) = re.findall(r'<div class="notice good">(.*?)</div>', page, re.DOTALL)
    assert "16.2.2" in opened
    assert "by=party" in opened
    assert "by=doctor" not in opened


def test_the_finder_understands_words_and_names_what_it_does_not(portal: TestClient) -> None:
    found = text(portal, f"/fr{BASE}/grounds?event=fee_measure&words=remgeld&on=2020-03-02")
    assert "Aucun motif connu de cet accord" in found
    refused = text(portal, f"/fr{BASE}/grounds?event=fee_measure&words=pluie&on=2020-03-02", 422)
    assert "Ces mots ne désignent aucun événement connu ici. Choisissez-en un dans la liste." in refused
    assert "2020-13-01" in text(portal, f"/nl{BASE}/grounds?event=fee_measure&on=2020-13-01", 422)


def test_a_denunciation_is_weighed_with_its_other_readings(portal: TestClient) -> None:
    shown = text(portal, f"/en{BASE}/denunciation?ground=16.2.1&by=party&event=2020-03-02&finding=2020-03-12")
    assert "The denunciation is admissible." in shown
    assert "Friday 27 March 2020" in shown
    assert shown.count("Under another reading") == 3
    late = text(portal, f"/en{BASE}/denunciation?ground=16.2.1&event=2020-03-02&notified=2020-03-18")
    assert "not admissible" in late
    assert "The draft of the letter" not in late
    before = text(portal, f"/en{BASE}/denunciation?ground=16.2.1&event=2020-03-02&finding=2020-03-01", 422)
    assert "before it occurred" in before


def letter(**fields: str) -> dict[str, str]:
    return {"ground": "16.2.1", "by": "party", "event": "2020-03-02", "letter_lang": "fr", "kind": "html"} | fields


def test_a_letter_comes_by_post_and_is_kept_by_nobody(portal: TestClient) -> None:
    made = portal.post(f"/fr{BASE}/letter", data=letter(name="Syndicat fictif", situation="un arrêté fictif"))
    assert made.status_code == 200
    assert "Syndicat fictif" in made.text
    assert made.headers["cache-control"] == "no-store"
    printed = portal.post(f"/nl{BASE}/letter", data=letter(kind="pdf", letter_lang="nl"))
    assert (printed.headers["content-type"], printed.content[:5]) == ("application/pdf", b"%PDF-")


def test_a_letter_that_cannot_be_written_is_told_on_its_form(portal: TestClient) -> None:
    answer = portal.post(f"/fr{BASE}/letter", data=letter(by="doctor", number="123", name="Dr Fictif"))
    assert answer.status_code == 422
    assert 'value="Dr Fictif"' in answer.text
    assert 'value="123"' in answer.text
