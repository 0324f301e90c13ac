"""A request read for an answer: its lines of care, its faults by the mode, and who asks about whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from medicomut.errors import Problem
from medicomut.fhir.elements import Element, resource_tree
from medicomut.fhir.exact import Resource, clean
from medicomut.fhir.lines import Kind, lines_of
from medicomut.fhir.message import Message
from medicomut.fhir.validate import check_claim, check_envelope
from medicomut.fhir.validate_response import Breaches
from medicomut.tariff.line import read_line

EVENT: Final[dict[Kind, str]] = {"etariff": "etariff-consult", "eattest": "eattest-create"}

SUMS: Final = frozenset({"total_differs", "supplement_differs", "net_differs", "missing_total", "missing_supplement"})
"""Warnings of the reader that break the guide's own sums: errors in strict mode."""

LEADS_OUTSIDE: Final = frozenset({"unknown_reference", "missing_patient"})
"""Faults of a message that are none in a claim sent alone, whose references lead outside of it."""

_POSITIVE = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Request:
    """A request: its message and claim, the items with their lines, and its faults in the order of the document.

    `claim` is None where there is none or several; `items` and `lines` go together; `alone` says that a claim was
    sent without a message.
    """

    message: Message
    claim: Element | None
    items: tuple[Element, ...]
    lines: tuple[Mapping[str, Any], ...]
    problems: tuple[Problem, ...]
    alone: bool = False

    def place(self, element: Element) -> str:
        """Return the FHIRPath of an element as the sender sees it."""
        return _place_in_the_claim(element.path) if self.alone else element.path

    @property
    def errors(self) -> list[Problem]:
        """The faults that keep the request from being answered."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """What is doubtful and answered nevertheless."""
        return [problem for problem in self.problems if problem.severity == "warning"]


def read_request(document: Resource, kind: Kind, *, strict: bool) -> Request:
    """Read a message, or a claim alone, as a request of this kind; never raises for what it says.

    Errors: those of `resource_tree` and of `read_bundle`, `unexpected_resource`, `other_request`,
    `bad_sequence`, `unreadable_code`, `unreadable_date`; in strict mode also those of `validate`.
    """
    problems: list[Problem] = []
    root = resource_tree(document, problems)
    if root is None:
        return Request(Message("", Element("Bundle", path="Bundle")), None, (), (), tuple(problems))
    alone = root.name == "Claim"
    if alone:
        root = resource_tree(_in_a_message(document, kind), problems) or root
    message = Message("", root)
    if root.name != "Bundle":
        message.fault("unexpected_resource", root, "it is neither a message nor a claim", "send a Bundle or a Claim")
        return Request(message, None, (), (), tuple(message.problems))
    read = lines_of(message)
    if read.kind is not None and read.kind != kind:
        what = f"the message is of the kind {read.kind}, {kind} is answered here"
        message.fault("other_request", root, what, "send an eTariff to be priced, an eAttest to be checked")
    claims = message.of_type("Claim")
    claim = claims[0] if len(claims) == 1 else None
    items = tuple(claim.all("item")) if claim is not None else ()
    lines = tuple(read.lines) if len(read.lines) == len(items) else ()
    for item, line in zip(items, lines, strict=False):
        _check_item(message, item, line)
    breaches = Breaches(message, "error" if strict else "warning")
    if not alone:
        check_envelope(breaches)
    if kind == "etariff" and claim is not None:
        check_claim(breaches, claim)
    found = (_weighed(problem, strict=strict, alone=alone) for problem in message.problems)
    return Request(message, claim, items, lines, tuple(found), alone)


def _check_item(message: Message, item: Element, line: Mapping[str, Any]) -> None:
    sequence = item.text("sequence")
    if sequence is not None and not _POSITIVE.fullmatch(sequence):
        what = f"the sequence is {sequence[:20]!r}"
        message.fault("bad_sequence", item, what, "number the items 1, 2, …", field="sequence")
    if line.get("practitioner") is not None and clean(line["practitioner"]) is None:
        message.fault("missing_number", item, "the doctor's number is blank", "state it", field="careTeamSequence")
    read = read_line({name: line.get(name) for name in ("code", "date")})
    for name, field, found in (("code", "productOrService", read.code), ("date", "servicedDate", read.date)):
        if name in line and found is None:  # a blank counts as not stated in a line, here it was stated
            what, mend = f"{str(line[name])[:40]!r} cannot be read", "six digits" if name == "code" else "2020-01-31"
            message.fault(f"unreadable_{name}", item, what, f"write it as {mend}", field=field)


def _weighed(problem: Problem, *, strict: bool, alone: bool) -> Problem:
    if alone:
        problem = _in_the_claim(problem)
    if strict and problem.code in SUMS:
        return replace(problem, severity="error")
    return replace(problem, severity="warning") if alone and problem.code in LEADS_OUTSIDE else problem


# --- a claim alone -----------------------------------------------------------------------------------------

_CLAIM_ENTRY: Final = "Bundle.entry[1].resource.ofType(Claim)"
_CONTAINED = re.compile(r"Bundle\.entry\[([0-9]+)\]\.resource\.")


def _in_a_message(claim: Resource, kind: Kind) -> Resource:
    """Return a message around a claim, its contained resources beside it; identifiers it may lack are filled in."""
    identifier = claim.get("id", "claim")
    contained = claim.get("contained")
    resources = [r for r in contained if isinstance(r, dict)] if isinstance(contained, list) else []
    header = {"resourceType": "MessageHeader", "eventCoding": {"code": EVENT[kind]}}
    return {
        "resourceType": "Bundle",
        "id": identifier,
        "entry": [
            {"resource": header},
            {"resource": {name: value for name, value in claim.items() if name != "contained"} | {"id": identifier}},
            *({"fullUrl": f"#{r.get('id')}", "resource": r} for r in resources),
        ],
    }


def _in_the_claim(problem: Problem) -> Problem:
    """Return a fault with its place as the sender of the claim sees it."""
    if problem.where is None or problem.where.field is None:
        return problem
    return problem.at(replace(problem.where, field=_place_in_the_claim(problem.where.field)))


def _place_in_the_claim(path: str) -> str:
    path = path.replace(_CLAIM_ENTRY, "Claim")
    return _CONTAINED.sub(lambda found: f"Claim.contained[{int(found[1]) - 2}].", path)
