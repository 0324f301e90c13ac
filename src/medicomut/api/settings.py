"""What whoever runs the server may choose: where jobs lie, and how much is too much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from medicomut.api.limits import RATES, Kind, Rate
from medicomut.identity.providers import Provider

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and places of one server; sizes in bytes, times in seconds.

    Without `data`, the folder of jobs, files are not taken. `store` is the URL of the database (docs/store.md);
    without it nobody can sign in and nothing is recorded. A body is what a request carries; an upload is a
    file submitted as a job, the only request that may be large; none is taken that would leave less than
    `disk_reserve` free where jobs lie. `batch_processes` check large batches beside the
    server. `fees` is a folder of fees (docs/fees.md) instead of
    those shipped, `practitioners` is the table of who acceded that
    `/fhir` answers from, and `handling` how strictly it reads where a request does not say so.

    `open` lets whoever is on this machine submit files without signing in. `public_url` is the address under which
    browsers reach the server, `providers` are where they may sign in, `rates` how often one client may ask.

    `register` is the URL of the register of who acceded (docs/register.md); it may be that of the store.
    `publications` are the days on which agreements were published that do not say so themselves. `trial_now` sets
    the register's clock by hand: what is declared then says `trial:`.
    """

    data: Path | None = None
    store: str | None = None
    open: bool = False
    public_url: str | None = None
    providers: Mapping[str, Provider] = field(default_factory=dict)
    rates: Mapping[Kind, Rate] = field(default_factory=lambda: RATES)
    fees: Path | None = None
    practitioners: Path | None = None
    register: str | None = None
    publications: Mapping[str, date] = field(default_factory=dict)
    trial_now: datetime | None = None
    handling: Literal["strict", "lenient"] = "lenient"
    body_bytes: int = 4 * MEGABYTE
    upload_bytes: int = 1000 * MEGABYTE
    unpacked_bytes: int = 4000 * MEGABYTE
    check_lines: int = 5_000
    batch_processes: int = 0
    job_lines: int = 100_000_000
    job_memory: int = 6_000 * MEGABYTE
    job_seconds: int = 3_600
    jobs_kept: int = 100
    look_seconds: float = 1.0
    request_seconds: int = 30
    upload_seconds: int = 900
    disk_reserve: int = 500 * MEGABYTE
