"""The country as the statistics office counts it: every total holds, every place has one name a language."""

import pytest

from medicomut.errors import Problems
from medicomut.geography import (
    LANGUAGES,
    arrondissements,
    find,
    municipalities,
    municipality,
    provinces,
    regions,
    sources,
)


def test_the_country_adds_up() -> None:
    """581 municipalities, 43 arrondissements, 10 provinces, 11,492,641 inhabitants on 1 January 2020."""
    assert len(municipalities()) == 581
    assert sum(place.inhabitants for place in municipalities().values()) == 11_492_641
    assert {place.arrondissement.code for place in municipalities().values()} == set(arrondissements())
    assert (len(arrondissements()), len(provinces()), len(regions())) == (43, 10, 3)


@pytest.mark.parametrize(("region", "inhabitants"), [("Flanders", 6_629_143), ("Wallonia", 3_645_243),
                                                     ("Brussels", 1_218_255)])  # fmt: skip
def test_the_regions_have_the_inhabitants_that_were_published(region: str, inhabitants: int) -> None:
    """Statbel's figures for the regions on 1 January 2020."""
    places = [place for place in municipalities().values() if place.arrondissement.region.key == region]
    assert sum(place.inhabitants for place in places) == inhabitants


def test_every_province_belongs_to_the_region_of_its_arrondissements() -> None:
    for each in arrondissements().values():
        assert each.province is None or each.province.region is each.region
    assert [each.code for each in arrondissements().values() if each.province is None] == ["21000"]


def test_no_two_tiles_stand_in_one_place_or_bear_one_name() -> None:
    all_of_them = arrondissements().values()
    assert len({(each.row, each.column) for each in all_of_them}) == 43
    for lang in LANGUAGES:
        assert len({each.initials(lang) for each in all_of_them}) == 43, lang
        assert len({each.name[lang] for each in all_of_them}) == 43, lang


def test_la_louviere_is_an_arrondissement_of_its_own_since_2019() -> None:
    assert municipality("58001").arrondissement.name["fr"] == "La Louvière"
    assert municipality("57095").arrondissement.name["nl"] == "Doornik-Moeskroen"


@pytest.mark.parametrize(
    ("text", "first"),
    [("liege", "62063"), ("Luik", "62063"), ("LÜTTICH", "62063"), ("braine l", "25014"), ("21004", "21004"),
     ("'s gravenbrakel", "55004"), ("Mons", "53053"), ("lambert", "21018")],
)  # fmt: skip
def test_a_municipality_is_found_by_any_of_its_names(text: str, first: str) -> None:
    assert first in [place.code for place in find(text)][:2]


def test_nothing_is_found_for_nothing_and_never_more_than_a_page() -> None:
    assert find("") == find("--") == []
    assert len(find("2")) == 50
    assert find("no such place") == []


def test_an_unknown_code_is_a_named_reason_with_its_neighbours() -> None:
    with pytest.raises(Problems) as refused:
        municipality("21003x")
    assert [problem.code for problem in refused.value.problems] == ["unknown_municipality"]
    assert "21001" in refused.value.problems[0].mend


def test_every_table_names_its_source_and_licence() -> None:
    assert set(sources()) == {"municipalities", "arrondissements", "provinces", "regions"}
    assert all(
        each.licence and each.publisher and each.status in {"published", "derived"} for each in sources().values()
    )
