"""What the OpenAPI document describes and what it does not, made up by schemathesis, against the running server."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, reject
from hypothesis import settings as budget
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from tests.chaos.posting import SECRET_TEXT
from tests.intake.signing import headers
from tests.servers import Server, running, settings

BUDGET = budget(
    max_examples=80,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a case that fails is small enough; shrinking it over HTTP takes minutes
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
schemathesis.checks.load_all_checks()
CHECKS: Any = schemathesis.checks.CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)
AS_DESCRIBED, OTHERWISE = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


@dataclass(frozen=True)
class Wire:
    """A running bridge, its own description of itself, and one connection to it."""

    server: Server
    cases: dict[GenerationMode, st.SearchStrategy[Case[Any]]]
    session: requests.Session

    def send(self, case: Case[Any], *, signed: bool) -> requests.Response:
        """Send what was made up, with a good signature of it or without."""
        try:
            prepared = requests.Request(**case.as_transport_kwargs(f"http://127.0.0.1:{self.server.port}")).prepare()
        except (ValueError, requests.RequestException):
            reject()  # no HTTP library would send these headers
        if signed:
            raw = prepared.body or b""
            raw = raw.encode() if isinstance(raw, str) else raw
            given = headers(raw, key_of(raw), int(time.time()))
            prepared.headers.update({name: value for name, value in given.items() if name.startswith("webhook")})
        return self.session.send(prepared, timeout=30)


def key_of(raw: bytes) -> str:
    """The id that belongs to a body, as far as it has one."""
    try:
        body = json.loads(raw)
        key = body["session_id"] + ("" if body["complete"] else "_p")
    except (ValueError, KeyError, TypeError):
        return "SM0123"
    return key if key.isascii() and key.isprintable() else "SM0123"


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    folder = tmp_path_factory.mktemp("fuzzed")
    with running(folder, settings(folder, SECRET_TEXT)) as server, requests.Session() as session:
        schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/openapi.json")
        submit = schema["/v1/submissions"]["POST"]
        yield Wire(server, {mode: submit.as_strategy(mode) for mode in (AS_DESCRIBED, OTHERWISE)}, session)


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "as made up"])
@pytest.mark.parametrize("mode", [AS_DESCRIBED, OTHERWISE], ids=["as described", "otherwise"])
def test_every_answer_is_one_that_is_described(wire: Wire, mode: GenerationMode, signed: bool) -> None:
    answers = set()

    @BUDGET
    @given(wire.cases[mode])
    def run(case: Case[Any]) -> None:
        answer = wire.send(case, signed=signed)
        answers.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)
        if signed and mode is AS_DESCRIBED:
            assert answer.status_code in (200, 202, 409), answer.text

    run()
    assert answers & ({202} if signed and mode is AS_DESCRIBED else set(range(400, 500)))
