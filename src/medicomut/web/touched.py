"""What an access touched, in a reader's words: the audit trail keeps it as an address or a kind and a number."""

from __future__ import annotations

import re
from typing import Final

from medicomut.web.written import N_

KNOWN: Final = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"/v1/jobs/[^/]+/result", N_("result of a checked file")),
        (r"/v1/jobs(/.*)?", N_("file to be checked")),
        (r"/v1/price", N_("price of a line of care")),
        (r"/v1/check", N_("lines checked at once")),
        (r"(/v1|/[a-z]{2})/audit(/.*)?|AuditEvent/.*|/fhir/AuditEvent.*", N_("audit trail")),
        (r"/auth/session", N_("session")),
        (r"account/.*", N_("account")),
        (r"token/.*", N_("service token")),
        (r"register/[^/]+/history|/fhir/Practitioner.*|Practitioner(Role)?/.*|register/[0-9]+", N_("doctor")),
        (r"register/[^/]+/declarations", N_("declaration of a doctor")),
        (r"register/.*", N_("register of doctors")),
        (r"dispute.*", N_("dispute")),
        (r"/fhir(/.*)?", N_("FHIR message")),
    )
)
"""What an entity of the trail is, by how it is written; the first that fits."""


def touched(entity: str) -> str:
    """Return what an entity is, a string of the catalogues; empty for one that has no name here."""
    return next((name for pattern, name in KNOWN if pattern.fullmatch(entity)), "")
