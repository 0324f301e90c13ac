"""The letter of a denunciation, of a party or of a physician: a draft to read, complete and send oneself.

`be/amm/2020#16.2.4` and `#16.2.5` ask for a registered letter to the chair of the commission. It is written in French
or Dutch; the software sends nothing and keeps nothing of it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from medicomut.agreement.figures import format_date
from medicomut.agreement.records import Record
from medicomut.agreement.yaml_lines import Faults, read_yaml
from medicomut.errors import Place, Problem, Problems
from medicomut.identifiers import check_inami
from medicomut.printing import pdf_of
from medicomut.procedure.denunciation import Denunciation, Track
from medicomut.procedure.wording import DATA

if TYPE_CHECKING:
    from datetime import date

LetterLang = Literal["fr", "nl"]
LETTER_LANGUAGES: Final[tuple[LetterLang, ...]] = ("fr", "nl")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: name, INAMI number and address as the sender gives them, and the situation in the sender's words."""

    name: str = ""
    number: str = ""
    address: str = ""
    situation: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in one language, in its parts; `checks` is the page beside it, which is not sent."""

    lang: LetterLang
    draft: str
    sender: str
    registered: str
    to: str
    place_and_day: str
    subject: str
    body: tuple[str, ...]
    signature: str
    before_sending: str
    checks: tuple[str, ...]


def letter(case: Denunciation, sender: Sender, lang: str) -> Letter:
    """Write the letter of a denunciation.

    Raises `Problems`: `unknown_language` for another language than French and Dutch, `bad_inami` for a number that is
    none, `not_admissible` for a letter that the agreement does not foresee from this sender, or that is late.
    """
    if lang not in LETTER_LANGUAGES:
        mend = f"use one of: {', '.join(LETTER_LANGUAGES)}"
        raise Problems(
            [Problem("unknown_language", f"no letter is written in {lang!r}", Place(field="lang"), mend=mend)]
        )
    number = check_inami(sender.number) if sender.number else None
    if number is not None and not number.valid:
        raise Problems([Problem("bad_inami", number.why or "", Place(field="number"), mend="check its digits")])
    if case.outcome.admissible is False:
        why = "; ".join(reason.en for reason in case.reasons())
        what = f"the denunciation on {case.ground.clause} by a {case.notice.by.value} is not admissible"
        raise Problems([Problem("not_admissible", what, why=why, mend="see `procedure denounce`", cites=case.cites)])
    chosen: LetterLang = "fr" if lang == "fr" else "nl"
    return _Writer(case, sender, chosen).letter()


class _Writer:
    """One letter being written."""

    def __init__(self, case: Denunciation, sender: Sender, lang: LetterLang) -> None:
        self.case, self.sender, self.lang = case, sender, lang

    def letter(self) -> Letter:
        by, sender = self.case.notice.by, self.sender
        name = sender.name or self.say(f"name_missing_{by.value}")
        number = self.say("number", number=sender.number) if sender.number else ""
        address = sender.address or self.say("address_missing")
        title = self.case.outcome.rules.agreement.heading.title.in_language(self.lang)
        return Letter(
            self.lang,
            self.say("draft"),
            "\n".join(filter(None, (name, number, address))),
            self.say("registered"),
            self.say("to"),
            self.say("place_and_day"),
            self.say("subject", title=title, clause=self.case.ground.clause),
            tuple(self._body()),
            f"{self.say('signature')}\n{name}",
            self.say("before_sending"),
            tuple(self._checks()),
        )

    def say(self, key: str, **values: object) -> str:
        return _words()[key][self.lang].format(**values)

    def _day(self, day: date) -> str:
        return format_date(day, self.lang)

    def _body(self) -> list[str]:
        case, notice, by = self.case, self.case.notice, self.case.notice.by
        trigger = case.ground.trigger.in_language(self.lang)
        days = {"occurred": self._day(notice.occurred), "found": self._day(notice.found)}
        situation = self.sender.situation.strip().rstrip(".")
        stated = ("facts_stated", {"situation": situation}) if situation else ("facts_missing", {})
        effective = "" if case.effective is None else self.say("effective", day=self._day(case.effective))
        denounced = self.say(
            f"denounce_{by.value}_{notice.extent}", procedure=self._procedure, scope=notice.scope, effective=effective
        )
        party = by is Track.party
        return [
            self.say("greeting"),
            self.say(f"situation_{by.value}", clause=case.ground.clause, trigger=trigger[0].lower() + trigger[1:]),
            self.say(stated[0], **days, **stated[1]),
            denounced,
            *([self.say("meeting" if self._meeting_known else "meeting_not_known")] if party else []),
            self.say("closing" if party else "closing_doctor"),
        ]

    @property
    def _procedure(self) -> str:
        """The clause that governs the notice: that of its step, else that of the ground."""
        own = [step.clause for step in self.case.steps if not self.case.outcome.rules.supposed]
        return own[0] if own else self.case.ground.clause

    @property
    def _meeting_known(self) -> bool:
        """Whether the agreement's own text is known to foresee the meeting that the letter asks for."""
        rules = self.case.outcome.rules
        return rules.source is rules.agreement

    def _checks(self) -> list[str]:
        case, found = self.case, self.case.outcome
        checks = [self.say("doubt", reason=reason.in_language(self.lang)) for reason in case.reasons()]
        if found.letter is None:
            checks.append(self.say("last_day_unknown"))
        else:
            told, counting = found.letter.told(self.lang), found.letter.counting(self.lang)
            checks.append(self.say("last_day", day=told, counting=counting))
            checks += filter(None, [found.letter.warning(self.lang)])
            others = {other.letter.due for other in case.others if other.letter} - {found.letter.due}
            checks += [self.say("other_reading", day=self._day(day)) for day in sorted(others)]
        if found.ends_on is not None:
            checks.append(self.say("end", day=self._day(found.ends_on)))
            ends = {other.ends_on for other in case.others if other.ends_on} - {found.ends_on}
            checks += [self.say("other_end", day=self._day(day)) for day in sorted(ends)]
        return [*checks, self.say("keep"), self.say("no_advice")]


@cache
def _words() -> dict[str, dict[LetterLang, str]]:
    faults = Faults()
    item = read_yaml(DATA / "letters.yaml", "procedure/letters.yaml", faults)
    faults.raise_if_any()
    if item is None:
        raise TypeError("procedure/letters.yaml is empty")
    record = Record(item, faults)
    found = {key: {lang: record.record(key).text(lang) for lang in LETTER_LANGUAGES} for key in item.value}
    faults.raise_if_any()
    return found


def as_html(written: Letter) -> str:
    """Return the letter as a page that stands alone: no script, no file beside it."""
    from jinja2 import Environment, FileSystemLoader  # noqa: PLC0415  paid when a letter is written

    shelf = Environment(loader=FileSystemLoader(DATA), autoescape=True, trim_blocks=True)
    return shelf.get_template("letter.html").render(letter=written) + "\n"


def as_pdf(written: Letter) -> bytes:
    """Return the letter as PDF (PDF/UA-1, tagged), the same bytes for the same letter."""
    return pdf_of(DATA / "letter.typ", asdict(written))
