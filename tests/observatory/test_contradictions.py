"""What an article prints and cannot be: the contradictions of March 2024, planted misprints, and no false alarm."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from medicomut.cli.main import app
from medicomut.observatory.counts import Counts
from medicomut.observatory.figures import Publication
from medicomut.observatory.findings import Finding
from medicomut.observatory.numbers import plain_number
from medicomut.observatory.published import FOLDER, names, published
from medicomut.observatory.repairs import smallest_repairs
from medicomut.observatory.tables import read_publication
from medicomut.observatory.verify import verify
from medicomut.observatory.wording import words

PLAIN = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8", "COLUMNS": "100", "NO_COLOR": "1"}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@cache
def found_2024() -> dict[tuple[str, str], Finding]:
    return {(finding.kind, finding.cell): finding for finding in verify(published("conventioning-2024")).findings}


@pytest.mark.parametrize(
    ("kind", "cell", "printed", "computed", "said"),
    [
        # E1 and E3: the rate of all physicians stands in the cell of the specialists; 29 965 of 36 521 is 82.05 %
        ("copied_cell", "1/Total Belgique/% MS conventionnés", "86,24 %", "82.05", "29,965 / 36,521 = 82.05%"),
        ("copied_cell", "1/Total Belgique/% MS conventionnés", "86,24 %", "82.05", "would be at 88.76%"),
        # E2: so the gap is 10.54 points, and all four gaps are called percent
        ("difference", "1/Total Belgique/MG vs MS", "+6,35%", "10.54", "92.59% − 82.05% = +10.54 points"),
        ("points_called_percent", "1/*/MG vs MS", "+6,50%; +15,72%; +4,35%; +6,35%", "6.50; 15.72; 4.35; 10.54",
         "+10.54 points"),
        # E3: the whole matrix of persons follows from the rates
        ("counts_behind_rates", "1/*/*",
         "89,48 %; 82,98 %; 85,25 %; 94,18 %; 78,46 %; 84,91 %; 91,51 %; 87,16 %; 88,91 %; 92,59 %; 86,24 %; 86,24 %",
         "3353; 5795; 9148; 11864; 14193; 26057; 7067; 9977; 17044; 22284; 29965; 52249", "22,284; 29,965; 52,249 of"),
        # E4: the active specialists in the column of the general practitioners
        ("repeated_column", "2/*/MG actifs 2024", "6.984; 18.090; 11.447; 36.521", "3747; 12597; 7723; 24067",
         "45.49%; 64.17%; 62.23%; 59.99%"),
        # E5: the accessions of 2023 in the column of 2024
        ("repeated_column", "2/*/Adhésion 2024", "3.177; 11.608; 7.124; 21.909", "3353; 11864; 7067; 22284",
         "84.79%; 92.15%; 92.24%; 91.03%"),
        # E6: a digit, which two checks find
        ("sum", "2/Région bruxelloise/MG actifs 2023", "3.583", "3586", "23,630, not 23,633; 3,177 / 3,583 = 88.67%"),
        # E7: the fall in points and in percent
        ("points_called_percent", "3/Médecins généralistes Belgique/2024 vs 2023", "−0,12 %", "-0.11",
         "the change is −0.1136 points"),
        ("points_called_percent", "3/Médecins généralistes Belgique/2024 vs 2023", "−0,12 %", "-0.11", "−0.1225%"),
        # E8: while accessions rose
        ("rate_and_persons", "3/Médecins généralistes Belgique/2024 vs 2023", "−0,12 %", "375; 59",
         "accessions +375 (from 21,909 to 22,284), refusals +59 (from 1,724 to 1,783)"),
        # E9: the change of all physicians, which is not stated
        ("change_not_stated", "3/Médecins Belgique/% conventionnés 2024", "86,45% → 86,24 %", "-0.21", "−0.21 points"),
    ],
)  # fmt: skip
def test_the_article_of_2024_is_found_out(kind: str, cell: str, printed: str, computed: str, said: str) -> None:
    finding = found_2024()[kind, cell]
    assert (finding.printed, finding.computed) == (printed, computed)
    assert said in plain(finding.why["en"])


def test_the_five_slips_of_2024_each_have_one_repair() -> None:
    found = [finding for finding in found_2024().values() if finding.severity == "contradiction"]
    assert len(found) == 5
    assert [finding.unique for finding in found] == [True] * 5
    assert found_2024()["sum", "2/Région bruxelloise/MG actifs 2023"].repair == "3586"
    assert all("only one of the smallest repairs" in finding.why["en"] for finding in found)


def mended_2024() -> str:
    """Return the article with every repair that was proposed."""
    text = (FOLDER / "conventioning-2024.csv").read_text(encoding="utf-8")
    for old, new in [
        ("36.521;86,24 %;+6,35%", "36.521;82,05 %;+10,54%"), ("3.583", "3.586"),
        ("88,59 %;6.984;3.177", "88,59 %;3.747;3.353"), ("94,50 %;18.090;11.608", "94,50 %;12.597;11.864"),
        ("91,77 %;11.447;7.124", "91,77 %;7.723;7.067"), ("92,71 %;36.521;21.909", "92,71 %;24.067;22.284"),
    ]:  # fmt: skip
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def test_mended_as_proposed_the_tables_hold() -> None:
    findings = verify(read_publication(mended_2024(), "mended")).findings
    assert {finding.severity for finding in findings} == {"wording", "remark"}
    first_two = mended_2024().split("# title: Dans le texte")[0]
    points = first_two.replace("0%\n", "0 points\n")
    for sign in ("+6,50%", "+15,72%", "+4,35%", "+10,54%", "0,89 %", "0,32 %", "0,26 %", "0,12%"):
        points = points.replace(sign, sign.rstrip("% ") + " points")
    assert verify(read_publication(points, "clean")).findings == ()


@pytest.mark.parametrize("other", ["3.585", "3.587", "3.580", "3.683"])
def test_no_other_number_mends_the_misprint(other: str) -> None:
    text = mended_2024().replace("3.586", other)
    severities = {finding.severity for finding in verify(read_publication(text, "tried")).findings}
    assert "contradiction" in severities


@pytest.mark.parametrize("name", [name for name in names() if name != "conventioning-2024"])
def test_no_other_published_table_raises_an_alarm(name: str) -> None:
    assert verify(published(name)).findings == ()


def test_practitioners_without_a_region_are_told_and_no_finding() -> None:
    """In 2018 three general practitioners and five specialists of the country are in no region."""
    report = verify(published("conventioning-2018"))
    assert {each["profession"]: each["active"] for each in report.without_region} == {
        "gp": 3,
        "specialist": 5,
        "all": 8,
    }


def test_regions_that_do_not_make_the_country_are_a_warning() -> None:
    text = "region;gp active 2024\nBrussels;3000\nFlanders;12000\nWallonia;7000\nBelgium;22400\n"
    (finding,) = verify(read_publication(text, "sums")).findings
    assert (finding.kind, finding.severity, finding.unique) == ("sum", "warning", False)
    assert "3,000 + 12,000 + 7,000 = 22,000, not 22,400" in finding.why["en"]
    assert len(finding.alternatives) == 3
    assert verify(read_publication(text, "sums"), Fraction(2, 100)).findings == ()


def test_of_several_repairs_the_total_is_doubted_first_and_the_others_are_named() -> None:
    rows = ("region;gp active;gp rate", "Brussels;3747;89,48", "Flanders;12597;94,18", "Wallonia;7723;91,51")
    text = "\n".join((*rows, "Belgium;24067;92,95"))
    (finding,) = verify(read_publication(text, "mine.csv")).findings
    assert (finding.kind, finding.cell, finding.repair) == ("weighted_mean", "1/Belgium/gp rate", "92.59")
    assert not finding.unique
    assert [name.split("/")[1] for name in finding.alternatives] == ["Brussels", "Flanders", "Wallonia"]


small = st.integers(8, 40)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(small, small), min_size=2, max_size=2), st.integers(0, 2), st.integers(0, 5), st.integers(1, 9)
)
def test_the_smallest_repairs_are_those_of_trying_every_set(
    places: list[tuple[int, int]], row: int, column: int, off: int
) -> None:
    """Two places and the country, a figure wrong: every set of figures left out, from the smallest."""
    pairs = [(max(pair), min(pair)) for pair in places]
    pairs.append((pairs[0][0] + pairs[1][0], pairs[0][1] + pairs[1][1]))
    places_ = ["Namur", "Dinant", "Belgium"]
    rows = [[places_[n], str(a), str(b), plain_number(Fraction(100 * b, a), 0)] for n, (a, b) in enumerate(pairs)]
    rows[row][1 + column % 3] = str(int(rows[row][1 + column % 3]) + off)
    wrong = publication([["region", "gp active", "gp adhered", "gp rate"], *rows])
    model = Counts(wrong.cells)
    found = smallest_repairs(model, wrong.tables)
    everything = set(range(len(wrong.cells)))
    for size in range(len(everything)):
        tried = {
            frozenset(left)
            for left in combinations(everything, size)
            if model.contradiction(everything - set(left)) is None
        }
        if tried:
            break
    singles = {repair.cells for repair in found if not any(slip.is_column for slip in repair.slips)}
    assert len(found[0].slips) <= size
    assert singles == (tried if len(found[0].slips) == size else set())


def test_places_that_nearly_make_the_country_are_added_up_and_a_selection_is_not() -> None:
    text = "region;gp active 2024\nNamur;400\nDinant;100\nPhilippeville;90\nBelgium;600\n"
    (finding,) = verify(read_publication(text, "places")).findings
    assert (finding.kind, finding.severity) == ("sum", "warning")
    assert verify(read_publication(text.replace("600", "590"), "places")).findings == ()
    assert verify(read_publication(text.replace("600", "24067"), "selection")).findings == ()


@pytest.mark.parametrize(
    ("text", "kind", "cell"),
    [
        ("region;gp rate 2024\nBelgium;104,20 %\n", "impossible_rate", "1/Belgium/gp rate 2024"),
        ("region;gp active 2024;gp adhered 2024;gp rate 2024\nBelgium;1000;900;91,00 %\n", "rate", None),
        ("region;gp rate 2024;specialist rate 2024;all rate 2024\nBelgium;90,00 %;80,00 %;95,00 %\n", None, None),
        ("region;gp rate;specialist rate;gp vs specialist\nBelgium;90,00 %;80,00 %;12,00\n", "difference", None),
        ("region;gp active 2024;specialist active 2024;all active 2024\nBelgium;100;200;400\n", "sum", None),
        ("region;gp active 2024;gp adhered 2024\nBelgium;100;120\n", None, None),
    ],
)  # fmt: skip
def test_each_kind_of_contradiction_is_found(text: str, kind: str | None, cell: str | None) -> None:
    report = verify(read_publication(text, "mine.csv"))
    assert report.findings
    assert all(finding.severity == "contradiction" for finding in report.findings)
    if kind is not None:
        assert kind in {finding.kind for finding in report.findings}
    if cell is not None:
        assert [finding.cell for finding in report.findings] == [cell]


def test_a_table_of_nothing_but_misprints_is_told_without_a_repair() -> None:
    rows = "".join(f"place {n};100;50;{n + 1},00 %\n" for n in range(10))
    report = verify(read_publication(f"region;gp active 2024;gp adhered 2024;gp rate 2024\n{rows}", "bad"))
    assert not report.repaired
    assert len(report.findings) == 10
    assert {finding.repair for finding in report.findings} == {None}


counts = st.integers(200, 20_000)


@st.composite
def true_tables(draw: st.DrawFn) -> dict[tuple[str, str], tuple[int, int]]:
    """Active and adhered by region and profession, with every total."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for region in ("Brussels", "Flanders", "Wallonia"):
        for profession in ("gp", "specialist"):
            active = draw(counts)
            found[region, profession] = (active, draw(st.integers(active // 2, active)))
        found[region, "all"] = _sum(found[region, "gp"], found[region, "specialist"])
    for profession in ("gp", "specialist", "all"):
        found["Belgium", profession] = _sum(*(found[r, profession] for r in ("Brussels", "Flanders", "Wallonia")))
    return found


def _sum(*parts: tuple[int, int]) -> tuple[int, int]:
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


_ROWS = ("Brussels", "Flanders", "Wallonia", "Belgium")


def printed(truth: dict[tuple[str, str], tuple[int, int]], decimals: int = 2) -> list[list[str]]:
    """Print a table as an article does: counts of active, rates rounded, the gap of the rounded rates."""
    rows = [["region", "gp active 2024", "gp rate 2024", "specialist active 2024", "specialist rate 2024",
             "gp vs specialist 2024", "all active 2024", "all rate 2024"]]  # fmt: skip
    for region in _ROWS:
        rate = {p: plain_number(Fraction(100 * truth[region, p][1], truth[region, p][0]), decimals)
                for p in ("gp", "specialist", "all")}  # fmt: skip
        gap = plain_number(Fraction(rate["gp"]) - Fraction(rate["specialist"]), decimals)
        active = {p: str(truth[region, p][0]) for p in ("gp", "specialist", "all")}
        rows.append([region, active["gp"], rate["gp"], active["specialist"], rate["specialist"], gap,
                     active["all"], rate["all"]])  # fmt: skip
    return rows


def publication(rows: list[list[str]]) -> Publication:
    return read_publication("\n".join(";".join(row) for row in rows), "printed")


def test_of_several_repairs_no_persons_are_claimed() -> None:
    """Any of the rates may be the misprint: persons that rest on one of the repairs would be a guess."""
    rows = ("region;gp active;gp rate", "Brussels;3747;89,48", "Flanders;12597;94,18", "Wallonia;7723;91,51")
    found = verify(read_publication("\n".join((*rows, "Belgium;24067;92,95")), "mine.csv")).findings
    assert [finding.kind for finding in found if finding.kind == "counts_behind_rates"] == []
    assert any(finding.alternatives for finding in found)


@settings(max_examples=25, deadline=None)
@given(true_tables(), st.integers(1, 2))
def test_a_true_table_raises_no_alarm_however_it_was_rounded(
    truth: dict[tuple[str, str], tuple[int, int]], decimals: int
) -> None:
    assert verify(publication(printed(truth, decimals))).findings == ()


@settings(max_examples=15, deadline=None)
@given(true_tables(), st.integers(1, 4), st.sampled_from([1, 3, 6]), st.integers(30, 900))
def test_a_wrong_count_is_found_and_mended(
    truth: dict[tuple[str, str], tuple[int, int]], row: int, column: int, off: int
) -> None:
    """A count stands in sums both ways, so that a misprint of it has one repair: the truth."""
    rows = printed(truth)
    right = rows[row][column]
    rows[row][column] = str(int(right) + off)
    finding, *behind = verify(publication(rows)).findings
    assert (finding.cell, finding.repair, finding.unique) == (f"1/{rows[row][0]}/{rows[0][column]}", right, True)
    for remark in behind:  # where the rates leave one solution in persons, it is the truth
        persons = (truth[region, of][1] for region in _ROWS for of in ("gp", "specialist", "all"))
        assert (remark.kind, remark.computed) == ("counts_behind_rates", "; ".join(str(number) for number in persons))


def test_every_sentence_stands_in_four_languages_and_every_word_is_used() -> None:
    for finding in found_2024().values():
        assert len(set(finding.why.values())) == 4
    assert "points" in found_2024()["difference", "1/Total Belgique/MG vs MS"].why["fr"]
    assert "procentpunten" in found_2024()["difference", "1/Total Belgique/MG vs MS"].why["nl"]
    clauses = [key for key in words() if key.startswith("why_")]
    source = "".join(path.read_text("utf-8") for path in FOLDER.parents[2].joinpath("observatory").glob("*.py"))
    assert [key for key in clauses if f'"{key}"' not in source] == []


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["observatory", *arguments], env=PLAIN)
    return result.exit_code, result.stdout


def test_the_command_answers_programs_and_people() -> None:
    code, text = run("verify", "conventioning-2024", "--format", "json")
    found = json.loads(text)
    assert code == 0
    assert {"kind", "cell", "printed", "computed", "why", "repair", "unique"} <= set(found["findings"][0])
    assert len(found["findings"]) == 11
    code, text = run("verify", "conventioning-2024", "--lang", "nl", "--fail-on", "contradiction")
    assert (code, "enige verbetering  3.586" in text) == (1, True)
    code, text = run("verify", "conventioning-2018", "--fail-on", "remark")
    assert (code, "36 figures, no contradiction." in text) == (0, True)
    assert run("verify", "conventioning-2018", "--fail-on", "everything")[0] == 2
    assert run("verify", "conventioning-2018", "--without-region", "200%")[0] == 2
    assert run("verify", "no-such-table")[0] == 2
