"""Published decisions: what everybody may read of a case, and the search among them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from medicomut.procedure.disputes import Case, Recorded


@dataclass(frozen=True, slots=True)
class Published:
    """A decision as everybody reads it: nothing of the case file but its subject, its clauses and its outcome."""

    case: str
    agreement: str
    track: str
    subject: str
    clauses: tuple[str, ...]
    codes: tuple[str, ...]
    outcome: str
    concluded: date
    published: date
    title: str
    text: str
    language: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; of the conclusion the month alone, since a day could tell which case it was."""
        return {
            "case": self.case,
            "agreement": self.agreement,
            "track": self.track,
            "subject": self.subject,
            "clauses": [f"{self.agreement}#{clause}" for clause in self.clauses],
            "codes": list(self.codes),
            "outcome": self.outcome,
            "concluded": f"{self.concluded:%Y-%m}",
            "published": self.published.isoformat(),
            "title": self.title,
            "text": self.text,
            "language": self.language,
        }


def published(cases: Iterable[Case]) -> list[Published]:
    """Return the decisions that are published now, the latest first."""
    found = [_published(case, case.publication, case.conclusion) for case in cases
             if case.publication is not None and case.conclusion is not None]  # fmt: skip
    return sorted(found, key=lambda one: (one.published, one.case), reverse=True)


def _published(case: Case, publication: Recorded, conclusion: Recorded) -> Published:
    return Published(
        case=case.id,
        agreement=case.agreement,
        track=case.track.value,
        subject=case.subject.value,
        clauses=case.clauses,
        codes=tuple(case.opening.get("codes", ())),
        outcome=conclusion.content["outcome"],
        concluded=conclusion.day,
        published=publication.day,
        title=publication.content["title"],
        text=publication.content["text"],
        language=publication.content.get("language"),
    )


def search(
    found: Iterable[Published],
    words: str = "",
    *,
    agreement: str = "",
    clause: str = "",
    track: str = "",
    outcome: str = "",
) -> list[Published]:
    """Return the decisions that hold every word (accents and case aside) and are of what is named.

    A clause finds those of its sub-clauses as well. The order is kept.
    """  # fmt: skip
    wanted = _plain(words).split()
    return [
        one
        for one in found
        if agreement in {"", one.agreement}
        and track in {"", one.track}
        and outcome in {"", one.outcome}
        and (not clause or any(own == clause or own.startswith(f"{clause}.") for own in one.clauses))
        and all(word in _plain(f"{one.title} {one.text} {' '.join(one.clauses + one.codes)}") for word in wanted)
    ]


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
