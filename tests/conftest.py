"""Shared parts: the agreement, the law and the shipped fees, loaded once."""

from __future__ import annotations

import pytest
from hypothesis import settings

from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.fees import FeeSchedule
from medicomut.tariff.price import Pricer

# A busy machine is no fault of what is tested: no example has to end within the fifth of a second set by default.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def conditions() -> Conditions:
    return Conditions()


@pytest.fixture(scope="session")
def fees() -> FeeTable:
    return FeeTable(FeeSchedule.load())


@pytest.fixture(scope="session")
def pricer(conditions: Conditions, fees: FeeTable) -> Pricer:
    return Pricer(conditions, fees)
