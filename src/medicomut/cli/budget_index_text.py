"""Indexed fees for a person: what changes, or computed beside published with the reason for each cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from string import ascii_lowercase

from rich.console import Console
from rich.text import Text as Words

from medicomut.budget.indexation import Comparison, IndexedFee, KnownFee, Schedule, SocialAmount
from medicomut.budget.wording import clauses, heading, say, write_percent
from medicomut.cli.agreement_tables import table_of
from medicomut.money import Lang, format_eur


def changes(made: Schedule, social: Sequence[SocialAmount], lang: Lang) -> None:
    """Print the schedule as changes, what is left out and why, and the social amounts."""
    console = Console(highlight=False)
    table = table_of(*(say(word, lang) for word in ("code", "group", "rate", "before", "indexed", "gain")))
    for column in table.columns[2:]:
        column.justify = "right"
    for fee in made.fees:
        rate = write_percent(fee.rate.rate, lang)
        gain = format_eur(fee.cents - fee.old.cents, lang)
        label = f"{fee.rate.label.in_language(lang)}  {clauses(fee.rate.cites)}"
        table.add_row(fee.old.code, label, rate, format_eur(fee.old.cents, lang), _indexed(fee, lang), gain)
    console.print(table)
    if made.left_out:
        console.print(Words(f"{heading('left_out', lang)} {len(made.left_out)}", style="bold"))
        for problem in made.left_out:
            console.print(Words(f"  {problem.what}; {problem.why or problem.mend}"))
    _social(console, social, lang)


def _indexed(fee: IndexedFee, lang: Lang) -> str:
    if fee.low == fee.high:
        return format_eur(fee.cents, lang)
    return f"{format_eur(fee.cents, lang)}\n({format_eur(fee.low, lang)} – {format_eur(fee.high, lang)})"


def comparisons(beside: Sequence[Comparison], social: Sequence[SocialAmount], lang: Lang) -> None:
    """Print computed beside published, the difference, and the reason once for each kind."""
    console = Console(highlight=False)
    table = table_of(*(say(word, lang) for word in ("code", "before", "indexed", "published", "difference", "why")))
    for column in table.columns[1:5]:
        column.justify = "right"
    marks = {why: f"({number})" for number, why in enumerate(dict.fromkeys(found.why for found in beside), start=1)}
    sources = _letters([fee for found in beside for fee in (found.indexed.old, found.published)])
    for found in beside:
        table.add_row(
            f"{found.indexed.old.code}\n{clauses(found.indexed.rate.cites)}",
            _stated(found.indexed.old, sources, lang),
            _indexed(found.indexed, lang),
            _stated(found.published, sources, lang),
            format_eur(found.difference, lang),
            marks[found.why],
        )
    console.print(table)
    for why, mark in marks.items():
        console.print(Words(f"{mark} {say(why, lang)}"))
    console.print(Words(f"{heading('sources', lang)} {' · '.join(f'{at} {source}' for source, at in sources.items())}"))
    _social(console, social, lang)


def _letters(fees: Iterable[KnownFee]) -> dict[str, str]:
    """Return a letter for every source of the fees, in their order: (a), (b)."""
    named = dict.fromkeys(source for fee in fees for source in fee.source.split())
    return {source: f"({letter})" for source, letter in zip(named, ascii_lowercase, strict=False)}


def _stated(fee: KnownFee, sources: Mapping[str, str], lang: Lang) -> str:
    """Write a fee as somebody states it, with the letters of its sources; what was derived says so."""
    below = [say("derived", lang)] if fee.status == "derived" else []
    below.append("".join(sources.get(source, source) for source in fee.source.split()))
    return "\n".join((format_eur(fee.cents, lang), *below))


def _social(console: Console, social: Sequence[SocialAmount], lang: Lang) -> None:
    if not social:
        return
    names = ("social_amounts", "before", "indexed", "published", "difference")
    table = table_of(*(say(word, lang) for word in names))
    for column in table.columns[1:]:
        column.justify = "right"
    for found in social:
        amounts = (found.before, found.computed, found.published, found.published - found.computed)
        label = Words(found.label.in_language(lang))
        label.append(f"  {clauses(found.cites)}", style="dim")
        table.add_row(label, *(format_eur(amount, lang) for amount in amounts))
    console.print(table)
