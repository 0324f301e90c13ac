"""Charts: every value where the scale puts it, names that do not collide, words in four languages beside them."""

import re
import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.money import Lang
from medicomut.observatory.series import series
from medicomut.web.drawing import STYLE, Drawing, as_file, in_page
from medicomut.web.pictures import PICTURES, picture
from medicomut.web.plots import Bar, Series, bars, lines, scale

SVG = "{http://www.w3.org/2000/svg}"
LANGUAGES: tuple[Lang, ...] = ("fr", "nl", "de", "en")
VALUES = st.fractions(min_value=-100, max_value=100, max_denominator=100)


def parsed(drawing: Drawing) -> ET.Element:
    return ET.fromstring(as_file(drawing, "fr"))  # noqa: S314 - ours


def drawn(name: str, lang: Lang = "fr") -> Drawing:
    found = picture(name, lang)
    assert found is not None
    return found


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_picture_has_its_words_its_table_and_its_source(name: str, lang: Lang) -> None:
    found = drawn(name, lang)
    assert found.title
    assert found.description
    assert found.note
    assert found.twin.rows
    assert all(len(row) == len(found.twin.headings) for row in found.twin.rows)
    assert all(cell for row in found.twin.rows for cell in row)


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_is_told_in_english_to_who_reads_french(name: str) -> None:
    assert drawn(name, "fr").title != drawn(name, "en").title
    assert drawn(name, "nl").description != drawn(name, "en").description


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_drawn_lies_within_the_picture(name: str) -> None:
    found = drawn(name, "nl")
    root = parsed(found)
    wide, high = (int(root.attrib[side]) for side in ("width", "height"))
    for element in root.iter():
        for side, limit in (
            ("x", wide),
            ("x1", wide),
            ("x2", wide),
            ("cx", wide),
            ("y", high),
            ("y1", high),
            ("cy", high),
        ):
            assert 0 <= float(element.attrib.get(side, 0)) <= limit
    ends = [int(text.attrib["x"]) + len(text.text or "") * 9 for text in root.iter(f"{SVG}text")
            if "text-anchor" not in text.attrib and text.attrib.get("class") != "note"]  # fmt: skip
    assert max(ends) <= wide + 24, max(ends)


@pytest.mark.parametrize("name", PICTURES)
def test_the_style_sheet_knows_every_class(name: str) -> None:
    for each in set(re.findall(r'class="([^"]+)"', in_page(drawn(name)))) - {"drawing"}:
        assert all(f".{one}" in STYLE for one in each.split()), each


def test_the_table_beside_the_lines_says_every_year() -> None:
    """82.05 % of the specialists in 2024 and all physicians of 2017 are derived: their points are hollow."""
    found = drawn("country", "en")
    assert found.twin.headings == ("Year", "general practitioners", "all physicians", "specialists")
    assert found.twin.rows[-1] == ("2024", "92.59%", "86.24%", "82.05%")
    assert found.twin.rows[0] == ("2011", "not known", "83.23%", "not known")
    assert len(found.twin.rows) == len(series())
    assert in_page(found).count('class="hollow') == 2


def test_changes_are_points_and_have_a_real_minus() -> None:
    rows = dict(drawn("changes", "fr").twin.rows)  # type: ignore[arg-type]
    assert rows["Belgique, généralistes"] == "−0,12"
    assert "%" not in "".join(rows.values())


def test_refusals_add_up_to_those_of_the_country() -> None:
    assert sum(int(row[1].replace(",", "")) for row in drawn("refusals", "en").twin.rows) == 8_339


def test_an_unknown_picture_is_none() -> None:
    assert picture("pie", "fr") is None


@given(st.lists(VALUES, min_size=1, max_size=30))
def test_a_scale_holds_every_value_in_few_steps(values: list[Fraction]) -> None:
    low, high, step = scale(values)
    assert low <= min(values) <= max(values) <= high
    assert low < high
    assert (high - low) / step <= 7
    assert (low / step).denominator == 1


@given(
    st.dictionaries(st.integers(1990, 2030), VALUES, min_size=1),
    st.dictionaries(st.integers(1990, 2030), VALUES, min_size=1),
)
def test_a_higher_value_is_drawn_higher_and_a_later_year_further(
    one: dict[int, Fraction], other: dict[int, Fraction]
) -> None:
    found = lines("k", "t", "d", [Series("a", one), Series("b", other)], str, ("Year", "-"))
    dots = [(int(e.attrib["cx"]), int(e.attrib["cy"])) for e in parsed(found).iter(f"{SVG}circle")]
    values = [*sorted(one.items()), *sorted(other.items())]
    for (x1, y1), (year1, value1) in zip(dots, values, strict=True):
        for (x2, y2), (year2, value2) in zip(dots, values, strict=True):
            assert (x1 <= x2) or year1 > year2
            assert (y1 >= y2) or value1 > value2


@given(st.lists(st.one_of(st.none(), VALUES), min_size=1, max_size=12).filter(any))
def test_a_bar_is_as_long_as_its_value_and_none_where_nothing_is_known(values: list[Fraction | None]) -> None:
    found = bars("k", "t", "d", ["n"], [Bar("row", (value,)) for value in values], str, ("Row", "-"))
    lengths = [
        int(e.attrib["width"])
        for e in parsed(found).iter(f"{SVG}rect")
        if "class" in e.attrib and "f0" in e.attrib["class"]
    ]
    known = [abs(value) for value in values if value is not None]
    assert len(lengths) == len(known)
    for length, value in zip(lengths, known, strict=True):
        assert abs(length - value * max(lengths) / max(known)) <= 2
