"""Every link of the site leads somewhere: pages, places within them, files."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin

import pytest
from addresses import LANGUAGES
from looking import Page
from starlette.testclient import TestClient


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_link_leads_somewhere(portal: TestClient, lang: str) -> None:
    """From the first page on, whatever is linked; a page in another language is another test's."""
    wanted, places = {f"/{lang}/": "first"}, {}
    asked: dict[str, set[str] | None] = {}
    while left := [link for link in wanted if link not in asked]:
        for link in left:
            asked[link] = None
            answer = portal.get(link)
            assert answer.status_code in {200, 303}, f"{link} on {wanted[link]}"
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            page = Page(answer.text)
            asked[link] = set(page.values("id"))
            for href in page.values("href", "action", "src"):
                whole, place = urldefrag(urljoin(link, href))
                if not whole.startswith("/") or whole.startswith("/language/"):
                    continue
                assert whole.startswith((f"/{lang}/", "/static/", "/v1/", "/openapi.json")), f"{whole} on {link}"
                wanted.setdefault(whole, link)
                if place:
                    places[whole, place] = link
    portal.cookies.clear()
    missing = [(page, place, on) for (page, place), on in places.items() if place not in (asked[page] or set())]
    assert missing == []
    assert len(asked) > 150
