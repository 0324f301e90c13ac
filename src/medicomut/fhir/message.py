"""A FHIR message: its resources, the references between them, and the faults found while reading it."""

from __future__ import annotations

from typing import Final

from medicomut.errors import Place, Problem, Problems, Severity
from medicomut.fhir.elements import Element
from medicomut.money import cents

CURRENCY: Final = "EUR"


class Message:
    """The entries of a bundle by reference, and the faults that reading it finds."""

    def __init__(self, file: str, root: Element) -> None:
        self.file, self.root = file, root
        self._faults: list[tuple[int, Problem]] = []
        self.resources: list[Element] = []
        self._by_reference: dict[str, Element] = {}
        for entry in root.all("entry"):
            for resource in [r for holder in entry.all("resource") for r in holder.children]:
                self.resources.append(resource)
                names = (entry.text("fullUrl"), f"{resource.name}/{resource.text('id')}")
                self._by_reference |= {name: resource for name in names if name}

    @property
    def problems(self) -> list[Problem]:
        """The faults found so far, in the order of the document."""
        return [problem for _, problem in sorted(self._faults, key=lambda fault: fault[0])]

    def of_type(self, kind: str) -> list[Element]:
        """Return the resources of a type, in the order of the bundle."""
        return [resource for resource in self.resources if resource.name == kind]

    def find(self, reference: str | None, *kinds: str) -> Element | None:
        """Return the resource of one of these types with this reference, or None without a word."""
        found = self._by_reference.get(reference or "")
        return found if found is not None and found.name in kinds else None

    def resolve(self, element: Element | None, *kinds: str) -> Element | None:
        """Return the resource of one of these types that a Reference points to.

        None without a word when there is no reference; a fault `unknown_reference` when it leads nowhere or
        to another type.
        """
        reference = element.first("reference") if element is not None else None
        if reference is None or not reference.value:
            return None
        found = self._by_reference.get(reference.value)
        if found is not None and found.name in kinds:
            return found
        what = f"{reference.value!r} is " + (f"a {found.name}" if found is not None else "no entry of the bundle")
        self.fault(
            "unknown_reference",
            reference,
            what,
            f"point to the fullUrl of a {' or '.join(kinds)}",
            why="a message holds every resource it refers to",
        )
        return None

    def fault(
        self, code: str, at: Element, what: str, mend: str, *, why: str = "", field: str = "",
        severity: Severity = "error",
    ) -> None:  # fmt: skip
        """Note a fault at an element, or at the `field` that it lacks."""
        path = f"{at.path}.{field}" if field else at.path
        where = Place(file=self.file, line=at.line, field=path)
        self._faults.append((at.order, Problem(code, what, where, why, mend, severity=severity)))

    def warn(self, code: str, at: Element, what: str, mend: str, *, why: str = "", field: str = "") -> None:
        """Note something doubtful that does not keep the line from being read."""
        self.fault(code, at, what, mend, why=why, field=field, severity="warning")

    def money(self, element: Element | None) -> int | None:
        """Return a Money as integer cents; None where none is stated or, with a fault, it cannot be used."""
        if element is None:
            return None
        currency = element.text("currency")
        if currency != CURRENCY:
            what = f"the currency is {currency!r}" if currency else "no currency is stated"
            self.fault("bad_currency", element, what, f"state the amount in {CURRENCY}", field="currency")
            return None
        try:
            amount = cents(element.text("value"))
        except Problems as refused:
            for problem in refused.problems:
                self.fault(problem.code, element, problem.what, problem.mend, why=problem.why, field="value")
            return None
        if amount < 0:
            what = f"{element.text('value')} is below zero"
            self.fault("negative_amount", element, what, "cancel the attestation instead", field="value")
            return None
        return amount
