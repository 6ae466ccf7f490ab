"""`python -m bridge sandbox`: what it prints is what a bridge needs to use it."""

from __future__ import annotations

from bridge.commands.sandbox import create_app, lines_for_env, own_settings
from bridge.sandbox.server import serving
from bridge.settings import Settings
from bridge.taskrouter import Account, TaskOrder, TaskRouter


def test_the_printed_lines_lead_to_a_sandbox_that_works() -> None:
    settings = own_settings(Settings(), 8081)
    lines = lines_for_env(settings).splitlines()
    env = dict(line.split("=", 1) for line in lines if "=" in line)
    with serving(create_app(settings, None)) as url:
        account = Account(env["ACCOUNT_SID"], env["ACCOUNT_SID"], env["AUTH_TOKEN"], env["TASK_WORKSPACE_ID"], url)
        order = TaskOrder(env["TASK_WORKFLOW_ID"], env["TASK_CHANNEL"], 0, 60, "{}")
        assert TaskRouter(account).create(order).kind == "done"
    assert env["TASKROUTER_URL"] == "http://127.0.0.1:8081"


def test_given_credentials_are_kept_and_others_are_random() -> None:
    kept = own_settings(Settings(account_sid="AC" + "1" * 32, auth_token="2" * 32), 8081)
    assert (kept.account_sid, kept.auth_token) == ("AC" + "1" * 32, "2" * 32)
    assert own_settings(Settings(), 8081).auth_token != own_settings(Settings(), 8081).auth_token


def test_a_wildcard_address_is_listened_on_and_not_called() -> None:
    assert own_settings(Settings(host="::"), 81).taskrouter_url == "http://127.0.0.1:81"
    assert own_settings(Settings(host="::1"), 81).taskrouter_url == "http://[::1]:81"
