"""`python -m bridge sandbox`: what it prints is what a bridge needs to use it, today and tomorrow."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bridge import reception
from bridge.cli import main
from bridge.commands.sandbox import create_app, lines_for_env, own_settings
from bridge.commands.sandbox_account import SandboxAccount, account_of
from bridge.errors import SetupError
from bridge.sandbox.server import serving
from bridge.settings import Settings
from bridge.taskrouter import Account, TaskOrder, TaskRouter

REAL = "AC" + "1" * 32
ACCOUNT = SandboxAccount(REAL, "2" * 32)


def test_the_printed_lines_lead_to_a_sandbox_that_works() -> None:
    settings = own_settings(Settings(), ACCOUNT, 8081)
    lines = lines_for_env(settings).splitlines()
    env = dict(line.split("=", 1) for line in lines if "=" in line)
    with serving(create_app(settings, None)) as url:
        account = Account(env["ACCOUNT_SID"], env["ACCOUNT_SID"], env["AUTH_TOKEN"], env["TASK_WORKSPACE_ID"], url)
        order = TaskOrder(env["TASK_WORKFLOW_ID"], env["TASK_CHANNEL"], 0, 60, "{}")
        assert TaskRouter(account).create(order).kind == "done"
    assert env["TASKROUTER_URL"] == "http://127.0.0.1:8081"


def test_an_account_of_the_settings_is_taken_and_not_written_down(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    assert account_of(Settings(account_sid=REAL, auth_token="2" * 32), file) == ACCOUNT
    assert not file.exists()


@pytest.mark.parametrize("given", ["", "ACxxx", "AC" + "1" * 31, "SK" + "1" * 32], ids=["none", "sample", "cut", "key"])
def test_what_is_no_account_is_made_up_once_and_kept_for_its_owner_only(tmp_path: Path, given: str) -> None:
    file = tmp_path / "new" / "sandbox.json"
    made = account_of(Settings(account_sid=given), file)
    assert made.account_sid not in ("", given)
    assert account_of(Settings(account_sid=given), file) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert account_of(Settings(account_sid=given), tmp_path / "other.json") != made


def test_an_account_without_a_token_keeps_the_one_that_was_made_for_it(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    made = account_of(Settings(account_sid=REAL), file)
    assert made.account_sid == REAL
    assert account_of(Settings(account_sid=REAL), file) == made
    assert account_of(Settings(account_sid="AC" + "3" * 32), file).account_sid == "AC" + "3" * 32


@pytest.mark.parametrize("text", ["{", "[]", '{"account_sid": "AC"}'], ids=["cut", "a list", "half"])
def test_a_kept_account_that_cannot_be_read_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "sandbox.json").write_text(text)
    with pytest.raises(SetupError, match=r"damaged: .* delete it, and all files that begin with sandbox\.db, in"):
        account_of(Settings(), tmp_path / "sandbox.json")


def test_tasks_of_another_account_are_not_served_under_this_one(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    create_app(own_settings(Settings(), ACCOUNT, 8081), file)
    create_app(own_settings(Settings(), ACCOUNT, 8081), file)
    other = SandboxAccount("AC" + "3" * 32, "2" * 32)
    with pytest.raises(SetupError, match=r"sandbox\.db holds the tasks of another account than ACCOUNT_SID: .*--data"):
        create_app(own_settings(Settings(), other, 8081), file)


@pytest.mark.parametrize("port", ["0", "-1", "65536", "many"])
def test_a_port_that_is_none_is_one_line(capsys: pytest.CaptureFixture[str], port: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["sandbox", f"--port={port}"])
    assert capsys.readouterr().err.count("\n") == 1


def test_a_busy_port_is_told_with_the_option_that_names_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    waited = reception.wait_for_port
    monkeypatch.setattr(reception, "wait_for_port", lambda host, port, another: waited(host, port, 0.0, another))
    with serving(create_app(own_settings(Settings(), ACCOUNT, 8081), None)) as busy:
        port = busy.rpartition(":")[2]
        assert main(["sandbox", "--port", port, "--data", str(tmp_path / "a.db")]) == 2
    assert capsys.readouterr().err == (
        f"port {port} is in use by another program: stop it, or choose another with --port …\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_wildcard_address_is_listened_on_and_not_called() -> None:
    assert own_settings(Settings(host="::"), ACCOUNT, 81).taskrouter_url == "http://127.0.0.1:81"
    assert own_settings(Settings(host="::1"), ACCOUNT, 81).taskrouter_url == "http://[::1]:81"
