"""A patient and a general practitioner from start to end, in the four languages, with JavaScript and without."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from addresses import LANGUAGES
from looking import SCREENS
from playwright.sync_api import Page, expect

PATIENT = {
    "fr": ("Que vais-je payer ?", "6,00 €", "7,78 €", "plus que l'honoraire"),
    "nl": ("Wat zal ik betalen?", "€ 6,00", "€ 7,78", "meer vragen dan"),
    "de": ("Was werde ich zahlen?", "6,00 €", "7,78 €", "mehr als das Honorar"),
    "en": ("What will I pay?", "€6.00", "€7.78", "more than the fee"),
}


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def plain(text: str | None) -> str:
    """Return a text with its spaces as a reader sees them."""
    return re.sub(r"\s+", " ", text or "")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_patient_learns_what_to_pay_and_what_was_too_much(
    browse: Callable[..., Page], lang: str, script: bool
) -> None:
    """30 euro asked for a consultation of 22.22: owed back by a conventioned doctor, in order at one's own request."""
    link, share, excess, more = PATIENT[lang]
    page = browse(lang, java_script_enabled=script)
    page.goto("/")
    assert page.url.endswith(f"/{lang}/")
    page.get_by_role("navigation").get_by_role("link", name=link).click()
    page.locator("#f-care").select_option("101032")
    page.locator("#f-date").fill("2020-02-04")
    page.locator("input[name=status][value=full]").check()
    page.locator("input[name=preferential][value=no]").check()
    page.locator("input[name=medical_file][value=no]").check()
    page.locator("button[type=submit]").click()
    assert share in plain(page.locator("#answer").text_content())

    page.locator("#f-charged").fill("30,00" if lang != "en" else "30.00")
    page.locator("button[type=submit]").click()
    expect(page.locator(".sums .bad")).to_be_visible()
    assert excess in plain(page.locator("#answer").text_content())
    page.screenshot(path=SCREENS / f"patient-{lang}-{'script' if script else 'plain'}.png", full_page=True)

    page.locator("#f-time").fill("21:30")
    page.locator("details:has(input[name=express_request]) summary").click()
    page.locator("input[name=express_request][value=yes]").check()
    page.locator("button[type=submit]").click()
    expect(page.locator(".notice.warn .title")).to_contain_text(more)
    assert page.url.endswith(f"/{lang}/pay"), "what was asked stands in no address"
    other = "nl" if lang == "fr" else "fr"
    page.locator(f".languages button[lang={other}]").click()
    expect(page.locator("html")).to_have_attribute("lang", other)
    expect(page.locator(".notice.warn .title")).to_contain_text(PATIENT[other][3])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_general_practitioner_looks_up_a_fee_and_a_clause(
    browse: Callable[..., Page], lang: str, script: bool
) -> None:
    """From the search box to the history of a code, then to a clause, its contradiction and those that name it."""
    page = browse(lang, java_script_enabled=script)
    page.goto(f"/{lang}/")
    page.locator("main input[name=q]").fill("101076")
    page.locator("main button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("101076")
    row = page.locator("tbody tr", has_text="2020").first
    assert "26.79" in plain(row.text_content()).replace(",", ".")
    expect(page.locator("figure.chart svg")).to_be_visible()

    page.locator("header input[name=q]").fill("14.4")
    page.locator("header .search button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("14.4")
    assert page.url.endswith(f"/{lang}/agreements/be/amm/2020/14.4")
    expect(page.locator(".notice .badge.contradiction")).to_be_visible()
    assert "67.636.22" in re.sub(r"[\s,]", ".", page.locator("table").first.text_content() or "")
    page.screenshot(path=SCREENS / f"clause-{lang}-{'script' if script else 'plain'}.png", full_page=True)
    page.locator("#on").fill("2021-02-01")
    page.locator(".asof button").click()
    expect(page.locator(".empty")).to_be_visible()
    page.locator(".pager a[rel=next]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("14.5")
    expect(page.locator(".badge.erratum").first).to_be_visible()


def test_a_table_stays_a_table_on_paper(browse: Callable[..., Page]) -> None:
    """A sheet of A4 is no wider than a small screen; its rows are not set under one another for that."""
    page = browse("nl", viewport={"width": 390, "height": 800})
    page.goto("/nl/agreements/be/amm/2020/annex")
    cell = page.locator(".table tbody td").first
    assert cell.evaluate("(at) => getComputedStyle(at).display") == "block"
    page.emulate_media(media="print")
    assert cell.evaluate("(at) => getComputedStyle(at).display") == "table-cell"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_answer_prints_on_one_page(browse: Callable[..., Page], lang: str) -> None:
    """The longest there is: late, asked for, nothing else stated; in ink that is black in a dark theme too."""
    page = browse(lang, color_scheme="dark")
    page.goto(f"/{lang}/pay")
    page.locator("#f-care").select_option("101032")
    page.locator("#f-date").fill("2020-02-04")
    page.locator("#f-time").fill("21:30")
    page.locator("#f-charged").fill("30")
    page.locator("input[name=status][value=full]").check()
    page.locator("details:has(input[name=express_request]) summary").click()
    page.locator("input[name=express_request][value=yes]").check()
    page.locator("button[type=submit]").click()
    expect(page.locator(".notes li")).to_have_count(8)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    page.emulate_media(media="print")
    assert page.locator(".answer").evaluate("(at) => getComputedStyle(at).color") == "rgb(0, 0, 0)"
    expect(page.locator("form.ask")).to_be_hidden()
