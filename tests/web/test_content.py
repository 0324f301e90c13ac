"""What the pages say: exact figures, in the reader's writing, from the same data as everything else."""

from __future__ import annotations

import csv
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from addresses import AGREEMENT, LANGUAGES
from looking import Page
from starlette.testclient import TestClient

from medicomut import words
from medicomut.agreement import load, load_law
from medicomut.identifiers import check_nomenclature, synthetic_inami
from medicomut.money import Lang
from medicomut.observatory.published import names
from medicomut.observatory.shortage import schemes
from medicomut.tariff.book import REASONS
from medicomut.tariff.fees import SHARED_BY_LAW, SHIPPED
from medicomut.web import care, charts, glossary, navigation, written
from medicomut.web.finding import find
from medicomut.web.origins import fee_sources, remark

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"


def text(portal: TestClient, address: str) -> str:
    answer = portal.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", " ".join(Page(answer.text).words))


def asked(portal: TestClient, lang: str = "en", **fields: str) -> str:
    answer = portal.post(f"/{lang}/pay", data=fields)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return re.sub(r"\s+", " ", " ".join(Page(answer.text).words))


CONSULTATION = {"care": "101032", "date": "2020-02-04", "status": "full"}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "You pay €6.00 yourself"),
        ({"preferential": "yes", "medical_file": "yes"}, "You pay €1.00 yourself"),
        ({"charged": "22,22"}, "You pay €6.00 yourself"),
        ({"charged": "22.23"}, "You were asked €0.01 too much"),
        ({"charged": "22,23 euro"}, "You were asked €0.01 too much"),
        ({"charged": "€ 22.23"}, "You were asked €0.01 too much"),
        ({"status": "refused", "charged": "40"}, "You pay €23.78 yourself"),
        ({"status": "refused"}, "You pay at least €6.00 yourself"),
        ({"status": ""}, "Whether the doctor may ask more than the fee cannot be said."),
        ({"date": "2026-11-21"}, "What you pay cannot be said"),
        ({"care": "102012"}, "What you pay cannot be said"),
        ({"time": "21:01", "express_request": "yes"}, "The doctor may ask more than the fee."),
        ({"time": "21:01", "express_request": "yes", "recalled": "yes"}, "The doctor may ask no more than the fee."),
        ({"status": "partial", "charged": "30"}, "It hangs on the hour."),
        ({"status": "partial", "off_tariff": "no", "charged": "30"}, "You were asked €7.78 too much"),
        ({"status": "partial", "off_tariff": "yes", "charged": "30"}, "The doctor may ask more than the fee."),
        ({"care": "103132", "status": "partial", "charged": "60"}, "too much"),
        ({"code": "101-076"}, "Consultation with an accredited general practitioner"),
    ],
)
def test_a_patient_is_told_the_share_and_whether_more_may_be_asked(
    portal: TestClient, fields: dict[str, str], says: str
) -> None:
    """The fee of 101032 in 2020 is 22.22, of which the insurance pays 16.22."""
    assert says in asked(portal, **CONSULTATION | fields)


def test_what_hangs_on_the_hour_is_not_said_as_if_it_were_known(portal: TestClient) -> None:
    """Neither that too much was asked, nor a step that says so: within the hours without tariff it would be lawful."""
    told = asked(portal, **CONSULTATION | {"status": "partial", "charged": "30"})
    assert "It hangs on the hour." in told
    assert "More than the binding fee" not in told
    assert "The fee of the agreement must be respected." not in told
    within = asked(portal, **CONSULTATION | {"status": "partial", "off_tariff": "no", "charged": "30"})
    assert "More than the binding fee" in within


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"care": ""}, "Choose the care, or write its code."),
        ({"code": "101039"}, "This is not a nomenclature code"),
        ({"date": "4/2/2020"}, "Say on which day"),
        ({"date": ""}, "Say on which day"),
        ({"time": "25:00"}, "Write the hour as 21:15."),
        ({"charged": "-3"}, "Write the amount in euro"),
        ({"charged": "1e3"}, "Write the amount in euro"),
        ({"charged": "12,345"}, "Write the amount in euro"),
    ],
)
def test_what_cannot_be_read_is_named_at_its_field(portal: TestClient, fields: dict[str, str], named: str) -> None:
    answer = portal.post("/en/pay", data=CONSULTATION | fields)
    assert answer.status_code == 422
    assert answer.text.count(named) == 2, "once at the top, once at the field"
    assert 'aria-invalid="true"' in answer.text


def test_every_fault_is_named_at_once(portal: TestClient) -> None:
    answer = portal.post("/en/pay", data={"code": "1", "time": "x", "charged": "y"})
    assert len(re.findall(r'aria-invalid="true"', answer.text)) == 4


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_reason_tells_a_patient_to_fill_in_a_column(lang: str) -> None:
    """In a file a reader states a column; here the question stands on the page."""
    for reason in REASONS:
        column = reason.removesuffix("_not_stated")
        if column != reason:
            plain = written.plainly(reason, lang)  # type: ignore[arg-type]
            left_out = words.says("reasons", reason, lang).removeprefix(plain)
            assert left_out == "" or column in left_out
            assert plain.endswith(".")
            assert "_" not in plain


def test_a_patient_is_not_asked_to_add_a_fee_to_a_table(portal: TestClient) -> None:
    told = asked(portal, **CONSULTATION | {"date": "2005-02-04"})
    assert "No fee is known for this code on this day." in told
    assert "table" not in told.partition("To know")[2].partition("Ask again")[0]


def test_a_clause_shows_its_figures_where_they_hold(portal: TestClient) -> None:
    address = f"/fr{AGREEMENT}/14.4"
    assert "67 636,22 €" in text(portal, f"{address}?on=2020-12-31")
    assert "2 253,73 €" not in text(portal, f"{address}?on=2021-01-01").partition("Chiffres de cette clause")[2]
    assert "Ce n'est pas un jour" in text(portal, f"{address}?on=demain")


def test_errata_and_contradictions_stand_at_their_clause(portal: TestClient) -> None:
    """Point 14.5 prints point 13 and means point 14; the ceiling of 14.4 is not one and a half times the other."""
    assert "tableau de bord" not in text(portal, f"/fr{AGREEMENT}/14.5").partition("erratum")[0]
    assert "refers to point 13" in text(portal, f"/en{AGREEMENT}/14.5")
    assert "computed €67,635.48" in text(portal, f"/en{AGREEMENT}/14.4")


def test_references_are_shown_both_ways(portal: TestClient) -> None:
    agreement = load("be/amm/2020")
    naming = next(clause for clause in agreement.clauses if clause.named)
    there = portal.get(f"/en{AGREEMENT}/{naming.number}").text
    back = portal.get(f"/en{AGREEMENT}/{naming.named[0]}").text
    assert f'href="/en{AGREEMENT}/{naming.named[0]}"' in there
    assert f'href="/en{AGREEMENT}/{naming.number}"' in back


def test_every_clause_has_its_page(portal: TestClient) -> None:
    for name in ("be/amm/2020", "be/amm/2024"):
        for clause in load(name).clauses:
            assert clause.title.de in text(portal, f"/de/agreements/{name}/{clause.number}")


def test_the_annex_shows_printed_totals_that_its_lines_give(portal: TestClient) -> None:
    shown = text(portal, f"/en{AGREEMENT}/annex")
    assert "180,198" in shown
    assert "184,556" in shown
    assert "computed" not in shown.partition("Notes")[0].partition("Balance")[0].partition("Clause")[2]


@pytest.mark.parametrize(
    ("query", "leads"),
    [
        ("101032", "/fees/101032"),
        (" 101 032 ", "/fees/101032"),
        ("14.4", f"{AGREEMENT}/14.4"),
        ("9.2.4", "/agreements/be/amm/2024/9.2.4"),
        ("be/amm/2020#9", f"{AGREEMENT}/9"),
    ],
)
def test_one_answer_is_led_to(portal: TestClient, query: str, leads: str) -> None:
    answer = portal.get("/nl/search", params={"q": query})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/nl{leads}")


def test_search_says_what_it_holds_and_what_it_does_not() -> None:
    assert [hit.name for hit in find("Pediatrie accrédité", "fr").fees] == [
        "102572 Consultation chez le médecin spécialiste en pédiatrie, accrédité"
    ]
    assert {hit.href.rpartition("/")[0] for hit in find("9", "en").clauses} == {
        "/agreements/be/amm/2020", "/agreements/be/amm/2024",
    }  # fmt: skip
    assert find(synthetic_inami(1, "003"), "en").doctor is True
    assert find("19000122004", "en").doctor is True, "the competence is no check digit"
    assert find("19000123003", "en").doctor is False
    assert find("101039", "en").bad_code
    assert find("Dupont", "nl").nothing
    assert find("remgeld", "nl").terms[0].href == "/glossary#patient-share"


@pytest.mark.parametrize(
    ("query", "lang", "leads"),
    [
        ("Zaventem", "nl", "/observatory/access?code=23094"),
        ("23094", "fr", "/observatory/access?code=23094"),
        ("Luik", "fr", "/observatory/access?code=62063"),
        ("point 14.4", "fr", f"{AGREEMENT}/14.4"),
        ("Art. 9.2.4", "de", "/agreements/be/amm/2024/9.2.4"),
        ("§14.4", "nl", f"{AGREEMENT}/14.4"),
    ],
)
def test_a_commune_and_a_clause_are_led_to_as_people_write_them(query: str, lang: Lang, leads: str) -> None:
    assert find(query, lang).leads == leads


def test_search_finds_pages_and_short_words_where_they_begin() -> None:
    """`API` stands within no end of a word such as "therapie"; Dutch compounds are found by their second half."""
    assert [hit.href for hit in find("API", "nl").pages] == ["/api"]
    assert find("API", "fr").clauses == []
    assert find("pénurie", "fr").pages[0].href == "/observatory/access"
    assert find("quorum", "de").pages[0].href == "/register/window"
    assert [hit.name for hit in find("supplement", "nl").terms] == ["ereloonsupplement"]
    some = find("Sint", "nl")
    assert len(some.places) > 5
    assert some.leads == ""


def test_what_is_found_names_its_agreement_and_a_figure_its_value(portal: TestClient) -> None:
    some = find("supplément biologie", "fr").figures
    assert [(hit.line, hit.of) for hit in some][:1] == [("0,50\u00a0€", "be/amm/2020")]
    assert "be/amm/2024" in text(portal, "/nl/search?q=index")


def test_figures_stand_under_their_chapter_and_the_whole_term_is_written_once(portal: TestClient) -> None:
    """Of 130 figures all but a few hold from the first day to the last: those that do not stand out."""
    shown = portal.get(f"/en{AGREEMENT}/parameters").text
    assert shown.count("1\u00a0January\u00a02020 – 31\u00a0December\u00a02020") == 1
    assert shown.count("whole term") > 100
    chapters = re.findall(r'scope="rowgroup" colspan="4">(?:<span class="num">([0-9]+)</span>)?', shown)
    assert chapters == [*sorted(filter(None, chapters), key=int), ""]


def test_an_agreement_is_not_compared_with_itself(portal: TestClient) -> None:
    same = portal.get(f"/fr{AGREEMENT}/comparison/be/amm/2020").text
    assert "<table" not in same
    assert "deux fois le même accord" in same


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_has_a_door_to_every_part(portal: TestClient, lang: str) -> None:
    page = portal.get(f"/{lang}/").text
    doors = page.partition('class="cards doors"')[2].partition("</ul>")[0]
    assert re.findall(r'href="([^"]+)"', doors) == [f"/{lang}{part}" for part, _ in navigation.PARTS]


def test_the_glossary_is_that_of_the_documentation() -> None:
    rows = re.findall(r"^\| (.+) \|$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    documented = [tuple(cell.strip() for cell in row.split("|")) for row in rows if not row.startswith("English")]
    shown = [
        (term.term.en, term.term.fr, term.term.nl, term.term.de, term.meaning.en)
        for of in glossary.terms().values()
        for term in of
    ]
    assert shown == documented
    assert all(all(term.meaning.to_dict().values()) for of in glossary.terms().values() for term in of)


def test_names_of_care_are_of_codes_and_in_four_languages() -> None:
    for code, service in care.services().items():
        assert check_nomenclature(code).valid
        assert all(service.name.to_dict().values())
        assert service.name_status in {"reported", "recollected"}
        assert len(set(service.name.to_dict().values())) == 4


def test_a_history_is_drawn_only_where_it_is_known() -> None:
    """A gap between two intervals stays a gap; a day's fee is wide enough to be seen."""
    known = [
        charts.Known(date(2012, 1, 1), date(2012, 12, 31), 1993, "published"),
        charts.Known(date(2017, 1, 27), date(2017, 1, 27), 2067, "example"),
        charts.Known(date(2020, 1, 1), date(2020, 12, 31), 2222, "published"),
    ]
    chart = charts.history(known, "fr")
    assert chart is not None
    first, day, last = chart.bars
    assert first.end < day.start < day.end < last.start
    assert (day.kind, day.end - day.start) == ("example", charts.NARROWEST_BAR)
    assert last.at < first.at, "dearer is higher"
    assert all(charts.TOP <= bar.at <= charts.BOTTOM for bar in chart.bars)
    assert charts.history(known[:1], "fr") is None


@pytest.mark.parametrize(
    ("lang", "shown"), [("fr", "1\u00a0an"), ("nl", "1\u00a0jaar"), ("de", "1\u00a0Jahr"), ("en", "1\u00a0year")]
)
def test_one_of_a_unit_is_no_several(portal: TestClient, lang: str, shown: str) -> None:
    """Clause 16.1: the agreement is concluded for one year."""
    assert f"{shown}</td>" in portal.get(f"/{lang}{AGREEMENT}/16.1").text


@pytest.mark.parametrize(
    ("lang", "shown"),
    [("fr", "1,95\u00a0%"), ("nl", "1,95\u00a0%"), ("de", "1,95\u00a0%"), ("en", "1.95%")],
)
def test_a_percentage_is_written_as_its_reader_does(lang: str, shown: str) -> None:
    assert written.percent(Fraction(39, 2000), lang) == shown  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lang", "given", "shown"),
    [
        ("fr", "« oui » : 1,25 % de 138 706 euros ; non ?", "«~oui~»~: 1,25~% de 138~706 euros~; non~?"),
        ("nl", "1,25 % van 138 706; in 2020 120 bepalingen", "1,25~% van 138~706; in 2020~120 bepalingen"),
        ("en", "a : b", "a : b"),
    ],
)
def test_what_begins_no_line_is_bound_to_the_word_before(lang: str, given: str, shown: str) -> None:
    assert written.bound(given, lang) == shown.replace("~", "\u00a0")  # type: ignore[arg-type]


def test_downloads_are_what_they_say(portal: TestClient) -> None:
    csv = portal.get("/fr/fees/101032/fees.csv")
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert csv.text.startswith("valid_from,valid_to,preferential,")
    assert portal.get(f"/fr{AGREEMENT}/download/agreement.json").json()["id"] == "be/amm/2020"
    assert portal.get(f"/fr{AGREEMENT}/download/agreement.csv").text.startswith("record,id,field,value\n")
    assert portal.get(f"/fr{AGREEMENT}/download/agreement.pdf").status_code == 404
    assert portal.get("/fr/fees/458673/fees.csv").status_code == 404


def test_where_fees_come_from_is_said_in_the_readers_language() -> None:
    """Every source and every remark of the shipped table has its words; a table of one's own stands as it is."""
    rows = csv.DictReader((SHIPPED / "fees.csv").read_text("utf-8").splitlines())
    said = {row[part] for row in rows if row["chosen"] == "1" for part in ("how", "note") if row[part]}
    assert {text for text in said if len(set(remark(text)[0].to_dict().values())) < 2} == set()
    for source in fee_sources().values():
        assert len(set(source.title.to_dict().values())) == 4
    both = remark(f"32.00 / 1.0125 = 31.605: the fee of 2021 before its index of 1.25 %; {SHARED_BY_LAW}")
    assert [text.nl.split(":")[0] for text in both] == [
        "32,00 / 1,0125 = 31,605",
        "terugbetaling = honorarium - remgeld vastgesteld door de wet",
    ]
    assert remark("our own arithmetic")[0].fr == "our own arithmetic"
    assert remark("") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sources_of_every_part_are_listed(portal: TestClient, lang: Lang) -> None:
    """Texts the agreements and the law name, published tables, places, thresholds: each once, with how sure it is."""
    page = portal.get(f"/{lang}/sources").text
    named = {of.id for held in (load("be/amm/2020"), load("be/amm/2024"), load_law("be")) for of in held.sources}
    for source in named:
        assert page.count(f">{source}<") == 1, source
    for table in names():
        assert f'href="/{lang}/observatory/contradictions/{table}"' in page
    for scheme in schemes().values():
        assert scheme.title[lang].replace("'", "&#39;") in page
    assert page.count("Statbel") == 4
