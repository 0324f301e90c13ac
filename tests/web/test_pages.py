"""Every page, in four languages: it answers, says its language, lets nothing foreign run, and weighs little."""

from __future__ import annotations

import gzip
import re
from urllib.parse import parse_qsl

import pytest
from addresses import ADDRESSES, AGREEMENT, LANGUAGES, NOT_THERE
from looking import ROOT, Page
from starlette.testclient import TestClient

from medicomut.web.render import environment

HEAVIEST = 100_000
"""Bytes of a page with all it loads as they are sent, compressed; of the page alone, as it is; charts left out."""

EVERY_PAGE = [f"/{lang}{address}" for lang in LANGUAGES for address in ADDRESSES]


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_a_page_answers_in_its_language(portal: TestClient, address: str) -> None:
    answer = portal.get(address)
    assert answer.status_code == 200, answer.text
    page = Page(answer.text)
    lang = address[1:3]
    assert ("html", {"lang": lang}) in page.tags
    assert answer.headers["content-language"] == lang
    assert sum(tag == "h1" for tag, _ in page.tags) == 1
    ids = page.values("id")
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_a_page_runs_nothing_foreign(portal: TestClient, address: str) -> None:
    answer = portal.get(address)
    page = Page(answer.text)
    assert "'unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; ")
    assert page.values("style", "onclick", "onsubmit", "onload") == []
    assert all(attributes.get("src") for tag, attributes in page.tags if tag == "script")
    loaded = [attributes for tag, attributes in page.tags if tag in {"script", "link", "img"}]
    assert all((of.get("src") or of.get("href") or "").startswith("/static/") for of in loaded)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_with_all_it_loads_weighs_little(portal: TestClient, address: str) -> None:
    answer = portal.get(f"/de{address}")
    loads = {link for link in Page(answer.text).values("src", "href") if link.startswith("/static/")}
    sent = [re.sub(r"<svg viewBox.*?</svg>", "", answer.text, flags=re.DOTALL).encode()]
    sent += [portal.get(link).content for link in loads]
    assert sum(len(gzip.compress(content)) for content in sent) <= HEAVIEST
    assert len(sent[0]) <= HEAVIEST


@pytest.mark.parametrize(
    "address",
    [
        "/register?by=province&on=&against=",
        "/register/window?agreement=be/amm/2020&published=",
        "/procedures/be/amm/2020?on=",
        "/procedures/be/amm/2024/replay?on=",
        f"{AGREEMENT}/14.4?on=",
        "/observatory?who=&year=",
        "/observatory/access?code=62063&number=",
        "/fees?q=",
        "/search?q=",
    ],
)
def test_a_field_left_empty_is_not_asked_about(portal: TestClient, address: str) -> None:
    """A browser sends every field of a form, the empty ones too."""
    assert portal.get(f"/fr{address}").status_code == 200


@pytest.mark.parametrize(
    ("address", "names", "kept"),
    [
        ("/register?by=province&on=04/03/2024", ["on"], ["by"]),
        ("/register?on=04/03/2024&against=gestern", ["on", "against"], []),
        ("/register/window?agreement=be/amm/2020&published=2024-02-30", ["published"], ["agreement"]),
        ("/procedures/be/amm/2020?on=04/03/2024", ["on"], []),
        ("/procedures/be/amm/2024?denunciation_clocks=as_in_2020&on=4.3.2024", ["on"], ["denunciation_clocks"]),
        ("/procedures/be/amm/2024/replay?on=04/03/2024", ["on"], []),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_no_day_is_named_and_can_be_written_anew(
    portal: TestClient, lang: str, address: str, names: list[str], kept: list[str]
) -> None:
    """What was written, how a day is written, and a field for each; the rest of the address stays asked."""
    answer = portal.get(f"/{lang}{address}")
    assert answer.status_code == 422
    page = Page(answer.text)
    said = " ".join(page.words)
    assert all(text in said for name, text in parse_qsl(address.partition("?")[2]) if name in names)
    assert "2024-03-04" in said
    fields = {of["name"]: of for tag, of in page.tags if tag == "input" and of.get("name") != "q"}
    assert [name for name, of in fields.items() if of["type"] == "date"] == names
    assert [name for name, of in fields.items() if of["type"] == "hidden"] == kept
    assert ("form", {"class": "row asof", "action": f"/{lang}{address.partition('?')[0]}"}) in page.tags


@pytest.mark.parametrize("address", ["/register?on=04/03/2024", "/procedures/be/amm/2020?on=demain"])
def test_a_day_written_anew_leads_to_the_page(portal: TestClient, address: str) -> None:
    assert portal.get(f"/de{address}").status_code == 422
    assert portal.get(f"/de{address.partition('?')[0]}?on=2024-03-04").status_code == 200


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_not_there_is_said_in_the_readers_language(portal: TestClient, lang: str) -> None:
    answer = portal.get(f"/{lang}{NOT_THERE}")
    assert answer.status_code == 404
    assert ("html", {"lang": lang}) in Page(answer.text).tags
    assert portal.post(f"/{lang}/").status_code == 405


def test_programs_still_get_problem_details(portal: TestClient) -> None:
    for address in ("/v1/nothing", "/xx/fees"):
        answer = portal.get(address)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("headers", "leads"),
    [
        ({"Accept-Language": "nl-BE,nl;q=0.9,fr;q=0.5"}, "/nl/"),
        ({"Accept-Language": "pt"}, "/en/"),
        ({"Accept-Language": "nl", "Cookie": "language=de"}, "/de/"),
        ({"Accept-Language": "nl", "Cookie": "language=xx"}, "/nl/"),
    ],
)
def test_the_first_page_is_in_the_readers_language(portal: TestClient, headers: dict[str, str], leads: str) -> None:
    """The last choice of the reader goes before what the browser says."""
    portal.cookies.clear()
    assert portal.get("/", headers=headers).headers["location"] == leads


def test_switching_the_language_keeps_the_page_and_is_remembered(portal: TestClient) -> None:
    portal.cookies.clear()
    page = Page(portal.get("/fr/search?q=100%25%20supplément&x=1").text)
    link = next(link for link in page.values("href") if link.startswith("/language/nl"))
    answer = portal.get(link)
    assert answer.headers["location"] == "/nl/search?q=100%25%20suppl%C3%A9ment&x=1"
    assert portal.get("/", headers={"Accept-Language": "fr"}).headers["location"] == "/nl/"
    portal.cookies.clear()


@pytest.mark.parametrize("to", ["//example.org", "https://example.org", r"\\example.org", "/%0d%0aSet-Cookie:x=1"])
def test_switching_the_language_never_leads_elsewhere(portal: TestClient, to: str) -> None:
    answer = portal.get(f"/language/fr?to={to}")
    assert answer.headers["location"].startswith("/fr/")
    assert "x" not in answer.cookies
    portal.cookies.clear()


def test_the_documentation_of_pages_names_what_there_is() -> None:
    """Components, filters and folders of docs/portal.md exist, and no component is left out."""
    said = (ROOT / "docs" / "portal.md").read_text(encoding="utf-8")
    components = set(environment("en").get_template("components.html").module.__dict__) - {"c"}
    listed = re.search(r"\(imported as `c`: ([^)]+)\)", said)
    assert listed
    named = set(re.split(r",\s+", listed[1]))
    assert named == {name for name in components if not name.startswith("_")}
    written = said.partition("Values are written by filters:")[2].partition("No\n")[0]
    filters = {name.partition("(")[0] for name in re.findall(r"`([^`]+)`", written)}
    assert len(filters) == 9
    assert filters <= set(environment("en").filters)
    for path in re.findall(r"`((?:data|web|tests|src|tools)/[^`{*]+)`", said):
        assert any((base / path).exists() for base in (ROOT, ROOT / "src" / "medicomut")), path
