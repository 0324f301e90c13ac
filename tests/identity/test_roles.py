"""Who may what: each role reaches its routes and no other, and the documentation says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from identity_cases import Serving, desk_of
from starlette.testclient import TestClient

from medicomut.api.access import refuse_unnamed, scopes_named
from medicomut.api.app import create_app
from medicomut.api.settings import Settings
from medicomut.errors import Problems
from medicomut.identity.roles import GIVEN, ROLES, SCOPES, read_roles, scopes_of
from medicomut.web.app import install

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "identity.md").read_text(encoding="utf-8")

FILLED = {"{country}": "be", "{body}": "amm", "{term}": "2020", "{number}": "14.4", "{code}": "101032",
          "{provider}": "none", "{name}": "nobody", "{other_country}": "be", "{other_body}": "amm",
          "{other_term}": "2024", "{ending}": "html", "{quarter}": "2020Q2", "{year}": "2024",
          "{file}": "series.csv", "{proposal}": "none"}  # fmt: skip


def routes() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield method, path and scopes of every route of the API."""
    for path, methods, scopes in scopes_named(create_app()):
        for method in sorted(methods - {"HEAD"}):
            yield method, path, scopes


ROUTES = list(routes())


def filled(path: str) -> str:
    for name, value in FILLED.items():
        path = path.replace(name, value)
    assert "{" not in path, path
    return path


def table(heading: str) -> list[list[str]]:
    """Return the rows of the table that begins with a heading."""
    lines = PAGE[PAGE.index(heading) :].splitlines()
    rows = lines[: lines.index("")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if not row.startswith("|---")]


def test_the_documented_roles_are_those_of_the_program() -> None:
    head, *rows = table("| scope | what it opens |")
    assert head[2:] == list(ROLES)
    assert [(row[0].strip("`"), row[1]) for row in rows] == list(SCOPES.items())
    for number, (role, scopes) in enumerate(ROLES.items(), 2):
        assert {row[0].strip("`") for row in rows if row[number] == "yes"} == scopes, role


def test_the_documented_addresses_are_those_of_the_program() -> None:
    documented = {row[0].strip("`"): re.findall(r"`([^`]+)`", row[1]) for row in table("| scope | addresses |")[1:]}
    begun = set()
    for _, path, scopes in ROUTES:
        places = [(scope, place) for scope in documented for place in documented[scope]
                  if path == place or path.startswith(f"{place}/")]  # fmt: skip
        assert {scope for scope, _ in places} == scopes, path
        begun |= set(places)
    assert begun == {(scope, place) for scope in documented for place in documented[scope]}


def test_every_scope_is_used() -> None:
    assert {scope for _, _, scopes in ROUTES for scope in scopes} == set(SCOPES)


def test_every_route_names_its_scope() -> None:
    """The pages of the portal too."""
    app = create_app()
    install(app)
    refuse_unnamed(app)
    assert len(list(scopes_named(app))) > 40


def test_a_route_that_names_none_keeps_the_server_from_starting() -> None:
    app = create_app()

    @app.get("/v1/forgotten")
    async def forgotten() -> None:
        raise AssertionError

    with pytest.raises(RuntimeError, match="/v1/forgotten"), TestClient(app):
        pass


def test_a_mounted_application_is_not_taken_for_a_folder() -> None:
    app = create_app()
    app.mount("/inside", FastAPI())
    with pytest.raises(RuntimeError, match="/inside"):
        refuse_unnamed(app)


@pytest.mark.parametrize("role", ["public", *GIVEN])
def test_each_role_reaches_exactly_its_routes(serving: Serving, role: str) -> None:
    """Every route is asked by every role, with a token: 401 and 403 are for those who do not hold its scope."""
    api = serving()
    headers = {}
    if role != "public":
        headers["authorization"] = f"Bearer {desk_of(api).tokens.issue(role, [role], 1)[1]}"
    reached, refused = set(), set()
    for method, path, scopes in ROUTES:
        # A body of a kind nobody reads: what lies behind the door is not what is asked.
        answer = api.request(method, filled(path), headers=headers | {"content-type": "x/y"}, follow_redirects=False)
        held = scopes <= ROLES[role]
        shut = answer.status_code in {401, 403} and answer.headers["content-type"] != "text/html"
        assert shut is not held, (method, path, answer.status_code, answer.text)
        if shut:
            assert answer.status_code == (401 if role == "public" else 403)
            assert ("www-authenticate" in answer.headers) is (role == "public")
        (refused if shut else reached).add((method, path))
    assert len(reached) >= 25
    assert bool(refused) is (ROLES[role] != frozenset(SCOPES))


def test_roles_add_up() -> None:
    assert scopes_of(()) == ROLES["public"]
    assert scopes_of(("practitioner", "auditor")) == ROLES["practitioner"] | ROLES["auditor"]
    assert read_roles(["auditor", "practitioner", "auditor"]) == ("practitioner", "auditor")
    with pytest.raises(Problems, match=r"unknown_role.*king"):
        read_roles(["king", "auditor"])
    for names in ([], ["public"]):
        with pytest.raises(Problems):
            read_roles(names)


def test_files_belong_to_who_sent_them(serving: Serving) -> None:
    """Another token, the secretariat, and who shows none: no such job. A new token of the same name sees it."""
    api = serving()
    tokens = desk_of(api).tokens

    def as_(name: str, role: str) -> dict[str, str]:
        return {"authorization": f"Bearer {tokens.issue(name, [role], 1)[1]}"}

    practice = as_("Practice", "software")
    csv = {"content-type": "text/csv"}
    sent = api.post("/v1/jobs", content=b"code,date\n101032,2020-02-04\n", headers=practice | csv)
    href = sent.json()["href"]
    for other in (as_("Other", "software"), as_("Office", "secretariat")):
        assert [api.get(href, headers=other).status_code, api.delete(href, headers=other).status_code] == [404, 404]
        assert api.get("/v1/jobs", headers=other).json()["items"] == []
    assert api.get(href).status_code == 401
    assert api.get(href, headers=as_("Practice", "software")).json()["id"] == sent.json()["id"]


def test_open_on_this_machine_and_to_no_other_site(tmp_path: Path) -> None:
    """What a page of another site could have the browser of this machine send is refused."""
    app = create_app(Settings(data=tmp_path, open=True))
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 1)) as api:
        csv = {"content-type": "text/csv"}
        assert api.post("/v1/jobs", content=b"code,date\n", headers=csv).status_code == 202
        for evil in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"},
                     {"host": "evil.example"}):  # fmt: skip
            assert api.post("/v1/jobs", content=b"code,date\n", headers=csv | evil).status_code == 403, evil
        assert api.get("/v1/jobs", headers={"host": "evil.example"}).status_code == 403
        assert api.get("/v1/audit").status_code == 401
