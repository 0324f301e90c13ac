"""Who reads a page: signed in or not, and what they may; what a page shows hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request

from medicomut.api.access import PUBLIC, Entrance, Principal
from medicomut.identity.roles import Scope


@dataclass(frozen=True, slots=True)
class Standing:
    """Who reads; `takes_accounts` says whether one can sign in here, `takes_files` whether files are taken."""

    who: Principal
    takes_accounts: bool
    takes_files: bool

    @property
    def signed_in(self) -> bool:
        """Whether somebody has signed in."""
        return self.who.session is not None

    @property
    def must_change(self) -> bool:
        """Whether their password is a one-time one, which opens nothing but its change."""
        return self.who.session is not None and self.who.session.must_change_password

    @property
    def nobody(self) -> bool:
        """Whether nobody has signed in who would have to."""
        return self.who.name == PUBLIC.name and not self.may("jobs")

    @property
    def name(self) -> str:
        """How they are called: the name of an account, or the one their provider knows."""
        return self.who.name.partition(":")[2]

    def may(self, scope: Scope) -> bool:
        """Whether they hold a scope."""
        return scope in self.who.scopes


def standing(request: Request) -> Standing:
    """Return who reads a page; nobody where the request was refused before that was asked."""
    entrance: Entrance = request.app.state.entrance
    who: Principal = getattr(request.state, "principal", None) or entrance.anyone
    return Standing(who, entrance.desk is not None, request.app.state.runner is not None)


def back_here(request: Request) -> str:
    """Return the address to come back to after signing in, written as a parameter."""
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path + query, safe="/")
