"""Money as integer cents, rates as exact fractions, and one rounding: half away from zero."""

from __future__ import annotations

import re
from fractions import Fraction
from operator import index
from typing import Final, Literal

from medicomut.errors import Problem, Problems

Lang = Literal["fr", "nl", "de", "en"]

MINUS: Final = "\u2212"
"""The sign of a number below zero where a person reads it; what a program reads has a hyphen."""

LONGEST: Final = 40
"""No amount, rate or ratio has more characters: a longer text is refused, not reckoned with."""

_DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_NO_BREAK, _NARROW_NO_BREAK = "\u00a0", "\u202f"
# Thousands separator, decimal mark, and the frame of a euro amount (`{0}` the sign, `{1}` the digits).
_STYLES: Final[dict[str, tuple[str, str, str]]] = {
    "fr": (_NARROW_NO_BREAK, ",", "{0}{1}" + _NO_BREAK + "€"),
    "nl": (".", ",", "€" + _NO_BREAK + "{0}{1}"),
    "de": (".", ",", "{0}{1}" + _NO_BREAK + "€"),
    "en": (",", ".", "{0}€{1}"),
}


def _refused(code: str, what: str, why: str, mend: str) -> Problems:
    return Problems([Problem(code=code, what=what, why=why, mend=mend)])


def _decimal(text: object, code: str) -> Fraction:
    """Read plain decimal notation (`-12.5`) exactly; refuse everything else, numbers of Python included."""
    if not isinstance(text, str):
        raise _refused(
            code,
            f"{text!r} is a {type(text).__name__}, not text",
            "a number that is not text has no stated unit and may already have been rounded",
            'write it as text in plain notation, such as "5037.70"',
        )
    if len(text) > LONGEST:
        what = f"{text[:20]!r}… has {len(text)} characters"
        raise _refused(code, what, f"no number here has more than {LONGEST}", "check it for a slip")
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise _refused(
            code,
            f"{text!r} is not a number in plain notation",
            "spaces, separators of thousands, decimal commas, currency signs and exponents are ambiguous",
            "write digits with a decimal point, such as 5037.70",
        )
    sign, whole, decimals = match[1], match[2], match[3] or ""
    return Fraction(int(sign + whole + decimals), 10 ** len(decimals))


def cents(text: object) -> int:
    """Read an amount in euros written in plain notation (`5037.70`, `-6`, `1.5`) as integer cents.

    Raises `Problems` (`bad_amount`) for anything that is not text in that notation, and for a third decimal.
    """
    amount = _decimal(text, "bad_amount") * 100
    if amount.denominator != 1 or len(str(text).partition(".")[2]) > 2:
        raise _refused(
            "bad_amount",
            f"{text!r} has more than two decimals",
            "an amount of money is a whole number of cents",
            "round it by the rule that fixes it before writing it down",
        )
    return amount.numerator


def percent(text: object) -> Fraction:
    """Read a percentage in plain notation exactly: `1.95` is 195/10000. Raises `Problems` (`bad_percent`)."""
    return _decimal(text, "bad_percent") / 100


def ratio(text: object) -> Fraction:
    """Read a ratio written `3/4` or in plain notation (`0.75`). Raises `Problems` (`bad_ratio`)."""
    if isinstance(text, str) and "/" in text:
        above, _, below = text.partition("/")
        if not re.fullmatch(r"[0-9]+", above) or not re.fullmatch(r"[0-9]+", below) or int(below) == 0:
            raise _refused(
                "bad_ratio",
                f"{text!r} is not a ratio of two whole numbers",
                "a ratio is a whole number, a slash and a whole number other than zero",
                "write it as 3/4",
            )
        return Fraction(int(above), int(below))
    return _decimal(text, "bad_ratio")


def half_up(numerator: int, denominator: int) -> int:
    """Round numerator / denominator, halves away from zero (102.5 to 103, −5618.5 to −5619).

    The printed pro-ratas of the annex of `be/amm/2020#annex` hold under this rounding and under no other.
    Raises `ZeroDivisionError` for a denominator of zero, `TypeError` for a number that is not whole.
    """
    negative = (numerator < 0) != (denominator < 0)
    above, below = abs(index(numerator)), abs(index(denominator))
    rounded = (2 * above + below) // (2 * below)
    return -rounded if negative else rounded


def apply_ratio(amount: int, factor: Fraction) -> int:
    """Return `amount` (cents, or any whole unit) times `factor`, rounded once, half away from zero."""
    return half_up(amount * factor.numerator, factor.denominator)


def _style(lang: str) -> tuple[str, str, str]:
    if lang not in _STYLES:
        raise _refused(
            "unknown_language",
            f"{lang!r} is not a language of this product",
            "numbers are written in the reader's language",
            f"choose one of {', '.join(_STYLES)}",
        )
    return _STYLES[lang]


def _signed_digits(value: int | Fraction, lang: str, decimals: int) -> tuple[str, str]:
    thousands, mark, _ = _style(lang)
    exact = Fraction(value)
    scaled = half_up(exact.numerator * 10**decimals, exact.denominator)
    digits = str(abs(scaled)).zfill(decimals + 1)
    whole, rest = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    grouped = f"{int(whole):,}".replace(",", thousands)
    return (MINUS if scaled < 0 else ""), grouped + (mark + rest if decimals else "")


def format_number(value: int | Fraction, lang: Lang, decimals: int = 0) -> str:
    """Write a number in the reader's language with a fixed count of decimals, rounded half away from zero.

    French groups thousands with a narrow no-break space (U+202F), Dutch and German with a point, English
    with a comma; a number below zero has the minus sign of printers (U+2212), which no program reads back.
    Raises `Problems` (`unknown_language`).
    """
    return "".join(_signed_digits(value, lang, decimals))


def format_eur(amount: int, lang: Lang) -> str:
    """Write integer cents in the reader's language: `5 037,70 €`, `€ 5.037,70`, `5.037,70 €`, `€5,037.70`.

    The sign of the currency never leaves its number: the space between them does not break (U+00A0).
    Raises `Problems` (`unknown_language`).
    """
    sign, digits = _signed_digits(Fraction(amount, 100), lang, 2)
    return _style(lang)[2].format(sign, digits)
