"""`medicomut procedure dispute`: conciliation and arbitration, recorded in the ledger; published decisions."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medicomut.cli import procedure_disputes_read
from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json
from medicomut.cli.procedure_options import CaseNumber, case_of, opened, today
from medicomut.cli.register_options import HERE, Url, day_option, instant_option, text_of

if TYPE_CHECKING:
    from medicomut.procedure.disputes import Kind

app = typer.Typer(
    name="dispute",
    help="Disputes: conciliation (15) and arbitration (14.5), from the case file to the published decision.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

By = Annotated[str, typer.Option("--by", metavar="WHO", help="Who records it: a function or a number, no name.")]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day it happened; else today.",
                                        show_default=False)]  # fmt: skip
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say whether it could be recorded, and record nothing.")]
TrialNow = Annotated[
    str | None,
    typer.Option(
        metavar="INSTANT", help="For trials: the instant of recording; the event says so.", show_default=False
    ),
]
Texts = Annotated[str | None, typer.Option("--text", metavar="TEXT", help="What it says.", show_default=False)]
TextFile = Annotated[
    str | None, typer.Option("--file", metavar="FILE|-", help="The text, from a file.", show_default=False)
]


class TrackName(StrEnum):
    """Who settles it."""

    conciliation = "conciliation"
    arbitration = "arbitration"


class SubjectName(StrEnum):
    """What it is about."""

    interpretation = "interpretation"
    performance = "performance"
    nomenclature = "nomenclature"


class StepName(StrEnum):
    """What happened."""

    advice_asked = "advice-asked"
    advice_given = "advice-given"
    college = "college"
    hearing = "hearing"
    deadline = "deadline"
    document = "document"
    withdrawn = "withdrawn"
    reopened = "reopened"
    unpublished = "unpublished"


class OutcomeName(StrEnum):
    """How it ended."""

    conciliated = "conciliated"
    not_conciliated = "not_conciliated"
    award = "award"
    settled = "settled"
    inadmissible = "inadmissible"


@app.command(
    "open",
    epilog="\b\nExample:\n  medicomut procedure dispute open --track conciliation \\\n"
    "    --subject nomenclature --agreement be/amm/2020 --code 475075 \\\n"
    "    --applicant absym_bvas --respondent insurers --by secretariat \\\n"
    "    --question 'May two be charged on one day?' --url sqlite:///register.db",
)
@named_errors
def open_case(
    track: Annotated[TrackName, typer.Option(help="Who settles it.")],
    subject: Annotated[SubjectName, typer.Option(help="What it is about.")],
    agreement: Annotated[str, typer.Option(metavar="ID", help="The agreement, such as be/amm/2020.")],
    applicant: Annotated[
        list[str], typer.Option(help="Who asks: an actor, practitioner:NUMBER or a reference. Repeatable.")
    ],
    respondent: Annotated[list[str], typer.Option(help="Against whom, likewise. Repeatable.")],
    by: By,
    question: Annotated[str | None, typer.Option(help="What is in dispute.", show_default=False)] = None,
    file: TextFile = None,
    clause: Annotated[
        list[str] | None, typer.Option(help="A clause in dispute. Repeatable.", show_default=False)
    ] = None,
    code: Annotated[
        list[str] | None, typer.Option(help="A nomenclature code in dispute. Repeatable.", show_default=False)
    ] = None,
    point: Annotated[
        str | None,
        typer.Option(help="The point arbitration is about: 14 as read, or 13 as printed.", show_default=False),
    ] = None,
    follows: Annotated[
        str | None, typer.Option(metavar="CASE", help="The case it goes on from.", show_default=False)
    ] = None,
    number: Annotated[
        str, typer.Option("--case", help="The number of the case; else the next of the year.", show_default=False)
    ] = "",
    on: On = None,
    url: Url = HERE,
    dry_run: DryRun = False,
    trial_now: TrialNow = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Open a case: the parties, the clauses or codes in dispute, and the question."""
    from medicomut.procedure.disputes import Kind

    parties = [{"role": "applicant", "name": name} for name in applicant]
    parties += [{"role": "respondent", "name": name} for name in respondent]
    content = {
        "track": track.value, "subject": subject.value, "agreement": agreement, "parties": parties,
        "question": _text(question, file), "clauses": clause, "codes": code, "point": point, "follows": follows,
    }  # fmt: skip
    _record(Kind.opened, number, content, by, on, url, trial_now, format, lang, dry_run=dry_run)


@app.command(
    "add",
    epilog="\b\nExamples:\n"
    "  medicomut procedure dispute add 2020-001 advice-asked --by secretariat\n"
    "  medicomut procedure dispute add 2020-002 college --member A@physicians \\\n"
    "    --member B@insurers --chair C@nihdi --by secretariat",
)
@named_errors
def add(
    case: CaseNumber,
    step: Annotated[StepName, typer.Argument(help="What happened.")],
    by: By,
    text: Texts = None,
    file: TextFile = None,
    reference: Annotated[str | None, typer.Option(help="Its reference.", show_default=False)] = None,
    title: Annotated[str | None, typer.Option(help="Of a document.", show_default=False)] = None,
    sha256: Annotated[str | None, typer.Option(help="Of a document: its fingerprint.", show_default=False)] = None,
    member: Annotated[
        list[str] | None, typer.Option(metavar="NAME@BENCH", help="Of a college. Repeatable.", show_default=False)
    ] = None,
    chair: Annotated[str | None, typer.Option(metavar="NAME@BODY", help="Of a college.", show_default=False)] = None,
    awaited: Annotated[
        str | None, typer.Option(help="Of a deadline: advice, answer, hearing, decision.", show_default=False)
    ] = None,
    due: Annotated[
        str | None, typer.Option(metavar="DAY", help="Of a deadline: its last day.", show_default=False)
    ] = None,
    on: On = None,
    url: Url = HERE,
    dry_run: DryRun = False,
    trial_now: TrialNow = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Record a step: the council's opinion, the college, a hearing, a time limit, a document, a withdrawal."""
    from medicomut.procedure.disputes import Kind

    kind = Kind[step.value.replace("-", "_")]
    said = _text(text, file)
    reason = kind in (Kind.withdrawn, Kind.reopened, Kind.unpublished)
    content = {
        "text": None if reason or kind is Kind.deadline else said,
        "reason": said if reason else None,
        "note": said if kind is Kind.deadline else None,
        "reference": reference, "title": title, "sha256": sha256, "awaited": awaited, "due": due,
        "members": [_seat(one, "bench") for one in member] if member else None,
        "chair": _seat(chair, "body") if chair else None,
    }  # fmt: skip
    _record(kind, case, content, by, on, url, trial_now, format, lang, dry_run=dry_run)


@app.command("conclude", epilog="Example: medicomut procedure dispute conclude 2020-001 --outcome conciliated "
             "--text '…' --by secretariat")  # fmt: skip
@named_errors
def conclude(
    case: CaseNumber,
    outcome: Annotated[OutcomeName, typer.Option(help="How it ended.")],
    by: By,
    text: Texts = None,
    file: TextFile = None,
    on: On = None,
    url: Url = HERE,
    dry_run: DryRun = False,
    trial_now: TrialNow = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Conclude a case; on the nomenclature only after the council's opinion, in arbitration only with a college."""
    from medicomut.procedure.disputes import Kind

    content = {"outcome": outcome.value, "text": _text(text, file)}
    _record(Kind.concluded, case, content, by, on, url, trial_now, format, lang, dry_run=dry_run)


@app.command("publish", epilog="\b\nExamples:\n  medicomut procedure dispute publish 2020-001 --propose --lang fr\n"
             "  medicomut procedure dispute publish 2020-001 --title '…' \\\n"
             "    --file text.txt --by secretariat")  # fmt: skip
@named_errors
def publish(
    case: CaseNumber,
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Who records it.", show_default=False)] = "",
    title: Annotated[str | None, typer.Option(help="What it is about, in a line.", show_default=False)] = None,
    written_in: Annotated[
        str | None, typer.Option(metavar="LANG", help="The language of the text: fr, nl, de, en.", show_default=False)
    ] = None,
    text: Texts = None,
    file: TextFile = None,
    propose: Annotated[
        bool,
        typer.Option("--propose", help="Print the text, or that of the conclusion, without names; record nothing."),
    ] = False,
    on: On = None,
    url: Url = HERE,
    dry_run: DryRun = False,
    trial_now: TrialNow = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Publish the decision of a case without what tells who was in dispute; refused where the text still tells it."""
    from medicomut.errors import Problem, Problems
    from medicomut.procedure.disputes import Kind
    from medicomut.procedure.disputes_anonymity import proposed

    said = _text(text, file)
    if propose:
        with opened(url) as disputes:
            found = case_of(disputes, case)
        concluded = "" if found.conclusion is None else found.conclusion.content["text"]
        typer.echo(proposed(said or concluded, found, language(lang)))
        return
    if not by:
        raise Problems([Problem("missing_field", "who records it is not stated", mend="name --by WHO")])
    content = {"title": title, "text": said, "language": written_in}
    _record(Kind.published, case, content, by, on, url, trial_now, format, lang, dry_run=dry_run)


def _text(text: str | None, file: str | None) -> str | None:
    from medicomut.errors import Problem, Problems

    if text is not None and file is not None:
        raise Problems([Problem("two_texts", "a text is given twice", mend="name --file, or write it, not both")])
    return text if file is None else text_of(file)[0].strip()


def _seat(text: str, second: str) -> dict[str, str]:
    name, _, place = text.rpartition("@")
    return {"name": name, second: place}


def _record(
    kind: Kind, case: str, content: dict[str, Any], by: str, on: str | None, url: str, trial_now: str | None,
    format: Format, lang: Any, *, dry_run: bool,
) -> None:  # fmt: skip
    from medicomut.procedure.disputes import Step
    from medicomut.procedure.disputes_wording import say

    now = instant_option(trial_now, "--trial-now")
    day = day_option(on, "--on") or today(now)
    said = {name: value for name, value in content.items() if value is not None}
    step = Step(kind, case, day, f"trial:{by}" if now else by, said)
    with opened(url, now, make=kind.name == "opened", dry_run=dry_run) as disputes:
        receipt = disputes.record(step, dry_run=dry_run)
    event, spoken = receipt.event, language(lang)
    if format is Format.json:
        print_json({"case": receipt.case, "recorded": receipt.new, "basis": receipt.basis, "dry_run": dry_run,
                    "event": None if event is None else event.to_dict()})  # fmt: skip
    elif event is None:
        typer.echo(f"{say('could_be_recorded', spoken, case=receipt.case)}  [{receipt.basis}]")
    else:
        key, instant = "recorded" if receipt.new else "recorded_before", event.recorded.isoformat(timespec="seconds")
        told = say(key, spoken, case=receipt.case, sequence=event.sequence, instant=instant)
        typer.echo(f"{told}  [{receipt.basis}]")


app.command("list", epilog=procedure_disputes_read.LIST_EPILOG)(procedure_disputes_read.list_cases)
app.command("show", epilog=procedure_disputes_read.SHOW_EPILOG)(procedure_disputes_read.show)
app.command("search", epilog=procedure_disputes_read.SEARCH_EPILOG)(procedure_disputes_read.search)
