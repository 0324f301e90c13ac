"""Means and uses for a person (a table), for a spreadsheet (CSV, a workbook)."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text as Words

from medicomut.agreement.figures import format_date
from medicomut.budget.annex import Amount, Block, Sheet, Total
from medicomut.budget.wording import clauses, heading, say
from medicomut.cli.agreement_tables import table_of
from medicomut.cli.common import write_whole
from medicomut.errors import Problem, Problems
from medicomut.money import Lang, format_number

COLUMNS = (
    "kind", "id", "label", "start", "part_of_year", "in_year_keur", "in_year_printed_keur", "annual_keur",
    "annual_printed_keur", "cites",
)  # fmt: skip

_Row = dict[str, str | int | None]


def rows(sheet: Sheet, lang: Lang) -> Iterator[_Row]:
    """Yield a row for every line, block and total, amounts in k€."""
    for block in sheet.blocks:
        for line in block.lines:
            yield {
                "kind": "line",
                "id": line.id,
                "label": line.label.in_language(lang),
                "start": line.start.isoformat(),
                "part_of_year": f"{line.part.numerator}/{line.part.denominator}",
                **_amounts(line.in_year, line.annual),
                "cites": " ".join(line.cites),
            }
        yield _sum("block", block, lang) | {"cites": " ".join(block.cites)}
    for total in sheet.totals:
        yield _sum("total", total, lang) | {"cites": " ".join(sheet.cites)}


def _sum(kind: str, row: Block | Total, lang: Lang) -> _Row:
    words: _Row = {"kind": kind, "id": row.id, "label": row.label.in_language(lang), "start": None}
    return words | {"part_of_year": None} | _amounts(row.in_year, row.annual)


def _amounts(in_year: Amount, annual: Amount) -> _Row:
    return {
        "in_year_keur": in_year.computed,
        "in_year_printed_keur": in_year.printed,
        "annual_keur": annual.computed,
        "annual_printed_keur": annual.printed,
    }


def table(sheet: Sheet, lang: Lang) -> None:
    """Print the sheet in k€, then which lines and sums are not the printed ones."""
    console = Console(highlight=False)
    columns = [sheet.columns[name].in_language(lang) for name in ("in_year", "annual")]
    found = table_of(
        f"{say('line', lang)}\n{sheet.agreement}#",
        say("start", lang),
        *(f"{name}\n{say('keur', lang)}" for name in columns),
    )
    for column in found.columns[2:]:
        column.justify = "right"
    for block in sheet.blocks:
        name = f"{block.letter}) " if block.letter else ""
        found.add_row(Words(name + block.label.in_language(lang), style="bold"), "", "", "")
        for line in block.lines:
            label = Words(f"  {line.label.in_language(lang)}")
            label.append(f"  {clauses(line.cites)}", style="dim")
            found.add_row(
                label,
                format_date(line.start, lang),
                _shown(line.in_year, lang),
                _shown(line.annual, lang),
            )
        total = Words(f"  {say('total', lang)}", style="bold").append(f"  {clauses(block.cites)}", style="not bold dim")
        found.add_row(total, "", _shown(block.in_year, lang), _shown(block.annual, lang), end_section=True)
    for row in sheet.totals:
        label = Words(row.label.in_language(lang), style="bold").append(
            f"  {clauses(sheet.cites)}", style="not bold dim"
        )
        found.add_row(label, "", _shown(row.in_year, lang), _shown(row.annual, lang))
    console.print(found)
    _verdict(sheet, lang, console)


def _shown(amount: Amount, lang: Lang) -> str:
    written = format_number(amount.computed, lang)
    if amount.holds:
        return written
    return f"{written}\n({say('printed', lang)} {format_number(amount.printed or 0, lang)})"


def _verdict(sheet: Sheet, lang: Lang, console: Console) -> None:
    if not sheet.broken and not sheet.broken_sums:
        console.print(say("all_hold", lang))
        return
    console.print(Words(f"{heading('broken_lines', lang)} {len(sheet.broken)}", style="bold"))
    for line in sheet.broken:
        computed, printed = (format_number(n, lang) for n in (line.in_year.computed, line.in_year.printed or 0))
        amounts = f"{say('computed', lang)} {computed} · {say('printed', lang)} {printed} {say('keur', lang)}"
        console.print(Words(f"  {line.label.in_language(lang)} ({line.id}): {amounts}"))
    if sheet.broken_sums:
        console.print(f"{heading('broken_sums', lang)} {', '.join(sheet.broken_sums)}")


def write(sheet: Sheet, lang: Lang, form: str, out: Path | None) -> None:
    """Write the rows as CSV (to standard output without ``out``) or as a workbook, whole or not at all."""
    if form == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(sheet, lang))
        content = text.getvalue().encode()
        if out is None:
            sys.stdout.write(content.decode())
            return
    else:
        content = _workbook(sheet, lang)
        if out is None:
            raise Problems([Problem("no_file", "a workbook is not written to a terminal", mend="add --out FILE.xlsx")])
    write_whole(out, content)


def _workbook(sheet: Sheet, lang: Lang) -> bytes:
    from xlsxwriter import Workbook

    content = io.BytesIO()
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("budget")
        page.write_row(0, 0, COLUMNS)
        for number, row in enumerate(rows(sheet, lang), start=1):
            page.write_row(number, 0, [row[name] for name in COLUMNS])
        page.set_column(2, 2, 50)
        page.freeze_panes(1, 0)
    return content.getvalue()
