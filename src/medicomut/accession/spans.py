"""What held when, as known when: a practitioner's history as rectangles of the two times.

A status on any day, as known at any instant, is then a comparison of four dates instead of a fold over events. The
spans of a history follow from it alone; `status.History` answers the same questions without them, and tests and
`medicomut register verify` hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from medicomut.accession.declarations import Recorded
from medicomut.accession.status import Effect, History, effects


@dataclass(frozen=True, slots=True)
class Span:
    """What one declaration made hold: from one day until another, as known from one instant until another.

    `until` is the first day and `known_until` the first instant at which it no longer holds, or is no longer what is
    known; None where that is open. `sequence` is the event with which it became known.
    """

    agreement: str | None
    sequence: int
    effect: Effect
    until: date | None
    known_until: datetime | None
    known_from: datetime


def spans(history: History) -> list[Span]:
    """Return the spans of everything recorded, of the activity (agreement None) and of each agreement's accession."""
    matters = dict.fromkeys(one.agreement for one in history.recorded)
    return [span for matter in matters for span in _of(matter, [r for r in history.recorded if r.agreement == matter])]


def _of(matter: str | None, recorded: list[Recorded]) -> Iterator[Span]:
    if len(recorded) == 1:  # most practitioners are registered, and silent
        yield from (
            Span(matter, recorded[0].sequence, one, None, None, recorded[0].recorded) for one in effects(recorded)
        )
        return
    known: dict[tuple[date, date | None, int], Span] = {}
    for count, event in enumerate(recorded, 1):
        holding = {(found.valid_from, until, found.version): found for found, until in _in_turn(recorded[:count])}
        for key in [key for key in known if key not in holding]:
            span = known.pop(key)
            if span.known_from < event.recorded:  # recorded in one file, it was known at no instant
                yield replace(span, known_until=event.recorded)
        for key, found in holding.items():
            if key not in known:
                known[key] = Span(matter, event.sequence, found, key[1], None, event.recorded)
    yield from known.values()


def _in_turn(recorded: list[Recorded]) -> list[tuple[Effect, date | None]]:
    """Return each effect with the first day of the next one; what another of the same day replaces never holds."""
    found = effects(recorded)
    turns = [(one, following.valid_from) for one, following in pairwise(found) if one.valid_from < following.valid_from]
    return turns + [(one, None) for one in found[-1:]]
