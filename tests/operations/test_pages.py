"""Health, figures and the description, and who may read them."""

from __future__ import annotations

import pytest
from flask import Flask
from prometheus_client.metrics_core import GaugeMetricFamily

from bridge import problem
from bridge.operations import blueprint

TOKEN = "a-token-that-a-monitor-holds"


def application(token: str = "", problems: list[str] | None = None) -> Flask:
    app = Flask(__name__)
    problem.register(app)
    app.register_blueprint(
        blueprint(
            problems=lambda: problems or [],
            metrics=lambda: [GaugeMetricFamily("bridge_deliveries", "Waiting.", 3)],
            metrics_token=token,
            description=lambda: {"openapi": "3.1.0"},
        )
    )
    return app


def test_alive_asks_nothing_of_anybody() -> None:
    answer = application(problems=["The store does not commit."]).test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_ready_says_in_sentences_why_it_is_not() -> None:
    answer = application(problems=["The store does not commit."]).test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "not ready", "problems": ["The store does not commit."]}
    assert application().test_client().get("/readyz").status_code == 200


def test_this_machine_reads_the_figures() -> None:
    answer = application().test_client().get("/metrics")
    assert "bridge_deliveries 3.0" in answer.text
    assert "process_resident_memory_bytes" in answer.text


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        pytest.param({}, "192.0.2.1", id="another machine"),
        pytest.param({"X-Forwarded-For": "192.0.2.1"}, "127.0.0.1", id="a proxy that says for whom"),
        pytest.param({"Forwarded": "for=192.0.2.1"}, "127.0.0.1", id="a proxy by RFC 7239"),
        pytest.param({"X-Real-IP": "192.0.2.1"}, "127.0.0.1", id="a proxy in nginx's way"),
        pytest.param({"Via": "1.1 proxy"}, "127.0.0.1", id="a proxy that names itself"),
        pytest.param({"Host": "bridge.example.org"}, "127.0.0.1", id="a proxy that says nothing"),
        pytest.param({"Authorization": "Bearer "}, "192.0.2.1", id="an empty token"),
    ],
)
def test_anybody_else_finds_nothing_there(headers: dict[str, str], peer: str) -> None:
    client = application().test_client()
    assert client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": peer}).status_code == 404


def test_with_a_token_everybody_must_show_it() -> None:
    client = application(TOKEN).test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    right = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "192.0.2.1", "Host": "bridge.example.org"}
    assert client.get("/metrics", headers=right).status_code == 200
