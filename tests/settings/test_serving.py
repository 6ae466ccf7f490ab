"""What `serve` demands before it opens its door."""

from __future__ import annotations

import pytest

from bridge.commands import fitness
from bridge.commands.secret import data_key, signing_secret, token
from bridge.errors import SetupError
from bridge.settings import BY_NAME, read

ENOUGH = {
    "TELERIVET_USSD_SECRET": signing_secret(),
    "ACCOUNT_SID": "AC" + "0" * 32,
    "AUTH_TOKEN": "f" * 32,
    "TASK_WORKSPACE_ID": "WS" + "0" * 32,
    "TASK_WORKFLOW_ID": "WW" + "0" * 32,
    "DATA_KEYS": data_key(),
}


def test_a_full_set_is_enough() -> None:
    fitness.require(read(ENOUGH))


@pytest.mark.parametrize("name", list(ENOUGH))
def test_each_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SetupError, match=f"{name}.* is missing"):
        fitness.require(read({key: value for key, value in ENOUGH.items() if key != name}))


def test_a_gateways_token_stands_in_for_telerivets_secret() -> None:
    fitness.require(read({**ENOUGH, "TELERIVET_USSD_SECRET": "", "HUBTEL_TOKEN": token()}))


def test_a_token_of_something_else_in_the_environment_does_not() -> None:
    given = {**ENOUGH, "TELERIVET_USSD_SECRET": "", "GITHUB_TOKEN": token(), "AWS_WEB_TOKEN_FILE": "/nowhere"}
    with pytest.raises(SetupError, match="TELERIVET_USSD_SECRET"):
        fitness.require(read(given, {"hubtel"}))


def test_a_weak_metrics_token_is_refused() -> None:
    with pytest.raises(SetupError, match=r"METRICS_TOKEN is too weak.*secret --token"):
        fitness.require(read({**ENOUGH, "METRICS_TOKEN": "hunter2"}))


def test_an_api_key_stands_in_for_the_auth_token() -> None:
    fitness.require(read({**ENOUGH, "AUTH_TOKEN": "", "API_KEY_SID": "SK" + "0" * 32, "API_KEY_SECRET": "s"}))


def test_an_api_key_without_its_secret_does_not() -> None:
    with pytest.raises(SetupError, match="AUTH_TOKEN"):
        fitness.require(read({**ENOUGH, "AUTH_TOKEN": "", "API_KEY_SID": "SK1"}))


@pytest.mark.parametrize("name", ["TELERIVET_USSD_SECRET", "DATA_KEYS"])
def test_the_value_of_the_sample_file_is_refused(name: str) -> None:
    with pytest.raises(SetupError, match=f"{name} is the public value of .env.sample"):
        fitness.require(read({**ENOUGH, name: BY_NAME[name].sample}))


@pytest.mark.parametrize("name", ["TELERIVET_USSD_SECRET", "LOOKUP_SECRET", "METRICS_TOKEN", "DATA_KEYS"])
@pytest.mark.parametrize("sample", ["TELERIVET_USSD_SECRET", "DATA_KEYS"])
def test_what_the_sample_file_shows_is_no_secret_of_anything(name: str, sample: str) -> None:
    own = ENOUGH.get(name, "")
    given = {**ENOUGH, name: f"{own},{BY_NAME[sample].sample}" if own else BY_NAME[sample].sample}
    with pytest.raises(SetupError, match=f"{name} is the public value of .env.sample"):
        fitness.require(read(given))


@pytest.mark.parametrize("name", ["ACCOUNT_SID", "TASK_WORKSPACE_ID", "TASK_WORKFLOW_ID"])
def test_an_id_of_the_sample_file_is_called_so(name: str) -> None:
    with pytest.raises(SetupError, match=f"^{name} is still the sample value: .*onsole[^\n]*$"):
        fitness.require(read({**ENOUGH, name: BY_NAME[name].sample}))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        pytest.param("ACCOUNT_SID", "AC123", id="too short"),
        pytest.param("ACCOUNT_SID", "AC" + "0" * 33, id="too long"),
        pytest.param("TASK_WORKSPACE_ID", "WW" + "0" * 32, id="the workflow for the workspace"),
        pytest.param("TASK_WORKFLOW_ID", "WW" + "x" * 32, id="other letters"),
        pytest.param("API_KEY_SID", "AC" + "0" * 32, id="the account for the key"),
    ],
)
def test_an_id_of_another_shape_is_refused_by_name_and_not_repeated(name: str, wrong: str) -> None:
    with pytest.raises(SetupError, match=f"^{name} must be .. and 32 hexadecimal digits: ") as refusal:
        fitness.require(read({**ENOUGH, name: wrong}))
    assert wrong not in str(refusal.value)


def test_every_fault_has_a_line_of_its_own() -> None:
    with pytest.raises(SetupError) as refusal:
        fitness.require(read({"ACCOUNT_SID": "ACxxx", "METRICS_TOKEN": "hunter2"}))
    starts = [line.split()[0] for line in str(refusal.value).splitlines()]
    assert starts == [
        *("TELERIVET_USSD_SECRET", "AUTH_TOKEN", "TASK_WORKSPACE_ID", "TASK_WORKFLOW_ID", "DATA_KEYS"),
        *("ACCOUNT_SID", "METRICS_TOKEN"),
    ]


def test_a_name_that_no_file_can_have_is_told_as_one_that_cannot_be_read() -> None:
    with pytest.raises(SetupError, match=r"^DATA_KEYS_FILE names a file that cannot be read$"):
        read({**ENOUGH, "DATA_KEYS": "", "DATA_KEYS_FILE": "no\0name"})
