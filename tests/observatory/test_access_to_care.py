"""General practitioners per 100,000: thresholds strict as published, every fault of a table, sums that hold."""

from fractions import Fraction

import pytest

from medicomut.errors import Problems
from medicomut.geography import LANGUAGES, municipalities, municipality
from medicomut.observatory.access import LEVELS, Access, access, supply, supply_of_counts
from medicomut.observatory.shortage import PER, scheme, schemes, word

AVIQ = scheme("aviq")


def served(rows: list[dict[str, str]], code: str, level: str = "municipality", by: str = "aviq") -> Access:
    found = access(supply(rows, "doctors.csv"), scheme(by), level)  # type: ignore[arg-type]
    return next(each for each in found if each.code == code)


def doctors(code: str, number: int) -> list[dict[str, str]]:
    return [{"municipality": code, "profession": "gp"}] * number


@pytest.mark.parametrize(
    ("density", "judged"),
    [(Fraction(50), "shortage"), (50 - Fraction(1, 10**9), "severe"), (Fraction(90), "normal"),
     (90 - Fraction(1, 10**9), "shortage"), (Fraction(0), "severe")],
)  # fmt: skip
def test_severe_is_strictly_fewer_than_fifty_and_enough_begins_at_ninety(density: Fraction, judged: str) -> None:
    assert AVIQ.judge(density) == judged


@pytest.mark.parametrize(
    ("density", "people_per_km2", "judged"),
    [(49, None, "shortage"), (50, 125, "normal"), (50, 124, "shortage"), (89, None, "undecided"), (90, 75, "normal"),
     (119, 74, "shortage"), (120, None, "normal"), (119, None, "undecided")],
)  # fmt: skip
def test_the_former_impulseo_areas_need_the_crowding_of_a_place(
    density: int, people_per_km2: int | None, judged: str
) -> None:
    crowded = None if people_per_km2 is None else Fraction(people_per_km2)
    assert scheme("impulseo").judge(Fraction(density), crowded) == judged


def test_aartselaar_needs_eight_not_to_be_in_severe_shortage() -> None:
    """14,427 inhabitants: 7 are 48.5 per 100,000, 8 are 55.5."""
    assert AVIQ.enough(municipality("11001").inhabitants, "severe") == 8
    assert served(doctors("11001", 7), "11001").judged == "severe"
    found = served(doctors("11001", 8), "11001")
    assert found.judged == "shortage"
    assert found.to_dict()["per_100000"] == "55.5"


def test_every_level_counts_everybody_once() -> None:
    rows = [*doctors("21004", 120), *doctors("62063", 200), *doctors("63023", 10)]
    for level in LEVELS:
        found = access(supply(rows, "f"), AVIQ, level)
        assert sum(each.number for each in found) == 330
        assert sum(each.inhabitants for each in found) == 11_492_641
        assert sum(sum(each.municipalities.values()) for each in found) == 581
        assert sum(sum(each.people.values()) for each in found) == 11_492_641


def test_brussels_stands_beside_the_provinces() -> None:
    assert len(access(supply(doctors("21004", 1), "f"), AVIQ, "province")) == 11


def test_full_time_equivalents_are_counted_where_stated() -> None:
    rows = [{"municipality": "Eupen", "fte": "0.5", "practitioner": "1"},
            {"municipality": "kelmis", "fte": "0.25", "practitioner": "1"}]  # fmt: skip
    found = served(rows, "63023")
    assert (found.number, found.measure) == (Fraction(1, 2), "fte")
    assert served(rows, "63040").number == Fraction(1, 4)


def test_specialists_and_those_without_municipality_are_counted_apart() -> None:
    found = supply(
        [{"municipality": "11001", "profession": "specialist"}, {"municipality": "", "profession": "gp"}], "f"
    )
    assert (found.heads, found.others, found.nowhere) == ({}, 1, 1)


def test_every_fault_of_a_table_is_named_with_its_row() -> None:
    rows = [
        {"municipality": "Saint-Nicolas", "practitioner": "1"},
        {"municipality": "Liege", "practitioner": "1"},
        {"municipality": "99999", "practitioner": "2"},
        {"municipality": "11001", "profession": "nurse"},
    ]
    with pytest.raises(Problems) as refused:
        supply(rows, "doctors.csv")
    found = [(each.code, each.where.row if each.where else None) for each in refused.value.problems]
    assert found == [
        ("ambiguous_municipality", 1), ("repeated_practitioner", 2), ("unknown_municipality", 2),
        ("unknown_municipality", 3), ("bad_profession", 4),
    ]  # fmt: skip
    assert "46021 or 62093" in refused.value.problems[0].mend
    assert "62063" in refused.value.problems[2].mend


@pytest.mark.parametrize("fte", ["", "3", "-0.1", "0,5", "half"])
def test_a_part_of_full_time_that_cannot_be_read_is_refused(fte: str) -> None:
    with pytest.raises(Problems) as refused:
        supply([{"municipality": "11001", "fte": fte}], "f")
    assert [each.code for each in refused.value.problems] == ["bad_fte"]


def test_a_place_without_general_practitioner_is_in_severe_shortage() -> None:
    found = access(supply(doctors("11001", 50), "f"), AVIQ, "region")
    assert {each.name["en"]: each.municipalities["severe"] for each in found} == {
        "Flemish Region": 299, "Walloon Region": 262, "Brussels-Capital Region": 19,
    }  # fmt: skip


def test_schemes_and_classes_are_named_in_four_languages_with_their_source() -> None:
    for each in schemes().values():
        assert each.source
        assert set(each.title) == set(LANGUAGES)
        for lang in LANGUAGES:
            assert all(word(one.key, lang) for one in each.classes)
    with pytest.raises(Problems, match="unknown_scheme"):
        scheme("who")


def test_a_density_is_exact() -> None:
    place = municipalities()["11001"]
    assert served(doctors("11001", 7), "11001").density == Fraction(7 * PER, place.inhabitants)


def test_counts_of_a_register_place_whom_they_can() -> None:
    found = supply_of_counts([("gp", "62063", 90), ("gp", "62063", 9), ("gp", None, 3), ("gp", "99999", 1),
                              ("specialist", "62063", 7), (None, "62063", 2)])  # fmt: skip
    assert (found.heads, found.nowhere, found.others) == ({"62063": 99}, 4, 9)
