"""`medicomut register declare`: a declaration recorded, with its receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, database, language, named_errors, print_json
from medicomut.cli.register_options import (
    HERE,
    Extended,
    Number,
    Published,
    Url,
    day_option,
    inami,
    instant_option,
    text_of,
)
from medicomut.cli.register_timetable import ProfessionName

if TYPE_CHECKING:
    from medicomut.store.register import Register

EPILOG = (
    "\b\nExamples:\n"
    "  medicomut register declare 19000122003 registered --profession gp \\\n"
    "    --region Brussels --url sqlite:///register.db\n"
    "  medicomut register declare 19000122003 partial --hours week.csv \\\n"
    "    --agreement be/amm/2020 --url sqlite:///register.db"
)


class KindName(StrEnum):
    """What is declared. A correction takes two persons: it is proposed and accepted (`register_correction`)."""

    registered = "registered"
    ended = "ended"
    refused = "refused"
    partial = "partial"
    changed = "changed"
    acceded = "acceded"
    denounced = "denounced"


@contextmanager
def opened(
    url: str,
    published: str | None = None,
    now: datetime | None = None,
    *,
    extended: str | None = None,
    make: bool = False,
    dry_run: bool = False,
) -> Iterator[Register]:
    """Open the register of a ledger; `make` makes the database where there is none, unless it is a `dry_run`."""
    from medicomut.accession.window import signed_window
    from medicomut.store import Ledger
    from medicomut.store.register import Register

    day, until = day_option(published, "--published"), day_option(extended, "--extended")
    clock: dict[str, Callable[[], datetime]] = {} if now is None else {"clock": lambda: now}
    with database(url, make=make, dry_run=dry_run) as engine:
        yield Register(Ledger(engine, **clock), lambda named: signed_window(named, day, until))


@named_errors
def declare(
    number: Number,
    kind: Annotated[KindName, typer.Argument(help="What is declared.", show_default=False)],
    url: Url = HERE,
    agreement: Annotated[
        str | None, typer.Option(metavar="ID", help="The agreement, such as be/amm/2020.", show_default=False)
    ] = None,
    hours: Annotated[
        str | None,
        typer.Option(metavar="FILE|-", help="The timetable, for partial and changed.", show_default=False),
    ] = None,
    profession: Annotated[ProfessionName | None, typer.Option(help="For registered.", show_default=False)] = None,
    region: Annotated[str | None, typer.Option(help="For registered.", show_default=False)] = None,
    municipality: Annotated[
        str | None,
        typer.Option(help="For registered: its NIS code or name; the larger places follow.", show_default=False),
    ] = None,
    starting: Annotated[
        str | None,
        typer.Option("--from", metavar="DAY", help="First day: for registered, ended, denounced.", show_default=False),
    ] = None,
    actor: Annotated[str | None, typer.Option(help="Who declares; else the practitioner.", show_default=False)] = None,
    published: Published = None,
    extended: Extended = None,
    basis: Annotated[
        str | None,
        typer.Option(help="By what right, where no clause says it.", show_default=False),
    ] = None,
    trial_now: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT", help="For trials: the instant of recording; the event says so.", show_default=False
        ),
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Record a declaration durably, or say every reason why it cannot be; sent again it is harmless."""
    from medicomut.accession.declarations import Declaration, Kind
    from medicomut.accession.timetable_file import read_timetable
    from medicomut.accession.wording import say

    number, now = inami(number), instant_option(trial_now, "--trial-now")
    who = actor or f"practitioner:{number}"
    declared = Declaration(
        Kind[kind.value],
        number,
        f"trial:{who}" if now else who,
        agreement,
        tuple(read_timetable(*text_of(hours))) if hours is not None else (),
        profession.value if profession is not None else None,
        region,
        day_option(starting, "--from"),
        basis=basis,
        municipality=municipality,
    )
    with opened(url, published, now, extended=extended, make=True) as register:
        outcome = register.declare(declared)
    event, spoken = outcome.event, language(lang)
    if format is Format.json:
        print_json(
            {
                "recorded": outcome.new,
                "sequence": event.sequence,
                "version": event.version,
                "recorded_at": event.recorded.isoformat(),
                "valid_from": event.valid_from.isoformat(),
                "basis": event.basis,
                "after_cut_off": outcome.after_cut_off,
            }
        )
        return
    key = "recorded" if outcome.new else "recorded_before"
    receipt = say(key, spoken, sequence=event.sequence, instant=event.recorded.isoformat(timespec="seconds"))
    typer.echo(f"{receipt}  [{event.basis}]" if event.basis else receipt)
    typer.echo(say("valid_from", spoken, day=event.valid_from.isoformat()))
    if outcome.after_cut_off:
        typer.echo(say("after_cut_off", spoken))
