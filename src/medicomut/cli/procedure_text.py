"""Answers of the procedures for a person, at 80 columns, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text as Words

from medicomut.agreement.figures import format_date
from medicomut.agreement.model import cited_in
from medicomut.cli.agreement_tables import table_of
from medicomut.money import Lang
from medicomut.procedure.deadlines import Deadline
from medicomut.procedure.denunciation import Denunciation, Outcome
from medicomut.procedure.grounds import Found, Opening
from medicomut.procedure.life import State
from medicomut.procedure.replay import Day, Replay
from medicomut.procedure.wording import say


def state(found: State, lang: Lang) -> None:
    """Print how an agreement stands on a day."""
    console = Console(highlight=False)
    agreement = found.rules.agreement.id
    console.print(Words(f"{agreement} · {format_date(found.on, lang)} · {found.label.in_language(lang)}", style="bold"))
    console.print(Words(f"{found.says.in_language(lang)}{_cited(found.cites)}"))
    if found.acts:
        console.print()
        console.print(Words(say("who_may_act", lang)))
    for act in found.acts:
        until = "" if act.until is None else f" · {say('until', lang)} {act.until.told(lang)}"
        named = _figure_of(act.actor.in_language(lang), f"{act.what.in_language(lang)}{until}", lang)
        console.print(Words(f"  {named}{_cited(act.cites)}"))
    console.print()
    console.print(Words(_figure("if_nobody", found.otherwise.in_language(lang), lang)))
    if found.deadlines:
        console.print()
        deadlines(found.deadlines, lang, found)
    for note in found.notes:
        console.print(Words(f"• {note.in_language(lang)}"))


def deadlines(found: Sequence[Deadline], lang: Lang, now: State | None = None) -> None:
    """Print deadlines by day, with what is unusual about one below the table."""
    console = Console(highlight=False)
    heads = ["deadline", "last_day_head", "counted", *(["days_left"] if now else [])]
    table = table_of(*(say(head, lang) for head in heads))
    for one in found:
        left = [str(one.days_left(now.on))] if now else []
        counted = f"{one.counting(lang)}{_cited(one.cites)}"
        table.add_row(one.label.in_language(lang), one.told(lang), counted, *left)
    console.print(table)
    for one in found:
        if one.warning(lang):
            console.print(Words(f"! {_figure_of(one.told(lang), one.warning(lang), lang)}"))


def replay(found: Replay, days: Iterable[Day], lang: Lang) -> None:
    """Print the days of a replay, the state under each anchor beside the other."""
    console = Console(highlight=False)
    table = table_of(say("day", lang), *(say(f"counted_from_{anchor}", lang) for anchor in found.facts), "")
    for day in days:
        names = [one.label.in_language(lang) for one in day.states.values()]
        table.add_row(format_date(day.on, lang), *names, say("they_part", lang) if day.part else "")
    console.print(table)
    seen: set[str] = set()
    for anchor in found.facts:
        for one in found.deadlines(anchor):
            counted = say(f"counted_from_{anchor}", lang) if one.anchor in {"occurrence", "finding"} else ""
            line = f"{one.label.in_language(lang)}, {one.told(lang)}"
            line = _figure_of(counted, line, lang) if counted else line
            if line not in seen and one.due >= found.first:
                console.print(Words(line))
                if one.warning(lang):
                    console.print(Words(f"  ! {one.warning(lang)}"))
            seen.add(line)
    last = found.day(found.last)
    for note in dict.fromkeys(note for one in last.states.values() for note in one.notes):
        console.print(Words(f"• {note.in_language(lang)}"))


def denunciation(found: Denunciation, lang: Lang) -> None:
    """Print what becomes of a denunciation: the verdict, its days, steps and effects, and the other readings."""
    console = Console(highlight=False)
    verdict = {True: "admissible", False: "not_admissible", None: "admissible_not_known"}[found.outcome.admissible]
    console.print(Words(f"{say(verdict, lang)}{_cited(found.cites)}", style="bold"))
    for reason in found.reasons():
        console.print(Words(f"• {reason.in_language(lang)}"))
    _days(console, found.outcome, lang)
    if found.effective is not None:
        console.print(Words(_figure("effective_from", format_date(found.effective, lang), lang)))
    for heading, listed in (("steps", found.steps), ("effects", found.effects)):
        if listed:
            console.print()
            console.print(Words(say(heading, lang)))
        owner = found.outcome.rules.source or found.outcome.rules.agreement
        for one in listed:
            console.print(Words(f"  {one.what.in_language(lang)}{_cited(cited_in(owner.id, [one.clause]))}"))
    if found.ground.exceptions and found.outcome.admissible is not False:
        console.print()
        for exception in found.ground.exceptions:
            console.print(Words(_figure("unless", exception.in_language(lang), lang)))
    for other in found.others:
        console.print()
        named = ", ".join(f"{name}={value}" for name, value in other.anchors.items())
        console.print(Words(f"{say('other_reading', lang)} {named}"))
        _days(console, other, lang)


def _days(console: Console, outcome: Outcome, lang: Lang) -> None:
    if outcome.letter is not None:
        console.print(Words(_figure("letter_by", outcome.letter.told(lang), lang)))
        if outcome.letter.warning(lang):
            console.print(Words(f"  ! {outcome.letter.warning(lang)}"))
    if outcome.ends_on is not None:
        console.print(Words(_figure("ends_on", format_date(outcome.ends_on, lang), lang)))


def grounds(found: Found, lang: Lang) -> None:
    """Print which grounds an event opens, for whom and until when, and why the others do not open."""
    console = Console(highlight=False)
    console.print(Words(f"{found.occurrence.label.in_language(lang)} · {format_date(found.on, lang)}", style="bold"))
    for opening in found.openings:
        _opening(console, found, opening, lang)
    for note in found.notes:
        console.print(Words(f"• {note.in_language(lang)}"))


def _opening(console: Console, found: Found, opening: Opening, lang: Lang) -> None:
    verdict = {True: "opens", False: "does_not_open", None: "may_open"}[opening.opens]
    (cited,) = cited_in(found.agreement.id, [opening.ground.clause])
    console.print()
    console.print(Words(f"{say(verdict, lang)}  [{cited}]"))
    console.print(Words(f"  {opening.ground.trigger.in_language(lang)}"))
    if opening.why is not None:
        console.print(Words(f"  → {opening.why.in_language(lang)}"))
    if opening.opens is False:
        return
    for who, letter in (("party", opening.letter), ("individual", opening.own_letter)):
        actor = say(f"actor_{who}", lang)
        said = say("not_for_them" if not opening.for_whom(who) else "letter_until_not_known", lang)
        if opening.for_whom(who) and letter is not None:
            said = say("letter_until", lang, day=letter.told(lang))
        console.print(Words(f"  {_figure_of(actor, said, lang)}"))


def _figure(key: str, value: str, lang: Lang) -> str:
    return _figure_of(say(key, lang), value, lang)


def _figure_of(label: str, value: str, lang: Lang) -> str:
    return say("figure", lang, label=label, value=value)


def _cited(cites: Sequence[str]) -> str:
    return f"  [{', '.join(cites)}]" if cites else ""
