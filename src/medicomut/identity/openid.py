"""OpenID Connect: the authorization code flow with PKCE, and what a provider's tokens prove. Through Authlib."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from medicomut.errors import Problem, Problems
from medicomut.identity.providers import LOOPBACK, Provider, values_at
from medicomut.identity.roles import Role

SIGNED_WITH: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
"""Algorithms with a public key: `none`, or a key the client shares, proves nothing here."""

LEEWAY_SECONDS: Final = 60
METADATA_SECONDS: Final = 3600
KEYS_AGAIN_SECONDS: Final = 30
TIMEOUT_SECONDS: Final = 10
LONGEST_SUBJECT: Final = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Who a provider says somebody is: `principal` is the provider's id and the subject it gave."""

    principal: str
    roles: tuple[Role, ...]
    id_token: str | None = None


class OpenId:
    """One provider, with what it publishes of itself kept for an hour."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._metadata: dict[str, Any] | None = None
        self._metadata_until = self._keys_at = 0.0
        self._keys: KeySet | None = None

    async def authorization_url(self, redirect_uri: str, *, state: str, nonce: str, verifier: str) -> str:
        """Return the address at which somebody signs in; raises `Problems` (`provider_failed`)."""
        metadata, extra = await self._known(), {}
        if self.provider.acr_values:
            extra["acr_values"] = self.provider.acr_values
        async with self._client(metadata) as client:
            url, _ = client.create_authorization_url(
                metadata["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce,
                redirect_uri=redirect_uri, **extra,
            )  # fmt: skip
        return str(url)

    async def person(self, redirect_uri: str, *, code: str, nonce: str, verifier: str, iss: str | None) -> Person:
        """Return who signed in, from the code the provider sent back.

        Raises `Problems`: `not_proven` where code, issuer, signature, audience, time or nonce are not right,
        `provider_failed` where the provider does not answer as it should.
        """
        metadata = await self._known()
        if iss != metadata["issuer"] and (iss or metadata.get("authorization_response_iss_parameter_supported")):
            raise _not_proven("wrong_issuer")
        async with self._client(metadata) as client:
            with _named():
                tokens = await client.fetch_token(
                    metadata["token_endpoint"], code=code, code_verifier=verifier, redirect_uri=redirect_uri
                )
                claims = await self._id_token(metadata, tokens, nonce)
                if self.provider.userinfo:
                    answer = await client.get(metadata["userinfo_endpoint"])
                    answer.raise_for_status()
                    told = answer.json()
                    if told.get("sub") != claims["sub"]:
                        raise _not_proven("wrong_subject")
                    claims = {**told, **claims}
        return self._person(claims, tokens["id_token"])

    async def holder(self, access_token: str) -> Person:
        """Return whom an access token (a JWT of this provider, RFC 9068) was made for; raises as `person` does."""
        metadata = await self._known()
        with _named():
            claims = (await self._opened(metadata, access_token)).claims
            registry = jwt.JWTClaimsRegistry(
                leeway=LEEWAY_SECONDS, iss={"essential": True, "value": metadata["issuer"]}, exp={"essential": True},
                aud={"essential": True, "value": self.provider.audience or ""}, sub={"essential": True},
            )  # fmt: skip
            registry.validate(claims)
        return self._person(claims, None)

    async def end_url(self, id_token: str | None, return_to: str) -> str | None:
        """Return where the browser signs out at the provider too; None where it offers no such place."""
        endpoint = (await self._known()).get("end_session_endpoint")
        if not endpoint:
            return None
        query = {"client_id": self.provider.client_id, "post_logout_redirect_uri": return_to}
        if id_token:
            query["id_token_hint"] = id_token
        return str(add_params_to_uri(endpoint, query))

    def _person(self, claims: Mapping[str, Any], id_token: str | None) -> Person:
        subject = next(values_at(claims, self.provider.subject), "")
        if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
            raise _not_proven("no_subject")
        return Person(f"{self.provider.id}:{subject}", self.provider.roles(claims), id_token)

    async def _id_token(self, metadata: Mapping[str, Any], tokens: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        token = await self._opened(metadata, str(tokens.get("id_token", "")))
        known = {"nonce": nonce, "client_id": self.provider.client_id, "access_token": tokens.get("access_token")}
        right = {"iss": {"value": metadata["issuer"]}, "aud": {"value": self.provider.client_id}}
        claims = CodeIDToken(token.claims, token.header, right, known)
        claims.validate(leeway=LEEWAY_SECONDS)
        return dict(claims)

    async def _opened(self, metadata: Mapping[str, Any], token: str) -> jwt.Token:
        """Return a token whose signature is the provider's; keys it does not know yet are asked for again."""
        registry = JWSRegistry(algorithms=list(SIGNED_WITH), strict_check_header=False)
        try:
            return jwt.decode(token, await self._published(metadata), registry=registry)
        except InvalidKeyIdError:
            if time.monotonic() < self._keys_at + KEYS_AGAIN_SECONDS:
                raise
            self._keys = None
            return jwt.decode(token, await self._published(metadata), registry=registry)

    async def _published(self, metadata: Mapping[str, Any]) -> KeySet:
        if self._keys is None:
            self._keys = KeySet.import_key_set(cast("Any", await self._fetched(metadata["jwks_uri"])))
            self._keys_at = time.monotonic()
        return self._keys

    async def _known(self) -> dict[str, Any]:
        """Return what the provider publishes of itself (OpenID Connect Discovery 1.0)."""
        if self._metadata is None or time.monotonic() > self._metadata_until:
            found = await self._fetched(f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
            endpoints = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if found.get("issuer") != self.provider.issuer:
                raise _failed("its discovery document names another issuer")
            if any(not _safe(found.get(name)) for name in endpoints):
                raise _failed("its discovery document lacks an endpoint, or names one without https")
            if self.provider.userinfo and not _safe(found.get("userinfo_endpoint")):
                raise _failed("it has no UserInfo endpoint")
            self._metadata, self._metadata_until = found, time.monotonic() + METADATA_SECONDS
        return self._metadata

    async def _fetched(self, url: str) -> dict[str, Any]:
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                answer = await client.get(url)
                answer.raise_for_status()
                content = answer.json()
        except (httpx2.HTTPError, ValueError):
            raise _failed("it does not answer, or not with JSON") from None
        if not isinstance(content, dict):
            raise _failed("it answers with something else than an object")
        return content

    def _client(self, metadata: Mapping[str, Any]) -> AsyncOAuth2Client:
        ours = self.provider
        method: Any = ours.method
        if method == "private_key_jwt":
            method = PrivateKeyJWT(metadata["token_endpoint"])
        return AsyncOAuth2Client(
            ours.client_id, ours.secret, token_endpoint_auth_method=method, scope=" ".join(ours.scopes),
            code_challenge_method="S256", timeout=TIMEOUT_SECONDS, leeway=0,
        )  # fmt: skip


@contextmanager
def _named() -> Iterator[None]:
    """Turn what goes wrong into a problem that holds nothing of what was sent."""
    try:
        yield
    except JoseError as refused:
        raise _not_proven(refused.error) from None
    except AuthlibBaseError as refused:
        raise _not_proven(str(refused.error)[:50]) from None
    except httpx2.HTTPError:
        raise _failed("it does not answer") from None
    except (ValueError, TypeError, KeyError):
        raise _failed("its answer cannot be read") from None


def _safe(url: object) -> bool:
    address = urlsplit(url) if isinstance(url, str) else urlsplit("")
    return address.scheme == "https" or (address.scheme == "http" and address.hostname in LOOPBACK)


def _not_proven(reason: str) -> Problems:
    what = "what the provider of identity sent does not prove who you are"
    return Problems([Problem("not_proven", what, why=reason, mend="sign in again from the start")])


def _failed(how: str) -> Problems:
    return Problems([Problem("provider_failed", f"the provider of identity cannot be used: {how}", mend="try later")])
