"""Answers of the register for a person, at 80 columns, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rich.console import Console
from rich.text import Text as Words

from medicomut.accession.judging import Judgement, Share
from medicomut.accession.quorum import Quorum
from medicomut.accession.statistics import Change, Key, Row, label
from medicomut.accession.timetable import Hours, blocks
from medicomut.accession.window import Window
from medicomut.accession.wording import say, write_minutes, write_share, write_slot
from medicomut.agreement.figures import format_date
from medicomut.agreement.model import cited_in
from medicomut.calendar import WEEKDAYS
from medicomut.cli.agreement_tables import table_of
from medicomut.money import Lang, format_eur, format_number


def judgement(found: Judgement, better: Sequence[Hours] | None, lang: Lang) -> None:
    """Print the answer on a timetable: the verdict, the figures, what is broken and what would mend it."""
    console = Console(highlight=False)
    console.print(Words(_verdict(found, lang), style="bold"))
    _figures(console, found, lang)
    for fault in found.broken:
        (cited,) = cited_in(found.agreement, [fault.clause])
        console.print()
        console.print(Words(f"{fault.why(lang)}  [{cited}]"))
        console.print(Words(f"→ {fault.change(lang)}"))
    if better is not None:
        console.print()
        console.print(Words(say("proposal", lang)))
        kept = blocks([hours for hours in better if hours.free], found.readings)
        for block in kept:
            console.print(Words(f"  {write_slot(block.start, block.end, lang)}{_at(block.parts[0].site)}"))
        if not kept:
            console.print(Words(f"  {say('none', lang)}"))


def window(found: Window, lang: Lang) -> None:
    """Print the calendar of a window."""
    console = Console(highlight=False)
    days = [("published", found.published), ("last_day", found.last_day), ("in_force", found.in_force)]
    if found.service_until is not None:
        days.insert(2, ("service_until", found.service_until))
    for key, day in days:
        console.print(Words(_figure(key, f"{say(WEEKDAYS[day.weekday()], lang)} {format_date(day, lang)}", lang)))
    console.print(Words(f"{say('window_closes', lang)}  [{', '.join(found.cites)}]"))


def quorum(found: Quorum, lang: Lang) -> None:
    """Print each test in each region, and where the agreement enters into force."""
    console = Console(highlight=False)
    heads = ("region", "profession", "counted", "refused", "refusal_share", "most_refusals", "")
    table = table_of(*(say(head, lang) if head else "" for head in heads))
    for column in table.columns[2:6]:
        column.justify = "right"
    for outcome in found.outcomes:
        figures = (outcome.total, outcome.refused)
        table.add_row(
            label("region", outcome.region, lang),
            say(outcome.profession, lang) if outcome.profession else say("together", lang),
            *(format_number(figure, lang) for figure in figures),
            write_share(outcome.share, lang, up=True),
            format_number(outcome.most, lang),
            say("passes" if outcome.passes else "fails", lang) + ("" if outcome.test.verified else " *"),
        )
    console.print(table)
    for region in found.regions:
        key = "region_in_force" if found.passes(region) else "region_not_in_force"
        console.print(Words(say(key, lang, region=label("region", region, lang))))
    for test in found.tests:
        if not test.verified:
            console.print(Words(f"* {say('known_second_hand', lang)} {test.parameter.source}"))
    console.print(Words(_figure("denominator", say(f"denominator_{found.denominator.value}", lang), lang)))
    console.print(Words(_figure("hash", found.hash, lang)))


_A_FIGURE = 12
"""How wide a column of figures is, with the space between columns."""


def statistics(
    rows: Sequence[Row],
    by: Sequence[str],
    on: date,
    lang: Lang,
    *,
    least: int = 0,
    since: date | None = None,
    changed: Mapping[Key, Change] | None = None,
) -> None:
    """Print a count with its totals; with `since` what changed from that day on; masked counts are named as such."""
    shown = ("active", "adhered", "partial", "refused") if changed is None else ("active", "adhered")
    heads = ["partly" if name == "partial" else name for name in shown]
    heads += ["rate"] if changed is None else ["rate", "persons", "points"]
    console = Console(highlight=False)
    console.print(Words(say("on_day", lang, day=format_date(on, lang)), style="bold"))
    if since is not None:
        console.print(Words(say("since_day", lang, day=format_date(since, lang))))
    table = table_of(*(say(head, lang) for head in (*by, *heads)))
    for column in table.columns[len(by) :]:
        column.justify = "right"
    room = (console.width - _A_FIGURE * len(heads)) // len(by)
    for row in rows:
        names = [label(head, value, lang) for head, value in zip(by, row.key, strict=True)]
        for column, name in zip(table.columns, names, strict=False):  # no word is broken where there is room
            column.min_width = min(room, max(column.min_width or 0, *map(len, name.split())))
        table.add_row(*names, *_counts(row, shown, lang, least), *_changes(changed, row, lang, least))
    console.print(table)


def _counts(row: Row, shown: Sequence[str], lang: Lang, least: int) -> list[str]:
    figures = row.figures(least)
    rate = None if figures["adhered"] is None else _rate(row, lang)
    masked = say("masked", lang, least=least)
    counted = (figures[name] for name in shown)
    return [*(masked if figure is None else format_number(figure, lang) for figure in counted), rate or masked]


def _changes(changed: Mapping[Key, Change] | None, row: Row, lang: Lang, least: int) -> list[str]:
    """Return the change in persons and in points, signed, points to two decimals as rates are."""
    if changed is None:
        return []
    change = changed[row.key]
    if change.to_dict(least)["persons"] is None:
        return [say("masked", lang, least=least)] * 2
    return [
        f"{'+' if value > 0 else ''}{format_number(value, lang, digits)}"
        for value, digits in ((change.persons, 0), (change.points, 2))
    ]


def _rate(row: Row, lang: Lang) -> str:
    """Write an adhesion rate in percent, rounded to two decimals as the published rates are."""
    return format_number(row.rate * 100, lang, 2) + ("%" if lang == "en" else "\u00a0%")


def _verdict(found: Judgement, lang: Lang) -> str:
    if found.valid is None:
        return say("undecided", lang, clauses=", ".join(found.undecided))
    if not found.valid:
        return say("not_valid", lang)
    return say("valid", lang) if found.slots else say("no_slots", lang)


def _figures(console: Console, found: Judgement, lang: Lang) -> None:
    share = found.share
    for block in found.slots:
        length = write_minutes(block.minutes)
        console.print(Words(f"  {write_slot(block.start, block.end, lang)}{_at(block.parts[0].site)}  {length}"))
    if share.free_share is None or share.tariff_share is None:
        return
    least = say("at_least", lang, share=write_share(found.limits.tariff_share, lang))
    at_tariff = f"{_amount(share, share.counted, lang)}  {write_share(share.tariff_share, lang)} ({least})"
    console.print(Words(_figure("off_tariff", _amount(share, share.free, lang), lang)))
    console.print(Words(_figure("at_tariff", at_tariff, lang)))


def _amount(share: Share, value: int, lang: Lang) -> str:
    if share.unit == "hours":
        return write_minutes(value)
    return format_eur(value, lang) if share.unit == "amounts" else format_number(value, lang)


def _figure(key: str, value: str, lang: Lang) -> str:
    return say("figure", lang, label=say(key, lang), value=value)


def _at(site: str) -> str:
    return f" @{site}" if site else ""
