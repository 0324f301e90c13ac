"""The care team of a claim: who gave each service, and whether another doctor's medical file was used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from medicomut.fhir.elements import Element
from medicomut.fhir.message import Message
from medicomut.identifiers import check_inami

PRIMARY: Final = "primary"
HOLDER: Final = ("other", "persphysician")


@dataclass(frozen=True, slots=True)
class Member:
    """A member: its INAMI number as written, its role and its qualification, each None where not stated."""

    number: str | None
    role: str | None
    qualification: str | None


class CareTeam:
    """The members of a claim's care team by their sequence."""

    def __init__(self, message: Message, claim: Element) -> None:
        self.message, self.claim = message, claim
        self.members: dict[str, Member] = {}
        for element in claim.all("careTeam"):
            sequence = element.text("sequence") or ""
            if sequence in self.members:
                what = f"sequence {sequence or 'nothing'} stands twice in the care team"
                message.fault("repeated_sequence", element, what, "number the members 1, 2, …", field="sequence")
            else:
                self.members[sequence] = self._member(element)

    def _member(self, element: Element) -> Member:
        numbers = [i.text("value") for i in element.all("provider", "identifier") if _is_inami(i)]
        number = next((n for n in numbers if n), None)
        if number is None:
            what = "no INAMI number is stated for this member"
            self.message.fault("missing_number", element, what, "state it as an identifier", field="provider")
        elif (why := check_inami(number).why) is not None:
            what = f"{number!r} is doubtful: {why}"
            self.message.warn("doubtful_number", element, what, "check it for a slip", field="provider.identifier")
        return Member(
            number,
            self._code(element, "role", "claimcareteamrole"),
            self._code(element, "qualification", "cd-hcparty"),
        )

    def _code(self, element: Element, field: str, system: str) -> str | None:
        found = element.codes(field, system=system)
        if len(found) == 1:
            return found[0]
        what = f"{len(found)} codes of {system} are stated"
        self.message.fault(f"missing_{field}", element, what, "state one", why="both guides require it", field=field)
        return None

    def of(self, item: Element) -> list[Member]:
        """Return the members an item names.

        A fault `unknown_reference` for a sequence that no member has; a warning `nobody_named` where the item
        names none, so that only the claim says who gave the service.
        """
        found, sequences = [], item.all("careTeamSequence")
        if not sequences:
            what = "the item names no member of the care team"
            self.message.warn("nobody_named", item, what, "name who gave it", field="careTeamSequence")
        for sequence in sequences:
            member = self.members.get(sequence.value or "")
            if member is not None:
                found.append(member)
            else:
                what = f"no member of the care team has sequence {sequence.value}"
                self.message.fault("unknown_reference", sequence, what, "name a member by its sequence")
        return found

    def practitioner(self, item: Element, named: list[Member]) -> str | None:
        """Return the INAMI number of the doctor who gave the service.

        It is the member with role `primary` that the item names, else that of the claim. Faults:
        `missing_practitioner`, and `ambiguous_practitioner` where there are several, of whom none is chosen.
        """
        for members in (named, self.members.values()):
            numbers = {m.number: m for m in members if m.role == PRIMARY and m.number is not None}
            if len(numbers) > 1:
                what = f"{len(numbers)} members with role primary: {', '.join(numbers)}"
                mend = "name one of them in careTeamSequence"
                self.message.fault("ambiguous_practitioner", item, what, mend, field="careTeamSequence")
                return None
            if numbers:
                return next(iter(numbers))
        what = "no member of the care team has role primary and an INAMI number"
        self.message.fault("missing_practitioner", item, what, "state who gave the service", field="careTeamSequence")
        return None

    @staticmethod
    def holder(named: list[Member]) -> Member | None:
        """Return the doctor an item names as holding the patient's global medical file, or None."""
        return next((m for m in named if (m.role, m.qualification) == HOLDER), None)


def _is_inami(identifier: Element) -> bool:
    return (identifier.text("system") or "").endswith("/nihdi")
