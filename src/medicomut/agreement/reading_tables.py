"""From data files to the tables of an agreement: index rates, annex, denunciation, promises, statements."""

from fractions import Fraction

from medicomut import money
from medicomut.agreement.reading import CODE_LENGTH, STATUSES, records_of, spot
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
    record = Record(item, faults)
    table = IndexTable(
        mass=record.parsed("mass", money.percent, Fraction(0)),
        start=record.day("from"),
        cites=record.texts("cites", least=1),
        groups=tuple(_read_group(child) for child in record.records("groups")),
        exceptions=tuple(_read_exception(child) for child in record.records("exceptions")),
    )
    record.finish()
    return table


def _read_group(record: Record) -> RateGroup:
    return _rate_group(
        record,
        articles=record.texts("articles"),
        annex_line=record.text("annex_line"),
        group=None,
        codes=_read_codes(record, least=0),
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
    record.finish()
    return found


def _percent_or_none(value: object) -> Fraction | None:
    return None if value is None else money.percent(value)


def _read_codes(record: Record, *, least: int) -> tuple[str, ...]:
    # Six digits; whether the check digit is right is for the verification to say, beside the other figures.
    members = record.members("codes", str, least=least)
    for member in members:
        if len(member.value) != CODE_LENGTH or not (member.value.isascii() and member.value.isdigit()):
            record.fault("bad_code", f"{member.value!r} is no nomenclature code", member, mend="write six digits")
    return tuple(member.value for member in members)


def read_annex(item: Item, faults: Faults) -> Annex:
    """Read ``annex.yaml``."""
    record = Record(item, faults)
    record.text("rounding", one_of=("half_away_from_zero",))
    columns = record.record("columns")
    annex = Annex(
        unit=record.text("unit", one_of=("keur",)),
        columns={column: columns.four(column) for column in COLUMNS},
        months=record.whole("prorata_months"),
        blocks=tuple(_read_block(child) for child in record.records("blocks")),
        totals=(
            *(_read_total(child) for child in record.records("totals")),
            _read_balance(record.record("balance")),
        ),
        notes=tuple(_read_note(child) for child in record.records("notes")),
    )
    columns.finish()
    record.finish()
    return annex


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
        lines=tuple(_read_line(child) for child in record.records("lines")),
        total=_amounts(total),
        spot=spot(total.item),
    )
    total.finish()
    record.finish()
    return block


def _read_line(record: Record) -> AnnexLine:
    line = AnnexLine(
        id=record.text("id"),
        label=record.four("label"),
        start=record.day("start"),
        start_printed=record.text("start_printed"),
        prorata=record.optional_text("prorata", one_of=("months",)) is not None,
        printed=_amounts(record),
        cites=record.texts("cites", least=1),
        spot=spot(record.item),
    )
    record.finish()
    return line


def _read_total(record: Record) -> AnnexTotal:
    total = AnnexTotal(
        id=record.text("id"),
        label=record.four("label"),
        plus=record.texts("blocks", least=1),
        minus=(),
        printed=_amounts(record),
        spot=spot(record.item),
    )
    record.finish()
    return total


def _read_balance(record: Record) -> AnnexTotal:
    balance = AnnexTotal(
        id="balance",
        label=record.four("label"),
        plus=(record.text("plus"),),
        minus=(record.text("minus"),),
        printed=_amounts(record),
        spot=spot(record.item),
    )
    record.finish()
    return balance


def _read_note(record: Record) -> AnnexNote:
    note = AnnexNote(
        mark=record.text("mark"),
        attached_to=record.texts("attached_to", least=1),
        summary=record.four("summary"),
        spot=spot(record.item),
    )
    record.finish()
    return note


def read_denunciation(item: Item, faults: Faults) -> Denunciation:
    """Read ``denunciation.yaml``."""
    record = Record(item, faults)
    denunciation = Denunciation(
        grounds=tuple(_read_ground(child) for child in record.records("grounds")),
        clocks=tuple(_read_clock(child) for child in record.records("clocks")),
        steps=tuple(_read_step(child) for child in record.records("steps")),
        effects=tuple(_read_effect(child) for child in record.records("effects")),
    )
    record.finish()
    return denunciation


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
    record.finish()
    return ground


def _read_clock(record: Record) -> Clock:
    record.raw("parameter")
    clock = Clock(
        id=record.text("id"),
        clause=record.text("clause"),
        parameter=record.optional_text("parameter"),
        anchor=record.text("anchor", one_of=("finding", "occurrence", "entry_into_force")),
        label=record.four("label"),
        spot=spot(record.item),
    )
    record.finish()
    return clock


def _read_step(record: Record) -> Step:
    record.raw("clock")
    step = Step(
        id=record.text("id"),
        clause=record.text("clause"),
        track=record.text("track", one_of=TRACKS),
        actor=record.text("actor"),
        what=record.four("what"),
        clock=record.optional_text("clock"),
        spot=spot(record.item),
    )
    record.finish()
    return step


def _read_effect(record: Record) -> Effect:
    effect = Effect(
        id=record.text("id"),
        clause=record.text("clause"),
        track=record.text("track", one_of=TRACKS),
        what=record.four("what"),
        spot=spot(record.item),
    )
    record.finish()
    return effect


def read_commitments(item: Item, faults: Faults) -> list[Commitment]:
    """Read ``commitments.yaml``."""
    return [_read_commitment(record) for record in records_of(item, faults)]


def _read_commitment(record: Record) -> Commitment:
    commitment = Commitment(
        id=record.text("id"),
        clause=record.text("clause"),
        actor=record.text("actor"),
        wording=record.text("wording", one_of=WORDINGS),
        due=record.optional_day("due"),
        what=record.four("what"),
        spot=spot(record.item),
    )
    record.finish()
    return commitment


def read_errata(item: Item, faults: Faults) -> list[Erratum]:
    """Read ``errata.yaml``."""
    return [_read_erratum(record) for record in records_of(item, faults)]


def _read_erratum(record: Record) -> Erratum:
    erratum = Erratum(
        id=record.text("id"),
        clause=record.text("clause"),
        printed=record.text("printed"),
        reading=record.text("reading"),
        why=record.text("why"),
        note=record.four("note"),
        spot=spot(record.item),
    )
    record.finish()
    return erratum
