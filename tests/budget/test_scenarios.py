"""Packages priced as in the night of the negotiation: what they cost, what they free, who gains."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import Result

from medicomut.agreement import Agreement, load
from medicomut.budget.bases import bases
from medicomut.budget.pricing import Figures, apportion, price, whole
from medicomut.budget.scenario import from_settings
from medicomut.budget.scenario_files import load_scenario, read_scenario, shipped
from medicomut.errors import Problems

Run = Callable[..., Result]
OF_2020 = load("be/amm/2020")


def priced(*wanted: str) -> Figures:
    pairs = [(key, value) for key, _, value in (setting.partition("=") for setting in wanted)]
    return price(OF_2020, from_settings(OF_2020, pairs))


def codes(*wanted: str) -> list[str]:
    with pytest.raises(Problems) as refused:
        priced(*wanted)
    return [problem.code for problem in refused.value.problems]


def test_nothing_changed_is_the_agreement_itself() -> None:
    """be/amm/2020#annex.a: every line as printed, 138 706 k€, 43 253 k€ less than linear indexation."""
    figures = priced()
    assert figures.indexation is not None
    assert figures.sheet is not None
    assert (figures.indexation.cost, figures.indexation.in_year, figures.indexation.freed) == (138_706, 138_706, 43_253)
    assert figures.sheet.broken == ()
    assert all(group.gain == 0 for group in figures.indexation.groups)


def test_every_group_at_the_rate_of_the_mass_costs_the_mass() -> None:
    """Inventory D21: 181 959 k€, of which the agreement's selective indexation freed 43 253."""
    found = priced("all=1.95%").indexation
    assert found is not None
    assert (found.cost, found.linear, found.freed) == (181_959, 181_959, 0)
    assert (found.agreed_cost, found.agreed_freed) == (138_706, 43_253)
    assert found.mean == found.linear_rate == Fraction(39, 2000)
    assert sum(group.gain for group in found.groups) == 43_253


def test_the_mean_index_of_the_agreement() -> None:
    """Inventory D21: the selective indexation of 2020 is 1.486 % on average."""
    found = priced().indexation
    assert found is not None
    assert whole(found.mean * 10**5) == 1486


def test_the_bases_follow_from_what_the_agreement_prints() -> None:
    """D17: envelopes of 1 370 978 and 1 293 174 k€ in 2019, and about 57.8 % of clinical biology at 1.95 %."""
    known = bases(OF_2020)
    base = {group.id: group.base or Fraction(0) for group in known.priced}
    biology = base["clinical_biology"] + base["clinical_biology_lump_sums"]
    assert whole(biology) == 1_370_978
    assert whole(base["imaging"] + base["imaging_not_indexed"]) == 1_293_174
    assert whole(1000 * base["clinical_biology_lump_sums"] / biology) == 578
    assert sum(base.values()) == known.total
    assert whole(known.total) == 9_331_231
    assert known.unattributed == 0


def test_a_base_that_is_given_is_taken_out_of_the_group_it_was_counted_with() -> None:
    """Genetic counselling at 5 000 k€ costs 97.5; the special services of its line then cost the rest of 19 292."""
    known = bases(OF_2020, {"genetic_counselling": 5000})
    groups = known.groups
    assert groups["special_services"].base == (19_292 - Fraction("97.5")) / Fraction("0.0125")
    assert groups["genetic_counselling"].given
    dearer = priced("base.genetic_counselling=5000", "genetic_counselling=2.95%").indexation
    assert dearer is not None
    assert dearer.cost - dearer.agreed_cost == 50


def test_a_rate_without_a_known_base_has_no_price_and_says_how_to_get_one() -> None:
    assert codes("genetic_counselling=2.5%", "458673=1%") == ["base_unknown", "base_unknown"]
    assert codes("anaesthesiology=1.5%") == ["base_unknown"]
    # What changes nothing needs no base: the rate in force, or the rate of the group it is counted with.
    for harmless in (["genetic_counselling=1.95%"], ["anaesthesiology=1.5%", "surgery=1.5%"], ["458673=0%"]):
        assert priced(*harmless).indexation is not None


def test_a_code_with_its_base_is_a_group_of_its_own() -> None:
    """CT of the brain (458673) is at 0 %; 1 % of 30 million euro is 300 k€."""
    found = priced("base.458673=30000", "458673=1%").indexation
    assert found is not None
    assert found.cost - found.agreed_cost == 300


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("base.gynaecology=5000", "base_contradicts"),
        ("base.genetic_counselling=5000000", "base_contradicts"),
        ("annual.a.surgery=5", "line_is_computed"),
        ("mass=lots", "bad_amount"),
        ("mass=-1", "bad_amount"),
        ("annual.b.tavi=1", "unknown_line"),
        ("start.b.preanaesthesia=1 July", "bad_day"),
        ("growth.index=1%", "growth_incomplete"),
        ("growth.inflation=1%", "unknown_setting"),
    ],
)
def test_what_cannot_be_used_is_named(setting: str, code: str) -> None:
    assert codes(setting) == [code]


def test_every_fault_of_a_package_is_told_at_once_and_unknown_groups_with_the_nearest() -> None:
    with pytest.raises(Problems) as refused:
        priced("surgry=1%", "imaging=1.5", "mass=1", "mass_rate=1%")
    found = {problem.code: problem for problem in refused.value.problems}
    assert set(found) == {"unknown_group", "bad_rate", "two_masses"}
    assert "surgery" in found["unknown_group"].mend


def test_a_later_indexation_costs_its_months_and_the_whole_a_year() -> None:
    """From 1 July: each line of block a at 6/12, rounded as the annex rounds."""
    found = priced("index_start=2020-07-01")
    assert found.indexation is not None
    assert found.sheet is not None
    assert found.indexation.cost == 138_706
    assert found.indexation.in_year == sum(
        whole(Fraction(n, 2)) for n in (22687, 11022, 55586, 19292, 17183, 1179, 9709, 2048)
    )
    assert found.sheet.total("balance").in_year.computed == 169 + 138_706 - found.indexation.in_year


def test_the_mass_can_be_an_amount_or_a_rate() -> None:
    """Half the rate of the mass is half of 181 959, rounded half away from zero."""
    by_rate, by_amount = priced("mass_rate=0.975%").indexation, priced("mass=90980").indexation
    assert by_rate is not None
    assert by_amount is not None
    assert by_rate.linear == by_amount.linear == 90_980
    assert by_rate.freed == 90_980 - 138_706


@given(st.dictionaries(st.text("abc", min_size=1), st.fractions(-1000, 1000, max_denominator=999), max_size=9))
def test_apportioned_lines_add_up_and_none_is_further_than_a_thousand_euro(exact: dict[str, Fraction]) -> None:
    rounded = apportion(exact)
    assert sum(rounded.values()) == whole(sum(exact.values(), Fraction(0)))
    assert all(abs(rounded[name] - amount) < 1 for name, amount in exact.items())


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([group.id for group in bases(OF_2020).priced]), st.integers(-20_000, 20_000), max_size=11
    ),
    st.one_of(st.none(), st.integers(0, 10**6)),
    st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2021, 12, 31))),
)
def test_a_link_brings_the_scenario_back(rates: dict[str, int], mass: int | None, start: date | None) -> None:
    pairs = [(group, f"0.{rate:05}" if rate >= 0 else f"-0.{-rate:05}") for group, rate in rates.items()]
    pairs += [] if mass is None else [("mass", str(mass))]
    pairs += [] if start is None else [("index_start", start.isoformat())]
    made = from_settings(OF_2020, pairs)
    assert from_settings(OF_2020, made.settings()) == made
    figures = price(OF_2020, made)
    assert figures.indexation is not None
    assert figures.sheet is not None
    exact = sum((group.cost for group in figures.indexation.groups), Fraction(0))
    assert figures.indexation.cost == whole(exact) == figures.sheet.block("a").annual.computed


def test_the_question_of_2025() -> None:
    """medi-sphere, 5 November 2024: 3.34 % and 2.5 %; 5.84 % added, 5.9235 % compounded, 0.0835 points between."""
    asked = load_scenario("index-and-norm-2025")
    growth = price(load(asked.agreement), asked).growth
    assert growth is not None
    assert (growth.additive * 100, growth.compounded * 100) == (Fraction("5.84"), Fraction("5.9235"))
    assert growth.to_dict()["difference_points"] == "0.0835"
    assert [amount for _, _, amount in growth.rows()] == [None] * 4
    assert growth.to_dict()["cites"] == ["be/amm/2024#9.2.4"]


def test_what_is_lost_in_euro_needs_a_base_somebody_states() -> None:
    """On a round billion: 33 400, 25 000, 58 400 and 59 235 k€."""
    of_2024 = load("be/amm/2024")
    asked = load_scenario("index-and-norm-2025")
    growth = price(of_2024, from_settings(of_2024, [("growth.base", "1000000")], base=asked)).growth
    assert growth is not None
    assert [amount for _, _, amount in growth.rows()] == [33_400, 25_000, 58_400, 59_235]
    assert growth.to_dict()["cites"] == ["be/amm/2024#9.2.4"]


def test_a_code_the_agreement_does_not_name_is_priced_in_its_group() -> None:
    """101032 is a consultation: at 1.5 % instead of 1.95 %, 300 million euro of it cost 1 350 k€ less."""
    found = priced("base.101032=300000", "101032=1.5%").indexation
    assert found is not None
    assert found.cost == 138_706 - 1_350
    with pytest.raises(Problems) as refused:
        priced("101032=1.5%", "475075=3%", "109701=2%")
    told = [(problem.where.field if problem.where else None, problem.code) for problem in refused.value.problems]
    assert told == [("101032", "base_unknown"), ("475075", "base_unknown"), ("109701", "rate_not_stated")]
    assert "--group" not in refused.value.problems[2].mend


def test_a_code_with_a_wrong_check_digit_is_no_group_s_name() -> None:
    with pytest.raises(Problems) as refused:
        priced("101033=1%")
    assert [problem.code for problem in refused.value.problems] == ["bad_code"]
    assert "sixth digit" in refused.value.problems[0].mend


@pytest.mark.parametrize(
    ("given", "cost", "mend"),
    [
        (("base.surgery=10",), "0 k€, not the 17183 k€", "leave out base.surgery"),
        (("base.surgery=900000", "base.anaesthesiology=200000"), "13750 k€, not", "leave out base.surgery"),
        (("base.anaesthesiology=2000000",), "more than the 17183 k€", "smaller"),
    ],
)
def test_bases_that_contradict_their_line_say_by_how_much(given: tuple[str, ...], cost: str, mend: str) -> None:
    with pytest.raises(Problems) as refused:
        priced(*given)
    (problem,) = refused.value.problems
    assert problem.code == "base_contradicts"
    assert cost in problem.what
    assert mend in problem.mend


@pytest.mark.parametrize("day", ["1820-07-01", "2019-12-31", "2022-01-01", "2020-13-01", "soon"])
def test_a_start_outside_the_years_of_the_agreement_is_a_slip(day: str) -> None:
    for key in ("index_start", "start.b.preanaesthesia"):
        with pytest.raises(Problems) as refused:
            priced(f"{key}={day}")
        (problem,) = refused.value.problems
        assert problem.code == "bad_day"
        assert "from 2020-01-01 to 2021-12-31" in problem.mend
        assert problem.cites


@pytest.mark.parametrize("written", ["190000", "190 000", "190\u00a0000", "190\u202f000"])
def test_an_amount_is_read_as_it_is_printed(written: str) -> None:
    found = priced(f"mass={written}").indexation
    assert found is not None
    assert found.linear == 190_000


@pytest.mark.parametrize("written", ["190.000", "190,000", "19 00", "1 90000", "1e5", ""])
def test_an_amount_that_can_be_read_in_two_ways_is_refused(written: str) -> None:
    assert codes(f"mass={written}") == ["bad_amount"]


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_is_priced(name: str) -> None:
    asked = load_scenario(name)
    assert asked.title is not None
    assert price(load(asked.agreement), asked).to_dict()["scenario"]["set"]


def test_every_fault_of_a_file_has_its_line() -> None:
    text = (
        'agreement: be/amm/2020\nset:\n  surgry: "1%"\n  imaging: 1\n  start.b.x: 2020-07-01\n  mass: [1]\n'
        "  gynaecology: 0.01\ntitel: no\n"
    )
    with pytest.raises(Problems) as refused:
        read_scenario(text, "mine.yaml")
    found = [(problem.where.line if problem.where else None, problem.code) for problem in refused.value.problems]
    assert found == [
        (3, "unknown_group"),
        (4, "bad_rate"),
        (5, "unknown_line"),
        (6, "wrong_type"),
        (7, "float"),
        (8, "unknown_key"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("agreement: [", "bad_yaml"),
        ("agreement: be/amm/1066\nset: {all: 1%}\n", "unknown_agreement"),
        ("agreement: be/amm/2020\n", "missing_key"),
        ("agreement: be/amm/2020\nset: 3\n", "wrong_type"),
        ("agreement: be/amm/2020\nset:\n  all: 0.0195\n", "float"),
        ("agreement: be/amm/2020\nset:\n  mass: 1\n  mass_rate: 1%\n", "two_masses"),
        ("- 1\n", "wrong_type"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused(text: str, code: str) -> None:
    with pytest.raises(Problems) as refused:
        read_scenario(text, "mine.yaml")
    assert code in [problem.code for problem in refused.value.problems]


def test_a_file_that_does_not_exist_lists_those_shipped() -> None:
    with pytest.raises(Problems) as refused:
        load_scenario("linear-2021")
    assert "linear-2020" in refused.value.problems[0].mend


def test_the_command_prices_every_group_at_the_rate_of_the_mass(run: Run) -> None:
    result = run("budget", "scenario", "be/amm/2020", "--set", "all=1,95 %", "--format", "json")
    found = json.loads(result.stdout)["indexation"]
    assert (found["annual_keur"], found["agreement"]["freed_keur"]) == (181_959, 43_253)
    assert len(found["groups"]) == 11


def test_the_command_shows_files_side_by_side(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text('agreement: be/amm/2020\nset:\n  surgery: "1.5%"\n', "utf-8")
    shown = run("budget", "scenario", "--file", "linear-2020", "--file", mine)
    assert shown.exit_code == 0, shown.stderr
    assert "181,959" in shown.stdout
    assert "142,143" in shown.stdout
    both = run("budget", "scenario", "--file", "linear-2020", "--file", mine, "--format", "json")
    assert [found["indexation"]["annual_keur"] for found in json.loads(both.stdout)["scenarios"]] == [181_959, 142_143]


def test_settings_come_on_top_of_a_file(run: Run) -> None:
    result = run("budget", "scenario", "--file", "linear-2020", "--set", "imaging=0%", "--format", "json")
    found = json.loads(result.stdout)
    assert found["scenario"]["set"] == {"all": "1.95%", "imaging": "0%"}
    assert found["scenario"]["title"]["en"].startswith("2020")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "nothing_asked"),
        (("be/amm/2024", "--file", "linear-2020"), "other_agreement"),
        (("--file", "linear-2020", "--file", "linear-2020", "--set", "all=1%"), "settings_unclear"),
        (("be/amm/2020", "--set", "all"), "bad_setting"),
        (("be/amm/2024", "--set", "mass=5"), "no_bases"),
    ],
)
def test_a_command_that_cannot_be_answered_says_why(run: Run, arguments: tuple[str, ...], code: str) -> None:
    refused = run("budget", "scenario", *arguments)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert code in refused.stderr


def test_the_page_of_the_agreement_of_another_folder_has_no_bases(of_2020: Agreement) -> None:
    """The rules that give bases are of one agreement: another one, even complete, is not priced by them."""
    with pytest.raises(Problems) as refused:
        bases(load("be/amm/2024"))
    assert [problem.code for problem in refused.value.problems] == ["no_bases"]
    assert bases(of_2020).groups
