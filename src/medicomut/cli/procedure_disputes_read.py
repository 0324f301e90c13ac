"""`medicomut procedure dispute list`, `show` and `search`: the cases of a ledger, and the published decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json
from medicomut.cli.procedure_options import CaseNumber, case_of, opened
from medicomut.cli.register_options import HERE, Url, instant_option

if TYPE_CHECKING:
    from medicomut.money import Lang
    from medicomut.procedure import disputes as model

LIST_EPILOG = "Example: medicomut procedure dispute list --url sqlite:///register.db --status open"
SHOW_EPILOG = "Example: medicomut procedure dispute show 2020-001 --url sqlite:///register.db"
SEARCH_EPILOG = "Example: medicomut procedure dispute search 'single room' --clause 14.3"
KnownAt = Annotated[
    str | None, typer.Option(metavar="INSTANT", help="As known at an instant, with its offset.", show_default=False)
]


@named_errors
def list_cases(
    status: Annotated[
        str | None, typer.Option(help="Only those open, concluded or withdrawn.", show_default=False)
    ] = None,
    calendar: Annotated[bool, typer.Option("--calendar", help="The time limits of open cases, as iCalendar.")] = False,
    known_at: KnownAt = None,
    url: Url = HERE,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """List the cases, with what each still needs."""
    from datetime import UTC, datetime

    from medicomut.errors import Problem, Problems
    from medicomut.procedure.disputes import Status
    from medicomut.procedure.disputes_calendar import limits_calendar

    spoken = language(lang)
    if status is not None and status not in tuple(Status):
        mend = f"one of: {', '.join(Status)}"
        raise Problems([Problem("bad_status", f"there is no status {status[:100]!r}", mend=mend)])
    with opened(url) as disputes:
        found = [case for case in disputes.cases(_instant(known_at)).values() if status in (None, case.status)]
    if calendar:
        typer.echo(limits_calendar(found, datetime.now(UTC), spoken).decode(), nl=False)
    elif format is Format.json:
        print_json({"cases": [case.to_dict() for case in found]})
    else:
        _table(found, spoken)


@named_errors
def show(
    case: CaseNumber,
    known_at: KnownAt = None,
    url: Url = HERE,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Show a case: the question, its time limits, what is missing, every step with its author and clause."""
    with opened(url) as disputes:
        found = case_of(disputes, case, _instant(known_at))
    if format is Format.json:
        print_json(found.to_dict())
    else:
        _one(found, language(lang))


@named_errors
def search(
    words: Annotated[str, typer.Argument(help="Words that must all be in it.", show_default=False)] = "",
    agreement: Annotated[str, typer.Option(metavar="ID", help="Of one agreement.", show_default=False)] = "",
    clause: Annotated[str, typer.Option(help="About a clause or those under it.", show_default=False)] = "",
    track: Annotated[str, typer.Option(help="conciliation or arbitration.", show_default=False)] = "",
    url: Url = HERE,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Search the published, anonymised decisions."""
    from medicomut.agreement.figures import format_date
    from medicomut.procedure.disputes_publishing import published
    from medicomut.procedure.disputes_publishing import search as among
    from medicomut.procedure.disputes_wording import say

    with opened(url) as disputes:
        every = published(disputes.cases().values())
    found, spoken = among(every, words, agreement=agreement, clause=clause, track=track), language(lang)
    if format is Format.json:
        print_json({"decisions": [one.to_dict() for one in found]})
        return
    if not found:
        typer.echo(say("no_decisions", spoken))
    for one in found:
        typer.echo(f"{one.case}  {one.title}  [{', '.join(one.clauses + one.codes)}]")
        typer.echo(f"{say(f'outcome_{one.outcome}', spoken)}, {format_date(one.published, spoken)}\n\n{one.text}\n")


def _instant(text: str | None) -> Any:
    return instant_option(text, "--known-at")


def _table(found: list[model.Case], lang: Lang) -> None:
    from rich.console import Console

    from medicomut.agreement.figures import format_date
    from medicomut.cli.agreement_tables import table_of
    from medicomut.procedure.disputes_wording import say

    console = Console()
    if not found:
        console.print(say("no_cases", lang))
        return
    table = table_of(*(say(word, lang) for word in ("case", "opened", "subject", "status", "next_steps")))
    for case in found:
        subject = f"{say(f'track_{case.track}', lang)}\n{say(f'subject_{case.subject}', lang)}"
        missing = "\n".join(say(f"missing_{kind.name}", lang) for kind in case.missing)
        table.add_row(case.id, format_date(case.opened, lang), subject, say(f"status_{case.status}", lang), missing)
    console.print(table)


def _one(case: model.Case, lang: Lang) -> None:
    from rich.console import Console
    from rich.text import Text as Words

    from medicomut.agreement import load
    from medicomut.agreement.figures import format_date
    from medicomut.procedure.disputes_wording import call, say

    agreement = load(case.agreement)
    console = Console()
    console.print(Words(f"{say('case', lang)} {case.id}", style="bold"))
    console.print(f"{say(f'track_{case.track}', lang)}, {say(f'subject_{case.subject}', lang)}")
    about = [f"{case.agreement}#{clause}" for clause in case.clauses] + list(case.opening.get("codes", ()))
    console.print(Words(f"{say('clauses', lang)}: {', '.join(about)}"))
    for party in case.parties:
        console.print(Words(f"{say(f'role_{party.role}', lang)}: {call(party.name, agreement, lang)}"))
    console.print(Words(f"\n{case.opening['question']}\n"))
    console.print(Words(f"{say('status', lang)}: {say(f'status_{case.status}', lang)}"))
    for kind in case.missing:
        console.print(Words(f"  • {say(f'missing_{kind.name}', lang)}"))
    for limit in case.limits:
        console.print(Words(f"{say(f'awaited_{limit.awaited}', lang)}: {format_date(limit.due, lang)} {limit.note}"))
    console.print(Words(f"\n{say('history', lang)}", style="bold"))
    for step in case.steps:
        console.print(Words(f"{format_date(step.day, lang)}  {say(f'kind_{step.kind.name}', lang)}  {step.actor}"))
        told = step.content.get("text") or step.content.get("reason")
        if told:
            console.print(Words(f"  {told}", style="dim"))
