"""`medicomut register window` and `quorum`: the last day to refuse, entry into force, and whether too many refused."""

from __future__ import annotations

from enum import StrEnum
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
)
from medicomut.cli.register_declare import opened
from medicomut.cli.register_options import HERE, AgreementId, Url, day_option, instant_option, text_of
from medicomut.cli.register_status import KnownAt, terms

if TYPE_CHECKING:
    from medicomut.accession.quorum import Count
    from medicomut.accession.window import Window

WINDOW_EPILOG = (
    "\b\nExamples:\n"
    "  medicomut register window --agreement be/amm/2020\n"
    "  medicomut register window --agreement be/amm/2024 --published 2024-02-05"
)
QUORUM_EPILOG = "Example: medicomut register quorum --agreement be/amm/2020 --counts counts.csv"

FAILED = 1
"""The exit status under `--strict` of a quorum that is not met in every region."""


class DenominatorName(StrEnum):
    """Of whom the share of refusals is taken."""

    active = "active"
    all_numbers = "all_numbers"
    without_trainees = "without_trainees"


@named_errors
def window(
    agreement: AgreementId,
    published: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Publication; else that of the agreement.", show_default=False),
    ] = None,
    extended: Annotated[
        str | None,
        typer.Option(
            metavar="DAY", help="Day to which the online service stays open; no legal delay.", show_default=False
        ),
    ] = None,
    reading: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Another reading: sunday_deadlines.", show_default=False),
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Say until which day one may refuse or accede partly after a publication, and when the agreement is in force."""
    from medicomut.accession.window import READINGS
    from medicomut.accession.window import window as window_of
    from medicomut.agreement import load, load_law
    from medicomut.cli import register_text

    signed = load(agreement)
    readings = signed.readings(chosen_readings(reading, READINGS, "a window"))
    found = window_of(
        signed,
        load_law(signed.heading.country),
        day_option(published, "--published"),
        day_option(extended, "--extended"),
        readings.get("sunday_deadlines"),
    )
    if format is Format.json:
        print_json(found.to_dict())
    else:
        register_text.window(found, language(lang))


@named_errors
def quorum(
    agreement: AgreementId,
    counts: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|-",
            help="CSV: region, profession, active, refused; else the register.",
            show_default=False,
        ),
    ] = None,
    denominator: Annotated[
        DenominatorName, typer.Option(help="Of whom the share of refusals is taken.")
    ] = DenominatorName.active,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Let tests decide too that are known only second-hand.")
    ] = False,
    url: Url = HERE,
    known_at: KnownAt = None,
    published: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="Publication; else that of the agreement.", show_default=False),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with status 1 where a region fails.")] = False,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Say by region whether refusals exceed the share with which the agreement stays out of force."""
    from medicomut.accession.counts_file import read_counts
    from medicomut.accession.quorum import Denominator
    from medicomut.accession.quorum import quorum as quorum_of
    from medicomut.accession.window import window as window_of
    from medicomut.agreement import load, load_law
    from medicomut.cli import register_text
    from medicomut.errors import Problem, Problems

    signed = load(agreement)
    chosen = Denominator(denominator.value)
    law = load_law(signed.heading.country)
    day = day_option(published, "--published")
    if counts is not None:
        rows = read_counts(*text_of(counts), chosen)
    elif chosen is Denominator.active:
        rows = _counted(url, window_of(signed, law, day), known_at)
    else:
        what = f"the register does not know {chosen.value}"
        raise Problems([Problem("denominator_not_known", what, mend="take active, or give --counts FILE")])
    found = quorum_of(law, rows, chosen, day or signed.heading.term.start, all_decide=unverified)
    if format is Format.json:
        print_json({"agreement": signed.id} | found.to_dict())
    else:
        register_text.quorum(found, language(lang))
    if strict and not all(map(found.passes, found.regions)):
        raise typer.Exit(FAILED)


def _counted(url: str, window: Window, known_at: str | None) -> list[Count]:
    """Count what the register holds for the last day of the window; what came in after it does not count."""
    from medicomut.errors import Problem, Problems

    with opened(url) as register:
        rows = register.counts(window.last_day, terms(), instant_option(known_at, "--known-at"))
    if not rows:
        what = f"nobody in the register is active on {window.last_day}"
        raise Problems([Problem("no_counts", what, mend="register practitioners, or give --counts FILE")])
    return rows
