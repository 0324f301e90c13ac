"""The counts behind rounded rates: unique or exact ranges, held to plain enumeration."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from medicomut.cli.main import app
from medicomut.observatory.bounds import Bounds, Limit
from medicomut.observatory.counts import Group
from medicomut.observatory.numbers import plain_number
from medicomut.observatory.proposed import proposed
from medicomut.observatory.published import names, published
from medicomut.observatory.reconstruct import Range, reconstruct
from medicomut.observatory.tables import read_publication
from medicomut.observatory.wording import say

MATRIX_2024 = {
    ("Brussels", "gp"): (3747, 3353), ("Brussels", "specialist"): (6984, 5795), ("Brussels", "all"): (10731, 9148),
    ("Flanders", "gp"): (12597, 11864), ("Flanders", "specialist"): (18090, 14193), ("Flanders", "all"): (30687, 26057),
    ("Wallonia", "gp"): (7723, 7067), ("Wallonia", "specialist"): (11447, 9977), ("Wallonia", "all"): (19170, 17044),
    ("Belgium", "gp"): (24067, 22284), ("Belgium", "specialist"): (36521, 29965), ("Belgium", "all"): (60588, 52249),
}  # fmt: skip


def test_the_matrix_of_2024_is_the_only_one() -> None:
    found = reconstruct(published("conventioning-2024"))
    assert (found.unique, found.exact) == (True, True)
    counts = {(c.group.region, c.group.profession): (c.active.only, c.adhered.only)
              for c in found.counts if c.group.year == 2024}  # fmt: skip
    assert counts == MATRIX_2024
    assert {cell.figure.printed for cell in found.set_aside} >= {"86,24 %", "3.583", "+6,35%"}


def test_plain_enumeration_finds_the_same_single_matrix() -> None:
    """Every whole number within each regional rate, tried together against the rates of all and of the country."""
    printed = {
        ("Brussels", "gp"): "89.48", ("Brussels", "specialist"): "82.98",
        ("Flanders", "gp"): "94.18", ("Flanders", "specialist"): "78.46",
        ("Wallonia", "gp"): "91.51", ("Wallonia", "specialist"): "87.16",
    }  # fmt: skip
    both = {"Brussels": "85.25", "Flanders": "84.91", "Wallonia": "88.91"}

    def rounds_to(adhered: int, active: int, rate: str) -> bool:
        return abs(Fraction(100 * adhered, active) - Fraction(rate)) <= Fraction(1, 200)

    possible = [[n for n in range(MATRIX_2024[cell][0] + 1) if rounds_to(n, MATRIX_2024[cell][0], rate)]
                for cell, rate in printed.items()]  # fmt: skip
    solutions = []
    for chosen in product(*possible):
        found = dict(zip(printed, chosen, strict=True))
        regions = all(
            rounds_to(found[region, "gp"] + found[region, "specialist"], MATRIX_2024[region, "all"][0], rate)
            for region, rate in both.items()
        )
        gp = sum(number for (_, profession), number in found.items() if profession == "gp")
        if regions and rounds_to(gp, 24067, "92.59") and rounds_to(sum(chosen), 60588, "86.24"):
            solutions.append((gp, sum(chosen) - gp))
    assert solutions == [(22284, 29965)]


def test_refusals_and_rates_alone_give_the_number_of_active() -> None:
    """2016: 470 general practitioners of Brussels refused, 80.31 % did not: there were 2,387."""
    found = reconstruct(published("conventioning-2016"))
    brussels = found.of(Group(2016, "Brussels", "gp"))
    assert brussels is not None
    assert (brussels.active.only, brussels.adhered.only) == (2387, 1917)
    specialists = found.of(Group(2016, "Brussels", "specialist"))
    assert specialists is not None
    assert (specialists.active, specialists.adhered) == (Range(4517, 4518), Range(3674, 3675))
    assert not found.unique


@pytest.mark.parametrize("name", names())
def test_every_range_of_a_published_table_is_exact(name: str) -> None:
    """Also where most groups are open: in 2023 the specialists are known by their rates only."""
    assert reconstruct(published(name)).exact


def test_what_a_solver_proposes_is_checked_in_whole_numbers() -> None:
    """Twice a number makes one: a half would do, and half a practitioner is nobody."""
    halves = Bounds([0, 0], [1, 1], [Limit(((0, 2),), 1, 1)])
    assert proposed(halves) is None
    fits = Bounds([0, 0], [9, 9], [Limit(((0, 2), (1, 3)), 12, 12), Limit(((0, 1), (1, -1)), 1, None)])
    found = proposed(fits)
    assert found is not None
    assert (2 * found[0] + 3 * found[1], found[0] - found[1] >= 1) == (12, True)


def test_a_proposal_keeps_differences_of_rates_too() -> None:
    def off(low: Sequence[int], high: Sequence[int]) -> Limit | None:
        return Limit(((0, 1),), 5, 5) if low == high else None

    assert proposed(Bounds([0], [4], [], [off])) is None


def test_rates_alone_determine_nobody() -> None:
    found = reconstruct(published("conventioning-2013"))
    assert (found.counts, found.unique) == ((), False)
    assert {group.profession for group in found.undetermined} == {"gp", "specialist", "all"}


def test_nothing_is_concluded_from_figures_of_which_one_is_wrong() -> None:
    """The country's rate does not fit, and any of the four may be the wrong one: none of them is relied on."""
    text = (
        "region;HA actief;% geconventioneerde HA\nBrussel;3.747;89,48 %\nVlaanderen;12.597;94,18 %\n"
        "Wallonië;7.723;91,51 %\nTotaal;24.067;92,95 %\n"
    )
    found = reconstruct(read_publication(text, "mine.csv"))
    assert {cell.figure.printed for cell in found.set_aside} == {"89,48 %", "94,18 %", "91,51 %", "92,95 %"}
    assert not found.unique
    assert {counts.active.only for counts in found.counts} == {3747, 12597, 7723, 24067}


def test_those_without_a_region_are_counted_apart() -> None:
    found = reconstruct(published("conventioning-2018"))
    assert {c.group.profession: (c.active.only, c.adhered.only) for c in found.without_region} == {
        "gp": (3, 3), "specialist": (5, 4), "all": (8, 7),
    }  # fmt: skip


places = st.lists(st.tuples(st.integers(5, 60), st.integers(0, 60)), min_size=2, max_size=3)


@settings(max_examples=40, deadline=None)
@given(places, st.integers(0, 1))
def test_the_ranges_are_those_of_plain_enumeration(drawn: list[tuple[int, int]], decimals: int) -> None:
    """Small places with coarse rates, and the country's: the least and greatest count of each, by trying them all."""
    truth = [(active, min(adhered, active)) for active, adhered in drawn]
    total = (sum(active for active, _ in truth), sum(adhered for _, adhered in truth))
    rates = [Fraction(plain_number(Fraction(100 * adhered, active), decimals)) for active, adhered in (*truth, total)]
    half = Fraction(1, 2 * 10**decimals)
    rows = [f"place {n};{active};{plain_number(rate, decimals)}"
            for n, ((active, _), rate) in enumerate(zip(truth, rates, strict=False))]  # fmt: skip
    text = "\n".join(
        ["region;gp active 2024;gp rate 2024", *rows, f"Belgium;{total[0]};{plain_number(rates[-1], decimals)}"]
    )
    possible = [
        [n for n in range(active + 1) if abs(Fraction(100 * n, active) - rate) <= half]
        for (active, _), rate in zip(truth, rates, strict=False)
    ]
    fitting = [
        chosen for chosen in product(*possible) if abs(Fraction(100 * sum(chosen), total[0]) - rates[-1]) <= half
    ]
    found = reconstruct(read_publication(text, "places"))
    assert found.exact
    for place in range(len(truth)):
        counts = found.of(Group(2024, f"place {place}", "gp"))
        assert counts is not None
        assert counts.adhered == Range(min(c[place] for c in fitting), max(c[place] for c in fitting))
    assert found.unique == (len(fitting) == 1)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(st.integers(50, 900), st.integers(0, 900)), min_size=43, max_size=43))
def test_the_truth_lies_within_the_ranges_of_43_arrondissements(drawn: list[tuple[int, int]]) -> None:
    truth = [(active, min(adhered, active)) for active, adhered in drawn]
    total = (sum(active for active, _ in truth), sum(adhered for _, adhered in truth))
    rows = [
        f"place {n};{active};{plain_number(Fraction(100 * adhered, active), 1)}"
        for n, (active, adhered) in enumerate(truth)
    ]
    rows.append(f"Belgium;{total[0]};{plain_number(Fraction(100 * total[1], total[0]), 1)}")
    found = reconstruct(read_publication("\n".join(["region;gp active 2024;gp rate 2024", *rows]), "places"))
    for place, (active, adhered) in enumerate(truth):
        counts = found.of(Group(2024, f"place {place}", "gp"))
        assert counts is not None
        assert counts.active.only == active
        assert counts.adhered.low <= adhered <= counts.adhered.high


def test_a_table_of_hundreds_of_places_is_reconstructed() -> None:
    rows = [f"place {n};{100 + n};{50 + n}" for n in range(600)]
    total = f"Belgium;{sum(100 + n for n in range(600))};{sum(50 + n for n in range(600))}"
    found = reconstruct(read_publication("\n".join(["region;gp active;gp adhered", *rows, total]), "places"))
    assert found.unique
    assert len(found.counts) == 601


def test_the_command_says_unique_and_names_the_counts() -> None:
    arguments = ["observatory", "reconstruct", "conventioning-2024"]
    result = CliRunner().invoke(app, [*arguments, "--format", "json"])
    found = json.loads(result.stdout)
    assert found["unique"] is True
    country = {(c["year"], c["profession"]): c["adhered"] for c in found["counts"] if c["region"] == "Belgium"}
    assert (country[2024, "gp"], country[2024, "specialist"]) == (22284, 29965)
    told = CliRunner().invoke(app, [*arguments, "--lang", "fr"], env={"COLUMNS": "100"}).stdout
    assert "Ces nombres sont les seuls possibles." in told


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_ranges_are_told_in_every_language(lang: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("région;MG actifs 2024;% MG conventionnés 2024\nBruxelles;3.747;89,5 %\n", encoding="utf-8")
    told = CliRunner().invoke(app, ["observatory", "reconstruct", str(file), "--lang", lang], env={"COLUMNS": "100"})
    assert told.exit_code == 0
    assert "–" in told.stdout
    assert say("ranges", lang) in told.stdout
