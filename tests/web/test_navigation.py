"""The ways through the portal: in one line on a wide screen, behind a menu on a narrow one, script or not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from addresses import AGREEMENT, LANGUAGES
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from medicomut.web.languages import translations
from medicomut.web.navigation import PARTS

MOST = 9
"""Parts that one line holds in every language; more want another place."""


def test_the_navigation_holds_what_there_is() -> None:
    assert len(PARTS) <= MOST
    for lang in LANGUAGES:
        assert max(len(translations(lang).gettext(label)) for _, label in PARTS) <= 24, lang


@pytest.mark.parametrize(
    ("address", "part"),
    [
        (f"{AGREEMENT}/14.4", "/agreements"),
        (f"{AGREEMENT}/annex", "/agreements"),
        ("/fees/101032", "/fees"),
        ("/observatory/downloads", "/observatory"),
    ],
)
def test_the_part_a_page_is_of_is_marked(portal: TestClient, address: str, part: str) -> None:
    """On a clause, too, whose page has much of its own to say."""
    links = re.findall(r'<li><a href="([^"]+)" aria-current="true">', portal.get(f"/fr{address}").text)
    assert f"/fr{part}" in links


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nine_parts_stand_in_one_line(browse: Callable[..., Page], lang: str) -> None:
    """With rooms that may come, in the width of a small laptop."""
    page = browse(lang, viewport={"width": 1280, "height": 800})
    page.goto(f"/{lang}/fees")
    tops = page.locator("#parts ul").evaluate(
        """(list, names) => {
            for (const name of names.slice(list.children.length)) {
                const more = list.lastElementChild.cloneNode(true);
                more.firstElementChild.textContent = name;
                list.append(more);
            }
            return [...list.children].map((one) => one.offsetTop);
        }""",
        ["" for _ in range(MOST - 3)] + ["Beitrittsregister", "Verfahren", "Observatorium"],
    )
    assert len(tops) == MOST
    assert len(set(tops)) == 1
    expect(page.locator("button.menu")).to_be_hidden()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [390, 768])
def test_a_narrow_screen_has_a_menu(browse: Callable[..., Page], width: int, script: bool) -> None:
    """It opens by keyboard, leads on from its button, and Escape closes it."""
    page = browse("de", viewport={"width": width, "height": 800}, java_script_enabled=script)
    page.goto("/de/glossary")
    fees = page.get_by_role("navigation").get_by_role("link", name="Honorare", exact=True)
    expect(fees).to_be_hidden()
    page.get_by_role("button", name="Menü").focus()
    page.keyboard.press("Enter")
    expect(fees).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#parts a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(fees).to_be_hidden()
    expect(page.get_by_role("button", name="Menü")).to_be_focused()
    page.keyboard.press("Enter")
    fees.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Honorare")


def test_a_printed_page_has_no_navigation(browse: Callable[..., Page]) -> None:
    for width in (390, 1280):
        page = browse("nl", viewport={"width": width, "height": 800})
        page.goto("/nl/fees")
        page.emulate_media(media="print")
        for part in ("#parts", "button.menu", ".languages", ".search"):
            expect(page.locator(part)).to_be_hidden()
