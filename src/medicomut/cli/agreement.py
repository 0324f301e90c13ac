"""``medicomut agreement``: the agreements as data, shown, verified, exported."""

import json
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli import agreement_diff
from medicomut.cli.common import AsFormat, Format, InLanguage, language, named_errors, print_json, write_whole

if TYPE_CHECKING:
    from medicomut.agreement import Text

app = typer.Typer(
    name="agreement",
    help="Agreements as data: clauses, amounts, tables; each value with its clause.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class ExportFormat(StrEnum):
    """How an export is written."""

    json = "json"
    csv = "csv"


Id = Annotated[str, typer.Argument(metavar="ID", help="An agreement, such as be/amm/2020.", show_default=False)]


@app.command("list", epilog="Example: medicomut agreement list --format json")
@named_errors
def list_agreements(format: AsFormat = Format.table, lang: InLanguage = None) -> None:
    """List the agreements that are here, with their terms and how much of each is known."""
    from medicomut.agreement import headings
    from medicomut.agreement.exporting import heading_to_dict

    found = headings()
    if format is Format.json:
        print_json(
            [{key: cover[key] for key in ("id", "title", "coverage", "term")} for cover in map(heading_to_dict, found)]
        )
        return
    from medicomut.cli import agreement_tables

    agreement_tables.agreements(found, language(lang))


@app.command(epilog="Example: medicomut agreement show be/amm/2020 --clause 14.4 --lang nl")
@named_errors
def show(
    id: Id,
    clause: Annotated[str | None, typer.Option(metavar="N", help="Only this clause, such as 14.2.3.4.")] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Show an agreement's clauses: number, title, summary, references, in four languages."""
    from medicomut.agreement import load
    from medicomut.agreement.exporting import clause_to_dict, heading_to_dict

    agreement = load(id)
    clauses = agreement.clauses if clause is None else (agreement.clause(clause),)
    if format is Format.json:
        heading = heading_to_dict(agreement.heading)
        cover = {key: heading[key] for key in ("id", "title", "coverage", "coverage_note", "term")}
        print_json(cover | {"clauses": [clause_to_dict(found) for found in clauses]})
        return
    from medicomut.cli import agreement_tables

    if clause is None:
        agreement_tables.clauses(agreement, language(lang))
    else:
        agreement_tables.clause(agreement, clauses[0], language(lang))


@app.command(epilog="Example: medicomut agreement parameters be/amm/2020 --on 2020-02-04 --match ceiling")
@named_errors
def parameters(
    id: Id,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only values that hold on this day."),
    ] = None,
    match: Annotated[str, typer.Option(metavar="TEXT", help="Only those with this text in id or label.")] = "",
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """List every amount, rate, threshold, count and date the agreement fixes, with its clause."""
    from medicomut.agreement import load
    from medicomut.agreement.exporting import parameter_to_dict

    agreement = load(id)
    day = on.date() if on else None
    found = [
        parameter.during(day) for parameter in agreement.parameters if _matches(match, parameter.id, parameter.label)
    ]
    found = [parameter for parameter in found if parameter.values]
    if format is Format.json:
        print_json([parameter_to_dict(parameter, agreement.id) for parameter in found])
        return
    from medicomut.cli import agreement_tables

    agreement_tables.parameters(found, language(lang))


@app.command(epilog="Example: medicomut agreement readings be/amm/2020 --match 21:00")
@named_errors
def readings(
    id: Id,
    match: Annotated[str, typer.Option(metavar="TEXT", help="Only those with this text in id or question.")] = "",
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """List where the text can be read in more than one way: the question, the readings, the one we take, why."""
    from medicomut.agreement import load
    from medicomut.agreement.exporting import ambiguity_to_dict

    agreement = load(id)
    found = [ambiguity for ambiguity in agreement.ambiguities if _matches(match, ambiguity.id, ambiguity.question)]
    if format is Format.json:
        print_json([ambiguity_to_dict(ambiguity, agreement.id) for ambiguity in found])
        return
    from medicomut.cli import agreement_lists

    agreement_lists.readings(found, language(lang))


@app.command(epilog="Example: medicomut agreement commitments be/amm/2020 --on 2020-03-31")
@named_errors
def commitments(
    id: Id,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only what falls due on this day or later."),
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """List who promised what and by when; promises without a day stand last and are left out with --on."""
    from medicomut.agreement import load
    from medicomut.agreement.exporting import commitment_to_dict

    agreement = load(id)
    dated = [promise for promise in agreement.commitments if promise.due and (on is None or promise.due >= on.date())]
    found = sorted(dated, key=lambda promise: promise.due or agreement.heading.term.start)
    if on is None:
        found += [promise for promise in agreement.commitments if promise.due is None]
    if format is Format.json:
        print_json([commitment_to_dict(promise, agreement.id) for promise in found])
        return
    from medicomut.cli import agreement_lists

    agreement_lists.commitments(agreement, found, language(lang))


def _matches(match: str, id: str, text: "Text") -> bool:
    wanted = match.casefold()
    return any(wanted in word.casefold() for word in (id, *text.to_dict().values()))


@app.command(epilog="Example: medicomut agreement verify be/amm/2020 --format json")
@named_errors
def verify(
    source: Annotated[str, typer.Argument(metavar="ID|PATH", help="An agreement, or a folder of the same layout.")],
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Recompute sums, pro-ratas and claims, compare languages and texts, and say what does not agree.

    Exit status 0 when the data hold (contradictions of the source itself are findings, not faults), 1 when
    something of the data fails, 2 when the data do not load.
    """
    from medicomut.agreement import load
    from medicomut.agreement import verify as verify_agreement

    report = verify_agreement(load(source))
    if format is Format.json:
        print_json(report.to_dict(language(lang)))
    else:
        from medicomut.cli import agreement_tables

        agreement_tables.report(report, language(lang))
    raise typer.Exit(0 if report.sound else 1)


@app.command(epilog="Example: medicomut agreement export be/amm/2020 --format csv --out agreement.csv")
@named_errors
def export(
    id: Id,
    format: Annotated[
        ExportFormat, typer.Option("--format", help="JSON, or CSV with a row a value.")
    ] = ExportFormat.json,
    out: Annotated[Path | None, typer.Option(help="Write to this file, whole or not at all.", dir_okay=False)] = None,
) -> None:
    """Write everything in an agreement: clauses, parameters, readings, tables, promises, claims."""
    from medicomut.agreement import load
    from medicomut.agreement.exporting import as_csv, to_dict

    agreement = load(id)
    if format is ExportFormat.json:
        content = json.dumps(to_dict(agreement), ensure_ascii=False, indent=2) + "\n"
    else:
        content = as_csv(agreement)
    if out is None:
        sys.stdout.write(content)
    else:
        write_whole(out, content.encode())
        typer.echo(str(out))


@app.command(epilog="Example: medicomut agreement rate be/amm/2020 --code 458673")
@named_errors
def rate(
    id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="The agreement; else the latest with index rates.", show_default=False),
    ] = None,
    code: Annotated[str | None, typer.Option(help="A nomenclature code of six digits.")] = None,
    article: Annotated[str | None, typer.Option(help="An article of the nomenclature, such as 17bis.")] = None,
    group: Annotated[str | None, typer.Option(metavar="NAME", help="A fee group, by id or name.")] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Say at which rate a fee is indexed: the most specific of code, article and group decides."""
    from medicomut.agreement import available, index_rate, load
    from medicomut.errors import Problem, Problems

    if code is None and article is None and group is None:
        raise Problems(
            [Problem(code="nothing_asked", what="no fee is named", mend="give --code, --article or --group")]
        )
    if id is None:
        chosen = next(found for found in map(load, reversed(available())) if found.index_rates is not None)
    else:
        chosen = load(id)
    answer = index_rate(chosen, code=code, article=article, group=group)
    if format is Format.json:
        print_json({"agreement": chosen.id} | answer.to_dict())
        return
    from medicomut.cli import agreement_tables

    agreement_tables.rate(chosen.id, answer, language(lang))


app.command(epilog=agreement_diff.EPILOG)(agreement_diff.diff)
