"""The readers of what others wrote: whatever it is, they read it within bounds or refuse it in their own words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from bridge.errors import Malformed, SetupError
from bridge.gateways import GATEWAYS
from bridge.gateways.turn import Kind, Reply, Turn
from bridge.gateways.wire import LONGEST_CODE, LONGEST_ID, LONGEST_NUMBER, LONGEST_TEXT, LONGEST_WORD, Request
from bridge.routes import Route, Routes, load_routes
from bridge.settings import SETTINGS, Settings, read

T = TypeVar("T")
BUDGET = budget(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FIXTURES = Path(__file__).parents[1] / "gateways" / "fixtures"

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80) | st.just("1*" * 3000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)


def documents(gateway: str) -> st.SearchStrategy[dict[str, Any]]:
    """A request of the provider's as recorded, with some of its fields replaced by anything."""
    path = FIXTURES / f"{gateway}.json"
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"] if path.exists() else []
    known = [case["request"].get(part) for case in cases for part in ("json", "form", "query")]
    good = [fields for fields in known if isinstance(fields, dict)] or [{}]
    names = st.sampled_from(sorted({name for fields in good for name in fields}) or ["text"])
    return st.builds(dict.__or__, st.sampled_from(good), st.dictionaries(names, VALUES, max_size=3))


@st.composite
def requests(draw: st.DrawFn, gateway: str) -> Request:
    """What may arrive once the token was right: bytes, or fields in the two ways that providers send them."""
    below = draw(
        st.sampled_from(["", "events", "A1/start", "A1/response", "A1/end", "A1/status"]) | st.text(max_size=40)
    )
    if draw(st.booleans()):
        return Request(GATEWAYS[gateway].method, below, draw(st.text(max_size=50)), draw(st.binary(max_size=200)))
    fields = draw(documents(gateway))
    query = urlencode({name: str(value) for name, value in fields.items()}, errors="replace")
    body = json.dumps(fields, ensure_ascii=draw(st.booleans())).encode("utf-8", "replace")
    return Request(GATEWAYS[gateway].method, below, query, draw(st.sampled_from([body, query.encode()])))


@pytest.mark.parametrize("name", sorted(GATEWAYS))
def test_a_gateway_reads_any_request_within_bounds_or_calls_it_malformed(name: str) -> None:
    gateway = GATEWAYS[name]

    @BUDGET
    @given(requests(name))
    def run(request: Request) -> None:
        try:
            turn = gateway.read(request)
        except Malformed:
            return
        within_bounds(turn)
        for reply in (Reply("Où ?\x00", ends=False), Reply("Où ?\ud800", ends=True)):
            assert gateway.write(reply, turn).status == 200
        gateway.acknowledge(turn, active=True)

    run()


def within_bounds(turn: Turn) -> None:
    assert isinstance(turn.kind, Kind)
    assert 0 < len(turn.session_id) <= LONGEST_ID
    assert turn.session_id.isprintable()
    assert len(turn.caller) <= LONGEST_NUMBER
    assert len(turn.service_code) <= LONGEST_CODE + 2
    assert max(len(turn.network), len(turn.stamp)) <= max(LONGEST_WORD, LONGEST_ID)
    assert len(turn.input) <= LONGEST_TEXT
    assert sum(map(len, (turn.transcript or ()) + turn.dialled)) <= 2 * LONGEST_TEXT


ROUTES = st.recursive(
    VALUES | st.sampled_from(["telerivet", "*384#", "support", "SN", "task", "WW" + "0" * 32]),
    lambda inner: st.dictionaries(
        st.sampled_from(["default", "routes", "gateway", "service_code", "menu", "workflow", "priority", "country"]),
        inner | st.lists(inner, max_size=3),
        max_size=4,
    ),
    max_leaves=12,
)


@BUDGET
@given(content=ROUTES.map(lambda value: json.dumps(value).encode("utf-8", "replace")) | st.binary(max_size=200))
@example(content=b"routes: &a [*a]")
@example(content=b"default: !!python/object/apply:os.system [id]")
@example(content=b"? {a: b}\n: c")
def test_a_routes_file_is_read_or_refused_with_its_faults(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "routes.yaml"
    file.write_bytes(content)
    routes = read_or_refused(lambda: load_routes(file, Route(workflow="WW" + "0" * 32, channel="ussd")))
    if isinstance(routes, Routes):
        routes.find("telerivet", "*384#")
    else:
        assert str(file) in routes


def read_or_refused(reader: Callable[[], T]) -> T | str:
    """What was read, or why not."""
    try:
        return reader()
    except SetupError as refused:
        return str(refused)


NAMES = st.sampled_from([one.name + end for one in SETTINGS for end in ("", "_FILE")] + ["HUBTEL_TOKEN", "X_ALLOW_IPS"])


@BUDGET
@given(environ=st.dictionaries(NAMES, st.text(max_size=60), max_size=6))
def test_any_environment_gives_settings_or_names_those_that_are_wrong(environ: dict[str, str]) -> None:
    settings = read_or_refused(lambda: read(environ))
    if isinstance(settings, Settings):
        assert not any(token in repr(settings) for token in settings.telerivet_secrets if len(token) > 15)
    else:
        assert all(line.split()[0] in environ for line in settings.splitlines())
        assert not any(value in settings for value in environ.values() if len(value) > 15)
