"""Local accounts, sessions and tokens as a browser and a machine meet them."""

from __future__ import annotations

import logging
import time

import pytest
from identity_cases import Serving, desk_of, refused
from realprovider import begun, query, signed_in, through
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from medicomut.api import trail as trails
from medicomut.api.access import BELIEVED_SECONDS
from medicomut.api.csrf import MOST_FIELDS
from medicomut.identity.providers import Provider

GOOD = "correct horse battery"


def account(api: TestClient, name: str = "jan", role: str = "secretariat") -> str:
    """Make an account and choose its password, as its owner would; return the token of the session."""
    once = desk_of(api).accounts.add(name, [role])
    assert api.post("/auth/local", json={"name": name, "password": once}).json()["must_change_password"] is True
    token = api.get("/auth/me").json()["csrf_token"]
    changed = api.post("/auth/password", json={"old_password": once, "new_password": GOOD},
                       headers={"x-csrf-token": token})  # fmt: skip
    assert changed.status_code == 200, changed.text
    return str(api.get("/auth/me").json()["csrf_token"])


def test_a_one_time_password_opens_nothing_but_its_change(serving: Serving) -> None:
    api = serving()
    once = desk_of(api).accounts.add("jan", ["secretariat"])
    api.post("/auth/local", json={"name": "jan", "password": once})
    assert refused(api.get("/v1/audit"), 403) == "not_allowed"
    assert refused(api.get("/v1/jobs"), 403) == "not_allowed"
    me = api.get("/auth/me").json()
    assert (me["must_change_password"], me["roles"]) == (True, [])
    before = api.cookies["medicomut_session"]
    api.post("/auth/password", json={"old_password": once, "new_password": GOOD},
             headers={"x-csrf-token": me["csrf_token"]})  # fmt: skip
    assert api.cookies["medicomut_session"] != before
    assert api.get("/v1/audit").status_code == 200
    other = serving()
    other.cookies.set("medicomut_session", before)
    assert other.get("/auth/me").status_code == 401


def test_signing_in_as_a_form(serving: Serving) -> None:
    """As a page without JavaScript sends it: led on, with the token as a field."""
    api = serving()
    account(api)
    form = {"name": "jan", "password": GOOD, "return_to": "/fr/"}
    answer = api.post("/auth/local", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/fr/")
    token = api.get("/auth/me").json()["csrf_token"]
    assert refused(api.post("/auth/logout", data={"csrf_token": "x"}), 403) == "no_csrf_token"
    out = api.post("/auth/logout", data={"csrf_token": token}, follow_redirects=False)
    assert (out.status_code, out.headers["location"]) == (303, "/")
    assert api.get("/auth/me").status_code == 401
    wrong = api.post("/auth/local", data=form | {"return_to": "//evil.example"}, follow_redirects=False)
    assert refused(wrong, 422) == "bad_return_to"


def test_a_wrong_password_and_a_missing_field(serving: Serving) -> None:
    api = serving()
    account(api)
    assert refused(api.post("/auth/local", json={"name": "jan", "password": "x"}), 401) == "sign_in_refused"
    assert refused(api.post("/auth/local", json={"name": "jan"}), 422) == "missing_field"
    assert refused(api.post("/auth/local", json={"name": "jan", "pasword": "x"}), 422) == "unknown_field"


CSV = {"content-type": "text/csv"}


def test_what_a_page_of_another_site_sends_is_refused(serving: Serving) -> None:
    """With the cookie of the victim's browser, in every way a page can send it."""
    api = serving()
    token = account(api)

    def sent(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return api.post("/v1/jobs", content=b"code,date\n", headers=CSV | named).status_code

    assert sent(x_csrf_token=token) == 202
    assert sent(x_csrf_token=token, origin="http://127.0.0.1:8000") == 202
    assert sent(x_csrf_token=token, sec_fetch_site="same-origin", origin="null") == 202
    assert sent() == 403
    assert sent(x_csrf_token="") == 403
    assert sent(x_csrf_token=token[:-1]) == 403
    assert sent(x_csrf_token=token, origin="http://evil.example") == 403
    assert sent(x_csrf_token=token, origin="null") == 403
    assert sent(x_csrf_token=token, sec_fetch_site="cross-site") == 403
    assert sent(x_csrf_token=token, sec_fetch_site="same-site") == 403
    other = serving()
    assert sent(x_csrf_token=account(other, "eve")) == 403
    # Nobody is signed in to somebody else's account by a page either.
    login = {"name": "jan", "password": GOOD}
    assert refused(api.post("/auth/local", json=login, headers={"origin": "http://evil.example"}), 403) == "cross_site"


def test_a_token_in_a_form_with_files(serving: Serving) -> None:
    api = serving()
    token = account(api)
    parts = {"lines": ("x.csv", b"code,date\n101032,2020-02-04\n")}
    assert api.post("/v1/jobs", files=parts).status_code == 403
    assert api.post("/v1/jobs", files=parts, headers={"x-csrf-token": token}).status_code == 202
    assert api.post("/v1/jobs", files=parts, data={"csrf_token": token}).status_code == 202


def test_a_form_of_a_session_has_only_so_many_parts(serving: Serving) -> None:
    """It is looked through for its token: as long as any other, and no longer."""
    api = serving()
    token = account(api)
    many = {f"f{n}": "x" for n in range(MOST_FIELDS + 1)}
    parts = {"lines": ("x.csv", b"code,date\n101032,2020-02-04\n")}
    assert refused(api.post("/v1/jobs", files=parts, data=many | {"csrf_token": token}), 400) == "bad_upload"
    files = [("lines", (f"{n}.csv", b"code,date\n")) for n in range(3)]
    assert refused(api.post("/v1/jobs", files=files, data={"csrf_token": token}), 400) == "bad_upload"


def test_over_https_the_cookie_is_this_hosts_alone(serving: Serving) -> None:
    """Set under the prefix that a browser takes over https from the host itself, whatever a proxy makes of it."""
    api = serving(base="https://tarif.example.org", public_url="https://tarif.example.org")
    once = desk_of(api).accounts.add("jan", ["auditor"])
    cookie = api.post("/auth/local", json={"name": "jan", "password": once}).headers["set-cookie"]
    assert cookie.startswith("__Host-medicomut_session=")
    for part in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=lax"):
        assert part in cookie
    assert "Domain" not in cookie


def test_a_server_that_does_not_know_its_address_signs_nobody_in_from_afar(serving: Serving) -> None:
    """What a request says in its Host header is not believed."""
    api = serving(base="http://tarif.example.org")
    once = desk_of(api).accounts.add("jan", ["auditor"])
    assert refused(api.post("/auth/local", json={"name": "jan", "password": once}), 409) == "no_public_url"


def test_a_server_without_a_store_says_so(serving: Serving) -> None:
    api = serving(store=None)
    assert api.get("/auth/providers").json() == {"providers": [], "local": False}
    assert refused(api.post("/auth/local", json={"name": "x", "password": "y"}), 409) == "no_store_here"
    assert refused(api.get("/v1/agreements", headers={"authorization": "Bearer x"}), 401) == "not_signed_in"


# --- tokens -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Basic eDp5", "mcm_x", "Bearer a.b.c"])
def test_a_header_that_proves_nothing(serving: Serving, header: str) -> None:
    answer = serving().get("/v1/agreements", headers={"authorization": header})
    assert refused(answer, 401) == "not_signed_in"
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_a_revoked_token_is_taken_five_seconds_more_at_most(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    from medicomut.api import access

    api = serving()
    number, secret = desk_of(api).tokens.issue("Practice", ["software"], 1)
    headers = {"authorization": f"Bearer {secret}"}
    assert api.get("/v1/jobs", headers=headers).status_code == 200
    desk_of(api).tokens.revoke(number)
    later = access.time.monotonic() + BELIEVED_SECONDS
    monkeypatch.setattr(access.time, "monotonic", lambda: later)
    assert BELIEVED_SECONDS <= 5
    assert refused(api.get("/v1/jobs", headers=headers), 401) == "not_signed_in"


def test_a_request_with_a_token_needs_no_other(serving: Serving) -> None:
    """No browser adds it by itself; the cookie that comes with it counts for nothing."""
    api = serving()
    account(api)
    headers = CSV | {"authorization": f"Bearer {desk_of(api).tokens.issue('P', ['software'], 1)[1]}"}
    assert api.post("/v1/jobs", content=b"code,date\n", headers=headers).status_code == 202
    assert api.get("/v1/audit", headers=headers).status_code == 403


# --- the secretariat ----------------------------------------------------------------------------------------


def test_the_secretariat_keeps_accounts_and_tokens(serving: Serving) -> None:
    api = serving()
    csrf = {"x-csrf-token": account(api)}
    made = api.post("/v1/accounts", json={"name": "eve", "roles": ["auditor"]}, headers=csrf)
    assert made.status_code == 201
    other = serving()
    other.post("/auth/local", json={"name": "eve", "password": made.json()["one_time_password"]})
    assert other.get("/auth/me").json()["name"] == "account:eve"
    assert [one["name"] for one in api.get("/v1/accounts").json()["items"]] == ["eve", "jan"]
    assert api.post("/v1/accounts/eve/disable", headers=csrf).json()["state"] == "disabled"
    assert other.get("/auth/me").status_code == 401
    again = api.post("/v1/accounts/eve/reset", headers=csrf).json()["one_time_password"]
    assert other.post("/auth/local", json={"name": "eve", "password": again}).status_code == 200
    assert refused(api.post("/v1/accounts/nobody/reset", headers=csrf), 404) == "unknown_account"
    assert refused(api.post("/v1/accounts", json={"name": "eve", "roles": ["auditor"]}, headers=csrf), 409)

    token = api.post("/v1/tokens", json={"name": "P", "roles": ["software"], "scopes": ["jobs"]}, headers=csrf).json()
    bearer = {"authorization": f"Bearer {token['token']}"}
    machine = serving()
    assert machine.get("/v1/jobs", headers=bearer).status_code == 200
    assert machine.get("/v1/agreements", headers=bearer).status_code == 403
    listed = api.get("/v1/tokens")
    assert token["token"] not in listed.text
    assert listed.json()["items"][0]["scopes"] == ["jobs"]
    assert api.delete(f"/v1/tokens/{token['id']}", headers=csrf).status_code == 204
    assert api.get("/v1/tokens").json()["items"][0]["state"] == "revoked"
    told = [event.content["entity"] for event in _trail(api) if event.kind != "audit.read"]
    assert {"account/eve", "token/P", f"token/{token['id']}", "/auth/session"} <= set(told)


def test_nothing_is_changed_that_cannot_be_recorded(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an account nor a token, nor a password: what was there stays as it was."""
    api = serving()
    csrf = {"x-csrf-token": account(api)}
    desk_of(api).accounts.add("eve", ["auditor"])
    number, _ = desk_of(api).tokens.issue("Q", ["software"], 1)

    def gone(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("gone"))

    with monkeypatch.context() as broken:
        broken.setattr(trails, "record_all", gone)
        for answer in (
            api.post("/v1/accounts", json={"name": "tom", "roles": ["auditor"]}, headers=csrf),
            api.post("/v1/accounts/eve/disable", headers=csrf),
            api.post("/v1/tokens", json={"name": "P", "roles": ["software"]}, headers=csrf),
            api.delete(f"/v1/tokens/{number}", headers=csrf),
            api.post("/auth/password", json={"old_password": GOOD, "new_password": f"{GOOD} again"}, headers=csrf),
        ):
            assert refused(answer, 503) == "not_recorded"
    assert [(one["name"], one["state"]) for one in api.get("/v1/accounts").json()["items"]] == [
        ("eve", "new"), ("jan", "open")
    ]  # fmt: skip
    assert [(one["name"], one["state"]) for one in api.get("/v1/tokens").json()["items"]] == [("Q", "good")]
    assert serving().post("/auth/local", json={"name": "jan", "password": GOOD}).status_code == 200


def test_what_is_refused_after_its_record_is_recorded_too(serving: Serving) -> None:
    api = serving()
    csrf = {"x-csrf-token": account(api)}
    assert refused(api.post("/v1/accounts", json={"name": "jan", "roles": ["auditor"]}, headers=csrf), 409)
    assert api.get("/v1/audit").status_code == 200  # what is asked now is recorded after what waited
    last = [event.content for event in _trail(api) if event.content["entity"] == "account/jan"][-2:]
    assert [one["outcome"] for one in last] == ["success", "minor failure"]
    assert last[0]["request_id"] == last[1]["request_id"]


@pytest.mark.parametrize(
    ("body", "code"),
    [({"name": "P", "roles": "software"}, "wrong_kind"), ({"name": "P"}, "wrong_kind"),
     ({"name": "P", "roles": ["software"], "days": "9"}, "wrong_kind"),
     ({"name": "P", "roles": ["software"], "days": True}, "wrong_kind"),
     ({"name": "P", "roles": ["software"], "scopes": ["audit"]}, "scope_not_held"),
     ({"name": "P", "roles": ["software"], "scopes": []}, "no_scope"),
     ({"name": "P", "roles": ["king"]}, "unknown_role"), ({"nam": "P"}, "unknown_field")],
)  # fmt: skip
def test_a_token_that_cannot_be(serving: Serving, body: dict[str, object], code: str) -> None:
    api = serving()
    headers = {"authorization": f"Bearer {desk_of(api).tokens.issue('Office', ['secretariat'], 1)[1]}"}
    assert refused(api.post("/v1/tokens", json=body, headers=headers), 422) == code


def _trail(api: TestClient) -> list:  # type: ignore[type-arg]
    return list(api.app.state.trail.ledger.events("audit"))  # type: ignore[attr-defined]


# --- secrets ------------------------------------------------------------------------------------------------


def test_no_secret_stands_in_a_log_or_in_the_trail(
    serving: Serving, idp: Provider, issuer: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Through a provider and with a password, right and wrong, at the most talkative level of every logger."""
    caplog.set_level(logging.DEBUG)
    api = serving(idp)
    url = begun(api)
    back = through(issuer, url, "dr-test")
    secrets = [query(url)[name] for name in ("state", "nonce", "code_challenge")]
    secrets += [query(back)["code"], api.cookies["medicomut_sign_in"], idp.secret]
    caplog.clear()
    api.get(back.removeprefix("http://127.0.0.1:8000"), follow_redirects=False)
    secrets.append(api.cookies["medicomut_session"])
    secrets.append(api.get("/auth/me").json()["csrf_token"])
    out = api.post("/auth/logout", headers={"x-csrf-token": secrets[-1]})
    secrets.append(query(out.json()["end_session"])["id_token_hint"])
    signed_in(api, issuer, "dr-test")
    once = desk_of(api).accounts.add("jan", ["auditor"])
    secrets += [once, "a wrong password", desk_of(api).tokens.issue("P", ["software"], 1)[1], "mcm_0_wrong-token"]
    for word in (once, "a wrong password"):
        api.post("/auth/local", json={"name": "jan", "password": word})
    for token in secrets[-2:]:
        api.get("/v1/jobs", headers={"authorization": f"Bearer {token}"})
    api.get("/auth/callback/idp?state=x&code=a-code-nobody-gave")
    assert "GET /auth/callback/idp 303" in caplog.text
    kept = "".join(event.payload for event in _trail(api))
    # The browser of this test logs what it asks; what the server asks of the provider is not left out.
    log = "\n".join(line for line in caplog.text.splitlines() if "HTTP Request: GET http://127.0.0.1:8000" not in line)
    assert "/token" in log
    for secret in [*secrets, "a-code-nobody-gave"]:
        assert secret not in log
        assert secret not in kept


def test_what_the_trail_says_of_sign_ins(serving: Serving) -> None:
    api = serving()
    token = account(api)
    api.post("/auth/local", json={"name": "jan", "password": "wrong"})
    api.post("/auth/local", json={"name": "correct horse", "password": "jan"})  # each in the field of the other
    guessed = {"old_password": "wrong", "new_password": f"{GOOD} again"}
    assert refused(api.post("/auth/password", json=guessed, headers={"x-csrf-token": token}), 401) == "sign_in_refused"
    api.post("/auth/logout", headers={"x-csrf-token": token})
    deadline = time.monotonic() + 30
    while len(events := [event.content for event in _trail(api)]) < 7:
        assert time.monotonic() < deadline, events
        time.sleep(0.01)
    said = [(one["interaction"], one["outcome"], one.get("agent", {}).get("id")) for one in events]
    assert sorted(said, key=str) == sorted([
        ("create", "success", "account:jan"), ("update", "success", "account:jan"),
        ("create", "success", "account:jan"), ("create", "minor failure", "account:jan"),
        ("create", "minor failure", "account:jan"),
        ("update", "minor failure", "account:jan"), ("delete", "success", "account:jan"),
    ], key=str)  # fmt: skip
    failed = [one["entity"] for one in events if one["outcome"] != "success"]
    assert sorted(failed) == ["/auth/session", "account/jan", "account/jan"]
    assert "correct horse" not in str(events)
