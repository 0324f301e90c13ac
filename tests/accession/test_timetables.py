"""Timetables of partial accession: the cases of practice, the boundaries to the minute, every reading."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weeks import at_tariff, chosen, clauses, judged, proposed, slot, week

from medicomut.accession.timetable import FREE, TARIFF, Hours, blocks
from medicomut.accession.timetable_file import read_timetable, write_row
from medicomut.errors import Problems

THREE = [slot(0, 9, 180), slot(1, 9, 240), slot(2, 16, 180)]
"""Slots of 3, 4 and 3 hours."""
FOUR = [slot(day, 9, 240, setting="ambulatory") for day in range(4)]


def test_a_gp_of_40_hours_with_slots_of_3_4_and_3_is_valid_to_the_minute() -> None:
    found = judged("gp", [*THREE, *at_tariff(1800)])
    assert found.valid is True
    assert found.share.tariff_share == Fraction(3, 4)
    assert [block.minutes for block in found.slots] == [180, 240, 180]


def test_a_gp_of_39_hours_with_the_same_slots_is_not() -> None:
    found = judged("gp", [*THREE, *at_tariff(1740)])
    assert clauses(found) == ["14.2.2.2.2"]
    assert found.share.tariff_share == Fraction(29, 39)
    assert "74.35%" in found.broken[0].why("en")
    assert found.broken[0].change("en") == (
        "Add 1\u00a0h\u00a000 at tariff, or put 0\u00a0h\u00a015 of what is off tariff at tariff."
    )


def test_four_slots_of_2_hours_are_one_too_many_for_a_gp_though_they_are_a_fifth() -> None:
    found = judged("gp", [*(slot(day, 9, 120) for day in range(4)), *at_tariff(1920)])
    assert clauses(found) == ["14.2.2.2.1"]
    assert found.share.tariff_share == Fraction(4, 5)


def test_a_slot_from_16_00_to_20_15_is_too_long() -> None:
    found = judged("gp", [slot(0, 16, 255), *at_tariff(1800)])
    assert clauses(found) == ["14.2.2.2.1"]
    assert found.broken[0].why("en") == (
        "Monday 16:00–20:15 lasts 4\u00a0h\u00a015 without a break; 4\u00a0h\u00a000 are allowed."
    )
    assert found.broken[0].change("en") == "End the slot earlier, for example Monday 16:00–20:00."


def test_home_visits_of_a_gp_are_never_off_tariff() -> None:
    slots = [slot(0, 9, 120), slot(1, 9, 120), slot(2, 9, 120), slot(3, 9, 120, setting="home")]
    found = judged("gp", [*slots, *at_tariff(1920)])
    assert clauses(found) == ["14.2.2.2"]


def test_a_specialist_of_32_ambulatory_hours_with_4_slots_of_4_hours_is_valid() -> None:
    found = judged("specialist", [*FOUR, *at_tariff(960, "ambulatory")])
    assert found.valid is True
    assert found.share.tariff_share == Fraction(1, 2)


def test_a_second_site_with_an_off_tariff_slot_alone_breaks_the_clause_of_sites() -> None:
    slots = [*FOUR[:3], slot(4, 9, 240, setting="ambulatory", site="B")]
    found = judged("specialist", [*slots, *at_tariff(960, "ambulatory")])
    assert clauses(found) == ["14.3.2.2.3"]
    assert found.broken[0].change("en") == "Give site B a slot at tariff."


def test_the_most_a_gp_may_declare_needs_48_hours_and_a_specialist_32() -> None:
    gp, specialist = [slot(day, 9, 240) for day in range(3)], FOUR
    assert judged("gp", [*gp, *at_tariff(36 * 60)]).valid
    assert clauses(judged("gp", [*gp, *at_tariff(36 * 60 - 1)])) == ["14.2.2.2.2"]
    assert clauses(judged("specialist", [*specialist, *at_tariff(16 * 60 - 1, "ambulatory")])) == ["14.3.2.2.2"]


def test_hospital_hours_neither_count_nor_may_they_be_off_tariff() -> None:
    admitted = slot(5, 9, 240, setting="hospital")
    found = judged("specialist", [*FOUR, admitted, *at_tariff(960, "ambulatory")])
    assert clauses(found) == ["14.3.2.2"]
    wards = slot(5, 9, 600, setting="hospital", kind=TARIFF)
    assert clauses(judged("specialist", [*FOUR, wards, *at_tariff(900, "ambulatory")])) == ["14.3.2.2.2"]


def test_every_fault_is_told_at_once() -> None:
    slots = [slot(day, 9, 300) for day in range(4)]
    found = judged("gp", [*slots, slot(5, 9, 60, setting="home")])
    assert clauses(found) == ["14.2.2.2", *["14.2.2.2.1"] * 5, "14.2.2.2.2"]


def test_nothing_off_tariff_is_full_accession_and_valid() -> None:
    assert judged("gp", at_tariff(60)).valid is True
    assert judged("specialist", [slot(0, 9, 60, setting="hospital", kind=TARIFF)]).valid is True


@given(st.lists(st.integers(1, 240), min_size=1, max_size=3))
def test_exactly_three_quarters_is_valid_and_a_minute_less_is_not(lengths: list[int]) -> None:
    slots = [slot(day, 9, minutes) for day, minutes in enumerate(lengths)]
    enough = 3 * sum(lengths)
    exact, short = judged("gp", [*slots, *at_tariff(enough)]), judged("gp", [*slots, *at_tariff(enough - 1)])
    assert (exact.valid, exact.share.tariff_share) == (True, Fraction(3, 4))
    assert clauses(short) == ["14.2.2.2.2"]
    assert short.broken[0].values["more"] == 1


@given(st.lists(st.integers(1, 240), min_size=1, max_size=4))
def test_exactly_half_is_valid_for_a_specialist_and_a_minute_less_is_not(lengths: list[int]) -> None:
    slots = [slot(day, 9, minutes, setting="ambulatory") for day, minutes in enumerate(lengths)]
    enough = sum(lengths)
    assert judged("specialist", [*slots, *at_tariff(enough, "ambulatory")]).valid is True
    if enough > 1:
        short = judged("specialist", [*slots, *at_tariff(enough - 1, "ambulatory")])
        assert clauses(short) == ["14.3.2.2.2"]


@st.composite
def any_week(draw: st.DrawFn) -> list[Hours]:
    edges = sorted(draw(st.sets(st.integers(0, 7 * 96), min_size=4, max_size=24)))
    rows = []
    for start, end in zip(edges[::2], edges[1::2], strict=False):
        kind, place = draw(st.sampled_from((FREE, TARIFF))), draw(st.sampled_from("AB"))
        rows.append(Hours(start * 15, end * 15, place, kind, draw(st.sampled_from(("practice", "home")))))
    return [row for row in rows if row.minutes < 1440]


@given(any_week(), st.sampled_from(("gp", "specialist")), st.sampled_from(("one", "split")))
def test_what_is_proposed_is_valid_and_gives_up_no_hours(hours: list[Hours], profession, midnight: str) -> None:  # type: ignore[no-untyped-def]
    better = proposed(profession, hours, slot_over_midnight=midnight)
    if better is None:
        assert profession == "specialist"  # a site that has nothing but hours off tariff in patients' homes
        return
    assert judged(profession, better, slot_over_midnight=midnight).valid
    assert sum(row.minutes for row in better) == sum(row.minutes for row in hours)
    assert all(
        any(old.start <= row.start and row.end <= old.end and old.free for old in hours) for row in better if row.free
    )


def test_the_proposal_for_39_hours_gives_up_a_quarter_of_an_hour() -> None:
    better = proposed("gp", [*THREE, *at_tariff(1740)])
    assert better is not None
    assert sum(row.minutes for row in better if row.free) == 585


ADJACENT = [slot(0, 8, 240), slot(0, 12, 240), *at_tariff(1800)]
TWO_SITES = [slot(0, 8, 180), slot(0, 11, 180, site="B"), *at_tariff(1800)]


def test_two_slots_that_touch_are_8_hours_unless_read_apart() -> None:
    assert clauses(judged("gp", ADJACENT)) == ["14.2.2.2.1"]
    assert judged("gp", ADJACENT, slot_adjacency="separate").valid


def test_a_slot_over_midnight_counts_once_unless_read_as_two() -> None:
    three = [slot(0, 22, 180), slot(2, 9, 60), slot(3, 9, 60)]
    rest = [row for row in at_tariff(2400) if row.start != 1440]
    assert judged("gp", [*three, *rest]).valid
    assert clauses(judged("gp", [*three, *rest], slot_over_midnight="split")) == ["14.2.2.2.1"]


def test_a_slot_from_sunday_into_monday_is_one() -> None:
    sunday_night = week("sun,21:00,24:00,A,free,practice", "mon,00:00,02:00,A,free,practice")
    (found,) = blocks(sunday_night, chosen())
    assert (found.minutes, found.start) == (300, 6 * 1440 + 21 * 60)
    assert len(blocks(sunday_night, chosen(slot_over_midnight="split"))) == 2


def test_a_slot_shared_by_two_sites_is_one_a_site_unless_read_as_one() -> None:
    assert judged("gp", TWO_SITES).valid
    assert clauses(judged("gp", TWO_SITES, slot_two_sites="one")) == ["14.2.2.2.1"]


def test_in_a_week_with_a_holiday_the_remaining_hours_count_where_read_so() -> None:
    monday_at_tariff = [slot(0, 9, 240, kind=TARIFF), slot(1, 9, 120), slot(2, 9, 240, kind=TARIFF)]
    assert judged("gp", monday_at_tariff).valid
    whit_monday = judged("gp", monday_at_tariff, date(2020, 6, 3), holiday_weeks="actual_week")
    assert clauses(whit_monday) == ["14.2.2.2.2"]
    assert judged("gp", monday_at_tariff, date(2020, 6, 10), holiday_weeks="actual_week").valid
    with pytest.raises(Problems, match="week_missing"):
        judged("gp", monday_at_tariff, holiday_weeks="actual_week")


def test_hours_at_night_do_not_suit_patients_where_read_so() -> None:
    rows = [slot(0, 9, 60, setting="ambulatory"), slot(0, 17, 120, setting="ambulatory", kind=TARIFF)]
    found = judged("specialist", rows, suitable_hours="weekday_daytime")
    assert (found.share.counted, found.share.total) == (60, 180)
    assert clauses(found) == ["14.3.2.2.2"]
    assert judged("specialist", rows).valid


def test_a_share_in_services_or_amounts_needs_them() -> None:
    with pytest.raises(Problems, match="activity_missing"):
        judged("gp", THREE, partial_share_unit="acts")
    text = (
        "day,start,end,site,kind,setting,acts,amount_cents\n"
        "mon,09:00,10:00,A,free,practice,10,50000\n"
        "tue,09:00,10:00,A,tariff,practice,30,60000\n"
    )
    rows = read_timetable(text, "week.csv")
    assert judged("gp", rows, partial_share_unit="acts").valid
    assert clauses(judged("gp", rows, partial_share_unit="amounts")) == ["14.2.2.2.2"]


def test_a_share_of_real_activity_is_left_undecided() -> None:
    found = judged("gp", THREE, partial_share_basis="actual")
    assert (found.valid, found.undecided) == (None, ("14.2.2.2.2",))


@pytest.mark.parametrize("reading", ["iso_week", "rolling"])
def test_any_seven_days_of_a_week_that_repeats_hold_the_same_slots(reading: str) -> None:
    assert judged("gp", [*THREE, *at_tariff(1800)], week=reading).valid


def test_a_file_tells_every_fault_of_every_row() -> None:
    text = (
        "day,start,end,site,kind,setting\n"
        "moon,09:00,13:00,A,free,practice\n"
        "mon,9:00,13:00,A,gratis,cabinet\n"
        "tue,10:00,10:00,A,free,practice\n"
        "wed,10:00,12:00,A,free,practice\n"
        "wed,11:00,12:00,A,tariff,practice\n"
        "sun,22:00,02:00,A,tariff,practice\n"
    )
    with pytest.raises(Problems) as refused:
        read_timetable(text, "week.csv")
    found = [(p.code, p.where.line, p.where.field) for p in refused.value.problems if p.where]
    assert found == [
        ("bad_weekday", 2, "day"), ("bad_kind", 3, "kind"), ("bad_setting", 3, "setting"), ("bad_time", 3, "start"),
        ("no_hours", 4, "end"), ("past_the_week", 7, "end"), ("hours_overlap", 6, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing_column"),
        ("day,start,end,site,kind\n", "missing_column"),
        ("day,start,end,site,kind,setting,note\n", "unknown_column"),
        ("day,start,end,site,kind,setting,day\n", "repeated_column"),
        ("day,start,end,site,kind,setting\n\n", "no_rows"),
        ("day,start,end,site,kind,setting\nmon,09:00,10:00,A,free,practice,x\n", "bad_row"),
        ("day,start,end,site,kind,setting,acts\nmon,09:00,10:00,A,free,practice,-1\n", "bad_number"),
    ],
)
def test_a_file_that_is_no_timetable_is_refused(text: str, code: str) -> None:
    with pytest.raises(Problems, match=code):
        read_timetable(text, "week.csv")


@given(any_week())
def test_a_timetable_written_is_read_again(hours: list[Hours]) -> None:
    rows = [write_row(row) for row in hours]
    text = "\n".join([";".join(rows[0]), *(";".join(row.values()) for row in rows)]) if rows else ""
    if rows:
        assert read_timetable("\ufeff" + text, "week.csv") == hours
