"""`medicomut observatory access`, `supplements`: who is served by how many, and what patients pay above the fee."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json
from medicomut.cli.register_status import On

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from medicomut.money import Lang
    from medicomut.observatory.access import Access, Supply

ACCESS_EPILOG = (
    "\b\nExamples:\n"
    "  medicomut observatory access doctors.csv --by arrondissement\n"
    "  medicomut observatory access doctors.csv --class severe --format json\n"
    "  medicomut observatory access --register sqlite:///register.db \\\n"
    "    --on 2024-03-18 --by province\n"
    "The columns of the file: municipality (NIS code or name), and where known\n"
    "practitioner, profession, fte."
)
SUPPLEMENTS_EPILOG = "Example: medicomut observatory supplements checked.parquet --by basis"


class Level(StrEnum):
    """What places are told apart."""

    municipality = "municipality"
    arrondissement = "arrondissement"
    province = "province"
    region = "region"
    country = "country"


@named_errors
def access(
    file: Annotated[
        Path | None, typer.Argument(help="A table of practitioners: CSV, Parquet, Excel or JSON lines.")
    ] = None,
    by: Annotated[Level, typer.Option("--by", help="The places.")] = Level.municipality,
    thresholds: Annotated[str, typer.Option(metavar="NAME", help="aviq, heads or impulseo.")] = "aviq",
    only: Annotated[
        str | None, typer.Option("--class", metavar="CLASS", help="Only places in one class, such as severe.")
    ] = None,
    areas: Annotated[
        Path | None, typer.Option(help="CSV with code,km2 by municipality: impulseo needs it.", show_default=False)
    ] = None,
    register: Annotated[
        str | None, typer.Option(metavar="URL", help="The register (docs/register.md), in place of a table.")
    ] = None,
    on: On = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Count general practitioners per 100,000 inhabitants (of 1 January 2020), against published thresholds."""
    from medicomut.errors import Problem, Problems
    from medicomut.observatory.access import access as served
    from medicomut.observatory.shortage import CLASSES, scheme

    chosen, said = scheme(thresholds), language(lang)
    if only is not None and only not in CLASSES:
        mend = f"write one of: {', '.join(CLASSES)}"
        raise Problems([Problem("unknown_class", f"{only!r} is no class", mend=mend)])
    if (file is None) == (register is None):
        mend = "give a file, or --register URL"
        raise Problems([Problem("one_source", "a table or the register is needed, not both", mend=mend)])
    found = _from_file(file) if file is not None else _from_register(str(register), on)
    places = served(found, chosen, by.value, None if areas is None else _areas(areas))
    shown = sorted((each for each in places if only in {None, each.judged}), key=lambda each: each.density)
    if format is Format.json:
        print_json(
            {
                "thresholds": {"name": chosen.name, "counts": chosen.measure, "source": chosen.source},
                "measure": "heads" if found.fte is None else "fte",
                "without_municipality": found.nowhere,
                "not_general_practitioners": found.others,
                "places": [each.to_dict(said) for each in shown],
            }
        )
        return
    _show(shown, found, chosen.measure, said)


def _from_file(file: Path) -> Supply:
    import polars as pl

    from medicomut.engines.files import naming_faults, open_lines
    from medicomut.errors import Problem, Problems
    from medicomut.observatory.access import COLUMNS, REQUIRED, supply

    frame = open_lines(file, COLUMNS).frame
    present = frame.collect_schema().names()
    if REQUIRED[0] not in present:
        mend = f"name it {REQUIRED[0]}: a NIS code or the name of a municipality"
        raise Problems([Problem("missing_column", f"no column {REQUIRED[0]} in {', '.join(present)}", mend=mend)])
    with naming_faults(file):
        rows = frame.select(pl.col(name).cast(pl.String) for name in COLUMNS if name in present).collect()
    return supply(rows.iter_rows(named=True), str(file))


def _from_register(url: str, on: str | None) -> Supply:
    """Count who is active on a day; nobody is on a day without agreement."""
    from medicomut.cli.register_declare import opened
    from medicomut.cli.register_status import day_or_today, terms
    from medicomut.observatory.access import supply_of_counts

    with opened(url) as register:
        counted = register.counted(day_or_today(on), terms(), ("profession", "municipality"))
    return supply_of_counts((profession, code, number) for ((profession, code), _), number in counted.items())


def _areas(path: Path) -> Mapping[str, Fraction]:
    from medicomut.csv_rows import csv_rows
    from medicomut.errors import Problem, Problems
    from medicomut.geography import municipality
    from medicomut.money import ratio

    found: dict[str, Fraction] = {}
    faults: list[Problem] = []
    for where, row in csv_rows(path.read_text("utf-8"), path.name, ("code", "km2")):
        try:
            found[municipality(row["code"]).code] = ratio(row["km2"])
        except Problems as problems:
            faults += [problem.at(where) for problem in problems.problems]
    if faults:
        raise Problems(faults)
    return found


def _show(places: list[Access], found: Supply, counts: str, lang: Lang) -> None:
    from rich.console import Console

    from medicomut.cli.agreement_tables import table_of
    from medicomut.money import format_number
    from medicomut.observatory.datasets import label
    from medicomut.observatory.shortage import word

    measure = "heads" if found.fte is None else "fte"
    columns = ("code", "name", "inhabitants", measure, "per_100000", "class", "severe_municipalities")
    table = table_of(*(label(column, lang) for column in columns))
    for at in (2, 3, 4, 6):
        table.columns[at].justify = "right"
    for each in places:
        table.add_row(
            each.code,
            each.name[lang],
            format_number(each.inhabitants, lang),
            format_number(each.number, lang, 0 if measure == "heads" else 2),
            format_number(each.density, lang, 1),
            word(each.judged, lang),
            str(each.municipalities["severe"]) if each.level != "municipality" else "",
        )
    console = Console(highlight=False)
    console.print(table)
    if counts != measure:
        console.print(label("counted_otherwise", lang).format(counted=word(measure, lang), asked=word(counts, lang)))
    if found.nowhere:
        console.print(label("without_municipality", lang).format(number=found.nowhere))


@named_errors
def supplements(
    file: Annotated[Path, typer.Argument(metavar="RESULT", help="What `medicomut check --out` wrote.")],
    by: Annotated[
        str | None, typer.Option("--by", metavar="COLUMN", help="Part it by a column, such as basis or code.")
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Say what share of the patients' bills are supplements, and how much care is at tariff, in a checked file."""
    from medicomut.engines.files import naming_faults, open_lines
    from medicomut.observatory import supplements as room

    with naming_faults(file):
        found = room.supplements(open_lines(file).frame, str(file), by)
    if format is Format.json:
        print_json({"all": found[0].to_dict(), "by": by, "groups": [each.to_dict() for each in found[1:]]})
        return
    from rich.console import Console

    from medicomut import words
    from medicomut.cli.agreement_tables import table_of
    from medicomut.money import format_eur, format_number
    from medicomut.observatory.datasets import label

    said = language(lang)

    def share(value: Fraction | None) -> str:
        return "–" if value is None else format_number(value, said, 2)

    def name(group: str) -> str:
        if not group:
            return label("together", said)
        return words.label("bases", group, said) if by == "basis" else group

    columns = ("lines", "at_tariff_share", "patient_share", "supplement", "of_bill")
    table = table_of("", *(label(column, said) for column in columns))
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    for each in found:
        table.add_row(
            name(each.group),
            format_number(each.lines, said),
            share(each.share_at_tariff),
            format_eur(each.patient_share_cents, said),
            format_eur(each.supplement_cents, said),
            share(each.of_bill),
        )
    Console(highlight=False).print(table)
