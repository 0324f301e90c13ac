"""Whether the files of an agreement fit together.

Every name used is defined, every id once, every clause cited exists.

These faults are found at load, all together; whether the figures agree is the verification's business.
"""

from collections.abc import Iterable, Sequence

from medicomut.agreement.model import Agreement, Clause, Law
from medicomut.agreement.statement_names import name_fault
from medicomut.agreement.tables import Annex, Clock, Denunciation, Effect, Ground, IndexTable, Step
from medicomut.agreement.text import Spot
from medicomut.agreement.yaml_lines import Faults, Item


class _Checker:
    """Records each name that is not defined, with the near ones that are."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def fault(self, code: str, what: str, spot: Spot, mend: str = "") -> None:
        self._faults.add(code, what, Item(None, spot.file, spot.line), mend=mend)

    def known(self, code: str, kind: str, used: Iterable[str], known: Iterable[str], spot: Spot) -> None:
        for name in used:
            if name not in known:
                self.fault(code, f"{kind} {name!r} does not exist", spot, f"define it or name another {kind}")

    def once(self, kind: str, named: Sequence[tuple[str, Spot]]) -> None:
        first: dict[str, Spot] = {}
        for name, spot in named:
            if name in first:
                where = f"{first[name].file}:{first[name].line}"
                self.fault("duplicate_id", f"{kind} {name!r} stands already at {where}", spot, "keep one of them")
            first.setdefault(name, spot)


def check_agreement(agreement: Agreement, heading: Spot, faults: Faults) -> None:
    """Record every reference inside ``agreement`` that leads nowhere, and every id used twice."""
    check = _Checker(faults)
    actors = {actor.id for actor in agreement.actors}
    clauses = {clause.number for clause in agreement.clauses}
    annex = agreement.annex
    citable = clauses | ({"annex"} | {f"annex.{block.id}" for block in annex.blocks} if annex else set())

    expected = f"{agreement.heading.country}/{agreement.heading.family}/{agreement.heading.year}"
    if agreement.id != expected:
        check.fault("bad_id", f"id {agreement.id!r} is not country/family/year", heading, f"write {expected}")
    people = [*agreement.heading.parties, *(approval.by for approval in agreement.heading.approved)]
    check.known("unknown_actor", "actor", people, actors, heading)

    _check_clauses(check, agreement.clauses, actors, {source.id for source in agreement.sources})
    check.once("parameter", [(parameter.id, parameter.spot) for parameter in agreement.parameters])
    check.once("ambiguity", [(ambiguity.id, ambiguity.spot) for ambiguity in agreement.ambiguities])
    for parameter in agreement.parameters:
        check.known("unknown_clause", "clause", parameter.cites, citable, parameter.spot)
    for ambiguity in agreement.ambiguities:
        check.known("unknown_clause", "clause", (*ambiguity.cites, *ambiguity.affects), citable, ambiguity.spot)
    if agreement.index_rates is not None:
        _check_rates(check, agreement.index_rates, annex, citable)
    if annex is not None:
        _check_annex(check, annex, citable)
    if agreement.denunciation is not None:
        days = {parameter.id for parameter in agreement.parameters if parameter.unit == "days"}
        _check_denunciation(check, agreement.denunciation, clauses, actors, days)
    for commitment in agreement.commitments:
        check.known("unknown_clause", "clause", [commitment.clause], citable, commitment.spot)
        check.known("unknown_actor", "actor", [commitment.actor], actors, commitment.spot)
    _check_due(check, agreement)
    for erratum in agreement.errata:
        check.known("unknown_clause", "clause", [erratum.clause], citable, erratum.spot)
    check.once("commitment", [(commitment.id, commitment.spot) for commitment in agreement.commitments])
    # Errata and statements share their ids: both are reported as findings.
    errata = [(erratum.id, erratum.spot) for erratum in agreement.errata]
    check.once("finding", [*errata, *((statement.id, statement.spot) for statement in agreement.statements)])
    _check_statements(check, agreement, citable)


def _check_due(check: _Checker, agreement: Agreement) -> None:
    """Record each promise whose ``parameter`` is not a day, a month or a year, or which names one and no day."""
    known = {parameter.id for parameter in agreement.parameters if parameter.unit in ("date", "month", "year")}
    for commitment in agreement.commitments:
        if commitment.parameter is not None:
            kind = "parameter that is a date, month or year"
            check.known("unknown_parameter", kind, [commitment.parameter], known, commitment.spot)
            if commitment.due is None:
                check.fault(
                    "missing_value", f"{commitment.id} names a parameter and no day", commitment.spot, "add `due:`"
                )


def check_law(law: Law, faults: Faults) -> None:
    """Record every text the law cites that is not among the sources, and every id used twice."""
    check = _Checker(faults)
    sources = {source.id for source in law.sources}
    check.once("parameter", [(parameter.id, parameter.spot) for parameter in law.parameters])
    for parameter in law.parameters:
        texts = [cited.partition("#")[0] for cited in parameter.cites]
        check.known("unknown_source", "source", texts, sources, parameter.spot)


def _check_clauses(check: _Checker, clauses: Sequence[Clause], actors: set[str], sources: set[str]) -> None:
    numbers = {clause.number for clause in clauses}
    check.once("clause", [(clause.number, clause.spot) for clause in clauses])
    for clause in clauses:
        above = clause.number.rpartition(".")[0] or None
        if clause.parent != above:
            what = f"the parent of {clause.number} is given as {clause.parent!r}"
            check.fault("bad_parent", what, clause.spot, f"write {above or 'null'}")
        if above is not None:
            check.known("unknown_clause", "parent", [above], numbers, clause.spot)
        check.known("unknown_clause", "clause", clause.named, numbers, clause.spot)
        check.known("unknown_actor", "actor", clause.actors, actors, clause.spot)
        texts = [text.partition("#")[0] for text in clause.external]
        check.known("unknown_source", "source", texts, sources, clause.spot)


def _check_rates(check: _Checker, table: IndexTable, annex: Annex | None, citable: set[str]) -> None:
    lines = {f"{block.id}.{line.id}" for block in annex.blocks for line in block.lines} if annex else set()
    entries = (*table.groups, *table.exceptions)
    groups = {group.id for group in table.groups}
    check.once("fee group", [(entry.id, entry.spot) for entry in entries])
    check.once("code", [(code, entry.spot) for entry in entries for code in entry.codes])
    check.once("article", [(article, entry.spot) for entry in entries for article in entry.articles])
    for entry in entries:
        check.known("unknown_clause", "clause", entry.cites, citable, entry.spot)
        if entry.annex_line is not None:
            check.known("unknown_line", "annex line", [entry.annex_line], lines, entry.spot)
        if entry.group is not None:
            check.known("unknown_group", "fee group", [entry.group], groups, entry.spot)


def _check_annex(check: _Checker, annex: Annex, citable: set[str]) -> None:
    blocks = {block.id for block in annex.blocks}
    check.once("annex block", [(block.id, block.spot) for block in annex.blocks])
    check.once("annex total", [(total.id, total.spot) for total in annex.totals])
    lines: set[str] = set()
    for block in annex.blocks:
        check.known("unknown_clause", "clause", block.cites, citable, block.spot)
        check.once("annex line", [(f"{block.id}.{line.id}", line.spot) for line in block.lines])
        for line in block.lines:
            lines.add(f"{block.id}.{line.id}")
            check.known("unknown_clause", "clause", line.cites, citable, line.spot)
    sums = blocks | {total.id for total in annex.totals if not total.minus}
    for total in annex.totals:
        check.known("unknown_block", "block or total", (*total.plus, *total.minus), sums, total.spot)
    for note in annex.notes:
        check.known("unknown_block", "block or line", note.attached_to, blocks | lines, note.spot)


def _check_denunciation(
    check: _Checker, denunciation: Denunciation, clauses: set[str], actors: set[str], days: set[str]
) -> None:
    clocks = {clock.id for clock in denunciation.clocks}
    _check_parts(check, denunciation.grounds, clauses)
    _check_parts(check, denunciation.clocks, clauses)
    _check_parts(check, denunciation.steps, clauses)
    _check_parts(check, denunciation.effects, clauses)
    for clock in denunciation.clocks:
        if clock.parameter is not None:
            check.known("unknown_parameter", "parameter in days", [clock.parameter], days, clock.spot)
    for step in denunciation.steps:
        check.known("unknown_actor", "actor", [step.actor], actors, step.spot)
        if step.clock is not None:
            check.known("unknown_clock", "clock", [step.clock], clocks, step.spot)


def _check_parts(check: _Checker, parts: Sequence[Ground | Clock | Step | Effect], clauses: set[str]) -> None:
    check.once("id", [(part.id, part.spot) for part in parts])
    for part in parts:
        check.known("unknown_clause", "clause", [part.clause], clauses, part.spot)


def _check_statements(check: _Checker, agreement: Agreement, citable: set[str]) -> None:
    for statement in agreement.statements:
        check.known("unknown_clause", "clause", [statement.clause], citable, statement.spot)
        for expression in filter(None, (statement.printed, statement.computed)):
            for reason in filter(None, (name_fault(agreement, name) for name in expression.names)):
                check.fault("unknown_name", f"in {expression.text!r}: {reason}", statement.spot)
