"""What the text claims, recomputed from its own figures.

Identities that hold, contradictions that are known.
"""

from dataclasses import dataclass
from fractions import Fraction

from medicomut.agreement.expressions import ExpressionError
from medicomut.agreement.figures import write_figure
from medicomut.agreement.findings import Finding, Kind, say
from medicomut.agreement.model import Agreement
from medicomut.agreement.statement_names import names
from medicomut.agreement.tables import Statement
from medicomut.agreement.text import Text
from medicomut.money import half_up

_SHOWN_DECIMALS = 4  # of a computed value that no statement gives decimals for


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a statement.

    Whether an identity holds (``None`` for what is no identity), and findings.
    """

    holds: bool | None
    findings: tuple[Finding, ...]


def statements(agreement: Agreement) -> list[Verdict]:
    """Recompute every statement of ``agreement``."""
    numbers = names(agreement)
    return [_check(statement, numbers) for statement in agreement.statements]


def _check(statement: Statement, numbers: dict[str, Fraction]) -> Verdict:
    if statement.computed is None:
        return Verdict(None, (_finding(statement, "missing", None, None, statement.why),))
    try:
        computed = statement.computed.value(numbers.__getitem__)
        printed = statement.printed.value(numbers.__getitem__) if statement.printed else None
    except ExpressionError as error:
        return Verdict(None, (_finding(statement, "fault", None, None, say("undefined", reason=error)),))
    faults = _result_faults(statement, computed)
    if statement.kind == "missing":
        return Verdict(None, (*faults, _finding(statement, "missing", None, computed, statement.why)))
    if printed is None:
        return Verdict(None, faults)
    holds = _holds(statement, printed, computed)
    kind, why = _judgement(statement, holds)
    found = () if kind is None else (_finding(statement, kind, printed, computed, why),)
    return Verdict(holds if statement.expected == "holds" else None, (*faults, *found))


def _judgement(statement: Statement, holds: bool) -> tuple[Kind | None, Text]:
    """Return what it means that a statement holds or not: nothing, a contradiction, a fault of the data."""
    names = ", ".join(_names(statement))
    if statement.expected == "holds":
        return (None, statement.why) if holds else ("fault", say("broken", names=names))
    if holds and statement.expected == "contradiction":
        return "fault", say("vanished", names=names)
    return (None, statement.why) if holds else ("contradiction", statement.why)


def _holds(statement: Statement, printed: Fraction, computed: Fraction) -> bool:
    if statement.compare == "about":
        return printed == _rounded(computed, statement.decimals or 0)
    if statement.compare == "at_most":
        return printed <= computed
    return printed == computed


def _result_faults(statement: Statement, computed: Fraction) -> tuple[Finding, ...]:
    """Return the fault of a computed value that is not the known one.

    A digit has changed under a contradiction.
    """
    if statement.result is None or _rounded(computed, statement.result_decimals) == statement.result:
        return ()
    why = say("result", names=", ".join(_names(statement)))
    return (_finding(statement, "fault", statement.result, computed, why),)


def _names(statement: Statement) -> tuple[str, ...]:
    expressions = (statement.printed, statement.computed)
    return tuple(dict.fromkeys(name for expression in expressions if expression for name in expression.names))


def _finding(
    statement: Statement, kind: Kind, printed: Fraction | None, computed: Fraction | None, why: Text
) -> Finding:
    return Finding(
        id=statement.id,
        kind=kind,
        clause=statement.clause,
        printed=None if printed is None else write_figure(printed),
        computed=None if computed is None else write_figure(_shown(statement, computed)),
        why=why,
        unit=statement.unit,
    )


def _shown(statement: Statement, computed: Fraction) -> Fraction:
    """Return the computed value at the decimals its statement is known at; whole numbers stay whole."""
    decimals = statement.decimals if statement.result is None else statement.result_decimals
    return _rounded(computed, _SHOWN_DECIMALS if decimals is None else decimals)


def _rounded(value: Fraction, decimals: int) -> Fraction:
    scaled = value * 10**decimals
    return Fraction(half_up(scaled.numerator, scaled.denominator), 10**decimals)
