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


def test_a_token_of_something_else_in_the_environment_does_not() -> None:
    given = {**ENOUGH, "TELERIVET_USSD_SECRET": "", "GITHUB_TOKEN": token(), "AWS_WEB_TOKEN_FILE": "/nowhere"}
    with pytest.raises(SetupError, match="TELERIVET_USSD_SECRET"):
        require_for_serving(read(given, {"hubtel"}))


def test_a_weak_metrics_token_is_refused() -> None:
    with pytest.raises(SetupError, match=r"METRICS_TOKEN is too weak.*secret --token"):
        require_for_serving(read({**ENOUGH, "METRICS_TOKEN": "hunter2"}))


def test_an_api_key_stands_in_for_the_auth_token() -> None:
    require_for_serving(read({**ENOUGH, "AUTH_TOKEN": "", "API_KEY_SID": "SK1", "API_KEY_SECRET": "s"}))


def test_an_api_key_without_its_secret_does_not() -> None:
    with pytest.raises(SetupError, match="AUTH_TOKEN"):
        require_for_serving(read({**ENOUGH, "AUTH_TOKEN": "", "API_KEY_SID": "SK1"}))


@pytest.mark.parametrize("name", ["TELERIVET_USSD_SECRET", "DATA_KEYS"])
def test_the_value_of_the_sample_file_is_refused(name: str) -> None:
    with pytest.raises(SetupError, match=f"{name} is the public value of .env.sample"):
        require_for_serving(read({**ENOUGH, name: BY_NAME[name].sample}))
