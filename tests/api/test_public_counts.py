"""Adhesion as everybody may read it: what is hidden cannot be computed from what is shown beside it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from medicomut.accession.statistics import FIGURES, Key, Row, statistics
from medicomut.accession.status import State
from medicomut.api.public_counts import MOST_CELLS, PublicRow, protected
from medicomut.errors import Problems

LEAST = 5
Cell = tuple[Key, str]
PLACES, PROFESSIONS = ("A", "B", "C"), ("gp", "specialist")


def counted(*by_place: tuple[int, int, int], width: int = 1) -> list[Row]:
    """Return the rows of a register: full, partial and refused of each place (and profession)."""
    keys: list[Key] = [(place,) for place in PLACES]
    if width == 2:
        keys = [(place, profession) for place in PLACES for profession in PROFESSIONS]
    cells = {
        (key, state): count
        for key, counts in zip(keys, by_place, strict=False)
        for state, count in zip((State.full, State.partial, State.refused), counts, strict=True)
        if count
    }
    return statistics(cells, width)


def shown(rows: Sequence[PublicRow]) -> dict[Key, dict[str, int | None]]:
    return {row.key: row.figures() for row in rows}


def subtracted(rows: Sequence[PublicRow]) -> list[tuple[Key, str, int]]:
    """Return what somebody finds out who subtracts what is published, again and again."""
    known: dict[Cell, int | None] = {
        (key, name): value for key, figures in shown(rows).items() for name, value in figures.items()
    }
    keys = {key for key, _ in known}
    whole = {one for one, value in known.items() if value is not None}
    sums: list[tuple[Cell, list[Cell]]] = []
    for key in keys:
        sums.append(((key, "active"), [(key, "adhered"), (key, "refused")]))
        sums.append(((key, "adhered"), [(key, "full"), (key, "partial")]))
        for at, label in enumerate(key):
            if label is None:
                below = [other for other in keys if other[at] is not None
                         and other[:at] + other[at + 1 :] == key[:at] + key[at + 1 :]]  # fmt: skip
                sums += [((key, name), [(part, name) for part in below]) for name in FIGURES]
    found = []
    while True:
        for total, parts in sums:
            unknown = [one for one in (total, *parts) if known[one] is None]
            if len(unknown) == 1:
                rest = sum(known[one] or 0 for one in parts)
                value = rest if unknown[0] == total else (known[total] or 0) - rest
                known[unknown[0]] = value
                key, name = unknown[0]
                # With a hidden number of active, who adhered is left out for the rate's sake alone.
                if name != "adhered" or (key, "active") in whole:
                    found.append((key, name, value))
                break
        else:
            return found


def test_what_is_left_of_a_total_is_not_told() -> None:
    """Of 9, 6 in one place leave 3 in the other: neither is told, the 9 are."""
    rows = shown(protected(counted((6, 0, 0), (3, 0, 0)), ["region"], LEAST))
    assert {key: figures["active"] for key, figures in rows.items()} == {("A",): None, ("B",): None, (None,): 9}


def test_a_refusal_is_not_told_by_the_total_of_refusals() -> None:
    """Two refuse in A, forty in B and fifty in C: forty is hidden with them, and who adhered there."""
    rows = shown(protected(counted((50, 0, 2), (60, 0, 40), (70, 0, 50)), ["region"], LEAST))
    assert rows["A",]["refused"] is None
    assert rows["B",]["refused"] is None
    assert rows["C",]["refused"] == 50
    assert rows[None,]["refused"] == 92
    assert not subtracted(protected(counted((50, 0, 2), (60, 0, 40), (70, 0, 50)), ["region"], LEAST))


def test_where_nobody_is_few_everything_is_told() -> None:
    rows = protected(counted((50, 10, 20), (60, 0, 40), (70, 9, 50)), ["region"], LEAST)
    assert [row.to_dict(["region"])["rate_exact"] for row in rows] == ["60/80", "60/100", "79/129", "199/309"]


def test_no_rate_tells_how_many_are_active() -> None:
    for row in protected(counted((6, 0, 0), (3, 0, 0)), ["region"], LEAST):
        said = row.to_dict(["region"], LEAST)
        assert (said["rate_exact"] is None) == (said["active"] is None or said["adhered"] is None)


def test_a_handful_in_all_is_nobodys_business() -> None:
    assert {value for figures in shown(protected(counted((3, 0, 1)), ["region"], LEAST)).values()
            for value in figures.values()} == {None}  # fmt: skip


def test_a_table_too_fine_is_refused() -> None:
    rows = statistics({((str(number),), State.full): 6 for number in range(MOST_CELLS // 9)}, 1)
    with pytest.raises(Problems) as refused:
        protected(rows, ["municipality"], LEAST)
    assert refused.value.problems[0].code == "too_fine"


COUNTS = st.tuples(*(st.one_of(st.integers(0, 8), st.integers(0, 200)) for _ in range(3)))


@given(st.lists(COUNTS, min_size=6, max_size=6))
@settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_subtracting_finds_nothing_hidden(by_place: list[tuple[int, int, int]]) -> None:
    rows = protected(counted(*by_place, width=2), ["region", "profession"], LEAST)
    assert not subtracted(rows)
    small = [value for figures in shown(rows).values() for value in figures.values() if value and value < LEAST]
    assert not small
