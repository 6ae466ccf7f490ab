"""What the script signs, read by the public Standard Webhooks library (never run in production)."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from bridge.commands.menu_build import script_for
from bridge.menu import Menu
from tests.telerivet.processes import Emulator, LineProcess

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ACCEPTED = {"status": 202, "content": '{"reference":"K7QM4X","status":"accepted"}'}


@settings(max_examples=100, deadline=None)
@given(
    key=st.binary(min_size=24, max_size=64),
    body=st.text(max_size=2000),
    name=st.text(st.sampled_from("SMabc0189_-"), min_size=1, max_size=64),
    moment=st.integers(0, 2**33),
)
def test_any_body_gets_the_signature_of_the_public_library(
    engine: LineProcess, key: bytes, body: str, name: str, moment: int
) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()
    asked = {"secret": secret, "id": name, "timestamp": str(moment), "body": body}
    signature = engine.ask({"sign": asked})["signature"]
    assert signature == Webhook(secret).sign(name, datetime.fromtimestamp(moment, UTC), body)


def test_a_dialled_session_posts_what_the_public_library_verifies(emulator: Emulator, support: Menu) -> None:
    vars = {"bridge_url": "https://bridge.example", "bridge_secret": SECRET}
    emulator.load(script_for(support), vars, http=ACCEPTED)
    emulator.dial()
    for key in "23111":
        emulator.type(key)
    (request,) = emulator.ask({"do": "requests"})["requests"]
    verified = Webhook(SECRET).verify(request["data"], request["headers"])
    assert verified == json.loads(request["data"])
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request["data"].replace("dakar", "touba").replace("thies", "dakar"), request["headers"])
