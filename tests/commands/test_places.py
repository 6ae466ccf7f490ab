"""Places that a command cannot write to, and damaged files there: one sentence, and nothing is lost by following it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge import cli

WRITING = {
    "the script": ("menu build --gateway telerivet -o", "script.js", "with -o"),
    "the sandbox": ("sandbox --port 1 --data", "sandbox.db", "with --data"),
    "the demo": ("demo --data", "", "with --data"),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with a file where a command expects a folder. The ports are all free."""
    monkeypatch.setenv("MENUS_DIR", str(Path("menus").resolve()))
    monkeypatch.setattr("bridge.reception.wait_for_port", lambda *_, **__: None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("no folder")
    return tmp_path


def said_by(words: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command that cannot start says."""
    assert cli.main(words.split(" ")) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize(("words", "name", "remedy"), WRITING.values(), ids=WRITING)
def test_what_cannot_be_written_is_told_with_the_option_that_names_another_place(
    words: str, name: str, remedy: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = said_by(f"{words} file/folder/{name}", capsys)
    assert said.startswith("file/")
    assert "Not a directory" in said
    assert said.endswith(f"{remedy}\n")


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"who": "else"}', "\x00"])
def test_a_damaged_file_of_the_demo_never_tells_an_admin_to_delete_the_folder_of_the_real_database(
    damage: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "instance").mkdir()
    (here / "instance" / "demo.json").write_text(damage)
    said = said_by("demo", capsys)
    assert said == (
        "instance/demo.json is damaged: to begin anew, delete demo.json, and all files that begin with demo.db "
        "and taskrouter.db, in instance\n"
    )


def test_a_file_that_is_no_database_does_not_serve_the_sandbox(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "notes.db").write_text("no database, but long enough to be looked at as one" * 20)
    assert "notes.db cannot be used (file is not a database)" in said_by("sandbox --port 1 --data notes.db", capsys)
