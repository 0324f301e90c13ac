"""The quarterly dashboard of an agreement, `be/amm/2020#13`: what fell due, what is shown to be kept, what comes next.

A page that stands alone, or a PDF (PDF/UA-1); the same bytes for the same data and evidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from medicomut.agreement.figures import format_date
from medicomut.errors import Place, Problem, Problems
from medicomut.printing import pdf_of
from medicomut.procedure.commitments import Kind, Quarter, quarters
from medicomut.procedure.commitments_following import Evidence, Followed, State, follow
from medicomut.procedure.commitments_wording import DATA, say, write_day

if TYPE_CHECKING:
    from medicomut.agreement import Agreement
    from medicomut.money import Lang


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with paragraphs and a table."""

    title: str
    paragraphs: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard in one language."""

    lang: Lang
    title: str
    kicker: str
    lead: str
    parts: tuple[Part, ...]
    footer: tuple[str, ...]


def dashboard(
    agreement: Agreement, quarter: Quarter, lang: Lang, on: date | None = None, evidence: Iterable[Evidence] = ()
) -> Dashboard:
    """Return the dashboard of a quarter, as of its last day or another one.

    Raises `Problems`: `no_dashboard` where the agreement promises none, `quarter_outside` for a quarter it does not
    cover, `unknown_commitment` for evidence of something not due.
    """
    clause = _clause(agreement, quarter)
    day = quarter.last if on is None else on
    found = [one for one in follow(agreement, day, evidence) if one.entry.followed]
    dated = [one for one in found if one.entry.due is not None]
    due = [one for one in dated if _within(one, quarter)]
    late = [one for one in dated if one.overdue and _before(one, quarter)]
    coming = [one for one in dated if _within(one, quarter.following)]
    parts = (
        _short(found, lang),
        _table("due_in_quarter", due, agreement, lang),
        _table("overdue_before", late, agreement, lang),
        _table("due_next", coming, agreement, lang),
        _table("without_day", [one for one in found if one.entry.due is None], agreement, lang),
        _evidence(found, lang),
    )
    ordinal = say(f"quarter_{quarter.name[-1]}", lang)
    return Dashboard(
        lang=lang,
        title=say("dashboard_title", lang, ordinal=ordinal, year=quarter.first.year),
        kicker=agreement.heading.title.in_language(lang),
        lead=say("dashboard_lead" if day == quarter.last else "dashboard_lead_other_day", lang,
                 clause=clause, day=format_date(day, lang)),
        parts=tuple(parts),
        footer=(
            say("means_no_evidence", lang),
            say("quarterly_reading", lang),
            say("no_decision", lang),
            f"{say('rests_on', lang)} {agreement.id} · {agreement.data_hash}",
        ),
    )  # fmt: skip


def _clause(agreement: Agreement, quarter: Quarter) -> str:
    promise = next((one for one in agreement.commitments if one.wording == "recurring"), None)
    if promise is None:
        what = f"{agreement.id} promises no dashboard that we know of"
        raise Problems([Problem("no_dashboard", what, mend="name an agreement whose promises are here")])
    known = [one.name for one in quarters(agreement)]
    if quarter.name not in known:
        what = f"{agreement.id} does not cover {quarter.name}"
        raise Problems(
            [Problem("quarter_outside", what, Place(field="quarter"), mend=f"name one of {', '.join(known)}")]
        )
    return promise.clause


def _within(one: Followed, quarter: Quarter) -> bool:
    return one.entry.due is not None and quarter.first <= one.entry.due <= quarter.last


def _before(one: Followed, quarter: Quarter) -> bool:
    return one.entry.due is not None and one.entry.due < quarter.first


def _short(found: Sequence[Followed], lang: Lang) -> Part:
    """Count by state; a promise kept in part whose day has passed counts among the overdue as well."""
    counted = Counter(one.state for one in found)
    rows = tuple((say(state.value, lang), str(counted[state])) for state in State if counted[state])
    total = say("total", lang, total=len(found), overdue=sum(one.overdue for one in found))
    return Part(say("in_short", lang), (f"{total}.",), (say("state", lang), say("number", lang)), rows)


def _table(title: str, found: Sequence[Followed], agreement: Agreement, lang: Lang) -> Part:
    if not found:
        return Part(say(title, lang), (say("nothing_due", lang),))
    head = tuple(say(word, lang) for word in ("due", "what", "who", "clause", "state"))
    labels = {actor.id: actor.label.in_language(lang) for actor in agreement.actors}
    rows = tuple(
        (
            _when(one, lang),
            one.entry.what.in_language(lang),
            "–" if one.entry.actor is None else labels[one.entry.actor],
            _place(one.entry.cite, lang),
            one.told(lang),
        )
        for one in found
    )
    warnings = dict.fromkeys(
        say("of_day", lang, day=format_date(one.entry.due, lang), note=one.entry.warning(lang))
        for one in found
        if one.entry.due is not None and one.entry.warning(lang)
    )
    return Part(say(title, lang), tuple(warnings), head, rows)


def _place(cite: str, lang: Lang) -> str:
    number = cite.partition("#")[2]
    return say("annex", lang) if number.startswith("annex") else number


def _when(one: Followed, lang: Lang) -> str:
    if one.entry.due is None:
        return say(one.entry.wording, lang)
    day = write_day(one.entry.due, lang)
    # The day of a dashboard is ours, and on a measure's first day nothing is worded: neither has words of the text.
    return day if one.entry.kind is not Kind.promise else f"{day} ({say(one.entry.wording, lang)})"


def _evidence(found: Sequence[Followed], lang: Lang) -> Part:
    rows = tuple(
        (format_date(event.day, lang), one.entry.what.in_language(lang), say(event.found.value, lang),
         event.note.in_language(lang), event.source)
        for one in found
        for event in one.history
    )  # fmt: skip
    if not rows:
        return Part(say("evidence_seen", lang), (say("no_evidence", lang),))
    head = tuple(say(word, lang) for word in ("day", "what", "state", "evidence", "source"))
    return Part(say("evidence_seen", lang), (), head, rows)


def as_html(made: Dashboard) -> str:
    """Return the dashboard as a page that stands alone: no script, no file beside it."""
    from jinja2 import Environment, FileSystemLoader  # noqa: PLC0415  paid when a dashboard is written

    shelf = Environment(loader=FileSystemLoader(DATA), autoescape=True)
    return shelf.get_template("dashboard.html").render(made=made) + "\n"


def as_pdf(made: Dashboard) -> bytes:
    """Return the dashboard as PDF (PDF/UA-1, tagged), the same bytes for the same dashboard."""
    return pdf_of(DATA / "dashboard.typ", asdict(made))
