"""`medicomut procedure commitments` and `dashboard`: what was promised by when, and the dashboard of each quarter."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medicomut.cli.common import InLanguage, chosen_readings, database, language, named_errors, print_json, write_whole
from medicomut.cli.procedure_options import today
from medicomut.cli.register_options import HERE, Url, day_option

if TYPE_CHECKING:
    from medicomut.agreement import Agreement
    from medicomut.money import Lang
    from medicomut.procedure.commitments_following import Followed

EPILOG = (
    "\b\nExamples:\n"
    "  medicomut procedure commitments be/amm/2020 --on 2020-06-01 --overdue\n"
    "  medicomut procedure commitments be/amm/2020 --actor cia --format ics"
)
EVIDENCE_EPILOG = (
    "\b\nExample:\n  medicomut procedure evidence be/amm/2020 guard_method kept --on 2020-03-09 \\\n"
    "    --source 'minutes of the commission' --note 'The method was submitted.' \\\n"
    "    --by secretariat"
)
DASHBOARD_EPILOG = "Example: medicomut procedure dashboard be/amm/2020 --quarter 2020Q2 --out 2020Q2.pdf --lang fr"

AgreementArgument = Annotated[str, typer.Argument(metavar="ID", help="The agreement, such as be/amm/2020.")]
OnDay = Annotated[str | None, typer.Option("--on", metavar="DAY", help="As of the end of a day; else today.",
                                           show_default=False)]  # fmt: skip
EventsFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Evidence of your own, beside the shipped (docs/procedures.md).",
                 show_default=False),
]  # fmt: skip


Reported = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="Add the evidence recorded in a ledger.", show_default=False),
]


class FoundName(StrEnum):
    """What a source shows."""

    kept = "kept"
    partly = "partly"
    not_kept = "not_kept"
    withdrawn = "withdrawn"


class ListFormat(StrEnum):
    """How the list is written."""

    table = "table"
    json = "json"
    csv = "csv"
    ics = "ics"


@named_errors
def commitments(
    agreement: AgreementArgument,
    on: OnDay = None,
    actor: Annotated[str | None, typer.Option(help="Of one actor, such as cia.", show_default=False)] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is past due and not shown to be kept.")] = False,
    dated: Annotated[bool, typer.Option("--dated", help="Only what has a day.")] = False,
    events: EventsFile = None,
    url: Reported = None,
    reading: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Another reading: sunday_deadlines.", show_default=False),
    ] = None,
    format: Annotated[
        ListFormat, typer.Option("--format", help="A table; JSON or CSV for a program; a calendar.")
    ] = ListFormat.table,
    lang: InLanguage = None,
) -> None:
    """List every promise with its actor, wording, day, clause, evidence and state on a day."""
    from medicomut.agreement import load
    from medicomut.procedure.commitments import READING, of_actor
    from medicomut.procedure.commitments_calendar import due_calendar
    from medicomut.procedure.commitments_following import follow

    signed, spoken = load(agreement), language(lang)
    sunday = chosen_readings(reading, (READING,), "a deadline").get(READING)
    day = day_option(on, "--on") or today()
    found = follow(signed, day, _evidence(signed.id, events, url), sunday)
    mine = {one.id for one in of_actor([one.entry for one in found], actor)}
    shown = [
        one
        for one in found
        if one.entry.id in mine and (one.overdue or not overdue) and (one.entry.due is not None or not dated)
    ]
    if format is ListFormat.json:
        print_json({"agreement": signed.id, "on": day.isoformat(), "commitments": [one.to_dict() for one in shown]})
    elif format is ListFormat.csv:
        typer.echo(as_csv(shown, spoken), nl=False)
    elif format is ListFormat.ics:
        typer.echo(due_calendar(signed, shown, spoken, actor).decode(), nl=False)
    else:
        _table(signed, shown, day, spoken)


@named_errors
def dashboard(
    agreement: AgreementArgument,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write it: .html or .pdf.")],
    quarter: Annotated[str, typer.Option(metavar="QUARTER", help="Such as 2020Q2.")],
    on: OnDay = None,
    events: EventsFile = None,
    url: Reported = None,
    lang: InLanguage = None,
) -> None:
    """Write the quarterly dashboard of an agreement: what was due, what is shown to be kept, what comes next."""
    from medicomut.agreement import load
    from medicomut.errors import Problem, Problems
    from medicomut.procedure.commitments import Quarter
    from medicomut.procedure.dashboard import as_html, as_pdf, dashboard

    spoken = language(lang)
    evidence = _evidence(agreement, events, url)
    made = dashboard(load(agreement), Quarter.parse(quarter), spoken, day_option(on, "--on"), evidence)
    if out.suffix == ".html":
        write_whole(out, as_html(made).encode())
    elif out.suffix == ".pdf":
        write_whole(out, as_pdf(made))
    else:
        what = f"{out.name} says neither HTML nor PDF"
        raise Problems([Problem("unknown_format", what, mend="end the name in .html or .pdf")])


@named_errors
def evidence(
    agreement: AgreementArgument,
    commitment: Annotated[str, typer.Argument(metavar="COMMITMENT", help="Its id, such as guard_method.")],
    found: Annotated[FoundName, typer.Argument(help="What the source shows; withdrawn undoes what came before.")],
    source: Annotated[str, typer.Option(help="Where it is shown.")],
    note: Annotated[str, typer.Option(help="What is shown, in a line.")],
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Who records it: a function, no name.")],
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help="The day it is shown of; else today.", show_default=False)
    ] = None,
    url: Url = HERE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say whether it could be recorded.")] = False,
    lang: InLanguage = None,
) -> None:
    """Record what a source shows of a commitment in the ledger; read with it from then on, and never erased."""
    from medicomut.agreement import load
    from medicomut.procedure.commitments_following import Evidence, Found, plain
    from medicomut.procedure.commitments_wording import say
    from medicomut.store import Ledger
    from medicomut.store.commitments import Reports

    day = day_option(on, "--on") or today()
    event = Evidence(commitment, day, Found(found.value), source.strip(), plain(note.strip()), by)
    signed = load(agreement)
    with database(url, make=True, dry_run=dry_run) as engine:
        new = Reports(Ledger(engine)).report(signed, event, dry_run=dry_run)
    typer.echo(say("could_report" if dry_run else "reported" if new else "reported_before", language(lang)))


def _evidence(agreement: str, path: Path | None, url: str | None) -> Sequence[Any]:
    """Return the evidence of a file and that recorded in a ledger."""
    from medicomut.procedure.commitments_following import read_evidence, refuse_early

    found: list[Any] = []
    if url is not None:
        from medicomut.store import Ledger, open_existing
        from medicomut.store.commitments import Reports

        engine = open_existing(url)
        try:
            found += Reports(Ledger(engine)).of(agreement)
        finally:
            engine.dispose()
    if path is not None:
        found += read_evidence(path, str(path))
        refuse_early(found, today())
    return found


def as_csv(found: Sequence[Followed], lang: Lang) -> str:
    """Return a row for each entry: plain values, with the promise and the state in a language beside them."""
    from medicomut.procedure.commitments_wording import say

    text = io.StringIO()
    names = ("id", "kind", "due", "wording", "actor", "clause", "state", "overdue", "days_over", "evidence", "what",
             "state_text", "warning")  # fmt: skip
    writer = csv.DictWriter(text, names, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for one in found:
        plain = one.to_dict()
        last = one.history[-1] if one.history else None
        writer.writerow(
            plain
            | {
                "overdue": str(one.overdue).lower(),
                "evidence": last.source if last is not None else "",
                "what": one.entry.what.in_language(lang),
                "state_text": say(one.state.value, lang),
                "warning": one.entry.warning(lang),
            }
        )
    return text.getvalue()


def _table(agreement: Agreement, found: Sequence[Followed], day: date, lang: Lang) -> None:
    from rich.console import Console
    from rich.text import Text as Words

    from medicomut.agreement.figures import format_date
    from medicomut.cli.agreement_tables import table_of
    from medicomut.procedure.commitments_wording import say, write_day

    console = Console()
    console.print(Words(agreement.heading.title.in_language(lang), style="bold"))
    console.print(say("as_of", lang, day=format_date(day, lang)))
    if not found:
        console.print(say("nothing_due", lang))
        return
    labels = {actor.id: actor.label.in_language(lang) for actor in agreement.actors}
    table = table_of(*(say(word, lang) for word in ("due", "what", "clause")))
    for one in found:
        entry = one.entry
        when = write_day(entry.due, lang)
        if entry.wording != "none":
            when += f"\n{say(entry.wording, lang)}"
        what = Words(entry.what.in_language(lang))
        what.append(f"\n{labels[entry.actor]}" if entry.actor else "", style="dim")
        what.append(f"\n{one.told(lang)}", style="bold" if one.overdue else "")
        for event in one.history:
            what.append(f"\n{format_date(event.day, lang)}: {event.note.in_language(lang)} ({event.source})")
        warning = entry.warning(lang)
        what.append(f"\n{warning}" if warning else "", style="italic")
        table.add_row(when, what, entry.cite.partition("#")[2])
    console.print(table)
    console.print(say("total", lang, total=len(found), overdue=sum(one.overdue for one in found)))
    console.print(Words(say("means_no_evidence", lang), style="dim"))
