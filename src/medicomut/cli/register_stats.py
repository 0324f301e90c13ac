"""`medicomut register stats`, `table`, `demo`: adhesion counted, the table a check reads, a register of nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json, write_whole
from medicomut.cli.register_declare import opened
from medicomut.cli.register_import import uncollected
from medicomut.cli.register_options import HERE, Url, day_option, instant_option
from medicomut.cli.register_status import KnownAt, On, day_or_today, terms

if TYPE_CHECKING:
    from datetime import date

    from medicomut.accession.statistics import Row

STATS_EPILOG = (
    "\b\nExamples:\n"
    "  medicomut register stats --by region,profession --on 2024-03-18 \\\n"
    "    --url sqlite:///register.db\n"
    "  medicomut register stats --by arrondissement,specialty --since 2024-02-28 \\\n"
    "    --mask 5 --out rates.xlsx --url sqlite:///register.db"
)
TABLE_EPILOG = (
    "\b\nExample:\n"
    "  medicomut register table --out doctors.csv --url sqlite:///register.db\n"
    "  medicomut check lines.csv --practitioners doctors.csv --out checked.csv"
)
DEMO_EPILOG = "Example: medicomut register demo --url sqlite:///demo.db"


@named_errors
def stats(
    url: Url = HERE,
    by: Annotated[
        str,
        typer.Option(
            metavar="NAME,…",
            help="region, province, arrondissement, municipality, profession, specialty, competence, in any order.",
        ),
    ] = "region,profession",
    on: On = None,
    known_at: KnownAt = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Show what changed since a day, in persons and points.", show_default=False),
    ] = None,
    years: Annotated[
        str | None,
        typer.Option(metavar="FIRST-LAST", help="Count the last day of each year.", show_default=False),
    ] = None,
    mask: Annotated[int, typer.Option(min=0, help="Mask counts behind which fewer persons stand.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option(help="Write CSV, XLSX, Parquet or JSON lines.", dir_okay=False, show_default=False),
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Count active practitioners and adhesion on a day, with every total; full and partial apart."""
    from medicomut.accession.statistics import changes
    from medicomut.accession.statistics_table import records
    from medicomut.cli import register_text
    from medicomut.engines.files import refuse_place

    if out is not None:
        refuse_place(out)
    names, spoken = _attributes(by), language(lang)
    days = _days(on, since, years)
    earlier = _earlier(since, days[-1])
    known = instant_option(known_at, "--known-at")
    with opened(url) as register:
        counted = {day: register.statistics(day, terms(), names, known) for day in days}
        before = None if earlier is None else register.statistics(earlier, terms(), names, known)
    tables: list[tuple[date, list[Row], dict[Any, Any] | None]] = [
        (day, rows, None if before is None else changes(before, rows)) for day, rows in counted.items()
    ]
    shown = [
        record
        for day, rows, changed in tables
        for record in records(rows, names, spoken, mask, changed, day.year if years else None)
    ]
    if out is not None:
        _write_rows(out, shown)
    if format is Format.json:
        asked = {"since": None if earlier is None else earlier.isoformat(), "mask": mask}
        print_json({"on": days[-1].isoformat(), "by": names} | asked | {"rows": shown})
    elif out is None:
        for day, rows, changed in tables:
            register_text.statistics(rows, names, day, spoken, least=mask, since=earlier, changed=changed)


def _attributes(by: str) -> list[str]:
    from medicomut.accession.statistics import ATTRIBUTES
    from medicomut.errors import Problem, Problems

    names = [name.strip() for name in by.split(",") if name.strip()]
    if not names or len(set(names)) < len(names) or any(name not in ATTRIBUTES for name in names):
        what = f"--by {by!r} does not name attributes, each once"
        raise Problems([Problem("bad_attribute", what, mend=f"write some of: {','.join(ATTRIBUTES)}")])
    return names


def _days(on: str | None, since: str | None, years: str | None) -> list[date]:
    """Return the day that is counted, or the last one of each year."""
    from datetime import date

    from medicomut.errors import Problem, Problems

    if years is None:
        return [day_or_today(on)]
    first, _, last = years.partition("-")
    mend = "write --years 2020-2024, without --on and --since"
    if on or since or not (first.isdecimal() and last.isdecimal() and 1900 <= int(first) <= int(last) <= 2100):
        raise Problems([Problem("bad_years", f"--years {years!r} does not say which years", mend=mend)])
    return [date(year, 12, 31) for year in range(int(first), int(last) + 1)]


def _earlier(since: str | None, on: date) -> date | None:
    """Return the day from which a change is told; it comes before the day that is counted."""
    from medicomut.errors import Problem, Problems

    day = day_option(since, "--since")
    if day is not None and day >= on:
        mend = f"name a day before {on}, or a later one with --on"
        raise Problems([Problem("bad_since", f"--since {day} is not before {on}, the day that is counted", mend=mend)])
    return day


def _write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    import polars as pl

    from medicomut.engines.files import write

    frame = pl.DataFrame(rows, infer_schema_length=None)
    write(path, frame.schema, lambda: iter([frame]), len(frame))


@named_errors
def table(
    out: Annotated[Path, typer.Option(dir_okay=False, help="The CSV file to write.", show_default=False)],
    url: Url = HERE,
    known_at: KnownAt = None,
) -> None:
    """Write the status of everybody from day to day, as `medicomut check --practitioners` reads it."""
    import csv
    import io

    from medicomut.accession.status_table import COLUMNS, status_rows
    from medicomut.errors import Place, Problem, Problems

    if out.suffix.lower() != ".csv":
        what, mend = f"{out.suffix or 'a name without ending'} is not written here", "name a .csv file"
        raise Problems([Problem("unknown_format", what, Place(file=str(out)), mend=mend)])
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    with opened(url) as register:
        writer.writerows(status_rows(register.histories(instant_option(known_at, "--known-at")), terms()))
    write_whole(out, text.getvalue().encode())
    typer.echo(f"{out}", err=True)


@named_errors
def demo(url: Url = HERE) -> None:
    """Fill an empty register with 60,588 synthetic practitioners who adhere as doctors did in 2024."""
    from medicomut.accession import demonstration
    from medicomut.errors import Problem, Problems

    for now, declarations in (
        (demonstration.OPENED, demonstration.registrations()),
        (demonstration.REFUSED, demonstration.refusals()),
    ):
        with opened(url, demonstration.PUBLISHED.isoformat(), now, make=True) as register, uncollected():
            if now == demonstration.OPENED and register.ledger.head().sequence:
                mend = "name a database that does not exist yet"
                raise Problems([Problem("register_in_use", "the ledger has events already", mend=mend)])
            fates = register.declare_all(declarations)
            typer.echo(f"{len(fates):,} synthetic declarations of {now.date()}", err=True)
