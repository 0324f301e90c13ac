"""Whether a declaration may be recorded: the window, what was declared before, the hours, the two persons.

Pure: from a practitioner's history, a declaration and the instant of recording to the day from which it holds, or to
every reason why it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from medicomut.accession.declarations import BASIS, Declaration, Kind, Recorded
from medicomut.accession.judging import judge
from medicomut.accession.status import History, State, term_of
from medicomut.accession.timetable import READINGS
from medicomut.accession.window import Moment, Window
from medicomut.agreement.model import Agreement
from medicomut.agreement.partial_accession import partial_limits
from medicomut.calendar import brussels_day
from medicomut.errors import Problem, Problems
from medicomut.identifiers import check_inami

IN_WINDOW = (Kind.refused, Kind.partial)
WITH_HOURS = (Kind.partial, Kind.changed)
ACTIVITY = (Kind.registered, Kind.ended)
EXPRESSIONS = (Kind.refused, Kind.partial, Kind.changed, Kind.acceded, Kind.denounced)


@dataclass(frozen=True, slots=True)
class Decision:
    """A declaration that may be recorded: the first day on which it holds and the clause it rests on.

    `already` is what is recorded and says the same: then nothing is to be done. `after_cut_off` tells that only
    the service's extension took it in.
    """

    valid_from: date
    basis: str | None
    already: Recorded | None = None
    after_cut_off: bool = False


def decide(
    declared: Declaration, history: History, now: datetime, agreement: Agreement | None, window: Window | None
) -> Decision:
    """Decide on a declaration at the instant of its recording; `agreement` and its window where it names one.

    Raises `Problems` with every reason against it: `bad_number`, `not_registered`, `profession_missing`,
    `not_active_then`, `day_missing`, `window_not_open`, `window_closed`, `nothing_to_change`, `hours_missing`,
    `timetable_not_valid`, `checker_missing`, `same_person`, `bad_correction`, `unknown_version`,
    `already_corrected`, `outside_the_term`, and a few more.
    """
    today = brussels_day(now)
    moment = window.moment(now) if window is not None and declared.kind in IN_WINDOW else Moment.in_time
    same = _already(declared, history)
    faults = _person(declared)
    if same is None:  # what is there already stays there, whatever has happened since
        faults += _activity(declared, history, today)
        faults += _correction(declared, history)
        faults += _term(declared, agreement, window, today)
        faults += _moment(declared, window, moment)
        faults += _hours(declared, history, agreement, today)
    if faults:
        raise Problems(faults)
    basis = declared.basis or _clause(declared.kind, agreement)
    return Decision(declared.valid_from or today, basis, same, moment is Moment.in_extension)


def _clause(kind: Kind, agreement: Agreement | None) -> str | None:
    """Return the clause a kind rests on, where the agreement is known to have it: numbers differ between agreements."""
    number = BASIS.get(kind)
    if agreement is None or all(clause.number != number for clause in agreement.clauses):
        return None
    return f"{agreement.id}#{number}"


def _person(declared: Declaration) -> list[Problem]:
    """Refuse a number that is none, and what a kind of declaration has to say and does not, or says and must not."""
    faults = []
    found = check_inami(declared.number)
    if found.normalised != declared.number:  # one practitioner, one spelling: it names the history
        why = found.why or "the register writes its digits without marks between them"
        faults.append(Problem("bad_number", f"{declared.number!r} is no INAMI number", why=why, mend="check it"))
    says = declared.says if declared.agreement is None else None
    if Kind.registered in (declared.kind, says) and declared.profession is None:
        mend = "say gp or specialist"
        faults.append(Problem("profession_missing", "the profession is not stated", mend=mend))
    if declared.kind in ACTIVITY and declared.agreement is not None:
        what = f"{declared.kind.name} is about the activity, not about an agreement"
        faults.append(Problem("agreement_not_expected", what, mend="leave the agreement out"))
    if declared.kind is Kind.registered:
        return faults
    dated = declared.kind in (Kind.ended, Kind.denounced, Kind.corrected)
    if dated and declared.valid_from is None:
        faults.append(Problem("day_missing", "the day from which it holds is not stated", mend="state it"))
    if not dated and declared.valid_from is not None:
        why = "an expression of will has the date of its recording"
        cites = (f"{declared.agreement}#17.4",)
        faults.append(Problem("day_not_expected", "a day is stated", why=why, mend="leave it out", cites=cites))
    if declared.kind not in (Kind.ended, Kind.corrected) and declared.agreement is None:
        faults.append(Problem("agreement_missing", "the agreement is not named", mend="name it, such as be/amm/2020"))
    return faults


def _activity(declared: Declaration, history: History, today: date) -> list[Problem]:
    """Refuse what is said of somebody who is not active, and an end on a day on which nothing could end."""
    if declared.kind in (Kind.registered, Kind.corrected):
        return []
    if declared.kind is Kind.ended and declared.valid_from is not None and history.version:
        if history.status(declared.valid_from, ()).state is not State.not_active:
            return []
        what = f"{declared.number} is not active on {declared.valid_from}: nothing can end on that day"
        return [Problem("not_active_then", what, mend="name a day after the activity began and before it ended")]
    if history.status(today, ()).state is not State.not_active:
        return []
    what = f"{declared.number} is not an active practitioner of the register on {today}"
    return [Problem("not_registered", what, mend="register the practitioner first")]


def _correction(declared: Declaration, history: History) -> list[Problem]:
    if declared.kind is not Kind.corrected:
        return []
    faults = []
    if not declared.checker:
        faults.append(Problem("checker_missing", "nobody checked the correction", mend="name the second person"))
    elif declared.checker == declared.actor:
        why = "a correction takes two persons"
        faults.append(Problem("same_person", f"{declared.actor} made and checked it", why=why, mend="have it checked"))
    possible = ACTIVITY if declared.agreement is None else EXPRESSIONS
    if declared.says is not None and declared.says not in possible:
        what = f"{declared.says.name} is nothing that a correction of {declared.agreement or 'the activity'} can say"
        mend = f"say one of: {', '.join(kind.name for kind in possible)}"
        faults.append(Problem("bad_correction", what, mend=mend))
    corrected = next((r for r in history.recorded if r.version == declared.corrects), None)
    if corrected is None or corrected.agreement != declared.agreement:
        what = f"there is no declaration {declared.corrects} of {declared.agreement or 'the activity'} to correct"
        faults.append(Problem("unknown_version", what, mend=f"the history has versions 1 to {history.version}"))
    later = [r for r in history.recorded if r.kind is Kind.corrected and r.payload["corrects"] == declared.corrects]
    if later:  # with two in its place both would hold
        what = f"declaration {declared.corrects} is corrected already, by declaration {later[-1].version}"
        faults.append(Problem("already_corrected", what, mend=f"correct declaration {later[-1].version}"))
    return faults


def _term(declared: Declaration, agreement: Agreement | None, window: Window | None, today: date) -> list[Problem]:
    """Refuse days on which the agreement does not hold; what it is published for may be said before it begins."""
    if agreement is None:
        return []
    day = declared.valid_from or today
    term = agreement.heading.term
    if term.end is not None and day > term.end:
        what = f"{agreement.id} ended on {term.end}, before {day}"
        return [Problem("outside_the_term", what, mend="declare it for the agreement in force")]
    first = term.start if window is None else min(term.start, window.published)
    if declared.valid_from is not None and declared.valid_from < first:
        what = f"{agreement.id} begins on {first}, after {declared.valid_from}"
        return [Problem("outside_the_term", what, mend="name a day on which the agreement holds")]
    return []


def _moment(declared: Declaration, window: Window | None, moment: Moment) -> list[Problem]:
    if window is None or moment in (Moment.in_time, Moment.in_extension):
        return []
    cites = (f"{declared.agreement}#{BASIS[declared.kind]}",)
    if moment is Moment.early:
        what = f"{window.agreement} is published on {window.published} only"
        return [Problem("window_not_open", what, mend="declare it from that day on", cites=cites)]
    what = f"the last day to refuse or to accede partly was {window.last_day}"
    why = "only hours and places declared in time may be changed later"
    mend = "a change of hours is possible for who acceded partly; denounce where a measure gives the right"
    return [Problem("window_closed", what, why=why, mend=mend, cites=cites)]


def _hours(declared: Declaration, history: History, agreement: Agreement | None, today: date) -> list[Problem]:
    """Refuse hours that do not keep to the agreement, a change where nothing was declared, hours where none belong."""
    kind = declared.says if declared.kind is Kind.corrected else declared.kind
    if kind not in WITH_HOURS:
        if declared.hours:
            return [Problem("hours_not_expected", "only partial accession declares hours", mend="leave them out")]
        return []
    if not any(hours.free for hours in declared.hours) or all(hours.free for hours in declared.hours):
        why = "both the hours at tariff and those off tariff are communicated"
        cites = (f"{declared.agreement}#17.2",)
        return [Problem("hours_missing", "hours of one kind only", why=why, mend="declare both kinds", cites=cites)]
    profession = history.registration(today).profession
    if agreement is None or profession is None:
        return []  # told already: the agreement or the registration is missing
    faults = []
    if declared.kind is Kind.changed:
        state = history.status(today, [term_of(agreement)]).state
        if state is not State.partial:
            what = f"on {today} the status is {state.value}: there are no declared hours to change"
            cites = (f"{agreement.id}#17.3",)
            faults.append(Problem("nothing_to_change", what, mend="declare within the window", cites=cites))
    every = agreement.readings({})
    readings = {name: every[name] for name in READINGS}
    found = judge(agreement, partial_limits(agreement, profession), declared.hours, readings)
    return faults + [
        Problem(
            "timetable_not_valid",
            broken.why("en"),
            mend=broken.change("en"),
            cites=(f"{agreement.id}#{broken.clause}",),
        )
        for broken in found.broken
    ]


def _already(declared: Declaration, history: History) -> Recorded | None:
    """Return what is recorded of the same matter and says the same: sent again, it is harmless.

    Without a day that is the last declaration; with one, what holds from that very day.
    """
    if declared.valid_from is None or declared.kind is Kind.corrected:
        found = [recorded for recorded in history.recorded if recorded.agreement == declared.agreement]
    else:
        effects = history.effects(declared.agreement)
        found = [effect.source for effect in effects if effect.valid_from == declared.valid_from]
    if not found or found[-1].kind is not declared.kind or dict(found[-1].payload) != declared.payload():
        return None
    return found[-1] if declared.valid_from in (None, found[-1].valid_from) else None
