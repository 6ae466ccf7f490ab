"""Where callers are lost, and how many sessions lie here, as Prometheus reads them. None is about one person."""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import Metric
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

from bridge.store import Store, sessions


def sessions_kept(store: Store) -> Sequence[Metric]:
    """Callers lost at each question, over the months that are kept; sessions by status. Raises `Unavailable`."""
    with store.read() as connection:
        lost_by_question, by_status = sessions.lost_by_question(connection), sessions.how_many(connection)
    lost = CounterMetricFamily("bridge_lost_callers", "Callers lost, by question.", labels=["menu", "question"])
    for row in lost_by_question:
        lost.add_metric([row.menu, row.question], row[2])
    kept = GaugeMetricFamily("bridge_sessions", "Sessions that are kept, by status.", labels=["status"])
    for status, number in by_status.items():
        kept.add_metric([status], number)
    return [lost, kept]
