"""NomenSoft files in the shape INAMI publishes, with made-up figures and with the faults they can have."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from medicomut.errors import Problems
from medicomut.tariff.fees import Fee, FeeSchedule
from medicomut.tariff.nomensoft import MEANINGS, import_nomensoft
from medicomut.tariff.nomensoft_read import normalised

PLAIN = "sans régime préférentiel"
PREFERENTIAL = "avec régime préférentiel"
LABELS = {
    "0": ("01", "Honoraires"),
    "8": ("01", f"Intervention bénéficiaires {PLAIN}"),
    "9": ("01", f"Intervention bénéficiaires {PREFERENTIAL}"),
    "1600": ("02", f"Intervention bénéficiaires {PLAIN}, pas dans le cadre du DMG"),
    "1601": ("02", f"Intervention bénéficiaires {PLAIN}, dans le cadre du DMG"),
    "1300": ("02", f"Intervention bénéficiaires {PREFERENTIAL}"),
    "9001": ("05", f"Part personnelle bénéficiaires {PLAIN}"),
    "9002": ("05", f"Part personnelle bénéficiaires {PREFERENTIAL}"),
    "1700": ("02", "Intervention médecin stagiaire"),
    "7000": ("07", "Base de calcul"),
}


def document(table: str, rows: list[dict[str, str]], root: str = "dataroot") -> str:
    body = "\n".join(
        f"<{table}>" + "".join(f"<{name}>{value}</{name}>" for name, value in row.items()) + f"</{table}>"
        for row in rows
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n{body}\n</{root}>\n'


def amount(code: str, fee_code: str, fee: str, start: str = "2030-01-01", end: str = "2999-12-31") -> dict[str, str]:
    return {"nomen_code": code, "fee_code": fee_code, "dbegin_fee": start, "dend_fee": end, "fee": fee}


def bulk(folder: Path, **tables: list[dict[str, str]]) -> Path:
    folder.mkdir(exist_ok=True)
    fee_codes = [
        {"fee_code": code, "fee_code_cat": category, "fee_code_desc_fr": label}
        for code, (category, label) in LABELS.items()
    ]
    for table, rows in {"NOMEN_FEECODES": fee_codes, **tables}.items():
        (folder / f"{table}.xml").write_text(document(table, rows), encoding="utf-8")
    return folder


CONSULTATION = [
    amount("101032", "0", "30.000000"),
    amount("101032", "1600", "24.000000"),
    amount("101032", "1601", "26.000000"),
    amount("101032", "1300", "28.900000"),
    amount("101032", "1700", "11.000000"),
    amount("101032", "7000", "12.345678"),
]


def known(schedule: FeeSchedule, code: str, day: date, preferential: int = 0, medical_file: int = 0) -> Fee | None:
    return schedule.lookup(code, day, preferential=bool(preferential), medical_file=bool(medical_file))


def faults(*paths: Path, out: Path, **options: Any) -> list[tuple[str, str | None, int | None]]:
    with pytest.raises(Problems) as refused:
        import_nomensoft(paths, out, **options)
    assert not out.exists()
    assert [left.name for left in out.parent.iterdir() if left.name.startswith(".")] == []
    assert all(problem.mend for problem in refused.value.problems)
    return [
        (p.code, p.where.file if p.where else None, p.where.line if p.where else None) for p in refused.value.problems
    ]


def test_a_consultation_of_the_bulk_export(tmp_path: Path) -> None:
    source = bulk(tmp_path / "in", NOMEN_CODE_FEE_LIM=CONSULTATION, NOMEN_CODE_DESC_HIST=[{"nomen_code": "101032"}])
    report = import_nomensoft([source], tmp_path / "out")
    schedule = FeeSchedule.load(tmp_path / "out")
    day = date(2030, 5, 5)
    splits = {(p, m): known(schedule, "101032", day, p, m) for p in (0, 1) for m in (0, 1)}
    assert {kind: fee.patient_share for kind, fee in splits.items() if fee} == {
        (0, 0): 600,
        (0, 1): 400,
        (1, 0): 110,
        (1, 1): 110,
    }
    assert all(fee and fee.how == "patient share = fee - reimbursement" for fee in splits.values())
    assert (report.codes, report.records) == (1, 3)
    assert report.left_out == {"Intervention médecin stagiaire": 1, "category 07": 1}
    assert report.ignored_tables == {"NOMEN_CODE_DESC_HIST": 1}
    assert report.warnings == ()


def test_an_open_end_is_closed_with_the_year_of_the_newest_amount(tmp_path: Path) -> None:
    """2999-12-31 says that no end is known; fees are indexed on 1 January."""
    rows = [amount("101032", "0", "30.00", "2028-03-01"), amount("101076", "0", "35.00", "2030-06-01")]
    report = import_nomensoft([bulk(tmp_path / "in", NOMEN_CODE_FEE_LIM=rows)], tmp_path / "out")
    assert report.known_until == date(2030, 12, 31)
    schedule = FeeSchedule.load(tmp_path / "out")
    for code in ("101032", "101076"):
        assert known(schedule, code, date(2030, 12, 31)) is not None
        assert known(schedule, code, date(2031, 1, 1)) is None
    report = import_nomensoft([tmp_path / "in"], tmp_path / "earlier", known_until=date(2030, 9, 1))
    assert known(FeeSchedule.load(tmp_path / "earlier"), "101032", date(2030, 9, 2)) is None
    assert report.to_dict()["known_until"] == "2030-09-01"


def test_history_and_current_table_join_without_double(tmp_path: Path) -> None:
    source = bulk(
        tmp_path / "in",
        NOMEN_CODE_FEE_LIM=[amount("101032", "0", "31.00"), amount("101032", "9001", "6.00", "2029-01-01")],
        NOMEN_CODE_FEE_LIM_HIST=[
            amount("101032", "0", "30.00", "2029-01-01T00:00:00", "2029-12-31T00:00:00"),
            amount("101032", "0", "31.00"),
        ],
        NOMEN_CODE_FEE_BIS_LIM=[amount("101032", "9002", "1,50", "2029-01-01")],
    )
    import_nomensoft([source], tmp_path / "out")
    schedule = FeeSchedule.load(tmp_path / "out")
    found = {
        (day.year, p): fee.reimbursement
        for day in (date(2029, 7, 1), date(2030, 7, 1))
        for p in (0, 1)
        if (fee := known(schedule, "101032", day, p))
    }
    assert found == {(2029, 0): 2400, (2029, 1): 2850, (2030, 0): 2500, (2030, 1): 2950}


def test_a_change_of_one_split_does_not_cut_the_others(tmp_path: Path) -> None:
    rows = [
        amount("101032", "0", "30.00"),
        amount("101032", "9001", "6.00", "2030-01-01", "2030-05-31"),
        amount("101032", "9001", "5.00", "2030-06-01"),
        amount("101032", "9002", "1.00"),
    ]
    import_nomensoft([bulk(tmp_path / "in", NOMEN_CODE_FEE_LIM=rows)], tmp_path / "out")
    with (tmp_path / "out" / "fees.csv").open(encoding="utf-8", newline="") as file:
        written = [(r["valid_from"], r["valid_to"], r["patient_share_cents"]) for r in csv.DictReader(file)]
    assert sorted(written) == [
        ("2030-01-01", "2030-05-31", "600"),
        ("2030-01-01", "2030-12-31", "100"),
        ("2030-06-01", "2030-12-31", "500"),
    ]


def test_the_answer_for_one_code(tmp_path: Path) -> None:
    """The public page of a code gives `NOMEN_HONORAIRES` with category, dates, fee and document."""
    file = tmp_path / "302805.xml"
    row = {"nomen_code": "302805", "fee_code_cat": "01", "dbegin_fee": "2030-01-01", "dend_fee": "2999-12-31",
           "fee": "158.700000", "AUTHOR_DOC": "OA2029_400"}  # fmt: skip
    file.write_text(document("row", [row], root="NOMEN_HONORAIRES"), encoding="utf-8")
    import_nomensoft([file], tmp_path / "out")
    found = known(FeeSchedule.load(tmp_path / "out"), "302805", date(2030, 2, 2))
    assert found is not None
    assert (found.fee, found.patient_share, found.note) == (15870, None, "OA2029_400")


def test_the_answer_for_one_code_without_rows_of_their_own(tmp_path: Path) -> None:
    """Fields straight under the root are one row; a namespace and a Windows encoding change nothing."""
    file = tmp_path / "101032.xml"
    label = f"Intervention bénéficiaires {PREFERENTIAL}"
    file.write_bytes(
        f"""<?xml version="1.0" encoding="windows-1252"?>
        <n:NOMEN_HONORAIRES xmlns:n="urn:nomen">
        <row><nomen_code>101032</nomen_code><fee_code_cat>1</fee_code_cat>
        <dbegin_fee>2030-01-01</dbegin_fee><dend_fee>2030-06-30</dend_fee><fee>30</fee></row>
        <row><nomen_code>101032</nomen_code><fee_code_cat>02</fee_code_cat>
        <fee_code_desc_fr>{label}</fee_code_desc_fr>
        <dbegin_fee>2030-01-01</dbegin_fee><dend_fee>2030-06-30</dend_fee><fee>28.5</fee></row>
        </n:NOMEN_HONORAIRES>""".encode("cp1252")
    )
    import_nomensoft([file], tmp_path / "out")
    schedule = FeeSchedule.load(tmp_path / "out")
    preferential = known(schedule, "101032", date(2030, 2, 2), preferential=1)
    ordinary = known(schedule, "101032", date(2030, 2, 2))
    assert preferential is not None
    assert ordinary is not None
    assert (preferential.patient_share, ordinary.fee, ordinary.patient_share) == (150, 3000, None)


def test_key_letters_that_explain_the_fee_come_along(tmp_path: Path) -> None:
    def summary(code: str, *letters: tuple[str, str, str]) -> dict[str, str]:
        row = {"nomen_code": code, "key_letter3": "-"}
        for n, (letter, coefficient, value) in enumerate(letters, start=1):
            row |= {f"key_letter{n}": letter, f"key_coeff{n}": coefficient, f"key_letter{n}_value": value}
        return row

    source = bulk(
        tmp_path / "in",
        NOMEN_CODE_FEE_LIM=[
            amount("102535", "0", "24.48"),
            amount("102012", "0", "20.59"),
            amount("101032", "0", "30"),
        ],
        NOMEN_SUMMARY_EXT=[
            summary("102535", ("N", "8", "2,936106"), ("Q", "30", "0.033039")),
            summary("102012", ("N", "8", "2.572713")),
            summary("101032"),
        ],
    )
    report = import_nomensoft([source], tmp_path / "out")
    letters = (tmp_path / "out" / "letters.csv").read_text(encoding="utf-8").splitlines()
    assert letters[1:] == [
        "102535,2030-01-01,2030-12-31,N,8,2.936106,nomensoft",
        "102535,2030-01-01,2030-12-31,Q,30,0.033039,nomensoft",
    ]
    (warning,) = report.warnings
    assert (warning.code, warning.severity) == ("letters_differ", "warning")
    assert "give 2058 cents, its latest fee is 2059" in warning.what


def test_a_label_nobody_explained_stops_the_import_and_is_named(tmp_path: Path) -> None:
    """Elsewhere such a label quietly became a condition that is never true."""
    file = tmp_path / "NOMEN_CODE_FEE_LIM.xml"
    source = bulk(tmp_path, NOMEN_CODE_FEE_LIM=CONSULTATION)
    codes = (source / "NOMEN_FEECODES.xml").read_text(encoding="utf-8")
    (source / "NOMEN_FEECODES.xml").write_text(codes.replace("pas dans le cadre", "hors du cadre"), encoding="utf-8")
    with pytest.raises(Problems) as refused:
        import_nomensoft([source], tmp_path / "out")
    (problem,) = refused.value.problems
    assert (problem.code, problem.where.line if problem.where else 0) == ("unknown_label", 4)
    assert "hors du cadre du DMG" in problem.what
    assert problem.where is not None
    assert problem.where.file == file.name


def test_a_label_may_be_explained_by_the_user(tmp_path: Path) -> None:
    meanings = tmp_path / "meanings"
    meanings.mkdir()
    for name in ("categories.csv", "labels.csv"):
        (meanings / name).write_bytes((MEANINGS / name).read_bytes())
    with (meanings / "labels.csv").open("a", encoding="utf-8") as file:
        file.write("Intervention - hors du cadre du D.M.G.,read,0,0,any,ours\n")
    row = {"nomen_code": "101032", "dbegin_fee": "2030-01-01", "dend_fee": "2999-12-31"}
    rows = [
        row | {"fee_code_cat": "01", "fee": "30"},
        row | {"fee_code_cat": "02", "fee": "24", "fee_code_desc_fr": "Intervention hors du cadre du D.M.G."},
    ]
    (tmp_path / "one.xml").write_text(document("row", rows, root="NOMEN_HONORAIRES"), encoding="utf-8")
    import_nomensoft([tmp_path / "one.xml"], tmp_path / "out", meanings=meanings)
    found = known(FeeSchedule.load(tmp_path / "out"), "101032", date(2030, 2, 2))
    assert found is not None
    assert found.patient_share == 600


def test_labels_are_compared_without_accents_case_and_punctuation() -> None:
    assert normalised("Bénéficiaires  AVEC régime préférentiel, jusqu'à 75") == (
        "beneficiaires avec regime preferentiel jusqu a 75"
    )


def test_every_fault_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    source = bulk(
        tmp_path / "in",
        NOMEN_CODE_FEE_LIM=[
            amount("101033", "0", "30.00"),
            amount("101032", "0", "30.001000"),
            amount("101032", "0", "-30.00"),
            amount("101032", "5555", "30.00"),
            amount("101032", "0", "30.00", "1/1/2030", "2030-02-30"),
            amount("101032", "0", "30.00", "2030-06-01", "2030-01-01"),
            {"nomen_code": "101032"},
        ],
    )
    (source / "Other.xml").write_text("<a><b><c>1</c></b><b><c>2</c></b></a>", encoding="utf-8")
    (source / "Script.xml").write_text('<?xml version="1.0" encoding="runic"?><a/>', encoding="utf-8")
    (source / "Short.xml").write_text("<a><b>", encoding="utf-8")
    (source / "Type.xml").write_text('<!DOCTYPE a [<!ENTITY x "xx">]>\n<a>&x;</a>', encoding="utf-8")
    (source / "Twice.xml").write_text(
        "<dataroot>\n<NOMEN_SUMMARY_EXT><nomen_code>1</nomen_code><nomen_code>2</nomen_code></NOMEN_SUMMARY_EXT>\n"
        "</dataroot>",
        encoding="utf-8",
    )
    fees = "NOMEN_CODE_FEE_LIM.xml"
    assert faults(source, tmp_path / "nowhere.xml", out=tmp_path / "out") == [
        ("unknown_layout", "Other.xml", 1),
        ("bad_encoding", "Script.xml", 1),
        ("bad_xml", "Short.xml", 1),
        ("repeated_field", "Twice.xml", 2),
        ("doctype", "Type.xml", 1),
        ("missing_file", None, None),
        ("bad_code", fees, 3),
        ("bad_amount", fees, 4),
        ("bad_amount", fees, 5),
        ("unknown_fee_code", fees, 6),
        ("bad_date", fees, 7),
        ("bad_date", fees, 7),
        ("bad_interval", fees, 8),
        ("unknown_fee_code", fees, 9),
        ("bad_date", fees, 9),
        ("bad_date", fees, 9),
        ("bad_amount", fees, 9),
    ]


@pytest.mark.parametrize(
    ("rows", "code", "line"),
    [
        ([amount("101032", "0", "30"), amount("101032", "0", "31", "2030-02-01")], "two_amounts", 4),
        (
            [amount("101032", "0", "30"), amount("101032", "1601", "9"), amount("101032", "9001", "9")],
            "ambiguous_split",
            5,
        ),
        (
            [amount("101032", "0", "30"), amount("101032", "1300", "20"), amount("101032", "9002", "9")],
            "sum_differs",
            4,
        ),
        ([amount("101032", "0", "30"), amount("101032", "1300", "31")], "sum_differs", 4),
        ([amount("101032", "8", "30"), amount("101032", "9", "31")], "two_fees", 4),
    ],
)
def test_amounts_that_do_not_go_together(tmp_path: Path, rows: list[dict[str, str]], code: str, line: int) -> None:
    source = bulk(tmp_path / "in", NOMEN_CODE_FEE_LIM=rows)
    found = faults(source, out=tmp_path / "out")
    assert {name for name, _, _ in found} == {code}
    assert found[0][2] == line


def test_an_amount_without_a_fee_is_left_out_with_a_warning(tmp_path: Path) -> None:
    rows = [amount("101032", "0", "30"), amount("101076", "1300", "28")]
    report = import_nomensoft([bulk(tmp_path / "in", NOMEN_CODE_FEE_LIM=rows)], tmp_path / "out")
    assert [(warning.code, warning.severity) for warning in report.warnings] == [("no_fee", "warning")]
    assert report.codes == 1
    assert report.to_dict()["warnings"][0]["where"]["line"] == 4


def test_an_import_may_be_limited_to_some_codes(tmp_path: Path) -> None:
    rows = [amount("101032", "0", "30"), amount("999999", "no such", "x")]
    report = import_nomensoft([bulk(tmp_path / "in", NOMEN_CODE_FEE_LIM=rows)], tmp_path / "out", codes=["101032"])
    assert report.codes == 1


def test_nothing_is_overwritten_and_nothing_empty_is_written(tmp_path: Path) -> None:
    source = bulk(tmp_path / "in", NOMEN_CODE_FEE_LIM=CONSULTATION)
    (tmp_path / "out").mkdir()
    with pytest.raises(Problems, match="folder_exists"):
        import_nomensoft([source], tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    empty = bulk(tmp_path / "empty", NOMEN_CODE_FEE_LIM=[])
    assert faults(empty, out=tmp_path / "new") == [("no_amounts", None, None)]
    late = faults(source, out=tmp_path / "new", known_until=date(2029, 12, 31))
    assert {code for code, _, _ in late} == {"begins_too_late"}


def test_a_category_without_a_meaning_is_named(tmp_path: Path) -> None:
    row = amount("101032", "0", "30") | {"fee_code_cat": "11"}
    (tmp_path / "one.xml").write_text(document("row", [row], root="NOMEN_HONORAIRES"), encoding="utf-8")
    assert faults(tmp_path / "one.xml", out=tmp_path / "out") == [("unknown_category", "one.xml", 3)]


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    source = bulk(tmp_path / "in", NOMEN_CODE_FEE_LIM=CONSULTATION)
    for out in ("one", "two"):
        import_nomensoft([source], tmp_path / out)
    assert FeeSchedule.load(tmp_path / "one").hash == FeeSchedule.load(tmp_path / "two").hash
