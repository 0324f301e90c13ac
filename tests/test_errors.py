"""A fault says what, where, why and how to mend it, to people and to programs."""

import pickle

from medicomut.errors import Place, Problem, Problems

FAULT = Problem(
    code="bad_amount",
    what="'12,50' is not a number in plain notation",
    where=Place(file="fees.csv", line=12, row=11, field="fee_cents"),
    why="decimal commas are ambiguous",
    mend="write 12.50",
    cites=("be/amm/2020#14.2.1",),
)


def test_a_person_reads_place_fault_reason_mending_and_clause() -> None:
    assert str(FAULT) == (
        "fees.csv:12, row 11, field fee_cents: error bad_amount: '12,50' is not a number in plain notation; "
        "decimal commas are ambiguous; write 12.50 [be/amm/2020#14.2.1]"
    )


def test_what_is_not_known_is_left_out() -> None:
    assert str(Problem(code="missing_file", what="no such folder")) == "error missing_file: no such folder"
    assert str(Place(line=3)) == "line 3"
    assert str(Place(file="a.yaml", line=3, column=7)) == "a.yaml:3:7"
    assert str(Problem(code="c", what="w", where=Place())) == "error c: w"


def test_a_program_reads_plain_values() -> None:
    assert FAULT.to_dict() == {
        "code": "bad_amount",
        "what": "'12,50' is not a number in plain notation",
        "where": {"file": "fees.csv", "line": 12, "row": 11, "field": "fee_cents"},
        "why": "decimal commas are ambiguous",
        "mend": "write 12.50",
        "cites": ["be/amm/2020#14.2.1"],
        "severity": "error",
    }
    assert Problem(code="c", what="w").to_dict()["where"] is None


def test_every_fault_is_reported_at_once_in_order() -> None:
    second = Problem(code="unknown_code", what="101075", severity="warning")
    raised = Problems([FAULT, second])
    assert raised.problems == [FAULT, second]
    assert str(raised) == f"{FAULT}\n{second}"
    assert "warning unknown_code" in str(raised)


def test_a_caller_adds_the_place_to_a_fault_found_in_a_value() -> None:
    placed = Problem(code="c", what="w").at(Place(file="f.csv", line=2))
    assert placed.where == Place(file="f.csv", line=2)
    assert placed.what == "w"


def test_faults_cross_from_a_worker_process() -> None:
    """A batch runs in several processes; the faults of each must reach the one that reports."""
    assert pickle.loads(pickle.dumps(Problems([FAULT]))).problems == [FAULT]  # noqa: S301
