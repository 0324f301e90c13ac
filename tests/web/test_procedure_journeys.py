"""A union's negotiator: what opens, until when, the letter; November 2024 twice; with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from looking import SCREENS
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_negotiator_finds_a_ground_its_days_and_the_letter(
    browse: Callable[..., Page], tmp_path: Path, script: bool, width: int
) -> None:
    """A law extending third-party payment, published on 2 March 2020: 16.2.2, letter by 17 March, end on 1 April."""
    page = browse("nl", java_script_enabled=script, accept_downloads=True, viewport={"width": width, "height": 900})
    page.goto("/nl/procedures/be/amm/2020")
    page.get_by_role("link", name="Gronden").click()
    page.locator("#f-event").select_option("third_party_extension")
    page.locator("#f-on").fill("2020-03-02")
    page.locator("#f-consent").select_option("no")
    page.get_by_role("button", name="Zoeken").last.click()
    opened = page.locator(".notice.good")
    expect(opened).to_have_count(1)
    expect(opened).to_contain_text("dinsdag 17 maart 2020")
    expect(opened).to_contain_text("Een toegetreden arts: kan deze grond niet inroepen")
    opened.get_by_role("link", name="Opzegging en brief").click()
    expect(page.locator("#answer")).to_contain_text("De opzegging is ontvankelijk.")
    expect(page.locator("#answer")).to_contain_text(re.compile(r"1\sapril\s2020"))
    page.screenshot(path=SCREENS / f"denunciation-{'script' if script else 'plain'}-{width}.png", full_page=True)

    page.locator("#f-name").fill("Verzonnen syndicaat")
    page.locator("#f-situation").fill("de wet van 20 februari 2020 (verzonnen)")
    page.get_by_role("button", name="Brief als pagina").click()
    expect(page.locator("main")).to_contain_text("Verzonnen syndicaat")
    expect(page.locator("main")).to_contain_text("punt 16.2.2")
    expect(page.locator("aside")).to_contain_text("dinsdag 17 maart 2020")
    assert page.locator("body").evaluate("(at) => at.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("lang", ["fr", "de"])
def test_november_2024_is_walked_day_by_day(browse: Callable[..., Page], lang: str) -> None:
    page = browse(lang)
    page.goto(f"/{lang}/procedures")
    page.get_by_role("link", name={"fr": "2024, jour après jour", "de": "2024, Tag für Tag"}[lang]).click()
    page.locator("#f-on").fill("2024-11-19")
    page.locator("main form button").first.click()
    same = {"fr": "donnent ici le même état", "de": "ergeben hier denselben Zustand"}[lang]
    expect(page.locator("#day")).to_contain_text(same)
    page.locator("a[rel=next]").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text(re.compile(r"20\.?\s[Nn]ovemb"))
    cards = page.locator(".beside .standing")
    expect(cards).to_have_count(2)
    names = [re.sub(r"\s+", " ", card) for card in cards.locator("h4").all_text_contents()]
    assert names[0] != names[1]
    expect(page.locator("figure.lifeline svg")).to_be_visible()
    page.screenshot(path=SCREENS / f"replay-{lang}.png", full_page=True)
    page.locator("tr.here + tr a").click()
    expect(page.locator("#day")).to_contain_text({"fr": "aurait pris fin", "de": "beendet gewesen"}[lang])


@pytest.mark.parametrize("lang", ["fr", "nl"])
def test_a_reader_chooses_another_reading(browse: Callable[..., Page], lang: str) -> None:
    page = browse(lang)
    page.goto(f"/{lang}/procedures/be/amm/2024?on=2024-11-25")
    page.locator("details.readings summary").click()
    page.locator("#f-denunciation_clocks").select_option("as_in_2020")
    page.locator("main form button").first.click()
    expect(page.locator(".standing")).to_contain_text(re.compile("aurait pris fin|zou .* beëindigd zijn"))
    page.locator("details.readings summary").click()
    page.locator("#f-end_anchor").select_option("finding")
    page.locator("main form button").first.click()
    expect(page.locator(".standing")).to_contain_text(re.compile("procédure de dénonciation est ouverte|Er loopt een"))
