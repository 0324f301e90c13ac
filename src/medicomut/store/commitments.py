"""Evidence of commitments in the ledger: what somebody reports with its source, appended; the last report counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from medicomut.agreement import Agreement
from medicomut.agreement.text import Text
from medicomut.calendar import brussels_day
from medicomut.errors import Problems
from medicomut.procedure.commitments_following import Evidence, Found, refuse_evidence
from medicomut.store.chain import Draft, Event
from medicomut.store.ledger import Ledger

STREAM: Final = "commitments"
REPORTED: Final = "commitment.reported"


class Reports:
    """The evidence reported in a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def report(self, agreement: Agreement, evidence: Evidence, *, dry_run: bool = False) -> bool:
        """Record evidence durably; tell whether it is new: what was reported last, sent again, is not recorded twice.

        With `dry_run` nothing is recorded. Raises `Problems` as `refuse_evidence` and `append` do.
        """
        refuse_evidence(agreement, evidence, brussels_day(self.ledger.clock()))
        version, before = self._last(agreement.id, evidence.commitment)
        if dry_run or (before is not None and replace(before, actor=evidence.actor) == evidence):
            return False
        draft = Draft(
            stream=STREAM,
            kind=REPORTED,
            payload={
                "agreement": agreement.id,
                "commitment": evidence.commitment,
                "found": evidence.found.value,
                "source": evidence.source,
                "note": evidence.note.to_dict(),
            },
            actor=evidence.actor,
            valid_from=evidence.day,
            expected_version=version,
        )
        try:
            self.ledger.append(draft)
        except Problems as refused:
            if refused.problems[0].code != "version_conflict":
                raise
            return self.report(agreement, evidence)
        return True

    def of(self, agreement: str) -> list[Evidence]:
        """Return what was reported of an agreement's commitments, in the order in which it was recorded."""
        return [_read(event) for event in self.ledger.events(STREAM) if event.content["agreement"] == agreement]

    def _last(self, agreement: str, commitment: str) -> tuple[int, Evidence | None]:
        """Return the version of the stream and the last report of one commitment."""
        version, found = 0, None
        for event in self.ledger.events(STREAM):
            version = event.version
            if (event.content["agreement"], event.content["commitment"]) == (agreement, commitment):
                found = _read(event)
        return version, found


def _read(event: Event) -> Evidence:
    said = event.content
    return Evidence(said["commitment"], date.fromisoformat(event.valid_from or ""), Found(said["found"]),
                    said["source"], Text(**said["note"]), event.actor)  # fmt: skip
