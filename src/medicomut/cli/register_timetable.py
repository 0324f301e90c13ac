"""`medicomut register timetable`: whether hours off tariff keep to the agreement, and what would mend them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import (
    AsFormat,
    Format,
    InLanguage,
    chosen_readings,
    language,
    named_errors,
    print_json,
    write_whole,
)
from medicomut.cli.register_options import AgreementId, day_option, text_of

if TYPE_CHECKING:
    from medicomut.accession.timetable import Hours
    from medicomut.agreement import Agreement
    from medicomut.money import Lang

EPILOG = (
    "\b\nExamples:\n"
    "  medicomut register timetable week.csv --profession gp\n"
    "  medicomut register timetable - --profession gp --format json < week.csv\n"
    "  medicomut register timetable week.csv --profession gp \\\n"
    "    --ics hours.ics --notice door.html --lang fr"
)

NOT_VALID = 1
"""The exit status under `--strict` of a timetable that is not valid."""


class ProfessionName(StrEnum):
    """Whose rules apply."""

    gp = "gp"
    specialist = "specialist"


@named_errors
def timetable(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE|-", help="CSV with day, start, end, site, kind, setting; - is standard input."),
    ],
    profession: Annotated[ProfessionName, typer.Option(help="Whose rules apply.", show_default=False)],
    agreement: AgreementId = "be/amm/2020",
    reading: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Another reading of an ambiguity, such as slot_adjacency=separate. Repeatable.",
            show_default=False,
        ),
    ] = None,
    week_of: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="The week judged, with holiday_weeks=actual_week.", show_default=False),
    ] = None,
    ics: Annotated[
        Path | None, typer.Option(help="Write the hours as a calendar.", dir_okay=False, show_default=False)
    ] = None,
    starting: Annotated[
        str | None,
        typer.Option("--from", metavar="DAY", help="First day of the calendar; else today.", show_default=False),
    ] = None,
    notice: Annotated[
        Path | None,
        typer.Option(help="Write the notice for the door, a page of HTML.", dir_okay=False, show_default=False),
    ] = None,
    name: Annotated[str, typer.Option(help="Whose hours, for the notice.", show_default=False)] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Exit with status 1 unless the timetable is valid.")] = False,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Judge a timetable of partial accession: valid, or each broken sub-clause with its numbers and what mends it."""
    from medicomut.accession.judging import judge
    from medicomut.accession.notice import notice as door_notice
    from medicomut.accession.proposing import proposal
    from medicomut.accession.timetable import READINGS
    from medicomut.accession.timetable_file import read_timetable, write_row
    from medicomut.agreement import load
    from medicomut.agreement.partial_accession import partial_limits
    from medicomut.cli import register_text

    signed, spoken = load(agreement), language(lang)
    every = signed.readings(chosen_readings(reading, READINGS, "a timetable"))
    chosen: dict[str, str] = {key: every[key] for key in READINGS if key in every}
    limits = partial_limits(signed, profession.value)
    week = read_timetable(*text_of(file))
    found = judge(signed, limits, week, chosen, day_option(week_of, "--week-of"))
    better = None if found.valid is not False else proposal(signed, limits, week, chosen)
    if ics is not None:
        write_whole(ics, _calendar(signed, week, day_option(starting, "--from"), spoken))
    if notice is not None:
        write_whole(notice, door_notice(week, profession.value, spoken, name).encode())
    if format is Format.json:
        print_json(found.to_dict(spoken) | {"proposal": None if better is None else [write_row(row) for row in better]})
    else:
        register_text.judgement(found, better, spoken)
    if strict and not found.valid:
        raise typer.Exit(NOT_VALID)


def _calendar(signed: Agreement, week: list[Hours], starting: date | None, lang: Lang) -> bytes:
    """Return the calendar until the agreement ends, from a day: today, or its first where it is not in force."""
    from medicomut.accession.hours_calendar import hours_calendar
    from medicomut.calendar import BRUSSELS
    from medicomut.errors import Problem, Problems

    now = datetime.now(UTC)
    term = signed.heading.term
    today = now.astimezone(BRUSSELS).date()
    first = starting or (today if signed.covers(today) else term.start)
    if term.end is not None and first > term.end:
        mend = f"name a day until {term.end}: --from DAY"
        raise Problems([Problem("after_the_term", f"{signed.id} has ended before {first}", mend=mend)])
    last = term.end or first.replace(year=first.year + 1, day=min(first.day, 28))
    return hours_calendar(week, first, last, now, lang)
