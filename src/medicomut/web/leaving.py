"""A physician's own denunciation, weighed by the agreement's clocks before the register is told of it.

`be/amm/2020#16.2.5`: by registered letter, within days of the finding, from the entry into force of the measure. The
procedures weigh, the register records; neither room knows the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from starlette.datastructures import FormData

from medicomut.agreement import Agreement
from medicomut.agreement.tables import Ground
from medicomut.errors import Place, Problem, Problems
from medicomut.procedure.clocks import rules
from medicomut.procedure.denunciation import Denunciation, Notice, Track, denounce

DAYS: Final = ("event", "finding", "notified", "effective")
"""The fields that hold a day: it arose, it was found, the letter was sent, the measure enters into force."""
FIELDS: Final = ("ground", *DAYS)
INDIVIDUAL: Final = "individual"
LONGEST: Final = 40


def grounds_of(signed: Agreement) -> Sequence[Ground]:
    """Return the grounds a physician may name, none where the agreement's own time limits are not known."""
    known = signed.denunciation
    if known is None or rules(signed).source is not signed:
        return ()
    return [ground for ground in known.grounds if INDIVIDUAL in ground.who]


def given_in(form: FormData) -> dict[str, str]:
    """Return the fields of a form."""
    return {name: str(form.get(name, ""))[:LONGEST].strip() for name in FIELDS}


def weigh(signed: Agreement, given: Mapping[str, str], today: date) -> Denunciation:
    """Weigh a denunciation whose letter has been sent.

    Raises `Problems`: `missing_field`, `bad_day`, `letter_not_sent` where it is to be sent later, and as `denounce`.
    """
    faults: list[Problem] = []
    days: dict[str, Any] = {name: _day(given[name], name, faults) for name in DAYS}
    if days["notified"] is not None and days["notified"] > today:
        what = f"the letter of {days['notified']} is not sent yet"
        faults.append(Problem("letter_not_sent", what, Place(field="notified"), mend="send it, then declare"))
    if faults:
        raise Problems(faults)
    notice = Notice(given["ground"], Track.doctor, days["event"], days["finding"], days["notified"],
                    effective=days["effective"])  # fmt: skip
    return denounce(signed.id, notice)


def _day(text: str, name: str, faults: list[Problem]) -> date | None:
    if not text:
        faults.append(Problem("missing_field", f"{name} is not given", Place(field=name), mend="give the day"))
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        what = f"{text!r} is not a day"
        faults.append(Problem("bad_day", what, Place(field=name), mend="write it as 2020-02-04"))
        return None
