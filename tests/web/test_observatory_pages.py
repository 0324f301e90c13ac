"""The observatory's pages: figures with their sources, contradictions with their proof, lists that are not kept."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from starlette.testclient import TestClient

from medicomut.web.pictures import PICTURES

LANGUAGES = ("fr", "nl", "de", "en")
OWN = """# year: 2023
# profession: gp
region;active;adhered;rate
Belgium;23633;21909;92,71 %
Brussels;3583;3177;88,59 %
Flanders;12284;11608;94,50 %
Wallonia;7763;7124;91,77 %
"""


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page).replace("&nbsp;", "\u00a0"))


def token(portal: TestClient, address: str) -> str:
    return re.findall(r'name="csrf_token" value="([^"]*)"', portal.get(address).text)[0]


def test_the_first_page_says_how_many_did_not_refuse(portal: TestClient) -> None:
    said = text_of(portal.get("/nl/observatory").text)
    assert "52.249" in said
    assert "60.588" in said
    assert "82,05" in said


def test_a_change_below_zero_has_the_sign_of_its_drawing(portal: TestClient) -> None:
    said = text_of(portal.get("/en/observatory").text)
    assert "−15" in said
    assert "−0.12%" in said, "a percent sign stands at its number in English"
    assert "-15" not in said


def test_a_year_without_figures_leads_to_the_latest(portal: TestClient) -> None:
    assert portal.get("/fr/observatory?year=1999&who=nobody").status_code == 200
    assert "INAMI" in portal.get("/fr/observatory?year=2018").text


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_picture_is_a_file_of_its_own(portal: TestClient, name: str, lang: str) -> None:
    answer = portal.get(f"/{lang}/observatory/pictures/{name}.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    root = ET.fromstring(answer.text)  # noqa: S314 - ours
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == lang


@pytest.mark.parametrize(("lang", "title"), [
    ("fr", "Adhésion à l'accord en 2016"), ("nl", "Toetreding tot het akkoord in 2016"),
    ("de", "Beitritt zum Abkommen 2016"),
])  # fmt: skip
def test_a_shipped_table_has_its_title_in_the_reader_s_language(portal: TestClient, lang: str, title: str) -> None:
    page = portal.get(f"/{lang}/observatory/contradictions/conventioning-2016").text
    assert title in text_of(page).replace("&#39;", "'")
    assert title in text_of(portal.get(f"/{lang}/observatory/contradictions").text).replace("&#39;", "'")
    assert '<div lang="en">' in page  # the headings are those of the file


def test_the_counts_behind_the_rates_are_a_finding_of_the_whole_table(portal: TestClient) -> None:
    page = portal.get("/nl/observatory/contradictions/conventioning-2024").text
    assert "<strong>Tabel 1</strong>" in page
    assert "Tabel 1, *" not in page


def test_a_picture_that_there_is_not(portal: TestClient) -> None:
    assert portal.get("/fr/observatory/pictures/pie.svg").status_code == 404


@pytest.mark.parametrize(("lang", "repair"), [("fr", "3 586"), ("nl", "3.586")])
def test_the_contradictions_of_2024_are_shown_with_their_only_repair(
    portal: TestClient, lang: str, repair: str
) -> None:
    page = portal.get(f"/{lang}/observatory/contradictions/conventioning-2024").text
    said = text_of(page)
    assert repair in said
    assert "82,05" in said
    assert page.count('class="marked n"') >= 10, "the figures marked stand right like the others"
    assert "29" in said


def test_a_clean_table_says_so(portal: TestClient) -> None:
    assert 'class="notice good"' in portal.get("/fr/observatory/contradictions/conventioning-2018").text


def test_an_unknown_table_is_not_found(portal: TestClient) -> None:
    assert portal.get("/fr/observatory/contradictions/no-such-table").status_code == 404


def test_a_table_written_down_is_judged_and_not_kept(portal: TestClient) -> None:
    at = "/fr/observatory/contradictions"
    answer = portal.post(at, data={"csrf_token": token(portal, at), "text": OWN})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    said = text_of(answer.text)
    assert "88,67" in said
    assert "3 177" in said


def test_a_table_that_was_sent_is_judged(portal: TestClient) -> None:
    at = "/nl/observatory/contradictions"
    sent = {"file": ("mijn tabel.csv", OWN.replace("3583", "3586").encode(), "text/csv")}
    answer = portal.post(at, data={"csrf_token": token(portal, at)}, files=sent)
    assert 'class="notice good"' in answer.text


@pytest.mark.parametrize("text", ["", "region;nonsense\nBelgium;1\n", "<script>alert(1)</script>"])
def test_a_table_that_cannot_be_read_is_told_with_what_was_written(portal: TestClient, text: str) -> None:
    at = "/fr/observatory/contradictions"
    answer = portal.post(at, data={"csrf_token": token(portal, at), "text": text})
    assert answer.status_code == 422
    assert 'class="faults"' in answer.text
    assert "<script>alert" not in answer.text


def test_a_municipality_is_found_and_judged(portal: TestClient) -> None:
    found = portal.get("/de/observatory/access?q=Luik").text
    assert "code=62063" in found
    said = text_of(portal.get("/de/observatory/access?code=62063&number=98,5").text)
    assert "schwerer Mangel" in said
    assert "49,9" in said
    assert "99" in said


@pytest.mark.parametrize("query", ["?q=Atlantis", "?code=99999", "?code=62063&number=many", "?code=62063&number=-1"])
def test_what_is_no_municipality_or_no_number_breaks_nothing(portal: TestClient, query: str) -> None:
    assert portal.get(f"/fr/observatory/access{query}").status_code == 200


def test_a_list_is_counted_on_the_map_and_not_kept(portal: TestClient) -> None:
    at = "/fr/observatory/access"
    rows = "municipality,profession\n" + "62063,gp\n" * 200 + "Eupen,gp\nGent,specialist\n,gp\n"
    answer = portal.post(
        at,
        data={"csrf_token": token(portal, at), "thresholds": "heads"},
        files={"file": ("l.csv", rows.encode(), "text/csv")},
    )
    assert answer.headers["cache-control"] == "no-store"
    said = text_of(answer.text)
    assert "Liège: " in said
    assert "pénurie sévère" in said
    assert answer.text.count("<rect") >= 43


def test_a_list_with_faults_names_them(portal: TestClient) -> None:
    at = "/fr/observatory/access"
    sent = {"file": ("l.csv", b"municipality\nAtlantis\nSaint-Nicolas\n", "text/csv")}
    answer = portal.post(at, data={"csrf_token": token(portal, at)}, files=sent)
    assert answer.status_code in {404, 422}
    assert "46021" in answer.text


def test_every_file_offered_is_there(portal: TestClient) -> None:
    links = re.findall(r'href="(/v1/observatory/data/[^"]+)"', portal.get("/fr/observatory/downloads").text)
    assert len(set(links)) == 6 * 6 + 1
    assert all(portal.get(link).status_code == 200 for link in set(links))
