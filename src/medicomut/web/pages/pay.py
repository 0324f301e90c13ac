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

from fastapi import Request
from starlette.responses import Response

from medicomut.api.room import room_of
from medicomut.identifiers import check_nomenclature
from medicomut.money import cents
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.price import Priced, Pricer, accession_of
from medicomut.tariff.vocabulary import STATUSES
from medicomut.web import care
from medicomut.web.languages import Language
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
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
FIELDS: Final = ("care", "code", "date", "time", "profession", "status", "charged", *FACTS)
LONGEST: Final = 40
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_AMOUNT = re.compile(r"[0-9]{1,6}([.,][0-9]{1,2})?")


@dataclass(slots=True)
class Asked:
    """What somebody asked: as given, as a line of care, and what is wrong with which field."""

    given: Mapping[str, str]
    line: dict[str, Any] = field(default_factory=dict)
    profession: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer: what a check says of the line, its steps, and whether more than the fee may be asked."""

    result: dict[str, Any]
    steps: list[tuple[str, Any, tuple[str, ...]]]
    more: bool | None
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
    found = None if asked.errors else priced(asked, room_of(request).plain, room_of(request).fees)
    return _shown(request, lang, asked, found)


def _shown(request: Request, lang: Language, asked: Asked, found: Answer | None) -> Response:
    services = list(care.services().values())
    groups = [
        (GROUPS[key], [(service.code, service.name.in_language(lang)) for service in of])
        for key, of in groupby(sorted(services, key=_group), key=lambda service: (service.profession, service.setting))
    ]
    status = 422 if asked.errors else 200
    content = {"asked": asked, "given": asked.given, "answer": found, "groups": groups, "statuses": STATUSES}
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
        amount = given["charged"].removeprefix("€").removesuffix("€").strip()
        if _AMOUNT.fullmatch(amount):
            asked.line["charged_cents"] = cents(amount.replace(",", "."))
        else:
            asked.errors["charged"] = N_("Write the amount in euro, such as 30 or 27,50.")
    asked.line |= {name: ANSWERS[given[name]] for name in FACTS if given[name] in ANSWERS}
    return asked


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
    """Price the line asked about, and once more with a cent above the fee, to see whether more may be asked."""
    status = asked.given["status"]
    known = asked.profession in {"gp", "specialist"} and status in STATUSES
    accession = accession_of(asked.profession, status) if known else None
    line = pricer.price(asked.line, accession=accession)
    day = date.fromisoformat(asked.line["date"])
    binding = fees.binding(int(asked.line["code"]), day)
    above = {**asked.line, "charged_cents": binding.highest + 1} if binding else None
    beyond = pricer.price(above, accession=accession).result() if above else None
    steps = [(name, value, cites) for name, value, _, cites in line.steps() if value]
    return Answer(line.result(), steps, _more(line, beyond), asked.line["code"], day, asked.line.get("charged_cents"))


def _more(line: Priced, beyond: Mapping[str, Any] | None) -> bool | None:
    """Whether more than the fee may be asked; `None` where that cannot be said."""
    if beyond and beyond["excess_cents"]:
        return False
    binds: bool | None = line.result()["tariff_binds"]
    return None if binds is None else not binds
