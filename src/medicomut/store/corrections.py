"""Corrections by two persons: one proposes, another accepts or rejects; only what is accepted counts.

Who proposed may withdraw: then it is recorded as not accepted, with the same name for both.

Proposals and answers are events of the ledger in a stream of their own; the correction that is accepted is recorded in
the practitioner's stream in the same transaction as the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from medicomut.accession.declarations import PLACES, Declaration, Kind, read_hours, registration
from medicomut.accession.places import located
from medicomut.accession.planning import Fate, decided
from medicomut.errors import Problem, Problems
from medicomut.store.chain import Draft, Event
from medicomut.store.register import Register

STREAM: Final = "corrections"
PROPOSED, CHECKED = "correction.proposed", "correction.checked"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction that somebody (`declared.actor`) proposes; open until another person accepts or rejects it.

    `id` is its number among the events of corrections.
    """

    id: int
    declared: Declaration
    proposed: datetime
    accepted: bool | None = None
    checker: str | None = None
    checked: datetime | None = None

    @property
    def state(self) -> str:
        """What became of it: open, accepted, rejected, or withdrawn by who made it."""
        if self.accepted is None:
            return "open"
        if self.accepted:
            return "accepted"
        return "withdrawn" if self.checker == self.declared.actor else "rejected"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; instants in UTC."""
        said = self.declared
        return said.payload() | {
            "id": self.id,
            "maker": said.actor,
            "valid_from": None if said.valid_from is None else said.valid_from.isoformat(),
            "basis": said.basis,
            "proposed_at": self.proposed.isoformat(),
            "state": self.state,
            "accepted": self.accepted,
            "checker": self.checker,
            "checked_at": None if self.checked is None else self.checked.isoformat(),
        }


class Corrections:
    """The corrections proposed in a register."""

    def __init__(self, register: Register) -> None:
        self.register = register

    def propose(self, declared: Declaration, key: str | None = None) -> Proposal:
        """Record a proposal durably, once under the sender's `key`; `declared` is a correction without checker.

        Raises `Problems` with every reason why it could not be recorded as it stands.
        """
        if declared.kind is not Kind.corrected or declared.checker is not None:
            raise TypeError("a proposal is a correction without checker")
        now = self.register.ledger.clock()
        try:
            decided(declared, self.register.history(declared.number), now, self.register.terms)
        except Problems as refused:
            faults = [problem for problem in refused.problems if problem.code != "checker_missing"]
            if faults:
                raise Problems(faults) from None
        one = located(declared)
        payload = one.payload() | {"valid_from": str(one.valid_from)}
        own = None if key is None else f"{STREAM}/{key}"
        return _proposal(self.register.ledger.append(Draft(STREAM, PROPOSED, payload, one.actor, one.basis, key=own)))

    def proposals(self, *, open_only: bool = False) -> list[Proposal]:
        """Return the proposals in their order, with what became of them."""
        found: dict[int, Proposal] = {}
        for event in self.register.ledger.events(STREAM):
            if event.kind == PROPOSED:
                found[event.version] = _proposal(event)
            else:
                said = event.content
                found[said["proposal"]] = replace(
                    found[said["proposal"]], accepted=said["accepted"], checker=event.actor, checked=event.recorded
                )
        return [one for one in found.values() if not open_only or one.accepted is None]

    def accept(self, proposal: int, checker: str) -> Proposal:
        """Record the correction, checked by a second person, as it is decided on what is recorded now.

        Raises `Problems`: `unknown_proposal`, `already_checked`, `same_person`, and as `Register.declare` does.
        """

        def answer(open_: Proposal, draft: Draft) -> None:
            now = self.register.ledger.clock()
            one = replace(open_.declared, checker=checker)
            history = self.register.history(one.number)
            checked, decision = decided(one, history, now, self.register.terms)
            self.register.append([Fate(1, checked, checked.payload(), history, decision)], now, beside=[draft])

        return self._answered(proposal, checker, answer, accepted=True)

    def reject(self, proposal: int, checker: str) -> Proposal:
        """Record that a second person rejects a proposal; raises `Problems` as `accept` does."""
        return self._answered(proposal, checker, self._only_told, accepted=False)

    def withdraw(self, proposal: int, maker: str) -> Proposal:
        """Record that who proposed no longer does; done again it is harmless.

        Raises `Problems`: `unknown_proposal`, `not_the_maker`, `already_checked`.
        """
        found = self._found(proposal)
        if found.declared.actor != maker:
            what, mend = f"{found.declared.actor} proposed it", "reject it, if it should not hold"
            raise Problems([Problem("not_the_maker", what, mend=mend)])
        return self._settled(found, maker, self._only_told, accepted=False)

    def _only_told(self, _: Proposal, draft: Draft) -> None:
        self.register.ledger.append(draft)

    def _answered(
        self, proposal: int, checker: str, answer: Callable[[Proposal, Draft], None], *, accepted: bool
    ) -> Proposal:
        found = self._found(proposal)
        if found.accepted is None and checker == found.declared.actor:
            what, why = f"{checker} proposed it", "a correction takes two persons"
            raise Problems([Problem("same_person", what, why=why, mend="have it checked by another person")])
        return self._settled(found, checker, answer, accepted=accepted)

    def _settled(
        self, found: Proposal, checker: str, answer: Callable[[Proposal, Draft], None], *, accepted: bool
    ) -> Proposal:
        """Record an answer where there is none yet; raises `Problems` (`already_checked`) where there is another."""
        if found.accepted is None:
            said = {"proposal": found.id, "accepted": accepted}
            answer(found, Draft(STREAM, CHECKED, said, checker, key=f"{STREAM}/checked/{found.id}"))
            found = self._found(found.id)
        if (found.accepted, found.checker) != (accepted, checker):
            what = f"proposal {found.id} is {found.state} already, by {found.checker}"
            raise Problems([Problem("already_checked", what, mend="propose another correction")])
        return found

    def _found(self, proposal: int) -> Proposal:
        for one in self.proposals():
            if one.id == proposal:
                return one
        mend = "look at the list of proposals"
        raise Problems([Problem("unknown_proposal", f"there is no proposal {proposal}", mend=mend)])


def _proposal(event: Event) -> Proposal:
    return Proposal(event.version, _declaration(event.content, event.actor, event.basis), event.recorded)


def _declaration(said: Mapping[str, Any], actor: str, basis: str | None) -> Declaration:
    """Return the correction that a payload speaks of."""
    region, province, arrondissement, municipality = (said.get(name) for name in PLACES)
    return Declaration(
        Kind.corrected,
        said["number"],
        actor,
        said.get("agreement"),
        read_hours(said.get("hours", ())),
        registration(said).profession,
        region,
        date.fromisoformat(said["valid_from"]),
        said["corrects"],
        Kind(said["says"]) if "says" in said else None,
        basis=basis,
        province=province,
        arrondissement=arrondissement,
        municipality=municipality,
    )
