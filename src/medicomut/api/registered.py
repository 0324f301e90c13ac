"""The register of one server: its ledger, its clock, and the agreements its declarations are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final, cast

from fastapi import Request
from sqlalchemy import Engine

from medicomut.accession.status import History, Term, term_of
from medicomut.accession.status_table import status_rows
from medicomut.accession.window import Window, signed_window
from medicomut.agreement import Agreement, available, load
from medicomut.api.problems import fault
from medicomut.api.public_counts import PublicCounts
from medicomut.api.settings import Settings
from medicomut.calendar import brussels_day
from medicomut.identifiers import check_inami
from medicomut.store import Ledger, open_store
from medicomut.store.corrections import Corrections
from medicomut.store.register import Register
from medicomut.tariff.practitioners import INAMI_DIGITS, Accession, Practitioners, from_rows

TRIAL: Final = "trial:"
"""Before the name of who declares where the clock is set by hand."""


class Registered:
    """The register a server was given. `trial_now` sets its clock by hand, for trials and demonstrations."""

    def __init__(self, settings: Settings, store: Engine | None) -> None:
        shared = store is not None and settings.register == settings.store
        self.engine = cast("Engine", store) if shared else open_store(settings.register or "")
        self._own = not shared
        self.trial_now, self.publications = settings.trial_now, settings.publications
        clock: dict[str, Callable[[], datetime]] = {}
        if settings.trial_now is not None:
            clock["clock"] = lambda: cast("datetime", settings.trial_now)
        self.ledger = Ledger(self.engine, **clock)
        self.register = Register(self.ledger, self.terms_of)
        self.corrections = Corrections(self.register)
        self.terms: Sequence[Term] = [term_of(load(named)) for named in available()]
        self.public = PublicCounts(self.register, self.terms)

    def close(self) -> None:
        """Let go of the database."""
        if self._own:
            self.engine.dispose()

    def terms_of(self, named: str) -> tuple[Agreement, Window]:
        """Return an agreement with its window, published when this server was told; raises `Problems`."""
        if named not in available():
            raise fault("unknown_agreement", f"no agreement {named[:100]!r}", f"known: {', '.join(available())}")
        return signed_window(named, self.publications.get(named))

    def now(self) -> datetime:
        """Return the instant at which a declaration would be recorded."""
        return self.ledger.clock()

    def today(self) -> date:
        """Return the day of that instant, in Brussels."""
        return brussels_day(self.now())

    def actor(self, name: str) -> str:
        """Return how an event names who declared."""
        return f"{TRIAL}{name}" if self.trial_now is not None else name

    def history(self, number: str, known_at: datetime | None = None) -> History:
        """Return what is recorded of a practitioner; raises `Problems` (`no_inami_number`, `no_time_zone`)."""
        return self.register.history(inami_of(number), known_at)

    def table_of(self, number: str) -> Practitioners:
        """Return what a check knows of one practitioner: from when to when which status, with its slots."""
        return from_rows(status_rows([self.register.history(number)], self.terms), "the register")


class FromRegister(Practitioners):
    """The table of practitioners as the register gives it: each is looked up when they are asked about."""

    def __init__(self, here: Registered) -> None:
        super().__init__(())
        self.here = here

    def of(self, practitioner: int) -> Practitioners:
        """Return the table of one practitioner."""
        return self.here.table_of(str(practitioner).zfill(INAMI_DIGITS))

    @property
    def hash(self) -> str:
        """What a receipt says instead of a fingerprint: the register, as it stood at the answer."""
        return "register"

    def __contains__(self, practitioner: int) -> bool:
        return practitioner in self.of(practitioner)

    def on(self, practitioner: int, day: date) -> Accession | None:
        """Return what holds for the practitioner on the day, or None."""
        return self.of(practitioner).on(practitioner, day)


def inami_of(number: str) -> str:
    """Return the digits of an INAMI number; raises `Problems` (`no_inami_number`) with what is wrong."""
    found = check_inami(number)
    if found.normalised is None:
        mend = "11 digits, as on the certificate of care"
        raise fault("no_inami_number", f"{number[:40]!r} is no INAMI number", mend, "number", found.why or "")
    return found.normalised


def registered(request: Request) -> Registered | None:
    """Return the register of this server, None where it has none."""
    found: Registered | None = request.app.state.registered
    return found


def register_of(request: Request) -> Registered:
    """Return the register of this server; raises `Problems` (`no_register_here`) where it has none."""
    found = registered(request)
    if found is None:
        raise fault("no_register_here", "this server has no register", "start it with --register URL")
    return found
