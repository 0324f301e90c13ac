"""Signing in at a real provider, from login to logout, and what is not let through."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from identity_cases import Serving, desk_of, refused
from joserfc import jwt
from joserfc.jwk import RSAKey
from realprovider import BASE, begun, provider, query, signed_in, through

from medicomut.identity.providers import Provider


def test_from_login_to_logout(serving: Serving, idp: Provider, issuer: str) -> None:
    """A doctor of the provider holds the practitioner's role, until they sign out, here and there."""
    api = serving(idp)
    assert refused(api.get("/auth/me"), 401) == "not_signed_in"
    assert api.get("/auth/providers").json()["providers"] == [
        {"id": "idp", "label": "The tests' provider", "href": "/auth/login/idp"}
    ]
    url = begun(api, "/v1/jobs")
    asked = query(url)
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    back = through(issuer, url, "dr-test")
    answer = api.get(back.removeprefix(BASE), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/v1/jobs")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]
    me = api.get("/auth/me").json()
    assert (me["name"], me["roles"], me["provider"]) == ("idp:dr-test", ["practitioner"], "idp")
    assert "jobs" in me["scopes"]
    assert api.get("/v1/jobs").status_code == 200
    out = api.post("/auth/logout", headers={"x-csrf-token": me["csrf_token"]})
    there = query(out.json()["end_session"])
    assert there["post_logout_redirect_uri"] == f"{BASE}/"
    assert there["id_token_hint"].count(".") == 2
    assert refused(api.get("/v1/jobs"), 401) == "not_signed_in"


@pytest.mark.parametrize(
    ("person", "roles"),
    [("dr-test", ["practitioner"]), ("psc-test", ["practitioner"]), ("staff-test", ["secretariat"]),
     ("citizen-test", [])],
)  # fmt: skip
def test_the_claims_decide_the_role(
    serving: Serving, idp: Provider, issuer: str, person: str, roles: list[str]
) -> None:
    api = serving(idp)
    signed_in(api, issuer, person)
    assert api.get("/auth/me").json()["roles"] == roles
    assert (api.get("/v1/jobs").status_code == 200) == bool(roles)


def test_an_ended_session_stays_ended(serving: Serving, idp: Provider, issuer: str) -> None:
    """The cookie of before, sent again by who kept it, opens nothing."""
    api = serving(idp)
    signed_in(api, issuer, "dr-test")
    kept = api.cookies["medicomut_session"]
    api.post("/auth/logout", headers={"x-csrf-token": api.get("/auth/me").json()["csrf_token"]})
    api.cookies.set("medicomut_session", kept)
    assert refused(api.get("/auth/me"), 401) == "not_signed_in"


def test_the_session_is_another_after_signing_in_again(serving: Serving, idp: Provider, issuer: str) -> None:
    api = serving(idp)
    signed_in(api, issuer, "citizen-test")
    before = api.cookies["medicomut_session"]
    signed_in(api, issuer, "dr-test")
    assert api.cookies["medicomut_session"] != before
    other = serving(idp)
    other.cookies.set("medicomut_session", before)
    assert other.get("/auth/me").status_code == 401


def test_an_answer_counts_once(serving: Serving, idp: Provider, issuer: str) -> None:
    """The same address opened twice; and the code of it brought to a new sign-in."""
    api = serving(idp)
    back = through(issuer, begun(api), "dr-test")
    cookie = api.cookies["medicomut_sign_in"]
    assert api.get(back.removeprefix(BASE), follow_redirects=False).status_code == 303
    api.cookies.set("medicomut_sign_in", cookie)
    assert refused(api.get(back.removeprefix(BASE)), 403) == "not_begun_here"
    used = query(back)
    fresh = query(through(issuer, begun(api), "dr-test"))
    replayed = urlencode({**fresh, "code": used["code"]})
    assert refused(api.get(f"/auth/callback/idp?{replayed}"), 401) == "not_proven"


def test_an_answer_brought_by_another_browser(serving: Serving, idp: Provider, issuer: str) -> None:
    """Somebody is led to finish a sign-in that another began: they are not signed in as that other."""
    attacker, victim = serving(idp), serving(idp)
    back = through(issuer, begun(attacker), "dr-test")
    assert refused(victim.get(back.removeprefix(BASE)), 403) == "not_begun_here"
    begun(victim)
    assert refused(victim.get(back.removeprefix(BASE)), 403) == "not_begun_here"
    assert victim.get("/auth/me").status_code == 401
    # The one who began can still finish: nobody else ended it.
    assert attacker.get(back.removeprefix(BASE), follow_redirects=False).status_code == 303


@pytest.mark.parametrize("change", [{"iss": "https://elsewhere.example"}, {"code": "forged"}])
def test_a_forged_answer(serving: Serving, idp: Provider, issuer: str, change: dict[str, str]) -> None:
    api = serving(idp)
    forged = query(through(issuer, begun(api), "dr-test")) | change
    assert refused(api.get(f"/auth/callback/idp?{urlencode(forged)}"), 401) == "not_proven"


def test_who_says_no_at_the_provider(serving: Serving, idp: Provider, issuer: str) -> None:
    api = serving(idp)
    back = through(issuer, begun(api), None)
    assert refused(api.get(back.removeprefix(BASE)), 401) == "sign_in_refused"


def test_a_sign_in_that_took_too_long(
    serving: Serving, idp: Provider, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = serving(idp)
    back = through(issuer, begun(api), "dr-test")
    monkeypatch.setattr(desk_of(api).sign_ins, "clock", lambda: int(time.time()) + 601)
    assert refused(api.get(back.removeprefix(BASE)), 403) == "not_begun_here"


@pytest.mark.parametrize(
    "there", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/a\nb"]
)
def test_it_leads_back_to_this_server_only(serving: Serving, idp: Provider, there: str) -> None:
    api = serving(idp)
    answer = api.get("/auth/login/idp", params={"return_to": there}, follow_redirects=False)
    assert refused(answer, 422) == "bad_return_to"


def test_a_provider_nobody_set_up(serving: Serving, idp: Provider) -> None:
    api = serving(replace(idp, id="down", issuer="http://127.0.0.1:9"))
    assert refused(api.get("/auth/login/other", follow_redirects=False), 404) == "unknown_provider"
    assert refused(api.get("/auth/login/down", follow_redirects=False), 502) == "provider_failed"


def test_a_provider_whose_document_names_another(serving: Serving, idp: Provider, issuer: str) -> None:
    api = serving(replace(idp, issuer=issuer.replace("127.0.0.1", "localhost")))
    assert refused(api.get("/auth/login/idp", follow_redirects=False), 502) == "provider_failed"


def test_a_client_that_proves_itself_with_a_key(serving: Serving, idp: Provider) -> None:
    """As eHealth asks for it: private_key_jwt, no secret on the wire."""
    key = RSAKey.generate_key(2048, parameters={"kid": "tests", "use": "sig", "alg": "RS256"})
    with provider(keys={"keys": [key.as_dict(private=False)]}) as issuer:
        pem = key.as_pem(private=True).decode()
        api = serving(replace(idp, issuer=issuer, method="private_key_jwt", secret=pem))
        assert signed_in(api, issuer, "dr-test").status_code == 303
        assert api.get("/auth/me").json()["roles"] == ["practitioner"]


# --- access tokens of the provider -----------------------------------------------------------------------------


def access_token(api, issuer: str, monkeypatch: pytest.MonkeyPatch) -> str:  # type: ignore[no-untyped-def]
    """Return the access token the provider gave while somebody signed in."""
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    seen = []
    fetch = AsyncOAuth2Client.fetch_token

    async def watched(self, *given, **named):  # type: ignore[no-untyped-def]
        token = await fetch(self, *given, **named)
        seen.append(token["access_token"])
        return token

    monkeypatch.setattr(AsyncOAuth2Client, "fetch_token", watched)
    signed_in(api, issuer, "dr-test")
    return str(seen[0])


def test_an_access_token_made_for_us(
    serving: Serving, idp: Provider, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    idp = replace(idp, client_id=f"{idp.client_id}-api", userinfo=False)  # a token for us is none for UserInfo
    token = access_token(serving(idp), issuer, monkeypatch)
    api = serving(idp)
    assert api.get("/v1/price", headers={"authorization": f"Bearer {token}"}).status_code == 405
    head, body, signature = token.split(".")
    for forged in (f"{head}.{body}.{signature[:-6]}AAAAAA", f"{head}.{body[:-3]}.{signature}", f"{head}.{body}."):
        answer = api.get("/v1/agreements", headers={"authorization": f"Bearer {forged}"})
        assert refused(answer, 401) == "not_signed_in"
    other = serving(replace(idp, audience="urn:another"))
    assert other.get("/v1/agreements", headers={"authorization": f"Bearer {token}"}).status_code == 401
    late = serving(idp)
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 3600)
    assert late.get("/v1/agreements", headers={"authorization": f"Bearer {token}"}).status_code == 401


# --- ID tokens that prove nothing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"nonce": "another"}, "invalid_claim"),
        ({"aud": "another"}, "invalid_claim"),
        ({"iss": "https://elsewhere.example"}, "invalid_claim"),
        ({"exp": 1_000_000_000}, "expired_token"),
        ({"exp": None}, "missing_claim"),
        ({"nonce": None}, "missing_claim"),
    ],
)
def test_an_id_token_with_a_claim_that_is_not_right(
    serving: Serving, idp: Provider, monkeypatch: pytest.MonkeyPatch, change: dict[str, object], why: str
) -> None:
    """Signed by the right key, and still refused."""
    key = RSAKey.generate_key(2048, parameters={"kid": "k", "alg": "RS256", "use": "sig"})
    assert _callback_with(serving, idp, monkeypatch, key, key, change) == (401, "not_proven", why)


def test_an_id_token_signed_by_another(serving: Serving, idp: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = (RSAKey.generate_key(2048, parameters={"kid": "k", "alg": "RS256", "use": "sig"}) for _ in "ab")
    assert _callback_with(serving, idp, monkeypatch, ours, theirs, {}) == (401, "not_proven", "bad_signature")


def test_the_same_id_token_unchanged_is_taken(serving: Serving, idp: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the refusals above would prove nothing."""
    key = RSAKey.generate_key(2048, parameters={"kid": "k", "alg": "RS256", "use": "sig"})
    assert _callback_with(serving, idp, monkeypatch, key, key, {})[0] == 303


def _callback_with(serving, idp, monkeypatch, published, signing, change):  # type: ignore[no-untyped-def]
    """Come back from a provider whose token endpoint gives a token of our making; return status, code and why."""
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    api = serving(replace(idp, userinfo=False))
    url = begun(api)
    now = int(time.time())
    claims = {"iss": idp.issuer, "aud": idp.client_id, "sub": "dr-test", "iat": now, "exp": now + 60,
              "nonce": query(url)["nonce"], **change}  # fmt: skip
    told = {name: value for name, value in claims.items() if value is not None}
    token = jwt.encode({"alg": "RS256", "kid": "k"}, told, signing)

    async def given(*_: object, **__: object) -> dict[str, str]:
        return {"id_token": token, "access_token": "opaque"}

    async def keys(*_: object) -> object:
        from joserfc.jwk import KeySet

        return KeySet([published])

    monkeypatch.setattr(AsyncOAuth2Client, "fetch_token", given)
    monkeypatch.setattr(desk_of(api).providers["idp"], "_published", keys)
    state = {"state": query(url)["state"], "code": "x", "iss": idp.issuer}
    answer = api.get(f"/auth/callback/idp?{urlencode(state)}", follow_redirects=False)
    problem = answer.json() if answer.status_code != 303 else {}
    return answer.status_code, problem.get("code"), problem.get("why")
