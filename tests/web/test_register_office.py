"""The register's secretariat in a browser, in Dutch: a file looked at and recorded, a correction by two persons."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from register_server import Practice, enter, registered, saw
from test_working_journeys import no_fault

from medicomut.api.imports import MOST_BYTES, packed, unpacked
from medicomut.errors import Problems
from medicomut.identifiers import synthetic_inami

HEADER = "number,kind,agreement,profession,region\n"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_secretariat_imports_a_file(
    browse: Callable[..., Page], practice: Practice, tmp_path: Path, script: bool
) -> None:
    """A refused row stops the whole; mended, the plan that was shown is recorded; sent again nothing happens."""
    first, second = (synthetic_inami(400 + at + 10 * script, "004") for at in range(2))
    file = tmp_path / "artsen.csv"
    rows = [f"{first},registered,,gp,Brussels", f"{first},refused,be/amm/2020,,", f"{second},registered,,gp,Brussels"]
    file.write_text(HEADER + "\n".join([*rows, f"{second[:-4]}9999,registered,,gp,Brussels"]), "utf-8")
    page = browse("nl", at=practice[0], java_script_enabled=script)
    enter(page, practice, "account:els", "secretariat")
    page.goto("/nl/register/import")
    page.locator("#f-file").set_input_files(file)
    page.get_by_role("button", name="Bekijken wat elke rij wordt").click()
    expect(page.get_by_role("status")).to_contain_text("er is nog niets geregistreerd")
    expect(page.get_by_role("status")).to_contain_text(re.compile("geweigerd: 1"))
    expect(page.locator("main tbody tr").first).to_contain_text("geweigerd")
    saw(page, f"import-{'script' if script else 'plain'}")
    if script:
        no_fault(page)

    file.write_text(HEADER + "\n".join(rows), "utf-8")
    page.locator("#f-file").set_input_files(file)
    page.get_by_role("button", name="Bekijken wat elke rij wordt").click()
    page.get_by_role("button", name="Deze 3 rijen registreren").click()
    expect(page.get_by_role("status")).to_contain_text("3 verklaringen zijn toegevoegd")
    page.locator("#f-file").set_input_files(file)
    page.get_by_role("button", name="Bekijken wat elke rij wordt").click()
    expect(page.get_by_role("status")).to_contain_text("al in het register: 3")
    expect(page.get_by_role("button", name=re.compile("registreren$"))).to_have_count(0)


def test_a_plan_that_has_changed_is_not_recorded(
    browse: Callable[..., Page], practice: Practice, tmp_path: Path
) -> None:
    number = synthetic_inami(440, "004")
    file = tmp_path / "artsen.csv"
    file.write_text(f"{HEADER}{number},registered,,gp,Brussels\n", "utf-8")
    page = browse("nl", at=practice[0])
    enter(page, practice, "account:els", "secretariat")
    page.goto("/nl/register/import")
    page.locator("#f-file").set_input_files(file)
    page.get_by_role("button", name="Bekijken wat elke rij wordt").click()
    registered(practice[1].state.registered.register, "004", "gp", "Brussels", number=number)
    page.get_by_role("button", name="Deze ene rij registreren").click()
    expect(page.get_by_role("alert")).to_contain_text("intussen veranderd")


def test_a_correction_takes_two_persons(browse: Callable[..., Page], practice: Practice) -> None:
    """Els proposes that a refusal never was; she cannot approve it; Piet does, and silence holds again."""
    number = registered(practice[1].state.registered.register, "005", "gp", "Wallonia", refuses=True)
    page = browse("nl", at=practice[0])
    enter(page, practice, "account:els", "secretariat")
    page.goto("/nl/register/corrections")
    page.locator("#f-number").fill(number)
    page.get_by_role("button", name="De verklaringen tonen").click()
    page.get_by_role("link", name="Verbeteren 2").click()
    page.get_by_label("er is niets verklaard").check()
    page.locator("#f-from").fill("2020-02-10")
    page.locator("#f-basis").fill("brief van 9 februari 2020")
    no_fault(page)
    page.get_by_role("button", name="Voorstellen").click()
    expect(page.get_by_role("status")).to_contain_text("zodra iemand anders")
    row = page.get_by_role("region", name="Voorgesteld").get_by_role("row", name=re.compile(number))
    expect(row).to_contain_text("trial:account:els")
    expect(row.get_by_role("button", name="Goedkeuren")).to_have_count(0)

    other = browse("nl", at=practice[0])
    enter(other, practice, "account:piet", "secretariat")
    other.goto("/nl/register/corrections")
    row = other.get_by_role("region", name="Voorgesteld").get_by_role("row", name=re.compile(number))
    row.get_by_role("button", name="Goedkeuren").click()
    expect(other.get_by_role("status")).to_contain_text("Goedgekeurd")
    row = other.get_by_role("region", name="Voorgesteld").get_by_role("row", name=re.compile(number))
    expect(row).to_contain_text("trial:account:piet")
    saw(other, "corrections")
    no_fault(other)
    history = practice[1].state.registered.history(number)
    assert [one.kind.name for one in history.recorded] == ["registered", "refused", "corrected"]
    assert history.recorded[-1].payload["checker"] == "trial:account:piet"
    assert history.status(history.recorded[-1].valid_from, practice[1].state.registered.terms).state.value == "full"

    own = browse("nl", at=practice[0])
    enter(own, practice, f"account:{number}", "practitioner")
    own.goto("/nl/register/mine")
    refused = history.recorded[1].sequence
    expect(own.locator("tbody tr", has_text=f"nummer {refused}: er is niets verklaard")).to_have_count(1)


def test_who_proposed_withdraws(browse: Callable[..., Page], practice: Practice) -> None:
    number = registered(practice[1].state.registered.register, "005", "gp", "Wallonia", refuses=True)
    page = browse("nl", at=practice[0])
    enter(page, practice, "account:els", "secretariat")
    page.goto(f"/nl/register/corrections?number={number}&version=2")
    page.get_by_label("er is niets verklaard").check()
    page.locator("#f-from").fill("2020-02-10")
    page.locator("#f-basis").fill("brief van 9 februari 2020")
    page.get_by_role("button", name="Voorstellen").click()
    row = page.get_by_role("region", name="Voorgesteld").get_by_role("row", name=re.compile(number))
    row.get_by_text("Intrekken", exact=True).click()
    row.get_by_role("button", name="Dit voorstel intrekken").click()
    expect(page.get_by_role("status")).to_contain_text("Ingetrokken")
    row = page.get_by_role("region", name="Voorgesteld").get_by_role("row", name=re.compile(number))
    expect(row).to_contain_text("ingetrokken")
    no_fault(page)
    assert [one.kind.name for one in practice[1].state.registered.history(number).recorded] == ["registered", "refused"]


def test_who_is_not_the_secretariat_sees_neither(browse: Callable[..., Page], practice: Practice) -> None:
    page = browse("nl", at=practice[0])
    enter(page, practice, "account:fonds", "insurer")
    for address in ("import", "corrections"):
        page.goto(f"/nl/register/{address}")
        expect(page.get_by_role("heading", level=1)).to_contain_text("niet voor u toegankelijk")


def test_rows_that_are_not_those_of_a_page_are_refused() -> None:
    """What somebody makes up, cuts short or packs without end is told, and never unpacked whole."""
    rows = [{"number": synthetic_inami(450, "004"), "kind": "registered", "hours": None}]
    assert unpacked(packed(rows)) == rows
    endless = base64.b64encode(zlib.compress(b"[" + b" " * MOST_BYTES + b"]")).decode()
    for field in ("", "no base64", packed(rows)[:-8], base64.b64encode(b"plain").decode(), endless,
                  base64.b64encode(zlib.compress(b'{"a": 1}')).decode()):  # fmt: skip
        with pytest.raises(Problems, match="import_lost"):
            unpacked(field)
