"""The clauses as a whole: none is missing, and as many as the cover sheet says."""

from collections.abc import Iterator

from medicomut.agreement.findings import Finding, say
from medicomut.agreement.model import Agreement


def numbers(agreement: Agreement) -> Iterator[Finding]:
    """Yield the clauses whose number does not follow that of the one before it; a partial agreement has gaps."""
    if agreement.heading.coverage != "complete":
        return
    last: dict[str | None, int] = {}
    for clause in agreement.clauses:
        last[clause.parent] = last.get(clause.parent, 0) + 1
        expected = ".".join(filter(None, (clause.parent, str(last[clause.parent]))))
        if clause.number != expected:
            record, why = f"clause.{clause.number}", say("sibling", computed=expected)
            yield Finding(record, "fault", clause.number, clause.number, expected, why)


def counts(agreement: Agreement) -> Iterator[Finding]:
    """Yield the counts of the cover sheet that are not those of the text."""
    announced = agreement.heading.counts
    if announced is None:
        return
    chapters = sum(clause.parent is None for clause in agreement.clauses)
    for name, printed, computed in (
        ("clauses", announced.clauses, len(agreement.clauses)),
        ("chapters", announced.chapters, chapters),
    ):
        if printed != computed:
            why = say("counts", printed=printed, computed=computed)
            yield Finding(f"counts.{name}", "fault", None, str(printed), str(computed), why)
