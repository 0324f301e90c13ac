"""Whether a step of a dispute may be recorded: pure, from case, step and day to its clauses or to every reason.

What `be/amm/2020#15` and `#14.5` ask: the opinion of the technical medical council before the nomenclature is
concluded on; a college of equal benches with an official of the institute in the chair. Neither sets a time limit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from medicomut.agreement.records import Record
from medicomut.agreement.yaml_lines import Faults, read_yaml
from medicomut.errors import Place, Problem, Problems
from medicomut.identifiers import check_inami
from medicomut.procedure.disputes import BENCHES, OUTCOMES, Case, Kind, Outcome, Recorded, Status, Step, Subject, Track
from medicomut.procedure.disputes_anonymity import told
from medicomut.procedure.disputes_fields import PRACTITIONER, faults
from medicomut.procedure.wording import DATA

if TYPE_CHECKING:
    from medicomut.agreement import Agreement

OFFICIAL: Final = "nihdi"
"""Whose official chairs the college (14.5)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The clauses of an agreement on disputes, and the points arbitration may be about, the default first."""

    conciliation: str
    arbitration: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A step that may be recorded, with the clauses it rests on; `already` says the same and is recorded."""

    basis: str
    already: Recorded | None = None


@cache
def rules() -> Mapping[str, Rules]:
    """Return the rules of each agreement that has any here, by its id."""
    collected = Faults()
    item = read_yaml(DATA / "disputes.yaml", "procedure/disputes.yaml", collected)
    collected.raise_if_any()
    found = {}
    for name, member in (item.value if item is not None else {}).items():
        record = Record(member, collected)
        first = record.text("default_point")
        others = tuple(point for point in record.texts("points", least=1) if point != first)
        found[name] = Rules(record.text("conciliation"), record.text("arbitration"), (first, *others))
        record.finish()
    collected.raise_if_any()
    return found


def decide(step: Step, case: Case | None, agreement: Agreement | None, today: date) -> Decision:
    """Decide on a step at the end of a day; `case` is what is recorded, `agreement` that of the case where it is known.

    Raises `Problems` with every reason against it: those of `disputes_fields.faults`, `unknown_case`, `case_exists`,
    `not_yet`, `before_the_opening`, `case_closed`, `unknown_agreement`, `no_dispute_rules`, and what the clauses ask
    (`advice_missing`, `college_missing`, `unbalanced_college`, `chair_not_official`, `outside_arbitration`, …).
    """
    found = list(faults(step.kind, step.content))
    found += _when(step, case, today)
    if found:
        raise Problems(found)
    if case is not None and case.steps[-1].same_as(step):
        return Decision(case.steps[-1].basis or "", case.steps[-1])
    found = [*_opening(step, case, agreement)] if step.kind is Kind.opened else [*_following(step, case)]
    if found:
        raise Problems(found)
    return Decision(_basis(step, case))


def _basis(step: Step, case: Case | None) -> str:
    content = step.content if case is None else case.opening
    own = rules()[content["agreement"]]
    return f"{content['agreement']}#{own.arbitration if content['track'] == Track.arbitration else own.conciliation}"


def _cite(case: Case) -> tuple[str, ...]:
    return (_basis(Step(Kind.document, case.id, case.opened, ""), case),)


def _when(step: Step, case: Case | None, today: date) -> Iterator[Problem]:
    if step.kind is not Kind.opened and case is None:
        mend = "open it first, or check its number"
        yield Problem("unknown_case", f"there is no case {step.case[:100]!r}", Place(field="case"), mend=mend)
    if step.day > today:
        why = "what is recorded has happened"
        mend = f"name a day up to {today}, or set a time limit with deadline"
        yield Problem("not_yet", f"{step.kind.name} is dated {step.day}", Place(field="day"), why, mend)
    if case is not None and step.day < case.opened:
        what = f"{step.kind.name} is dated {step.day}, before the case was opened on {case.opened}"
        yield Problem("before_the_opening", what, Place(field="day"), mend="check the day")


# --- Opening ---------------------------------------------------------------------------------------------------------


def _opening(step: Step, case: Case | None, agreement: Agreement | None) -> Iterator[Problem]:
    content = step.content
    if case is not None:
        yield Problem("case_exists", f"there is a case {case.id} already", Place(field="case"),
                      mend="add to it, or leave the number out")  # fmt: skip
    own = rules().get(content["agreement"])
    if agreement is None:
        what = f"there is no agreement {content['agreement'][:100]!r}"
        yield Problem("unknown_agreement", what, Place(field="agreement"), mend="see medicomut agreement list")
    elif own is None:
        what = f"the clauses of {agreement.id} on disputes are not known here"
        yield Problem("no_dispute_rules", what, Place(field="agreement"), mend=f"known: {', '.join(rules())}")
    else:
        yield from _scope(content, agreement, own)
    yield from _parties(content)


def _scope(content: Mapping[str, Any], agreement: Agreement, own: Rules) -> Iterator[Problem]:
    """Tell clauses that do not exist, and what arbitration or conciliation is not about."""
    known = {clause.number for clause in agreement.clauses}
    clauses = content.get("clauses", ())
    for clause in clauses:
        if clause not in known:
            yield Problem("unknown_clause", f"{agreement.id} has no clause {clause!r}", Place(field="clauses"),
                          mend="write its number, such as 14.3.3")  # fmt: skip
    nomenclature = content["subject"] == Subject.nomenclature
    if not clauses and not nomenclature:
        yield Problem("clause_missing", "no clause in dispute is named", Place(field="clauses"), mend="name it")
    if content.get("point") is not None and content["point"] not in own.points:
        yield Problem("bad_reading", f"arbitration is not read as about point {content['point']!r}",
                      Place(field="point"), mend=f"one of: {', '.join(own.points)}")  # fmt: skip
    if content["track"] != Track.arbitration:
        return
    cites = (f"{agreement.id}#{own.arbitration}",)
    mend = f"open a conciliation ({agreement.id}#{own.conciliation})"
    if nomenclature:
        why = "the college settles disputes about a point of the agreement"
        yield Problem("outside_arbitration", "a dispute on the nomenclature", Place(field="track"), why, mend, cites)
    point = content.get("point") or own.points[0]
    for clause in clauses:
        if clause in known and clause != point and not clause.startswith(f"{point}."):
            why = f"the college settles disputes about point {point}"
            yield Problem("outside_arbitration", f"clause {clause} is not of point {point}", Place(field="clauses"),
                          why, mend, cites)  # fmt: skip


def _parties(content: Mapping[str, Any]) -> Iterator[Problem]:
    parties = content["parties"]
    names = [party["name"].strip() for party in parties]
    roles = {party["role"] for party in parties}
    if roles != {"applicant", "respondent"}:
        mend = "name at least one applicant and one respondent"
        yield Problem("party_missing", "a dispute has two sides", Place(field="parties"), mend=mend)
    for name, times in Counter(names).items():
        if times > 1:
            yield Problem("repeated_party", f"{name!r} is named {times} times", Place(field="parties"),
                          mend="name each party once")  # fmt: skip
        number = name.removeprefix(PRACTITIONER)
        if name.startswith(PRACTITIONER) and not check_inami(number).valid:
            yield Problem("bad_number", f"{number!r} is no INAMI number", Place(field="parties"), mend="check it")


# --- Afterwards ------------------------------------------------------------------------------------------------------


def _following(step: Step, case: Case | None) -> Iterator[Problem]:
    if case is None:  # told already
        return
    yield from _open_or_not(step, case)
    check = _ASKED.get(step.kind)
    if check is not None:
        yield from check(step, case)


def _open_or_not(step: Step, case: Case) -> Iterator[Problem]:
    """Tell a step that does not fit the status of the case."""
    closed = case.status is not Status.open
    if step.kind is Kind.reopened and not closed:
        yield Problem("not_closed", f"case {case.id} is open", mend="nothing is to be done")
    after = {Kind.published, Kind.unpublished, Kind.reopened, Kind.document}
    if closed and step.kind not in after:
        what = f"case {case.id} is {case.status}"
        yield Problem("case_closed", what, mend="reopen it, with the reason", cites=_cite(case))


def _advice_asked(step: Step, case: Case) -> Iterator[Problem]:
    if case.subject is not Subject.nomenclature:
        why = "the opinion is for disputes on the nomenclature"
        yield Problem("advice_not_expected", f"case {case.id} is about {case.subject}", None, why,
                      "leave it out, or open a case on the nomenclature", _cite(case))  # fmt: skip
    yield from _not_before(step, case.last(Kind.opened))


def _advice_given(step: Step, case: Case) -> Iterator[Problem]:
    asked = case.last(Kind.advice_asked)
    if asked is None:
        what = f"the technical medical council was not asked in case {case.id}"
        yield Problem("advice_not_asked", what, mend="record that it was asked, with the day", cites=_cite(case))
    yield from _not_before(step, asked)


def _college(step: Step, case: Case) -> Iterator[Problem]:
    cites = _cite(case)
    if case.track is not Track.arbitration:
        why = "the commission itself conciliates"
        yield Problem("college_not_expected", f"case {case.id} is a conciliation", None, why,
                      "a college is for arbitration", cites)  # fmt: skip
        return
    members, chair = step.content["members"], step.content["chair"]
    counted = Counter(member["bench"] for member in members)
    if counted[BENCHES[0]] != counted[BENCHES[1]] or not counted[BENCHES[0]]:
        what = f"{counted[BENCHES[0]]} for the physicians and {counted[BENCHES[1]]} for the insurers"
        yield Problem("unbalanced_college", what, Place(field="members"), "the college is joint: its benches are equal",
                      "name as many members for each, at least one", cites)  # fmt: skip
    if chair["body"] != OFFICIAL:
        yield Problem("chair_not_official", f"the chair is of {chair['body'][:100]!r}", Place(field="chair"),
                      "an official of the institute chairs the college", f"name one of {OFFICIAL}", cites)  # fmt: skip
    names = Counter(name.strip() for name in (chair["name"], *(member["name"] for member in members)))
    for name, times in names.items():
        if times > 1:
            yield Problem("repeated_member", f"{name!r} has {times} seats", Place(field="members"),
                          "one seat is one person", "name each once", cites)  # fmt: skip


def _concluded(step: Step, case: Case) -> Iterator[Problem]:
    cites = _cite(case)
    permitted = OUTCOMES[case.track]
    if Outcome(step.content["outcome"]) not in permitted:
        what = f"{case.track} does not end with {step.content['outcome']}"
        yield Problem("bad_outcome", what, Place(field="outcome"), mend=f"one of: {', '.join(permitted)}", cites=cites)
    if case.subject is Subject.nomenclature:
        given = case.last(Kind.advice_given)
        if given is None:
            why = "the commission conciliates on the nomenclature after the technical medical council's opinion"
            yield Problem("advice_missing", f"case {case.id} has no opinion of the council", None, why,
                          "ask for it, record it, and conclude then", cites)  # fmt: skip
        yield from _not_before(step, given)
    if case.track is Track.arbitration:
        college = case.last(Kind.college)
        if college is None:
            yield Problem("college_missing", f"no college was composed in case {case.id}", None,
                          "arbitration is by a joint college", "compose it first", cites)  # fmt: skip
        yield from _not_before(step, college)


def _deadline(step: Step, case: Case) -> Iterator[Problem]:
    del case
    if date.fromisoformat(step.content["due"]) < step.day:
        what = f"the last day {step.content['due']} lies before the day it is set on, {step.day}"
        yield Problem("due_before", what, Place(field="due"), mend="name a later day")


def _published(step: Step, case: Case) -> Iterator[Problem]:
    if case.conclusion is None:
        what = f"case {case.id} is not concluded"
        yield Problem("not_concluded", what, mend="conclude it first", cites=_cite(case))
    if case.publication is not None:
        what = f"a decision of case {case.id} is published"
        yield Problem("still_published", what, mend="take it back first, with the reason")
    yield from told(step.content, case)


def _unpublished(step: Step, case: Case) -> Iterator[Problem]:
    del step
    if case.publication is None:
        yield Problem("decision_not_published", f"nothing of case {case.id} is published", mend="nothing is to be done")


def _reopened(step: Step, case: Case) -> Iterator[Problem]:
    del step
    if case.publication is not None:
        what = f"the decision of case {case.id} is published"
        yield Problem("still_published", what, mend="take it back first, with the reason")


def _not_before(step: Step, earlier: Recorded | None) -> Iterator[Problem]:
    if earlier is not None and step.day < earlier.day:
        what = f"{step.kind.name} is dated {step.day}, before {earlier.kind.name} of {earlier.day}"
        yield Problem("out_of_order", what, Place(field="day"), mend="check the days")


_ASKED: Final = {
    Kind.advice_asked: _advice_asked,
    Kind.advice_given: _advice_given,
    Kind.college: _college,
    Kind.concluded: _concluded,
    Kind.deadline: _deadline,
    Kind.published: _published,
    Kind.unpublished: _unpublished,
    Kind.reopened: _reopened,
}
"""What each kind asks beyond its fields and the status of the case."""
