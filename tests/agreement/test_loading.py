"""Loading agreements: exact typed values, and every fault of a folder reported with file and line."""

from datetime import date
from fractions import Fraction

import pytest

from medicomut.agreement import agreements_on, available, headings, load, load_law
from medicomut.agreement.loading import data_hash
from medicomut.errors import Problems

CONSULTATION_DAY = date(2020, 2, 4)


def refused(source) -> list:
    with pytest.raises(Problems) as error:
        load(source)
    return error.value.problems


def test_the_2020_agreement_has_120_clauses_in_17_chapters():
    """Agreement of 19 December 2019: clauses 1 to 17.4."""
    agreement = load("be/amm/2020")
    assert len(agreement.clauses) == 120
    assert [c.number for c in agreement.clauses if c.parent is None] == [str(n) for n in range(1, 18)]
    assert agreement.clause("14.3.2.2.3").parent == "14.3.2.2"
    assert all(text for clause in agreement.clauses for text in clause.summary.to_dict().values())


@pytest.mark.parametrize(
    ("id_", "expected", "clause"),
    [
        ("social_status.full", 503770, "11"),  # 5 037.70 euro, in cents
        ("accreditation.biology_mean", 122, "6.2.1"),  # 1.22 euro
        ("objective.partial", 8588807, "3.1"),  # thousands of euro
        ("index.mass_rate", Fraction(195, 10000), "3.3"),  # 1.95 %
        ("conditions.gp.tariff_share", Fraction(3, 4), "14.2.2.2.2"),
        ("conditions.late_hour", 21 * 60, "14.2.3.4"),  # minutes after midnight
        ("guard.method_due", date(2020, 3, 1), "5.2.3.2"),
        ("gmf.first_advance", "2021-02", "5.1.1"),
        ("gmf.people_2018", Fraction("7.4"), "5.1.3"),  # millions
        ("accession.window_days", 30, "17.1"),
        ("watch.series_960", ("960",), "8"),
    ],
)
def test_a_parameter_has_the_exact_value_of_its_unit(id_, expected, clause):
    agreement = load("be/amm/2020")
    found = agreement.parameter(id_, on=CONSULTATION_DAY)
    assert found == expected
    assert type(found) is type(expected)
    assert clause in next(p.cites for p in agreement.parameters if p.id == id_)


def test_before_its_day_a_value_is_a_named_reason_and_not_a_default():
    """Clause 4.2.4: the euthanasia fee is due from 1 September 2020 (annex)."""
    agreement = load("be/amm/2020")
    assert agreement.parameter("euthanasia.fee", on=date(2020, 9, 1)) == 7500
    with pytest.raises(Problems) as error:
        agreement.parameter("euthanasia.fee", on=date(2020, 8, 31))
    (problem,) = error.value.problems
    assert problem.code == "no_value_on_date"
    assert "2020-08-31" in problem.what
    assert "2020-09-01" in problem.mend
    assert problem.cites[0] == "be/amm/2020#4.2.4"


def test_unknown_names_are_refused_with_near_ones():
    agreement = load("be/amm/2020")
    for ask, code, near in (
        (
            lambda: agreement.parameter("conditions.late_our", on=CONSULTATION_DAY),
            "unknown_parameter",
            "late_hour",
        ),
        (lambda: agreement.clause("14.44"), "unknown_clause", "14.4"),
        (lambda: agreement.reading("late_bundary"), "unknown_ambiguity", "late_boundary"),
    ):
        with pytest.raises(Problems) as error:
            ask()
        assert error.value.problems[0].code == code
        assert near in error.value.problems[0].mend


def test_of_many_names_the_nearest_are_told_and_never_all():
    agreement = load("be/amm/2020")
    for number in ("99.9", "article 14", "14.2.3.4.9", "zzz"):
        with pytest.raises(Problems) as error:
            agreement.clause(number)
        assert len(error.value.problems[0].mend) < 100


def test_readings_are_defaults_unless_one_of_the_permitted_values_is_chosen():
    """Clause 14.2.3.4 says "after 21:00": strictly after by default, from 21:00 as the other reading."""
    agreement = load("be/amm/2020")
    assert agreement.reading("late_boundary") == "strictly_after"
    chosen = agreement.readings({"late_boundary": "from"})
    assert chosen == agreement.readings({}) | {"late_boundary": "from"}


def test_every_wrong_reading_is_reported_with_the_permitted_values():
    with pytest.raises(Problems) as error:
        load("be/amm/2020").readings({"late_boundary": "around", "no_such_question": "yes"})
    first, second = error.value.problems
    assert first.code == "unknown_reading"
    assert "strictly_after, from" in first.mend
    assert "be/amm/2020#14.2.3.4" in first.cites
    assert second.code == "unknown_ambiguity"


def test_the_term_covers_its_first_and_last_day():
    """Clause 16.1: from 1 January to 31 December 2020 included."""
    agreement = load("be/amm/2020")
    assert [agreement.covers(d) for d in (date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31))] == [
        False,
        True,
        True,
    ]
    assert not agreement.covers(date(2021, 1, 1))
    assert [a.id for a in agreements_on(CONSULTATION_DAY)] == ["be/amm/2020"]
    assert [a.id for a in agreements_on(date(2024, 11, 5))] == ["be/amm/2024"]
    assert agreements_on(date(2022, 6, 1)) == ()


def test_shipped_agreements_are_listed_and_loaded_once():
    assert available() == ("be/amm/2020", "be/amm/2024")
    assert [heading.id for heading in headings()] == list(available())
    assert load("be/amm/2020") is load("be/amm/2020")
    assert load("be/amm/2024").heading.coverage == "partial"


def test_the_law_beside_the_agreement_is_dated_and_cited():
    """Supplements for preferential patients: automatic-right holders from 2025, all from 2026."""
    law = load_law("be")
    assert law.parameter("law.preferential_ban.automatic_from", on=date(2026, 1, 1)) == date(2025, 1, 1)
    assert law.parameter("law.preferential_ban.all_from", on=date(2026, 1, 1)) == date(2026, 1, 1)
    assert all(parameter.status in ("verified", "recollected") for parameter in law.parameters)
    with pytest.raises(Problems, match="unknown_country"):
        load_law("xx")


def test_an_agreement_nobody_has_is_refused_with_those_there_are(tmp_path):
    (problem,) = refused(tmp_path / "nowhere")
    assert problem.code == "unknown_agreement"
    assert "be/amm/2020, be/amm/2024" in problem.mend


def test_the_hash_is_of_the_content_and_not_of_the_machine(copied_2024):
    before = data_hash(copied_2024.folder)
    assert before == load("be/amm/2024").data_hash
    path = copied_2024.folder / "parameters.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert data_hash(copied_2024.folder) == before
    copied_2024.change("parameters.yaml", '"3.34"', '"3.35"')
    assert data_hash(copied_2024.folder) != before


SHARE = "annex.a.total.in_year / annex.means.total.in_year"
SECOND = '\n    - {from: 2025-07-02, to: 2025-12-31, value: "2"}'
RATE = '- {from: 2025-01-01, to: 2025-12-31, value: "3.34"}'


@pytest.mark.parametrize(
    "fault",
    [
        ("parameters.yaml", '"3.34"', "3.34", "float", "3.34"),
        ("parameters.yaml", '"3.34"', '"3,34"', "bad_percent", "3,34"),
        ("parameters.yaml", '"3.34"', "[3]", "bad_percent", "list"),
        ("parameters.yaml", "value: 2024-12-15", "value: 2024-02-30", "bad_date", "2024-02-30"),
        ("parameters.yaml", "value: 2024-12-15", "value: soon", "wrong_type", "soon"),
        (
            "parameters.yaml",
            "id: index.rate_2025",
            "id: objective.growth_norm_2025",
            "duplicate_id",
            "stands already",
        ),
        ("parameters.yaml", "  en: Index expected in 2025\n", "", "missing_key", "'en'"),
        ("parameters.yaml", "en: Index expected in 2025", "en: ''", "wrong_type", "'en' is empty"),
        ("parameters.yaml", "fr: Index attendu en 2025", "fr: {a: b}", "wrong_type", "a mapping"),
        ("parameters.yaml", RATE, RATE + "\n" + "    " + RATE, "overlap", "begins on 2025-01-01"),
        (
            "parameters.yaml",
            RATE,
            '- {from: 2025-01-01, to: 2025-06-30, value: "1"}' + SECOND,
            "gap",
            "between 2025-06-30 and 2025-07-02",
        ),
        (
            "parameters.yaml",
            RATE,
            '- {from: 2025-01-01, to: open, value: "1"}' + SECOND,
            "overlap",
            "has no end",
        ),
        (
            "parameters.yaml",
            RATE,
            RATE.replace("2025-12-31", "2024-12-31"),
            "bad_interval",
            "before it starts",
        ),
        ("parameters.yaml", RATE, RATE.replace("value", "vlaue"), "unknown_key", "vlaue"),
        (
            "actors.yaml",
            "- id: commission\n",
            "- id: commission\n  id: commission\n",
            "repeated_key",
            "twice",
        ),
        ("actors.yaml", "- id: commission\n", "- id: chair\n", "unknown_actor", "'commission'"),
        ("agreement.yaml", "coverage: partial", "coverage: some", "unknown_value", "'some'"),
        ("agreement.yaml", "id: be/amm/2024", "id: be/amm/2025", "bad_id", "country/family/year"),
        ("agreement.yaml", "parties: [cartel_kartel", "parties: [kartel", "unknown_actor", "'kartel'"),
        ("agreement.yaml", "coverage: partial", "coverage: complete", "missing_file", "annex.yaml"),
        ("sources.yaml", "type: press\n  date: 2024-11", "type: rumour\n  date: 2024-11", "unknown_value", "rumour"),
        (
            "sources.yaml",
            "id: be/press/medi-sphere-2024-11-05",
            "id: be/press/other",
            "unknown_source",
            "medi-sphere",
        ),
        ("sources.yaml", "url: null", "url: &here null\n  note: *here", "alias", "elsewhere"),
        ("clauses/09.yaml", 'number: "9.2.4"', 'number: "9.2.5"', "unknown_clause", "'9.2.4'"),
        ("clauses/09.yaml", 'number: "9"', 'number: "8"', "unknown_clause", "parent '9'"),
        ("clauses/09.yaml", '"9.2.4"\n  parent: "9.2"', '"9.2.4"\n  parent: "9"', "bad_parent", "9.2.4"),
        (
            "clauses/09.yaml",
            "kind: denunciation\n  actors: [general_council",
            "kind: denouncement\n  actors: [general_council",
            "unknown_value",
            "denouncement",
        ),
        ("clauses/09.yaml", "actors: [commission]", "actors: commission", "wrong_type", "not a list"),
        (
            "clauses/09.yaml",
            "actors: [commission]",
            "actors: [commission, commission]",
            "repeated_value",
            "twice",
        ),
        ("clauses/09.yaml", 'number: "9.2.4"', "number: [", "bad_yaml", "expected"),
    ],
)
def test_each_fault_is_named_with_file_line_and_how_to_mend(copied_2024, fault):
    file, old, new, code, said = fault
    line = copied_2024.change(file, old, new)
    problems = refused(copied_2024.folder)
    found = [problem for problem in problems if problem.code == code and said in problem.what]
    assert found, [str(problem) for problem in problems]
    assert found[0].where.file.startswith(str(copied_2024.folder))
    assert found[0].where.line is not None
    if code in ("float", "bad_date", "bad_percent", "unknown_key", "alias"):
        assert found[0].where.file.endswith(file)
        assert found[0].where.line in (line, line + 1)
        assert found[0].mend


@pytest.mark.parametrize(
    "fault",
    [
        ("clauses/14.yaml", 'references: ["13"]', 'references: ["18"]', "unknown_clause", "'18'"),
        ("clauses/17.yaml", 'references: ["17.2"]', 'references: ["17.9"]', "unknown_clause", "'17.9'"),
        (
            "parameters.yaml",
            'cites: ["16.2.4", "16.2.5"]',
            'cites: ["16.2.4", "16.2.9"]',
            "unknown_clause",
            "16.2.9",
        ),
        ("ambiguities.yaml", "default: strictly_after", "default: later", "unknown_value", "later"),
        ("annex.yaml", "annual: 22687", "annual: 22687.0", "float", "22687.0"),
        ("annex.yaml", "blocks: [a, b, c1, c2, d]", "blocks: [a, b, c1, c2, e]", "unknown_block", "'e'"),
        (
            "index_rates.yaml",
            "annex_line: a.supervision",
            "annex_line: a.watching",
            "unknown_line",
            "watching",
        ),
        ("index_rates.yaml", '["458673", "458684"]', '["458673", "211223"]', "duplicate_id", "211223"),
        ("index_rates.yaml", '["458673", "458684"]', '["458673", "684"]', "bad_code", "684"),
        (
            "statements.yaml",
            SHARE,
            "annex.a.total.in_year / annex.mean",
            "unknown_name",
            "no cell 'annex.mean'",
        ),
        ("statements.yaml", SHARE, "annex.a.total.in_year /", "bad_expression", "is missing"),
        ("statements.yaml", SHARE, "conditions.late_hour / 2", "unknown_name", "is a time"),
        ("commitments.yaml", "due: 2020-05-31", "due: 2020-05-32", "bad_date", "2020-05-32"),
        ("clauses/16.yaml", "16.2.1 – 16.2.3", "16.2.3 – 16.2.1", "bad_range", "no range"),
        ("clauses/16.yaml", "16.2.1 – 16.2.3", "16.2.1 – 17.3", "bad_range", "no range"),
        ("clauses/16.yaml", "16.2.1 – 16.2.3", "16.2.1 – 16.2.9", "unknown_clause", "16.2.9"),
        ("agreement.yaml", "counts: {clauses: 120, chapters: 17}\n", "", "missing_key", "how many clauses"),
        ("annex.yaml", '["102071", "102572"]', '["10207", "102572"]', "bad_code", "10207"),
        ("commitments.yaml", "gmf.paper_ends", "gmf.paper_end", "unknown_parameter", "gmf.paper_end"),
        (
            "commitments.yaml",
            "due: 2021-01-01\n  parameter: gmf.paper_ends",
            "due: null\n  parameter: gmf.paper_ends",
            "missing_value",
            "no day",
        ),
        ("statements.yaml", '  result: "8100"\n', "", "missing_key", "go together"),
    ],
)
def test_tables_of_a_complete_agreement_fit_together(copied, fault):
    file, old, new, code, said = fault
    copied.change(file, old, new)
    problems = refused(copied.folder)
    assert any(problem.code == code and said in problem.what for problem in problems), list(map(str, problems))


def test_all_faults_are_reported_at_once_in_the_order_of_the_files(copied_2024):
    copied_2024.change("parameters.yaml", '"3.34"', "3.34")
    copied_2024.change("clauses/09.yaml", "kind: denunciation\n  actors: [gen", "kind: denouncement\n  actors: [gen")
    copied_2024.change("sources.yaml", "type: press\n  date: 2024-11", "type: rumour\n  date: 2024-11")
    (copied_2024.folder / "parametres.yaml").write_text("[]\n", encoding="utf-8")
    problems = refused(copied_2024.folder)
    assert [problem.code for problem in problems] == [
        "unknown_value",
        "float",
        "unknown_file",
        "unknown_value",
    ]
    places = [(problem.where.file, problem.where.line) for problem in problems]
    assert places == sorted(places)


@pytest.mark.parametrize("file", ["parameters.yaml", "actors.yaml", "sources.yaml"])
def test_a_file_that_is_gone_is_missed(copied_2024, file):
    (copied_2024.folder / file).unlink()
    assert ("missing_file", f"{file} is missing") in [(p.code, p.what) for p in refused(copied_2024.folder)]


def test_a_file_that_is_no_text_or_empty_is_named(copied_2024):
    (copied_2024.folder / "sources.yaml").write_bytes(b"\xff\xfe\x00")
    (copied_2024.folder / "actors.yaml").write_text("# nothing\n", encoding="utf-8")
    codes = {problem.code for problem in refused(copied_2024.folder)}
    assert {"not_utf8", "empty_file"} <= codes
