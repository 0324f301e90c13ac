"""The 2020 agreement verified against itself, and a wrong digit planted in a copy found and named.

The expected figures of the source's own contradictions are recomputed by hand in the comments.
"""

import re

import pytest

from medicomut.agreement import LANGUAGES, load, verify
from medicomut.agreement.figures import figures


@pytest.fixture(scope="module")
def report():
    return verify(load("be/amm/2020"))


def test_the_printed_totals_and_pro_ratas_of_the_annex_hold(report):
    """Eight totals in two columns; 20 part-year lines and 2 that start in 2021, by months."""
    assert report.totals.to_dict() == {"held": 16, "of": 16}
    assert report.prorata.to_dict() == {"held": 22, "of": 22}


def test_the_text_is_whole(report):
    """120 clauses in 17 chapters; 28 mentions of a point, (6.7.1) and (point A) make 30."""
    assert (report.clauses, report.chapters) == (120, 17)
    assert report.references.to_dict() == {"held": 30, "of": 30}


def test_the_shipped_data_hold(report):
    assert report.sound
    assert report.identities.held == report.identities.of > 20
    assert verify(load("be/amm/2024")).sound


@pytest.mark.parametrize(
    ("id_", "clause", "printed", "computed"),
    [
        ("D1", "4.1", "75", "76.97"),  # 138 706 / 180 198
        ("D2", "3.3", "180198", "181959"),
        ("D3", "3.3", "181959", "167482"),  # 1.95 % of 8 588 807
        ("D4", "4.3", "10370", "5370"),
        ("D5", "5.3.1", "184", "92"),
        ("D6", "4.2.3", "6537", "2179"),
        ("D7", "2", "25", "24.81"),  # 1 250 / 5 037.70
        ("D19", "14.4", "67636.22", "67635.48"),  # 1.5 x 45 090.32
        ("D20", "11", "5024.88", "5024.74"),  # 6 029.69 x 5 / 6
    ],
)
def test_the_contradictions_of_the_source_are_listed(report, id_, clause, printed, computed):
    (found,) = [finding for finding in report.findings if finding.id == id_]
    assert (found.kind, found.clause) == ("contradiction", clause)
    assert (found.printed, found.computed) == (printed, computed)
    assert all(found.why.in_language(language) for language in LANGUAGES)


def test_what_no_computation_shows_is_listed_too(report):
    """14.5 names point 13 and means 14 (D8); the activity threshold the annex should hold is missing (D10)."""
    kinds = {finding.id: finding.kind for finding in report.findings}
    assert kinds["D8"] == "erratum"
    assert kinds["D10"] == "missing"
    envelope = next(finding for finding in report.findings if finding.id == "D13")
    assert (envelope.kind, envelope.clause, envelope.computed) == ("missing", "5.2.1", "8100")  # 33 148 - 25 048
    assert "32.3%" in envelope.why.en
    share = next(finding for finding in report.findings if finding.id == "D7")
    assert "point 9" in share.why.en
    found = next(finding for finding in report.findings if finding.id == "D8")
    assert ("13" in found.printed, "14" in found.computed) == (True, True)


def test_the_report_as_json_has_the_agreed_keys_and_the_language_asked(report):
    content = report.to_dict("nl")
    assert list(content) == [
        *("agreement", "coverage", "clauses", "chapters", "references", "totals", "prorata", "identities"),
        *("findings", "data_hash"),
    ]
    assert set(content["findings"][0]) == {"id", "clause", "printed", "computed", "why", "kind"}
    assert content["findings"][0]["why"] != report.to_dict("fr")["findings"][0]["why"]
    assert re.fullmatch("[0-9a-f]{64}", content["data_hash"])


# Each: file, the text to change, what it becomes, the record that must be named, what must be shown of it.
WRONG_DIGITS = [
    # The annex: a line, a part-year line, totals, the balance, a start, a printed start, a pro-rata's base.
    ("annex.yaml", "in_year: 55586", "in_year: 55596", "annex.a.consultations", ("55596", "55586")),
    ("annex.yaml", "annual: 55586", "annual: 55686", "annex.a.consultations", ("55586", "55686")),
    ("annex.yaml", "in_year: 103\n", "in_year: 102\n", "annex.c1.swallowing_test", ("102", "103")),
    ("annex.yaml", "in_year: -5619", "in_year: -5618", "annex.c2.accreditation", ("-5618", "-5619")),
    ("annex.yaml", "annual: 460", "annual: 480", "annex.b.tele_oncology", ("230", "240")),
    ("annex.yaml", "in_year: 33994", "in_year: 33944", "annex.b.total.in_year", ("33944", "33994")),
    ("annex.yaml", "annual: -22406", "annual: -22408", "annex.c2.total.annual", ("-22408", "-22406")),
    ("annex.yaml", "in_year: 180029", "in_year: 180829", "annex.total.uses.in_year", ("180829", "180029")),
    ("annex.yaml", "in_year: 169", "in_year: 159", "annex.balance.in_year", ("159", "169")),
    ("annex.yaml", "annual: 174", "annual: 175", "annex.balance.annual", ("175", "174")),
    ("annex.yaml", "annual: -4700", "annual: -4800", "annex.c2.total.annual", ("-22406", "-22506")),
    (
        "annex.yaml",
        'start_printed: "01-01-21"',
        'start_printed: "01-07-21"',
        "annex.c2.article_34",
        ("01-07-21",),
    ),
    (
        "annex.yaml",
        'start: 2020-09-01\n        start_printed: "01-09-20"\n        in_year: 75\n',
        'start: 2020-08-01\n        start_printed: "01-09-20"\n        in_year: 75\n',
        "annex.b.euthanasia",
        ("75", "94"),
    ),
    # The index rates: of the mass, of a group, of the annex, of an exception; a code; an article.
    ("index_rates.yaml", 'mass: "1.95"', 'mass: "1.85"', "index_rates.mass", ("1.85",)),
    ("index_rates.yaml", "from: 2020-01-01", "from: 2020-07-01", "index_rates.from", ("2020-07-01",)),
    (
        "index_rates.yaml",
        'rate: "1.95"\n    annex_rate: "1.95"\n    annex_line: a.supervision',
        'rate: "1.25"\n    annex_rate: "1.95"\n    annex_line: a.supervision',
        "index_rates.supervision",
        ("1.25", "1.95"),
    ),
    (
        "index_rates.yaml",
        'annex_rate: "1.25"\n    annex_line: a.gynaecology',
        'annex_rate: "1.35"\n    annex_line: a.gynaecology',
        "index_rates.gynaecology",
        ("1.25", "1.35"),
    ),
    ("index_rates.yaml", '"457855"', '"457856"', "index_rates.ct_spine", ("457856",)),
    ("index_rates.yaml", '["17", "17bis"]', '["17", "18bis"]', "index_rates.imaging", ("18bis",)),
    # Parameters: amounts, percentages, ratios, times, dates, counts, codes, and the days a value holds.
    ("parameters.yaml", '"5037.70"', '"5037.80"', "social_status.full", ("5037.80",)),
    ("parameters.yaml", '"2376.40"', '"2376.46"', "social_status.reduced", ("2376.46",)),
    ("parameters.yaml", '"67636.22"', '"67686.22"', "conditions.income_ceiling.one_holder", ("67686.22",)),
    ("parameters.yaml", '"2253.73"', '"2258.73"', "conditions.income_ceiling.per_dependant", ("2258.73",)),
    ("parameters.yaml", '"634.75"', '"684.75"', "accreditation.lump_sum", ("684.75",)),
    ("parameters.yaml", "value: 8588807", "value: 8589807", "objective.partial", ("8589807",)),
    ("parameters.yaml", "value: 33148", "value: 33149", "guard.envelope", ("33149",)),
    ("parameters.yaml", '"2.47"', '"2.41"', "objective.growth_on_2019", ("2.41",)),
    ("parameters.yaml", "value: 70}", "value: 10}", "guard.first_instalment", ("10",)),
    ("parameters.yaml", '"3/4"', '"2/4"', "conditions.gp.tariff_share", ("1/2",)),
    ("parameters.yaml", '"21:00"', '"20:00"', "conditions.late_hour", ("20:00",)),
    ("parameters.yaml", "value: 2020-03-01", "value: 2020-03-07", "guard.method_due", ("2020-03-07",)),
    ("parameters.yaml", '"2021-02"', '"2021-03"', "gmf.first_advance", ("2021-03",)),
    ("parameters.yaml", "value: 15}", "value: 16}", "denunciation.letter_days", ("16",)),
    ("parameters.yaml", "value: 8444", "value: 8445", "trainees.people", ("8445",)),
    ("parameters.yaml", '"7.4"', '"7.8"', "gmf.people_2018", ("7.8",)),
    ("parameters.yaml", '["960"]', '["980"]', "watch.series_960", ("980",)),
    ("parameters.yaml", '"475086"]', '"475085"]', "watch.ecg_codes", ("475085",)),
    ("parameters.yaml", '"4941.34"', '"4947.34"', "social_status.full_2019", ()),
    (
        "parameters.yaml",
        '{from: 2020-01-01, to: 2020-12-31, value: "634.75"}',
        '{from: 2020-01-01, to: 2029-12-31, value: "634.75"}',
        "accreditation.lump_sum",
        ("2029-12-31",),
    ),
    # The cover sheet, a promise, a clause in one language.
    (
        "agreement.yaml",
        "term: {from: 2020-01-01, to: 2020-12-31}",
        "term: {from: 2020-01-01, to: 2020-12-30}",
        "term.to",
        ("2020-12-30",),
    ),
    ("agreement.yaml", "concluded: 2019-12-19", "concluded: 2019-12-18", "concluded", ("2019-12-18",)),
    ("agreement.yaml", "date: 2020-01-29", "date: 2020-01-28", "published", ("2020-01-28",)),
    ("commitments.yaml", "due: 2020-05-31", "due: 2020-05-30", "", ("2020-05-30",)),
    (
        "clauses/14.yaml",
        "45.090,32 euro per gerechtigde",
        "45.090,33 euro per gerechtigde",
        "clause.14.4.summary.nl",
        ("45090.33",),
    ),
    # A code whose check digit still holds (a digit 7 more or less): of the table, of the annex, of a clause.
    ("index_rates.yaml", '"458673"', '"458603"', "index_rates.ct_brain", ("458603", "458673")),
    ("index_rates.yaml", '["102071"', '["102001"', "index_rates.consultations", ("102001", "102071")),
    ("index_rates.yaml", '"211223", "211245"]', '"218223", "211245"]', "index_rates.resuscitation", ("218223",)),
    ("index_rates.yaml", '"597726"', '"597796"', "index_rates.psychiatric_bed_consultation", ("597796", "597726")),
    ("annex.yaml", '"457855"', '"457155"', "index_rates.ct_spine", ("457855",)),
    # The names of fee groups and the ways out of the agreement, in one language.
    ("index_rates.yaml", "artikelen 17 en 17bis", "artikelen 17 en 18bis", "index_rates.imaging.label.nl", ("18",)),
    (
        "denunciation.yaml",
        "artikel 18, 51 of 68",
        "artikel 18, 51 of 69",
        "denunciation.fee_restriction.exceptions.1.nl",
        ("69",),
    ),
    ("denunciation.yaml", "voert punt 8 van", "voert punt 9 van", "third_party_or_supplements.exceptions.1.nl", ("9",)),
    # The days promised: in the text, in a parameter, a period, a year before which ("d'ici 2021", clause 6.2.2).
    (
        "commitments.yaml",
        "wording: during\n  due: 2021-02-28",
        "wording: during\n  due: 2021-02-27",
        "gmf_first_advance",
        ("2021-02-27", "2021-02"),
    ),
    (
        "commitments.yaml",
        "due: 2021-12-31\n  parameter: gmf.late_paper_year",
        "due: 2020-12-31\n  parameter: gmf.late_paper_year",
        "gmf_late_paper",
        ("2020-12-31", "2021"),
    ),
    (
        "commitments.yaml",
        "due: 2020-12-31\n  parameter: accreditation.measures_by",
        "due: 2021-12-31\n  parameter: accreditation.measures_by",
        "accreditation_measures",
        ("2021-12-31", "2021"),
    ),
    (
        "commitments.yaml",
        "due: 2020-12-31\n  parameter: term.ends",
        "due: 2020-12-30\n  parameter: term.ends",
        "dashboard",
        ("2020-12-30", "2020-12-31"),
    ),
    (
        "commitments.yaml",
        "parameter: gmf.electronic_due",
        "parameter: gmf.regulation_due",
        "gmf_electronic",
        ("gmf.regulation_due", "5.1.2"),
    ),
    ("commitments.yaml", "  parameter: gmf.paper_ends\n", "", "gmf_paper_end", ("2020-06-30", "2021-01-01")),
    # A promise, a ground, a time limit, a step, under another clause.
    ("commitments.yaml", 'clause: "4.3.2"', 'clause: "4.3.4"', "intrathecal_code", ("4.3.4", "4.3.2")),
    ("denunciation.yaml", 'clause: "16.2.2"', 'clause: "16.2.3"', "third_party_or_supplements", ("16.2.3", "16.2.2")),
    ("denunciation.yaml", 'clause: "16.2.3"', 'clause: "14.5"', "denunciation.balance_harmed", ("dispute",)),
    (
        "denunciation.yaml",
        'id: collective_end\n    clause: "16.2.4"\n    parameter',
        'id: collective_end\n    clause: "16.2.5"\n    parameter',
        "denunciation.collective_end",
        ("denunciation.end_days",),
    ),
    # A clause left out, a count, the gazette.
    ("clauses/17.yaml", 'number: "17.4"', 'number: "17.5"', "clause.17.5", ("17.5", "17.4")),
    ("agreement.yaml", "clauses: 120", "clauses: 121", "counts.clauses", ("121", "120")),
    ("agreement.yaml", "chapters: 17", "chapters: 16", "counts.chapters", ("16", "17")),
    ("agreement.yaml", "Gazette of 29 January", "Gazette of 28 January", "sources", ("28 January", "2020-01-29")),
    ("agreement.yaml", "reference: numac 2020040150", "reference: numac 2020040160", "sources", ("2020040160",)),
    ("agreement.yaml", "document_n2020040150", "document_n2020040151", "sources", ("2020040151",)),
    # What is computed of a thing that is missing (D13).
    ("statements.yaml", 'result: "8100"', 'result: "8200"', "D13", ("8200", "8100")),
    ("sources.yaml", "date: 2018-07-19", "date: 2018-07-18", "be/law/2018-07-19", ("2018-07-18",)),
]


@pytest.mark.parametrize("planted", WRONG_DIGITS, ids=lambda planted: f"{planted[3]}:{planted[2][:24]!r}")
def test_a_wrong_digit_is_found_and_named(report, copied, planted):
    file, right, wrong, record, shown = planted
    copied.change(file, right, wrong)
    found = verify(load(copied.folder))
    known = {(finding.id, finding.printed, finding.computed) for finding in report.findings}
    new = [finding for finding in found.findings if (finding.id, finding.printed, finding.computed) not in known]
    named = [finding for finding in new if record in finding.id or record in finding.why.en]
    assert named, [finding.to_dict("en") for finding in new]
    said = " ".join(f"{finding.printed} {finding.computed}" for finding in named)
    assert all(figure in said for figure in shown), said
    assert not found.sound
    assert found.data_hash != report.data_hash


def test_an_expected_contradiction_that_vanishes_is_a_fault(copied):
    """If the text said about 77 %, clause 4.1 would agree with the annex, and our known finding be wrong."""
    share = "100 * annex.a.total.in_year / annex.means.total.in_year"
    copied.change("statements.yaml", share, "index.share_of_means + 0.2")
    found = verify(load(copied.folder))
    (vanished, result) = [finding for finding in found.findings if finding.id == "D1"][::-1]
    assert (vanished.kind, result.kind) == ("fault", "fault")
    assert "vanished" in vanished.why.en
    assert "index.share_of_means" in vanished.why.en


def test_a_division_by_zero_is_a_finding_and_not_a_crash(copied):
    share = "100 * annex.a.total.in_year / annex.means.total.in_year"
    copied.change("statements.yaml", share, "100 / (annex.balance.in_year - 169)")
    (finding,) = [finding for finding in verify(load(copied.folder)).findings if finding.id == "D1"]
    assert finding.kind == "fault"
    assert "division by zero" in finding.why.de


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Dès le 1er janvier 2020, 138 706 milliers d'euros (1,95 %), 5 037,70 euros, 3/4 à 21:00."),
        ("nl", "Vanaf 1 januari 2020, 138.706 duizend euro (1,95 %), 5.037,70 euro, 3/4 om 21:00."),
        ("de", "Ab dem 1. Januar 2020, 138.706 Tausend Euro (1,95 %), 5.037,70 Euro, 3/4 um 21:00."),
        ("en", "From 1 January 2020, 138,706 thousand euro (1.95%), 5,037.70 euro, 3/4 at 21:00."),
    ],
)
def test_the_same_figures_are_read_from_every_language(language, text):
    assert figures(text, language) == ["2020-01-01", "138706", "1.95%", "5037.7", "3/4", "21:00"]


def test_codes_clauses_and_months_are_read_whole():
    assert figures("codes 458673, 458684 et 458850 458861", "fr") == ["458673", "458684", "458850", "458861"]
    assert figures("le point 14.2.3.4, en février 2021 et au 31 décembre", "fr") == [
        "14.2.3.4",
        "2021-02",
        "--12-31",
    ]
    assert figures("Punkt 14.2.3.4, Februar 2021, 31. Dezember", "de") == ["14.2.3.4", "2021-02", "--12-31"]
    assert figures("point 14.2.3.4, articles 17 and 17bis, 2018-2019", "en") == [
        *("14.2.3.4", "17", "17", "2018", "2019")
    ]
