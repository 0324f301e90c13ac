"""The history of a code's fee, for a program."""

from __future__ import annotations

from itertools import product
from typing import Any

from medicomut.tariff.fees import FeeSchedule

KINDS = tuple(product((False, True), (False, True)))
"""Every kind of patient a line can state: preferential or not, with a medical file or without."""


def history(schedule: FeeSchedule, code: str) -> list[dict[str, Any]]:
    """Return every fee known for a code and each kind of patient, by interval; amounts in cents."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for day in schedule.boundaries():
        for preferential, medical_file in KINDS:
            fee = schedule.lookup(code, day, preferential=preferential, medical_file=medical_file)
            if fee is None:
                continue
            rows[fee.valid_from, preferential, medical_file] = {
                "valid_from": fee.valid_from.isoformat(),
                "valid_to": fee.valid_to.isoformat(),
                "preferential": preferential,
                "medical_file": medical_file,
                "fee_cents": fee.fee,
                "reimbursement_cents": fee.reimbursement,
                "patient_share_cents": fee.patient_share,
                "status": fee.status,
                "share_status": fee.share_status,
                "how": fee.how,
                "sources": list(fee.sources),
                "note": fee.note,
            }
    return [rows[key] for key in sorted(rows)]
