"""Fees as key letters: a fee is the sum of coefficient x value over its letters, rounded once to the cent.

Indexation acts on the values, which carry six decimals; so an indexed fee may differ by a cent from the
rounded fee times the index. Source: the INAMI table of 1 August 2014.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

from medicomut.errors import Place, Problem
from medicomut.money import half_up
from medicomut.tariff.csv_tables import Record, read_records

LETTER_COLUMNS: Final = ("code", "valid_from", "valid_to", "letter", "coefficient", "value", "source")


@dataclass(frozen=True, slots=True)
class Term:
    """A key letter with its coefficient and its value in euros, both exact: N8 at 2.572713 euro."""

    letter: str
    coefficient: Fraction
    value: Fraction


@dataclass(frozen=True, slots=True)
class LetterFee:
    """The key letters of a code in an interval of days, both included."""

    code: str
    valid_from: date
    valid_to: date
    terms: tuple[Term, ...]
    place: Place

    @property
    def fee(self) -> int:
        """The fee in cents."""
        return fee_of(self.terms)


def fee_of(terms: Iterable[Term]) -> int:
    """Return the fee in cents: the exact sum of coefficient x value, rounded once, half away from zero."""
    euros = sum((term.coefficient * term.value for term in terms), Fraction(0))
    return half_up(100 * euros.numerator, euros.denominator)


def read_letters(folder: Path, sources: set[str], problems: list[Problem]) -> list[LetterFee]:
    """Return the key letters of `letters.csv`, those of a code and interval together.

    The file may be absent; faults go to `problems`.
    """
    path = folder / "letters.csv"
    if not path.exists():
        return []
    terms: dict[tuple[str, date, date], list[Term]] = defaultdict(list)
    places: dict[tuple[str, date, date], Place] = {}
    for record in read_records(path, LETTER_COLUMNS, problems):
        code, interval, term = record.nomenclature_code(), record.interval(), _term(record)
        if record.values["source"] not in sources:
            record.fault("unknown_source", "source", "the source is not in sources.csv", "add it there")
        if code is None or interval is None or term is None:
            continue
        key = (code, *interval)
        if any(term.letter == earlier.letter for earlier in terms[key]):
            record.fault("repeated_letter", "letter", f"{term.letter} stands twice", "write each letter once")
        terms[key].append(term)
        places.setdefault(key, record.place)
    return [LetterFee(*key, tuple(of), places[key]) for key, of in terms.items()]


def check_letters(
    letters: Iterable[LetterFee], fees: Iterable[tuple[str, date, date, int]], problems: list[Problem]
) -> None:
    """Note every fee (code, first day, last day, cents) that its key letters contradict."""
    by_code: dict[str, list[LetterFee]] = defaultdict(list)
    for letter_fee in letters:
        by_code[letter_fee.code].append(letter_fee)
    contradicted = {
        (letter_fee, fee)
        for code, start, end, fee in fees
        for letter_fee in by_code[code]
        if letter_fee.valid_from <= end and start <= letter_fee.valid_to and letter_fee.fee != fee
    }
    problems.extend(
        Problem(
            code="letters_differ",
            what=f"the key letters of {of.code} give {of.fee} cents, fees.csv says {fee}",
            where=of.place,
            mend="compare coefficients, values and fee with the source",
        )
        for of, fee in sorted(contradicted, key=lambda pair: (pair[0].code, pair[0].valid_from, pair[1]))
    )


def _term(record: Record) -> Term | None:
    letter = record.text("letter")
    coefficient, value = record.exact("coefficient"), record.exact("value")
    return Term(letter, coefficient, value) if letter and coefficient is not None and value is not None else None
