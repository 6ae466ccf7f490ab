"""No route stands open that is not meant to, and every answer says what a browser may do with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

import pytest
import requests
from cryptography.fernet import Fernet
from flask import Flask
from werkzeug.routing import Map
from werkzeug.test import Client, TestResponse

from bridge import create_app, headers, problem
from bridge.commands.demo import assemble, demo_settings
from bridge.commands.demo_client import TASKROUTER
from bridge.commands.demo_keys import demo_keys
from bridge.gateways import GATEWAYS
from bridge.headers import HEADERS
from bridge.sandbox import create_sandbox
from bridge.settings import Gateway, Settings
from tests.intake.signing import secret_text
from tests.intake.sockets import exchange
from tests.servers import Server, running

PUBLIC = {"/healthz", "/readyz", "/openapi.json"}
TOKEN, GUESS = "Zx8-Qp3_Lm7vTd2RkYb5wA", "k9_HfW2cXs4-JnVtE6uRgQ"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
REFUSED = {401, 403, 404, 405, 411, 413, 415}


def values_of(text: str, gateway: str) -> str:
    """A rule's path with something in each of its places."""
    for place, value in {
        "<gateway>": gateway,
        "<token>": GUESS,
        "<path:below>": "start",
        "<path:filename>": "phone.css",
        "<any(complete, cancel):ending>": "complete",
        "<call>": "c" * 8,
        "<sid>": "WT" + "0" * 32,
    }.items():
        text = text.replace(place, value)
    return text


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """What `serve` serves, with every gateway."""
    folder = tmp_path_factory.mktemp("served")
    app = create_app(
        Settings(
            telerivet_secrets=(secret_text("first"),),
            account_sid="AC" + "0" * 32,
            auth_token="nobody's-token-000000000",
            workspace_sid="WS" + "0" * 32,
            workflow_sid="WW" + "0" * 32,
            taskrouter_url="http://127.0.0.1:9",
            database_url=f"sqlite:///{folder / 'bridge.db'}",
            data_keys=(Fernet.generate_key().decode(),),
            gateways={name: Gateway(tokens=(TOKEN,)) for name in GATEWAYS},
        )
    )
    yield app
    app.extensions["bridge"].store.close()


def paths(rules: Map) -> Mapping[str, set[str]]:
    """Every path that the rules mean, for every gateway, with its methods."""
    found: dict[str, set[str]] = {}
    for rule in rules.iter_rules():
        for gateway in GATEWAYS if "<gateway>" in rule.rule else [""]:
            found.setdefault(values_of(rule.rule, gateway), set()).update(rule.methods or set())
    return found


def is_open(answer: TestResponse, method: str) -> bool:
    """Whether a stranger got anything. What a path takes (OPTIONS) is no secret."""
    return answer.status_code not in REFUSED and not (method == "OPTIONS" and answer.data == b"")


def test_only_the_three_public_pages_answer_a_stranger(served: Flask) -> None:
    client, stranger = served.test_client(), count(1)
    found = {
        path
        for path in paths(served.url_map)
        for method in METHODS
        if is_open(client.open(path, method=method, environ_overrides=address(next(stranger)), data=b"{}"), method)
    }
    assert found == PUBLIC


def address(number: int) -> dict[str, str]:
    """Another stranger each time, or refusals would end in 429."""
    return {"REMOTE_ADDR": f"203.0.{113 + number // 256}.{number % 256}"}


def test_a_route_that_nobody_thought_of_fails_the_test_above(served: Flask) -> None:
    assert all("<" not in path for path in paths(served.url_map))
    other = Flask("other")
    other.add_url_rule("/admin", view_func=lambda: "hello")
    assert is_open(other.test_client().get("/admin"), "GET")


def test_the_demos_pages_are_not_there_in_production(served: Flask) -> None:
    client = served.test_client()
    assert {client.get(path).status_code for path in ("/", "/simulator", "/desk", "/taskrouter/v1/Workspaces")} == {404}


def test_the_public_pages_tell_nothing_of_any_caller(served: Flask) -> None:
    client = served.test_client()
    assert set(client.get("/healthz").get_json()) == {"status"}
    assert set(client.get("/readyz").get_json()) == {"status", "problems"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, set[str]]]:
    """The demo with all its pages, and their paths."""
    folder = tmp_path_factory.mktemp("demo")
    keys = demo_keys(folder / "demo.json")
    settings = demo_settings(Settings(), keys, folder)
    application, behind = assemble(settings, keys, folder)
    sandbox = create_sandbox(None, account_sid=keys.account_sid, auth_token=keys.auth_token)
    below = {TASKROUTER + path for path in paths(sandbox.url_map)}
    yield Client(application), below
    behind.phones.stop()
    behind.service.store.close()


PAGES = [
    *("/", "/simulator", "/simulator/static/phone.css", "/desk", "/desk/tasks", "/desk/static/desk.css"),
    *("/simulator/calls", "/simulator/calls/c/answer", "/desk/tasks/WT0/complete", "/metrics", "/nowhere", "//"),
    *(*sorted(PUBLIC), "/v1/submissions", f"/ussd/hubtel/{GUESS}", "/ussd/unknown/x", "/static/../x"),
]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_every_answer_carries_the_headers_errors_included(demo: tuple[Client, set[str]], method: str) -> None:
    client, taskrouters = demo
    statuses = set()
    for path in [*PAGES, *taskrouters]:
        answer = client.open(path, method=method, buffered=True)
        statuses.add(answer.status_code)
        missing = [name for name in HEADERS if name not in answer.headers]
        assert (path, missing) == (path, [])
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith(("default-src 'self'", "default-src 'none'"))
        assert "unsafe" not in policy
        assert "no-store" in answer.headers["Cache-Control"] or "static" in path
    assert len(statuses) >= 2


def test_a_crash_carries_them_too() -> None:
    app = Flask("crashing")
    problem.register(app)
    headers.register(app)
    app.add_url_rule("/", view_func=lambda: str(1 // 0))
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert all(name in answer.headers for name in HEADERS)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with running(folder, {}, "demo", "--data", str(folder / "instance")) as server:
        yield server


def test_what_is_refused_before_the_application_carries_them(server: Server) -> None:
    answer = exchange(server.port, b"POST /v1/submissions HTTP/1.1\r\nhost: x\r\ncontent-length: 999999\r\n\r\n")
    assert answer is not None
    assert answer.status == 413
    carried = {name.lower() for name in answer.headers}
    assert [name for name in HEADERS if name.lower() not in carried] == []


def test_the_real_server_sends_them(server: Server) -> None:
    for path in ("/simulator", "/desk", "/healthz", "/nowhere"):
        answer = requests.get(f"http://127.0.0.1:{server.port}{path}", timeout=20)
        assert [name for name in HEADERS if name not in answer.headers] == []
        assert "Python" not in answer.headers.get("Server", "")


def test_the_demo_says_that_its_keys_are_its_own(server: Server) -> None:
    assert "Its keys are its own, made for play: " in server.logged()
    assert "demo.json" in server.logged()
