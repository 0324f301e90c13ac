"""What stands beside a clause for its reader: figures, promises, faults of the print, readings, references, rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from medicomut.agreement import Agreement, Ambiguity, Clause, Finding, Parameter, Report, Text, load, load_law, verify
from medicomut.agreement.tables import Commitment
from medicomut.tariff.book import rulebook


@dataclass(slots=True)
class Beside:
    """What concerns one clause; `rules` are the names of the rules that carry it out."""

    parameters: list[Parameter] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    readings: list[Ambiguity] = field(default_factory=list)
    named_by: list[Clause] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)


@cache
def verified(name: str) -> Report:
    """Return the agreement verified against itself, once."""
    return verify(load(name))


@cache
def beside(name: str) -> Mapping[str, Beside]:
    """Return for every clause of an agreement what stands beside it, once."""
    agreement = load(name)
    found: dict[str, Beside] = defaultdict(Beside)
    for parameter in agreement.parameters:
        for number in parameter.cites:
            found[number].parameters.append(parameter)
    for commitment in agreement.commitments:
        found[commitment.clause].commitments.append(commitment)
    for finding in verified(name).findings:
        found[finding.clause or ""].findings.append(finding)
    for reading in agreement.ambiguities:
        for number in reading.cites:
            found[number].readings.append(reading)
    for clause in agreement.clauses:
        for number in clause.named:
            found[number].named_by.append(clause)
    for rule in rulebook().rules.values():
        for citation in rule.cites:
            owner, _, number = citation.partition("#")
            if owner == name:
                found[number].rules.append(rule.name)
    return {clause.number: found[clause.number] for clause in agreement.clauses}


@cache
def titles(name: str) -> Mapping[str, Text]:
    """Return the titles of the texts outside the agreement that it or the law of its country names, by id."""
    agreement = load(name)
    sources = (*load_law(agreement.heading.country).sources, *agreement.sources)
    return {source.id: source.title for source in sources}


@cache
def actors(name: str) -> Mapping[str, Text]:
    """Return how the actors of an agreement are called, by id."""
    return {actor.id: actor.label for actor in load(name).actors}


def by_chapter(
    parameters: Iterable[Parameter], chapters: Iterable[Clause]
) -> list[tuple[Clause | None, list[Parameter]]]:
    """Return figures under the chapter of the clause that fixes each, in its order; those of the annex last."""
    under: dict[str, list[Parameter]] = defaultdict(list)
    for parameter in parameters:
        under[parameter.cites[0].partition(".")[0]].append(parameter)
    found: list[tuple[Clause | None, list[Parameter]]] = [
        (chapter, under.pop(chapter.number)) for chapter in chapters if chapter.number in under
    ]
    rest = [parameter for parameters in under.values() for parameter in parameters]
    return [*found, (None, rest)] if rest else found


def elsewhere(clause: Clause) -> list[tuple[str, list[str]]]:
    """Return the texts outside the agreement that a clause names, each with the places in it, in their order."""
    found: dict[str, list[str]] = {}
    for named in clause.external:
        text, _, place = named.partition("#")
        found.setdefault(text, []).extend([place] if place else [])
    return list(found.items())


def above(agreement: Agreement, clause: Clause) -> list[Clause]:
    """Return the clauses a clause stands under, the chapter first."""
    parents = []
    while clause.parent is not None:
        clause = agreement.clause(clause.parent)
        parents.append(clause)
    return parents[::-1]


def within(clauses: Iterable[Clause], number: str) -> list[Clause]:
    """Return the clauses under a clause, at any depth, in the order of the text."""
    return [clause for clause in clauses if clause.number.startswith(f"{number}.")]


def neighbours(agreement: Agreement, clause: Clause) -> tuple[Clause | None, Clause | None]:
    """Return the clauses before and after one at its level; past the first or last, those of the level above."""
    level = [other for other in agreement.clauses if other.parent == clause.parent]
    at = level.index(clause)
    parent = agreement.clause(clause.parent) if clause.parent else None
    earlier = level[at - 1] if at else parent
    if at + 1 < len(level):
        return earlier, level[at + 1]
    return earlier, neighbours(agreement, parent)[1] if parent else None
