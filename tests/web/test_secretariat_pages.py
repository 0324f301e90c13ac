"""The secretariat without JavaScript: signing in and back, accounts, tokens, the audit trail, who may see what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from addresses import LANGUAGES
from httpx2 import Response
from looking import Page
from serving import made
from starlette.testclient import TestClient

from medicomut.api.limits import RATES, Rate
from medicomut.api.settings import Settings
from medicomut.identity.desk import Desk
from medicomut.store import Ledger
from medicomut.web.touched import touched

GOOD = "correct horse battery"
PAGES = ("/secretariat", "/accounts", "/tokens", "/audit", "/audit/verification", "/password")
OFTEN = {**RATES, "sign_in": Rate(1_000, 1_000)}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(data=tmp_path, store=f"sqlite:///{tmp_path / 'office.db'}", rates=OFTEN)
    with TestClient(made(settings), base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


def desk_of(office: TestClient) -> Desk:
    app: Any = office.app
    found: Desk = app.state.entrance.desk
    return found


def said(answer: Response) -> str:
    return re.sub(r"\s+", " ", " ".join(Page(answer.text).words))


def token(page: Response) -> str:
    return re.findall(r'name="csrf_token" value="([0-9a-f]*)"', page.text)[-1]


def posted(office: TestClient, form: str, to: str, **fields: Any) -> Response:
    """Send the form of a page as that page does."""
    return office.post(to, data={"csrf_token": token(office.get(form)), **fields})


def entered(office: TestClient, name: str = "jan", role: str = "secretariat") -> None:
    """Sign in with a new account whose owner has chosen a password."""
    once = desk_of(office).accounts.add(name, [role])
    office.post("/fr/sign-in", data={"name": name, "password": once, "return_to": "/fr/secretariat"})
    answer = posted(office, "/fr/password", "/fr/password", old_password=once, new_password=GOOD)
    assert answer.status_code == 303, said(answer)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_that_needs_it_asks_to_sign_in_and_is_come_back_to(office: TestClient, lang: str) -> None:
    asked = office.get(f"/{lang}/audit?who=jan&done=read")
    assert asked.status_code == 401
    assert asked.headers["www-authenticate"] == "Bearer"
    back = re.findall(r'name="return_to" value="([^"]+)"', asked.text)[0].replace("&amp;", "&")
    assert back == f"/{lang}/audit?who=jan&done=read"
    once = desk_of(office).accounts.add("jan", ["secretariat"])
    led = office.post(f"/{lang}/sign-in", data={"name": "jan", "password": once, "return_to": back})
    assert led.headers["location"] == back
    must = office.get(back)
    assert must.status_code == 303
    assert must.headers["location"].startswith(f"/{lang}/password?to=/{lang}/audit%3Fwho%3Djan")
    form = office.get(must.headers["location"])
    fields = {"old_password": once, "new_password": GOOD, "return_to": back, "csrf_token": token(form)}
    changed = office.post(f"/{lang}/password", data=fields)
    assert changed.headers["location"] == back
    assert office.get(back).status_code == 200


def test_what_is_wrong_at_the_door_is_told_in_the_readers_language(office: TestClient) -> None:
    """A wrong name and a wrong password get the same answer; nothing typed stands in an address."""
    desk_of(office).accounts.add("jan", ["secretariat"])
    wrong = [office.post("/nl/sign-in", data={"name": name, "password": "nonsense"}) for name in ("jan", "piet")]
    assert [answer.status_code for answer in wrong] == [401, 401]
    assert said(wrong[0]) == said(wrong[1]).replace("piet", "jan")
    assert "De naam of het wachtwoord klopt niet" in said(wrong[0])
    assert "password is not right" not in said(wrong[0]), "what the sentence says is not said again in English"
    assert 'value="jan"' in wrong[0].text
    assert "nonsense" not in wrong[0].text
    empty = office.post("/de/sign-in", data={"name": "jan"})
    assert (empty.status_code, "Etwas ist nicht ausgefüllt" in said(empty)) == (422, True)
    assert office.post("/fr/sign-in", data={"name": "jan"}, headers={"sec-fetch-site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "/\\evil.example", ""])
def test_signing_in_leads_to_no_other_server(office: TestClient, to: str) -> None:
    page = office.get("/fr/sign-in", params={"to": to})
    assert 'name="return_to" value="/fr/secretariat"' in page.text


@pytest.mark.parametrize(
    ("new", "says"),
    [("short", "12 à 200 caractères"), ("jan jan jan jan jan", "ne contient pas le nom"), ("", "pas rempli")],
)
def test_a_password_that_cannot_be_taken(office: TestClient, new: str, says: str) -> None:
    once = desk_of(office).accounts.add("jan", ["secretariat"])
    office.post("/fr/sign-in", data={"name": "jan", "password": once})
    answer = posted(office, "/fr/password", "/fr/password", old_password=once, new_password=new)
    assert answer.status_code == 422
    assert says in said(answer)


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("secretariat", PAGES),
        ("auditor", ("/secretariat", "/audit", "/audit/verification", "/password")),
        ("insurer", ("/secretariat", "/password")),
        ("practitioner", ("/secretariat", "/password")),
    ],
)
def test_a_role_decides_what_is_shown(office: TestClient, role: str, seen: tuple[str, ...]) -> None:
    entered(office, "kim", role)
    assert [page for page in PAGES if office.get(f"/en{page}").status_code == 200] == list(seen)
    overview = office.get("/en/secretariat").text
    for page in ("/accounts", "/tokens", "/audit"):
        assert (f'href="/en{page}"' in overview) == (page in seen)
    assert (office.get("/en/check").text.count('type="file"') == 2) == (role != "auditor")


def test_nobody_sees_the_files_of_another(office: TestClient) -> None:
    entered(office, "jan", "secretariat")
    form = office.get("/fr/check")
    job = office.post("/fr/check/example", data={"csrf_token": token(form)}).headers["location"]
    assert office.get(job).status_code == 200
    assert job in office.get("/fr/secretariat").text
    office.cookies.clear()
    entered(office, "an", "insurer")
    assert office.get(job).status_code == 404
    assert job not in office.get("/fr/check").text


def test_every_form_of_a_session_carries_its_token(office: TestClient) -> None:
    """Each page's forms that send; and each refuses without."""
    entered(office)
    form = office.get("/fr/check")
    job = office.post("/fr/check/example", data={"csrf_token": token(form)}).headers["location"]
    actions = set()
    for page in ("/fr/secretariat", "/fr/accounts", "/fr/tokens", "/fr/audit", "/fr/password", "/fr/check", job):
        for attributes, content in re.findall(r"<form([^>]*)>(.*?)</form>", office.get(page).text, re.DOTALL):
            if 'method="post"' in attributes:
                assert re.search(r'name="csrf_token" value="[0-9a-f]{64}"', content), (page, attributes)
                actions.add(re.findall(r'action="([^"]+)"', attributes)[0])
    assert len(actions) >= 8
    assert {office.post(action, data={"name": "x"}).status_code for action in actions} == {403}


def test_an_account_is_made_reset_and_closed(office: TestClient) -> None:
    entered(office)
    page = posted(office, "/fr/accounts", "/fr/accounts", name="an", role=["insurer", "auditor"])
    once = re.findall(r'<code class="secret">([^<]+)</code>', page.text)[0]
    assert page.headers["cache-control"] == "no-store"
    assert once not in office.get("/fr/accounts").text
    assert desk_of(office).accounts.sign_in("an", once).roles == ("insurer", "auditor")
    again = posted(office, "/fr/accounts", "/fr/accounts/an/reset")
    assert once not in again.text
    assert posted(office, "/fr/accounts", "/fr/accounts/an/disable").status_code == 303
    assert "fermé" in said(office.get("/fr/accounts"))
    for name, roles, says in (
        ("an", ["insurer"], "existe déjà"),
        ("X", [], "Choisissez un rôle"),
        ("b", ["king"], "rôle n'existe pas"),
    ):
        wrong = posted(office, "/fr/accounts", "/fr/accounts", name=name, role=roles)
        assert wrong.status_code in {409, 422}
        assert says in said(wrong)
    assert posted(office, "/fr/accounts", "/fr/accounts/nobody/disable").status_code == 404


def test_a_token_is_issued_used_and_revoked(office: TestClient) -> None:
    entered(office)
    page = posted(office, "/fr/tokens", "/fr/tokens", name="Caisse <i>1</i>", role=["software"], days="30")
    assert page.status_code == 422, "an i in brackets is no name"
    page = posted(office, "/fr/tokens", "/fr/tokens", name="Caisse 1", role=["software"], days="30")
    secret = re.findall(r'<code class="secret">([^<]+)</code>', page.text)[0]
    assert secret not in office.get("/fr/tokens").text
    cookies = dict(office.cookies)
    office.cookies.clear()
    assert office.get("/v1/jobs", headers={"authorization": f"Bearer {secret}"}).status_code == 200
    office.cookies.update(cookies)
    number = desk_of(office).tokens.all()[0].id
    assert posted(office, "/fr/tokens", f"/fr/tokens/{number}/revoke").status_code == 303
    assert desk_of(office).tokens.find(secret) is None
    assert "révoqué" in said(office.get("/fr/tokens"))
    wrong = posted(office, "/fr/tokens", "/fr/tokens", name="x", role=["software"], days="10000")
    assert "1 à 730 jours" in said(wrong)


def rows(page: Response) -> list[int]:
    """Return the numbers of the records on a page of the trail."""
    return [int(number) for number in re.findall(r'<th scope="row" data-label="[^"]+">(\d+)</th>', page.text)]


def test_every_page_of_the_secretariat_has_help(office: TestClient) -> None:
    office.cookies.clear()
    assert '<details class="help">' in office.get("/de/sign-in").text
    entered(office)
    for page in ("/secretariat", "/accounts", "/tokens", "/audit", "/password"):
        assert '<details class="help">' in office.get(f"/de{page}").text, page


@pytest.mark.parametrize(
    ("entity", "name"),
    [
        ("/v1/jobs/abc/result", "result of a checked file"),
        ("/v1/jobs", "file to be checked"),
        ("/nl/audit/verification", "audit trail"),
        ("register/19000122003", "doctor"),
        ("/somewhere/else", ""),
    ],
)
def test_what_was_touched_has_a_name(entity: str, name: str) -> None:
    assert touched(entity) == name


def test_the_trail_shows_the_latest_first_and_narrows(office: TestClient) -> None:
    """What was done above stands in it by name; a filter that fits nothing says so; pages lead to the first record."""
    entered(office)
    posted(office, "/fr/tokens", "/fr/tokens", name="Caisse", role=["software"], days="30")
    page = office.get("/fr/audit")
    assert rows(page) == sorted(rows(page), reverse=True)
    assert "jeton de service token/Caisse" in said(page)
    assert "session /auth/session" in said(page)
    assert page.text.count('data-label="Sur quoi"') == len(rows(page)), "each cell says on a phone what it holds"
    made_only = office.get("/fr/audit?done=create")
    assert rows(made_only)
    assert set(rows(made_only)) < set(rows(page))
    assert "cherché" not in re.sub(r"<select.*?</select>", "", made_only.text, flags=re.DOTALL)
    assert rows(office.get("/fr/audit?who=nobody")) == []
    assert "Aucun accès de ce genre" in said(office.get("/fr/audit?since=2100-01-01"))
    assert rows(office.get("/fr/audit?until=2000-01-01")) == []
    assert rows(office.get("/fr/audit?since=2000-01-01&until=2100-01-01&outcome=success&who=JAN"))
    assert office.get("/fr/audit?since=nonsense&done=nonsense&before=nonsense").status_code == 200


def test_the_trail_is_read_page_by_page_to_its_first_record(office: TestClient) -> None:
    entered(office)
    for _ in range(120):
        office.get("/v1/jobs")
    seen: list[int] = []
    link = "/fr/audit"
    first = None
    while link:
        page = office.get(link)
        seen += rows(page)
        onward = re.findall(r'<a rel="next" href="([^"]+)"', page.text)
        link = onward[0].replace("&amp;", "&") if onward else ""
        first = first or page
    assert seen == sorted(set(seen), reverse=True)
    assert seen[-1] == 1
    assert len(seen) > 100


def test_the_chain_is_recomputed_and_held_against_a_head(office: TestClient) -> None:
    entered(office)
    app: Any = office.app
    ledger = Ledger(app.state.store)
    head = str(ledger.head())
    whole = office.get("/fr/audit/verification", params={"known": head})
    assert "La chaîne tient" in said(whole)
    assert "passe par la tête" in said(whole)
    number, _, digest = head.partition(":")
    other = digest.translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
    assert "La chaîne ne tient pas" in said(office.get("/fr/audit/verification", params={"known": f"{number}:{other}"}))
    assert "pas une tête de chaîne" in said(office.get("/fr/audit/verification", params={"known": "x"}))


def test_signing_out_ends_the_session(office: TestClient) -> None:
    entered(office)
    assert ">jan</a>" in office.get("/fr/fees").text
    assert office.get("/fr/fees").headers["cache-control"] == "no-store"
    assert office.get("/fr/sign-in").headers["location"] == "/fr/secretariat"
    before = office.cookies["medicomut_session"]
    out = posted(office, "/fr/secretariat", "/fr/sign-out")
    assert out.headers["location"] == "/fr/sign-in?said=out"
    assert "Vous êtes déconnecté" in said(office.get(out.headers["location"]))
    office.cookies.set("medicomut_session", before)
    assert office.get("/fr/secretariat").status_code == 401


def test_without_a_store_the_pages_say_how_to_get_one(portal: TestClient) -> None:
    assert "medicomut account add jan --role secretariat" in portal.get("/en/sign-in").text
    for page in PAGES:
        answer = portal.get(f"/en{page}")
        assert answer.status_code == 401
        assert "this server has no store" in said(answer)
