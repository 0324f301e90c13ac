"""Which grounds of denunciation something opens: for whom, until when, or why none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from medicomut.agreement.loading import load
from medicomut.agreement.model import Agreement, cited_in
from medicomut.agreement.records import Record
from medicomut.agreement.tables import Ground
from medicomut.agreement.text import LANGUAGES, Text
from medicomut.agreement.yaml_lines import Faults, read_yaml
from medicomut.errors import Place, Problem, Problems
from medicomut.procedure.clocks import END, LETTER, OWN_LETTER, Rules, rules
from medicomut.procedure.deadlines import Deadline
from medicomut.procedure.wording import DATA, words

FACTS: Final = ("basis", "consent", "unilateral")
"""What more may be said of an event: the article the measure rests on, the commission's consent, no concertation."""
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that may happen between the parties: the grounds it can be, and the words by which it is found."""

    id: str
    label: Text
    published: bool
    opens: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A fact that takes a ground of an agreement away, or that it needs."""

    agreement: str
    ground: str
    fact: str
    takes_away: tuple[str, ...]
    needs: tuple[str, ...]
    question: Text


@dataclass(frozen=True, slots=True)
class Opening:
    """What an event makes of one ground of an agreement.

    `opens` is None where a fact that decides is not stated; `why` says why it does not open or what is missing.
    """

    ground: Ground
    opens: bool | None
    why: Text | None
    asks: str
    letter: Deadline | None
    own_letter: Deadline | None
    end: Deadline | None

    def for_whom(self, who: str) -> bool:
        """Whether the ground is open, or may be, to a `party` or to an `individual` physician."""
        return self.opens is not False and who in self.ground.who

    def to_dict(self, agreement: str, on: date) -> dict[str, Any]:
        """Return plain values for JSON."""

        def written(deadline: Deadline | None) -> dict[str, Any] | None:
            return None if deadline is None else deadline.to_dict(on)

        return {
            "ground": self.ground.id,
            "clause": self.ground.clause,
            "trigger": self.ground.trigger.to_dict(),
            "opens": self.opens,
            "why": None if self.why is None else self.why.to_dict(),
            "asks": self.asks or None,
            "for": {who: self.for_whom(who) for who in ("party", "individual")},
            "letter": written(self.letter) if self.for_whom("party") else None,
            "individual_letter": written(self.own_letter) if self.for_whom("individual") else None,
            "end": written(self.end) if self.for_whom("party") else None,
            "cites": list(cited_in(agreement, [self.ground.clause])),
        }


@dataclass(frozen=True, slots=True)
class Found:
    """The answer for one event of an agreement: each ground with what the event makes of it."""

    agreement: Agreement
    occurrence: Occurrence
    rules: Rules
    on: date
    finding: date
    openings: tuple[Opening, ...]
    notes: tuple[Text, ...]

    @property
    def open(self) -> list[Opening]:
        """The grounds that open, or that may."""
        return [opening for opening in self.openings if opening.opens is not False]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "agreement": self.agreement.id,
            "event": self.occurrence.id,
            "label": self.occurrence.label.to_dict(),
            "on": self.on.isoformat(),
            "finding": self.finding.isoformat(),
            "grounds": [opening.to_dict(self.agreement.id, self.finding) for opening in self.openings],
            "opens": [opening.ground.clause for opening in self.openings if opening.opens],
            "notes": [note.to_dict() for note in self.notes],
            "readings": dict(self.rules.readings),
        }


@cache
def _catalogue() -> tuple[dict[str, Occurrence], tuple[Condition, ...]]:
    faults = Faults()
    item = read_yaml(DATA / "grounds.yaml", "procedure/grounds.yaml", faults)
    faults.raise_if_any()
    if item is None:
        raise TypeError("procedure/grounds.yaml is empty")
    record = Record(item, faults)
    events = [
        Occurrence(
            one.text("id"), one.four("label"), one.text("published") == "yes", one.texts("opens"),
            tuple(tuple(_plain(str(word.value)) for word in terms.value) for terms in one.members("terms", list)),
        )
        for one in record.records("events")
    ]  # fmt: skip
    conditions = tuple(
        Condition(
            one.text("agreement"), one.text("ground"), one.text("fact", one_of=FACTS), one.texts("takes_away"),
            one.texts("needs"), one.four("question"),
        )
        for one in record.records("conditions")
    )  # fmt: skip
    faults.raise_if_any()
    return {event.id: event for event in events}, conditions


def occurrences() -> Mapping[str, Occurrence]:
    """Return everything that the finder knows to happen, by its name."""
    return _catalogue()[0]


def conditions(agreement: str) -> list[Condition]:
    """Return the facts that decide on the grounds of an agreement."""
    return [condition for condition in _catalogue()[1] if condition.agreement == agreement]


def named(event: str) -> list[Occurrence]:
    """Return what an event is: by its name, or by the words a reader gives, in any of the four languages.

    Raises `Problems` (`unknown_occurrence`) with everything that is known, where nothing matches.
    """
    known = occurrences()
    if event in known:
        return [known[event]]
    text = _plain(event)
    said = [*_WORD.findall(text), *text.split()]
    found = [one for one in known.values() if all(_says(said, text, terms) for terms in one.terms)]
    if not found:
        listed = "; ".join(f"{one.id} ({one.label.en})" for one in known.values())
        raise Problems(
            [Problem("unknown_occurrence", f"{event[:200]!r} is no event known here", Place(field="event"),
                     mend=f"name one of: {listed}")]
        )  # fmt: skip
    return found


def _says(said: Iterable[str], text: str, terms: Iterable[str]) -> bool:
    return any(term in text if " " in term else any(word.startswith(term) for word in said) for term in terms)


def _plain(text: str) -> str:
    """Return a text without accents and capitals, so that réduction and reduction are one word."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def find(
    agreement: str,
    event: str,
    on: date,
    finding: date | None = None,
    facts: Mapping[str, str] | None = None,
    readings: Mapping[str, str] | None = None,
) -> list[Found]:
    """Say which grounds of an agreement an event opens; several answers where its words fit several events.

    `on` is the day it occurred, for a measure that counts from its publication that day. `facts` says more of it: see
    `FACTS`. Raises `Problems`: `unknown_agreement`, `unknown_occurrence`, `unknown_reading`, `unknown_value`,
    `finding_before_event`.
    """
    chosen = rules(load(agreement), readings)
    known = {name: value for name, value in (facts or {}).items() if value}
    found_on = finding or on
    if found_on < on:
        what = f"found on {found_on}, before it occurred on {on}"
        mend = "a situation is found on the day it occurs, or later"
        raise Problems([Problem("finding_before_event", what, Place(field="finding"), mend=mend)])
    for name in known:
        if name not in FACTS:
            where = Place(field=name)
            raise Problems([Problem("unknown_value", f"{name} says nothing of an event", where, mend="; ".join(FACTS))])
    return [_found(chosen, one, on, found_on, known) for one in named(event)]


def _found(chosen: Rules, occurrence: Occurrence, on: date, finding: date, facts: Mapping[str, str]) -> Found:
    agreement, text = chosen.agreement, words()
    grounds = () if agreement.denunciation is None else agreement.denunciation.grounds
    openings = tuple(_opening(chosen, ground, occurrence, on, finding, facts) for ground in grounds)
    notes = []
    if not agreement.covers(on):
        notes.append(text["reason_outside_term"])
    if agreement.heading.coverage == "partial":
        notes.append(text["note_grounds_not_all_known"])
    if occurrence.published:
        notes.append(text["note_counts_from_publication"])
    meant = {ground.id for ground in grounds} & set(occurrence.opens)
    if not meant and all(opening.opens is False for opening in openings):
        notes.append(text["note_no_such_ground"])
    return Found(agreement, occurrence, chosen, on, finding, openings, tuple(notes))


def _opening(
    chosen: Rules, ground: Ground, occurrence: Occurrence, on: date, finding: date, facts: Mapping[str, str]
) -> Opening:
    opens, why, asks = _judged(chosen.agreement, ground, occurrence, on, facts)
    if opens is False:
        return Opening(ground, opens, why, asks, None, None, None)
    letter, own_letter, end = (chosen.deadline(name, on, finding) for name in (LETTER, OWN_LETTER, END))
    return Opening(ground, opens, why, asks, letter, own_letter, end)


def _unless(question: Text) -> Text:
    """Say that an event is not what a ground is about, unless a question is answered by yes."""
    told = words()["why_not_named_unless"]
    return Text(*(told.in_language(lang).format(question=question.in_language(lang)) for lang in LANGUAGES))


def _judged(
    agreement: Agreement, ground: Ground, occurrence: Occurrence, on: date, facts: Mapping[str, str]
) -> tuple[bool | None, Text | None, str]:
    """Return whether a ground opens, why not or what is asked, and the fact that is asked for."""
    text = words()
    condition = next((one for one in conditions(agreement.id) if one.ground == ground.id), None)
    said = facts.get(condition.fact, "") if condition else ""
    answer: tuple[bool | None, Text | None, str] = (True, None, "")
    # A rule made without concertation may harm the balance whatever else it does.
    harms = condition is not None and occurrence.published and said in condition.needs
    if not agreement.covers(on):
        answer = (False, text["reason_outside_term"], "")
    elif ground.id not in occurrence.opens and not harms:
        answer = (False, text["why_not_named"], "")
        if condition is not None and condition.needs and occurrence.published and not said:
            answer = (False, _unless(condition.question), condition.fact)
    elif condition is not None and said in condition.takes_away:
        answer = (False, ground.exceptions[0] if ground.exceptions else text["why_not_unilateral"], "")
    elif condition is not None and not said:
        # An exception nobody spoke of is not established: the ground opens, and the question stays beside it.
        answer = (None if condition.needs else True, condition.question, condition.fact)
    return answer
