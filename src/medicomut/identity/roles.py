"""Roles and what each may do: one table, which the doors ask and the documentation prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, get_args

from medicomut.errors import Place, Problem, Problems

Scope = Literal[
    "read", "price", "check", "fhir", "people", "account", "jobs", "declare", "register", "procedures", "audit", "admin"
]
Role = Literal["public", "practitioner", "software", "insurer", "secretariat", "auditor"]

SCOPES: Final[dict[Scope, str]] = {
    "read": "agreements, fees, terminology, test vectors, health",
    "price": "one line priced and explained",
    "check": "a small batch checked",
    "fhir": "eTariff and eAttest messages answered",
    "people": "who acceded",
    "account": "one's own session and password",
    "jobs": "files of lines, each seen by its sender alone",
    "declare": "one's own declarations and their history",
    "register": "everybody's histories, the table of statuses, imports, corrections",
    "procedures": "case files of conciliation and arbitration, evidence of commitments",
    "audit": "the audit trail",
    "admin": "accounts and service tokens",
}
"""Every scope, and what it opens."""

_PUBLIC: Final[frozenset[Scope]] = frozenset({"read", "price", "check", "fhir", "people"})

ROLES: Final[dict[Role, frozenset[Scope]]] = {
    "public": _PUBLIC,
    "practitioner": _PUBLIC | {"account", "jobs", "declare"},
    "software": _PUBLIC | {"jobs"},
    "insurer": _PUBLIC | {"account", "jobs"},
    "secretariat": _PUBLIC | {"account", "jobs", "declare", "register", "procedures", "audit", "admin"},
    "auditor": _PUBLIC | {"account", "audit"},
}
"""The scopes of each role; `public` is who has not signed in, and what everybody may."""

GIVEN: Final[tuple[Role, ...]] = tuple(role for role in get_args(Role) if role != "public")
"""The roles that are given to somebody."""


def scopes_of(roles: Iterable[Role]) -> frozenset[Scope]:
    """Return what somebody with these roles may do: what everybody may, and what each role adds."""
    return _PUBLIC.union(*(ROLES[role] for role in roles))


def read_roles(names: Iterable[str]) -> tuple[Role, ...]:
    """Return roles by name, each once, in the order of the table.

    Raises `Problems`: `no_role` where none is named, `unknown_role` for each that is none.
    """
    wanted = list(names)
    mend = f"the roles are: {', '.join(GIVEN)}"
    faults = [
        Problem("unknown_role", f"there is no role {name!r}", Place(field="role"), mend=mend)
        for name in wanted
        if name not in GIVEN
    ]
    if not wanted:
        faults = [Problem("no_role", "no role is named", Place(field="role"), mend=mend)]
    if faults:
        raise Problems(faults)
    return tuple(role for role in GIVEN if role in wanted)
