"""What a rule says as a plain Python expression: for one line, to call a rule takes longer than what it works out.

The rule itself stays the only text: its expression is read from its source, names of a moment and what is constant
are put in their place, and the helpers of rules become what they mean for plain values (docs/decisions/0112).
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from typing import Any


def expression(
    function: Callable[..., Any], reads: tuple[str, ...], constants: Mapping[str, bool | int]
) -> tuple[str, dict[str, Any]] | None:
    """Return a rule as the text of an expression over the names it reads, and what else the text names.

    None where more than assignments and what is returned stands in it, or its source is not at hand: such a rule is
    called.
    """
    text = _texts(function.__module__).get((function.__name__, function.__code__.co_firstlineno))
    if text is None:
        return None
    around = function.__globals__
    body = ast.parse(text).body
    named = {node.id for statement in body for node in ast.walk(statement) if isinstance(node, ast.Name)}
    numbers = {name: around[name] for name in named - set(reads) if isinstance(around.get(name), int)}
    given = {name: constants[name] for name in reads if name in constants}
    said = _said(body, {name: ast.Constant(value) for name, value in {**numbers, **given}.items()})
    if said is None:
        return None
    names = {node.id for node in ast.walk(said) if isinstance(node, ast.Name)} - set(reads)
    return (f"({ast.unparse(said)})", {name: around[name] for name in names}) if names <= around.keys() else None


@cache
def _texts(module: str) -> dict[tuple[str, int], str]:
    """Return what the functions of a module do, by name and first line (that of a decorator where there is one)."""
    try:
        text = inspect.getsource(sys.modules[module])
    except (KeyError, OSError):
        return {}
    found = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    return {
        (node.name, min([node.lineno, *(d.lineno for d in node.decorator_list)])): "\n".join(
            map(ast.unparse, node.body[1:])  # behind its sentence
        )
        for node in found
    }


def _said(body: list[ast.stmt], known: dict[str, ast.expr]) -> ast.expr | None:
    """Return what is returned behind assignments, each name as what was assigned to it."""
    for statement in body:
        match statement:
            case ast.Return(ast.expr() as value):
                return _plain(value, known)
            case ast.Assign([ast.Name(name)], value):
                known[name] = _plain(value, known)
            case ast.Assign([ast.Tuple(names)], ast.Tuple(values)):
                told = [_plain(value, known) for value in values]
                known |= {name.id: value for name, value in zip(names, told, strict=True) if isinstance(name, ast.Name)}
            case _:
                return None
    return None


def _plain(said: ast.expr, known: Mapping[str, ast.expr]) -> ast.expr:
    found: ast.expr = _Plain(known).visit(said)
    return found


class _Plain(ast.NodeTransformer):
    """Writes an expression of a rule for plain values, some names of which are known."""

    def __init__(self, known: Mapping[str, ast.expr]) -> None:
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        found = self.known.get(node.id, node)
        return found if isinstance(found, ast.Constant) else deepcopy(found)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.BitAnd):
            return _joined(ast.And(), node.left, node.right, decides=False)
        if isinstance(node.op, ast.BitOr):
            return _joined(ast.Or(), node.left, node.right, decides=True)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(ast.Name("not_"), [ast.Constant(bool(value))]):
                return ast.Constant(not value)
            case ast.Call(ast.Name("not_"), [value]):
                return ast.UnaryOp(ast.Not(), value)
            case ast.Call(ast.Name("where"), [condition, then, otherwise]):
                return _either(condition, then, otherwise)
            case ast.Call(ast.Name("first_of"), [ast.List(cases), found]):
                for case in reversed(cases):
                    assert isinstance(case, ast.Tuple)  # noqa: S101 - a condition and a number
                    found = _either(case.elts[0], case.elts[1], found)
                return found
            case ast.Call(ast.Name("one_of"), [value, ast.Tuple() as choices]):
                return ast.Compare(value, [ast.In()], [choices])
        return node


def _joined(operator: ast.boolop, left: ast.expr, right: ast.expr, *, decides: bool) -> ast.expr:
    """Return two truth values joined; one that is known decides, or leaves it to the other."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, ast.Constant) and isinstance(one.value, bool):
            return one if one.value is decides else other
    return ast.BoolOp(operator, [left, right])


def _either(condition: ast.expr, then: ast.expr, otherwise: ast.expr) -> ast.expr:
    if isinstance(condition, ast.Constant):
        return then if condition.value else otherwise
    return ast.IfExp(condition, then, otherwise)
