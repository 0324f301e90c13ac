"""The figures against the words: four languages state the same, and the text cited states each value."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from medicomut.agreement.exporting import written
from medicomut.agreement.figures import figures, write_figure
from medicomut.agreement.findings import Finding, say
from medicomut.agreement.model import Agreement, Parameter, Value
from medicomut.agreement.reading import CODE_LENGTH
from medicomut.agreement.tables import Annex, Denunciation, Effect, RateGroup, Step
from medicomut.agreement.text import LANGUAGES, Text
from medicomut.identifiers import check_nomenclature

# The units of amounts a text may word in euro, thousands or millions.
_THOUSANDS = {"eur": 0, "keur": 1, "meur": 2, "million": 2}


def parity(agreement: Agreement) -> Iterator[Finding]:
    """Yield a finding for each text whose four languages do not state the same figures."""
    for record, clause, text in _texts(agreement):
        stated = {language: sorted(figures(text.in_language(language), language)) for language in LANGUAGES}
        readings = list(stated.values())
        usual = max(readings, key=readings.count)
        for language, found in stated.items():
            if found != usual:
                why = say("parity", language=language)
                yield Finding(f"{record}.{language}", "fault", clause, _list(found), _list(usual), why)


def _texts(agreement: Agreement) -> Iterator[tuple[str, str | None, Text]]:
    """Yield every text that may state figures: the record it belongs to, its clause, the text."""
    yield "title", None, agreement.heading.title
    yield "coverage_note", None, agreement.heading.coverage_note
    for clause in agreement.clauses:
        yield f"clause.{clause.number}.title", clause.number, clause.title
        yield f"clause.{clause.number}.summary", clause.number, clause.summary
    for parameter in agreement.parameters:
        yield f"{parameter.id}.label", parameter.cites[0], parameter.label
    for ambiguity in agreement.ambiguities:
        yield f"{ambiguity.id}.question", ambiguity.cites[0], ambiguity.question
        for value, label in ambiguity.alternatives.items():
            yield f"{ambiguity.id}.{value}", ambiguity.cites[0], label
    for commitment in agreement.commitments:
        yield f"{commitment.id}.what", commitment.clause, commitment.what
    for erratum in agreement.errata:
        yield f"{erratum.id}.note", erratum.clause, erratum.note
    for statement in agreement.statements:
        yield f"{statement.id}.claim", statement.clause, statement.claim
        yield f"{statement.id}.why", statement.clause, statement.why
    for source in agreement.sources:
        yield f"{source.id}.title", None, source.title
    yield from _table_texts(agreement)


def _table_texts(agreement: Agreement) -> Iterator[tuple[str, str | None, Text]]:
    if agreement.index_rates is not None:
        for entry in (*agreement.index_rates.groups, *agreement.index_rates.exceptions):
            yield f"index_rates.{entry.id}.label", entry.cites[0], entry.label
    if agreement.denunciation is not None:
        yield from denunciation_texts(agreement.denunciation)
    if agreement.annex is not None:
        yield from _annex_texts(agreement.annex)


def denunciation_texts(denunciation: Denunciation) -> Iterator[tuple[str, str, Text]]:
    """Yield the texts of the ways out of an agreement: the record each belongs to, its clause, the text."""
    for ground in denunciation.grounds:
        yield f"denunciation.{ground.id}.trigger", ground.clause, ground.trigger
        for number, exception in enumerate(ground.exceptions, start=1):
            yield f"denunciation.{ground.id}.exceptions.{number}", ground.clause, exception
    for clock in denunciation.clocks:
        yield f"denunciation.{clock.id}.label", clock.clause, clock.label
    parts: tuple[Step | Effect, ...] = (*denunciation.steps, *denunciation.effects)
    for part in parts:
        yield f"denunciation.{part.id}.what", part.clause, part.what


def _annex_texts(annex: Annex) -> Iterator[tuple[str, str, Text]]:
    for block in annex.blocks:
        yield f"annex.{block.id}.label", f"annex.{block.id}", block.label
        for line in block.lines:
            yield f"annex.{block.id}.{line.id}.label", f"annex.{block.id}", line.label
    for note in annex.notes:
        yield f"annex.note.{note.mark}", "annex", note.summary


def values(agreement: Agreement) -> Iterator[Finding]:
    """Yield a finding for each stated value and day that no text it cites states."""
    texts = stated_figures(agreement)
    for parameter in agreement.parameters:
        if parameter.status == "stated":
            yield from _unstated(parameter, texts)
        yield from _wrong_codes(parameter)


def _unstated(parameter: Parameter, texts: dict[str, set[str]]) -> Iterator[Finding]:
    cited = [texts.get(clause, set()) for clause in parameter.cites]
    for dated in parameter.values:
        if isinstance(dated.value, tuple):
            held = any(all(code in stated for code in dated.value) for stated in cited)
        else:
            held = any(writings(parameter.unit, dated.value) & stated for stated in cited)
        if not held:
            plain = written(parameter.unit, dated.value)
            printed = ", ".join(plain) if isinstance(plain, list) else str(plain)
            yield not_stated(parameter.id, parameter.cites[0], printed, set().union(*cited), parameter.unit)


def _wrong_codes(parameter: Parameter) -> Iterator[Finding]:
    for dated in parameter.values:
        for code in dated.value if isinstance(dated.value, tuple) else ():
            # Fewer digits are the beginning of a series, which has no check digit.
            if len(code) == CODE_LENGTH and not check_nomenclature(code).valid:
                yield Finding(parameter.id, "fault", parameter.cites[0], code, None, say("code"))


def stated_figures(agreement: Agreement) -> dict[str, set[str]]:
    """Return the figures each clause, the annex and its blocks state.

    In English, since parity holds the others.
    """
    texts = {
        clause.number: set(figures(f"{clause.title.en}. {clause.summary.en}", "en")) for clause in agreement.clauses
    }
    if agreement.annex is None:
        return texts
    for block in agreement.annex.blocks:
        members = {block.id, *(f"{block.id}.{line.id}" for line in block.lines)}
        notes = [note.summary.en for note in agreement.annex.notes if members & set(note.attached_to)]
        codes = [code for line in block.lines for code in line.codes]
        words = [block.label.en, *(line.label.en for line in block.lines), *notes, *codes]
        texts[f"annex.{block.id}"] = set(figures(". ".join(words), "en"))
    texts["annex"] = set().union(*(found for name, found in texts.items() if name.startswith("annex.")))
    return texts


def writings(unit: str, value: Value) -> set[str]:
    """Return the figures by which a text may state a value: 184 000 euro is also 184 thousand."""
    if isinstance(value, date):
        return {value.isoformat()}
    plain = written(unit, value)
    if unit in _THOUSANDS:
        steps = range(_THOUSANDS[unit], _THOUSANDS[unit] - 3, -1)
        return {write_figure(Fraction(plain) * Fraction(1000) ** step) for step in steps}
    if unit == "percent":
        return {f"{plain}%"}
    return {str(plain)}


def not_stated(
    record: str, clause: str | None, printed: str, stated: Iterable[str], unit: str | None = None
) -> Finding:
    """Return the fault of a value that the cited texts, which state ``stated``, do not state."""
    found = _list(sorted(stated))
    return Finding(record, "fault", clause, printed, found, say("text", computed=found), unit)


def _list(found: Iterable[str]) -> str:
    return ", ".join(found) or "–"


def rates(agreement: Agreement) -> Iterator[Finding]:
    """Yield the faults of the index table.

    Clause against annex, both against the words, codes against their check.
    """
    table = agreement.index_rates
    if table is None:
        return
    texts = stated_figures(agreement)
    yield from _rate_in_text("index_rates.mass", table.mass, table.cites, texts)
    if not any(writings("date", table.start) & texts.get(clause, set()) for clause in table.cites):
        yield not_stated("index_rates.from", table.cites[0], str(table.start), set())
    for entry in (*table.groups, *table.exceptions):
        yield from _entry(entry, texts)
        yield from _unnamed_codes(entry, agreement.annex, texts)


def _unnamed_codes(entry: RateGroup, annex: Annex | None, texts: dict[str, set[str]]) -> Iterator[Finding]:
    """Yield the codes that stand nowhere else.

    A code must stand in a clause or block the entry cites, or in a line of the annex that rests on one of them:
    a digit changed by 7 keeps the check digit right.
    """
    lines = [line for block in annex.blocks for line in block.lines] if annex else []
    resting = [line for line in lines if set(line.cites) & set(entry.cites)]
    named = {code for line in resting for code in line.codes}.union(*(texts.get(cited, ()) for cited in entry.cites))
    codes = sorted(figure for figure in named if len(figure) == CODE_LENGTH and figure.isdigit())
    for code in entry.codes:
        if code not in named:
            why = say("code_unnamed", computed=_list(codes))
            yield Finding(f"index_rates.{entry.id}", "fault", entry.cites[0], code, _list(codes), why)


def _entry(entry: RateGroup, texts: dict[str, set[str]]) -> Iterator[Finding]:
    record = f"index_rates.{entry.id}"
    if entry.rate is not None and entry.annex_rate is not None and entry.rate != entry.annex_rate:
        printed, computed = (write_figure(rate * 100) for rate in (entry.rate, entry.annex_rate))
        yield Finding(record, "fault", entry.cites[0], printed, computed, say("annex_rate"), "percent")
    if entry.rate:
        yield from _rate_in_text(record, entry.rate, entry.cites, texts)
    for code in entry.codes:
        if not check_nomenclature(code).valid:
            yield Finding(record, "fault", entry.cites[0], code, None, say("code"))
    for article in entry.articles:
        if article not in re.findall(r"\w+", entry.label.en):
            yield Finding(record, "fault", entry.cites[0], article, entry.label.en, say("article"))


def _rate_in_text(record: str, rate: Fraction, cites: tuple[str, ...], texts: dict[str, set[str]]) -> Iterator[Finding]:
    cited = [texts.get(clause, set()) for clause in cites]
    if not any(writings("percent", rate) & stated for stated in cited):
        yield not_stated(record, cites[0], write_figure(rate * 100), set().union(*cited), "percent")
