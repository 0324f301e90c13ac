"""Maps of tiles: every place once, colours at round limits, the table beside them, safe in a page."""

import re
import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medicomut.geography import LANGUAGES
from medicomut.money import format_number
from medicomut.web.drawing import STYLE, Drawing, as_file, in_page
from medicomut.web.tiles import LEVELS, Level, Words, places, round_limits, shade_of, tile_map

WORDS = Words("Arrondissement", "Taux", "inconnu")
SVG = "{http://www.w3.org/2000/svg}"


def percent(value: Fraction) -> str:
    return format_number(value, "fr", 2)


def drawn(values: dict[str, Fraction | None], level: Level = "arrondissement", **more: object) -> Drawing:
    return tile_map("rates", "Taux & co.", "Par lieu", level, values, percent, WORDS, "fr", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("level", "count"), list(zip(LEVELS, (3, 11, 43), strict=True)))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_place_has_a_tile_of_its_own(level: Level, count: int, lang: str) -> None:
    shown = places(level, lang)
    assert len(shown) == len({place.code for place in shown}) == len({(p.row, p.column) for p in shown}) == count


def test_a_tile_bears_its_name_and_figure_and_the_table_says_the_same() -> None:
    found = drawn({"62000": Fraction(9278, 100), "63000": None})
    text = in_page(found)
    assert "LIÈ" in text
    assert "Liège: 92,78" in text
    assert ("Liège", "92,78") in found.twin.rows
    assert ("Verviers", "inconnu") in found.twin.rows
    assert len(found.twin.rows) == 43


def test_a_drawing_says_what_it_is_and_escapes_what_it_says() -> None:
    root = ET.fromstring(as_file(drawn({}), "fr"))  # noqa: S314 - ours
    assert root.attrib["role"] == "img"
    named = root.attrib["aria-labelledby"].split()
    said = [element.text for element in root if element.attrib.get("id") in named]
    assert said == ["Taux & co.", "Par lieu"]


def test_a_tile_with_an_address_is_a_link_and_the_map_a_group() -> None:
    text = in_page(drawn({"11000": Fraction(90)}, hrefs={"11000": "/fr/x?a=1&b=2"}))
    assert 'href="/fr/x?a=1&amp;b=2"' in text
    assert 'role="group"' in text


def test_a_file_keeps_its_heading_source_and_colours() -> None:
    found = drawn({"11000": Fraction(90), "12000": Fraction(80)}, note="Source : Statbel, " + "population " * 30)
    root = ET.fromstring(as_file(found, "fr"))  # noqa: S314 - ours
    texts = [element.text or "" for element in root.iter(f"{SVG}text")]
    assert "Taux & co." in texts
    assert sum(text.count("population") for text in texts) == 30
    assert max(map(len, texts)) < 110
    assert root.find(f"{SVG}style") is not None
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "fr"


def test_classes_begin_at_round_figures_and_hold_their_lower_limit() -> None:
    limits = round_limits([Fraction(7846, 100), Fraction(9418, 100)])
    assert limits == [80, 85, 90]
    assert shade_of(Fraction(80), limits) == shade_of(Fraction(8499, 100), limits) == 1
    assert shade_of(Fraction(7999, 100), limits) == 0
    assert shade_of(Fraction(95), limits) == 4


@given(st.lists(st.fractions(min_value=-1000, max_value=100_000, max_denominator=100), max_size=50))
def test_there_are_never_more_classes_than_colours(values: list[Fraction]) -> None:
    limits = round_limits(values)
    assert limits == sorted(limits)
    assert len(limits) <= 4
    assert len(set(values)) < 2 or limits
    assert all(0 <= shade_of(value, limits) <= 4 for value in values)


def test_every_class_of_a_drawing_has_its_colour() -> None:
    text = in_page(drawn({"11000": Fraction(90), "12000": Fraction(80)}))
    for name in set(re.findall(r'class="([^"]+)"', text)) - {"drawing"}:
        for one in name.split():
            assert f".{one}" in STYLE, one
