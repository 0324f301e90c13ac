"""The mechanism of the rules: one small cited function a step, run on plain values, on arrays or as Polars expressions.

A rule's name is the column it computes, its parameter names are the columns it reads, its docstring is the
sentence a jurist would accept, its decorator the clause. A `Rulebook` orders rules by those names into stages.
Rules use only operators and the helpers below, which mean the same for a plain value, an array and an expression;
`if`, `and`, `or` and `not` never appear in a rule.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from medicomut.tariff import plain

Value = Any
"""A plain `bool` or `int`, a NumPy array or a Polars expression of them: a rule cannot tell and must not care."""


class _Any:
    """Stands for any value while it is asked whether a rule depends on it at all."""

    def __and__(self, other: object) -> object:
        return False if other is False else self

    def __or__(self, other: object) -> object:
        return True if other is True else self

    def _self(self, *_: object) -> _Any:
        return self

    __rand__, __ror__ = __and__, __or__
    __invert__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _self
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _self  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]


ANY = _Any()


def where(condition: Value, then: Value, otherwise: Value) -> Value:
    """Return `then` where the condition holds, `otherwise` elsewhere."""
    if condition is True:
        return then
    if condition is False or then is otherwise:
        return otherwise
    if condition is ANY or then is ANY or otherwise is ANY:
        return ANY
    if hasattr(condition, "dtype"):
        import numpy as np  # noqa: PLC0415 - a plain price never loads NumPy

        return np.where(condition, then, otherwise)
    import polars as pl  # noqa: PLC0415 - nor Polars

    return pl.when(condition).then(then).otherwise(otherwise)


def not_(value: Value) -> Value:
    """Negate a truth value (`~True` of a plain value would be -2)."""
    if value is True:
        return False
    if value is False:
        return True
    return ~value


def greatest(first: Value, second: Value) -> Value:
    """Return the greater of two integers."""
    return where(first > second, first, second)


def one_of(value: Value, choices: Iterable[int]) -> Value:
    """Say whether a small integer is one of the choices."""
    result: Value = False
    for choice in choices:
        result = result | (value == choice)
    return result


def first_of(cases: Iterable[tuple[Value, int]], otherwise: int) -> Value:
    """Return the number (below 256) of the first case whose condition holds: their order is their precedence."""
    open_cases = []
    for condition, number in cases:
        if condition is True:
            otherwise = number
            break
        if condition is not False:
            open_cases.append((condition, number))
    if not open_cases:
        return otherwise
    if any(condition is ANY for condition, _ in open_cases):
        return ANY
    if hasattr(open_cases[0][0], "dtype"):
        import numpy as np  # noqa: PLC0415 - a plain price never loads NumPy

        conditions, numbers = zip(*open_cases, strict=True)
        return np.select(conditions, numbers, otherwise)
    import polars as pl  # noqa: PLC0415 - nor Polars

    result = pl.lit(otherwise, dtype=pl.UInt8)
    for condition, number in reversed(open_cases):
        result = pl.when(condition).then(pl.lit(number, dtype=pl.UInt8)).otherwise(result)
    return result


@dataclass(frozen=True, slots=True)
class Rule:
    """A step: the column it computes, the columns it reads, the sentence and the clauses."""

    name: str
    function: Callable[..., Value]
    reads: tuple[str, ...]
    cites: tuple[str, ...]
    says: str


def rule(*cites: str) -> Callable[[Callable[..., Value]], Rule]:
    """Declare a function as a rule that rests on the clauses named."""

    def declare(function: Callable[..., Value]) -> Rule:
        says = inspect.getdoc(function)
        if not says:
            msg = f"rule {function.__name__}: the docstring is the sentence of the law and cannot be missing"
            raise TypeError(msg)
        reads = tuple(inspect.signature(function).parameters)
        return Rule(function.__name__, function, reads, cites, says)

    return declare


class Rulebook:
    """Rules in the order their names demand.

    `inputs` names what the caller provides; a rule that reads anything else than an input or another rule,
    two rules of one name, and rules that wait for each other are refused when the book is made.
    """

    def __init__(self, rules: Iterable[Rule], inputs: Iterable[str]) -> None:
        self.rules = {r.name: r for r in rules}
        self.inputs = frozenset(inputs)
        _refuse_faults(self.rules, self.inputs)
        self.stages = _stages(self.rules, self.inputs)
        self._made: dict[Any, tuple[list[dict[str, Value]], dict[str, bool | int]]] = {}

    def run(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return every rule's value, in the order of `stages`, for the plain values of the inputs."""
        return self.runner({})(values)

    def runner(
        self, constants: Mapping[str, bool | int], ready: Iterable[str] = (), *, arrays: bool = False
    ) -> Callable[[Mapping[str, Value]], dict[str, Value]]:
        """Return what `run` does, for values among which `constants` hold: what follows from them is found now.

        Rules in `ready` are given among the values. The values may be `arrays` where that is said. To make it takes
        milliseconds, so keep it.
        """
        rules = [r for stage in self.stages for r in stage]
        known = {**constants, **self.folded(constants, ready)}
        return _in_one(rules, known, set(ready) - constants.keys(), plainly=not arrays)

    def folded(self, constants: Mapping[str, bool | int], ready: Iterable[str] = ()) -> dict[str, bool | int]:
        """Return the rules whose value follows from the constants alone, whatever the other inputs hold.

        Rules in `ready` are not asked.
        """
        known: dict[str, Value] = {**dict.fromkeys((*self.inputs, *ready), ANY), **constants}
        for stage in self.stages:
            for r in stage:
                if r.name not in known:
                    known[r.name] = r.function(*(known[name] for name in r.reads))
        return {n: known[n] for n in self.rules if n not in constants and known[n] is not ANY}

    def expressions(
        self, constants: Mapping[str, bool | int], ready: Iterable[str] = ()
    ) -> tuple[list[dict[str, Value]], dict[str, bool | int]]:
        """Return, stage by stage, each rule as a Polars expression over columns, and the rules that are constant.

        A constant is a plain value that holds for all lines. A rule whose value follows from the constants
        alone, whatever the columns hold, is a constant too and needs no column. Names in `ready` are columns
        computed already, or constants.
        """
        key = (tuple(sorted(constants.items())), tuple(ready))
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._expressions(constants, set(ready))
        return found

    def _expressions(
        self, constants: Mapping[str, bool | int], done: set[str]
    ) -> tuple[list[dict[str, Value]], dict[str, bool | int]]:
        import polars as pl  # noqa: PLC0415 - a plain price never loads Polars

        folded = self.folded(constants, done)
        known: dict[str, Value] = {n: pl.col(n) for n in self.inputs | self.rules.keys()} | dict(constants) | folded
        stages = [
            {r.name: r.function(*(known[n] for n in r.reads)).alias(r.name) for r in stage if r.name not in folded}
            for stage in ([r for r in stage if r.name not in done] for stage in self.stages)
        ]
        return [stage for stage in stages if stage], folded


def _in_one(
    rules: list[Rule], constants: Mapping[str, bool | int], ready: set[str], *, plainly: bool
) -> Callable[[Mapping[str, Value]], dict[str, Value]]:
    """Return one function that works out the rules one after the other and returns their values.

    For a single line, looking up what each rule reads, and calling it, takes longer than the rules themselves: as
    variables of one function the values are at hand, and a rule of one expression stands there as that expression.
    Every name in its text is a rule's, a parameter's or one of the rules' module, so an identifier.
    """
    left = [r for r in rules if r.name not in constants and r.name not in ready]
    given = sorted({read for r in left for read in r.reads} - {r.name for r in left} - constants.keys() | ready)
    made: dict[str, Any] = {}

    def spelt(name: str) -> str:
        return repr(constants[name]) if name in constants else name

    def worked_out(r: Rule) -> str:
        found = plain.expression(r.function, r.reads, constants) if plainly else None
        if found and all(made.get(name, value) is value and name not in given for name, value in found[1].items()):
            made.update(found[1])
            return found[0]
        made[f"rule_{r.name}"] = r.function
        return f"rule_{r.name}({', '.join(map(spelt, r.reads))})"

    text = [
        "def run(values):",
        *(f"    {name} = values[{name!r}]" for name in given),
        *(f"    {r.name} = {worked_out(r)}" for r in left),
        f"    return {{{', '.join(f'{r.name!r}: {spelt(r.name)}' for r in rules)}}}",
    ]
    exec("\n".join(text), made)  # noqa: S102 - nothing in the text comes from outside the rulebook
    run: Callable[[Mapping[str, Value]], dict[str, Value]] = made["run"]
    return run


def _refuse_faults(rules: Mapping[str, Rule], inputs: frozenset[str]) -> None:
    clash = sorted(inputs & rules.keys())
    if clash:
        raise ValueError(f"computed and given at once: {', '.join(clash)}")
    for r in rules.values():
        missing = [n for n in r.reads if n not in inputs and n not in rules]
        if missing:
            raise ValueError(f"rule {r.name} reads what nobody provides: {', '.join(missing)}")


def _stages(rules: Mapping[str, Rule], inputs: frozenset[str]) -> list[list[Rule]]:
    known, left, stages = set(inputs), dict(rules), []
    while left:
        stage = [r for r in left.values() if known.issuperset(r.reads)]
        if not stage:
            raise ValueError(f"rules wait for each other: {', '.join(sorted(left))}")
        for r in stage:
            del left[r.name]
        known.update(r.name for r in stage)
        stages.append(stage)
    return stages
