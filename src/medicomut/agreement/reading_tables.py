"""From data files to the tables of an agreement: index rates, annex, denunciation, promises, statements."""

from fractions import Fraction

from medicomut import money
from medicomut.agreement.reading import CODE_LENGTH, STATUSES, each_of, finished, listed, spot
from medicomut.agreement.records import Record
from medicomut.agreement.tables import (
    Amounts,
    Annex,
    AnnexBlock,
    AnnexLine,
    AnnexNote,
    AnnexTotal,
    Clock,
    Commitment,
    Denunciation,
    Effect,
    Erratum,
    Ground,
    IndexTable,
    RateGroup,
    Step,
)
from medicomut.agreement.yaml_lines import Faults, Item

WORDINGS = ["by_the_latest", "for", "by", "as_soon_as_possible", "during", "recurring", "none"]
TRACKS = ("collective", "individual")
COLUMNS = ("in_year", "annual")


def read_index_rates(item: Item, faults: Faults) -> IndexTable:
    """Read ``index_rates.yaml``."""
    return finished(Record(item, faults), _read_table)


def _read_table(record: Record) -> IndexTable:
    return IndexTable(
        mass=record.parsed("mass", money.percent, Fraction(0)),
        start=record.day("from"),
        cites=record.texts("cites", least=1),
        groups=each_of(record.records("groups"), _read_group),
        exceptions=each_of(record.records("exceptions"), _read_exception),
    )


def _read_group(record: Record) -> RateGroup:
    return _rate_group(
        record,
        articles=record.texts("articles"),
        annex_line=record.text("annex_line"),
        group=None,
        codes=_read_codes(record),
    )


def _read_exception(record: Record) -> RateGroup:
    return _rate_group(
        record, articles=(), annex_line=None, group=record.text("group"), codes=_read_codes(record, least=1)
    )


def _rate_group(
    record: Record,
    *,
    articles: tuple[str, ...],
    annex_line: str | None,
    group: str | None,
    codes: tuple[str, ...],
) -> RateGroup:
    found = RateGroup(
        id=record.text("id"),
        label=record.four("label"),
        rate=record.parsed("rate", _percent_or_none, None),
        annex_rate=record.parsed("annex_rate", _percent_or_none, None),
        articles=articles,
        codes=codes,
        cites=record.texts("cites", least=1),
        annex_line=annex_line,
        group=group,
        status=record.optional_text("status", one_of=STATUSES) or "stated",
        source=record.optional_text("source"),
        spot=spot(record.item),
    )
    if found.rate is None and found.annex_rate is None:
        record.fault("missing_value", f"{found.id} has no rate, neither of the clause nor of the annex")
    if found.status != "stated" and found.source is None:
        record.fault("missing_key", f"{found.id} is {found.status}", mend="add `source:` and name the text")
    return found


def _percent_or_none(value: object) -> Fraction | None:
    return None if value is None else money.percent(value)


def _read_codes(record: Record, *, least: int = 0) -> tuple[str, ...]:
    # Six digits; whether the check digit is right is for the verification to say, beside the other figures.
    members = record.members("codes", str, least=least)
    for member in members:
        if len(member.value) != CODE_LENGTH or not (member.value.isascii() and member.value.isdigit()):
            record.fault("bad_code", f"{member.value!r} is no nomenclature code", member, mend="write six digits")
    return tuple(member.value for member in members)


def read_annex(item: Item, faults: Faults) -> Annex:
    """Read ``annex.yaml``."""
    return finished(Record(item, faults), _read_whole_annex)


def _read_whole_annex(record: Record) -> Annex:
    record.text("rounding", one_of=("half_away_from_zero",))
    return Annex(
        unit=record.text("unit", one_of=("keur",)),
        columns=finished(record.record("columns"), lambda row: {column: row.four(column) for column in COLUMNS}),
        months=record.whole("prorata_months"),
        blocks=each_of(record.records("blocks"), _read_block),
        totals=(
            *each_of(record.records("totals"), _read_total),
            finished(record.record("balance"), _read_balance),
        ),
        notes=each_of(record.records("notes"), _read_note),
    )


def _amounts(record: Record) -> Amounts:
    return Amounts(record.optional_whole("in_year"), record.optional_whole("annual"))


def _read_block(record: Record) -> AnnexBlock:
    record.raw("letter")
    total = record.record("total")
    block = AnnexBlock(
        id=record.text("id"),
        letter=record.optional_text("letter"),
        label=record.four("label"),
        sign=record.text("sign", one_of=("source", "use")),
        cites=record.texts("cites", least=1),
        lines=each_of(record.records("lines"), _read_line),
        total=_amounts(total),
        spot=spot(total.item),
    )
    total.finish()
    return block


def _read_line(record: Record) -> AnnexLine:
    return AnnexLine(
        id=record.text("id"),
        label=record.four("label"),
        codes=_read_codes(record) if "codes" in record else (),
        start=record.day("start"),
        start_printed=record.text("start_printed"),
        prorata=record.optional_text("prorata", one_of=("months",)) is not None,
        printed=_amounts(record),
        cites=record.texts("cites", least=1),
        spot=spot(record.item),
    )


def _read_total(record: Record) -> AnnexTotal:
    return _sum(record, record.text("id"), record.texts("blocks", least=1), ())


def _read_balance(record: Record) -> AnnexTotal:
    return _sum(record, "balance", (record.text("plus"),), (record.text("minus"),))


def _sum(record: Record, name: str, plus: tuple[str, ...], minus: tuple[str, ...]) -> AnnexTotal:
    return AnnexTotal(name, record.four("label"), plus, minus, _amounts(record), spot(record.item))


def _read_note(record: Record) -> AnnexNote:
    return AnnexNote(
        mark=record.text("mark"),
        attached_to=record.texts("attached_to", least=1),
        summary=record.four("summary"),
        spot=spot(record.item),
    )


def read_denunciation(item: Item, faults: Faults) -> Denunciation:
    """Read ``denunciation.yaml``."""
    return finished(Record(item, faults), _read_ways_out)


def _read_ways_out(record: Record) -> Denunciation:
    return Denunciation(
        grounds=each_of(record.records("grounds"), _read_ground),
        clocks=each_of(record.records("clocks"), _read_clock),
        steps=each_of(record.records("steps"), _read_step),
        effects=each_of(record.records("effects"), _read_effect),
    )


def _read_ground(record: Record) -> Ground:
    ground = Ground(
        id=record.text("id"),
        clause=record.text("clause"),
        who=record.texts("who", least=1),
        extent=record.texts("extent"),
        trigger=record.four("trigger"),
        exceptions=record.four_each("exceptions"),
        spot=spot(record.item),
    )
    for key, found, allowed in (
        ("who", ground.who, ("party", "individual")),
        ("extent", ground.extent, ("wholly", "partly")),
    ):
        for word in found:
            if word not in allowed:
                record.unknown(key, word, allowed)
    return ground


def _read_clock(record: Record) -> Clock:
    record.raw("parameter")
    return Clock(
        id=record.text("id"),
        clause=record.text("clause"),
        parameter=record.optional_text("parameter"),
        anchor=record.text("anchor", one_of=("finding", "occurrence", "entry_into_force")),
        label=record.four("label"),
        spot=spot(record.item),
    )


def _read_step(record: Record) -> Step:
    record.raw("clock")
    return Step(
        id=record.text("id"),
        clause=record.text("clause"),
        track=record.text("track", one_of=TRACKS),
        actor=record.text("actor"),
        what=record.four("what"),
        clock=record.optional_text("clock"),
        spot=spot(record.item),
    )


def _read_effect(record: Record) -> Effect:
    return Effect(
        id=record.text("id"),
        clause=record.text("clause"),
        track=record.text("track", one_of=TRACKS),
        what=record.four("what"),
        spot=spot(record.item),
    )


def read_commitments(item: Item, faults: Faults) -> list[Commitment]:
    """Read ``commitments.yaml``."""
    return listed(item, faults, _read_commitment)


def _read_commitment(record: Record) -> Commitment:
    return Commitment(
        id=record.text("id"),
        clause=record.text("clause"),
        actor=record.text("actor"),
        wording=record.text("wording", one_of=WORDINGS),
        due=record.optional_day("due"),
        parameter=record.optional_text("parameter"),
        what=record.four("what"),
        spot=spot(record.item),
    )


def read_errata(item: Item, faults: Faults) -> list[Erratum]:
    """Read ``errata.yaml``."""
    return listed(item, faults, _read_erratum)


def _read_erratum(record: Record) -> Erratum:
    return Erratum(
        id=record.text("id"),
        clause=record.text("clause"),
        printed=record.text("printed"),
        reading=record.text("reading"),
        why=record.text("why"),
        note=record.four("note"),
        spot=spot(record.item),
    )
