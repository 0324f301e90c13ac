"""Every word a result can say has its sentences in four languages; no word is left over."""

import re
import subprocess
import sys

import pytest

from medicomut import words
from medicomut.engines.header import _plain
from medicomut.engines.outcome import ADDED
from medicomut.tariff import book
from medicomut.tariff.practitioners import COLUMNS as PRACTITIONER_COLUMNS
from medicomut.tariff.vocabulary import BASES, LINE_COLUMNS, VERDICTS, WORDS

KEYS = {
    "bases": {word for word, _ in BASES.values()},
    "reasons": {*book.REASONS, "<column>_unreadable", "third_party_unreadable"},
    "steps": set(book.rulebook().rules),
    "verdicts": set(VERDICTS),
    "columns": {*LINE_COLUMNS, *PRACTITIONER_COLUMNS, *ADDED},
    "values": {word for known in WORDS.values() for word in known},
}
PARTS = {kind: {"label", "says"} for kind in KEYS} | {"steps": {"says"}, "values": {"label"}}
LONGEST_LABEL = {"bases": 60, "reasons": 60, "verdicts": 40, "columns": 40, "values": 40}
LONGEST_SENTENCE = 300

TEXTS = [
    (kind, key, part, lang, text)
    for kind in words.KINDS
    for key, entry in words._table(kind).items()
    for part, texts in entry.items()
    if part != "also"
    for lang, text in texts.items()
]


@pytest.mark.parametrize("kind", words.KINDS)
def test_every_word_is_there_and_no_other(kind: str) -> None:
    """A basis, reason, rule, verdict or column added without its words, or left behind, is named here."""
    assert set(words._table(kind)) == KEYS[kind]


@pytest.mark.parametrize("kind", words.KINDS)
def test_every_word_speaks_four_languages(kind: str) -> None:
    entries = words._table(kind).items()
    assert {key: set(entry) - {"also"} for key, entry in entries} == dict.fromkeys(KEYS[kind], PARTS[kind])
    spoken = {(key, part): tuple(texts) for key, entry in entries for part, texts in entry.items()}
    assert spoken == dict.fromkeys(spoken, words.LANGUAGES)


def test_other_names_belong_to_columns_of_lines_and_mean_one_each() -> None:
    """Billing software calls a column so; a name that meant two columns would be a guess."""
    assert {(kind, key) for kind in words.KINDS for key, entry in words._table(kind).items() if "also" in entry} <= {
        ("columns", column) for column in LINE_COLUMNS
    }
    meant: dict[str, set[str]] = {}
    for column in LINE_COLUMNS:
        for lang in words.LANGUAGES:
            for name in (*words.also("columns", column, lang), words.label("columns", column, lang)):
                meant.setdefault(_plain(name), set()).add(column)
    assert {name: columns for name, columns in meant.items() if len(columns) > 1} == {}
    assert words.also("verdicts", "ok", "fr") == ()


def test_the_kinds_are_the_files() -> None:
    assert {path.stem for path in words._FOLDER.iterdir()} == set(words.KINDS)


def test_labels_are_short_and_sentences_are_sentences() -> None:
    """A label heads a column or a table; a sentence is read in one breath, twice at most."""
    assert [t for t in TEXTS if t[2] == "label" and len(t[4]) > LONGEST_LABEL[t[0]]] == []
    assert [t for t in TEXTS if t[2] == "label" and t[4].endswith(".")] == []
    assert [t for t in TEXTS if t[2] == "says" and not (t[4].endswith(".") and len(t[4]) <= LONGEST_SENTENCE)] == []
    assert [t for t in TEXTS if not t[4][0].isupper() or t[4] != t[4].strip() or "  " in t[4]] == []


def test_the_four_languages_tell_the_same_numbers_and_names() -> None:
    """A date, a code series or the name of a column must not differ from one language to the next."""
    told = {
        (kind, key, part): {
            tuple(sorted(re.findall(r"[0-9][0-9:-]*[0-9]|[a-z0-9]+(?:_[a-z0-9]+)+|\{[a-z]+\}", texts[lang])))
            for lang in words.LANGUAGES
        }
        for kind in words.KINDS
        for key, entry in words._table(kind).items()
        for part, texts in entry.items()
        if part != "also"
    }
    assert {place: found for place, found in told.items() if len(found) > 1} == {}


def test_no_amount_or_hour_of_the_agreement_is_repeated() -> None:
    """The agreement's figures live in its own data: a sentence that repeats one would be wrong next year."""
    figures = {(t[0], t[1], n) for t in TEXTS for n in re.findall(r"[0-9]{2}:[0-9]{2}|[0-9]+[.,][0-9]{2}", t[4])}
    assert figures == {("columns", "time", "21:01")}


@pytest.mark.parametrize("name", [name for name in book.REASONS if name.endswith("_not_stated")])
def test_a_fact_not_stated_says_which_column_settles_it(name: str) -> None:
    column = {"charged_not_stated": "charged_cents"}.get(name, name.removesuffix("_not_stated"))
    assert column in LINE_COLUMNS
    for lang in words.LANGUAGES:
        assert column in words.says("reasons", name, lang)


def test_an_unreadable_column_is_named_with_its_label() -> None:
    """`31/03/2020` in the column `date`: the reader is told which column, as the file writes it."""
    assert words.label("reasons", "date_unreadable", "fr") == "Illisible : Date des soins"
    assert " date " in words.says("reasons", "date_unreadable", "fr")
    for column in LINE_COLUMNS:
        for lang in words.LANGUAGES:
            said = words.label("reasons", f"{column}_unreadable", lang) + words.says(
                "reasons", f"{column}_unreadable", lang
            )
            assert words.label("columns", column, lang) in said
            assert column in said
            assert "{" not in said


@pytest.mark.parametrize(
    ("kind", "key", "lang", "named"),
    [
        ("bases", "full_dentist", "fr", "full_dentist"),
        ("reasons", "colour_unreadable", "fr", "colour"),
        ("basis", "full_gp", "fr", "basis"),
        ("bases", "full_gp", "es", "es"),
    ],
)
def test_a_word_that_does_not_exist_is_named(kind: str, key: str, lang: str, named: str) -> None:
    for ask in (words.says, words.label):
        with pytest.raises(KeyError, match=named):
            ask(kind, key, lang)


def test_a_step_has_a_sentence_and_no_label() -> None:
    assert words.says("steps", "late_hour", "en").startswith("It is later")
    with pytest.raises(KeyError, match="late_hour"):
        words.label("steps", "late_hour", "en")


def test_asking_for_no_word_loads_nothing() -> None:
    """`medicomut --help` imports this module and must not wait for YAML."""
    code = "import sys; import medicomut.words; sys.exit(any(n.startswith('ruamel') for n in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
