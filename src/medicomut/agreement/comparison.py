"""Two agreements beside one another: parameters by name, clauses by subject, never by number alone.

The ground that one agreement has under 9.2.4 another may have under 16.2, or not at all. What an agreement of which
only a part is known does not show is not gone: it is unknown, and said to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from medicomut.agreement.exporting import written
from medicomut.agreement.figures import write_figure
from medicomut.agreement.model import Agreement, Clause, Parameter, Value, cited_in
from medicomut.agreement.nearness import Nearness
from medicomut.agreement.statement_names import printed_number
from medicomut.money import half_up

ALIKE: Final = Fraction(1, 5)
"""Two clauses are one when the words they share weigh at least a fifth of all their words."""

_WEIGHT: Final = 10**6
_NO_SHARE: Final = ("time", "year")  # a later hour or year is not so many percent more

COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class ChangedParameter:
    """A parameter of two agreements, or of one.

    ``status`` is ``same``, ``changed``, ``added``, ``gone``, or ``unknown_before`` and ``unknown_after`` where the
    other agreement is known in part alone. ``percent`` is the change of a number, ``points`` that of a percentage,
    ``days`` that of a date; ``None`` where it has none.
    """

    id: str
    status: str
    before: Parameter | None
    after: Parameter | None
    percent: Fraction | None = None
    points: Fraction | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class AlignedClause:
    """Two clauses on one matter, or one without the other; ``status`` as for a parameter, or of a pair.

    A pair is ``aligned`` when its words say so, ``same_subject`` when they are headings over the same subject alone.
    ``likeness`` is the weight of shared words among all, 0 to 1. ``beside`` are the clauses of the other agreement on
    the same subject, where none of them is the same clause.
    """

    status: str
    subject: str
    before: Clause | None
    after: Clause | None
    likeness: Fraction | None = None
    beside: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from one agreement to the other."""

    before: Agreement
    after: Agreement
    parameters: tuple[ChangedParameter, ...]
    clauses: tuple[AlignedClause, ...]

    @property
    def partial(self) -> tuple[Agreement, ...]:
        """The agreements of which only a part is known: what they lack is unknown."""
        return tuple(one for one in (self.before, self.after) if one.heading.coverage != COMPLETE)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; numbers in their own unit, changes in percent, points or days."""
        return {
            "before": self.before.id,
            "after": self.after.id,
            "gaps": {one.id: one.heading.coverage_note.to_dict() for one in self.partial},
            "parameters": [self._parameter(found) for found in self.parameters],
            "clauses": [self._clause(found) for found in self.clauses],
        }

    def _parameter(self, found: ChangedParameter) -> dict[str, Any]:
        label = (found.after or found.before).label.to_dict()  # type: ignore[union-attr]  # one of them is there
        return {
            "id": found.id,
            "label": label,
            "status": found.status,
            "before": _stated(self.before, found.before),
            "after": _stated(self.after, found.after),
            "change_percent": _number(found.percent, 2),
            "change_points": _number(found.points, 4),
            "change_days": found.days,
        }

    def _clause(self, found: AlignedClause) -> dict[str, Any]:
        other = self.after if found.after is None else self.before
        return {
            "status": found.status,
            "subject": found.subject,
            "before": _cited(self.before, found.before),
            "after": _cited(self.after, found.after),
            "likeness": _number(found.likeness, 2),
            "same_subject": list(cited_in(other.id, [clause.number for clause in found.beside])),
        }


def _stated(owner: Agreement, parameter: Parameter | None) -> dict[str, Any] | None:
    if parameter is None:
        return None
    value = written(parameter.unit, latest(parameter))
    return {"value": value, "unit": parameter.unit, "cites": list(cited_in(owner.id, parameter.cites))}


def _cited(owner: Agreement, clause: Clause | None) -> dict[str, Any] | None:
    return None if clause is None else {"cite": f"{owner.id}#{clause.number}", "title": clause.title.to_dict()}


def _number(value: Fraction | None, decimals: int) -> str | None:
    if value is None:
        return None
    scaled = value * 10**decimals
    return write_figure(Fraction(half_up(scaled.numerator, scaled.denominator), 10**decimals))


def latest(parameter: Parameter) -> Value:
    """Return the value that holds last, the one an agreement is remembered by."""
    return parameter.values[-1].value


def compare(before: Agreement, after: Agreement) -> Comparison:
    """Return what differs from one agreement to the other, with the clauses of both."""
    return Comparison(before, after, tuple(_parameters(before, after)), tuple(_clauses(before, after)))


def _only(before: Agreement, after: Agreement, *, in_before: bool) -> str:
    """Return what it means that only one of two agreements shows something."""
    if in_before:
        return "gone" if after.heading.coverage == COMPLETE else "unknown_after"
    return "added" if before.heading.coverage == COMPLETE else "unknown_before"


def _parameters(before: Agreement, after: Agreement) -> Iterator[ChangedParameter]:
    old = {parameter.id: parameter for parameter in before.parameters}
    new = {parameter.id: parameter for parameter in after.parameters}
    for id_ in dict.fromkeys((*old, *new)):
        one, other = old.get(id_), new.get(id_)
        if one is None or other is None:
            yield ChangedParameter(id_, _only(before, after, in_before=one is not None), one, other)
        else:
            yield _changed(one, other)


def _changed(one: Parameter, other: Parameter) -> ChangedParameter:
    old, new = latest(one), latest(other)
    if (one.unit, old, one.bound) == (other.unit, new, other.bound):
        return ChangedParameter(one.id, "same", one, other)
    percent = points = days = None
    if isinstance(old, date) and isinstance(new, date):
        days = (new - old).days
    elif (
        one.unit == other.unit
        and one.unit not in _NO_SHARE
        and isinstance(old, int | Fraction)
        and isinstance(new, int | Fraction)
    ):
        was, is_now = printed_number(one.unit, old), printed_number(one.unit, new)
        percent = 100 * (is_now - was) / was if was else None
        points = is_now - was if one.unit == "percent" else None
    return ChangedParameter(one.id, "changed", one, other, percent, points, days)


def subjects(agreement: Agreement) -> dict[str, str]:
    """Return the subject of every clause by its number: its kind; of a heading, that of most clauses under it."""
    below: dict[str, Counter[str]] = {clause.number: Counter() for clause in agreement.clauses}
    parents = {clause.number: clause.parent for clause in agreement.clauses}
    for clause in agreement.clauses:
        above = clause.parent
        while above is not None and clause.kind != "heading":
            below[above][clause.kind] += 1
            above = parents[above]
    return {
        clause.number: clause.kind
        if clause.kind != "heading" or not below[clause.number]
        else below[clause.number].most_common(1)[0][0]
        for clause in agreement.clauses
    }


def _clauses(before: Agreement, after: Agreement) -> Iterator[AlignedClause]:
    old_subjects, new_subjects = subjects(before), subjects(after)
    pairs = _pairs(before, after, old_subjects, new_subjects)
    partners = {new: old for old, (new, _) in pairs.items()}
    for clause in before.clauses:
        subject = old_subjects[clause.number]
        if clause.number in pairs:
            number, likeness = pairs[clause.number]
            status = "aligned" if likeness >= ALIKE else "same_subject"
            yield AlignedClause(status, subject, clause, after.clause(number), likeness)
        else:
            status = _only(before, after, in_before=True)
            yield AlignedClause(status, subject, clause, None, None, _beside(clause, subject, after, new_subjects))
    for clause in after.clauses:
        if clause.number not in partners:
            subject = new_subjects[clause.number]
            status = _only(before, after, in_before=False)
            yield AlignedClause(status, subject, None, clause, None, _beside(clause, subject, before, old_subjects))


def _beside(clause: Clause, subject: str, other: Agreement, subjects_of: dict[str, str]) -> tuple[Clause, ...]:
    """Return the clauses of the other agreement on the same subject; headings beside headings only."""
    return tuple(
        found
        for found in other.clauses
        if subjects_of[found.number] == subject and (found.kind == "heading") == (clause.kind == "heading")
    )


def _pairs(
    before: Agreement, after: Agreement, old_subjects: dict[str, str], new_subjects: dict[str, str]
) -> dict[str, tuple[str, Fraction]]:
    """Return the clauses that are one, the most alike first, each once; both are on one subject.

    Headings over the same subject are paired even where they share few words: what stands under them is compared.
    """
    old_words, new_words = Nearness(before.clauses).words, Nearness(after.clauses).words
    weights = _weights((*old_words.values(), *new_words.values()))
    scored = []
    for old in before.clauses:
        for new in after.clauses:
            alike = old_subjects[old.number] == new_subjects[new.number]
            if alike and (old.kind == "heading") == (new.kind == "heading"):
                likeness = _likeness(old_words[old.number], new_words[new.number], weights)
                if likeness >= ALIKE or old.kind == "heading":
                    scored.append((likeness, old.number, new.number))
    pairs: dict[str, tuple[str, Fraction]] = {}
    taken: set[str] = set()
    for likeness, one, other in sorted(scored, key=lambda found: (-found[0], found[1:])):
        if one not in pairs and other not in taken:
            pairs[one] = (other, likeness)
            taken.add(other)
    return pairs


def _weights(clauses: Iterable[frozenset[tuple[str, str]]]) -> dict[tuple[str, str], int]:
    """Return the weight of each word: a rare word says more of a subject than one that many clauses hold."""
    holding = Counter(word for words in clauses for word in words)
    return {word: _WEIGHT // count for word, count in holding.items()}


def _likeness(
    one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]], weights: dict[tuple[str, str], int]
) -> Fraction:
    shared, every = (sum(weights[word] for word in words) for words in (one & other, one | other))
    return Fraction(shared, every) if every else Fraction(0)
