"""Two agreements beside one another: the same matter under another number, and what nobody knows."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from typer.testing import CliRunner

from medicomut.agreement import Agreement, Interval, load
from medicomut.agreement.comparison import compare, subjects
from medicomut.agreement.model import Dated, Value
from medicomut.cli.main import app

OF_2020, OF_2024 = load("be/amm/2020"), load("be/amm/2024")


def renumbered(agreement: Agreement, seed: int) -> tuple[Agreement, dict[str, str]]:
    """Return the agreement with its chapters in another order, and the new number of each clause by the old one."""
    chapters = [clause.number for clause in agreement.clauses if clause.parent is None]
    shuffled = random.Random(seed).sample(chapters, len(chapters))
    places = dict(zip(chapters, shuffled, strict=True))
    numbers = {}
    for clause in agreement.clauses:
        head, dot, rest = clause.number.partition(".")
        numbers[clause.number] = places[head] + dot + rest
    moved = tuple(
        replace(clause, number=numbers[clause.number], parent=clause.parent and numbers[clause.parent])
        for clause in agreement.clauses
    )
    return replace(agreement, clauses=moved), numbers


def changed(agreement: Agreement, id_: str, value: Value) -> Agreement:
    span = Interval(date(2021, 1, 1), date(2021, 12, 31))
    parameters = tuple(
        replace(parameter, values=(Dated(span, value),)) if parameter.id == id_ else parameter
        for parameter in agreement.parameters
    )
    return replace(agreement, parameters=parameters)


def test_the_ground_of_2024_stands_beside_those_of_2020_and_is_none_of_them() -> None:
    """F8: 9.2.4 has the subject of 16.2.x, and 2020 has no ground for an index that is not granted."""
    found = {(row.before or row.after).number: row for row in compare(OF_2020, OF_2024).clauses}  # type: ignore[union-attr]
    ground = found["9.2.4"]
    assert (ground.status, ground.before) == ("added", None)
    assert [clause.number for clause in ground.beside] == ["16.2.1", "16.2.2", "16.2.3", "16.2.4", "16.2.5"]
    assert (found["16.2"].status, found["16.2"].after and found["16.2"].after.number) == ("same_subject", "9.2")
    assert (found["16"].status, found["16"].after and found["16"].after.number) == ("same_subject", "9")


def test_what_a_partial_agreement_lacks_is_unknown_and_not_gone() -> None:
    found = compare(OF_2020, OF_2024)
    assert Counter(row.status for row in found.parameters) == {"unknown_after": len(OF_2020.parameters), "added": 4}
    assert "gone" not in {row.status for row in (*found.clauses, *found.parameters)}
    assert list(found.to_dict()["gaps"]) == ["be/amm/2024"]
    back = compare(OF_2024, OF_2020)
    assert Counter(row.status for row in back.parameters) == {"gone": 4, "unknown_before": len(OF_2020.parameters)}


@pytest.mark.parametrize("seed", range(3))
def test_clauses_find_one_another_under_other_numbers(seed: int) -> None:
    """The chapters of 2020 in another order: every clause is found again by what it says."""
    other, numbers = renumbered(OF_2020, seed)
    found = compare(OF_2020, other).clauses
    assert {row.before.number: row.after.number for row in found if row.before and row.after} == numbers
    assert {row.status for row in found} == {"aligned"}


def test_a_summary_rewritten_by_half_is_still_the_same_clause() -> None:
    """Half of the sentences of each summary left out: at least 95 % of the clauses are matched rightly."""
    other, numbers = renumbered(OF_2020, 7)
    shorter = []
    for clause in other.clauses:
        texts = {name: text[: len(text) // 2] for name, text in clause.summary.to_dict().items()}
        shorter.append(replace(clause, summary=replace(clause.summary, **texts)))
    found = compare(OF_2020, replace(other, clauses=tuple(shorter))).clauses
    right = sum(bool(row.before and row.after and numbers[row.before.number] == row.after.number) for row in found)
    assert right >= 0.95 * len(OF_2020.clauses)


@pytest.mark.parametrize(
    ("id_", "value", "percent", "points", "days"),
    [
        ("social_status.full", 529_990, Fraction(100 * (529_990 - 503_770), 503_770), None, None),
        ("index.mass_rate", Fraction("0.0101"), Fraction("-0.94") / Fraction("1.95") * 100, Fraction("-0.94"), None),
        ("index.applies_from", date(2021, 2, 1), None, None, 397),
        ("conditions.late_hour", 20 * 60, None, None, None),
    ],
)
def test_a_change_has_its_size(
    id_: str, value: Value, percent: Fraction | None, points: Fraction | None, days: int | None
) -> None:
    rows = compare(OF_2020, changed(OF_2020, id_, value)).parameters
    (row,) = (row for row in rows if row.status == "changed")
    assert (row.id, row.percent, row.points, row.days) == (id_, percent, points, days)
    assert sum(row.status == "same" for row in rows) == len(OF_2020.parameters) - 1


def test_a_heading_is_about_what_stands_under_it() -> None:
    found = subjects(OF_2020)
    assert (found["16.2"], found["16.2.1"], found["14"]) == ("denunciation", "denunciation", "condition")


def test_the_command_is_readable_and_names_both_citations() -> None:
    plain = {"LANG": "C.UTF-8", "LC_ALL": "", "COLUMNS": "100"}
    shown = CliRunner().invoke(app, ["agreement", "diff", "be/amm/2020", "be/amm/2024"], env=plain)
    assert shown.exit_code == 0, shown.stderr
    assert "The text of the agreement was not found" in shown.stdout
    assert "be/amm/2024#9.2.4" in shown.stdout
    assert len(shown.stdout.splitlines()) < 60
    as_json = CliRunner().invoke(app, ["agreement", "diff", "be/amm/2020", "be/amm/2024", "--format", "json"])
    clause = next(row for row in json.loads(as_json.stdout)["clauses"] if row["after"] and row["status"] == "added")
    assert clause["same_subject"][0] == "be/amm/2020#16.2.1"


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_the_command_shows_every_kind_of_change(lang: str, copied_2024) -> None:  # type: ignore[no-untyped-def]
    """A folder in which a rate and a day differ, beside the shipped one."""
    copied_2024.change("parameters.yaml", 'value: "3.34"', 'value: "3.22"')
    copied_2024.change("parameters.yaml", "value: 2024-11-04", "value: 2024-11-05")
    shown = CliRunner().invoke(app, ["agreement", "diff", "be/amm/2024", str(copied_2024.folder), "--lang", lang])
    assert shown.exit_code == 0, shown.stderr
    assert "+1 " in shown.stdout
    assert ("−3.59" if lang == "en" else "−3,59") in shown.stdout
