"""The letters of a denunciation: what they say, in French and Dutch, and that the PDF is tagged."""

from datetime import date
from typing import Any

import pytest
from pdf_checks import faults, tags

from medicomut.errors import Problems
from medicomut.procedure.denunciation import Denunciation, Notice, Track, denounce
from medicomut.procedure.letters import Sender, as_html, as_pdf, letter

DAY = date(2020, 3, 2)


def case(by: str = "party", ground: str = "16.2.1", found: date = DAY, **more: Any) -> Denunciation:
    return denounce("be/amm/2020", Notice(ground, Track(by), DAY, found, **more))


def test_the_notice_of_a_party_in_french() -> None:
    written = letter(case(), Sender("Syndicat fictif", situation="l'arrêté fictif du 1er mars."), "fr")
    assert written.subject == "Objet : dénonciation, Accord national médico-mutualiste 2020 (point 16.2.1)"
    body = " ".join(written.body)
    assert "la dénonciation de l'accord dans son ensemble" in body
    assert "En application du point 16.2.4" in body
    assert "l'arrêté fictif du 1er mars. Elle est survenue le 2 mars 2020" in body
    assert "d'y inviter le ministre" in body
    assert written.sender == "Syndicat fictif\n[adresse]"
    assert written.draft.startswith("Projet.")
    assert written.checks[0].startswith("Dernier jour pour poster la lettre : mardi 17 mars 2020.")
    assert "À défaut d'entente, l'accord cesse à la fin du 1er avril 2020." in written.checks


def test_the_notice_of_a_physician_in_dutch() -> None:
    sender = Sender("Dr. Verzonnen", "19000122003", "Voorbeeldstraat 1\n1000 Brussel")
    written = letter(case("doctor", "16.2.3", effective=date(2020, 5, 1)), sender, "nl")
    body = " ".join(written.body)
    assert "punt 16.2.5" in body
    assert "vanaf de inwerkingtreding van de maatregel, op 1 mei 2020" in body
    assert "vergadering" not in body
    assert "RIZIV-nummer: 19000122003" in written.sender
    assert not any("houdt het akkoord op" in check for check in written.checks)


def test_a_part_is_named_and_the_other_anchor_told_beside_the_letter() -> None:
    written = letter(case(extent="partly", scope="le point 4.3", found=date(2020, 3, 12)), Sender(), "fr")
    assert "pour la partie suivante : le point 4.3." in " ".join(written.body)
    assert "Dans une autre lecture, le dernier jour pour poster est le 17 mars 2020." in written.checks
    assert "Dans une autre lecture, ce jour est le 11 avril 2020." in written.checks
    assert not any("lecture" in paragraph for paragraph in written.body)


def test_what_is_typed_is_text_in_both_formats() -> None:
    written = letter(case(), Sender("<b>#pagebreak()</b> {x}", situation='*a* $b$ "c"'), "fr")
    page = as_html(written)
    assert "<b>" not in page
    assert "&lt;b&gt;#pagebreak()&lt;/b&gt; {x}" in page
    assert as_pdf(written).startswith(b"%PDF-")


def test_the_pdf_keeps_to_pdf_ua_and_is_the_same_twice() -> None:
    for lang in ("fr", "nl"):
        made = as_pdf(letter(case(), Sender(), lang))
        assert made == as_pdf(letter(case(), Sender(), lang))
        assert faults(made) == []
        assert {"H1", "P", "L", "LI"} <= set(tags(made))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ((case(), Sender(), "de"), "unknown_language"),
        ((case(), Sender(number="19000132003"), "fr"), "bad_inami"),
        ((case("doctor", "16.2.2"), Sender(), "fr"), "not_admissible"),
        ((case(notified=date(2020, 3, 18)), Sender(), "nl"), "not_admissible"),
    ],
)
def test_a_letter_that_cannot_be_written_is_refused(asked: tuple[Any, ...], code: str) -> None:
    with pytest.raises(Problems) as refused:
        letter(*asked)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_the_letter_of_2024_says_that_its_last_day_is_not_known() -> None:
    notice = Notice("9.2.4", Track.party, date(2024, 10, 21), date(2024, 11, 4))
    written = letter(denounce("be/amm/2024", notice), Sender(), "fr")
    assert any("n'est pas connu" in check for check in written.checks)
    body = " ".join(written.body)
    assert "En application du point 9.2.4" in body
    assert "prévue à ce point" not in body  # what point 9.2.4 foresees is not known
    assert "réunir la commission et d'y inviter le ministre" in body
