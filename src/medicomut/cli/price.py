"""`medicomut price`: one line of care, priced and explained."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from medicomut.cli.common import (
    AsFormat,
    Format,
    InLanguage,
    Readings,
    chosen_readings,
    collecting,
    language,
    named_errors,
    print_json,
    tell,
)

EPILOG = """\b
Examples:
  medicomut price --code 101032 --date 2020-02-04 --time 21:01 \\
      --profession gp --status full --express-request --charged-cents 3000
  medicomut price --code 101076 --date 2020-02-04 --time 10:00 \\
      --profession gp --status partial --slots 'tue 09:00-13:00@A' \\
      --site A --setting practice --format json"""

Fact = bool | None


def _option(name: str, text: str) -> Any:
    return typer.Option(f"--{name}/--no-{name}", help=text, show_default=False)


def _text(text: str, metavar: str = "TEXT") -> Any:
    return typer.Option(help=text, metavar=metavar, show_default=False)


@named_errors
def price(
    code: Annotated[str, _text("Nomenclature code of six digits.", "CODE")],
    date: Annotated[str, _text("Day of the care.", "YYYY-MM-DD")],
    profession: Annotated[str | None, _text("Of the practitioner.", "gp|specialist")] = None,
    status: Annotated[str | None, _text("Of the practitioner's accession.", "full|partial|refused")] = None,
    slots: Annotated[str | None, _text("Off-tariff slots of a partial accession.", "'mon 09:00-13:00@A;…'")] = None,
    practitioner: Annotated[str | None, _text("INAMI number, with --practitioners.", "NUMBER")] = None,
    practitioners: Annotated[Path | None, _text("Table of practitioners instead of --status.", "FILE")] = None,
    time: Annotated[str | None, _text("Start of the care.", "HH:MM")] = None,
    setting: Annotated[
        str | None,
        _text("Where.", "practice|home|ambulatory_hospital|day_hospital|shared_room|single_room"),
    ] = None,
    site: Annotated[str | None, _text("Site of the practice, as in the slots.")] = None,
    charged_cents: Annotated[str | None, _text("What was charged, in cents.", "CENTS")] = None,
    third_party: Annotated[str | None, _text("Third-party payment.", "none|mandatory|optional")] = None,
    preferential: Annotated[Fact, _option("preferential", "The patient has the preferential regime.")] = None,
    medical_file: Annotated[Fact, _option("medical-file", "This doctor keeps the patient's file (GMF).")] = None,
    express_request: Annotated[Fact, _option("express-request", "At the patient's express request.")] = None,
    recalled: Annotated[Fact, _option("recalled", "The doctor asked the patient to come back.")] = None,
    on_duty: Annotated[Fact, _option("on-duty", "Within the organised duty service.")] = None,
    duty_service_sufficient: Annotated[
        Fact, _option("duty-service-sufficient", "The duty service of the place suffices.")
    ] = None,
    open_to_public: Annotated[Fact, _option("open-to-public", "The doctor holds open hours then.")] = None,
    unusual_travel: Annotated[Fact, _option("unusual-travel", "The call meant unusual travel.")] = None,
    outside_round: Annotated[Fact, _option("outside-round", "Visit asked for outside the round.")] = None,
    urgent: Annotated[Fact, _option("urgent", "The visit was urgent.")] = None,
    requested_by_treating_doctor: Annotated[
        Fact, _option("requested-by-treating-doctor", "The treating doctor asked for it.")
    ] = None,
    single_room_for_convenience: Annotated[
        Fact, _option("single-room-for-convenience", "The patient chose the single room.")
    ] = None,
    informed_beforehand: Annotated[Fact, _option("informed-beforehand", "The patient knew the cost.")] = None,
    taxable_income_cents: Annotated[str | None, _text("Yearly taxable income of the household.", "CENTS")] = None,
    holders: Annotated[str | None, _text("Holders in the household.", "N")] = None,
    dependants: Annotated[str | None, _text("Dependants in the household.", "N")] = None,
    patient: Annotated[str | None, _text("Mark of the patient; a pseudonym is enough.")] = None,
    line_id: Annotated[str | None, _text("Mark of the line.")] = None,
    fees: Annotated[Path | None, _text("Folder of fees instead of those shipped.", "FOLDER")] = None,
    reading: Readings = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show every step with its clause.")] = False,
    format: AsFormat = Format.table,
    lang: InLanguage = None,
) -> None:
    """Price one line of care: does the tariff bind, what is reimbursed, what the patient pays, and why.

    What is left out is not stated and takes the rule docs/lines.md gives for it. Amounts are cents.
    """
    options = dict(locals())
    from medicomut.cli import price_options, price_text
    from medicomut.errors import Problem, Problems
    from medicomut.tariff.answer import asked_json
    from medicomut.tariff.asked import doubts
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.fee_table import FeeTable
    from medicomut.tariff.fees import SHIPPED, FeeSchedule
    from medicomut.tariff.price import Pricer
    from medicomut.tariff.vocabulary import LINE_COLUMNS

    fields = {name: options[name] for name in LINE_COLUMNS if options.get(name) is not None}
    problems: list[Problem] = []
    with collecting(problems):
        price_options.refuse_unreadable(fields)
    with collecting(problems):
        price_options.refuse_impossible(fields)
    with collecting(problems):
        accession = price_options.accession(options)
    with collecting(problems):
        conditions = Conditions(chosen_readings(reading))
    with collecting(problems):
        table = FeeTable(FeeSchedule.load(fees or SHIPPED))
    with collecting(problems):
        people = price_options.table(practitioners)
    if problems:
        raise Problems(problems)
    pricer = Pricer(conditions, table, people)
    priced = pricer.price(fields, accession=accession)
    tell(doubts(priced, conditions))
    if practitioners:
        tell(price_options.table_doubts(practitioners, conditions))
    if accession:
        tell(price_options.slot_doubts(accession, conditions))
    chosen = language(lang)
    if format is Format.json:
        print_json(asked_json(price_options.typed(fields, priced.line), priced, pricer, chosen))
    else:
        price_text.show(priced, chosen, explain=explain)
