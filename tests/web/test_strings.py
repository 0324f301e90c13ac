"""Every string of the pages is translated, in the language it claims, and none is left over."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from addresses import ADDRESSES
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from looking import Page, Spoken
from starlette.testclient import TestClient

from medicomut.web.languages import LOCALE

TOOL = runpy.run_path(str(Path(__file__).resolve().parents[2] / "tools" / "strings.py"))
TRANSLATED = ("fr", "nl", "de")
TYPICAL = {
    "fr": re.compile(r"\b(the|of|and|het|een|van|niet|der|und|nicht|ist)\b", re.IGNORECASE),
    "nl": re.compile(r"\b(the|and|les|des|une|est|pas|der|und|nicht|ist)\b", re.IGNORECASE),
    "de": re.compile(r"\b(the|of|and|les|une|est|pas|het|een|van|niet)\b", re.IGNORECASE),
}
"""Short words of the other languages: one of them shows a sentence in the wrong catalogue."""


def catalogue(lang: str) -> Catalog:
    with (LOCALE / f"{lang}.po").open("rb") as file:
        return read_po(file, locale=lang)


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_string_is_translated_and_none_is_left_over(lang: str) -> None:
    """Run tools/strings.py, then fill in what is empty."""
    wanted = {message.id for message in TOOL["extracted"]() if message.id}
    found = {message.id: forms(message) for message in catalogue(lang) if message.id}
    assert set(found) == wanted
    assert [key for key, texts in found.items() if not all(texts)] == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translation_is_in_its_language_and_keeps_its_places(lang: str) -> None:
    for message in catalogue(lang):
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[1]
        for text in forms(message):
            assert TYPICAL[lang].findall(re.sub(r"%\(\w+\)s", "", text)) == [], text
            assert sorted(re.findall(r"%\(\w+\)s", text)) == sorted(re.findall(r"%\(\w+\)s", key)), text
            assert (text[-1] in ".?!") == (key[-1] in ".?!"), text


def test_french_sets_its_spaces_and_no_language_its_quotes_wrong() -> None:
    for message in catalogue("fr"):
        for text in forms(message) if message.id else ():
            assert not re.search(r"\w[?!;:](\s|$)", text), text


LONG_ENOUGH = 12
"""Letters from which an English string cannot be another language's by chance."""


@pytest.mark.parametrize("lang", TRANSLATED)
def test_no_page_shows_an_english_string(portal: TestClient, lang: str) -> None:
    """What is in the catalogues is shown in the reader's language: a macro that forgot to translate is seen here."""
    english = {
        message.id
        for message in catalogue(lang)
        if isinstance(message.id, str) and len(message.id) > LONG_ENOUGH and forms(message) != (message.id,)
    }
    for address in ADDRESSES:
        page = Page(portal.get(f"/{lang}{address}").text)
        shown = {" ".join(text.split()) for text in (*page.words, *page.values("aria-label", "placeholder", "title"))}
        assert shown & english == set(), address


ENGLISH = re.compile(r"\b(the|and|from|with|this|which|should|cannot|are)\b", re.IGNORECASE)
"""Short words of English that are none of the other three languages."""

IN_ENGLISH = ("/glossary", "/api")
"""Pages that show English as what it is: terms in four languages, the documentation for programs."""

AS_PUBLISHED = ("/observatory", "/procedures")
"""Pages that name publications and evidence as their sources do."""


@pytest.mark.parametrize("lang", TRANSLATED)
def test_nothing_on_a_page_is_english(portal: TestClient, lang: str) -> None:
    """Neither from the catalogues nor from data, nor marked as English where a reader has to read it."""
    for address in ADDRESSES:
        if address.startswith(AS_PUBLISHED):
            continue
        said = Spoken(portal.get(f"/{lang}{address}").text).said
        assert [text for of, text in said if of == lang and ENGLISH.search(text)] == [], address
        if not address.startswith(IN_ENGLISH):
            assert [text for of, text in said if of == "en"] == [], address
