"""The annex against itself.

Printed totals are sums, in-year amounts are pro-ratas by months, starts are as printed.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from medicomut.agreement.findings import Finding, say
from medicomut.agreement.tables import Amounts, Annex, AnnexBlock, AnnexLine
from medicomut.agreement.text import Interval, Text
from medicomut.money import half_up

_PRINTED_DAY = re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{2})")
_PRINTED_YEAR = re.compile(r"[0-9]{4}")

# A finding where the assertion fails, None where it holds.
Outcome = Finding | None

_COLUMNS: tuple[tuple[str, Callable[[Amounts], int]], ...] = (
    ("in_year", lambda amounts: amounts.in_year or 0),
    ("annual", lambda amounts: amounts.annual or 0),
)


def totals(annex: Annex) -> Iterator[Outcome]:
    """Yield one outcome for each printed total and column.

    Blocks over their lines, totals over blocks, the balance.
    """
    for column, amount in _COLUMNS:
        sums = {block.id: amount(block.total) for block in annex.blocks}
        for block in annex.blocks:
            computed = sum(amount(line.printed) for line in block.lines)
            yield _compare(f"annex.{block.id}.total.{column}", f"annex.{block.id}", sums[block.id], computed)
        for total in annex.totals:
            computed = sum(sums[id_] for id_ in total.plus) - sum(sums[id_] for id_ in total.minus)
            sums[total.id] = amount(total.printed)
            name = "annex.balance" if total.minus else f"annex.total.{total.id}"
            yield _compare(f"{name}.{column}", "annex", sums[total.id], computed)


def _compare(name: str, clause: str, printed: int, computed: int) -> Outcome:
    if printed == computed:
        return None
    why = say("total", printed=printed, computed=computed)
    return Finding(name, "fault", clause, str(printed), str(computed), why, "keur")


def proratas(annex: Annex, term: Interval) -> Iterator[Outcome]:
    """Yield one outcome for each line whose in-year amount is the annual one by the months left."""
    for block, line in _lines(annex):
        if line.prorata:
            months = _months(line, term, annex.months)
            annual, printed = line.printed.annual or 0, line.printed.in_year or 0
            computed = half_up(annual * months, annex.months)
            why = say(
                "prorata",
                annual=annual,
                months=months,
                whole=annex.months,
                computed=computed,
                printed=printed,
            )
            yield None if printed == computed else _line_fault(block, line, str(printed), str(computed), why)


def _months(line: AnnexLine, term: Interval, whole: int) -> int:
    """Return the months from the start of a line to the end of the term, at least 0 and at most ``whole``."""
    end = term.end or term.start
    months = (end.year - line.start.year) * 12 + end.month - line.start.month + 1
    return max(0, min(whole, months))


def _line_fault(block: AnnexBlock, line: AnnexLine, printed: str, computed: str, why: Text) -> Finding:
    return Finding(f"annex.{block.id}.{line.id}", "fault", f"annex.{block.id}", printed, computed, why, "keur")


def lines(annex: Annex, term: Interval) -> Iterator[Finding]:
    """Yield the faults of single lines.

    Unequal columns of a full-year line, a start that is not the printed one.
    """
    for block, line in _lines(annex):
        printed = line.printed
        if not line.prorata and printed.in_year != printed.annual:
            yield _line_fault(block, line, str(printed.in_year), str(printed.annual), say("full_year"))
        if line.start not in _starts(line.start_printed, term):
            yield _line_fault(block, line, line.start_printed, str(line.start), say("start"))


def _starts(printed: str, term: Interval) -> set[date]:
    """Return the day a printed start means: ``01-07-20``, or the first day of the year ``2020``."""
    if _PRINTED_YEAR.fullmatch(printed):
        return {date(int(printed), 1, 1)}
    found = _PRINTED_DAY.fullmatch(printed)
    century = term.start.year // 100 * 100
    try:
        return {date(century + int(found[3]), int(found[2]), int(found[1]))} if found else set()
    except ValueError:
        return set()


def _lines(annex: Annex) -> Iterator[tuple[AnnexBlock, AnnexLine]]:
    for block in annex.blocks:
        for line in block.lines:
            yield block, line
