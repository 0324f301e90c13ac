"""A general practitioner and a specialist with two sites in the window of 2020, in a browser, script or not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from register_server import Practice, doctor, registered, saw
from test_working_journeys import no_fault


def fill(page: Page, row: int, **values: str) -> None:
    """Fill in a row of the week by hand."""
    line = page.locator(".hours-list tbody tr").nth(row)
    for name, value in values.items():
        cell = line.locator(f"[name={name}]")
        if name in {"day", "kind", "setting"}:
            cell.select_option(value)
        else:
            cell.fill(value)


def cell(page: Page, day: str, hour: str) -> Any:
    return page.get_by_role("gridcell", name=re.compile(f"^{day} {hour},"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_general_practitioner_accedes_partly(
    browse: Callable[..., Page], practice: Practice, tmp_path: Path, script: bool
) -> None:
    """A week too free by a quarter of an hour is mended, confirmed, recorded; then the notice, then a refusal."""
    page = browse("fr", at=practice[0], java_script_enabled=script, accept_downloads=True)
    number = doctor(page, practice, "003", "gp")
    page.goto("/fr/register/mine")
    expect(page.locator("dl.facts").first).to_contain_text("entièrement conventionné")
    expect(page.get_by_text("28 février 2020")).to_be_visible()
    if script:
        no_fault(page)
    week = [
        ("mon", "09:00", "12:00", "free"),
        ("mon", "13:00", "19:00", "tariff"),
        ("tue", "09:00", "13:00", "free"),
        ("tue", "14:00", "20:00", "tariff"),
        ("wed", "16:00", "19:00", "free"),
        ("wed", "08:00", "16:00", "tariff"),
    ]
    for at, (day, start, end, kind) in enumerate(week):
        fill(page, at, day=day, start=start, end=end, kind=kind, site="A")
    page.get_by_role("button", name="Plus de lignes").click()
    if script:
        page.locator("details.hours-list summary").click()
    fill(page, 6, day="thu", start="08:00", end="17:00", kind="tariff", site="A")
    if not script:
        page.get_by_role("button", name="Juger ces heures").click()
    said = page.locator("#judgement")
    expect(said).to_contain_text("14.2.2.2.2")
    expect(said).to_contain_text("74,35")
    saw(page, f"gp-{'script' if script else 'plain'}")

    page.get_by_role("button", name="Déclarer ces heures").click()
    expect(page.get_by_role("alert")).to_contain_text("ne respectent pas l'accord")
    page.get_by_role("button", name="Reprendre cette semaine").click()
    expect(page.locator("#judgement .notice.good")).to_be_visible()
    page.get_by_role("button", name="Déclarer ces heures").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ceci sera enregistré")
    expect(page.locator("dl.facts")).to_contain_text("10 février 2020")
    expect(page.locator("dl.facts")).to_contain_text("mercredi 16:00–18:45 (A)")
    expect(page.locator("dl.facts a.clause")).to_have_text("17.2")
    if script:
        no_fault(page)
    page.get_by_role("button", name="Enregistrer cette déclaration").click()
    expect(page.get_by_role("status")).to_contain_text("Adhésion partielle")
    expect(page.locator("dl.facts").first).to_contain_text("partiellement conventionné")
    page.reload()  # what a reader does who is not sure: nothing is sent again
    rows = page.get_by_role("region", name="Ce que vous avez déclaré").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(f"account:{number}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Calendrier").click()
    download.value.save_as(tmp_path / "hours.ics")
    assert (tmp_path / "hours.ics").read_text(encoding="utf-8").count("BEGIN:VEVENT") == 8

    page.goto("/fr/register/mine")
    page.get_by_role("button", name=re.compile("Refus d'adhérer")).click()
    page.get_by_role("button", name="Enregistrer cette déclaration").click()
    expect(page.locator("dl.facts").first).to_contain_text("non conventionné")


def test_a_specialist_on_two_sites_paints_a_week_by_keyboard_and_mouse(
    browse: Callable[..., Page], practice: Practice
) -> None:
    """Site B has no hours at tariff: 14.3.2.2.3 is named while one paints, and gone when it has."""
    page = browse("nl", at=practice[0])
    doctor(page, practice, "690", "specialist")
    page.goto("/nl/register/mine")
    grid, said = page.get_by_role("grid"), page.locator("#judgement")
    expect(grid).to_be_visible()
    brush = page.locator(".brush")
    brush.get_by_label("Aan tarief").check()
    brush.get_by_label("Vestiging").fill("A")
    brush.get_by_label("Waar patiënten worden gezien").select_option("ambulatory")
    cell(page, "maandag", "08:00").focus()
    page.keyboard.press("Shift+ArrowDown")
    for _ in range(6):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Space")
    expect(cell(page, "maandag", "11:30")).to_have_attribute("aria-label", re.compile("Aan tarief, Vestiging A$"))
    expect(said).to_contain_text("100,00")
    expect(cell(page, "maandag", "11:30")).to_be_focused()

    brush.get_by_label("Buiten tarief").check()
    brush.get_by_label("Vestiging").fill("B")
    first, last = cell(page, "dinsdag", "13:00"), cell(page, "dinsdag", "16:30")
    first.hover()
    page.mouse.down()
    last.hover()
    page.mouse.up()
    expect(said).to_contain_text("14.3.2.2.3")
    expect(said).to_contain_text("Vestiging B biedt ambulante patiënten geen enkel blok aan tarief")
    saw(page, "specialist-two-sites")
    no_fault(page)

    brush.get_by_label("Aan tarief").check()
    cell(page, "vrijdag", "09:00").click()
    expect(said.locator(".notice.good")).to_contain_text("geldig")
    page.get_by_role("button", name="Deze uren aangeven").click()
    facts = page.locator("dl.facts")
    expect(facts).to_contain_text("dinsdag 13:00–17:00 (B)")
    expect(facts).to_contain_text("vrijdag 09:00–09:30 (B)")
    page.get_by_role("button", name="Deze verklaring registreren").click()
    expect(page.get_by_role("status")).to_contain_text("Gedeeltelijke toetreding")
    page.get_by_role("link", name="Bericht voor aan de deur").click()
    expect(page.get_by_role("heading", name="Vestiging B")).to_be_visible()
    assert page.locator("body").evaluate("(at) => getComputedStyle(at).color") == "rgb(17, 17, 17)"


def test_anybody_tries_a_timetable_and_nothing_is_kept(browse: Callable[..., Page], served: str) -> None:
    page = browse("de", at=served)
    page.goto("/de/register/timetable?profession=specialist")
    said = page.locator("#judgement")
    expect(said).to_contain_text("52,17")
    page.locator(".brush").get_by_label("keine Stunden").check()
    cell(page, "Donnerstag", "08:00").click()
    expect(said).to_contain_text("51,11")
    page.locator("input[name=profession][value=gp]").check()
    expect(said).to_contain_text("14.2.2.2")
    page.locator("details.takeaway summary").click()
    page.get_by_role("button", name="Aushang für die Tür").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Stunden und Tarife")
    assert "timetable/notice" in page.url


def test_the_count_runs_in_the_window(browse: Callable[..., Page], practice: Practice) -> None:
    page = browse("fr", at=practice[0])
    page.goto("/fr/register/window?agreement=be/amm/2020")
    expect(page.locator("dl.facts")).to_contain_text("28 février 2020")
    expect(page.locator("dl.facts")).to_contain_text("encore 18 jours")
    expect(page.get_by_role("row", name=re.compile("Région flamande"))).to_contain_text("passe")
    no_fault(page)
    for by in ("region", "province", "arrondissement", "specialty"):
        page.goto(f"/fr/register?by={by}&on=2020-03-20&against=2020-02-01")
        expect(page.get_by_role("row", name=re.compile("^tous")).first).to_be_visible()
        no_fault(page)


def test_a_patient_gives_the_doctors_number(browse: Callable[..., Page], practice: Practice) -> None:
    """Who declared nothing has acceded: the fee binds. Who refused may ask more. Nobody of that number: left out."""
    register = practice[1].state.registered.register
    silent = registered(register, "003", "gp", "Brussels")
    refusing = registered(register, "003", "gp", "Brussels", refuses=True)
    page = browse("fr", at=practice[0])
    for number, says in ((silent, "entièrement conventionné"), (refusing, "non conventionné")):
        page.goto("/fr/pay")
        page.locator("#f-care").select_option("101032")
        page.locator("#f-date").fill("2020-02-11")
        page.locator("#f-doctor").fill(number)
        page.get_by_role("button", name="Montrer ce que je paie").click()
        expect(page.locator(".answer")).to_contain_text(says)
    expect(page.locator(".answer .notice")).to_contain_text("peut demander plus")
    no_fault(page)
    page.goto("/fr/pay")
    page.locator("#f-care").select_option("101032")
    page.locator("#f-date").fill("2020-01-02")
    page.locator("#f-doctor").fill(silent)
    page.get_by_role("button", name="Montrer ce que je paie").click()
    expect(page.get_by_role("alert")).to_contain_text("n'a pas de statut de ce médecin")


def test_a_practitioner_denounces_for_himself(browse: Callable[..., Page], practice: Practice) -> None:
    """A letter within fifteen days of the finding is taken; one of the sixteenth day is not, and why is said."""
    page = browse("fr", at=practice[0])
    doctor(page, practice, "004", "gp")
    page.goto("/fr/register/mine")
    page.get_by_text("Dénonciation individuelle", exact=True).click()
    page.locator("#f-ground").select_option("16.2.3")
    for name, day in (("event", "2020-01-02"), ("finding", "2020-01-10"), ("notified", "2020-01-26"),
                      ("effective", "2020-03-01")):  # fmt: skip
        page.locator(f"#f-{name}").fill(day)
    page.get_by_role("button", name="Déclarer la dénonciation").click()
    expect(page.get_by_role("alert")).to_contain_text("après le dernier jour du délai")
    page.locator("#f-notified").fill("2020-01-25")
    page.get_by_role("button", name="Déclarer la dénonciation").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ceci sera enregistré")
    expect(page.locator("dl.facts")).to_contain_text("1er mars 2020")
    expect(page.locator("dl.facts a.clause").first).to_have_text("16.2.3")
    saw(page, "denounce-confirm")
    no_fault(page)
    page.get_by_role("button", name="Enregistrer cette déclaration").click()
    expect(page.get_by_role("status")).to_contain_text("Dénonciation individuelle")
    expect(page.get_by_role("status")).to_contain_text("1er mars 2020")
