"""The desk at the entrance: all a door needs to learn who stands before it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine

from medicomut.identity.accounts import Accounts
from medicomut.identity.openid import OpenId
from medicomut.identity.providers import Provider
from medicomut.identity.secrets import Clock, utc_seconds
from medicomut.identity.sessions import Sessions
from medicomut.identity.sign_ins import SignIns
from medicomut.identity.tokens import Tokens


class Desk:
    """Accounts, service tokens and sessions of one database, and the providers a server was given."""

    def __init__(self, engine: Engine, providers: Mapping[str, Provider], clock: Clock = utc_seconds) -> None:
        self.engine = engine
        self.accounts = Accounts(engine, clock)
        self.tokens = Tokens(engine, clock)
        self.sessions = Sessions(engine, clock)
        self.sign_ins = SignIns(engine, clock)
        self.providers = {name: OpenId(provider) for name, provider in providers.items()}

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
