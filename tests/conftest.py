"""Shared parts: the agreement, the law and the shipped fees, loaded once."""

from __future__ import annotations

import pytest

from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.fees import FeeSchedule
from medicomut.tariff.price import Pricer


@pytest.fixture(scope="session")
def conditions() -> Conditions:
    return Conditions()


@pytest.fixture(scope="session")
def fees() -> FeeTable:
    return FeeTable(FeeSchedule.load())


@pytest.fixture(scope="session")
def pricer(conditions: Conditions, fees: FeeTable) -> Pricer:
    return Pricer(conditions, fees)
