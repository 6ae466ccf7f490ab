"""What `serve` and `doctor` refuse in the settings: all of it at once, a line each."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.cli import main
from bridge.commands import environment
from bridge.commands.environment import BROKEN
from bridge.commands.misspelt import UNSHOWN, known_names, misspelt
from bridge.commands.secret import data_key, signing_secret, token
from tests.servers import free_port, settings

LONG_ENOUGH = "whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY="


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of our own, whose `.env` each test writes."""
    menus = Path("menus").resolve()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENUS_DIR", str(menus))


def write_env(tmp_path: Path, **changes: str) -> None:
    """A `.env` that serves, but for these changes."""
    lines = [f"{name}={value}" for name, value in {**settings(tmp_path, LONG_ENOUGH), **changes}.items()]
    Path(".env").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_serve_names_what_is_missing_and_what_is_weak_together_a_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weak = {"TELERIVET_USSD_SECRET": "hunter2", "HUBTEL_TOKEN": "short", "DATA_KEYS": "x"}
    write_env(tmp_path, AUTH_TOKEN="", ACCOUNT_SID="ACxxx", **weak)
    assert main(["serve"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.replace(":", " ").split()[0] for line in lines] == [
        *("AUTH_TOKEN", "ACCOUNT_SID", "TELERIVET_USSD_SECRET", "HUBTEL_TOKEN", "DATA_KEYS"),
    ]
    assert "hunter2" not in str(lines)


def test_doctor_says_the_same_under_one_heading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_env(tmp_path, AUTH_TOKEN="", ACCOUNT_SID="ACxxx", TELERIVET_USSD_SECRET="hunter2")
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out.split("✗ Secrets and keys\n")[1].split("Menus")[0].splitlines()
    assert [line.split()[0] for line in told[:3]] == ["AUTH_TOKEN", "ACCOUNT_SID", "TELERIVET_USSD_SECRET"]


def test_doctor_names_the_address_that_nobody_answers_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_env(tmp_path)
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "could not be reached" in told
    assert "Asked was 127.0.0.1:9: look at TASKROUTER_URL" in told


@pytest.mark.parametrize("command", ["doctor", "serve"])
def test_a_folder_without_menus_is_refused(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MENUS_DIR", "nomenus")
    write_env(tmp_path, PORT=str(free_port()))
    assert main([command]) in (1, 2)
    told = capsys.readouterr()
    assert "MENUS_DIR: there is no folder nomenus" in told.out + told.err


def test_a_misspelt_name_in_the_file_is_a_warning_with_the_nearest_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TASK_CHANNELL", "only in the environment")
    write_env(tmp_path, TASK_CHANEL="voice")
    main(["doctor"])
    told = capsys.readouterr().out
    assert "! Names in .env\n    TASK_CHANEL: did you mean TASK_CHANNEL?\n" in told
    assert "TASK_CHANNELL" not in told


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("TASK_CHANEL", "TASK_CHANEL: did you mean TASK_CHANNEL?"),
        ("HUBTELL_TOKEN", "HUBTELL_TOKEN: did you mean HUBTEL_TOKEN?"),
        ("DATA_KEY", "DATA_KEY: did you mean DATA_KEYS?"),
        ("FAVOURITE_COLOUR", "FAVOURITE_COLOUR: no setting, so it does nothing"),
    ],
)
def test_a_name_that_is_no_setting_is_told_with_the_nearest(name: str, sentence: str) -> None:
    assert misspelt([name]) == [sentence]


def test_what_is_a_setting_is_not_told() -> None:
    assert misspelt(known_names()) == []
    assert misspelt(["AUTH_TOKEN_FILE", "HUBTEL_ALLOW_IPS", "HUBTEL_BASIC_FILE", "LOG_LEVEL"]) == []


def test_a_line_that_cannot_be_read_is_told_by_its_number_and_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text("HOST=::1\nAUTH_TOKEN='hunter-2\nthree plain words\nPORT=9\n")
    main(["doctor"])
    told = capsys.readouterr()
    assert f"! Names in .env\n    {BROKEN.format(2)}\n    {BROKEN.format(3)}\n✗" in told.out
    assert "hunter" not in told.out + told.err
    assert "dotenv" not in told.out + told.err
    assert environment.environment()["HOST"] == "::1"


def test_a_mark_at_the_beginning_that_some_editors_write_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfTASK_CHANNEL=voice\r\n")
    assert environment.environment()["TASK_CHANNEL"] == "voice"
    assert environment.no_settings() == []


@pytest.mark.parametrize("secret", [data_key(), token(), signing_secret(), "hunter-2", "x" * 60, "A" * 60], ids=len)
def test_the_rest_of_a_secret_that_was_broken_over_lines_is_not_shown(
    secret: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"DATA_KEYS=first,\n{secret}\nPROT=7\n")
    main(["doctor"])
    told = capsys.readouterr().out
    assert f"! Names in .env\n    {UNSHOWN}\n    PROT: did you mean PORT?\n" in told
    assert secret.rstrip("=") not in told
