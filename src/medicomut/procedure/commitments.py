"""What the agreement promises and by when: every promise, quarterly dashboard, start of a measure and dated day.

Built from the agreement alone (`commitments`, the annex, parameters that are days, its term); nothing is said twice.
Days are printed days; `sunday_deadlines` is the agreement's open question of what becomes of a Sunday.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from medicomut.agreement.model import cited_in
from medicomut.errors import Place, Problem, Problems
from medicomut.procedure.commitments_wording import words
from medicomut.procedure.deadlines import AS_PRINTED, Deadline, days_after

if TYPE_CHECKING:
    from medicomut.agreement import Agreement, Text
    from medicomut.agreement.tables import Commitment
    from medicomut.money import Lang

READING: Final = "sunday_deadlines"
WINDOW_DAYS: Final = "accession.window_days"


class Kind(StrEnum):
    """What stands in the calendar of an agreement."""

    promise = "promise"
    dashboard = "dashboard"
    measure = "measure"
    window = "window"
    day = "day"
    term = "term"


FOLLOWED: Final = frozenset({Kind.promise, Kind.dashboard, Kind.measure})
"""What can be kept or not; the others are days that pass."""

ACTED: Final = frozenset({Kind.promise, Kind.dashboard, Kind.window})
"""That by which somebody acts; the others are days on which something begins or counts."""

_NOT_DUE: Final = ("denunciation.", "term.")
"""Parameters that are days of a procedure, or of the term, which has its own entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing due: what, by whom, how the text words the time, and its deadline, `None` where it names no day.

    `actor` is `None` where the text names nobody. `cite` is a clause in full, such as `be/amm/2020#13`.
    """

    id: str
    agreement: str
    kind: Kind
    actor: str | None
    wording: str
    cite: str
    what: Text
    deadline: Deadline | None

    @property
    def due(self) -> date | None:
        """The last day in time; `None` where the text names none."""
        return None if self.deadline is None else self.deadline.due

    def warning(self, lang: Lang) -> str:
        """Say that the day by which somebody acts is no working day; empty otherwise."""
        return "" if self.deadline is None or self.kind not in ACTED else self.deadline.warning(lang)

    @property
    def followed(self) -> bool:
        """Whether it can be kept or not."""
        return self.kind in FOLLOWED


def entries(agreement: Agreement, sunday_deadlines: str | None = None) -> tuple[Entry, ...]:
    """Return all an agreement has due, by day; what has no day comes last, in the order of the text.

    Raises `Problems` as `Agreement.readings` does for a reading that does not exist.
    """
    chosen = {READING: sunday_deadlines} if sunday_deadlines else {}
    sunday = agreement.readings(chosen).get(READING, AS_PRINTED)
    found = [
        *_promises(agreement),
        *_measures(agreement),
        *_window(agreement),
        *_days(agreement),
        *_term(agreement),
    ]
    read = [_read(one, sunday) for one in found]
    return tuple(sorted(read, key=lambda entry: (entry.due is None, entry.due or date.max)))


def _read(one: Entry, sunday: str) -> Entry:
    """Return an entry whose Sunday is read so; the day on which something begins or counts does not move."""
    if one.deadline is None or one.kind not in ACTED:
        return one
    return replace(one, deadline=replace(one.deadline, sunday=sunday))


def entry(agreement: Agreement, id: str) -> Entry:  # noqa: A002  it is the field's name
    """Return what is due under an id; raises `Problems` (`unknown_commitment`)."""
    from difflib import get_close_matches  # noqa: PLC0415  only where a name is misspelt

    known = {one.id: one for one in entries(agreement)}
    if id in known:
        return known[id]
    near = get_close_matches(id, known, n=1)
    mend = f"did you mean {near[0]}?" if near else f"see medicomut procedure commitments {agreement.id}"
    what = f"{agreement.id} has nothing due that is called {id[:100]!r}"
    raise Problems([Problem("unknown_commitment", what, Place(field="commitment"), mend=mend)])


def actors(found: Iterable[Entry]) -> tuple[str, ...]:
    """Return who has something due, each once, in the order of their first day."""
    return tuple(dict.fromkeys(one.actor for one in found if one.actor is not None))


def of_actor(found: Sequence[Entry], actor: str | None) -> tuple[Entry, ...]:
    """Return what an actor has due, all for `None`; raises `Problems` (`unknown_actor`) where it has nothing."""
    if actor is None:
        return tuple(found)
    known = actors(found)
    if actor not in known:
        what = f"{actor[:100]!r} has nothing due here"
        mend = f"those who have: {', '.join(sorted(known))}"
        raise Problems([Problem("unknown_actor", what, Place(field="actor"), mend=mend)])
    return tuple(one for one in found if one.actor == actor)


def _promises(agreement: Agreement) -> Iterator[Entry]:
    for promise in agreement.commitments:
        if promise.wording == "recurring":
            yield from _quarterly(agreement, promise)
        else:
            yield _entry(agreement, promise.id, Kind.promise, promise.actor, promise.wording, promise.due,
                         promise.clause, promise.what)  # fmt: skip


def _quarterly(agreement: Agreement, promise: Commitment) -> Iterator[Entry]:
    """Yield one for each quarter of the term; the clause names no day, so each is due on its quarter's last."""
    for quarter in quarters(agreement):
        what = words()["of_quarter"].to_dict()
        texts = {
            lang: what[lang].format(what=text, quarter=quarter.name) for lang, text in promise.what.to_dict().items()
        }
        yield _entry(agreement, f"{promise.id}_{quarter.name}", Kind.dashboard, promise.actor, promise.wording,
                     quarter.last, promise.clause, replace(promise.what, **texts))  # fmt: skip


def _measures(agreement: Agreement) -> Iterator[Entry]:
    """Yield the lines of the annex whose measure begins after the term does."""
    if agreement.annex is None:
        return
    begins = words()["measure_begins"].to_dict()
    for block in agreement.annex.blocks:
        for line in block.lines:
            if line.start > agreement.heading.term.start:
                texts = {lang: begins[lang].format(what=text) for lang, text in line.label.to_dict().items()}
                yield _entry(agreement, f"annex.{block.id}.{line.id}", Kind.measure, None, "for", line.start,
                             f"annex.{block.id}", replace(line.label, **texts))  # fmt: skip


def _window(agreement: Agreement) -> Iterator[Entry]:
    """Yield the last day to refuse or to accede partly, where publication and number of days are known."""
    published = agreement.heading.published
    found = next((one for one in agreement.parameters if one.id == WINDOW_DAYS), None)
    if published is None or found is None:
        return
    days = found.on(agreement.heading.term.start, agreement.id)
    if isinstance(days, int):
        cites = cited_in(agreement.id, found.cites)
        deadline = days_after(WINDOW_DAYS, agreement.id, words()["window_closes"], "published", published.date, days,
                              cites, words()["silence_accedes"])  # fmt: skip
        yield Entry(WINDOW_DAYS, agreement.id, Kind.window, "physician", "by_the_latest", cites[0],
                    words()["window_closes"], deadline)  # fmt: skip


def _days(agreement: Agreement) -> Iterator[Entry]:
    """Yield the days within or after the term that a parameter fixes and nothing else has in the calendar."""
    # What is promised during a year falls due on its last day: that is no day of the text.
    told = {(promise.clause, promise.due) for promise in agreement.commitments if promise.wording != "during"}
    for found in agreement.parameters:
        if found.unit != "date" or found.id.startswith(_NOT_DUE):
            continue
        clause = found.cites[0]
        days = {dated.value for dated in found.values if isinstance(dated.value, date)}
        for day in sorted(day for day in days if day > agreement.heading.term.start and (clause, day) not in told):
            yield _entry(agreement, found.id, Kind.day, None, "on", day, clause, found.label)


def _term(agreement: Agreement) -> Iterator[Entry]:
    term = agreement.heading.term
    clause = next((one.cites[0] for one in agreement.parameters if one.id == "term.ends"), None)
    if term.end is not None and clause is not None:
        yield _entry(agreement, "term.ends", Kind.term, None, "on", term.end, clause, words()["term_ends"])


def _entry(
    agreement: Agreement, id: str, kind: Kind, actor: str | None, wording: str,  # noqa: A002  it is the field's name
    due: date | None, clause: str, what: Text,
) -> Entry:  # fmt: skip
    cite = f"{agreement.id}#{clause}"
    missed = words()["no_sanction" if kind in FOLLOWED else "day_passes"]
    deadline = None if due is None else Deadline(id, agreement.id, what, due, (cite,), missed)
    return Entry(id, agreement.id, kind, actor, wording, cite, what, deadline)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter: `name` as `2020Q2`, its first and last day."""

    name: str
    first: date
    last: date

    @classmethod
    def holding(cls, day: date) -> Quarter:
        """Return the quarter a day lies in."""
        number = (day.month - 1) // 3
        after = date(day.year + (number == 3), number * 3 % 12 + 4 if number < 3 else 1, 1)
        return cls(f"{day.year}Q{number + 1}", date(day.year, number * 3 + 1, 1), after - timedelta(days=1))

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read `2020Q2`; raises `Problems` (`bad_quarter`)."""
        year, letter, number = text[:4], text[4:5], text[5:]
        written = year.isascii() and year.isdigit() and letter in {"Q", "q"} and number in {"1", "2", "3", "4"}
        if not written or not date.min.year <= int(year) < date.max.year:  # its last day needs a day after it
            what = f"{text[:40]!r} is not a quarter"
            raise Problems([Problem("bad_quarter", what, Place(field="quarter"), mend="write it as 2020Q2")])
        return cls.holding(date(int(year), int(number) * 3, 1))

    @property
    def following(self) -> Quarter:
        """The quarter after it."""
        return Quarter.holding(self.last + timedelta(days=1))


def quarters(agreement: Agreement) -> tuple[Quarter, ...]:
    """Return the quarters of the term, from the first to the last; empty where no end is known."""
    term = agreement.heading.term
    if term.end is None:
        return ()
    found = [Quarter.holding(term.start)]
    while found[-1].last < term.end:
        found.append(found[-1].following)
    return tuple(found)
