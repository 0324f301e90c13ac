"""`medicomut register correction`: what one person proposes to correct, and another accepts or rejects.

Names are taken as they are typed: whoever may write to the database answers for them. On a server each signs in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import AsFormat, Format, InLanguage, Language, language, named_errors, print_json
from medicomut.cli.register_declare import KindName, opened
from medicomut.cli.register_options import HERE, Number, Url, day_option, inami, text_of
from medicomut.cli.register_timetable import ProfessionName

if TYPE_CHECKING:
    from medicomut.store.corrections import Proposal

app = typer.Typer(
    name="correction",
    help="Corrections by two persons: one proposes, another accepts or rejects.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Id = Annotated[int, typer.Argument(metavar="ID", help="The number of the proposal.", show_default=False)]
Checker = Annotated[str, typer.Option(help="The second person.", show_default=False)]


@app.command(
    epilog="\b\nExample:\n  medicomut register correction propose 19000122003 --corrects 2 \\\n"
    "    --says acceded --agreement be/amm/2020 --from 2020-02-10 \\\n"
    "    --actor ann --basis 'letter of 2 March'"
)
@named_errors
def propose(
    number: Number,
    corrects: Annotated[int, typer.Option(min=1, help="The version corrected.", show_default=False)],
    starting: Annotated[
        str, typer.Option("--from", metavar="DAY", help="The first day on which it holds.", show_default=False)
    ],
    actor: Annotated[str, typer.Option(help="Who proposes it.", show_default=False)],
    url: Url = HERE,
    agreement: Annotated[
        str | None, typer.Option(metavar="ID", help="The agreement; none for the activity.", show_default=False)
    ] = None,
    says: Annotated[
        KindName | None,
        typer.Option(help="What holds instead; without it nothing was declared.", show_default=False),
    ] = None,
    hours: Annotated[
        str | None, typer.Option(metavar="FILE|-", help="The timetable, for partial and changed.", show_default=False)
    ] = None,
    profession: Annotated[ProfessionName | None, typer.Option(help="For registered.", show_default=False)] = None,
    region: Annotated[str | None, typer.Option(help="For registered.", show_default=False)] = None,
    municipality: Annotated[str | None, typer.Option(help="For registered.", show_default=False)] = None,
    basis: Annotated[
        str | None, typer.Option(help="By what right: the decision behind it.", show_default=False)
    ] = None,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Propose a correction; nothing changes until another person accepts it."""
    from medicomut.accession.declarations import Declaration, Kind
    from medicomut.accession.timetable_file import read_timetable
    from medicomut.store.corrections import Corrections

    declared = Declaration(
        Kind.corrected,
        inami(number),
        actor,
        agreement,
        tuple(read_timetable(*text_of(hours))) if hours is not None else (),
        profession.value if profession is not None else None,
        region,
        day_option(starting, "--from"),
        corrects,
        Kind[says.value] if says is not None else None,
        basis=basis,
        municipality=municipality,
    )
    with opened(url) as register:
        _tell([Corrections(register).propose(declared)], format, lang)


@app.command("list", epilog="Example: medicomut register correction list --open")
@named_errors
def list_proposals(
    url: Url = HERE,
    open_only: Annotated[bool, typer.Option("--open", help="Only those nobody has answered.")] = False,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """List what was proposed, and what became of it."""
    from medicomut.accession.wording import say
    from medicomut.store.corrections import Corrections

    with opened(url) as register:
        found = Corrections(register).proposals(open_only=open_only)
    if not found and format is Format.table:
        typer.echo(say("no_open_proposals" if open_only else "no_proposals", language(lang)))
    else:
        _tell(found, format, lang)


@app.command(epilog="Example: medicomut register correction accept 1 --checker bea")
@named_errors
def accept(
    proposal: Id, checker: Checker, url: Url = HERE, format: AsFormat = Format.table, lang: InLanguage = None
) -> None:
    """Accept a proposal as the second person; the correction is recorded."""
    from medicomut.store.corrections import Corrections

    with opened(url) as register:
        _tell([Corrections(register).accept(proposal, checker)], format, lang)


@app.command(epilog="Example: medicomut register correction reject 1 --checker bea")
@named_errors
def reject(
    proposal: Id, checker: Checker, url: Url = HERE, format: AsFormat = Format.table, lang: InLanguage = None
) -> None:
    """Reject a proposal as the second person; nothing changes."""
    from medicomut.store.corrections import Corrections

    with opened(url) as register:
        _tell([Corrections(register).reject(proposal, checker)], format, lang)


@app.command(epilog="Example: medicomut register correction withdraw 1 --actor ann")
@named_errors
def withdraw(
    proposal: Id,
    actor: Annotated[str, typer.Option(help="Who proposed it.", show_default=False)],
    url: Url = HERE,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Take back one's own proposal; nothing changes."""
    from medicomut.store.corrections import Corrections

    with opened(url) as register:
        _tell([Corrections(register).withdraw(proposal, actor)], format, lang)


def _tell(found: list[Proposal], format: Format, lang: Language | None) -> None:
    from medicomut.accession.wording import say

    if format is Format.json:
        print_json([one.to_dict() for one in found])
        return
    spoken = language(lang)
    for one in found:
        said = one.declared
        kind = "nothing" if said.says is None else said.says.name
        answered = f" ({one.checker})" if one.checker else ""
        typer.echo(f"{one.id} · {said.number} · {say(f'proposal_{one.state}', spoken)}{answered}")
        values = {"version": said.corrects, "what": say(f"kind_{kind}", spoken), "day": said.valid_from}
        typer.echo(f"  {say('proposed_correction', spoken, maker=said.actor, **values)}")
