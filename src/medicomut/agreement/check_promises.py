"""Promises and ways out against the clauses they cite: days, figures, kinds and words."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from medicomut.agreement.check_text import denunciation_texts, not_stated, stated_figures
from medicomut.agreement.exporting import written
from medicomut.agreement.figures import figures
from medicomut.agreement.findings import Finding, say
from medicomut.agreement.model import Agreement
from medicomut.agreement.nearness import Nearness
from medicomut.agreement.tables import Commitment, Denunciation

_YEAR = re.compile("[0-9]{4}")
_MONTH = re.compile("[0-9]{4}-[0-9]{2}")
# The clauses that say how the agreement ends.
_ENDING = ("denunciation", "term")


def due(agreement: Agreement) -> Iterator[Finding]:
    """Yield the promises that do not fall due on the day their clause, or the parameter they name, states.

    A clause that states several days from the start of the term on cannot tell which is meant: the promise then
    names its parameter, which must cite the same clause (what recurs ends with the term, stated in another).
    """
    texts = stated_figures(agreement)
    parameters = {parameter.id: parameter for parameter in agreement.parameters}
    for promise in agreement.commitments:
        if promise.due is None:
            continue
        stated = texts.get(promise.clause, set())
        if promise.parameter is not None:
            named = parameters[promise.parameter]
            stated = {str(written(named.unit, dated.value)) for dated in named.values}
            if promise.clause not in named.cites and promise.wording != "recurring":
                why = say("not_cited", name=named.id, computed=", ".join(named.cites))
                yield Finding(promise.id, "fault", promise.clause, named.id, ", ".join(named.cites), why)
        yield from _on_its_day(promise, promise.due, stated, agreement.heading.term.start)


def _on_its_day(promise: Commitment, day: date, stated: set[str], start: date) -> Iterator[Finding]:
    days = {found for figure in stated for found in _days(figure, promise.wording) if found >= start}
    if day not in days:
        yield not_stated(promise.id, promise.clause, str(day), stated)
    elif len(days) > 1:
        printed, several = str(day), ", ".join(map(str, sorted(days)))
        yield Finding(promise.id, "fault", promise.clause, printed, several, say("several_days", computed=several))


def _days(figure: str, wording: str) -> Iterator[date]:
    """Yield the day on which a promise so worded falls due by a figure of the text.

    What is done *during* a month or a year is due on its last day; what is done *by* a year, before it begins;
    all else on the very day.
    """
    if wording == "during":
        if _YEAR.fullmatch(figure):
            yield date(int(figure), 12, 31)
        elif _MONTH.fullmatch(figure):
            year, month = divmod(int(figure[:4]) * 12 + int(figure[5:]), 12)
            yield date(year, month + 1, 1) - timedelta(days=1)
    elif wording == "by" and _YEAR.fullmatch(figure) and figure > "0001":
        yield date(int(figure) - 1, 12, 31)
    else:
        try:
            yield date.fromisoformat(figure)
        except ValueError:
            return


def denunciation(agreement: Agreement) -> Iterator[Finding]:
    """Yield what is said of the end of the agreement and does not stand in the clause cited.

    The clause is one of denunciation or term and states (or names as a reference) every figure of the text; a
    time limit stands in a parameter that cites the clause, and in the clause of the step under it.
    """
    found = agreement.denunciation
    if found is None:
        return
    texts = stated_figures(agreement)
    clauses = {clause.number: clause for clause in agreement.clauses}
    for record, number, text in denunciation_texts(found):
        clause = clauses[number]
        stated = texts[number] | set(clause.named)
        for figure in figures(text.en, "en"):
            if figure not in stated:
                yield not_stated(record, number, figure, stated)
        if clause.kind not in _ENDING:
            yield Finding(record, "fault", number, clause.kind, None, say("kind", computed=clause.kind))
    yield from _clocks(found, {parameter.id: parameter.cites for parameter in agreement.parameters})


def _clocks(found: Denunciation, cites: dict[str, tuple[str, ...]]) -> Iterator[Finding]:
    for clock in found.clocks:
        if clock.parameter is not None and clock.clause not in cites[clock.parameter]:
            cited = ", ".join(cites[clock.parameter])
            why = say("not_cited", name=clock.parameter, computed=cited)
            yield Finding(f"denunciation.{clock.id}", "fault", clock.clause, clock.parameter, cited, why)
    clauses = {clock.id: clock.clause for clock in found.clocks}
    for step in found.steps:
        if step.clock is not None and clauses[step.clock] != step.clause:
            cited = clauses[step.clock]
            yield Finding(f"denunciation.{step.id}", "fault", step.clause, step.clause, cited, say("clock"))


def nearest(agreement: Agreement) -> Iterator[Finding]:
    """Yield the promises and ways out whose words are nearer to another clause than to the one they cite.

    Nothing states to which clause a promise belongs but its own words. So each is written in words of its clause,
    and this measure makes the clause it cites strictly the nearest: a clause number changed to any other is
    found. It measures words, not sense: a promise rewritten in the words of another clause passes there.
    """
    index = Nearness(agreement.clauses)
    promised = ((promise.id, promise.clause, promise.what) for promise in agreement.commitments)
    found = agreement.denunciation
    for record, number, text in (*promised, *(denunciation_texts(found) if found else ())):
        # A promise of the annex has no clause; an exception has that of its ground, which the trigger shows.
        if number not in index.words or ".exceptions." in record:
            continue
        first = index.nearest(text)
        if first != [number]:
            shown = ", ".join(first) or "–"
            yield Finding(record, "fault", number, number, shown, say("nearest", computed=shown))
