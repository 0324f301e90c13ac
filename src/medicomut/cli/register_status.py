"""`medicomut register status`: what holds for a practitioner on a day, as known at an instant, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json
from medicomut.cli.register_declare import opened
from medicomut.cli.register_options import HERE, Number, Url, day_option, inami, instant_option

if TYPE_CHECKING:
    from medicomut.accession.status import Term

EPILOG = (
    "\b\nExamples:\n"
    "  medicomut register status 19000122003 --on 2020-03-02 \\\n"
    "    --url sqlite:///register.db\n"
    "  medicomut register status 19000122003 --on 2020-03-02 --time 10:00 \\\n"
    "    --known-at 2020-03-01T00:00:00+01:00 --url sqlite:///register.db"
)

On = Annotated[
    str | None,
    typer.Option(
        metavar="DAY", help="The day asked about; else today, or the last day of an agreement.", show_default=False
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option(metavar="INSTANT", help="As was known then, such as 2020-02-01T00:00:00+01:00.", show_default=False),
]


def day_or_today(text: str | None) -> date:
    """Return the day asked about, else today in Brussels, or the latest agreement's last day where it is over."""
    from medicomut.agreement import headings
    from medicomut.calendar import brussels_day

    asked = day_option(text, "--on")
    if asked is not None:
        return asked
    today = brussels_day(datetime.now(UTC))
    ends = [heading.term.end for heading in headings()]
    known = [end for end in ends if end is not None]
    return today if len(known) < len(ends) else min(today, max(known))


def terms() -> list[Term]:
    """Return the terms of the shipped agreements."""
    from medicomut.accession.status import term_of
    from medicomut.agreement import available, load

    return [term_of(load(named)) for named in available()]


@named_errors
def status(
    number: Number,
    url: Url = HERE,
    on: On = None,
    known_at: KnownAt = None,
    time: Annotated[
        str | None, typer.Option(metavar="HH:MM", help="Say whether it is an off-tariff hour.", show_default=False)
    ] = None,
    site: Annotated[str | None, typer.Option(help="At which site, with --time.", show_default=False)] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Say what holds for a practitioner on a day: full, partial, refused or not active, why, and by which clause."""
    from medicomut.accession.wording import say, write_slot
    from medicomut.calendar import minute_of_day

    number, day, spoken = inami(number), day_or_today(on), language(lang)
    minute = None if time is None else minute_of_day(time)
    with opened(url) as register:
        found = register.history(number, instant_option(known_at, "--known-at")).status(day, terms())
    free = None if minute is None else found.free_at(minute, site)
    if format is Format.json:
        asked = {} if minute is None else {"time": time, "site": site, "off_tariff": free}
        print_json(found.to_dict(spoken) | asked)
        return
    cited = f"  [{', '.join(found.cites)}]" if found.cites else ""
    typer.echo(f"{number} · {day.isoformat()} · {say(f'state_{found.state.value}', spoken)}")
    typer.echo(f"{say(f'why_{found.why.value}', spoken)}{cited}")
    for hours in found.hours:
        if hours.free:
            place = f" @{hours.site}" if hours.site else ""
            typer.echo(f"  {say('off_tariff', spoken)}: {write_slot(hours.start, hours.end, spoken)}{place}")
    if free is not None:
        typer.echo(f"{time}{f' @{site}' if site else ''}: {say('off_tariff' if free else 'at_tariff', spoken)}")
