"""A negotiator in December, in French, with JavaScript and without: what is there, a package, its limits, its note."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from addresses import BUDGET, LANGUAGES
from looking import SCREENS
from playwright.sync_api import Page, expect


def plain(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_negotiator_prices_a_package_and_finds_its_limits(
    browse: Callable[..., Page], tmp_path: Path, script: bool
) -> None:
    """A hundredth more for surgery costs 137 k€: 138 843 in all, and the balance of 169 is 32."""
    page = browse("fr", java_script_enabled=script, accept_downloads=True)
    page.goto("/fr/")
    page.get_by_role("navigation").get_by_role("link", name="Budget").click()
    expect(page.locator("figure.falls svg")).to_be_visible()
    page.get_by_role("link", name="Scénario", exact=True).click()
    if script:
        slider = page.locator(".rate:has(#f-surgery) input[type=range]")
        slider.focus()
        page.keyboard.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") == "1,26\u00a0%"
        expect(page.locator("#said")).to_contain_text(re.compile(r"138\s843\sk€"))
        expect(page).to_have_url(re.compile(r"scenario\?surgery=1\.26%25$"))
        expect(slider).to_be_focused()
    else:
        assert page.locator("input[type=range]").count() == 0
        page.locator("#f-surgery").fill("1,26 %")
        page.get_by_role("button", name="Chiffrer").click()
    said = plain(page.locator("#said").text_content())
    assert "138 843 k€" in said
    assert "32 k€" in said
    page.screenshot(path=SCREENS / f"budget-{'script' if script else 'plain'}.png", full_page=True)

    with page.expect_download() as download:
        page.get_by_role("link", name="L'enregistrer comme fichier").click()
    file = tmp_path / "scenario.yaml"
    download.value.save_as(file)
    assert '"surgery": "1.26%"' in file.read_text(encoding="utf-8")
    page.locator("#f-file").set_input_files(file)
    page.get_by_role("button", name="Ouvrir").click()
    expect(page).to_have_url(re.compile(r"scenario\?surgery=1\.26%25$"))

    page.get_by_role("link", name="Le mettre à côté d'autres").click()
    page.get_by_role("link", name=re.compile("2020.: tous les groupes")).click()
    expect(page.locator("table").first).to_contain_text(re.compile(r"181\s959"))
    expect(page.locator("table").first).to_contain_text(re.compile(r"138\s843"))

    page.get_by_role("link", name="Taux sous limites").click()
    page.locator("[id='f-floors.surgery']").fill("6 %")
    page.locator("#f-spread").fill("2 %")
    page.locator("#f-mass").fill("138706")
    page.get_by_role("button", name="Trouver les meilleurs taux").click()
    expect(page.locator("#answer")).to_contain_text("s'excluent")
    expect(page.locator(".notice.bad li")).to_have_count(3)
    page.locator("#f-spread").fill("")
    page.get_by_role("button", name="Trouver les meilleurs taux").click()
    expect(page.locator("#answer")).to_contain_text("meilleurs taux")
    page.get_by_role("link", name="Chiffrer ces taux comme scénario").click()
    expect(page.locator("#said")).to_contain_text(re.compile(r"138\s[0-7][0-9]{2}\sk€"))

    page.get_by_role("link", name="HTML").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Note sur un scénario")
    assert page.locator("body").evaluate("(at) => getComputedStyle(at).color") == "rgb(17, 17, 17)"


def test_a_slider_of_every_group_moves_those_without_a_rate_of_their_own(browse: Callable[..., Page]) -> None:
    page = browse("fr")
    page.goto("/fr/budget/be/amm/2020/scenario?surgery=2%25")
    page.locator("#f-all").fill("3 %")
    assert page.locator(".rate:has(#f-imaging) input[type=range]").input_value() == "3"
    assert page.locator(".rate:has(#f-surgery) input[type=range]").input_value() == "2"
    expect(page).to_have_url(re.compile(r"all=3%25&surgery=2%25$"))
    page.locator("#f-imaging").fill("-1,5 %")
    assert page.locator(".rate:has(#f-imaging) input[type=range]").input_value() == "-1.5"
    page.locator("#f-imaging").fill("7,44 %")
    assert page.locator(".rate:has(#f-imaging) input[type=range]").input_value() == "7.44"
    page.locator("#f-all").fill("3")
    expect(page.locator("#said")).to_contain_text("inutilisable")
    expect(page.locator("#result [role=alert]")).to_be_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_of_the_budget_fits_a_phone(browse: Callable[..., Page], lang: str) -> None:
    """Neither the page nor a table in it is wider than the window: nobody reads a budget sideways."""
    page = browse(lang, viewport={"width": 390, "height": 800})
    apart = "base.anaesthesiology%3D200000%26anaesthesiology%3D1%2525"
    for address in (
        BUDGET,
        f"{BUDGET}/scenario?surgery=1.5%25&start.a.surgery=2020-07-01&growth.index=3.34%25&growth.norm=2.5%25",
        f"{BUDGET}/comparison?scenario=&scenario=all%3D1.95%2525&scenario={apart}",
        f"{BUDGET}/allocator?floors.all=1%25&priority.surgery=1&bases.anaesthesiology=200000",
        f"{BUDGET}/allocator?floors.surgery=6%25&spread=2%25&mass=138706",
        "/agreements/be/amm/2020/comparison/be/amm/2024",
    ):
        page.goto(f"/{lang}{address}")
        page.evaluate("document.querySelectorAll('main details').forEach((at) => { at.open = true; })")
        wide = page.evaluate(
            "[document.documentElement, ...document.querySelectorAll('main .table, #said')]"
            ".filter((at) => at.scrollWidth > at.clientWidth + 1)"
            ".map((at) => at.getAttribute('aria-label') ?? at.tagName)"
        )
        assert wide == [], address


def test_a_code_is_priced_by_keyboard_alone(browse: Callable[..., Page]) -> None:
    """300 million euro of 101032 at 3 %: 3 150 k€ more, written into the fields that the Tab key reaches."""
    page = browse("nl")
    page.goto("/nl/budget/be/amm/2020/scenario")
    page.locator("summary", has_text="Jaarlijkse uitgaven").focus()
    page.keyboard.press("Enter")
    page.locator("#f-code").focus()
    page.keyboard.type("101032")
    page.keyboard.press("Tab")
    page.keyboard.type("300 000")
    page.keyboard.press("Tab")
    page.keyboard.type("3 %")
    expect(page.locator("#said")).to_contain_text(re.compile(r"141\.856\sk€"))
    expect(page).to_have_url(re.compile(r"scenario\?101032=3%25&base\.101032=300000$"))
    page.reload()
    expect(page.locator("[id='f-101032']")).to_have_value("3%")
    expect(page.locator("#said")).to_contain_text(re.compile(r"141\.856\sk€"))
