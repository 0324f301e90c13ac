"""A file checked without JavaScript: sent, named, followed, read, downloaded, deleted; and files that cannot be."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from addresses import LANGUAGES
from files import COLUMNS, DOCTORS, LINES
from httpx2 import Response
from looking import Page
from serving import made
from starlette.testclient import TestClient

from medicomut.api.settings import Settings

PATIENCE = 60
HERE = {"base_url": "http://127.0.0.1", "client": ("127.0.0.1", 50_000), "follow_redirects": False}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def desk(data: Path) -> Iterator[TestClient]:
    with TestClient(made(Settings(data=data, open=True, unpacked_bytes=10_000_000, job_lines=1_000)), **HERE) as client:  # type: ignore[arg-type]
        yield client


def said(answer: Response) -> str:
    return re.sub(r"\s+", " ", " ".join(Page(answer.text).words))


def sent(
    desk: TestClient, content: str | bytes, name: str = "lines.csv", lang: str = "fr", doctors: str = ""
) -> Response:
    """Send a file as the form does: a file nobody chose comes as an empty one."""
    people = ("doctors.csv", doctors.encode()) if doctors else ("", b"")
    body = content.encode() if isinstance(content, str) else content
    answer = desk.post(f"/{lang}/check", files={"lines": (name, body), "practitioners": people})
    return desk.get(answer.headers["location"]) if answer.status_code == 303 else answer


def proposed(draft: Response) -> dict[str, str]:
    """Return what the form of columns sends as it stands: what each is read as, and how it is written."""
    chosen = r'name="((?:as|how)-\d+)"(?:(?!</select>).)*?value="([a-z_]+)" selected'
    return dict(re.findall(chosen, draft.text, re.DOTALL))


def address(page: Response) -> str:
    return str(page.request.url.path)


def ended(desk: TestClient, job: str) -> Response:
    until = time.monotonic() + PATIENCE
    while True:
        page = desk.get(job)
        if 'id="found"' in page.text or 'role="alert"' in page.text:
            return page
        assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.text
        assert time.monotonic() < until
        time.sleep(0.05)


def checked(desk: TestClient, lang: str = "fr") -> tuple[str, Response]:
    job = address(sent(desk, LINES, lang=lang, doctors=DOCTORS))
    assert desk.post(job, data=COLUMNS).headers["location"] == job
    return job, ended(desk, job)


def test_a_file_from_its_sending_to_its_deletion(desk: TestClient, data: Path) -> None:
    """Own headings named, lines read by filter, one explained, four downloads, and nothing left."""
    draft = sent(desk, LINES, doctors=DOCTORS)
    page = said(draft)
    assert "3 rangées de prestataires" in page
    chosen = proposed(draft)
    assert [chosen.get(f"as-{at}") for at in (1, 2, 9, 10)] == ["code", "date", "charged_cents", None]
    assert "&lt;b&gt;gras&lt;/b&gt;" in draft.text
    assert "<b>gras" not in draft.text
    job = address(draft)
    assert desk.post(job, data=COLUMNS).status_code == 303
    found = ended(desk, job)
    assert "4 lignes contrôlées" in said(found)
    assert "7,78 €" in said(found)

    over = desk.get(f"{job}?verdict=excess")
    line = re.findall(rf'href="({job}/lines/\d+)\?verdict=excess"', over.text)
    assert len(line) == 1
    why = said(desk.get(line[0]))
    assert "30,00 €" in why
    assert "Demandé en trop" in why
    assert "14.2.1" in why
    assert f"{job}?#lines" in desk.get(line[0]).text
    facts = said(desk.get(f"{job}/lines/3"))
    assert "4 février 2020" in facts
    assert "Tiers payant Au choix du médecin" in facts
    assert "Demande expresse du patient non" in facts

    rows = list(csv.DictReader(io.StringIO(desk.get(f"{job}/result.csv").text)))
    assert [row["verdict"] for row in rows] == ["excess", "ok", "ok", "unpriced"]
    assert [row["Note"] for row in rows] == ["<b>gras</b>", "'=1+1", "", ""]
    assert {row["code"] for row in rows} == {"101032", "102012"}
    assert pl.read_parquet(io.BytesIO(desk.get(f"{job}/result.parquet").content))["Note"][1] == "=1+1"
    assert desk.get(f"{job}/result.jsonl").text.count("\n") == 4
    assert desk.get(f"{job}/result.xlsx").content.startswith(b"PK")
    summary = desk.get(f"{job}/summary.json").json()
    assert summary["columns"] == {"code": "Prestation", "date": "Date des soins", "charged_cents": "Montant"}
    assert summary["summary"]["amounts"]["excess_cents"] == 778

    folder = data / "jobs" / job.rpartition("/")[2]
    assert {"table.parquet", "people.parquet", "result.csv"} <= {path.name for path in folder.iterdir()}
    gone = desk.post(f"{job}/delete")
    assert "supprimés" in said(desk.get(gone.headers["location"]))
    assert not folder.exists()
    assert desk.get(job).status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_example_can_be_tried_in_every_language(desk: TestClient, lang: str) -> None:
    """Its columns bear the reader's words, and the page finds each of them."""
    draft = desk.get(desk.post(f"/{lang}/check/example").headers["location"])
    chosen = proposed(draft)
    assert {"code", "date", "charged_cents", "practitioner"} <= set(chosen.values())
    assert "synthetic-example.csv" in draft.text
    job = address(draft)
    desk.post(job, data=chosen)
    assert "500" in said(ended(desk, job))
    desk.post(f"{job}/delete")


def test_columns_that_cannot_be_read_so_are_named(desk: TestClient) -> None:
    job = address(sent(desk, LINES, lang="nl"))
    answer = desk.post(job, data=COLUMNS | {"as-1": "", "as-9": "date"})
    assert answer.status_code == 422
    assert "Geen kolom wordt gelezen als “Nomenclatuurcode”" in said(answer)
    assert "Meer dan een kolom wordt gelezen als “Datum van de zorg”" in said(answer)
    assert 'value="date" selected' in answer.text
    answer = desk.post(job, data=COLUMNS | {"reading-late_boundary": "soon"})
    assert answer.status_code == 422
    desk.post(f"{job}/delete")


def test_a_reading_is_chosen_and_kept_with_the_result(desk: TestClient) -> None:
    job = address(sent(desk, LINES, doctors=DOCTORS))
    desk.post(job, data=COLUMNS | {"reading-late_boundary": "from"})
    ended(desk, job)
    assert desk.get(f"{job}/summary.json").json()["readings"] == {"late_boundary": "from"}
    assert desk.get(f"{job}/lines/1").status_code == 200
    assert desk.get(f"{job}/lines/4").status_code == 404
    desk.post(f"{job}/delete")


def workbook(content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "status", "says"),
    [
        ("lines.pdf", b"%PDF", 415, "Ce type de fichier n'est pas lu ici"),
        ("lines", b"code,date", 415, "Ce type de fichier n'est pas lu ici"),
        ("", b"", 400, "Aucun fichier de lignes n'a été choisi"),
        ("lines.csv", b"", 200, "Le fichier est vide"),
        ("lines.csv", b"code,date\n", 200, "aucune ligne sous l'en-tête"),
        ("lines.csv", b"code,date\n101032,2020-02-04,x,y\n", 200, "plus de cellules que l'en-tête"),
        ("lines.csv", b'code,date\n1,2\n"101032,2020-02-04\n3,4\n', 200, "guillemet n'est pas fermé"),
        ("lines.csv", "code,remède\n".encode("latin-1"), 200, "CSV UTF-8"),
        ("lines.csv", b"code,date,code\n1,2,3\n", 200, "plus d'une fois dans l'en-tête"),
        ("lines.xlsx", b"PK\x03\x04 nothing", 200, "n'est pas ce que dit son extension"),
        ("lines.parquet", b"PAR1", 200, "n'est pas ce que dit son extension"),
        ("lines.jsonl", b"[1]\n", 200, "pas un objet JSON"),
        ("lines.xlsx", workbook(b"0" * 50_000_000), 200, "Décompressé, le fichier dépasse"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_the_readers_words(
    desk: TestClient, data: Path, name: str, content: bytes, status: int, says: str
) -> None:
    """Refused at once, or kept as a stopped file that can be deleted; no place of the server is named."""
    answer = sent(desk, content, name)
    assert answer.status_code == status
    assert says in said(answer), said(answer)
    assert str(data) not in answer.text
    if status == 200:
        assert desk.post(f"{address(answer)}/delete").status_code == 303
    assert not [path for path in (data / "jobs").iterdir() if path.suffix == ".new"]


def test_what_only_the_check_finds_is_told_too(desk: TestClient) -> None:
    """A result sent again; more lines than are taken."""
    answer = sent(desk, "code,date,verdict\n101032,2020-02-04,ok\n")
    desk.post(address(answer), data={"as-0": "code", "as-1": "date"})
    page = ended(desk, address(answer))
    assert "Ceci ressemble à un résultat" in said(page) or "column verdict" in said(page)
    many = sent(desk, "code,date\n" + "101032,2020-02-04\n" * 1_500)
    desk.post(address(many), data={"as-0": "code", "as-1": "date"})
    assert "plus de lignes qu'on n'en contrôle" in said(ended(desk, address(many)))
    for job in (answer, many):
        desk.post(f"{address(job)}/delete")


def test_cells_of_a_file_are_text_on_every_page(desk: TestClient) -> None:
    """Headings, cells, names of files and practitioners: none becomes a tag."""
    evil = "<script>alert(1)</script>"
    content = f"code,date,practitioner,{evil}\n101032,2020-02-04,{evil},{evil}\n"
    draft = sent(desk, content, f"{evil}.csv")
    job = address(draft)
    desk.post(job, data={"as-0": "code", "as-1": "date", "as-2": "practitioner"})
    pages = [draft, ended(desk, job), desk.get(f"{job}/lines/0"), desk.get("/fr/check"),
             desk.get(job, params={"practitioner": evil, "reason": evil, "from": "-1"})]  # fmt: skip
    assert [page.text for page in pages if "<script>alert" in page.text] == []
    assert all(page.status_code == 200 for page in pages)
    desk.post(f"{job}/delete")


def test_a_file_is_given_up_and_stays_to_be_deleted(desk: TestClient) -> None:
    job = address(sent(desk, "code,date\n" + "101032,2020-02-04\n" * 900))
    desk.post(job, data={"as-0": "code", "as-1": "date"})
    assert desk.post(f"{job}/cancel").status_code == 303
    page = said(desk.get(job))
    assert "abandonné" in page or "900 lignes contrôlées" in page
    assert desk.post(f"{job}/cancel").status_code == 303, "asking again does no harm"
    assert desk.post(f"{job}/delete").status_code == 303


def test_a_job_of_the_api_can_be_looked_at(desk: TestClient) -> None:
    """It has the one format it asked for."""
    lines = LINES.replace("Prestation", "code").replace("Date des soins", "date").replace(";", ",")
    job = desk.post("/v1/jobs", content=lines.encode(), headers={"content-type": "text/csv"}).json()
    page = ended(desk, f"/en/check/{job['id']}")
    assert "4 lines checked" in said(page)
    assert f"/en/check/{job['id']}/result.csv" in page.text
    assert f"/en/check/{job['id']}/result.xlsx" not in page.text
    assert desk.get(f"/en/check/{job['id']}/result.xlsx").status_code == 404
    assert desk.get(f"/en/check/{job['id']}/lines/0").status_code == 200
    desk.delete(job["href"])


def test_columns_are_named_over_the_api_too(desk: TestClient) -> None:
    columns = ["code=Prestation", "date=Date des soins", "charged_cents=Montant"]
    job = desk.post("/v1/jobs", files={"lines": ("l.csv", LINES.encode())}, data={"column": columns}).json()
    assert job["columns"] == {"code": "Prestation", "date": "Date des soins", "charged_cents": "Montant"}
    assert "4 lines checked" in said(ended(desk, f"/en/check/{job['id']}"))
    desk.delete(job["href"])
    job = desk.post("/v1/jobs", files={"lines": ("l.csv", LINES.encode())}, data={"column": "code=Code"}).json()
    failed = ended(desk, f"/en/check/{job['id']}")
    assert "has no column" in said(failed)
    desk.delete(job["href"])


def test_how_cells_are_written_is_told_over_the_api_too(desk: TestClient) -> None:
    data = {"column": ["code=Nomenclatuurcode", "charged_cents=Bedrag", "practitioner=RIZIV-nummer"],
            "written": ["date=day_first", "charged_cents=euro_comma"]}  # fmt: skip
    lines = OWN_WAY.replace("Datum", "date")
    sends = {"lines": ("l.csv", lines.encode()), "practitioners": ("d.csv", DOCTORS.encode())}
    job = desk.post("/v1/jobs", files=sends, data=data).json()
    assert job["written"] == {"date": "day_first", "charged_cents": "euro_comma"}
    assert "€7.78 charged in excess" in said(ended(desk, f"/en/check/{job['id']}"))
    desk.delete(job["href"])
    refused = desk.post("/v1/jobs", files=sends, data={"written": ["code=iso", "date=euro"]})
    assert refused.status_code == 422
    assert [one["code"] for one in refused.json()["problems"]] == ["bad_notation", "bad_notation"]


def test_no_other_site_sends_a_file_by_the_browser_of_this_machine(desk: TestClient) -> None:
    answer = desk.post("/fr/check/example", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert desk.post("/fr/check/example", headers={"host": "evil.example"}).status_code == 403


def test_a_server_that_takes_no_files_says_how_it_would(portal: TestClient) -> None:
    assert "medicomut serve --data" in said(portal.get("/en/check"))
    assert portal.post("/en/check/example").status_code == 401


def test_no_more_files_than_are_kept(tmp_path: Path) -> None:
    with TestClient(made(Settings(data=tmp_path, open=True, jobs_kept=1)), **HERE) as desk:  # type: ignore[arg-type]
        assert desk.post("/fr/check/example").status_code == 303
        answer = desk.post("/fr/check/example")
        assert answer.status_code == 429
        assert "On ne garde pas plus de fichiers ici" in said(answer)


def test_an_eattest_is_checked_like_a_file(desk: TestClient) -> None:
    """Its lines come with our names; the same file over the API gives CSV."""
    bundle = next((Path(__file__).parents[1] / "fhir" / "bundles").glob("*eattest*.json")).read_bytes()
    draft = sent(desk, bundle, "eattest.json")
    chosen = proposed(draft)
    assert {"code", "date"} <= set(chosen.values())
    job = address(draft)
    desk.post(job, data=chosen)
    assert 'id="found"' in ended(desk, job).text
    desk.post(f"{job}/delete")
    over = desk.post("/v1/jobs", content=bundle, headers={"content-type": "application/fhir+json"}).json()
    assert 'id="found"' in ended(desk, f"/fr/check/{over['id']}").text
    assert desk.get(f"{over['href']}/result").headers["content-type"].startswith("text/csv")
    desk.delete(over["href"])


OWN_WAY = """Nomenclatuurcode;Datum;RIZIV-nummer;Bedrag;Uur
101032;04/02/2020;19000122003;€ 30,00;10:00
101032;05/02/2020;19000122003;22,22;21u
"""
"""Days that can be meant in two ways, amounts in euro, an hour that cannot be read; about nobody."""


def test_days_and_amounts_are_read_as_their_sender_says(desk: TestClient) -> None:
    """A day of two readings is asked about, euro are shown as they will be read, and what was sent is given back."""
    draft = sent(desk, OWN_WAY, lang="nl", doctors=DOCTORS)
    asked = proposed(draft)
    assert asked["how-3"] == "euro_comma"
    assert "how-1" not in asked
    assert "dag/maand/jaar → 4 februari 2020" in said(draft)
    assert "maand/dag/jaar → 2 april 2020" in said(draft)
    assert "op meerdere manieren te lezen" in said(draft)
    assert "“21u” is onleesbaar" in said(draft)
    job = address(draft)
    again = desk.post(job, data=asked)
    assert again.status_code == 422
    assert "Zeg hoe “Datum” geschreven is" in said(again)
    assert proposed(again)["how-3"] == "euro_comma"
    assert desk.post(job, data=asked | {"how-1": "day_last"}).status_code == 422
    desk.post(job, data=asked | {"how-1": "day_first"})
    found = ended(desk, job)
    assert "€ 7,78" in said(found)
    rows = list(csv.DictReader(io.StringIO(desk.get(f"{job}/result.csv").text)))
    assert [(row["Datum"], row["date"], row["Bedrag"], row["charged_cents"]) for row in rows] == [
        ("04/02/2020", "2020-02-04", "€ 30,00", "3000"),
        ("05/02/2020", "2020-02-05", "22,22", "2222"),
    ]
    assert "time_unreadable" in rows[1]["reasons"].split(";")
    assert desk.get(f"{job}/summary.json").json()["written"] == {"date": "day_first", "charged_cents": "euro_comma"}
    desk.post(f"{job}/delete")


def test_no_unit_of_an_amount_goes_unseen(desk: TestClient) -> None:
    """A column named an amount by hand: whole numbers may be cents or euro, and the page shows both before it reads."""
    draft = sent(desk, "code,date,x\n101032,2020-02-04,40\n")
    job = address(draft)
    again = desk.post(job, data={"as-0": "code", "as-1": "date", "as-2": "charged_cents"})
    assert again.status_code == 422
    assert "cents entiers → 0,40 €" in said(again)
    assert "euros, virgule décimale → 40,00 €" in said(again)
    desk.post(job, data={"as-0": "code", "as-1": "date", "as-2": "charged_cents", "how-2": "euro_point"})
    assert "40,00 €" in said(ended(desk, job))
    desk.post(f"{job}/delete")


@pytest.mark.parametrize(("lang", "says"), [("nl", "Een ja zegt niet welke"), ("de", "Ein Ja sagt nicht welche")])
def test_a_yes_is_no_third_party_payment(desk: TestClient, lang: str, says: str) -> None:
    """A yes does not say whether the third-party payment was compulsory or chosen: how to write it stands beside it."""
    draft = sent(desk, "code,date,third_party\n101032,2020-02-04,nee\n101032,2020-02-04,ja\n", lang=lang)
    assert says in said(draft)
    assert "mandatory" in said(draft)
    job = address(draft)
    desk.post(job, data=proposed(draft))
    ended(desk, job)
    assert says in said(desk.get(f"{job}/lines/1"))
    desk.post(f"{job}/delete")
