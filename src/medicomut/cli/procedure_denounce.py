"""`medicomut procedure denounce`, `grounds` and `letter`: may it be denounced, by when, what follows, and the draft."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json, write_whole
from medicomut.cli.procedure_life import Reading, readings_of
from medicomut.cli.register_options import AgreementId, day_option

if TYPE_CHECKING:
    from medicomut.procedure.denunciation import Denunciation

DENOUNCE_EPILOG = (
    "\b\nExample:\n"
    "  medicomut procedure denounce --agreement be/amm/2020 --ground 16.2.1 \\\n"
    "    --by party --event 2020-03-02 --finding 2020-03-02 --format json"
)
GROUNDS_EPILOG = (
    "\b\nExamples:\n"
    "  medicomut procedure grounds --agreement be/amm/2020 --on 2020-03-02 \\\n"
    '    --event "extension of compulsory third-party payment"\n'
    "  medicomut procedure grounds --agreement be/amm/2020 --event fee_measure \\\n"
    "    --on 2020-03-02 --basis 51"
)
LETTER_EPILOG = (
    "\b\nExample:\n"
    "  medicomut procedure letter --agreement be/amm/2020 --ground 16.2.1 \\\n"
    "    --by party --event 2020-03-02 --finding 2020-03-02 \\\n"
    "    --lang fr --out letter.pdf"
)


class By(StrEnum):
    """Who denounces."""

    party = "party"
    doctor = "doctor"


class Extent(StrEnum):
    """How much is denounced."""

    wholly = "wholly"
    partly = "partly"


class YesNo(StrEnum):
    """What is said of a fact."""

    yes = "yes"
    no = "no"


GroundId = Annotated[str, typer.Option("--ground", help="The clause or name of the ground.", show_default=False)]
ByWhom = Annotated[By, typer.Option("--by", help="A party to the agreement, or one physician.", show_default=False)]
EventDay = Annotated[
    str, typer.Option("--event", metavar="DAY", help="When it occurred; publication.", show_default=False)
]
FindingDay = Annotated[
    str | None, typer.Option("--finding", metavar="DAY", help="When it was ascertained; else that day.")
]
Effective = Annotated[
    str | None, typer.Option("--effective", metavar="DAY", help="When the measure enters into force (a physician).")
]
HowMuch = Annotated[Extent, typer.Option("--extent", help="The whole agreement or a part.")]
Scope = Annotated[str, typer.Option("--scope", help="Which part is denounced.")]


def _denounced(
    agreement: str, ground: str, by: By, event: str, finding: str | None, reading: list[str] | None, *,
    notified: str | None = None, received: str | None = None, effective: str | None = None,
    extent: Extent = Extent.wholly, scope: str = "",
) -> Denunciation:  # fmt: skip
    from medicomut.cli.common import collecting
    from medicomut.errors import Problem, Problems
    from medicomut.procedure.denunciation import Notice, Track, denounce

    faults: list[Problem] = []
    days: dict[str, date | None] = {}
    given = {"event": event, "finding": finding, "notified": notified, "received": received, "effective": effective}
    for name, text in given.items():
        with collecting(faults):
            days[name] = day_option(text, f"--{name}")
    if faults:
        raise Problems(faults)
    occurred = days["event"] or date.min
    notice = Notice(
        ground, Track(by.value), occurred, days["finding"] or occurred, days["notified"], days["received"],
        days["effective"], extent.value, scope,
    )  # fmt: skip
    return denounce(agreement, notice, readings_of(reading))


@named_errors
def denounce(
    agreement: AgreementId,
    ground: GroundId,
    by: ByWhom,
    event: EventDay,
    finding: FindingDay = None,
    notified: Annotated[
        str | None, typer.Option("--notified", metavar="DAY", help="When the registered letter was sent.")
    ] = None,
    received: Annotated[str | None, typer.Option("--received", metavar="DAY", help="When it arrived.")] = None,
    effective: Effective = None,
    extent: HowMuch = Extent.wholly,
    scope: Scope = "",
    reading: Reading = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Say whether a denunciation is admissible, by when its letter must leave, what ends when, and the steps."""
    from medicomut.cli import procedure_text

    found = _denounced(
        agreement, ground, by, event, finding, reading, notified=notified, received=received, effective=effective,
        extent=extent, scope=scope,
    )  # fmt: skip
    if format is Format.json:
        print_json(found.to_dict())
    else:
        procedure_text.denunciation(found, language(lang))


@named_errors
def grounds(
    agreement: AgreementId,
    event: Annotated[str, typer.Option("--event", help="What happened, by name or in words.", show_default=False)],
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The day; its publication.", show_default=False)],
    finding: FindingDay = None,
    basis: Annotated[str, typer.Option("--basis", help="Article of the coordinated law it rests on, as 51.")] = "",
    consent: Annotated[
        YesNo | None, typer.Option("--consent", help="It carries out point 8 with the commission's consent.")
    ] = None,
    unilateral: Annotated[
        YesNo | None, typer.Option("--unilateral", help="It gravely harms the balance, without concertation.")
    ] = None,
    reading: Reading = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Say which grounds of denunciation something opens, for whom, until when, or why none."""
    from medicomut.cli import procedure_text
    from medicomut.errors import Problem, Problems
    from medicomut.procedure.grounds import find

    occurred = day_option(on, "--on")
    if occurred is None:
        raise Problems([Problem("bad_day", "--on names no day", mend="write it as 2020-03-02")])
    said = {"basis": basis, "consent": consent.value if consent else "",
            "unilateral": unilateral.value if unilateral else ""}  # fmt: skip
    found = find(agreement, event, occurred, day_option(finding, "--finding"), said, readings_of(reading))
    if format is Format.json:
        print_json({"agreement": agreement, "asked": event, "events": [one.to_dict() for one in found]})
    else:
        for one in found:
            procedure_text.grounds(one, language(lang))


@named_errors
def letter(
    agreement: AgreementId,
    ground: GroundId,
    by: ByWhom,
    event: EventDay,
    out: Annotated[Path, typer.Option("--out", help="The file, .pdf or .html.", show_default=False)],
    finding: FindingDay = None,
    effective: Effective = None,
    extent: HowMuch = Extent.wholly,
    scope: Scope = "",
    name: Annotated[str, typer.Option("--name", help="Who writes.")] = "",
    number: Annotated[str, typer.Option("--number", help="INAMI number of the physician.")] = "",
    address: Annotated[str, typer.Option("--address", help="Address of the sender.")] = "",
    situation: Annotated[str, typer.Option("--situation", help="The measure, in the sender's words.")] = "",
    reading: Reading = None,
    lang: InLanguage = None,
) -> None:
    """Write the letter of a denunciation as a draft (French or Dutch, PDF or HTML); nothing is sent."""
    from medicomut.errors import Problem, Problems
    from medicomut.procedure.letters import Sender, as_html, as_pdf
    from medicomut.procedure.letters import letter as letter_of

    found = _denounced(agreement, ground, by, event, finding, reading, effective=effective, extent=extent, scope=scope)
    written = letter_of(found, Sender(name, number, address, situation), language(lang))
    if out.suffix == ".html":
        write_whole(out, as_html(written).encode())
    elif out.suffix == ".pdf":
        write_whole(out, as_pdf(written))
    else:
        what = f"{out.name} says neither HTML nor PDF"
        raise Problems([Problem("unknown_format", what, mend="end the name in .html or .pdf")])
