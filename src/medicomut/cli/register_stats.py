"""`medicomut register stats`, `table`, `demo`: adhesion counted, the table a check reads, a register of nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json, write_whole
from medicomut.cli.register_declare import opened
from medicomut.cli.register_options import HERE, Url, instant_option
from medicomut.cli.register_status import KnownAt, On, day_or_today, terms

STATS_EPILOG = (
    "\b\nExample:\n"
    "  medicomut register stats --by region,profession --on 2024-03-18 \\\n"
    "    --url sqlite:///register.db"
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
        str, typer.Option(metavar="NAME,…", help="region, profession, competence, in any order.")
    ] = "region,profession",
    on: On = None,
    known_at: KnownAt = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Count active practitioners and adhesion on a day, with every total; full and partial apart."""
    from medicomut.accession.statistics import ATTRIBUTES
    from medicomut.cli import register_text
    from medicomut.errors import Problem, Problems

    names = [name.strip() for name in by.split(",") if name.strip()]
    unknown = [name for name in names if name not in ATTRIBUTES]
    if unknown or not names or len(set(names)) < len(names):
        what = f"--by {by!r} does not name attributes, each once"
        raise Problems([Problem("bad_attribute", what, mend=f"write some of: {','.join(ATTRIBUTES)}")])
    day = day_or_today(on)
    with opened(url) as register:
        rows = register.statistics(day, terms(), names, instant_option(known_at, "--known-at"))
    if format is Format.json:
        print_json({"on": day.isoformat(), "by": names, "rows": [row.to_dict(names) for row in rows]})
    else:
        register_text.statistics(rows, names, day, language(lang))


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
        with opened(url, demonstration.PUBLISHED.isoformat(), now, make=True) as register:
            if now == demonstration.OPENED and register.ledger.head().sequence:
                mend = "name a database that does not exist yet"
                raise Problems([Problem("register_in_use", "the ledger has events already", mend=mend)])
            fates = register.declare_all(declarations)
            typer.echo(f"{len(fates):,} synthetic declarations of {now.date()}", err=True)
