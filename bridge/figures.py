"""The delivery's figures as Prometheus reads them. None is about one person: they count everybody in a state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prometheus_client import Metric
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

from bridge.delivery import Counts


def figures(counts: Counts) -> Iterable[Metric]:
    """How much waits, for how long, and what came of the calls since the start."""
    return [
        by("state", GaugeMetricFamily, "bridge_deliveries", "Deliveries that are not done.", counts.waiting),
        by("outcome", CounterMetricFamily, "bridge_calls", "Calls to TaskRouter by outcome.", counts.attempts),
        CounterMetricFamily("bridge_useless_calls", "Calls to TaskRouter that moved nothing.", counts.useless),
        GaugeMetricFamily("bridge_oldest_waiting_seconds", "Age of the oldest delivery.", counts.oldest_waiting),
        GaugeMetricFamily("bridge_calls_under_way", "Calls to TaskRouter right now.", counts.under_way),
    ]


def by(
    label: str,
    kind: type[GaugeMetricFamily] | type[CounterMetricFamily],
    name: str,
    words: str,
    numbers: Mapping[str, int],
) -> Metric:
    """One family with a value for each `label`."""
    family = kind(name, words, labels=[label])
    for value, number in numbers.items():
        family.add_metric([value], number)
    return family
