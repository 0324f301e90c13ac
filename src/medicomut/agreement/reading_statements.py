"""From ``statements.yaml`` to statements.

Claims, what is missing, what is implied, each with the keys its kind has.
"""

from fractions import Fraction

from medicomut import money
from medicomut.agreement.expressions import Expression, ExpressionError, parse
from medicomut.agreement.reading import finished, listed, spot
from medicomut.agreement.records import Record
from medicomut.agreement.tables import Statement
from medicomut.agreement.yaml_lines import Faults, Item
from medicomut.errors import Problem, Problems

COMPARISONS = ("equal", "about", "at_most")


def read_statements(item: Item, faults: Faults) -> list[Statement]:
    """Read ``statements.yaml``."""
    return listed(item, faults, _read_statement)


def _read_statement(record: Record) -> Statement:
    kind = record.text("kind", one_of=("claim", "missing", "implied"))
    printed, unit = _read_printed(record)
    result = record.optional_text("result")
    statement = Statement(
        id=record.text("id"),
        kind=kind,
        clause=record.text("clause"),
        claim=record.four("claim"),
        printed=printed,
        unit=unit,
        computed=record.parsed("computed", _expression, None),
        compare=record.optional_text("compare", one_of=COMPARISONS),
        decimals=record.optional_whole("decimals") if "decimals" in record else None,
        expected=record.optional_text("expected", one_of=("holds", "contradiction")),
        result=None if result is None else record.parsed("result", _number, Fraction(0)),
        result_decimals=len((result or "").partition(".")[2]),
        why=record.four("why"),
        spot=spot(record.item),
    )
    _check_kind(statement, record)
    return statement


def _read_printed(record: Record) -> tuple[Expression | None, str | None]:
    found = record.raw("printed")
    if found is None or found.value is None:
        return None, None
    return finished(
        record.record("printed"), lambda inner: (inner.parsed("value", _expression, None), inner.text("unit"))
    )


def _check_kind(statement: Statement, record: Record) -> None:
    """Ask of each kind the keys it needs, and no others."""
    given = {
        key for key in ("printed", "computed", "compare", "expected", "result") if getattr(statement, key) is not None
    }
    needed: dict[str, set[str]] = {
        "claim": {"printed", "computed", "compare", "expected"},
        "missing": set(),
        "implied": {"computed", "result"},
    }
    optional = {"claim": {"result"}, "missing": {"computed", "result"}, "implied": {"printed"}}
    if statement.kind not in needed:
        return
    for key in sorted(needed[statement.kind] - given):
        record.fault("missing_key", f"a {statement.kind} statement needs {key!r}", mend=f"add `{key}:`")
    for key in sorted(given - needed[statement.kind] - optional[statement.kind]):
        record.fault("unknown_key", f"a {statement.kind} statement has no {key!r}", mend=f"remove `{key}:`")
    if statement.expected == "contradiction" and statement.result is None:
        record.fault("missing_key", "a known contradiction states the value computed", mend="add `result:`")
    if statement.kind == "missing" and (statement.computed is None) != (statement.result is None):
        record.fault("missing_key", "of what is missing, `computed` and `result` go together")
    if (statement.compare == "about") != (statement.decimals is not None):
        record.fault("missing_key", "`decimals` goes with `compare: about`, and with it alone")


def _expression(value: object) -> Expression | None:
    if value is None:
        return None
    try:
        return parse(str(value))
    except ExpressionError as error:
        raise Problems([Problem(code="bad_expression", what=str(error), mend="correct the expression")]) from None


def _number(value: object) -> Fraction:
    return money.percent(value) * 100
