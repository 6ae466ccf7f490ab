"""What `serve` demands before it opens its door."""

from __future__ import annotations

import pytest

from bridge.commands.secret import data_key, signing_secret, token
from bridge.errors import SetupError
from bridge.settings import BY_NAME, read, require_for_serving

ENOUGH = {
    "TELERIVET_USSD_SECRET": signing_secret(),
    "ACCOUNT_SID": "AC" + "0" * 32,
    "AUTH_TOKEN": "f" * 32,
    "TASK_WORKSPACE_ID": "WS" + "0" * 32,
    "TASK_WORKFLOW_ID": "WW" + "0" * 32,
    "DATA_KEYS": data_key(),
}


def test_a_full_set_is_enough() -> None:
    require_for_serving(read(ENOUGH))


@pytest.mark.parametrize("name", list(ENOUGH))
def test_each_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SetupError, match=f"{name}.* is missing"):
        require_for_serving(read({key: value for key, value in ENOUGH.items() if key != name}))


def test_a_gateways_token_stands_in_for_telerivets_secret() -> None:
    require_for_serving(read({**ENOUGH, "TELERIVET_USSD_SECRET": "", "HUBTEL_TOKEN": token()}))


def test_an_api_key_stands_in_for_the_auth_token() -> None:
    require_for_serving(read({**ENOUGH, "AUTH_TOKEN": "", "API_KEY_SID": "SK1", "API_KEY_SECRET": "s"}))


def test_an_api_key_without_its_secret_does_not() -> None:
    with pytest.raises(SetupError, match="AUTH_TOKEN"):
        require_for_serving(read({**ENOUGH, "AUTH_TOKEN": "", "API_KEY_SID": "SK1"}))


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("changeme", id="a word"),
        pytest.param("whsec_", id="nothing"),
        pytest.param("whsec_c2hvcnQ=", id="short"),
        pytest.param("whsec_not base64 at all!!", id="not base64"),
        pytest.param("whsec_" + "QUFB" * 7 + "QU", id="cut off"),
        pytest.param("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", id="without whsec_"),
    ],
)
def test_a_weak_secret_is_refused_with_the_command_that_makes_a_good_one(secret: str) -> None:
    with pytest.raises(SetupError, match=r"TELERIVET_USSD_SECRET is too weak.*python -m bridge secret") as refusal:
        require_for_serving(read({**ENOUGH, "TELERIVET_USSD_SECRET": f"{signing_secret()},{secret}"}))
    assert secret not in str(refusal.value) or secret == "whsec_"


@pytest.mark.parametrize("name", ["TELERIVET_USSD_SECRET", "DATA_KEYS"])
def test_the_value_of_the_sample_file_is_refused(name: str) -> None:
    with pytest.raises(SetupError, match=f"{name} is the public value of .env.sample"):
        require_for_serving(read({**ENOUGH, name: BY_NAME[name].sample}))


def test_a_short_gateway_token_is_refused() -> None:
    with pytest.raises(SetupError, match=r"HUBTEL_TOKEN is too weak.*secret --token"):
        require_for_serving(read({**ENOUGH, "HUBTEL_TOKEN": "hunter2"}))
