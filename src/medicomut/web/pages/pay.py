"""What will I pay? One service, one day, one kind of doctor, one cover: the answer in plain words.

What is asked is sent by POST, priced in memory and forgotten: it stands in no address, no log and no cache.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, Final

from anyio import to_thread
from fastapi import Request
from starlette.responses import Response

from medicomut.accession.status_table import write_slots
from medicomut.api.registered import Registered, registered
from medicomut.api.room import room_of
from medicomut.calendar import MINUTES_A_DAY
from medicomut.errors import Problems
from medicomut.identifiers import check_nomenclature
from medicomut.money import cents
from medicomut.slots import Slot, parse_slots
from medicomut.tariff.asked import Accession
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.price import Pricer, accession_of
from medicomut.tariff.vocabulary import STATUSES
from medicomut.web import care
from medicomut.web.languages import Language
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.told import SENTENCES
from medicomut.web.written import N_

router = pages("/pay")

GROUPS: Final = {
    ("gp", "practice"): N_("At the general practitioner's"),
    ("gp", "home"): N_("The general practitioner at home"),
    ("specialist", "practice"): N_("At the specialist's"),
}
ANSWERS: Final = {"yes": True, "no": False}
FACTS: Final = (
    "preferential",
    "medical_file",
    "express_request",
    "recalled",
    "on_duty",
    "open_to_public",
    "outside_round",
)
FIELDS: Final = ("doctor", "care", "code", "date", "time", "profession", "status", "off_tariff", "charged", *FACTS)
ALL_WEEK: Final = (Slot(0, 7 * MINUTES_A_DAY * 60, None),)
LONGEST: Final = 40
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_UNIT = r"(?:€|eur|euros?)"
_AMOUNT = re.compile(rf"(?:{_UNIT}\s?)?([0-9]{{1,6}}(?:[.,][0-9]{{1,2}})?)(?:\s?{_UNIT})?", re.IGNORECASE)


@dataclass(slots=True)
class Asked:
    """What somebody asked: as given, as a line of care, and what is wrong with which field."""

    given: Mapping[str, str]
    line: dict[str, Any] = field(default_factory=dict)
    profession: str = ""
    registered: Accession | None = None
    """What the register says of the doctor on that day."""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer: what a check says of the line, its steps, and whether more than the fee may be asked.

    `slot_open`: that hangs on whether the hour was one without tariff, which nobody said.
    """

    result: dict[str, Any]
    steps: list[tuple[str, Any, tuple[str, ...]]]
    more: bool | None
    slot_open: bool
    code: str
    day: date
    charged: int | None


@router.get("")
async def form(request: Request, lang: Language) -> Response:
    """Show the questions."""
    return _shown(request, lang, Asked(dict.fromkeys(FIELDS, "")), None)


@router.post("")
async def answer(request: Request, lang: Language) -> Response:
    """Answer them, and show them again with what is wrong where they cannot be read."""
    sent = await request.form(max_files=0, max_fields=40)
    given = {name: str(sent.get(name, ""))[:LONGEST].strip() for name in FIELDS}
    asked = read(given)
    if given["doctor"]:
        await to_thread.run_sync(look_up, registered(request), asked)
    found = None if asked.errors else priced(asked, room_of(request).plain, room_of(request).fees)
    return _shown(request, lang, asked, found)


def _shown(request: Request, lang: Language, asked: Asked, found: Answer | None) -> Response:
    services = list(care.services().values())
    groups = [
        (GROUPS[key], [(service.code, service.name.in_language(lang)) for service in of])
        for key, of in groupby(sorted(services, key=_group), key=lambda service: (service.profession, service.setting))
    ]
    status = 422 if asked.errors else 200
    content = {
        "has_register": registered(request) is not None,
        "asked": asked,
        "given": asked.given,
        "answer": found,
        "groups": groups,
        "statuses": STATUSES,
    }
    return show(request, lang, "pay.html", status=status, cache_control=KEPT_BY_NOBODY, **content)


def _group(service: care.Care) -> int:
    return list(GROUPS).index((service.profession, service.setting))


def read(given: Mapping[str, str]) -> Asked:
    """Read what was given; every field that cannot be read is named with how to write it."""
    asked = Asked(given)
    code = re.sub(r"[\s.-]", "", given["code"]) or given["care"]
    service = care.services().get(code)
    if not code:
        asked.errors["care"] = N_("Choose the care, or write its code.")
    elif not check_nomenclature(code).valid:
        asked.errors["code"] = N_("This is not a nomenclature code: six digits, the last of which checks the others.")
    asked.line["code"] = code
    asked.profession = given["profession"] or (service.profession if service else "")
    if service:
        asked.line["setting"] = service.setting
    _read_when(given, asked)
    if given["charged"]:
        if amount := _AMOUNT.fullmatch(given["charged"]):
            asked.line["charged_cents"] = cents(amount[1].replace(",", "."))
        else:
            asked.errors["charged"] = N_("Write the amount in euro, such as 30 or 27.50.")
    asked.line |= {name: ANSWERS[given[name]] for name in FACTS if given[name] in ANSWERS}
    return asked


def look_up(here: Registered | None, asked: Asked) -> None:
    """Ask the register whether the doctor acceded on that day; what is asked is kept nowhere, as the rest."""
    if here is None or "date" in asked.errors:
        return
    day = date.fromisoformat(asked.line["date"])
    try:
        history = here.history(asked.given["doctor"])
    except Problems:
        asked.errors["doctor"] = SENTENCES["no_inami_number"]
        return
    found = history.status(day, here.terms)
    if found.state.value not in STATUSES or history.profession is None:
        asked.errors["doctor"] = N_("The register has no status of this doctor on that day. Leave the number out.")
        return
    slots = parse_slots(write_slots(found.hours)) if found.hours else ()
    asked.profession = history.profession
    asked.registered = accession_of(history.profession, found.state.value, slots)


def _read_when(given: Mapping[str, str], asked: Asked) -> None:
    try:
        asked.line["date"] = date.fromisoformat(given["date"]).isoformat()
    except ValueError:
        asked.errors["date"] = N_("Say on which day, written as 2020-02-04.")
    if given["time"] and not _TIME.fullmatch(given["time"]):
        asked.errors["time"] = N_("Write the hour as 21:15.")
    elif given["time"]:
        asked.line["time"] = given["time"]


def priced(asked: Asked, pricer: Pricer, fees: FeeTable) -> Answer:
    """Price the line asked about, and once more with a cent above the fee, to see whether more may be asked.

    Whether a partly conventioned doctor was within the hours without tariff may not be known: then the line is
    priced both ways, and where that turns the answer neither is given.
    """
    fact, day = _within_slot(asked.line), date.fromisoformat(asked.line["date"])
    lines = [pricer.price(fact if slots else asked.line, accession=_accession(asked, slots)) for slots in _slots(asked)]
    result = lines[0].result()
    slot_open = len({line.result()["tariff_binds"] for line in lines}) > 1
    if slot_open:
        either = set(lines[1].result()["reasons"])
        reasons = [reason for reason in result["reasons"] if reason in either]
        result |= {"tariff_binds": None, "excess_cents": None, "verdict": "unknown", "reasons": reasons}
    binding, slots = fees.binding(int(asked.line["code"]), day), _slots(asked)[0]
    above = {**(fact if slots else asked.line), "charged_cents": binding.highest + 1} if binding else None
    beyond = pricer.price(above, accession=_accession(asked, slots)).result() if above else None
    # A step that comes out one way within the hours and another outside them is no step of this answer.
    both = [{(name, value) for name, value, _, _ in line.steps()} for line in lines]
    steps = [(name, value, cites) for name, value, _, cites in lines[0].steps() if value and (name, value) in both[-1]]
    more = None if slot_open else _more(result, beyond)
    return Answer(result, steps, more, slot_open, asked.line["code"], day, asked.line.get("charged_cents"))


def _slots(asked: Asked) -> list[tuple[Slot, ...]]:
    """Return the hours without tariff that may have been: none, all of the week, or both where nobody says."""
    if asked.registered is not None:
        slots = asked.registered[3]
        return [slots] if "time" in asked.line or not slots else [(), ALL_WEEK]
    if asked.given["status"] != "partial":
        return [()]
    known: dict[str, list[tuple[Slot, ...]]] = {"yes": [ALL_WEEK], "no": [()]}
    return known.get(asked.given["off_tariff"], [(), ALL_WEEK])


def _within_slot(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return the line as one within a slot: any hour will do, an hour in the middle of the day says nothing else."""
    return {"time": "12:00", **line}


def _accession(asked: Asked, slots: tuple[Slot, ...]) -> Accession | None:
    if asked.registered is not None:
        return (*asked.registered[:3], slots)
    known = asked.profession in {"gp", "specialist"} and asked.given["status"] in STATUSES
    return accession_of(asked.profession, asked.given["status"], slots) if known else None


def _more(result: Mapping[str, Any], beyond: Mapping[str, Any] | None) -> bool | None:
    """Whether more than the fee may be asked; `None` where that cannot be said."""
    if beyond and beyond["excess_cents"]:
        return False
    binds: bool | None = result["tariff_binds"]
    return None if binds is None else not binds
