"""Rates by place and specialty, changes in points and persons, small counts masked; the demonstration in detail."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from medicomut.accession import demonstration
from medicomut.accession.specialties import specialties, specialty_name, specialty_of
from medicomut.accession.statistics import FIGURES, Row, changes, label, statistics
from medicomut.accession.statistics_table import records
from medicomut.accession.status import State
from medicomut.geography import arrondissements, municipalities
from medicomut.identifiers import check_inami, is_synthetic_inami

Register = Callable[..., Result]
NOW = ("--trial-now", "2020-02-10T10:00:00+01:00")
LANGUAGES = ("fr", "nl", "de", "en")
COUNTS = st.integers(0, 12)


def row(full: int, partial: int, refused: int, key: tuple[str | None, ...] = ()) -> Row:
    return Row(key, full, partial, refused)


def test_every_total_is_the_sum_of_its_parts() -> None:
    cells = Counter({(("A", "gp"), State.full): 5, (("A", None), State.refused): 2, (("B", "gp"), State.partial): 1})
    rows = {found.key: found for found in statistics(cells, 2)}
    assert rows[None, None] == row(5, 1, 2, (None, None))
    assert rows["A", None] == row(5, 0, 2, ("A", None))
    assert rows["A", "not_stated"].refused == 2
    assert rows[None, "gp"].adhered == 6


def test_a_change_is_told_in_persons_and_in_exact_points() -> None:
    before, after = [row(60, 5, 35, ("A",)), row(1, 0, 0, ("B",))], [row(62, 8, 30, ("A",))]
    found = changes(before, after)
    assert (found["A",].persons, found["A",].points) == (5, Fraction(5))
    assert (found["B",].persons, found["B",].after.active) == (-1, 0)


def test_points_are_no_percent() -> None:
    """From one in three to one in two: 16.67 points, while the persons are one more."""
    change = changes([row(1, 0, 2)], [row(2, 0, 2)])[()]
    assert (change.persons, change.points, change.to_dict()["points"]) == (1, Fraction(50, 3), 16.6667)


@given(full=COUNTS, partial=COUNTS, refused=COUNTS, least=st.integers(0, 11))
def test_no_masked_count_stands_in_the_row_or_follows_from_it(
    full: int, partial: int, refused: int, least: int
) -> None:
    one = row(full, partial, refused)
    shown = one.figures(least)
    for name in FIGURES:
        if 0 < getattr(one, name) < least:
            assert shown[name] is None
    for whole, parts in (("active", ("adhered", "refused")), ("adhered", ("full", "partial"))):
        hidden = [name for name in (whole, *parts) if shown[name] is None]
        assert len(hidden) != 1
    if shown["adhered"] is None:
        assert one.to_dict([], least)["rate"] is None
        assert records([one], [], "en", least)[0]["masked"] is True
    if least < 2:
        assert None not in shown.values()


def test_a_masked_change_is_not_told() -> None:
    change = changes([row(9, 0, 1)], [row(9, 0, 6)])[()]
    assert (change.to_dict(5)["persons"], change.to_dict(5)["points"]) == (None, None)
    assert change.to_dict()["persons"] == 0


def test_the_specialty_follows_from_the_competence() -> None:
    assert [specialty_of(code) for code in ("000", "003", "045", "370", "581")] == [
        None, "general_practice", "in_training", "ophthalmology", "581",
    ]  # fmt: skip
    for specialty in specialties().values():
        assert len({specialty_name(specialty.key, lang) for lang in LANGUAGES}) > 1
        assert all(specialty.names[lang] for lang in LANGUAGES)
    assert sum(one.demo_share for one in specialties().values()) == 866
    assert label("specialty", "581", "fr") == "581"
    assert label("arrondissement", "44000", "nl") == "Gent"
    assert label("profession", None, "de") == "alle"


def test_the_demonstration_is_plausible_below_its_matrix() -> None:
    """Everybody has a place of the region and a specialty; nobody stands twice; nobody is real."""
    people = demonstration.people()
    assert len({person.number for person in people}) == len(people) == 60_588
    assert all(check_inami(person.number).valid and is_synthetic_inami(person.number) for person in people)
    of = municipalities()
    found = Counter(
        (of[person.municipality].arrondissement.region.key, person.profession, person.refuses) for person in people
    )
    for count in demonstration.counts():
        assert found[count.region, count.profession, True] == count.refused
        assert found[count.region, count.profession, False] == count.total - count.refused
    assert {of[person.municipality].arrondissement.code for person in people} == set(arrondissements())
    by_specialty = Counter((specialty_of(person.number[-3:]), person.refuses) for person in people)
    dermatology, geriatrics = (
        by_specialty[key, True] / (by_specialty[key, True] + by_specialty[key, False])
        for key in ("dermatology", "geriatrics")
    )
    assert dermatology > 0.5
    assert geriatrics < 0.05


@given(total=st.integers(0, 5_000), weights=st.lists(st.integers(0, 900), min_size=1, max_size=40).filter(any))
def test_parts_are_whole_and_within_one_of_their_share(total: int, weights: list[int]) -> None:
    parts = demonstration.apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(total * weight, sum(weights)) - part) < 1


FILE = """number,kind,agreement,municipality,from
19000122003,registered,,Ixelles,2019-07-01
19000221003,registered,,Gent,2019-07-01
19000320370,registered,,Gent,2019-07-01
19000419370,registered,,44021,2019-07-01
19000419370,refused,be/amm/2020,,
"""


@pytest.fixture
def folder(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "doctors.csv").write_text(FILE, encoding="utf-8")
    assert register("import", "doctors.csv", *NOW).exit_code == 0
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_rates_by_arrondissement_and_specialty_with_names(register: Register) -> None:
    asked = ("stats", "--by", "arrondissement,specialty", "--on", "2020-03-02")
    rows = json.loads(register(*asked, "--lang", "fr", "--format", "json").stdout)["rows"]
    ghent = next(r for r in rows if (r["arrondissement"], r["specialty"]) == ("44000", "ophthalmology"))
    assert (ghent["arrondissement_name"], ghent["specialty_name"]) == ("Gand", "Ophtalmologie")
    assert (ghent["active"], ghent["refused"], ghent["rate"], ghent["masked"]) == (2, 1, 0.5, False)
    masked = json.loads(register(*asked, "--mask", "2", "--format", "json").stdout)["rows"]
    ghent = next(r for r in masked if (r["arrondissement"], r["specialty"]) == ("44000", "ophthalmology"))
    assert (ghent["active"], ghent["refused"], ghent["rate"], ghent["masked"]) == (2, None, None, True)
    shown = register("stats", "--by", "province", "--on", "2020-03-02", "--mask", "2", "--lang", "nl").stdout
    assert "Oost-Vlaanderen" in shown
    assert "<\u202f2" in shown


@pytest.mark.usefixtures("folder")
def test_changes_between_two_days(register: Register) -> None:
    asked = ("stats", "--by", "region", "--on", "2020-03-02", "--since", "2020-01-15")
    rows = json.loads(register(*asked, "--format", "json").stdout)["rows"]
    flanders = next(r for r in rows if r["region"] == "Flanders")
    assert (flanders["adhered_before"], flanders["adhered"], flanders["persons"]) == (3, 2, -1)
    assert flanders["points"] == -33.3333
    shown = register(*asked, "--lang", "fr").stdout
    assert "Depuis le 15 janvier 2020" in shown
    assert "-33,33" in shown.replace("\u2212", "-")
    refused = register("stats", "--on", "2020-03-02", "--since", "2020-03-02")
    assert (refused.exit_code, "bad_since" in refused.stderr) == (2, True)


def test_files_of_every_format_hold_the_same_rows(register: Register, folder: Path) -> None:
    asked = ("stats", "--by", "province", "--years", "2020-2021", "--out")
    for name in ("rates.csv", "rates.xlsx", "rates.parquet", "rates.jsonl"):
        assert register(*asked, name).exit_code == 0
    parquet = pl.read_parquet(folder / "rates.parquet")
    assert parquet["year"].to_list() == [2020] * 3  # 2021 has no known agreement
    assert parquet.filter(pl.col("province").is_null())["active"].sum() == 4
    for other in (
        pl.read_csv(folder / "rates.csv", schema=parquet.schema),
        pl.read_excel(folder / "rates.xlsx", schema_overrides=parquet.schema),
        pl.read_ndjson(folder / "rates.jsonl", schema=parquet.schema),
    ):
        assert other.select("year", "province", "active", "refused", "rate").equals(
            parquet.select("year", "province", "active", "refused", "rate")
        )


@pytest.mark.usefixtures("folder")
def test_years_that_cannot_be_read_are_refused(register: Register) -> None:
    for years in ("2020", "2021-2020", "x-y", "1-2"):
        assert "bad_years" in register("stats", "--years", years).stderr
    assert "bad_years" in register("stats", "--years", "2020-2021", "--on", "2020-03-02").stderr
    assert "unknown_format" in register("stats", "--out", "rates.pdf").stderr
