"""The window to refuse: the published calendars, the last second of the last day, extensions, Sundays."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import Result

from medicomut.accession.window import Moment, Window, window
from medicomut.agreement import load, load_law
from medicomut.calendar import BRUSSELS
from medicomut.errors import Problems

Register = Callable[..., Result]


def opened(published: date | None = None, agreement: str = "be/amm/2020", **other: object) -> Window:
    return window(load(agreement), load_law("be"), published, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("published", "last_day", "in_force"),
    [
        (date(2017, 4, 12), date(2017, 5, 12), date(2017, 5, 27)),
        (date(2018, 2, 13), date(2018, 3, 15), date(2018, 3, 30)),
        (date(2020, 1, 29), date(2020, 2, 28), date(2020, 3, 14)),
        (date(2024, 2, 5), date(2024, 3, 6), date(2024, 3, 21)),
    ],
)
def test_the_published_calendars(published: date, last_day: date, in_force: date) -> None:
    for agreement in ("be/amm/2020", "be/amm/2024"):
        found = opened(published, agreement)
        assert (found.last_day, found.in_force) == (last_day, in_force)


def test_the_agreement_of_2020_knows_its_own_publication() -> None:
    found = opened()
    assert (found.published, found.last_day, found.in_force) == (
        date(2020, 1, 29),
        date(2020, 2, 28),
        date(2020, 3, 14),
    )
    assert found.cites == ("be/amm/2020#17.1", "be/amm/2020#17.2", "be/law/1994-07-14#50")


def test_an_agreement_without_days_of_its_own_takes_those_of_the_law() -> None:
    found = opened(date(2024, 2, 5), "be/amm/2024")
    assert found.cites == ("be/law/1994-07-14#50",)
    assert found.statuses == {"law.quorum.notice_days": "verified", "law.quorum.force_days": "verified"}
    with pytest.raises(Problems, match="not_published"):
        opened(agreement="be/amm/2024")


def test_day_30_counts_to_its_last_second_in_brussels() -> None:
    found = opened()
    assert found.moment(datetime(2020, 2, 28, 23, 59, 59, tzinfo=BRUSSELS)) is Moment.in_time
    assert found.moment(datetime(2020, 2, 28, 22, 59, 59, 999999, tzinfo=UTC)) is Moment.in_time
    assert found.moment(datetime(2020, 2, 28, 23, 0, tzinfo=UTC)) is Moment.late
    assert found.closes.isoformat() == "2020-02-29T00:00:00+01:00"
    assert found.moment(datetime(2020, 1, 28, 23, 30, tzinfo=UTC)) is Moment.in_time
    assert found.moment(datetime(2020, 1, 28, 22, 30, tzinfo=UTC)) is Moment.early
    with pytest.raises(Problems, match="no_time_zone"):
        found.moment(datetime(2020, 2, 1))  # noqa: DTZ001


def test_in_2017_the_service_stayed_open_and_the_cut_off_did_not_move() -> None:
    found = opened(date(2017, 4, 12), service_until=date(2017, 5, 31))
    assert found.last_day == date(2017, 5, 12)
    moments = [
        found.moment(datetime(2017, month, day, 12, tzinfo=UTC)) for month, day in ((5, 12), (5, 13), (5, 31), (6, 1))
    ]
    assert moments == [Moment.in_time, Moment.in_extension, Moment.in_extension, Moment.late]
    with pytest.raises(Problems, match="bad_extension"):
        opened(date(2017, 4, 12), service_until=date(2017, 5, 12))


def test_a_last_day_on_a_sunday_moves_only_where_read_so() -> None:
    published = date(2020, 5, 1)  # the 30th day is Whit Sunday, and Whit Monday is a holiday
    assert opened(published).last_day == date(2020, 5, 31)
    assert opened(published, sunday_deadlines="next_working_day").last_day == date(2020, 6, 2)


@given(st.dates(date(2017, 1, 1), date(2079, 1, 1)))
def test_30_and_45_days_whatever_the_publication(published: date) -> None:
    found = opened(published)
    assert (found.last_day - published, found.in_force - published) == (timedelta(30), timedelta(45))
    assert found.moment(found.closes - timedelta(microseconds=1)) is Moment.in_time
    assert found.moment(found.closes) is Moment.late


def test_before_2017_the_rule_of_the_law_is_not_known() -> None:
    with pytest.raises(Problems, match="no_value_on_date"):
        opened(date(2015, 1, 27), "be/amm/2024")


def test_the_command(register: Register) -> None:
    result = register("window", "--agreement", "be/amm/2020", "--published", "2020-01-29", "--format", "json")
    found = json.loads(result.stdout)
    assert (found["last_day"], found["in_force"]) == ("2020-02-28", "2020-03-14")
    extended = register(
        "window", "--agreement", "be/amm/2020", "--published", "2017-04-12", "--extended", "2017-05-31", "--lang", "fr"
    )
    assert "Application ouverte jusqu'au : mercredi 31 mai 2017" in extended.stdout
    refused = register("window", "--agreement", "be/amm/2020", "--published", "29/01/2020")
    assert (refused.exit_code, "bad_day" in refused.stderr) == (2, True)
