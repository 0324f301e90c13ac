"""What an agreement is: clauses, dated parameters, readings, tables. Frozen values, read from data only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from functools import cached_property

from medicomut.agreement.tables import Annex, Commitment, Denunciation, Erratum, IndexTable, Statement
from medicomut.agreement.text import Interval, Spot, Text
from medicomut.errors import Problem, Problems

# Exact, by unit: eur in integer cents, keur in integer thousands, meur and million as fractions of a million,
# time in minutes after midnight, percent and ratio as fractions (1.95 % is 39/2000), date as a day, month as
# text (2021-02), codes as a tuple of text, the calendar year and everything that is counted as an integer.
Value = int | Fraction | date | str | tuple[str, ...]


def cited_in(owner: str, clauses: Iterable[str]) -> tuple[str, ...]:
    """Return clauses as cited from elsewhere, ``be/amm/2020#14.4``; without an owner they already are."""
    return tuple(f"{owner}#{clause}" if owner else clause for clause in clauses)


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered clause: where it stands, what it is about, what it refers to. Never the text of the source.

    ``references`` holds one member for each time the clause names another, in the order of the text; ``named``
    holds each clause once, with those that lie within a range (16.2.1 to 16.2.3). ``errata`` are the known faults
    of the source in this clause.
    """

    number: str
    parent: str | None
    kind: str
    actors: tuple[str, ...]
    title: Text
    summary: Text
    references: tuple[str, ...]
    named: tuple[str, ...]
    external: tuple[str, ...]
    spot: Spot
    errata: tuple[Erratum, ...] = ()


@dataclass(frozen=True, slots=True)
class Dated:
    """A value and the days on which it holds."""

    interval: Interval
    value: Value


@dataclass(frozen=True, slots=True)
class Parameter:
    """An amount, rate, threshold, count or date that the agreement or the law fixes, with its clauses."""

    id: str
    unit: str
    label: Text
    cites: tuple[str, ...]
    values: tuple[Dated, ...]
    bound: str | None
    basis: str | None
    status: str
    how: str | None
    source: str | None
    spot: Spot

    def on(self, day: date, owner: str = "") -> Value:
        """Return the value on ``day``; ``Problems`` (``no_value_on_date``) when none holds then.

        ``owner`` is the agreement whose clauses the refusal cites in full; a parameter of the law needs none.
        """
        for dated in self.values:
            if day in dated.interval:
                return dated.value
        known = ", ".join(str(dated.interval) for dated in self.values)
        raise Problems(
            [
                Problem(
                    code="no_value_on_date",
                    what=f"{self.id} has no value on {day}",
                    why="a value holds only in the interval it was fixed for",
                    mend=f"ask for a day in {known}",
                    cites=cited_in(owner, self.cites),
                )
            ]
        )

    def during(self, day: date | None) -> "Parameter":
        """Return the parameter with only the values that hold on ``day``; with all of them for ``None``."""
        kept = tuple(dated for dated in self.values if day is None or day in dated.interval)
        return replace(self, values=kept)


@dataclass(frozen=True, slots=True)
class Source:
    """A text outside the agreement that it, or the law, rests on."""

    id: str
    type: str
    date: date | None
    title: Text
    url: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody the agreement binds or speaks of."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A question the text can answer in more than one way: the readings, the one we take, and why."""

    id: str
    cites: tuple[str, ...]
    question: Text
    default: str
    alternatives: Mapping[str, Text]
    why: Text
    affects: tuple[str, ...]
    spot: Spot


@dataclass(frozen=True, slots=True)
class Publication:
    """The day the official gazette printed the agreement, and its reference there."""

    date: date
    reference: str


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval on the way from the signatures to the gazette: by which actor, on which day."""

    by: str
    date: date


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the data of the agreement were read."""

    reference: Text
    url: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many numbered clauses the text has, and how many of them are chapters."""

    clauses: int
    chapters: int


@dataclass(frozen=True, slots=True)
class Heading:
    """The cover sheet of an agreement.

    What it is called, who signed it, when it holds, how much of it we have.
    """

    id: str
    country: str
    family: str
    year: int
    title: Text
    coverage: str
    coverage_note: Text
    concluded: date | None
    published: Publication | None
    approved: tuple[Approval, ...]
    counts: Counts | None
    term: Interval
    parties: tuple[str, ...]
    origins: tuple[Origin, ...]


@dataclass(frozen=True, eq=False)
class Law:
    """What binds beside any agreement in a country: dated parameters and the texts they come from."""

    country: str
    parameters: tuple[Parameter, ...]
    sources: tuple[Source, ...]
    data_hash: str

    def parameter(self, id: str, on: date) -> Value:  # noqa: A002  it is the field's name in the data
        """Return the exact value of a parameter on a day.

        ``Problems`` when unknown or without value that day.
        """
        return find_parameter(self.parameters, id, self.country).on(on)


@dataclass(frozen=True, eq=False)
class Agreement:
    """A signed agreement as data. Loaded once, never changed; equal only to itself."""

    heading: Heading
    clauses: tuple[Clause, ...]
    actors: tuple[Actor, ...]
    sources: tuple[Source, ...]
    parameters: tuple[Parameter, ...]
    ambiguities: tuple[Ambiguity, ...]
    index_rates: IndexTable | None
    annex: Annex | None
    denunciation: Denunciation | None
    commitments: tuple[Commitment, ...]
    errata: tuple[Erratum, ...]
    statements: tuple[Statement, ...]
    data_hash: str

    @property
    def id(self) -> str:
        """The identifier every citation begins with, such as ``be/amm/2020``."""
        return self.heading.id

    @cached_property
    def _clauses(self) -> dict[str, Clause]:
        return {clause.number: clause for clause in self.clauses}

    def clause(self, number: str) -> Clause:
        """Return the clause of that number; ``Problems`` (``unknown_clause``) when there is none."""
        if number not in self._clauses:
            raise _unknown("clause", number, self._clauses, self.id)
        return self._clauses[number]

    def parameter(self, id: str, on: date) -> Value:  # noqa: A002  it is the field's name in the data
        """Return the exact value of a parameter on a day, in its unit's type.

        ``Problems`` (``unknown_parameter``, ``no_value_on_date``) otherwise; there is never a default.
        """
        return find_parameter(self.parameters, id, self.id).on(on, self.id)

    def reading(self, id: str) -> str:  # noqa: A002
        """Return the default reading of an ambiguity.

        ``Problems`` (``unknown_ambiguity``) when there is none.
        """
        if id not in self._ambiguities:
            raise _unknown("ambiguity", id, self._ambiguities, self.id)
        return self._ambiguities[id].default

    def readings(self, overrides: Mapping[str, str]) -> dict[str, str]:
        """Every ambiguity's reading: the default, or the one chosen in ``overrides``.

        ``Problems`` lists every unknown ambiguity and every value that is not among the permitted ones.
        """
        problems: list[Problem] = []
        chosen = {ambiguity.id: ambiguity.default for ambiguity in self.ambiguities}
        for id_, value in overrides.items():
            if id_ not in chosen:
                problems += _unknown("ambiguity", id_, chosen, self.id).problems
            elif value not in self._ambiguities[id_].alternatives:
                problems.append(_bad_reading(self._ambiguities[id_], value, self.id))
            else:
                chosen[id_] = value
        if problems:
            raise Problems(problems)
        return chosen

    def covers(self, day: date) -> bool:
        """Whether ``day`` falls in the term of the agreement, first and last day included."""
        return day in self.heading.term

    @cached_property
    def _ambiguities(self) -> dict[str, Ambiguity]:
        return {ambiguity.id: ambiguity for ambiguity in self.ambiguities}


MOST_LISTED = 20
"""Where none is near, so many are all told; of more, those are named that are nearest, however far."""

CLOSE, REMOTE = 0.6, 0.3
"""How alike two names are to be told as near, as difflib counts it: 0 is nothing in common, 1 the same."""


def find_parameter(parameters: Iterable[Parameter], id: str, owner: str) -> Parameter:  # noqa: A002
    """Return the parameter of that id.

    ``Problems`` (``unknown_parameter``) naming near ones when there is none.
    """
    found = {parameter.id: parameter for parameter in parameters}
    if id not in found:
        raise _unknown("parameter", id, found, owner)
    return found[id]


def _unknown(kind: str, id: str, known: Iterable[str], owner: str) -> Problems:  # noqa: A002
    listed = list(known)
    few = len(listed) <= MOST_LISTED
    near = get_close_matches(id, listed, n=3, cutoff=CLOSE if few else REMOTE)
    if near:
        mend = f"did you mean {' or '.join(near)}?"
    elif few:
        mend = f"known: {', '.join(listed) or 'none'}"
    else:
        mend = f"there are {len(listed)}, from {listed[0]} to {listed[-1]}"
    return Problems([Problem(code=f"unknown_{kind}", what=f"{owner} has no {kind} {id!r}", mend=mend)])


def _bad_reading(ambiguity: Ambiguity, value: str, owner: str) -> Problem:
    return Problem(
        code="unknown_reading",
        what=f"{value!r} is not a reading of {ambiguity.id}",
        why=ambiguity.question.en,
        mend=f"permitted: {', '.join(ambiguity.alternatives)}",
        cites=cited_in(owner, ambiguity.cites),
    )
