"""What a look-up sends: a body that says no more than it must, signed so that others' libraries agree."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from standardwebhooks import Webhook

from bridge.lookup.letter import body_of, headers_of
from bridge.menu import State
from bridge.signature import Headers, verify
from tests.lookup.services import OTHER, OTHER_TEXT, SECRET, SECRET_TEXT, inquiry, kiosk


def told(**changes: Any) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(body_of(inquiry(**changes)))
    return content


TWO = ((("language", "en"), ("town", "Thies"), ("pin", ""), ("balance", "")), (("pin", "4711"),))


@pytest.mark.parametrize(
    ("answers", "secrets", "travels"),
    [
        pytest.param((("language", "en"), ("pin", "")), (("pin", "4711"),), {"pin": "4711"}, id="right before"),
        pytest.param(*TWO, {}, id="another answer in between"),
        pytest.param((("language", "en"), ("pin", "")), (), {}, id="typed in an earlier turn"),
        pytest.param((), (("pin", "4711"),), {}, id="no answer at all"),
    ],
)
def test_a_secret_travels_only_to_the_look_up_right_behind_it(
    answers: tuple[tuple[str, str], ...], secrets: tuple[tuple[str, str], ...], travels: dict[str, str]
) -> None:
    assert told(state=State(answers, secrets=secrets))["secrets"] == travels


def test_answers_are_those_that_a_submission_would_carry() -> None:
    state = State((("language", "fr"), ("town", "Thies"), ("pin", ""), ("gone", "x")), secrets=())
    assert told(state=state)["answers"] == {"town": "Thies"}


def test_before_a_language_is_chosen_the_first_one_is_said() -> None:
    assert told(state=State())["language"] == "en"


def test_a_number_that_could_not_be_read_is_null() -> None:
    assert told(caller=None)["caller"] is None


def test_whatever_a_phone_sends_can_be_sent_on() -> None:
    state = State((("language", "fr"), ("town", "\ud83d é \x00 \u2028")))
    assert told(state=state)["answers"] == {"town": "? é \x00 \u2028"}


def test_the_same_inquiry_has_the_same_id_and_any_other_another() -> None:
    def id_of(**changes: Any) -> str:
        return headers_of(body_of(inquiry(**changes)), [SECRET], 1_795_000_000)["webhook-id"]

    other_pin = State(inquiry().state.answers, secrets=(("pin", "4712"),))
    others = [id_of(session="5e56"), id_of(state=other_pin), id_of(question="other"), id_of(simulated=True)]
    assert id_of() == id_of(menu=kiosk())
    assert len({id_of(), *others}) == 5
    assert "4711" not in id_of()


def test_the_id_cannot_be_guessed_from_the_body_without_the_secret() -> None:
    body = body_of(inquiry())
    assert headers_of(body, [SECRET], 0)["webhook-id"] != headers_of(body, [OTHER], 0)["webhook-id"]


@pytest.mark.parametrize("text", [SECRET_TEXT, OTHER_TEXT], ids=["new secret", "old secret"])
def test_standard_webhooks_own_library_takes_either_signature_while_secrets_change(text: str) -> None:
    body = body_of(inquiry())
    headers = headers_of(body, [SECRET, OTHER], time.time())
    assert Webhook(text).verify(body, headers) == json.loads(body)


def test_our_own_verification_takes_it_too() -> None:
    body = body_of(inquiry())
    given = headers_of(body, [SECRET], 1_795_000_000.7)
    headers = Headers(given["webhook-id"], given["webhook-timestamp"], given["webhook-signature"])
    assert verify([SECRET], headers, body, 1_795_000_001) == given["webhook-id"]
