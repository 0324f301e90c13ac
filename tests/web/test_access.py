"""Open to everybody: axe finds nothing, a keyboard is enough, nothing runs over the edge of a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

import pytest
from addresses import ADDRESSES, NOT_THERE
from looking import ROOT
from playwright.sync_api import Page, Route, expect

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERY = [f"/{lang}{address}" for lang in ("fr", "nl") for address in (*ADDRESSES, NOT_THERE)]


Scheme = tuple[Literal["light", "dark"], dict[str, Any]]
SCHEMES: tuple[Scheme, ...] = (
    ("light", {}),
    ("dark", {"runOnly": ["color-contrast"]}),
)


def faults(page: Page, schemes: Sequence[Scheme] = SCHEMES) -> list[dict[str, Any]]:
    """Return what axe finds in the page as it is, in light and in dark."""
    page.evaluate(AXE)
    found = []
    for scheme, rules in schemes:
        page.emulate_media(color_scheme=scheme)
        # A transition would be looked at half-way.
        page.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished))")
        options = rules or {"runOnly": TAGS}
        result = page.evaluate("(options) => axe.run(document, options)", options)
        found += [
            {"scheme": scheme, "rule": fault["id"], "where": [node["target"] for node in fault["nodes"]]}
            for fault in result["violations"]
        ]
    return found


@pytest.mark.parametrize("address", EVERY)
def test_axe_finds_nothing(browse: Callable[..., Page], address: str) -> None:
    page = browse(address[1:3])
    page.goto(address)
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")
    assert faults(page) == []


def without_scripts(route: Route) -> None:
    """Give a page as it is read where no script runs; axe itself needs a browser that runs one."""
    answer = route.fetch()
    body = re.sub(r"<script .*?</script>|</?noscript>", "", answer.text())
    route.fulfill(response=answer, body=re.sub(r'<meta http-equiv="refresh"[^>]*>', "", body))


@pytest.mark.parametrize("address", EVERY)
def test_axe_finds_nothing_where_no_script_runs(browse: Callable[..., Page], address: str) -> None:
    page = browse(address[1:3])
    page.route(lambda url: "/static/" not in url, without_scripts)
    page.goto(address)
    assert page.evaluate("document.scripts.length") == 0
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")
    assert faults(page, SCHEMES[:1]) == []


def test_axe_finds_nothing_in_an_answer_nor_in_what_is_wrong(browse: Callable[..., Page]) -> None:
    page = browse("fr")
    page.goto("/fr/pay")
    page.locator("#f-care").select_option("101032")
    page.locator("#f-date").fill("2020-02-04")
    page.locator("#f-charged").fill("beaucoup")
    page.get_by_role("button", name="Montrer ce que je paie").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []
    page.locator("#f-charged").fill("30")
    page.get_by_role("button", name="Montrer ce que je paie").click()
    expect(page.locator(".answer")).to_be_visible()
    assert faults(page) == []


def test_nothing_runs_over_the_edge_of_a_phone(browse: Callable[..., Page]) -> None:
    """German words are the longest; a table scrolls by itself, the page never."""
    page = browse("de", viewport={"width": 360, "height": 740})
    wide = []
    for address in ADDRESSES:
        page.goto(f"/de{address}")
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            wide.append(address)
    assert wide == []


def test_a_keyboard_is_enough(browse: Callable[..., Page]) -> None:
    """Past the navigation to the content, through the questions to the answer, on to its clause."""
    page = browse("fr")
    page.goto("/fr/pay")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#f-care")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#f-care")).to_have_value("101032")
    page.keyboard.press("Tab")
    expect(page.locator("#f-code")).to_be_focused()
    page.locator("#f-date").focus()
    page.locator("#f-date").fill("2020-02-04")
    page.locator("input[name=status][value='']").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Montrer ce que je paie").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_contain_text("6,00 €")
    page.locator(".answer a.clause").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("14.2.1")


def test_the_answer_takes_the_focus_and_says_so(browse: Callable[..., Page]) -> None:
    """A list that is searched as one types is announced, and keeps the focus where the reader types."""
    page = browse("nl")
    page.goto("/nl/fees")
    page.locator("#f-q").press_sequentially("kinder")
    expect(page.locator("#found")).to_contain_text("Geen code")
    expect(page.locator("#f-q")).to_be_focused()
    assert page.locator("#found").get_attribute("aria-live") == "polite"
    page.locator("#f-q").fill("pediatrie")
    expect(page.locator("#found tbody tr")).to_have_count(2)
