"""The note on a scenario: two pages, in the reader's language, as HTML and as PDF."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from html.parser import HTMLParser
from pathlib import Path

import pytest
import typst
from typer.testing import Result

from medicomut.agreement import LANGUAGES, load
from medicomut.budget.note import Note, as_html, as_pdf, note
from medicomut.budget.pricing import price
from medicomut.budget.scenario import from_settings
from medicomut.budget.scenario_files import load_scenario, read_scenario
from medicomut.budget.settings_words import settings_words
from medicomut.budget.wording import DATA, words

Run = Callable[..., Result]


def written(lang: str) -> Note:
    agreement = load("be/amm/2020")
    every = [(group.id, "1.5%") for group in agreement.index_rates.groups]  # type: ignore[union-attr]
    return note(price(agreement, from_settings(agreement, [("all", "1.5%"), *every])), lang)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_note_has_two_pages_whatever_the_language(lang: str) -> None:
    """With a setting for every one of the twenty groups, which is as long as it gets in practice."""
    content = json.dumps(asdict(written(lang)))
    pages = typst.compile(str(DATA / "note.typ"), format="png", ppi=20, sys_inputs={"note": content})
    assert len(pages) == 2
    assert as_html(written(lang)).count("<section>") == 2


def test_the_pdf_is_tagged_and_the_same_each_time() -> None:
    """PDF/UA-1: typst refuses to write it without title, language and headings in order."""
    made = as_pdf(written("fr"))
    assert made.startswith(b"%PDF-")
    assert b"pdfuaid" in made
    assert as_pdf(written("fr")) == made


EVERY_KIND = [
    ("all", "1.5%"), ("surgery", "1.123456%"), ("101032", "1.5%"), ("index_start", "2020-02-01"), ("mass", "180000"),
    ("annual.b.preanaesthesia", "5000"), ("start.a.surgery", "2020-07-01"), ("base.anaesthesiology", "200000"),
    ("growth.index", "3.34%"), ("growth.norm", "2.5%"), ("growth.base", "9000000"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", ["tous les groupes 1,5 %", "Chirurgie 1,123456 %", "101032 1,5 %", "indexation à partir du 1er février",
                "masse 180 000 k€", "Consultation de préanesthésie 5 000 k€ par an", "à partir du 1er juillet 2020",
                "Anesthésiologie (dépenses par an) 200 000 k€", "index 3,34 %", "norme de croissance 2,5 %",
                "base 9 000 000 k€"]),
        ("nl", ["alle groepen 1,5 %", "Heelkunde 1,123456 %", "indexering vanaf 1 februari 2020", "massa 180.000 k€",
                "groeinorm 2,5 %"]),
        ("de", ["alle Gruppen 1,5 %", "Chirurgie 1,123456 %", "Indexierung ab 1. Februar 2020",
                "Masse 180.000 Tsd. €", "Wachstumsnorm 2,5 %"]),
        ("en", ["every group 1.5%", "Surgery 1.123456%", "indexation from 1 February 2020", "mass 180,000 k€"]),
    ],
)  # fmt: skip
def test_what_a_scenario_changes_is_said_in_words(lang: str, words: list[str]) -> None:
    """Every kind of setting, none rounded: what was set is repeated."""
    agreement = load("be/amm/2020")
    told = settings_words(agreement, from_settings(agreement, EVERY_KIND), lang)  # type: ignore[arg-type]
    assert len(told) == len(EVERY_KIND)
    text = re.sub(r"[\u00a0\u202f]", " ", " · ".join(told))
    assert [word for word in words if word not in text] == []


def test_the_mass_as_a_rate_is_said_too() -> None:
    agreement = load("be/amm/2020")
    assert settings_words(agreement, from_settings(agreement, [("mass_rate", "2%")]), "en") == ["mass 2%"]


def test_french_has_a_blank_before_its_colons() -> None:
    assert "Données\u00a0: be/amm/2020" in as_html(written("fr"))
    assert "Gegevens: be/amm/2020" in as_html(written("nl"))


class Tags(HTMLParser):
    """The tags of a page that are open at its end, and those met."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.met: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.met.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone_and_its_tags_close() -> None:
    page = as_html(written("nl"))
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert tags.met.count("h1") == 1
    assert not {"script", "link", "img"} & set(tags.met)
    assert '<html lang="nl">' in page
    assert "\u00a0k€" in page


def test_the_question_of_2025_as_a_note(run: Run, tmp_path: Path) -> None:
    """In French and Dutch, as a cabinet prints it: 5,84 % and 5,9235 %, and no amount that nobody stated."""
    for lang in ("fr", "nl"):
        out = tmp_path / f"note-{lang}.html"
        assert run("budget", "scenario", "--file", "index-and-norm-2025", "--note", out, "--lang", lang).exit_code == 0
        page = out.read_text("utf-8")
        assert "5,84\u00a0%" in page
        assert "5,9235\u00a0%" in page
        assert "be/amm/2024#9.2.4" in page
    assert run("budget", "scenario", "--file", "index-and-norm-2025", "--note", tmp_path / "n.pdf").exit_code == 0
    assert (tmp_path / "n.pdf").read_bytes().startswith(b"%PDF-")


def test_a_title_is_text_and_not_markup() -> None:
    title = '"<b>#sys.inputs & $x$</b>"'
    text = f"agreement: be/amm/2020\ntitle: {{fr: {title}, nl: {title}, de: {title}, en: {title}}}\nset: {{all: 1%}}\n"
    found = note(price(load("be/amm/2020"), read_scenario(text, "mine.yaml")), "en")
    assert "&lt;b&gt;#sys" in as_html(found)
    assert as_pdf(found).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--file", "linear-2020", "--note", "note.docx"), "unknown_format"),
        (("--file", "linear-2020", "--file", "linear-2020", "--note", "note.pdf"), "one_note"),
        (("--file", "linear-2020", "--note", "nowhere/note.html"), "cannot_write"),
    ],
)
def test_a_note_that_cannot_be_written(run: Run, arguments: tuple[str, ...], code: str) -> None:
    refused = run("budget", "scenario", *arguments)
    assert refused.exit_code == 2
    assert code in refused.stderr


def test_every_word_of_the_budget_is_used_and_speaks_four_languages() -> None:
    package = DATA.parents[1]
    sources = [*(package / "budget").glob("*.py"), *(package / "cli").glob("budget*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    said = set(re.findall(r"[\"']([a-z_]+)[\"']", text))
    assert set(words()) - said == set()
    assert all(all(word.to_dict().values()) for word in words().values())
    assert load_scenario("linear-2020").title is not None
