"""The series from 2011 to 2024: every figure has a source, and the changes are those the counts give."""

from fractions import Fraction

import pytest

from medicomut.observatory.figures import STATUSES
from medicomut.observatory.published import published
from medicomut.observatory.series import (
    REGIONS,
    Point,
    activity,
    changes,
    in_year,
    plain,
    points,
    refusals,
    series,
    specialties,
    years,
)


def point(year: int, region: str = "Belgium", profession: str = "all") -> Point:
    return in_year(year)[region, profession]


def test_the_country_s_rate_from_2011_to_2024() -> None:
    """As the press and the sickness funds published it."""
    assert [(each.year, plain(each.rate, 2)) for each in series()] == [
        (2011, "83.23"), (2013, "83.10"), (2015, "83.83"), (2016, "84.00"), (2017, "85.55"), (2018, "84.29"),
        (2020, "86.32"), (2021, "86.46"), (2022, "87.52"), (2023, "86.45"), (2024, "86.24"),
    ]  # fmt: skip


def test_specialists_of_2024_are_those_the_other_figures_give_and_say_so() -> None:
    """Printed 86,24 % by error: 29,965 of 36,521 adhered."""
    found = point(2024, profession="specialist")
    assert (plain(found.rate, 2), found.status, found.adhered, found.active) == ("82.05", "derived", 29_965, 36_521)


def test_columns_printed_under_the_wrong_heading_are_not_taken() -> None:
    """The second table of 2024 prints 18.090 specialists as general practitioners, and 3.583 for 3,586."""
    assert point(2024, "Flanders", "gp").active == 12_597
    assert point(2023, "Brussels", "gp").active == 3_586


def test_the_counts_of_2024_give_every_rate_printed_and_add_up() -> None:
    """Within half of the last decimal, but for the one printed by error."""
    printed = {cell.key: cell.figure for cell in published("conventioning-2024").tables[0].cells}
    for key, figure in printed.items():
        if key.measure == "rate" and (key.region, key.profession) != ("Belgium", "specialist"):
            exact = point(2024, key.region, key.profession).exact
            assert exact is not None
            assert figure.low <= exact <= figure.high, key
    for profession in ("gp", "specialist", "all"):
        parts = [point(2024, region, profession) for region in REGIONS]
        assert sum(part.adhered or 0 for part in parts) == point(2024, profession=profession).adhered


def test_what_is_known_of_both_professions_gives_the_region_and_says_that_it_is_derived() -> None:
    brussels = point(2018, "Brussels")
    assert (brussels.active, brussels.adhered, plain(brussels.rate, 2)) == (7_559, 6_235, "82.48")
    assert brussels.status == "derived"


def test_a_change_is_told_in_points_from_rates_and_from_persons() -> None:
    """The "légère baisse de 0,12 %": 375 more adhered, 59 more refused; right as a relative change only."""
    change = next(c for c in changes(2023, 2024) if c.later.group == ("Belgium", "gp", ""))
    assert change.to_dict() == {
        "region": "Belgium", "profession": "gp", "specialty": None, "from": 2023, "to": 2024, "points": "-0.12",
        "points_from_persons": "-0.11", "relative_percent": "-0.12", "active": 434, "adhered": 375, "refused": 59,
    }  # fmt: skip


def test_a_change_without_counts_gives_no_persons() -> None:
    change = next(c for c in changes(2023, 2024) if c.later.group == ("Belgium", "all", ""))
    assert (plain(change.points, 2), change.exact, change.persons("adhered")) == ("-0.21", None, None)


def test_four_refusals_of_five_are_of_specialists() -> None:
    """8,339 in 2024, 78.6 % of them of specialists."""
    found = refusals(2024)
    assert sum(part.refused or 0 for part, _ in found) == 8_339
    assert plain(sum((share for part, share in found if part.profession == "specialist"), Fraction()), 1) == "78.6"
    assert sum(share for _, share in found) == 100


@pytest.mark.parametrize("year", [2015, 2020, 1999])
def test_refusals_that_are_not_known_everywhere_are_not_added_up(year: int) -> None:
    assert refusals(year) == []


def test_every_point_has_a_source_and_a_status_and_no_group_stands_twice_in_a_year() -> None:
    assert all(each.source and each.status in STATUSES for each in points())
    assert len({(each.year, *each.group) for each in points()}) == len(points())
    assert years()[0] == 2024


def test_a_specialty_known_by_its_refusals_is_derived() -> None:
    """Dermatology 2022: 64.44 % refused, so 35.56 % adhered."""
    found = {each.year: each for each in series(profession="specialist", specialty="dermatology")}
    assert (plain(found[2022].rate, 2), found[2022].status) == ("35.56", "derived")
    assert (plain(found[2023].rate, 2), found[2023].status) == ("29.93", "published")
    assert len(specialties()) == 9


def test_activity_stands_beside_heads() -> None:
    """Specialists in 2018: 71 % of the active adhered, and gave 44 % of the consultations."""
    found = next(
        each for each in activity() if (each.year, each.profession, each.specialty) == (2018, "specialist", "")
    )
    assert (found.heads, found.activity) == (71, 44)


ROUNDED = [(Fraction(-1, 1000), 2, "0.00"), (Fraction(-5, 1000), 2, "-0.01"), (Fraction(5, 2), 0, "3")]


@pytest.mark.parametrize(("value", "decimals", "text"), ROUNDED)
def test_numbers_are_written_rounded_half_away_from_zero(value: Fraction, decimals: int, text: str) -> None:
    assert plain(value, decimals) == text
