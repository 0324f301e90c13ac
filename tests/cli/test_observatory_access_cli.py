"""The commands of access, supplements, export and catalogue, as a newsroom types them."""

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from medicomut.cli.main import app

ENGLISH = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8", "COLUMNS": "120"}


def run(*words: str, status: int = 0) -> str:
    result = CliRunner().invoke(app, ["observatory", *words], env=ENGLISH)
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture
def doctors(tmp_path: Path) -> str:
    path = tmp_path / "doctors.csv"
    path.write_text("municipality,profession\n" + "Aartselaar,gp\n" * 8 + "62063,gp\n,gp\nGent,specialist\n", "utf-8")
    return str(path)


def test_a_list_is_counted_against_the_thresholds(doctors: str) -> None:
    found = json.loads(run("access", doctors, "--format", "json"))
    assert (found["without_municipality"], found["not_general_practitioners"]) == (1, 1)
    assert {each["code"]: each["class"] for each in found["places"]}["11001"] == "shortage"
    severe = json.loads(run("access", doctors, "--class", "severe", "--format", "json"))["places"]
    assert len(severe) == 580
    assert "55,5" in run("access", doctors, "--class", "shortage", "--lang", "nl")


def test_areas_decide_where_the_former_grant_asked_how_crowded_a_place_is(doctors: str, tmp_path: Path) -> None:
    areas = tmp_path / "areas.csv"
    areas.write_text("code,km2\n11001,200\n", "utf-8")
    asked = ("access", doctors, "--thresholds", "impulseo", "--format", "json")
    without = {each["code"]: each["class"] for each in json.loads(run(*asked))["places"]}
    given = {each["code"]: each["class"] for each in json.loads(run(*asked, "--areas", str(areas)))["places"]}
    assert (without["11001"], given["11001"]) == ("undecided", "shortage")


@pytest.mark.parametrize(
    ("words", "code"),
    [(["access"], "one_source"), (["access", "none.csv"], "no_file"), (["export", "dentists"], "unknown_dataset"),
     (["export", "series", "--as", "ods"], "unknown_format")],
)  # fmt: skip
def test_what_cannot_be_done_is_a_named_reason(words: list[str], code: str, tmp_path: Path) -> None:
    extra = ["--out", str(tmp_path)] if words[0] == "export" else []
    assert code in run(*words, *extra, status=2)
    assert list(tmp_path.iterdir()) == []


def test_a_class_that_there_is_not_is_named(doctors: str) -> None:
    assert "unknown_class" in run("access", doctors, "--class", "grave", status=2)


def test_supplements_of_a_checked_file(tmp_path: Path) -> None:
    path = tmp_path / "checked.parquet"
    pl.DataFrame(
        {"patient_share_cents": [600, 400], "supplement_cents": [0, 1000], "tariff_binds": [True, False],
         "verdict": ["ok", "ok"], "basis": ["full_gp", "refused"]}
    ).write_parquet(path)  # fmt: skip
    found = json.loads(run("supplements", str(path), "--by", "basis", "--format", "json"))
    assert found["all"]["supplements_percent_of_bill"] == "50.00"
    assert [each["group"] for each in found["groups"]] == ["refused", "full_gp"]
    assert "50,00" in run("supplements", str(path), "--by", "basis", "--lang", "fr")


def test_everything_is_exported_with_its_side_files_and_the_catalogue(tmp_path: Path) -> None:
    run("export", "--out", str(tmp_path / "figures"))
    files = {path.name for path in (tmp_path / "figures").iterdir()}
    assert len(files) == 6 * 6 + 1
    assert {"catalogue.jsonld", "series.csv", "series.csv-metadata.json", "printed.excel.csv"} <= files


def test_the_catalogue_names_its_publisher_and_its_place() -> None:
    found = json.loads(run("catalogue", "--publisher", "Our newsroom", "--base", "https://data.example.org/"))
    assert found["dct:publisher"]["foaf:name"] == "Our newsroom"
    assert found["@id"] == "https://data.example.org/catalogue.jsonld"


def test_the_register_is_counted_by_the_municipality_of_each(tmp_path: Path) -> None:
    """Two made-up general practitioners of Eupen, of whom one has ended, and a specialist."""
    url = f"sqlite:///{tmp_path / 'register.db'}"
    for number, profession in (("19000122003", "gp"), ("19000221003", "gp"), ("19000320690", "specialist")):
        declared = ["register", "declare", number, "registered", "--profession", profession, "--municipality", "Eupen",
                    "--from", "2020-01-01", "--actor", "test", "--url", url]  # fmt: skip
        result = CliRunner().invoke(app, declared, env=ENGLISH)
        assert result.exit_code == 0, result.output
    ended = ["register", "declare", "19000221003", "ended", "--from", "2020-03-01", "--actor", "test", "--url", url]
    assert CliRunner().invoke(app, ended, env=ENGLISH).exit_code == 0
    counts = {}
    for day in ("2020-02-10", "2020-06-01"):
        found = json.loads(run("access", "--register", url, "--on", day, "--format", "json"))
        counts[day] = {each["code"]: each["general_practitioners"] for each in found["places"]}["63023"]
        assert found["not_general_practitioners"] == 1
    assert counts == {"2020-02-10": "2", "2020-06-01": "1"}
