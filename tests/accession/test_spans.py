"""Spans answer what the fold over events answers, on every day and as known at every instant, whatever was recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from medicomut.accession.declarations import Kind, Recorded
from medicomut.accession.spans import Span, spans
from medicomut.accession.status import History, State, term_of
from medicomut.agreement import load

NUMBER, AMM = "19000122003", "be/amm/2020"
TERMS = [term_of(load(AMM))]
FIRST = date(2020, 1, 1)
DAYS = st.integers(0, 40).map(lambda n: FIRST + timedelta(days=9 * n))
EXPRESSIONS = (Kind.refused, Kind.partial, Kind.acceded, Kind.denounced)


def event(version: int, kind: Kind, valid_from: date, minutes: int, **payload: object) -> Recorded:
    recorded = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    return Recorded(version, version, kind, payload, valid_from, recorded, "somebody", None)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Events in any order of days, some at one instant, some corrected."""
    events: list[Recorded] = []
    minutes = 0
    for version in range(1, draw(st.integers(1, 8)) + 1):
        minutes += draw(st.integers(0, 2))
        valid_from, matter = draw(DAYS), draw(st.sampled_from((None, AMM)))
        own = [one.version for one in events if one.agreement == matter]
        said = {} if matter is None else {"agreement": matter}
        kinds = (Kind.registered, Kind.ended) if matter is None else EXPRESSIONS
        if own and draw(st.booleans()):
            says = draw(st.sampled_from((None, *kinds)))
            said |= {"corrects": draw(st.sampled_from(own))} | ({} if says is None else {"says": says.value})
            events.append(event(version, Kind.corrected, valid_from, minutes, **said))
        else:
            events.append(event(version, draw(st.sampled_from(kinds)), valid_from, minutes, **said))
    return History(NUMBER, events)


def at(found: list[Span], matter: str | None, on: date, known: datetime) -> list[Span]:
    return [
        span for span in found
        if span.agreement == matter and span.effect.valid_from <= on and (span.until is None or on < span.until)
        and span.known_from <= known and (span.known_until is None or known < span.known_until)
    ]  # fmt: skip


@given(history=histories(), on=DAYS, minutes=st.integers(0, 18))
def test_one_span_or_none_holds_on_a_day_as_known_at_an_instant(history: History, on: date, minutes: int) -> None:
    known = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    until_then = History(NUMBER, [one for one in history.recorded if one.recorded <= known])
    for matter in (None, AMM):
        expected = [effect for effect in until_then.effects(matter) if effect.valid_from <= on][-1:]
        assert [span.effect for span in at(spans(history), matter, on, known)] == expected


def test_what_was_registered_holds_from_its_own_day() -> None:
    """A practice moves in July; that was recorded in June, and known from then on only."""
    events = [
        event(1, Kind.registered, date(2020, 1, 1), 0, profession="gp", region="Brussels", arrondissement="21000"),
        event(2, Kind.registered, date(2020, 7, 1), 5, profession="gp", region="Flanders", arrondissement="23000"),
    ]
    history = History(NUMBER, events)
    assert history.registration(date(2020, 6, 30)).arrondissement == "21000"
    assert history.registration(date(2020, 7, 1)).region == history.region == "Flanders"
    assert [(s.effect.valid_from, s.until, s.known_until is None) for s in spans(history)] == [
        (date(2020, 1, 1), None, False),
        (date(2020, 1, 1), date(2020, 7, 1), True),
        (date(2020, 7, 1), None, True),
    ]


def test_a_correction_that_takes_away_the_registration_leaves_nobody_active() -> None:
    events = [
        event(1, Kind.registered, date(2020, 1, 1), 0, profession="gp"),
        event(2, Kind.corrected, date(2020, 1, 1), 5, corrects=1),
    ]
    history = History(NUMBER, events)
    assert history.status(date(2020, 6, 1), TERMS).state is State.not_active
    assert [span.known_until is None for span in spans(history)] == [False]
