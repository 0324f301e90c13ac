"""The mechanism: rules find one another by name, run on values and on columns, and never branch in Python."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType

import polars as pl
import pytest

from medicomut.agreement import load, load_law
from medicomut.tariff import book, reasons, rules
from medicomut.tariff.rulebook import Rulebook, Value, first_of, greatest, not_, one_of, rule, where
from medicomut.tariff.vocabulary import BASES


@rule("be/amm/2020#14.4")
def above(income: Value, ceiling: Value) -> Value:
    """The income exceeds the ceiling."""
    return income > ceiling


@rule("be/amm/2020#14.4")
def owed(above: Value, fee: Value) -> Value:
    """The fee, unless the income is above."""
    return where(not_(above), fee, 0)


def test_rules_are_ordered_by_what_they_read() -> None:
    rulebook = Rulebook([owed, above], ["income", "ceiling", "fee"])
    assert [[r.name for r in stage] for stage in rulebook.stages] == [["above"], ["owed"]]
    assert rulebook.run({"income": 5, "ceiling": 5, "fee": 7})["owed"] == 7


def test_a_runner_knows_what_follows_from_constants() -> None:
    rulebook = Rulebook([owed, above], ["income", "ceiling", "fee"])
    constants = {"income": 6, "ceiling": 5}
    assert rulebook.folded(constants) == {"above": True, "owed": 0}
    assert rulebook.folded({"income": 5, "ceiling": 5}) == {"above": False}
    assert rulebook.runner(constants)({**constants, "fee": 7}) == {"above": True, "owed": 0}
    assert rulebook.runner({})({"income": 5, "ceiling": 5, "fee": 7})["owed"] == 7


def test_the_same_rules_on_columns() -> None:
    rulebook = Rulebook([above, owed], ["income", "ceiling", "fee"])
    frame = pl.DataFrame({"income": [4, 6], "fee": [7, 7]})
    for stage in rulebook.expressions({"ceiling": 5})[0]:
        frame = frame.with_columns(**stage)
    assert frame["owed"].to_list() == [7, 0]


def test_what_only_constants_decide_needs_no_column() -> None:
    rulebook = Rulebook([above, owed], ["income", "ceiling", "fee"])
    assert rulebook.expressions({"income": 6, "ceiling": 5, "fee": 7}) == ([], {"above": True, "owed": 0})


def test_what_a_constant_decides_whatever_the_columns_hold() -> None:
    @rule("be/amm/2020#14.6")
    def both(first: Value, second: Value) -> Value:
        """Both hold."""
        return first & not_(second)

    assert Rulebook([both], ["first", "second"]).expressions({"second": True}) == ([], {"both": False})


def test_a_rule_that_reads_what_nobody_provides() -> None:
    with pytest.raises(ValueError, match="rule owed reads what nobody provides: above"):
        Rulebook([owed], ["fee"])


def test_a_rule_that_computes_what_is_given() -> None:
    with pytest.raises(ValueError, match="computed and given at once: above"):
        Rulebook([above], ["income", "ceiling", "above"])


def test_rules_that_wait_for_each_other() -> None:
    @rule("be/amm/2020#14.4")
    def first(second: Value) -> Value:
        """One."""
        return second

    @rule("be/amm/2020#14.4")
    def second(first: Value) -> Value:
        """Two."""
        return first

    with pytest.raises(ValueError, match="wait for each other: first, second"):
        Rulebook([first, second], [])


def test_a_rule_without_its_sentence() -> None:
    def silent(income: Value) -> Value:
        return income

    with pytest.raises(TypeError, match="silent"):
        rule("be/amm/2020#14.4")(silent)


@pytest.mark.parametrize(("a", "b"), [(1, 2), (2, 1), (-1, 1), (3, 3)])
def test_helpers_mean_the_same_for_a_value_and_for_a_column(a: int, b: int) -> None:
    x, y = pl.col("x"), pl.col("y")
    frame = pl.DataFrame({"x": [a], "y": [b]})

    def column(expression: pl.Expr) -> object:
        return frame.select(expression.alias("z"))["z"][0]

    assert column(greatest(x, y)) == greatest(a, b)
    assert column(where(x > y, x, y)) == where(a > b, a, b)
    assert column(one_of(x, (1, 3))) == one_of(a, (1, 3))
    assert column(not_(x > y)) is not_(a > b)
    assert column(first_of([(x > y, 1), (x == y, 2)], 3)) == first_of([(a > b, 1), (a == b, 2)], 3)


@pytest.mark.parametrize("module", [rules, reasons])
def test_rules_never_branch_in_python(module: ModuleType) -> None:
    """`if`, `and`, `or`, `not` would mean one thing for a value and fail, or lie, for a column."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.FunctionDef):
            found = [
                type(n).__name__ for n in ast.walk(node) if isinstance(n, ast.If | ast.IfExp | ast.BoolOp | ast.Not)
            ]
            assert not found, f"{node.name} uses {found}"


def test_no_number_of_the_agreement_stands_in_a_rule() -> None:
    """Data holds all numbers of an agreement; the rules hold none but nought and one."""
    for module in (rules, reasons):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
                assert node.value in (0, 1), f"{module.__name__}:{node.lineno}: {node.value}"


def test_every_clause_a_rule_cites_exists() -> None:
    agreement, law = load(book.AGREEMENT), load_law("be")
    sources = {source.id for source in (*agreement.sources, *law.sources)}
    cited = {cite for r in book.rulebook().rules.values() for cite in r.cites}
    cited |= {cite for _, cites in BASES.values() for cite in cites}
    for cite in cited:
        text, _, clause = cite.partition("#")
        if text == agreement.id:
            agreement.clause(clause)
        else:
            assert text in sources, cite


def test_every_reason_is_a_rule_of_the_book() -> None:
    assert set(book.REASONS) <= set(book.rulebook().rules)
