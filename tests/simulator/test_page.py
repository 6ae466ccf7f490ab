"""The addresses below `/simulator`: for the page of the phone, and for no other site."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from werkzeug.test import Client

from bridge.commands.demo import assemble, demo_settings
from bridge.commands.demo_client import Demo
from bridge.commands.demo_keys import demo_keys
from bridge.gateways import GATEWAYS
from bridge.settings import read

DIAL = {"gateway": "telerivet", "code": "*123#", "number": "+221770000001"}


@pytest.mark.parametrize("headers", [{}, {"X-Other": "1"}], ids=["none", "another"])
def test_a_request_without_our_header_does_nothing(api: Demo, headers: dict[str, str]) -> None:
    answer = requests.post(f"{api.url}/simulator/calls", json=DIAL, headers=headers, timeout=20)
    told = answer.json()
    assert (told["error"], told["screen"]) == ("Only the phone of this page can do that.", None)
    assert "call" not in told


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"[]", "Only the phone of this page can do that."),
        (b"{", "Only the phone of this page can do that."),
        (b'{"gateway": 1}', "That is more than a phone can send."),
        (b'{"gateway": "' + b"x" * 301 + b'"}', "That is more than a phone can send."),
    ],
    ids=["a list", "cut", "a number", "too long"],
)
def test_what_no_phone_sends_is_refused_in_a_sentence(api: Demo, body: bytes, why: str) -> None:
    headers = {"X-Simulator": "1", "Content-Type": "application/json"}
    answer = requests.post(f"{api.url}/simulator/calls", data=body, headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["error"]) == (200, why)


def test_the_page_offers_every_gateway_with_its_limits_and_nothing_inline(api: Demo) -> None:
    page = requests.get(f"{api.url}/simulator", timeout=20)
    for name in ("telerivet", *GATEWAYS):
        assert f'<option value="{name}"' in page.text
    assert "A screen holds 120 septets" in page.text  # Nalo
    for gateway, waits in (("africastalking", "waits 10 s for it."), ("nalo", "how long it waits is not stated.")):
        assert waits in page.text.partition(f'<option value="{gateway}"')[2].partition("</option>")[0]
    assert " style=" not in page.text
    assert "onclick" not in page.text
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_without_node_the_script_is_shown_as_absent_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda *names, **places: None)
    keys = demo_keys(tmp_path / "demo.json")
    application, running = assemble(demo_settings(read({}), keys, tmp_path), keys, tmp_path)
    browser = Client(application)
    page = browser.get("/simulator").text
    told = browser.post("/simulator/calls", json={**DIAL, "gateway": "telerivet_script"}, headers={"X-Simulator": "1"})
    running.stop()
    option = page.partition('<option value="telerivet_script"')[2].partition("</option>")[0]
    assert " disabled>" in option
    assert option.endswith("This needs Node 20 or newer, which is not on this machine.")
    assert told.json
    assert told.json["error"] == "This needs Node 20 or newer, which is not on this machine."
