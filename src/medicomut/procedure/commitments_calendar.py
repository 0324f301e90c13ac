"""What is due as an iCalendar file to subscribe to, of everybody or of one actor: whole days, with names that stay.

RFC 5545 and 7986; the same entry keeps its UID, so that a calendar that has read the file before updates it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from medicomut.procedure.commitments_wording import say

if TYPE_CHECKING:
    from icalendar import Calendar, Event

    from medicomut.agreement import Agreement
    from medicomut.money import Lang
    from medicomut.procedure.commitments_following import Followed

ASKED_AGAIN: Final = timedelta(days=1)
"""How often a calendar should ask again: states change by the day."""


def due_calendar(agreement: Agreement, found: Sequence[Followed], lang: Lang, actor: str | None = None) -> bytes:
    """Return the entries that have a day as an iCalendar; `actor` is whose they are, for its name.

    The stamp is the midnight (UTC) that begins the day on which the states were asked for: the same day gives the
    same bytes.
    """
    labels = {one.id: one.label.in_language(lang) for one in agreement.actors}
    name = say("calendar_of", lang, title=agreement.heading.title.in_language(lang))
    if actor is not None:
        name = say("calendar_for", lang, name=name, actor=labels[actor])
    calendar = begun("commitments", lang, name, uid(agreement.id, actor or "all"))
    for one in found:
        if one.entry.due is not None:
            calendar.add_component(_event(one, one.entry.due, labels, lang))
    return bytes(calendar.to_ical())


def begun(product: str, lang: Lang, name: str, own: str) -> Calendar:
    """Return a calendar to subscribe to, without events yet: of which product, its name, and its own lasting id."""
    from icalendar import Calendar  # noqa: PLC0415  (a heavy library: loaded when first needed)

    prodid = f"-//medicomut//{product}//EN"
    calendar = Calendar.new(prodid=prodid, language=lang, name=name, refresh_interval=ASKED_AGAIN, uid=own)
    calendar["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"  # RFC 7986 asks for it, the library leaves it out
    calendar.add("method", "PUBLISH")
    return calendar


def uid(agreement: str, entry: str) -> str:
    """Return the name by which calendars know an entry for good."""
    return f"{agreement.replace('/', '-')}-{entry}@medicomut"


def _event(one: Followed, due: date, labels: dict[str, str], lang: Lang) -> Event:
    from icalendar import Event  # noqa: PLC0415

    entry = one.entry
    who = say("nobody", lang) if entry.actor is None else labels[entry.actor]
    lines = (
        f"{say('who', lang)}: {who}",
        f"{say('clause', lang)}: {entry.cite}",
        f"{say(f'kind_{entry.kind}', lang)}, {say(entry.wording, lang)}",
        f"{say('state', lang)}: {one.told(lang)}",
        entry.warning(lang),
    )
    event = Event.new(
        start=due,
        end=due + timedelta(days=1),
        stamp=datetime.combine(one.on, time(), UTC),
        summary=entry.what.in_language(lang),
        description="\n".join(filter(None, lines)),
        uid=uid(entry.agreement, entry.id),
        categories=[say(f"kind_{entry.kind}", lang)],
    )
    event.add("transp", "TRANSPARENT")  # a day to remember takes nobody's time
    return event
