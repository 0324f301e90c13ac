"""The four dashboards of 2020 in four languages, as pages and as PDF/UA."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pikepdf
import pytest
import typst
from pdf_checks import faults, tags
from typer.testing import CliRunner

from medicomut.agreement import LANGUAGES, load
from medicomut.cli.main import app
from medicomut.procedure.commitments import Quarter
from medicomut.procedure.commitments_following import Evidence, Found, plain
from medicomut.procedure.dashboard import Dashboard, as_html, as_pdf, dashboard

SIGNED = load("be/amm/2020")
QUARTERS = ("2020Q1", "2020Q2", "2020Q3", "2020Q4")


def of(quarter: str, lang: str = "en", *events: Evidence) -> Dashboard:
    return dashboard(SIGNED, Quarter.parse(quarter), lang, None, events)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("quarter", QUARTERS)
def test_every_dashboard_is_made_and_its_pdf_keeps_to_pdf_ua(quarter: str, lang: str) -> None:
    made = of(quarter, lang)
    written = as_pdf(made)
    assert faults(written) == []
    found = tags(written)
    assert found["H1"] == 1
    assert found["H2"] == len(made.parts)
    assert found["Table"] == sum(bool(part.rows) for part in made.parts)
    assert found["TR"] == sum(len(part.rows) + 1 for part in made.parts if part.rows)
    page = Tags()
    page.feed(as_html(made))
    assert page.open == []
    assert page.lang == lang


class Tags(HTMLParser):
    """The tags of a page that are open at its end, and its language."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.lang: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.lang = dict(attrs)["lang"]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def broken(source: str) -> list[str]:
    made: bytes = typst.compile(source.encode(), format="pdf", ignore_system_fonts=True)
    return faults(made)


def test_the_check_finds_what_is_no_pdf_ua() -> None:
    """The same check on files that typst was not asked to hold to the standard."""
    assert "5: not identified as PDF/UA-1" in broken("Text.")
    assert any("title" in fault for fault in broken("Text."))
    assert any("7.4" in fault for fault in broken('#set document(title: "T")\n= One\n=== Three'))


def test_the_check_finds_what_was_taken_out_of_a_good_file(tmp_path: Path) -> None:
    file = tmp_path / "good.pdf"
    file.write_bytes(as_pdf(of("2020Q1")))
    with pikepdf.open(file, allow_overwriting_input=True) as pdf:
        del pdf.Root["/Lang"]
        del pdf.Root["/ViewerPreferences"]
        pdf.Root.MarkInfo.Marked = False
        for font in pdf.pages[0].Resources.Font.values():
            del font["/ToUnicode"]
        pdf.save(file)
    found = " ".join(faults(file.read_bytes()))
    for part in ("7.2: no language", "the title is not shown", "not marked as tagged", "no way to Unicode"):
        assert part in found


def test_a_dashboard_is_the_same_each_time() -> None:
    assert as_pdf(of("2020Q2", "fr")) == as_pdf(of("2020Q2", "fr"))


def ids(made: Dashboard, title: str) -> list[str]:
    (part,) = [part for part in made.parts if part.title == title]
    return [row[3] for row in part.rows]


def test_the_second_quarter_tells_what_is_due_late_and_next() -> None:
    made = of("2020Q2")
    assert ids(made, "Due in this quarter") == ["5.2.6", "5.1.1", "5.1.2", "6.3", "8", "8", "13"]
    assert ids(made, "Earlier days still open") == ["4.1", "5.2.3.2", "4.3.8", "5.2.2.2", "5.2.5.4", "7", "13"]
    assert len(ids(made, "Due in the next quarter")) == 10 + 2 + 10 + 2
    (part,) = [part for part in made.parts if part.title == "Due in this quarter"]
    assert "31 May 2020" in part.paragraphs[0]
    assert "Sunday" in part.paragraphs[0]


def test_evidence_moves_a_promise_out_of_the_open_ones() -> None:
    shown = Evidence("guard_method", date(2020, 3, 9), Found.kept, "minutes, made up", plain("Submitted."))
    made = of("2020Q2", "en", shown)
    assert "5.2.3.2" not in ids(made, "Earlier days still open")
    (part,) = [part for part in made.parts if part.title == "Evidence known"]
    assert any(row[4] == "minutes, made up" for row in part.rows)


def test_what_is_written_in_evidence_is_only_text(tmp_path: Path) -> None:
    """Markup of HTML or of typst in a note stays what somebody wrote."""
    nasty = Evidence("guard_method", date(2020, 3, 9), Found.kept, "<script>", plain("#pagebreak() $x$ <b>"))
    made = of("2020Q1", "fr", nasty)
    assert "<script>" not in as_html(made)
    assert faults(as_pdf(made)) == []


@pytest.mark.parametrize("ending", ["html", "pdf"])
def test_the_command_writes_it(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"board.{ending}"
    asked = ["procedure", "dashboard", "be/amm/2020", "--quarter", "2020Q3", "--lang", "de", "--out", str(out)]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.stderr
    assert out.read_bytes().startswith(b"%PDF-" if ending == "pdf" else b"<!doctype html>")
