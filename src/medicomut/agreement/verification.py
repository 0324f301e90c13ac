"""An agreement verified against itself: sums, pro-ratas, claims, languages, values and references."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from medicomut.agreement import check_annex, check_clauses, check_days, check_promises, check_statements, check_text
from medicomut.agreement.findings import Count, Finding, count, say
from medicomut.agreement.model import Agreement


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a verification: what was counted, and every finding."""

    agreement: str
    coverage: str
    clauses: int
    chapters: int
    references: Count
    totals: Count
    prorata: Count
    identities: Count
    findings: tuple[Finding, ...]
    data_hash: str

    @property
    def sound(self) -> bool:
        """Whether the data hold; contradictions and errata of the source itself are no fault of the data."""
        return not any(finding.kind == "fault" for finding in self.findings)

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return plain values for JSON, with the findings' ``why`` in ``language`` (fr, nl, de or en)."""
        return {
            "agreement": self.agreement,
            "coverage": self.coverage,
            "clauses": self.clauses,
            "chapters": self.chapters,
            "references": self.references.to_dict(),
            "totals": self.totals.to_dict(),
            "prorata": self.prorata.to_dict(),
            "identities": self.identities.to_dict(),
            "findings": [finding.to_dict(language) for finding in self.findings],
            "data_hash": self.data_hash,
        }


def verify(agreement: Agreement) -> Report:
    """Recompute everything in ``agreement`` that can be recomputed and report what does not agree.

    Printed totals are sums of their lines; in-year amounts are annual ones by months, rounded half away from
    zero (both of the annex); statements are evaluated exactly; the four languages of a text state the same
    figures; a value stands in a text it cites; clause and annex give the same index rates and codes; a promise falls
    due on a day its clause states; no clause is missing.
    """
    annex = agreement.annex
    totals = list(check_annex.totals(annex)) if annex else []
    proratas = list(check_annex.proratas(annex, agreement.heading.term)) if annex else []
    verdicts = check_statements.statements(agreement)
    references = list(_references(agreement))
    findings = [
        *filter(None, totals),
        *filter(None, proratas),
        *(check_annex.lines(annex, agreement.heading.term) if annex else ()),
        *(finding for verdict in verdicts for finding in verdict.findings),
        *filter(None, references),
        *_errata(agreement),
        *check_text.rates(agreement),
        *check_text.values(agreement),
        *check_promises.due(agreement),
        *check_promises.denunciation(agreement),
        *check_promises.nearest(agreement),
        *check_clauses.numbers(agreement),
        *check_clauses.counts(agreement),
        *check_days.intervals(agreement),
        *check_days.heading(agreement),
        *check_days.sources(agreement),
        *check_text.parity(agreement),
    ]
    return Report(
        agreement=agreement.id,
        coverage=agreement.heading.coverage,
        clauses=len(agreement.clauses),
        chapters=sum(clause.parent is None for clause in agreement.clauses),
        references=count(outcome is None for outcome in references),
        totals=count(outcome is None for outcome in totals),
        prorata=count(outcome is None for outcome in proratas),
        identities=count(verdict.holds for verdict in verdicts if verdict.holds is not None),
        findings=tuple(findings),
        data_hash=agreement.data_hash,
    )


def _references(agreement: Agreement) -> Iterator[Finding | None]:
    """Yield one outcome for each mention of another clause; the loader refuses those that lead nowhere."""
    known = {clause.number for clause in agreement.clauses}
    for clause in agreement.clauses:
        for target in clause.references:
            if target in known:
                yield None
            else:
                yield Finding(
                    f"clause.{clause.number}.references",
                    "fault",
                    clause.number,
                    target,
                    None,
                    say("reference"),
                )


def _errata(agreement: Agreement) -> Iterator[Finding]:
    for erratum in agreement.errata:
        yield Finding(erratum.id, "erratum", erratum.clause, erratum.printed, erratum.reading, erratum.note)
