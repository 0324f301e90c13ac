"""The observatory over HTTP: what is public, what a stranger may have judged, and what is refused by name."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import polars as pl
import pytest
from starlette.testclient import TestClient

from medicomut.api.app import create_app
from medicomut.api.observing import LARGEST_LIST, LARGEST_TABLE
from medicomut.api.settings import Settings
from medicomut.observatory.datasets import datasets

AT = "/v1/observatory"
CSV = {"Content-Type": "text/csv"}
OWN = """# year: 2023
# profession: gp
region;active;adhered;rate
Belgium;23.633;21.909;92,71 %
Brussels;3.583;3.177;88,59 %
Flanders;12.284;11.608;94,50 %
Wallonia;7.763;7.124;91,77 %
"""


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings(public_url="https://figures.example.org"))) as made:
        yield made


def test_the_index_names_tables_years_and_data_sets(client: TestClient) -> None:
    found = client.get(AT).json()
    assert "conventioning-2024" in {table["name"] for table in found["tables"]}
    assert found["years"][0] == 2024
    for each in (*found["tables"], *found["datasets"]):
        assert client.get(each["href"]).status_code == 200
    assert client.get(found["catalogue"]).status_code == 200


def test_the_series_is_narrowed_and_comes_as_csv_too(client: TestClient) -> None:
    asked = f"{AT}/series?year=2024&region=Belgium&profession=specialist"
    [point] = client.get(asked).json()["items"]
    assert (point["rate_percent"], point["adhered"], point["status"]) == ("82.05", 29_965, "derived")
    rows = list(csv.DictReader(io.StringIO(client.get(asked, headers={"Accept": "text/csv"}).text)))
    assert rows[0]["rate_percent"] == "82.05"


def test_the_series_comes_in_pages(client: TestClient) -> None:
    first = client.get(f"{AT}/series?limit=50").json()
    second = client.get(f"{AT}/series?limit=50&cursor={first['next']}").json()
    assert first["total"] == len(first["items"]) + len(second["items"])
    assert second["next"] is None


def test_changes_refusals_and_activity(client: TestClient) -> None:
    changed = client.get(f"{AT}/changes?earlier=2023&later=2024").json()["items"]
    gp = next(each for each in changed if (each["region"], each["profession"]) == ("Belgium", "gp"))
    assert (gp["points"], gp["points_from_persons"], gp["adhered"], gp["refused"]) == ("-0.12", "-0.11", 375, 59)
    refused = client.get(f"{AT}/refusals/2024").json()["items"]
    assert sum(each["refused"] for each in refused) == 8_339
    assert client.get(f"{AT}/refusals/2015").json()["items"] == []
    assert client.get(f"{AT}/activity").json()["items"][1]["activity_percent"] == "44"


def test_a_shipped_table_is_shown_as_printed_with_its_contradictions(client: TestClient) -> None:
    figures = client.get(f"{AT}/tables/conventioning-2024").json()["figures"]
    assert "86,24 %" in {each["printed"] for each in figures}
    found = client.get(f"{AT}/tables/conventioning-2024/verification?lang=fr").json()["findings"]
    repairs = {each["cell"]: each["repair"] for each in found}
    assert "82.05" in repairs.values()
    assert "3586" in repairs.values()
    counts = client.get(f"{AT}/tables/conventioning-2024/reconstruction").json()
    assert counts["unique"] is True
    assert {"region": "Belgium", "profession": "specialist", "active": 36_521, "adhered": 29_965} in [
        {name: each[name] for name in ("region", "profession", "active", "adhered")} for each in counts["counts"]
    ]


def test_a_clean_table_lists_nothing(client: TestClient) -> None:
    assert client.get(f"{AT}/tables/conventioning-2018/verification").json()["findings"] == []


def test_a_table_of_one_s_own_is_judged_beside_the_server_and_not_kept(client: TestClient) -> None:
    """3.177 of 3.583 are 88,67 %, not 88,59 %: the rate or the number of active is misprinted."""
    answer = client.post(f"{AT}/verification?lang=nl", content=OWN, headers=CSV)
    assert answer.headers["cache-control"] == "no-store"
    [finding] = answer.json()["findings"]
    assert (finding["computed"], finding["unique"], finding["said"]) == ("88.67", False, "88,67\u00a0%")
    assert finding["alternatives"] == ["1/Brussels/active"]
    clean = OWN.replace("3.583", "3.586")
    assert client.post(f"{AT}/verification", content=clean, headers=CSV).json()["findings"] == []
    counts = client.post(f"{AT}/reconstruction", content=clean, headers=CSV).json()
    assert counts["unique"] is True


def test_faults_of_a_table_are_all_named(client: TestClient) -> None:
    answer = client.post(f"{AT}/verification", content="region;nonsense\nBelgium;1\n", headers=CSV)
    assert answer.status_code == 422
    assert answer.json()["code"] == "unknown_heading"


@pytest.mark.parametrize(
    ("path", "body", "kind", "status", "code"),
    [
        ("/verification", "x" * (LARGEST_TABLE + 1), "text/csv", 413, "table_too_large"),
        ("/verification", "{}", "application/json", 415, "unknown_media_type"),
        ("/access", "municipality\n" + "x" * LARGEST_LIST, "text/csv", 413, None),
        ("/verification", 'region;active\nBelgium;"' + "1" * 150_000, "text/csv", 422, "bad_quotes"),
        ("/access", "town\nEupen\n", "text/csv", 422, "missing_column"),
        ("/access?thresholds=who", "municipality\nEupen\n", "text/csv", 422, "unknown_scheme"),
        ("/access", "municipality\nAtlantis\n", "text/csv", 422, "unknown_municipality"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_refused_by_name(
    client: TestClient, path: str, body: str, kind: str, status: int, code: str | None
) -> None:
    answer = client.post(f"{AT}{path}", content=body, headers={"Content-Type": kind})
    assert answer.status_code in {status, 404 if code == "unknown_municipality" else status}
    assert code is None or answer.json()["code"] == code


def test_a_list_of_practitioners_gives_densities_and_classes(client: TestClient) -> None:
    body = "\ufeffMunicipality;Profession\r\n" + "Aartselaar;gp\r\n" * 8 + "Gent;specialist\r\n;gp\r\n"
    found = client.post(f"{AT}/access?by=municipality&lang=nl", content=body.encode(), headers=CSV).json()
    assert (found["without_municipality"], found["not_general_practitioners"], found["measure"]) == (1, 1, "heads")
    aartselaar = next(each for each in found["places"] if each["code"] == "11001")
    assert (aartselaar["per_100000"], aartselaar["class"]) == ("55.5", "shortage")
    assert len(found["places"]) == 581


def test_a_municipality_is_found_and_says_what_it_needs(client: TestClient) -> None:
    [liege] = client.get(f"{AT}/municipalities?q=luik").json()["items"]
    needed = client.get(f"{AT}/municipalities/{liege['code']}").json()["needed"]
    assert {(each["thresholds"], each["not"], each["at_least"]) for each in needed} >= {
        ("aviq", "severe", 99), ("aviq", "shortage", 178),
    }  # fmt: skip
    assert client.get(f"{AT}/municipalities/99999").status_code == 404


def test_the_thresholds_say_what_they_count(client: TestClient) -> None:
    found = {each["name"]: each["counts"] for each in client.get(f"{AT}/thresholds").json()["items"]}
    assert found == {"aviq": "fte", "heads": "heads", "impulseo": "heads"}


@pytest.mark.parametrize("name", datasets())
def test_a_data_set_comes_in_every_format_with_its_side_file(client: TestClient, name: str) -> None:
    answer = client.get(f"{AT}/data/{name}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f'filename="{name}.csv"' in answer.headers["content-disposition"]
    assert f"{name}.csv-metadata.json" in answer.headers["link"]
    assert client.get(f"{AT}/data/{name}.csv-metadata.json").json()["url"] == f"{name}.csv"
    rows = len(list(csv.reader(io.StringIO(answer.text)))) - 1
    assert len(pl.read_parquet(io.BytesIO(client.get(f"{AT}/data/{name}.parquet").content))) == rows
    assert len(pl.read_excel(io.BytesIO(client.get(f"{AT}/data/{name}.xlsx").content), sheet_name="data")) == rows
    again = client.get(
        f"{AT}/data/{name}.xlsx", headers={"If-None-Match": client.get(f"{AT}/data/{name}.xlsx").headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(("file", "code"), [("dentists.csv", "unknown_dataset"), ("series.ods", "unknown_format")])
def test_a_file_that_there_is_not_is_refused(client: TestClient, file: str, code: str) -> None:
    answer = client.get(f"{AT}/data/{file}")
    assert answer.status_code in {404, 422}
    assert answer.json()["code"] == code


def test_the_catalogue_names_this_server_by_its_public_address(client: TestClient) -> None:
    answer = client.get(f"{AT}/data/catalogue.jsonld", headers={"Host": "evil.example"})
    assert answer.headers["content-type"] == "application/ld+json"
    text = json.dumps(answer.json())
    assert "https://figures.example.org/v1/observatory/data/series.csv" in text
    assert "evil.example" not in text
