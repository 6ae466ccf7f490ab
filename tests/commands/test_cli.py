"""The command line as an admin meets it: help, exit codes, one line for each error."""

from __future__ import annotations

import socket
from base64 import b64decode
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bridge import reception
from bridge.cli import COMMANDS, main
from bridge.errors import SetupError
from bridge.intake import Secret


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without `.env`, and an environment that sets nothing."""
    menus = Path("menus").resolve()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENUS_DIR", str(menus))


def test_the_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    shown = capsys.readouterr().out
    assert [name for name in COMMANDS if f" {name}" not in shown] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([name, "--help"])
    assert f"python -m bridge {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["nonsense"], id="a command that is none"),
        pytest.param(["secret", "--nonsense"], id="an option that is none"),
        pytest.param(["menu"], id="half a command"),
        pytest.param(["menu", "build", "--gateway", "nonsense"], id="a gateway that has no script"),
    ],
)
def test_wrong_words_are_told_on_one_line_with_the_way_to_the_help(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(words)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.rstrip().endswith("--help")


def test_a_gateway_that_asks_for_every_screen_needs_no_script(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["menu", "build", "--gateway", "hubtel"])
    said = capsys.readouterr().err
    assert "hubtel needs no script: it asks the bridge for every screen" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_keeps_its_capitals(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([name, "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert COMMANDS[name].help[1:] in said


def test_a_secret_is_one_that_serve_accepts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["secret"]) == 0
    made = capsys.readouterr().out.strip()
    assert Secret.parse(made, "TELERIVET_USSD_SECRET")
    assert len(b64decode(made.removeprefix("whsec_"))) == 32


def test_a_data_key_is_one_that_encrypts(capsys: pytest.CaptureFixture[str]) -> None:
    main(["secret", "--data-key"])
    key = Fernet(capsys.readouterr().out.strip())
    assert key.decrypt(key.encrypt(b"a number")) == b"a number"


def test_no_two_secrets_are_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    for option in ([], ["--token"], ["--data-key"]):
        main(["secret", *option])
        main(["secret", *option])
        one, other = capsys.readouterr().out.split()
        assert one != other


def test_serve_refuses_to_start_without_its_settings_and_names_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve"]) == 2
    said = capsys.readouterr().err
    for name in ("TELERIVET_USSD_SECRET", "ACCOUNT_SID", "AUTH_TOKEN", "TASK_WORKSPACE_ID", "DATA_KEYS"):
        assert name in said
    assert "python -m bridge secret" in said


def test_a_setting_in_the_environment_wins_over_the_same_in_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".env").write_text("PORT=eighty\nSHARE_NUMBER=sometimes\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORT", "8080")
        assert main(["routes", "check"]) == 2
    said = capsys.readouterr().err
    assert "SHARE_NUMBER" in said
    assert "PORT" not in said


def test_a_settings_file_that_is_not_text_is_refused_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".env").write_bytes(b"PORT=\xff\xfe")
    assert main(["routes", "check"]) == 2
    assert ".env cannot be read" in capsys.readouterr().err


def test_what_a_code_does_is_told_in_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    Path("routes.yaml").write_text("routes: [{gateway: hubtel, service_code: '*713#', priority: 9, country: GH}]")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROUTES_FILE", "routes.yaml")
        assert main(["routes", "check", "hubtel", "*713#"]) == 0
        told = capsys.readouterr().out
        assert "with priority 9" in told
        assert "as GH" in told
        assert "digits dialled behind the code do nothing" in told
        assert "is NOT open: set HUBTEL_TOKEN" in told
        assert main(["routes", "check"]) == 0
        assert "hubtel" in capsys.readouterr().out


def test_an_open_gateway_and_its_direct_dialling_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("routes.yaml").write_text("routes: [{gateway: hubtel, direct_dial: prefill}]")
    monkeypatch.setenv("ROUTES_FILE", "routes.yaml")
    monkeypatch.setenv("HUBTEL_TOKEN", "a-token")
    assert main(["routes", "check", "hubtel", "*713#"]) == 0
    told = capsys.readouterr().out
    assert "digits dialled behind the code answer the first questions" in told
    assert "the gateway is open: HUBTEL_TOKEN is set" in told
    assert "a-token" not in told


def test_a_gateway_that_does_not_exist_has_no_route(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routes", "check", "telerivett"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("there is no gateway 'telerivett': say telerivet, or another name")
    assert said.err.count("\n") == 1


def test_a_misspelt_gateway_in_the_routes_stops_the_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("routes.yaml").write_text("routes:\n  - {gateway: telerivett}\n")
    monkeypatch.setenv("ROUTES_FILE", "routes.yaml")
    assert main(["routes", "check"]) == 2
    assert "line 2: routes[1].gateway: found telerivett, expected telerivet, " in capsys.readouterr().err


def test_a_route_to_a_missing_menu_stops_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    Path("routes.yaml").write_text("default: {menu: nowhere}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROUTES_FILE", "routes.yaml")
        assert main(["routes", "check"]) == 2
    assert "found menu nowhere" in capsys.readouterr().err


def test_a_busy_port_is_one_clear_sentence() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(SetupError, match=rf"port {port} is in use by another program.*PORT="):
            reception.wait_for_port("127.0.0.1", port, seconds=0.0)


def test_an_address_that_is_not_ours_is_told_apart_from_a_busy_port() -> None:
    with pytest.raises(SetupError, match=r"cannot listen on 192\.0\.2\.1"):
        reception.wait_for_port("192.0.2.1", 8080, seconds=0.0)


def test_a_free_port_is_not_waited_for() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    reception.wait_for_port("127.0.0.1", port, seconds=0.0)
