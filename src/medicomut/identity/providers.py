"""Providers of identity: what is known of each kind, and the settings of those a server uses, read from TOML."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from medicomut.errors import Place, Problem, Problems
from medicomut.identity.roles import GIVEN, Role

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
TAKEN: Final = ("account", "token", "public")
"""What begins the names of others who ask: no provider may speak in their name."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Rule:
    """Who gets a role: a claim named by a JSON pointer (RFC 6901; a list on its way is searched whole).

    The claim equals one of the texts `equals`, or begins with `starts`.
    """

    claim: str
    role: Role
    equals: tuple[str, ...] = ()
    starts: str | None = None

    def holds(self, claims: Mapping[str, Any]) -> bool:
        """Say whether somebody with these claims gets the role."""
        return any(
            found in self.equals or (self.starts is not None and found.startswith(self.starts))
            for found in values_at(claims, self.claim)
        )


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider and how this server is known to it.

    `userinfo` asks its UserInfo endpoint for claims too. `audience` is what access tokens must be made for to be
    taken from machines as `Authorization: Bearer`; without it they are not taken.
    """

    id: str
    label: str
    issuer: str = ""
    client_id: str = ""
    method: str = "client_secret_basic"
    secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid",)
    acr_values: str | None = None
    subject: str = "/sub"
    userinfo: bool = False
    audience: str | None = None
    rules: tuple[Rule, ...] = ()

    def roles(self, claims: Mapping[str, Any]) -> tuple[Role, ...]:
        """Return the roles somebody with these claims gets; none is what everybody may."""
        return tuple(role for role in GIVEN if any(rule.role == role and rule.holds(claims) for rule in self.rules))


KINDS: Final[dict[str, Provider]] = {
    "openid": Provider("openid", "OpenID Connect"),
    # Realm and claim as they stand in published software of its users; the specification (I.AM Mobile integration
    # 1.5) was not read whole. A doctor's INAMI number begins with 1.
    "iam-connect": Provider(
        "iam-connect",
        "eHealth I.AM Connect",
        issuer="https://api.ehealth.fgov.be/auth/realms/healthcare",
        method="private_key_jwt",
        rules=(Rule("/userProfile/nihii11", "practitioner", starts="1"),),
    ),
    # itsme's own documentation: discovery document, S256, a scope service:CODE given at onboarding, a subject of its
    # own for each partner. It says who somebody is, never what their profession is: no rule gives a role.
    "itsme": Provider(
        "itsme",
        "itsme",
        issuer="https://idp.prd.itsme.services/v2",
        method="client_secret_post",
    ),
    # Pro Santé Connect's documentation: UserInfo holds SubjectRefPro; profession 10 is a physician.
    "psc": Provider(
        "psc",
        "Pro Santé Connect",
        issuer="https://auth.esw.esante.gouv.fr/auth/realms/esante-wallet",
        scopes=("openid", "scope_all"),
        acr_values="eidas1",
        userinfo=True,
        rules=(Rule("/SubjectRefPro/exercices/codeProfession", "practitioner", equals=("10",)),),
    ),
}
"""What is known of each kind of provider; a server's settings say the rest, and may say otherwise."""


def values_at(claims: Any, pointer: str) -> Iterator[str]:
    """Yield the texts and whole numbers a JSON pointer leads to; a list on the way is searched whole."""
    if isinstance(claims, list):
        for member in claims:
            yield from values_at(member, pointer)
    elif pointer == "":
        if isinstance(claims, str) or (isinstance(claims, int) and not isinstance(claims, bool)):
            yield str(claims)
    elif isinstance(claims, Mapping):
        name, slash, rest = pointer[1:].partition("/")
        key = name.replace("~1", "/").replace("~0", "~")
        if key in claims:
            yield from values_at(claims[key], slash + rest)


class _Rule(BaseModel):
    """A rule as the file writes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    claim: Annotated[str, Field(pattern="^/")]
    role: Literal["practitioner", "software", "insurer", "secretariat", "auditor"]
    equals: list[str] = []
    starts: Annotated[str | None, Field(min_length=1)] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.equals) == bool(self.starts):
            raise ValueError("a rule needs one of equals and starts")
        return self

    def rule(self) -> Rule:
        return Rule(self.claim, self.role, tuple(self.equals), self.starts)


class _Table(BaseModel):
    """One provider as the file writes it: what is left out is what is known of its kind."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["openid", "iam-connect", "itsme", "psc"] = "openid"
    label: str | None = None
    issuer: str | None = None
    client_id: Annotated[str, Field(min_length=1)]
    method: Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"] | None = None
    client_secret_env: str | None = None
    client_secret_file: str | None = None
    private_key_file: str | None = None
    scopes: list[str] | None = None
    acr_values: str | None = None
    subject: Annotated[str | None, Field(pattern="^/")] = None
    userinfo: bool | None = None
    audience: str | None = None
    roles: list[_Rule] | None = None

    def provider(self, name: str, folder: Path) -> Provider:
        """Return the provider; raises `Problems` for what the parts together leave open."""
        plain = ("label", "issuer", "client_id", "method", "acr_values", "subject", "userinfo", "audience")
        stated: dict[str, Any] = {key: value for key in plain if (value := getattr(self, key)) is not None}
        if self.scopes is not None:
            stated["scopes"] = tuple(self.scopes)
        if self.roles is not None:
            stated["rules"] = tuple(one.rule() for one in self.roles)
        found = replace(KINDS[self.kind], id=name, **stated)
        faults = list(_faults(found))
        secret = ""
        try:
            secret = self._secret(found.method, folder)
        except Problems as missing:
            faults += missing.problems
        if faults:
            raise Problems(faults)
        return replace(found, secret=secret)

    def _secret(self, method: str, folder: Path) -> str:
        """Return the secret from where the file says it lies: it never stands in the file itself."""
        if method == "none":
            return ""
        if method != "private_key_jwt" and self.client_secret_env is not None:
            secret = os.environ.get(self.client_secret_env, "")
            if not secret:
                raise _fault("no_secret", "client_secret_env", f"{self.client_secret_env} is not set", "set it")
            return secret
        key = "private_key_file" if method == "private_key_jwt" else "client_secret_file"
        path = self.private_key_file if method == "private_key_jwt" else self.client_secret_file
        if path is None:
            raise _fault("no_secret", key, f"no {key} is given", "name a file that only this server may read")
        try:
            return (folder / path).read_text(encoding="utf-8").strip()
        except OSError as refused:
            raise _fault("no_secret", key, refused.strerror or "no file", "check the path and the rights") from None


def read_providers(path: Path) -> dict[str, Provider]:
    """Return the providers of a TOML file, one table each, in its order (docs/identity.md shows one).

    Raises `Problems` with every fault of the file, each with the table and key as `field`; OSError where it cannot
    be read.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise Problems([Problem("not_toml", str(broken), Place(file=str(path)), mend="see docs/identity.md")]) from None
    faults: list[Problem] = []
    found = {}
    for name, table in content.items():
        try:
            if not _ID.fullmatch(name) or name in TAKEN:
                raise _fault("bad_provider", "", f"{name!r} cannot name a provider", "small letters, digits, dashes")
            found[name] = _Table.model_validate(table).provider(name, path.parent)
        except ValidationError as refused:
            faults += [_placed(_read(error), path, name) for error in refused.errors()]
        except Problems as refused:
            faults += [_placed(problem, path, name) for problem in refused.problems]
    if faults:
        raise Problems(faults)
    return found


def _faults(found: Provider) -> Iterator[Problem]:
    address = urlsplit(found.issuer)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        yield Problem("bad_issuer", f"{found.issuer!r} is not an https address", Place(field="issuer"),
                      mend="write it as the provider's discovery document does")  # fmt: skip
    if "openid" not in found.scopes:
        yield Problem("bad_scopes", "openid is not among them", Place(field="scopes"), mend="add it")
    if found.audience == found.client_id:
        yield Problem("bad_audience", "it is the client_id", Place(field="audience"),
                      "an ID token, which is made for the client, would pass for an access token",
                      "have the provider make access tokens for an audience of their own")  # fmt: skip


def _read(error: Mapping[str, Any]) -> Problem:
    """Return what pydantic says of one value, without the value: it may be a secret in the wrong place."""
    key = ".".join(map(str, error["loc"]))
    return Problem("bad_setting", str(error["msg"]), Place(field=key), mend="see docs/identity.md")


def _placed(problem: Problem, path: Path, name: str) -> Problem:
    key = problem.where.field if problem.where else None
    return problem.at(Place(file=str(path), field=f"{name}.{key}" if key else name))


def _fault(code: str, key: str, what: str, mend: str) -> Problems:
    return Problems([Problem(code, what, Place(field=key), mend=mend)])
