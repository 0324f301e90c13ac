"""`medicomut observatory suppress`, `audit`: counts that may be published, and what published ones give away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medicomut.money import Lang
    from medicomut.observatory.count_table import Shape
    from medicomut.observatory.suppress import Suppressed

SUPPRESS_EPILOG = (
    "\b\nExample:\n"
    "  medicomut observatory suppress patients.csv --threshold 5 --width 5 \\\n"
    "    --out published.csv --log hidden.csv"
)
AUDIT_EPILOG = "Example: medicomut observatory audit published.csv --width 5"

Counts = Annotated[Path, typer.Argument(dir_okay=False, exists=True, help="CSV: one to three columns, then count.")]


@named_errors
def suppress(
    file: Counts,
    threshold: Annotated[int, typer.Option(help="Counts from 1 to just below this are hidden.")] = 5,
    width: Annotated[
        int | None,
        typer.Option(help="No hidden count may be bounded more tightly; by default the threshold.", show_default=False),
    ] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="Write what may be published.")] = None,
    log: Annotated[Path | None, typer.Option(dir_okay=False, help="Write what was hidden; keep it.")] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Hide small counts and what would give them away, audited: a table that may be published, with every total."""
    from medicomut.observatory.count_table import read_counts, write_published
    from medicomut.observatory.suppress import suppress as suppressed

    _apart(file, out, log)
    shape, counts = read_counts(_text(file), str(file))
    found = suppressed(shape, counts, threshold, threshold if width is None else width)
    if out is not None:
        write_whole(out, write_published(shape, found.published).encode())
    if log is not None:
        write_whole(log, _log(found).encode())
    if format is Format.json:
        print_json(found.to_dict())
        return
    _table(shape, found.published, language(lang))
    _hidden(found, language(lang))


@named_errors
def audit(
    file: Annotated[Path, typer.Argument(dir_okay=False, exists=True, help="CSV as `suppress --out` writes it.")],
    width: Annotated[int, typer.Option(min=1, help="Hidden counts bounded more tightly are told.")] = 5,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Find what a published table gives away about its hidden counts. Exit status 1 when one is exposed."""
    from medicomut.observatory.attack import Attacker
    from medicomut.observatory.count_table import read_published

    shape, published = read_published(_text(file), str(file))
    attacker = Attacker(shape, published)
    intervals = {cell: attacker.interval(cell) for cell in attacker.hidden}
    exposed = [cell for cell, interval in intervals.items() if interval.width < width]
    if format is Format.json:
        found = [
            {
                "cell": dict(zip(shape.columns, shape.cells[cell], strict=True)),
                "at_least": interval.low,
                "at_most": interval.high,
                "exposed": cell in exposed,
            }
            for cell, interval in intervals.items()
        ]
        print_json({"width": width, "safe": not exposed, "hidden": found})
    else:
        from medicomut.observatory.wording import say

        for cell in exposed:
            interval = intervals[cell]
            shown = {"cell": " / ".join(shape.cells[cell]), "low": interval.low, "high": interval.high}
            typer.echo(say("exposed", language(lang), **shown))
        word = "not_safe" if exposed else "safe"
        typer.echo(say(word, language(lang), hidden=len(intervals), exposed=len(exposed), width=width))
    if exposed:
        raise typer.Exit(1)


def _apart(*paths: Path | None) -> None:
    """Raise `Problems` (`same_file`) where what may be published would take the place of what may not."""
    from medicomut.errors import Problem, Problems

    named = [path.resolve() for path in paths if path is not None]
    if len(set(named)) < len(named):
        mend = "name three different files: the counts, --out and --log"
        raise Problems([Problem("same_file", "a file is named twice", mend=mend)])


def _text(file: Path) -> str:
    from medicomut.errors import Place, Problem, Problems

    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Problems([Problem("not_utf8", "the file is not UTF-8", Place(file=str(file)))]) from None


def _log(found: Suppressed) -> str:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*found.shape.columns, "count", "reason", "at_least", "at_most"])
    for each in found.log:
        bounds = (each.interval.low, each.interval.high)
        writer.writerow([*found.shape.cells[each.cell], each.count, each.reason, *bounds])
    return text.getvalue()


def _table(shape: Shape, published: Sequence[int | None], lang: Lang) -> None:
    """Print the table: the last column of labels across, the others down."""
    from rich.console import Console

    from medicomut.cli.agreement_tables import table_of
    from medicomut.money import format_number
    from medicomut.observatory.count_table import TOTAL
    from medicomut.observatory.wording import say

    def label(text: str) -> str:
        return say("total", lang) if text == TOTAL else text

    across = [*shape.labels[-1], TOTAL]
    shown = table_of(*shape.columns[:-1], *(label(each) for each in across))
    for column in shown.columns[len(shape.columns) - 1 :]:
        column.justify = "right"
    counts = ["×" if count is None else format_number(count, lang) for count in published]
    for at in range(0, len(counts), len(across)):
        shown.add_row(*(label(each) for each in shape.cells[at][:-1]), *counts[at : at + len(across)])
    Console(highlight=False).print(shown)


def _hidden(found: Suppressed, lang: Lang) -> None:
    from medicomut.observatory.wording import say

    primary = sum(each.reason == "primary" for each in found.log)
    counts = {"primary": primary, "complementary": len(found.log) - primary}
    typer.echo(say("hidden", lang, **counts) if found.log else say("nothing_hidden", lang))
    if found.log:
        narrowest = min(each.interval.width for each in found.log)
        typer.echo(say("audited", lang, narrowest=narrowest, width=found.width))
