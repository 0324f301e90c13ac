"""The file of providers: what it may say, every fault of it, and which claims give which role."""

from __future__ import annotations

from pathlib import Path

import pytest

from medicomut.errors import Problems
from medicomut.identity.providers import KINDS, Rule, read_providers, values_at

PAGE = Path(__file__).resolve().parents[2] / "docs" / "identity.md"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STAFF_SECRET", "s3cret")
    monkeypatch.setenv("ITSME_SECRET", "s3cret")
    for name in ("ehealth.pem", "psc.secret"):
        (tmp_path / name).write_text(f"{name} of nobody\n", encoding="utf-8")
    return tmp_path / "providers.toml"


def test_the_example_of_the_documentation(file: Path) -> None:
    file.write_text(PAGE.read_text("utf-8").split("```toml\n")[1].split("```")[0], encoding="utf-8")
    found = read_providers(file)
    assert list(found) == ["doctors", "citizens", "medecins", "staff"]
    assert found["doctors"].issuer == KINDS["iam-connect"].issuer
    assert (found["doctors"].method, found["doctors"].secret) == ("private_key_jwt", "ehealth.pem of nobody")
    assert found["citizens"].scopes == ("openid", "service:TARIF_LOGIN")
    assert (found["medecins"].userinfo, found["medecins"].acr_values) == (True, "eidas1")
    assert found["staff"].roles({"realm_access": {"roles": ["x", "tariff-audit"]}}) == ("auditor",)
    assert "s3cret" not in repr(found)


def test_the_documented_keys_and_kinds_are_those_of_the_program() -> None:
    from medicomut.identity.providers import _Table

    text = PAGE.read_text("utf-8")
    keys = text[text.index("| key | what it says |") :].split("\n\n")[0]
    assert {word for line in keys.splitlines()[2:] for word in _words(line.split("|")[1])} == set(_Table.model_fields)
    kinds = text[text.index("| kind | issuer |") :].split("\n\n")[0]
    rows = [[_words(cell) for cell in line.split("|")[1:4]] for line in kinds.splitlines()[2:]]
    assert {row[0][0]: row[1][0] if row[1] else "" for row in rows} == {n: k.issuer for n, k in KINDS.items()}


def _words(cell: str) -> list[str]:
    import re

    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ("client = 'x'", "bad_setting", "idp.client"),
        ("client_id = 5", "bad_setting", "idp.client_id"),
        ("issuer = 'http://idp.example'", "bad_issuer", "idp.issuer"),
        ("issuer = 'idp.example'", "bad_issuer", "idp.issuer"),
        ("kind = 'openid4'", "bad_setting", "idp.kind"),
        ("client_secret = 'hunter2'", "bad_setting", "idp.client_secret"),
        ("client_secret_env = 'NOT_SET'", "no_secret", "idp.client_secret_env"),
        ("method = 'private_key_jwt'", "no_secret", "idp.private_key_file"),
        ("scopes = ['profile']", "bad_scopes", "idp.scopes"),
        ("audience = 'x'", "bad_audience", "idp.audience"),
        ("roles = [{claim = '/x', role = 'king', equals = ['y']}]", "bad_setting", "idp.roles.0.role"),
        ("roles = [{claim = '/x', role = 'public', equals = ['y']}]", "bad_setting", "idp.roles.0.role"),
        ("roles = [{claim = 'x', role = 'auditor', equals = ['y']}]", "bad_setting", "idp.roles.0.claim"),
        ("roles = [{claim = '/x', role = 'auditor'}]", "bad_setting", "idp.roles.0"),
        ("roles = [{claim = '/x', role = 'auditor', equals = ['y'], starts = 'z'}]", "bad_setting", "idp.roles.0"),
    ],
)
def test_a_fault_is_named_without_its_value(file: Path, line: str, code: str, field: str) -> None:
    name = line.partition(" =")[0]
    plain = {"issuer": "issuer = 'https://idp.example'", "client_id": "client_id = 'x'",
             "client_secret_env": "client_secret_env = 'STAFF_SECRET'"}  # fmt: skip
    lines = [other for key, other in plain.items() if key != name]
    file.write_text("\n".join(["[idp]", *lines, line]), encoding="utf-8")
    with pytest.raises(Problems) as refused:
        read_providers(file)
    assert [(p.code, p.where and p.where.field) for p in refused.value.problems] == [(code, field)]
    assert "hunter2" not in str(refused.value)


def test_every_fault_of_every_table_is_told(file: Path) -> None:
    file.write_text("[one]\nx = 1\n[account]\n[two]\nclient_id = 'x'\nscopes = []\n", encoding="utf-8")
    with pytest.raises(Problems) as refused:
        read_providers(file)
    assert {(p.where and p.where.field) for p in refused.value.problems} == {
        "one.client_id", "one.x", "account", "two.issuer", "two.scopes", "two.client_secret_file",
    }  # fmt: skip


@pytest.mark.parametrize("content", ["[idp", "\x00", "a = 1"])
def test_what_is_no_file_of_providers(file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(Problems):
        read_providers(file)


@pytest.mark.parametrize(
    ("pointer", "found"),
    [("/a/b", ["x", "y", "3"]), ("/a", ["c"]), ("/u~1v", ["z"]), ("/none", []), ("/t", []), ("/f", [])],
)
def test_where_a_pointer_leads(pointer: str, found: list[str]) -> None:
    claims = {"a": [{"b": "x"}, {"b": ["y", 3]}, "c", None], "u/v": "z", "t": True, "f": 1.5}
    assert list(values_at(claims, pointer)) == found


@pytest.mark.parametrize(
    ("number", "roles"), [("10000000001", ("practitioner",)), ("30000000001", ()), (10000000001, ("practitioner",))]
)
def test_an_inami_number_of_a_doctor_begins_with_1(number: object, roles: tuple[str, ...]) -> None:
    """A dentist's begins with 3: no physician, though a professional."""
    assert KINDS["iam-connect"].roles({"userProfile": {"nihii11": number}}) == roles


def test_who_is_somebody_is_not_yet_something() -> None:
    assert KINDS["itsme"].roles({"sub": "x", "name": "Nobody"}) == ()
    assert not Rule("/x", "auditor", equals=("1",)).holds({"x": "12"})
