"""Folders of fees, read for the budget and written back indexed; the budget's room itself knows no files of fees."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

from medicomut.agreement.figures import write_figure
from medicomut.budget.indexation import IndexedFee, KnownFee, Letter, Schedule
from medicomut.cli.common import write_whole
from medicomut.errors import Problem, Problems
from medicomut.tariff.fee_files import FEE_COLUMNS, SOURCE_COLUMNS, FeeRow, read_fees, read_sources
from medicomut.tariff.fees import SHIPPED, FeeSchedule
from medicomut.tariff.letters import LETTER_COLUMNS, LetterFee, read_letters

_RELIABLE = ("published", "derived")


def read(folder: Path | None) -> tuple[list[KnownFee], list[KnownFee]]:
    """Return every published or derived figure of a folder, and those in use; each figure once, whoever the patient.

    ``Problems`` with every fault of its files.
    """
    folder = folder or SHIPPED
    FeeSchedule.load(folder)  # what must hold between records is checked there
    problems: list[Problem] = []
    sources = read_sources(folder, problems)
    rows = read_fees(folder, sources, problems)
    letters = read_letters(folder, sources, problems)
    if problems:
        raise Problems(problems)
    known = [(row.chosen, _known(row, letters)) for row in rows if row.status in _RELIABLE or row.chosen]
    every = dict.fromkeys(fee for _, fee in known if fee.status in _RELIABLE)
    return list(every), list(dict.fromkeys(fee for chosen, fee in known if chosen))


def _known(row: FeeRow, letters: list[LetterFee]) -> KnownFee:
    terms = (
        Letter(term.letter, term.coefficient, term.value)
        for of in letters
        if of.code == row.code and of.valid_from <= row.valid_from and row.valid_to <= of.valid_to
        for term in of.terms
    )
    return KnownFee(row.code, row.valid_from, row.valid_to, row.fee, row.status, row.source, tuple(terms))


def write(made: Schedule, folder: Path) -> None:
    """Write the schedule as a folder of fees (docs/fees.md), for the year in which indexation begins."""
    end = date(made.start.year, 12, 31)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problems([Problem("cannot_write", f"{folder}: {error.strerror}", mend="name another folder")]) from None
    source = f"indexed-{made.start.year}"
    title = f"Computed from the fees of the day before at the rates of {made.agreement}"
    write_whole(folder / "sources.csv", _csv(SOURCE_COLUMNS, iter([(source, title, "")])))
    write_whole(folder / "fees.csv", _csv(FEE_COLUMNS, (_row(fee, made.start, end, source) for fee in made.fees)))
    terms = (
        (fee.old.code, made.start, end, term.letter, write_figure(term.coefficient), write_figure(term.value), source)
        for fee in made.fees
        for term in fee.letters
    )
    write_whole(folder / "letters.csv", _csv(LETTER_COLUMNS, terms))


def _row(fee: IndexedFee, start: date, end: date, source: str) -> tuple[object, ...]:
    how = f"{fee.old.cents} cents x (1 + {write_figure(fee.rate.rate * 100)} %)"
    note = "" if fee.low == fee.high else f"{fee.low} to {fee.high} cents, as only the rounded fee is known"
    return (fee.old.code, start, end, "any", "any", "any", fee.cents, "", "", "derived", 1, how, source, note)


def _csv(columns: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> bytes:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()
