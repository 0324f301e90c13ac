"""Whether too many refused: exact at the limit, by region and by profession, of a stated denominator."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from medicomut.accession.counts_file import read_counts
from medicomut.accession.quorum import Count, Denominator, Quorum, quorum
from medicomut.agreement import load_law
from medicomut.errors import Problems

Register = Callable[..., Result]
DAY = date(2024, 2, 5)
HEADER = "region,profession,active,refused\n"
IN_2024 = HEADER + (
    "Brussels,gp,3747,394\nFlanders,gp,12597,733\nWallonia,gp,7723,656\n"
    "Brussels,specialist,6984,1189\nFlanders,specialist,18090,3897\nWallonia,specialist,11447,1470\n"
)


def held(*counts: tuple[str, str, int, int], **other: bool) -> Quorum:
    return quorum(load_law("be"), [Count(*count) for count in counts], Denominator.active, DAY, **other)


def test_40_percent_passes_and_one_more_refusal_fails() -> None:
    assert held(("Brussels", "gp", 50, 20), ("Brussels", "specialist", 50, 20)).passes("Brussels")
    assert not held(("Brussels", "gp", 50, 20), ("Brussels", "specialist", 50, 21)).passes("Brussels")


@given(st.integers(1, 100_000))
def test_the_most_refusals_pass_and_one_more_does_not(active: int) -> None:
    most = active * 2 // 5
    assert held(("Flanders", "gp", active, most)).passes("Flanders")
    one_more = held(("Flanders", "gp", active, most + 1))
    assert not one_more.passes("Flanders")
    assert one_more.outcomes[0].most == most


def test_a_region_fails_alone() -> None:
    found = held(("Brussels", "gp", 10, 5), ("Flanders", "gp", 10, 4))
    assert [found.passes(region) for region in found.regions] == [False, True]


def test_a_test_known_second_hand_is_shown_and_decides_only_when_asked() -> None:
    counts = ("Wallonia", "gp", 10, 6), ("Wallonia", "specialist", 90, 30)
    found = held(*counts)
    assert found.passes("Wallonia")
    shown = [(o.profession, o.passes, o.test.parameter.status) for o in found.outcomes if o.test.by_profession]
    assert shown == [("gp", False, "recollected"), ("specialist", True, "recollected")]
    assert not held(*counts, all_decide=True).passes("Wallonia")
    assert found.to_dict()["decided_by"] == ["law.quorum.refusal_share"]


def test_exactly_half_of_a_profession_passes() -> None:
    assert held(("Wallonia", "gp", 10, 5), ("Wallonia", "specialist", 90, 30), all_decide=True).passes("Wallonia")


def test_the_count_of_2024_passes_everywhere() -> None:
    found = held(*[(c.region, c.profession, c.total, c.refused) for c in read_counts(IN_2024, "c", Denominator.active)])
    assert all(map(found.passes, found.regions))
    assert found.to_dict()["country"] == {"total": 60588, "refused": 8339}


def test_a_frozen_count_has_a_hash_that_no_order_changes_and_any_number_does() -> None:
    one, two = ("Brussels", "gp", 10, 4), ("Flanders", "gp", 10, 4)
    assert held(one, two).hash == held(two, one).hash
    assert held(one, two).hash != held(one, ("Flanders", "gp", 10, 5)).hash


def test_the_denominator_is_said_and_must_be_there() -> None:
    text = "region,profession,active,refused,all_numbers,trainees,trainees_refused\nBrussels,gp,100,41,110,20,1\n"
    shares = {d: read_counts(text, "counts.csv", d)[0] for d in Denominator}
    assert {d.value: (c.refused, c.total) for d, c in shares.items()} == {
        "active": (41, 100), "all_numbers": (41, 110), "without_trainees": (40, 80),
    }  # fmt: skip
    with pytest.raises(Problems, match="trainees is not stated"):
        read_counts(IN_2024, "counts.csv", Denominator.without_trainees)


def test_every_fault_of_a_count_is_told() -> None:
    text = HEADER + ",gp,10,1\nBrussels,dentist,10,1\nBrussels,gp,ten,1\nBrussels,gp,10,11\nBrussels,gp,10,1\n"
    with pytest.raises(Problems) as refused:
        read_counts(text, "counts.csv", Denominator.active)
    assert [(p.code, p.where.line) for p in refused.value.problems if p.where] == [
        ("bad_region", 2), ("bad_profession", 3), ("bad_number", 4), ("impossible_count", 5), ("repeated_row", 5),
        ("repeated_row", 6),
    ]  # fmt: skip


def test_a_region_is_one_in_every_language_and_no_other_is_counted() -> None:
    known = "Bruxelles,gp,10,1\nBrüssel,specialist,10,1\nVlaanderen,gp,10,1\n"
    text = HEADER + known + "Flandres,gp,10,1\nParis,gp,1,1\n"
    with pytest.raises(Problems) as refused:
        read_counts(text, "counts.csv", Denominator.active)
    assert [(p.code, p.where.line, p.where.field) for p in refused.value.problems if p.where] == [
        ("unknown_place", 5, "region"), ("unknown_place", 6, "region")
    ]  # fmt: skip
    found = read_counts(HEADER + known, "counts.csv", Denominator.active)
    assert [count.region for count in found] == ["Brussels", "Brussels", "Flanders"]


def test_the_command(register: Register) -> None:
    result = register("quorum", "--agreement", "be/amm/2020", "--counts", "-", "--format", "json", given=IN_2024)
    found = json.loads(result.stdout)
    assert found["passes"] is True
    flanders = next(region for region in found["regions"] if region["region"] == "Flanders")
    assert (flanders["refused"], flanders["total"], flanders["most_refusals"]) == (4630, 30687, 12274)
    table = register(
        "quorum",
        "--agreement",
        "be/amm/2020",
        "--counts",
        "-",
        "--lang",
        "nl",
        given=HEADER + "Brussel,gp,5,3\n",
    )
    assert (table.exit_code, table.stdout.count("Brussel")) == (0, 3)
    assert "treedt niet in werking" in table.stdout
    asked = ("quorum", "--agreement", "be/amm/2020", "--counts", "-")
    strict = register(*asked, "--strict", given=HEADER + "Brussel,gp,5,3\n")
    assert strict.exit_code == 1
