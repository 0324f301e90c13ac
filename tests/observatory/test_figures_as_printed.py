"""Numbers as people print them, and tables read as they were published."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.errors import Problems
from medicomut.observatory.figures import Key
from medicomut.observatory.headings import read_heading
from medicomut.observatory.numbers import Kind, plain_number, read_figure
from medicomut.observatory.published import decode, load, names, published
from medicomut.observatory.tables import read_publication


def codes(refused: pytest.ExceptionInfo[Problems]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("text", "kind", "value", "decimals"),
    [
        ("3.747", "count", "3747", 0),
        ("3 747", "count", "3747", 0),
        ("3\u202f747", "count", "3747", 0),
        ("3\u00a0747", "count", "3747", 0),
        ("3,747", "count", "3747", 0),
        ("1.234.567", "count", "1234567", 0),
        ("60588", "count", "60588", 0),
        ("89,48 %", "rate", "89.48", 2),
        ("92,71%", "rate", "92.71", 2),
        ("<b>92,59 %</b>", "rate", "92.59", 2),
        ("84.00", "rate", "84", 2),
        ("0,875", "rate", "0.875", 3),
        ("6.287, 70", "rate", "6287.70", 2),
        ("+15,72%", "points", "15.72", 2),
        ("↗ 0,89 %", "points", "0.89", 2),
        ("↘ 0,32 %", "points", "-0.32", 2),
        ("−0,12 points", "points", "-0.12", 2),
        ("→ 0,00", "points", "0", 2),
    ],
)
def test_a_number_is_read_as_it_was_printed(text: str, kind: Kind, value: str, decimals: int) -> None:
    figure = read_figure(text, kind)
    assert (figure.value, figure.decimals) == (Fraction(value), decimals)


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("3.747", "rate", "ambiguous_number"),
        ("12,345 %", "rate", "ambiguous_number"),
        ("3,7", "count", "bad_number"),
        ("12 34", "count", "bad_number"),
        ("about 50", "count", "bad_number"),
        ("3747 %", "count", "bad_unit"),
        ("5 k€", "points", "bad_number"),
        ("5 km", "points", "bad_unit"),
        ("↘ +0,32", "points", "bad_sign"),
        ("→ 0,32", "points", "bad_sign"),
        ("1" * 60, "count", "bad_number"),
    ],
)
def test_what_could_be_another_number_is_refused(text: str, kind: Kind, code: str) -> None:
    with pytest.raises(Problems) as refused:
        read_figure(text, kind)
    assert codes(refused) == [code]


def test_a_stated_decimal_mark_decides_what_a_mark_is() -> None:
    assert read_figure("3.747", "rate", ",").value == 3747
    assert read_figure("3.747", "rate", ".").value == Fraction("3.747")
    assert read_figure("3,747", "rate", ",").value == Fraction("3.747")


def test_an_ambiguous_number_names_both_readings() -> None:
    with pytest.raises(Problems, match=r"'3\.747' can be read as 3\.747 or 3747;"):
        read_figure("3.747", "rate")


@given(st.integers(0, 10**9), st.sampled_from([".", " ", ",", "\u202f", "'"]))
def test_every_count_with_its_thousands_grouped_reads_as_itself(count: int, mark: str) -> None:
    assert read_figure(f"{count:,}".replace(",", mark), "count").value == count


@given(st.integers(-(10**6), 10**6), st.integers(0, 5), st.sampled_from([".", ","]))
def test_a_rate_is_read_back_or_refused_and_never_another(scaled: int, decimals: int, mark: str) -> None:
    value = Fraction(scaled, 10**decimals)
    text = plain_number(value, decimals).replace(".", mark)
    if decimals == 3 and 1 <= abs(value) < 1000:
        with pytest.raises(Problems) as refused:
            read_figure(text, "points")
        assert codes(refused) == ["ambiguous_number"]
    else:
        figure = read_figure(text, "points")
        assert (figure.value, figure.decimals) == (value, decimals)
        assert figure.low < figure.value < figure.high


@pytest.mark.parametrize(
    ("heading", "measure", "profession", "year", "against"),
    [
        ("MG actifs", "active", "gp", None, ""),
        ("% MS conventionnés", "rate", "specialist", None, ""),
        ("Médecins actifs", "active", "all", None, ""),
        ("% médecins conventionnés", "rate", "all", None, ""),
        ("Médecins généralistes actifs 2023", "active", "gp", 2023, ""),
        ("Adhésion 2023", "adhered", None, 2023, ""),
        ("% adhésion 2024", "rate", None, 2024, ""),
        ("MG vs MS", "gap", "gp", None, "specialist"),
        ("2024 VS 2023", "change", None, 2024, "2023"),
        ("HA actief", "active", "gp", None, ""),
        ("% geconventioneerde specialisten", "rate", "specialist", None, ""),
        ("Artsen: weigeringen", "refused", "all", None, ""),
        ("% refus MS", "refusal_rate", "specialist", None, ""),
        ("Hausärzte aktiv 2024", "active", "gp", 2024, ""),
        ("rate", "rate", None, None, ""),
    ],
)
def test_headings_of_the_trade_are_known(
    heading: str, measure: str, profession: str | None, year: int | None, against: str
) -> None:
    found = read_heading(heading)
    assert (found.measure, found.profession, found.year, found.against) == (measure, profession, year, against)


@pytest.mark.parametrize("heading", ["Turnover", "% MG actifs", "2024 vs", "MG MS actifs", "refus adhésion"])
def test_a_heading_that_is_not_known_is_refused(heading: str) -> None:
    with pytest.raises(Problems) as refused:
        read_heading(heading)
    assert codes(refused) == ["unknown_heading"]


def test_the_article_of_2024_is_kept_as_printed() -> None:
    """Medi-Sphere, 21 March 2024: two tables, and the figures of its sentences."""
    article = published("conventioning-2024")
    first, second, text = article.tables
    assert first.rows[-1][1:] == ("24.067", "92,59 %", "36.521", "86,24 %", "+6,35%", "60.588", "86,24 %")
    assert second.rows[0][1:] == ("3.583", "3.177", "88,59 %", "6.984", "3.177", "89,48 %", "↗ 0,89 %")
    assert second.rows[-1][-1] == "↘ 0,12%"
    assert [len(table.cells) for table in article.tables] == [28, 28, 5]
    assert text.is_text
    assert not first.is_text
    changes = {cell.row: cell.figure.value for cell in second.cells if cell.key.measure == "change"}
    assert changes["Région flamande"] == Fraction("-0.32")
    assert {cell.key.profession for cell in second.cells} == {"gp"}
    assert all(cell.source.startswith("Medi-Sphere") and cell.status == "published" for cell in article.cells)
    assert "adhered are those who did not refuse" in article.head["population"]


def test_every_shipped_table_says_its_title_population_and_the_source_of_each_figure() -> None:
    assert {f"conventioning-{year}" for year in (2011, 2013, 2015, 2016, 2018, 2020, 2022, 2023, 2024)} < set(names())
    for name in names():
        found = published(name)
        assert found.head["title"]
        assert found.head["population"]
        assert [cell.name for cell in found.cells if not cell.source or cell.status == "unverified"] == []


def test_the_counts_of_2018_are_those_of_the_institute() -> None:
    figures = {cell.key: cell.figure.value for cell in published("conventioning-2018").cells}
    assert figures[Key("active", 2018, "Belgium", "all")] == 50_580
    assert figures[Key("adhered", 2018, "Belgium", "all")] == 42_634
    assert figures[Key("rate", 2018, "Flanders", "specialist")] == Fraction("78.60")


def test_what_follows_by_arithmetic_is_not_called_published() -> None:
    cells = {cell.key: cell for cell in published("conventioning-2023").cells}
    mended = cells[Key("active", 2023, "Brussels", "gp")]
    assert (mended.figure.value, mended.status) == (3586, "derived")
    assert {cell.status for key, cell in cells.items() if key.measure == "refused"} == {"derived"}


PASTED = """\tMG actifs\t% MG conventionnés
Région bruxelloise\t3.747\t89,48 %
Total Belgique\t24.067\t<b>92,59 %</b>
"""


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_a_table_pasted_from_a_page_or_a_spreadsheet_is_read(separator: str) -> None:
    text = "# year: 2024;;\n;;\n" * (separator == ";") + PASTED.replace("\t", separator)
    found = read_publication(text, "mine.csv")
    assert [str(cell.figure.value) for cell in found.cells] == ["3747", "2237/25", "24067", "9259/100"]
    assert {cell.key.year for cell in found.cells} == ({2024} if separator == ";" else {None})


def test_a_file_of_windows_is_read() -> None:
    found = decode("région;MG conventionnés\nBruxelles;3 353\n".encode("cp1252"), "mine.csv")
    assert [(cell.key.region, cell.figure.value) for cell in found.cells] == [("Brussels", 3353)]


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(Problems) as refused:
        decode(b"PK\x03\x04\x00\x00", "mine.xlsx")
    assert codes(refused) == ["not_text"]


def test_every_fault_of_a_file_is_found_at_once_with_its_line() -> None:
    text = """# colour: red
# year: 24
region,gp active,gp rate,turnover,specialist active
Brussels,3.7,3.747,1,2,3
Wallonia,3.7,3.747,1,12
"""
    with pytest.raises(Problems) as refused:
        read_publication(text, "mine.csv")
    found = [(p.code, p.where.line, p.where.field) for p in refused.value.problems if p.where is not None]
    assert found == [
        ("unknown_head", 1, None), ("bad_head", 2, None), ("unknown_heading", 3, "turnover"), ("bad_row", 4, None),
        ("bad_number", 5, "gp active"), ("ambiguous_number", 5, "gp rate"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("region,active\nBrussels,5\n", "missing_profession"),
        ("profession,active\ngp,5\n", "missing_region"),
        ("region,profession,active\nBrussels,nurse,5\n", "missing_profession"),
        ("region,region,gp active\nBrussels,Brussels,5\n", "repeated_column"),
        ("region,gp active,MG actifs\nBrussels,5,5\n", "repeated_figure"),
        ("region,year,gp active\nBrussels,last,5\n", "bad_year"),
        ("region,status,gp active\nBrussels,sure,5\n", "bad_status"),
        ("# title: nothing\n", "no_figures"),
        ("", "no_figures"),
        ("region,gp active\n" + "".join(f"place {n},{n}\n" for n in range(5001)), "too_many_figures"),
    ],
)
def test_what_is_missing_or_doubled_has_a_name(text: str, code: str) -> None:
    with pytest.raises(Problems) as refused:
        read_publication(text, "mine.csv")
    assert codes(refused) == [code]


def test_a_name_that_is_no_table_is_told_those_there_are() -> None:
    with pytest.raises(Problems, match="conventioning-2024"):
        load("conventioning-2042")
