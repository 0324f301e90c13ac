"""`medicomut procedure timeline`, `deadlines` and `replay`: an agreement on a day, its clocks, the case of 2024."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, chosen_readings, language, named_errors, print_json
from medicomut.cli.register_options import day_option, text_of

if TYPE_CHECKING:
    from medicomut.procedure.events import Event

TIMELINE_EPILOG = (
    "\b\nExamples:\n"
    "  medicomut procedure timeline be/amm/2020 --on 2020-02-10\n"
    "  medicomut procedure timeline be/amm/2024 --on 2024-11-05 \\\n"
    "    --reading denunciation_clocks=as_in_2020\n"
    "  medicomut procedure timeline be/amm/2020 --events events.csv --on 2020-03-20"
)
DEADLINES_EPILOG = (
    "\b\nExamples:\n  medicomut procedure deadlines be/amm/2020\n"
    "  medicomut procedure deadlines be/amm/2024 --format ics --lang nl"
)
REPLAY_EPILOG = (
    "\b\nExamples:\n  medicomut procedure replay be/amm/2024\n  medicomut procedure replay be/amm/2024 --on 2024-11-20"
)

Agreement = Annotated[str, typer.Argument(metavar="ID", help="An agreement, such as be/amm/2020.", show_default=False)]
Events = Annotated[
    str | None,
    typer.Option(
        "--events",
        metavar="FILE|-",
        help="CSV: day, event, by, evidence and more (docs/procedures.md); else those shipped.",
        show_default=False,
    ),
]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day asked; else today in Brussels.")]
Reading = Annotated[
    list[str] | None,
    typer.Option(
        "--reading",
        metavar="NAME=VALUE",
        help="Another reading, such as end_anchor=finding. Repeatable.",
        show_default=False,
    ),
]


class DeadlinesFormat(StrEnum):
    """How deadlines are written."""

    table = "table"
    json = "json"
    ics = "ics"


def readings_of(options: list[str] | None) -> dict[str, str]:
    """Read `--reading` options; raises `Problems` for those that change nothing in a procedure."""
    from medicomut.procedure.clocks import READINGS

    return chosen_readings(options, READINGS, "a procedure")


def _day(text: str | None) -> date:
    from medicomut.calendar import brussels_day

    return day_option(text, "--on") or brussels_day(datetime.now(UTC))


def _events(file: str | None) -> list[Event] | None:
    from medicomut.procedure.events import read_events

    return None if file is None else read_events(*text_of(file))


@named_errors
def timeline(
    agreement: Agreement,
    events: Events = None,
    on: On = None,
    reading: Reading = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Say how an agreement stands on a day: what is open, who may act until when, and what follows if nobody does."""
    from medicomut.cli import procedure_text
    from medicomut.procedure.life import timeline as timeline_of

    found = timeline_of(agreement, _day(on), _events(events), readings_of(reading))
    if format is Format.json:
        print_json(found.to_dict())
    else:
        procedure_text.state(found, language(lang))


@named_errors
def deadlines(
    agreement: Agreement,
    events: Events = None,
    reading: Reading = None,
    format: Annotated[
        DeadlinesFormat, typer.Option("--format", help="A table; JSON for a program; a calendar.")
    ] = DeadlinesFormat.table,
    lang: InLanguage = None,
) -> None:
    """List every deadline of an agreement and of what happened to it, by day, with Sundays and holidays told."""
    from medicomut.agreement import load
    from medicomut.cli import procedure_text
    from medicomut.procedure.clocks import rules
    from medicomut.procedure.deadlines_calendar import deadlines_calendar
    from medicomut.procedure.events import load_events
    from medicomut.procedure.facts import fold
    from medicomut.procedure.life import deadlines as deadlines_of

    chosen = rules(load(agreement), readings_of(reading))
    given = _events(events)
    found = deadlines_of(fold(chosen, load_events(agreement) if given is None else given), chosen)
    if format is DeadlinesFormat.json:
        print_json({"agreement": chosen.agreement.id, "deadlines": [deadline.to_dict() for deadline in found]})
    elif format is DeadlinesFormat.ics:
        typer.echo(deadlines_calendar(chosen.agreement, found, language(lang), _day(None)).decode(), nl=False)
    else:
        procedure_text.deadlines(found, language(lang))


@named_errors
def replay(
    agreement: Agreement = "be/amm/2024",
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help="One day; else the days on which something turns.")
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Replay a procedure that was, with its clocks counted from the occurrence and from the finding, side by side."""
    from medicomut.cli import procedure_text
    from medicomut.procedure.replay import replay as replay_of

    found = replay_of(agreement)
    asked = day_option(on, "--on")
    days = found.turning_days() if asked is None else [found.day(asked)]
    if format is Format.json:
        clocks = {anchor: [one.to_dict() for one in found.deadlines(anchor)] for anchor in found.facts}
        print_json({"agreement": agreement, "deadlines": clocks, "days": [day.to_dict() for day in days]})
    else:
        procedure_text.replay(found, days, language(lang))
