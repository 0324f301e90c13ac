"""Faults as a FHIR OperationOutcome, in the profile of the Belgian guides: a coding and one expression an issue."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from medicomut.errors import Problem
from medicomut.fhir.exact import Resource, clean
from medicomut.fhir.names import ERRORS, PROBLEM, profile

NOWHERE: Final = "Bundle"
"""The place of a fault that has none: the message itself."""

MOST_ISSUES: Final = 500

_ROOT = re.compile(r"ofType\((\w+)\)\.?")
_INDEX = re.compile(r"\[\d+\]")
_REFERENCES: Final = frozenset({"practitioner", "patient", "enterer", "provider", "sender", "focus"})
_ISSUE_TYPES: Final = (
    ("missing_", "structure"), ("not_found", "not-found"), ("unknown_event", "not-supported"),
    ("unknown_reference", "not-found"), ("be_inv_", "invariant"), ("refusal_with_amounts", "invariant"),
    ("bad_json", "structure"), ("not_utf8", "structure"), ("repeated_key", "structure"), ("too_deep", "structure"),
    ("number_too_long", "value"), ("too_many_values", "too-costly"),
    ("not_a_bundle", "structure"), ("bad_", "value"), ("not_json", "structure"), ("unsupported_", "not-supported"),
    ("unknown_modifier", "not-supported"),
    ("method_not_allowed", "not-supported"), ("not_acceptable", "not-supported"),
    ("unknown_media_type", "not-supported"), ("no_store_here", "not-supported"), ("not_allowed", "forbidden"),
    ("not_signed_in", "login"), ("body_too_large", "too-long"), ("too_many_requests", "throttled"),
    ("timed_out", "timeout"), ("not_recorded", "transient"), ("store_", "transient"), ("internal_error", "exception"),
)  # fmt: skip


def operation_outcome(problems: Iterable[Problem], *, where: str = NOWHERE, identifier: str | None = None) -> Resource:
    """Return the faults as an OperationOutcome, one issue each, in their order; there must be at least one.

    Of more than `MOST_ISSUES` the first are told, and how many more there are. What is missing also gets the
    official code `MISSING_<RESOURCE>_<PATH>` of `be-cs-etariff-errors`, of which the guide publishes a fragment.
    `where` is the expression of a fault that has no place.
    """
    found = list(problems)
    issues = [_issue(problem, where) for problem in found[:MOST_ISSUES]]
    if len(found) > MOST_ISSUES:
        coding = [{"system": PROBLEM, "code": "more_faults"}]
        text = f"{len(found) - MOST_ISSUES} more faults were found"
        issues.append(issue("information", "incomplete", coding, text, ("mend these first",), where))
    return outcome_of(issues, identifier=identifier)


def outcome_of(issues: list[Resource], *, identifier: str | None = None) -> Resource:
    """Return an OperationOutcome of issues made by `issue`."""
    found: Resource = {"resourceType": "OperationOutcome", "meta": profile("mycarenet", "be-operationoutcome")}
    return found | ({"id": identifier} if identifier else {}) | {"issue": issues}


def issue(severity: str, kind: str, coding: list[Resource], text: str, said: Iterable[str], place: str) -> Resource:
    """Return an issue: a severity and a type of FHIR, its codes, what it says, what else there is to say, one place."""
    more = clean("; ".join(part for part in said if part))
    return {
        "severity": severity,
        "code": kind,
        "details": {"coding": coding, "text": text},
        **({"diagnostics": more} if more else {}),
        "expression": [place],
    }


def _issue(problem: Problem, nowhere: str) -> Resource:
    place = clean(problem.where.field if problem.where is not None else None) or nowhere
    coding = [{"system": PROBLEM, "code": problem.code}]
    if problem.code.startswith("missing_"):
        coding.insert(0, {"system": ERRORS, "code": missing_code(place)})
    line = problem.where.line if problem.where is not None else None
    said = (f"line {line}" if line is not None else "", problem.why, problem.mend, ", ".join(problem.cites))
    kind = next((kind for start, kind in _ISSUE_TYPES if problem.code.startswith(start)), "business-rule")
    return issue(problem.severity, kind, coding, clean(problem.what) or problem.code, said, place)


def missing_code(place: str) -> str:
    """Return `MISSING_<RESOURCE>_<PATH>` for the FHIRPath of what is missing.

    `Bundle.entry[2].resource.ofType(PractitionerRole).practitioner` is
    MISSING_PRACTITIONERROLE_PRACTITIONER_REFERENCE, as in the guide's example of a reject.
    """
    resource, _, path = place.partition(".")
    for found in _ROOT.finditer(place):
        resource, path = found[1], place[found.end() :]
    names = [name for name in _INDEX.sub("", path).split(".") if name]
    if names and names[-1] in _REFERENCES:
        names.append("reference")
    return "_".join(["MISSING", resource, *names]).upper()
