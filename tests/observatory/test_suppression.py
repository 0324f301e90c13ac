"""Small counts hidden: nobody who sees all that is published can bound one more tightly than the width."""

from __future__ import annotations

import csv
import io
import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from medicomut.cli.main import app
from medicomut.errors import Problems
from medicomut.observatory.attack import Attacker, Interval
from medicomut.observatory.count_table import TOTAL, Shape, read_counts, read_published, write_published
from medicomut.observatory.suppress import suppress

# Patients registered with a synthetic maison médicale, by municipality and age.
PATIENTS = """municipality,age,count
Namur,0-17,120
Namur,18-64,340
Namur,65+,90
Dinant,0-17,14
Dinant,18-64,3
Dinant,65+,22
Ciney,0-17,41
Ciney,18-64,66
Ciney,65+,18
"""


def table(*rows: tuple[int, ...]) -> tuple[Shape, list[int]]:
    """Return a table of two columns of labels, its counts given row by row."""
    labels = (tuple(f"r{n}" for n in range(len(rows))), tuple(f"c{n}" for n in range(len(rows[0]))))
    shape = Shape(("row", "column"), labels)
    counts = {(labels[0][r], labels[1][c]): count for r, row in enumerate(rows) for c, count in enumerate(row)}
    return shape, shape.with_totals(counts)


def hiding(shape: Shape, counts: list[int], *hidden: tuple[str, ...]) -> Attacker:
    return Attacker(shape, [None if cell in hidden else count for cell, count in zip(shape.cells, counts, strict=True)])


def test_one_hidden_cell_is_given_away_by_its_totals() -> None:
    shape, counts = table((9, 3), (20, 30))
    attacker = hiding(shape, counts, ("r0", "c1"))
    assert attacker.interval(shape.place["r0", "c1"]) == Interval(3, 3)
    assert attacker.exposed(1) == [shape.place["r0", "c1"]]


def test_four_cells_in_a_rectangle_protect_one_another_as_far_as_the_smallest() -> None:
    """3 may rise to 12 while 9 falls to 0, and fall to 0: the others move with them."""
    shape, counts = table((9, 3), (20, 30))
    attacker = hiding(shape, counts, ("r0", "c0"), ("r0", "c1"), ("r1", "c0"), ("r1", "c1"))
    assert attacker.interval(shape.place["r0", "c1"]) == Interval(0, 12)
    assert attacker.exposed(12) == []
    assert len(attacker.exposed(13)) == 4


def test_a_small_count_is_hidden_with_what_would_give_it_away() -> None:
    shape, counts = read_counts(PATIENTS, "patients.csv")
    found = suppress(shape, counts, threshold=5, width=5)
    small = shape.place["Dinant", "18-64"]
    reasons = {each.cell: each.reason for each in found.log}
    assert reasons.pop(small) == "primary"
    assert set(reasons.values()) == {"complementary"}
    assert len(reasons) == 3
    assert found.published[small] is None
    assert found.published[-1] == 714
    assert min(each.interval.width for each in found.log) >= 5


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    shape, counts = table((9, 30), (20, 30))
    assert suppress(shape, counts, threshold=5, width=5).log == ()


def test_noughts_are_published() -> None:
    shape, counts = table((0, 30), (20, 30))
    assert suppress(shape, counts, threshold=5, width=5).log == ()


@pytest.mark.parametrize(
    ("rows", "threshold", "width", "code"),
    [
        (((3, 40), (20, 30)), 5, 500, "cannot_protect"),
        (((1, 1), (1, 0)), 5, 2, "cannot_protect"),
        (((3, 40), (20, 30)), 0, 5, "bad_threshold"),
        (((3, 40), (20, 30)), 5, 0, "bad_width"),
    ],
)
def test_what_cannot_be_protected_is_not_published(
    rows: tuple[tuple[int, ...], ...], threshold: int, width: int, code: str
) -> None:
    shape, counts = table(*rows)
    with pytest.raises(Problems) as refused:
        suppress(shape, counts, threshold, width)
    assert [problem.code for problem in refused.value.problems] == [code]


@st.composite
def tables(draw: st.DrawFn) -> tuple[Shape, list[int]]:
    """Tables of one to three columns of labels, many counts small."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=3))
    shape = Shape(tuple(f"d{n}" for n in range(len(sizes))),
                  tuple(tuple(f"l{n}" for n in range(size)) for size in sizes))  # fmt: skip
    count = st.one_of(st.integers(0, 9), st.integers(0, 60))
    return shape, shape.with_totals({cell: draw(count) for cell in shape.cells if TOTAL not in cell})


@settings(max_examples=40, deadline=None)
@given(tables(), st.sampled_from([3, 5, 10]), st.sampled_from([1, 4, 9]))
def test_no_hidden_count_of_a_random_table_is_exposed(
    drawn: tuple[Shape, list[int]], threshold: int, width: int
) -> None:
    """The audit is made from what is published alone, read back from its file."""
    shape, counts = drawn
    assume(counts[-1] >= max(40, threshold))
    found = suppress(shape, counts, threshold, width)
    again, published = read_published(write_published(shape, found.published), "published.csv")
    attacker = Attacker(again, published)
    assert attacker.exposed(width) == []
    assert set(attacker.hidden) >= {n for n, count in enumerate(counts[:-1]) if 0 < count < threshold}
    for each in found.log:
        assert attacker.interval(each.cell) == each.interval
        assert each.interval.low <= each.count <= each.interval.high


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 2), min_size=6, max_size=6).filter(lambda leaves: sum(leaves) <= 6),
    st.sets(st.integers(0, 5), min_size=1, max_size=4),
    st.sets(st.integers(0, 4), max_size=5),
)
def test_the_bounds_are_those_of_trying_every_table(leaves: list[int], cells: set[int], totals: set[int]) -> None:
    """Two by three counts and their totals: every whole table that agrees with what is published, one by one."""
    shape, counts = table(tuple(leaves[:3]), tuple(leaves[3:]))
    inner = [number for number, cell in enumerate(shape.cells) if TOTAL not in cell]
    outer = [number for number, cell in enumerate(shape.cells) if TOTAL in cell]
    varied = [inner[at] for at in sorted(cells)]
    hidden = {*varied, *(outer[at] for at in totals)}
    published = [None if number in hidden else count for number, count in enumerate(counts)]
    fitting = []
    for chosen in product(range(counts[-1] + 1), repeat=len(varied)):
        trial = {shape.cells[n]: counts[n] for n in inner} | dict(
            zip((shape.cells[n] for n in varied), chosen, strict=True)
        )
        whole = shape.with_totals(trial)
        if all(known is None or known == value for known, value in zip(published, whole, strict=True)):
            fitting.append(whole)
    attacker = Attacker(shape, published)
    for cell in hidden:
        tried = [whole[cell] for whole in fitting]
        assert attacker.interval(cell) == Interval(min(tried), max(tried))


def test_rounding_does_not_decide_with_three_columns() -> None:
    """A table of three columns has corners that are not whole; the bounds are those of whole tables all the same."""
    shape = Shape(("a", "b", "c"), (("0", "1"), ("0", "1"), ("0", "1")))
    counts = shape.with_totals({cell: 1 for cell in shape.cells if TOTAL not in cell})
    published = [None if TOTAL not in cell else count for cell, count in zip(shape.cells, counts, strict=True)]
    attacker = Attacker(shape, published)
    assert {attacker.interval(cell) for cell in attacker.hidden} == {Interval(0, 2)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("commune;count\nNamur;12\nNamur;13\n", "repeated_cell"),
        ("commune;count\nNamur;12\nTotal;12\n", "total_given"),
        ("commune;count\nNamur;about 12\n", "bad_count"),
        ("commune;age;count\nNamur;old;12\nDinant;young;3\n", "missing_cell"),
        ("commune;count\nNamur;12;3\n", "bad_row"),
        ("commune;count\n", "no_rows"),
        ("commune;number\nNamur;12\n", "bad_header"),
        ("count\n12\n", "bad_header"),
        ('commune,count\nNamur,"' + "1" * 150_000, "bad_quotes"),
        ("commune,count\n" + "".join(f"c{n},1\n" for n in range(2500)), "too_many_cells"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(text: str, code: str) -> None:
    with pytest.raises(Problems) as refused:
        read_counts(text, "mine.csv")
    assert {problem.code for problem in refused.value.problems} == {code}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("commune,count\nNamur,12\nDinant,3\ntotal,16\n", "false_total"),
        ("commune,count\nNamur,12\nDinant,\ntotal,\n", "hidden_total"),
        ("commune,count\nNamur,12\nDinant,few\ntotal,16\n", "bad_count"),
        ("commune,count\nNamur,12\nDinant,4\n", "missing_cell"),
        ('commune,count\nNamur,"' + "1" * 150_000, "bad_quotes"),
    ],
)
def test_a_published_table_that_does_not_hold_is_refused(text: str, code: str) -> None:
    with pytest.raises(Problems) as refused:
        read_published(text, "published.csv")
    assert {problem.code for problem in refused.value.problems} == {code}


def test_the_commands_publish_keep_a_log_and_audit(tmp_path: Path) -> None:
    given_, out, log = (tmp_path / name for name in ("patients.csv", "published.csv", "hidden.csv"))
    given_.write_text(PATIENTS, encoding="utf-8")
    arguments = ["observatory", "suppress", str(given_), "--threshold", "5", "--out", str(out), "--log", str(log)]
    told = CliRunner().invoke(app, [*arguments, "--lang", "fr"], env={"COLUMNS": "100"})
    assert told.exit_code == 0, told.stderr
    assert "× caché\u00a0: 1 parce que petits, 3 pour que personne ne puisse les calculer." in told.stdout
    kept = list(csv.DictReader(io.StringIO(log.read_text("utf-8"))))
    assert [row["reason"] for row in kept].count("primary") == 1
    assert ("Dinant", "18-64", "3") in {(row["municipality"], row["age"], row["count"]) for row in kept}
    assert "Dinant,18-64,,hidden" in out.read_text("utf-8")
    audit = ["observatory", "audit", str(out), "--width"]
    assert CliRunner().invoke(app, [*audit, "5"]).exit_code == 0
    told = CliRunner().invoke(app, [*audit, "500", "--format", "json"])
    assert (told.exit_code, json.loads(told.stdout)["safe"]) == (1, False)
    told = CliRunner().invoke(app, [*audit, "500", "--lang", "nl"])
    assert "verborgen aantallen kunnen nauwer dan 500" in told.stdout


def test_the_answer_for_programs_keeps_what_was_hidden(tmp_path: Path) -> None:
    file = tmp_path / "patients.csv"
    file.write_text(PATIENTS, encoding="utf-8")
    told = CliRunner().invoke(app, ["observatory", "suppress", str(file), "--format", "json"])
    found = json.loads(told.stdout)
    assert len(found["cells"]) == 16
    assert {"municipality": "Dinant", "age": "18-64", "count": None} in found["cells"]
    assert all("count" not in each for each in found["hidden"])


@pytest.mark.parametrize(("out", "log"), [("patients.csv", "hidden.csv"), ("published.csv", "published.csv")])
def test_what_may_be_published_never_takes_the_place_of_what_may_not(tmp_path: Path, out: str, log: str) -> None:
    file = tmp_path / "patients.csv"
    file.write_text(PATIENTS, "utf-8")
    names = ["--out", str(tmp_path / out), "--log", str(tmp_path / log)]
    told = CliRunner().invoke(app, ["observatory", "suppress", str(file), *names])
    assert told.exit_code == 2
    assert "same_file" in told.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["patients.csv"]
    assert file.read_text("utf-8") == PATIENTS
