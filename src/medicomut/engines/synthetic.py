"""Synthetic practitioners and lines of care: realistic in codes, hours and faults, about nobody.

The same seed gives the same rows everywhere: draws come from whole-number mixing, not from a library's generator.
Every practitioner's number lies in the block set apart for synthetic people (`identifiers.synthetic_inami`).
Faults are planted on lines whose lawfulness does not depend on any reading of the text, and are named in the
column `planted`, so that a check can be measured against them.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from medicomut.identifiers import synthetic_inami
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.fees import SHIPPED, FeeSchedule
from medicomut.tariff.practitioners import COLUMNS
from medicomut.tariff.vocabulary import FACTS, SETTINGS, THIRD_PARTY

GP_COMPETENCES = tuple(f"{n:03}" for n in range(1, 10))
SPECIALIST_COMPETENCES = ("580", "690", "730", "550", "370", "340", "480", "770", "780", "930")
MOST_PRACTITIONERS = 90_000
SERIALS = 10_000

NO_SLOT = (12 * 60, 13 * 60 - 1)
"""The minutes of the day in which no synthetic practitioner has an off-tariff slot."""

DATED = {0: ("2020-03-01", ""), 1: ("", "2020-09-30"), 2: ("2020-01-01", "2020-12-31")}
"""From when and until when the status of three practitioners in a hundred is known; of all others, always."""

SITES = ("A", "B")
DAYS = ("mon", "tue", "wed", "thu", "fri")

GP_CODES = ((101032, 300), (101076, 500), (103132, 140), (475075, 30), (101010, 30))
SPECIALIST_CODES = (
    (102012, 250),
    (102034, 250),
    (102071, 150),
    (102093, 150),
    (102734, 120),
    (475075, 70),
    (960013, 10),
)
HOME_CODES = (103132,)
ORDINARY_CHARGE = {
    101010: 1570,
    102012: 2600,
    102034: 4100,
    102071: 3900,
    102093: 3600,
    102734: 3300,
    475075: 1900,
    960013: 2500,
}
"""In cents: the made-up fee of a code for which none is known, and what its lines are charged."""

SYNTHETIC_SHARES = {101010: (600, 150), 103132: (1390, 390)}
SYNTHETIC_SHARE = (1200, 300)
"""In cents: made-up shares of ordinary and preferential patients where none are known, by code and for all others."""

LEFT_OUT = ("preferential", "medical_file", "charged_cents", "third_party", "time", "setting")
"""The facts a line may leave unstated."""

PLANTED = ("none", "above_tariff", "optional_third_party", "shared_room", "partial_outside_slot")
PLANTED_TYPE = pl.Enum(list(PLANTED))

_MIX_1, _MIX_2, _GOLDEN = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def practitioners(rows: int, seed: int) -> pl.DataFrame:
    """Return a table of practitioners in the layout `check --practitioners` reads, two in five of them GPs."""
    if not 0 < rows <= MOST_PRACTITIONERS:
        raise ValueError(f"{rows} practitioners; between 1 and {MOST_PRACTITIONERS} can be made")
    draw = random.Random(seed)  # noqa: S311 - nothing secret: a seed must give the same rows
    made = [_practitioner(n, draw) for n in range(rows)]
    return pl.DataFrame(made, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def _practitioner(n: int, draw: random.Random) -> tuple[str, ...]:
    gp = n % 5 < 2
    competences = GP_COMPETENCES if gp else SPECIALIST_COMPETENCES
    number = synthetic_inami(n % SERIALS, competences[n // SERIALS % len(competences)])
    full, partial = (89, 4) if gp else (72, 11)
    die = draw.randrange(100)
    status = "full" if die < full else "partial" if die < full + partial else "refused"
    slots = ""
    if status == "partial":
        days = draw.sample(DAYS, draw.randint(1, 3 if gp else 4))
        hours = [draw.choice(("08:00-12:00", "13:00-17:00", "16:00-20:00")) for _ in days]
        site = "A" if gp else draw.choice(SITES)
        slots = ";".join(f"{day} {hour}@{site}" for day, hour in zip(days, hours, strict=True))
    first, last = DATED.get(draw.randrange(100), ("", ""))
    return number, "gp" if gp else "specialist", status, first, last, slots


def _uniform(name: str, seed: int, below: int) -> pl.Expr:
    """Draw a whole number below a bound for each row, the same for the same seed, name and row."""
    salt = int.from_bytes(name.encode()[:7].ljust(7, b"."), "big")
    start = (seed * _GOLDEN + salt * _MIX_1) & _MASK
    x = pl.col("row") * pl.lit(_GOLDEN, dtype=pl.UInt64) + pl.lit(start, dtype=pl.UInt64)
    for shift, factor in ((1 << 30, _MIX_1), (1 << 27, _MIX_2)):
        x = (x ^ (x // shift)) * pl.lit(factor, dtype=pl.UInt64)
    return ((x ^ (x // (1 << 31))) % below).cast(pl.Int32)


def _chosen(choices: tuple[tuple[int, int], ...], name: str, seed: int) -> pl.Expr:
    """Draw one of weighted whole numbers (weights sum to 1000)."""
    die = _uniform(name, seed, 1000)
    result: pl.Expr = pl.lit(choices[0][0], dtype=pl.Int32)
    below = choices[0][1]
    for value, weight in choices[1:]:
        result = pl.when(die >= below).then(pl.lit(value, dtype=pl.Int32)).otherwise(result)
        below += weight
    return result


def lines(
    rows: int, seed: int, table: pl.DataFrame, conditions: Conditions, fees: FeeTable, *, year: int = 2020,
    faults_per_thousand: int = 10, unstated_per_thousand: int = 0, chunk: int = 500_000,
) -> Iterator[pl.DataFrame]:  # fmt: skip
    """Yield chunks of lines of care of a year by the practitioners of `table`, with the column `planted` last.

    `unstated_per_thousand` of the lines without a planted fault leave one fact of `LEFT_OUT` unstated.
    """
    people = pl.DataFrame(
        {
            "practitioner": table["practitioner"].cast(pl.Int64),
            "gp": table["profession"] == "gp",
            "status": table["status"],
            "first": _days(table, "valid_from").fill_null(date.min),
            "last": _days(table, "valid_to").fill_null(date.max),
        }
    )
    first, last = date(year, 1, 1), date(year, 12, 31)
    calendar = pl.date_range(first, last, eager=True)
    off = pl.Series([day.facts["day_off"] for day in conditions.days(first, last)])
    prices = {code: fees.binding(code, date(year, 6, 1)) for code, _ in (*GP_CODES, *SPECIALIST_CODES)}
    charge = {code: found.fee if found else ORDINARY_CHARGE.get(code, 2500) for code, found in prices.items()}
    priced = [code for code, found in prices.items() if found]
    for start in range(0, rows, chunk):
        row = pl.int_range(start, min(start + chunk, rows), dtype=pl.UInt64, eager=True).alias("row").to_frame()
        drawn = _who_and_when(row, seed, people, calendar, off)
        made = _charged(_circumstances(drawn, seed), seed, charge, priced, faults_per_thousand)
        yield _unstated(made, row["row"], seed, unstated_per_thousand)


def _days(table: pl.DataFrame, column: str) -> pl.Series:
    """Return a column of days written as text; empty, or absent, is null."""
    if column not in table.columns:
        return pl.Series(column, [None] * len(table), dtype=pl.Date)
    return table[column].cast(pl.String).replace("", None).str.to_date("%Y-%m-%d")


def _unstated(made: pl.DataFrame, row: pl.Series, seed: int, per_thousand: int) -> pl.DataFrame:
    """Leave one fact of some lines unstated; never of a planted one, whose fault must stay beyond doubt."""
    silent = (_uniform("silent", seed, 1000) < per_thousand) & (pl.col("planted") == "none")
    which = _uniform("which", seed, len(LEFT_OUT))
    return made.with_columns(row).with_columns(
        pl.when(~(silent & (which == n))).then(name).alias(name) for n, name in enumerate(LEFT_OUT)
    ).drop("row")  # fmt: skip


def fees_folder(out: Path, year: int) -> int:
    """Write a folder of fees: those shipped, and made-up ones, so marked, for codes without a fee that year.

    Returns how many were made up. Raises `FileExistsError` when the folder is there.
    """
    known = FeeTable(FeeSchedule.load())
    missing = [code for code in ORDINARY_CHARGE if known.binding(code, date(year, 6, 1)) is None]
    shutil.copytree(SHIPPED, out, ignore=shutil.ignore_patterns("nomensoft"))
    with (out / "sources.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["synthetic", "Made up, for demonstration and tests only", ""])
    with (out / "fees.csv").open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        for code in missing:
            fee = ORDINARY_CHARGE[code]
            for preferential, share in enumerate(SYNTHETIC_SHARES.get(code, SYNTHETIC_SHARE)):
                rows.writerow([code, f"{year}-01-01", f"{year}-12-31", preferential, "any", "any", fee, fee - share,
                               share, "synthetic", 1, "", "synthetic", "made up"])  # fmt: skip
    unshared = [code for code in SYNTHETIC_SHARES if code not in missing]
    with (out / "patient_shares.csv").open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        for code in unshared:
            for preferential, share in enumerate(SYNTHETIC_SHARES[code]):
                rows.writerow(
                    [code, f"{year}-01-01", f"{year}-12-31", preferential, "any", share, "synthetic", "made up"]
                )
    return len(missing)


def _who_and_when(
    row: pl.DataFrame, seed: int, people: pl.DataFrame, calendar: pl.Series, off: pl.Series
) -> pl.DataFrame:
    who = row.select(_uniform("who", seed, len(people))).to_series()
    day = row.select(_uniform("day", seed, len(calendar))).to_series()
    # Nine in ten lines that fall on a free day move to a day before it, as practices do.
    stays = row.select(_uniform("free", seed, 10) == 0).to_series()
    for _ in range(4):
        moves = off[day] & ~stays
        day = (day - moves.cast(pl.Int32)) % len(calendar)
    return row.with_columns(
        practitioner=people["practitioner"][who],
        gp=people["gp"][who],
        status=people["status"][who],
        first=people["first"][who],
        last=people["last"][who],
        date=calendar[day],
        free_day=off[day],
        minute=pl.when(_uniform("late", seed, 100) < 2)
        .then(19 * 60 + 5 * _uniform("eve", seed, 45))
        .otherwise(8 * 60 + 5 * _uniform("hour", seed, 132)),
    )


def _circumstances(drawn: pl.DataFrame, seed: int) -> pl.DataFrame:
    gp = pl.col("gp")
    drawn = drawn.with_columns(
        code=pl.when(gp).then(_chosen(GP_CODES, "code", seed)).otherwise(_chosen(SPECIALIST_CODES, "code", seed)),
        place=_uniform("place", seed, 100),
    )
    home, late = pl.col("code").is_in(HOME_CODES), pl.col("minute") > 21 * 60
    place = pl.col("place")
    setting = (
        pl.when(gp).then(pl.when(home).then(1).otherwise(0))
        .when(place < 1).then(1).when(place < 45).then(0).when(place < 85).then(2).when(place < 90).then(3)
        .when(place < 97).then(4).otherwise(5)
    )  # fmt: skip
    quiet = (late | pl.col("free_day")) & ~home

    def chance(name: str, hundredths: int) -> pl.Expr:
        return _uniform(name, seed, 100) < hundredths

    return drawn.with_columns(
        setting=setting.cast(pl.UInt8),
        third=pl.when(chance("third", 10)).then(2).when(chance("thirdm", 20)).then(1).otherwise(0).cast(pl.UInt8),
        preferential=chance("pref", 20),
        medical_file=gp & chance("file", 75),
        express_request=quiet & chance("express", 60),
        recalled=quiet & chance("recall", 10),
        on_duty=(quiet | home) & chance("duty", 30),
        duty_service_sufficient=home & chance("suffic", 30),
        open_to_public=quiet & chance("open", 15),
        unusual_travel=home & chance("travel", 2),
        outside_round=home & chance("round", 5),
        urgent=home & chance("urgent", 20),
        requested_by_treating_doctor=~gp & chance("asked", 30),
        single_room_for_convenience=(setting == 5) & chance("chosen", 80),
        informed_beforehand=pl.when(quiet).then(chance("inform", 90)),
    )


def _charged(
    drawn: pl.DataFrame, seed: int, charge: dict[int, int], priced_codes: list[int], faults_per_thousand: int
) -> pl.DataFrame:
    plain = ~pl.col("free_day") & (pl.col("minute") < 20 * 60) & (pl.col("setting") != 1)
    stay = pl.col("setting") >= 4
    priced = pl.col("code").is_in(priced_codes)
    status_known = pl.col("date").is_between(pl.col("first"), pl.col("last"))
    die = priced & status_known & (_uniform("fault", seed, 1000) < faults_per_thousand)
    refused, optional = pl.col("status") == "refused", pl.col("third") == 2
    planted = (
        pl.when(~die).then(0)
        .when(pl.col("setting") == 4).then(3)
        .when(refused & optional & ~stay).then(2)
        .when((pl.col("status") == "full") & plain & ~stay).then(1)
        .when((pl.col("status") == "partial") & plain & ~stay & pl.col("minute").is_between(*NO_SLOT)).then(4)
        .otherwise(0)
    )  # fmt: skip
    # Charges above the fee that are lawful under every reading: doctors who refused, outside hospital rooms.
    lawful = status_known & refused & (pl.col("third") == 0) & ~stay & (_uniform("above", seed, 10) < 7)
    fee = pl.col("code").replace_strict(list(charge), list(charge.values()), return_dtype=pl.Int32)
    above = 100 + 25 * _uniform("extra", seed, 80)
    return drawn.select(
        line_id=pl.col("row").cast(pl.Int32),
        code="code",
        date="date",
        time=(pl.col("minute").cast(pl.Int64) * 60_000_000_000).cast(pl.Time),
        practitioner="practitioner",
        site=(_uniform("site", seed, 10) < 3)
        .cast(pl.UInt8)
        .replace_strict(dict(enumerate(SITES)), return_dtype=pl.Enum(list(SITES))),
        setting=pl.col("setting").replace_strict(dict(enumerate(SETTINGS)), return_dtype=pl.Enum(list(SETTINGS))),
        patient=_uniform("patient", seed, 3_000_000) + 1,
        **{fact: pl.col(fact) for fact in FACTS[:-1]},
        third_party=pl.col("third").replace_strict(
            dict(enumerate(THIRD_PARTY)), return_dtype=pl.Enum(list(THIRD_PARTY))
        ),
        charged_cents=fee + pl.when((planted > 0) | lawful).then(above).otherwise(0),
        informed_beforehand="informed_beforehand",
        planted=planted.replace_strict(dict(enumerate(PLANTED)), return_dtype=PLANTED_TYPE),
    )
