"""What a claim says of all its lines: the patient, the profession, the place, the payer."""

from __future__ import annotations

from typing import Final

from medicomut.fhir.elements import Element
from medicomut.fhir.message import Message
from medicomut.identifiers import Profession, check_nomenclature

PROFESSIONS: Final[dict[str, Profession]] = {"generalpractice": "gp", "specializedmedicine": "specialist"}
TYPES: Final = ("be-cs-eattestation-types", "be-cs-etariff-types")
HOSPITAL: Final = "orghospital"
HOSPITAL_ENDPOINT: Final = ":hospital:"
DEPARTMENTS: Final = "be-cs-hospital-service-cd"
FIRST_HOLDER_CODE: Final = "be-cs-holder-code-1"


def profession(message: Message, claim: Element) -> Profession | None:
    """Return the profession that the claim's type names; None with a warning where it names none."""
    found = [code for system in TYPES for code in claim.codes("subType", system=system)]
    name = found[0] if len(found) == 1 else None
    if name in PROFESSIONS:
        return PROFESSIONS[name]
    message.warn(
        "not_medical_care",
        claim,
        f"the type is {' and '.join(found) or 'not stated'}",
        f"give claims of type {' or '.join(PROFESSIONS)}",
        why="the agreement is that of the physicians",
        field="subType",
    )
    return None


def patient(message: Message, claim: Element) -> str | None:
    """Return the patient's identifier as written: the national number, else the first one stated."""
    person = message.resolve(claim.first("patient"), "Patient")
    identifiers = person.all("identifier") if person is not None else []
    national = [i for i in identifiers if (i.text("system") or "").endswith("/ssin")]
    number = next((n for i in (*national, *identifiers) if (n := i.text("value"))), None)
    if number is None and (person is not None or claim.text("patient", "reference") is None):
        at = person if person is not None else claim
        what = "no identifier of the patient is stated"
        field = "identifier" if person is not None else "patient"
        message.fault("missing_patient", at, what, "state the number the insurer knows", field=field)
    return number


def preferential(message: Message, claim: Element) -> bool | None:
    """Return whether the patient has the preferential regime: the first holder code (CT1) ends in 1.

    Read from the Coverage the claim refers to, else from those of its patient; None where none is there or,
    with a fault, where they differ or are no code of three digits.
    """
    referred = [message.resolve(c, "Coverage") for c in claim.all("insurance", "coverage")]
    coverages = [c for c in referred if c is not None]
    if not coverages:
        who = claim.text("patient", "reference")
        coverages = [c for c in message.of_type("Coverage") if who and c.text("beneficiary", "reference") == who]
    values = [v for c in coverages for v in c.all("class", "value") if _is_first_holder_code(v)]
    codes = {value.value or "" for value in values}
    if any(len(code) != 3 or not (code.isascii() and code.isdigit()) for code in codes) or len(codes) > 1:
        what = f"the first holder code is {' and '.join(sorted(codes)) or 'empty'}"
        message.fault("bad_holder_code", values[0], what, "state one code of three digits")
        return None
    return codes.pop().endswith("1") if codes else None


def _is_first_holder_code(value: Element) -> bool:
    system = value.extension("be-ext-system")
    return system is not None and (system.text("valueUri") or "").endswith(f"/{FIRST_HOLDER_CODE}")


def third_party(claim: Element) -> str | None:
    """Return `none` where the insurer pays the subscriber, so that the patient paid the doctor; else None.

    A claim payable to the provider is third-party payment, but does not say whether the law imposes it.
    """
    paid = claim.codes("payee", "type", system="payeetype")
    return "none" if paid == ["subscriber"] else None


class Places:
    """Where the services of a claim were given, as far as the message says."""

    def __init__(self, message: Message) -> None:
        self.message = message
        header = next(iter(message.of_type("MessageHeader")), None)
        sender = header.first("sender") if header is not None else None
        organisation = message.resolve(sender, "Organization", "PractitionerRole")
        kinds = organisation.codes("type", system="cd-hcparty") if organisation is not None else []
        endpoint = (header.text("source", "endpoint") or "") if header is not None else ""
        self.sender_is_hospital = HOSPITAL in kinds or HOSPITAL_ENDPOINT in endpoint
        self.sender_number = _inami(organisation.all("identifier")) if organisation is not None else None
        self._known: dict[str, tuple[str | None, bool]] = {}

    def of(self, item: Element, code: str | None) -> tuple[str | None, str | None]:
        """Return the setting and the site of an item, each None where not stated.

        The site is the INAMI number of the place the item refers to. The setting is `ambulatory_hospital`
        when the code is one of ambulatory care and that place has a hospital department or is the hospital
        that sends the message (or no place is named and a hospital sends it). Nothing in these messages tells
        the practice from the home, nor the rooms of a hospital, so no other setting is ever given.
        """
        place = self.message.resolve(item.first("locationReference"), "Location")
        site, department = self._follow(place)
        named = item.first("locationReference") is not None
        at_sender = self.sender_is_hospital and (not named or (site is not None and site == self.sender_number))
        ambulatory = code is not None and check_nomenclature(code).kind == "ambulatory"
        return ("ambulatory_hospital" if ambulatory and (department or at_sender) else None), site

    def _follow(self, place: Element | None) -> tuple[str | None, bool]:
        """Go up from a department to the organisation that runs the place; each place is looked at once."""
        way: list[tuple[str, str | None, bool]] = []
        seen = set[str]()
        while place is not None and place.path not in seen and place.path not in self._known:
            seen.add(place.path)
            owner = place.first("managingOrganization")
            own = _inami(owner.all("identifier")) if owner is not None else None
            organisation = self.message.resolve(owner, "Organization")
            own = own or (_inami(organisation.all("identifier")) if organisation is not None else None)
            way.append((place.path, own, bool(place.codes("type", system=DEPARTMENTS))))
            place = self.message.resolve(place.first("partOf"), "Location")
        site, department = self._known.get(place.path, (None, False)) if place is not None else (None, False)
        for path, own, is_department in reversed(way):
            site, department = own or site, department or is_department
            self._known[path] = site, department
        return site, department


def _inami(identifiers: list[Element]) -> str | None:
    """Return the first INAMI number among identifiers, of a person or an organisation."""
    found = (i.text("value") for i in identifiers if (i.text("system") or "").endswith("/nihdi"))
    return next((number for number in found if number), None)
