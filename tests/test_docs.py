"""The documentation names everything it speaks of, its example is true, and no file names a machine."""

import csv
import os
import re
from contextlib import suppress
from io import StringIO
from pathlib import Path

from medicomut.agreement import load
from medicomut.engines.outcome import ADDED
from medicomut.tariff import book, rules
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.fees import FeeSchedule
from medicomut.tariff.line import FALSE_WORDS, TRUE_WORDS
from medicomut.tariff.practitioners import COLUMNS as PRACTITIONER_COLUMNS
from medicomut.tariff.practitioners import from_rows
from medicomut.tariff.price import Pricer
from medicomut.tariff.reasons import DECIDING
from medicomut.tariff.vocabulary import (
    ABOVE_CEILING,
    BASES,
    CONDITIONS_NOT_KNOWN,
    DUTY_SUFFICIENT,
    FULL,
    FULL_GP,
    FULL_SPECIALIST,
    GP,
    HOME_CALL,
    LATE_GP,
    LATE_SPECIALIST,
    LINE_COLUMNS,
    NO_AGREEMENT,
    OUTSIDE_ROUND,
    PARTIAL,
    PARTIAL_GP,
    PARTIAL_SPECIALIST,
    REFUSED,
    REFUSED_ACCESSION,
    SINGLE_ROOM_CHOSEN,
    SLOT_GP,
    SLOT_SPECIALIST,
    SPECIALIST,
    STATUS_NOT_KNOWN,
    THIRD_PARTY_OPTIONAL,
    UNREADABLE,
    UNUSUAL_TRAVEL,
    VERDICTS,
    WORDS,
)

ROOT = Path(__file__).resolve().parents[1]
LINES = (ROOT / "docs" / "lines.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", LINES, re.MULTILINE | re.DOTALL))

MADE = {
    ".git", ".venv", ".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    "__pycache__", "build", "dist", "node_modules", "out",
}  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.)}\]/-])/(?:work|root|tmp|home|Users|var/tmp)/[\w.]|\b[A-Z]:\\+Users\b")


def rows(section: str) -> list[list[str]]:
    """Return the cells of the tables of a section, headings and rules left out."""
    lines = SECTIONS[section].splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for at, line in enumerate(lines)
        if line.startswith("|")
        and not line.startswith("|---")
        and not "".join(lines[at + 1 : at + 2]).startswith("|---")
    ]


def first_words(section: str) -> list[str]:
    return [re.findall(r"`([^`]+)`", row[0])[0] for row in rows(section)]


def written(clauses: tuple[str, ...]) -> list[str]:
    return [clause.removeprefix(f"{book.AGREEMENT}#") for clause in clauses]


def test_every_column_is_documented_in_its_order() -> None:
    assert first_words("The columns of a line") == list(LINE_COLUMNS)
    assert first_words("The table of practitioners") == list(PRACTITIONER_COLUMNS)
    added = first_words("What the check adds")
    assert added == [*ADDED, *VERDICTS]


def test_every_column_says_how_it_is_written_and_what_silence_means() -> None:
    cells = rows("The columns of a line") + rows("The table of practitioners")
    assert [row[0] for row in cells if len(row) != 4 or not all(row)] == []


def test_every_word_a_column_takes_is_documented() -> None:
    named = {column: set(re.findall(r"`([^`]+)`", text)) for column, text in _how_to_write().items()}
    assert {column for column, words in WORDS.items() if set(words) - named[column]} == set()
    yes_and_no = set(re.findall(r"`([^`]+)`", SECTIONS["The file of lines"]))
    assert {*TRUE_WORDS, *FALSE_WORDS} <= yes_and_no


def _how_to_write() -> dict[str, str]:
    cells = rows("The columns of a line") + rows("The table of practitioners")
    return {row[0].strip("`"): row[1] for row in cells}


def test_every_basis_is_documented_with_its_clauses_in_order_of_precedence() -> None:
    section = "Basis: why the tariff binds or does not"
    documented = {row[0].strip("`"): re.findall(r"`([^`]+)`", row[-1]) for row in rows(section)}
    assert documented == {word: written(clauses) for word, clauses in BASES.values()}
    found: set[str] = set()
    for profession in (GP, SPECIALIST):
        precedence = [BASES[number][0] for number in _in_order_of_precedence(profession)]
        assert [word for word in documented if word in precedence] == precedence
        found |= set(precedence)
    assert found == set(documented)


def _in_order_of_precedence(profession: int) -> list[int]:
    """Start from a line where everything applies at once, and take away what decided until the tariff is left."""
    grounds = {
        "third_party_is_optional": THIRD_PARTY_OPTIONAL, "above_income_ceiling": ABOVE_CEILING,
        "off_tariff_slot_gp": SLOT_GP, "off_tariff_slot_specialist": SLOT_SPECIALIST,
        "visit_outside_round": OUTSIDE_ROUND, "call_with_unusual_travel": UNUSUAL_TRAVEL,
        "call_while_duty_sufficient": DUTY_SUFFICIENT, "single_room_demanded": SINGLE_ROOM_CHOSEN,
        "home_call_demanded": HOME_CALL, "late_demand": LATE_GP if profession == GP else LATE_SPECIALIST,
    }  # fmt: skip
    faults = {"readable": UNREADABLE, "agreement_exists": NO_AGREEMENT, "conditions_known": CONDITIONS_NOT_KNOWN}
    next_status = {REFUSED_ACCESSION: 0, STATUS_NOT_KNOWN: PARTIAL, PARTIAL_GP: FULL, PARTIAL_SPECIALIST: FULL}
    line = dict.fromkeys(grounds, True) | dict.fromkeys(faults, False) | {"profession": profession, "status": REFUSED}
    order: list[int] = []
    while not order or order[-1] not in {FULL_GP, FULL_SPECIALIST}:
        order.append(rules.basis.function(**line))
        line |= {name: False for name, number in grounds.items() if number == order[-1]}
        line |= {name: True for name, number in faults.items() if number == order[-1]}
        line["status"] = next_status.get(order[-1], line["status"])
        assert order.count(order[-1]) == 1
    return order


def test_every_reason_is_documented_with_its_clauses() -> None:
    known = book.rulebook().rules
    documented = {
        first: (("•" in row[0]), re.findall(r"`([^`]+)`", row[-1]))
        for first, row in zip(first_words("Reasons"), rows("Reasons"), strict=True)
    }
    assert documented.pop("<column>_unreadable") == (False, [])
    assert documented == {name: (name in DECIDING, written(known[name].cites)) for name in book.REASONS}
    assert list(documented) == list(book.REASONS)


def test_every_reading_is_documented_with_its_values_the_default_first() -> None:
    known = {
        a.id: [a.default, *(v for v in a.alternatives if v != a.default)] for a in load(book.AGREEMENT).ambiguities
    }
    documented = {
        first: re.findall(r"`([^`]+)`", row[1])
        for first, row in zip(first_words("Readings"), rows("Readings"), strict=True)
    }
    assert documented == {name: known[name] for name in book.READINGS}


def test_the_worked_example_is_what_the_rules_give() -> None:
    """Six lines of February 2020: a late consultation with and without its ground, a slot, a refusal."""
    doctors, lines, results = re.findall(r"```csv\n(.*?)```", SECTIONS["Six lines, checked"], re.DOTALL)
    pricer = Pricer(
        Conditions(),
        FeeTable(FeeSchedule.load()),
        from_rows(csv.DictReader(StringIO(doctors)), "doctors.csv"),
    )
    given = list(csv.DictReader(StringIO(lines)))
    found = [{"line_id": line["line_id"], **_as_text(pricer.price(line).result())} for line in given]
    assert len(given) == 6
    assert found == list(csv.DictReader(StringIO(results)))


def _as_text(result: dict[str, object]) -> dict[str, str]:
    def text(value: object) -> str:
        if isinstance(value, list):
            return ";".join(value)
        if isinstance(value, bool):
            return str(value).lower()
        return "" if value is None else str(value)

    return {name: text(value) for name, value in result.items()}


def test_every_term_of_the_glossary_has_four_languages_and_a_meaning() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    table = [line.strip("|").split("|") for line in glossary.splitlines() if line.startswith("| ")]
    terms = [[cell.strip() for cell in row] for row in table if row[0].strip() != "English"]
    assert len(terms) > 50
    assert [row[0] for row in terms if len(row) != 5 or not all(row)] == []
    english = [row[0] for row in terms]
    assert len(set(english)) == len(english)
    assert {"accession", "supplement", "patient share", "particular demand", "pledge", "sector 3"} <= set(english)


def test_every_decision_says_context_decision_and_consequences() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [page.name[:4] for page in pages]
    assert len(set(numbers)) == len(numbers) > 0
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\(([^)]+)\)", index) == [page.name for page in pages]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        for part in ("Status", "Context", "Decision", "Consequences"):
            assert re.search(rf"^(## )?{part}", text, re.MULTILINE), f"{page.name}: {part}"


def _texts() -> dict[str, str]:
    """Return every text of the repository by its path; what commands make and the lock file are left out."""
    texts = {}
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder)
        folders[:] = [name for name in folders if name not in MADE and here / name != ROOT / "benchmarks" / "data"]
        for path in (here / name for name in names if not name.endswith(".lock")):
            with suppress(UnicodeDecodeError):  # an image or a table of bytes
                texts[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
    return texts


def test_no_file_names_a_place_on_a_machine() -> None:
    """What names a folder of one machine works on that machine alone; the lock file is made by its tool."""
    texts = _texts()
    assert {"Makefile", "src/medicomut/words.py", "docs/lines.md"} <= set(texts)
    named = {path: found[0] for path, text in texts.items() if (found := MACHINE_PATH.search(text))}
    assert named == {}


def test_the_search_for_machine_paths_finds_them() -> None:
    for place in ("work/main", "root/.cache", "tmp/x.csv", "home/jan", "Users/jan"):
        assert MACHINE_PATH.search(f'open("/{place}")')
    for harmless in ("https://example.org/work/1", "src/work/x.py", "12/tmp/3", "../shared/home/x"):
        assert not MACHINE_PATH.search(harmless)
