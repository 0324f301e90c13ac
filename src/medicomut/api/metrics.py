"""What a server counts of itself, for Prometheus: requests by route, jobs by state, the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

OTHER = "other"
"""Stands for every address that is no route: what strangers ask for must not become names of ours."""

_ANSWERED = Counter("medicomut_requests", "Requests answered", ["method", "route", "status"])
_SECONDS = Histogram(
    "medicomut_request_seconds",
    "Seconds from the first byte to the last",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
)
IN_FLIGHT = Gauge("medicomut_requests_in_flight", "Requests being answered")

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered; `route` is the pattern of its address, never what was asked."""
    count, took = _named(method if method in _METHODS else OTHER, route, status)
    count.inc()
    took.observe(seconds)


@lru_cache(maxsize=2_000)
def _named(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return _ANSWERED.labels(method, route, status), _SECONDS.labels(route)


class _Now(Collector):
    """Figures that are looked up when somebody asks for them."""

    def __init__(self, jobs: Callable[[], Mapping[str, int]] | None, lost: Callable[[], int] | None) -> None:
        self.jobs, self.lost = jobs, lost

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand: two applications may live in one process, as in tests."""
        return ()

    def collect(self) -> Iterable[Metric]:
        if self.jobs:
            family = GaugeMetricFamily("medicomut_jobs", "Jobs kept, by state", labels=["state"])
            for state, count in sorted(self.jobs().items()):
                family.add_metric([state], count)
            yield family
        if self.lost:
            yield GaugeMetricFamily("medicomut_audit_lost", "Reads that could not be recorded", value=self.lost())


def watch(jobs: Callable[[], Mapping[str, int]] | None, lost: Callable[[], int] | None) -> Collector:
    """Add jobs by state and losses of the audit trail, where there are such; return what `unwatch` takes away."""
    found = _Now(jobs, lost)
    REGISTRY.register(found)
    return found


def unwatch(found: Collector) -> None:
    """Take away what `watch` added."""
    REGISTRY.unregister(found)


def serve(host: str, port: int) -> None:
    """Give the figures to whoever asks at an address of their own: not where the API is, for they are not public."""
    start_http_server(port, host)
