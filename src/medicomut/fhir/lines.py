"""Lines of care from an eAttest request (`eattest-create`) or an eTariff request (`etariff-consult`).

Both are FHIR messages, of the Belgian guides `hl7.fhir.be.eattestation` and `hl7.fhir.be.etariff`, in JSON or
XML. What is taken from where, by the columns of `docs/lines.md`; what the message does not say is left out:

- `line_id`: bundle id, claim id and item sequence, with slashes between;
- `code`, `date`: the item's `productOrService` and `servicedDate`, as written;
- `practitioner`: the INAMI number of the care team's member with role primary;
- `patient`: the patient's national number, else the first identifier stated;
- `charged_cents` (eAttest only): `net` plus the item's supplement, see `charges`;
- `medical_file` (general practice only): true where the item names the holder of the patient's global medical
  file. The guides have him named when the doctor, not being the holder, has access to the file and applies
  the lower share; a doctor who holds it himself is not named, so without a holder it is not stated;
- `preferential`: from the first holder code of a Coverage, where one is there;
- `third_party`: `none` where the insurer pays the patient;
- `setting`, `site`: see `Places.of`.

The time of care is not in these messages: the hour in the patient's identity document is that of its reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from medicomut.errors import Place, Problem
from medicomut.fhir import claim as claims
from medicomut.fhir.care_team import CareTeam, Member
from medicomut.fhir.charges import charges
from medicomut.fhir.elements import Element, read_document
from medicomut.fhir.message import Message
from medicomut.identifiers import Profession
from medicomut.tariff.vocabulary import LINE_COLUMNS

Kind = Literal["eattest", "etariff"]

EVENTS: Final[dict[str, Kind]] = {"eattest-create": "eattest", "etariff-consult": "etariff"}
NOMENCLATURE: Final = "be-ns-nihdi-nomenclature"
_HEAD, _TAIL = 1 << 16, 1 << 12
_JSON_BUNDLE = re.compile(rb'"resourceType"\s*:\s*"Bundle"')
# What was passed over is passed over for good: else a row of comments is tried in every way it can be cut up.
_XML_BUNDLE = re.compile(rb"(?>\s|<\?.*?\?>|<!--.*?-->)*+<(?:[\w.-]+:)?Bundle[\s>]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class BundleLines:
    """What a bundle gives: its lines, the faults, the profession its type names, and which request it is.

    Each line holds, of the columns of `docs/lines.md`, those the bundle states; one with a fault is still
    given with what is known. `profession` is None where the claims name none or several. `kind` is None where
    the bundle is neither request; it then has no lines.
    """

    lines: list[dict[str, Any]]
    problems: list[Problem]
    profession: Profession | None
    kind: Kind | None


def is_bundle(path: Path) -> bool:
    """Whether a file looks like a FHIR bundle, JSON or XML; only its first and last bytes are read.

    False for a file that is not there: whoever reads it next says so.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
            if head.startswith(b"<"):
                return _XML_BUNDLE.match(head) is not None
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL))
            return head.startswith(b"{") and any(map(_JSON_BUNDLE.search, (head, file.read())))
    except OSError:
        return False


def read_bundle(path: Path) -> BundleLines:
    """Read a request bundle as lines of care; never raises for what the file says.

    Every fault is in `problems`, in the order of the document, with a FHIRPath as the field of its place and,
    for XML, the line.

    Errors: those of `read_document`; `not_a_bundle`, `missing_message_header`, `response`, `unknown_event`,
    `missing_claim`, `several_claims`, `claim_not_active`, `missing_item`, `missing_id`, `repeated_sequence`,
    `missing_code`, `missing_date`, `unknown_reference`, `missing_patient`, `missing_number`, `missing_role`,
    `missing_qualification`, `missing_practitioner`, `ambiguous_practitioner`, `bad_holder_code`,
    `missing_amount`, `bad_amount`, `bad_currency`, `negative_amount`, `several_units`.

    Warnings: `doubtful_number`, `nobody_named`, `not_medical_care`, `holder_outside_general_practice`,
    `norm_not_read`, `supplement_not_stated`, `missing_supplement`, `missing_total`, `net_differs`,
    `total_differs`, `supplement_differs`.
    """
    problems: list[Problem] = []
    root = read_document(path, problems)
    if root is None:
        return BundleLines([], problems, None, None)
    if root.name != "Bundle":
        what = f"the document is {'a ' + root.name if root.name != 'document' else 'no FHIR resource'}"
        mend = "give the whole request bundle"
        problems.append(Problem("not_a_bundle", what, Place(file=path.name, line=root.line), mend=mend))
        return BundleLines([], problems, None, None)
    return lines_of(Message(path.name, root))


def lines_of(message: Message) -> BundleLines:
    """Read a message as lines of care; its faults are those of `read_bundle`, added to the message's own."""
    kind = _kind(message)
    if kind is None:
        return BundleLines([], message.problems, None, None)
    lines: list[dict[str, Any]] = []
    professions: set[Profession | None] = set()
    places = claims.Places(message)
    for claim in _claims(message):
        profession = claims.profession(message, claim)
        professions.add(profession)
        lines += _lines(message, places, claim, profession, kind)
    profession = professions.pop() if len(professions) == 1 else None
    return BundleLines(lines, message.problems, profession, kind)


def _kind(message: Message) -> Kind | None:
    header = next(iter(message.of_type("MessageHeader")), None)
    requests = " or ".join(EVENTS)
    if header is None:
        what = "the bundle has no MessageHeader, so it does not say what it asks"
        message.fault("missing_message_header", message.root, what, f"give a message {requests}", field="entry")
        return None
    event = header.text("eventCoding", "code")
    if header.first("response") is not None:
        what = f"the message is a response ({event or 'no event stated'})"
        message.fault("response", header, what, f"give the request it answers: {requests}", field="response")
    elif event in EVENTS:
        return EVENTS[event]
    else:
        what = f"the event is {event or 'not stated'}"
        message.fault("unknown_event", header, what, f"give a message {requests}", field="eventCoding")
    return None


def _claims(message: Message) -> list[Element]:
    found = message.of_type("Claim")
    if not found:
        message.fault(
            "missing_claim", message.root, "the bundle holds no Claim", "give the whole bundle", field="entry"
        )
    for another in found[1:]:
        what = "the bundle holds another Claim before this one"
        message.fault("several_claims", another, what, "send one claim a message")
    for header in message.of_type("MessageHeader"):
        for focus in header.all("focus"):
            message.resolve(focus, "Claim")
    for claim in found:
        if (status := claim.text("status")) != "active":
            what = f"the status is {status or 'not stated'}"
            message.fault("claim_not_active", claim, what, "leave out what was not billed", field="status")
        if not claim.all("item"):
            message.fault("missing_item", claim, "the claim has no item", "state each service", field="item")
    return found


def _lines(
    message: Message, places: claims.Places, claim: Element, profession: Profession | None, kind: Kind
) -> Iterator[dict[str, Any]]:
    team, items = CareTeam(message, claim), claim.all("item")
    shared = {
        "patient": claims.patient(message, claim),
        "preferential": claims.preferential(message, claim),
        "third_party": claims.third_party(claim),
    }
    charged = charges(message, claim) if kind == "eattest" else [None] * len(items)
    identifiers = _line_ids(message, claim, items)
    for item, line_id, amount in zip(items, identifiers, charged, strict=True):
        named, code = team.of(item), _code(message, item)
        setting, site = places.of(item, code)
        line = shared | {
            "line_id": line_id,
            "code": code,
            "date": _date(message, item),
            "practitioner": team.practitioner(item, named),
            "site": site,
            "setting": setting,
            "medical_file": _medical_file(message, item, team.holder(named), profession),
            "charged_cents": amount,
        }
        yield {name: line[name] for name in LINE_COLUMNS if line.get(name) is not None}


def _line_ids(message: Message, claim: Element, items: list[Element]) -> list[str]:
    """Return an identifier for each item, distinct within the bundle: a part that is missing is a fault."""
    parts = []
    for resource, fallback in ((message.root, message.file), (claim, "claim")):
        if (identifier := resource.text("id")) is None:
            message.fault("missing_id", resource, f"the {resource.name} has no id", "give it one", field="id")
        parts.append(identifier or fallback)
    found: dict[str, None] = {}
    for position, item in enumerate(items, start=1):
        sequence = item.text("sequence")
        line_id = "/".join([*parts, sequence or ""])
        if sequence is None or line_id in found:
            what = f"the sequence {sequence} stands twice" if sequence else "no sequence is stated"
            message.fault("repeated_sequence", item, what, "number the items 1, 2, …", field="sequence")
            line_id = "/".join([*parts, f"{sequence or ''}#{position}"])
        found[line_id] = None
    return list(found)


def _code(message: Message, item: Element) -> str | None:
    found = list(dict.fromkeys(item.codes("productOrService", system=NOMENCLATURE)))
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} codes of the nomenclature: {', '.join(found)}" if found else "no code of the nomenclature"
    message.fault("missing_code", item, what, f"state one with the system {NOMENCLATURE}", field="productOrService")
    return None


def _date(message: Message, item: Element) -> str | None:
    day = item.text("servicedDate")
    if day is None:
        what = "the day of the service is not stated"
        message.fault("missing_date", item, what, "state it as 2020-01-31", field="servicedDate")
    return day


def _medical_file(message: Message, item: Element, holder: Member | None, profession: Profession | None) -> bool | None:
    """Return true where the holder of the medical file is named; not stated where he is not."""
    if holder is None:
        return None
    if profession == "gp":
        return True
    what = "a holder of the medical file is named outside general practice"
    why = "only the attestations of general practitioners name him"
    message.warn("holder_outside_general_practice", item, what, "leave him out", why=why, field="careTeamSequence")
    return None
