"""Africa's Talking from the dial to the stored submission."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from bridge.submission import Submission
from tests.gateways.conftest import TOKEN, House

CODE = "*384*123#"


def send(house: House, text: str, session: str = "ATUid_1", number: str = "+221770000001") -> TestResponse:
    fields = {"sessionId": session, "phoneNumber": number, "networkCode": "60801", "serviceCode": CODE, "text": text}
    return house.client.post(f"/ussd/africastalking/{TOKEN}", data=fields)


def finished(house: House, answer: TestResponse) -> Submission:
    stored = house.store.submission(answer.text.rstrip().rpartition(" ")[2])
    assert stored is not None
    assert stored.submission is not None
    return stored.submission


def test_a_dialogue_in_french_becomes_one_submission(house: House) -> None:
    screens = [send(house, text).text for text in ("", "2", "2*1", "2*1*1", "2*1*1*1")]
    assert [screen[:4] for screen in screens] == ["CON "] * 5
    assert screens[1].startswith("CON Choisissez votre lieu\n1. Dakar")
    last = send(house, "2*1*1*1*1")
    assert last.text.startswith("END Merci. Votre référence : ")
    submission = finished(house, last)
    assert dict(submission.answers) == {
        "location": "dakar",
        "support_type": "shelter",
        "callback": "yes",
        "safe_to_call": "yes",
    }
    assert (submission.caller, submission.language, submission.service_code) == ("+221770000001", "fr", CODE)
    assert submission.complete
    assert not submission.simulated


def test_the_sandbox_of_the_provider_is_marked_as_simulated(small_house: House) -> None:
    fields = {"sessionId": "s", "phoneNumber": "+254711000001", "networkCode": "99999", "serviceCode": CODE}
    for text in ("", "1", "1*1", "1*1*1", "1*1*1*2"):
        last = small_house.client.post(f"/ussd/africastalking/{TOKEN}", data={**fields, "text": text})
    assert finished(small_house, last).simulated


@pytest.mark.parametrize("again", ["2*1", "2*1*1"], ids=["the last turn", "an earlier turn after a later one"])
def test_a_retry_gets_the_last_screen_and_advances_nothing(house: House, again: str) -> None:
    before = [send(house, text).data for text in ("", "2", "2*1", "2*1*1")]
    assert send(house, again).data == before[-1]
    assert send(house, "2*1*1*2").text.startswith("END Merci")
