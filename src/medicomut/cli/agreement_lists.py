"""Readings and promises of an agreement as tables a person reads, at 80 columns."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text as Words

from medicomut.agreement import Agreement, Ambiguity
from medicomut.agreement.figures import format_date
from medicomut.agreement.tables import Commitment
from medicomut.cli.agreement_tables import say, table_of


def readings(found: Iterable[Ambiguity], language: str) -> None:
    """Print each question, its readings with the one we take marked, why, and the clauses it turns on.

    Why is in English, as the data hold it.
    """
    console = Console()
    for ambiguity in found:
        console.print(Words(ambiguity.question.in_language(language), style="bold"))
        console.print(Words(f"{ambiguity.id}  {say('clause', language)} {', '.join(ambiguity.cites)}", style="dim"))
        for value, label in ambiguity.alternatives.items():
            mark = "→" if value == ambiguity.default else " "
            console.print(Words(f" {mark} {value}: {label.in_language(language)}"))
        console.print(Words(f"{say('why', language)}: {ambiguity.why.in_language(language)}\n"))


def commitments(agreement: Agreement, found: Iterable[Commitment], language: str) -> None:
    """Print promises, a row each: when, by whom and what, by which clause."""
    labels = {actor.id: actor.label.in_language(language) for actor in agreement.actors}
    table = table_of(*(say(word, language) for word in ("due", "promise", "clause")))
    for promise in found:
        when = [say(promise.wording, language)]
        if promise.due is not None:
            when.append(format_date(promise.due, language))
        what = Words(promise.what.in_language(language))
        what.append(f"\n{labels[promise.actor]}", style="dim")
        table.add_row("\n".join(when), what, promise.clause)
    Console().print(table)
