"""The deadlines of an agreement as an iCalendar file to subscribe to: whole days, with names that stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from medicomut.procedure.commitments_calendar import begun, uid
from medicomut.procedure.wording import say

if TYPE_CHECKING:
    from medicomut.agreement import Agreement
    from medicomut.money import Lang
    from medicomut.procedure.deadlines import Deadline


def deadlines_calendar(agreement: Agreement, found: Iterable[Deadline], lang: Lang, on: date) -> bytes:
    """Return deadlines as an iCalendar, in their order; the stamp is the midnight (UTC) that begins the day `on`.

    An event says how its day is counted, what follows if it is missed, on which clause, and whether it rests on clocks
    that are supposed. A second deadline of one kind, as a second denunciation has, bears its number.
    """
    from icalendar import Event  # noqa: PLC0415  (a heavy library: loaded when first needed)

    title = agreement.heading.title.in_language(lang)
    name = say("figure", lang, label=say("deadlines_head", lang), value=title)
    calendar = begun("deadlines", lang, name, uid(agreement.id, "deadlines"))
    seen: Counter[str] = Counter()
    for one in found:
        seen[one.id] += 1
        number = f"-{seen[one.id]}" if seen[one.id] > 1 else ""
        lines = (
            one.counting(lang),
            one.consequence.in_language(lang),
            ", ".join(one.cites),
            one.warning(lang),
            say("clocks_supposed", lang) if one.status == "supposed" else "",
        )
        event = Event.new(
            start=one.due,
            end=one.due + timedelta(days=1),
            stamp=datetime.combine(on, time(), UTC),
            summary=one.label.in_language(lang),
            description="\n".join(filter(None, lines)),
            uid=uid(agreement.id, f"deadline-{one.id}{number}"),
        )
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
