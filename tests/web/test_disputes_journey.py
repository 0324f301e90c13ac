"""The secretariat at its dispute desk, in French and Dutch: a nomenclature dispute from the file to the decision."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from looking import SCREENS
from playwright.sync_api import Page, expect
from test_access import faults

from medicomut.identity.desk import Desk
from medicomut.procedure.disputes_wording import say

GOOD = "correct horse battery"


def entered(page: Page, app: FastAPI, lang: str, name: str) -> None:
    """Sign in as the secretariat, with an account made for this journey."""
    desk: Desk = app.state.entrance.desk
    once = desk.accounts.add(f"{name}-{lang}", ["secretariat"])
    page.goto(f"/{lang}/sign-in")
    page.locator("main input[name=name]").fill(f"{name}-{lang}")
    page.locator("main input[name=password]").fill(once)
    page.locator("main form button").first.click()
    page.locator("input[name=old_password]").fill(once)
    page.locator("input[name=new_password]").fill(GOOD)
    page.locator("main form:has(input[name=new_password]) button").click()


def opened(page: Page) -> None:
    """Look at every form of a page as axe does."""
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")
    assert faults(page) == []


@dataclass(frozen=True)
class DeskPage:
    """A case on the desk, in a language."""

    page: Page
    lang: str

    def record(self, kind: str, *, try_only: bool = False, choose: str = "", **fields: str) -> None:
        """Fill in the form of a step and send it."""
        form = self.page.locator(f"details:has(form[action*='/{kind}#'])")
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        for name, value in fields.items():
            form.locator(f"[name={name}]").fill(value)
        if choose:
            form.locator("[name=outcome], [name=awaited]").select_option(choose)
        word = say("try_button" if try_only else "record_button", self.lang)
        form.get_by_role("button", name=word, exact=True).click()

    def sees(self, key: str) -> None:
        """Find a word of the room among what is told at once."""
        expect(self.page.locator(".notice").first).to_contain_text(say(key, self.lang))


@pytest.mark.parametrize("lang", ["fr", "nl"])
def test_a_nomenclature_dispute_from_the_file_to_the_decision(
    browse: Callable[..., Page], office: tuple[str, FastAPI], lang: str
) -> None:
    """`be/amm/2020#15`: no end without the opinion; no decision with a name in it."""
    address, app = office
    page = browse(lang, at=address)
    entered(page, app, lang, "conciliation")
    page.goto(f"/{lang}/secretariat")
    page.locator(f"nav.desk a[href='/{lang}/procedures/disputes']").click()
    page.locator("#f-subject").select_option("nomenclature")
    page.locator("#f-codes").fill("475075 475086")
    page.locator("#f-applicant").fill("absym_bvas")
    page.locator("#f-question").fill("Deux ECG le même jour ?")
    page.get_by_role("button", name=say("record_button", lang), exact=True).click()
    expect(page.locator(".notice.bad")).to_contain_text(say("refused_party_missing", lang))
    expect(page.locator("#f-question")).to_have_value("Deux ECG le même jour ?")
    page.locator("#f-respondent").fill("insurers")
    page.get_by_role("button", name=say("try_button", lang), exact=True).click()
    expect(page.locator(".notice.good")).to_contain_text(say("could_title", lang))
    page.get_by_role("button", name=say("record_button", lang), exact=True).click()
    expect(page).to_have_url(re.compile(r"/procedures/disputes/\d{4}-\d{3}\?done=opened#content$"))
    number = re.findall(r"\d{4}-\d{3}", page.url)[0]

    desk = DeskPage(page, lang)
    desk.record("concluded", choose="conciliated", text="x")
    desk.sees("refused_advice_missing")
    expect(page.locator(".notice.bad a.clause")).to_have_text("15")
    desk.record("advice_asked", reference="CTM-2020-7")
    desk.sees("kind_advice_asked")
    desk.record("deadline", choose="advice", due="2030-05-05")
    desk.record("advice_given", text="Deux le même jour, demandés séparément.")
    desk.record("concluded", choose="conciliated", text="L'ABSyM-BVAS obtient raison.", try_only=True)
    desk.sees("could_title")
    desk.record("concluded", choose="conciliated", text="L'ABSyM-BVAS obtient raison.")
    expect(page.locator("main dl.facts").first).to_contain_text(say("status_concluded", lang))

    desk.record("published", title="ABSyM: deux ECG")
    desk.sees("refused_not_anonymous")
    expect(page.locator("#f-published-text")).to_have_value(re.compile(re.escape(say("role_applicant", lang))))
    page.screenshot(path=SCREENS / f"dispute-{lang}.png", full_page=True)
    opened(page)
    desk.record("published", title="Deux ECG le même jour", text="La partie demanderesse obtient raison.")
    desk.sees("recorded_title")

    visitor = browse(lang, at=address)  # nobody who has signed in
    visitor.goto(f"/{lang}/procedures/decisions?q=ECG")
    article = visitor.locator("article", has=visitor.locator(f"[id='{number}']"))
    expect(article).to_contain_text("La partie demanderesse obtient raison.")
    assert "ABSyM" not in (visitor.locator("main").text_content() or "")
    visitor.screenshot(path=SCREENS / f"decisions-{lang}.png", full_page=True)
    visitor.goto(f"/{lang}/procedures/disputes/{number}")
    expect(visitor.locator("main")).not_to_contain_text("ABSyM")


@pytest.mark.parametrize("lang", ["fr", "nl"])
def test_an_arbitration_asks_for_an_equal_college(
    browse: Callable[..., Page], office: tuple[str, FastAPI], lang: str
) -> None:
    """`be/amm/2020#14.5`, without JavaScript."""
    address, app = office
    page = browse(lang, at=address, java_script_enabled=False, viewport={"width": 390, "height": 844})
    entered(page, app, lang, "arbitration")
    page.goto(f"/{lang}/procedures/disputes")
    page.locator("#f-track").select_option("arbitration")
    page.locator("#f-clauses").fill("15")
    page.locator("#f-applicant").fill("practitioner:19000122003")
    page.locator("#f-respondent").fill("insurers")
    page.locator("#f-question").fill("Le tarif lie-t-il ?")
    page.get_by_role("button", name=say("record_button", lang), exact=True).click()
    expect(page.locator(".notice.bad")).to_contain_text(say("refused_outside_arbitration", lang))
    page.locator("#f-clauses").fill("14.3.3.3")
    page.get_by_role("button", name=say("record_button", lang), exact=True).click()

    desk = DeskPage(page, lang)
    desk.record("college", physicians="A\nB", insurers="C", chair="D")
    desk.sees("refused_unbalanced_college")
    desk.record("college", physicians="A\nB", insurers="C\nE", chair="D")
    desk.sees("kind_college")
    page.screenshot(path=SCREENS / f"arbitration-{lang}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
