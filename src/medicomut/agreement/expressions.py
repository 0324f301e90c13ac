"""The arithmetic of ``statements.yaml``: names, exact numbers, + - * / and parentheses, nothing else.

A statement of the agreement ("about 75 % of the means") is recomputed by an expression written next to it
in the data, such as ``annex.a.total.in_year / annex.means.total.in_year``. It is parsed here: no ``eval``, no
functions, no comparisons. Every result is a ``fractions.Fraction``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

_TOKEN = re.compile(r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[a-z][a-z0-9_.]*)|(?P<sign>[-+*/()]))")
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3}


class ExpressionError(ValueError):
    """An expression that cannot be read or evaluated; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: its source, and its steps in the order they are carried out (postfix)."""

    text: str
    steps: tuple[Fraction | str, ...]
    names: tuple[str, ...]

    def value(self, lookup: Callable[[str], Fraction]) -> Fraction:
        """Return the exact value, each name given by ``lookup``; ``ExpressionError`` on division by zero."""
        stack: list[Fraction] = []
        for step in self.steps:
            if isinstance(step, Fraction):
                stack.append(step)
            elif step == "neg":
                stack.append(-stack.pop())
            elif step in _PRECEDENCE:
                right, left = stack.pop(), stack.pop()
                stack.append(self._apply(step, left, right))
            else:
                stack.append(lookup(step[1:]))
        return stack.pop()

    def _apply(self, sign: str, left: Fraction, right: Fraction) -> Fraction:
        if sign == "+":
            return left + right
        if sign == "-":
            return left - right
        if sign == "*":
            return left * right
        if right == 0:
            raise ExpressionError(f"division by zero in {self.text!r}")
        return left / right


def parse(text: str) -> Expression:
    """Read ``text`` into an :class:`Expression`.

    ``ExpressionError`` names the character that does not fit.
    """
    steps: list[Fraction | str] = []
    names: list[str] = []
    waiting: list[tuple[str, int]] = []  # operators and open parentheses, with their position
    operand_due = True
    for kind, word, at in _tokens(text):
        if kind == "sign" and word == ")":
            _due(text, at, operand_due, wanted=False)
            _close(text, at, steps, waiting)
        elif kind == "sign" and word != "(" and not (word == "-" and operand_due):
            _due(text, at, operand_due, wanted=False)
            while waiting and _PRECEDENCE.get(waiting[-1][0], 0) >= _PRECEDENCE[word]:
                steps.append(waiting.pop()[0])
            waiting.append((word, at))
            operand_due = True
        elif kind == "sign":
            _due(text, at, operand_due, wanted=True)
            waiting.append(("neg" if word == "-" else word, at))
        else:
            _due(text, at, operand_due, wanted=True)
            # A name is kept with a leading dot, so that no name can be mistaken for an operator.
            steps.append(Fraction(word) if kind == "number" else "." + word)
            names += [] if kind == "number" else [word]
            operand_due = False
    _due(text, len(text), operand_due, wanted=False)
    while waiting:
        sign, at = waiting.pop()
        if sign == "(":
            raise ExpressionError(f"parenthesis opened at character {at + 1} is never closed in {text!r}")
        steps.append(sign)
    return Expression(text, tuple(steps), tuple(dict.fromkeys(names)))


def _tokens(text: str) -> list[tuple[str, str, int]]:
    """Kind (``number``, ``name`` or ``sign``), text and position of each token."""
    found: list[tuple[str, str, int]] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"cannot read {text[at:].strip()[:12]!r} at character {at + 1} of {text!r}")
        found.append((match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        at = match.end()
    return found


def _due(text: str, at: int, operand_due: bool, *, wanted: bool) -> None:
    """Refuse an operand where an operator must stand, and the other way round."""
    if operand_due != wanted:
        missing = "a number or a name" if operand_due else "an operator"
        raise ExpressionError(f"{missing} is missing at character {at + 1} of {text!r}")


def _close(text: str, at: int, steps: list[Fraction | str], waiting: list[tuple[str, int]]) -> None:
    while waiting and waiting[-1][0] != "(":
        steps.append(waiting.pop()[0])
    if not waiting:
        raise ExpressionError(f"parenthesis closed at character {at + 1} was never opened in {text!r}")
    waiting.pop()
