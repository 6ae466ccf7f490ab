"""What those who keep the bridge running ask it: alive? ready? how busy? which paths?

`bridge.front` answers the first two before Flask; here they stand for those who ask otherwise than with a plain GET.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import CollectorRegistry, Metric, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from bridge import health
from bridge.wsgi import HttpAnswer


def blueprint(
    *,
    problems: Callable[[], list[str]],
    metrics: Callable[[], Iterable[Metric]],
    metrics_token: str,
    description: Callable[[], Mapping[str, Any]],
) -> Blueprint:
    """The four pages. `problems` says in sentences why the bridge is not ready; none means that it is."""
    pages = Blueprint("operations", __name__)
    registry = CollectorRegistry()
    registry.register(_Asked(metrics))
    ProcessCollector(registry=registry)

    @pages.get("/healthz")
    def healthz() -> Response:
        return _page(health.alive())

    @pages.get("/readyz")
    def readyz() -> Response:
        return _page(health.ready(problems()))

    @pages.get("/metrics")
    def metrics_page() -> Response:
        if not _may_read_metrics(metrics_token):
            abort(404)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    @pages.get("/openapi.json")
    def openapi() -> Response:
        return jsonify(description())

    return pages


def _page(answer: HttpAnswer) -> Response:
    return Response(answer.body, answer.status, answer.headers)


class _Asked(Collector):
    """Figures that are asked for at each scrape, so that nothing is counted twice."""

    def __init__(self, metrics: Callable[[], Iterable[Metric]]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics()

    def describe(self) -> Iterable[Metric]:
        return ()


def _may_read_metrics(token: str) -> bool:
    if token:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode())
    return _is_loopback(request.remote_addr or "") and _asks_for_itself()


def _asks_for_itself() -> bool:
    """A proxy on this machine asks from loopback too, but for somebody else, and it shows."""
    shows = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"))
    host = (urlsplit(f"//{request.host}").hostname or "").lower()
    return not shows and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
