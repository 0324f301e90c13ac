"""A billing controller and the secretariat from start to end in a browser; axe and the keyboard on their pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from fastapi import FastAPI
from files import DOCTORS, LINES, as_an_office_writes
from looking import SCREENS
from playwright.sync_api import Page, expect
from test_access import faults

GOOD = "correct horse battery"
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def sent(tmp_path: Path) -> tuple[Path, Path]:
    lines, doctors = tmp_path / "facturation.csv", tmp_path / "medecins.csv"
    lines.write_text(as_an_office_writes(LINES), "utf-8")
    doctors.write_text(DOCTORS, "utf-8")
    return lines, doctors


def no_fault(page: Page) -> None:
    """Axe finds nothing in the page, everything unfolded; and on a phone nothing runs over its edge."""
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")
    assert faults(page) == []
    page.emulate_media(color_scheme="light")
    size = page.viewport_size
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
    page.set_viewport_size(size or PHONE)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_billing_controller_checks_a_file(
    browse: Callable[..., Page], desktop: str, sent: tuple[Path, Path], script: bool
) -> None:
    """Sent under its own headings, named, checked, narrowed, explained, downloaded, deleted."""
    page = browse("fr", at=desktop, java_script_enabled=script)
    page.goto("/fr/")
    page.get_by_role("navigation").get_by_role("link", name="Contrôler un fichier").click()
    page.get_by_label("Lignes de soins").set_input_files(sent[0])
    page.get_by_label("Table des prestataires").set_input_files(sent[1])
    page.get_by_role("button", name="Envoyer et voir les colonnes").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Quelle colonne est laquelle")
    row = page.get_by_role("row", name=re.compile("Date des soins"))
    expect(row.first).to_contain_text("proposée")
    expect(page.get_by_label("Prestation", exact=True)).to_have_value("code")
    expect(page.get_by_label("Comment « Montant » est écrit")).to_contain_text("euros, virgule décimale → 30,00 €")
    page.get_by_role("button", name="Contrôler les lignes").click()
    expect(page.get_by_role("alert")).to_contain_text("Dites comment « Date des soins » est écrit")
    page.get_by_label("Comment « Date des soins » est écrit").select_option("day_first")
    page.get_by_role("button", name="Contrôler les lignes").click()
    expect(page.locator("#found tbody tr")).to_have_count(4, timeout=60_000)
    page.screenshot(path=SCREENS / f"controller-{'script' if script else 'plain'}.png", full_page=True)

    page.get_by_label("Verdict", exact=True).select_option("excess")
    if not script:
        page.get_by_role("button", name="Montrer").click()
    expect(page.locator("#found tbody tr")).to_have_count(1)
    assert "verdict=excess" in page.url
    page.locator("#found tbody th a").click()
    line = page.locator("#line")
    expect(line.get_by_role("heading", name="Ligne 1")).to_be_visible()
    expect(line).to_contain_text("7,78")
    expect(line.get_by_role("link", name="14.2.1").first).to_be_visible()
    if script:
        expect(line.get_by_role("heading", name="Ligne 1")).to_be_focused()
        expect(page.locator("#found tbody tr")).to_have_count(1)
    else:
        page.go_back()

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "facturation-checked.csv"
    assert pl.read_csv(download.value.path())["verdict"].to_list() == ["excess", "ok", "ok", "unpriced"]
    page.get_by_text("Supprimer ce fichier").click()
    page.get_by_role("button", name="Supprimer définitivement").click()
    expect(page.get_by_role("status")).to_contain_text("supprimés")
    expect(page.get_by_text("facturation.csv")).to_have_count(0)


def test_a_long_check_shows_how_far_it_is_and_is_given_up(
    browse: Callable[..., Page], desktop: str, tmp_path: Path
) -> None:
    """A million lines: the page follows by itself; given up, it says so without being asked again."""
    many = pl.DataFrame({"code": ["101032"], "date": ["2020-02-04"]}).select(pl.all().repeat_by(4_000_000).explode())
    many.write_parquet(tmp_path / "many.parquet")
    page = browse("fr", at=desktop)
    page.goto("/fr/check")
    page.get_by_label("Lignes de soins").set_input_files(tmp_path / "many.parquet")
    page.get_by_role("button", name="Envoyer et voir les colonnes").click()
    expect(page.locator(".lead")).to_contain_text("lignes", timeout=60_000)
    page.get_by_role("button", name="Contrôler les lignes").click()
    expect(page.locator("progress")).to_be_visible()
    page.get_by_role("button", name="Abandonner").click()
    expect(page.locator("#job")).to_contain_text(re.compile("abandonné|lignes contrôlées"), timeout=60_000)
    page.get_by_text("Supprimer ce fichier").click()
    page.get_by_role("button", name="Supprimer définitivement").click()
    expect(page.get_by_role("status")).to_contain_text("supprimés")


@pytest.mark.parametrize("lang", ["fr", "nl"])
def test_axe_finds_nothing_while_a_file_is_checked(
    browse: Callable[..., Page], desktop: str, tmp_path: Path, lang: str
) -> None:
    """The form, what is wrong with a file, the columns, what is wrong with them, the result, one line."""
    page = browse(lang, at=desktop)
    page.goto(f"/{lang}/check")
    no_fault(page)
    (tmp_path / "not.pdf").write_text("no table", "utf-8")
    page.locator("#f-lines").set_input_files(tmp_path / "not.pdf")
    page.locator("form[enctype] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    no_fault(page)
    page.locator("form[action$=example] button").click()
    no_fault(page)
    page.locator("select[name=as-1]").select_option("")
    page.locator("button[type=submit]").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    no_fault(page)
    page.locator("select[name=as-1]").select_option("code")
    page.locator("button[type=submit]").last.click()
    expect(page.locator("#found")).to_be_visible(timeout=60_000)
    no_fault(page)
    page.locator("#found tbody th a").first.click()
    expect(page.locator("#line h1")).to_be_focused()
    assert faults(page) == []
    page.goto(f"{page.url.partition('?')[0]}/lines/3")
    no_fault(page)
    page.goto(page.url.partition("/lines/")[0])
    page.locator("details.confirm summary").click()
    page.locator("details.confirm button").click()
    expect(page.get_by_role("status")).to_be_visible()
    no_fault(page)


def test_a_keyboard_checks_a_file(browse: Callable[..., Page], desktop: str) -> None:
    """From the example to the explanation of a line, and away with it, without a pointer."""
    page = browse("fr", at=desktop)
    page.goto("/fr/check")
    page.get_by_role("button", name="Essayer avec un exemple fictif").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Contrôler les lignes").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#found tbody tr").first).to_be_visible(timeout=60_000)
    page.locator("#found tbody th a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#line h1")).to_be_focused()
    page.get_by_text("Supprimer ce fichier").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("supprimés")


@pytest.fixture
def once(office: tuple[str, FastAPI]) -> str:
    """Return the one-time password of a new account `jan` of the secretariat."""
    accounts = office[1].state.entrance.desk.accounts
    known = {account.name for account in accounts.all()}
    return accounts.reset("jan") if "jan" in known else accounts.add("jan", ["secretariat"])


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_secretariat_from_the_door_to_the_door(
    browse: Callable[..., Page], office: tuple[str, FastAPI], once: str, script: bool
) -> None:
    """One-time password changed; a token issued and revoked; the trail shows both and holds; signed out."""
    page = browse("fr", at=office[0], java_script_enabled=script)
    page.goto("/fr/tokens")
    expect(page.get_by_text("Il faut se connecter pour cette page.")).to_be_visible()
    page.get_by_label("Nom").fill("jan")
    page.get_by_label("Mot de passe").fill("faux")
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_contain_text("n'est pas correct")
    page.get_by_label("Mot de passe").fill(once)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Choisir un mot de passe")
    page.get_by_label("Mot de passe à usage unique").fill(once)
    page.get_by_label("Nouveau mot de passe").fill(GOOD)
    page.get_by_role("button", name="Changer le mot de passe").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Jetons pour machines")
    expect(page.get_by_role("banner")).to_contain_text("jan")

    name = f"Caisse {'avec' if script else 'sans'} script"
    page.get_by_label("Nom de la machine").fill(name)
    page.get_by_role("button", name="Délivrer le jeton").click()
    expect(page.locator(".secret")).to_contain_text("mcm_")
    row = page.get_by_role("row", name=re.compile(name))
    row.locator("summary").click()
    page.screenshot(path=SCREENS / f"secretariat-{'script' if script else 'plain'}.png", full_page=True)
    row.get_by_role("button", name="Révoquer définitivement").click()
    expect(page.get_by_role("row", name=re.compile(name))).to_contain_text("révoqué")

    page.get_by_role("link", name="Journal des accès").click()
    expect(page.locator("tbody")).to_contain_text(f"token/{name}")
    page.get_by_label("Acte").select_option("delete")
    page.get_by_role("button", name="Montrer").click()
    expect(page.locator("tbody tr").first).to_contain_text("supprimé")
    page.get_by_role("button", name="Recalculer la chaîne").click()
    expect(page.get_by_text("La chaîne tient.")).to_be_visible()
    expect(page.locator(".secret")).to_contain_text(re.compile(r"^\d+:[0-9a-f]{64}$"))

    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("status")).to_contain_text("déconnecté")
    page.goto("/fr/tokens")
    expect(page.get_by_text("Il faut se connecter pour cette page.")).to_be_visible()


@pytest.mark.parametrize("lang", ["fr", "nl"])
def test_axe_finds_nothing_at_the_secretariat(
    browse: Callable[..., Page], office: tuple[str, FastAPI], once: str, lang: str
) -> None:
    page = browse(lang, at=office[0])
    page.goto(f"/{lang}/audit")
    no_fault(page)
    page.locator("#f-name").fill("jan")
    page.locator("#f-password").fill("nonsense")
    page.locator("main button[type=submit]").click()
    no_fault(page)
    page.locator("#f-password").fill(once)
    page.locator("main button[type=submit]").click()
    no_fault(page)
    page.locator("#f-old_password").fill(once)
    page.locator("#f-new_password").fill("short")
    page.locator("main button[type=submit]").click()
    no_fault(page)
    page.locator("#f-old_password").fill(once)
    page.locator("#f-new_password").fill(GOOD)
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile(f"/{lang}/audit$"))
    no_fault(page)
    for form in ("accounts", "tokens"):
        page.goto(f"/{lang}/{form}")
        page.locator("#f-name").fill(f"{lang}.test")
        page.locator("input[name=role]").nth(2).check()
        page.locator("form.ask button[type=submit]").click()
        expect(page.locator(".secret")).to_be_visible()
        no_fault(page)
        page.locator("#f-name").fill("?")
        page.locator("form.ask button[type=submit]").click()
        expect(page.get_by_role("alert")).to_be_visible()
        no_fault(page)
    for address in ("secretariat", "audit/verification", "audit/verification?known=x", "check"):
        page.goto(f"/{lang}/{address}")
        no_fault(page)
