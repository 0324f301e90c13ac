"""`medicomut observatory verify`, `reconstruct`: contradictions with their repair; the counts behind rounded rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json
from medicomut.cli.observatory_tables import TableName

if TYPE_CHECKING:
    from fractions import Fraction

    from medicomut.money import Lang
    from medicomut.observatory.findings import Finding, Report
    from medicomut.observatory.reconstruct import GroupCounts, Reconstruction

VERIFY_EPILOG = (
    "\b\nExamples:\n"
    "  medicomut observatory verify conventioning-2024\n"
    "  medicomut observatory verify mine.csv --fail-on contradiction --format json"
)
RECONSTRUCT_EPILOG = "Example: medicomut observatory reconstruct conventioning-2024 --format json"

WithoutRegion = Annotated[
    str,
    typer.Option(
        metavar="PERCENT", help="How many of the country's practitioners may be in no region, such as 0.05% of them."
    ),
]
_SEVERITIES = ("contradiction", "warning", "wording", "remark")


@named_errors
def verify(
    table: TableName,
    without_region: WithoutRegion = "0.05%",
    fail_on: Annotated[
        str | None,
        typer.Option(
            metavar="SEVERITY",
            help="Exit with status 1 when something as grave was found: contradiction, warning, wording, remark.",
            show_default=False,
        ),
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Find what the figures of a table cannot all be: each with its proof and the smallest repair."""
    from medicomut.errors import Problem, Problems
    from medicomut.observatory import published
    from medicomut.observatory.verify import verify as verified

    if fail_on is not None and fail_on not in _SEVERITIES:
        mend = f"write one of: {', '.join(_SEVERITIES)}"
        raise Problems([Problem("bad_severity", f"--fail-on {fail_on!r}", mend=mend)])
    report = verified(published.load(table), _share(without_region))
    if format is Format.json:
        print_json(report.to_dict(language(lang)))
    else:
        _report(report, language(lang))
    grave = _SEVERITIES[: _SEVERITIES.index(fail_on) + 1] if fail_on else ()
    if any(finding.severity in grave for finding in report.findings):
        raise typer.Exit(1)


@named_errors
def reconstruct(
    table: TableName,
    without_region: WithoutRegion = "0.05%",
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Compute the whole numbers of practitioners that rounded rates and totals allow: the only ones, or their range."""
    from medicomut.observatory import published
    from medicomut.observatory.reconstruct import reconstruct as reconstructed

    found = reconstructed(published.load(table), _share(without_region))
    if format is Format.json:
        print_json(found.to_dict())
    else:
        _counts(found, language(lang))


def _share(text: str) -> Fraction:
    from medicomut.errors import Problem, Problems
    from medicomut.money import percent

    share = percent(text.strip().removesuffix("%").strip())
    if not 0 <= share <= 1:
        raise Problems([Problem("bad_percent", f"{text!r} is no share", mend="write 0% to 100%")])
    return share


def _report(report: Report, lang: Lang) -> None:
    from rich.console import Console
    from rich.text import Text as Words

    from medicomut.money import format_number
    from medicomut.observatory.wording import say

    console = Console(highlight=False)
    for finding in report.findings:
        _finding(finding, lang)
        console.print()
    for each in report.without_region:
        shown = {"profession": say(each["profession"], lang), "year": each["year"], "active": each["active"]}
        console.print(Words(say("without_region", lang, **shown), style="dim"))
    if not report.repaired:
        console.print(Words(say("not_repaired", lang), style="bold"))
    elif not report.findings:
        console.print(Words(say("clean", lang, figures=format_number(report.figures, lang)), style="bold"))


def _finding(finding: Finding, lang: Lang) -> None:
    from rich.console import Console
    from rich.text import Text as Words

    from medicomut.observatory.wording import say

    console = Console(highlight=False)
    head = Words(f"{finding.cell}  ", style="bold")
    head.append(f"{say(f'kind_{finding.kind}', lang)} ({say(finding.severity, lang)})", style="dim")
    console.print(head)
    console.print(Words(f"{say('printed', lang)}  {finding.printed}"))
    if finding.repair is not None:
        label = "only_repair" if finding.unique and finding.severity in {"contradiction", "warning"} else "repair"
        console.print(Words(f"{say(label, lang)}  {finding.computed_in(lang)}"))
    elif finding.computed is not None:
        console.print(Words(f"{say('computed', lang)}  {finding.computed_in(lang)}"))
    if finding.alternatives:
        console.print(Words(f"{say('alternatives', lang)}  {', '.join(finding.alternatives)}"))
    console.print(Words(finding.why[lang]))


def _counts(found: Reconstruction, lang: Lang) -> None:
    from rich.console import Console
    from rich.text import Text as Words

    from medicomut.cli.agreement_tables import table_of
    from medicomut.observatory.wording import say

    console = Console(highlight=False)
    headings = ("year", "region", "profession", "active", "adhered", "refused")
    shown = table_of(*(say(f"column_{word}", lang) for word in headings))
    for column in shown.columns[3:]:
        column.justify = "right"
    for each in (*found.counts, *found.without_region):
        shown.add_row(*_row(each, lang))
    if found.counts:
        console.print(shown)
    for cell in found.set_aside:
        console.print(Words(f"{say('set_aside', lang)}: {cell.name}  {cell.figure.printed}", style="dim"))
    verdict = "unique" if found.unique else "ranges" if found.counts else "no_counts"
    console.print(Words(say(verdict, lang), style="bold"))
    if not found.exact:
        console.print(say("not_exact", lang))
    for group in found.undetermined:
        who = " ".join(filter(None, (_place(group.region, lang), group.specialty or say(group.profession, lang))))
        console.print(Words(f"{say('undetermined', lang)}: {group.year or ''} {who}", style="dim"))


def _place(region: str, lang: Lang) -> str:
    from medicomut.observatory.wording import say, words

    return say(region, lang) if region in words() else region


def _row(each: GroupCounts, lang: Lang) -> list[str]:
    from medicomut.money import format_number
    from medicomut.observatory.reconstruct import Range
    from medicomut.observatory.wording import say

    def text(value: Range) -> str:
        return "–".join(dict.fromkeys(format_number(end, lang) for end in (value.low, value.high)))

    place = _place(each.group.region, lang) if each.group.region else say("no_region", lang)
    who = each.group.specialty or say(each.group.profession, lang)
    refused = Range(max(0, each.active.low - each.adhered.high), each.active.high - each.adhered.low)
    refused_text = text(refused) if each.unique else ""
    return [str(each.group.year or ""), place, who, text(each.active), text(each.adhered), refused_text]
